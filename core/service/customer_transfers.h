// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/jobs/runner.h"
#include "core/service/customer_wishes.h"
#include "core/service/dto/transfer_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

struct CustomerFile {
  std::string csv;  ///< UTF-8 with a byte order mark, which is how spreadsheets know it
  std::optional<std::vector<std::string>> next;
};

/// Many customers, or products, at once, as CSV (RFC 4180): a file is taken whole and worked off by
/// a job, 500 lines a transaction; a line that is wrong is reported and stops no other. Safe for
/// use by many threads.
class CustomerTransferService {
 public:
  explicit CustomerTransferService(const Environment& env) : env_(env) {}

  /// To be added to the runner once.
  [[nodiscard]] jobs::JobKind job_kind();

  /// Takes a file in; `charset` empty: UTF-8, or CP932 when it is none. With `dry_run` nothing is
  /// written but the report. `invalid` at "/" for a file without a header that can be read.
  [[nodiscard]] Result<ImportDto> start(const Context& context, std::string_view file,
                                        const std::string& charset, bool dry_run,
                                        store::ImportKind kind = store::ImportKind::customers);
  [[nodiscard]] Result<ImportDto> get(const std::string& id);

  /// Customers that the filter finds, `filter.limit` at most, in the columns that an import takes.
  /// No cell begins with what a spreadsheet takes for a formula.
  [[nodiscard]] Result<CustomerFile> write(const domain::Caller& caller,
                                           const CustomerFilter& filter,
                                           const std::optional<std::vector<std::string>>& after);

 private:
  jobs::Outcome run(const jobs::Job& job, jobs::Claim& claim);

  const Environment& env_;
};

}  // namespace madoguchi::service
