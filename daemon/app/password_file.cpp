// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/password_file.h"

#include <fstream>
#include <iterator>

namespace madoguchi::app {

Result<Secret> read_password(const std::filesystem::path& file, const std::string& pointer) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    return fail(Error::invalid(
        pointer, {"Cannot read " + file.string() + ".", file.string() + " を読めません。"}));
  }
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return Secret(std::move(text));
}

}  // namespace madoguchi::app
