// SPDX-License-Identifier: Apache-2.0
#include "core/mail/open_attachments.h"

#include <algorithm>

#include "core/mail/ascii.h"
#include "core/mail/body_text.h"
#include "core/mail/calendar.h"
#include "core/mail/charset.h"
#include "core/mail/file_name.h"
#include "core/mail/html.h"
#include "core/mail/part_reader.h"
#include "core/mail/tnef.h"
#include "core/mail/utf8.h"
#include "core/mail/vcard.h"

namespace madoguchi::mail {
namespace {

bool is_tnef(const Attachment& file) {
  return file.media_type == "application/ms-tnef" || file.media_type == "application/vnd.ms-tnef" ||
         (file.media_type == "application/octet-stream" && iequals(file.file_name, "winmail.dat"));
}
bool is_calendar(const Attachment& file) {
  return file.media_type == "text/calendar" || file.media_type == "application/ics";
}
bool is_card(const Attachment& file) {
  return file.media_type == "text/vcard" || file.media_type == "text/x-vcard" ||
         file.media_type == "text/directory";
}
bool is_mail(const Attachment& file) {
  return file.media_type == "message/rfc822" || file.media_type == "message/global";
}
bool is_report(const Message& message) {
  const std::string* const type = message.header("content-type");
  return type != nullptr && istarts_with(trim(*type), "multipart/report");
}

class Opener {
 public:
  Opener(Message& message, const ReadLimits& limits, WorkPoint deadline)
      : message_(message), limits_(limits), deadline_(deadline) {}

  void run() {
    if (message_.attachments.empty()) return;
    unpack_all_tnef();
    const bool report = is_report(message_);
    for (const Attachment& file : message_.attachments) {
      if (out_of_time()) break;
      if (is_calendar(file)) before_ += paragraph(calendar_text(readable(file)));
      if (is_card(file)) behind_ += paragraph(vcard_text(readable(file)));
      if (is_mail(file) && !report) behind_ += paragraph(mail_text(file));
    }
    show();
  }

 private:
  bool out_of_time() {
    if (WorkClock::now() < deadline_) return false;
    add_notice(message_, Notice::partly_read);
    return true;
  }

  static std::string paragraph(std::string text) {
    return text.empty() ? text : text + (text.back() == '\n' ? "\n" : "\n\n");
  }

  /// Both have no charset of their own but UTF-8; telephones send others all the same. Values that
  /// name their charset must stay as they are.
  static std::string readable(const Attachment& file) {
    constexpr std::size_t kLargest = 1024 * 1024;
    const std::string_view bytes = std::string_view(file.bytes).substr(0, kLargest);
    if (lower(bytes).find("charset=") != std::string::npos) return std::string(bytes);
    return decode_text(bytes, {}).text;
  }

  void unpack_all_tnef() {
    std::vector<Attachment>& files = message_.attachments;
    for (std::size_t i = 0; i < files.size(); ++i) {
      if (!is_tnef(files[i]) || out_of_time()) continue;
      TnefLimits tnef;
      tnef.files = std::min(tnef.files, limits_.parts);
      std::optional<TnefContent> content = read_tnef(files[i].bytes, tnef);
      if (!content) continue;
      i = take(std::move(*content), i);
    }
  }

  /// Puts what was in attachment `at` in its place; the index of the last one that did.
  std::size_t take(TnefContent content, std::size_t at) {
    std::vector<Attachment>& files = message_.attachments;
    const bool said_nothing = trim(message_.text).empty() && message_.html.empty();
    if (said_nothing) {
      message_.html = std::string(utf8_prefix(content.html, limits_.text));
      message_.text = normalise_lines(content.text.empty() ? html_to_text(message_.html)
                                                           : std::move(content.text));
      message_.text_decoding = message_.html_decoding = {"utf-8", true};
    }
    if (!content.whole) add_notice(message_, Notice::partly_read);
    std::vector<Attachment> unpacked;
    for (TnefFile& file : content.files) {
      if (file.name.empty() && file.bytes.empty()) continue;
      Attachment attachment;
      attachment.media_type = lower(file.media_type);
      if (attachment.media_type.find('/') == std::string::npos)
        attachment.media_type = "application/octet-stream";
      attachment.file_name = clean_file_name(file.name);
      if (attachment.file_name.empty()) {
        attachment.file_name = "attachment-" + std::to_string(at + unpacked.size() + 1) +
                               std::string(extension_of(attachment.media_type));
      }
      attachment.content_id = std::move(file.content_id);
      attachment.is_inline =
          !attachment.content_id.empty() &&
          message_.html.find("cid:" + attachment.content_id) != std::string::npos;
      attachment.bytes = std::move(file.bytes);
      unpacked.push_back(std::move(attachment));
    }
    // A limit was reached: then the whole stays beside what could be had of it.
    if (content.whole) files.erase(files.begin() + static_cast<std::ptrdiff_t>(at));
    const std::size_t place = content.whole ? at : at + 1;
    files.insert(files.begin() + static_cast<std::ptrdiff_t>(place),
                 std::make_move_iterator(unpacked.begin()),
                 std::make_move_iterator(unpacked.end()));
    return place + unpacked.size() - 1;  // wraps to "none" when place is 0 and nothing came
  }

  [[nodiscard]] std::string mail_text(const Attachment& file) const {
    constexpr std::size_t kLargest = 2 * 1024 * 1024;
    constexpr std::size_t kLongestText = 256 * 1024;
    if (limits_.forwarded == 0) return {};
    ReadLimits limits = limits_;
    --limits.forwarded;
    const Message inner = read(std::string_view(file.bytes).substr(0, kLargest), limits, deadline_);
    std::string out = "---------- Forwarded message ----------\n";
    const auto field = [&](const char* label, const std::string& value) {
      if (!value.empty()) out.append(label).append(value) += '\n';
    };
    std::string from;
    for (const Address& sender : inner.from) {
      if (!from.empty()) from += ", ";
      from += sender.name.empty() ? sender.address : sender.name + " <" + sender.address + ">";
      if (from.size() > 1000) break;
    }
    field("From: ", from);
    if (const std::string* date = inner.header("date")) field("Date: ", *date);
    field("Subject: ", inner.subject);
    return out + "\n" + std::string(utf8_prefix(inner.text, kLongestText));
  }

  void show() {
    while (!behind_.empty() && behind_.back() == '\n') behind_.pop_back();
    if (before_.empty() && behind_.empty()) return;
    const std::string_view own = trim(message_.text);
    if (!message_.html.empty()) {
      if (!before_.empty()) message_.html = plain_as_html(before_) + message_.html;
      if (!behind_.empty()) message_.html += plain_as_html("\n" + behind_);
    }
    std::string text = before_ + std::string(own.empty() ? "" : message_.text);
    if (!behind_.empty() && !text.empty() && text.back() != '\n') text += '\n';
    if (!behind_.empty()) text += (own.empty() ? "" : "\n") + behind_;
    message_.text = normalise_lines(std::move(text));
  }

  Message& message_;
  const ReadLimits& limits_;
  WorkPoint deadline_;
  std::string before_;
  std::string behind_;
};

}  // namespace

void open_attachments(Message& message, const ReadLimits& limits, WorkPoint deadline) {
  Opener(message, limits, deadline).run();
}

}  // namespace madoguchi::mail
