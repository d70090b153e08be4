// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/domain/template.h"

namespace madoguchi::store {

/// Templates of replies: few, read whole.
class Templates {
 public:
  explicit Templates(db::Session& session) : session_(session) {}

  /// In their order.
  [[nodiscard]] std::vector<domain::Template> all();
  [[nodiscard]] std::optional<domain::Template> by_id(const domain::TemplateId& id);
  /// Whether another one has that name.
  [[nodiscard]] bool named(const std::string& name, const domain::TemplateId& other_than);
  void insert(const domain::Template& value);
  /// Counts the version up; false when it is no longer at `value.version`.
  [[nodiscard]] bool update(domain::Template& value);
  [[nodiscard]] bool remove(const domain::Template& value);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
