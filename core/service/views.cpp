// SPDX-License-Identifier: Apache-2.0
#include "core/service/views.h"

#include "core/service/case_wishes.h"
#include "core/service/unit_of_work.h"
#include "core/store/views.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

constexpr std::size_t kMostViews = 200;

ViewDto dto_of(const store::View& view) {
  return {view.id.str(), view.name,   !view.owner, store::from_column<CaseFilter>(view.filter),
          view.position, view.version};
}

Error no_such_view() {
  return Error::not_found({"There is no such view.", "そのビューはありません。"});
}

Result<void> check_owner(const domain::Caller& caller, bool shared) {
  if (!shared || caller.may(domain::Permission::settings_write)) return {};
  return fail(Error::forbidden({"Views for everybody are kept by supervisors.",
                                "共有ビューはスーパーバイザーが管理します。"}));
}

Result<store::View> find_view(db::Session& session, const domain::Caller& caller,
                              const std::string& id) {
  std::optional<store::View> view = store::Views(session).by_id(store::ViewId(id));
  if (!view || (view->owner && *view->owner != caller.agent)) return fail(no_such_view());
  return std::move(*view);
}

/// To be changed: at the version the caller means, by who may.
Result<store::View> meant_view(db::Session& session, const Context& context,
                               const std::string& id) {
  Result<store::View> view = find_view(session, context.caller, id);
  if (!view) return view;
  if (Result<void> may = check_owner(context.caller, !view->owner); !may) {
    return fail(std::move(may.error()));
  }
  if (context.if_match && *context.if_match != view->version) {
    return fail(Error::stale().with_member("current",
                                           json::to_string(dto_of(*view), context.caller.hides())));
  }
  return view;
}

void announce_view(const Environment& env, db::Session& session, const domain::Caller& caller,
                   const char* event, const store::View& view) {
  if (view.owner) return;  // nobody else's business
  store::ChangeEntry entry;
  entry.event = event;
  entry.object_type = "view";
  entry.object_id = view.id.str();
  entry.fields = {{"name", "", view.name}};
  announce(env, session, caller, std::move(entry));
}

}  // namespace

Result<void> ViewService::check(const domain::Caller& caller, const std::string& name,
                                const CaseFilter& filter) {
  if (Result<void> clean = refuse_card_numbers(name, "/name"); !clean) return clean;
  if (Result<void> clean = refuse_card_numbers(filter.q.value_or(""), "/filter/q"); !clean) {
    return clean;
  }
  const Result<std::shared_ptr<const DirectoryView>> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  Result<store::CaseQuery> query = query_of(filter, caller, **directory, env_.clock.now());
  if (query) return {};
  for (FieldError& field : query.error().fields) field.pointer = "/filter" + field.pointer;
  return fail(std::move(query.error()));
}

Result<std::vector<ViewDto>> ViewService::list(const domain::Caller& caller) {
  return env_.database.read([&](db::Session& session) -> Result<std::vector<ViewDto>> {
    std::vector<ViewDto> dtos;
    for (const store::View& view : store::Views(session).seen_by(caller.agent)) {
      dtos.push_back(dto_of(view));
    }
    return dtos;
  });
}

Result<ViewDto> ViewService::get(const domain::Caller& caller, const std::string& id) {
  return env_.database.read([&](db::Session& session) -> Result<ViewDto> {
    const Result<store::View> view = find_view(session, caller, id);
    if (!view) return fail(view.error());
    return dto_of(*view);
  });
}

Result<ViewDto> ViewService::create(const Context& context, const ViewCreateDto& wish) {
  if (Result<void> may = check_owner(context.caller, wish.shared); !may) {
    return fail(std::move(may.error()));
  }
  if (Result<void> good = check(context.caller, wish.name, wish.filter); !good) {
    return fail(std::move(good.error()));
  }
  store::View view;
  view.id = env_.ids.make<store::ViewId>();
  if (!wish.shared) view.owner = context.caller.agent;
  view.name = text::one_line(wish.name);
  view.filter = store::to_column(wish.filter);
  view.position = wish.position;
  return command(env_, context, [&](db::Session& session) -> Result<ViewDto> {
    store::Views views(session);
    if (views.seen_by(context.caller.agent).size() >= kMostViews) {
      return fail(
          Error::conflict("too-many", {"There are 200 views already.", "ビューは200件までです。"}));
    }
    views.insert(view);
    announce_view(env_, session, context.caller, "view.created", view);
    return dto_of(view);
  });
}

Result<ViewDto> ViewService::patch(const Context& context, const std::string& id,
                                   const ViewPatchDto& wish) {
  Result<void> good =
      check(context.caller, wish.name.value_or(""), wish.filter.value_or(CaseFilter()));
  if (!good) return fail(std::move(good.error()));
  return command(env_, context, [&](db::Session& session) -> Result<ViewDto> {
    Result<store::View> view = meant_view(session, context, id);
    if (!view) return fail(std::move(view.error()));
    if (wish.name) view->name = text::one_line(*wish.name);
    if (wish.filter) view->filter = store::to_column(*wish.filter);
    view->position = wish.position.value_or(view->position);
    if (!store::Views(session).update(*view)) {
      throw db::Failure(db::FailureKind::serialization, "the view changed meanwhile");
    }
    announce_view(env_, session, context.caller, "view.changed", *view);
    return dto_of(*view);
  });
}

Result<void> ViewService::remove(const Context& context, const std::string& id) {
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    const Result<store::View> view = meant_view(session, context, id);
    if (!view) return fail(view.error());
    if (!store::Views(session).remove(*view)) {
      throw db::Failure(db::FailureKind::serialization, "the view changed meanwhile");
    }
    announce_view(env_, session, context.caller, "view.deleted", *view);
    return {};
  });
}

}  // namespace madoguchi::service
