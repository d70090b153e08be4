// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/service/dto/connector_type_dto.h"

namespace madoguchi::service {

/// What this build can be connected to, as forms. Safe for use by many threads.
class ConnectorTypeService {
 public:
  using Types = std::vector<const connector::ConnectorType*>;
  /// `types` outlive it.
  explicit ConnectorTypeService(const Types& types) : types_(types) {}

  [[nodiscard]] std::vector<ConnectorTypeDto> list() const;
  [[nodiscard]] Result<ConnectorTypeDto> get(const std::string& name) const;

 private:
  const Types& types_;
};

}  // namespace madoguchi::service
