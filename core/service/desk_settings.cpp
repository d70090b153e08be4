// SPDX-License-Identifier: Apache-2.0
#include "core/service/desk_settings.h"

#include <algorithm>
#include <map>

#include "core/domain/names.h"
#include "core/service/directory.h"
#include "core/service/unit_of_work.h"
#include "core/store/desk_settings.h"
#include "core/store/fetch_cursors.h"

namespace madoguchi::service {
namespace {

using View = std::shared_ptr<const DirectoryView>;

const auto kText = [](const std::string& value) { return value; };

MailboxDto dto_of(const domain::Mailbox& mailbox) {
  MailboxDto dto{mailbox.name,  mailbox.address.str(), std::nullopt,   mailbox.signature,
                 mailbox.rules, mailbox.managed_by,    mailbox.version};
  if (mailbox.category) dto.category = mailbox.category->str();
  dto.outgoing = mailbox.outgoing;
  return dto;
}

using FetchStates = std::map<std::string, FetchStateDto>;  ///< by mailbox id

Result<FetchStates> fetch_states(const Environment& env) {
  return env.database.read([&](db::Session& session) -> Result<FetchStates> {
    FetchStates states;
    for (const store::FetchRecord& record : store::FetchCursors(session).all()) {
      FetchStateDto& dto = states[record.key.mailbox.str()];
      dto.account = record.key.account;
      dto.state = record.state;
      dto.last_success_at = record.last_success_at;
      dto.last_error_at = record.last_error_at;
      if (!record.last_error.empty()) dto.last_error = record.last_error;
      dto.mails = record.mails;
      if (record.last_success_at) {
        const auto lag =
            std::chrono::floor<std::chrono::seconds>(env.clock.now() - *record.last_success_at);
        dto.lag_seconds = std::max<std::int64_t>(lag.count(), 0);
      }
    }
    return states;
  });
}

MailboxDto dto_of(const domain::Mailbox& mailbox, const FetchStates& states) {
  MailboxDto dto = dto_of(mailbox);
  const auto state = states.find(mailbox.id.str());
  if (state != states.end()) dto.fetch = state->second;
  return dto;
}

CategoryDto dto_of(const domain::Category& category) {
  return {category.id.str(), category.name,     category.detail,
          category.position, category.archived, category.version};
}

bool is_mailbox_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

template <class T>
auto named(std::vector<T>& values, const std::string& name) {
  return std::find_if(values.begin(), values.end(),
                      [&](const T& value) { return value.name == name; });
}

bool is_declared(const std::vector<DeclaredMailbox>& declared, const std::string& name) {
  return std::any_of(declared.begin(), declared.end(),
                     [&](const DeclaredMailbox& one) { return one.name == name; });
}

/// The mailbox that a declaration means: of its name, else the one of its address that the file
/// calls by another name now.
std::vector<domain::Mailbox>::iterator meant_by(const DeclaredMailbox& wish,
                                                const std::vector<DeclaredMailbox>& declared,
                                                std::vector<domain::Mailbox>& known) {
  const auto found = named(known, wish.name);
  if (found != known.end()) return found;
  return std::find_if(known.begin(), known.end(), [&](const domain::Mailbox& one) {
    return one.address == wish.address && !is_declared(declared, one.name);
  });
}

/// An address that the file gives to another mailbox now must be free when that one is written;
/// who had it is written with its own new address, or archived without one.
void release_moved_addresses(store::Mailboxes& mailboxes,
                             const std::vector<DeclaredMailbox>& declared,
                             const std::vector<domain::Mailbox>& known) {
  for (const domain::Mailbox& one : known) {
    if (one.managed_by != domain::ManagedBy::file && !one.archived) continue;
    const bool moved =
        std::any_of(declared.begin(), declared.end(), [&](const DeclaredMailbox& wish) {
          return wish.name != one.name && wish.address.key() == one.address.key();
        });
    if (moved) mailboxes.release_address(one.id);
  }
}

Error taken(const char* pointer) {
  return Error::invalid(pointer, {"That is in use already.", "すでに使われています。"});
}

}  // namespace

void DeskSettingsService::announce_setting(db::Session& session, const domain::Caller& caller,
                                           const char* event, const char* type,
                                           const std::string& id,
                                           std::vector<domain::FieldChange> fields,
                                           std::vector<domain::MailboxId> seen_by) {
  store::ChangeEntry entry;
  entry.event = event;
  entry.object_type = type;
  entry.object_id = id;
  entry.fields = std::move(fields);
  entry.mailboxes = std::move(seen_by);
  announce(env_, session, caller, std::move(entry));
  Directory& directory = env_.directory;
  session.after_commit([&directory] { directory.expire(); });
}

Result<void> DeskSettingsService::apply(const std::vector<DeclaredMailbox>& declared) {
  const domain::Caller hub{{}, "configuration file"};
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    store::Mailboxes mailboxes(session);
    store::Categories categories(session);
    std::vector<domain::Mailbox> known = mailboxes.all(true);
    std::vector<domain::Category> known_categories = categories.all();
    release_moved_addresses(mailboxes, declared, known);
    std::int64_t position = 0;
    bool changed = false;
    for (const DeclaredMailbox& wish : declared) {
      domain::Mailbox mailbox;
      const auto found = meant_by(wish, declared, known);
      if (found != known.end()) mailbox = *found;
      mailbox.name = wish.name;
      mailbox.address = wish.address;
      mailbox.signature = wish.signature;
      mailbox.rules = wish.rules;
      mailbox.auto_reply = wish.auto_reply;
      mailbox.outgoing = wish.outgoing;
      mailbox.managed_by = domain::ManagedBy::file;
      mailbox.position = position++;
      mailbox.category.reset();
      if (!wish.category.empty()) {
        auto category = named(known_categories, wish.category);
        if (category == known_categories.end()) {
          domain::Category made;
          made.id = env_.ids.make<domain::CategoryId>();
          made.name = wish.category;
          categories.insert(made);
          category = known_categories.insert(known_categories.end(), made);
        }
        mailbox.category = category->id;
      }
      if (found == known.end()) {
        mailbox.id = env_.ids.make<domain::MailboxId>();
        mailboxes.insert(mailbox);
        changed = true;
      } else {
        if (found->archived || mailbox != *found) {
          mailbox.archived = false;
          if (!mailboxes.update(mailbox)) return fail(Error::stale());
          changed = true;
        }
        known.erase(found);
      }
    }
    for (const domain::Mailbox& left : known) {
      if (left.managed_by != domain::ManagedBy::file || left.archived) continue;
      mailboxes.archive(left.id);
      changed = true;
    }
    if (changed) announce_setting(session, hub, "mailboxes.declared", "mailbox", "", {});
    return {};
  });
}

Result<std::vector<MailboxDto>> DeskSettingsService::mailboxes(const domain::Caller& caller) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const Result<FetchStates> states = fetch_states(env_);
  if (!states) return fail(states.error());
  std::vector<MailboxDto> dtos;
  for (const domain::Mailbox& mailbox : (*directory)->mailboxes()) {
    if (caller.scope.has(mailbox.id)) dtos.push_back(dto_of(mailbox, *states));
  }
  return dtos;
}

Result<MailboxDto> DeskSettingsService::mailbox(const domain::Caller& caller,
                                                const std::string& name) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const domain::Mailbox* mailbox = (*directory)->mailbox_named(name);
  if (mailbox != nullptr && caller.scope.has(mailbox->id)) {
    const Result<FetchStates> states = fetch_states(env_);
    if (!states) return fail(states.error());
    return dto_of(*mailbox, *states);
  }
  return fail(Error::not_found(
      {"There is no mailbox of that name.", "その名前のメールボックスはありません。"}));
}

Result<std::optional<domain::CategoryId>> DeskSettingsService::category_id(
    const std::optional<std::string>& id) {
  if (!id) return std::optional<domain::CategoryId>{};
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const domain::Category* category = (*directory)->category(domain::CategoryId(*id));
  if (category != nullptr && !category->archived) return std::optional(category->id);
  return fail(
      Error::invalid("/category", {"There is no such category.", "その区分はありません。"}));
}

Result<MailboxDto> DeskSettingsService::create_mailbox(const Context& context,
                                                       const MailboxCreateDto& wish) {
  if (!is_mailbox_name(wish.name)) {
    return fail(Error::invalid("/name", {"Use lower-case letters, digits, - and _.",
                                         "英小文字、数字、- と _ だけを使ってください。"}));
  }
  Result<std::optional<domain::CategoryId>> category = category_id(wish.category);
  if (!category) return fail(std::move(category.error()));
  return command(env_, context, [&](db::Session& session) -> Result<MailboxDto> {
    store::Mailboxes mailboxes(session);
    domain::Mailbox mailbox;
    for (const domain::Mailbox& known : mailboxes.all(true)) {
      if (known.name == wish.name) return fail(taken("/name"));
      if (known.address == wish.address) return fail(taken("/address"));
      mailbox.position = std::max(mailbox.position, known.position + 1);
    }
    mailbox.id = env_.ids.make<domain::MailboxId>();
    mailbox.name = wish.name;
    mailbox.address = wish.address;
    mailbox.category = *category;
    mailbox.signature = wish.signature;
    mailbox.rules = wish.rules;
    mailbox.outgoing = wish.outgoing;
    mailbox.managed_by = domain::ManagedBy::api;
    mailboxes.insert(mailbox);
    announce_setting(session, context.caller, "mailbox.created", "mailbox", mailbox.name,
                     {{"address", "", mailbox.address.str()}}, {mailbox.id});
    return dto_of(mailbox);
  });
}

Result<MailboxDto> DeskSettingsService::patch_mailbox(const Context& context,
                                                      const std::string& name,
                                                      const MailboxPatchDto& wish) {
  Result<std::optional<domain::CategoryId>> category = category_id(wish.category.value());
  if (!category) return fail(std::move(category.error()));
  return command(env_, context, [&](db::Session& session) -> Result<MailboxDto> {
    store::Mailboxes mailboxes(session);
    std::vector<domain::Mailbox> known = mailboxes.all(true);
    const auto found = named(known, name);
    if (found == known.end() || found->archived || !context.caller.scope.has(found->id)) {
      return fail(Error::not_found(
          {"There is no mailbox of that name.", "その名前のメールボックスはありません。"}));
    }
    domain::Mailbox mailbox = *found;
    if (mailbox.managed_by == domain::ManagedBy::file) {
      return fail(Error::conflict(
          "managed-by-file",
          {"This mailbox is set in the configuration file. Change it there.",
           "このメールボックスは設定ファイルで管理されています。そちらで変更してください。"}));
    }
    if (context.if_match && *context.if_match != mailbox.version) {
      return fail(Error::stale().with_member("current", json::to_string(dto_of(mailbox))));
    }
    for (const domain::Mailbox& other : known) {
      if (wish.address && other.id != mailbox.id && other.address == *wish.address) {
        return fail(taken("/address"));
      }
    }
    domain::Change change{"mailbox.changed", {}};
    if (wish.signature) change.set("signature", mailbox.signature, *wish.signature, kText);
    if (wish.rules) {
      change.set("rules", mailbox.rules, *wish.rules,
                 [](const domain::MailboxRules& rules) { return json::to_string(rules); });
    }
    if (wish.outgoing) {
      change.set("outgoing", mailbox.outgoing, *wish.outgoing,
                 [](const domain::OutgoingRules& outgoing) { return json::to_string(outgoing); });
    }
    if (wish.address) {
      change.set("address", mailbox.address, *wish.address,
                 [](const EmailAddress& address) { return address.str(); });
    }
    if (wish.category.given()) {
      change.set("category", mailbox.category, *category,
                 [](const std::optional<domain::CategoryId>& id) {
                   return id ? id->str() : std::string();
                 });
    }
    if (change.empty()) return dto_of(mailbox);
    if (!mailboxes.update(mailbox))
      throw db::Failure(db::FailureKind::serialization, "mailbox changed");
    announce_setting(session, context.caller, "mailbox.changed", "mailbox", name, change.fields,
                     {mailbox.id});
    return dto_of(mailbox);
  });
}

Result<std::vector<CategoryDto>> DeskSettingsService::categories() {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  std::vector<CategoryDto> dtos;
  for (const domain::Category& category : (*directory)->categories())
    dtos.push_back(dto_of(category));
  return dtos;
}

Result<CategoryDto> DeskSettingsService::category(const std::string& id) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const domain::Category* category = (*directory)->category(domain::CategoryId(id));
  if (category != nullptr) return dto_of(*category);
  return fail(Error::not_found({"There is no such category.", "その区分はありません。"}));
}

Result<CategoryDto> DeskSettingsService::create_category(const Context& context,
                                                         const CategoryCreateDto& wish) {
  return command(env_, context, [&](db::Session& session) -> Result<CategoryDto> {
    store::Categories categories(session);
    std::vector<domain::Category> known = categories.all();
    if (named(known, wish.name) != known.end()) return fail(taken("/name"));
    domain::Category category;
    category.id = env_.ids.make<domain::CategoryId>();
    category.name = wish.name;
    category.detail = wish.detail;
    category.position = wish.position;
    categories.insert(category);
    announce_setting(session, context.caller, "category.created", "category", category.id.str(),
                     {{"name", "", category.name}});
    return dto_of(category);
  });
}

Result<CategoryDto> DeskSettingsService::patch_category(const Context& context,
                                                        const std::string& id,
                                                        const CategoryPatchDto& wish) {
  return command(env_, context, [&](db::Session& session) -> Result<CategoryDto> {
    store::Categories categories(session);
    std::vector<domain::Category> known = categories.all();
    const auto found = std::find_if(known.begin(), known.end(), [&](const domain::Category& one) {
      return one.id.str() == id;
    });
    if (found == known.end()) {
      return fail(Error::not_found({"There is no such category.", "その区分はありません。"}));
    }
    domain::Category category = *found;
    if (context.if_match && *context.if_match != category.version) {
      return fail(Error::stale().with_member("current", json::to_string(dto_of(category))));
    }
    if (wish.name && *wish.name != category.name && named(known, *wish.name) != known.end()) {
      return fail(taken("/name"));
    }
    domain::Change change{"category.changed", {}};
    if (wish.name) change.set("name", category.name, *wish.name, kText);
    if (wish.detail) change.set("detail", category.detail, *wish.detail, kText);
    if (wish.position) {
      change.set("position", category.position, *wish.position,
                 [](std::int64_t value) { return std::to_string(value); });
    }
    if (wish.archived) {
      change.set("archived", category.archived, *wish.archived,
                 [](bool value) { return std::string(value ? "true" : "false"); });
    }
    if (change.empty()) return dto_of(category);
    if (!categories.update(category))
      throw db::Failure(db::FailureKind::serialization, "category changed");
    announce_setting(session, context.caller, "category.changed", "category", id, change.fields);
    return dto_of(category);
  });
}

}  // namespace madoguchi::service
