// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/base/text.h"
#include "core/config/node.h"

namespace madoguchi::config {

/// How one kind of option is read, written and explained. A value; its functions are pure.
template <class V>
struct Codec {
  /// "an integer from 1 to 65535", without a full stop.
  Text allowed;
  /// The value, or what is wrong with the node: "is a list". Never quotes the node's text.
  std::function<tl::expected<V, Text>(const Node&)> read;
  /// The value as TOML.
  std::function<std::string(const V&)> write;
};

/// An amount of bytes, written "50MiB".
struct ByteSize {
  std::uint64_t bytes = 0;
  bool operator==(const ByteSize&) const = default;
};

/// One line of text, 1 to `longest` bytes, without control characters.
[[nodiscard]] Codec<std::string> text(std::size_t longest = 255);
/// The same with line ends, may be empty.
[[nodiscard]] Codec<std::string> lines(std::size_t longest = 10000);
/// A string for which `fits` holds.
[[nodiscard]] Codec<std::string> text_that(Text allowed,
                                           std::function<bool(std::string_view)> fits);
[[nodiscard]] Codec<bool> boolean();
/// "500ms", "10s", "5m", "12h", "7d".
[[nodiscard]] Codec<std::chrono::milliseconds> duration(std::chrono::milliseconds least,
                                                        std::chrono::milliseconds most);
/// "1000B", "64KiB", "50MiB", "2GiB".
[[nodiscard]] Codec<ByteSize> size(ByteSize least, ByteSize most);
/// An absolute path: what a relative one means would depend on who starts the program.
[[nodiscard]] Codec<std::filesystem::path> path();
/// A host name or an address, without port.
[[nodiscard]] Codec<std::string> host();
/// Letters, digits, "-" and "." as in a host name or an IPv4 address, or an IPv6 address.
[[nodiscard]] bool is_host_name(std::string_view text);
/// "10.0.0.0/8", "fd00::/8".
[[nodiscard]] Codec<std::string> address_range();
/// "https://hub.shop.example", http too; no path, query or user. Kept without a slash at the end.
[[nodiscard]] Codec<std::string> origin();

[[nodiscard]] std::string to_text(std::chrono::milliseconds duration);
[[nodiscard]] std::string to_text(ByteSize size);
/// The string in `node`, or what it is instead.
[[nodiscard]] tl::expected<std::string, Text> string_in(const Node& node);
[[nodiscard]] Text not_so();  ///< "is not one"

template <class V>
[[nodiscard]] Codec<V> integer(V least, V most) {
  static_assert(std::numeric_limits<V>::digits <= 63);
  const auto range = fmt::format("{} to {}", least, most);
  return {
      {"an integer from " + range, fmt::format("{} から {} までの整数", least, most)},
      [least, most](const Node& node) -> tl::expected<V, Text> {
        const auto* value = std::get_if<std::int64_t>(&node.value);
        if (value == nullptr) return tl::unexpected<Text>(kind_of(node));
        if (*value < static_cast<std::int64_t>(least) || *value > static_cast<std::int64_t>(most)) {
          return tl::unexpected<Text>({"is out of range", "範囲外です"});
        }
        return static_cast<V>(*value);
      },
      [](const V& value) { return std::to_string(value); }};
}

/// One of named values.
template <class E>
[[nodiscard]] Codec<E> choice(std::vector<std::pair<std::string, E>> values) {
  std::string names;
  for (const auto& value : values) names += (names.empty() ? "" : ", ") + toml_string(value.first);
  return {{names, names},
          [values](const Node& node) -> tl::expected<E, Text> {
            auto name = string_in(node);
            if (!name) return tl::unexpected<Text>(name.error());
            for (const auto& value : values) {
              if (value.first == *name) return value.second;
            }
            return tl::unexpected<Text>(not_so());
          },
          [values](const E& wanted) {
            for (const auto& value : values) {
              if (value.second == wanted) return toml_string(value.first);
            }
            return std::string("\"\"");
          }};
}

/// A type with `static Result<V> parse(std::string_view)` and `str()`.
template <class V>
[[nodiscard]] Codec<V> parsed(Text allowed) {
  return {std::move(allowed),
          [](const Node& node) -> tl::expected<V, Text> {
            auto text = string_in(node);
            if (!text) return tl::unexpected<Text>(text.error());
            auto value = V::parse(*text);
            if (!value) return tl::unexpected<Text>(not_so());
            return std::move(*value);
          },
          [](const V& value) { return toml_string(value.str()); }};
}

/// A list; the complaint says which entry is wrong.
template <class V>
[[nodiscard]] Codec<std::vector<V>> list(Codec<V> each, std::size_t most = 1000) {
  return {{"a list, each entry being " + each.allowed.en, each.allowed.ja + "の配列"},
          [each, most](const Node& node) -> tl::expected<std::vector<V>, Text> {
            const auto* array = std::get_if<Array>(&node.value);
            if (array == nullptr) return tl::unexpected<Text>(kind_of(node));
            if (array->size() > most) return tl::unexpected<Text>({"is too long", "長すぎます"});
            std::vector<V> values;
            for (const Node& item : *array) {
              auto value = each.read(item);
              if (!value) {
                return tl::unexpected<Text>(
                    {fmt::format("entry {} {}", values.size() + 1, value.error().en),
                     fmt::format("{} 番目の値: {}", values.size() + 1, value.error().ja)});
              }
              values.push_back(std::move(*value));
            }
            return values;
          },
          [each](const std::vector<V>& values) {
            std::string out;
            for (const V& value : values) out += (out.empty() ? "" : ", ") + each.write(value);
            return "[" + out + "]";
          }};
}

}  // namespace madoguchi::config
