// SPDX-License-Identifier: Apache-2.0
#include "core/domain/template.h"

#include <gtest/gtest.h>

namespace madoguchi::domain {
namespace {

const Variables kValues = {
    {"customer.name", "山田 <太郎> & \"子\""}, {"case.number", "CS-000001"}, {"order.number", ""}};

Result<Rendered> filled(const std::string& source, Escaping escaping = Escaping::none) {
  return render(source, kValues, escaping, "/text");
}

TEST(Templates, PutValuesIn) {
  EXPECT_EQ(filled("{{customer.name}}様 {{ case.number }}")->text,
            "山田 <太郎> & \"子\"様 CS-000001");
  EXPECT_EQ(filled("no variable, } { }} here")->text, "no variable, } { }} here");
  EXPECT_EQ(filled("")->text, "");
}

TEST(Templates, EscapeValuesInHtmlAndNotWhatIsAroundThem) {
  EXPECT_EQ(filled("<p>{{customer.name}}</p>", Escaping::html)->text,
            "<p>山田 &lt;太郎&gt; &amp; &quot;子&quot;</p>");
  EXPECT_EQ(escape_html("a\r\n'b'"), "a<br>&#39;b&#39;");
}

TEST(Templates, TellWhatHasNoValue) {
  const Result<Rendered> rendered =
      filled("{{order.number}} {{order.number}}{{order.number|none}}");
  ASSERT_TRUE(rendered);
  EXPECT_EQ(rendered->text, " none");
  EXPECT_EQ(rendered->missing, std::vector<std::string>{"order.number"});
  EXPECT_EQ(filled("{{customer.name|somebody}}")->text, "山田 <太郎> & \"子\"");
}

TEST(Templates, AValueIsNotReadAgain) {
  const Variables tricky = {{"a", "{{b}}"}, {"b", "never"}};
  EXPECT_EQ(render("{{a}}", tricky, Escaping::none, "/text")->text, "{{b}}");
}

TEST(Templates, RefuseUnknownVariablesByName) {
  const Result<Rendered> wrong = filled("{{customer.nam}} {{}} {{customer.name}} {{x|y}}");
  ASSERT_FALSE(wrong);
  ASSERT_EQ(wrong.error().fields.size(), 1u);
  EXPECT_EQ(wrong.error().fields[0].pointer, "/text");
  const std::string message = wrong.error().fields[0].message.en;
  EXPECT_NE(message.find("{{customer.nam}}, {{}}, {{x}}"), std::string::npos) << message;
  EXPECT_NE(message.find("case.number, customer.name, order.number"), std::string::npos);
  EXPECT_FALSE(filled("{{customer.name"));
}

}  // namespace
}  // namespace madoguchi::domain
