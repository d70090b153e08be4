// SPDX-License-Identifier: Apache-2.0
#include "core/mail/multipart.h"

#include "core/mail/ascii.h"

namespace madoguchi::mail {
namespace {

struct Delimiter {
  std::size_t before = 0;  ///< end of what comes before, its line end cut off
  std::size_t after = 0;   ///< start of the line after
  bool close = false;
};

/// What stands on the rest of the line after "--boundary"; false when the line is another one.
bool ends_delimiter(std::string_view body, std::size_t at, Delimiter& out) {
  out.close = body.substr(at, 2) == "--";
  if (out.close) at += 2;
  while (at < body.size() && (body[at] == ' ' || body[at] == '\t' || body[at] == '\r')) ++at;
  if (at < body.size() && body[at] != '\n') return false;
  out.after = at < body.size() ? at + 1 : at;
  return true;
}

bool next_delimiter(std::string_view body, std::string_view needle, std::size_t from,
                    Delimiter& out) {
  // Only where a line begins is the needle compared, and no further than that line goes: a body of
  // nothing but its first letters takes no longer than any other.
  for (std::size_t at = body.find('-', from); at != std::string_view::npos;
       at = body.find('-', body.find('\n', at))) {
    if (at != 0 && body[at - 1] != '\n') continue;
    if (body.substr(at, needle.size()) != needle) continue;
    if (!ends_delimiter(body, at + needle.size(), out)) continue;
    out.before = at == 0 ? 0 : at - 1;
    if (out.before > from && body[out.before - 1] == '\r') --out.before;
    if (out.before < from) out.before = from;
    return true;
  }
  return false;
}

}  // namespace

MultipartBody split_multipart(std::string_view body, std::string_view boundary,
                              std::size_t max_parts) {
  MultipartBody result;
  if (boundary.empty()) return result;
  const std::string needle = "--" + std::string(boundary);
  Delimiter delimiter;
  std::size_t from = 0;
  bool inside = false;
  while (next_delimiter(body, needle, from, delimiter)) {
    if (inside) {
      if (result.parts.size() >= max_parts) {
        result.limited = true;
        return result;
      }
      result.parts.push_back(body.substr(from, delimiter.before - from));
    }
    result.found = true;
    result.closed = delimiter.close;
    inside = !delimiter.close;
    from = delimiter.after;
  }
  if (!inside || trim(body.substr(from)).empty()) return result;
  if (result.parts.size() >= max_parts) {
    result.limited = true;
  } else {
    result.parts.push_back(body.substr(from));
  }
  return result;
}

std::string_view guess_boundary(std::string_view body) {
  Lines lines(body);
  std::string_view line;
  std::string_view candidate;
  for (int i = 0; i < 200 && lines.next(line); ++i) {
    if (!candidate.empty() && istarts_with(line, "content-")) return candidate;
    candidate = {};
    if (line.size() > 2 && line.size() < 200 && line.substr(0, 2) == "--") {
      candidate = trim(line.substr(2));
    }
  }
  return {};
}

}  // namespace madoguchi::mail
