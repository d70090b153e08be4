// SPDX-License-Identifier: Apache-2.0
#include "core/mail/content_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "core/base/email_address.h"
#include "core/crypto/digest.h"
#include "core/mail/ascii.h"
#include "core/mail/body_digest.h"

namespace madoguchi::mail {
namespace {

/// The address as EmailAddress compares it; what is no address as it stands.
std::string address_key(const Address& from) {
  const Result<EmailAddress> address = EmailAddress::parse(from.address);
  return address ? address->key() : from.address;
}

/// Message-ID without brackets and blanks, its domain folded: relays rewrite neither, some
/// re-senders change the case of the domain.
std::string id_key(std::string_view id) {
  const std::size_t at = id.rfind('@');
  if (at == std::string_view::npos) return std::string(id);
  return std::string(id.substr(0, at)) + lower(id.substr(at));
}

/// Ten digits that grow with the mail's date: mails come roughly in its order, so the index over
/// keys is written at its end and not all over.
std::string date_key(const Message& message) {
  const auto since = message.date ? message.date->time_since_epoch() : TimePoint::duration::zero();
  const std::int64_t seconds = std::chrono::duration_cast<std::chrono::seconds>(since).count();
  return fmt::format("{:010x}", std::clamp<std::int64_t>(seconds, 0, 0xFFFFFFFFFF));
}

}  // namespace

std::string content_key(const Message& message, std::string_view raw) {
  if (message.headers.empty()) {
    BodyDigest digest;
    digest.add(raw);
    return date_key(message) + digest.hex();
  }
  crypto::Sha256 hash;
  const auto add = [&hash](std::string_view field) {
    hash.update(field);
    hash.update(std::string_view("\0", 1));
  };
  add(id_key(message.message_id));
  const std::string* const date = message.header("date");
  add(date == nullptr ? std::string_view{} : std::string_view(*date));
  for (const Address& from : message.from) add(address_key(from));
  add("");
  add(message.body_digest);
  return date_key(message) + crypto::to_hex(hash.finish());
}

}  // namespace madoguchi::mail
