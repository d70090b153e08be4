// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/service/content.h"
#include "core/service/environment.h"

namespace madoguchi::service {

/// All that is known of a customer, as a ZIP archive: JSON as the facade answers it, the mails as
/// they came, the files that were attached. Grows on the disk, whatever its size; the customer's
/// whole history is read page by page, so what changes meanwhile may be in it or not.
/// `index.json` says what there is.
[[nodiscard]] Result<Content> export_person(const Environment& env, const std::string& number);

}  // namespace madoguchi::service
