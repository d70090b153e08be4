// SPDX-License-Identifier: Apache-2.0
#include "core/mail/html_tree.h"

#include <new>

namespace madoguchi::mail::html {
namespace {

GumboOptions options() {
  GumboOptions options = kGumboDefaultOptions;
  options.max_errors = 0;  // nobody reads them, and hostile input has millions
  return options;
}

}  // namespace

Tree::Tree(std::string_view html) {
  const GumboOptions parse_options = options();
  output_.reset(gumbo_parse_with_options(&parse_options, html.data(), html.size()));
  if (output_ == nullptr) throw std::bad_alloc();
}

void Tree::Free::operator()(GumboOutput* output) const {
  const GumboOptions parse_options = options();
  gumbo_destroy_output(&parse_options, output);
}

bool is_element(const GumboNode& node) {
  return node.type == GUMBO_NODE_ELEMENT || node.type == GUMBO_NODE_TEMPLATE;
}

bool is_text(const GumboNode& node) {
  return node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_WHITESPACE ||
         node.type == GUMBO_NODE_CDATA;
}

std::string_view element_name(const GumboNode& node) {
  if (!is_element(node) || node.v.element.tag_namespace != GUMBO_NAMESPACE_HTML) return {};
  return gumbo_normalized_tagname(node.v.element.tag);
}

const GumboVector& children_of(const GumboNode& node) {
  if (node.type == GUMBO_NODE_DOCUMENT) return node.v.document.children;
  return is_element(node) ? node.v.element.children : kGumboEmptyVector;
}

const char* attribute(const GumboNode& node, const char* name) {
  if (!is_element(node)) return nullptr;
  const GumboAttribute* found = gumbo_get_attribute(&node.v.element.attributes, name);
  return found != nullptr && found->attr_namespace == GUMBO_ATTR_NAMESPACE_NONE ? found->value
                                                                                : nullptr;
}

}  // namespace madoguchi::mail::html
