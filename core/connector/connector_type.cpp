// SPDX-License-Identifier: Apache-2.0
#include "core/connector/connector_type.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace madoguchi::connector {
namespace {

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Nothing in it can be taken for something else by whoever takes it apart later.
bool is_url(std::string_view text) {
  const std::size_t scheme = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
  if (scheme == 0 || text.size() > 2000) return false;
  const std::string_view rest = text.substr(scheme);
  if (rest.empty() || rest.front() == '/' || rest.front() == ':') return false;
  return std::all_of(rest.begin(), rest.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-._~/:%[]+,;=!$&'()*").find(c) != std::string_view::npos;
  });
}

const OptionSpec* find_option(const ConnectorType& type, std::string_view name) {
  const auto found = std::find_if(type.options.begin(), type.options.end(),
                                  [&](const OptionSpec& spec) { return spec.name == name; });
  return found == type.options.end() ? nullptr : &*found;
}

std::string pointer_to(const OptionSpec& spec) {
  return (spec.kind == OptionKind::secret ? "/secrets/" : "/options/") + spec.name;
}

/// Why the value cannot be taken, or nullopt.
std::optional<Text> complaint(const OptionSpec& spec, const std::string& value) {
  switch (spec.kind) {
    case OptionKind::text:
    case OptionKind::secret:
      return std::nullopt;
    case OptionKind::integer: {
      const std::optional<std::int64_t> number = parse_integer(value);
      if (number && *number >= spec.minimum && *number <= spec.maximum) return std::nullopt;
      return Text{
          fmt::format("Must be a number from {} to {}.", spec.minimum, spec.maximum),
          fmt::format("{} から {} までの数値で指定してください。", spec.minimum, spec.maximum)};
    }
    case OptionKind::choice: {
      const auto& choices = spec.choices;
      if (std::find(choices.begin(), choices.end(), value) != choices.end()) return std::nullopt;
      return Text{fmt::format("Must be one of: {}.", fmt::join(choices, ", ")),
                  fmt::format("次のいずれかを指定してください: {}", fmt::join(choices, ", "))};
    }
    case OptionKind::file:
      if (value.front() == '/') return std::nullopt;
      return Text{"Must be an absolute path.", "絶対パスで指定してください。"};
    case OptionKind::boolean:
      if (value == "true" || value == "false") return std::nullopt;
      return Text{"Must be true or false.", "true または false を指定してください。"};
    case OptionKind::url:
      if (is_url(value)) return std::nullopt;
      return Text{"Must be an http or https URL without user, query and fragment.",
                  "http または https の URL を、ユーザー名・クエリ・フラグメントなしで"
                  "指定してください。"};
  }
  return std::nullopt;
}

void find_unknown(const ConnectorType& type, const Settings& settings,
                  std::vector<FieldError>& errors) {
  const auto check = [&](const std::string& name, bool is_secret) {
    const OptionSpec* spec = find_option(type, name);
    if (spec != nullptr && (spec->kind == OptionKind::secret) == is_secret) return;
    errors.push_back({(is_secret ? "/secrets/" : "/options/") + name,
                      {"There is no such option.", "この項目はありません。"}});
  };
  for (const auto& entry : settings.options) check(entry.first, false);
  for (const auto& entry : settings.secrets) check(entry.first, true);
}

bool is_set(const OptionSpec& spec, const Settings& settings) {
  return spec.kind == OptionKind::secret ? !settings.secret(spec.name).empty()
                                         : !settings.text(spec.name).empty();
}

}  // namespace

const std::string& Settings::text(std::string_view name) const {
  static const std::string kNone;
  const auto found = options.find(std::string(name));
  return found == options.end() ? kNone : found->second;
}

std::int64_t Settings::integer(std::string_view name) const {
  return parse_integer(text(name)).value_or(0);
}

bool Settings::flag(std::string_view name) const { return text(name) == "true"; }

Secret Settings::secret(std::string_view name) const {
  const auto found = secrets.find(std::string(name));
  return found == secrets.end() ? Secret{} : found->second;
}

Result<Settings> checked(const ConnectorType& type, Settings settings) {
  std::vector<FieldError> errors;
  find_unknown(type, settings, errors);
  for (const OptionSpec& spec : type.options) {
    if (!is_set(spec, settings)) {
      if (spec.presence == Presence::required) {
        errors.push_back({pointer_to(spec), {"Is missing.", "指定してください。"}});
      } else if (spec.kind != OptionKind::secret && !spec.default_value.empty()) {
        settings.options[spec.name] = spec.default_value;
      }
      continue;
    }
    if (std::optional<Text> why = complaint(spec, settings.text(spec.name))) {
      errors.push_back({pointer_to(spec), std::move(*why)});
    }
  }
  if (errors.empty() && type.validate) errors = type.validate(settings);
  if (!errors.empty()) return fail(Error::invalid(std::move(errors)));
  return settings;
}

}  // namespace madoguchi::connector
