// SPDX-License-Identifier: Apache-2.0
#pragma once

// libcurl as this folder uses it.

#include <curl/curl.h>

#include <memory>
#include <string>

#include "connectors/mail_intake/options.h"
#include "core/base/clock.h"
#include "core/connector/call_options.h"

namespace madoguchi::connectors::mail_intake {

struct EasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct MultiDeleter {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

[[noreturn]] void refuse_option(CURLoption option, CURLcode code);

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
  if (const CURLcode code = curl_easy_setopt(easy, option, value); code != CURLE_OK) {
    refuse_option(option, code);
  }
}

/// A transfer of libcurl's with its own multi handle, so that a stop can wake it. The deadline, the
/// time to connect, TLS 1.2 or later with verified certificates, no signals.
class Transfer {
 public:
  /// `clock` outlives it.
  Transfer(const Clock& clock, const std::string& ca_file);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  [[nodiscard]] CURL* easy() const { return easy_.get(); }
  /// Until libcurl has done what the handle says; what went wrong, empty when nothing did.
  [[nodiscard]] std::string perform(std::chrono::seconds connect_timeout,
                                    const connector::CallOptions& call);
  /// libcurl's code of the last perform.
  [[nodiscard]] CURLcode code() const { return code_; }

 private:
  const Clock& clock_;
  std::string ca_file_;
  char error_[CURL_ERROR_SIZE] = {};
  CURLcode code_ = CURLE_OK;
  std::unique_ptr<CURLM, MultiDeleter> multi_;
  std::unique_ptr<CURL, EasyDeleter> easy_;
};

[[nodiscard]] std::chrono::milliseconds time_left(const Clock& clock,
                                                  const connector::CallOptions& call);

/// One line of valid UTF-8 without control characters, at most 500 octets: what may be stored and
/// shown of a server's words.
[[nodiscard]] std::string presentable(std::string_view text);

}  // namespace madoguchi::connectors::mail_intake
