// SPDX-License-Identifier: Apache-2.0
#include "core/json/schema.h"

#include <stdexcept>

namespace madoguchi::json {

void Schemas::write(Writer& writer, const Type& type, Use use) {
  use_ = use;
  writer.begin_object();
  type.describe(*this, writer, Limits{}, false);
  writer.end_object();
}

std::string Schemas::reference(const Object& object) {
  const bool input = use_ == Use::input;
  const auto found = components_.find(object.name);
  if (found == components_.end()) {
    components_.emplace(std::string(object.name), Component{object, input, !input, false, {}});
  } else {
    Component& known = found->second;
    if (known.object.fields != object.fields) {
      throw std::logic_error("two field tables are called " + std::string(object.name));
    }
    if (input && !known.input) {
      known.input = true;
      known.rendered = false;
    }
    if (!input && !known.answer) {
      known.answer = true;
      known.rendered = false;
    }
  }
  return prefix_ + std::string(object.name);
}

std::map<std::string, std::string> Schemas::components() {
  // Rendering one may add others, or find out that one is used as input as well.
  for (bool again = true; again;) {
    again = false;
    for (auto& entry : components_) {
      if (entry.second.rendered) continue;
      again = true;
      entry.second.rendered = true;
      entry.second.text = render(entry.second);
    }
  }
  std::map<std::string, std::string> texts;
  for (const auto& entry : components_) texts.emplace(entry.first, entry.second.text);
  return texts;
}

std::string Schemas::render(const Component& component) {
  use_ = component.input ? Use::input : Use::answer;
  const bool input = component.input;
  const Fields& fields = component.object.fields();
  std::string text;
  Writer writer(text);
  writer.begin_object();
  writer.member("type", "object");
  writer.key("properties");
  writer.begin_object();
  for (const Field& field : fields) {
    writer.rendered_key(field.key);
    writer.begin_object();
    field.type->describe(*this, writer, field.limits, false);
    if (!field.description.empty()) writer.member("description", field.description);
    if (field.read_only) writer.member("readOnly", true);
    if (!field.example.empty()) {
      writer.key("examples");
      writer.begin_array();
      writer.raw(field.example);
      writer.end_array();
    }
    writer.end_object();
  }
  writer.end_object();
  std::vector<std::string_view> required;
  for (const Field& field : fields) {
    const bool left_out = component.answer && field.needs != 0;
    const bool expected = input ? field.required_in_input() : !field.conditional;
    if (expected && !left_out) required.push_back(field.name);
  }
  if (!required.empty()) {
    writer.key("required");
    writer.begin_array();
    for (const std::string_view name : required) writer.string(name);
    writer.end_array();
  }
  if (input) writer.member("additionalProperties", false);
  writer.end_object();
  return text;
}

void write_schema(std::string& out, const Type& type, Schemas::Use use) {
  Schemas schemas("#/$defs/");
  std::string body;
  Writer writer(body);
  schemas.write(writer, type, use);
  out += R"({"$schema":"https://json-schema.org/draft/2020-12/schema",)";
  out.append(body, 1, body.size() - 2);
  std::string definitions;
  Writer defs(definitions);
  defs.begin_object();
  for (const auto& entry : schemas.components()) {
    defs.key(entry.first);
    defs.raw(entry.second);
  }
  defs.end_object();
  if (definitions != "{}") out += ",\"$defs\":" + definitions;
  out += '}';
}

}  // namespace madoguchi::json
