// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "core/text/card_number.h"

namespace madoguchi::mail {

/// The digits of html, as it was sent, that belong to card numbers: in its source (attributes,
/// comments) and in the text that people see, whatever tags and character references cut it. Of a
/// reference (`&#49;`, `&#x31;`) the digits are changed so that it stands for the mask. `html` is
/// UTF-8. In order. Of html longer than anybody is shown (ReadLimits) only the source is looked at.
[[nodiscard]] std::vector<text::DigitMask> html_card_number_masks(std::string_view html);

}  // namespace madoguchi::mail
