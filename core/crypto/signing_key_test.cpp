// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/signing_key.h"

#include <gtest/gtest.h>

#include "core/crypto/digest.h"
#include "core/crypto/encoding.h"

namespace madoguchi::crypto {
namespace {

Secret seed_of(const char* hex) { return Secret(from_hex(hex).value()); }

// RFC 8032, 7.1, TEST 2.
TEST(SigningKey, MakesTheSignaturesOfTheStandard) {
  const Secret seed = seed_of("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
  EXPECT_EQ(to_hex(ed25519_public_key(seed)),
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  EXPECT_EQ(to_hex(ed25519_sign(seed, "\x72")),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
}

TEST(SigningKey, HoldsForItsOwnAlone) {
  const Secret seed(std::string(32, 'a'));
  const std::string key = ed25519_public_key(seed);
  const std::string signature = ed25519_sign(seed, "変更履歴");
  EXPECT_TRUE(ed25519_signature_holds(key, "変更履歴", signature));
  EXPECT_FALSE(ed25519_signature_holds(key, "変更履歷", signature));
  EXPECT_FALSE(ed25519_signature_holds(ed25519_public_key(Secret(std::string(32, 'b'))), "変更履歴",
                                       signature));
  EXPECT_FALSE(ed25519_signature_holds(key, "変更履歴", signature.substr(1)));
  EXPECT_FALSE(ed25519_signature_holds("", "変更履歴", signature));
  EXPECT_FALSE(ed25519_signature_holds(key, "変更履歴", ""));
}

TEST(SigningKey, OfAnotherLengthIsNone) {
  EXPECT_THROW((void)ed25519_sign(Secret("short"), "x"), std::invalid_argument);
}

}  // namespace
}  // namespace madoguchi::crypto
