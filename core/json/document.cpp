// SPDX-License-Identifier: Apache-2.0
#include "core/json/document.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/json/writer.h"

namespace madoguchi::json {

/// Takes nlohmann's events and lays them on the tape.
class Builder {
 public:
  using number_integer_t = nlohmann::json::number_integer_t;
  using number_unsigned_t = nlohmann::json::number_unsigned_t;
  using number_float_t = nlohmann::json::number_float_t;
  using string_t = nlohmann::json::string_t;
  using binary_t = nlohmann::json::binary_t;

  Builder(Document& document, ParseOptions options) : document_(document), options_(options) {}

  bool null() { return leaf(Kind::null, 0); }
  bool boolean(bool value) { return leaf(Kind::boolean, value ? 1 : 0); }
  bool number_integer(number_integer_t value) {
    return leaf(Kind::integer, static_cast<std::uint64_t>(value));
  }
  bool number_unsigned(number_unsigned_t value) {
    const bool fits = value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return leaf(fits ? Kind::integer : Kind::unsigned_integer, value);
  }
  bool number_float(number_float_t value, const string_t&) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    return leaf(Kind::real, bits);
  }
  bool string(string_t& text) {
    const std::size_t offset = keep(text);
    leaf(Kind::string, offset);
    document_.slots_.back().size = static_cast<std::uint32_t>(text.size());
    return true;
  }
  bool binary(binary_t&) { return false; }
  bool start_object(std::size_t) { return open(Kind::object); }
  bool start_array(std::size_t) { return open(Kind::array); }
  bool key(string_t& name) {
    name_offset_ = static_cast<std::uint32_t>(keep(name));
    name_size_ = static_cast<std::uint32_t>(name.size());
    return true;
  }
  bool end_object() { return names_differ() && close(); }
  bool end_array() { return close(); }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::json::exception& what) {
    error_ =
        Error::malformed({fmt::format("The body is not valid JSON (at byte {}).", position),
                          fmt::format("JSON として正しくありません（{} バイト目）。", position)},
                         what.what());
    return false;
  }

  [[nodiscard]] Error take_error() { return std::move(error_); }

 private:
  std::size_t keep(const string_t& text) {
    const std::size_t offset = document_.arena_.size();
    document_.arena_ += text;
    return offset;
  }
  bool leaf(Kind kind, std::uint64_t value) {
    Document::Slot slot;
    slot.kind = kind;
    slot.value = value;
    slot.name = name_offset_;
    slot.name_size = name_size_;
    name_size_ = 0;
    document_.slots_.push_back(slot);
    document_.slots_.back().next = static_cast<std::uint32_t>(document_.slots_.size());
    return true;
  }
  bool open(Kind kind) {
    if (open_.size() >= options_.max_depth) {
      error_ = Error::malformed(
          {fmt::format("The JSON is nested deeper than {} levels.", options_.max_depth),
           fmt::format("JSON の入れ子が {} 段を超えています。", options_.max_depth)});
      return false;
    }
    leaf(kind, 0);
    open_.push_back(static_cast<std::uint32_t>(document_.slots_.size() - 1));
    return true;
  }
  bool close() {
    document_.slots_[open_.back()].next = static_cast<std::uint32_t>(document_.slots_.size());
    open_.pop_back();
    return true;
  }
  // By sorting: comparing each with each would let one body of many members stop a worker.
  bool names_differ() {
    names_.clear();
    const std::vector<Document::Slot>& slots = document_.slots_;
    for (std::size_t i = open_.back() + 1; i < slots.size(); i = slots[i].next) {
      names_.push_back(
          std::string_view(document_.arena_).substr(slots[i].name, slots[i].name_size));
    }
    std::sort(names_.begin(), names_.end());
    const auto twice = std::adjacent_find(names_.begin(), names_.end());
    if (twice == names_.end()) return true;
    const std::string name = quoted(twice->substr(0, 100));
    error_ = Error::malformed({"The JSON has the member " + name + " twice in one object.",
                               "JSON の一つのオブジェクトに " + name + " が二つあります。"});
    return false;
  }

  Document& document_;
  ParseOptions options_;
  std::vector<std::uint32_t> open_;
  std::vector<std::string_view> names_;
  std::uint32_t name_offset_ = 0;
  std::uint32_t name_size_ = 0;
  Error error_;
};

Result<Document> Document::parse(std::string_view text, ParseOptions options) {
  if (text.size() > std::numeric_limits<std::uint32_t>::max()) {
    return fail(Error::too_large({"The JSON is over 4 GiB.", "JSON が 4 GiB を超えています。"}));
  }
  Document document;
  Builder builder(document, options);
  if (!nlohmann::json::sax_parse(text, &builder)) return fail(builder.take_error());
  return document;
}

Kind Node::kind() const { return document_->slots_[index_].kind; }
bool Node::boolean() const { return document_->slots_[index_].value != 0; }
std::int64_t Node::integer() const {
  return static_cast<std::int64_t>(document_->slots_[index_].value);
}
std::uint64_t Node::unsigned_integer() const { return document_->slots_[index_].value; }
double Node::real() const {
  double value = 0;
  std::memcpy(&value, &document_->slots_[index_].value, sizeof value);
  return value;
}
std::string_view Node::text() const {
  const Document::Slot& slot = document_->slots_[index_];
  if (slot.kind != Kind::string) return {};
  return std::string_view(document_->arena_)
      .substr(static_cast<std::size_t>(slot.value), slot.size);
}
std::string_view Node::name() const {
  const Document::Slot& slot = document_->slots_[index_];
  return std::string_view(document_->arena_).substr(slot.name, slot.name_size);
}
Node::Children Node::children() const {
  return {document_, index_ + 1, document_->slots_[index_].next};
}
Node::Children::Iterator& Node::Children::Iterator::operator++() {
  index = document->slots_[index].next;
  return *this;
}

void write_node(Writer& writer, Node node) {
  switch (node.kind()) {
    case Kind::null:
      return writer.null();
    case Kind::boolean:
      return writer.boolean(node.boolean());
    case Kind::integer:
      return writer.integer(node.integer());
    case Kind::unsigned_integer:
      return writer.integer(node.unsigned_integer());
    case Kind::real:
      return writer.number(node.real());
    case Kind::string:
      return writer.string(node.text());
    case Kind::array:
      writer.begin_array();
      for (const Node child : node.children()) write_node(writer, child);
      return writer.end_array();
    case Kind::object:
      writer.begin_object();
      for (const Node child : node.children()) {
        writer.key(child.name());
        write_node(writer, child);
      }
      return writer.end_object();
  }
}

}  // namespace madoguchi::json
