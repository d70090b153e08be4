// SPDX-License-Identifier: Apache-2.0
#include "connectors/mail_intake/curl.h"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <stdexcept>

#include "core/text/utf8.h"

namespace madoguchi::connectors::mail_intake {
namespace {

using connector::CallOptions;

constexpr const char* kCipherList = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr long kKeepAliveSeconds = 60;
constexpr std::size_t kLongestWords = 500;

}  // namespace

void refuse_option(CURLoption option, CURLcode code) {
  throw std::runtime_error(fmt::format("libcurl refuses option {}: {}", static_cast<int>(option),
                                       curl_easy_strerror(code)));
}

std::chrono::milliseconds time_left(const Clock& clock, const CallOptions& call) {
  using std::chrono::milliseconds;
  const auto left = std::chrono::duration_cast<milliseconds>(call.deadline - clock.steady_now());
  return std::clamp(left, milliseconds(0), milliseconds(std::chrono::hours(24)));
}

std::string presentable(std::string_view text) {
  const std::string line = text::one_line(text::to_valid_utf8(text));
  return std::string(text::truncate_utf8(line, kLongestWords));
}

Transfer::Transfer(const Clock& clock, const std::string& ca_file)
    : clock_(clock), ca_file_(ca_file), multi_(curl_multi_init()), easy_(curl_easy_init()) {
  if (!easy_ || !multi_) throw std::bad_alloc();
  set(easy(), CURLOPT_ERRORBUFFER, static_cast<char*>(error_));
  set(easy(), CURLOPT_NOSIGNAL, 1L);
  set(easy(), CURLOPT_PROXY, "");  // the environment is not where this program is configured
  set(easy(), CURLOPT_TCP_KEEPALIVE, 1L);
  set(easy(), CURLOPT_TCP_KEEPIDLE, kKeepAliveSeconds);
  set(easy(), CURLOPT_SSL_VERIFYPEER, 1L);
  set(easy(), CURLOPT_SSL_VERIFYHOST, 2L);
  set(easy(), CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(easy(), CURLOPT_SSL_CIPHER_LIST, kCipherList);
  if (!ca_file_.empty()) {
    set(easy(), CURLOPT_CAINFO, ca_file_.c_str());
    set(easy(), CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
}

Transfer::~Transfer() { curl_multi_remove_handle(multi_.get(), easy_.get()); }

std::string Transfer::perform(std::chrono::seconds connect_timeout, const CallOptions& call) {
  code_ = CURLE_OK;
  error_[0] = '\0';
  const long left = std::max(1L, static_cast<long>(time_left(clock_, call).count()));
  const long connect = static_cast<long>(std::chrono::milliseconds(connect_timeout).count());
  set(easy(), CURLOPT_TIMEOUT_MS, left);
  set(easy(), CURLOPT_CONNECTTIMEOUT_MS, std::min(connect, left));
  curl_multi_add_handle(multi_.get(), easy());
  const std::stop_callback wake(call.stop, [this] { curl_multi_wakeup(multi_.get()); });
  const std::stop_callback wake_too(call.cut, [this] { curl_multi_wakeup(multi_.get()); });
  while (true) {
    int running = 0;
    if (const CURLMcode code = curl_multi_perform(multi_.get(), &running); code != CURLM_OK) {
      return curl_multi_strerror(code);
    }
    if (running == 0) break;
    if (call.stop.stop_requested() || call.cut.stop_requested()) return "the hub is stopping";
    if (time_left(clock_, call).count() == 0) return "no answer in time";
    curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(std::min(left, 1000L)), nullptr);
  }
  int queued = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &queued)) {
    if (message->msg == CURLMSG_DONE) code_ = message->data.result;
  }
  if (code_ == CURLE_OK) return {};
  return presentable(error_[0] != '\0' ? static_cast<const char*>(error_)
                                       : curl_easy_strerror(code_));
}

}  // namespace madoguchi::connectors::mail_intake
