// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/service/agents.h"
#include "core/service/audit_trail.h"
#include "core/service/availability.h"
#include "core/service/cards.h"
#include "core/service/case_bulk.h"
#include "core/service/case_moves.h"
#include "core/service/cases.h"
#include "core/service/connector_types.h"
#include "core/service/customer_merges.h"
#include "core/service/customer_parts.h"
#include "core/service/customer_transfers.h"
#include "core/service/customers.h"
#include "core/service/delivery_reports.h"
#include "core/service/desk_settings.h"
#include "core/service/drafts.h"
#include "core/service/edit_locks.h"
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
#include "core/service/rules.h"
#include "core/service/satisfaction.h"
#include "core/service/scheme.h"
#include "core/service/screens.h"
#include "core/service/search.h"
#include "core/service/sending.h"
#include "core/service/sessions.h"
#include "core/service/sign_in.h"
#include "core/service/sla.h"
#include "core/service/standing.h"
#include "core/service/statistics.h"
#include "core/service/subscription_bulk.h"
#include "core/service/subscriptions.h"
#include "core/service/surveys.h"
#include "core/service/templates.h"
#include "core/service/tokens.h"
#include "core/service/views.h"
#include "core/service/webhook_endpoints.h"
#include "core/service/webhooks.h"
#include "daemon/api/router.h"

namespace madoguchi::api {

/// The use cases that the routes call; built by daemon/app, which outlives the table.
struct Services {
  service::CaseService& cases;
  service::CaseMoveService& moves;
  service::MessageService& messages;
  service::IntakeService& intake;
  service::IntakeLedgerService& ledger;
  service::MailTraceService& traces;
  service::QuarantineService& quarantine;
  service::AgentService& agents;
  service::DeskSettingsService& settings;
  service::IdempotencyService& idempotency;
  service::Feed& feed;
  service::DeliveryService& deliveries;
  service::WebhookService& webhooks;
  service::SendingService& sending;
  service::DraftService& drafts;
  service::TemplateService& templates;
  service::CustomerService& customers;
  service::CustomerPartService& customer_parts;
  service::CustomerMergeService& customer_merges;
  service::MasterDataService& master_data;
  service::CustomerTransferService& transfers;
  service::EditLockService& edit_locks;
  service::ViewService& views;
  service::PresenceService& presence;
  service::OperationService& operations;
  service::CaseBulkService& case_bulk;
  service::PrivacyService& privacy;
  service::RetentionService& retention;
  service::AuditTrail& audit;
  service::WebhookEndpointService& webhook_endpoints;
  const Clock& clock;
  service::OrderService& orders;
  service::OrderReturnService& order_returns;
  service::ProductService& products;
  service::CardService& cards;
  service::CardSessionService& card_sessions;
  service::SurveyService& surveys;
  service::ScreenService& screens;
  service::SubscriptionService& subscriptions;
  service::OrderBulkService& order_bulk;
  service::SubscriptionBulkService& subscription_bulk;
  service::SearchService& search;
  service::TeamService& teams;
  service::RoleService& roles;
  service::TokenService& tokens;
  service::SessionService& sessions;
  service::SignInService& sign_in;
  service::SecondFactorService& second_factor;
  service::Standing::Asks standing;
  std::string public_url;  ///< what browsers call us; may be empty
  service::SchemeService& scheme;
  service::MacroService& macros;
  service::RuleService& rules;
  service::AvailabilityService& availability;
  service::SlaService& sla;
  service::SatisfactionService& satisfaction;
  service::StatisticsService& statistics;
  service::ConnectorTypeService& connector_types;
};

/// Adds every route of the facade; one function per resource, each in its own file.
void add_routes(RouteTable& table, const Services& services);

void add_case_routes(RouteTable& table, const Services& services);
void add_message_routes(RouteTable& table, const Services& services);
void add_intake_routes(RouteTable& table, const Services& services);
void add_mail_trace_routes(RouteTable& table, const Services& services);
void add_quarantine_routes(RouteTable& table, const Services& services);
void add_agent_routes(RouteTable& table, const Services& services);
void add_rights_routes(RouteTable& table, const Services& services);
void add_sign_in_routes(RouteTable& table, const Services& services);
void add_second_factor_routes(RouteTable& table, const Services& services);
void add_token_routes(RouteTable& table, const Services& services);
void add_desk_setting_routes(RouteTable& table, const Services& services);
void add_delivery_routes(RouteTable& table, const Services& services);
void add_hook_routes(RouteTable& table, const Services& services);
void add_outgoing_routes(RouteTable& table, const Services& services);
void add_template_routes(RouteTable& table, const Services& services);
void add_customer_routes(RouteTable& table, const Services& services);
void add_customer_part_routes(RouteTable& table, const Services& services);
void add_edit_lock_routes(RouteTable& table, const Services& services);
void add_privacy_routes(RouteTable& table, const Services& services);
void add_view_routes(RouteTable& table, const Services& services);
void add_presence_routes(RouteTable& table, const Services& services);
void add_operation_routes(RouteTable& table, const Services& services);
void add_order_routes(RouteTable& table, const Services& services);
void add_order_return_routes(RouteTable& table, const Services& services);
void add_card_routes(RouteTable& table, const Services& services);
void add_survey_routes(RouteTable& table, const Services& services);
void add_screen_routes(RouteTable& table, const Services& services);
void add_order_bulk_routes(RouteTable& table, const Services& services);
void add_subscription_routes(RouteTable& table, const Services& services);
void add_event_routes(RouteTable& table, const Services& services);
void add_webhook_endpoint_routes(RouteTable& table, const Services& services);
void add_search_routes(RouteTable& table, const Services& services);
void add_scheme_routes(RouteTable& table, const Services& services);
void add_macro_routes(RouteTable& table, const Services& services);
void add_rule_routes(RouteTable& table, const Services& services);
void add_availability_routes(RouteTable& table, const Services& services);
void add_sla_routes(RouteTable& table, const Services& services);
void add_satisfaction_routes(RouteTable& table, const Services& services);
void add_statistics_routes(RouteTable& table, const Services& services);
void add_connector_type_routes(RouteTable& table, const Services& services);
void add_audit_routes(RouteTable& table, const Services& services);

/// The caller's side of a use case: who, If-Match, Idempotency-Key, Edit-Lock.
[[nodiscard]] service::Context context_of(const Call& call, const Services& services);

}  // namespace madoguchi::api
