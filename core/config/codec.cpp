// SPDX-License-Identifier: Apache-2.0
#include "core/config/codec.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace madoguchi::config {

namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array<Unit, 5> kDurations{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};
constexpr std::array<Unit, 4> kSizes{
    {{"GiB", 1U << 30U}, {"MiB", 1U << 20U}, {"KiB", 1U << 10U}, {"B", 1}}};

template <std::size_t N>
std::string with_unit(std::uint64_t amount, const std::array<Unit, N>& units) {
  for (const Unit& unit : units) {
    if (amount % unit.factor == 0 && (amount != 0 || unit.factor == 1)) {
      return std::to_string(amount / unit.factor) + std::string(unit.name);
    }
  }
  return std::to_string(amount);
}

template <std::size_t N>
std::optional<std::uint64_t> read_with_unit(std::string_view text,
                                            const std::array<Unit, N>& units) {
  std::uint64_t amount = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  for (const Unit& unit : units) {
    if (text != unit.name) continue;
    if (amount > std::numeric_limits<std::int64_t>::max() / unit.factor) return std::nullopt;
    return amount * unit.factor;
  }
  return std::nullopt;
}

bool has_control(std::string_view text, std::string_view except = {}) {
  return std::any_of(text.begin(), text.end(), [except](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 || byte == 0x7F) && except.find(c) == std::string_view::npos;
  });
}

bool is_address(int family, std::string_view text) {
  std::array<unsigned char, 16> address{};
  return inet_pton(family, std::string(text).c_str(), address.data()) == 1;
}

bool is_range(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view bits = text.substr(slash + 1);
  unsigned prefix = 0;
  const auto [end, error] = std::from_chars(bits.data(), bits.data() + bits.size(), prefix);
  if (error != std::errc() || end != bits.data() + bits.size()) return false;
  const std::string_view address = text.substr(0, slash);
  return (is_address(AF_INET, address) && prefix <= 32) ||
         (is_address(AF_INET6, address) && prefix <= 128);
}

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

std::optional<std::string> read_origin(std::string_view text) {
  const std::string_view whole = text;
  if (text.rfind("https://", 0) == 0) {
    text.remove_prefix(8);
  } else if (text.rfind("http://", 0) == 0) {
    text.remove_prefix(7);
  } else {
    return std::nullopt;
  }
  const bool slash = !text.empty() && text.back() == '/';
  if (slash) text.remove_suffix(1);
  std::string_view name = text;
  if (!text.empty() && text.front() == '[') {
    const std::size_t bracket = text.find(']');
    if (bracket == std::string_view::npos) return std::nullopt;
    name = text.substr(1, bracket - 1);
    text.remove_prefix(bracket + 1);
    if (!is_address(AF_INET6, name)) return std::nullopt;
  } else {
    name = text.substr(0, text.find(':'));
    text.remove_prefix(name.size());
    if (is_address(AF_INET6, name) || !is_host_name(name)) return std::nullopt;
  }
  if (!text.empty() && (text.front() != ':' || !is_port(text.substr(1)))) return std::nullopt;
  return std::string(whole.substr(0, whole.size() - (slash ? 1 : 0)));
}

template <class V, class Read, class Write>
Codec<V> string_codec(Text allowed, Read read, Write write) {
  return {std::move(allowed),
          [read](const Node& node) -> tl::expected<V, Text> {
            auto text = string_in(node);
            if (!text) return tl::unexpected<Text>(text.error());
            return read(*text);
          },
          write};
}

}  // namespace

bool is_host_name(std::string_view text) {
  if (is_address(AF_INET6, text)) return true;
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
  return !text.empty() && text.size() <= 253 &&
         text.find_first_not_of(kAllowed) == std::string_view::npos && text.front() != '.' &&
         text.front() != '-' && text.find("..") == std::string_view::npos;
}

tl::expected<std::string, Text> string_in(const Node& node) {
  const auto* text = std::get_if<std::string>(&node.value);
  if (text == nullptr) return tl::unexpected<Text>(kind_of(node));
  return *text;
}

Text not_so() { return {"is none of what is allowed", "指定できる値ではありません"}; }

std::string to_text(std::chrono::milliseconds duration) {
  return with_unit(static_cast<std::uint64_t>(duration.count()), kDurations);
}

std::string to_text(ByteSize size) { return with_unit(size.bytes, kSizes); }

Codec<std::string> text_that(Text allowed, std::function<bool(std::string_view)> fits) {
  return string_codec<std::string>(
      std::move(allowed),
      [fits = std::move(fits)](const std::string& text) -> tl::expected<std::string, Text> {
        if (!fits(text)) return tl::unexpected<Text>(not_so());
        return text;
      },
      [](const std::string& text) { return toml_string(text); });
}

Codec<std::string> text(std::size_t longest) {
  return text_that({fmt::format("one line of text, at most {} bytes", longest),
                    fmt::format("1 行の文字列（{} バイトまで）", longest)},
                   [longest](std::string_view value) {
                     return !value.empty() && value.size() <= longest && !has_control(value);
                   });
}

Codec<std::string> lines(std::size_t longest) {
  return text_that({fmt::format("text, at most {} bytes", longest),
                    fmt::format("文字列（{} バイトまで）", longest)},
                   [longest](std::string_view value) {
                     return value.size() <= longest && !has_control(value, "\n\r\t");
                   });
}

Codec<bool> boolean() {
  return {{"true, false", "true, false"},
          [](const Node& node) -> tl::expected<bool, Text> {
            const auto* value = std::get_if<bool>(&node.value);
            if (value == nullptr) return tl::unexpected<Text>(kind_of(node));
            return *value;
          },
          [](const bool& value) { return std::string(value ? "true" : "false"); }};
}

Codec<std::chrono::milliseconds> duration(std::chrono::milliseconds least,
                                          std::chrono::milliseconds most) {
  using std::chrono::milliseconds;
  const auto from = to_text(least);
  const auto to = to_text(most);
  return string_codec<milliseconds>(
      {fmt::format("a duration from \"{}\" to \"{}\" (ms, s, m, h or d)", from, to),
       fmt::format("\"{}\" から \"{}\" までの時間（ms, s, m, h, d）", from, to)},
      [least, most](const std::string& text) -> tl::expected<milliseconds, Text> {
        const auto amount = read_with_unit(text, kDurations);
        if (!amount) return tl::unexpected<Text>(not_so());
        const milliseconds value(static_cast<std::int64_t>(*amount));
        if (value < least || value > most) {
          return tl::unexpected<Text>({"is out of range", "範囲外です"});
        }
        return value;
      },
      [](const milliseconds& value) { return toml_string(to_text(value)); });
}

Codec<ByteSize> size(ByteSize least, ByteSize most) {
  const auto from = to_text(least);
  const auto to = to_text(most);
  return string_codec<ByteSize>(
      {fmt::format("a size from \"{}\" to \"{}\" (B, KiB, MiB or GiB)", from, to),
       fmt::format("\"{}\" から \"{}\" までのサイズ（B, KiB, MiB, GiB）", from, to)},
      [least, most](const std::string& text) -> tl::expected<ByteSize, Text> {
        const auto amount = read_with_unit(text, kSizes);
        if (!amount) return tl::unexpected<Text>(not_so());
        if (*amount < least.bytes || *amount > most.bytes) {
          return tl::unexpected<Text>({"is out of range", "範囲外です"});
        }
        return ByteSize{*amount};
      },
      [](const ByteSize& value) { return toml_string(to_text(value)); });
}

Codec<std::filesystem::path> path() {
  using std::filesystem::path;
  return string_codec<path>(
      {"an absolute path", "絶対パス"},
      [](const std::string& text) -> tl::expected<path, Text> {
        if (text.empty() || text.front() != '/' || has_control(text)) {
          return tl::unexpected<Text>(not_so());
        }
        return path(text);
      },
      [](const path& value) { return toml_string(value.string()); });
}

Codec<std::string> host() {
  return text_that({"a host name or an address", "ホスト名またはアドレス"}, is_host_name);
}

Codec<std::string> address_range() {
  return text_that({"an address range such as \"10.0.0.0/8\" or \"fd00::/8\"",
                    "\"10.0.0.0/8\" や \"fd00::/8\" のようなアドレス範囲"},
                   is_range);
}

Codec<std::string> origin() {
  return string_codec<std::string>(
      {"a URL of scheme, host and port, such as \"https://hub.shop.example\"",
       "\"https://hub.shop.example\" のようにスキーム、ホスト、ポートだけの URL"},
      [](const std::string& text) -> tl::expected<std::string, Text> {
        auto value = read_origin(text);
        if (!value) return tl::unexpected<Text>(not_so());
        return std::move(*value);
      },
      [](const std::string& text) { return toml_string(text); });
}

}  // namespace madoguchi::config
