// SPDX-License-Identifier: Apache-2.0
#pragma once

// Values that are kept as JSON text in one column, and their field tables.

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/change.h"
#include "core/domain/message.h"
#include "core/domain/names.h"
#include "core/domain/rights.h"
#include "core/json/json.h"

namespace madoguchi::json {

template <>
struct Table<domain::Cc> {
  static constexpr const char* name = "Cc";
  static const auto& fields() {
    static const auto f = json::fields<domain::Cc>(
        json::field("kind", &domain::Cc::kind, "What the copy goes to."),
        json::field("ref", &domain::Cc::ref,
                    "Number of the customer, id of the agent or order; empty for a free address.")
            .optional(),
        json::field("name", &domain::Cc::name, "Name shown.").optional(),
        json::field("address", &domain::Cc::address, "Mail address.")
            .optional()
            .needs(domain::Permission::customers_contact_read));
    return f;
  }
};

template <>
struct Table<domain::NamedAddress> {
  static constexpr const char* name = "NamedAddress";
  static const auto& fields() {
    static const auto f = json::fields<domain::NamedAddress>(
        json::field("name", &domain::NamedAddress::name, "Display name; may be empty.").optional(),
        json::field("address", &domain::NamedAddress::address, "Mail address.")
            .needs(domain::Permission::customers_contact_read));
    return f;
  }
};

template <>
struct Table<domain::Call> {
  static constexpr const char* name = "Call";
  static const auto& fields() {
    static const auto f = json::fields<domain::Call>(
        json::field("direction", &domain::Call::direction, "Who called whom."),
        json::field("number", &domain::Call::number, "Telephone number of the other side.")
            .optional()
            .needs(domain::Permission::customers_contact_read),
        json::field("from", &domain::Call::from, "When the call began."),
        json::field("to", &domain::Call::to, "When the call ended."),
        json::field("outcome", &domain::Call::outcome, "How it ended."),
        json::field("call_back_at", &domain::Call::call_back_at, "When to call back."),
        json::field("call_back_by", &domain::Call::call_back_by, "The agent who calls back."));
    return f;
  }
};

template <>
struct Table<domain::Approval> {
  static constexpr const char* name = "Approval";
  static const auto& fields() {
    static const auto f = json::fields<domain::Approval>(
        json::field("state", &domain::Approval::state, "requested, granted or returned."),
        json::field("by", &domain::Approval::by, "Id of the agent who decided."),
        json::field("by_name", &domain::Approval::by_name, "The agent's name.").optional(),
        json::field("at", &domain::Approval::at, "When."),
        json::field("reason", &domain::Approval::reason, "Why it was returned.").optional());
    return f;
  }
};

template <>
struct Table<domain::DecisionStep> {
  static constexpr const char* name = "DecisionStep";
  static const auto& fields() {
    static const auto f = json::fields<domain::DecisionStep>(
        json::field("stage", &domain::DecisionStep::stage, "The rule that was tried."),
        json::field("saw", &domain::DecisionStep::saw, "What it saw in this mail."),
        json::field("decided", &domain::DecisionStep::decided, "Whether this rule settled it."));
    return f;
  }
};

template <>
struct Table<domain::FieldChange> {
  static constexpr const char* name = "FieldChange";
  static const auto& fields() {
    static const auto f = json::fields<domain::FieldChange>(
        json::field("field", &domain::FieldChange::field, "The member that became different."),
        json::field("from", &domain::FieldChange::from, "Its value before."),
        json::field("to", &domain::FieldChange::to, "Its value now."));
    return f;
  }
  static bool hidden(const Writer& writer, const domain::FieldChange& value) {
    return writer.hides(domain::needed_to_see(value.field).bits());
  }
};

}  // namespace madoguchi::json

namespace madoguchi::store {

template <class T>
[[nodiscard]] std::string to_column(const T& value) {
  std::string out;
  json::write(out, value);
  return out;
}

/// Reads what to_column wrote. What cannot be read back is a damaged database: throws.
template <class T>
[[nodiscard]] T from_column(std::string_view text) {
  if (text.empty() || text == "[]") return T{};
  Result<T> value = json::read<T>(text);
  if (!value) throw std::runtime_error("unreadable column: " + value.error().describe());
  return std::move(*value);
}

template <class E>
[[nodiscard]] E enum_column(std::string_view text) {
  const std::optional<E> value = enum_value<E>(text);
  if (!value) throw std::runtime_error("unknown value in the database: " + std::string(text));
  return *value;
}

}  // namespace madoguchi::store
