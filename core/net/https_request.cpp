// SPDX-License-Identifier: Apache-2.0
#include "core/net/https_request.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <cstring>
#include <memory>
#include <new>
#include <stdexcept>
#include <string_view>

namespace madoguchi::net {
namespace {

constexpr const char* kCipherList = "ECDHE+AESGCM:ECDHE+CHACHA20";

struct EasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct UrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
  if (const CURLcode code = curl_easy_setopt(easy, option, value); code != CURLE_OK) {
    throw std::runtime_error(fmt::format("libcurl refuses option {}: {}", static_cast<int>(option),
                                         curl_easy_strerror(code)));
  }
}

/// What the callbacks of one transfer share.
struct Transfer {
  const AddressGuard& guard;
  const std::size_t max_body;
  bool refused = false;
  std::string body = {};
};

int port_of(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return ntohs(v4.sin_port);
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof v6);
  return ntohs(v6.sin6_port);
}

/// The only place a connection can begin: what is judged here is what is connected to.
curl_socket_t open_socket(void* context, curlsocktype purpose, curl_sockaddr* peer) {
  auto& transfer = *static_cast<Transfer*>(context);
  const AddressGuard::Verdict verdict = transfer.guard.judge(peer->addr);
  const bool good = verdict == AddressGuard::Verdict::trusted ||
                    (verdict == AddressGuard::Verdict::allowed && port_of(peer->addr) == 443);
  // One bad address among good ones is an attempt: the whole call ends.
  if (purpose != CURLSOCKTYPE_IPCXN || !good) transfer.refused = true;
  if (transfer.refused) return CURL_SOCKET_BAD;
  return ::socket(peer->family, peer->socktype | SOCK_CLOEXEC, peer->protocol);
}

std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  const std::size_t length = size * count;
  if (transfer.body.size() + length > transfer.max_body) return 0;
  transfer.body.append(bytes, length);
  return length;
}

/// Called about once a second, whatever happens; other than 0 ends the transfer.
int on_progress(void* context, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::stop_token*>(context)->stop_requested() ? 1 : 0;
}

Error must_not(std::string why) {
  Error error =
      Error::forbidden({"That address must not be asked.", "この URL には接続できません。"});
  error.detail = std::move(why);
  return error;
}

struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, ListDeleter>;

void append(List& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  (void)list.release();
  list.reset(longer);
}

List headers_of(const HttpsRequest& wish) {
  List list;
  append(list, "User-Agent: Madoguchi");
  append(list, "Expect:");  // without it a large body would wait for a leave that few servers give
  for (const auto& header : wish.headers) append(list, header.first + ": " + header.second);
  return list;
}

void prepare(CURL* easy, const HttpsRequest& wish, Transfer& transfer) {
  set(easy, CURLOPT_URL, wish.url.c_str());
  set(easy, CURLOPT_PROTOCOLS_STR, "https");
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy, CURLOPT_PROXY, "");  // the environment is not where this program is configured
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(wish.limit.count()));
  set(easy, CURLOPT_FORBID_REUSE, 1L);
  set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(easy, CURLOPT_SSL_CIPHER_LIST, kCipherList);
  set(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);
  set(easy, CURLOPT_OPENSOCKETFUNCTION, &open_socket);
  set(easy, CURLOPT_OPENSOCKETDATA, static_cast<void*>(&transfer));
  set(easy, CURLOPT_WRITEFUNCTION, &on_body);
  set(easy, CURLOPT_WRITEDATA, static_cast<void*>(&transfer));
  set(easy, CURLOPT_NOPROGRESS, 0L);
  set(easy, CURLOPT_XFERINFOFUNCTION, &on_progress);
  set(easy, CURLOPT_XFERINFODATA, static_cast<const void*>(&wish.stop));
  if (wish.post) {
    set(easy, CURLOPT_POST, 1L);
    set(easy, CURLOPT_POSTFIELDS, wish.post->data());
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(wish.post->size()));
  }
  if (!wish.ca_file.empty()) {
    set(easy, CURLOPT_CAINFO, wish.ca_file.c_str());
    set(easy, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
}

}  // namespace

bool is_plain_https(const std::string& text) {
  const std::unique_ptr<CURLU, UrlDeleter> url(curl_url());
  if (!url) throw std::bad_alloc();
  if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK) {
    return false;
  }
  char* scheme = nullptr;
  if (curl_url_get(url.get(), CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK) return false;
  const std::unique_ptr<char, decltype(&curl_free)> kept(scheme, &curl_free);
  return std::string_view(scheme) == "https";
}

Result<HttpsAnswer> https_request(const HttpsRequest& wish, const AddressGuard& guard) {
  if (!is_plain_https(wish.url)) return fail(must_not("not a plain https URL"));
  const Easy easy(curl_easy_init());
  if (!easy) throw std::bad_alloc();
  Transfer transfer{guard, wish.max_body};
  char words[CURL_ERROR_SIZE] = {};
  set(easy.get(), CURLOPT_ERRORBUFFER, static_cast<char*>(words));
  prepare(easy.get(), wish, transfer);
  const List headers = headers_of(wish);
  set(easy.get(), CURLOPT_HTTPHEADER, headers.get());
  const CURLcode code = curl_easy_perform(easy.get());
  if (transfer.refused) return fail(must_not("its address is internal, or its port is not 443"));
  if (code != CURLE_OK) {
    return fail(Error::unavailable(*words != '\0' ? words : curl_easy_strerror(code)));
  }
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  HttpsAnswer answer{static_cast<int>(status), std::move(transfer.body), std::nullopt};
  curl_off_t wait = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RETRY_AFTER, &wait);
  if (wait > 0) answer.retry_after = std::chrono::seconds(wait);
  return answer;
}

}  // namespace madoguchi::net
