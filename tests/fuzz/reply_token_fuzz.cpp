// SPDX-License-Identifier: Apache-2.0
// Reply tokens and sub-addresses: the first line of the input is a Message-ID or an address, the
// rest a subject.
#include "core/domain/reply_token.h"

#include <algorithm>

#include "tests/fuzz/target.h"

namespace fuzz = madoguchi::fuzz;
namespace domain = madoguchi::domain;

namespace {

/// No secret and no good one, so that a corpus can hold tokens that verify.
std::string mac(std::string_view text) {
  std::uint64_t hash = 14695981039346656037U;
  std::string out;
  for (std::size_t at = 0; at < text.size() + 10; ++at) {
    hash = (hash ^ static_cast<unsigned char>(text[at % text.size()])) * 1099511628211U;
    if (at >= text.size()) out += static_cast<char>(hash >> 32U);
  }
  return out;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz::as_text(data, size);
  const std::size_t end = std::min(input.find('\n'), input.size());
  const std::string_view id = input.substr(0, end);
  const std::string_view subject = input.substr(std::min(end + 1, input.size()));
  const domain::ReplyTokens tokens(mac);

  if (const std::optional<std::int64_t> sequence = tokens.verify(id)) {
    fuzz::require(*sequence > 0, "messages are counted from one");
    fuzz::require(lower(id).find(tokens.token(*sequence)) != std::string::npos,
                  "only the token that we give out verifies");
    fuzz::require(tokens.verify(tokens.message_id(*sequence, "shop.example")) == sequence,
                  "what we give out verifies");
  }
  const std::string plain = domain::without_sub_address(id);
  fuzz::require(plain.size() <= id.size(), "nothing is added");
  fuzz::require(domain::without_sub_address(plain) == plain, "there is one sub-address");
  const bool is_plain = plain.find('+') == std::string::npos;
  if (is_plain && plain.find('@') != std::string::npos) {
    fuzz::require(tokens.verify(tokens.sub_address(7, plain)) == 7, "a sub-address verifies");
  }

  const std::string untagged = domain::without_subject_tags(subject);
  fuzz::require(domain::without_subject_tags(untagged) == untagged, "no tag is left");
  fuzz::require(!tokens.verify_subject(untagged), "least of all one that verifies");
  fuzz::require(tokens.verify_subject(tokens.tagged(subject, 42)) == 42, "the last tag is ours");
  return 0;
}
