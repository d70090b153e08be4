// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/service/mail_traces.h"
#include "daemon/api/call.h"
#include "daemon/api/cursor.h"
#include "daemon/api/reply.h"

namespace madoguchi::api {

/// Where a list of mails called `list` goes on.
[[nodiscard]] inline Result<std::optional<service::IntakePlace>> intake_place(
    const Call& call, std::string_view list) {
  const auto after = call.after(list);
  if (!after) return fail(after.error());
  if (!*after) return std::nullopt;
  const std::vector<std::string>& key = **after;
  service::IntakePlace place;
  if (key.size() == 2) {
    std::from_chars(key[0].data(), key[0].data() + key[0].size(), place.received_at);
    place.id = key[1];
  }
  return place;
}

template <class T>
[[nodiscard]] Page<T> intake_page(std::vector<T> items,
                                  const std::optional<service::IntakePlace>& next,
                                  std::string_view list) {
  Page<T> page;
  page.items = std::move(items);
  if (next) page.next_cursor = encode_cursor(list, {std::to_string(next->received_at), next->id});
  return page;
}

}  // namespace madoguchi::api
