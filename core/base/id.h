// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace madoguchi {

/// An opaque identifier of one kind of thing; ids of different kinds do not mix. The text is a
/// lower-case UUIDv7 made by an IdSource, but nothing may rely on that: other systems' ids fit too.
template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string value) : value_(std::move(value)) {}

  [[nodiscard]] const std::string& str() const noexcept { return value_; }
  [[nodiscard]] bool empty() const noexcept { return value_.empty(); }

  auto operator<=>(const Id&) const = default;  // NOLINT(modernize-use-nullptr)

 private:
  std::string value_;
};

/// Makes ids. Injected, so that tests are repeatable. Safe for use by many threads.
class IdSource {
 public:
  virtual ~IdSource() = default;
  /// A new UUIDv7 (RFC 9562) in lower case; later ones of one source compare greater, whatever the
  /// wall clock does.
  virtual std::string next() = 0;

  template <class IdType>
  IdType make() {
    return IdType(next());
  }
};

}  // namespace madoguchi

template <class Tag>
struct std::hash<madoguchi::Id<Tag>> {
  std::size_t operator()(const madoguchi::Id<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.str());
  }
};
