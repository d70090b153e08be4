// SPDX-License-Identifier: Apache-2.0
#include "core/service/customer_transfers.h"

#include <algorithm>

#include "core/domain/names.h"
#include "core/service/case_wishes.h"
#include "core/service/customer_access.h"
#include "core/service/customer_rows.h"
#include "core/service/customers.h"
#include "core/service/file_lines.h"
#include "core/service/unit_of_work.h"

namespace madoguchi::service {
namespace {

using View = std::shared_ptr<const DirectoryView>;

constexpr char kJobKind[] = "customers.import";
constexpr std::size_t kRowsAtOnce = 500;
constexpr std::size_t kMostErrors = 1000;

std::string aad_of(const std::string& id) { return "imports|file|" + id + "|1"; }

ImportDto dto_of(const store::ImportRecord& record) {
  ImportDto dto;
  dto.id = record.id;
  dto.kind = record.kind;
  dto.state = record.state;
  dto.dry_run = record.dry_run;
  dto.charset = record.charset;
  dto.rows = record.rows;
  dto.counts = record.counts;
  dto.errors = record.errors;
  if (!record.error.empty()) dto.error = record.error;
  dto.agent_name = record.agent_name;
  dto.created_at = record.created_at;
  dto.ended_at = record.ended_at;
  return dto;
}

/// A file cut up.
struct Rows {
  CsvRow header;
  std::vector<CsvRow> rows;
};

Result<Rows> rows_in(std::string_view file, std::string& charset) {
  const Result<std::string> text = decode_file(file, charset);
  if (!text) return fail(text.error());
  Result<std::vector<CsvRow>> rows = read_csv(*text);
  if (!rows) return fail(std::move(rows.error()));
  if (rows->empty()) {
    return fail(Error::invalid("/", {"The file is empty.", "ファイルが空です。"}));
  }
  CsvRow header = std::move(rows->front());
  rows->erase(rows->begin());
  return Rows{std::move(header), std::move(*rows)};
}

class CustomerLines final : public FileLines {
 public:
  CustomerLines(const Environment& env, const domain::Caller& caller,
                const DirectoryView& directory, CustomerHeader header)
      : env_(env), context_{caller}, directory_(directory), header_(std::move(header)) {}

  [[nodiscard]] std::vector<store::LineError> unknown_columns() const override {
    return service::unknown_columns(header_);
  }
  [[nodiscard]] std::string column_of(const std::string& pointer) const override {
    return column_of_pointer(pointer, header_);
  }

  Result<LineFate> take(db::Session& session, const CsvRow& row) override {
    const CustomerLine line = line_of(row, header_);
    Result<domain::Customer> base = meant_by(session, line);
    if (!base) return fail(std::move(base.error()));
    const Result<CustomerPatchDto> wish = wish_of(line, *base);
    if (!wish) return fail(wish.error());
    const Result<domain::Customer> wanted = with_wishes(*base, *wish, directory_);
    if (!wanted) return fail(wanted.error());
    if (base->id.empty()) {
      const Result<domain::Customer> made =
          register_customer(env_, session, context_.caller, *wanted, directory_);
      if (!made) return fail(made.error());
      return LineFate::created;
    }
    const std::int64_t version = base->version;
    const Result<void> changed =
        change_customer(env_, session, context_.caller, *base, *wanted, directory_);
    if (!changed) return fail(changed.error());
    return base->version == version ? LineFate::unchanged : LineFate::changed;
  }

 private:
  /// Whom the line is about; an empty one for somebody new.
  Result<domain::Customer> meant_by(db::Session& session, const CustomerLine& line) const {
    if (const std::string number = line.cell(CustomerColumn::number); !number.empty()) {
      Result<domain::Customer> customer = customer_to_change(env_, session, context_, number);
      if (customer || customer.error().code == ErrorCode::locked) return customer;
      return fail(Error::invalid("/number", customer.error().message));
    }
    const std::string account = line.cell(CustomerColumn::external_account);
    const std::string id = line.cell(CustomerColumn::external_id);
    if (account.empty() != id.empty()) {
      return fail(
          Error::invalid("/external_id", {"external_account and external_id stand together.",
                                          "外部連携アカウントと外部IDは両方入力してください。"}));
    }
    if (id.empty()) return domain::Customer{};
    const std::optional<std::string> number =
        store::Customers(session).number_of_external(account, id, domain::CustomerId());
    return number ? customer_to_change(env_, session, context_, *number)
                  : Result<domain::Customer>(domain::Customer{});
  }

  const Environment& env_;
  const Context context_;
  const DirectoryView& directory_;
  const CustomerHeader header_;
};

Result<std::unique_ptr<FileLines>> lines_of(store::ImportKind kind, const Environment& env,
                                            const domain::Caller& caller,
                                            const DirectoryView& directory, const CsvRow& header) {
  if (kind == store::ImportKind::products) return product_lines(env, caller, header);
  Result<CustomerHeader> known = header_of(header);
  if (!known) return fail(std::move(known.error()));
  return std::unique_ptr<FileLines>(
      std::make_unique<CustomerLines>(env, caller, directory, std::move(*known)));
}

/// Takes one line over and counts it.
void take(FileLines& lines, db::Session& session, const CsvRow& row, store::ImportRecord& record) {
  ++record.counts.looked_at;
  const Result<LineFate> fate = lines.take(session, row);
  if (fate) {
    ++(*fate == LineFate::created   ? record.counts.created
       : *fate == LineFate::changed ? record.counts.changed
                                    : record.counts.unchanged);
    return;
  }
  ++record.counts.failed;
  const Error& error = fate.error();
  store::LineError entry{row.line, "", error.message.en, error.message.ja};
  if (!error.fields.empty()) {
    entry.column = lines.column_of(error.fields.front().pointer);
    entry.message = error.fields.front().message.en;
    entry.message_ja = error.fields.front().message.ja;
  }
  if (record.errors.size() < kMostErrors) record.errors.push_back(std::move(entry));
}

/// Rolls a dry run's lines back; never leaves this file.
Error only_tried() { return Error::conflict("dry-run", {"Only tried.", "試行のみです。"}); }

}  // namespace

jobs::JobKind CustomerTransferService::job_kind() {
  jobs::JobKind kind;
  kind.name = kJobKind;
  kind.run = [this](const jobs::Job& job, jobs::Claim& claim) { return run(job, claim); };
  kind.given_up = [this](const jobs::Job& job, const std::string& error, db::Session& session) {
    store::Imports imports(session);
    std::optional<store::ImportRecord> record = imports.by_id(job.payload);
    if (!record || record->state != store::ImportState::running) return;
    record->state = store::ImportState::failed;
    record->error = error;
    record->ended_at = env_.clock.now();
    imports.update(*record);
  };
  kind.concurrency = 1;  // they would only wait for each other
  return kind;
}

Result<ImportDto> CustomerTransferService::start(const Context& context, std::string_view file,
                                                 const std::string& charset, bool dry_run,
                                                 store::ImportKind kind) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  store::ImportRecord record;
  record.kind = kind;
  record.charset = charset;
  const Result<Rows> rows = rows_in(file, record.charset);
  if (!rows) return fail(rows.error());
  const Result<std::unique_ptr<FileLines>> lines =
      lines_of(kind, env_, context.caller, **directory, rows->header);
  if (!lines) return fail(lines.error());
  record.id = env_.ids.next();
  record.dry_run = dry_run;
  record.rows = static_cast<std::int64_t>(rows->rows.size());
  record.sealed = env_.keys.seal(file, aad_of(record.id));
  record.errors = (*lines)->unknown_columns();
  record.agent = context.caller.agent;
  record.agent_name = context.caller.name;
  record.created_at = env_.clock.now();
  return command(env_, context, [&](db::Session& session) -> Result<ImportDto> {
    store::Imports(session).insert(record);
    env_.queue.put(session, {kJobKind, std::string(kJobKind) + ":" + record.id, record.id});
    store::ChangeEntry entry;
    entry.event = "import.started";
    entry.object_type = "import";
    entry.object_id = record.id;
    announce(env_, session, context.caller, std::move(entry));
    return dto_of(record);
  });
}

Result<ImportDto> CustomerTransferService::get(const std::string& id) {
  return env_.database.read([&](db::Session& session) -> Result<ImportDto> {
    const std::optional<store::ImportRecord> record = store::Imports(session).by_id(id);
    if (record) return dto_of(*record);
    return fail(Error::not_found({"There is no such import.", "その取り込みはありません。"}));
  });
}

jobs::Outcome CustomerTransferService::run(const jobs::Job& job, jobs::Claim& claim) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return jobs::Outcome::postpone(directory.error().describe());
  using Found = std::optional<store::ImportRecord>;
  const Result<Found> found = env_.database.read([&](db::Session& session) -> Result<Found> {
    return store::Imports(session).by_id(job.payload);
  });
  if (!found) return jobs::Outcome::postpone(found.error().describe());
  if (!*found || (*found)->state != store::ImportState::running) return jobs::Outcome::done();
  store::ImportRecord record = **found;
  const Result<std::string> file = env_.keys.open(record.sealed, aad_of(record.id));
  if (!file) return jobs::Outcome::dead(file.error().describe());
  const Result<Rows> rows = rows_in(*file, record.charset);
  if (!rows) return jobs::Outcome::dead(rows.error().describe());
  const domain::Agent* agent = (*directory)->agent(record.agent);
  const domain::Caller caller = agent != nullptr ? (*directory)->caller(*agent) : domain::Caller{};
  if (agent == nullptr || agent->disabled || !caller.may(domain::Permission::customers_transfer) ||
      !caller.may(domain::Permission::customers_contact_read)) {
    return jobs::Outcome::dead("Who began it may not do this any more.");
  }
  const Result<std::unique_ptr<FileLines>> lines =
      lines_of(record.kind, env_, caller, **directory, rows->header);
  if (!lines) return jobs::Outcome::dead(lines.error().describe());

  const auto end = static_cast<std::int64_t>(rows->rows.size());
  while (record.state == store::ImportState::running) {
    if (const Result<void> ours = claim.extend(); !ours) {
      return jobs::Outcome::retry(ours.error().describe());
    }
    store::ImportRecord next;
    const auto write = [&](db::Session& session) { store::Imports(session).update(next); };
    const Result<void> taken =
        env_.database.in_transaction([&](db::Session& session) -> Result<void> {
          next = record;  // this may run again
          for (std::size_t i = 0; i < kRowsAtOnce && next.counts.looked_at < end; ++i) {
            take(**lines, session, rows->rows[static_cast<std::size_t>(next.counts.looked_at)],
                 next);
          }
          if (next.counts.looked_at >= end) {
            next.state = store::ImportState::done;
            next.ended_at = env_.clock.now();
          }
          if (next.dry_run) return fail(only_tried());
          write(session);
          return {};
        });
    if (!taken && taken.error().type != "dry-run") {
      return jobs::Outcome::retry(taken.error().describe());
    }
    if (!taken) {
      const Result<void> noted = env_.database.in_transaction([&](db::Session& session) {
        write(session);
        return Result<void>();
      });
      if (!noted) return jobs::Outcome::retry(noted.error().describe());
    }
    record = next;
  }
  return jobs::Outcome::done();
}

Result<CustomerFile> CustomerTransferService::write(
    const domain::Caller& caller, const CustomerFilter& filter,
    const std::optional<std::vector<std::string>>& after) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  store::CustomerQuery query = query_of(filter, caller, **directory);
  std::optional<std::int64_t> before;
  if (after && !after->empty()) before = number_of_key(after->front());
  return env_.database.read([&](db::Session& session) -> Result<CustomerFile> {
    CustomerFile file;
    file.csv = "\xEF\xBB\xBF";
    const bool contact = caller.may(domain::Permission::customers_contact_read);
    append_csv(file.csv, exported_header(contact));
    store::Customers customers(session);
    constexpr int kPage = 500;
    for (int left = filter.limit; left > 0;) {
      query.limit = std::min(left, kPage);
      const store::CustomerPage page = customers.list(query, before);
      for (const domain::Customer& one : page.items) {
        append_csv(file.csv, exported_line(one, **directory, contact));
      }
      left -= static_cast<int>(page.items.size());
      before = page.next;
      if (!before) return file;
    }
    file.next = {std::to_string(*before)};
    return file;
  });
}

}  // namespace madoguchi::service
