// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/engine.h"

#include <exception>
#include <utility>

namespace madoguchi::http {

Engine::Engine(ServerOptions the_options, Application& the_application, observe::Log& log,
               observe::Registry& metrics)
    : options(std::move(the_options)),
      application(the_application),
      instruments(log, metrics),
      census({options.max_connections, options.max_connections_per_address}),
      head_limits{options.max_request_line, options.max_header_bytes, options.max_headers},
      spill_rules{options.spill_dir, options.spill_above},
      workers(options.queue_limit, [this](Job job) { handle(std::move(job)); }) {}

void Engine::handle(Job job) {
  try {
    application.handle(std::move(job.request), std::move(job.responder));
  } catch (const std::exception& thrown) {
    instruments.handler_threw(thrown);
  }
}

}  // namespace madoguchi::http
