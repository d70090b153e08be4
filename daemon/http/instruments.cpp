// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/instruments.h"

#include <string>

namespace madoguchi::http {

Instruments::Instruments(observe::Log& the_log, observe::Registry& registry)
    : log(the_log),
      connections_(registry.gauge("madoguchi_http_connections", "Open HTTP connections.")),
      streams_(
          registry.gauge("madoguchi_http_streams", "Answers that go on, such as event streams.")),
      turned_away_(registry.counter("madoguchi_http_turned_away_total",
                                    "Connections closed at once because of a cap.")),
      refused_(registry.counters("madoguchi_http_refused_total",
                                 "Requests refused by the engine, by status.", {"status"})) {
  auto& answered = registry.counters("madoguchi_http_answers_total",
                                     "Requests answered, by class of status.", {"class"});
  for (std::size_t i = 0; i < kClasses; ++i)
    answered_[i] = &answered.with({std::to_string(i + 1) + "xx"});
}

void Instruments::answered(int status) {
  if (status >= 100 && status < 600) answered_[static_cast<std::size_t>(status / 100 - 1)]->add();
}

void Instruments::refused(int status) { refused_.with({std::to_string(status)}).add(); }

void Instruments::body_not_stored(std::string_view detail) {
  log.write(messages::kBodyNotStored, {{"detail", detail}});
}

void Instruments::bad_answer(std::string_view fault) {
  log.write(messages::kBadAnswer, {{"fault", fault}});
}

void Instruments::handler_threw(const std::exception& thrown) {
  log.write(messages::kHandlerThrew, {{"exception", thrown.what()}});
}

void Instruments::connection_threw(const std::exception& thrown) {
  log.write(messages::kConnectionThrew, {{"exception", thrown.what()}});
}

}  // namespace madoguchi::http
