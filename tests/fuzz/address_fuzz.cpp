// SPDX-License-Identifier: Apache-2.0
// Address lists, dates and message ids.
#include "core/mail/address_list.h"

#include "core/mail/date.h"
#include "tests/fuzz/target.h"

namespace fuzz = madoguchi::fuzz;
namespace mail = madoguchi::mail;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view value = fuzz::as_text(data, size);
  bool limited = false;
  const std::vector<mail::Address> list = mail::parse_addresses(value, {}, 50, &limited);
  fuzz::require(list.size() <= 50, "addresses are limited");
  for (const mail::Address& address : list) {
    fuzz::require_utf8(address.name, "names are UTF-8");
    fuzz::require(address.address.find_first_of("\r\n") == std::string::npos,
                  "an address is one line");
  }
  (void)mail::parse_date(value);
  fuzz::require(mail::parse_message_ids(value, 20).size() <= 20, "ids are limited");
  return 0;
}
