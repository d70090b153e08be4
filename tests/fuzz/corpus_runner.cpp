// SPDX-License-Identifier: Apache-2.0
// Feeds a fuzz target every file of its corpus, whole and cut at some places: a unit test.
//
//   mime_corpus_test FOLDER
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/fuzz/target.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1]))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const std::filesystem::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    // Named first: when the target ends the process, the last name is the file it was.
    std::fprintf(stderr, "%s\n", file.filename().c_str());
    constexpr std::size_t kCuts = 16;
    for (std::size_t cut = 0; cut <= kCuts; ++cut) {
      const std::string part = bytes.substr(0, bytes.size() * cut / kCuts);
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(part.data()), part.size());
    }
  }
  return files.empty() ? 1 : 0;
}
