// SPDX-License-Identifier: Apache-2.0
#include "connectors/clamd/options.h"

namespace madoguchi::connectors::clamd {

using connector::OptionKind;
using connector::OptionSpec;
using connector::Presence;
using connector::Settings;

const std::vector<OptionSpec>& option_specs() {
  static const std::vector<OptionSpec> kSpecs = {
      {.name = "address",
       .presence = Presence::required,
       .summary = {R"(Where clamd listens: "unix:/PATH" or "HOST:PORT".)",
                   R"(clamd の待ち受け先: "unix:/PATH" または "HOST:PORT"。)"}},
      {.name = "max_size",
       .kind = OptionKind::integer,
       .default_value = "26214400",
       .summary = {"Contents over that many octets are not sent; clamd's StreamMaxLength.",
                   "これを超える内容は送りません（clamd の StreamMaxLength）。"},
       .minimum = 1,
       .maximum = std::int64_t{1} << 30},
  };
  return kSpecs;
}

std::vector<FieldError> validate(const Settings& settings) {
  const Result<config::ListenAddress> address =
      config::ListenAddress::parse(settings.text("address"));
  if (address && (address->is_unix() || address->port() != 0)) return {};
  return {{"/options/address",
           {R"(Must be "unix:/PATH" or "HOST:PORT".)",
            R"("unix:/PATH" または "HOST:PORT" を指定してください。)"}}};
}

Options read_options(const Settings& settings) {
  return {config::ListenAddress::parse(settings.text("address")).value(),
          static_cast<std::size_t>(settings.integer("max_size"))};
}

}  // namespace madoguchi::connectors::clamd
