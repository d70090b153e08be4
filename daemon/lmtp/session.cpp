// SPDX-License-Identifier: Apache-2.0
#include "daemon/lmtp/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <exception>

#include "daemon/lmtp/message_decoder.h"
#include "daemon/lmtp/messages.h"

namespace madoguchi::lmtp {
namespace {

constexpr std::size_t kMaxLine = 2000;
constexpr int kMaxBadCommands = 10;

/// Runs what the intake does; an exception there is not the peer's business.
template <class F>
auto guarded(F&& call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::exception& exception) {
    return fail(Error::unavailable(exception.what()));
  }
}

enum class About { address, message };

std::string reply_to(const Error& error, About about) {
  const bool full = error.code == ErrorCode::rate_limited ||
                    (error.code == ErrorCode::unavailable &&
                     (error.type == "storage-full" || error.type == "overloaded"));
  if (full) return "452 4.3.1 no room at the moment, try again later";
  switch (error.code) {
    case ErrorCode::not_found:
      return "550 5.1.1 there is no such mailbox here";
    case ErrorCode::forbidden:
      return "550 5.7.1 not allowed";
    case ErrorCode::too_large:
      return "552 5.3.4 the message is too large";
    case ErrorCode::malformed:
    case ErrorCode::invalid:
      return about == About::address ? "550 5.1.3 this address cannot be used"
                                     : "554 5.6.0 this message cannot be taken";
    default:
      return "451 4.3.0 cannot take it at the moment, try again later";
  }
}

bool is_temporary(std::string_view reply) { return reply.starts_with('4'); }

}  // namespace

Metrics::Metrics(observe::Registry& registry)
    : connections(registry.counter("madoguchi_lmtp_connections_total",
                                   "Connections that mail servers opened.")),
      turned_away(registry.counter("madoguchi_lmtp_turned_away_total",
                                   "Connections answered 421 because all were taken.")),
      open(registry.gauge("madoguchi_lmtp_open_connections", "Connections that are open.")),
      taken(registry.counter("madoguchi_lmtp_mails_taken_total", "Mails answered 250.")),
      not_taken(registry.counter("madoguchi_lmtp_mails_deferred_total",
                                 "Mails answered 4xx: the mail server tries again.")),
      refused(registry.counter("madoguchi_lmtp_mails_refused_total", "Mails answered 5xx.")),
      broken_off(registry.counter("madoguchi_lmtp_mails_broken_off_total",
                                  "Messages that did not come to their end.")),
      receive_seconds(registry.histogram("madoguchi_lmtp_receive_seconds",
                                         "How long making a mail durable took.",
                                         observe::Histogram::latency_bounds())) {}

Session::Session(const Context& context, Connection& connection, Seat& seat)
    : context_(context),
      connection_(connection),
      seat_(seat),
      spool_(context.options.spool_dir, context.options.spool_above) {}

void Session::run() {
  connection_.reply("220 " + context_.options.host_name + " LMTP");
  while (next_command() == Next::go_on) continue;
  connection_.flush();
}

Session::Next Session::next_command() {
  const SteadyPoint begin = context_.clock.steady_now();
  while (true) {
    if (seat_.stopping()) return leave("421 4.3.2 shutting down");
    const std::string_view unread = connection_.unread();
    const std::size_t lf = unread.substr(0, kMaxLine).find('\n');
    if (lf != std::string_view::npos) {
      connection_.consume(lf + 1);  // `unread` stays readable until the next fill()
      const bool is_crlf = lf > 0 && unread[lf - 1] == '\r';
      return is_crlf ? serve(unread.substr(0, lf - 1))
                     : complain("500 5.5.2 a command ends in CRLF");
    }
    if (unread.size() >= kMaxLine) return skip_long_line();
    if (!connection_.flush()) return Next::end;
    if (const ReadStatus status = fill(begin); status != ReadStatus::more) return over(status);
  }
}

Session::Next Session::skip_long_line() {
  const SteadyPoint begin = context_.clock.steady_now();
  while (true) {
    const std::size_t lf = connection_.unread().find('\n');
    if (lf != std::string_view::npos) {
      connection_.consume(lf + 1);
      return complain("500 5.5.6 the line is too long");
    }
    connection_.consume(connection_.unread().size());
    if (const ReadStatus status = fill(begin); status != ReadStatus::more) return over(status);
  }
}

ReadStatus Session::fill(SteadyPoint begin) {
  const SteadyPoint idle = begin + context_.options.idle_deadline;
  return connection_.fill(in_transaction_ ? std::min(idle, transaction_deadline_) : idle);
}

Session::Next Session::over(ReadStatus status) {
  if (seat_.stopping()) return leave("421 4.3.2 shutting down");
  if (status == ReadStatus::timeout) return leave("421 4.4.2 that took too long");
  return Next::end;
}

Session::Next Session::serve(std::string_view line) {
  const Command command = parse_command(line);
  switch (command.verb) {
    case Verb::lhlo:
      return hello(command.argument);
    case Verb::other_hello:
      return complain("500 5.5.1 this is LMTP: say LHLO");
    case Verb::mail:
      return mail(command.argument);
    case Verb::rcpt:
      return recipient(command.argument);
    case Verb::data:
      return data();
    case Verb::rset:
      reset();
      connection_.reply("250 2.0.0 ok");
      return Next::go_on;
    case Verb::noop:
      connection_.reply("250 2.0.0 ok");
      return Next::go_on;
    case Verb::vrfy:
      connection_.reply("252 2.5.0 send a mail to find out");
      return Next::go_on;
    case Verb::quit:
      return leave("221 2.0.0 bye");
    case Verb::unknown:
      return complain("500 5.5.1 unknown command");
  }
  return Next::end;
}

Session::Next Session::hello(std::string_view argument) {
  if (argument.empty()) return complain("501 5.5.4 LHLO needs a name");
  reset();
  greeted_ = true;
  connection_.reply("250-" + context_.options.host_name);
  connection_.reply("250-PIPELINING");
  connection_.reply("250-8BITMIME");
  connection_.reply("250-SMTPUTF8");
  connection_.reply(fmt::format("250-SIZE {}", context_.options.max_message_bytes));
  connection_.reply("250 ENHANCEDSTATUSCODES");
  return Next::go_on;
}

Session::Next Session::mail(std::string_view argument) {
  if (!greeted_) return complain("503 5.5.1 say LHLO first");
  if (in_transaction_) return complain("503 5.5.1 there is a sender already");
  const std::optional<PathArgument> path = parse_path(argument, "FROM:");
  if (!path) return complain("501 5.5.4 syntax: MAIL FROM:<address>");
  if (!path->address.empty() && !is_address(path->address)) {
    return complain("553 5.1.7 that is not an address");
  }
  reset();
  if (const std::optional<std::string> why = take_parameters(*path)) return complain(*why);
  envelope_.sender = path->address;
  envelope_.peer = connection_.peer();
  in_transaction_ = true;
  transaction_deadline_ = context_.clock.steady_now() + context_.options.transaction_deadline;
  connection_.reply("250 2.1.0 ok");
  return Next::go_on;
}

std::optional<std::string> Session::take_parameters(const PathArgument& path) {
  for (const Parameter& parameter : path.parameters) {
    if (equals_ignoring_case(parameter.name, "SIZE")) {
      std::uint64_t size = 0;
      const char* end = parameter.value.data() + parameter.value.size();
      const auto parsed = std::from_chars(parameter.value.data(), end, size);
      if (parsed.ec == std::errc::invalid_argument || parsed.ptr != end) {
        return "501 5.5.4 SIZE needs a number";
      }
      if (parsed.ec != std::errc{} || size > context_.options.max_message_bytes) {
        return "552 5.3.4 the message is too large";
      }
    } else if (equals_ignoring_case(parameter.name, "BODY")) {
      envelope_.eight_bit = equals_ignoring_case(parameter.value, "8BITMIME");
      if (!envelope_.eight_bit && !equals_ignoring_case(parameter.value, "7BIT")) {
        return "501 5.5.4 BODY is 7BIT or 8BITMIME";
      }
    } else if (equals_ignoring_case(parameter.name, "SMTPUTF8") && parameter.value.empty()) {
      envelope_.smtputf8 = true;
    } else {
      return "555 5.5.4 unknown parameter";
    }
  }
  return std::nullopt;
}

Session::Next Session::recipient(std::string_view argument) {
  if (!in_transaction_) return complain("503 5.5.1 say MAIL first");
  const std::optional<PathArgument> path = parse_path(argument, "TO:");
  if (!path) return complain("501 5.5.4 syntax: RCPT TO:<address>");
  if (!path->parameters.empty()) return complain("555 5.5.4 unknown parameter");
  const bool is_postmaster = equals_ignoring_case(path->address, "postmaster");  // RFC 5321, 4.5.1
  if (!is_postmaster && !is_address(path->address)) {
    return complain("553 5.1.3 that is not an address");
  }
  if (envelope_.recipients.size() >= context_.options.max_recipients) {
    connection_.reply("452 4.5.3 too many recipients");
    return Next::go_on;
  }
  Result<std::string> mailbox = guarded([&] { return context_.intake.resolve(path->address); });
  if (mailbox) {
    envelope_.recipients.push_back({std::string(path->address), std::move(*mailbox)});
    connection_.reply("250 2.1.5 ok");
    return Next::go_on;
  }
  const std::string reply = reply_to(mailbox.error(), About::address);
  if (is_temporary(reply)) {
    context_.log.write(messages::kNotResolved, {{"error", mailbox.error()}});
  }
  connection_.reply(reply);
  return Next::go_on;
}

Session::Next Session::data() {
  if (!in_transaction_ || envelope_.recipients.empty()) {
    return complain("503 5.5.1 there is no recipient");
  }
  if (!seat_.begin_message()) return leave("421 4.3.2 shutting down");
  struct Message {
    Seat& seat;
    ~Message() { seat.end_message(); }
  } message{seat_};
  connection_.reply("354 go ahead, end with a dot");
  bool has_bare_lf = false;
  const Next next = read_message(has_bare_lf);
  if (next == Next::end) {
    context_.metrics.broken_off.add();
    return next;
  }
  answer_message(has_bare_lf);
  reset();
  return connection_.flush() ? Next::go_on : Next::end;
}

Session::Next Session::read_message(bool& has_bare_lf) {
  MessageDecoder decoder;
  const MessageDecoder::Sink sink = [this](std::string_view bytes) { spool_.append(bytes); };
  const std::size_t limit = context_.options.max_message_bytes;
  if (!connection_.flush()) return Next::end;
  while (true) {
    connection_.consume(decoder.feed(connection_.unread(), sink));
    if (spool_.size() > limit || decoder.has_bare_lf()) spool_.discard();
    if (decoder.ended()) break;
    if (const ReadStatus status = fill(context_.clock.steady_now()); status != ReadStatus::more) {
      return status == ReadStatus::timeout ? leave("421 4.4.2 that took too long") : Next::end;
    }
  }
  has_bare_lf = decoder.has_bare_lf();
  return Next::go_on;
}

void Session::answer_message(bool has_bare_lf) {
  if (spool_.size() > context_.options.max_message_bytes) {
    return answer_all("552 5.3.4 the message is too large");
  }
  if (has_bare_lf) {
    context_.log.write(messages::kSmuggling, {{"peer", envelope_.peer}});
    return answer_all("554 5.6.0 the message has a bare line feed");
  }
  const Result<std::string_view> raw = spool_.view();
  const Result<void> taken = raw ? hand_over(*raw) : Result<void>(fail(raw.error()));
  if (taken) return answer_all("250 2.0.0 taken");
  const std::string reply = reply_to(taken.error(), About::message);
  if (is_temporary(reply)) {
    context_.log.write(messages::kNotTaken,
                       {{"error", taken.error()}, {"size_bytes", spool_.size()}});
  }
  answer_all(reply);
}

Result<void> Session::hand_over(std::string_view raw) {
  const SteadyPoint begin = context_.clock.steady_now();
  Result<void> taken = guarded([&] { return context_.intake.receive(envelope_, raw); });
  const std::chrono::duration<double> took = context_.clock.steady_now() - begin;
  context_.metrics.receive_seconds.observe(took.count());
  return taken;
}

void Session::answer_all(std::string_view reply) {
  for (std::size_t i = 0; i < envelope_.recipients.size(); ++i) connection_.reply(reply);
  observe::Counter& counter = reply.starts_with('2') ? context_.metrics.taken
                              : is_temporary(reply)  ? context_.metrics.not_taken
                                                     : context_.metrics.refused;
  counter.add();
}

Session::Next Session::complain(std::string_view reply) {
  if (++bad_commands_ >= kMaxBadCommands) return leave("421 4.7.0 too many errors");
  connection_.reply(reply);
  return Next::go_on;
}

Session::Next Session::leave(std::string_view reply) {
  connection_.reply(reply);
  return Next::end;
}

void Session::reset() {
  in_transaction_ = false;
  envelope_ = {};
  spool_.clear();
}

}  // namespace madoguchi::lmtp
