// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/domain/message.h"
#include "core/service/dto/outgoing_dto.h"
#include "core/store/database.h"

namespace madoguchi::service {

/// A mail that somebody answers.
struct AnsweredMail {
  std::vector<domain::NamedAddress> from;         ///< of our own replies: whom they went to
  std::vector<domain::NamedAddress> reply_to;     ///< RFC 5322, 3.6.2
  std::vector<domain::NamedAddress> followup_to;  ///< Mail-Followup-To, as lists use it
  std::vector<domain::NamedAddress> to;
  std::vector<domain::NamedAddress> cc;
};

/// Whom an answer goes to: where the writer wants answers (Reply-To before From; for all,
/// Mail-Followup-To before everything), then everybody else who got the mail, then `copies`;
/// `requester` when nobody is left. Never an address for which `is_own` (EmailAddress::key) holds,
/// so that the hub does not write to itself; everybody once, what is no address left out.
[[nodiscard]] AnswerRecipientsDto answer_recipients(
    const AnsweredMail& mail, const std::vector<domain::NamedAddress>& copies,
    const domain::NamedAddress& requester,
    const std::function<bool(const std::string& key)>& is_own);

/// Where the copies for a case's CCs go; a customer's to the preferred address of today. Those
/// without any address are left out.
[[nodiscard]] std::vector<domain::NamedAddress> copies_of(db::Session& session,
                                                          const std::vector<domain::Cc>& ccs);

}  // namespace madoguchi::service
