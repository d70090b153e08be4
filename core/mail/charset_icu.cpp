// SPDX-License-Identifier: Apache-2.0
#include "core/mail/charset_icu.h"

#include <uchardet/uchardet.h>
#include <unicode/ucnv.h>
#include <unicode/utf16.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "core/mail/utf8.h"

namespace madoguchi::mail {
namespace {

constexpr std::size_t kKeptConverters = 16;
constexpr std::size_t kGuessOctets = 64 * 1024;

struct CloseConverter {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};
struct DeleteDetector {
  void operator()(uchardet_t detector) const { uchardet_delete(detector); }
};

struct OpenConverter {
  std::string name;
  std::unique_ptr<UConverter, CloseConverter> handle;
};

const char* icu_name(std::string_view charset) {
  if (charset == "cp949") return "windows-949-2000";
  if (charset == "windows-1252") return "ibm-5348_P100-1997";
  return nullptr;
}

/// Opening costs more than converting a mail: each thread keeps those it used last.
UConverter* converter_for(std::string_view charset) {
  thread_local std::vector<OpenConverter> open;
  const auto found = std::find_if(open.begin(), open.end(),
                                  [&](const OpenConverter& c) { return c.name == charset; });
  if (found != open.end()) {
    if (found->handle) ucnv_reset(found->handle.get());
    return found->handle.get();
  }
  if (charset.empty() || charset.size() > 60) return nullptr;
  const std::string name(charset);
  const char* alias = icu_name(charset);
  UErrorCode status = U_ZERO_ERROR;
  std::unique_ptr<UConverter, CloseConverter> handle(
      ucnv_open(alias != nullptr ? alias : name.c_str(), &status));
  if (U_FAILURE(status)) handle.reset();
  if (open.size() >= kKeptConverters) open.erase(open.begin());
  open.push_back({name, std::move(handle)});
  return open.back().handle.get();
}

void append_utf16(const char16_t* begin, const char16_t* end, IcuText& out) {
  for (const char16_t* p = begin; p < end; ++p) {
    std::uint32_t c = *p;
    if (U16_IS_LEAD(c) && p + 1 < end && U16_IS_TRAIL(p[1])) {
      c = static_cast<std::uint32_t>(U16_GET_SUPPLEMENTARY(c, p[1]));
      ++p;
    }
    if (c == 0xFFFD) ++out.errors;
    append_utf8(c, out.text);
  }
}

}  // namespace

std::optional<IcuText> decode_with_icu(std::string_view bytes, std::string_view charset) {
  UConverter* converter = converter_for(charset);
  if (converter == nullptr) return std::nullopt;
  IcuText out;
  out.text.reserve(bytes.size() + bytes.size() / 2);
  char16_t buffer[2048];
  const char* source = bytes.data();
  const char* const end = source + bytes.size();
  std::size_t kept = 0;  // a lead surrogate that ended the last buffer
  for (;;) {
    char16_t* target = buffer + kept;
    UErrorCode status = U_ZERO_ERROR;
    ucnv_toUnicode(converter, &target, buffer + 2048, &source, end, nullptr, 1, &status);
    const bool more = status == U_BUFFER_OVERFLOW_ERROR;
    kept = more && target > buffer && U16_IS_LEAD(target[-1]) ? 1 : 0;
    append_utf16(buffer, target - kept, out);
    if (kept != 0) buffer[0] = target[-1];
    if (more) continue;
    if (U_FAILURE(status)) ++out.errors;
    return out;
  }
}

std::string guess_charset(std::string_view bytes) {
  const std::unique_ptr<uchardet, DeleteDetector> detector(uchardet_new());
  bytes = bytes.substr(0, kGuessOctets);
  if (!detector || uchardet_handle_data(detector.get(), bytes.data(), bytes.size()) != 0) return {};
  uchardet_data_end(detector.get());
  std::string name = uchardet_get_charset(detector.get());
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return name;
}

}  // namespace madoguchi::mail
