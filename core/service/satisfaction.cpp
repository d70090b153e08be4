// SPDX-License-Identifier: Apache-2.0
#include "core/service/satisfaction.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/crypto/digest.h"
#include "core/crypto/encoding.h"
#include "core/service/case_access.h"
#include "core/service/unit_of_work.h"
#include "core/store/satisfaction.h"

namespace madoguchi::service {
namespace {

constexpr std::chrono::hours kLinkHolds{24 * 30};
constexpr std::chrono::hours kChangeable{24 * 7};
constexpr std::ptrdiff_t kMostComment = 2000;  // characters
constexpr std::size_t kMacBytes = 16;
constexpr std::string_view kNobody = "customer";

Error no_such_link() {
  return Error::not_found(
      {"This link cannot be used (any more).", "このリンクは使えないか、有効期限が切れています。"});
}

std::string signature_of(const Environment& env, std::string_view what) {
  const std::string mac = env.tokens.mac("satisfaction:" + std::string(what));
  return crypto::to_base64url(std::string_view(mac).substr(0, kMacBytes));
}

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (text.empty() || read.ec != std::errc() || read.ptr != end || value < 0) return std::nullopt;
  return value;
}

/// The case that a token asks about, while it holds.
std::optional<std::int64_t> case_of_token(const Environment& env, std::string_view token) {
  const std::size_t last = token.rfind('.');
  if (last == std::string_view::npos) return std::nullopt;
  const std::string_view what = token.substr(0, last);
  if (!crypto::equal_in_constant_time(signature_of(env, what), token.substr(last + 1))) {
    return std::nullopt;
  }
  const std::size_t dot = what.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::optional<std::int64_t> ends = whole(what.substr(dot + 1));
  if (!ends || TimePoint(std::chrono::seconds(*ends)) <= env.clock.now()) return std::nullopt;
  return whole(what.substr(0, dot));
}

SatisfactionDto dto_of(const store::SatisfactionAnswer& answer) {
  return {answer.score, answer.comment, answer.answered_at, answer.changed_at};
}

bool is_changeable(const Environment& env, const store::SatisfactionAnswer& answer) {
  return env.clock.now() < answer.answered_at + kChangeable;
}

Result<void> check_answer(std::int64_t score, const std::string& comment) {
  if (score < 1 || score > 5) {
    return fail(Error::invalid("/score",
                               {"Choose one of the five.", "5 段階のいずれかを選んでください。"}));
  }
  const auto letters =
      std::count_if(comment.begin(), comment.end(), [](char c) { return (c & 0xC0) != 0x80; });
  if (letters > kMostComment) {
    return fail(Error::invalid("/comment", {"Write 2,000 characters at most.",
                                            "コメントは 2,000 文字以内で入力してください。"}));
  }
  return refuse_card_numbers(comment, "/comment");
}

}  // namespace

std::string satisfaction_token(const Environment& env, std::int64_t case_sequence, TimePoint ends) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(ends.time_since_epoch()).count();
  const std::string what = fmt::format("{}.{}", case_sequence, seconds);
  return what + "." + signature_of(env, what);
}

std::string satisfaction_url(const Environment& env, std::int64_t case_sequence) {
  if (env.public_url.empty()) return {};
  return env.public_url + "/open/satisfaction/" +
         satisfaction_token(env, case_sequence, env.clock.now() + kLinkHolds);
}

Result<SatisfactionLinkDto> SatisfactionService::link(const domain::Caller& caller,
                                                      const std::string& number) {
  return env_.database.read([&](db::Session& session) -> Result<SatisfactionLinkDto> {
    const Result<store::CaseRecord> record = find_case(session, caller, number);
    if (!record) return fail(record.error());
    std::string url = satisfaction_url(env_, record->value.sequence);
    if (url.empty()) {
      return fail(Error::conflict(
          "no-public-url", {"The hub does not know its address: set http.public_url.",
                            "http.public_url が設定されていないため、リンクを作成できません。"}));
    }
    const auto now = std::chrono::floor<std::chrono::seconds>(env_.clock.now());
    return SatisfactionLinkDto{std::move(url), now + kLinkHolds};
  });
}

Result<SatisfactionQuestion> SatisfactionService::question(std::string_view token) {
  const std::optional<std::int64_t> sequence = case_of_token(env_, token);
  if (!sequence) return fail(no_such_link());
  return env_.database.read([&](db::Session& session) -> Result<SatisfactionQuestion> {
    if (!store::Cases(session).by_sequence(*sequence)) return fail(no_such_link());
    const auto answer = store::SatisfactionAnswers(session).of(*sequence);
    if (!answer) return SatisfactionQuestion{};
    return SatisfactionQuestion{dto_of(*answer), is_changeable(env_, *answer)};
  });
}

Result<SatisfactionDto> SatisfactionService::answer(std::string_view token, std::int64_t score,
                                                    const std::string& comment) {
  const std::optional<std::int64_t> sequence = case_of_token(env_, token);
  if (!sequence) return fail(no_such_link());
  if (Result<void> good = check_answer(score, comment); !good) return fail(std::move(good.error()));
  return env_.database.in_transaction([&](db::Session& session) -> Result<SatisfactionDto> {
    const std::optional<store::CaseRecord> record = store::Cases(session).by_sequence(*sequence);
    if (!record) return fail(no_such_link());
    store::SatisfactionAnswers answers(session);
    const std::optional<store::SatisfactionAnswer> before = answers.of(*sequence);
    if (before && !is_changeable(env_, *before)) {
      return fail(Error::conflict(
          "answer-is-final", {"Your answer can no longer be changed. Thank you for it.",
                              "ご回答の変更期間は終了しました。ご協力ありがとうございました。"}));
    }
    const TimePoint now = env_.clock.now();
    const store::SatisfactionAnswer given{*sequence, score, comment,
                                          before ? before->answered_at : now, now};
    if (before && before->score == score && before->comment == comment) return dto_of(*before);
    answers.put(given);
    store::ChangeEntry entry;
    entry.event = "case.satisfaction_answered";
    entry.object_type = "case";
    entry.object_id = record->value.number();
    entry.case_id = record->value.id;
    entry.customer_id = record->value.customer;
    entry.mailboxes = sight_of(session, record->value);
    entry.fields = {
        {"satisfaction", before ? std::to_string(before->score) : "", std::to_string(score)}};
    if (before ? before->comment != comment : !comment.empty()) {
      entry.fields.push_back({"satisfaction_comment", before ? before->comment : "", comment});
    }
    announce(env_, session, {{}, std::string(kNobody)}, std::move(entry));
    return dto_of(given);
  });
}

}  // namespace madoguchi::service
