// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/domain/rights.h"
#include "core/service/directory.h"
#include "core/service/rights.h"
#include "core/service/unit_of_work.h"
#include "core/store/teams.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

using View = std::shared_ptr<const DirectoryView>;

Error no_such_role() {
  return Error::not_found({"There is no such role.", "そのロールはありません。"});
}

Error more_than_own() {
  return Error::forbidden(
      {"You can give only what you have yourself.", "自分が持つ権限の範囲でだけ付与できます。"});
}

RoleDto role_dto_of(const domain::CustomRole& role) {
  return {role.id.str(), role.name,        role.description, false,
          role.based_on, role.permissions, role.version};
}

RoleDto role_dto_of(domain::Role role) {
  const std::string name(enum_name(role));
  return {name, name, domain::text_of(role).en, true, role, domain::permissions_of(role), 1};
}

domain::Permissions permissions_in(const std::vector<domain::Permission>& list) {
  domain::Permissions permissions;
  for (const domain::Permission one : list) permissions.add(one);
  return permissions;
}

std::string shown(const domain::Permissions& permissions) {
  std::string out;
  for (const auto& entry : EnumNames<domain::Permission>::values) {
    if (!permissions.has(entry.value)) continue;
    out += (out.empty() ? "" : ", ") + std::string(entry.name);
  }
  return out;
}

Result<std::string> free_role_name(const std::vector<domain::CustomRole>& all,
                                   const std::string& wish, const domain::RoleId& id) {
  if (Result<void> clean = refuse_card_numbers(wish, "/name"); !clean) return fail(clean.error());
  std::string name = text::one_line(wish);
  const bool taken = enum_value<domain::Role>(name).has_value() ||
                     std::any_of(all.begin(), all.end(), [&](const domain::CustomRole& one) {
                       return one.name == name && one.id != id;
                     });
  if (taken || name.empty()) {
    return fail(Error::invalid("/name", {"That is in use already.", "すでに使われています。"}));
  }
  return name;
}

Result<domain::CustomRole> meant_role(const std::vector<domain::CustomRole>& all,
                                      const std::string& id, const Context& context) {
  if (enum_value<domain::Role>(id)) {
    return fail(Error::conflict(
        "role-built-in", {"This role is part of the hub. Make one of your own beside it.",
                          "標準のロールは変更できません。新しいロールを作成してください。"}));
  }
  const auto found = std::find_if(
      all.begin(), all.end(), [&](const domain::CustomRole& one) { return one.id.str() == id; });
  if (found == all.end()) return fail(no_such_role());
  if (context.if_match && *context.if_match != found->version) {
    return fail(Error::stale().with_member("current", json::to_string(role_dto_of(*found))));
  }
  return *found;
}

void announce_role(const Environment& env, db::Session& session, const domain::Caller& caller,
                   const domain::CustomRole& role, const char* event,
                   std::vector<domain::FieldChange> fields) {
  store::ChangeEntry entry;
  entry.event = event;
  entry.object_type = "role";
  entry.object_id = role.id.str();
  entry.fields = std::move(fields);
  announce(env, session, caller, std::move(entry));
  Directory& directory = env.directory;
  session.after_commit([&directory] { directory.expire(); });
}

}  // namespace

Result<void> check_may_give(const domain::Caller& caller, const domain::Permissions& permissions) {
  if (caller.agent.empty() || caller.permissions().covers(permissions)) return {};
  return fail(more_than_own());
}

Result<void> check_may_give(const domain::Caller& caller,
                            const std::optional<std::vector<domain::MailboxId>>& mailboxes) {
  if (caller.agent.empty() || caller.scope.is_everything()) return {};
  const bool own =
      mailboxes && std::all_of(mailboxes->begin(), mailboxes->end(),
                               [&](const domain::MailboxId& one) { return caller.scope.has(one); });
  if (own) return {};
  return fail(more_than_own());
}

Result<void> check_may_give(const domain::Caller& caller, const domain::Agent& agent,
                            const DirectoryView& directory) {
  Result<void> may = check_may_give(caller, directory.caller(agent).permissions());
  return may ? check_may_give(caller, agent.mailboxes) : may;
}

std::vector<PermissionDto> RoleService::permissions() {
  std::vector<PermissionDto> dtos;
  for (const auto& entry : EnumNames<domain::Permission>::values) {
    Text text = domain::text_of(entry.value);
    dtos.push_back({entry.value, std::move(text.en), std::move(text.ja)});
  }
  return dtos;
}

Result<std::vector<RoleDto>> RoleService::list() {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  std::vector<RoleDto> dtos;
  for (const auto& entry : EnumNames<domain::Role>::values)
    dtos.push_back(role_dto_of(entry.value));
  for (const domain::CustomRole& role : (*directory)->roles()) dtos.push_back(role_dto_of(role));
  return dtos;
}

Result<RoleDto> RoleService::get(const std::string& id) {
  if (const auto built_in = enum_value<domain::Role>(id)) return role_dto_of(*built_in);
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const domain::CustomRole* role = (*directory)->role(id);
  if (role == nullptr) return fail(no_such_role());
  return role_dto_of(*role);
}

Result<RoleDto> RoleService::create(const Context& context, const RoleCreateDto& wish) {
  domain::CustomRole role;
  role.permissions = permissions_in(wish.permissions);
  if (Result<void> may = check_may_give(context.caller, role.permissions); !may) {
    return fail(std::move(may.error()));
  }
  return command(env_, context, [&](db::Session& session) -> Result<RoleDto> {
    store::Roles roles(session);
    role.id = env_.ids.make<domain::RoleId>();
    Result<std::string> name = free_role_name(roles.all(), wish.name, role.id);
    if (!name) return fail(std::move(name.error()));
    role.name = std::move(*name);
    role.description = wish.description;
    role.based_on = wish.based_on;
    role.created_at = env_.clock.now();
    roles.insert(role);
    announce_role(env_, session, context.caller, role, "role.created",
                  {{"name", "", role.name}, {"permissions", "", shown(role.permissions)}});
    return role_dto_of(role);
  });
}

Result<RoleDto> RoleService::patch(const Context& context, const std::string& id,
                                   const RolePatchDto& wish) {
  return command(env_, context, [&](db::Session& session) -> Result<RoleDto> {
    const std::vector<domain::CustomRole> all = store::Roles(session).all();
    Result<domain::CustomRole> role = meant_role(all, id, context);
    if (!role) return fail(std::move(role.error()));
    domain::Change change{"role.changed", {}};
    const auto text = [](const std::string& value) { return value; };
    if (wish.name) {
      Result<std::string> name = free_role_name(all, *wish.name, role->id);
      if (!name) return fail(std::move(name.error()));
      change.set("name", role->name, std::move(*name), text);
    }
    if (wish.description) change.set("description", role->description, *wish.description, text);
    if (wish.permissions) {
      const domain::Permissions wanted = permissions_in(*wish.permissions);
      if (Result<void> may = check_may_give(context.caller, wanted); !may) {
        return fail(std::move(may.error()));
      }
      change.set("permissions", role->permissions, wanted, shown);
    }
    if (change.empty()) return role_dto_of(*role);
    if (!store::Roles(session).update(*role)) {
      throw db::Failure(db::FailureKind::serialization, "the role changed meanwhile");
    }
    announce_role(env_, session, context.caller, *role, "role.changed", std::move(change.fields));
    return role_dto_of(*role);
  });
}

Result<void> RoleService::remove(const Context& context, const std::string& id) {
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    store::Roles roles(session);
    const Result<domain::CustomRole> role = meant_role(roles.all(), id, context);
    if (!role) return fail(role.error());
    if (roles.in_use(role->id)) {
      return fail(Error::conflict(
          "role-in-use", {"Agents have this role. Give them another one first.",
                          "このロールを使う担当者がいます。先に別のロールへ変更してください。"}));
    }
    roles.remove(role->id);
    announce_role(env_, session, context.caller, *role, "role.deleted", {{"name", role->name, ""}});
    return {};
  });
}

}  // namespace madoguchi::service
