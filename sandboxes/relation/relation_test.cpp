// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "sandboxes/kit/desk.h"
#include "sandboxes/relation/sandbox.h"

namespace madoguchi::sandboxes::relation {
namespace {

class RelationSandboxTest : public testing::Test {
 protected:
  RelationSandboxTest() { control("clock", R"({"now": "2026-11-23T03:00:00Z"})"); }

  Response ask(const std::string& method, const std::string& path, const json::Value& body = {},
               Pairs query = {}) {
    Request request;
    request.method = method;
    request.path = "/api/v2" + path;
    request.query = std::move(query);
    request.headers = {{"Authorization", std::string("Bearer ") + kToken},
                       {"Content-Type", "application/json"}};
    request.host = "127.0.0.1:9";
    if (!body.is_null()) request.body = json::dump(body);
    return *desk_.serve(std::move(request)).response;
  }
  json::Value json_of(const std::string& method, const std::string& path,
                      const json::Value& body = {}, Pairs query = {}) {
    const Response response = ask(method, path, body, std::move(query));
    EXPECT_EQ(response.status, 200) << path << response.body;
    return json::parse(response.body).value();
  }
  json::Value control(const std::string& what, const std::string& body = "{}") {
    Request request;
    request.method = "POST";
    request.path = "/_sandbox/" + what;
    request.body = body;
    return json::parse(desk_.serve(std::move(request)).response->body).value();
  }

  SandboxDesk desk_{type()};
};

const json::Value kAll = {
    {"status_cds", {"open", "ongoing", "closed", "unwanted", "trash", "spam"}}, {"per_page", 50}};

TEST_F(RelationSandboxTest, lets_in_whoever_has_the_token) {
  Request request;
  request.method = "GET";
  request.path = "/api/v2/message_boxes";
  for (const char* value : {"", "Bearer wrong", "Token sandbox-relation-token"}) {
    request.headers = {{"Authorization", value}};
    const Response response = *desk_.serve(request).response;
    EXPECT_EQ(response.status, 401);
    EXPECT_EQ(response.body, R"({"message":"invalid token"})");
  }
  EXPECT_EQ(json_of("GET", "/message_boxes").size(), 2U);
}

TEST_F(RelationSandboxTest, demands_json_of_who_writes) {
  Request request;
  request.method = "POST";
  request.path = "/api/v2/1/tickets/search";
  request.headers = {{"Authorization", std::string("Bearer ") + kToken}};
  EXPECT_EQ(desk_.serve(request).response->status, 415);
}

TEST_F(RelationSandboxTest, takes_sixty_requests_a_minute) {
  for (int i = 0; i < 60; ++i) EXPECT_EQ(ask("GET", "/users").status, 200);
  const Response over = ask("GET", "/users");
  EXPECT_EQ(over.status, 403);
  EXPECT_EQ(over.headers[0], (std::pair<std::string, std::string>("X-RateLimit-Limit", "60")));
  EXPECT_EQ(over.headers[1].second, "0");
  control("settings", R"({"over_limit_status": 429})");
  EXPECT_EQ(ask("GET", "/users").status, 429);
  control("clock", R"({"advance_seconds": 60})");
  EXPECT_EQ(ask("GET", "/users").status, 200);
}

TEST_F(RelationSandboxTest, lists_tickets_without_a_total_and_newest_first) {
  const json::Value all = json_of("POST", "/1/tickets/search", kAll);
  ASSERT_TRUE(all.is_array());
  ASSERT_GT(all.size(), 20U);
  EXPECT_FALSE(all[0].contains("messages"));
  for (std::size_t i = 1; i < all.size(); ++i) {
    EXPECT_GE(all[i - 1]["last_updated_at"], all[i]["last_updated_at"]);
  }
  EXPECT_LT(json_of("POST", "/1/tickets/search", {{"per_page", 50}}).size(), all.size());
  EXPECT_EQ(json_of("POST", "/1/tickets/search", {{"per_page", 5}, {"page", 2}}).size(), 5U);
  EXPECT_EQ(ask("POST", "/1/tickets/search", {{"per_page", 51}}).status, 400);
  EXPECT_EQ(ask("POST", "/1/tickets/search", {{"since", "soon"}}).status, 400);
  EXPECT_EQ(ask("POST", "/1/tickets/search", {{"within", "100days"}}).status, 400);
  EXPECT_EQ(ask("POST", "/9/tickets/search", kAll).status, 404);
  json::Value window = kAll;
  window["since"] = all[3]["last_updated_at"];
  window["until"] = all[1]["last_updated_at"];
  EXPECT_EQ(json_of("POST", "/1/tickets/search", window).size(), 3U);
}

TEST_F(RelationSandboxTest, its_list_moves_when_a_ticket_changes) {
  const json::Value before = json_of("POST", "/1/tickets/search", kAll);
  const std::string last = before.back()["ticket_id"].dump();
  EXPECT_EQ(ask("PUT", "/1/tickets/" + last, {{"label_ids", {33}}}).status, 200);
  const json::Value after = json_of("POST", "/1/tickets/search", kAll);
  EXPECT_EQ(after[0]["ticket_id"], before.back()["ticket_id"]);
  EXPECT_EQ(after[0]["label_ids"], json::Value({33})) << "replaces the set";
  EXPECT_EQ(ask("PUT", "/1/tickets/" + last, {{"status_cd", "done"}}).status, 400);
}

TEST_F(RelationSandboxTest, tells_a_ticket_with_its_messages) {
  const json::Value made = control("messages", R"({"from": "a@example.jp", "body": "届きません"})");
  const json::Value ticket = json_of("GET", "/1/tickets/" + made["ticket_id"].dump());
  EXPECT_EQ(ticket["messages"][0]["body"], "届きません");
  EXPECT_EQ(ticket["messages"][0]["sent_at"], "2026-11-23T03:00:00Z");
  EXPECT_EQ(ask("GET", "/2/tickets/" + made["ticket_id"].dump()).status, 404);
}

TEST_F(RelationSandboxTest, writes_a_mail_each_time_it_is_told_to) {
  const json::Value mail = {{"status_cd", "closed"}, {"mail_account_id", 11},
                            {"to", "a@example.jp"},  {"subject", "ご案内"},
                            {"body", "本文"},        {"is_html", false}};
  const json::Value first = json_of("POST", "/1/mails", mail);
  const json::Value second = json_of("POST", "/1/mails", mail);
  EXPECT_NE(first["message_id"], second["message_id"]);
  json::Value reply = mail;
  reply["message_id"] = first["message_id"];
  EXPECT_EQ(json_of("POST", "/1/mails/reply", reply)["ticket_id"], first["ticket_id"]);
  EXPECT_EQ(json_of("POST", "/1/mails/draft", reply)["ticket_id"], first["ticket_id"]);
  const json::Value ticket = json_of("GET", "/1/tickets/" + first["ticket_id"].dump());
  EXPECT_EQ(ticket["messages"][2]["action_cd"], "draft");
  EXPECT_EQ(ask("POST", "/1/mails/reply", mail).status, 400);
  json::Value wrong = mail;
  std::string subject;
  for (int i = 0; i < 200; ++i) subject += "あ";
  wrong["subject"] = subject;
  EXPECT_EQ(ask("POST", "/1/mails", wrong).status, 200);
  wrong["subject"] = subject + "あ";
  EXPECT_EQ(ask("POST", "/1/mails", wrong).status, 400);
  wrong = mail;
  wrong.erase("is_html");
  EXPECT_EQ(ask("POST", "/1/mails", wrong).status, 400);
}

TEST_F(RelationSandboxTest, a_record_without_a_ticket_makes_one) {
  const json::Value record = {{"subject", "電話"}, {"operated_at", "2026-11-23T11:00:00+09:00"}};
  const json::Value made = json_of("POST", "/1/records", record);
  EXPECT_EQ(json_of("GET", "/1/tickets/" + made["ticket_id"].dump())["status_cd"], "closed");
  json::Value later = record;
  later["operated_at"] = "2026-11-23T13:00:00+09:00";
  EXPECT_EQ(ask("POST", "/1/records", later).status, 400);
  later = record;
  later["ticket_id"] = 1;
  EXPECT_EQ(ask("POST", "/1/records", later).status, 404);
}

TEST_F(RelationSandboxTest, finds_customers_by_a_part_of_their_address) {
  const std::string search = "/customer_groups/1/customers/search";
  EXPECT_EQ(json_of("GET", search, {}, {{"emails[]", "a@x.example.jp"}}).size(), 2U);
  EXPECT_EQ(json_of("GET", search, {}, {{"system_id1s[]", "100001"}})[0]["last_name"], "佐藤");
  EXPECT_EQ(ask("GET", search, {}, {{"per_page", "51"}}).status, 400);
  EXPECT_EQ(json_of("GET", "/customer_groups/1/customers/system_id1/100002")["first_name"], "一郎");
  EXPECT_EQ(ask("DELETE", "/customer_groups/1/customers/system_id1/100002").status, 200);
  EXPECT_EQ(ask("GET", "/customer_groups/1/customers/system_id1/100002").status, 404);
  EXPECT_EQ(
      json_of("POST", "/customer_groups/1/customers/create", {{"last_name", "林"}})["last_name"],
      "林");
}

TEST_F(RelationSandboxTest, a_link_to_an_attachment_ends) {
  const json::Value all = json_of("POST", "/1/tickets/search", kAll);
  const json::Value ticket = json_of("GET", "/1/tickets/" + all.back()["ticket_id"].dump());
  const std::string id = ticket["messages"][0]["attachments"][0]["attachment_id"].dump();
  const json::Value link = json_of("GET", "/1/messages/attachments/" + id);
  EXPECT_EQ(link["file_name"], "破損写真.jpg");
  Request request;
  request.method = "GET";
  request.path = "/files/" + id;
  const std::string url = link["url"];
  request.query = {{"expires", url.substr(url.find('=') + 1)}};
  EXPECT_EQ(desk_.serve(request).response->status, 200);
  control("clock", R"({"advance_seconds": 61})");
  EXPECT_EQ(desk_.serve(request).response->status, 403);
}

TEST_F(RelationSandboxTest, has_what_a_desk_sets_up) {
  EXPECT_EQ(json_of("GET", "/1/labels").size(), 3U);
  EXPECT_EQ(json_of("POST", "/1/labels", {{"name", "新"}})["name"], "新");
  EXPECT_EQ(json_of("GET", "/1/case_categories").size(), 3U);
  EXPECT_EQ(json_of("GET", "/1/mail_accounts").size(), 1U);
  EXPECT_EQ(json_of("GET", "/1/pending_reasons").size(), 2U);
  EXPECT_EQ(json_of("GET", "/1/templates").size(), 2U);
  EXPECT_EQ(ask("GET", "/1/templates", {}, {{"per_page", "31"}}).status, 400);
  EXPECT_EQ(json_of("GET", "/customer_groups/1/badges").size(), 1U);
}

TEST_F(RelationSandboxTest, grows_to_any_size) {
  EXPECT_EQ(control("grow", R"({"tickets": 300, "days": 10})")["tickets"], 348);
  EXPECT_EQ(json_of("POST", "/1/tickets/search", kAll).size(), 50U);
}

}  // namespace
}  // namespace madoguchi::sandboxes::relation
