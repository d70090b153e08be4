// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace madoguchi::json {

struct ReadOptions {
  std::size_t max_depth = 64;
  /// For JSON that others write (vendors, an older version of ours); requests never set it.
  bool ignore_unknown = false;
  /// Bits of what the sender may not see: fields that need one of them are refused.
  std::uint32_t hides = 0;
};

/// What a field's value has to keep; each codec looks at what concerns it. Texts are counted in
/// code points, as JSON Schema counts them.
struct Limits {
  std::size_t min_length = 0;
  std::size_t max_length = std::numeric_limits<std::size_t>::max();
  std::size_t min_items = 0;
  std::size_t max_items = std::numeric_limits<std::size_t>::max();
  std::int64_t minimum = std::numeric_limits<std::int64_t>::min();
  std::int64_t maximum = std::numeric_limits<std::int64_t>::max();
  bool not_null = false;  ///< a Patch that cannot clear
};

/// Collects everything that is wrong with one input, each with the JSON pointer (RFC 6901) of its
/// place. Member names given to it must outlive it.
class Reader {
 public:
  explicit Reader(ReadOptions options = {}) : options_(options) {}

  /// Goes into a member or an item for as long as it lives.
  class Inside {
   public:
    Inside(Reader& reader, std::string_view name) : reader_(reader) {
      reader_.path_.push_back({name, 0, false});
    }
    Inside(Reader& reader, std::size_t index) : reader_(reader) {
      reader_.path_.push_back({{}, index, true});
    }
    ~Inside() { reader_.path_.pop_back(); }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    Reader& reader_;
  };

  /// The value at the current place is wrong.
  void refuse(Text message);
  /// As `refuse`, with the message that a parser of core/base gave.
  void refuse(const Error& error);
  /// The value of a member of the current place is wrong, or missing.
  void refuse_member(std::string_view name, Text message);

  [[nodiscard]] bool ok() const noexcept { return errors_.empty(); }
  [[nodiscard]] const ReadOptions& options() const noexcept { return options_; }
  [[nodiscard]] std::string pointer() const;
  /// An `invalid` error with all that was refused (at most 50 places).
  [[nodiscard]] Error take_error();

 private:
  struct Step {
    std::string_view name;
    std::size_t index;
    bool item;
  };

  ReadOptions options_;
  std::vector<Step> path_;
  std::vector<FieldError> errors_;
};

/// Appends "/name" to a JSON pointer, "~" and "/" escaped.
void append_pointer(std::string& pointer, std::string_view name);

}  // namespace madoguchi::json
