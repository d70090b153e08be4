// SPDX-License-Identifier: Apache-2.0
#include "core/store/webhook_deliveries.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kInsert{
    "webhook_deliveries.insert",
    "INSERT INTO webhook_deliveries (account, delivery, digest, at) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (account, delivery) DO NOTHING"};
constexpr db::Statement kDigest{
    "webhook_deliveries.digest",
    "SELECT digest FROM webhook_deliveries WHERE account = $1 AND delivery = $2"};
constexpr db::Statement kRemove{"webhook_deliveries.remove_before",
                                "DELETE FROM webhook_deliveries WHERE at < $1"};

}  // namespace

bool WebhookDeliveries::insert(const HookDelivery& delivery) {
  return session_.run(kInsert, {delivery.account, delivery.delivery, delivery.digest, delivery.at})
             .affected() == 1;
}

std::optional<std::string> WebhookDeliveries::digest(const std::string& account,
                                                     const std::string& delivery) {
  const db::Rows rows = session_.run(kDigest, {account, delivery});
  if (rows.empty()) return std::nullopt;
  return rows.front().string(0);
}

void WebhookDeliveries::remove_before(TimePoint time) { session_.run(kRemove, {time}); }

}  // namespace madoguchi::store
