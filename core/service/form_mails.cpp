// SPDX-License-Identifier: Apache-2.0
#include "core/service/form_mails.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/email_address.h"
#include "core/service/order_numbers.h"
#include "core/text/fold.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

constexpr std::size_t kMostText = 64 * 1024;
constexpr std::size_t kLongestLabel = 120;
constexpr std::size_t kLongestValue = 300;

enum class Part {
  name,
  family_name,
  given_name,
  kana,
  family_kana,
  given_kana,
  address,
  phone,
  order_number,
  inquiry,
  other
};
constexpr std::size_t kParts = 11;

struct Label {
  Part part;
  const char* text;  ///< folded, without blanks
};

// Of EC-CUBE, Shopify, ecforce, MakeShop, futureshop, Contact Form 7, Google Forms and what shops
// make of them.
constexpr Label kLabels[] = {
    {Part::name, "お名前"},
    {Part::name, "名前"},
    {Part::name, "氏名"},
    {Part::name, "ご氏名"},
    {Part::name, "お客様名"},
    {Part::name, "お客様氏名"},
    {Part::name, "ご担当者名"},
    {Part::name, "差出人"},
    {Part::name, "name"},
    {Part::name, "yourname"},
    {Part::name, "fullname"},
    {Part::name, "customername"},
    {Part::name, "from"},
    {Part::family_name, "姓"},
    {Part::family_name, "お名前(姓)"},
    {Part::family_name, "lastname"},
    {Part::family_name, "familyname"},
    {Part::given_name, "名"},
    {Part::given_name, "お名前(名)"},
    {Part::given_name, "firstname"},
    {Part::given_name, "givenname"},
    {Part::kana, "ふりがな"},
    {Part::kana, "お名前(ふりがな)"},
    {Part::kana, "お名前(かな)"},
    {Part::kana, "氏名(ふりがな)"},
    {Part::kana, "氏名(かな)"},
    {Part::kana, "お名前ふりがな"},
    {Part::kana, "かな"},
    {Part::kana, "kana"},
    {Part::family_kana, "せい"},
    {Part::family_kana, "ふりがな(せい)"},
    {Part::given_kana, "めい"},
    {Part::given_kana, "ふりがな(めい)"},
    {Part::address, "めーるあどれす"},
    {Part::address, "eめーる"},
    {Part::address, "e-mail"},
    {Part::address, "email"},
    {Part::address, "mail"},
    {Part::address, "めーる"},
    {Part::address, "youremail"},
    {Part::address, "emailaddress"},
    {Part::address, "e-mailaddress"},
    {Part::address, "ご連絡先めーるあどれす"},
    {Part::phone, "電話番号"},
    {Part::phone, "お電話番号"},
    {Part::phone, "電話"},
    {Part::phone, "tel"},
    {Part::phone, "携帯電話番号"},
    {Part::phone, "ご連絡先電話番号"},
    {Part::phone, "phone"},
    {Part::phone, "phonenumber"},
    {Part::phone, "telephone"},
    {Part::order_number, "注文番号"},
    {Part::order_number, "ご注文番号"},
    {Part::order_number, "受注番号"},
    {Part::order_number, "注文id"},
    {Part::order_number, "ordernumber"},
    {Part::order_number, "orderno"},
    {Part::order_number, "orderid"},
    {Part::order_number, "order#"},
    {Part::order_number, "order"},
    {Part::inquiry, "お問い合わせ内容"},
    {Part::inquiry, "お問合せ内容"},
    {Part::inquiry, "お問い合わせ本文"},
    {Part::inquiry, "お問い合わせ"},
    {Part::inquiry, "ご質問内容"},
    {Part::inquiry, "内容"},
    {Part::inquiry, "本文"},
    {Part::inquiry, "めっせーじ"},
    {Part::inquiry, "めっせーじ本文"},
    {Part::inquiry, "message"},
    {Part::inquiry, "messagebody"},
    {Part::inquiry, "yourmessage"},
    {Part::inquiry, "body"},
    {Part::inquiry, "comment"},
    {Part::inquiry, "comments"},
    {Part::inquiry, "inquiry"},
    {Part::other, "件名"},
    {Part::other, "題名"},
    {Part::other, "subject"},
    {Part::other, "お問い合わせ種別"},
    {Part::other, "お問い合わせ項目"},
    {Part::other, "郵便番号"},
    {Part::other, "住所"},
    {Part::other, "ご住所"},
    {Part::other, "会社名"},
    {Part::other, "国こーど"},
    {Part::other, "countrycode"},
};

/// What tells the known forms apart: any address, subject or mark that fits.
struct KnownForm {
  const char* name;
  const char* from;
  const char* subject;
  const char* mark;  ///< folded, somewhere in the text
};
constexpr KnownForm kKnownForms[] = {
    {"shopify", "*@shopify.com", "*new customer message on*", nullptr},
    {"shopify", "*@shopifyemail.com", "*お客様からの新しいメッセージ*", nullptr},
    {"google_forms", "forms-receipts-noreply@google.com", "*新しい回答*", "forms.gle/"},
    {"google_forms", "*@docs.google.com", "*new response*", "docs.google.com/forms"},
    {"contact_form_7", "wordpress@*", nullptr, "this e-mail was sent from a contact form"},
    {"contact_form_7", nullptr, nullptr, "お問い合わせふぉーむから送信されました"},
    {"ecforce", "*@ec-force.com", nullptr, "ecforce"},
    {"makeshop", "*@makeshop.jp", nullptr, "makeshop"},
    {"futureshop", "*@future-shop.jp", nullptr, "future-shop"},
    {"ec_cube", nullptr, "*お問い合わせを受け付けました*", "ec-cube"},
};
// Senders that write for many shops, so that theirs is not the shop's domain.
constexpr std::array kPlatforms = {"*@shopify.com",     "*@shopifyemail.com",
                                   "*@docs.google.com", "forms-receipts-noreply@google.com",
                                   "*@ec-force.com",    "*@makeshop.jp",
                                   "*@future-shop.jp"};

std::string without_blanks(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '\t' && c != '\r') out += c;
  }
  return out;
}

bool drop_prefix(std::string& text, std::string_view prefix) {
  if (text.rfind(prefix, 0) != 0) return false;
  text.erase(0, prefix.size());
  return true;
}

bool drop_suffix(std::string& text, std::string_view suffix) {
  if (text.size() < suffix.size() ||
      text.compare(text.size() - suffix.size(), suffix.size(), suffix) != 0)
    return false;
  text.erase(text.size() - suffix.size());
  return true;
}

/// A label as it is compared: folded, without blanks, bullets, brackets and "required" marks.
std::string bare_label(std::string_view label) {
  std::string bare = without_blanks(text::fold(label));
  bool cut = true;
  while (cut) {
    cut = false;
    for (const char* mark : {"■",  "●", "◆", "□",  "◇", "○", "▼",  "◎", "★", "※",
                             "・", "*", "-", "【", "[", "<", "「", "|", "#", "."}) {
      cut = drop_prefix(bare, mark) || cut;
    }
    for (const char* mark : {"】", "]", ">", "」", "|", ":", "*", "(必須)", "※必須", "[必須",
                             "【必須", "必須", "(任意)", "(required)", "※", "="}) {
      cut = drop_suffix(bare, mark) || cut;
    }
  }
  return bare;
}

class Labels {
 public:
  explicit Labels(const domain::FormRule& rule) {
    add(rule.name, Part::name);
    add(rule.kana, Part::kana);
    add(rule.address, Part::address);
    add(rule.phone, Part::phone);
    add(rule.order_number, Part::order_number);
  }
  [[nodiscard]] std::optional<Part> part_of(std::string_view label) const {
    if (label.empty() || label.size() > kLongestLabel) return std::nullopt;
    const std::string bare = bare_label(label);
    for (const std::pair<std::string, Part>& one : own_) {
      if (one.first == bare) return one.second;
    }
    for (const Label& one : kLabels) {
      if (bare == one.text) return one.part;
    }
    return std::nullopt;
  }

 private:
  void add(const std::vector<std::string>& labels, Part part) {
    for (const std::string& label : labels) own_.emplace_back(bare_label(label), part);
  }
  std::vector<std::pair<std::string, Part>> own_;
};

struct Line {
  std::optional<Part> part;
  std::string_view value;  ///< behind the separator; empty: on the lines below
};

/// "label SEPARATOR value", at the first separator that leaves a label on its left.
Line split_line(std::string_view line, const Labels& labels) {
  static constexpr std::array<std::string_view, 9> kSeparators = {"：", ":", "】", "］", "]",
                                                                  "＝", "=", "\t", "|"};
  for (std::size_t at = 0; at < line.size() && at <= kLongestLabel; ++at) {
    for (const std::string_view separator : kSeparators) {
      if (line.compare(at, separator.size(), separator) != 0) continue;
      if (const std::optional<Part> part = labels.part_of(line.substr(0, at))) {
        std::string_view value = line.substr(at + separator.size());
        // "【お名前】：山田"
        for (const std::string_view again : {std::string_view("："), std::string_view(":")}) {
          if (value.rfind(again, 0) == 0) value.remove_prefix(again.size());
        }
        return {part, value};
      }
    }
  }
  return {labels.part_of(line), {}};
}

std::string clean(std::string_view value) {
  std::string out = text::one_line(text::truncate_utf8(value, kLongestValue));
  while (drop_prefix(out, "　") || drop_prefix(out, " ")) {
  }
  while (drop_suffix(out, "　") || drop_suffix(out, " ")) {
  }
  return out;
}

std::string clean_name(std::string_view value) {
  std::string name = clean(value);
  if (drop_suffix(name, "様") || drop_suffix(name, "さま")) name = clean(name);
  return name;
}

/// The address in "Jane <jane@example.com>", "mailto:…" or alone; empty: none.
std::string address_in(std::string_view value) {
  std::string text = clean(value);
  const std::size_t open = text.rfind('<');
  const std::size_t close = text.find('>', open == std::string::npos ? 0 : open);
  if (open != std::string::npos && close != std::string::npos) {
    text = text.substr(open + 1, close - open - 1);
  }
  drop_prefix(text, "mailto:");
  text = text.substr(0, text.find_first_of(" \t<("));
  const Result<EmailAddress> address = EmailAddress::parse(text);
  return address ? address->str() : "";
}

std::string joined(const std::string& family, const std::string& given) {
  return family.empty() || given.empty() ? family + given : family + " " + given;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  text = text.substr(0, kMostText);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
    lines.push_back(line);
    begin = end + 1;
  }
  return lines;
}

FormFields fields_of(std::array<std::string, kParts>& values,
                     const std::array<bool, kParts>& seen) {
  const auto at = [&values](Part part) -> std::string& {
    return values.at(static_cast<std::size_t>(part));
  };
  FormFields fields;
  domain::Requester& who = fields.requester;
  // Contact Form 7 writes "From: Jane <jane@example.com>".
  const std::string in_name = address_in(at(Part::name));
  if (!in_name.empty()) at(Part::name).erase(at(Part::name).find_first_of("<"));
  who.name = clean_name(at(Part::name));
  if (who.name.empty())
    who.name = joined(clean_name(at(Part::family_name)), clean_name(at(Part::given_name)));
  who.kana = clean_name(at(Part::kana));
  if (who.kana.empty())
    who.kana = joined(clean_name(at(Part::family_kana)), clean_name(at(Part::given_kana)));
  who.address = address_in(at(Part::address));
  if (who.address.empty()) who.address = in_name;
  who.phone = std::string(text::truncate_utf8(clean(at(Part::phone)), 60));
  fields.order_number = clean(at(Part::order_number));
  fields.has_inquiry = seen.at(static_cast<std::size_t>(Part::inquiry));
  fields.labels = static_cast<int>(std::count(seen.begin(), seen.end(), true));
  return fields;
}

bool comes_from_shop(const std::string& from, const std::vector<std::string>& own_domains) {
  const Result<EmailAddress> address = EmailAddress::parse(from);
  if (!address) return false;
  const std::string domain = text::fold(address->domain());
  return std::any_of(own_domains.begin(), own_domains.end(), [&](const std::string& own) {
    const bool below = domain.size() > own.size() + 1 &&
                       domain.compare(domain.size() - own.size(), own.size(), own) == 0 &&
                       domain[domain.size() - own.size() - 1] == '.';
    return domain == own || below;
  });
}

const char* name_of_form(const std::string& from, const std::string& subject,
                         std::string_view text) {
  const std::string folded = text::fold(text.substr(0, kMostText));
  for (const KnownForm& form : kKnownForms) {
    if ((form.from != nullptr && fits_pattern(form.from, from)) ||
        (form.subject != nullptr && fits_pattern(form.subject, subject)) ||
        (form.mark != nullptr && folded.find(form.mark) != std::string::npos)) {
      return form.name;
    }
  }
  return "labels";
}

FormMail form_of(std::string name, const mail::Message& mail, FormFields fields,
                 const std::string& from) {
  FormMail form{std::move(name), std::move(fields.requester), {}};
  if (!mail.reply_to.empty() && form.requester.address.empty() &&
      mail.reply_to.front().address != from) {
    form.requester.address = mail.reply_to.front().address;
    if (form.requester.name.empty()) form.requester.name = clean(mail.reply_to.front().name);
  }
  // A value like any other text: what looks like a telephone there is none either.
  if (!fields.order_number.empty())
    form.order_numbers = order_numbers("", "注文番号: " + fields.order_number, {});
  return form;
}

bool same_address(const std::string& a, const std::string& b) {
  const Result<EmailAddress> first = EmailAddress::parse(a);
  const Result<EmailAddress> second = EmailAddress::parse(b);
  return first && second && first->key() == second->key();
}

}  // namespace

FormFields read_form_fields(std::string_view text, const domain::FormRule& rule) {
  const Labels labels(rule);
  const std::vector<std::string_view> lines = lines_of(text);
  std::array<std::string, kParts> values;
  std::array<bool, kParts> seen{};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Line line = split_line(lines[i], labels);
    if (!line.part) continue;
    const auto at = static_cast<std::size_t>(*line.part);
    // What stands under the inquiry is the customer's own text, and may hold labels too.
    if (seen.at(at)) continue;
    seen.at(at) = true;
    if (*line.part == Part::inquiry) continue;
    std::string value = clean(line.value);
    for (std::size_t below = i + 1; value.empty() && below < lines.size() && below <= i + 2;
         ++below) {
      if (split_line(lines[below], labels).part) break;
      value = clean(lines[below]);
    }
    values.at(at) = std::move(value);
  }
  return fields_of(values, seen);
}

std::optional<FormMail> find_form_mail(const mail::Message& mail, const domain::MailboxRules& rules,
                                       const std::vector<std::string>& own_domains,
                                       std::string& saw) {
  const std::string from = mail.from.empty() ? "" : mail.from.front().address;
  for (std::size_t i = 0; i < rules.forms.size(); ++i) {
    const domain::FormRule& rule = rules.forms[i];
    const bool fits = (rule.from.empty() || fits_pattern(rule.from, from)) &&
                      (rule.subject.empty() || fits_pattern(rule.subject, mail.subject));
    if (fits)
      return form_of(fmt::format("rule {}", i + 1), mail, read_form_fields(mail.text, rule), from);
  }
  saw = rules.forms.empty() ? "no rule of a form" : "no rule of a form fits";
  if (!rules.known_forms) return std::nullopt;
  if (!mail.in_reply_to.empty() || !mail.references.empty()) {
    saw += "; it answers a mail, so it is no form's";
    return std::nullopt;
  }
  // Asked first, because it costs nothing and hardly any mail gets past it.
  const bool from_shop = std::any_of(kPlatforms.begin(), kPlatforms.end(),
                                     [&](const char* one) { return fits_pattern(one, from); }) ||
                         comes_from_shop(from, own_domains);
  const std::string reply_to = mail.reply_to.empty() ? "" : mail.reply_to.front().address;
  if (!from_shop && (reply_to.empty() || same_address(from, reply_to))) {
    saw += "; neither its sender nor its Reply-To is as a form's";
    return std::nullopt;
  }
  FormFields fields = read_form_fields(mail.text, {});
  constexpr int kEnough = 3;
  if (fields.labels < kEnough || fields.requester.address.empty() || !fields.has_inquiry) {
    saw += "; it does not read like a form's";
    return std::nullopt;
  }
  if (!from_shop && !same_address(reply_to, fields.requester.address)) {
    saw += "; it reads like a form's, but its Reply-To is not the address it names";
    return std::nullopt;
  }
  const char* name = name_of_form(from, mail.subject, mail.text);
  return form_of(name, mail, std::move(fields), from);
}

}  // namespace madoguchi::service
