// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace madoguchi::bench {

/// What bare GMime takes for the headers and the texts that any mail program shows, in UTF-8;
/// attachments stay as they were sent. Returns the octets read, so that nothing can be left out by
/// the compiler; 0 for a mail of which GMime makes nothing. After g_mime_init().
std::size_t read_by_gmime(std::string_view raw);

}  // namespace madoguchi::bench
