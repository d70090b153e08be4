// SPDX-License-Identifier: Apache-2.0
#include "core/service/customer_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/service/customer_wishes.h"
#include "core/text/fold.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

using Column = CustomerColumn;

// In the order of an export; "name" and "kana" are only read.
constexpr CsvColumn<Column> kColumns[] = {
    {Column::number, "number", "顧客番号"},
    {Column::family_name, "family_name", "姓"},
    {Column::given_name, "given_name", "名"},
    {Column::family_name_kana, "family_name_kana", "セイ/姓カナ/姓(カナ)/姓フリガナ"},
    {Column::given_name_kana, "given_name_kana", "メイ/名カナ/名(カナ)/名フリガナ"},
    {Column::company, "company", "会社名/法人名"},
    {Column::email, "email", "メールアドレス/メール"},
    {Column::other_emails, "other_emails", "その他のメールアドレス"},
    {Column::newsletter, "newsletter", "メルマガ/メールマガジン"},
    {Column::phone, "phone", "電話番号/電話"},
    {Column::other_phones, "other_phones", "その他の電話番号"},
    {Column::country, "country", "国"},
    {Column::postal_code, "postal_code", "郵便番号"},
    {Column::prefecture, "prefecture", "都道府県"},
    {Column::city, "city", "市区町村"},
    {Column::street, "street", "番地/町名・番地/住所"},
    {Column::building, "building", "建物名/建物名・部屋番号"},
    {Column::labels, "labels", "顧客ラベル/ラベル"},
    {Column::tags, "tags", "タグ"},
    {Column::blacklisted, "blacklisted", "ブラックリスト"},
    {Column::blacklist_reasons, "blacklist_reasons", "ブラックリスト理由"},
    {Column::language, "language", "言語"},
    {Column::time_zone, "time_zone", "タイムゾーン"},
    {Column::birthday, "birthday", "生年月日/誕生日"},
    {Column::sex, "sex", "性別"},
    {Column::rank, "rank", "会員ランク/ランク"},
    {Column::points, "points", "ポイント/保有ポイント"},
    {Column::purchase_count, "purchase_count", "購入回数"},
    {Column::external_account, "external_account", "外部連携アカウント"},
    {Column::external_id, "external_id", "外部ID"},
    {Column::external_number, "external_number", "外部番号"},
    {Column::name, "name", "名前/氏名/お名前"},
    {Column::kana, "kana", "フリガナ/カナ/お名前(カナ)"},
};

std::string_view name_of(Column column) {
  for (const CsvColumn<Column>& one : kColumns) {
    if (one.column == column) return one.name;
  }
  return {};
}

Error wrong(Column column, Text message) {
  return Error::invalid("/" + std::string(name_of(column)), std::move(message));
}

/// "a; b" and "a；b".
std::vector<std::string> list_in(const std::string& cell) {
  std::vector<std::string> items;
  std::string item;
  const auto add = [&] {
    std::string clean = text::one_line(item);
    if (!clean.empty()) items.push_back(std::move(clean));
    item.clear();
  };
  constexpr std::string_view kWide = "；";
  for (std::size_t i = 0; i < cell.size(); ++i) {
    const bool wide = cell.compare(i, kWide.size(), kWide) == 0;
    if (cell[i] != ';' && !wide) {
      item += cell[i];
      continue;
    }
    if (wide) i += kWide.size() - 1;
    add();
  }
  add();
  return items;
}

std::string joined(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "" : "; ") + item;
  return out;
}

/// In bytes, and no more than what a request may hold.
std::size_t longest(Column column) {
  switch (column) {
    case Column::country:
      return 2;
    case Column::postal_code:
      return 20;
    case Column::family_name:
    case Column::given_name:
    case Column::family_name_kana:
    case Column::given_name_kana:
    case Column::prefecture:
    case Column::rank:
    case Column::external_account:
      return 100;
    case Column::other_emails:
    case Column::other_phones:
    case Column::labels:
    case Column::tags:
    case Column::blacklist_reasons:
      return 2000;
    default:
      return 200;
  }
}

Result<bool> yes_or_no(Column column, const std::string& cell) {
  const std::string text = squeezed(cell);
  for (const char* yes : {"yes", "true", "1", "はい", "有", "○"}) {
    if (text == yes) return true;
  }
  for (const char* no : {"no", "false", "0", "いいえ", "無", "×"}) {
    if (text == no) return false;
  }
  return fail(wrong(column, {"Has to be yes or no.", "はい か いいえ で指定してください。"}));
}

Result<std::int64_t> whole_number(Column column, const std::string& cell) {
  const std::optional<std::int64_t> value = service::whole_number(cell);
  constexpr std::int64_t kMost = 1'000'000'000'000;
  if (value && *value >= -kMost && *value <= kMost) return *value;
  return fail(wrong(column, {"Has to be a whole number.", "整数で指定してください。"}));
}

Result<domain::Sex> sex_of(const std::string& cell) {
  const std::string text = squeezed(cell);
  if (text == "male" || text == "男性" || text == "男") return domain::Sex::male;
  if (text == "female" || text == "女性" || text == "女") return domain::Sex::female;
  if (text == "other" || text == "その他") return domain::Sex::other;
  if (text == "unknown" || text == "不明") return domain::Sex::unknown;
  return fail(wrong(Column::sex, {"Has to be female, male, other or unknown.",
                                  "女性、男性、その他、不明のいずれかで指定してください。"}));
}

/// 1980/4/1 as 1980-04-01; anything else as it is, for the domain to judge.
std::string birthday_of(const std::string& cell) {
  const std::string text = squeezed(cell);
  int parts[3] = {0, 0, 0};
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  for (int& part : parts) {
    const auto read = std::from_chars(at, end, part);
    if (read.ec != std::errc()) return text;
    at = read.ptr;
    if (&part != &parts[2] && (at == end || (*at != '/' && *at != '-' && *at != '.'))) return text;
    if (&part != &parts[2]) ++at;
  }
  if (at != end) return text;
  return fmt::format("{:04}-{:02}-{:02}", parts[0], parts[1], parts[2]);
}

/// The first is the preferred one from then on; what the customer has stays.
template <class T, class Same>
void add_first(std::vector<T>& list, T value, Same&& same) {
  for (T& one : list) one.preferred = false;
  const auto known =
      std::find_if(list.begin(), list.end(), [&](const T& one) { return same(one, value); });
  if (known == list.end()) {
    value.preferred = true;
    list.insert(list.begin(), std::move(value));
  } else {
    known->preferred = true;
  }
}

template <class T, class Same>
void add_more(std::vector<T>& list, T value, Same&& same) {
  const bool known =
      std::any_of(list.begin(), list.end(), [&](const T& one) { return same(one, value); });
  if (!known) list.push_back(std::move(value));
}

Result<void> set_emails(CustomerPatchDto& wish, const CustomerLine& line,
                        const domain::Customer& base) {
  std::vector<domain::CustomerEmail> emails = base.emails;
  const auto same = [](const auto& a, const auto& b) { return a.address == b.address; };
  for (const Column column : {Column::email, Column::other_emails}) {
    for (const std::string& item : list_in(line.cell(column))) {
      const Result<EmailAddress> address = EmailAddress::parse(item);
      if (!address) return fail(wrong(column, address.error().fields.front().message));
      if (column == Column::email) {
        add_first(emails, domain::CustomerEmail{*address, true, false}, same);
      } else {
        add_more(emails, domain::CustomerEmail{*address, false, false}, same);
      }
    }
  }
  if (const std::string cell = line.cell(Column::newsletter); !cell.empty()) {
    const Result<bool> wanted = yes_or_no(Column::newsletter, cell);
    if (!wanted) return fail(wanted.error());
    for (domain::CustomerEmail& one : emails) {
      if (one.preferred) one.newsletter = *wanted;
    }
  }
  if (emails != base.emails) wish.emails = std::move(emails);
  return {};
}

Result<void> set_phones(CustomerPatchDto& wish, const CustomerLine& line,
                        const domain::Customer& base) {
  std::vector<domain::CustomerPhone> phones = base.phones;
  const auto same = [](const auto& a, const auto& b) { return a.number == b.number; };
  for (const Column column : {Column::phone, Column::other_phones}) {
    for (const std::string& item : list_in(line.cell(column))) {
      const Result<PhoneNumber> number = PhoneNumber::parse(item);
      if (!number) return fail(wrong(column, number.error().fields.front().message));
      domain::CustomerPhone phone{*number, domain::PhoneKind::other, false};
      if (column == Column::phone) {
        add_first(phones, std::move(phone), same);
      } else {
        add_more(phones, std::move(phone), same);
      }
    }
  }
  if (phones != base.phones) wish.phones = std::move(phones);
  return {};
}

void set_address(CustomerPatchDto& wish, const CustomerLine& line, const domain::Customer& base) {
  domain::PostalAddress address = base.billing_address.value_or(domain::PostalAddress{});
  bool given = false;
  const std::pair<Column, std::string domain::PostalAddress::*> parts[] = {
      {Column::country, &domain::PostalAddress::country},
      {Column::postal_code, &domain::PostalAddress::postal_code},
      {Column::prefecture, &domain::PostalAddress::prefecture},
      {Column::city, &domain::PostalAddress::city},
      {Column::street, &domain::PostalAddress::street},
      {Column::building, &domain::PostalAddress::building}};
  for (const auto& part : parts) {
    const std::string cell = line.cell(part.first);
    if (cell.empty()) continue;
    address.*part.second = text::one_line(cell);
    given = true;
  }
  if (given) wish.billing_address = std::move(address);
}

void set_external(CustomerPatchDto& wish, const CustomerLine& line, const domain::Customer& base) {
  const domain::ExternalId one{line.cell(Column::external_account), line.cell(Column::external_id),
                               line.cell(Column::external_number)};
  if (one.account.empty() || one.id.empty()) return;
  std::vector<domain::ExternalId> ids = base.external_ids;
  const auto known = std::find_if(ids.begin(), ids.end(), [&](const domain::ExternalId& other) {
    return other.account == one.account && other.id == one.id;
  });
  if (known == ids.end()) {
    ids.push_back(one);
  } else if (!one.number.empty()) {
    known->number = one.number;
  }
  if (ids != base.external_ids) wish.external_ids = std::move(ids);
}

void set_names(CustomerPatchDto& wish, const CustomerLine& line) {
  const auto whole = [&](Column column, std::optional<std::string>& family,
                         std::optional<std::string>& given) {
    const std::string cell = line.cell(column);
    if (cell.empty()) return;
    NameParts parts = name_parts(cell);
    family = std::move(parts.family);
    given = std::move(parts.given);
  };
  whole(Column::name, wish.family_name, wish.given_name);
  whole(Column::kana, wish.family_name_kana, wish.given_name_kana);
  const std::pair<Column, std::optional<std::string> CustomerPatchDto::*> texts[] = {
      {Column::family_name, &CustomerPatchDto::family_name},
      {Column::given_name, &CustomerPatchDto::given_name},
      {Column::family_name_kana, &CustomerPatchDto::family_name_kana},
      {Column::given_name_kana, &CustomerPatchDto::given_name_kana},
      {Column::company, &CustomerPatchDto::company},
      {Column::language, &CustomerPatchDto::language},
      {Column::time_zone, &CustomerPatchDto::time_zone},
      {Column::rank, &CustomerPatchDto::rank}};
  for (const auto& one : texts) {
    std::string cell = line.cell(one.first);
    if (!cell.empty()) wish.*one.second = std::move(cell);
  }
}

Result<void> set_rest(CustomerPatchDto& wish, const CustomerLine& line) {
  if (const std::string cell = line.cell(Column::labels); !cell.empty())
    wish.labels = list_in(cell);
  if (const std::string cell = line.cell(Column::tags); !cell.empty()) wish.tags = list_in(cell);
  if (const std::string cell = line.cell(Column::blacklist_reasons); !cell.empty()) {
    wish.blacklist_reasons = list_in(cell);
  }
  if (const std::string cell = line.cell(Column::blacklisted); !cell.empty()) {
    const Result<bool> wanted = yes_or_no(Column::blacklisted, cell);
    if (!wanted) return fail(wanted.error());
    wish.blacklisted = *wanted;
  }
  if (const std::string cell = line.cell(Column::birthday); !cell.empty()) {
    wish.birthday = birthday_of(cell);
  }
  if (const std::string cell = line.cell(Column::sex); !cell.empty()) {
    const Result<domain::Sex> sex = sex_of(cell);
    if (!sex) return fail(sex.error());
    wish.sex = *sex;
  }
  const std::pair<Column, std::optional<std::int64_t> CustomerPatchDto::*> numbers[] = {
      {Column::points, &CustomerPatchDto::points},
      {Column::purchase_count, &CustomerPatchDto::purchase_count}};
  for (const auto& one : numbers) {
    const std::string cell = line.cell(one.first);
    if (cell.empty()) continue;
    const Result<std::int64_t> value = whole_number(one.first, cell);
    if (!value) return fail(value.error());
    wish.*one.second = *value;
  }
  return {};
}

/// `name` and `kana` are only read. Between email and building all columns reach the customer.
bool is_exported(Column column, bool contact) {
  if (column == Column::name || column == Column::kana) return false;
  return contact || column < Column::email || column > Column::building;
}

}  // namespace

Result<CustomerHeader> header_of(const CsvRow& row) {
  CustomerHeader header;
  bool any = false;
  for (const std::string& cell : row.cells) {
    header.names.push_back(text::one_line(cell));
    header.columns.push_back(column_named(kColumns, cell));
    any = any || header.columns.back().has_value();
  }
  if (any) return header;
  std::string known;
  for (const CsvColumn<Column>& one : kColumns)
    known += (known.empty() ? "" : ", ") + std::string(one.name);
  return fail(
      Error::invalid("/", {"The first line names no known column. There are: " + known + ".",
                           "1行目に列名がありません。使える列名: " + known}));
}

std::vector<store::LineError> unknown_columns(const CustomerHeader& header) {
  std::vector<store::LineError> errors;
  for (std::size_t i = 0; i < header.names.size(); ++i) {
    if (header.columns[i]) continue;
    errors.push_back({1, header.names[i], "This column is not known and was left out.",
                      "この列は取り込めないため無視しました。"});
  }
  return errors;
}

std::string CustomerLine::cell(CustomerColumn column) const {
  for (const auto& one : cells) {
    if (one.first == column) return one.second;
  }
  return {};
}

CustomerLine line_of(const CsvRow& row, const CustomerHeader& header) {
  CustomerLine line{row.line, {}};
  for (std::size_t i = 0; i < row.cells.size() && i < header.columns.size(); ++i) {
    if (!header.columns[i]) continue;
    std::string cell = text::one_line(without_guard(row.cells[i]));
    if (!cell.empty()) line.cells.emplace_back(*header.columns[i], std::move(cell));
  }
  return line;
}

Result<CustomerPatchDto> wish_of(const CustomerLine& line, const domain::Customer& base) {
  for (const auto& cell : line.cells) {
    if (cell.second.size() > longest(cell.first)) {
      return fail(wrong(cell.first, {"Is too long.", "長すぎます。"}));
    }
  }
  CustomerPatchDto wish;
  set_names(wish, line);
  if (Result<void> set = set_emails(wish, line, base); !set) return fail(set.error());
  if (Result<void> set = set_phones(wish, line, base); !set) return fail(set.error());
  set_address(wish, line, base);
  set_external(wish, line, base);
  if (Result<void> set = set_rest(wish, line); !set) return fail(set.error());
  return wish;
}

std::string column_of_pointer(const std::string& pointer, const CustomerHeader& header) {
  if (pointer.size() < 2) return {};
  std::string member = pointer.substr(1, pointer.find('/', 1) - 1);
  if (member == "billing_address") {
    const std::size_t rest = pointer.find('/', 1);
    member = rest == std::string::npos ? "street" : pointer.substr(rest + 1);
  }
  if (member == "emails") member = "email";
  if (member == "phones") member = "phone";
  if (member == "external_ids") member = "external_id";
  for (std::size_t i = 0; i < header.columns.size(); ++i) {
    if (header.columns[i] && name_of(*header.columns[i]) == member) return header.names[i];
  }
  return {};
}

std::vector<std::string> exported_header(bool contact) {
  std::vector<std::string> names;
  for (const CsvColumn<Column>& one : kColumns) {
    if (is_exported(one.column, contact)) names.emplace_back(one.name);
  }
  return names;
}

std::vector<std::string> exported_line(const domain::Customer& customer,
                                       const DirectoryView& directory, bool contact) {
  const auto names = [&](const std::vector<domain::MasterId>& ids) {
    std::vector<std::string> out;
    for (const domain::MasterId& id : ids) {
      const domain::MasterEntry* entry = directory.master_entry(id.str());
      out.push_back(entry != nullptr ? entry->name : id.str());
    }
    return joined(out);
  };
  std::string email;
  std::string newsletter;
  std::vector<std::string> other_emails;
  for (const domain::CustomerEmail& one : customer.emails) {
    if (one.preferred) {
      email = one.address.str();
      newsletter = one.newsletter ? "yes" : "no";
    } else {
      other_emails.push_back(one.address.str());
    }
  }
  std::string phone;
  std::vector<std::string> other_phones;
  for (const domain::CustomerPhone& one : customer.phones) {
    if (one.preferred) {
      phone = one.number.str();
    } else {
      other_phones.push_back(one.number.str());
    }
  }
  domain::PostalAddress address;
  address.country.clear();
  if (customer.billing_address) address = *customer.billing_address;
  const domain::ExternalId external =
      customer.external_ids.empty() ? domain::ExternalId{} : customer.external_ids.front();
  const std::vector<std::string> all = {
      customer.number(),
      customer.family_name,
      customer.given_name,
      customer.family_name_kana,
      customer.given_name_kana,
      customer.company,
      email,
      joined(other_emails),
      newsletter,
      phone,
      joined(other_phones),
      address.country,
      address.postal_code,
      address.prefecture,
      address.city,
      address.street,
      address.building,
      names(customer.labels),
      joined(customer.tags),
      customer.blacklisted ? "yes" : "no",
      names(customer.blacklist_reasons),
      customer.language,
      customer.time_zone,
      customer.birthday,
      customer.sex == domain::Sex::unknown ? "" : std::string(enum_name(customer.sex)),
      customer.standing.rank,
      std::to_string(customer.standing.points),
      std::to_string(customer.standing.purchase_count),
      external.account,
      external.id,
      external.number};
  if (contact) return all;
  std::vector<std::string> cells;
  std::size_t at = 0;
  for (const CsvColumn<Column>& one : kColumns) {
    if (!is_exported(one.column, true)) continue;
    if (is_exported(one.column, false)) cells.push_back(all[at]);
    ++at;
  }
  return cells;
}

}  // namespace madoguchi::service
