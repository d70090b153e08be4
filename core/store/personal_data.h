// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace madoguchi::store {

/// What erasing a person (core/store/erasure.h) means for a table.
enum class PersonalData {
  none,       ///< says nothing of customers
  forgotten,  ///< rows are deleted
  blanked,    ///< rows stay, what they say of the person is gone
  shredded,   ///< stays as it is, unreadable
  in_passing  ///< may mention a person in a way that the note names, and is left
};

struct TableNote {
  const char* table;
  PersonalData data;
  const char* note = "";
};

/// Every table of the schema, in alphabetical order: a new one has to be entered here before its
/// test passes, so that nobody forgets what erasing means for it.
inline constexpr TableNote kTableNotes[] = {
    {"account_errors", PersonalData::none, "masked before they are written"},
    {"account_rates", PersonalData::none},
    {"account_streams", PersonalData::none, "cursors; the last error masked"},
    {"accounts", PersonalData::none},
    {"acknowledgements", PersonalData::forgotten, "by address"},
    {"agent_availability", PersonalData::none},
    {"agent_identities", PersonalData::none, "agents only"},
    {"agents", PersonalData::none, "the company's own people"},
    {"assignment_turns", PersonalData::none},
    {"attachments", PersonalData::forgotten},
    {"audit_checkpoints", PersonalData::none},
    {"blob_chunks", PersonalData::forgotten},
    {"blobs", PersonalData::forgotten, "unless another attachment has the same content"},
    {"business_hours", PersonalData::none},
    {"card_defaults", PersonalData::forgotten},
    {"card_gateways", PersonalData::none},
    {"card_sessions", PersonalData::forgotten},
    {"cards", PersonalData::forgotten},
    {"case_moves", PersonalData::forgotten, "what undoing would need"},
    {"case_times", PersonalData::none, "times and states, which statistics count"},
    {"cases", PersonalData::blanked},
    {"categories", PersonalData::none},
    {"change_links", PersonalData::none},
    {"changes", PersonalData::shredded, "values; who did what when stays"},
    {"content_scans", PersonalData::none, "by digest of the content"},
    {"customer_addresses", PersonalData::forgotten},
    {"customer_emails", PersonalData::forgotten},
    {"customer_keys", PersonalData::forgotten},
    {"customer_memos", PersonalData::forgotten},
    {"customer_merges", PersonalData::forgotten, "what undoing would need"},
    {"customer_search", PersonalData::forgotten, "once its parts were joined"},
    {"customer_texts", PersonalData::blanked},
    {"customers", PersonalData::blanked, "the number stays as a pseudonym"},
    {"deliveries", PersonalData::forgotten},
    {"drafts", PersonalData::forgotten},
    {"edit_locks", PersonalData::none, "agents only"},
    {"external_addresses", PersonalData::forgotten, "by address"},
    {"external_messages", PersonalData::forgotten, "by address"},
    {"external_threads", PersonalData::forgotten, "with the last of their messages"},
    {"fetch_cursors", PersonalData::none},
    {"history_salts", PersonalData::forgotten, "the keys of `changes`"},
    {"hub_secrets", PersonalData::none},
    {"idempotency", PersonalData::forgotten, "answers that mention the person"},
    {"imports", PersonalData::blanked,
     "errors that mention the person; the file goes when it is done"},
    {"intake", PersonalData::blanked},
    {"intake_addresses", PersonalData::forgotten},
    {"intake_entries", PersonalData::none, "times and mailboxes"},
    {"intake_hours", PersonalData::none, "counts"},
    {"jobs", PersonalData::blanked, "errors of sending; else ids"},
    {"legal_holds", PersonalData::none, "there is none when a person is erased"},
    {"macros", PersonalData::none},
    {"mailboxes", PersonalData::none},
    {"master_data", PersonalData::none},
    {"message_search", PersonalData::forgotten, "once its parts were joined"},
    {"messages", PersonalData::blanked},
    {"operation_rows", PersonalData::blanked, "reports that mention the person"},
    {"operations", PersonalData::none, "wishes name objects by number"},
    {"order_keys", PersonalData::forgotten, "tracking numbers"},
    {"order_returns", PersonalData::blanked},
    {"orders", PersonalData::blanked, "what was bought for how much stays: books have to be kept"},
    {"password_links", PersonalData::none, "agents only"},
    {"passwords", PersonalData::none, "agents only"},
    {"placements", PersonalData::none, "the company's own addresses"},
    {"product_codes", PersonalData::none},
    {"products", PersonalData::none},
    {"recovery_codes", PersonalData::none, "agents only"},
    {"retention", PersonalData::none},
    {"roles", PersonalData::none},
    {"rule_runs", PersonalData::blanked, "what a rule changed"},
    {"rules", PersonalData::none},
    {"satisfaction_answers", PersonalData::blanked, "the score stays"},
    {"schema_migrations", PersonalData::none},
    {"scheme", PersonalData::none},
    {"search_fill", PersonalData::none},
    {"search_texts", PersonalData::forgotten},
    {"search_words", PersonalData::forgotten, "once its parts were joined"},
    {"second_factors", PersonalData::none, "agents only"},
    {"sessions", PersonalData::none, "agents only"},
    {"sightings", PersonalData::none, "which agent saw which number"},
    {"sign_in_failures", PersonalData::none, "agents only"},
    {"sla_policies", PersonalData::none},
    {"sla_state", PersonalData::none},
    {"subscription_orders", PersonalData::none},
    {"subscriptions", PersonalData::blanked},
    {"suppressions", PersonalData::forgotten},
    {"survey_responses", PersonalData::blanked},
    {"teams", PersonalData::none},
    {"templates", PersonalData::none},
    {"tokens", PersonalData::none},
    {"views", PersonalData::in_passing, "filters that agents saved may name an address"},
    {"webhook_deliveries", PersonalData::none, "digests"},
    {"webhook_endpoints", PersonalData::none},
    {"webhook_messages", PersonalData::none, "places in the feed"},
};

}  // namespace madoguchi::store
