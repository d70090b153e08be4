// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace madoguchi::testkit {

/// A folder of its own below the system's temporary one, removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

enum class Validity { current, expired };

/// PEM files of a private CA and of one server certificate that it signed.
struct Certificates {
  std::filesystem::path ca;
  std::filesystem::path certificate;
  std::filesystem::path key;
};

/// Makes a fresh CA and a certificate for `host_name` (a DNS name) in `folder`.
Certificates make_certificates(const std::filesystem::path& folder, const std::string& host_name,
                               Validity validity = Validity::current);

}  // namespace madoguchi::testkit
