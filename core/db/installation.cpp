// SPDX-License-Identifier: Apache-2.0
#include "core/db/installation.h"

#include <unistd.h>

#include <array>
#include <fstream>
#include <system_error>

#include "core/crypto/random.h"

namespace madoguchi::db {

namespace {

constexpr std::size_t kRandomBytes = 12;

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return {};
  return name.data();
}

/// What a crash left half-written is written anew.
Result<std::string> kept_in(const std::filesystem::path& file) {
  std::string id;
  if (std::ifstream in(file); std::getline(in, id) && !in.eof() && !id.empty()) return id;
  id = crypto::random_token(kRandomBytes);
  std::ofstream out(file, std::ios::trunc);
  out << id << '\n';
  out.close();
  if (!out) return fail(Error::unavailable("cannot write " + file.string()));
  return id;
}

}  // namespace

Result<Installation> Installation::of(const std::filesystem::path& home) {
  const std::string end = "@" + host_name() + "/";
  if (home.empty()) return Installation(crypto::random_token(kRandomBytes) + end, std::nullopt);
  const std::filesystem::path file = home / "installation";
  Result<ProcessLock> lock = ProcessLock::take(file);
  if (!lock && lock.error().type == "database-in-use") return of({});
  if (!lock) return fail(std::move(lock.error()));
  const Result<std::string> id = kept_in(file);
  if (!id) return fail(id.error());
  return Installation(*id + end, std::move(*lock));
}

}  // namespace madoguchi::db
