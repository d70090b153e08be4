// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace madoguchi::cli {

/// What stood on the command line.
struct Arguments {
  std::filesystem::path config = "/etc/madoguchi/madoguchi.toml";
  std::string agent;
  std::string role;
  std::string mailbox;
  std::string sender;
  std::string listen;
  std::vector<std::string> words;  ///< the subcommand and what follows it
};

/// One subcommand: its name, how it is called, what it does. Answers the process's exit code;
/// results go to standard output, everything else to standard error.
struct Command {
  const char* name;
  const char* usage;
  const char* summary;
  int (*run)(const Arguments&);
};

/// All of them, in the order of the help text.
[[nodiscard]] const std::vector<Command>& commands();
/// The one that the words begin with ("token create"), or nullptr.
[[nodiscard]] const Command* find_command(const std::vector<std::string>& words);

int run(const Arguments& arguments);
int check_config(const Arguments& arguments);
int migrate(const Arguments& arguments);
int doctor(const Arguments& arguments);
int create_token(const Arguments& arguments);
int intake(const Arguments& arguments);
int backup(const Arguments& arguments);
int restore(const Arguments& arguments);
int rotate_keys(const Arguments& arguments);
int verify_audit(const Arguments& arguments);
int sandbox(const Arguments& arguments);
int openapi(const Arguments& arguments);

}  // namespace madoguchi::cli
