// SPDX-License-Identifier: Apache-2.0
// What a mail by itself tells the stages of threading.cpp.
#include <algorithm>
#include <array>

#include "core/service/threading.h"
#include "core/text/fold.h"

namespace madoguchi::service {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

/// The value without comments (RFC 5322, 3.2.2), which may hold anything.
std::string without_comments(std::string_view value) {
  std::string out;
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (c == '\\' && (quoted || depth > 0)) {
      ++i;
      continue;
    }
    if (c == '"' && depth == 0) quoted = !quoted;
    if (!quoted && c == '(') ++depth;
    if (depth == 0) out += c;
    if (!quoted && c == ')' && depth > 0) --depth;
  }
  return out;
}

/// "mx.shop.example 1; dmarc=fail; …": who says so.
std::string authserv_id_of(std::string_view value) {
  value = value.substr(0, value.find(';'));
  while (!value.empty() && is_blank(value.front())) value.remove_prefix(1);
  std::size_t end = 0;
  while (end < value.size() && !is_blank(value[end])) ++end;
  return std::string(value.substr(0, end));
}

Dmarc result_in(std::string_view value) {
  Dmarc result = Dmarc::none;
  for (std::size_t begin = value.find(';'); begin != std::string_view::npos;) {
    const std::size_t end = value.find(';', begin + 1);
    std::string part;
    for (const char c :
         value.substr(begin + 1, end == std::string_view::npos ? end : end - begin - 1))
      if (!is_blank(c)) part += c;
    if (part.rfind("dmarc=fail", 0) == 0) return Dmarc::fail;
    if (part.rfind("dmarc=pass", 0) == 0) result = Dmarc::pass;
    begin = end;
  }
  return result;
}

}  // namespace

Dmarc dmarc_result(const mail::Message& mail, const std::vector<std::string>& authserv_ids,
                   int trusted_hops) {
  int hops = 0;
  Dmarc result = Dmarc::none;
  for (const mail::Header& header : mail.headers) {
    const std::string name = lowered(header.name);
    if (name == "received" && ++hops > trusted_hops) break;
    if (name != "authentication-results") continue;
    const std::string value = lowered(without_comments(header.value));
    const std::string id = authserv_id_of(value);
    const bool ours = std::any_of(authserv_ids.begin(), authserv_ids.end(),
                                  [&](const std::string& one) { return lowered(one) == id; });
    if (!ours) continue;
    const Dmarc said = result_in(value);
    if (said == Dmarc::fail) return said;
    if (said == Dmarc::pass) result = said;
  }
  return result;
}

bool same_subject(std::string_view a, std::string_view b) {
  const auto bare = [](std::string_view subject) {
    static constexpr std::array kPrefixes = {
        "re:", "fwd:", "fw:", "aw:", "sv:", "返信:", "転送:", "回答:", "答复:"};
    std::string out;
    for (const char c : text::fold(domain::without_subject_tags(subject)))
      if (!is_blank(c)) out += c;
    bool cut = true;
    while (cut) {
      cut = false;
      for (const char* prefix : kPrefixes) {
        if (out.rfind(prefix, 0) != 0) continue;
        out.erase(0, std::string_view(prefix).size());
        cut = true;
      }
    }
    return out;
  };
  const std::string first = bare(a);
  const std::string second = bare(b);
  return first.empty() || second.empty() || first == second;
}

}  // namespace madoguchi::service
