// SPDX-License-Identifier: Apache-2.0
#include "connectors/mail_intake/imap.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/mail_intake/curl.h"
#include "connectors/mail_intake/imap_text.h"

namespace madoguchi::connectors::mail_intake {
namespace {

using connector::CallOptions;

/// More than this many octets in literals of one response are nothing we have asked for.
constexpr std::size_t kLiteralSlack = std::size_t{1} << 20U;
constexpr std::size_t kMostLiterals = 100;

Error confused(std::string_view what) {
  return trouble(fmt::format("the mail server's answer makes no sense: {}", presentable(what)));
}

Result<std::string> folder_argument(const std::string& utf8) {
  std::optional<std::string> quoted = imap_quoted(to_modified_utf7(utf8));
  if (!quoted) return fail(trouble("a folder's name cannot be said in IMAP"));
  return std::move(*quoted);
}

}  // namespace

Result<std::unique_ptr<Imap>> Imap::open(const Options& options, const Secret& bearer,
                                         const Clock& clock, const CallOptions& call) {
  Result<std::unique_ptr<Line>> line = Line::open(options, bearer, clock, call);
  if (!line) return fail(std::move(line.error()));
  std::unique_ptr<Imap> imap(new Imap(std::move(*line)));
  imap->longest_literal_ = static_cast<std::size_t>(options.max_mail) + kLiteralSlack;
  // What was told before the login does not count, and what came with its OK libcurl has swallowed.
  const Result<ImapResponse> told =
      imap->command("CAPABILITY", call, [&imap](const ImapResponse& response) {
        if (response.name == "CAPABILITY") imap->capabilities_ = parse_capabilities(response.rest);
      });
  if (!told) return fail(told.error());
  return imap;
}

Result<ImapResponse> Imap::response(const CallOptions& call) {
  std::string text;
  std::vector<std::string> literals;
  while (true) {
    Result<std::string> line = line_->line(call);
    if (!line) return fail(std::move(line.error()));
    if (line->find(ImapResponse::kLiteral) != std::string::npos) return fail(confused("a NUL"));
    const std::optional<std::size_t> size = announced_literal(*line);
    if (!size) {
      text += *line;
      break;
    }
    if (*size > longest_literal_ || literals.size() >= kMostLiterals ||
        text.size() > Line::kLongestLine) {
      return fail(confused("it is far too long"));
    }
    text.append(*line, 0, line->rfind('{'));
    text += ImapResponse::kLiteral;
    Result<std::string> octets = line_->octets(*size, call);
    if (!octets) return fail(std::move(octets.error()));
    literals.push_back(std::move(*octets));
  }
  std::optional<ImapResponse> parsed = parse_response(std::move(text), std::move(literals));
  if (!parsed) return fail(confused("no response"));
  if (parsed->is_untagged() && parsed->name == "BYE") {
    return fail(trouble("the mail server said goodbye: " + presentable(parsed->rest)));
  }
  return std::move(*parsed);
}

Result<ImapResponse> Imap::completion(const std::string& tag, const std::string& name,
                                      const CallOptions& call, const OnResponse& told) {
  while (true) {
    Result<ImapResponse> next = response(call);
    if (!next) return next;
    if (next->is_untagged()) {
      if (told) told(std::move(*next));
      continue;
    }
    if (next->tag != tag) return fail(confused(next->tag));
    if (next->name == "OK") return next;
    refused_ = next->name == "NO";
    const std::string code = next->code.empty() ? "" : "[" + next->code + "] ";
    return fail(trouble(
        fmt::format("the mail server refuses {}: {}", name, presentable(code + next->rest))));
  }
}

Result<ImapResponse> Imap::command(const std::string& text, const CallOptions& call,
                                   const OnResponse& told) {
  refused_ = false;
  const std::string tag = fmt::format("m{}", ++last_tag_);
  if (Result<void> sent = line_->send(tag + " " + text + "\r\n", call); !sent) {
    return fail(std::move(sent.error()));
  }
  std::string name = text.substr(0, text.find(' '));
  if (name == "UID") name = text.substr(0, text.find(' ', name.size() + 1));
  return completion(tag, name, call, told);
}

Result<ImapFolder> Imap::select(const std::string& folder, bool to_change,
                                const CallOptions& call) {
  const Result<std::string> argument = folder_argument(folder);
  if (!argument) return fail(argument.error());
  ImapFolder found;
  const Result<ImapResponse> done = command(
      (to_change ? "SELECT " : "EXAMINE ") + *argument, call, [&](const ImapResponse& told) {
        if (told.name == "EXISTS") found.exists = told.number;
        if (const auto number = told.code_number("UIDVALIDITY")) found.uid_validity = *number;
        if (const auto number = told.code_number("UIDNEXT")) found.uid_next = *number;
      });
  if (!done) return fail(done.error());
  if (found.uid_validity == 0) return fail(confused("no UIDVALIDITY"));
  if (found.uid_next == 0) {
    // RFC 3501 lets a server not tell: the last mail does, then.
    Result<std::vector<std::uint32_t>> all = search(1, 0, {}, call);
    if (!all) return fail(std::move(all.error()));
    found.uid_next = all->empty() ? 1 : all->back() + 1;
  }
  return found;
}

Result<std::vector<std::uint32_t>> Imap::search(std::uint32_t first, std::uint32_t last,
                                                const std::string& since, const CallOptions& call) {
  std::vector<std::uint32_t> found;
  const std::string end = last == 0 ? "*" : std::to_string(last);
  const std::string days = since.empty() ? "" : " SINCE " + imap_day(since);
  const Result<ImapResponse> done = command(
      fmt::format("UID SEARCH UID {}:{}{}", first, end, days), call, [&](const ImapResponse& told) {
        if (told.name != "SEARCH") return;
        const std::vector<std::uint32_t> numbers = parse_search(told);
        found.insert(found.end(), numbers.begin(), numbers.end());
      });
  if (!done) return fail(done.error());
  // "7:*" names the last mail even when its number is less than 7.
  found.erase(std::remove_if(found.begin(), found.end(),
                             [first](std::uint32_t uid) { return uid < first; }),
              found.end());
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

Result<std::vector<ImapFetched>> Imap::fetch(const std::vector<std::uint32_t>& uids,
                                             const std::string& what, const CallOptions& call) {
  std::vector<ImapFetched> mails;
  if (uids.empty()) return mails;
  bool unreadable = false;
  const Result<ImapResponse> done =
      command(fmt::format("UID FETCH {} {}", imap_set(uids), what), call, [&](ImapResponse told) {
        if (told.name != "FETCH") return;
        std::optional<ImapFetched> mail = parse_fetch(std::move(told));
        if (!mail) {
          unreadable = true;
        } else if (std::binary_search(uids.begin(), uids.end(), mail->uid)) {
          mails.push_back(std::move(*mail));  // others are news of flags
        }
      });
  if (!done) return fail(done.error());
  if (unreadable) return fail(confused("a FETCH response"));
  std::sort(mails.begin(), mails.end(),
            [](const ImapFetched& a, const ImapFetched& b) { return a.uid < b.uid; });
  return mails;
}

Result<std::vector<ImapFetched>> Imap::describe(const std::vector<std::uint32_t>& uids,
                                                const CallOptions& call) {
  return fetch(uids, "(UID RFC822.SIZE INTERNALDATE)", call);
}

Result<std::vector<ImapFetched>> Imap::bodies(const std::vector<std::uint32_t>& uids,
                                              std::int64_t most, bool partly,
                                              const CallOptions& call) {
  const std::string part = partly ? fmt::format("<0.{}>", most) : "";
  return fetch(uids, "(UID BODY.PEEK[]" + part + ")", call);
}

Result<void> Imap::expunge(const std::string& set, const std::vector<std::uint32_t>& uids,
                           const CallOptions& call) {
  if (can("UIDPLUS")) {
    const Result<ImapResponse> done = command("UID EXPUNGE " + set, call);
    if (!done) return fail(done.error());
    return {};
  }
  // EXPUNGE takes every mail that is marked: only when nobody else has marked any. Left marked,
  // they are gone for people all the same.
  std::vector<std::uint32_t> marked;
  Result<ImapResponse> done = command("UID SEARCH DELETED", call, [&](const ImapResponse& told) {
    if (told.name == "SEARCH") marked = parse_search(told);
  });
  if (!done) return fail(std::move(done.error()));
  std::sort(marked.begin(), marked.end());
  if (!std::includes(uids.begin(), uids.end(), marked.begin(), marked.end())) return {};
  done = command("EXPUNGE", call);
  if (!done) return fail(std::move(done.error()));
  return {};
}

Result<void> Imap::remove(const std::vector<std::uint32_t>& uids, const CallOptions& call) {
  if (uids.empty()) return {};
  const std::string set = imap_set(uids);
  const Result<ImapResponse> marked =
      command("UID STORE " + set + " +FLAGS.SILENT (\\Deleted)", call);
  if (!marked) return fail(marked.error());
  return expunge(set, uids, call);
}

Result<void> Imap::copy(const std::string& verb, const std::string& set, const std::string& folder,
                        const CallOptions& call) {
  const Result<std::string> argument = folder_argument(folder);
  if (!argument) return fail(argument.error());
  const std::string text = verb + " " + set + " " + *argument;
  Result<ImapResponse> done = command(text, call);
  if (!done && refused_ && done.error().detail.find("[TRYCREATE]") != std::string::npos) {
    if (Result<ImapResponse> made = command("CREATE " + *argument, call); !made) {
      return fail(std::move(made.error()));
    }
    done = command(text, call);
  }
  if (!done) return fail(std::move(done.error()));
  return {};
}

Result<void> Imap::move(const std::vector<std::uint32_t>& uids, const std::string& folder,
                        const CallOptions& call) {
  if (uids.empty()) return {};
  const std::string set = imap_set(uids);
  if (can("MOVE")) return copy("UID MOVE", set, folder, call);  // RFC 6851
  if (Result<void> copied = copy("UID COPY", set, folder, call); !copied) return copied;
  return remove(uids, call);
}

void Imap::note(const ImapResponse& told) {
  has_news_ = has_news_ || told.name == "EXISTS" || told.name == "RECENT" || told.name == "EXPUNGE";
}

Result<void> Imap::begin_idle(const CallOptions& call) {
  refused_ = false;
  has_news_ = false;
  idle_tag_ = fmt::format("m{}", ++last_tag_);
  if (Result<void> sent = line_->send(idle_tag_ + " IDLE\r\n", call); !sent) return sent;
  while (true) {
    const Result<ImapResponse> told = response(call);
    if (!told) return fail(told.error());
    if (told->tag == idle_tag_) return fail(trouble("the mail server refuses IDLE"));
    if (told->tag == "+") return {};
    note(*told);
  }
}

Result<bool> Imap::news(SteadyPoint until, const CallOptions& call) {
  while (!has_news_) {
    Result<bool> ready = line_->readable(until, call);
    if (!ready || !*ready) return ready;
    const Result<ImapResponse> told = response(call);
    if (!told) return fail(told.error());
    note(*told);
  }
  return true;
}

Result<void> Imap::end_idle(const CallOptions& call) {
  if (Result<void> sent = line_->send("DONE\r\n", call); !sent) return sent;
  const Result<ImapResponse> ended =
      completion(idle_tag_, "IDLE", call, [this](const ImapResponse& told) { note(told); });
  if (!ended) return fail(ended.error());
  return {};
}

Result<void> Imap::noop(const CallOptions& call) {
  const Result<ImapResponse> done = command("NOOP", call);
  if (!done) return fail(done.error());
  return {};
}

void Imap::logout(const CallOptions& call) {
  static_cast<void>(line_->send(fmt::format("m{} LOGOUT\r\n", ++last_tag_), call));
}

}  // namespace madoguchi::connectors::mail_intake
