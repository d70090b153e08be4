// SPDX-License-Identifier: Apache-2.0
#include "core/mail/body_page.h"

#include <utility>

#include "core/mail/body_text.h"
#include "core/text/percent.h"

namespace madoguchi::mail {
namespace {

constexpr std::string_view kContentScheme = "cid:";
constexpr std::string_view kSource = " src=\"";
constexpr std::string_view kRemoteSource = " data-remote-src=\"";

// Mails are made for a white page, whatever the theme around them is.
constexpr std::string_view kHead =
    "<!doctype html><html><head><meta charset=\"utf-8\"><style>"
    "html{color-scheme:light;background:#fff}"
    "body{margin:0;color:#1a1a1a;font:14px/1.6 \"Hiragino Sans\",\"Noto Sans CJK JP\","
    "\"Yu Gothic UI\",system-ui,sans-serif;overflow-wrap:anywhere}"
    "img{max-width:100%;height:auto}"
    "img[data-remote-src]{display:inline-block;min-width:16px;min-height:16px;"
    "outline:1px dashed #999;outline-offset:-1px}"
    "pre{white-space:pre-wrap}"
    "blockquote{margin:.5em 0;padding-left:.8em;border-left:3px solid #ccc;color:#555}"
    "</style></head><body>";
constexpr std::string_view kTail = "</body></html>\n";

std::string unescaped(std::string_view value) {
  static constexpr std::pair<std::string_view, char> kEntities[] = {
      {"&amp;", '&'},  {"&lt;", '<'},   {"&gt;", '>'},
      {"&quot;", '"'}, {"&#39;", '\''}, {"&#96;", '`'}};
  std::string out;
  while (!value.empty()) {
    std::size_t taken = 1;
    char c = value.front();
    for (const auto& entity : kEntities) {
      if (value.substr(0, entity.first.size()) != entity.first) continue;
      taken = entity.first.size();
      c = entity.second;
    }
    out += c;
    value.remove_prefix(taken);
  }
  return out;
}

}  // namespace

std::string ShownImage::content_id() const {
  const std::string_view whole = url;
  if (whole.substr(0, kContentScheme.size()) != kContentScheme) return {};
  return text::percent_decoded_where_right(whole.substr(kContentScheme.size()));
}

std::vector<ShownImage> shown_images(std::string_view sanitised) {
  std::vector<ShownImage> images;
  for (std::size_t tag = sanitised.find("<img"); tag != std::string_view::npos;
       tag = sanitised.find("<img", tag + 1)) {
    const std::string_view whole = sanitised.substr(tag, sanitised.find('>', tag) - tag);
    for (const std::string_view name : {kSource, kRemoteSource}) {
      const std::size_t at = whole.find(name);
      if (at == std::string_view::npos) continue;
      const std::size_t value = at + name.size();
      const std::size_t end = whole.find('"', value);
      if (end == std::string_view::npos) continue;
      images.push_back({tag + at + 1, end - at, unescaped(whole.substr(value, end - value))});
      break;
    }
  }
  return images;
}

std::string body_page(std::string_view sanitised, std::string_view text,
                      const std::function<std::string(const std::string& content_id)>& url_of) {
  std::string page(kHead);
  if (sanitised.empty()) {
    page += plain_as_html(text);
  } else {
    std::size_t done = 0;
    for (const ShownImage& image : shown_images(sanitised)) {
      const std::string id = image.content_id();
      if (id.empty()) continue;
      page += sanitised.substr(done, image.at - done);
      const std::string url = url_of(id);
      if (!url.empty()) page += "src=\"" + url + "\"";
      done = image.at + image.size;
    }
    page += sanitised.substr(done);
  }
  page += kTail;
  return page;
}

}  // namespace madoguchi::mail
