// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/service/dto/search_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

enum class SearchOrder { newest, rank };

/// What GET /search asks for, as the caller wrote it.
struct SearchCall {
  std::string q;
  std::vector<SearchType> types;  ///< empty: all that the caller may read
  SearchOrder order = SearchOrder::newest;
  int limit = 50;
};

struct SearchListing {
  std::vector<SearchItemDto> items;
  std::optional<std::vector<std::string>> next;  ///< key to go on behind
};

/// One search over everything. Safe for use by many threads.
class SearchService {
 public:
  explicit SearchService(const Environment& env) : env_(env) {}

  [[nodiscard]] Result<SearchListing> find(const domain::Caller& caller, const SearchCall& call,
                                           const std::optional<std::vector<std::string>>& after);

 private:
  const Environment& env_;
};

}  // namespace madoguchi::service

namespace madoguchi {

template <>
struct EnumNames<service::SearchOrder> {
  static constexpr EnumName<service::SearchOrder> values[] = {
      {service::SearchOrder::newest, "newest"}, {service::SearchOrder::rank, "rank"}};
};

}  // namespace madoguchi
