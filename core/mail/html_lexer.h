// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace madoguchi::mail::html {

/// A tag as it stands in the source.
struct Tag {
  std::string name;  ///< lower case, at most 32 bytes of it
  bool is_end = false;
  /// Within a comment, CDATA section or raw text, as far as can be told without building the tree.
  bool is_doubtful = false;
  std::size_t attributes = 0;
  std::size_t begin = 0;  ///< bytes: the '<'
  std::size_t end = 0;    ///< one behind the '>'
};

/// Finds every tag in one linear pass, the way the HTML tokenizer reads them (WHATWG 13.2.5), but
/// without its state: tags within comments and raw text are found too and marked doubtful.
class Lexer {
 public:
  explicit Lexer(std::string_view html) : html_(html) {}

  std::optional<Tag> next();
  /// Something was met after which text and tags cannot be told apart without the tree: a script
  /// that hides its own end tag ("<script><!--<script>"), a CDATA section, or an element of raw
  /// text after an svg, math or select, where it may hold ordinary markup; or far too many
  /// comments.
  [[nodiscard]] bool is_ambiguous() const { return ambiguous_; }

 private:
  Tag read_tag(std::size_t begin);
  std::size_t skip_attributes(std::size_t at, std::size_t& count) const;
  void enter_markup_declaration();
  void enter_raw_text(const Tag& tag);

  std::string_view html_;
  std::size_t at_ = 0;
  std::size_t doubtful_end_ = 0;  ///< tags that begin before are doubtful
  bool ambiguous_ = false;
  bool raw_text_is_doubtful_ = false;
  std::size_t declarations_ = 0;
};

/// Appends text of the source with the commonest entities read and white space as it is.
void append_text(std::string& out, std::string_view source);

}  // namespace madoguchi::mail::html
