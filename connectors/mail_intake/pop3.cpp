// SPDX-License-Identifier: Apache-2.0
#include "connectors/mail_intake/pop3.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "connectors/mail_intake/curl.h"

namespace madoguchi::connectors::mail_intake {
namespace {

using connector::CallOptions;

constexpr std::size_t kSizeSlack = std::size_t{1} << 20U;  // LIST need not be exact
constexpr std::size_t kLongestListing = std::size_t{64} << 20U;
constexpr int kTopLines = 2000;

}  // namespace

bool parse_pop3_listing(std::string_view line, std::uint32_t& number, std::string& value) {
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  const auto digits = static_cast<std::size_t>(end - line.data());
  if (error != std::errc{} || digits >= line.size() || line[digits] != ' ') return false;
  line.remove_prefix(std::min(line.find_first_not_of(' ', digits), line.size()));
  value = line.substr(0, line.find(' '));
  return number > 0 && !value.empty();
}

Result<std::unique_ptr<Pop3>> Pop3::open(const Options& options, const Secret& bearer,
                                         const Clock& clock, const CallOptions& call) {
  Result<std::unique_ptr<Line>> line = Line::open(options, bearer, clock, call);
  if (!line) return fail(std::move(line.error()));
  std::unique_ptr<Pop3> pop3(new Pop3(std::move(*line)));
  pop3->longest_mail_ = static_cast<std::size_t>(options.max_mail) + kSizeSlack;
  return pop3;
}

Result<void> Pop3::command(const std::string& text, const CallOptions& call) {
  refused_ = false;
  if (Result<void> sent = line_->send(text + "\r\n", call); !sent) return sent;
  const Result<std::string> answer = line_->line(call);
  if (!answer) return fail(answer.error());
  if (answer->starts_with("+OK")) return {};
  refused_ = answer->starts_with("-ERR");
  return fail(trouble(fmt::format("the mail server refuses {}: {}", text.substr(0, text.find(' ')),
                                  presentable(*answer))));
}

Result<std::string> Pop3::lines(std::size_t most, const CallOptions& call) {
  std::string out;
  while (true) {
    const Result<std::string> line = line_->line(call);
    if (!line) return fail(line.error());
    if (*line == ".") return out;
    if (out.size() + line->size() + 2 > most) continue;
    out.append(*line, line->starts_with('.') ? 1 : 0, std::string::npos);
    out += "\r\n";
  }
}

Result<std::vector<Pop3Mail>> Pop3::list(const CallOptions& call) {
  std::vector<Pop3Mail> mails;
  for (const bool sizes : {false, true}) {
    if (Result<void> done = command(sizes ? "LIST" : "UIDL", call); !done) {
      return fail(std::move(done.error()));
    }
    const Result<std::string> listing = lines(kLongestListing, call);
    if (!listing) return fail(listing.error());
    std::size_t next = 0;  // of the mails, which LIST names in the same order
    for (std::size_t at = 0; at < listing->size();) {
      const std::size_t end = std::min(listing->find("\r\n", at), listing->size());
      std::uint32_t number = 0;
      std::string value;
      if (!parse_pop3_listing(std::string_view(*listing).substr(at, end - at), number, value)) {
        return fail(trouble("the mail server's listing makes no sense"));
      }
      at = end + 2;
      if (!sizes) {
        mails.push_back({number, std::move(value), -1});
        continue;
      }
      while (next < mails.size() && mails[next].number < number) ++next;
      if (next >= mails.size() || mails[next].number != number) continue;
      std::int64_t size = -1;
      std::from_chars(value.data(), value.data() + value.size(), size);
      mails[next].size = size;
    }
    std::sort(mails.begin(), mails.end(),
              [](const Pop3Mail& a, const Pop3Mail& b) { return a.number < b.number; });
  }
  return mails;
}

Result<std::string> Pop3::retrieve(const Pop3Mail& mail, const CallOptions& call) {
  if (Result<void> done = command(fmt::format("RETR {}", mail.number), call); !done) {
    return fail(std::move(done.error()));
  }
  return lines(longest_mail_, call);
}

Result<std::string> Pop3::beginning(const Pop3Mail& mail, std::size_t most,
                                    const CallOptions& call) {
  if (Result<void> done = command(fmt::format("TOP {} {}", mail.number, kTopLines), call); !done) {
    return fail(std::move(done.error()));
  }
  return lines(most, call);
}

Result<void> Pop3::remove(const Pop3Mail& mail, const CallOptions& call) {
  return command(fmt::format("DELE {}", mail.number), call);
}

Result<void> Pop3::quit(const CallOptions& call) { return command("QUIT", call); }

}  // namespace madoguchi::connectors::mail_intake
