// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/mail_intake/imap_response.h"
#include "connectors/mail_intake/line.h"

namespace madoguchi::connectors::mail_intake {

/// What SELECT or EXAMINE told.
struct ImapFolder {
  std::uint32_t uid_validity = 0;
  std::uint32_t uid_next = 0;  ///< 0: not told
  std::uint32_t exists = 0;
};

/// IMAP4rev1 (RFC 3501) over a signed-in line: the few commands that fetching needs. Mails are
/// named by UID. After an `unavailable` error the connection is not to be used again; `refused()`
/// tells those where only the server said NO. For use by one thread at a time.
class Imap {
 public:
  static Result<std::unique_ptr<Imap>> open(const Options& options, const Secret& bearer,
                                            const Clock& clock, const connector::CallOptions& call);

  [[nodiscard]] bool can(const std::string& capability) const {
    return capabilities_.count(capability) != 0;
  }
  /// Whether the last error was the server's NO: the connection is good.
  [[nodiscard]] bool refused() const { return refused_; }

  /// `folder` in UTF-8; `to_change`: whether mails will be moved or deleted.
  [[nodiscard]] Result<ImapFolder> select(const std::string& folder, bool to_change,
                                          const connector::CallOptions& call);
  /// The mails from `first` to `last` (0: to the end), rising; `since`: a day ("2026-11-01") or
  /// empty.
  [[nodiscard]] Result<std::vector<std::uint32_t>> search(std::uint32_t first, std::uint32_t last,
                                                          const std::string& since,
                                                          const connector::CallOptions& call);
  /// Size and internal date of those that are still there.
  [[nodiscard]] Result<std::vector<ImapFetched>> describe(const std::vector<std::uint32_t>& uids,
                                                          const connector::CallOptions& call);
  /// Their bodies, at most `most` octets of each, without marking them as seen.
  [[nodiscard]] Result<std::vector<ImapFetched>> bodies(const std::vector<std::uint32_t>& uids,
                                                        std::int64_t most, bool partly,
                                                        const connector::CallOptions& call);
  [[nodiscard]] Result<void> remove(const std::vector<std::uint32_t>& uids,
                                    const connector::CallOptions& call);
  /// Makes the folder when there is none.
  [[nodiscard]] Result<void> move(const std::vector<std::uint32_t>& uids, const std::string& folder,
                                  const connector::CallOptions& call);
  /// From here to end_idle the server tells changes of the selected folder (RFC 2177), and no other
  /// command may be sent.
  [[nodiscard]] Result<void> begin_idle(const connector::CallOptions& call);
  /// Waits until it has told one since begin_idle, or `until`; whether it has.
  [[nodiscard]] Result<bool> news(SteadyPoint until, const connector::CallOptions& call);
  [[nodiscard]] Result<void> end_idle(const connector::CallOptions& call);
  [[nodiscard]] Result<void> noop(const connector::CallOptions& call);
  void logout(const connector::CallOptions& call);

 private:
  using OnResponse = std::function<void(ImapResponse)>;

  explicit Imap(std::unique_ptr<Line> line) : line_(std::move(line)) {}
  /// Sends the command and hands every untagged response to `told`; the tagged one when it is OK.
  Result<ImapResponse> command(const std::string& text, const connector::CallOptions& call,
                               const OnResponse& told = {});
  Result<ImapResponse> response(const connector::CallOptions& call);
  void note(const ImapResponse& told);
  Result<ImapResponse> completion(const std::string& tag, const std::string& name,
                                  const connector::CallOptions& call, const OnResponse& told);
  Result<std::vector<ImapFetched>> fetch(const std::vector<std::uint32_t>& uids,
                                         const std::string& what,
                                         const connector::CallOptions& call);
  Result<void> copy(const std::string& verb, const std::string& set, const std::string& folder,
                    const connector::CallOptions& call);
  Result<void> expunge(const std::string& set, const std::vector<std::uint32_t>& uids,
                       const connector::CallOptions& call);

  std::unique_ptr<Line> line_;
  std::set<std::string> capabilities_;
  std::uint64_t last_tag_ = 0;
  std::size_t longest_literal_ = 0;
  bool refused_ = false;
  bool has_news_ = false;  ///< since begin_idle
  std::string idle_tag_;
};

}  // namespace madoguchi::connectors::mail_intake
