// SPDX-License-Identifier: Apache-2.0
// /mailboxes, /categories
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::CategoryDto;
using service::MailboxDto;

void add_mailbox_routes(RouteTable& table, const Services& services) {
  table.add(Route::get("/mailboxes")
                .id("listMailboxes")
                .summary("All mailboxes, in configuration order")
                .tag("settings")
                .needs(Permission::settings_read)
                .handle([services](const Call& call) -> Result<Page<MailboxDto>> {
                  return whole_page(services.settings.mailboxes(call.caller()));
                }));
  table.add(
      Route::post("/mailboxes")
          .id("createMailbox")
          .summary("Adds a mailbox")
          .tag("settings")
          .needs(Permission::settings_write)
          .whole_desk()
          .handle([services](const Call& call,
                             const service::MailboxCreateDto& wish) -> Result<Created<MailboxDto>> {
            Result<MailboxDto> made =
                services.settings.create_mailbox(context_of(call, services), wish);
            if (!made) return fail(std::move(made.error()));
            std::string location = std::string(kBase) + "/mailboxes/" + made->name;
            return Created<MailboxDto>{std::move(*made), std::move(location)};
          }));
  table.add(Route::get("/mailboxes/{name}")
                .id("getMailbox")
                .summary("One mailbox")
                .tag("settings")
                .needs(Permission::settings_read)
                .handle([services](const Call& call) -> Result<MailboxDto> {
                  return services.settings.mailbox(call.caller(), call.path("name"));
                }));
  table.add(Route::patch("/mailboxes/{name}")
                .id("patchMailbox")
                .summary("Changes a mailbox that the configuration file does not manage")
                .tag("settings")
                .needs(Permission::settings_write)
                .needs_if_match()
                .handle([services](const Call& call,
                                   const service::MailboxPatchDto& wish) -> Result<MailboxDto> {
                  return services.settings.patch_mailbox(context_of(call, services),
                                                         call.path("name"), wish);
                }));
}

void add_category_routes(RouteTable& table, const Services& services) {
  table.add(Route::get("/categories")
                .id("listCategories")
                .summary("All categories, archived ones too")
                .tag("settings")
                .needs(Permission::settings_read)
                .handle([services](const Call&) -> Result<Page<CategoryDto>> {
                  return whole_page(services.settings.categories());
                }));
  table.add(Route::post("/categories")
                .id("createCategory")
                .summary("Adds a category")
                .tag("settings")
                .needs(Permission::settings_write)
                .handle([services](const Call& call, const service::CategoryCreateDto& wish)
                            -> Result<Created<CategoryDto>> {
                  Result<CategoryDto> made =
                      services.settings.create_category(context_of(call, services), wish);
                  if (!made) return fail(std::move(made.error()));
                  std::string location = std::string(kBase) + "/categories/" + made->id;
                  return Created<CategoryDto>{std::move(*made), std::move(location)};
                }));
  table.add(Route::get("/categories/{id}")
                .id("getCategory")
                .summary("One category")
                .tag("settings")
                .needs(Permission::settings_read)
                .handle([services](const Call& call) -> Result<CategoryDto> {
                  return services.settings.category(call.path("id"));
                }));
  table.add(Route::patch("/categories/{id}")
                .id("patchCategory")
                .summary("Changes or archives a category")
                .tag("settings")
                .needs(Permission::settings_write)
                .needs_if_match()
                .handle([services](const Call& call,
                                   const service::CategoryPatchDto& wish) -> Result<CategoryDto> {
                  return services.settings.patch_category(context_of(call, services),
                                                          call.path("id"), wish);
                }));
}

}  // namespace

void add_desk_setting_routes(RouteTable& table, const Services& services) {
  add_mailbox_routes(table, services);
  add_category_routes(table, services);
}

}  // namespace madoguchi::api
