// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/domain/customer_names.h"
#include "core/service/customer_parts.h"
#include "core/service/directory.h"
#include "core/service/unit_of_work.h"
#include "core/store/customer_parts.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

using View = std::shared_ptr<const DirectoryView>;

MasterEntryDto dto_of(const domain::MasterEntry& entry) {
  return {entry.id.str(), entry.name, entry.detail, entry.position, entry.archived, entry.version};
}

Error no_such_entry() {
  return Error::not_found({"There is no such entry.", "その項目はありません。"});
}

Result<std::string> free_name(const std::vector<domain::MasterEntry>& all, domain::MasterKind kind,
                              const std::string& wish, const domain::MasterId& id) {
  if (Result<void> clean = refuse_card_numbers(wish, "/name"); !clean) return fail(clean.error());
  std::string name = text::one_line(wish);
  const bool taken = std::any_of(all.begin(), all.end(), [&](const domain::MasterEntry& one) {
    return one.kind == kind && one.name == name && one.id != id;
  });
  if (taken || name.empty()) {
    return fail(Error::invalid("/name", {"That is in use already.", "すでに使われています。"}));
  }
  return name;
}

void announce_entry(const Environment& env, db::Session& session, const domain::Caller& caller,
                    const domain::MasterEntry& entry, const char* what,
                    std::vector<domain::FieldChange> fields) {
  store::ChangeEntry change;
  change.object_type = enum_name(entry.kind);
  change.event = change.object_type + "." + what;
  change.object_id = entry.id.str();
  change.fields = std::move(fields);
  announce(env, session, caller, std::move(change));
  Directory& directory = env.directory;
  session.after_commit([&directory] { directory.expire(); });
}

}  // namespace

Result<std::vector<MasterEntryDto>> MasterDataService::list(domain::MasterKind kind) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  std::vector<MasterEntryDto> dtos;
  for (const domain::MasterEntry& one : (*directory)->master_data()) {
    if (one.kind == kind) dtos.push_back(dto_of(one));
  }
  return dtos;
}

Result<MasterEntryDto> MasterDataService::get(domain::MasterKind kind, const std::string& id) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const domain::MasterEntry* entry = (*directory)->master_entry(id);
  if (entry == nullptr || entry->kind != kind) return fail(no_such_entry());
  return dto_of(*entry);
}

Result<MasterEntryDto> MasterDataService::create(const Context& context, domain::MasterKind kind,
                                                 const CategoryCreateDto& wish) {
  return command(env_, context, [&](db::Session& session) -> Result<MasterEntryDto> {
    store::MasterData store(session);
    domain::MasterEntry entry;
    entry.id = env_.ids.make<domain::MasterId>();
    entry.kind = kind;
    Result<std::string> name = free_name(store.all(), kind, wish.name, entry.id);
    if (!name) return fail(std::move(name.error()));
    entry.name = std::move(*name);
    entry.detail = wish.detail;
    entry.position = wish.position;
    store.insert(entry);
    announce_entry(env_, session, context.caller, entry, "created", {{"name", "", entry.name}});
    return dto_of(entry);
  });
}

Result<MasterEntryDto> MasterDataService::patch(const Context& context, domain::MasterKind kind,
                                                const std::string& id,
                                                const CategoryPatchDto& wish) {
  return command(env_, context, [&](db::Session& session) -> Result<MasterEntryDto> {
    store::MasterData store(session);
    const std::vector<domain::MasterEntry> all = store.all();
    const auto found = std::find_if(all.begin(), all.end(), [&](const domain::MasterEntry& one) {
      return one.id.str() == id && one.kind == kind;
    });
    if (found == all.end()) return fail(no_such_entry());
    domain::MasterEntry entry = *found;
    if (context.if_match && *context.if_match != entry.version) {
      return fail(Error::stale().with_member("current", json::to_string(dto_of(entry))));
    }
    const auto text = [](const std::string& value) { return value; };
    domain::Change change{"", {}};
    if (wish.name) {
      Result<std::string> name = free_name(all, kind, *wish.name, entry.id);
      if (!name) return fail(std::move(name.error()));
      change.set("name", entry.name, std::move(*name), text);
    }
    if (wish.detail) change.set("detail", entry.detail, *wish.detail, text);
    if (wish.position) {
      change.set("position", entry.position, *wish.position,
                 [](std::int64_t value) { return std::to_string(value); });
    }
    if (wish.archived) {
      change.set("archived", entry.archived, *wish.archived,
                 [](bool value) { return std::string(value ? "yes" : "no"); });
    }
    if (change.empty()) return dto_of(entry);
    if (!store.update(entry)) {
      throw db::Failure(db::FailureKind::serialization, "the entry changed meanwhile");
    }
    announce_entry(env_, session, context.caller, entry, "changed", std::move(change.fields));
    return dto_of(entry);
  });
}

}  // namespace madoguchi::service
