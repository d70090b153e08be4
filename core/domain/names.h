// SPDX-License-Identifier: Apache-2.0
#pragma once

// How each enumeration of the domain is written, in JSON, in the database and in the history.

#include "core/base/enum_names.h"
#include "core/domain/agent.h"
#include "core/domain/case.h"
#include "core/domain/mailbox.h"
#include "core/domain/message.h"

namespace madoguchi {

template <>
struct EnumNames<domain::Role> {
  static constexpr EnumName<domain::Role> values[] = {{domain::Role::viewer, "viewer"},
                                                      {domain::Role::agent, "agent"},
                                                      {domain::Role::supervisor, "supervisor"},
                                                      {domain::Role::admin, "admin"},
                                                      {domain::Role::integration, "integration"}};
};

template <>
struct EnumNames<domain::Permission> {
  static constexpr EnumName<domain::Permission> values[] = {
      {domain::Permission::cases_read, "cases_read"},
      {domain::Permission::cases_write, "cases_write"},
      {domain::Permission::cases_assign, "cases_assign"},
      {domain::Permission::replies_approve, "replies_approve"},
      {domain::Permission::customers_read, "customers_read"},
      {domain::Permission::customers_contact_read, "customers_contact_read"},
      {domain::Permission::customers_write, "customers_write"},
      {domain::Permission::customers_merge, "customers_merge"},
      {domain::Permission::customers_transfer, "customers_transfer"},
      {domain::Permission::orders_read, "orders_read"},
      {domain::Permission::orders_amount_read, "orders_amount_read"},
      {domain::Permission::orders_write, "orders_write"},
      {domain::Permission::orders_payment, "orders_payment"},
      {domain::Permission::subscriptions_exception, "subscriptions_exception"},
      {domain::Permission::edit_locks_take_over, "edit_locks_take_over"},
      {domain::Permission::privacy_manage, "privacy_manage"},
      {domain::Permission::intake_write, "intake_write"},
      {domain::Permission::raw_read, "raw_read"},
      {domain::Permission::hazards_read, "hazards_read"},
      {domain::Permission::settings_read, "settings_read"},
      {domain::Permission::settings_write, "settings_write"},
      {domain::Permission::agents_manage, "agents_manage"},
      {domain::Permission::webhooks_manage, "webhooks_manage"},
      {domain::Permission::operations_read, "operations_read"},
      {domain::Permission::events_read, "events_read"}};
};

template <>
struct EnumNames<domain::CaseAction> {
  static constexpr EnumName<domain::CaseAction> values[] = {
      {domain::CaseAction::edit, "edit"},     {domain::CaseAction::take, "take"},
      {domain::CaseAction::assign, "assign"}, {domain::CaseAction::resolve, "resolve"},
      {domain::CaseAction::reopen, "reopen"}, {domain::CaseAction::reply, "reply"},
      {domain::CaseAction::note, "note"},     {domain::CaseAction::merge, "merge"},
      {domain::CaseAction::split, "split"},   {domain::CaseAction::move, "move"},
      {domain::CaseAction::undo, "undo"}};
};

template <>
struct EnumNames<domain::CaseStatus> {
  static constexpr EnumName<domain::CaseStatus> values[] = {
      {domain::CaseStatus::new_, "new"},
      {domain::CaseStatus::open, "open"},
      {domain::CaseStatus::pending, "pending"},
      {domain::CaseStatus::resolved, "resolved"},
      {domain::CaseStatus::closed, "closed"}};
};

template <>
struct EnumNames<domain::StatusGroup> {
  static constexpr EnumName<domain::StatusGroup> values[] = {
      {domain::StatusGroup::unhandled, "unhandled"},
      {domain::StatusGroup::in_progress, "in_progress"},
      {domain::StatusGroup::handled, "handled"}};
};

template <>
struct EnumNames<domain::Priority> {
  static constexpr EnumName<domain::Priority> values[] = {{domain::Priority::low, "low"},
                                                          {domain::Priority::normal, "normal"},
                                                          {domain::Priority::high, "high"},
                                                          {domain::Priority::urgent, "urgent"}};
};

template <>
struct EnumNames<domain::Channel> {
  static constexpr EnumName<domain::Channel> values[] = {
      {domain::Channel::email, "email"},       {domain::Channel::phone, "phone"},
      {domain::Channel::web, "web"},           {domain::Channel::chat, "chat"},
      {domain::Channel::line, "line"},         {domain::Channel::sms, "sms"},
      {domain::Channel::fax, "fax"},           {domain::Channel::letter, "letter"},
      {domain::Channel::social, "social"},     {domain::Channel::marketplace, "marketplace"},
      {domain::Channel::internal, "internal"}, {domain::Channel::api, "api"}};
};

template <>
struct EnumNames<domain::CcKind> {
  static constexpr EnumName<domain::CcKind> values[] = {
      {domain::CcKind::customer, "customer"},
      {domain::CcKind::agent, "agent"},
      {domain::CcKind::order_contact, "order_contact"},
      {domain::CcKind::address, "address"}};
};

template <>
struct EnumNames<domain::MessageKind> {
  static constexpr EnumName<domain::MessageKind> values[] = {
      {domain::MessageKind::inbound, "inbound"},
      {domain::MessageKind::reply, "reply"},
      {domain::MessageKind::note, "note"},
      {domain::MessageKind::call, "call"}};
};

template <>
struct EnumNames<domain::ScanState> {
  static constexpr EnumName<domain::ScanState> values[] = {
      {domain::ScanState::not_scanned, "not_scanned"},
      {domain::ScanState::clean, "clean"},
      {domain::ScanState::infected, "infected"}};
};

template <>
struct EnumNames<domain::DeliveryState> {
  static constexpr EnumName<domain::DeliveryState> values[] = {
      {domain::DeliveryState::draft, "draft"},
      {domain::DeliveryState::awaiting_approval, "awaiting_approval"},
      {domain::DeliveryState::scheduled, "scheduled"},
      {domain::DeliveryState::queued, "queued"},
      {domain::DeliveryState::sent, "sent"},
      {domain::DeliveryState::deferred, "deferred"},
      {domain::DeliveryState::bounced, "bounced"},
      {domain::DeliveryState::failed, "failed"},
      {domain::DeliveryState::unknown, "unknown"}};
};

template <>
struct EnumNames<domain::CallDirection> {
  static constexpr EnumName<domain::CallDirection> values[] = {
      {domain::CallDirection::received, "received"}, {domain::CallDirection::placed, "placed"}};
};

template <>
struct EnumNames<domain::CallOutcome> {
  static constexpr EnumName<domain::CallOutcome> values[] = {
      {domain::CallOutcome::spoken, "spoken"},
      {domain::CallOutcome::absent, "absent"},
      {domain::CallOutcome::call_back, "call_back"}};
};

template <>
struct EnumNames<domain::IntakeOutcome> {
  static constexpr EnumName<domain::IntakeOutcome> values[] = {
      {domain::IntakeOutcome::undecided, "undecided"},
      {domain::IntakeOutcome::case_opened, "case_opened"},
      {domain::IntakeOutcome::message_added, "message_added"},
      {domain::IntakeOutcome::duplicate, "duplicate"},
      {domain::IntakeOutcome::ignored, "ignored"},
      {domain::IntakeOutcome::bounce, "bounce"},
      {domain::IntakeOutcome::filed, "filed"},
      {domain::IntakeOutcome::quarantined, "quarantined"}};
};

template <>
struct EnumNames<domain::ManagedBy> {
  static constexpr EnumName<domain::ManagedBy> values[] = {{domain::ManagedBy::file, "file"},
                                                           {domain::ManagedBy::api, "api"}};
};

}  // namespace madoguchi
