// SPDX-License-Identifier: Apache-2.0
#include "sandboxes/relation/sandbox.h"

#include "sandboxes/relation/api.h"

namespace madoguchi::sandboxes::relation {
namespace {

constexpr std::int64_t kRequestsAMinute = 60;
constexpr std::int64_t kLinkSeconds = 60;

class Relation final : public Sandbox {
 public:
  explicit Relation(const Clock& clock) : clock_(clock) { reset(); }

  void reset() override {
    data_ = seed(clock_.now());
    over_limit_status_ = 403;
    limit_ = kRequestsAMinute;
    used_ = 0;
  }

  Response handle(const Request& request) override {
    const std::vector<std::string> parts = request.segments();
    if (!parts.empty() && parts[0] == "files") return file(request, parts);
    if (parts.size() < 3 || parts[0] != "api" || parts[1] != "v2") {
      return problem(404, "not found");
    }
    if (request.header("Authorization") != std::string("Bearer ") + kToken) {
      return problem(401, "invalid token");
    }
    count();
    Response response = used_ > limit_ ? problem(over_limit_status_, "rate limit exceeded")
                                       : let_in(request, {parts.begin() + 2, parts.end()});
    const std::int64_t left = std::max<std::int64_t>(0, limit_ - used_);
    response.headers.emplace_back("X-RateLimit-Limit", std::to_string(limit_));
    response.headers.emplace_back("X-RateLimit-Remaining", std::to_string(left));
    response.headers.emplace_back("X-RateLimit-Reset", std::to_string((minute_ + 1) * 60));
    return response;
  }

  std::optional<Response> control(const Request& request) override {
    const std::vector<std::string> parts = request.segments();
    if (parts[1] == "tickets" && request.method == "GET") return tickets();
    const Result<json::Value> read = json::parse(request.body.empty() ? "{}" : request.body);
    if (request.method != "POST" || !read) return std::nullopt;
    if (parts[1] == "settings") return set(*read);
    if (parts[1] == "messages") return write_in(*read);
    if (parts[1] == "grow") {
      grow(data_, static_cast<int>(json::integer_at(*read, "/tickets").value_or(100)),
           static_cast<int>(json::integer_at(*read, "/days").value_or(30)), clock_.now());
      return answer({{"tickets", data_.tickets.size()}});
    }
    if (parts[1] == "purge") {
      data_.tickets.erase(json::integer_at(*read, "/ticket_id").value_or(0));
      return answer({{"tickets", data_.tickets.size()}});
    }
    return std::nullopt;
  }

 private:
  /// A fixed window of a minute.
  void count() {
    const std::int64_t minute = to_micros(clock_.now()) / 60'000'000;
    if (minute != minute_) used_ = 0;
    minute_ = minute;
    ++used_;
  }

  Response let_in(const Request& request, const std::vector<std::string>& parts) {
    Context context{data_, request, clock_.now()};
    if (request.method == "POST" || request.method == "PUT") {
      const std::string type = request.header("Content-Type").value_or("");
      if (!type.starts_with("application/json")) return problem(415, "unsupported media type");
      Result<json::Value> body = json::parse(request.body.empty() ? "{}" : request.body);
      if (!body || !body->is_object()) return problem(400, "invalid parameter");
      context.body = std::move(*body);
    }
    if (parts[0] == "message_boxes") return answer(data_.message_boxes);
    if (parts[0] == "users") return answer(data_.users);
    if (parts[0] == "customer_groups") return customers_api(context, parts);
    const std::int64_t box = number_of(parts[0]);
    if (!data_.has_box(box) || parts.size() < 2) return problem(404, "not found");
    const std::vector<std::string> rest(parts.begin() + 1, parts.end());
    if (rest[0] == "tickets") return tickets_api(context, box, rest);
    if (rest[0] == "records" || rest[0] == "mails") return writing_api(context, box, rest);
    if (rest[0] == "messages" && rest.size() == 3) return attachment(request, number_of(rest[2]));
    return settings_api(context, box, rest);
  }

  /// A link that works for a minute.
  Response attachment(const Request& request, std::int64_t id) {
    for (const auto& one : data_.tickets) {
      for (const json::Value& message : one.second.fields["messages"]) {
        for (const json::Value& file : message["attachments"]) {
          if (file["attachment_id"] != id) continue;
          const std::int64_t until = to_micros(clock_.now()) / 1'000'000 + kLinkSeconds;
          return answer({{"url", "http://" + request.host + "/files/" + std::to_string(id) +
                                     "?expires=" + std::to_string(until)},
                         {"file_name", file["file_name"]},
                         {"expires_in_sec", kLinkSeconds}});
        }
      }
    }
    return problem(404, "not found");
  }

  Response file(const Request& request, const std::vector<std::string>& parts) {
    const std::int64_t until = number_of(request.parameter("expires").value_or(""));
    if (parts.size() != 2 || until < to_micros(clock_.now()) / 1'000'000) {
      return problem(403, "expired");
    }
    return {200, "attachment " + parts[1], "application/octet-stream"};
  }

  Response set(const json::Value& body) {
    if (const auto status = json::integer_at(body, "/over_limit_status")) {
      over_limit_status_ = static_cast<int>(*status);
    }
    limit_ = json::integer_at(body, "/requests_a_minute").value_or(limit_);
    return answer({{"over_limit_status", over_limit_status_}, {"requests_a_minute", limit_}});
  }

  /// All there is, in one piece.
  Response tickets() const {
    json::Value all = json::Value::array();
    for (const auto& one : data_.tickets) {
      json::Value ticket = one.second.fields;
      ticket["message_box_id"] = one.second.box;
      all.push_back(std::move(ticket));
    }
    return answer(all);
  }

  /// Somebody writes: into the ticket `ticket_id`, or a new one.
  Response write_in(const json::Value& body) {
    const auto text = [&](const char* name, const char* fallback) {
      return json::text_at(body, name).value_or(fallback);
    };
    Ticket* ticket = nullptr;
    if (const auto id = json::integer_at(body, "/ticket_id")) {
      const auto found = data_.tickets.find(*id);
      if (found == data_.tickets.end()) return problem(404, "not found");
      ticket = &found->second;
    } else {
      ticket = &add_ticket(data_, json::integer_at(body, "/message_box_id").value_or(1),
                           text("/title", "お問い合わせ"), clock_.now());
    }
    const std::int64_t id =
        add_message(data_, *ticket,
                    {text("/from", "customer@example.jp"), text("/to", "support@shop.example"),
                     text("/title", "お問い合わせ"), text("/body", "よろしくお願いします。"),
                     text("/method_cd", "mail"), text("/action_cd", "received"), clock_.now()});
    return answer({{"message_id", id}, {"ticket_id", ticket->fields["ticket_id"]}});
  }

  const Clock& clock_;
  Data data_;
  int over_limit_status_ = 403;
  std::int64_t limit_ = kRequestsAMinute;
  std::int64_t used_ = 0;
  std::int64_t minute_ = 0;
};

}  // namespace

Response answer(const json::Value& value) { return {200, json::dump(value)}; }

Response problem(int status, const std::string& message) {
  return {status, json::dump({{"message", message}})};
}

const SandboxType& type() {
  static const SandboxType kType{
      "relation", "Re:lation, the shared mail desk (API v2)",
      std::string("curl -H 'Authorization: Bearer ") + kToken + "' {url}/api/v2/message_boxes",
      [](const Clock& clock) { return std::make_unique<Relation>(clock); }};
  return kType;
}

}  // namespace madoguchi::sandboxes::relation
