// SPDX-License-Identifier: Apache-2.0
#include "core/json/field.h"

#include <algorithm>
#include <bitset>
#include <stdexcept>

#include "core/json/schema.h"

namespace madoguchi::json {
namespace {

constexpr std::size_t kMaxFields = 128;

const void* at(const void* object, std::size_t offset) {
  return static_cast<const char*>(object) + offset;
}
void* at(void* object, std::size_t offset) { return static_cast<char*>(object) + offset; }

bool left_out(const Writer& writer, const Field& field, const void* value) {
  if (!field.conditional) return false;
  if (field.type->write_only || writer.hides(field.needs)) return true;
  return (field.omitted_when_empty || field.type->left_out_when_empty) && field.type->empty(value);
}

/// Where the field of that name is in the table, or its size.
std::size_t position(const Fields& fields, std::string_view name) {
  std::size_t i = 0;
  while (i < fields.size() && fields[i].name != name) ++i;
  return i;
}

}  // namespace

Field make_field(const char* name, const char* description, const Type& type) {
  Field field;
  field.name = name;
  field.key = quoted(field.name) + ":";
  field.description = description;
  field.type = &type;
  return field;
}

void write_members(Writer& writer, const Fields& fields, const void* value) {
  for (const Field& field : fields) {
    const void* member = at(value, field.offset);
    if (left_out(writer, field, member)) continue;
    writer.rendered_key(field.key);
    field.type->write(writer, member);
  }
}

void write_object(Writer& writer, const Fields& fields, const void* value) {
  writer.begin_object();
  write_members(writer, fields, value);
  writer.end_object();
}

void read_object(Reader& reader, Node node, const Object& object, void* value) {
  const Fields& fields = object.fields();
  if (fields.size() > kMaxFields) throw std::logic_error("a field table is too long");
  if (node.kind() != Kind::object) {
    return refuse_type(reader, {"an object", "オブジェクト"});
  }
  const bool was_ok = reader.ok();
  std::bitset<kMaxFields> seen;
  for (const Node child : node.children()) {
    const std::size_t i = position(fields, child.name());
    if (i == fields.size()) {
      if (!reader.options().ignore_unknown) {
        reader.refuse_member(child.name(), {"There is no such member.", "未知の項目です。"});
      }
      continue;
    }
    seen.set(i);
    if (fields[i].read_only) {
      reader.refuse_member(child.name(), {"Cannot be written.", "この項目は書き込めません。"});
      continue;
    }
    if ((reader.options().hides & fields[i].needs) != 0) {
      reader.refuse_member(child.name(), {"You may not see this, and so not set it either.",
                                          "閲覧権限のない項目のため、設定できません。"});
      continue;
    }
    const Reader::Inside inside(reader, fields[i].name);
    fields[i].type->read(reader, child, fields[i].limits, at(value, fields[i].offset));
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!seen.test(i) && fields[i].required_in_input()) {
      reader.refuse_member(fields[i].name, {"Is missing.", "必須の項目がありません。"});
    }
  }
  if (object.check != nullptr && was_ok && reader.ok()) object.check(value, reader);
}

void describe_object(Schemas& schemas, Writer& writer, const Object& object, bool nullable) {
  const std::string reference = schemas.reference(object);
  if (!nullable) return writer.member("$ref", reference);
  writer.key("oneOf");
  writer.begin_array();
  writer.begin_object();
  writer.member("$ref", reference);
  writer.end_object();
  writer.begin_object();
  writer.member("type", "null");
  writer.end_object();
  writer.end_array();
}

const Fields& Table<Money>::fields() {
  static const Fields table = json::fields<Money>(
      field("amount_minor", &Money::amount_minor,
            "In the smallest unit of the currency: 1200 JPY is 1200, 12.00 USD is 1200."),
      field("currency", &Money::currency, "ISO 4217 code.")
          .min_length(3)
          .max_length(3)
          .example("\"JPY\""));
  return table;
}

void Table<Money>::check(const Money& value, Reader& reader) {
  const bool letters = std::all_of(value.currency.begin(), value.currency.end(),
                                   [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!letters) {
    reader.refuse_member("currency", {"Has to be an ISO 4217 code such as JPY.",
                                      "JPY のような ISO 4217 の通貨コードを指定してください。"});
  }
}

}  // namespace madoguchi::json
