// SPDX-License-Identifier: Apache-2.0
// Header values: encoded-words (RFC 2047), raw bytes, and parameters (RFC 2231).
#include "core/mail/header.h"

#include "core/mail/parameters.h"
#include "tests/fuzz/target.h"

namespace fuzz = madoguchi::fuzz;
namespace mail = madoguchi::mail;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view value = fuzz::as_text(data, size);
  const std::string decoded = mail::decode_header(value);
  fuzz::require_utf8(decoded, "headers are UTF-8");
  fuzz::require(decoded.find_first_of("\r\n") == std::string::npos, "a header is one line");
  const mail::ParameterField field = mail::parse_parameters(value);
  fuzz::require(field.parameters.size() <= 100, "parameters are limited");
  for (const mail::Parameter& parameter : field.parameters)
    fuzz::require_utf8(parameter.value, "parameters are UTF-8");
  const mail::FieldBlock block = mail::split_fields(value, {}, true);
  fuzz::require(block.body.size() <= value.size(), "the body is part of the mail");
  return 0;
}
