// SPDX-License-Identifier: Apache-2.0
#pragma once

// What belongs to a customer and is changed by itself, under a version of its own.

#include <optional>
#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/domain/customer.h"

namespace madoguchi::store {

/// Whoever changes them tells Customers::addresses_changed.
class DeliveryAddresses {
 public:
  explicit DeliveryAddresses(db::Session& session) : session_(session) {}

  void insert(const domain::DeliveryAddress& address);
  /// Counts the version up; false when the row is no longer at `address.version`.
  [[nodiscard]] bool update(domain::DeliveryAddress& address);
  [[nodiscard]] bool remove(const domain::DeliveryAddress& address);
  /// In the order they were added.
  [[nodiscard]] std::vector<domain::DeliveryAddress> of(const domain::CustomerId& customer);
  [[nodiscard]] std::optional<domain::DeliveryAddress> by_id(const domain::DeliveryAddressId& id);
  /// Gives it to another customer, while it is `from`'s.
  void move(const std::string& id, const domain::CustomerId& from, const domain::CustomerId& to);

 private:
  db::Session& session_;
};

class Memos {
 public:
  explicit Memos(db::Session& session) : session_(session) {}

  void insert(const domain::Memo& memo);
  [[nodiscard]] bool update(domain::Memo& memo);
  [[nodiscard]] bool remove(const domain::Memo& memo);
  /// Newest first, behind the id `before` unless it is empty.
  [[nodiscard]] std::vector<domain::Memo> of(const domain::CustomerId& customer,
                                             const std::string& before, int limit);
  /// How many a customer has, counted up to `limit`.
  [[nodiscard]] int count(const domain::CustomerId& customer, int limit);
  [[nodiscard]] std::optional<domain::Memo> by_id(const domain::MemoId& id);
  void move(const std::string& id, const domain::CustomerId& from, const domain::CustomerId& to);

 private:
  db::Session& session_;
};

/// Customer labels, reasons of the blacklist: read whole.
class MasterData {
 public:
  explicit MasterData(db::Session& session) : session_(session) {}

  void insert(const domain::MasterEntry& entry);
  [[nodiscard]] bool update(domain::MasterEntry& entry);
  /// By kind, each in its order; archived ones too.
  [[nodiscard]] std::vector<domain::MasterEntry> all();

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
