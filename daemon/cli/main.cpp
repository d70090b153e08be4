// SPDX-License-Identifier: Apache-2.0
#include <Poco/Util/HelpFormatter.h>
#include <Poco/Util/Option.h>
#include <Poco/Util/OptionCallback.h>
#include <Poco/Util/OptionException.h>
#include <Poco/Util/OptionSet.h>
#include <Poco/Util/ServerApplication.h>
#include <malloc.h>
#include <signal.h>

#include <iostream>

#include "daemon/cli/commands.h"

namespace {

using madoguchi::cli::Arguments;
using madoguchi::cli::Command;

/// Parses the command line and calls the subcommand; nothing else lives here.
class Program final : public Poco::Util::ServerApplication {
 public:
  Program() { setUnixOptions(true); }

 protected:
  void defineOptions(Poco::Util::OptionSet& options) override {
    using Poco::Util::Option;
    ServerApplication::defineOptions(options);
    add(options, "config", "configuration file", "FILE");
    add(options, "agent", "name of the agent", "NAME");
    add(options, "role", "viewer, agent, supervisor, admin or integration", "ROLE");
    add(options, "mailbox", "name of the mailbox", "NAME");
    add(options, "sender", "envelope sender", "ADDRESS");
    add(options, "listen", "where a sandbox listens: 127.0.0.1:PORT", "ADDRESS");
    options.addOption(
        Option("help", "h", "shows this")
            .callback(Poco::Util::OptionCallback<Program>(this, &Program::take_help)));
    options.addOption(
        Option("version", "", "shows the version")
            .callback(Poco::Util::OptionCallback<Program>(this, &Program::take_version)));
  }

  int main(const ArgVec& words) override {
    if (version_) {
      std::cout << "madoguchid " MADOGUCHI_VERSION "\n";
      return 0;
    }
    arguments_.words = words;
    const Command* command = madoguchi::cli::find_command(words);
    if (help_ || command == nullptr) return show_help(words);
    return command->run(arguments_);
  }

 private:
  void add(Poco::Util::OptionSet& options, const char* name, const char* help, const char* value) {
    options.addOption(Poco::Util::Option(name, "", help)
                          .argument(value)
                          .callback(Poco::Util::OptionCallback<Program>(this, &Program::take)));
  }

  void take(const std::string& name, const std::string& value) {
    if (name == "config") arguments_.config = value;
    if (name == "agent") arguments_.agent = value;
    if (name == "role") arguments_.role = value;
    if (name == "mailbox") arguments_.mailbox = value;
    if (name == "sender") arguments_.sender = value;
    if (name == "listen") arguments_.listen = value;
  }
  void take_help(const std::string&, const std::string&) { help_ = true; }
  void take_version(const std::string&, const std::string&) { version_ = true; }

  [[nodiscard]] int show_help(const ArgVec& words) const {
    std::ostream& out = help_ ? std::cout : std::cerr;
    if (!help_ && !words.empty())
      out << "madoguchid: there is no subcommand \"" << words.front() << "\"\n";
    out << "usage: madoguchid [--config=FILE] SUBCOMMAND\n\n";
    for (const Command& command : madoguchi::cli::commands()) {
      out << "  " << command.usage << "\n      " << command.summary << "\n";
    }
    out << "\n--config defaults to /etc/madoguchi/madoguchi.toml\n";
    return help_ ? 0 : 64;
  }

  Arguments arguments_;
  bool help_ = false;
  bool version_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  // Before any thread: the daemon waits for these itself, and a broken pipe is an error code.
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGHUP, SIGINT, SIGTERM, SIGQUIT, SIGPIPE}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // Many short-lived threads would otherwise each keep an arena of free memory.
  mallopt(M_ARENA_MAX, 4);
  // Big mails go back to the system when they are done with; glibc would learn to keep their room.
  mallopt(M_MMAP_THRESHOLD, 1024 * 1024);
  Program program;
  try {
    return program.run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "madoguchid: " << error.what() << "\n";
    return 70;
  }
}
