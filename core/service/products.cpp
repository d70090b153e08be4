// SPDX-License-Identifier: Apache-2.0
#include "core/service/products.h"

#include <algorithm>

#include "core/store/products.h"
#include "core/text/fold.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

constexpr std::size_t kMaxWords = 10;

std::vector<std::string> words_in(const std::string& typed) {
  std::vector<std::string> words;
  const std::string folded = text::fold(text::one_line(typed));
  for (std::size_t begin = 0; begin < folded.size() && words.size() < kMaxWords;) {
    const std::size_t end = std::min(folded.find(' ', begin), folded.size());
    if (end > begin) words.push_back(folded.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

ProductDto dto_of(const domain::Product& product) {
  ProductDto dto;
  dto.id = product.id.str();
  if (!product.account.empty()) dto.account = product.account;
  dto.sku = product.sku;
  dto.name = product.name;
  for (const domain::ProductVariant& one : product.variants) {
    dto.variants.push_back({one.sku, one.name, Yen{one.price.value_or(product.price)}, one.stock});
  }
  dto.price = Yen{product.price};
  dto.tax_rate = product.tax_rate;
  dto.stock = product.stock;
  dto.modified_at = product.modified_at;
  dto.version = product.version;
  return dto;
}

}  // namespace

Result<ProductListing> ProductService::list(const ProductFilter& filter,
                                            const std::optional<std::vector<std::string>>& after) {
  store::ProductQuery query;
  if (filter.q) query.words = words_in(*filter.q);
  query.accounts = filter.accounts;
  query.limit = filter.limit;
  std::optional<store::ProductPlace> place;
  if (after && after->size() >= 2) place = store::ProductPlace{(*after)[0], (*after)[1]};
  return env_.database.read([&](db::Session& session) -> Result<ProductListing> {
    const store::ProductPage page = store::Products(session).list(query, place);
    ProductListing listing;
    for (const domain::Product& one : page.items) listing.items.push_back(dto_of(one));
    if (page.next) listing.next = {page.next->first, page.next->second};
    return listing;
  });
}

}  // namespace madoguchi::service
