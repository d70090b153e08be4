// SPDX-License-Identifier: Apache-2.0
#include "core/json/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/json/schema.h"
#include "core/json/value.h"

namespace madoguchi {
namespace {

enum class Mood { calm, upset };

struct PersonTag;

struct Requester {
  std::string name;
  std::optional<EmailAddress> address;
};

struct Sample {
  Id<PersonTag> id;
  std::string number;
  std::optional<std::string> team;
  std::vector<std::string> tags;
  TimePoint created_at;
  Mood mood = Mood::calm;
  Requester requester;
  std::vector<Requester> ccs;
  bool urgent = false;
  int count = 0;
  std::int64_t version = 1;
  double ratio = 0;
  Money price;
  std::optional<PhoneNumber> phone;
  std::map<std::string, std::string> labels;
  json::Raw extra;
  std::string note;
};

struct SamplePatch {
  json::Patch<std::string> subject;
  json::Patch<std::string> team;
  json::Patch<std::vector<std::string>> tags;
};

struct Login {
  std::string name;
  Secret password;
};

struct Tree {
  std::string name;
  std::vector<Tree> children;
};

}  // namespace

template <>
struct EnumNames<Mood> {
  static constexpr EnumName<Mood> values[] = {{Mood::calm, "calm"}, {Mood::upset, "upset"}};
};
template <>
struct json::Table<Requester> {
  static constexpr const char* name = "Requester";
  static const json::Fields& fields() {
    static const json::Fields table =
        json::fields<Requester>(json::field("name", &Requester::name, "As written.").max_length(5),
                                json::field("address", &Requester::address, ""));
    return table;
  }
  static void check(const Requester& value, json::Reader& reader) {
    if (value.name == "root") reader.refuse_member("name", {"Not root.", "root は不可。"});
  }
};
template <>
struct json::Table<Sample> {
  static constexpr const char* name = "Sample";
  static const json::Fields& fields() {
    static const json::Fields table = json::fields<Sample>(
        json::field("id", &Sample::id, "Opaque."),
        json::field("number", &Sample::number, "The hub's own number.").example("\"CS-000123\""),
        json::field("team", &Sample::team, "Who works on it."),
        json::field("tags", &Sample::tags, "").optional().max_items(2).max_length(10),
        json::field("created_at", &Sample::created_at, ""), json::field("mood", &Sample::mood, ""),
        json::field("requester", &Sample::requester, ""),
        json::field("ccs", &Sample::ccs, "").optional(),
        json::field("urgent", &Sample::urgent, "").optional(),
        json::field("count", &Sample::count, "").optional().range(1, 200),
        json::field("version", &Sample::version, "").read_only(),
        json::field("ratio", &Sample::ratio, "").optional(),
        json::field("price", &Sample::price, "").optional(),
        json::field("phone", &Sample::phone, ""),
        json::field("labels", &Sample::labels, "").optional(),
        json::field("extra", &Sample::extra, "").optional(),
        json::field("note", &Sample::note, "").optional().omitted_when_empty());
    return table;
  }
};
template <>
struct json::Table<SamplePatch> {
  static constexpr const char* name = "SamplePatch";
  static const json::Fields& fields() {
    static const json::Fields table = json::fields<SamplePatch>(
        json::field("subject", &SamplePatch::subject, "").not_null().not_empty(),
        json::field("team", &SamplePatch::team, ""), json::field("tags", &SamplePatch::tags, ""));
    return table;
  }
};
template <>
struct json::Table<Login> {
  static constexpr const char* name = "Login";
  static const json::Fields& fields() {
    static const json::Fields table =
        json::fields<Login>(json::field("name", &Login::name, ""),
                            json::field("password", &Login::password, "").min_length(4));
    return table;
  }
};
template <>
struct json::Table<Tree> {
  static constexpr const char* name = "Tree";
  static const json::Fields& fields() {
    static const json::Fields table =
        json::fields<Tree>(json::field("name", &Tree::name, ""),
                           json::field("children", &Tree::children, "").optional());
    return table;
  }
};

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

constexpr const char* kWhole =
    R"({"id":"p1","number":"CS-1","team":null,"tags":["a","b"],"created_at":"2026-11-22T02:03:04.5Z",)"
    R"("mood":"upset","requester":{"name":"山田","address":"a@b.example"},"ccs":[{"name":"x","address":null}],)"
    R"("urgent":true,"count":7,"ratio":1.5,"price":{"amount_minor":1200,"currency":"JPY"},)"
    R"("phone":"03-1234-5678","labels":{"k":"v"},"extra":{"a":[1,-2,3.5,null,"x"]},"note":"n"})";

std::vector<std::string> pointers(const Error& error) {
  std::vector<std::string> list;
  for (const FieldError& field : error.fields) list.push_back(field.pointer);
  return list;
}

template <class T>
Error error_of(std::string_view body) {
  Result<T> read = json::read<T>(body);
  EXPECT_FALSE(read) << body;
  return read ? Error{} : read.error();
}

TEST(Json, RoundTrip) {
  const Result<Sample> sample = json::read<Sample>(kWhole);
  ASSERT_TRUE(sample) << sample.error().describe();
  EXPECT_EQ(sample->requester.name, "山田");
  EXPECT_EQ(sample->mood, Mood::upset);
  EXPECT_EQ(sample->price.amount_minor, 1200);
  EXPECT_EQ(sample->extra.json, R"({"a":[1,-2,3.5,null,"x"]})");
  std::string expected = kWhole;
  expected.replace(expected.find("04.5Z"), 5, "04.500000Z");
  expected.insert(expected.find("\"ratio\""), "\"version\":1,");
  EXPECT_EQ(json::to_string(*sample), expected);
}

TEST(Json, EmptyNoteIsLeftOutAndNullsAreWritten) {
  const std::string text = json::to_string(Sample{});
  EXPECT_THAT(text, Not(HasSubstr("note")));
  EXPECT_THAT(text, HasSubstr(R"("team":null)"));
  EXPECT_THAT(text, HasSubstr(R"("extra":null)"));
}

TEST(Json, ErrorsAreCollectedWithPointers) {
  const Error error = error_of<Sample>(
      R"({"id":"","number":5,"tags":["1","2","3"],"created_at":"yesterday","mood":"angry",)"
      R"("requester":{"name":"toolong","address":"nobody"},"ccs":[{"name":"x"},{"name":1,"z/~":1}],)"
      R"("urgent":"yes","count":201,"version":3,"ratio":"1","price":{"amount_minor":1.5},)"
      R"("phone":"x","labels":{"k":1},"what":1})");
  EXPECT_EQ(error.code, ErrorCode::invalid);
  EXPECT_THAT(
      pointers(error),
      UnorderedElementsAre("/id", "/number", "/tags", "/created_at", "/mood", "/requester/name",
                           "/requester/address", "/ccs/1/name", "/ccs/1/z~1~0", "/urgent", "/count",
                           "/version", "/ratio", "/price/amount_minor", "/price/currency", "/phone",
                           "/labels/k", "/what"));
  for (const FieldError& field : error.fields) {
    EXPECT_FALSE(field.message.en.empty());
    EXPECT_FALSE(field.message.ja.empty());
    if (field.pointer == "/mood") {
      EXPECT_THAT(field.message.en, HasSubstr("calm, upset"));
    }
  }
}

TEST(Json, MissingMembersAreNamed) {
  EXPECT_THAT(pointers(error_of<Sample>(R"({"id":"a"})")),
              ElementsAre("/number", "/created_at", "/mood", "/requester"));
  EXPECT_THAT(pointers(error_of<Sample>("[]")), ElementsAre(""));
}

TEST(Json, CheckRunsOnceEverythingIsRead) {
  EXPECT_THAT(pointers(error_of<Requester>(R"({"name":"root"})")), ElementsAre("/name"));
  EXPECT_THAT(pointers(error_of<Money>(R"({"amount_minor":1,"currency":"jpy"})")),
              ElementsAre("/currency"));
}

TEST(Json, LengthsAreCountedInCodePoints) {
  EXPECT_TRUE(json::read<Requester>(R"({"name":"窓口担当者"})"));
  EXPECT_FALSE(json::read<Requester>(R"({"name":"窓口担当者様"})"));
}

TEST(Json, AListOfErrorsEnds) {
  std::string body = "{";
  for (int i = 0; i < 500; ++i) body += "\"x" + std::to_string(i) + "\":1,";
  body += "\"name\":\"a\"}";
  EXPECT_EQ(error_of<Requester>(body).fields.size(), 50U);
}

TEST(Json, MalformedSaysWhere) {
  for (const char* body : {"", "  ", "{", "{\"a\":}", "{} {}", "nul", "[1,]", "{'a':1}", "\"\xff\"",
                           "\"\\ud800\"", "01", "1e999", "{\"a\":1,\"a\":2}", "\x01"}) {
    const Error error = error_of<Sample>(body);
    EXPECT_EQ(error.code, ErrorCode::malformed) << body;
  }
  EXPECT_THAT(error_of<Sample>("{\"a\":}").message.en, HasSubstr("at byte 6"));
  EXPECT_THAT(error_of<Sample>(R"({"x":{"a b":1,"c":2,"a b":2}})").message.en,
              HasSubstr("\"a b\""));
}

TEST(Json, DepthIsLimited) {
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']');
  };
  EXPECT_TRUE(json::Document::parse(nested(64)));
  EXPECT_FALSE(json::Document::parse(nested(65)));
  EXPECT_EQ(json::Document::parse(nested(100000)).error().code, ErrorCode::malformed);
  EXPECT_FALSE(json::parse(nested(65)));
  EXPECT_TRUE(json::parse(R"(["[[[["])", 1));
}

TEST(Json, ManyMembersAreReadInReasonableTime) {
  std::string body = "{";
  for (int i = 0; i < 100000; ++i) body += "\"" + std::to_string(i) + "\":1,";
  body += "\"x\":1}";
  EXPECT_TRUE(json::Document::parse(body));
}

TEST(Json, HugeNumbers) {
  struct Case {
    const char* number;
    bool taken;
  };
  for (const Case& one : {Case{"9223372036854775807", true}, Case{"-9223372036854775808", true},
                          Case{"9223372036854775808", false}, Case{"-9223372036854775809", false},
                          Case{"18446744073709551616", false}, Case{"1e30", false},
                          Case{"12.0", true}, Case{"12.5", false}, Case{"1e3", true}}) {
    EXPECT_EQ(json::read<std::int64_t>(one.number).has_value(), one.taken) << one.number;
  }
  EXPECT_FALSE(json::read<int>("2147483648"));
  EXPECT_EQ(json::read<int>("-2147483648").value(), -2147483647 - 1);
}

TEST(Json, Escaping) {
  EXPECT_EQ(json::quoted("a\"\\\n\r\t\b\f\x01\x1f/"), R"("a\"\\\n\r\t\b\f\u0001\u001f/")");
  EXPECT_EQ(json::quoted(std::string_view("\0", 1)), R"("\u0000")");
  EXPECT_EQ(json::quoted("窓口 \xF0\x9F\x98\x80 plain text of some length"),
            "\"窓口 \xF0\x9F\x98\x80 plain text of some length\"");
  for (const char* bad : {"\xff", "\x80", "\xc0", "\xc1", "\xf5"}) {
    EXPECT_EQ(json::quoted(bad), "\"\xEF\xBF\xBD\"");
  }
  EXPECT_EQ(json::quoted("\xE3\x81"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");                  // cut off
  EXPECT_EQ(json::quoted("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");  // surrogate
  EXPECT_EQ(json::quoted("\xE0\x80\xAF"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");  // overlong
  EXPECT_EQ(json::quoted("\xF4\x90\x80\x80x").substr(0, 4), "\"\xEF\xBF\xBD");  // above U+10FFFF
}

TEST(Json, EveryByteInEveryPositionStaysValid) {
  for (int byte = 0; byte < 256; ++byte) {
    for (std::size_t at = 0; at < 17; ++at) {
      std::string text(17, 'a');
      text[at] = static_cast<char>(byte);
      const Result<json::Document> document = json::Document::parse(json::quoted(text));
      ASSERT_TRUE(document) << byte << " " << at;
      if (byte < 0x80) {
        ASSERT_EQ(document->root().text(), text);
      }
    }
  }
}

TEST(Json, NulIsRefusedInTexts) {
  EXPECT_THAT(pointers(error_of<Requester>(R"({"name":"a\u0000"})")), ElementsAre("/name"));
}

TEST(Json, TimesAreTheSameAsInBase) {
  for (const std::int64_t micros : {0LL, 1LL, 1763777000000000LL, 1763777000123456LL, -1LL}) {
    std::string fast;
    json::append_time(fast, from_micros(micros));
    EXPECT_EQ(fast, to_rfc3339(from_micros(micros)));
  }
}

TEST(Json, PatchHasThreeStates) {
  const SamplePatch patch = json::read<SamplePatch>(R"({"team":null,"tags":["x"]})").value();
  EXPECT_FALSE(patch.subject.given());
  EXPECT_TRUE(patch.team.is_null());
  std::optional<std::string> team = "a";
  EXPECT_TRUE(patch.team.apply_to(team));
  EXPECT_EQ(team, std::nullopt);
  std::vector<std::string> tags = {"x"};
  EXPECT_FALSE(patch.tags.apply_to(tags));
  EXPECT_EQ(json::to_string(patch), R"({"team":null,"tags":["x"]})");
  EXPECT_THAT(pointers(error_of<SamplePatch>(R"({"subject":null})")), ElementsAre("/subject"));
  EXPECT_THAT(pointers(error_of<SamplePatch>(R"({"subject":""})")), ElementsAre("/subject"));
}

TEST(Json, SecretsComeInAndNeverGoOut) {
  const Login login = json::read<Login>(R"({"name":"a","password":"hunter22"})").value();
  EXPECT_EQ(login.password.reveal(), "hunter22");
  EXPECT_EQ(json::to_string(login), R"({"name":"a"})");
}

TEST(Json, UnknownMembersCanBeIgnoredWhenOthersWriteThem) {
  json::ReadOptions lenient;
  lenient.ignore_unknown = true;
  EXPECT_TRUE(json::read<Requester>(R"({"name":"a","more":1})", lenient));
}

TEST(Json, TreesNest) {
  const Tree tree = json::read<Tree>(R"({"name":"a","children":[{"name":"b"}]})").value();
  EXPECT_EQ(tree.children.at(0).name, "b");
  EXPECT_THAT(pointers(error_of<Tree>(R"({"name":"a","children":[{"name":"b","children":[1]}]})")),
              ElementsAre("/children/0/children/0"));
}

TEST(Json, WriterPutsCommasAndPrettyLaysOut) {
  std::string out = "data: ";
  json::Writer writer(out);
  writer.begin_object();
  writer.member("a", 1);
  writer.key("b");
  writer.begin_array();
  writer.string("x,{");
  writer.begin_object();
  writer.end_object();
  writer.null();
  writer.end_array();
  writer.end_object();
  EXPECT_EQ(out, R"(data: {"a":1,"b":["x,{",{},null]})");
  EXPECT_EQ(json::pretty(R"({"a":[],"b":{"c":"x\"{,"}})"),
            "{\n  \"a\": [],\n  \"b\": {\n    \"c\": \"x\\\"{,\"\n  }\n}\n");
}

TEST(Schema, DescribesWhatIsTaken) {
  std::string text;
  json::write_schema<Sample>(text, json::Schemas::Use::input);
  const json::Value schema = json::parse(text).value();
  const auto at = [&](const char* pointer) {
    const json::Value* found = json::find(schema, pointer);
    return found == nullptr ? std::string("(none)") : found->dump();
  };
  EXPECT_EQ(at("/$ref"), "\"#/$defs/Sample\"");
  EXPECT_EQ(at("/$defs/Sample/required"), R"(["id","number","created_at","mood","requester"])");
  EXPECT_EQ(at("/$defs/Sample/additionalProperties"), "false");
  EXPECT_EQ(at("/$defs/Requester/additionalProperties"), "false");
  EXPECT_EQ(at("/$defs/Sample/properties/mood/enum"), R"(["calm","upset"])");
  EXPECT_EQ(at("/$defs/Sample/properties/team/type"), R"(["string","null"])");
  EXPECT_EQ(at("/$defs/Sample/properties/tags/maxItems"), "2");
  EXPECT_EQ(at("/$defs/Sample/properties/count/maximum"), "200");
  EXPECT_EQ(at("/$defs/Sample/properties/created_at/format"), "\"date-time\"");
  EXPECT_EQ(at("/$defs/Sample/properties/requester/$ref"), "\"#/$defs/Requester\"");
  EXPECT_EQ(at("/$defs/Sample/properties/ccs/items/$ref"), "\"#/$defs/Requester\"");
  EXPECT_EQ(at("/$defs/Sample/properties/version/readOnly"), "true");
  EXPECT_EQ(at("/$defs/Money/properties/currency/maxLength"), "3");
}

TEST(Schema, AnswersRequireWhatIsAlwaysThere) {
  json::Schemas schemas;
  std::string text;
  json::Writer writer(text);
  schemas.write<std::vector<Tree>>(writer, json::Schemas::Use::answer);
  EXPECT_EQ(text, R"({"type":"array","items":{"$ref":"#/components/schemas/Tree"}})");
  EXPECT_THAT(schemas.components().at("Tree"), HasSubstr(R"("required":["name","children"]})"));
  std::string again;
  json::Writer other(again);
  schemas.write<Tree>(other, json::Schemas::Use::input);
  EXPECT_THAT(schemas.components().at("Tree"),
              HasSubstr(R"("required":["name"],"additionalProperties":false})"));
}

TEST(Value, LenientGetters) {
  const json::Value value = json::parse(R"({"a":{"b/c":["x",7,"8",true]}})").value();
  EXPECT_EQ(json::text_at(value, "/a/b~1c/0"), "x");
  EXPECT_EQ(json::integer_at(value, "/a/b~1c/1"), 7);
  EXPECT_EQ(json::integer_at(value, "/a/b~1c/2"), 8);
  EXPECT_EQ(json::boolean_at(value, "/a/b~1c/3"), true);
  for (const char* nowhere : {"/a/b~1c/9", "/a/b~1c/-1", "/z", "x", "/a/b~1c/0/y"}) {
    EXPECT_EQ(json::find(value, nowhere), nullptr) << nowhere;
  }
  EXPECT_FALSE(json::parse("{"));
  EXPECT_EQ(json::dump(json::Value("\xff")), "\"\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace madoguchi
