// SPDX-License-Identifier: Apache-2.0
#include "core/service/fresh_mails.h"

namespace madoguchi::service {
namespace {

constexpr std::size_t kLargest = 1024 * 1024;
constexpr std::size_t kOctets = 16 * 1024 * 1024;
constexpr std::size_t kCount = 2000;

}  // namespace

void FreshMails::put(const store::IntakeRecord& record, std::string_view raw) {
  if (raw.size() > kLargest) return;
  RawMail mail{record, std::string(raw)};
  kept_.with([&](Kept& kept) {
    const auto added = kept.mails.try_emplace(record.id.str(), std::move(mail));
    if (!added.second) return;
    kept.order.push_back(record.id.str());
    kept.octets += raw.size();
    while (kept.octets > kOctets || kept.order.size() > kCount) {
      const auto oldest = kept.mails.find(kept.order.front());
      kept.order.pop_front();
      if (oldest == kept.mails.end()) continue;
      kept.octets -= oldest->second.raw.size();
      kept.mails.erase(oldest);
    }
  });
}

std::optional<RawMail> FreshMails::take(const domain::IntakeId& id) {
  return kept_.with([&](Kept& kept) -> std::optional<RawMail> {
    const auto found = kept.mails.find(id.str());
    if (found == kept.mails.end()) return std::nullopt;
    RawMail mail = std::move(found->second);
    kept.octets -= mail.raw.size();
    kept.mails.erase(found);
    return mail;
  });
}

}  // namespace madoguchi::service
