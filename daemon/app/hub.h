// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/base/uuid.h"
#include "core/config/configuration.h"
#include "core/crypto/seal.h"
#include "core/db/database.h"
#include "core/jobs/runner.h"
#include "core/net/guarded_client.h"
#include "core/observe/log.h"
#include "core/observe/metrics.h"
#include "core/service/agents.h"
#include "core/service/audit_trail.h"
#include "core/service/availability.h"
#include "core/service/cards.h"
#include "core/service/case_bulk.h"
#include "core/service/case_moves.h"
#include "core/service/case_waking.h"
#include "core/service/cases.h"
#include "core/service/connector_types.h"
#include "core/service/customer_merges.h"
#include "core/service/customer_parts.h"
#include "core/service/customer_transfers.h"
#include "core/service/customers.h"
#include "core/service/delivery_reports.h"
#include "core/service/desk_settings.h"
#include "core/service/directory.h"
#include "core/service/drafts.h"
#include "core/service/edit_locks.h"
#include "core/service/environment.h"
#include "core/service/feed.h"
#include "core/service/idempotency.h"
#include "core/service/intake.h"
#include "core/service/intake_ledger.h"
#include "core/service/macros.h"
#include "core/service/mail_traces.h"
#include "core/service/messages.h"
#include "core/service/operations.h"
#include "core/service/order_bulk.h"
#include "core/service/order_returns.h"
#include "core/service/orders.h"
#include "core/service/presence.h"
#include "core/service/privacy.h"
#include "core/service/products.h"
#include "core/service/quarantine.h"
#include "core/service/retention.h"
#include "core/service/rights.h"
#include "core/service/rule_engine.h"
#include "core/service/rules.h"
#include "core/service/scheme.h"
#include "core/service/screens.h"
#include "core/service/search.h"
#include "core/service/sending.h"
#include "core/service/sessions.h"
#include "core/service/sign_in.h"
#include "core/service/spool.h"
#include "core/service/subscription_bulk.h"
#include "core/service/subscriptions.h"
#include "core/service/surveys.h"
#include "core/service/templates.h"
#include "core/service/tokens.h"
#include "core/service/views.h"
#include "core/service/webhook_endpoints.h"
#include "core/service/webhook_sending.h"
#include "core/service/webhooks.h"
#include "core/store/blobs.h"
#include "daemon/api/services.h"

namespace madoguchi::app {

/// The master keys: the systemd credential "master.key" when there is one, else the key file.
[[nodiscard]] Result<crypto::MasterKeys> load_keys(const config::Configuration& configuration);

struct HubOptions {
  /// Called when nothing written from now on could be trusted.
  std::function<void(const std::string& reason)> on_fatal = {};
  /// Called when a job does not end: the process has to.
  std::function<void()> on_hung = {};
  /// Most of a worker's time is waiting for its commit, and waiting together is what makes commits
  /// cheap.
  int job_workers = 24;
};

/// The hub without any way in or out: database, jobs, use cases, built in order and owned here. The
/// daemon puts listeners before it; a subcommand that works while no daemon runs uses it alone.
class Hub {
 public:
  /// Opens the database, applies missing migrations, makes the mailboxes of the configuration so.
  /// Starts no threads but the database's own.
  static Result<std::unique_ptr<Hub>> open(const config::Configuration& configuration,
                                           observe::Log& log, observe::Registry& metrics,
                                           HubOptions options);

  [[nodiscard]] Result<void> apply_mailboxes(const config::Configuration& configuration);

  // In the order they are built; each uses only what stands above it.
  const SystemClock& clock() const { return clock_; }
  const net::HttpClient& http() const {
    if (recorder_) return *recorder_;
    return guarded_;
  }
  IdSource& ids() { return ids_; }
  db::Database& database() { return *database_; }
  jobs::Runner& jobs() { return jobs_; }
  const store::Blobs& blobs() const { return blobs_; }
  const crypto::MasterKeys& keys() const { return keys_; }
  service::Environment& environment() { return environment_; }
  service::Feed& feed() { return feed_; }
  service::AgentService& agents() { return agents_; }
  service::AuditTrail& audit() { return audit_; }
  service::IntakeService& intake() { return intake_; }
  service::MessageService& messages() { return messages_; }
  service::IntakeLedgerService& ledger() { return ledger_; }
  service::IdempotencyService& idempotency() { return idempotency_; }
  service::WebhookService& webhooks() { return webhooks_; }
  service::WebhookSending& webhook_sending() { return webhook_sending_; }
  service::EditLockService& edit_locks() { return edit_locks_; }
  service::PrivacyService& privacy() { return privacy_; }
  service::RetentionService& retention() { return retention_; }
  service::SessionService& sessions() { return sessions_; }
  service::SignInService& sign_in() { return sign_in_; }
  const service::Spool& spool() const { return spool_; }

  [[nodiscard]] api::Services services();

 private:
  struct Secrets {
    Secret reply_tokens;
    Secret history;
    std::string hub_id;
  };
  static Result<Secrets> read_secrets(db::Database& database, const crypto::MasterKeys& keys);

  Hub(const config::Configuration& configuration, observe::Log& log, observe::Registry& metrics,
      const HubOptions& options, crypto::MasterKeys keys, std::unique_ptr<db::Database> database,
      net::GuardedClient::Options way_out, Secrets secrets);

  SystemClock clock_;
  net::GuardedClient guarded_;
  std::unique_ptr<net::HttpClient> recorder_;  ///< in front of it, if that is wished
  Uuid7Source ids_;
  crypto::MasterKeys keys_;
  std::unique_ptr<db::Database> database_;
  jobs::Runner jobs_;
  store::Blobs blobs_;
  domain::ReplyTokens tokens_;
  crypto::ShredSeal seal_;
  service::Directory directory_;
  service::Feed feed_;
  ByteBudget memory_{service::kMemoryForContents};
  service::Environment environment_;
  service::CaseService cases_;
  service::CaseMoveService moves_;
  service::MessageService messages_;
  service::IntakeService intake_;
  service::IntakeLedgerService ledger_;
  service::MailTraceService traces_;
  service::QuarantineService quarantine_;
  service::AgentService agents_;
  service::DeskSettingsService settings_;
  service::DeliveryService deliveries_;
  service::SendingService sending_;
  service::DraftService drafts_;
  service::TemplateService templates_;
  service::CustomerService customers_;
  service::CustomerPartService customer_parts_;
  service::CustomerMergeService customer_merges_;
  service::MasterDataService master_data_;
  service::CustomerTransferService transfers_;
  service::EditLockService edit_locks_;
  service::ViewService views_;
  service::PresenceService presence_;
  service::OperationService operations_;
  service::CaseBulkService case_bulk_;
  service::PrivacyService privacy_;
  service::RetentionService retention_;
  service::IdempotencyService idempotency_;
  service::WebhookService webhooks_;
  service::AuditTrail audit_;
  service::WebhookEndpointService webhook_endpoints_;
  service::WebhookSending webhook_sending_;
  service::Spool spool_;
  service::OrderService orders_;
  service::OrderReturnService order_returns_;
  service::ProductService products_;
  service::CardService cards_;
  service::CardSessionService card_sessions_;
  service::SurveyService surveys_;
  service::ScreenService screens_;
  service::SubscriptionService subscriptions_;
  service::OrderBulkService order_bulk_;
  service::SubscriptionBulkService subscription_bulk_;
  service::SearchService search_;
  service::TeamService teams_;
  service::RoleService roles_;
  service::TokenService tokens_in_;
  service::SessionService sessions_;
  service::SecondFactorService second_factor_;
  service::SignInService sign_in_;
  std::string public_url_;
  service::SchemeService scheme_;
  service::MacroService macros_;
  service::RuleService rules_;
  service::AvailabilityService availability_;
  service::SlaService sla_;
  service::SatisfactionService satisfaction_;
  service::StatisticsService statistics_;
  service::ConnectorTypeService connector_types_;
};

}  // namespace madoguchi::app
