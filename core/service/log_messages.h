// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/observe/log.h"

namespace madoguchi::service {

inline constexpr observe::LogMessage kIntakeQuarantined{
    "intake.quarantined", observe::Level::error,
    "A mail could not be read and was put aside whole.",
    "It is kept whole and nothing else waits for it. GET /quarantine says why, POST "
    "/quarantine/{id}/reprocess reads it anew; report it with that reason."};

inline constexpr observe::LogMessage kCardNumberMasked{
    "intake.card_number_masked", observe::Level::warning,
    "A mail held a card number; it was masked, and the mail that came is gone.",
    "Nothing is to be done here. Tell whoever answers for card data where it came from (PCI DSS "
    "12.10.7): the case shows it, GET /mail-traces finds the mail; the copy on the mail server is "
    "not ours to delete."};

inline constexpr observe::LogMessage kLedgerDiffers{
    "intake.ledger_differs", observe::Level::error, "Mails were stored that are not accounted for.",
    "GET /mailboxes/{name}/ledger shows the day. Keep the database and its backups as they are and "
    "report it; after a restore of a part of the database this is what is missing."};

inline constexpr observe::LogMessage kLedgerFindings{
    "intake.ledger_findings", observe::Level::error,
    "Recent mails are not where they are said to be.",
    "unlisted: stored, in no mailbox's ledger; without_message: said to be in a case, not there; "
    "stuck: nothing is going to decide them. GET /mail-traces shows each. Report it."};

inline constexpr observe::LogMessage kAttachmentMended{
    "attachment.mended", observe::Level::warning,
    "The file of an attachment was missing or damaged; it was cut from its mail again.",
    "Nothing is lost. One or a few are expected after a power failure; if it repeats, look at the "
    "disk."};

inline constexpr observe::LogMessage kSignInRefused{
    "sign_in.refused", observe::Level::warning, "Somebody could not sign in.",
    "Now and then it is a typing error. Many of one peer are somebody who guesses: it is slowed "
    "down "
    "by itself; block the address in front of the hub. `agent` is empty when no such account "
    "exists."};

inline constexpr observe::LogMessage kInfected{
    "scan.infected", observe::Level::warning, "The virus scanner found something in an attachment.",
    "Nobody but an administrator can download it. The change feed says in which messages it is."};

inline constexpr observe::LogMessage kScannerAway{
    "scan.away", observe::Level::warning, "The virus scanner does not answer.",
    "Attachments wait for it, and answers with attachments too; mails and cases do not. Look at "
    "clamd and at [scanner]; `madoguchid doctor` tries it at once."};

inline constexpr observe::LogMessage kScannerBack{"scan.back", observe::Level::info,
                                                  "The virus scanner answers again.", ""};

inline constexpr observe::LogMessage kSpoolStuck{
    "intake.spool_stuck", observe::Level::warning,
    "A spooled mail could not be taken up; it stays.",
    "Nothing is lost: it is tried again. When it repeats, look at the reason: a mailbox that is "
    "gone, "
    "a master key that is missing."};

inline constexpr observe::LogMessage kFetchFailing{
    "fetch.failing", observe::Level::warning, "A mailbox cannot be fetched; it is tried again.",
    "Nothing is lost: the mails wait on the mail server. The error has the server's words; a "
    "refused "
    "login needs [mailbox.fetch] mended. `madoguchid doctor` tries it at once."};

inline constexpr observe::LogMessage kFetchRecovered{"fetch.recovered", observe::Level::info,
                                                     "A mailbox is fetched again.", ""};

inline constexpr observe::LogMessage kFetchSkipped{
    "fetch.skipped", observe::Level::error,
    "The mail server lists a mail and cannot hand it over; it was left there.",
    "Look at the mail in the mailbox by another program; it is not tried again."};

inline constexpr observe::LogMessage kFetchCut{
    "fetch.cut", observe::Level::warning,
    "A mail over limits.message_size was fetched in part; the whole stays on the mail server.",
    "The case shows its beginning. Look at the mail in the mailbox, or raise the limit."};

inline constexpr observe::LogMessage kWebhookRefused{
    "webhook.refused", observe::Level::warning, "A mail provider's request was not taken.",
    "untrusted: its signature does not hold; when the requests are the provider's, compare the key "
    "in key_file with its console. refused: it does not come again; unavailable, untrusted, "
    "malformed: the provider tries again for hours, SES only after unavailable."};

inline constexpr observe::LogMessage kWebhookConfirmed{
    "webhook.confirmed", observe::Level::info, "A subscription was confirmed; mails can come.", ""};

inline constexpr observe::LogMessage kWebhookNothing{
    "webhook.nothing", observe::Level::info,
    "A mail provider's request was genuine and brought no mail.", ""};

inline constexpr observe::LogMessage kAuditCheckpoint{
    "audit.checkpoint", observe::Level::info,
    "The newest hash of the change history was signed: keep this line where nobody who can change "
    "the database can change it.",
    ""};

inline constexpr observe::LogMessage kAuditNotKept{
    "audit.not_kept", observe::Level::warning,
    "A signature of the change history could not be written to its file.",
    "It stands in the log and in the database. Look at the file named in [audit] and its disk."};

inline constexpr observe::LogMessage kAuditFailed{
    "audit.not_sealed", observe::Level::warning,
    "The change history could not be hashed; it is tried every second.",
    "Nothing is lost, but until it works nobody could tell whether the newest changes were "
    "tampered with. Usually the database."};

inline constexpr observe::LogMessage kWebhookFailing{
    "webhook.failing", observe::Level::warning, "A webhook does not take what it is sent.",
    "Nothing is lost: each event is tried for three days, the others wait in the change feed. "
    "GET /webhooks/{id}/deliveries says what it answers."};

inline constexpr observe::LogMessage kWebhookRecovered{
    "webhook.recovered", observe::Level::info, "A webhook takes what it is sent again.", ""};

inline constexpr observe::LogMessage kWebhookDead{
    "webhook.dead", observe::Level::error, "An event was given up that a webhook did not take.",
    "POST /webhooks/{id}/deliveries/{delivery}/retry sends it again, POST /webhooks/{id}/replay "
    "everything from some time on. One that answered 410 is sent nothing until it is enabled."};

inline constexpr observe::LogMessage kRuleBroken{
    "rules.broken", observe::Level::warning,
    "A rule names what there is no more; it was not tried.",
    "GET /rules/{id} says what is wrong in `problems`. Mend the rule or switch it off."};

inline constexpr observe::LogMessage kRuleFailed{
    "rules.failed", observe::Level::warning,
    "An action of a rule could not be done; nothing of the rule was.",
    "GET /rules/{id}/runs says in which case and why."};

inline constexpr observe::LogMessage kRulesHeldBack{
    "rules.held_back", observe::Level::warning,
    "Rules set each other off, or changed one case again and again; they were held back.",
    "The case's history names them. Let their conditions exclude each other; at most 20 rules act "
    "in a case within an hour, and at most four after one another."};

}  // namespace madoguchi::service
