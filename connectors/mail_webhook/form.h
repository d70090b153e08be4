// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace madoguchi::connectors::mail_webhook {

/// One field of a form. A file has a name, which may be empty.
struct FormField {
  std::string name;
  std::string_view value;
  std::optional<std::string> file_name = std::nullopt;
  std::string media_type = {};  ///< as the part says, without parameters; may be empty
};

/// A form body: application/x-www-form-urlencoded (WHATWG URL, 5.1) or multipart/form-data
/// (RFC 7578). Strict: a body that is cut, or has a part without a name, is none. Its fields view
/// into the body, which must outlive it.
class Form {
 public:
  /// nullopt when `body` is no whole form of that Content-Type.
  [[nodiscard]] static std::optional<Form> parse(std::string_view content_type,
                                                 std::string_view body);

  [[nodiscard]] const std::vector<FormField>& fields() const { return fields_; }
  /// The first field of that name that is no file, or nullptr.
  [[nodiscard]] const std::string_view* find(std::string_view name) const;
  /// The same, empty when there is none.
  [[nodiscard]] std::string_view text(std::string_view name) const;
  /// How many files came.
  [[nodiscard]] std::size_t files() const;

 private:
  bool read_urlencoded(std::string_view body);
  bool read_multipart(std::string_view body, std::string_view boundary);

  std::vector<FormField> fields_;
  std::deque<std::string> decoded_;  ///< values that are not the body's own octets
};

}  // namespace madoguchi::connectors::mail_webhook
