// SPDX-License-Identifier: Apache-2.0
#include "connectors/relation/options.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace madoguchi::connectors::relation {

using connector::OptionKind;
using connector::OptionSpec;
using connector::Presence;
using connector::Settings;

namespace {

constexpr std::int64_t kMostDays = 3660;

bool is_label(const std::string& text) {
  return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

/// "1, 2" as numbers; nothing when it is something else.
std::optional<std::vector<std::int64_t>> read_boxes(std::string text) {
  std::vector<std::int64_t> boxes;
  text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
  for (std::size_t at = 0; at < text.size();) {
    std::int64_t box = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + at, end, box);
    if (read.ec != std::errc{} || box <= 0 || (read.ptr != end && *read.ptr != ',')) {
      return std::nullopt;
    }
    boxes.push_back(box);
    at = static_cast<std::size_t>(read.ptr - text.data()) + 1;
  }
  return boxes;
}

net::Url base_of(const Settings& settings) {
  const std::string& own = settings.text("base_url");
  return net::Url::parse(own.empty() ? "https://" + settings.text("subdomain") + ".relationapp.jp"
                                     : own)
      .value();
}

}  // namespace

const std::vector<OptionSpec>& option_specs() {
  static const std::vector<OptionSpec> kSpecs = {
      {.name = "subdomain",
       .presence = Presence::required,
       .summary = {"What stands before .relationapp.jp in the address of your Re:lation.",
                   "Re:lation の URL の .relationapp.jp の前の部分（サブドメイン）。"}},
      {.name = "token",
       .kind = OptionKind::secret,
       .presence = Presence::required,
       .summary = {"The token from the system settings, \"API トークン\".",
                   "システム設定の「API トークン」で発行したトークン。"}},
      {.name = "message_boxes",
       .summary = {"Numbers of the message boxes, with commas between; empty: all.",
                   "受信箱の ID（カンマ区切り）。空欄ならすべて。"}},
      {.name = "history_days",
       .kind = OptionKind::integer,
       .default_value = "365",
       .summary =
           {"How many days back its messages are brought. One request a ticket, 60 a minute.",
            "何日前までのメールを取り込むか。チケット 1 件につき 1 回の呼び出し"
            "（毎分 60 回まで）が必要です。"},
       .minimum = 1,
       .maximum = kMostDays},
      {.name = "mail_account_id",
       .kind = OptionKind::integer,
       .summary = {"The mail account that replies go from; not set: the message box's first.",
                   "返信に使うメールアカウントの ID。未設定なら受信箱の最初のもの。"},
       .minimum = 1},
      {.name = "base_url",
       .kind = OptionKind::url,
       .summary = {"Another address in place of https://SUBDOMAIN.relationapp.jp: a sandbox.",
                   "https://サブドメイン.relationapp.jp の代わりの URL（サンドボックス用）。"}},
  };
  return kSpecs;
}

std::vector<FieldError> validate(const Settings& settings) {
  std::vector<FieldError> wrong;
  if (!is_label(settings.text("subdomain"))) {
    wrong.push_back({"/options/subdomain",
                     {"Only lower-case letters, digits and hyphens: \"myshop\".",
                      "英小文字、数字、ハイフンで入力してください（例: myshop）。"}});
  }
  if (!read_boxes(settings.text("message_boxes"))) {
    wrong.push_back({"/options/message_boxes",
                     {"Numbers with commas between, such as \"1, 2\".",
                      "\"1, 2\" のように番号をカンマ区切りで入力してください。"}});
  }
  const std::string& base = settings.text("base_url");
  if (!base.empty() && !net::Url::parse(base)) {
    wrong.push_back({"/options/base_url",
                     {"Give a URL such as http://127.0.0.1:9101.",
                      "http://127.0.0.1:9101 のような URL を入力してください。"}});
  }
  return wrong;
}

Options read_options(const Settings& settings) {
  Options options;
  const net::Url base = base_of(settings);
  options.api = base.below("/api/v2");
  options.screen = base;
  options.token = settings.secret("token");
  options.boxes = read_boxes(settings.text("message_boxes")).value_or(std::vector<std::int64_t>{});
  options.history = std::chrono::hours(24 * settings.integer("history_days"));
  options.mail_account = settings.integer("mail_account_id");
  return options;
}

}  // namespace madoguchi::connectors::relation
