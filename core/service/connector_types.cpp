// SPDX-License-Identifier: Apache-2.0
#include "core/service/connector_types.h"

namespace madoguchi::service {

std::vector<ConnectorTypeDto> ConnectorTypeService::list() const {
  std::vector<ConnectorTypeDto> dtos;
  for (const connector::ConnectorType* type : types_) dtos.push_back(dto_of(*type));
  return dtos;
}

Result<ConnectorTypeDto> ConnectorTypeService::get(const std::string& name) const {
  for (const connector::ConnectorType* type : types_) {
    if (type->name == name) return dto_of(*type);
  }
  return fail(Error::not_found(
      {"This build has no such connector.", "この外部連携は組み込まれていません。"}));
}

}  // namespace madoguchi::service
