// SPDX-License-Identifier: Apache-2.0
// Reads every mail of tests/data/japanese-mail and compares all of it with expected.json, whose
// values come from the script that made the mails. Its README.md says what each field means.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/crypto/digest.h"
#include "core/mail/read.h"
#include "core/text/fold.h"

namespace madoguchi::mail {
namespace {

using Json = nlohmann::ordered_json;

std::string file(const std::string& name) {
  std::ifstream in(std::string(MADOGUCHI_SOURCE_DIR "/tests/data/japanese-mail/") + name,
                   std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + name);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

Json as_json(const std::vector<Address>& people) {
  Json list = Json::array();
  for (const Address& a : people) list.push_back({{"name", a.name}, {"address", a.address}});
  return list;
}

Json as_json(const Decoding& decoding) {
  return {{"charset", decoding.charset}, {"sure", decoding.sure}};
}

Json as_json(const Attachment& attachment) {
  Json json = {{"file_name", attachment.file_name},
               {"media_type", attachment.media_type},
               {"size", attachment.bytes.size()},
               {"sha256", crypto::to_hex(crypto::sha256(attachment.bytes))}};
  if (!attachment.content_id.empty()) json["content_id"] = attachment.content_id;
  if (attachment.is_inline) json["inline"] = true;
  return json;
}

std::string_view name_of(Notice notice) {
  switch (notice) {
    case Notice::partly_read:
      return "partly_read";
    case Notice::unsure_charset:
      return "unsure_charset";
    case Notice::malformed:
      return "malformed";
  }
  return "another";
}

/// The fields of expected.json that say what must have been read; empty ones are left out there.
Json as_json(const Message& message) {
  Json json = {{"from", as_json(message.from)},
               {"sender", as_json(message.sender)},
               {"reply_to", as_json(message.reply_to)},
               {"to", as_json(message.to)},
               {"cc", as_json(message.cc)},
               {"subject", message.subject},
               {"text", message.text},
               {"html", message.html},
               {"attachments", Json::array()},
               {"notices", Json::array()}};
  for (const Attachment& a : message.attachments) json["attachments"].push_back(as_json(a));
  for (const Notice notice : message.notices) json["notices"].push_back(name_of(notice));
  std::sort(json["notices"].begin(), json["notices"].end());
  return json;
}

void expect_field(const Json& expected, const std::string& key, const Json& actual) {
  const auto found = expected.find(key);
  if (found == expected.end()) {
    EXPECT_TRUE(actual.empty() || actual == "") << key << " must be empty, is " << actual.dump(1);
  } else if (!found->is_null()) {
    EXPECT_EQ(actual, *found) << key << " is\n"
                              << actual.dump(1) << "\nand should be\n"
                              << found->dump(1);
  }
}

void expect_decoding(const Json& expected, const std::string& key, const Decoding& decoding) {
  if (!expected.contains(key)) return;
  EXPECT_EQ(as_json(decoding).dump(), expected[key].dump()) << key;
}

void expect_found(const Json& words, const Message& message) {
  for (const std::string word : words) {
    const std::string folded = text::fold(word);
    EXPECT_NE(text::fold(message.text).find(folded), std::string::npos) << word;
  }
}

TEST(JapaneseMail, EveryMailIsReadAsItWasMeant) {
  const Json mails = Json::parse(file("expected.json")).at("mails");
  EXPECT_GE(mails.size(), 300U);
  ReadLimits limits;
  limits.time = std::chrono::seconds(60);  // a slow machine is no reason to read less
  for (const auto& [name, expected] : mails.items()) {
    SCOPED_TRACE(name);
    const std::string raw = file("mails/" + name + ".eml");
    const Message message = read(raw, limits);
    const Json actual = as_json(message);
    for (const auto& [key, value] : actual.items()) expect_field(expected, key, value);
    expect_decoding(expected, "subject_decoding", message.subject_decoding);
    expect_decoding(expected, "text_decoding", message.text_decoding);
    expect_decoding(expected, "html_decoding", message.html_decoding);
    if (const auto headers = expected.find("headers"); headers != expected.end()) {
      for (const auto& [header, value] : headers->items()) {
        const std::string* const found = message.header(header);
        EXPECT_EQ(found == nullptr ? "(missing)" : *found, value.get<std::string>()) << header;
      }
    }
    if (expected.contains("found_by")) expect_found(expected["found_by"], message);
    // Nobody is shown a guess without being told.
    const bool sure =
        message.subject_decoding.sure && message.text_decoding.sure && message.html_decoding.sure;
    const bool told =
        std::count(message.notices.begin(), message.notices.end(), Notice::unsure_charset) != 0;
    EXPECT_TRUE(sure || told);
  }
}

TEST(JapaneseMail, CutOrWithoutItsHeadersIsStillAMessage) {
  const Json mails = Json::parse(file("expected.json")).at("mails");
  for (const auto& [name, expected] : mails.items()) {
    const std::string raw = file("mails/" + name + ".eml");
    if (raw.size() > 20'000) continue;
    for (const std::size_t size : {raw.size() / 3, raw.size() / 2, raw.size() * 9 / 10}) {
      EXPECT_EQ(read(raw.substr(0, size)).body_digest.size(), 64U) << name;
      EXPECT_EQ(read(raw.substr(size)).body_digest.size(), 64U) << name;
    }
  }
}

}  // namespace
}  // namespace madoguchi::mail
