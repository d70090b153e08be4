// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "core/base/guarded.h"
#include "core/jobs/runner.h"
#include "core/service/content.h"
#include "core/service/dto/operation_dto.h"
#include "core/service/dto/privacy_dto.h"
#include "core/service/environment.h"
#include "core/service/operations.h"
#include "core/store/erasure.h"

namespace madoguchi::service {

struct SightingListing {
  std::vector<SightingDto> items;
  std::optional<std::vector<std::string>> next;
};

/// A person's right to be forgotten, and what goes with it (docs/guide/privacy.md). Safe for use by
/// many threads.
class PrivacyService {
 public:
  /// Adds its kinds to `operations`, which outlives it. `list`: a file of the ids of all who were
  /// erased, kept apart from the database, so that a backup from before does not bring them back.
  PrivacyService(const Environment& env, OperationService& operations, std::filesystem::path list);

  /// To be added to the runner once.
  [[nodiscard]] std::vector<jobs::JobKind> job_kinds();

  /// Case by case, the customer last. `customer-held`, `customer-unfinished` while it must not be.
  [[nodiscard]] Result<OperationStartedDto> erase(const Context& context, const std::string& number,
                                                  const EraseCustomerDto& wish);

  /// All that is known of the person, as an archive (person_export.h); leaves a trace.
  [[nodiscard]] Result<Content> export_all(const domain::Caller& caller, const std::string& number);

  [[nodiscard]] Result<LegalHoldDto> hold(const domain::Caller& caller, const std::string& number);
  [[nodiscard]] Result<LegalHoldDto> put_hold(const Context& context, const std::string& number,
                                              const LegalHoldWishDto& wish);
  [[nodiscard]] Result<void> remove_hold(const Context& context, const std::string& number);

  /// Erases once more who is on the list and yet there: a backup was restored. Before anything is
  /// served.
  [[nodiscard]] Result<void> erase_again();

  /// Remembers that the caller saw that customer; written down by `write_sightings`.
  void saw(const domain::Caller& caller, const std::string& number, store::Way way);
  /// Called every second or so; what a crash loses is what was seen since.
  [[nodiscard]] Result<void> write_sightings();
  /// Who saw the customer, newest first.
  [[nodiscard]] Result<SightingListing> sightings(
      const std::string& number, const std::optional<std::vector<std::string>>& after, int limit);

  // For what erases by itself (retention.h).

  /// In the caller's transaction, whatever holds it; how many messages it had.
  std::int64_t erase_case(db::Session& session, const Context& context, const domain::Case& value);
  /// In a transaction of its own; refused as `erase` is.
  [[nodiscard]] Result<void> erase_idle(const domain::CustomerId& id, const std::string& reason);
  /// After erasing: what the files of the database still hold goes too.
  void clean_up_later(db::Session& session);

 private:
  using Fields = OperationService::Fields;
  enum class Force { no, yes };

  [[nodiscard]] Result<Fields> erase_object(db::Session& session, const Context& context,
                                            const std::string& object, const std::string& wish);
  [[nodiscard]] Result<Fields> erase_customer(db::Session& session, const Context& context,
                                              const domain::Customer& customer,
                                              const std::string& reason, Force force);
  void erase_person(db::Session& session, domain::Customer customer);
  void forget(db::Session& session, const store::Erasure::Orphans& orphans);
  [[nodiscard]] Result<void> keep_list();
  [[nodiscard]] jobs::Outcome clean_up(jobs::Claim& claim);

  const Environment& env_;
  OperationService& operations_;
  std::filesystem::path list_;
  using Seen = std::tuple<std::string, std::string, store::Way>;  ///< agent, customer's number, way
  struct Eyes {
    std::int64_t hour = 0;
    std::map<Seen, bool> known;  ///< true: written down
    std::vector<std::pair<Seen, store::Sighting>> waiting;
  };
  Guarded<Eyes> eyes_;
};

}  // namespace madoguchi::service
