// SPDX-License-Identifier: Apache-2.0
// Delivery reports, as whole mails.
#include "core/mail/delivery_report.h"

#include "core/mail/read.h"
#include "tests/fuzz/target.h"

namespace fuzz = madoguchi::fuzz;
namespace mail = madoguchi::mail;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto report = mail::read_delivery_report(mail::read(fuzz::as_text(data, size)));
  if (!report) return 0;
  fuzz::require(!report->recipients.empty(), "a report is about somebody");
  fuzz::require(report->recipients.size() <= mail::kReportedRecipients, "recipients are limited");
  fuzz::require(report->marks.size() <= 20, "marks are limited");
  for (const mail::ReportedRecipient& one : report->recipients) {
    fuzz::require(!one.address.empty(), "a recipient has an address");
    fuzz::require(one.words.size() <= 500, "words are short");
    fuzz::require_utf8(one.words, "words are UTF-8");
    fuzz::require(one.words.find('\n') == std::string::npos, "words are one line");
    fuzz::require(!one.hard || one.state == mail::ReportedState::bounced, "hard means bounced");
  }
  return 0;
}
