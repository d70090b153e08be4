// SPDX-License-Identifier: Apache-2.0
#pragma once

// Units of work, for the layer above: use cases begin them here and hand the session to the
// repositories of this folder. They know no SQL and no engine.

#include "core/db/database.h"
