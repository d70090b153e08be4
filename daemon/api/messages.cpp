// SPDX-License-Identifier: Apache-2.0
// /cases/{number}/messages, /messages, /attachments, /mail-img
#include <charconv>

#include "daemon/api/cursor.h"
#include "daemon/api/download.h"
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::MessageDto;

constexpr std::size_t kMaxUpload = std::size_t{50} * 1024 * 1024;

Result<Page<MessageDto>> list_messages(const Call& call, const Services& services) {
  const auto after = call.after("messages");
  if (!after) return fail(after.error());
  std::int64_t sequence = 0;
  if (*after) {
    const std::string& text = (*after)->front();
    std::from_chars(text.data(), text.data() + text.size(), sequence);
  }
  Result<service::MessageListing> listing = services.messages.list(
      call.caller(), call.path("number"), sequence, static_cast<int>(call.limit()));
  if (!listing) return fail(std::move(listing.error()));
  Page<MessageDto> page;
  page.items = std::move(listing->items);
  if (listing->next) page.next_cursor = encode_cursor("messages", {std::to_string(*listing->next)});
  return page;
}

Result<Page<MessageDto>> list_call_backs(const Call& call, const Services& services) {
  const auto after = call.after("call_backs");
  if (!after) return fail(after.error());
  service::CallBackFilter filter{call.texts("by"), call.time("before"),
                                 static_cast<int>(call.limit())};
  Result<service::CallBackListing> listing =
      services.messages.call_backs(call.caller(), filter, *after);
  if (!listing) return fail(std::move(listing.error()));
  Page<MessageDto> page;
  page.items = std::move(listing->items);
  if (listing->next) page.next_cursor = encode_cursor("call_backs", *listing->next);
  return page;
}

constexpr const char* kUnscanned = "Give it although the virus scanner has not judged it.";
constexpr const char* kInfected =
    "Give it although it is infected: for an administrator, and recorded.";

service::Risk risk_of(const Call& call) { return {call.flag("unscanned"), call.flag("infected")}; }

void add_entry_routes(RouteTable& table, const Services& services) {
  table.add(Route::get("/cases/{number}/messages")
                .id("listMessages")
                .summary("The entries of a case, oldest first")
                .tag("messages")
                .needs(Permission::cases_read)
                .paged()
                .handle([services](const Call& call) -> Result<Page<MessageDto>> {
                  return list_messages(call, services);
                }));
  table.add(
      Route::post("/cases/{number}/messages")
          .id("addMessage")
          .summary("Answers the customer, or adds a note, a call or an inquiry")
          .description("A reply is queued for sending at once; a note never leaves the house.")
          .tag("messages")
          .needs(Permission::cases_write)
          .handle([services](const Call& call,
                             const service::MessageCreateDto& wish) -> Result<Created<MessageDto>> {
            Result<MessageDto> made =
                services.messages.add(context_of(call, services), call.path("number"), wish);
            if (!made) return fail(std::move(made.error()));
            std::string location = std::string(kBase) + "/messages/" + made->id;
            return Created<MessageDto>{std::move(*made), std::move(location)};
          }));
}

void add_one_message_routes(RouteTable& table, const Services& services) {
  table.add(Route::get("/messages/{id}")
                .id("getMessage")
                .summary("One entry")
                .tag("messages")
                .needs(Permission::cases_read)
                .handle([services](const Call& call) -> Result<MessageDto> {
                  return services.messages.get(call.caller(), call.path("id"));
                }));
  table.add(Route::get("/call-backs")
                .id("listCallBacks")
                .summary("Calls that were promised and are not made yet, the earliest first")
                .description("Entries of calls with call_back_at whose case has no later call.")
                .tag("messages")
                .needs(Permission::cases_read)
                .query_texts("by", "Who calls back: id of an agent, `me` or `none`.")
                .query_time("before", "Due before.")
                .paged()
                .handle([services](const Call& call) -> Result<Page<MessageDto>> {
                  return list_call_backs(call, services);
                }));
  table.add(Route::patch("/messages/{id}")
                .id("patchMessage")
                .summary("Corrects a note or an entry recorded by hand, never a mail")
                .tag("messages")
                .needs(Permission::cases_write)
                .needs_if_match()
                .under_edit_lock()
                .handle([services](const Call& call,
                                   const service::MessagePatchDto& wish) -> Result<MessageDto> {
                  return services.messages.correct(context_of(call, services), call.path("id"),
                                                   wish);
                }));
  table.add(Route::get("/messages/{id}/raw")
                .id("getRawMessage")
                .summary("The mail as it came, byte for byte but for card numbers")
                .tag("messages")
                .needs(Permission::raw_read)
                .needs_also(Permission::customers_contact_read)
                .query_flag("unscanned", kUnscanned)
                .query_flag("infected", kInfected)
                .fails_with({409})
                .answers_with("message/rfc822")
                .handle([services](const Call& call) -> Result<Bytes> {
                  Result<service::Content> raw =
                      services.messages.raw(call.caller(), call.path("id"), risk_of(call));
                  if (!raw) return fail(std::move(raw.error()));
                  return download(std::move(*raw));
                }));
  table.add(Route::get("/messages/{id}/decision")
                .id("getDecision")
                .summary("Why the mail landed where it is: each rule tried and what it saw")
                .tag("messages")
                .needs(Permission::cases_read)
                .handle([services](const Call& call) -> Result<service::DecisionDto> {
                  return services.messages.decision(call.caller(), call.path("id"));
                }));
}

void add_move_route(RouteTable& table, const Services& services) {
  table.add(Route::post("/messages/{id}/move")
                .id("moveMessage")
                .summary("Puts the message into another case or a new one")
                .description("The answer is the case where it is now; POST /cases/{number}/undo of "
                             "either case takes it back. If-Match means the message.")
                .tag("messages")
                .needs(Permission::cases_write)
                .handle([services](const Call& call,
                                   const service::MoveDto& wish) -> Result<service::CaseDto> {
                  return services.moves.move(context_of(call, services), call.path("id"), wish);
                }));
}

void add_redecode_routes(RouteTable& table, const Services& services) {
  table.add(Route::post("/messages/{id}/redecode")
                .id("redecodeMessage")
                .summary("Reads the mail anew by a charset that a person chose")
                .description("If-Match is taken when it is sent.")
                .tag("messages")
                .needs(Permission::cases_write)
                .handle([services](const Call& call,
                                   const service::RedecodeDto& wish) -> Result<MessageDto> {
                  return services.messages.redecode(context_of(call, services), call.path("id"),
                                                    wish.charset);
                }));
  table.add(Route::post("/messages/redecode")
                .id("redecodeMessages")
                .summary("The same for a selection, each message by itself")
                .tag("messages")
                .needs(Permission::cases_write)
                .handle([services](const Call& call, const service::RedecodeSelectionDto& wish)
                            -> Result<service::RedecodedDto> {
                  return services.messages.redecode(context_of(call, services), wish);
                }));
}

constexpr const char* kImages = "/mail-img/";

/// S5, layer 3: whatever stands in the page, nothing runs, nothing is asked of anybody else, and
/// nobody else frames it. Host is what the browser knows the hub by; http lets through none that
/// could end the directive.
std::string body_policy(const Call& call) {
  std::string images = "data:";
  if (const auto host = call.header("Host")) images = std::string(*host) + kImages + " " + images;
  return "default-src 'none'; img-src " + images +
         "; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors "
         "'self'; "
         "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox";
}

void add_body_routes(RouteTable& table, const Services& services) {
  table.add(
      Route::get("/messages/{id}/body")
          .id("getMessageBody")
          .summary("The message as a document for a frame of its own")
          .description("For <iframe sandbox=\"allow-same-origin allow-popups "
                       "allow-popups-to-escape-sandbox\">. Its images of the same mail are shown, "
                       "those from elsewhere are not loaded.")
          .tag("messages")
          .needs(Permission::cases_read)
          .answers_with("text/html")
          .handle([services](const Call& call) -> Result<Bytes> {
            Result<std::string> page =
                services.messages.body_page(call.caller(), call.path("id"), kImages);
            if (!page) return fail(std::move(page.error()));
            Bytes bytes;
            bytes.body = std::move(*page);
            bytes.media_type = "text/html; charset=utf-8";
            bytes.headers.add("Content-Security-Policy", body_policy(call));
            return bytes;
          }));
  table.add(Route::get(kImages + std::string("{id}"))
                .at_root()
                .id("getMailImage")
                .summary("An image of a message, to be shown in its document")
                .description("PNG, JPEG, GIF and WebP by their first octets; anything else is 404 "
                             "here, and a download at /attachments/{id}.")
                .tag("attachments")
                .needs(Permission::cases_read)
                .fails_with({409})
                .answers_with("image/*")
                .handle([services](const Call& call) -> Result<Bytes> {
                  Result<service::Content> image =
                      services.messages.image(call.caller(), call.path("id"));
                  if (!image) return fail(std::move(image.error()));
                  Bytes bytes = download(std::move(*image));
                  bytes.file_name.reset();
                  return bytes;
                }));
}

void add_attachment_routes(RouteTable& table, const Services& services) {
  table.add(Route::post("/attachments")
                .id("uploadAttachment")
                .summary("Uploads a file for a reply or a note")
                .tag("attachments")
                .needs(Permission::cases_write)
                .query_text("file_name", "Its name.", 300)
                .takes({"*/*"})
                .max_body(kMaxUpload)
                .handle([services](const Call& call,
                                   RawBody body) -> Result<Created<service::AttachmentDto>> {
                  Result<service::AttachmentDto> made = services.messages.upload(
                      context_of(call, services), call.text("file_name").value_or("attachment"),
                      std::string(call.header("Content-Type").value_or("application/octet-stream")),
                      body.bytes);
                  if (!made) return fail(std::move(made.error()));
                  std::string location = std::string(kBase) + "/attachments/" + made->id;
                  return Created<service::AttachmentDto>{std::move(*made), std::move(location)};
                }));
  table.add(
      Route::get("/attachments/{id}")
          .id("getAttachment")
          .summary("The content of an attachment, always as a download")
          .tag("attachments")
          .description("409 attachment-not-scanned until the virus scanner has found it clean, "
                       "unless unscanned=true; 403 attachment-infected.")
          .needs(Permission::cases_read)
          .query_flag("unscanned", kUnscanned)
          .query_flag("infected", kInfected)
          .fails_with({409})
          .answers_with("*/*")
          .handle([services](const Call& call) -> Result<Bytes> {
            Result<service::Content> content =
                services.messages.attachment(call.caller(), call.path("id"), risk_of(call));
            if (!content) return fail(std::move(content.error()));
            return download(std::move(*content));
          }));
}

}  // namespace

void add_message_routes(RouteTable& table, const Services& services) {
  add_entry_routes(table, services);
  add_one_message_routes(table, services);
  add_move_route(table, services);
  add_redecode_routes(table, services);
  add_attachment_routes(table, services);
  add_body_routes(table, services);
}

}  // namespace madoguchi::api
