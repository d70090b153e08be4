// SPDX-License-Identifier: Apache-2.0
#pragma once

// Texts that replies begin with, and the variables in them.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/id.h"
#include "core/base/result.h"

namespace madoguchi::domain {

struct TemplateTag;
using TemplateId = Id<TemplateTag>;

struct Template {
  TemplateId id;
  std::string name;      ///< unique
  std::string language;  ///< "ja", "en"; empty: any
  std::string subject;
  std::string text;
  std::string html;
  std::int64_t position = 0;
  std::int64_t version = 1;
};

/// A variable is written {{customer.name}}, or {{customer.name|お客様}} with what stands there when
/// it has no value. Spaces inside the braces do not matter.
using Variables = std::map<std::string, std::string, std::less<>>;

/// Text as html that shows it: with line ends as <br>.
[[nodiscard]] std::string escape_html(std::string_view text);

enum class Escaping { none, html };

struct Rendered {
  std::string text;
  std::vector<std::string> missing;  ///< variables without value and without substitute
};

/// Puts the values in; with Escaping::html so that they stay text. Every variable that there is has
/// to be in `values`, with an empty value when it has none here; others, and braces that do not
/// close, are Error::invalid at `pointer`, which names them all.
[[nodiscard]] Result<Rendered> render(std::string_view source, const Variables& values,
                                      Escaping escaping, const std::string& pointer);

}  // namespace madoguchi::domain
