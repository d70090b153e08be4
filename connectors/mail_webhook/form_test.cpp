// SPDX-License-Identifier: Apache-2.0
#include "connectors/mail_webhook/form.h"

#include <gtest/gtest.h>

namespace madoguchi::connectors::mail_webhook {
namespace {

constexpr const char* kUrlencoded = "application/x-www-form-urlencoded; charset=utf-8";
constexpr const char* kMultipart = "multipart/form-data; boundary=\"b1\"";

std::string part(const std::string& head, const std::string& value) {
  return "--b1\r\n" + head + "\r\n\r\n" + value + "\r\n";
}
std::string field(const std::string& name, const std::string& value) {
  return part("Content-Disposition: form-data; name=\"" + name + "\"", value);
}

TEST(Form, urlencoded_values_are_octets) {
  const std::string body = "a=1+2&b=%E5%B1%B1%00%ff&&c&d=&a=second&%61%3D=x";
  const auto form = Form::parse(kUrlencoded, body);
  ASSERT_TRUE(form);
  EXPECT_EQ(form->text("a"), "1 2");
  EXPECT_EQ(form->text("b"), std::string_view("\xE5\xB1\xB1\0\xFF", 5));
  ASSERT_NE(form->find("c"), nullptr);
  EXPECT_EQ(form->text("c"), "");
  EXPECT_EQ(form->text("a="), "x");
  EXPECT_EQ(form->find("e"), nullptr);
  EXPECT_EQ(form->fields().size(), 6U);
}

TEST(Form, urlencoded_refuses_what_is_not_written_so) {
  for (const char* body : {"", "&&", "a=%", "a=%4", "a=%zz", "%g0=1"}) {
    EXPECT_FALSE(Form::parse(kUrlencoded, body)) << body;
  }
}

TEST(Form, multipart_gives_values_octet_by_octet) {
  const std::string odd = "\r\n--b\r\n\r\n --b1 \n\r" + std::string("\0\xFF\r", 3);
  const std::string body =
      "preamble\r\n" + field("text", odd) + field("empty", "") +
      part(
          "content-type: application/pdf; name=x\r\nContent-Disposition: form-data; "
          "name=\"attachment-1\"; filename=\"領収書.pdf\"",
          "%PDF\r\n") +
      "--b1--\r\nepilogue";
  const auto form = Form::parse(kMultipart, body);
  ASSERT_TRUE(form);
  EXPECT_EQ(form->text("text"), odd);
  EXPECT_EQ(form->text("empty"), "");
  EXPECT_EQ(form->files(), 1U);
  EXPECT_EQ(form->find("attachment-1"), nullptr) << "a file is no text";
  const FormField& file = form->fields().at(2);
  EXPECT_EQ(file.file_name, "領収書.pdf");
  EXPECT_EQ(file.media_type, "application/pdf");
  EXPECT_EQ(file.value, "%PDF\r\n");
}

TEST(Form, multipart_that_is_cut_or_has_no_names_is_none) {
  const std::string whole = field("a", "1") + field("b", "2");
  EXPECT_TRUE(Form::parse(kMultipart, whole + "--b1--"));
  for (const std::string& body :
       {std::string(), whole, whole + "--b1-", std::string("--b1--\r\n"), field("a", "1"),
        whole + part("Content-Type: text/plain", "x") + "--b1--",
        whole + part("Content-Disposition: form-data", "x") + "--b1--",
        whole + part("Content-Disposition: attachment; name=\"a\"", "x") + "--b1--"}) {
    EXPECT_FALSE(Form::parse(kMultipart, body)) << body;
  }
  // Every place it can be cut at.
  const std::string body = whole + "--b1--";
  for (std::size_t size = 0; size < body.size(); ++size) {
    EXPECT_FALSE(Form::parse(kMultipart, std::string_view(body).substr(0, size))) << size;
  }
}

TEST(Form, only_forms_are_read) {
  const std::string body = field("a", "1") + "--b1--";
  for (const char* type : {"", "text/plain", "multipart/mixed; boundary=b1", "multipart/form-data",
                           "multipart/form-data; boundary=\"\"", "application/json"}) {
    EXPECT_FALSE(Form::parse(type, body)) << type;
  }
}

TEST(Form, has_a_limit_of_fields) {
  std::string body;
  for (int i = 0; i < 5'001; ++i) body += "a=1&";
  EXPECT_FALSE(Form::parse(kUrlencoded, body));
  EXPECT_TRUE(Form::parse(kUrlencoded, std::string_view(body).substr(0, body.size() - 4)));
}

}  // namespace
}  // namespace madoguchi::connectors::mail_webhook
