// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/base/clock.h"
#include "core/base/email_address.h"
#include "core/base/enum_names.h"
#include "core/base/enum_set.h"
#include "core/base/id.h"
#include "core/base/phone_number.h"
#include "core/base/secret.h"
#include "core/json/patch.h"
#include "core/json/type.h"

namespace madoguchi::json {

// What the codecs below share, out of line.
void refuse_type(Reader& reader, Text expected);
void refuse_output(Reader& reader);
void refuse_enum(Reader& reader, const std::vector<std::string_view>& allowed);
[[nodiscard]] Text enum_message(const std::vector<std::string_view>& allowed);
[[nodiscard]] bool read_string(Reader& reader, Node node, const Limits& limits, std::string& value);
[[nodiscard]] bool check_items(Reader& reader, Node node, const Limits& limits);
void describe_type(Writer& writer, std::string_view type, bool nullable);
void describe_string(Writer& writer, const Limits& limits, bool nullable, std::string_view format);
void describe_enum(Writer& writer, const std::vector<std::string_view>& allowed, bool nullable);
void describe_items_limits(Writer& writer, const Limits& limits);
void read_integer(Reader& reader, Node node, const Limits& limits, std::int64_t& value);
void describe_integer(Writer& writer, const Limits& limits, bool nullable);

template <>
struct Codec<std::string> {
  static void write(Writer& writer, const std::string& value) { writer.string(value); }
  static void read(Reader& reader, Node node, const Limits& limits, std::string& value) {
    (void)read_string(reader, node, limits, value);
  }
  static void describe(Schemas&, Writer& writer, const Limits& limits, bool nullable) {
    describe_string(writer, limits, nullable, {});
  }
};

/// Only put out: nothing keeps what it would be read into.
template <>
struct Codec<std::string_view> {
  static void write(Writer& writer, std::string_view value) { writer.string(value); }
  static void read(Reader& reader, Node, const Limits&, std::string_view&) {
    refuse_output(reader);
  }
  static void describe(Schemas&, Writer& writer, const Limits& limits, bool nullable) {
    describe_string(writer, limits, nullable, {});
  }
};

template <>
struct Codec<bool> {
  static void write(Writer& writer, bool value) { writer.boolean(value); }
  static void read(Reader& reader, Node node, const Limits&, bool& value);
  static void describe(Schemas&, Writer& writer, const Limits&, bool nullable) {
    describe_type(writer, "boolean", nullable);
  }
};

template <class T>
requires(std::is_integral_v<T>&& std::is_signed_v<T> && sizeof(T) >= 4) struct Codec<T> {
  static void write(Writer& writer, T value) { writer.integer(std::int64_t{value}); }
  static void read(Reader& reader, Node node, const Limits& limits, T& value) {
    Limits narrowed = limits;
    if (narrowed.minimum < std::numeric_limits<T>::min())
      narrowed.minimum = std::numeric_limits<T>::min();
    if (narrowed.maximum > std::numeric_limits<T>::max())
      narrowed.maximum = std::numeric_limits<T>::max();
    std::int64_t wide = value;
    read_integer(reader, node, narrowed, wide);
    value = static_cast<T>(wide);
  }
  static void describe(Schemas&, Writer& writer, const Limits& limits, bool nullable) {
    describe_integer(writer, limits, nullable);
  }
};

template <>
struct Codec<double> {
  static void write(Writer& writer, double value) { writer.number(value); }
  static void read(Reader& reader, Node node, const Limits&, double& value);
  static void describe(Schemas&, Writer& writer, const Limits&, bool nullable) {
    describe_type(writer, "number", nullable);
  }
};

template <class E>
requires std::is_enum_v<E>
struct Codec<E> {
  static void write(Writer& writer, E value) { writer.string(enum_name(value)); }
  static void read(Reader& reader, Node node, const Limits&, E& value) {
    const std::optional<E> known =
        node.kind() == Kind::string ? enum_value<E>(node.text()) : std::nullopt;
    if (!known) return refuse_enum(reader, enum_names<E>());
    value = *known;
  }
  static void describe(Schemas&, Writer& writer, const Limits&, bool nullable) {
    describe_enum(writer, enum_names<E>(), nullable);
  }
};

/// Only put out: the names in their order.
template <class E>
struct Codec<EnumSet<E>> {
  static void write(Writer& writer, EnumSet<E> values) {
    writer.begin_array();
    for (const EnumName<E>& entry : EnumNames<E>::values) {
      if (values.has(entry.value)) writer.string(entry.name);
    }
    writer.end_array();
  }
  static void read(Reader& reader, Node, const Limits&, EnumSet<E>&) { refuse_output(reader); }
  static void describe(Schemas&, Writer& writer, const Limits&, bool nullable) {
    describe_type(writer, "array", nullable);
    writer.key("items");
    writer.begin_object();
    describe_enum(writer, enum_names<E>(), false);
    writer.end_object();
  }
};

template <>
struct Codec<TimePoint> {
  static void write(Writer& writer, TimePoint value) { writer.time(value); }
  static void read(Reader& reader, Node node, const Limits&, TimePoint& value);
  static void describe(Schemas&, Writer& writer, const Limits&, bool nullable) {
    describe_string(writer, {}, nullable, "date-time");
  }
};

template <class Tag>
struct Codec<Id<Tag>> {
  static void write(Writer& writer, const Id<Tag>& value) { writer.string(value.str()); }
  static void read(Reader& reader, Node node, const Limits&, Id<Tag>& value) {
    std::string text;
    Limits limits;
    limits.min_length = 1;
    limits.max_length = 200;
    if (read_string(reader, node, limits, text)) value = Id<Tag>(std::move(text));
  }
  static void describe(Schemas&, Writer& writer, const Limits&, bool nullable) {
    describe_string(writer, {}, nullable, {});
  }
};

template <>
struct Codec<EmailAddress> {
  static void write(Writer& writer, const EmailAddress& value) { writer.string(value.str()); }
  static void read(Reader& reader, Node node, const Limits&, EmailAddress& value);
  static void describe(Schemas&, Writer& writer, const Limits&, bool nullable);
};

template <>
struct Codec<PhoneNumber> {
  static void write(Writer& writer, const PhoneNumber& value) { writer.string(value.str()); }
  static void read(Reader& reader, Node node, const Limits&, PhoneNumber& value);
  static void describe(Schemas&, Writer& writer, const Limits&, bool nullable);
};

/// Taken in, never put out.
template <>
struct Codec<Secret> {
  static void write(Writer& writer, const Secret&) { writer.null(); }
  static void read(Reader& reader, Node node, const Limits& limits, Secret& value);
  static void describe(Schemas&, Writer& writer, const Limits& limits, bool nullable);
};
template <>
inline constexpr bool kWriteOnly<Secret> = true;
template <>
inline constexpr bool kWriteOnly<std::optional<Secret>> = true;

template <>
struct Codec<Raw> {
  static void write(Writer& writer, const Raw& value) {
    writer.raw(value.json.empty() ? std::string_view("null") : std::string_view(value.json));
  }
  static void read(Reader& reader, Node node, const Limits&, Raw& value);
  static void describe(Schemas&, Writer&, const Limits&, bool) {}
};

template <class T>
struct Codec<std::optional<T>> {
  static void write(Writer& writer, const std::optional<T>& value) {
    if (!value) return writer.null();
    Codec<T>::write(writer, *value);
  }
  static void read(Reader& reader, Node node, const Limits& limits, std::optional<T>& value) {
    value.reset();
    if (!node.is_null()) Codec<T>::read(reader, node, limits, value.emplace());
  }
  static void describe(Schemas& schemas, Writer& writer, const Limits& limits, bool) {
    Codec<T>::describe(schemas, writer, limits, true);
  }
};
template <class T>
inline constexpr bool kMayBeAbsent<std::optional<T>> = true;

template <class T>
struct Codec<Patch<T>> {
  static void write(Writer& writer, const Patch<T>& value) {
    Codec<std::optional<T>>::write(writer, value.value());
  }
  static void read(Reader& reader, Node node, const Limits& limits, Patch<T>& value) {
    if (node.is_null() && !limits.not_null) {
      value = Patch<T>(std::nullopt);
      return;
    }
    T read{};
    Codec<T>::read(reader, node, limits, read);
    value = Patch<T>(std::move(read));
  }
  static void describe(Schemas& schemas, Writer& writer, const Limits& limits, bool) {
    Codec<T>::describe(schemas, writer, limits, !limits.not_null);
  }
};
template <class T>
inline constexpr bool kMayBeAbsent<Patch<T>> = true;
template <class T>
inline constexpr bool kLeftOutWhenEmpty<Patch<T>> = true;

template <class T>
struct Table;

template <class T>
struct Codec<std::vector<T>> {
  static void write(Writer& writer, const std::vector<T>& values) {
    writer.begin_array();
    const std::size_t start = writer.size();
    for (const auto& value : values) {
      if constexpr (requires { Table<T>::hidden(writer, value); }) {
        if (Table<T>::hidden(writer, value)) continue;
      }
      Codec<T>::write(writer, value);
      // The others are likely to be as long as the first.
      if (&value == values.data()) writer.expect((writer.size() - start + 1) * values.size());
    }
    writer.end_array();
  }
  static void read(Reader& reader, Node node, const Limits& limits, std::vector<T>& values) {
    values.clear();
    if (!check_items(reader, node, limits)) return;
    std::size_t index = 0;
    for (const Node child : node.children()) {
      const Reader::Inside inside(reader, index++);
      T value{};
      Codec<T>::read(reader, child, limits, value);
      values.push_back(std::move(value));
    }
  }
  static void describe(Schemas& schemas, Writer& writer, const Limits& limits, bool nullable) {
    describe_type(writer, "array", nullable);
    describe_items_limits(writer, limits);
    writer.key("items");
    writer.begin_object();
    Codec<T>::describe(schemas, writer, limits, false);
    writer.end_object();
  }
};

template <>
struct Codec<std::map<std::string, std::string>> {
  using Map = std::map<std::string, std::string>;
  static void write(Writer& writer, const Map& values);
  static void read(Reader& reader, Node node, const Limits& limits, Map& values);
  static void describe(Schemas&, Writer& writer, const Limits& limits, bool nullable);
};

}  // namespace madoguchi::json
