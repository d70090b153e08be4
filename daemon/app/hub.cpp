// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/hub.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "connectors/catalogue.h"
#include "core/crypto/digest.h"
#include "core/crypto/random.h"
#include "core/db/migrator.h"
#include "core/service/found_by.h"
#include "core/service/masked_mails.h"
#include "core/service/subscription_orders.h"
#include "core/store/changes.h"
#include "core/store/hub_secrets.h"
#include "core/store/migrations.h"
#include "daemon/app/http_client.h"
#include "daemon/app/mailbox_rules.h"
#include "daemon/app/oidc.h"
#include "daemon/app/webhook_sender.h"
#include "daemon/app/webhooks.h"

namespace madoguchi::app {
namespace {

constexpr std::size_t kHubIdLetters = 16;

/// Fetched for many ids at once: asking OpenSSL costs more than the octets do.
void fill_random(std::array<std::uint8_t, 10>& bytes) {
  thread_local std::array<std::uint8_t, 64 * 10> stock;
  thread_local std::size_t left = 0;
  if (left == 0) {
    crypto::random_bytes(stock);
    left = stock.size();
  }
  left -= bytes.size();
  std::copy_n(stock.begin() + static_cast<std::ptrdiff_t>(left), bytes.size(), bytes.begin());
}

domain::ReplyTokens::Mac mac_with(Secret key) {
  return [key = std::move(key)](std::string_view text) {
    return std::string(crypto::as_bytes(crypto::hmac_sha256(key, text)));
  };
}

jobs::RunnerOptions runner_options(const HubOptions& options) {
  jobs::RunnerOptions made;
  made.workers = options.job_workers;
  made.batch = 64;
  made.on_hung = options.on_hung;
  return made;
}

std::set<domain::Role> second_factor_roles(const config::Configuration& configuration) {
  std::set<domain::Role> roles;
  for (const config::PersonRole role : configuration.sign_in.second_factor_for) {
    roles.insert(role_of(role));
  }
  return roles;
}

service::SignInOptions sign_in_options(const config::Configuration& configuration) {
  service::SignInOptions made;
  made.public_url = configuration.http.public_url.value_or("");
  return made;
}

}  // namespace

Result<crypto::MasterKeys> load_keys(const config::Configuration& configuration) {
  std::filesystem::path file = configuration.secrets.key_file;
  if (const char* credentials = std::getenv("CREDENTIALS_DIRECTORY")) {
    const std::filesystem::path credential = std::filesystem::path(credentials) / "master.key";
    if (std::filesystem::exists(credential)) file = credential;
  }
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    return fail(Error::invalid(
        "/secrets/key_file", {"Cannot read the master key " + file.string() +
                                  ". `madoguchid migrate` creates it; run the daemon as its owner.",
                              "マスターキー " + file.string() +
                                  " を読めません。madoguchid migrate で作成してください。"}));
  }
  return crypto::MasterKeys::parse(Secret(std::string(std::istreambuf_iterator<char>(stream), {})));
}

Result<Hub::Secrets> Hub::read_secrets(db::Database& database, const crypto::MasterKeys& keys) {
  return database.in_transaction([&](db::Session& session) -> Result<Secrets> {
    store::HubSecrets kept(session, keys);
    Result<Secret> tokens = kept.get_or_make("reply_tokens");
    if (!tokens) return fail(std::move(tokens.error()));
    const Result<Secret> identity = kept.get_or_make("identity");
    if (!identity) return fail(identity.error());
    Result<Secret> history = kept.get_or_make("history");
    if (!history) return fail(std::move(history.error()));
    const Result<int> sealed = kept.rewrap_all();  // a rotation of the master key reaches them here
    if (!sealed) return fail(sealed.error());
    return Secrets{std::move(*tokens), std::move(*history),
                   crypto::to_hex(crypto::hmac_sha256(*identity, "hub")).substr(0, kHubIdLetters)};
  });
}

Hub::Hub(const config::Configuration& configuration, observe::Log& log, observe::Registry& metrics,
         const HubOptions& options, crypto::MasterKeys keys, std::unique_ptr<db::Database> database,
         net::GuardedClient::Options way_out, Secrets secrets)
    : guarded_(clock_, std::move(way_out)),
      recorder_(recorder_for(configuration.net, guarded_, clock_)),
      ids_(clock_, fill_random),
      keys_(std::move(keys)),
      database_(std::move(database)),
      jobs_(*database_, clock_, ids_, log, metrics, runner_options(options)),
      blobs_(*database_, keys_, configuration.storage.data_dir / "blobs"),
      tokens_(mac_with(std::move(secrets.reply_tokens))),
      seal_(std::move(secrets.history)),
      directory_(*database_, clock_),
      feed_(*database_, clock_, seal_),
      environment_{*database_,
                   clock_,
                   ids_,
                   jobs_,
                   blobs_,
                   keys_,
                   tokens_,
                   seal_,
                   std::move(secrets.hub_id),
                   directory_,
                   feed_,
                   log,
                   metrics,
                   memory_,
                   configuration.storage.data_dir,
                   configuration.scanner.has_value(),
                   configuration.http.public_url.value_or("")},
      cases_(environment_),
      moves_(environment_),
      messages_(environment_),
      intake_(environment_),
      ledger_(environment_),
      traces_(environment_),
      quarantine_(environment_, intake_),
      agents_(environment_),
      settings_(environment_),
      deliveries_(environment_),
      sending_(environment_),
      drafts_(environment_),
      templates_(environment_),
      customers_(environment_),
      customer_parts_(environment_),
      customer_merges_(environment_),
      master_data_(environment_),
      transfers_(environment_),
      edit_locks_(environment_),
      views_(environment_),
      presence_(environment_),
      operations_(environment_),
      case_bulk_(environment_, operations_),
      privacy_(environment_, operations_, configuration.storage.data_dir / "erased-customers"),
      retention_(environment_, privacy_),
      idempotency_(environment_),
      webhooks_(environment_, intake_, page_asker(http())),
      audit_(environment_, configuration.audit.checkpoint_file.value_or("")),
      webhook_endpoints_(environment_),
      webhook_sending_(environment_, webhook_sender(http())),
      spool_(configuration.storage.data_dir / "spool", keys_),
      orders_(environment_),
      order_returns_(environment_),
      products_(environment_),
      cards_(environment_),
      card_sessions_(environment_),
      surveys_(environment_),
      screens_(environment_, presence_),
      subscriptions_(environment_),
      order_bulk_(environment_, operations_),
      subscription_bulk_(environment_, operations_),
      search_(environment_),
      teams_(environment_),
      roles_(environment_),
      tokens_in_(environment_, agents_),
      sessions_(environment_, agents_, second_factor_roles(configuration)),
      second_factor_(environment_, sessions_),
      sign_in_(environment_, sessions_, second_factor_, sign_in_options(configuration)),
      public_url_(configuration.http.public_url.value_or("")),
      scheme_(environment_),
      macros_(environment_),
      rules_(environment_),
      availability_(environment_),
      sla_(environment_),
      satisfaction_(environment_),
      statistics_(environment_),
      connector_types_(connectors::catalogue()) {
  jobs_.add(intake_.job_kind());
  for (jobs::JobKind& kind : service::masking_jobs(environment_)) jobs_.add(std::move(kind));
  jobs_.add(sending_.job_kind());
  jobs_.add(transfers_.job_kind());
  jobs_.add(service::waking_job(environment_));
  jobs_.add(service::rules_job(environment_));
  jobs_.add(sla_.job_kind());
  jobs_.add(service::subscription_job(environment_));
  jobs_.add(operations_.job_kind());
  jobs_.add(webhook_sending_.job_kind());
  jobs_.add(card_sessions_.job_kind());
  jobs_.add(retention_.job_kind());
  for (jobs::JobKind& kind : privacy_.job_kinds()) jobs_.add(std::move(kind));
}

Result<std::unique_ptr<Hub>> Hub::open(const config::Configuration& configuration,
                                       observe::Log& log, observe::Registry& metrics,
                                       HubOptions options) {
  Result<crypto::MasterKeys> keys = load_keys(configuration);
  if (!keys) return fail(std::move(keys.error()));
  Result<net::GuardedClient::Options> way_out = http_client_options(configuration.net);
  if (!way_out) return fail(std::move(way_out.error()));
  std::error_code error;
  std::filesystem::create_directories(configuration.storage.data_dir, error);
  if (error) {
    return fail(Error::invalid(
        "/storage/data_dir",
        {"Cannot create " + configuration.storage.data_dir.string() + ": " + error.message(),
         configuration.storage.data_dir.string() + " を作成できません。"}));
  }
  db::Options database_options;
  database_options.url = configuration.database.url.str();
  database_options.readers = configuration.database.connections;
  database_options.home = configuration.storage.data_dir;
  database_options.on_fatal = options.on_fatal;
  Result<std::unique_ptr<db::Database>> database = db::open(database_options);
  if (!database) return fail(std::move(database.error()));
  const Result<db::SchemaState> schema = db::migrate(**database, store::migrations());
  if (!schema) return fail(schema.error());
  const Result<void> adopted = (*database)->in_transaction([](db::Session& session) {
    store::Changes(session).adopt_restored();
    return Result<void>();
  });
  if (!adopted) return fail(adopted.error());
  if (Result<void> indexed = service::index_left_out(**database); !indexed) {
    return fail(std::move(indexed.error()));
  }
  Result<Secrets> secrets = read_secrets(**database, *keys);
  if (!secrets) return fail(std::move(secrets.error()));
  std::unique_ptr<Hub> hub(new Hub(configuration, log, metrics, options, std::move(*keys),
                                   std::move(*database), std::move(*way_out), std::move(*secrets)));
  if (Result<void> applied = hub->apply_mailboxes(configuration); !applied) {
    return fail(std::move(applied.error()));
  }
  if (Result<void> erased = hub->privacy().erase_again(); !erased) {
    return fail(std::move(erased.error()));
  }
  if (Result<void> begun = hub->sla_.begin(); !begun) return fail(std::move(begun.error()));
  if (Result<void> begun = hub->edit_locks().begin_anew(); !begun) {
    return fail(std::move(begun.error()));
  }
  return hub;
}

Result<void> Hub::apply_mailboxes(const config::Configuration& configuration) {
  std::vector<service::DeclaredMailbox> declared;
  for (const config::MailboxSettings& mailbox : configuration.mailboxes) {
    declared.push_back({mailbox.name, mailbox.address, mailbox.category.value_or(""),
                        mailbox.signature, mailbox_rules(mailbox)});
    declared.back().outgoing = outgoing_rules(mailbox.outgoing);
    if (mailbox.auto_reply) {
      declared.back().auto_reply = {mailbox.auto_reply->ja.value_or(""),
                                    mailbox.auto_reply->en.value_or("")};
    }
  }
  return settings_.apply(declared);
}

api::Services Hub::services() {
  return {cases_,
          moves_,
          messages_,
          intake_,
          ledger_,
          traces_,
          quarantine_,
          agents_,
          settings_,
          idempotency_,
          feed_,
          deliveries_,
          webhooks_,
          sending_,
          drafts_,
          templates_,
          customers_,
          customer_parts_,
          customer_merges_,
          master_data_,
          transfers_,
          edit_locks_,
          views_,
          presence_,
          operations_,
          case_bulk_,
          privacy_,
          retention_,
          audit_,
          webhook_endpoints_,
          clock_,
          orders_,
          order_returns_,
          products_,
          cards_,
          card_sessions_,
          surveys_,
          screens_,
          subscriptions_,
          order_bulk_,
          subscription_bulk_,
          search_,
          teams_,
          roles_,
          tokens_in_,
          sessions_,
          sign_in_,
          second_factor_,
          {environment_, agents_, tokens_in_, sessions_},
          public_url_,
          scheme_,
          macros_,
          rules_,
          availability_,
          sla_,
          satisfaction_,
          statistics_,
          connector_types_};
}

}  // namespace madoguchi::app
