// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace madoguchi::fuzz {

/// Parses sanitised html again and lists all in it that S5 does not allow: elements, attributes,
/// schemes of URLs, CSS properties and values. "" when there is nothing. Written from S5, not from
/// the tables of the sanitiser. Ids and fragments must begin with "mail-".
[[nodiscard]] std::string html_faults(const std::string& sanitized);

}  // namespace madoguchi::fuzz
