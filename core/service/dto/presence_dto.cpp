// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/presence_dto.h"

namespace madoguchi::json {

using service::PresenceDto;
using service::PresentDto;

const Fields& Table<PresenceDto>::fields() {
  static const Fields table = json::fields<PresenceDto>(
      field("state", &PresenceDto::state, "looking, writing, or gone with the window."));
  return table;
}

const Fields& Table<PresentDto>::fields() {
  static const Fields table =
      json::fields<PresentDto>(field("id", &PresentDto::id, "Id of the agent."),
                               field("name", &PresentDto::name, "The agent's name."),
                               field("state", &PresentDto::state, "looking or writing."),
                               field("since", &PresentDto::since, "Since when."));
  return table;
}

}  // namespace madoguchi::json
