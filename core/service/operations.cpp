// SPDX-License-Identifier: Apache-2.0
#include "core/service/operations.h"

#include <algorithm>

#include "core/service/directory.h"
#include "core/service/unit_of_work.h"
#include "core/store/columns.h"

namespace madoguchi::service {
namespace {

using store::OperationRowState;
using store::OperationState;

constexpr char kJobKind[] = "operations.run";
constexpr int kRowsAtOnce = 50;

std::string error_column(const Error& error) {
  OperationErrorDto dto{error.type, error.message.en, error.message.ja};
  if (!error.fields.empty()) {
    dto.message = error.fields.front().message.en;
    dto.message_ja = error.fields.front().message.ja;
  }
  return store::to_column(dto);
}

OperationDto dto_of(db::Session& session, const store::Operation& operation) {
  OperationDto dto;
  dto.id = operation.id;
  dto.kind = operation.kind;
  dto.state = operation.state;
  dto.preview = operation.preview;
  dto.agent_name = operation.agent_name;
  dto.created_at = operation.created_at;
  dto.ended_at = operation.ended_at;
  for (const store::OperationRow& row : store::Operations(session).rows(operation.id)) {
    OperationRowDto& one = dto.rows.emplace_back();
    one.object = row.object;
    one.state = row.state;
    one.changes = row.changes;
    if (!row.error.empty()) one.error = store::from_column<OperationErrorDto>(row.error);
    std::int64_t* const counts[] = {&dto.counts.ready, &dto.counts.done, &dto.counts.failed,
                                    &dto.counts.cancelled};
    ++*counts[static_cast<std::size_t>(row.state)];
  }
  return dto;
}

Result<store::Operation> find_operation(db::Session& session, const domain::Caller& caller,
                                        const std::string& id) {
  std::optional<store::Operation> operation = store::Operations(session).by_id(id);
  const bool visible =
      operation &&
      (operation->agent == caller.agent ||
       (caller.may(domain::Permission::operations_read) && caller.scope.is_everything()));
  if (!visible) {
    return fail(Error::not_found({"There is no such operation.", "その処理はありません。"}));
  }
  return std::move(*operation);
}

jobs::NewJob job_of(const store::Operation& operation) {
  jobs::NewJob job;
  job.kind = kJobKind;
  job.key = std::string(kJobKind) + ":" + operation.id + ":" + std::to_string(operation.runs);
  job.payload = operation.id;
  return job;
}

void announce_operation(const Environment& env, db::Session& session, const domain::Caller& caller,
                        const char* event, const store::Operation& operation) {
  store::ChangeEntry entry;
  entry.event = event;
  entry.object_type = "operation";
  entry.object_id = operation.id;
  entry.fields = {{"kind", "", operation.kind}};
  announce(env, session, caller, std::move(entry));
}

/// Rolls a preview's change back; never leaves this file.
Error only_tried() { return Error::conflict("only-tried", {"Only tried.", "試行のみです。"}); }

}  // namespace

void OperationService::add(const std::string& kind, domain::Permission permission, Change change) {
  kinds_.insert_or_assign(kind, Kind{permission, std::move(change)});
}

jobs::JobKind OperationService::job_kind() {
  jobs::JobKind kind;
  kind.name = kJobKind;
  kind.run = [this](const jobs::Job& job, jobs::Claim& claim) { return run(job, claim); };
  return kind;
}

Result<OperationStartedDto> OperationService::start(const Context& context, const std::string& kind,
                                                    const std::string& wish, bool preview,
                                                    const std::vector<std::string>& objects) {
  store::Operation operation;
  operation.id = env_.ids.next();
  operation.kind = kind;
  operation.wish = wish;
  operation.preview = preview;
  operation.agent = context.caller.agent;
  operation.agent_name = context.caller.name;
  operation.edit_locks = context.edit_locks;
  operation.created_at = env_.clock.now();
  return command(env_, context, [&](db::Session& session) -> Result<OperationStartedDto> {
    store::Operations(session).insert(operation, objects);
    env_.queue.put(session, job_of(operation));
    announce_operation(env_, session, context.caller, "operation.started", operation);
    return OperationStartedDto{operation.id};
  });
}

Result<OperationDto> OperationService::get(const domain::Caller& caller, const std::string& id) {
  return env_.database.read([&](db::Session& session) -> Result<OperationDto> {
    const Result<store::Operation> operation = find_operation(session, caller, id);
    if (!operation) return fail(operation.error());
    return dto_of(session, *operation);
  });
}

Result<OperationDto> OperationService::retry(const Context& context, const std::string& id) {
  return command(env_, context, [&](db::Session& session) -> Result<OperationDto> {
    Result<store::Operation> operation = find_operation(session, context.caller, id);
    if (!operation) return fail(std::move(operation.error()));
    if (operation->agent != context.caller.agent) {
      return fail(Error::forbidden(
          {"Only who began it tries it again.", "再実行できるのは開始した本人だけです。"}));
    }
    if (operation->state == OperationState::running) {
      return fail(Error::conflict("operation-running", {"It is still running.", "処理中です。"}));
    }
    store::Operations operations(session);
    const std::int64_t failed =
        operations.move_rows(id, OperationRowState::failed, OperationRowState::ready);
    if (failed == 0) return dto_of(session, *operation);
    operation->state = OperationState::running;
    operation->ended_at.reset();
    operation->edit_locks = context.edit_locks;
    ++operation->runs;
    operations.update(*operation);
    env_.queue.put(session, job_of(*operation));
    announce_operation(env_, session, context.caller, "operation.retried", *operation);
    return dto_of(session, *operation);
  });
}

Result<OperationDto> OperationService::cancel(const Context& context, const std::string& id) {
  return command(env_, context, [&](db::Session& session) -> Result<OperationDto> {
    Result<store::Operation> operation = find_operation(session, context.caller, id);
    if (!operation) return fail(std::move(operation.error()));
    store::Operations operations(session);
    if (!operations.end(id, OperationState::cancelled, env_.clock.now())) {
      return dto_of(session, operations.by_id(id).value_or(*operation));
    }
    operations.move_rows(id, OperationRowState::ready, OperationRowState::cancelled);
    operation = *operations.by_id(id);
    announce_operation(env_, session, context.caller, "operation.cancelled", *operation);
    return dto_of(session, *operation);
  });
}

Result<Context> OperationService::context_of(const store::Operation& operation,
                                             domain::Permission permission) {
  const Result<std::shared_ptr<const DirectoryView>> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const domain::Agent* agent = (*directory)->agent(operation.agent);
  if (agent == nullptr || agent->disabled || !(*directory)->caller(*agent).may(permission)) {
    return fail(Error::forbidden(
        {"Who began it may not do this any more.", "開始した担当者にはもう権限がありません。"}));
  }
  Context context{(*directory)->caller(*agent)};
  context.edit_locks = operation.edit_locks;
  context.edit_locks_of_many = true;
  return context;
}

Result<void> OperationService::work_off(const store::Operation& operation,
                                        const store::OperationRow& row) {
  const auto kind = kinds_.find(operation.kind);
  if (kind == kinds_.end()) return fail(Error::internal("unknown operation " + operation.kind));
  const Result<Context> context = context_of(operation, kind->second.permission);
  const auto end = [&](db::Session& session, OperationRowState state, const std::string& error) {
    return store::Operations(session).end_row(operation.id, row.position, state, error);
  };
  const auto keep = [&](db::Session& session, const Fields& fields) {
    store::Operations(session).set_changes(operation.id, row.position, fields);
  };
  Fields fields;
  Result<void> changed;
  if (context) {
    changed = env_.database.in_transaction([&](db::Session& session) -> Result<void> {
      if (!end(session, OperationRowState::done, "")) return {};
      Result<Fields> done = kind->second.change(session, *context, row.object, operation.wish);
      if (!done) return fail(std::move(done.error()));
      fields = std::move(*done);
      if (operation.preview) return fail(only_tried());
      keep(session, fields);
      return {};
    });
  } else {
    changed = fail(context.error());
  }
  if (changed) return {};
  const ErrorCode code = changed.error().code;
  if (code == ErrorCode::unavailable || code == ErrorCode::internal) return changed;
  const bool tried = operation.preview && changed.error().type == "only-tried";
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    if (!tried) {
      (void)end(session, OperationRowState::failed, error_column(changed.error()));
    } else if (end(session, OperationRowState::done, "")) {
      keep(session, fields);
    }
    return {};
  });
}

jobs::Outcome OperationService::run(const jobs::Job& job, jobs::Claim& claim) {
  using Rows = std::vector<store::OperationRow>;
  store::Operation operation;
  while (true) {
    const Result<Rows> rows = env_.database.read([&](db::Session& session) -> Result<Rows> {
      std::optional<store::Operation> found = store::Operations(session).by_id(job.payload);
      if (!found) return Rows();
      operation = std::move(*found);
      return store::Operations(session).ready(operation.id, kRowsAtOnce);
    });
    if (!rows) return jobs::Outcome::postpone(rows.error().describe());
    if (rows->empty()) break;
    if (const Result<void> ours = claim.extend(); !ours) {
      return jobs::Outcome::retry(ours.error().describe());
    }
    for (const store::OperationRow& row : *rows) {
      const Result<void> ended = work_off(operation, row);
      if (!ended && ended.error().code == ErrorCode::unavailable) {
        return jobs::Outcome::postpone(ended.error().describe());
      }
      if (!ended) return jobs::Outcome::retry(ended.error().describe());
    }
  }
  const Result<void> ended =
      env_.database.in_transaction([&](db::Session& session) -> Result<void> {
        store::Operations operations(session);
        if (operations.end(job.payload, OperationState::done, env_.clock.now())) {
          const std::optional<store::Operation> found = operations.by_id(job.payload);
          announce_operation(env_, session, {found->agent, found->agent_name}, "operation.done",
                             *found);
        }
        return claim.done(session);
      });
  return ended ? jobs::Outcome::done() : jobs::Outcome::retry(ended.error().describe());
}

}  // namespace madoguchi::service
