// SPDX-License-Identifier: Apache-2.0
// /open/satisfaction, /cases/{number}/satisfaction-link
#include "daemon/api/services.h"
#include "daemon/api/uri.h"

namespace madoguchi::api {
namespace {

using domain::Permission;

constexpr std::size_t kMostForm = std::size_t{32} * 1024;
constexpr const char* kHtml = "text/html; charset=utf-8";

struct Choice {
  const char* value;
  const char* label;
};
constexpr Choice kChoices[] = {{"5", "とても満足 / Very good"},
                               {"4", "満足 / Good"},
                               {"3", "どちらともいえない / Fair"},
                               {"2", "不満 / Bad"},
                               {"1", "とても不満 / Very bad"}};

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += c;
    }
  }
  return out;
}

/// A page without script, style or anything from elsewhere; its form can be sent nowhere else.
Verbatim page(int status, const std::string& content) {
  Verbatim answer;
  http::Response& response = answer.response;
  response.status = status;
  response.headers.add("Content-Type", kHtml);
  response.headers.add("Content-Security-Policy",
                       "default-src 'none'; form-action 'self'; base-uri 'none'; "
                       "frame-ancestors 'none'");
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("X-Robots-Tag", "noindex, nofollow");
  response.body =
      "<!DOCTYPE html>\n<html lang=\"ja\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width, initial-scale=1\"><title>アンケート / Survey</title></head>"
      "<body><main>" +
      content + "</main></body></html>\n";
  return answer;
}

std::string paragraph(const Text& text) {
  return "<p>" + escaped(text.ja) + "<br><span lang=\"en\">" + escaped(text.en) + "</span></p>";
}

std::string form(const std::optional<service::SatisfactionDto>& before) {
  const std::string chosen = before ? std::to_string(before->score) : std::string();
  std::string html =
      "<form method=\"post\"><fieldset><legend>対応はいかがでしたか / <span lang=\"en\">How did we "
      "do?</span></legend>";
  for (const Choice& one : kChoices) {
    html += std::string("<p><label><input type=\"radio\" name=\"score\" required value=\"") +
            one.value + "\"" + (chosen == one.value ? " checked" : "") + "> " + one.label +
            "</label></p>";
  }
  html +=
      "</fieldset><p><label>コメント（任意）/ <span lang=\"en\">Comment (optional)</span><br>"
      "<textarea name=\"comment\" rows=\"5\" cols=\"40\" maxlength=\"2000\">" +
      escaped(before ? before->comment : "") +
      "</textarea></label></p><p>カード番号などは書かないでください。<br><span lang=\"en\">Please "
      "do not write card numbers.</span></p><p><button>送信 / Send</button></p></form>";
  return html;
}

int page_status(const Error& error) {
  if (error.code == ErrorCode::not_found) return 404;
  if (error.code == ErrorCode::conflict) return 409;
  return error.code == ErrorCode::invalid ? 422 : 503;
}

Verbatim refusal(const Error& error) {
  const Text& text = error.fields.empty() ? error.message : error.fields.front().message;
  return page(page_status(error), paragraph(text));
}

Verbatim ask_customer(const Call& call, const Services& services) {
  const Result<service::SatisfactionQuestion> question =
      services.satisfaction.question(call.path("token"));
  if (!question) return refusal(question.error());
  if (question->answer && !question->changeable) {
    return page(200, paragraph({"You have answered. Thank you.",
                                "ご回答いただきました。ありがとうございました。"}));
  }
  std::string before;
  if (question->answer) {
    before = paragraph({"You have answered; you can change it for a few days.",
                        "ご回答済みです。数日間は変更できます。"});
  }
  return page(200, before + form(question->answer));
}

/// Lines of the comment end where a query may hold nothing: they travel as U+2028 through it.
std::string with_line_separators(std::string_view body) {
  std::string out;
  for (std::size_t at = 0; at < body.size();) {
    const std::string_view three = body.substr(at, 3);
    if (three == "%0D" || three == "%0d") {
      at += 3;
    } else if (three == "%0A" || three == "%0a") {
      out += "%E2%80%A8";
      at += 3;
    } else {
      out += body[at++];
    }
  }
  return out;
}

std::string with_line_feeds(std::string text) {
  constexpr std::string_view kSeparator = "\xE2\x80\xA8";
  for (std::size_t at = text.find(kSeparator); at != std::string::npos;
       at = text.find(kSeparator, at)) {
    text.replace(at, kSeparator.size(), "\n");
  }
  return text;
}

Verbatim take_answer(const Call& call, std::string_view body, const Services& services) {
  const Result<QueryPairs> pairs = parse_query(with_line_separators(body));
  if (!pairs) {
    return page(400, paragraph({"This could not be read.", "送信内容を読み取れませんでした。"}));
  }
  std::int64_t score = 0;
  std::string comment;
  for (const auto& [name, value] : *pairs) {
    if (name == "score" && value.size() == 1) score = value.front() - '0';
    if (name == "comment") comment = with_line_feeds(value);
  }
  const Result<service::SatisfactionDto> kept =
      services.satisfaction.answer(call.path("token"), score, comment);
  if (!kept) return refusal(kept.error());
  return page(200, paragraph({"Thank you for your answer. You can change it for a few days.",
                              "ご回答ありがとうございました。数日間は変更できます。"}) +
                       form(*kept));
}

}  // namespace

void add_satisfaction_routes(RouteTable& table, const Services& services) {
  table.add(Route::get("/open/satisfaction/{token}")
                .at_root()
                .id("askSatisfaction")
                .summary("The page that asks a customer how it went")
                .description("Changes nothing: mail programs and scanners follow links too. A link "
                             "that does not hold is answered by a page as well.")
                .tag("satisfaction")
                .open()
                .answers_with("text/html")
                .handle([services](const Call& call) -> Result<Verbatim> {
                  return ask_customer(call, services);
                }));
  table.add(
      Route::post("/open/satisfaction/{token}")
          .at_root()
          .id("answerSatisfaction")
          .summary("Keeps what the customer answers")
          .description("The form of the page: score (1 to 5) and comment. Answered by a page.")
          .tag("satisfaction")
          .open()
          .takes({"application/x-www-form-urlencoded"})
          .max_body(kMostForm)
          .answers_with("text/html")
          .handle([services](const Call& call, RawBody body) -> Result<Verbatim> {
            return take_answer(call, body.bytes, services);
          }));
  table.add(Route::post("/cases/{number}/satisfaction-link")
                .id("createSatisfactionLink")
                .summary("A link by which the customer can say how it went")
                .description("The same as the variable {{case.satisfaction_url}} of templates.")
                .tag("satisfaction")
                .needs(Permission::cases_write)
                .handle([services](const Call& call) -> Result<service::SatisfactionLinkDto> {
                  return services.satisfaction.link(call.caller(), call.path("number"));
                }));
}

}  // namespace madoguchi::api
