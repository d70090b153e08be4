// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/json/field.h"

namespace madoguchi::json {

/// Collects the JSON Schemas (2020-12) of the DTOs that a document refers to. A DTO is one
/// component under its table's name; what is only answered lists every member as required, what is
/// also taken as input refuses unknown members and requires what input requires.
class Schemas {
 public:
  enum class Use { answer, input };

  /// `prefix` is what references begin with.
  explicit Schemas(std::string prefix = "#/components/schemas/") : prefix_(std::move(prefix)) {}

  /// Writes the schema of T as one JSON object and collects what it refers to.
  template <class T>
  void write(Writer& writer, Use use) {
    use_ = use;
    writer.begin_object();
    Codec<T>::describe(*this, writer, Limits{}, false);
    writer.end_object();
  }
  void write(Writer& writer, const Type& type, Use use);

  /// "#/components/schemas/Case", and the DTO is collected. Two tables of one name are a bug
  /// (std::logic_error).
  [[nodiscard]] std::string reference(const Object& object);

  /// All collected schemas by name, rendered; what they refer to is among them.
  [[nodiscard]] std::map<std::string, std::string> components();

 private:
  struct Component {
    Object object;
    bool input = false;
    bool answer = false;
    bool rendered = false;
    std::string text;
  };

  [[nodiscard]] std::string render(const Component& component);

  std::string prefix_;
  Use use_ = Use::answer;
  std::map<std::string, Component, std::less<>> components_;
};

/// The schema of T alone, with what it refers to under "$defs".
template <class T>
void write_schema(std::string& out, Schemas::Use use);
void write_schema(std::string& out, const Type& type, Schemas::Use use);

template <class T>
void write_schema(std::string& out, Schemas::Use use) {
  write_schema(out, kType<T>, use);
}

}  // namespace madoguchi::json
