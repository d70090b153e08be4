// SPDX-License-Identifier: Apache-2.0
// /customers, /imports
#include "daemon/api/cursor.h"
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::CustomerDto;

service::CustomerFilter filter_of(const Call& call) {
  service::CustomerFilter filter;
  filter.numbers = call.texts("number");
  filter.names = call.texts("name");
  filter.kana = call.texts("kana");
  filter.emails = call.texts("email");
  filter.phones = call.texts("phone");
  filter.postal_codes = call.texts("postal_code");
  filter.addresses = call.texts("address");
  filter.birthdays = call.texts("birthday");
  filter.order_numbers = call.texts("order_number");
  filter.subscription_numbers = call.texts("subscription_number");
  filter.external_ids = call.texts("external_id");
  filter.labels = call.texts("label");
  filter.tags = call.texts("tag");
  if (call.text("blacklisted")) filter.blacklisted = call.flag("blacklisted");
  filter.q = call.text("q");
  if (filter.q && filter.q->empty()) filter.q.reset();
  return filter;
}

Result<Page<CustomerDto>> list_customers(const Call& call, const Services& services) {
  service::CustomerFilter filter = filter_of(call);
  filter.limit = static_cast<int>(call.limit());
  filter.count = call.flag("count");
  const auto after = call.after("customers");
  if (!after) return fail(after.error());
  Result<service::CustomerListing> listing = services.customers.list(call.caller(), filter, *after);
  if (!listing) return fail(std::move(listing.error()));
  Page<CustomerDto> page;
  page.items = std::move(listing->items);
  if (listing->next) page.next_cursor = encode_cursor("customers", *listing->next);
  if (listing->count) {
    page.count = *listing->count;
    page.count_capped = *listing->count >= 1000;
  }
  return page;
}

Result<Page<service::CaseDto>> list_cases(const Call& call, const Services& services) {
  const Result<CustomerDto> customer = services.customers.get(call.caller(), call.path("number"));
  if (!customer) return fail(customer.error());
  service::CaseFilter filter;
  filter.customers = {customer->number};
  filter.limit = static_cast<int>(call.limit());
  const auto after = call.after("customer_cases");
  if (!after) return fail(after.error());
  Result<service::CaseListing> listing = services.cases.list(call.caller(), filter, *after);
  if (!listing) return fail(std::move(listing.error()));
  Page<service::CaseDto> page;
  page.items = std::move(listing->items);
  if (listing->next) page.next_cursor = encode_cursor("customer_cases", *listing->next);
  return page;
}

Result<Page<service::EventDto>> list_changes(const Call& call, const Services& services) {
  const auto after = call.after("customer_changes");
  if (!after) return fail(after.error());
  Result<service::HistoryListing> listing = services.customers.history(
      call.caller(), call.path("number"), *after, static_cast<int>(call.limit()));
  if (!listing) return fail(std::move(listing.error()));
  Page<service::EventDto> page;
  page.items = std::move(listing->items);
  if (listing->next) page.next_cursor = encode_cursor("customer_changes", *listing->next);
  return page;
}

/// What finding customers takes, on a page or in a file.
Route filters(Route route) {
  return std::move(route)
      .query_texts("number", "Customer number.")
      .query_texts("name", "Words of names and companies; kana are another filter.")
      .query_texts("kana", "Words of readings, in hiragana or katakana of any width.")
      .query_texts("email", "Mail address, whole.")
      .query_texts("phone",
                   "Telephone number, with or without hyphens; fewer than nine digits "
                   "are a beginning or the last four.")
      .query_texts("postal_code", "Postal code of any address, with or without a hyphen.")
      .query_texts("address", "Words of any address.")
      .query_texts("birthday", "A day, such as 1980-04-01.")
      .query_texts("order_number", "Number of an order, whole.")
      .query_texts("subscription_number", "Number of a subscription, whole.")
      .query_texts("external_id", "Id or number in another system, whole.")
      .query_texts("label", "Id or name of a label.")
      .query_texts("tag", "Tag.")
      .query_flag("blacklisted", "Only those who are, or are not.")
      .query_text("q", "Anything of the above in one box: words, all of which must be there.")
      .guards(Permission::customers_contact_read, {"email", "phone", "postal_code", "address"});
}

void add_merge_routes(RouteTable& table, const Services& services) {
  table.add(Route::get("/customers/{number}/duplicates")
                .id("listDuplicates")
                .summary("Who may be the same person, likeliest first")
                .description("They share a mail address, a telephone number, or name and address.")
                .tag("customers")
                .needs(Permission::customers_read)
                .handle([services](const Call& call) -> Result<Page<service::DuplicateDto>> {
                  Result<std::vector<service::DuplicateDto>> all =
                      services.customers.duplicates(call.caller(), call.path("number"));
                  if (!all) return fail(std::move(all.error()));
                  return Page<service::DuplicateDto>{std::move(*all), std::nullopt, std::nullopt,
                                                     std::nullopt};
                }));
  table.add(Route::post("/customers/{number}/merge")
                .id("mergeCustomer")
                .summary("Puts the customer into another one")
                .description("Cases, memos and delivery addresses change hands, what the other one "
                             "lacks is filled in. With preview: true nothing is done. The number "
                             "leads to the other one from then on; unmerge takes it back.")
                .tag("customers")
                .needs(Permission::customers_merge)
                .under_edit_lock()
                .handle([services](const Call& call, const service::MergeCustomerDto& wish)
                            -> Result<service::MergedCustomerDto> {
                  return services.customer_merges.merge(context_of(call, services),
                                                        call.path("number"), wish);
                }));
  table.add(Route::post("/customers/{number}/unmerge")
                .id("unmergeCustomer")
                .summary("Takes merging this customer into another one back")
                .description("It is there again as it was, with what came from it. What the other "
                             "one got since stays there.")
                .tag("customers")
                .needs(Permission::customers_merge)
                .under_edit_lock()
                .handle([services](const Call& call) -> Result<CustomerDto> {
                  return services.customer_merges.unmerge(context_of(call, services),
                                                          call.path("number"));
                }));
}

constexpr std::int64_t kExported = 10'000;
constexpr std::size_t kMaxImport = 32 * 1024 * 1024;

Result<Bytes> export_customers(const Call& call, const Services& services) {
  service::CustomerFilter filter = filter_of(call);
  filter.limit = static_cast<int>(call.integer("limit").value_or(kExported));
  std::optional<std::vector<std::string>> after;
  if (const std::optional<std::string> cursor = call.text("cursor")) {
    Result<std::vector<std::string>> key = decode_cursor("customers", *cursor);
    if (!key) return fail(std::move(key.error()));
    after = std::move(*key);
  }
  Result<service::CustomerFile> file = services.transfers.write(call.caller(), filter, after);
  if (!file) return fail(std::move(file.error()));
  Bytes bytes{std::move(file->csv), "text/csv; charset=utf-8", "customers.csv"};
  if (file->next) bytes.headers.add("Next-Cursor", encode_cursor("customers", *file->next));
  return bytes;
}

void add_transfer_routes(RouteTable& table, const Services& services) {
  table.add(filters(Route::get("/customers/export"))
                .id("exportCustomers")
                .summary("Customers as CSV, newest first")
                .description("In the columns that POST /imports takes; UTF-8 with a byte order "
                             "mark. Cells that a spreadsheet would take for a formula begin with "
                             "an apostrophe, which an import takes off again. The header "
                             "Next-Cursor says that there are more.")
                .tag("customers")
                .needs(Permission::customers_transfer)
                .query_integer("limit", "At most this many, 10,000 when not given.", 1, kExported)
                .query_text("cursor", "Next-Cursor of the answer before.")
                .answers_with("text/csv")
                .handle([services](const Call& call) -> Result<Bytes> {
                  return export_customers(call, services);
                }));
  table.add(
      Route::post("/imports")
          .id("createImport")
          .summary("Takes a CSV file of customers or products in")
          .description(
              "Of customers: a line with a number, or with an account and id that a customer has, "
              "changes that customer, else it registers one; cells that are empty "
              "change nothing. GET /imports/{id} tells how it goes, with an error "
              "for each line that is wrong; those stop no other. With dry_run "
              "nothing is written but the report. Of products (columns account, sku, "
              "name, price, tax_rate, stock, variant_sku, variant_name): one line "
              "for each product, then one for each of its variants.")
          .tag("customers")
          .needs(Permission::customers_transfer)
          .needs_also(Permission::customers_contact_read)
          .query_choice<store::ImportKind>("kind", "What the file is of; default customers.")
          .query_flag("dry_run", "Only report.")
          .query_text("charset", "utf-8 or cp932; recognised when not given.")
          .takes({"text/csv"})
          .max_body(kMaxImport)
          .handle(
              [services](const Call& call, RawBody body) -> Result<Accepted<service::ImportDto>> {
                Result<service::ImportDto> begun = services.transfers.start(
                    context_of(call, services), body.bytes, call.text("charset").value_or(""),
                    call.flag("dry_run"),
                    call.choice<store::ImportKind>("kind").value_or(store::ImportKind::customers));
                if (!begun) return fail(std::move(begun.error()));
                return Accepted<service::ImportDto>{std::move(*begun)};
              }));
  table.add(Route::get("/imports/{id}")
                .id("getImport")
                .summary("How an import goes, with an error for each line that is wrong")
                .tag("customers")
                .needs(Permission::customers_transfer)
                .handle([services](const Call& call) -> Result<service::ImportDto> {
                  return services.transfers.get(call.path("id"));
                }));
}

void add_below_routes(RouteTable& table, const Services& services) {
  table.add(Route::get("/customers/{number}/cases")
                .id("listCustomerCases")
                .summary("The customer's cases, newest first")
                .tag("customers")
                .needs(Permission::cases_read)
                .paged()
                .handle([services](const Call& call) -> Result<Page<service::CaseDto>> {
                  return list_cases(call, services);
                }));
  table.add(Route::get("/customers/{number}/changes")
                .id("listCustomerChanges")
                .summary("What was changed of the customer and below it, newest first")
                .tag("customers")
                .needs(Permission::customers_read)
                .paged()
                .handle([services](const Call& call) -> Result<Page<service::EventDto>> {
                  return list_changes(call, services);
                }));
}

}  // namespace

void add_customer_routes(RouteTable& table, const Services& services) {
  table.add(filters(Route::get("/customers"))
                .id("listCustomers")
                .summary("Finds customers, newest first")
                .description("Several values of one filter mean OR, different filters AND. A page "
                             "may be short and go on: follow next_cursor until it is null.")
                .tag("customers")
                .needs(Permission::customers_read)
                .query_flag("count", "Count them too, up to 1,000.")
                .paged()
                .handle([services](const Call& call) -> Result<Page<CustomerDto>> {
                  return list_customers(call, services);
                }));
  table.add(Route::post("/customers")
                .id("createCustomer")
                .summary("Registers a customer")
                .tag("customers")
                .needs(Permission::customers_write)
                .handle([services](const Call& call, const service::CustomerCreateDto& wish)
                            -> Result<Created<CustomerDto>> {
                  Result<CustomerDto> made =
                      services.customers.create(context_of(call, services), wish);
                  if (!made) return fail(std::move(made.error()));
                  std::string location = std::string(kBase) + "/customers/" + made->number;
                  return Created<CustomerDto>{std::move(*made), std::move(location)};
                }));
  table.add(Route::get("/customers/{number}")
                .id("getCustomer")
                .summary("One customer")
                .tag("customers")
                .needs(Permission::customers_read)
                .handle([services](const Call& call) -> Result<CustomerDto> {
                  Result<CustomerDto> customer =
                      services.customers.get(call.caller(), call.path("number"));
                  if (customer) {
                    services.privacy.saw(call.caller(), customer->number, store::Way::customer);
                  }
                  return customer;
                }));
  table.add(Route::patch("/customers/{number}")
                .id("patchCustomer")
                .summary("Changes members of a customer")
                .tag("customers")
                .needs(Permission::customers_write)
                .needs_if_match()
                .under_edit_lock()
                .handle([services](const Call& call,
                                   const service::CustomerPatchDto& wish) -> Result<CustomerDto> {
                  return services.customers.patch(context_of(call, services), call.path("number"),
                                                  wish);
                }));
  add_below_routes(table, services);
  add_merge_routes(table, services);
  add_transfer_routes(table, services);
}

}  // namespace madoguchi::api
