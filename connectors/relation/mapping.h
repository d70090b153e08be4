// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/connector/mail_history.h"
#include "core/json/value.h"
#include "core/net/url.h"

/// From Re:lation's JSON to what the hub keeps. Takes what it must have strictly and all else as it
/// comes: a member may be missing, null or of another type at any time. Pure.
namespace madoguchi::connectors::relation {

/// One entry of a list of tickets.
struct ListedTicket {
  std::int64_t id = 0;
  TimePoint changed_at = {};  ///< the beginning of time when it does not say

  bool operator==(const ListedTicket&) const = default;
};

/// `malformed` when it is no list, or an entry has no number.
[[nodiscard]] Result<std::vector<ListedTicket>> read_list(const json::Value& value);
/// The numbers of message boxes.
[[nodiscard]] Result<std::vector<std::int64_t>> read_boxes(const json::Value& value);

/// A ticket is named by its box and its number, since requests need both: "1-4711".
[[nodiscard]] std::string thread_id(std::int64_t box, std::int64_t ticket);
struct TicketPlace {
  std::int64_t box = 0;
  std::int64_t ticket = 0;
};
[[nodiscard]] std::optional<TicketPlace> place_of(const std::string& thread);

/// What is known beside the ticket itself.
struct TicketContext {
  std::int64_t box = 0;
  net::Url screen;
  std::map<std::int64_t, std::string> labels = {};
};

struct ReadTicket {
  domain::ExternalThread thread;
  std::vector<domain::ExternalMessage> messages;
  bool is_gone = false;  ///< in the trash, or spam: nobody's history
};

/// `malformed` when it has no number, or a message has none.
[[nodiscard]] Result<ReadTicket> read_ticket(const json::Value& value,
                                             const TicketContext& context);

/// "open" as 未対応; an unknown word stays.
[[nodiscard]] std::string status_word(const std::string& status_cd);

}  // namespace madoguchi::connectors::relation
