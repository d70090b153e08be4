// SPDX-License-Identifier: Apache-2.0
#include "core/json/codecs.h"

#include <fmt/format.h>

#include <cmath>

namespace madoguchi::json {
namespace {

std::size_t code_points(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
  return count;
}

constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();
// Largest integer up to which every double is exact.
constexpr double kExact = 9007199254740992.0;

}  // namespace

void refuse_type(Reader& reader, Text expected) {
  reader.refuse({"Has to be " + expected.en + ".", expected.ja + "で指定してください。"});
}

void refuse_output(Reader& reader) {
  reader.refuse({"Cannot be written.", "この項目は書き込めません。"});
}

Text enum_message(const std::vector<std::string_view>& allowed) {
  std::string list;
  for (const std::string_view name : allowed) {
    if (!list.empty()) list += ", ";
    list += name;
  }
  return {"Has to be one of: " + list + ".", "次のいずれかを指定してください: " + list};
}

void refuse_enum(Reader& reader, const std::vector<std::string_view>& allowed) {
  reader.refuse(enum_message(allowed));
}

bool read_string(Reader& reader, Node node, const Limits& limits, std::string& value) {
  if (node.kind() != Kind::string) return refuse_type(reader, {"a string", "文字列"}), false;
  const std::string_view text = node.text();
  // PostgreSQL's TEXT has no room for it, and nobody can type it.
  if (text.find('\0') != std::string_view::npos) {
    reader.refuse({"Must not contain the character U+0000.", "U+0000 は使えません。"});
    return false;
  }
  if (limits.min_length != 0 || limits.max_length != kNoLimit) {
    const std::size_t length = code_points(text);
    if (length < limits.min_length) {
      reader.refuse(
          length == 0 ? Text{"Must not be empty.", "空にはできません。"}
                      : Text{fmt::format("Has to have at least {} characters.", limits.min_length),
                             fmt::format("{} 文字以上にしてください。", limits.min_length)});
      return false;
    }
    if (length > limits.max_length) {
      reader.refuse(
          {fmt::format("Has {} characters; at most {} are taken.", length, limits.max_length),
           fmt::format("{} 文字以内にしてください（現在 {} 文字）。", limits.max_length, length)});
      return false;
    }
  }
  value.assign(text);
  return true;
}

bool check_items(Reader& reader, Node node, const Limits& limits) {
  if (node.kind() != Kind::array) return refuse_type(reader, {"an array", "配列"}), false;
  std::size_t count = 0;
  for ([[maybe_unused]] const Node child : node.children()) ++count;
  if (count > limits.max_items) {
    reader.refuse(
        {fmt::format("Has {} items; at most {} are taken.", count, limits.max_items),
         fmt::format("{} 件以内にしてください（現在 {} 件）。", limits.max_items, count)});
    return false;
  }
  if (count < limits.min_items) {
    reader.refuse({fmt::format("Has to have at least {} items.", limits.min_items),
                   fmt::format("{} 件以上にしてください。", limits.min_items)});
    return false;
  }
  return true;
}

void describe_type(Writer& writer, std::string_view type, bool nullable) {
  writer.key("type");
  if (!nullable) return writer.string(type);
  writer.begin_array();
  writer.string(type);
  writer.string("null");
  writer.end_array();
}

void describe_string(Writer& writer, const Limits& limits, bool nullable, std::string_view format) {
  describe_type(writer, "string", nullable);
  if (!format.empty()) writer.member("format", format);
  if (limits.min_length != 0) writer.member("minLength", std::int64_t(limits.min_length));
  if (limits.max_length != kNoLimit) writer.member("maxLength", std::int64_t(limits.max_length));
}

void describe_enum(Writer& writer, const std::vector<std::string_view>& allowed, bool nullable) {
  describe_type(writer, "string", nullable);
  writer.key("enum");
  writer.begin_array();
  for (const std::string_view name : allowed) writer.string(name);
  if (nullable) writer.null();
  writer.end_array();
}

void describe_items_limits(Writer& writer, const Limits& limits) {
  if (limits.min_items != 0) writer.member("minItems", std::int64_t(limits.min_items));
  if (limits.max_items != kNoLimit) writer.member("maxItems", std::int64_t(limits.max_items));
}

void read_integer(Reader& reader, Node node, const Limits& limits, std::int64_t& value) {
  std::int64_t number = 0;
  const double real = node.kind() == Kind::real ? node.real() : 0;
  if (node.kind() == Kind::integer) {
    number = node.integer();
  } else if (node.kind() == Kind::real && std::trunc(real) == real && std::abs(real) <= kExact) {
    number = static_cast<std::int64_t>(real);  // 1.0 is an integer (JSON Schema, 6.1.1)
  } else if (node.kind() == Kind::unsigned_integer ||
             (node.kind() == Kind::real && std::trunc(real) == real)) {
    reader.refuse({"The number is too large.", "数値が大きすぎます。"});
    return;
  } else {
    return refuse_type(reader, {"an integer", "整数"});
  }
  if (number < limits.minimum || number > limits.maximum) {
    reader.refuse(
        {fmt::format("Has to be from {} to {}.", limits.minimum, limits.maximum),
         fmt::format("{} から {} の範囲で指定してください。", limits.minimum, limits.maximum)});
    return;
  }
  value = number;
}

void describe_integer(Writer& writer, const Limits& limits, bool nullable) {
  const Limits none;
  describe_type(writer, "integer", nullable);
  writer.member("format", "int64");
  if (limits.minimum != none.minimum) writer.member("minimum", limits.minimum);
  if (limits.maximum != none.maximum) writer.member("maximum", limits.maximum);
}

void Codec<bool>::read(Reader& reader, Node node, const Limits&, bool& value) {
  if (node.kind() != Kind::boolean)
    return refuse_type(reader, {"true or false", " true か false "});
  value = node.boolean();
}

void Codec<double>::read(Reader& reader, Node node, const Limits&, double& value) {
  switch (node.kind()) {
    case Kind::integer:
      value = static_cast<double>(node.integer());
      return;
    case Kind::unsigned_integer:
      value = static_cast<double>(node.unsigned_integer());
      return;
    case Kind::real:
      value = node.real();
      return;
    default:
      return refuse_type(reader, {"a number", "数値"});
  }
}

void Codec<TimePoint>::read(Reader& reader, Node node, const Limits&, TimePoint& value) {
  if (node.kind() != Kind::string) {
    return refuse_type(reader, {"an RFC 3339 time", "RFC 3339 の日時"});
  }
  const Result<TimePoint> time = parse_rfc3339(node.text());
  if (!time) return reader.refuse(time.error());
  value = *time;
}

void Codec<EmailAddress>::read(Reader& reader, Node node, const Limits&, EmailAddress& value) {
  std::string text;
  if (!read_string(reader, node, {}, text)) return;
  Result<EmailAddress> address = EmailAddress::parse(text);
  if (!address) return reader.refuse(address.error());
  value = std::move(*address);
}

void Codec<EmailAddress>::describe(Schemas&, Writer& writer, const Limits&, bool nullable) {
  Limits limits;
  limits.max_length = 320;
  // Not "format": carriers' addresses that RFC 5321 forbids are taken.
  describe_string(writer, limits, nullable, {});
}

void Codec<PhoneNumber>::read(Reader& reader, Node node, const Limits&, PhoneNumber& value) {
  std::string text;
  if (!read_string(reader, node, {}, text)) return;
  Result<PhoneNumber> number = PhoneNumber::parse(text);
  if (!number) return reader.refuse(number.error());
  value = std::move(*number);
}

void Codec<PhoneNumber>::describe(Schemas&, Writer& writer, const Limits&, bool nullable) {
  describe_string(writer, {}, nullable, {});
}

void Codec<Secret>::read(Reader& reader, Node node, const Limits& limits, Secret& value) {
  std::string text;
  if (read_string(reader, node, limits, text)) value = Secret(std::move(text));
}

void Codec<Secret>::describe(Schemas&, Writer& writer, const Limits& limits, bool nullable) {
  describe_string(writer, limits, nullable, "password");
  writer.member("writeOnly", true);
}

void Codec<Raw>::read(Reader&, Node node, const Limits&, Raw& value) {
  value.json.clear();
  Writer writer(value.json);
  write_node(writer, node);
}

void Codec<std::map<std::string, std::string>>::write(Writer& writer, const Map& values) {
  writer.begin_object();
  for (const auto& entry : values) writer.member(entry.first, entry.second);
  writer.end_object();
}

void Codec<std::map<std::string, std::string>>::read(Reader& reader, Node node,
                                                     const Limits& limits, Map& values) {
  values.clear();
  if (node.kind() != Kind::object) return refuse_type(reader, {"an object", "オブジェクト"});
  for (const Node child : node.children()) {
    if (values.size() >= limits.max_items) {
      reader.refuse({fmt::format("At most {} members are taken.", limits.max_items),
                     fmt::format("{} 件以内にしてください。", limits.max_items)});
      return;
    }
    const Reader::Inside inside(reader, child.name());
    std::string text;
    if (read_string(reader, child, limits, text)) values.emplace(child.name(), std::move(text));
  }
}

void Codec<std::map<std::string, std::string>>::describe(Schemas&, Writer& writer,
                                                         const Limits& limits, bool nullable) {
  describe_type(writer, "object", nullable);
  writer.key("additionalProperties");
  writer.begin_object();
  describe_string(writer, limits, false, {});
  writer.end_object();
}

}  // namespace madoguchi::json
