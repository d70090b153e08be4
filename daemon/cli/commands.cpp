// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/commands.h"

namespace madoguchi::cli {

const std::vector<Command>& commands() {
  static const std::vector<Command> all = {
      {"run", "run", "serves until SIGTERM; applies missing migrations first", run},
      {"check-config", "check-config", "reads the configuration and reports every mistake",
       check_config},
      {"migrate", "migrate", "creates the master key if missing and brings the database up to date",
       migrate},
      {"doctor", "doctor", "tries everything that is configured and says what does not work",
       doctor},
      {"token create", "token create --agent=NAME --role=ROLE",
       "makes a token (and the agent, if new) and prints it", create_token},
      {"intake", "intake [--mailbox=NAME] [--sender=ADDRESS] [FILE]",
       "hands in one raw mail, for an MTA's pipe: exit 0 durable, 75 try again, 65 never", intake},
      {"backup", "backup FILE", "copies the database into FILE, while the daemon runs too", backup},
      {"restore", "restore FILE", "puts a backup in place of a database that is not there",
       restore},
      {"keys rotate", "keys rotate", "puts a new master key in front; used from the next start on",
       rotate_keys},
      {"audit verify", "audit verify [FILE]",
       "compares the change history with its hashes and with what was signed, in FILE too",
       verify_audit},
      {"sandbox", "sandbox VENDOR --listen=ADDRESS",
       "plays an outside system on this machine's loopback, to try against (VENDOR: relation)",
       sandbox},
      {"openapi", "openapi", "prints the description of the HTTP facade", openapi},
  };
  return all;
}

const Command* find_command(const std::vector<std::string>& words) {
  if (words.empty()) return nullptr;
  const std::string two = words.size() > 1 ? words[0] + " " + words[1] : words[0];
  for (const Command& command : commands()) {
    if (command.name == words[0] || command.name == two) return &command;
  }
  return nullptr;
}

}  // namespace madoguchi::cli
