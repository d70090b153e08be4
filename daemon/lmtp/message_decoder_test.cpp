// SPDX-License-Identifier: Apache-2.0
#include "daemon/lmtp/message_decoder.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace madoguchi::lmtp {
namespace {

struct Decoded {
  std::string text;
  std::string rest;
  bool ended = false;
  bool has_bare_lf = false;

  bool operator==(const Decoded&) const = default;
};

Decoded decode(std::string_view wire, std::size_t chunk) {
  MessageDecoder decoder;
  Decoded out;
  while (!wire.empty() && !decoder.ended()) {
    const std::string_view part = wire.substr(0, chunk);
    wire.remove_prefix(decoder.feed(part, [&](std::string_view bytes) { out.text += bytes; }));
  }
  out.rest = wire;
  out.ended = decoder.ended();
  out.has_bare_lf = decoder.has_bare_lf();
  return out;
}

struct Case {
  std::string wire;
  Decoded expected;
};

TEST(LmtpMessageDecoder, decodes_in_chunks_of_any_size) {
  const std::vector<Case> cases = {
      {".\r\n", {"", "", true, false}},
      {"a\r\n.\r\nQUIT\r\n", {"a\r\n", "QUIT\r\n", true, false}},
      {"..\r\n..x\r\n.y\r\n.\r\n", {".\r\n.x\r\ny\r\n", "", true, false}},
      {"a.\r\n.\r\n", {"a.\r\n", "", true, false}},
      {"a\r\n\r\n.\r\n", {"a\r\n\r\n", "", true, false}},
      {"a\rb\r\r\n.\r\n", {"a\rb\r\r\n", "", true, false}},
      {"\x80\xFF\r\n.\r\n", {"\x80\xFF\r\n", "", true, false}},
      // No end of the message, though some server somewhere takes each for one:
      {"a\n.\nb\r\n.\r\n", {"a\n.\nb\r\n", "", true, true}},
      {"a\n.\r\nb\r\n.\r\n", {"a\n.\r\nb\r\n", "", true, true}},
      {"a\r\n.\nb\r\n.\r\n", {"a\r\n\nb\r\n", "", true, true}},
      {"a\r\n.\rb\r\n.\r\n", {"a\r\n\rb\r\n", "", true, false}},
      {"a\r.\r\nb\r\n.\r\n", {"a\r.\r\nb\r\n", "", true, false}},
      {"a\r.\rb\r\n.\r\n", {"a\r.\rb\r\n", "", true, false}},
      {"a\r\n.\r\r\nb\r\n.\r\n", {"a\r\n\r\r\nb\r\n", "", true, false}},
      {"\n\r\n.\r\n", {"\n\r\n", "", true, true}},
      {"a\n\n\r\n.\r\n", {"a\n\n\r\n", "", true, true}},
      {"a\r\n\n.\r\n.\r\n", {"a\r\n\n.\r\n", "", true, true}},
      {"a", {"a", "", false, false}},
      {"a\r\n.\r", {"a\r\n", "", false, false}},
      {"a\r\n.", {"a\r\n", "", false, false}},
  };
  for (const Case& one : cases) {
    for (std::size_t chunk = 1; chunk <= one.wire.size(); ++chunk) {
      const Decoded got = decode(one.wire, chunk);
      EXPECT_EQ(got.text, one.expected.text) << testing::PrintToString(one.wire) << chunk;
      EXPECT_TRUE(got == one.expected) << testing::PrintToString(one.wire) << chunk;
    }
  }
}

TEST(LmtpMessageDecoder, brings_back_what_was_stuffed) {
  const unsigned seed = 20261122;
  std::mt19937 random(seed);
  const std::vector<std::string> pieces = {".", "\r\n", "\r\n.",   "\r",
                                           "x", "..",   "\r\n.\r", "long line"};
  for (int round = 0; round < 2000; ++round) {
    std::string message;
    for (auto i = random() % 12; i > 0; --i) message += pieces[random() % pieces.size()];
    message += "\r\n";
    std::string wire = message.starts_with('.') ? "." : "";
    for (std::size_t i = 0; i < message.size(); ++i) {
      wire += message[i];
      if (message.substr(0, i + 1).ends_with("\r\n") && i + 1 < message.size() &&
          message[i + 1] == '.') {
        wire += '.';
      }
    }
    const Decoded got = decode(wire + ".\r\nNEXT", 1 + random() % 5);
    ASSERT_EQ(got.text, message) << "seed " << seed << " round " << round;
    ASSERT_TRUE(got.ended);
    ASSERT_EQ(got.rest, "NEXT");
    ASSERT_FALSE(got.has_bare_lf);
  }
}

}  // namespace
}  // namespace madoguchi::lmtp
