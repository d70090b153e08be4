// SPDX-License-Identifier: Apache-2.0
#include "connectors/mail_webhook/form.h"

#include <algorithm>

#include "core/mail/header.h"
#include "core/mail/multipart.h"
#include "core/mail/parameters.h"
#include "core/text/percent.h"

namespace madoguchi::connectors::mail_webhook {
namespace {

// Mailgun sends every header of the mail as a field of its own.
constexpr std::size_t kMostFields = 5'000;
constexpr std::size_t kLongestBoundary = 200;  // RFC 2046 allows 70

/// A file's name is in UTF-8, as browsers write it, whatever the text of the mail is in.
mail::ParameterField parameters_of(const mail::FieldBlock& part, std::string_view name) {
  const std::string_view* value = part.find(name);
  mail::TextHint hint;
  hint.charset = "utf-8";
  return value == nullptr ? mail::ParameterField{} : mail::parse_parameters(*value, hint);
}

}  // namespace

std::optional<Form> Form::parse(std::string_view content_type, std::string_view body) {
  const mail::ParameterField type = mail::parse_parameters(content_type);
  Form form;
  if (type.value == "application/x-www-form-urlencoded") {
    if (form.read_urlencoded(body)) return form;
  } else if (type.value == "multipart/form-data") {
    const std::string* boundary = type.find("boundary");
    if (boundary != nullptr && form.read_multipart(body, *boundary)) return form;
  }
  return std::nullopt;
}

bool Form::read_urlencoded(std::string_view body) {
  for (std::size_t at = 0; at < body.size();) {
    const std::size_t end = std::min(body.find('&', at), body.size());
    const std::string_view pair = body.substr(at, end - at);
    at = end + 1;
    if (pair.empty()) continue;
    if (fields_.size() == kMostFields) return false;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    std::optional<std::string> name = text::form_decoded(pair.substr(0, equals));
    std::optional<std::string> value =
        text::form_decoded(pair.substr(std::min(equals + 1, pair.size())));
    if (!name || !value) return false;
    decoded_.push_back(std::move(*value));
    fields_.push_back({std::move(*name), decoded_.back()});
  }
  return !fields_.empty();
}

bool Form::read_multipart(std::string_view body, std::string_view boundary) {
  if (boundary.empty() || boundary.size() > kLongestBoundary) return false;
  const mail::MultipartBody cut = mail::split_multipart(body, boundary, kMostFields);
  if (!cut.closed || cut.limited) return false;
  for (const std::string_view bytes : cut.parts) {
    const mail::FieldBlock part = mail::split_fields(bytes, {}, false);
    const mail::ParameterField disposition = parameters_of(part, "content-disposition");
    const std::string* name = disposition.find("name");
    if (disposition.value != "form-data" || name == nullptr || part.limited) return false;
    FormField field{*name, part.body};
    if (const std::string* file = disposition.find("filename")) field.file_name = *file;
    field.media_type = parameters_of(part, "content-type").value;
    fields_.push_back(std::move(field));
  }
  return !fields_.empty();
}

const std::string_view* Form::find(std::string_view name) const {
  for (const FormField& field : fields_) {
    if (field.name == name && !field.file_name) return &field.value;
  }
  return nullptr;
}

std::string_view Form::text(std::string_view name) const {
  const std::string_view* value = find(name);
  return value == nullptr ? std::string_view{} : *value;
}

std::size_t Form::files() const {
  return static_cast<std::size_t>(
      std::count_if(fields_.begin(), fields_.end(),
                    [](const FormField& field) { return field.file_name.has_value(); }));
}

}  // namespace madoguchi::connectors::mail_webhook
