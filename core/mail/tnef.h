// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace madoguchi::mail {

struct TnefFile {
  std::string name;        ///< UTF-8 as sent, not cleaned; may be empty
  std::string media_type;  ///< lower case; empty when none was given
  std::string content_id;  ///< without angle brackets
  std::string bytes;
};

/// What a winmail.dat holds.
struct TnefContent {
  std::string subject;
  std::string text;  ///< UTF-8; empty when there is only html, or nothing
  std::string html;  ///< UTF-8, not sanitised
  std::vector<TnefFile> files;
  bool whole =
      true;  ///< false: a limit was reached or sizes did not fit; what was readable is here
};

struct TnefLimits {
  std::size_t files = 200;
  std::size_t properties = 5'000;      ///< of one message or file
  std::size_t depth = 4;               ///< messages within messages
  std::size_t rtf = 16 * 1024 * 1024;  ///< octets of uncompressed RTF
};

/// Reads application/ms-tnef ([MS-OXTNEF]), with property streams ([MS-OXCDATA] 2.11) and
/// compressed RTF ([MS-OXRTFCP]). nullopt when it is none. Every size is checked against what is
/// there before it is believed; what does not fit ends the reading. The files of a message within
/// it are given beside its own, its text as a file of its own. Pure; never fails.
[[nodiscard]] std::optional<TnefContent> read_tnef(std::string_view bytes,
                                                   const TnefLimits& limits = {});

}  // namespace madoguchi::mail
