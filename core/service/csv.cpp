// SPDX-License-Identifier: Apache-2.0
#include "core/service/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/mail/charset.h"
#include "core/text/fold.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

constexpr std::size_t kMaxRows = 200'000;
constexpr std::size_t kMaxCells = 1'000;
constexpr std::string_view kMark = "\xEF\xBB\xBF";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::array<std::string_view, 11> kFormulas = {"=",  "+",  "-",  "@",  "\t", "\r",
                                                        "\n", "＝", "＋", "－", "＠"};

bool begins_formula(std::string_view cell) {
  return std::any_of(kFormulas.begin(), kFormulas.end(),
                     [&](std::string_view start) { return cell.substr(0, start.size()) == start; });
}

Error malformed_line(std::int64_t line, const char* en, const char* ja) {
  return Error::malformed(
      {fmt::format("Line {}: {}", line, en), fmt::format("{}行目: {}", line, ja)});
}

class Reading {
 public:
  explicit Reading(std::string_view text) : text_(text) {}

  Result<std::vector<CsvRow>> rows() {
    while (at_ < text_.size()) {
      if (Result<void> done = row(); !done) return fail(done.error());
      if (rows_.size() > kMaxRows) {
        return fail(malformed_line(line_, "there are more than 200,000.",
                                   "20万行を超えています。分割してください。"));
      }
    }
    return std::move(rows_);
  }

 private:
  Result<void> row() {
    CsvRow row{line_, {}};
    bool more = true;
    while (more) {
      Result<std::string> cell = text_[at_ == text_.size() ? 0 : at_] == '"' && at_ < text_.size()
                                     ? quoted()
                                     : Result<std::string>(plain());
      if (!cell) return fail(std::move(cell.error()));
      row.cells.push_back(std::move(*cell));
      if (row.cells.size() > kMaxCells) {
        return fail(malformed_line(row.line, "has too many cells.", "列が多すぎます。"));
      }
      more = at_ < text_.size() && text_[at_] == ',';
      if (more) ++at_;
    }
    end_line();
    const bool empty = std::all_of(row.cells.begin(), row.cells.end(),
                                   [](const std::string& cell) { return cell.empty(); });
    if (!empty) rows_.push_back(std::move(row));
    return {};
  }

  std::string plain() {
    const std::size_t end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
    std::string cell(text_.substr(at_, end - at_));
    at_ = end;
    return cell;
  }

  /// What stands behind the closing quote belongs to the cell, as spreadsheets have it.
  Result<std::string> quoted() {
    const std::int64_t begun = line_;
    std::string cell;
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"' && at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        ++at_;
      } else if (c == '"') {
        ++at_;
        return cell + plain();
      } else if (c == '\n') {
        ++line_;
      }
      cell += c;
    }
    return fail(malformed_line(begun, "a quote is never closed.", "引用符が閉じられていません。"));
  }

  void end_line() {
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    ++line_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::int64_t line_ = 1;
  std::vector<CsvRow> rows_;
};

}  // namespace

Result<std::vector<CsvRow>> read_csv(std::string_view text) { return Reading(text).rows(); }

void append_csv(std::string& out, const std::vector<std::string>& cells) {
  bool first = true;
  for (const std::string& cell : cells) {
    if (!first) out += ',';
    first = false;
    const bool formula = begins_formula(cell);
    const bool quote = cell.find_first_of(",\"\r\n") != std::string::npos;
    if (quote) out += '"';
    if (formula) out += '\'';
    for (const char c : cell) {
      if (c == '"') out += '"';
      out += c;
    }
    if (quote) out += '"';
  }
  out += "\r\n";
}

std::string_view without_guard(std::string_view cell) {
  return cell.size() > 1 && cell.front() == '\'' && begins_formula(cell.substr(1)) ? cell.substr(1)
                                                                                   : cell;
}

std::string squeezed(std::string_view cell) {
  std::string out;
  for (const char c : text::fold(cell)) {
    if (c != ' ') out += c;
  }
  return out;
}

bool names_column(std::string_view typed, const char* name, const char* others) {
  const std::string wanted = squeezed(typed);
  if (wanted.empty()) return false;
  if (wanted == name) return true;
  std::string_view rest = others;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    if (wanted == squeezed(rest.substr(0, end))) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

std::optional<std::int64_t> whole_number(std::string_view cell) {
  std::string digits;
  for (const char c : squeezed(cell)) {
    if (c != ',') digits += c;
  }
  std::int64_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, value);
  if (digits.empty() || read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return value;
}

Result<std::string> decode_file(std::string_view bytes, std::string& charset) {
  if (charset.empty()) charset = text::is_valid_utf8(bytes) ? "utf-8" : "cp932";
  charset = mail::canonical_charset(charset);
  if (charset != "utf-8" && charset != "cp932") {
    return fail(
        Error::invalid("/charset", {"Use utf-8 or cp932.", "utf-8 か cp932 を指定してください。"}));
  }
  if (charset == "utf-8") {
    if (bytes.substr(0, kMark.size()) == kMark) bytes.remove_prefix(kMark.size());
    if (text::is_valid_utf8(bytes)) return std::string(bytes);
  } else {
    std::string decoded = mail::decode_text_as(bytes, charset).text;
    if (decoded.find(kReplacement) == std::string::npos) return decoded;
  }
  return fail(Error::malformed({"The file cannot be read as " + charset + ".",
                                "ファイルを " + charset + " として読めません。"}));
}

}  // namespace madoguchi::service
