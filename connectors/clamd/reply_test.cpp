// SPDX-License-Identifier: Apache-2.0
#include "connectors/clamd/reply.h"

#include <gtest/gtest.h>

#include <string>

namespace madoguchi::connectors::clamd {
namespace {

using connector::ScanVerdict;

void expect(std::string_view reply, ScanVerdict verdict, std::string_view detail) {
  const connector::ScanReport report = read_reply(reply);
  EXPECT_STREQ(to_string(report.verdict), to_string(verdict)) << reply;
  EXPECT_EQ(report.detail, detail) << reply;
}

TEST(ClamdReply, says_what_clamd_found) {
  expect("stream: OK", ScanVerdict::clean, "");
  expect("stream: Win.Test.EICAR_HDB-1 FOUND", ScanVerdict::infected, "Win.Test.EICAR_HDB-1");
  expect("stream: Own.Name(68e1:6) FOUND", ScanVerdict::infected, "Own.Name(68e1:6)");
}

TEST(ClamdReply, takes_a_limit_for_no_finding) {
  expect("INSTREAM size limit exceeded. ERROR", ScanVerdict::refused,
         "INSTREAM size limit exceeded");
  expect("stream: Heuristics.Limits.Exceeded.MaxFiles FOUND", ScanVerdict::refused,
         "Heuristics.Limits.Exceeded.MaxFiles");
  expect("stream: Heuristics.Limits.Exceeded FOUND", ScanVerdict::refused,
         "Heuristics.Limits.Exceeded");
}

TEST(ClamdReply, believes_nothing_else_to_be_clean) {
  expect("", ScanVerdict::broken, "clamd ended without an answer");
  expect("stream: ", ScanVerdict::broken, "stream: ");
  expect("OK OK", ScanVerdict::broken, "OK OK");
  expect("stream: Can't allocate memory ERROR", ScanVerdict::broken, "Can't allocate memory");
  expect("stream: OK\n", ScanVerdict::broken, "stream: OK?");
  expect("UNKNOWN COMMAND", ScanVerdict::broken, "UNKNOWN COMMAND");
}

TEST(ClamdReply, is_kept_short_and_printable) {
  const connector::ScanReport report =
      read_reply("stream: \x1b[2J\xe3" + std::string(500, 'x') + " FOUND");
  EXPECT_EQ(report.verdict, ScanVerdict::infected);
  EXPECT_EQ(report.detail.size(), 200u);
  EXPECT_EQ(report.detail.substr(0, 6), "?[2J?x");
}

}  // namespace
}  // namespace madoguchi::connectors::clamd
