// SPDX-License-Identifier: Apache-2.0
// /templates
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::RenderedDto;
using service::TemplateDto;

void add_preview_routes(RouteTable& table, const Services& services) {
  table.add(Route::post("/templates/{id}/preview")
                .id("previewTemplate")
                .summary("The template with the values of a case")
                .tag("templates")
                .needs(Permission::cases_read)
                .handle([services](const Call& call,
                                   const service::TemplatePreviewDto& wish) -> Result<RenderedDto> {
                  return services.templates.preview(call.caller(), call.path("id"), wish);
                }));
  table.add(Route::post("/templates/preview")
                .id("previewTexts")
                .summary("The same of texts that are no template yet")
                .tag("templates")
                .needs(Permission::cases_read)
                .handle([services](const Call& call,
                                   const service::TemplateTryDto& wish) -> Result<RenderedDto> {
                  return services.templates.try_out(call.caller(), wish);
                }));
}

}  // namespace

void add_template_routes(RouteTable& table, const Services& services) {
  table.add(
      Route::get("/templates")
          .id("listTemplates")
          .summary("All templates, in their order")
          .tag("templates")
          .needs(Permission::settings_read)
          .handle([services](const Call&) -> Result<Page<TemplateDto>> {
            Result<std::vector<TemplateDto>> all = services.templates.list();
            if (!all) return fail(std::move(all.error()));
            return Page<TemplateDto>{std::move(*all), std::nullopt, std::nullopt, std::nullopt};
          }));
  table.add(Route::post("/templates")
                .id("createTemplate")
                .summary("Adds a template")
                .description("A variable that there is not is refused, with those that there are.")
                .tag("templates")
                .needs(Permission::settings_write)
                .handle([services](const Call& call, const service::TemplateCreateDto& wish)
                            -> Result<Created<TemplateDto>> {
                  Result<TemplateDto> made =
                      services.templates.create(context_of(call, services), wish);
                  if (!made) return fail(std::move(made.error()));
                  std::string location = std::string(kBase) + "/templates/" + made->id;
                  return Created<TemplateDto>{std::move(*made), std::move(location)};
                }));
  table.add(Route::get("/templates/{id}")
                .id("getTemplate")
                .summary("One template")
                .tag("templates")
                .needs(Permission::settings_read)
                .handle([services](const Call& call) -> Result<TemplateDto> {
                  return services.templates.get(call.path("id"));
                }));
  table.add(Route::patch("/templates/{id}")
                .id("patchTemplate")
                .summary("Changes a template")
                .tag("templates")
                .needs(Permission::settings_write)
                .needs_if_match()
                .handle([services](const Call& call,
                                   const service::TemplatePatchDto& wish) -> Result<TemplateDto> {
                  return services.templates.patch(context_of(call, services), call.path("id"),
                                                  wish);
                }));
  table.add(Route::del("/templates/{id}")
                .id("deleteTemplate")
                .summary("Deletes a template")
                .tag("templates")
                .needs(Permission::settings_write)
                .needs_if_match()
                .handle([services](const Call& call) -> Result<void> {
                  return services.templates.remove(context_of(call, services), call.path("id"));
                }));
  add_preview_routes(table, services);
}

}  // namespace madoguchi::api
