// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/seal.h"

#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <thread>

#include "core/crypto/digest.h"
#include "core/crypto/encoding.h"

namespace madoguchi::crypto {
namespace {

const std::string kKeyA(64, 'a');
const std::string kKeyB(64, 'b');

MasterKeys keys(const std::string& text) {
  auto parsed = MasterKeys::parse(Secret(text));
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().describe());
  return *parsed;
}

// Test cases 14 and 16 of the GCM specification (McGrew and Viega) that SP 800-38D rests on.
TEST(Aead, HoldsTheKnownVectors) {
  aead::Key zero;
  const std::uint8_t no_nonce[12] = {};
  std::string out(32, '\0');
  aead::encrypt(zero, no_nonce, {}, std::string(16, '\0'), out.data());
  EXPECT_EQ(to_hex(out), "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");

  aead::Key key;
  const auto unhex = [](std::string_view text) { return from_hex(text).value(); };
  const std::string raw = unhex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
  std::memcpy(key.bytes.data(), raw.data(), raw.size());
  const std::string nonce = unhex("cafebabefacedbaddecaf888");
  const std::string aad = unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  const std::string plain = unhex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449"
      "a6b525b16aedf5aa0de657ba637b39");
  out.assign(plain.size() + aead::kTagBytes, '\0');
  aead::encrypt(key, reinterpret_cast<const std::uint8_t*>(nonce.data()),
                {std::string_view(aad).substr(0, 7), std::string_view(aad).substr(7)}, plain,
                out.data());
  EXPECT_EQ(
      to_hex(out),
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056"
      "828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b");
  std::string back(plain.size(), '\0');
  EXPECT_TRUE(aead::decrypt(key, reinterpret_cast<const std::uint8_t*>(nonce.data()), {aad}, out,
                            back.data()));
  EXPECT_EQ(back, plain);
}

TEST(MasterKeys, AValueComesBackAndNeverLooksTheSame) {
  const MasterKeys master = keys("a " + kKeyA);
  for (const std::string& plain : {std::string(), std::string("x"), std::string(100000, '\0')}) {
    std::set<std::string> seen;
    for (int i = 0; i < 5; ++i) {
      const std::string sealed = master.seal(plain, "mail|raw|1|1");
      EXPECT_TRUE(seen.insert(sealed).second);
      EXPECT_EQ(master.open(sealed, "mail|raw|1|1").value(), plain);
    }
  }
  EXPECT_EQ(master.seal("canary-secret", "").find("canary"), std::string::npos);
}

TEST(MasterKeys, AnotherPlaceDoesNotOpenIt) {
  const MasterKeys master = keys("a " + kKeyA);
  const std::string sealed = master.seal("value", "accounts|token|7|1");
  EXPECT_FALSE(master.open(sealed, "accounts|token|8|1"));
  EXPECT_FALSE(master.open(sealed, ""));
  EXPECT_FALSE(master.open(sealed, "accounts|token|7|1 "));
}

TEST(MasterKeys, EveryAlteredByteIsFound) {
  const MasterKeys master = keys("a " + kKeyA + "\nb " + kKeyB);
  const std::string sealed = master.seal("some plain text", "place");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    for (const int bit : {0, 1, 7}) {
      std::string altered = sealed;
      altered[i] = static_cast<char>(altered[i] ^ (1 << bit));
      EXPECT_FALSE(master.open(altered, "place")) << "byte " << i << " bit " << bit;
    }
  }
}

TEST(MasterKeys, EveryTruncationAndAnyTailIsFound) {
  const MasterKeys master = keys("a " + kKeyA);
  const std::string sealed = master.seal("some plain text", "place");
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_FALSE(master.open(sealed.substr(0, size), "place")) << size;
    static_cast<void>(master.rewrap(sealed.substr(0, size)));
    static_cast<void>(MasterKeys::key_id_of(sealed.substr(0, size)));
  }
  EXPECT_FALSE(master.open(sealed + '\0', "place"));
}

TEST(MasterKeys, OldKeysOpenAfterARotationAndNotWithoutTheirLine) {
  const Secret old_file = MasterKeys::generate();
  const MasterKeys old_keys = MasterKeys::parse(old_file).value();
  const std::string sealed = old_keys.seal("value", "p");
  const Secret new_file = MasterKeys::rotate(old_file).value();
  const MasterKeys rotated = MasterKeys::parse(new_file).value();

  EXPECT_NE(rotated.current_id(), old_keys.current_id());
  EXPECT_EQ(rotated.open(sealed, "p").value(), "value");
  EXPECT_EQ(MasterKeys::key_id_of(sealed).value(), old_keys.current_id());

  const std::string anew = rotated.rewrap(sealed).value();
  EXPECT_EQ(MasterKeys::key_id_of(anew).value(), rotated.current_id());
  EXPECT_EQ(rotated.open(anew, "p").value(), "value");
  const auto refused = old_keys.open(anew, "p");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().detail.find(rotated.current_id()), std::string::npos);
}

TEST(MasterKeys, AnotherKeyUnderTheSameIdDoesNotOpen) {
  const std::string sealed = keys("a " + kKeyA).seal("value", "p");
  EXPECT_FALSE(keys("a " + kKeyB).open(sealed, "p"));
  EXPECT_FALSE(keys("a " + kKeyB).rewrap(sealed));
}

TEST(MasterKeys, AKeyFileIsReadWithCommentsAndCarriageReturns) {
  const MasterKeys master = keys("# a comment\r\n\r\n  new-1\t" + kKeyB + " \r\nold " + kKeyA);
  EXPECT_EQ(master.current_id(), "new-1");
  EXPECT_EQ(master.open(keys("old " + kKeyA).seal("v", ""), "").value(), "v");
}

TEST(MasterKeys, ABadKeyFileIsRefusedWithItsLineAndWithoutItsContent) {
  for (const std::string& text :
       {std::string(), std::string("# nothing\n"), std::string("a\n"), kKeyA,
        "a " + kKeyA.substr(1), "a " + kKeyA + "0", "a " + kKeyA + " x", "A " + kKeyA,
        "a " + kKeyA + "\na " + kKeyB, std::string(33, 'x') + " " + kKeyA,
        "a " + std::string(64, 'g')}) {
    const auto parsed = MasterKeys::parse(Secret(text));
    ASSERT_FALSE(parsed) << text;
    EXPECT_NE(parsed.error().message.en.find("line "), std::string::npos);
    EXPECT_EQ(parsed.error().describe().find("aaaa"), std::string::npos);
  }
}

TEST(MasterKeys, ManyThreadsShareThem) {
  const MasterKeys master = keys("a " + kKeyA);
  std::vector<std::jthread> threads;
  std::vector<int> good(4, 0);
  for (std::size_t t = 0; t < good.size(); ++t) {
    threads.emplace_back([&master, &good, t] {
      for (int i = 0; i < 200; ++i) {
        const std::string plain = std::to_string(i) + " of " + std::to_string(t);
        const auto opened = master.open(master.seal(plain, "p"), "p");
        if (opened && *opened == plain) ++good[t];
      }
    });
  }
  threads.clear();
  EXPECT_EQ(good, std::vector<int>(4, 200));
}

}  // namespace
}  // namespace madoguchi::crypto
