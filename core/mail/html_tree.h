// SPDX-License-Identifier: Apache-2.0
#pragma once

// Private to core/mail: the one header that knows gumbo. Include it in .cpp files only.
#include <gumbo.h>

#include <memory>
#include <string_view>

namespace madoguchi::mail::html {

/// An HTML5 tree. Only for input that `is_safe_to_parse`.
class Tree {
 public:
  explicit Tree(std::string_view html);

  [[nodiscard]] const GumboNode& root() const { return *output_->root; }

 private:
  struct Free {
    void operator()(GumboOutput* output) const;
  };
  /// Views into the source live in the tree, so the source must outlive it.
  std::unique_ptr<GumboOutput, Free> output_;
};

/// The lower-case name of an HTML element that HTML5 knows, else "" (also for svg and math).
[[nodiscard]] std::string_view element_name(const GumboNode& node);
[[nodiscard]] const GumboVector& children_of(const GumboNode& node);
[[nodiscard]] inline const GumboNode& child(const GumboVector& children, unsigned i) {
  return *static_cast<const GumboNode*>(children.data[i]);
}
/// The value of an attribute without namespace, or nullptr.
[[nodiscard]] const char* attribute(const GumboNode& node, const char* name);
[[nodiscard]] bool is_element(const GumboNode& node);
/// Ordinary characters, white space or CDATA.
[[nodiscard]] bool is_text(const GumboNode& node);

}  // namespace madoguchi::mail::html
