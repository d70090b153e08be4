// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/json/document.h"
#include "core/json/reader.h"
#include "core/json/writer.h"

namespace madoguchi::json {

class Schemas;

/// How values of a type T are written, read and described: specialised once per type (codecs.h).
///   static void write(Writer&, const T&);
///   static void read(Reader&, Node, const Limits&, T&);           refuses through the Reader
///   static void describe(Schemas&, Writer&, const Limits&, bool nullable);
///                             the members of a JSON Schema object, between its braces
template <class T>
struct Codec;

/// Whether a member of that type may be missing from input.
template <class T>
inline constexpr bool kMayBeAbsent = false;
/// Whether a member of that type is left out of the output when empty, whatever the field says.
template <class T>
inline constexpr bool kLeftOutWhenEmpty = false;
/// Whether a member of that type is never part of an answer.
template <class T>
inline constexpr bool kWriteOnly = false;

/// A Codec without its template: tables are walked by ordinary functions, so that a file with many
/// field tables compiles quickly and its code stays small.
struct Type {
  void (*write)(Writer&, const void*);
  void (*read)(Reader&, Node, const Limits&, void*);
  void (*describe)(Schemas&, Writer&, const Limits&, bool nullable);
  bool (*empty)(const void*);
  bool may_be_absent;
  bool left_out_when_empty;
  bool write_only;
};

template <class T>
[[nodiscard]] bool is_empty(const T& value) {
  if constexpr (requires { value.has_value(); }) {
    return !value.has_value();
  } else if constexpr (requires { value.empty(); }) {
    return value.empty();
  } else {
    return false;
  }
}

template <class T>
inline constexpr Type kType{
    [](Writer& writer, const void* value) {
      Codec<T>::write(writer, *static_cast<const T*>(value));
    },
    [](Reader& reader, Node node, const Limits& limits, void* value) {
      Codec<T>::read(reader, node, limits, *static_cast<T*>(value));
    },
    [](Schemas& schemas, Writer& writer, const Limits& limits, bool nullable) {
      Codec<T>::describe(schemas, writer, limits, nullable);
    },
    [](const void* value) { return is_empty(*static_cast<const T*>(value)); },
    kMayBeAbsent<T>,
    kLeftOutWhenEmpty<T>,
    kWriteOnly<T>};

}  // namespace madoguchi::json
