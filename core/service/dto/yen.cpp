// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/yen.h"

#include "core/base/money.h"

namespace madoguchi::json {

void Codec<service::Yen>::write(Writer& writer, const service::Yen& value) {
  Codec<Money>::write(writer, Money{value.amount, "JPY"});
}

void Codec<service::Yen>::read(Reader& reader, Node node, const Limits& limits,
                               service::Yen& value) {
  Money money;
  Codec<Money>::read(reader, node, limits, money);
  if (money.currency != "JPY") {
    reader.refuse_member("currency", {"Orders are in JPY.", "JPY だけ指定できます。"});
  }
  if (money.amount_minor < 0 || money.amount_minor > service::kMostYen) {
    reader.refuse_member("amount_minor", {"Has to be between 0 and 100000000.",
                                          "0から100000000までで指定してください。"});
  }
  value.amount = money.amount_minor;
}

void Codec<service::Yen>::describe(Schemas& schemas, Writer& writer, const Limits& limits,
                                   bool nullable) {
  Codec<Money>::describe(schemas, writer, limits, nullable);
}

}  // namespace madoguchi::json
