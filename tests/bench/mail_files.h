// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace madoguchi::bench {

/// The *.eml files of a folder in the order of their names, whole: what is measured must not wait
/// for them. Throws when there are none.
[[nodiscard]] std::vector<std::string> read_mails(const std::filesystem::path& folder);

}  // namespace madoguchi::bench
