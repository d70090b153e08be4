// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tl/expected.hpp>
#include <utility>

#include "core/base/error.h"

namespace madoguchi {

/// A value, or the Error that explains why there is none. For failures that callers are expected to
/// handle; exceptions mean "cannot go on" (docs/adr/0004-result-type.md).
template <class T>
using Result = tl::expected<T, Error>;

/// `return fail(Error::not_found(…));`
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace madoguchi
