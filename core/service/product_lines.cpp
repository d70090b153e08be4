// SPDX-License-Identifier: Apache-2.0
// Products as lines of a CSV file: one line for each product, and one for each variant below it.
#include <algorithm>
#include <optional>
#include <utility>

#include "core/service/dto/yen.h"
#include "core/service/file_lines.h"
#include "core/service/unit_of_work.h"
#include "core/store/products.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

enum class Column { account, sku, name, price, tax_rate, stock, variant_sku, variant_name };

constexpr CsvColumn<Column> kColumns[] = {
    {Column::account, "account", "外部連携アカウント/ショップ"},
    {Column::sku, "sku", "商品コード/商品番号/SKUコード"},
    {Column::name, "name", "商品名"},
    {Column::price, "price", "価格/単価/販売価格"},
    {Column::tax_rate, "tax_rate", "税率/消費税率"},
    {Column::stock, "stock", "在庫/在庫数"},
    {Column::variant_sku, "variant_sku", "バリエーションコード"},
    {Column::variant_name, "variant_name", "バリエーション名/バリエーション"},
};

Error wrong(const char* column, Text message) {
  return Error::invalid(std::string("/") + column, std::move(message));
}

class ProductLines final : public FileLines {
 public:
  ProductLines(const Environment& env, const domain::Caller& caller, const CsvRow& header)
      : env_(env), caller_(caller) {
    for (const std::string& cell : header.cells) {
      names_.push_back(text::one_line(cell));
      columns_.push_back(column_named(kColumns, cell));
    }
  }

  [[nodiscard]] bool knows_any() const {
    return std::any_of(columns_.begin(), columns_.end(),
                       [](const auto& column) { return column.has_value(); });
  }

  [[nodiscard]] std::vector<store::LineError> unknown_columns() const override {
    std::vector<store::LineError> errors;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (columns_[i]) continue;
      errors.push_back({1, names_[i], "This column is not known and was left out.",
                        "この列は取り込めないため無視しました。"});
    }
    return errors;
  }

  [[nodiscard]] std::string column_of(const std::string& pointer) const override {
    for (const CsvColumn<Column>& known : kColumns) {
      if (pointer != std::string("/") + known.name) continue;
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (columns_[i] == known.column) return names_[i];
      }
    }
    return {};
  }

  Result<LineFate> take(db::Session& session, const CsvRow& row) override {
    cells_.clear();
    for (std::size_t i = 0; i < row.cells.size() && i < columns_.size(); ++i) {
      if (!columns_[i]) continue;
      std::string cell = text::one_line(without_guard(row.cells[i]));
      if (cell.size() > 300)
        return fail(wrong(name_of(*columns_[i]), {"Is too long.", "長すぎます。"}));
      const std::string pointer = std::string("/") + name_of(*columns_[i]);
      if (Result<void> clean = refuse_card_numbers(cell, pointer); !clean) {
        return fail(std::move(clean.error()));
      }
      if (!cell.empty()) cells_.emplace_back(*columns_[i], std::move(cell));
    }
    const std::string sku = cell(Column::sku);
    if (sku.empty()) return fail(wrong("sku", {"Is missing.", "商品コードがありません。"}));
    const std::string account = cell(Column::account);
    std::optional<domain::Product> product = store::Products(session).by_code(account, sku);
    if (product && product->sku != sku) {
      return fail(wrong("sku", {"Is a variant of " + product->sku + ".",
                                product->sku + " のバリエーションです。"}));
    }
    domain::Product wanted = product.value_or(domain::Product{});
    wanted.account = account;
    wanted.sku = sku;
    const Result<void> set = cell(Column::variant_sku).empty()
                                 ? set_product(wanted, !product)
                                 : set_variant(session, wanted, !product);
    if (!set) return fail(set.error());
    return write(session, product, wanted);
  }

 private:
  static const char* name_of(Column column) {
    for (const CsvColumn<Column>& known : kColumns) {
      if (known.column == column) return known.name;
    }
    return "";
  }

  [[nodiscard]] std::string cell(Column column) const {
    for (const auto& one : cells_) {
      if (one.first == column) return one.second;
    }
    return {};
  }

  /// Of a cell that is filled.
  [[nodiscard]] Result<std::optional<std::int64_t>> number(Column column, std::int64_t most) const {
    std::string typed = cell(column);
    if (typed.empty()) return std::optional<std::int64_t>();
    if (column == Column::tax_rate) {
      for (const std::string_view percent : {"%", "％"}) {
        if (typed.size() > percent.size() &&
            typed.compare(typed.size() - percent.size(), percent.size(), percent) == 0) {
          typed.resize(typed.size() - percent.size());
        }
      }
    }
    const std::optional<std::int64_t> value = whole_number(typed);
    if (value && *value >= 0 && *value <= most) return value;
    const std::string range = "0〜" + std::to_string(most);
    return fail(
        wrong(name_of(column), {"Has to be a whole number from 0 to " + std::to_string(most) + ".",
                                range + "の整数で指定してください。"}));
  }

  [[nodiscard]] Result<void> set_product(domain::Product& wanted, bool is_new) const {
    const auto price = number(Column::price, kMostYen);
    if (!price) return fail(price.error());
    const auto tax_rate = number(Column::tax_rate, 30);
    if (!tax_rate) return fail(tax_rate.error());
    const auto stock = number(Column::stock, 1'000'000'000);
    if (!stock) return fail(stock.error());
    const std::string name = cell(Column::name);
    if (is_new && name.empty()) return fail(wrong("name", {"Is missing.", "商品名がありません。"}));
    if (is_new && !*price) return fail(wrong("price", {"Is missing.", "価格がありません。"}));
    if (!name.empty()) wanted.name = name;
    wanted.price = price->value_or(wanted.price);
    wanted.tax_rate = tax_rate->value_or(wanted.tax_rate);
    if (*stock) wanted.stock = *stock;
    return {};
  }

  [[nodiscard]] Result<void> set_variant(db::Session& session, domain::Product& wanted,
                                         bool is_new) const {
    const std::string sku = cell(Column::variant_sku);
    if (is_new) {
      return fail(wrong("sku", {"There is no such product; its own line comes first.",
                                "該当する商品がありません。商品の行を先にしてください。"}));
    }
    const auto owner = store::Products(session).by_code(wanted.account, sku);
    if (owner && (owner->id != wanted.id || sku == wanted.sku)) {
      return fail(wrong("variant_sku", {"Is in use already.", "すでに使われています。"}));
    }
    const auto price = number(Column::price, kMostYen);
    if (!price) return fail(price.error());
    const auto stock = number(Column::stock, 1'000'000'000);
    if (!stock) return fail(stock.error());
    auto variant = std::find_if(wanted.variants.begin(), wanted.variants.end(),
                                [&](const auto& one) { return one.sku == sku; });
    if (variant == wanted.variants.end()) {
      constexpr std::size_t kMostVariants = 1000;
      if (wanted.variants.size() >= kMostVariants) {
        return fail(wrong("variant_sku", {"There are 1,000 variants already.",
                                          "バリエーションは1,000件までです。"}));
      }
      variant =
          wanted.variants.insert(wanted.variants.end(), {sku, "", std::nullopt, std::nullopt});
    }
    const std::string name = cell(Column::variant_name);
    if (!name.empty()) variant->name = name;
    if (*price) variant->price = *price;
    if (*stock) variant->stock = *stock;
    return {};
  }

  Result<LineFate> write(db::Session& session, std::optional<domain::Product>& product,
                         domain::Product& wanted) {
    store::Products products(session);
    const bool is_new = !product;
    domain::Product base = product.value_or(domain::Product{});
    domain::Change change =
        domain::become(base, wanted, is_new ? "product.created" : "product.changed");
    if (!is_new && change.empty()) return LineFate::unchanged;
    base.modified_at = env_.clock.now();
    if (is_new) {
      base.id = env_.ids.make<domain::ProductId>();
      base.created_at = base.modified_at;
      products.insert(base);
    } else if (!products.update(base)) {
      throw db::Failure(db::FailureKind::serialization, "the product changed meanwhile");
    }
    store::ChangeEntry entry;
    entry.event = change.event;
    entry.object_type = "product";
    entry.object_id = base.id.str();
    entry.fields = std::move(change.fields);
    announce(env_, session, caller_, std::move(entry));
    return is_new ? LineFate::created : LineFate::changed;
  }

  const Environment& env_;
  const domain::Caller& caller_;
  std::vector<std::string> names_;
  std::vector<std::optional<Column>> columns_;
  std::vector<std::pair<Column, std::string>> cells_;  ///< of the line at hand, filled ones
};

}  // namespace

Result<std::unique_ptr<FileLines>> product_lines(const Environment& env,
                                                 const domain::Caller& caller,
                                                 const CsvRow& header) {
  auto lines = std::make_unique<ProductLines>(env, caller, header);
  if (lines->knows_any()) return std::unique_ptr<FileLines>(std::move(lines));
  std::string known;
  for (const CsvColumn<Column>& one : kColumns)
    known += (known.empty() ? "" : ", ") + std::string(one.name);
  return fail(
      Error::invalid("/", {"The first line names no known column. There are: " + known + ".",
                           "1行目に列名がありません。使える列名: " + known}));
}

}  // namespace madoguchi::service
