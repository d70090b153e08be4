// SPDX-License-Identifier: Apache-2.0
#include "core/config/spec.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace madoguchi::config {
namespace {

using namespace std::chrono_literals;

enum class Colour { red, green };

struct Inner {
  std::string must;
  int number = 3;
};

struct Outer {
  std::string name;
  bool flag = true;
  int count = 5;
  std::chrono::milliseconds wait = 10s;
  ByteSize size{std::uint64_t{50} << 20U};
  Colour colour = Colour::green;
  std::vector<std::string> words = {"a b"};
  std::optional<std::filesystem::path> file;
  Inner inner;
  std::optional<Inner> maybe;
  std::vector<Inner> many;
};

ConfigSpec<Inner> inner_spec() {
  return ConfigSpec<Inner>("An inner table.")
      .must("must", &Inner::must, text(), "given", "It must be there.")
      .may("number", &Inner::number, integer<int>(1, 9), "A number.");
}

struct Holder {
  Inner inner;
};

ConfigSpec<Outer> outer_spec() {
  return ConfigSpec<Outer>("A sample.")
      .must("name", &Outer::name, text(10), "sample", "A name.")
      .may("flag", &Outer::flag, boolean(), "A flag.")
      .may("count", &Outer::count, integer<int>(1, 100), "A count.")
      .may("wait", &Outer::wait, duration(1s, 1h), "A wait.")
      .may("size", &Outer::size, size({1024}, {std::uint64_t{1} << 30U}), "A size.")
      .may("colour", &Outer::colour,
           choice<Colour>({{"red", Colour::red}, {"green", Colour::green}}), "A colour.")
      .may("words", &Outer::words, list(text()), "Words.")
      .may("file", &Outer::file, path(), "/etc/sample", "A file.")
      .table("maybe", &Outer::maybe, inner_spec())
      .tables("many", &Outer::many, inner_spec())
      .rule([](const Outer& outer, Complaints& complaints) {
        if (outer.count == 13) complaints.about("/count", {"is unlucky", "不吉です"}, {});
        if (outer.many.size() > 1 && outer.many[1].number == 9) {
          complaints.about("/many/1/number", {"is too much", "多すぎます"}, {"less", "少なめ"});
        }
      });
}

Outer good(std::string_view text) {
  auto value = parse(outer_spec(), text, "x.toml");
  EXPECT_TRUE(value) << (value ? "" : value.error().detail);
  return value ? *value : Outer{};
}

std::string problems(std::string_view text) {
  const auto value = parse(outer_spec(), text, "x.toml");
  EXPECT_FALSE(value);
  return value ? "" : value.error().detail;
}

TEST(ConfigSpec, DefaultsAreThoseOfTheStruct) {
  const Outer outer = good("name = 'n'");
  EXPECT_EQ(outer.name, "n");
  EXPECT_EQ(outer.count, 5);
  EXPECT_EQ(outer.wait, 10s);
  EXPECT_EQ(outer.colour, Colour::green);
  EXPECT_FALSE(outer.file);
  EXPECT_FALSE(outer.maybe);
  EXPECT_TRUE(outer.many.empty());
}

TEST(ConfigSpec, EveryKindIsRead) {
  const Outer outer = good(R"(
name = "日本語"
flag = false
count = 100
wait = "1500ms"
size = "64KiB"
colour = "red"
words = ["x", "y"]
file = "/a/b"
maybe = { must = "m" }
[[many]]
must = "1"
[[many]]
must = "2"
number = 7
)");
  EXPECT_FALSE(outer.flag);
  EXPECT_EQ(outer.count, 100);
  EXPECT_EQ(outer.wait, 1500ms);
  EXPECT_EQ(outer.size.bytes, 65536U);
  EXPECT_EQ(outer.colour, Colour::red);
  EXPECT_EQ(outer.words, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(*outer.file, "/a/b");
  EXPECT_EQ(outer.maybe->must, "m");
  EXPECT_EQ(outer.maybe->number, 3);
  ASSERT_EQ(outer.many.size(), 2U);
  EXPECT_EQ(outer.many[1].number, 7);
}

TEST(ConfigSpec, EveryProblemOfAFileIsToldWithItsLine) {
  EXPECT_EQ(problems(R"(flag = "yes"
count = 101
wait = "10"
size = "1TiB"
colour = "blue"
words = ["x", 5]
file = "relative"
surplus = 1
maybe = { number = 1 }
[[many]]
must = "1"
[[many]]
numbr = 1
number = 1.5
[other]
)"),
            "x.toml:1: name: is missing; allowed: one line of text, at most 10 bytes\n"
            "x.toml:1: flag: is a string; allowed: true, false\n"
            "x.toml:2: count: is out of range; allowed: an integer from 1 to 100\n"
            "x.toml:3: wait: is none of what is allowed; allowed: a duration from \"1s\" to \"1h\" "
            "(ms, s, m, h or d)\n"
            "x.toml:4: size: is none of what is allowed; allowed: a size from \"1KiB\" to \"1GiB\" "
            "(B, KiB, MiB or GiB)\n"
            "x.toml:5: colour: is none of what is allowed; allowed: \"red\", \"green\"\n"
            "x.toml:6: words: entry 2 is an integer; allowed: a list, each entry being one line of "
            "text, at most "
            "255 bytes\n"
            "x.toml:7: file: is none of what is allowed; allowed: an absolute path\n"
            "x.toml:8: surplus: is not known; allowed: name, flag, count, wait, size, colour, "
            "words, file, maybe, many\n"
            "x.toml:9: [maybe] must: is missing; allowed: one line of text, at most 255 bytes\n"
            "x.toml:12: [[many]] must: is missing; allowed: one line of text, at most 255 bytes\n"
            "x.toml:13: [[many]] numbr: is not known; allowed: must, number\n"
            "x.toml:14: [[many]] number: is a fraction; allowed: an integer from 1 to 9\n"
            "x.toml:15: other: is not known; allowed: name, flag, count, wait, size, colour, "
            "words, file, maybe, many");
}

TEST(ConfigSpec, ProblemsHavePointersAndBothLanguages) {
  const auto value = parse(outer_spec(), "name = 'n'\n[[many]]\nmust = 1", "x.toml");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().code, ErrorCode::invalid);
  ASSERT_EQ(value.error().fields.size(), 1U);
  EXPECT_EQ(value.error().fields[0].pointer, "/many/0/must");
  EXPECT_EQ(value.error().fields[0].message.en,
            "is an integer; allowed: one line of text, at most 255 bytes");
  EXPECT_EQ(value.error().fields[0].message.ja,
            "整数です（指定できる値: 1 行の文字列（255 バイトまで））");
}

TEST(ConfigSpec, ValuesAreNeverQuoted) {
  const std::string text = problems("name = 5\ncolour = 'hunter2'\npassword = 'hunter2'");
  EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
}

TEST(ConfigSpec, RulesAreAskedOnlyWhenTheTableIsRightAndPointAtTheirLine) {
  EXPECT_EQ(problems("name = 'n'\ncount = 13"), "x.toml:2: count: is unlucky");
  EXPECT_EQ(problems("count = 13").find("unlucky"), std::string::npos);
  EXPECT_EQ(problems("name = 'n'\n[[many]]\nmust = '1'\n[[many]]\nmust = '2'\nnumber = 9"),
            "x.toml:6: [[many]] number: is too much; allowed: less");
}

TEST(ConfigSpec, ATableInTheWrongShapeIsTold) {
  EXPECT_EQ(problems("name = 'n'\nmaybe = 5"), "x.toml:2: maybe: is an integer; allowed: a table");
  EXPECT_EQ(problems("name = 'n'\nmany = 'x'"),
            "x.toml:2: many: is a string; allowed: tables [[many]]");
  EXPECT_EQ(problems("name = 'n'\n[many]\nmust = 'x'"),
            "x.toml:2: many: is a table; allowed: tables [[many]]");
  EXPECT_EQ(problems("name = 'n'\nmany = [1]"),
            "x.toml:2: many, entry 1: is an integer; allowed: a table");
}

TEST(ConfigSpec, WhatIsNotTomlIsOneProblemWithItsLine) {
  for (const char* text : {"name = 'n'\nname = 'again'", "name = 'n'\n= 3", "name = 'n'\nx = \"a",
                           "name = 'n'\nx = [1,", "name = 'n'\nx = \"\xff\""}) {
    const std::string told = problems(text);
    EXPECT_EQ(told.rfind("x.toml:2: not TOML: ", 0), 0U) << told;
    EXPECT_EQ(told.find('\n'), std::string::npos) << told;
  }
}

TEST(ConfigSpec, OddKeysCannotSteerATerminal) {
  const std::string told = problems("name = 'n'\n\"a/b~c\\u001b[2J\" = 1");
  EXPECT_EQ(told.rfind("x.toml:2: a/b~c?[2J: is not known", 0), 0U) << told;
}

TEST(ConfigSpec, TheReferenceShowsEveryOptionOnce) {
  EXPECT_EQ(render_reference(outer_spec()), R"(# A sample.
# A name. Must be set. Allowed: one line of text, at most 10 bytes.
name = "sample"
# A flag. Allowed: true, false.
#flag = true
# A count. Allowed: an integer from 1 to 100.
#count = 5
# A wait. Allowed: a duration from "1s" to "1h" (ms, s, m, h or d).
#wait = "10s"
# A size. Allowed: a size from "1KiB" to "1GiB" (B, KiB, MiB or GiB).
#size = "50MiB"
# A colour. Allowed: "red", "green".
#colour = "green"
# Words. Allowed: a list, each entry being one line of text, at most 255 bytes.
#words = ["a b"]
# A file. Not set by default. Allowed: an absolute path.
#file = "/etc/sample"

# An inner table.
#[maybe]
# It must be there. Must be set. Allowed: one line of text, at most 255 bytes.
#must = "given"
# A number. Allowed: an integer from 1 to 9.
#number = 3

# An inner table.
[[many]]
# It must be there. Must be set. Allowed: one line of text, at most 255 bytes.
must = "given"
# A number. Allowed: an integer from 1 to 9.
#number = 3
)");
}

TEST(ConfigSpec, CommentsMustBeSentences) {
  EXPECT_THROW(static_cast<void>(render_reference(ConfigSpec<Outer>("no full stop"))),
               std::logic_error);
}

TEST(ConfigSpec, LongCommentsAreWrapped) {
  const std::string word(30, 'w');
  const std::string about = word + " " + word + " " + word + " " + word + ".";
  EXPECT_EQ(render_reference(ConfigSpec<Holder>(about)),
            "# " + word + " " + word + " " + word + "\n# " + word + ".\n");
  const std::string endless(150, 'w');
  EXPECT_EQ(render_reference(ConfigSpec<Holder>(endless + ".")), "# " + endless + ".\n");
}

}  // namespace
}  // namespace madoguchi::config
