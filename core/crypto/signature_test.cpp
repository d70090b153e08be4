// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/signature.h"

#include <gtest/gtest.h>

#include "core/crypto/encoding.h"

namespace madoguchi::crypto {
namespace {

// Made by the openssl program: an authority, a certificate of its, another authority, and what the
// certificate's key and a P-256 key signed.
constexpr std::string_view kMessage = "Message\nhello\n";
constexpr std::string_view kAuthority = R"(-----BEGIN CERTIFICATE-----
MIIDHTCCAgWgAwIBAgIUIR53UKG965azK4jDvC9IreUqLLYwDQYJKoZIhvcNAQEL
BQAwHTEbMBkGA1UEAwwSRXhhbXBsZSBTaWduaW5nIENBMCAXDTI2MTEyMjEwNTY1
MloYDzIxMjYxMDI5MTA1NjUyWjAdMRswGQYDVQQDDBJFeGFtcGxlIFNpZ25pbmcg
Q0EwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQDCwnXdpIgpJG7dN4lt
PwH07UXXL3rMrZM0Oh4Em/KwHGvB/jqpxJaTd4+mhpkgfm94Am5YOQ5ThfpAb79j
9Tkn/u3iqnSbSL6GOQ9BeJIl2gPhmdrOwsOQy2XnWAkWJyJltWf1w44n79IlLHT7
F/mAGBmVdKzJzGElBnGos+oH2nnOfyir9fZj0mfEbuwrp1BklySv9gAE9b4jozzV
09xNJ5xvrXE7lB3XQDtVR+rRHvfM6NZ6h/Oa5V9QR7XpL/EaBMSWxBeNX2p8+khG
7zS05iceQ8rTYZaoSn5Ktndr2x8/D4tu5cFPQQsXZq1kGjxLKFE15khBzB8rr8uE
yc4BAgMBAAGjUzBRMB0GA1UdDgQWBBQaenZ1xYjMTsIwmkhQufxK1rYB9jAfBgNV
HSMEGDAWgBQaenZ1xYjMTsIwmkhQufxK1rYB9jAPBgNVHRMBAf8EBTADAQH/MA0G
CSqGSIb3DQEBCwUAA4IBAQBK5pn3uqrjSJgljkdlui/gcCzrMG/1wm/yBsLy9ipC
zEE9v3PMy37aLxThH2pGQfCYVs6R0olE/Vh/GQ99nokAmH2sO5L+NwUmAEQ4AyYm
PrJGAH5S1fAB650L4y1Tah3VEjI3jJugXRXnh7M7DPU1SPK9EC+GmgIU103nDDUu
Bf05myhMnerQV7OWE+D9DoN+uSBHfunzWAsghyWQHRTzU5C8yGdzFi7Ni0wqztaU
5cneKzAxxxv+eU4Mw+1KHtFh/OBI75iH749E7cbX1PpLgJkPfOoCphCzyHZdQ5AE
XTdPnVgH8aujEyfv34lh+cWyuqrzXdVCtwqP/8CvcjKx
-----END CERTIFICATE-----
)";
constexpr std::string_view kCertificate = R"(-----BEGIN CERTIFICATE-----
MIICvDCCAaQCFCsgZUSSBzdX3ZhYl2KNtKGQcbdPMA0GCSqGSIb3DQEBCwUAMB0x
GzAZBgNVBAMMEkV4YW1wbGUgU2lnbmluZyBDQTAgFw0yNjExMjIxMDU2NTNaGA8y
MTI1MDYxNjEwNTY1M1owFjEUMBIGA1UEAwwLc25zLmV4YW1wbGUwggEiMA0GCSqG
SIb3DQEBAQUAA4IBDwAwggEKAoIBAQDSXFBLQ8PiqZDPgozSXQ3KLbXFa4zwxoEA
b/Pz6OLFwJzyfMB5wY+15m+fp24k3QFn49p/Fudh6z/3cJmAXsBFBKUmtzq/X81O
acxzrTvaw3ssq/KKk18xB9C37h5al0mj8YAo+3cLrJ7oxFxLXSY3JkD9imZ3mSBQ
cUr58dYmIbvK/UF0nHsOEIk6d48d7v7Nb132AcRigQpT1tZwLY1AYXBfbgnYwu4e
3s1pezWpBkRS2pEieGaie/MwgLOvQ2Aj772dg76OSTjcWCCJEWS6sOB0ylRuwl3K
cOgRJVWs99lao6Y55MeYIZ6LhIuRjlc2jYcnihpXbH5dBY8gGrtjAgMBAAEwDQYJ
KoZIhvcNAQELBQADggEBAC0Zyl02uLPoiabWhamr20FedxFmCEJecnS3GwLLAiKf
NJEGN8BesrIjh+0+MV+PUNwnzl+V5H2fFqqIMy/iSzWXD/qq0S+IYWOAUE6O7Un8
bw9GY/5tdZEoy+IK8z9ujlMX2XBAyCVveEbNN1BKQfi4j8FL0yesM5G46Vqr86in
zu0AjU0y+eQJqJXRR0uFieGX30+ZSYQHN7i+IjfeILe/5tkVJUjqRPM2W8lRztAp
SsP6CISZRyQtD/CT7FmYwaVK/sAu2m404gRJSWGuMFj0pVfHOUI17JGoM6b74+L+
INMGDGQKGRBhn+xFL0pAqW2J0DKOYPe4egOyhQyCIGM=
-----END CERTIFICATE-----
)";
constexpr std::string_view kOther = R"(-----BEGIN CERTIFICATE-----
MIIDDTCCAfWgAwIBAgIUGqlUcjS4PmJ1KBH5RrhlmxcF5yMwDQYJKoZIhvcNAQEL
BQAwFTETMBEGA1UEAwwKQW5vdGhlciBDQTAgFw0yNjExMjIxMDU2NTNaGA8yMTI2
MTAyOTEwNTY1M1owFTETMBEGA1UEAwwKQW5vdGhlciBDQTCCASIwDQYJKoZIhvcN
AQEBBQADggEPADCCAQoCggEBAOl4RvTmhHC7Wurv0qBk5SlFNrbzhM489vz5BGsI
DO98j+utlP9n5Xm4hbviQiR+MuuSDerE2ytCaViyjyCgOpEffS3zUmyVOgfmVWLW
WfUG5JotiUIL0frGwoUt75g/gY9tGT3Yar/3gzhjTm+WIyjl0TmrOGnzyVK41y5Z
MihDQRTJRuAvQQUXzBU5bcDuoAh3u9Kh5TdoFtAfX833kX9HQTZNlR3bTzlag9Si
9sLBibM7TxPMXJPZn7OXkEdu+ztE6efGgBVMoGR8sANTmXHF61Xmle8fMhafWYaf
Z9jSevuJyXdn3PgXZirwPx7QFUd5/HrAmLUbn+iGeu1xLu0CAwEAAaNTMFEwHQYD
VR0OBBYEFLpg4gdUBT8Y42Dink6obcFJpeBAMB8GA1UdIwQYMBaAFLpg4gdUBT8Y
42Dink6obcFJpeBAMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADggEB
AMWN5e7wTRo4RBBjbR9HvHb09aUZfcwcmhuuauDie6wcRc+79YbmnhkjMxGBfO2G
j30BNPF4zHx7JlFwtY4xNMvojF3aWn9kOvLROViwuX2/qpU7FvX95SSkLXHrM9Ku
bze5ILkhKjpRSGqJAsj2Y/F0tUusBMLhLL26HAl9PFE/3W0IqDQFDIE89Ao49iLr
fEk+h/bTOr0YLrzkVEKq8akGZ16b5VUygyD+hNFmu63dYGRrNVanXvmjCxyDfH5p
XZNwe2bRh0WNBI07DuJAfFQRQzHn258nIxRjeDbn0pqS9xms5Ryc+EjSBi/fOKfX
/Zlo+aKLL+6eLZ4rLRst2uc=
-----END CERTIFICATE-----
)";
constexpr std::string_view kPublicKey = R"(-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEXTmLQGzQ4D8Ox+X/rONPQhJyrEZ7
pGfr/iZPqOoAn8rv8s6WKnGqAk/0prXwb4TxFSPfTzA3GpGk97DBo4y56Q==
-----END PUBLIC KEY-----
)";
constexpr std::string_view kSha1 =
    "HbBRb6uhIqbgUjhA1tj1Z3Gy75KOsLY3arl8ObxsRXyZOuhp/OnaI4fxkNGSsHmwpbIpBRFQNNYfPFd+RZNM"
    "VqkpcPZYOR3f0opYeGSojFYSZDGF/yBw3KSYSoLOM12njxOS1MekufQqmJis81l4TXAd5XuH5p2oxq3F6veC"
    "QJPviDLJzMP2spkYSSN43IOpEsGmwZbRy9l79Tmm8iIog5h/RwuJhUvvq0O5IN9347hOEbICw/bl3OeCdqP6"
    "sG5ckAeB47dPmzQpckEZYDBd+MQPhO6Fw7JyK7YugsT2TnbTXe2imBh/hAXb3wIegO6KGnQYmgy9TpnJpJ73"
    "oVNR2w==";
constexpr std::string_view kSha256 =
    "AIq2IxCdFKNc5DMajNtuhUsO307Vhbs+BCUTAWCPdMKfk4Fue7PQlMhPtjw/YDgHTvWVfVL+a5v7SpitY6yP"
    "nxt6HO6LyVsN/Ze6CeiU58gGPlvxLGKSygy3UnkpYnObwlYNS+Ke7irc0F5LVZVJP4MhHdCQKHgPJ7sIgXnK"
    "98jMXJe0tg18rhIfMALKuqvBpu1usEuaXrirPDwSD37e0EiR1q32yBvhWMrw3zWvS5omxnLT7kB8nFVesIsn"
    "STNKEeibLcngoYcj6BBHbZ9uwduJGvs43zhnCIiXxZL4FU/8yTsYAYugxIOfKQEIA0RF9ZrW6FWb+7gW7l7B"
    "2+m5zw==";
constexpr std::string_view kEcdsa =
    "MEUCIGxXvOn7mTyo7waEG5AdkGC5YaPxv0aukTVm8Byxu9IDAiEA+bRHltpYq7oMGPyt/73oF0NkZmb6D6pO"
    "IkMY+yb5g00=";
constexpr std::string_view kPublicDer =
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEXTmLQGzQ4D8Ox+X/rONPQhJyrEZ7pGfr/iZPqOoAn8rv8s6W"
    "KnGqAk/0prXwb4TxFSPfTzA3GpGk97DBo4y56Q==";
constexpr std::string_view kP384Der =
    "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEaemJ/F1aZlAln4vbEuIMknfiMCHHGyj1DEXXSN+XYgdfeZ/cTwph"
    "uQmdEojcn9NGifi5jfkik5SgT4tzMdvrRkFe4cgSp0+PGrco9WAKbxtkQk0VLV+kOCC3O7cqaLSr";

std::string octets(std::string_view base64) { return from_base64(base64).value(); }

TimePoint at(const char* text) { return parse_rfc3339(text).value(); }

TEST(Signature, of_rsa_holds_for_its_message_key_and_hash_alone) {
  EXPECT_TRUE(rsa_signature_holds(kCertificate, SignatureHash::sha1, kMessage, octets(kSha1)));
  EXPECT_TRUE(rsa_signature_holds(kCertificate, SignatureHash::sha256, kMessage, octets(kSha256)));
  EXPECT_FALSE(rsa_signature_holds(kCertificate, SignatureHash::sha256, kMessage, octets(kSha1)));
  EXPECT_FALSE(rsa_signature_holds(kCertificate, SignatureHash::sha1, kMessage, octets(kSha256)));
  EXPECT_FALSE(rsa_signature_holds(kOther, SignatureHash::sha256, kMessage, octets(kSha256)));
  EXPECT_FALSE(rsa_signature_holds(kCertificate, SignatureHash::sha256, "Message\nhellO\n",
                                   octets(kSha256)));
  std::string changed = octets(kSha256);
  changed[100] = static_cast<char>(changed[100] ^ 1);
  EXPECT_FALSE(rsa_signature_holds(kCertificate, SignatureHash::sha256, kMessage, changed));
  for (const std::string_view pem :
       {std::string_view(), std::string_view("nonsense"), kPublicKey}) {
    EXPECT_FALSE(rsa_signature_holds(pem, SignatureHash::sha256, kMessage, octets(kSha256)));
  }
  EXPECT_FALSE(rsa_signature_holds(kCertificate, SignatureHash::sha256, kMessage, ""));
}

TEST(Signature, a_certificate_holds_in_its_time_and_below_its_authority) {
  const TimePoint then = at("2050-01-01T00:00:00Z");
  EXPECT_TRUE(certificate_holds(kCertificate, then));
  EXPECT_TRUE(certificate_holds(kCertificate, then, kAuthority));
  EXPECT_TRUE(certificate_holds(kCertificate, then, std::string(kOther) + std::string(kAuthority)));
  EXPECT_TRUE(certificate_holds(kCertificate, then, kCertificate));
  EXPECT_FALSE(certificate_holds(kCertificate, then, kOther));
  EXPECT_FALSE(certificate_holds(kCertificate, then, "nonsense"));
  // Who brings the authority along is not believed for it.
  EXPECT_FALSE(
      certificate_holds(std::string(kCertificate) + std::string(kAuthority), then, kOther));
  EXPECT_FALSE(certificate_holds(kCertificate, at("2020-01-01T00:00:00Z")));
  EXPECT_FALSE(certificate_holds(kCertificate, at("2150-01-01T00:00:00Z")));
  EXPECT_FALSE(certificate_holds("", then));
  EXPECT_EQ(certificate_holds("", then).error().code, ErrorCode::forbidden);
}

TEST(Signature, of_ecdsa_holds_for_its_message_and_key_alone) {
  EXPECT_TRUE(ecdsa_signature_holds(kPublicKey, kMessage, octets(kEcdsa)));
  EXPECT_TRUE(ecdsa_signature_holds(kPublicDer, kMessage, octets(kEcdsa)));
  EXPECT_FALSE(ecdsa_signature_holds(kPublicDer, "Message", octets(kEcdsa)));
  EXPECT_FALSE(ecdsa_signature_holds(kPublicDer, kMessage, ""));
  EXPECT_FALSE(ecdsa_signature_holds(kP384Der, kMessage, octets(kEcdsa)));
  EXPECT_FALSE(ecdsa_signature_holds("", kMessage, octets(kEcdsa)));
  EXPECT_TRUE(is_p256_key(kPublicKey));
  EXPECT_TRUE(is_p256_key(kPublicDer));
  for (const std::string_view key : {kP384Der, kCertificate, std::string_view("bm9uc2Vuc2U=")}) {
    EXPECT_FALSE(is_p256_key(key)) << key;
  }
}

}  // namespace
}  // namespace madoguchi::crypto
