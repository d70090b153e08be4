// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/mail/read.h"

namespace madoguchi::mail {

/// Makes readable what came as an attachment but is something to read, in a message whose parts and
/// headers have been read. Called once by `read`; stops at `deadline`.
///  - winmail.dat (TNEF): its files take its place; its text is the message's when that has none.
///    What cannot be read stays as it came.
///  - calendars: what is asked, when and where stands before the text; cards (vCard): behind it.
///  - mails (message/rfc822): sender, date, subject and text stand behind the text under the line
///    of a forwarded message, `limits.forwarded` deep; not those of a delivery report.
/// But for TNEF the attachments stay.
void open_attachments(Message& message, const ReadLimits& limits, WorkPoint deadline);

}  // namespace madoguchi::mail
