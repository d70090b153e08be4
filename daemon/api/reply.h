// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/json/json.h"
#include "daemon/http/message.h"

/// What a handler may return inside its Result, which decides status, headers and the documented
/// answer:
///
///   T            200 with T's JSON; an ETag when T has a member `version`
///   Created<T>   201 with Location
///   Accepted<T>  202
///   void         204
///   NoContent    204 with headers
///   Reply<T>     T with a status and headers chosen by the handler
///   Bytes        200, raw
///   Verbatim     exactly that
namespace madoguchi::api {

template <class T>
struct Reply {
  T value;
  int status = 200;
  http::Headers headers = {};
};

template <class T>
struct Created {
  T value;
  std::string location;  ///< "/api/v1/cases/CS-000123"
  http::Headers headers = {};
};

/// 204 with headers.
struct NoContent {
  http::Headers headers;
};

template <class T>
struct Accepted {
  T value;
};

struct Bytes {
  std::string body;
  std::string media_type = "application/octet-stream";
  /// Content-Disposition: attachment with this name; inline without one.
  std::optional<std::string> file_name = std::nullopt;
  http::Headers headers = {};
  std::shared_ptr<const ScratchFile> file = nullptr;  ///< instead of `body`, of a big one
};

/// An answer whose status and body somebody else prescribes.
struct Verbatim {
  http::Response response;
};

/// A page of a list (contract: `items`, `next_cursor`, no total unless asked).
template <class T>
struct Page {
  std::vector<T> items;
  std::optional<std::string> next_cursor;
  std::optional<std::int64_t> count;
  std::optional<bool> count_capped;
};

/// A list that is answered whole.
template <class T>
[[nodiscard]] Result<Page<T>> whole_page(Result<std::vector<T>> items) {
  if (!items) return fail(std::move(items.error()));
  return Page<T>{std::move(*items), std::nullopt, std::nullopt, std::nullopt};
}

/// The attachment disposition for any file name (RFC 6266, RFC 8187).
[[nodiscard]] std::string content_disposition(std::string_view file_name);
/// `"7"`: the version as a strong ETag.
[[nodiscard]] std::string etag(std::int64_t version);
[[nodiscard]] http::Response render_bytes(Bytes bytes);

template <class T>
[[nodiscard]] http::Response render_value(const T& value, int status, std::uint32_t hides,
                                          http::Headers headers = {}) {
  http::Response response;
  response.status = status;
  response.headers = std::move(headers);
  response.headers.add("Content-Type", "application/json");
  if constexpr (requires {
                  { value.version } -> std::convertible_to<std::int64_t>;
                }) {
    if (!response.headers.find("ETag")) response.headers.add("ETag", etag(value.version));
  }
  json::write(response.body, value, hides);
  return response;
}

/// How each kind of answer is rendered and documented. `hides`: what the caller may not see.
template <class T>
struct Answering {
  static constexpr int kStatus = 200;
  static const json::Type* type() { return &json::kType<T>; }
  static http::Response render(const T& value, std::uint32_t hides) {
    return render_value(value, kStatus, hides);
  }
};
template <class T>
struct Answering<Reply<T>> {
  static constexpr int kStatus = 200;
  static const json::Type* type() { return &json::kType<T>; }
  static http::Response render(Reply<T>& reply, std::uint32_t hides) {
    return render_value(reply.value, reply.status, hides, std::move(reply.headers));
  }
};
template <class T>
struct Answering<Created<T>> {
  static constexpr int kStatus = 201;
  static const json::Type* type() { return &json::kType<T>; }
  static http::Response render(Created<T>& created, std::uint32_t hides) {
    http::Headers headers = std::move(created.headers);
    headers.add("Location", std::move(created.location));
    return render_value(created.value, kStatus, hides, std::move(headers));
  }
};
template <class T>
struct Answering<Accepted<T>> {
  static constexpr int kStatus = 202;
  static const json::Type* type() { return &json::kType<T>; }
  static http::Response render(const Accepted<T>& accepted, std::uint32_t hides) {
    return render_value(accepted.value, kStatus, hides);
  }
};
template <>
struct Answering<void> {
  static constexpr int kStatus = 204;
  static const json::Type* type() { return nullptr; }
};
template <>
struct Answering<NoContent> {
  static constexpr int kStatus = 204;
  static const json::Type* type() { return nullptr; }
  static http::Response render(NoContent& none, std::uint32_t) {
    return {kStatus, std::move(none.headers), {}};
  }
};
template <>
struct Answering<Bytes> {
  static constexpr int kStatus = 200;
  static const json::Type* type() { return nullptr; }
  static http::Response render(Bytes& bytes, std::uint32_t) {
    return render_bytes(std::move(bytes));
  }
};

template <>
struct Answering<Verbatim> {
  static constexpr int kStatus = 200;
  static const json::Type* type() { return nullptr; }
  static http::Response render(Verbatim& verbatim, std::uint32_t) {
    return std::move(verbatim.response);
  }
};

template <class T>
[[nodiscard]] Result<http::Response> render(Result<T> result, std::uint32_t hides) {
  if (!result) return fail(std::move(result.error()));
  if constexpr (std::is_void_v<T>) {
    http::Response response;
    response.status = 204;
    return response;
  } else {
    return Answering<T>::render(*result, hides);
  }
}

}  // namespace madoguchi::api

template <class T>
struct madoguchi::json::Table<madoguchi::api::Page<T>> {
  static inline const std::string name = std::string(Table<T>::name) + "Page";
  static const Fields& fields() {
    using Page = madoguchi::api::Page<T>;
    static const Fields table = json::fields<Page>(
        field("items", &Page::items, "One page, in the order of the list."),
        field("next_cursor", &Page::next_cursor,
              "Pass it as `cursor` for what follows; null at the end."),
        field("count", &Page::count, "How many there are in all; only with count=true.")
            .omitted_when_empty(),
        field("count_capped", &Page::count_capped, "True when counting stopped at `count`.")
            .omitted_when_empty());
    return table;
  }
};
