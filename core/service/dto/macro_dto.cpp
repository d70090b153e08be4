// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/macro_dto.h"

namespace madoguchi::json {

using service::MacroAppliedDto;
using service::MacroApplyDto;
using service::MacroCreateDto;
using service::MacroDto;
using service::MacroPatchDto;

namespace {

constexpr std::size_t kMostSteps = 20;
constexpr std::size_t kMacroName = 100;
constexpr std::int64_t kMacroPlaces = 1'000'000;
constexpr const char* kSteps = "What is done, in that order, all of it or nothing.";

}  // namespace

const Fields& Table<MacroDto>::fields() {
  static const Fields table = json::fields<MacroDto>(
      field("id", &MacroDto::id, "Id."), field("name", &MacroDto::name, "What it is called."),
      field("shared", &MacroDto::shared, "Everybody's, not the caller's own."),
      field("actions", &MacroDto::actions, kSteps),
      field("position", &MacroDto::position, "Its place among the others."),
      field("version", &MacroDto::version, "Counts changes; the ETag."));
  return table;
}

const Fields& Table<MacroCreateDto>::fields() {
  static const Fields table = json::fields<MacroCreateDto>(
      field("name", &MacroCreateDto::name, "What it is called.").not_empty().max_length(kMacroName),
      field("shared", &MacroCreateDto::shared, "For everybody; needs settings_write.").optional(),
      field("actions", &MacroCreateDto::actions, kSteps).min_items(1).max_items(kMostSteps),
      field("position", &MacroCreateDto::position, "Its place among the others.")
          .optional()
          .range(0, kMacroPlaces));
  return table;
}

const Fields& Table<MacroPatchDto>::fields() {
  static const Fields table = json::fields<MacroPatchDto>(
      field("name", &MacroPatchDto::name, "What it is called.").not_empty().max_length(kMacroName),
      field("actions", &MacroPatchDto::actions, kSteps).min_items(1).max_items(kMostSteps),
      field("position", &MacroPatchDto::position, "Its place among the others.")
          .range(0, kMacroPlaces));
  return table;
}

const Fields& Table<MacroApplyDto>::fields() {
  static const Fields table = json::fields<MacroApplyDto>(
      field("macro", &MacroApplyDto::macro, "Id of the macro."),
      field("preview", &MacroApplyDto::preview, "Only tell what it would change.").optional());
  return table;
}

const Fields& Table<MacroAppliedDto>::fields() {
  static const Fields table = json::fields<MacroAppliedDto>(
      field("preview", &MacroAppliedDto::preview, "Nothing was changed."),
      field("changes", &MacroAppliedDto::changes,
            "What became different; `message`: an entry that was added."),
      field("case", &MacroAppliedDto::value, "The case as it is afterwards, or would be."));
  return table;
}

}  // namespace madoguchi::json
