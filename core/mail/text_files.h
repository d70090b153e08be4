// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace madoguchi::mail {

/// What an attachment is, by its media type and, where senders name none (octet-stream and the
/// types of spreadsheets that a .csv is sent under), by its name. Names in any case.

/// A mail within the mail.
[[nodiscard]] bool is_mail_type(std::string_view media_type);
/// Something that is read as text: text/*, JSON, XML, a message/* that is no mail.
[[nodiscard]] bool is_text_file(std::string_view media_type, std::string_view file_name);
[[nodiscard]] bool is_html_file(std::string_view media_type, std::string_view file_name);

/// The charset that a byte order mark shows; empty without one.
[[nodiscard]] std::string_view marked_charset(std::string_view bytes);

}  // namespace madoguchi::mail
