// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/money.h"
#include "core/json/codecs.h"

namespace madoguchi::json {

/// The field table of a DTO: one declaration gives its JSON out, its JSON in and its schema.
///
///   template <>
///   struct json::Table<CaseView> {
///     static constexpr const char* name = "Case";
///     static const json::Fields& fields() {
///       static const json::Fields table = json::fields<CaseView>(
///           json::field("number", &CaseView::number, "The hub's own number, such as CS-000123."),
///           json::field("tags", &CaseView::tags, "…").optional().max_items(50));
///       return table;
///     }
///     // optional: another type with the same members, which stands for it in the schemas
///     using DescribedAs = CaseCreate;
///     // optional: whether such an item of a list is left out for that reader
///     static bool hidden(const json::Writer& writer, const CaseView& value);
///     // optional: what no single field can know; runs when every field has been read
///     static void check(const CaseView& value, json::Reader& reader);
///   };
///
/// T needs a default constructor. Members of T that are tables themselves nest.
template <class T>
struct Table;

/// One member of a DTO, without its type. Built by `field` and `fields`.
struct Field {
  std::string name;
  std::string key;  ///< `"name":`
  std::string description;
  std::string example;  ///< JSON already rendered
  const Type* type = nullptr;
  std::size_t offset = 0;
  Limits limits;
  bool optional = false;   ///< may be missing from input; the default of T stays
  bool read_only = false;  ///< refused in input
  bool omitted_when_empty = false;
  bool conditional = false;  ///< may be left out of the output
  std::uint32_t needs = 0;   ///< left out for, and refused from, whom one of these bits is hidden

  [[nodiscard]] bool required_in_input() const {
    return !optional && !read_only && !type->may_be_absent;
  }
};

using Fields = std::vector<Field>;

/// A field being declared: the calls below narrow what is taken.
template <class S, class M>
struct FieldOf {
  Field data;
  M S::*member;

  FieldOf optional() && { return data.optional = true, std::move(*this); }
  FieldOf read_only() && { return data.read_only = true, std::move(*this); }
  FieldOf omitted_when_empty() && { return data.omitted_when_empty = true, std::move(*this); }
  /// Only for who has that right: others neither see nor set it. One of an enumeration of rights.
  template <class E>
  FieldOf needs(E right) && {
    data.needs |= EnumSet<E>{right}.bits();
    data.description += " Only with the permission " + std::string(enum_name(right)) + ".";
    return std::move(*this);
  }
  FieldOf not_null() && { return data.limits.not_null = true, std::move(*this); }
  FieldOf not_empty() && { return data.limits.min_length = 1, std::move(*this); }
  FieldOf min_length(std::size_t n) && { return data.limits.min_length = n, std::move(*this); }
  FieldOf max_length(std::size_t n) && { return data.limits.max_length = n, std::move(*this); }
  FieldOf min_items(std::size_t n) && { return data.limits.min_items = n, std::move(*this); }
  FieldOf max_items(std::size_t n) && { return data.limits.max_items = n, std::move(*this); }
  FieldOf range(std::int64_t low, std::int64_t high) && {
    data.limits.minimum = low;
    data.limits.maximum = high;
    return std::move(*this);
  }
  /// `json` is rendered JSON: "\"CS-000123\"".
  FieldOf example(const char* json) && { return data.example = json, std::move(*this); }
};

[[nodiscard]] Field make_field(const char* name, const char* description, const Type& type);

template <class S, class M>
[[nodiscard]] FieldOf<S, M> field(const char* name, M S::*member, const char* description) {
  return {make_field(name, description, kType<M>), member};
}

/// The table of S, from fields of S and its bases.
template <class S, class... Declared>
[[nodiscard]] Fields fields(Declared&&... declared) {
  // A real object tells where its members lie, whatever S looks like.
  const S sample{};
  Fields table;
  table.reserve(sizeof...(declared));
  const auto add = [&](auto& one) {
    one.data.offset =
        static_cast<std::size_t>(reinterpret_cast<const char*>(&(sample.*one.member)) -
                                 reinterpret_cast<const char*>(&sample));
    one.data.conditional = one.data.omitted_when_empty || one.data.type->left_out_when_empty ||
                           one.data.type->write_only || one.data.needs != 0;
    table.push_back(std::move(one.data));
  };
  (add(declared), ...);
  return table;
}

/// A table without its type.
struct Object {
  std::string_view name;
  const Fields& (*fields)();
  void (*check)(const void* value, Reader& reader);  ///< may be null
};

template <class T>
concept HasTable = requires {
  Table<T>::fields();
  Table<T>::name;
};

template <HasTable T>
[[nodiscard]] Object object_of() {
  Object object{Table<T>::name, &Table<T>::fields, nullptr};
  if constexpr (requires(const T& value, Reader& reader) { Table<T>::check(value, reader); }) {
    object.check = [](const void* value, Reader& reader) {
      Table<T>::check(*static_cast<const T*>(value), reader);
    };
  }
  return object;
}

void write_object(Writer& writer, const Fields& fields, const void* value);
/// The members alone, for a DTO whose object is opened and closed by the caller.
void write_members(Writer& writer, const Fields& fields, const void* value);
void read_object(Reader& reader, Node node, const Object& object, void* value);
void describe_object(Schemas& schemas, Writer& writer, const Object& object, bool nullable);

template <class T>
struct DescribedAs {
  using Type = T;
};
template <class T>
requires requires { typename Table<T>::DescribedAs; }
struct DescribedAs<T> {
  using Type = typename Table<T>::DescribedAs;
};

template <HasTable T>
struct Codec<T> {
  static void write(Writer& writer, const T& value) {
    write_object(writer, Table<T>::fields(), &value);
  }
  static void read(Reader& reader, Node node, const Limits&, T& value) {
    read_object(reader, node, object_of<T>(), &value);
  }
  static void describe(Schemas& schemas, Writer& writer, const Limits&, bool nullable) {
    describe_object(schemas, writer, object_of<typename DescribedAs<T>::Type>(), nullable);
  }
};

template <>
struct Table<Money> {
  static constexpr const char* name = "Money";
  static const Fields& fields();
  static void check(const Money& value, Reader& reader);
};

}  // namespace madoguchi::json
