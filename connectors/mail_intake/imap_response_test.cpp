// SPDX-License-Identifier: Apache-2.0
#include "connectors/mail_intake/imap_response.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "connectors/mail_intake/imap_text.h"

namespace madoguchi::connectors::mail_intake {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ImapResponse good(std::string text, std::vector<std::string> literals = {}) {
  std::optional<ImapResponse> response = parse_response(std::move(text), std::move(literals));
  EXPECT_TRUE(response.has_value());
  return response.value_or(ImapResponse{});
}

std::optional<ImapFetched> fetched(std::string text, std::vector<std::string> literals = {}) {
  return parse_fetch(good(std::move(text), std::move(literals)));
}

const std::string kHere(1, ImapResponse::kLiteral);

TEST(ImapResponse, ReadsEachKind) {
  const ImapResponse tagged = good("m7 NO [TRYCREATE] There is no such folder");
  EXPECT_EQ(tagged.tag, "m7");
  EXPECT_EQ(tagged.name, "NO");
  EXPECT_EQ(tagged.code, "TRYCREATE");
  EXPECT_EQ(tagged.rest, "There is no such folder");

  const ImapResponse exists = good("* 23 exists");
  EXPECT_TRUE(exists.is_untagged());
  EXPECT_EQ(exists.name, "EXISTS");
  EXPECT_EQ(exists.number, 23U);

  EXPECT_EQ(good("+ idling").tag, "+");
  EXPECT_EQ(good("* OK [UIDVALIDITY 4294967295] valid").code_number("UIDVALIDITY"), 4294967295U);
  EXPECT_EQ(good("* ok [uidnext 5] next").code_number("UIDNEXT"), 5U);
}

TEST(ImapResponse, RefusesWhatIsNone) {
  EXPECT_FALSE(parse_response("", {}).has_value());
  EXPECT_FALSE(parse_response("*", {}).has_value());
  EXPECT_FALSE(parse_response(" OK", {}).has_value());
  EXPECT_FALSE(parse_response("* 1 FETCH (BODY[] " + kHere + ")", {}).has_value());
  EXPECT_FALSE(parse_response("* OK", {"one"}).has_value());
  EXPECT_FALSE(good("* OK [UIDVALIDITY 42949672960] x").code_number("UIDVALIDITY").has_value());
  EXPECT_FALSE(good("* OK [UIDVALIDITY -1] x").code_number("UIDVALIDITY").has_value());
  EXPECT_FALSE(good("* OK [UIDVALIDITY").code_number("UIDVALIDITY").has_value());
}

TEST(ImapResponse, KnowsAnAnnouncedLiteral) {
  EXPECT_EQ(announced_literal("* 1 FETCH (BODY[] {310}"), 310U);
  EXPECT_EQ(announced_literal("{0}"), 0U);
  EXPECT_FALSE(announced_literal("* 1 FETCH (BODY[] {310").has_value());
  EXPECT_FALSE(announced_literal("{-3}").has_value());
  EXPECT_FALSE(announced_literal("{99999999999999999999999}").has_value());
  EXPECT_FALSE(announced_literal("}").has_value());
  EXPECT_FALSE(announced_literal("").has_value());
}

TEST(ImapFetch, ASizeThatIsNoneIsNotTold) {
  for (const char* size : {"-2", "-9223372036854775808", "99999999999999999999", "x", "NIL"}) {
    EXPECT_EQ(fetched("* 3 FETCH (UID 17 RFC822.SIZE " + std::string(size) + ")")->size, -1)
        << size;
  }
}

TEST(ImapFetch, ReadsWhatWeAskFor) {
  const auto mail = fetched(
      "* 3 FETCH (UID 17 RFC822.SIZE 4096 INTERNALDATE \" 1-Nov-2026 09:30:00 "
      "+0900\" FLAGS (\\Seen $Label) BODY[] " +
          kHere + ")",
      {"From: a\r\n\r\n) UID 99"});
  ASSERT_TRUE(mail.has_value());
  EXPECT_EQ(mail->uid, 17U);
  EXPECT_EQ(mail->size, 4096);
  ASSERT_TRUE(mail->internal_date.has_value());
  EXPECT_EQ(to_rfc3339(*mail->internal_date), "2026-11-01T00:30:00Z");
  EXPECT_EQ(mail->body, "From: a\r\n\r\n) UID 99");
}

TEST(ImapFetch, PassesOverWhatItDoesNotKnow) {
  const auto mail = fetched("* 3 FETCH (MODSEQ (12) ENVELOPE (\"d\" \"a \\\" ) b\" ((NIL NIL " +
                                kHere + " \"x\"))) UID 5 BODY[] \"short\")",
                            {"in a list"});
  ASSERT_TRUE(mail.has_value());
  EXPECT_EQ(mail->uid, 5U);
  EXPECT_EQ(mail->body, "short");
  EXPECT_FALSE(fetched("* 3 FETCH (UID 5 BODY[] NIL)")->body.has_value());
  EXPECT_EQ(fetched("* 3 FETCH (UID 5 BODY[]<0> " + kHere + ")", {"cut"})->body, "cut");
}

TEST(ImapFetch, RefusesGarbage) {
  EXPECT_FALSE(fetched("* 3 FETCH").has_value());
  EXPECT_FALSE(fetched("* 3 FETCH (UID 5").has_value());
  EXPECT_FALSE(fetched("* 3 FETCH (UID)").has_value());
  EXPECT_FALSE(fetched("* 3 FETCH (BODY[] \"open)").has_value());
  EXPECT_FALSE(fetched("* 3 FETCH (BODY[HEADER.FIELDS (").has_value());
  EXPECT_FALSE(fetched("* 3 FETCH (ENVELOPE " + std::string(100000, '(') + ")").has_value());
  EXPECT_FALSE(fetched("* 3 EXISTS").has_value());
  EXPECT_EQ(fetched("* 3 FETCH (UID x)")->uid, 0U);
}

TEST(ImapResponse, SurvivesAnything) {
  const std::string seed = "* 3 FETCH (UID 17 FLAGS (\\Seen) BODY[] \"x\\\"y\" ENVELOPE ((NIL)))";
  std::mt19937 random(20261122);
  const auto below = [&random](std::size_t n) { return random() % n; };
  for (int round = 0; round < 20000; ++round) {
    std::string text = seed;
    for (std::size_t change = below(6) + 1; change > 0; --change) {
      const std::size_t at = below(text.size());
      switch (below(4)) {
        case 0:
          text[at] = static_cast<char>(below(256));
          break;
        case 1:
          text.erase(at, below(8));
          break;
        case 2:
          text.insert(at, 1, "()\"[]{} \\*"[below(10)]);
          break;
        default:
          text.resize(at + 1);
      }
      if (text.empty()) text = "*";
    }
    static_cast<void>(announced_literal(text));
    if (auto response = parse_response(text, {})) {
      static_cast<void>(parse_search(*response));
      static_cast<void>(response->code_number("UIDNEXT"));
      static_cast<void>(parse_fetch(std::move(*response)));
    }
  }
}

TEST(ImapResponse, ReadsNumbersAndCapabilities) {
  EXPECT_THAT(parse_search(good("* SEARCH 2 84 882 0 x 5000000000")), ElementsAre(2, 84, 882));
  EXPECT_THAT(parse_search(good("* SEARCH")), IsEmpty());
  EXPECT_THAT(parse_capabilities("IMAP4rev1 idle  Move"), ElementsAre("IDLE", "IMAP4REV1", "MOVE"));
}

TEST(ImapText, WritesFolderNames) {
  EXPECT_EQ(to_modified_utf7("INBOX"), "INBOX");
  EXPECT_EQ(to_modified_utf7("問い合わせ"), "&VU8wRFQIMI8wWw-");
  EXPECT_EQ(to_modified_utf7("A&B 日本語/x"), "A&-B &ZeVnLIqe-/x");
  EXPECT_EQ(to_modified_utf7("😀"), "&2D3eAA-");
  EXPECT_EQ(imap_quoted("a\"b\\c"), "\"a\\\"b\\\\c\"");
  EXPECT_FALSE(imap_quoted("a\r\nb DELETE INBOX").has_value());
  EXPECT_FALSE(imap_quoted(std::string_view("a\0b", 3)).has_value());
  EXPECT_FALSE(imap_quoted("日").has_value());
}

TEST(ImapText, WritesSetsAndDays) {
  EXPECT_EQ(imap_set({1, 2, 3, 7, 9, 10}), "1:3,7,9:10");
  EXPECT_EQ(imap_set({}), "");
  EXPECT_EQ(imap_day("2026-11-01"), "1-Nov-2026");
  EXPECT_EQ(imap_day("2026-13-01"), "");
}

TEST(ImapText, ReadsDates) {
  EXPECT_EQ(to_rfc3339(parse_internal_date("22-Nov-2026 02:03:04 +0000").value()),
            "2026-11-22T02:03:04Z");
  EXPECT_EQ(to_rfc3339(parse_internal_date("1-Jan-2026 00:00:00 +0900").value()),
            "2025-12-31T15:00:00Z");
  EXPECT_FALSE(parse_internal_date("32-Nov-2026 02:03:04 +0000").has_value());
  EXPECT_FALSE(parse_internal_date("22-Foo-2026 02:03:04 +0000").has_value());
  EXPECT_FALSE(parse_internal_date("").has_value());
}

}  // namespace
}  // namespace madoguchi::connectors::mail_intake
