// SPDX-License-Identifier: Apache-2.0
#include "core/domain/reply_token.h"

namespace madoguchi::domain {
namespace {

constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::size_t kMacBytes = 10;  // 80 bits
constexpr std::size_t kMacLetters = 16;

std::string base32(std::uint64_t number) {
  std::string out;
  do {
    out.insert(out.begin(), kAlphabet[number & 31]);
    number >>= 5;
  } while (number != 0);
  return out;
}

std::string base32(std::string_view bytes) {
  std::string out;
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const char byte : bytes) {
    buffer = (buffer << 8) | static_cast<unsigned char>(byte);
    bits += 8;
    for (; bits >= 5; bits -= 5) out += kAlphabet[(buffer >> (bits - 5)) & 31];
    buffer &= (1U << bits) - 1;
  }
  return out;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::optional<std::int64_t> number_of(std::string_view letters) {
  if (letters.empty() || letters.size() > 13) return std::nullopt;
  std::uint64_t number = 0;
  for (const char letter : letters) {
    const std::size_t digit = kAlphabet.find(letter);
    if (digit == std::string_view::npos || (number >> 58) != 0) return std::nullopt;
    number = (number << 5) | digit;
  }
  return number > 0 && number < (std::uint64_t{1} << 62)
             ? std::optional(static_cast<std::int64_t>(number))
             : std::nullopt;
}

/// A tag "[c.SEQUENCE.MAC]" in `subject` from `from` on, brackets included; {npos, npos}: none.
struct Tag {
  std::size_t begin = std::string_view::npos;
  std::size_t end = std::string_view::npos;
};
Tag next_tag(std::string_view subject, std::size_t from) {
  for (std::size_t begin = subject.find('[', from); begin != std::string_view::npos;
       begin = subject.find('[', begin + 1)) {
    std::size_t at = begin + 1;
    if (subject.size() < at + 2 || lower(subject[at]) != 'c' || subject[at + 1] != '.') continue;
    int dots = 0;
    for (; at < subject.size(); ++at) {
      if (subject[at] == '.') {
        ++dots;
      } else if (kAlphabet.find(lower(subject[at])) == std::string_view::npos) {
        break;
      }
    }
    if (dots == 2 && at < subject.size() && subject[at] == ']') return {begin, at + 1};
  }
  return {};
}

}  // namespace

std::string without_subject_tags(std::string_view subject) {
  std::string out(subject);
  for (Tag tag = next_tag(out, 0); tag.begin != std::string::npos;) {
    // The space that was put before it goes with it.
    if (tag.begin > 0 && out[tag.begin - 1] == ' ') --tag.begin;
    out.erase(tag.begin, tag.end - tag.begin);
    // What stood around it may be one now.
    const std::size_t before = out.rfind('[', tag.begin);
    tag = next_tag(out, before == std::string::npos ? tag.begin : before);
  }
  return out;
}

std::string ReplyTokens::tagged(std::string_view subject, std::int64_t message_sequence) const {
  return without_subject_tags(subject) + " [" + token(message_sequence) + "]";
}

std::optional<std::int64_t> ReplyTokens::verify_subject(std::string_view subject) const {
  std::optional<std::int64_t> sequence;
  for (Tag tag = next_tag(subject, 0); tag.begin != std::string_view::npos;
       tag = next_tag(subject, tag.end)) {
    const std::string_view inside = subject.substr(tag.begin + 1, tag.end - tag.begin - 2);
    if (const std::optional<std::int64_t> found = verify(inside)) sequence = found;
  }
  return sequence;
}

std::string ReplyTokens::token(std::int64_t message_sequence) const {
  const std::string sequence = base32(static_cast<std::uint64_t>(message_sequence));
  return "c." + sequence + "." +
         base32(std::string_view(mac_("reply:" + sequence)).substr(0, kMacBytes));
}

std::string ReplyTokens::message_id(std::int64_t message_sequence, std::string_view domain) const {
  return token(message_sequence) + "@" + std::string(domain);
}

std::string ReplyTokens::sub_address(std::int64_t message_sequence,
                                     std::string_view address) const {
  const std::size_t at = address.rfind('@');
  return std::string(address.substr(0, at)) + "+" + token(message_sequence) +
         std::string(address.substr(at));
}

std::optional<std::int64_t> ReplyTokens::verify(std::string_view text) const {
  const std::size_t at = text.rfind('@');
  std::string local(text.substr(0, at));
  for (char& c : local) c = lower(c);
  if (const std::size_t plus = local.find("+c."); plus != std::string::npos)
    local.erase(0, plus + 1);
  if (local.rfind("c.", 0) != 0) return std::nullopt;
  const std::size_t dot = local.find('.', 2);
  if (dot == std::string::npos || local.size() - dot - 1 != kMacLetters) return std::nullopt;
  const std::optional<std::int64_t> sequence =
      number_of(std::string_view(local).substr(2, dot - 2));
  if (!sequence) return std::nullopt;
  const std::string expected = token(*sequence);
  // Compared without stopping at the first difference, so that timing tells nothing about the MAC.
  unsigned difference = expected.size() == local.size() ? 0U : 1U;
  for (std::size_t i = 0; i < local.size() && i < expected.size(); ++i) {
    difference |= static_cast<unsigned>(expected[i] ^ local[i]);
  }
  return difference == 0 ? sequence : std::nullopt;
}

std::string without_sub_address(std::string_view address) {
  const std::size_t at = address.rfind('@');
  const std::size_t plus = address.find('+');
  if (at == std::string_view::npos || plus == std::string_view::npos || plus > at || plus == 0) {
    return std::string(address);
  }
  return std::string(address.substr(0, plus)) + std::string(address.substr(at));
}

}  // namespace madoguchi::domain
