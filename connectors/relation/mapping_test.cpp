// SPDX-License-Identifier: Apache-2.0
#include "connectors/relation/mapping.h"

#include <gtest/gtest.h>

#include <random>

#include "connectors/relation/cursor.h"

namespace madoguchi::connectors::relation {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const char* const kTicket = R"({
  "ticket_id": 4711, "assignee": "suzuki", "status_cd": "ongoing", "title": "配送日の変更",
  "created_at": "2026-11-20T05:07:25Z", "last_updated_at": "2026-11-21T05:07:25Z",
  "color_cd": null, "case_category_ids": [41], "label_ids": [31, 99, "32"], "pending_reason_id": 21,
  "messages": [
    {"message_id": 9001, "from": "佐藤 花子 <hanako@example.jp>", "to": "support@shop.example, b@example.jp",
     "cc": null, "bcc": "", "sent_at": "2026-11-20T14:07:25+09:00", "title": "配送日の変更",
     "body": "<p>変更<b>できますか</b></p>", "method_cd": "mail", "action_cd": "received", "is_html": true,
     "created_at": "2026-11-20T05:08:00Z", "last_updated_at": "2026-11-20T05:08:00Z", "reply_to": "r@example.jp",
     "comments": [], "attachments": [{"attachment_id": 7, "file_name": "写真.jpg"}, {"file_name": "x"}]},
    {"message_id": "9002", "from": "", "to": "", "sent_at": null, "title": null, "body": "確認済み",
     "method_cd": "record", "action_cd": "conversation", "created_at": "2026-11-20T06:00:00Z"},
    {"message_id": 9003, "from": "support@shop.example", "to": "hanako@example.jp", "title": "Re",
     "body": "下書き", "method_cd": "mail", "action_cd": "draft"}
  ]})";

TicketContext context() {
  return {1, net::Url::parse("https://myshop.relationapp.jp").value(), {{31, "配送"}, {32, "VIP"}}};
}

TEST(RelationMapping, reads_a_ticket_and_its_messages) {
  const ReadTicket ticket = read_ticket(json::parse(kTicket).value(), context()).value();
  EXPECT_EQ(ticket.thread.id, "1-4711");
  EXPECT_EQ(ticket.thread.status, "保留");
  EXPECT_EQ(ticket.thread.labels, (std::vector<std::string>{"配送", "VIP"}));
  EXPECT_EQ(ticket.thread.url, "https://myshop.relationapp.jp/tickets/#/1/tickets/ongoing/p1/4711");
  EXPECT_EQ(to_rfc3339(ticket.thread.changed_at), "2026-11-21T05:07:25Z");
  ASSERT_EQ(ticket.messages.size(), 3U);
  const domain::ExternalMessage& mail = ticket.messages[0];
  EXPECT_EQ(mail.id, "9001");
  EXPECT_EQ(mail.from, (domain::NamedAddress{"佐藤 花子", "hanako@example.jp"}));
  EXPECT_EQ(mail.to.size(), 2U);
  EXPECT_EQ(mail.reply_to[0].address, "r@example.jp");
  EXPECT_NE(mail.text.find("変更"), std::string::npos);
  EXPECT_EQ(mail.text.find('<'), std::string::npos);
  EXPECT_EQ(to_rfc3339(mail.sent_at), "2026-11-20T05:07:25Z");
  ASSERT_EQ(mail.attachments.size(), 1U);
  EXPECT_EQ(mail.attachments[0].file_name, "写真.jpg");
  EXPECT_EQ(mail.direction, connector::MessageDirection::received);
  EXPECT_EQ(ticket.messages[1].direction, connector::MessageDirection::internal);
  EXPECT_EQ(to_rfc3339(ticket.messages[1].sent_at), "2026-11-20T06:00:00Z");
  EXPECT_EQ(ticket.messages[2].direction, connector::MessageDirection::sent);
  EXPECT_EQ(ticket.messages[2].status, "draft");
  EXPECT_EQ(ticket.messages[2].sent_at, ticket.thread.changed_at);
}

TEST(RelationMapping, takes_no_rubbish) {
  for (const char* text :
       {"null", "7", "[]", "{}", R"({"ticket_id": "x", "messages": []})", R"({"ticket_id": 1})",
        R"({"ticket_id": 1, "messages": {}})", R"({"ticket_id": 1, "messages": [{}]})",
        R"({"ticket_id": 1, "messages": [7]})", R"({"ticket_id": -1, "messages": []})"}) {
    EXPECT_FALSE(read_ticket(json::parse(text).value(), context())) << text;
  }
  for (const char* text : {"null", "{}", "7", "[7]", "[{}]", R"([{"ticket_id": null}])"}) {
    EXPECT_FALSE(read_list(json::parse(text).value())) << text;
    EXPECT_FALSE(read_boxes(json::parse(text).value())) << text;
  }
}

TEST(RelationMapping, survives_whatever_comes_in_place_of_a_member) {
  std::mt19937 random(20261123);
  const std::vector<const char*> others = {"null",
                                           "true",
                                           "7",
                                           "-1",
                                           "1e99",
                                           "[]",
                                           "{}",
                                           "[[]]",
                                           "\"\"",
                                           "\"\\u0000\\ud83d\"",
                                           "9223372036854775808",
                                           "\"2026\"",
                                           "[null]"};
  const json::Value whole = json::parse(kTicket).value();
  int read = 0;
  for (int round = 0; round < 5000; ++round) {
    json::Value ticket = whole;
    for (int change = 0; change < 3; ++change) {
      json::Value* place = &ticket;
      while (place->is_structured() && !place->empty() && random() % 4 != 0) {
        auto child = place->begin();
        std::advance(child, static_cast<std::ptrdiff_t>(random() % place->size()));
        place = &*child;
      }
      *place = json::parse(others[random() % others.size()]).value_or(json::Value());
    }
    const auto result = read_ticket(ticket, context());
    if (!result) {
      EXPECT_EQ(result.error().code, ErrorCode::malformed);
      continue;
    }
    ++read;
    for (const domain::ExternalMessage& one : result->messages) EXPECT_FALSE(one.id.empty());
  }
  EXPECT_GT(read, 500);
}

TEST(RelationMapping, survives_broken_json) {
  std::mt19937 random(7);
  for (int round = 0; round < 5000; ++round) {
    std::string text = kTicket;
    for (int change = 0; change < 4; ++change) {
      const std::size_t at = random() % text.size();
      if (random() % 2 == 0) {
        text[at] = static_cast<char>(random());
      } else {
        text.erase(at, random() % 40);
      }
      if (text.empty()) text = "{";
    }
    const Result<json::Value> value = json::parse(text);
    if (value) (void)read_ticket(*value, context());
  }
}

TEST(RelationPlace, is_read_as_it_was_written) {
  const auto place = place_of(thread_id(12, 4711));
  ASSERT_TRUE(place);
  EXPECT_EQ(place->box, 12);
  EXPECT_EQ(place->ticket, 4711);
  for (const char* text : {"", "1", "1-", "-1", "1-2x", "1-2-3", "a-1", "0-1", "1--1"}) {
    EXPECT_FALSE(place_of(text)) << text;
  }
}

/// Walks a sweep through tickets that changed at those times; what it lists.
std::multiset<std::int64_t> walk(Sweep sweep, const std::vector<TimePoint>& times, int& requests) {
  std::multiset<std::int64_t> seen;
  while (!sweep.is_done(1)) {
    if (!sweep.waiting.empty()) {
      seen.insert(sweep.waiting.begin(), sweep.waiting.end());
      sweep.waiting.clear();
    }
    if (sweep.is_done(1)) break;
    std::vector<std::int64_t> found;
    for (std::size_t i = 0; i < times.size(); ++i) {
      if (times[i] >= sweep.window_begin() && times[i] <= sweep.listed_from) {
        found.push_back(static_cast<std::int64_t>(i));
      }
    }
    const auto skip = std::min(found.size(), static_cast<std::size_t>(sweep.page - 1) * kPageSize);
    found.erase(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(skip));
    if (found.size() > kPageSize) found.resize(kPageSize);
    sweep.listed(found.size(), found);
    if (++requests > 5000) break;
  }
  return seen;
}

TEST(RelationSweep, lists_every_ticket_however_they_lie) {
  const TimePoint now = parse_rfc3339("2026-11-23T00:00:00Z").value();
  std::mt19937 random(1);
  for (const int spread : {1, 60, 86'400, 365 * 86'400}) {
    std::vector<TimePoint> times;
    for (int i = 0; i < 2000; ++i) {
      times.push_back(now - seconds(static_cast<int>(random() % static_cast<unsigned>(spread))));
    }
    int requests = 0;
    const auto seen = walk(Sweep::over(now - hours(24 * 366), now, hours(30)), times, requests);
    EXPECT_EQ(std::set<std::int64_t>(seen.begin(), seen.end()).size(), times.size()) << spread;
    EXPECT_LT(requests, 400) << spread;
  }
  int requests = 0;
  EXPECT_TRUE(walk(Sweep::over(now - hours(24 * 366), now, hours(30)), {}, requests).empty());
  EXPECT_LT(requests, 20) << "nothing to be found is found out quickly";
}

TEST(RelationCursor, is_read_as_it_was_written) {
  const TimePoint now = parse_rfc3339("2026-11-23T00:00:00Z").value();
  Cursor cursor;
  cursor.boxes = {1, 2};
  cursor.done_until = now;
  cursor.next_done = now + seconds(9);
  cursor.past = Sweep::over(now - hours(9), now, hours(3));
  cursor.past->listed(50, {});
  cursor.past->listed(3, {7, 8, 9});
  cursor.seen["1-7"] = now;
  const std::optional<Cursor> read = Cursor::parse(cursor.str());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->str(), cursor.str());
  EXPECT_EQ(read->past->waiting, (std::vector<std::int64_t>{7, 8, 9}));
  for (const char* text : {"", "{}", "7", R"({"v": 2, "boxes": []})", R"({"v": 1, "boxes": ["x"]})",
                           R"({"v": 1, "boxes": [1], "past": {"since": 1}})"}) {
    EXPECT_FALSE(Cursor::parse(text)) << text;
  }
}

}  // namespace
}  // namespace madoguchi::connectors::relation
