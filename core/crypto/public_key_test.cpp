// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/public_key.h"

#include <gtest/gtest.h>

#include "core/crypto/encoding.h"

namespace madoguchi::crypto {
namespace {

std::string octets(std::string_view base64url) { return from_base64url(base64url).value(); }

// RFC 7515, appendix A.3: a JWS with ES256.
const std::string kEsX = octets("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
const std::string kEsY = octets("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
constexpr std::string_view kEsText =
    "eyJhbGciOiJFUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS"
    "9pc19yb290Ijp0cnVlfQ";
const std::string kEsSignature = octets(
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");

TEST(PublicKey, checks_the_rfcs_ecdsa_signature) {
  const PublicKey key = PublicKey::ec("P-256", kEsX, kEsY).value();
  EXPECT_TRUE(key.holds(JwsAlgorithm::es256, kEsText, kEsSignature));
  EXPECT_FALSE(key.holds(JwsAlgorithm::es256, std::string(kEsText) + "x", kEsSignature));
  EXPECT_FALSE(key.holds(JwsAlgorithm::es384, kEsText, kEsSignature));
  EXPECT_FALSE(key.holds(JwsAlgorithm::rs256, kEsText, kEsSignature));
  EXPECT_FALSE(key.holds(JwsAlgorithm::eddsa, kEsText, kEsSignature));
  EXPECT_FALSE(key.holds(JwsAlgorithm::es256, kEsText, ""));
  EXPECT_FALSE(key.holds(JwsAlgorithm::es256, kEsText, kEsSignature.substr(1)));
  EXPECT_FALSE(key.holds(JwsAlgorithm::es256, kEsText, std::string(64, '\0')));
}

TEST(PublicKey, checks_the_rfcs_ed25519_signature) {
  // RFC 8037, appendix A.4.
  const PublicKey key =
      PublicKey::ed25519(octets("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")).value();
  const std::string signature = octets(
      "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
  constexpr std::string_view kText = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
  EXPECT_TRUE(key.holds(JwsAlgorithm::eddsa, kText, signature));
  EXPECT_FALSE(key.holds(JwsAlgorithm::eddsa, kText, std::string(64, 'x')));
  EXPECT_FALSE(key.holds(JwsAlgorithm::es256, kText, signature));
}

TEST(PublicKey, is_not_made_of_anything) {
  EXPECT_FALSE(PublicKey::rsa(std::string(128, '\xff'), "\x01\x01"));  // 1024 bits
  EXPECT_FALSE(PublicKey::rsa(std::string(256, '\xff'), "\x01"));      // exponent 1
  EXPECT_FALSE(PublicKey::rsa("", ""));
  EXPECT_TRUE(PublicKey::rsa(std::string(256, '\xff'), std::string("\x01\x00\x01", 3)));
  EXPECT_FALSE(PublicKey::ec("P-256", kEsX, kEsX));  // not on the curve
  EXPECT_FALSE(PublicKey::ec("P-256", kEsX, kEsY + "x"));
  EXPECT_FALSE(PublicKey::ec("secp256k1", kEsX, kEsY));
  EXPECT_FALSE(PublicKey::ed25519("short"));
}

}  // namespace
}  // namespace madoguchi::crypto
