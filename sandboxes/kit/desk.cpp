// SPDX-License-Identifier: Apache-2.0
#include "sandboxes/kit/desk.h"

#include <algorithm>
#include <ctime>

namespace madoguchi::sandboxes {
namespace {

constexpr std::size_t kMostCalls = 10'000;
constexpr std::string_view kControl = "/_sandbox";

Response no(int status, const std::string& message) {
  return json_response({{"message", message}}, status);
}

/// Whether the sandbox itself does its work although the fault spoils the answer.
bool does_the_work(FaultKind kind) {
  switch (kind) {
    case FaultKind::delay:
    case FaultKind::hang_headers:
    case FaultKind::hang_body:
    case FaultKind::trickle:
    case FaultKind::drop:
    case FaultKind::wrong_length:
    case FaultKind::truncated:
    case FaultKind::replaced:
    case FaultKind::charset:
    case FaultKind::packed:
      return true;
    case FaultKind::status:
    case FaultKind::hang:
    case FaultKind::reset:
    case FaultKind::huge:
    case FaultKind::deep:
    case FaultKind::redirect:
    case FaultKind::quirk:
      return false;
  }
  return true;
}

/// The answer of a fault that has one of its own.
Response answer_of(const Fault& fault) {
  Response response;
  switch (fault.kind) {
    case FaultKind::status:
      response.status = fault.status;
      response.body = fault.body;
      response.media_type = fault.media_type;
      if (fault.retry_after) {
        response.headers.emplace_back("Retry-After", std::to_string(*fault.retry_after));
      }
      break;
    case FaultKind::deep:
      response.body = std::string(10'000, '[') + std::string(10'000, ']');
      break;
    case FaultKind::redirect:
      response.status = 302;
      response.headers.emplace_back("Location", fault.location);
      break;
    default:
      break;
  }
  return response;
}

void spoil(const Fault& fault, Response& response) {
  switch (fault.kind) {
    case FaultKind::truncated:
      response.body.resize(std::min(response.body.size(), static_cast<std::size_t>(fault.after)));
      break;
    case FaultKind::replaced:
      response.status = 200;
      response.body = fault.body;
      response.media_type = fault.media_type;
      break;
    case FaultKind::charset:
      response.media_type = "application/json; charset=Shift_JIS";
      for (char& c : response.body) {
        if (static_cast<unsigned char>(c) >= 0x80) c = static_cast<char>(0x83);
      }
      break;
    case FaultKind::packed:
      response.headers.emplace_back("Content-Encoding", "gzip");
      response.body = std::string("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", 10);
      break;
    default:
      break;
  }
}

}  // namespace

std::string http_date(TimePoint time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(
      std::chrono::time_point_cast<std::chrono::system_clock::duration>(time));
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[40] = {};
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return text;
}

Response json_response(const json::Value& value, int status) { return {status, json::dump(value)}; }

SandboxDesk::SandboxDesk(const SandboxType& type) : type_(type), sandbox_(type.create(clock_)) {}

Served SandboxDesk::serve(Request request) {
  if (request.path == kControl || request.path.starts_with(std::string(kControl) + "/")) {
    return {control(request), std::nullopt};
  }
  Call call{clock_.now(), request.method, request.path, request.query, request.body};
  Served served;
  served.fault = plan_.take(request);
  const bool works = !served.fault || does_the_work(served.fault->kind);
  if (works) {
    served.response = sandbox_->handle(request);
    served.response->headers.emplace_back("Date", http_date(clock_.now()));
  }
  if (!works) served.response = answer_of(*served.fault);
  if (served.fault) {
    spoil(*served.fault, *served.response);
    call.fault = enum_name(served.fault->kind);
  }
  for (const std::string& quirk : request.quirks) {
    call.fault += (call.fault.empty() ? "" : " ") + quirk;
  }
  call.status = served.response->status;
  ++count_;
  calls_.push_back(std::move(call));
  if (calls_.size() > kMostCalls) calls_.pop_front();
  return served;
}

Response SandboxDesk::control(const Request& request) {
  const std::vector<std::string> parts = request.segments();
  if (parts.size() == 1) {
    return json_response({{"sandbox", type_.name},
                          {"now", to_rfc3339(clock_.now())},
                          {"calls", count_},
                          {"faults", plan_.to_json()}});
  }
  if (parts[1] == "faults") return control_faults(request);
  if (parts[1] == "clock") return control_clock(request);
  if (parts[1] == "calls") return control_calls(request);
  if (parts[1] == "reset" && request.method == "POST") {
    plan_.clear();
    calls_.clear();
    count_ = 0;
    clock_.run();
    sandbox_->reset();
    return json_response({{"message", "as at the beginning"}});
  }
  if (std::optional<Response> own = sandbox_->control(request)) return *own;
  return no(404, "no such control; see docs/guide/sandboxes.md");
}

Response SandboxDesk::control_faults(const Request& request) {
  if (request.method == "DELETE") {
    plan_.clear();
  } else if (request.method == "POST") {
    const Result<json::Value> body = json::parse(request.body);
    if (!body) return no(400, "give a fault, or a list of them, as JSON");
    if (const auto seed = json::integer_at(*body, "/seed")) {
      plan_.seed(static_cast<std::uint32_t>(*seed));
      return json_response({{"seed", *seed}});
    }
    const json::Value list = body->is_array() ? *body : json::Value::array({*body});
    std::vector<Fault> faults;
    for (const json::Value& one : list) {
      const Result<Fault> fault = fault_from(one);
      if (!fault) return no(400, "wrong member: " + fault.error().fields.front().pointer);
      faults.push_back(*fault);
    }
    for (Fault& fault : faults) plan_.add(std::move(fault));
  } else if (request.method != "GET") {
    return no(405, "GET, POST or DELETE");
  }
  return json_response(plan_.to_json());
}

Response SandboxDesk::control_clock(const Request& request) {
  if (request.method == "POST") {
    const Result<json::Value> body = json::parse(request.body);
    if (!body || !body->is_object())
      return no(400, "give {\"now\"}, {\"advance_seconds\"} or {\"run\"}");
    if (const auto text = json::text_at(*body, "/now")) {
      const Result<TimePoint> time = parse_rfc3339(*text);
      if (!time) return no(400, "now is no RFC 3339 time");
      clock_.set(*time);
    } else if (const auto seconds = json::integer_at(*body, "/advance_seconds")) {
      clock_.advance(std::chrono::seconds(*seconds));
    } else if (json::boolean_at(*body, "/run").value_or(false)) {
      clock_.run();
    } else {
      return no(400, "give {\"now\"}, {\"advance_seconds\"} or {\"run\": true}");
    }
  }
  return json_response({{"now", to_rfc3339(clock_.now())}});
}

Response SandboxDesk::control_calls(const Request& request) {
  if (request.method == "DELETE") {
    calls_.clear();
    count_ = 0;
  }
  json::Value list = json::Value::array();
  for (const Call& call : calls_) {
    json::Value query = json::Value::object();
    for (const auto& pair : call.query) query[pair.first] = pair.second;
    list.push_back({{"at", to_rfc3339(call.at)},
                    {"method", call.method},
                    {"path", call.path},
                    {"query", query},
                    {"body", call.body},
                    {"status", call.status},
                    {"fault", call.fault}});
  }
  return json_response({{"count", count_}, {"items", list}});
}

}  // namespace madoguchi::sandboxes
