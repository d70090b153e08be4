// SPDX-License-Identifier: Apache-2.0
#include "connectors/clamd/scanner.h"

#include <algorithm>
#include <cstdint>

#include "connectors/clamd/line.h"
#include "connectors/clamd/reply.h"

namespace madoguchi::connectors::clamd {
namespace {

using connector::CallOptions;
using connector::Health;
using connector::HealthState;
using connector::ScanReport;
using connector::ScanVerdict;

// With the NUL at their end: "z" commands end with one (clamd(8)).
constexpr char kInstream[] = "zINSTREAM";
constexpr char kVersion[] = "zVERSION";
constexpr std::size_t kChunk = std::size_t{256} * 1024;

/// A chunk's length as it goes before it: four octets, the highest first.
std::string length_of(std::string_view chunk) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) {
    out += static_cast<char>(static_cast<std::uint32_t>(chunk.size()) >> shift & 0xFFU);
  }
  return out;
}

/// False when clamd wants no more of it and has said why.
bool send_content(Line& line, std::string_view content) {
  if (!line.send({kInstream, sizeof kInstream})) return false;
  while (!content.empty()) {
    const std::string_view chunk = content.substr(0, kChunk);
    content.remove_prefix(chunk.size());
    if (!line.send(length_of(chunk)) || !line.send(chunk)) return false;
  }
  return line.send(length_of({}));
}

}  // namespace

ScanReport Scanner::scan(std::string_view content, const CallOptions& call) {
  if (content.size() > options_.max_size) {
    return {ScanVerdict::refused,
            "over the scanner's limit of " + std::to_string(options_.max_size) + " octets"};
  }
  bool connected = false;
  try {
    Line line(options_.address, call, clock_);
    connected = true;
    (void)send_content(line, content);
    return read_reply(line.receive());
  } catch (const Line::Trouble& trouble) {
    const bool ours = call.stop.stop_requested() || call.cut.stop_requested();
    return {connected && !ours ? ScanVerdict::broken : ScanVerdict::away, trouble.what()};
  }
}

Health Scanner::probe(const CallOptions& call) {
  try {
    Line line(options_.address, call, clock_);
    (void)line.send({kVersion, sizeof kVersion});
    const std::string version = line.receive();
    if (version.rfind("ClamAV ", 0) == 0) return {HealthState::ok, version};
    return {HealthState::failing, "no clamd answers there"};
  } catch (const Line::Trouble& trouble) {
    return {HealthState::failing, trouble.what()};
  }
}

}  // namespace madoguchi::connectors::clamd
