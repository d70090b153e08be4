// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/transfer_dto.h"

namespace madoguchi::json {

using service::ImportDto;

const Fields& Table<ImportDto>::fields() {
  static const Fields table = json::fields<ImportDto>(
      field("id", &ImportDto::id, "Ask for it at /imports/{id}."),
      field("kind", &ImportDto::kind, "What the file is of."),
      field("state", &ImportDto::state, "running, done, or failed as a whole."),
      field("dry_run", &ImportDto::dry_run, "Nothing is written but this report."),
      field("charset", &ImportDto::charset, "How the file was read."),
      field("rows", &ImportDto::rows, "Lines without the header and empty ones."),
      field("counts", &ImportDto::counts, "How it goes."),
      field("errors", &ImportDto::errors, "The first 1,000, in the order of the file."),
      field("error", &ImportDto::error, "Why it failed as a whole."),
      field("agent_name", &ImportDto::agent_name, "Who began it."),
      field("created_at", &ImportDto::created_at, "When."),
      field("ended_at", &ImportDto::ended_at, "When it was over."));
  return table;
}

}  // namespace madoguchi::json
