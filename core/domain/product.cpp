// SPDX-License-Identifier: Apache-2.0
#include "core/domain/product.h"

namespace madoguchi::domain {
namespace {

std::string show(const std::string& text) { return text; }
std::string show(std::int64_t value) { return std::to_string(value); }
std::string show(const std::optional<std::int64_t>& value) {
  return value ? std::to_string(*value) : "";
}
std::string show(const std::vector<ProductVariant>& variants) {
  std::string out;
  for (const ProductVariant& one : variants) {
    out += (out.empty() ? "" : ", ") + one.sku + " " + one.name;
    if (one.price) out += " @ " + show(*one.price);
    if (one.stock) out += " (" + show(*one.stock) + ")";
  }
  return out;
}

const auto kShow = [](const auto& value) { return show(value); };

}  // namespace

std::optional<Offer> offer_of(const Product& product, const std::string& sku) {
  if (product.sku == sku) {
    return Offer{product.name, product.price, product.tax_rate, product.stock};
  }
  for (const ProductVariant& one : product.variants) {
    if (one.sku != sku) continue;
    return Offer{one.name.empty() ? product.name : product.name + " " + one.name,
                 one.price.value_or(product.price), product.tax_rate, one.stock};
  }
  return std::nullopt;
}

Change become(Product& product, const Product& wanted, const char* event) {
  Change change{event, {}};
  const auto set = [&](const char* field, auto Product::*member) {
    change.set(field, product.*member, wanted.*member, kShow);
  };
  set("account", &Product::account);
  set("sku", &Product::sku);
  set("name", &Product::name);
  set("variants", &Product::variants);
  set("price", &Product::price);
  set("tax_rate", &Product::tax_rate);
  set("stock", &Product::stock);
  return change;
}

}  // namespace madoguchi::domain
