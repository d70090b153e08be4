// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace madoguchi::json {

class Document;
class Writer;

enum class Kind : std::uint8_t {
  null,
  boolean,
  integer,
  unsigned_integer,
  real,
  string,
  array,
  object
};

/// One value of a parsed Document: a cursor, cheap to copy, valid as long as the Document.
class Node {
 public:
  class Children;

  [[nodiscard]] Kind kind() const;
  [[nodiscard]] bool is_null() const { return kind() == Kind::null; }
  [[nodiscard]] bool boolean() const;                    ///< of Kind::boolean
  [[nodiscard]] std::int64_t integer() const;            ///< of Kind::integer
  [[nodiscard]] std::uint64_t unsigned_integer() const;  ///< of Kind::unsigned_integer (over int64)
  [[nodiscard]] double real() const;                     ///< of Kind::real
  [[nodiscard]] std::string_view text() const;           ///< of Kind::string, valid UTF-8
  /// The member name, when this is a member of an object.
  [[nodiscard]] std::string_view name() const;
  /// Items of an array or members of an object, in order; none of anything else.
  [[nodiscard]] Children children() const;

 private:
  friend class Document;
  Node(const Document& document, std::uint32_t index) : document_(&document), index_(index) {}

  const Document* document_;
  std::uint32_t index_;
};

struct ParseOptions {
  std::size_t max_depth = 64;
};

/// JSON text that has been parsed (RFC 8259) into one flat tape of 32 bytes per value: a hostile
/// body cannot make much memory of few bytes. Strict: UTF-8 only, no duplicate member names,
/// nothing behind the value, at most `max_depth` levels.
class Document {
 public:
  /// `malformed`, with the byte position where there is one.
  [[nodiscard]] static Result<Document> parse(std::string_view text, ParseOptions options = {});

  [[nodiscard]] Node root() const { return {*this, 0}; }

 private:
  friend class Node;
  friend class Builder;

  struct Slot {
    Kind kind = Kind::null;
    std::uint32_t next = 0;  ///< the slot behind this value and all below it
    std::uint32_t name = 0;  ///< offset in `arena_`
    std::uint32_t name_size = 0;
    std::uint32_t size = 0;   ///< of the text
    std::uint64_t value = 0;  ///< bits of the number, or offset of the text
  };

  std::vector<Slot> slots_;
  std::string arena_;
};

/// For `for (const Node child : node.children())`.
class Node::Children {
 public:
  struct Iterator {
    const Document* document;
    std::uint32_t index;
    Node operator*() const { return {*document, index}; }
    Iterator& operator++();
    bool operator!=(const Iterator& other) const { return index != other.index; }
  };
  [[nodiscard]] Iterator begin() const { return {document_, first_}; }
  [[nodiscard]] Iterator end() const { return {document_, end_}; }

 private:
  friend class Node;
  Children(const Document* document, std::uint32_t first, std::uint32_t end)
      : document_(document), first_(first), end_(end) {}

  const Document* document_;
  std::uint32_t first_;
  std::uint32_t end_;
};

/// Writes a parsed value again, compact.
void write_node(Writer& writer, Node node);

}  // namespace madoguchi::json
