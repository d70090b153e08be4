// SPDX-License-Identifier: Apache-2.0
#include "core/service/macros.h"

#include "core/service/case_access.h"
#include "core/service/case_dto_of.h"
#include "core/service/case_steps.h"
#include "core/service/rule_engine.h"
#include "core/service/unit_of_work.h"
#include "core/store/columns.h"
#include "core/store/macros.h"
#include "core/store/templates.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

using View = std::shared_ptr<const DirectoryView>;

constexpr std::size_t kMostMacros = 200;

MacroDto dto_of(const store::Macro& macro) {
  return {macro.id.str(), macro.name,
          !macro.owner,   store::from_column<std::vector<CaseActionDto>>(macro.actions),
          macro.position, macro.version};
}

Error no_such_macro() {
  return Error::not_found({"There is no such macro.", "そのマクロはありません。"});
}

Result<void> check_macro_owner(const domain::Caller& caller, bool shared) {
  if (!shared || caller.may(domain::Permission::settings_write)) return {};
  return fail(Error::forbidden(
      {"Your role may not keep macros for everybody.", "共有マクロを変更する権限がありません。"}));
}

Result<store::Macro> find_macro(db::Session& session, const domain::Caller& caller,
                                const std::string& id) {
  std::optional<store::Macro> macro = store::Macros(session).by_id(store::MacroId(id));
  if (!macro || (macro->owner && *macro->owner != caller.agent)) return fail(no_such_macro());
  return std::move(*macro);
}

/// To be changed: at the version the caller means, by who may.
Result<store::Macro> meant_macro(db::Session& session, const Context& context,
                                 const std::string& id) {
  Result<store::Macro> macro = find_macro(session, context.caller, id);
  if (!macro) return macro;
  if (Result<void> may = check_macro_owner(context.caller, !macro->owner); !may) {
    return fail(std::move(may.error()));
  }
  if (context.if_match && *context.if_match != macro->version) {
    return fail(Error::stale().with_member("current", json::to_string(dto_of(*macro))));
  }
  return macro;
}

void announce_macro(const Environment& env, db::Session& session, const domain::Caller& caller,
                    const char* event, const store::Macro& macro) {
  if (macro.owner) return;  // nobody else's business
  store::ChangeEntry entry;
  entry.event = event;
  entry.object_type = "macro";
  entry.object_id = macro.id.str();
  entry.fields = {{"name", "", macro.name}, {"actions", "", macro.actions}};
  announce(env, session, caller, std::move(entry));
}

/// Rolls a preview back; never leaves this file.
Error only_previewed() { return Error::conflict("only-tried", {"Only tried.", "試行のみです。"}); }

}  // namespace

Result<void> MacroService::check(const std::string& name,
                                 const std::vector<CaseActionDto>& actions) {
  if (Result<void> clean = refuse_card_numbers(name, "/name"); !clean) return clean;
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  using Templates = std::vector<domain::Template>;
  const Result<Templates> templates = env_.database.read(
      [](db::Session& session) -> Result<Templates> { return store::Templates(session).all(); });
  if (!templates) return fail(templates.error());
  std::vector<FieldError> wrong;
  check_steps(actions, StepsOf::macro, **directory, *templates, "/actions", wrong);
  if (wrong.empty()) return {};
  return fail(Error::invalid(std::move(wrong)));
}

Result<std::vector<MacroDto>> MacroService::list(const domain::Caller& caller) {
  return env_.database.read([&](db::Session& session) -> Result<std::vector<MacroDto>> {
    std::vector<MacroDto> dtos;
    for (const store::Macro& macro : store::Macros(session).seen_by(caller.agent)) {
      dtos.push_back(dto_of(macro));
    }
    return dtos;
  });
}

Result<MacroDto> MacroService::get(const domain::Caller& caller, const std::string& id) {
  return env_.database.read([&](db::Session& session) -> Result<MacroDto> {
    const Result<store::Macro> macro = find_macro(session, caller, id);
    if (!macro) return fail(macro.error());
    return dto_of(*macro);
  });
}

Result<MacroDto> MacroService::create(const Context& context, const MacroCreateDto& wish) {
  if (Result<void> may = check_macro_owner(context.caller, wish.shared); !may) {
    return fail(std::move(may.error()));
  }
  if (Result<void> good = check(wish.name, wish.actions); !good) {
    return fail(std::move(good.error()));
  }
  store::Macro macro;
  macro.id = env_.ids.make<store::MacroId>();
  if (!wish.shared) macro.owner = context.caller.agent;
  macro.name = text::one_line(wish.name);
  macro.actions = store::to_column(wish.actions);
  macro.position = wish.position;
  return command(env_, context, [&](db::Session& session) -> Result<MacroDto> {
    store::Macros macros(session);
    if (macros.seen_by(context.caller.agent).size() >= kMostMacros) {
      return fail(Error::conflict("too-many",
                                  {"There are 200 macros already.", "マクロは200件までです。"}));
    }
    macros.insert(macro);
    announce_macro(env_, session, context.caller, "macro.created", macro);
    return dto_of(macro);
  });
}

Result<MacroDto> MacroService::patch(const Context& context, const std::string& id,
                                     const MacroPatchDto& wish) {
  Result<void> good =
      check(wish.name.value_or(""), wish.actions.value_or(std::vector<CaseActionDto>()));
  if (!good) return fail(std::move(good.error()));
  return command(env_, context, [&](db::Session& session) -> Result<MacroDto> {
    Result<store::Macro> macro = meant_macro(session, context, id);
    if (!macro) return fail(std::move(macro.error()));
    if (wish.name) macro->name = text::one_line(*wish.name);
    if (wish.actions) macro->actions = store::to_column(*wish.actions);
    macro->position = wish.position.value_or(macro->position);
    if (!store::Macros(session).update(*macro)) {
      throw db::Failure(db::FailureKind::serialization, "the macro changed meanwhile");
    }
    announce_macro(env_, session, context.caller, "macro.changed", *macro);
    return dto_of(*macro);
  });
}

Result<void> MacroService::remove(const Context& context, const std::string& id) {
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    const Result<store::Macro> macro = meant_macro(session, context, id);
    if (!macro) return fail(macro.error());
    if (!store::Macros(session).remove(*macro)) {
      throw db::Failure(db::FailureKind::serialization, "the macro changed meanwhile");
    }
    announce_macro(env_, session, context.caller, "macro.deleted", *macro);
    return {};
  });
}

Result<MacroAppliedDto> MacroService::apply(const Context& context, const std::string& number,
                                            const MacroApplyDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  MacroAppliedDto tried;
  Result<MacroAppliedDto> applied =
      command(env_, context, [&](db::Session& session) -> Result<MacroAppliedDto> {
        Result<store::CaseRecord> record = find_case(session, context.caller, number);
        if (!record) return fail(std::move(record.error()));
        const Result<store::Macro> macro = find_macro(session, context.caller, wish.macro);
        if (!macro) return fail(Error::invalid("/macro", macro.error().message));
        Result<void> same = check_version(context, *record, **directory);
        if (!same) return fail(std::move(same.error()));
        const Stepper stepper{env_, session, context, **directory};
        const auto actions = store::from_column<std::vector<CaseActionDto>>(macro->actions);
        Result<StepsDone> done = take_steps(stepper, *record, actions);
        if (!done) return fail(std::move(done.error()));
        MacroAppliedDto answer{wish.preview, done->fields, {}};
        if (!done->fields.empty()) {
          domain::Change change{"case.macro_applied", {{"macro", "", macro->name}}};
          change.fields.insert(change.fields.end(), done->fields.begin(), done->fields.end());
          write_case(env_, session, context.caller, record->value, change);
          tell_rules(env_, session, record->value, change, *done);
        }
        record = find_case(session, context.caller, number);
        if (!record) return fail(std::move(record.error()));
        answer.value = full_case_dto(env_, session, *record, **directory, context.caller);
        if (!wish.preview) return answer;
        tried = std::move(answer);
        return fail(only_previewed());
      });
  if (!applied && wish.preview && applied.error().type == "only-tried") return tried;
  return applied;
}

}  // namespace madoguchi::service
