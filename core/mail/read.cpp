// SPDX-License-Identifier: Apache-2.0
#include "core/mail/read.h"

#include <algorithm>
#include <exception>

#include "core/mail/address_list.h"
#include "core/mail/ascii.h"
#include "core/mail/date.h"
#include "core/mail/open_attachments.h"
#include "core/mail/part_reader.h"

namespace madoguchi::mail {
namespace {

/// Headers that people read: a guess in one of them is told.
bool is_shown(std::string_view name) {
  static constexpr std::string_view kNames[] = {"subject", "from",     "to",
                                                "cc",      "reply-to", "sender"};
  return std::any_of(std::begin(kNames), std::end(kNames),
                     [&](std::string_view shown) { return iequals(name, shown); });
}

/// Takes over the headers of the mail, once the charset of its body is known.
class HeaderReader {
 public:
  HeaderReader(Message& message, const ReadLimits& limits, TextHint hint)
      : message_(message), limits_(limits), hint_(hint) {}

  void read(const FieldBlock& block) {
    message_.headers.reserve(block.fields.size());
    for (const RawField& field : block.fields) take(field);
    settle_sender();
    if (limited_ || block.limited) add_notice(message_, Notice::partly_read);
  }

 private:
  void take(const RawField& field) {
    Decoding decoding;
    message_.headers.push_back(
        {std::string(field.name), decode_header(field.value, hint_, &decoding)});
    const std::string& value = message_.headers.back().value;
    const std::string_view name = field.name;
    if (!decoding.sure && is_shown(name)) add_notice(message_, Notice::unsure_charset);
    switch (fold_case(name.front())) {
      case 'c':
        if (iequals(name, "cc")) addresses(field, message_.cc);
        break;
      case 'd':
        if (!message_.date && iequals(name, "date")) message_.date = parse_date(value);
        break;
      case 'f':
        if (message_.from.empty() && iequals(name, "from")) addresses(field, message_.from);
        break;
      case 'i':
        if (iequals(name, "in-reply-to")) ids(field, message_.in_reply_to);
        break;
      case 'm':
        if (message_.message_id.empty() && iequals(name, "message-id")) message_id(field);
        break;
      case 'r':
        take_r(field, name);
        break;
      case 's':
        if (iequals(name, "sender")) addresses(field, message_.sender);
        if (!has_subject_ && iequals(name, "subject")) {
          has_subject_ = true;
          message_.subject = value;
          message_.subject_decoding = decoding;
        }
        break;
      case 't':
        if (iequals(name, "to")) addresses(field, message_.to);
        break;
      default:
        break;
    }
  }

  void take_r(const RawField& field, std::string_view name) {
    if (iequals(name, "received")) return;
    if (iequals(name, "references")) ids(field, message_.references);
    if (iequals(name, "reply-to")) addresses(field, message_.reply_to);
    if (!message_.return_path && iequals(name, "return-path")) {
      std::vector<Address> path = parse_addresses(field.value, hint_, 1);
      message_.return_path = path.empty() ? std::string{} : std::move(path.front().address);
    }
  }

  void addresses(const RawField& field, std::vector<Address>& list) {
    const std::size_t room = limits_.addresses - std::min(limits_.addresses, list.size());
    std::vector<Address> more = parse_addresses(field.value, hint_, room, &limited_);
    if (list.empty()) {
      list = std::move(more);
    } else {
      list.insert(list.end(), more.begin(), more.end());
    }
  }

  void ids(const RawField& field, std::vector<std::string>& list) {
    for (std::string& id : parse_message_ids(field.value, limits_.references, &limited_)) {
      if (list.size() >= limits_.references) {
        limited_ = true;
        break;
      }
      list.push_back(std::move(id));
    }
  }

  void message_id(const RawField& field) {
    std::vector<std::string> found = parse_message_ids(field.value, 1);
    message_.message_id = found.empty() ? unfold(field.value) : std::move(found.front());
  }

  /// From must name somebody who can be answered, if the mail has anybody.
  void settle_sender() {
    const auto has_address = [](const Address& a) { return !a.address.empty(); };
    std::vector<Address>& from = message_.from;
    if (std::any_of(from.begin(), from.end(), has_address)) {
      std::stable_partition(from.begin(), from.end(), has_address);
      return;
    }
    Address instead;
    const auto take_from = [&](const std::vector<Address>& list) {
      const auto found = std::find_if(list.begin(), list.end(), has_address);
      if (instead.address.empty() && found != list.end()) instead = *found;
    };
    take_from(message_.reply_to);
    if (instead.address.empty() && message_.return_path) instead.address = *message_.return_path;
    take_from(message_.sender);
    if (instead.address.empty()) return;
    if (!from.empty() && !from.front().name.empty()) instead.name = from.front().name;
    from = {std::move(instead)};
  }

  Message& message_;
  const ReadLimits& limits_;
  TextHint hint_;
  bool has_subject_ = false;
  bool limited_ = false;
};

void read_into(Message& message, std::string_view raw, std::string_view charset,
               const ReadLimits& limits, WorkPoint deadline) {
  std::string with_lf;  // bare CR as line end: no LF anywhere
  if (raw.find('\n') == std::string_view::npos && raw.find('\r') != std::string_view::npos) {
    with_lf = std::string(raw);
    std::replace(with_lf.begin(), with_lf.end(), '\r', '\n');
    raw = with_lf;
    add_notice(message, Notice::malformed);
  }
  const FieldBlock top =
      split_fields(raw, {limits.fields, limits.field_octets, limits.field_line}, true);
  const std::string_view* from = top.find("from");
  const Carrier carrier = from == nullptr ? Carrier::unknown : carrier_of(*from);
  PartReader parts(message, limits, deadline, charset, carrier);
  parts.read(top);
  const std::string hint = charset.empty() ? parts.body_charset() : canonical_charset(charset);
  HeaderReader(message, limits, {hint, carrier}).read(top);
  open_attachments(message, limits, deadline);
}

Message read_safely(std::string_view raw, std::string_view charset, const ReadLimits& limits,
                    std::optional<WorkPoint> deadline) noexcept {
  Message message;
  try {
    read_into(message, raw, charset, limits, deadline.value_or(WorkClock::now() + limits.time));
  } catch (const std::exception&) {
    // Out of memory is all that can happen here: what was read so far is a message, too.
    try {
      add_notice(message, Notice::partly_read);
    } catch (const std::exception&) {
      message.notices.clear();
    }
  }
  return message;
}

}  // namespace

Message read(std::string_view raw, const ReadLimits& limits,
             std::optional<WorkPoint> deadline) noexcept {
  return read_safely(raw, {}, limits, deadline);
}

Message read_as(std::string_view raw, std::string_view charset, const ReadLimits& limits,
                std::optional<WorkPoint> deadline) noexcept {
  return read_safely(raw, charset, limits, deadline);
}

}  // namespace madoguchi::mail
