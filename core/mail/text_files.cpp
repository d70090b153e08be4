// SPDX-License-Identifier: Apache-2.0
#include "core/mail/text_files.h"

#include <algorithm>

#include "core/mail/ascii.h"

namespace madoguchi::mail {
namespace {

bool ends_with_any(std::string_view name, const std::string_view* begin,
                   const std::string_view* end) {
  return std::any_of(begin, end, [&](std::string_view suffix) {
    return name.size() >= suffix.size() &&
           iequals(name.substr(name.size() - suffix.size()), suffix);
  });
}

}  // namespace

bool is_mail_type(std::string_view media_type) {
  return media_type == "message/rfc822" || media_type == "message/global" ||
         media_type == "message/news";
}

bool is_text_file(std::string_view media_type, std::string_view file_name) {
  static constexpr std::string_view kNames[] = {".txt", ".csv",  ".tsv", ".log", ".json", ".xml",
                                                ".htm", ".html", ".ics", ".vcf", ".md",   ".yaml"};
  static constexpr std::string_view kSuffixes[] = {"/json", "+json", "/xml", "+xml", "/csv"};
  if (is_mail_type(media_type)) return false;
  return istarts_with(media_type, "text/") || istarts_with(media_type, "message/") ||
         ends_with_any(media_type, std::begin(kSuffixes), std::end(kSuffixes)) ||
         ends_with_any(file_name, std::begin(kNames), std::end(kNames));
}

bool is_html_file(std::string_view media_type, std::string_view file_name) {
  static constexpr std::string_view kNames[] = {".htm", ".html", ".xhtml"};
  return media_type == "text/html" || media_type == "application/xhtml+xml" ||
         ends_with_any(file_name, std::begin(kNames), std::end(kNames));
}

std::string_view marked_charset(std::string_view bytes) {
  const std::string_view mark = bytes.substr(0, 2);
  return mark == "\xFF\xFE" || mark == "\xFE\xFF" ? "utf-16" : std::string_view{};
}

}  // namespace madoguchi::mail
