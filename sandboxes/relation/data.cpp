// SPDX-License-Identifier: Apache-2.0
#include "sandboxes/relation/data.h"

#include <algorithm>
#include <array>

namespace madoguchi::sandboxes::relation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr const char* kSupport = "support@shop.example";
constexpr const char* kSubscriptions = "teiki@shop.example";

struct Person {
  const char* family;
  const char* given;
  const char* family_kana;
  const char* given_kana;
  const char* address;
  const char* number;
};

constexpr std::array<Person, 8> kPeople{{
    {"佐藤", "花子", "サトウ", "ハナコ", "hanako.sato@example.jp", "100001"},
    {"鈴木", "一郎", "スズキ", "イチロウ", "ichiro@example.jp", "100002"},
    {"髙橋", "美咲", "タカハシ", "ミサキ", "misaki.takahashi@example.jp", "100003"},
    {"田中", "健", "タナカ", "ケン", "ken@example.jp", "100004"},
    {"渡邊", "由美子", "ワタナベ", "ユミコ", "yumiko_w@example.com", "100005"},
    {"伊藤", "さくら", "イトウ", "サクラ", "a@x.example.jp", "100006"},
    {"山本", "大輔", "ヤマモト", "ダイスケ", "aa@x.example.jp", "100007"},
    {"中村", "𠮷子", "ナカムラ", "ヨシコ", "yoshiko@example.jp", "100008"},
}};

struct Matter {
  const char* title;
  const char* question;
  const char* answer;
};

constexpr std::array<Matter, 6> kMatters{{
    {"届いた商品が破損していました", "本日届いた化粧水のふたが割れていました。交換をお願いします。",
     "このたびはご迷惑をおかけし申し訳ございません。交換品を本日発送いたします。"},
    {"配送日の変更について", "次回のお届けを11月30日の午前中に変更できますか？",
     "ご希望の日時で承りました。発送が完了しましたらご連絡いたします。"},
    {"定期コースを休止したい", "しばらく旅行に出るため、定期便を一回休みにしたいです。",
     "次回分をお休みにいたしました。次のお届けは来月15日の予定です。"},
    {"領収書の発行", "注文番号 A-20431 の領収書をお願いします。宛名は㈱みらい商事です。",
     "領収書をお送りいたします。ご査収ください。"},
    {"使い方を教えてください", "美容液と乳液はどちらを先に使えばよいでしょうか。",
     "美容液を先に、その後で乳液をお使いください。"},
    {"クレジットカードの変更", "カードの有効期限が切れました。変更の手続きを教えてください。",
     "マイページの「お支払い方法」から変更いただけます。"},
}};

constexpr std::array<const char*, 6> kStatuses{"open",   "ongoing", "closed",
                                               "closed", "closed",  "unwanted"};

json::Value user(const char* mention, const char* status) {
  return {{"mention_name", mention}, {"status_cd", status}};
}

json::Value customer_of(Data& data, const Person& person, TimePoint now) {
  return {{"customer_id", data.next_id()},
          {"last_name", person.family},
          {"first_name", person.given},
          {"last_name_kana", person.family_kana},
          {"first_name_kana", person.given_kana},
          {"company_name", nullptr},
          {"title", nullptr},
          {"url", nullptr},
          {"gender_cd", 9},
          {"system_id1", person.number},
          {"default_assignee", nullptr},
          {"emails", json::Value::array({{{"email", person.address}}})},
          {"archived_emails", json::Value::array()},
          {"tels", json::Value::array()},
          {"archived_tels", json::Value::array()},
          {"badge_ids", json::Value::array()},
          {"last_updated_at", stamp(now)}};
}

void seed_settings(Data& data, TimePoint now) {
  const std::string at = stamp(now);
  data.message_boxes = {{{"message_box_id", 1},
                         {"name", "カスタマーサポート"},
                         {"color", "blue"},
                         {"customer_group_id", 1},
                         {"last_updated_at", at}},
                        {{"message_box_id", 2},
                         {"name", "定期購入窓口"},
                         {"color", "green"},
                         {"customer_group_id", 1},
                         {"last_updated_at", at}}};
  data.customer_groups = json::Value::array({{{"customer_group_id", 1},
                                              {"name", "ショップのお客様"},
                                              {"message_box_ids", {1, 2}},
                                              {"last_updated_at", at}}});
  data.users = json::Value::array(
      {user("suzuki", "available"), user("tanaka", "confirming"), user("yamada", "locked")});
  data.badges = json::Value::array({{{"badge_id", 1}, {"name", "VIP"}}});
  data.mail_accounts = json::Value::array(
      {{{"mail_account_id", 11}, {"name", "サポート"}, {"email", kSupport}, {"message_box_id", 1}},
       {{"mail_account_id", 12},
        {"name", "定期購入"},
        {"email", kSubscriptions},
        {"message_box_id", 2}}});
  data.pending_reasons = json::Value::array({{{"pending_reason_id", 21},
                                              {"name", "お客様の返信待ち"},
                                              {"is_snoozed", false},
                                              {"snooze_term", "no_term"}},
                                             {{"pending_reason_id", 22},
                                              {"name", "倉庫に確認中"},
                                              {"is_snoozed", true},
                                              {"snooze_term", "tomorrow"}}});
  for (const char* name : {"返品・交換", "配送", "要エスカレーション"}) {
    const std::int64_t id = 30 + static_cast<std::int64_t>(data.labels.size()) + 1;
    data.labels[id] = {
        {"label_id", id}, {"name", name}, {"color", "orange"}, {"parent_id", nullptr}};
  }
  for (const char* name : {"商品", "配送", "お支払い"}) {
    const std::int64_t id = 40 + static_cast<std::int64_t>(data.case_categories.size()) + 1;
    data.case_categories[id] = {{"case_category_id", id}, {"name", name}, {"archived", false}};
  }
  for (const char* name : {"お詫び", "発送のご案内"}) {
    const auto id = static_cast<std::int64_t>(51 + data.templates.size());
    data.templates.push_back({{"template_id", id},
                              {"name", name},
                              {"template_category_name", "メール"},
                              {"title", name},
                              {"body", "いつもお世話になっております。"}});
  }
}

/// One matter of one person from its beginning to its answer.
void converse(Data& data, std::int64_t box, std::size_t turn, TimePoint at) {
  const Person& person = kPeople[turn % kPeople.size()];
  const Matter& matter = kMatters[turn % kMatters.size()];
  const std::string shop = box == 1 ? kSupport : kSubscriptions;
  const std::string customer =
      std::string(person.family) + " " + person.given + " <" + person.address + ">";
  Ticket& ticket = add_ticket(data, box, matter.title, at);
  add_message(data, ticket,
              {customer, shop, matter.title, matter.question, "mail", "received", at});
  const char* status = kStatuses[turn % kStatuses.size()];
  ticket.fields["status_cd"] = status;
  if (std::string_view(status) != "open") {
    add_message(data, ticket,
                {"ショップ <" + shop + ">", customer, std::string("Re: ") + matter.title,
                 matter.answer, "mail", "sent", at + hours(2)});
    ticket.fields["assignee"] = turn % 2 == 0 ? "suzuki" : "tanaka";
    ticket.fields["label_ids"] = {31 + static_cast<std::int64_t>(turn % 3)};
    ticket.fields["case_category_ids"] = {41 + static_cast<std::int64_t>(turn % 3)};
  }
  if (turn % 5 == 4) {
    add_message(data, ticket,
                {"", "", "電話での確認", "お電話にてご住所を確認しました。", "record",
                 "conversation", at + hours(3)});
  }
}

}  // namespace

bool Data::has_box(std::int64_t box) const {
  return std::any_of(message_boxes.begin(), message_boxes.end(),
                     [&](const json::Value& one) { return one["message_box_id"] == box; });
}

Ticket* Data::ticket_of_message(std::int64_t message_id) {
  for (auto& one : tickets) {
    for (const json::Value& message : one.second.fields["messages"]) {
      if (message["message_id"] == message_id) return &one.second;
    }
  }
  return nullptr;
}

std::string stamp(TimePoint time) {
  return to_rfc3339(std::chrono::floor<std::chrono::seconds>(time));
}

Ticket& add_ticket(Data& data, std::int64_t box, const std::string& title, TimePoint at) {
  const std::int64_t id = data.next_id();
  Ticket& ticket = data.tickets[id];
  ticket.box = box;
  ticket.changed_at = at;
  ticket.fields = {{"ticket_id", id},
                   {"assignee", nullptr},
                   {"status_cd", "open"},
                   {"created_at", stamp(at)},
                   {"last_updated_at", stamp(at)},
                   {"title", title},
                   {"color_cd", nullptr},
                   {"case_category_ids", json::Value::array()},
                   {"label_ids", json::Value::array()},
                   {"pending_reason_id", nullptr},
                   {"messages", json::Value::array()}};
  return ticket;
}

std::int64_t add_message(Data& data, Ticket& ticket, const NewMessage& message) {
  const std::int64_t id = data.next_id();
  const std::string at = stamp(message.at);
  ticket.fields["messages"].push_back({{"message_id", id},
                                       {"from", message.from},
                                       {"to", message.to},
                                       {"cc", ""},
                                       {"bcc", ""},
                                       {"reply_to", nullptr},
                                       {"sent_at", at},
                                       {"title", message.title},
                                       {"body", message.body},
                                       {"method_cd", message.method},
                                       {"action_cd", message.action},
                                       {"is_html", false},
                                       {"created_at", at},
                                       {"last_updated_at", at},
                                       {"comments", json::Value::array()},
                                       {"attachments", json::Value::array()}});
  ticket.changed_at = std::max(ticket.changed_at, message.at);
  ticket.fields["last_updated_at"] = stamp(ticket.changed_at);
  return id;
}

Data seed(TimePoint now) {
  Data data;
  seed_settings(data, now);
  for (const Person& person : kPeople) {
    json::Value customer = customer_of(data, person, now);
    const auto id = customer["customer_id"].get<std::int64_t>();
    data.customers[id] = std::move(customer);
  }
  for (std::size_t turn = 0; turn < 48; ++turn) {
    const TimePoint at = now - hours(24 * 2 * (48 - static_cast<int>(turn))) +
                         minutes(static_cast<int>(turn) * 17 % 600);
    converse(data, turn % 3 == 2 ? 2 : 1, turn, at);
  }
  Ticket& with_file = data.tickets.begin()->second;
  with_file.fields["messages"][0]["attachments"] =
      json::Value::array({{{"attachment_id", data.next_id()}, {"file_name", "破損写真.jpg"}}});
  Ticket& html = std::next(data.tickets.begin())->second;
  html.fields["messages"][0]["is_html"] = true;
  html.fields["messages"][0]["body"] =
      "<p>次回のお届けを<b>11月30日</b>の午前中に変更できますか？</p><script>alert(1)</script>";
  return data;
}

void grow(Data& data, int tickets, int days, TimePoint now) {
  for (int turn = 0; turn < tickets; ++turn) {
    const auto back = std::chrono::seconds(static_cast<std::int64_t>(days) * 86'400 *
                                           (tickets - turn) / std::max(1, tickets));
    converse(data, turn % 3 == 2 ? 2 : 1, static_cast<std::size_t>(turn), now - back - hours(4));
  }
}

}  // namespace madoguchi::sandboxes::relation
