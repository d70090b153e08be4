// SPDX-License-Identifier: Apache-2.0
#include <signal.h>

#include <algorithm>
#include <iostream>

#include "core/config/listen_address.h"
#include "daemon/cli/commands.h"
#include "sandboxes/catalogue.h"
#include "sandboxes/kit/server.h"

namespace madoguchi::cli {
namespace {

const sandboxes::SandboxType* find_sandbox(const std::string& name) {
  const auto& all = sandboxes::catalogue();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto* type) { return type->name == name; });
  return found == all.end() ? nullptr : *found;
}

int show_sandboxes() {
  std::cerr << "usage: madoguchid sandbox VENDOR --listen=127.0.0.1:PORT\n\n";
  for (const auto* type : sandboxes::catalogue()) {
    std::cerr << "  " << type->name << "\n      " << type->summary << "\n";
  }
  return 64;
}

std::string with_url(std::string text, const std::string& url) {
  const std::size_t at = text.find("{url}");
  return at == std::string::npos ? text : text.replace(at, 5, url);
}

}  // namespace

int sandbox(const Arguments& arguments) {
  const sandboxes::SandboxType* type =
      arguments.words.size() == 2 ? find_sandbox(arguments.words[1]) : nullptr;
  if (type == nullptr) return show_sandboxes();
  const auto listen =
      config::ListenAddress::parse(arguments.listen.empty() ? "127.0.0.1:0" : arguments.listen);
  if (!listen) {
    std::cerr << "madoguchid: " << listen.error().describe() << "\n";
    return 64;
  }
  auto server = sandboxes::SandboxServer::start(*type, listen->host(), listen->port());
  if (!server) {
    std::cerr << "madoguchid: " << server.error().describe() << "\n";
    return 64;
  }
  std::cout << "sandbox " << type->name << " on " << (*server)->url()
            << "\ntry: " << with_url(type->hint, (*server)->url()) << std::endl;
  // main has blocked them.
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGHUP, SIGINT, SIGTERM, SIGQUIT}) sigaddset(&signals, signal);
  int signal = 0;
  sigwait(&signals, &signal);
  return 0;
}

}  // namespace madoguchi::cli
