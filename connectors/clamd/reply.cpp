// SPDX-License-Identifier: Apache-2.0
#include "connectors/clamd/reply.h"

namespace madoguchi::connectors::clamd {
namespace {

using connector::ScanReport;
using connector::ScanVerdict;

constexpr std::size_t kMaxDetail = 200;

bool take_front(std::string_view& text, std::string_view part) {
  if (text.substr(0, part.size()) != part) return false;
  text.remove_prefix(part.size());
  return true;
}

bool take_back(std::string_view& text, std::string_view part) {
  if (text.size() < part.size() || text.substr(text.size() - part.size()) != part) return false;
  text.remove_suffix(part.size());
  return true;
}

std::string presentable(std::string_view text) {
  std::string out(text.substr(0, kMaxDetail));
  for (char& c : out) {
    if (c < 0x20 || c > 0x7E) c = '?';
  }
  return out;
}

}  // namespace

ScanReport read_reply(std::string_view reply) {
  const std::string whole = presentable(reply);
  take_front(reply, "stream: ");
  if (reply == "OK") return {ScanVerdict::clean, ""};
  if (take_back(reply, " FOUND")) {
    const bool is_limit = reply.substr(0, 26) == "Heuristics.Limits.Exceeded";
    return {is_limit ? ScanVerdict::refused : ScanVerdict::infected, presentable(reply)};
  }
  if (take_back(reply, ". ERROR") || take_back(reply, " ERROR")) {
    const bool is_limit = reply.find("size limit exceeded") != std::string_view::npos;
    return {is_limit ? ScanVerdict::refused : ScanVerdict::broken, presentable(reply)};
  }
  return {ScanVerdict::broken, whole.empty() ? "clamd ended without an answer" : whole};
}

}  // namespace madoguchi::connectors::clamd
