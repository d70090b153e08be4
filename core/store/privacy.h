// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/enum_names.h"
#include "core/db/session.h"
#include "core/domain/customer.h"

namespace madoguchi::store {

/// Why a customer must not be erased.
struct LegalHold {
  std::string reason;
  std::string agent_name;
  TimePoint at;
};

class LegalHolds {
 public:
  explicit LegalHolds(db::Session& session) : session_(session) {}

  [[nodiscard]] std::optional<LegalHold> of(const domain::CustomerId& customer);
  void put(const domain::CustomerId& customer, const LegalHold& hold);
  void remove(const domain::CustomerId& customer);

 private:
  db::Session& session_;
};

/// How somebody came to see a customer.
enum class Way { customer, screen, list, export_ };

/// That an agent saw a customer, once for each hour and way.
struct Sighting {
  domain::CustomerId customer;
  domain::AgentId agent;
  std::string agent_name;
  Way way = Way::customer;
  TimePoint at;  ///< the first time in that hour
};

class Sightings {
 public:
  explicit Sightings(db::Session& session) : session_(session) {}

  /// Nothing when it is known already.
  void add(const Sighting& sighting);
  struct Place {
    std::int64_t hour = 0;
    std::string agent;
    std::string way;
  };
  /// Newest hour first; one more than `limit` when there are more.
  [[nodiscard]] std::vector<Sighting> of(const domain::CustomerId& customer,
                                         const std::optional<Place>& after, int limit);
  [[nodiscard]] static Place place_of(const Sighting& sighting);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store

namespace madoguchi {

template <>
struct EnumNames<store::Way> {
  static constexpr EnumName<store::Way> values[] = {{store::Way::customer, "customer"},
                                                    {store::Way::screen, "screen"},
                                                    {store::Way::list, "list"},
                                                    {store::Way::export_, "export"}};
};

}  // namespace madoguchi
