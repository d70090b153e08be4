// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/mail_files.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace madoguchi::bench {

std::vector<std::string> read_mails(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".eml") names.push_back(entry.path());
  }
  if (names.empty()) throw std::runtime_error("no mails in " + folder.string());
  std::sort(names.begin(), names.end());
  std::vector<std::string> mails;
  mails.reserve(names.size());
  for (const auto& name : names) {
    std::ifstream file(name, std::ios::binary);
    mails.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return mails;
}

}  // namespace madoguchi::bench
