// SPDX-License-Identifier: Apache-2.0
#include "core/store/products.h"

#include "core/store/conditions.h"
#include "core/store/order_columns.h"
#include "core/text/fold.h"

namespace madoguchi::store {
namespace {

constexpr std::string_view kColumns =
    "p.id, p.account, p.sku, p.name, p.variants, p.price, p.tax_rate, p.stock, p.created_at, "
    "p.modified_at, p.version";

constexpr db::Statement kInsert{
    "products.insert",
    "INSERT INTO products (id, account, sku, name, variants, price, tax_rate, stock, folded, "
    "created_at, modified_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
    "$12)"};
constexpr db::Statement kUpdate{
    "products.update",
    "UPDATE products SET name = $3, variants = $4, price = $5, tax_rate = $6, stock = $7, folded "
    "= $8, modified_at = $9, version = version + 1 WHERE id = $1 AND version = $2"};
constexpr db::Statement kForgetCodes{"products.forget_codes",
                                     "DELETE FROM product_codes WHERE product_id = $1"};
constexpr db::Statement kAddCode{
    "products.add_code",
    "INSERT INTO product_codes (account, sku, product_id) VALUES ($1, $2, $3)"};

domain::Product product_of(const db::Row& row) {
  domain::Product product;
  product.id = row.id<domain::ProductId>(0);
  product.account = row.string(1);
  product.sku = row.string(2);
  product.name = row.string(3);
  product.variants = from_column<std::vector<domain::ProductVariant>>(row.text(4));
  product.price = row.integer(5);
  product.tax_rate = row.integer(6);
  if (!row.is_null(7)) product.stock = row.integer(7);
  product.created_at = row.time(8);
  product.modified_at = row.time(9);
  product.version = row.integer(10);
  return product;
}

/// The texts it is found by.
std::string folded(const domain::Product& product) {
  std::string text = product.sku + "\n" + product.name;
  for (const domain::ProductVariant& one : product.variants) {
    text += "\n" + one.sku + "\n" + one.name;
  }
  return text::fold(text);
}

}  // namespace

void Products::insert(const domain::Product& product) {
  session_.run(kInsert,
               {product.id, product.account, product.sku, product.name, to_column(product.variants),
                product.price, product.tax_rate, product.stock, folded(product), product.created_at,
                product.modified_at, product.version});
  write_codes(product);
}

bool Products::update(domain::Product& product) {
  const db::Rows rows =
      session_.run(kUpdate, {product.id, product.version, product.name, to_column(product.variants),
                             product.price, product.tax_rate, product.stock, folded(product),
                             product.modified_at});
  if (rows.affected() != 1) return false;
  ++product.version;
  session_.run(kForgetCodes, {product.id});
  write_codes(product);
  return true;
}

void Products::write_codes(const domain::Product& product) {
  session_.run(kAddCode, {product.account, product.sku, product.id});
  for (const domain::ProductVariant& one : product.variants) {
    session_.run(kAddCode, {product.account, one.sku, product.id});
  }
}

std::optional<domain::Product> Products::by_code(const std::string& account,
                                                 const std::string& sku) {
  static const std::string sql = "SELECT " + std::string(kColumns) +
                                 " FROM product_codes k JOIN products p ON p.id = k.product_id "
                                 "WHERE k.account = $1 AND k.sku = $2";
  const db::Rows rows = session_.run({"products.by_code", sql}, {account, sku});
  return rows.empty() ? std::nullopt : std::optional(product_of(rows.front()));
}

ProductPage Products::list(const ProductQuery& query, const std::optional<ProductPlace>& after) {
  Conditions conditions;
  if (after) {
    conditions.add("(p.sku, p.id) > (" + conditions.bind(after->first) + ", " +
                   conditions.bind(after->second) + ")");
  }
  conditions.one_of("p.account", query.accounts,
                    [](const std::string& account) { return db::Param(account); });
  // Not by LIKE, which would read % and _ of what was typed.
  for (const std::string& word : query.words) {
    conditions.add("replace(p.folded, " + conditions.bind(word) + ", '') <> p.folded");
  }
  const std::string text = "SELECT " + std::string(kColumns) + " FROM products p" +
                           conditions.where() + " ORDER BY p.sku, p.id LIMIT " +
                           std::to_string(query.limit + 1);
  const db::Rows rows =
      session_.run({"products.list", text}, conditions.params().data(), conditions.params().size());
  ProductPage page;
  for (const db::Row row : db::each(rows)) {
    if (page.items.size() == static_cast<std::size_t>(query.limit)) {
      page.next = ProductPlace{page.items.back().sku, page.items.back().id.str()};
      break;
    }
    page.items.push_back(product_of(row));
  }
  return page;
}

}  // namespace madoguchi::store
