// SPDX-License-Identifier: Apache-2.0
#include "core/config/configuration.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "core/config/configuration_spec.h"

namespace madoguchi::config {

namespace {

constexpr std::size_t kLargestFile = 1U << 20U;

Error unreadable(const std::filesystem::path& file, const std::string& why) {
  Error error =
      Error::not_found({"The configuration cannot be read.", "設定ファイルを読み込めません。"});
  error.detail = file.string() + ": " + why;
  return error;
}

}  // namespace

int FetchSettings::effective_port() const {
  if (port) return *port;
  const bool implicit_tls = security == TransportSecurity::tls;
  if (protocol == FetchProtocol::imap) return implicit_tls ? 993 : 143;
  return implicit_tls ? 995 : 110;
}

Result<Configuration> load_configuration(const std::filesystem::path& file) {
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  std::string text(kLargestFile + 1, '\0');
  if (!in) return fail(unreadable(file, std::strerror(errno)));
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad() || (in.fail() && !in.eof())) return fail(unreadable(file, std::strerror(errno)));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kLargestFile) return fail(unreadable(file, "larger than 1 MiB"));
  return parse_configuration(text, file.string());
}

Result<Configuration> parse_configuration(std::string_view text, std::string_view file_name) {
  return parse(configuration_spec(), text, file_name);
}

std::string configuration_reference() { return render_reference(configuration_spec()); }

}  // namespace madoguchi::config
