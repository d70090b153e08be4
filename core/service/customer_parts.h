// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/service/dto/customer_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

struct MemoListing {
  std::vector<MemoDto> items;
  std::optional<std::vector<std::string>> next;
};

/// What belongs to a customer and is changed by itself: delivery addresses, memos. Safe for use by
/// many threads.
class CustomerPartService {
 public:
  explicit CustomerPartService(const Environment& env) : env_(env) {}

  [[nodiscard]] Result<std::vector<DeliveryAddressDto>> addresses(const std::string& number);
  [[nodiscard]] Result<DeliveryAddressDto> address(const std::string& number,
                                                   const std::string& id);
  [[nodiscard]] Result<DeliveryAddressDto> add_address(const Context& context,
                                                       const std::string& number,
                                                       const DeliveryAddressCreateDto& wish);
  [[nodiscard]] Result<DeliveryAddressDto> patch_address(const Context& context,
                                                         const std::string& number,
                                                         const std::string& id,
                                                         const DeliveryAddressPatchDto& wish);
  [[nodiscard]] Result<void> remove_address(const Context& context, const std::string& number,
                                            const std::string& id);

  [[nodiscard]] Result<MemoListing> memos(const std::string& number,
                                          const std::optional<std::vector<std::string>>& after,
                                          int limit);
  [[nodiscard]] Result<MemoDto> memo(const std::string& number, const std::string& id);
  [[nodiscard]] Result<MemoDto> add_memo(const Context& context, const std::string& number,
                                         const MemoWishDto& wish);
  [[nodiscard]] Result<MemoDto> patch_memo(const Context& context, const std::string& number,
                                           const std::string& id, const MemoWishDto& wish);
  [[nodiscard]] Result<void> remove_memo(const Context& context, const std::string& number,
                                         const std::string& id);

 private:
  const Environment& env_;
};

// What the above show, in the caller's unit of work.
[[nodiscard]] std::vector<DeliveryAddressDto> addresses_of(db::Session& session,
                                                           const domain::CustomerId& customer);
/// Behind the id `before` unless it is empty.
[[nodiscard]] MemoListing memos_of(db::Session& session, const domain::CustomerId& customer,
                                   const std::string& before, int limit);

/// Small lists that supervisors keep: customer labels, reasons of the blacklist. Safe for use by
/// many threads.
class MasterDataService {
 public:
  explicit MasterDataService(const Environment& env) : env_(env) {}

  [[nodiscard]] Result<std::vector<MasterEntryDto>> list(domain::MasterKind kind);
  [[nodiscard]] Result<MasterEntryDto> get(domain::MasterKind kind, const std::string& id);
  [[nodiscard]] Result<MasterEntryDto> create(const Context& context, domain::MasterKind kind,
                                              const CategoryCreateDto& wish);
  [[nodiscard]] Result<MasterEntryDto> patch(const Context& context, domain::MasterKind kind,
                                             const std::string& id, const CategoryPatchDto& wish);

 private:
  const Environment& env_;
};

}  // namespace madoguchi::service
