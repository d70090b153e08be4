// SPDX-License-Identifier: Apache-2.0
// Files that agents upload for replies and notes.
#include <algorithm>
#include <array>

#include "core/crypto/digest.h"
#include "core/mail/card_numbers.h"
#include "core/mail/image_type.h"
#include "core/service/attachment_content.h"
#include "core/service/case_dto_of.h"
#include "core/service/message_access.h"
#include "core/service/messages.h"
#include "core/service/room.h"
#include "core/service/unit_of_work.h"
#include "core/store/content_scans.h"
#include "core/store/messages.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

constexpr std::chrono::hours kUnusedFor{24};
constexpr std::chrono::milliseconds kPatience{2'000};
/// What one agent may leave lying about.
constexpr std::int64_t kMostOctetsWaiting = std::int64_t{500} * 1024 * 1024;

/// Programs and scripts, which mail servers refuse: better said now than by a bounce.
constexpr std::array<std::string_view, 27> kRefusedEndings = {
    ".ade", ".apk", ".appx", ".bat", ".chm", ".cmd", ".com", ".cpl", ".dll",
    ".exe", ".hta", ".iso",  ".jar", ".js",  ".jse", ".lnk", ".msc", ".msi",
    ".msp", ".ps1", ".reg",  ".scr", ".sys", ".vbe", ".vbs", ".vhd", ".wsf"};

Error no_such_attachment() {
  return Error::not_found({"There is no such attachment.", "その添付ファイルはありません。"});
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 0x20) : c; });
  return out;
}

bool ends_with(std::string_view text, std::string_view ending) {
  return text.size() >= ending.size() && text.substr(text.size() - ending.size()) == ending;
}

/// The type without parameters; what is none is unknown octets.
std::string plain_type(std::string_view given) {
  const std::string type = lower(given.substr(0, given.find_first_of("; \t")));
  const std::size_t slash = type.find('/');
  const bool good = slash != std::string::npos && slash > 0 && slash + 1 < type.size() &&
                    type.size() <= 100 && std::all_of(type.begin(), type.end(), [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                             std::string_view("/!#$&-^_.+").find(c) != std::string_view::npos;
                    });
  return good ? type : "application/octet-stream";
}

Result<void> check_file_name(const std::string& name) {
  if (Result<void> clean = refuse_card_numbers(name, "/file_name"); !clean) return clean;
  const std::string small = lower(name);
  const bool refused =
      std::any_of(kRefusedEndings.begin(), kRefusedEndings.end(),
                  [&](std::string_view ending) { return ends_with(small, ending); });
  if (!refused) return {};
  return fail(Error::invalid(
      "/file_name",
      {"Mail servers refuse programs and scripts. Put it into an archive, or share it "
       "another way.",
       "実行ファイルはメールサーバーに拒否されます。別の方法で共有してください。"}));
}

}  // namespace

Result<AttachmentDto> MessageService::upload(const Context& context, const std::string& file_name,
                                             const std::string& media_type,
                                             std::string_view bytes) {
  if (bytes.empty()) {
    return fail(Error::invalid("", {"The file is empty.", "ファイルが空です。"}));
  }
  const Result<Room> room = room_for(env_, bytes.size(), kPatience);
  if (!room) return fail(room.error());
  domain::Attachment attachment;
  attachment.id = env_.ids.make<domain::AttachmentId>();
  attachment.file_name = text::one_line(file_name);
  if (attachment.file_name.empty()) attachment.file_name = "attachment";
  if (Result<void> good = check_file_name(attachment.file_name); !good) {
    return fail(std::move(good.error()));
  }
  attachment.media_type = plain_type(media_type);
  if (const std::string_view image = mail::image_type(bytes); !image.empty()) {
    attachment.media_type = image;
    attachment.content_id = attachment.id.str() + "@madoguchi";
  }
  if (mail::has_card_number(attachment.media_type, attachment.file_name, bytes)) {
    return fail(card_number_detected(""));
  }
  attachment.size = static_cast<std::int64_t>(bytes.size());
  attachment.sha256 = crypto::to_hex(crypto::sha256(bytes));
  Result<store::Blobs::Prepared> blob = env_.blobs.prepare_view(attachment.sha256, bytes);
  if (!blob) return fail(std::move(blob.error()));
  return command(env_, context, [&](db::Session& session) -> Result<AttachmentDto> {
    store::Messages messages(session);
    if (messages.waiting_octets(context.caller.agent) + attachment.size > kMostOctetsWaiting) {
      return fail(Error::conflict(
          "too-many-uploads",
          {"Too many of your uploads wait to be sent. Send or delete drafts, or wait a day.",
           "未送信の添付ファイルが多すぎます。下書きを送信または削除してください。"}));
    }
    env_.blobs.record(session, *blob);
    messages.insert_upload(attachment, context.caller.agent, env_.clock.now());
    ask_for_scan(env_, session, attachment.sha256, ScanTurn::upload);
    attachment.scan = store::ContentScans(session).find(attachment.sha256);
    return attachment_dto_of(attachment);
  });
}

Result<Content> MessageService::attachment(const domain::Caller& caller, const std::string& id,
                                           const Risk& risk) {
  std::optional<store::Messages::Upload> upload;
  std::optional<domain::Message> of;
  const Result<void> good = env_.database.read([&](db::Session& session) -> Result<void> {
    upload = store::Messages(session).attachment(domain::AttachmentId(id));
    if (!upload) return fail(no_such_attachment());
    if (upload->message) {
      Result<MessageRecord> found = find_message(session, caller, upload->message->str());
      if (!found) return fail(no_such_attachment());
      of = std::move(found->message);
    } else if (upload->uploaded_by != caller.agent) {
      return fail(no_such_attachment());
    }
    return check_scan(upload->attachment, caller, risk);
  });
  if (!good) return fail(good.error());
  Result<Content> content = attachment_content(env_, upload->attachment);
  if (!content || !of) return content;
  if (Result<void> traced = trace_risk(caller, *of, {upload->attachment}); !traced) {
    return fail(std::move(traced.error()));
  }
  return content;
}

Result<Content> MessageService::image(const domain::Caller& caller, const std::string& id) {
  Result<Content> content = attachment(caller, id);
  if (!content) return content;
  const std::string_view type = mail::image_type(
      content->file ? content->file->read(0, mail::kImageTypeOctets) : content->bytes);
  if (type.empty()) return fail(no_such_attachment());
  content->media_type = type;
  return content;
}

Result<int> MessageService::forget_uploads() {
  int forgotten = 0;
  while (true) {
    const Result<int> some = env_.database.in_transaction([&](db::Session& session) -> Result<int> {
      const std::vector<std::string> contents =
          store::Messages(session).forget_uploads(env_.clock.now() - kUnusedFor);
      for (const std::string& content : contents) env_.blobs.forget_unused(session, content);
      return static_cast<int>(contents.size());
    });
    if (!some) return some;
    forgotten += *some;
    if (*some == 0) return forgotten;
  }
}

}  // namespace madoguchi::service
