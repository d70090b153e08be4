// SPDX-License-Identifier: Apache-2.0
#include "core/service/templates.h"

#include "core/service/case_access.h"
#include "core/service/directory.h"
#include "core/service/message_wishes.h"
#include "core/service/template_variables.h"
#include "core/service/unit_of_work.h"
#include "core/store/templates.h"

namespace madoguchi::service {
namespace {

Error no_such_template() {
  return Error::not_found({"There is no such template.", "そのテンプレートはありません。"});
}

Error name_taken() {
  return Error::invalid("/name", {"That is in use already.", "すでに使われています。"});
}

TemplateDto dto_of(const domain::Template& value) {
  return {value.id.str(), value.name, value.language, value.subject,
          value.text,     value.html, value.position, value.version};
}

/// What can be said of a template without a case.
Result<void> check(const domain::Template& value) {
  if (Result<void> clean = refuse_card_numbers(value.name, "/name"); !clean) return clean;
  if (Result<void> clean = refuse_card_numbers(value.subject, "/subject"); !clean) return clean;
  if (Result<void> clean = refuse_card_numbers(value.text, "/text"); !clean) return clean;
  if (Result<void> clean = refuse_card_numbers_in_html(value.html); !clean) return clean;
  const Result<RenderedDto> tried = rendered(value, no_variables());
  if (!tried) return fail(tried.error());
  return {};
}

}  // namespace

void TemplateService::announce_template(db::Session& session, const domain::Caller& caller,
                                        const char* event, const domain::Template& value) {
  store::ChangeEntry entry;
  entry.event = event;
  entry.object_type = "template";
  entry.object_id = value.id.str();
  entry.fields = {{"name", "", value.name}};
  announce(env_, session, caller, std::move(entry));
}

Result<std::vector<TemplateDto>> TemplateService::list() {
  return env_.database.read([](db::Session& session) -> Result<std::vector<TemplateDto>> {
    std::vector<TemplateDto> dtos;
    for (const domain::Template& value : store::Templates(session).all()) {
      dtos.push_back(dto_of(value));
    }
    return dtos;
  });
}

Result<TemplateDto> TemplateService::get(const std::string& id) {
  return env_.database.read([&](db::Session& session) -> Result<TemplateDto> {
    const auto value = store::Templates(session).by_id(domain::TemplateId(id));
    if (!value) return fail(no_such_template());
    return dto_of(*value);
  });
}

Result<TemplateDto> TemplateService::create(const Context& context, const TemplateCreateDto& wish) {
  domain::Template value{env_.ids.make<domain::TemplateId>(),
                         wish.name,
                         wish.language,
                         wish.subject,
                         wish.text,
                         wish.html,
                         wish.position,
                         1};
  if (Result<void> good = check(value); !good) return fail(std::move(good.error()));
  return command(env_, context, [&](db::Session& session) -> Result<TemplateDto> {
    store::Templates templates(session);
    if (templates.named(value.name, value.id)) return fail(name_taken());
    templates.insert(value);
    announce_template(session, context.caller, "template.created", value);
    return dto_of(value);
  });
}

Result<TemplateDto> TemplateService::patch(const Context& context, const std::string& id,
                                           const TemplatePatchDto& wish) {
  return command(env_, context, [&](db::Session& session) -> Result<TemplateDto> {
    store::Templates templates(session);
    std::optional<domain::Template> value = templates.by_id(domain::TemplateId(id));
    if (!value) return fail(no_such_template());
    if (context.if_match && *context.if_match != value->version) {
      return fail(Error::stale().with_member("current", json::to_string(dto_of(*value))));
    }
    value->name = wish.name.value_or(value->name);
    value->language = wish.language.value_or(value->language);
    value->subject = wish.subject.value_or(value->subject);
    value->text = wish.text.value_or(value->text);
    value->html = wish.html.value_or(value->html);
    value->position = wish.position.value_or(value->position);
    if (Result<void> good = check(*value); !good) return fail(std::move(good.error()));
    if (templates.named(value->name, value->id)) return fail(name_taken());
    if (!templates.update(*value)) {
      throw db::Failure(db::FailureKind::serialization, "the template changed meanwhile");
    }
    announce_template(session, context.caller, "template.changed", *value);
    return dto_of(*value);
  });
}

Result<void> TemplateService::remove(const Context& context, const std::string& id) {
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    store::Templates templates(session);
    const std::optional<domain::Template> value = templates.by_id(domain::TemplateId(id));
    if (!value) return fail(no_such_template());
    if ((context.if_match && *context.if_match != value->version) || !templates.remove(*value)) {
      return fail(Error::stale().with_member("current", json::to_string(dto_of(*value))));
    }
    announce_template(session, context.caller, "template.deleted", *value);
    return {};
  });
}

Result<RenderedDto> TemplateService::fill_in(const domain::Caller& caller,
                                             const domain::Template& value,
                                             const std::string& number) {
  const Result<std::shared_ptr<const DirectoryView>> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return env_.database.read([&](db::Session& session) -> Result<RenderedDto> {
    const Result<store::CaseRecord> record = find_case(session, caller, number);
    if (!record) return fail(record.error());
    return rendered(value, variables_of(env_, session, *record, **directory, caller));
  });
}

Result<RenderedDto> TemplateService::preview(const domain::Caller& caller, const std::string& id,
                                             const TemplatePreviewDto& wish) {
  const Result<std::optional<domain::Template>> value =
      env_.database.read([&](db::Session& session) -> Result<std::optional<domain::Template>> {
        return store::Templates(session).by_id(domain::TemplateId(id));
      });
  if (!value) return fail(value.error());
  if (!*value) return fail(no_such_template());
  return fill_in(caller, **value, wish.case_number);
}

Result<RenderedDto> TemplateService::try_out(const domain::Caller& caller,
                                             const TemplateTryDto& wish) {
  domain::Template value;
  value.subject = wish.subject;
  value.text = wish.text;
  value.html = wish.html;
  if (Result<void> good = check(value); !good) return fail(std::move(good.error()));
  return fill_in(caller, value, wish.case_number);
}

}  // namespace madoguchi::service
