// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace madoguchi::lmtp {

enum class Verb { lhlo, other_hello, mail, rcpt, data, rset, noop, quit, vrfy, unknown };

/// One command line (RFC 5321, section 4.1). Views into the line.
struct Command {
  Verb verb = Verb::unknown;
  std::string_view argument;  ///< without surrounding spaces
};

/// `line` without its CRLF. Verbs in any case.
[[nodiscard]] Command parse_command(std::string_view line);

struct Parameter {
  std::string_view name;
  std::string_view value;  ///< empty when there is none
};

/// "FROM:<a@b.example> SIZE=100" of MAIL, "TO:<…>" of RCPT. Views into the argument.
struct PathArgument {
  std::string_view address;  ///< between the angle brackets, without a source route
  std::vector<Parameter> parameters;
};

/// nullopt when it is not of the form `keyword` `<…>` [parameters]; `keyword` is "FROM:" or "TO:".
/// Angle brackets within a quoted local part are part of the address. Whether it is one:
/// is_address.
[[nodiscard]] std::optional<PathArgument> parse_path(std::string_view argument,
                                                     std::string_view keyword);

/// Whether `text` has the form of an address on the wire: at most 320 octets of valid UTF-8 (RFC
/// 6531), a local part, which may be quoted, and a domain. Lenient about dots, as carriers are.
[[nodiscard]] bool is_address(std::string_view text);

[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);

}  // namespace madoguchi::lmtp
