// SPDX-License-Identifier: Apache-2.0
#include "core/service/service_test.h"

#include <fcntl.h>
#include <unistd.h>

#include "core/crypto/digest.h"
#include "core/crypto/encoding.h"
#include "core/service/masked_mails.h"
#include "core/store/messages.h"
#include "core/store/migrations.h"

namespace madoguchi::service {
namespace {

constexpr std::chrono::seconds kLong{20};

std::string test_mac(std::string_view text) {
  const crypto::Digest digest = crypto::hmac_sha256(Secret("the key of these tests"), text);
  return std::string(crypto::as_bytes(digest));
}

void add_header(std::string& raw, const char* name, const std::string& value) {
  if (!value.empty()) raw += std::string(name) + ": " + value + "\r\n";
}

}  // namespace

std::string TestMail::raw() const {
  std::string raw;
  for (const std::string& header : headers) raw += header + "\r\n";
  add_header(raw, "From", from);
  add_header(raw, "To", to);
  add_header(raw, "Subject", subject);
  add_header(raw, "Date", date);
  add_header(raw, "Message-ID", message_id);
  add_header(raw, "In-Reply-To", in_reply_to);
  add_header(raw, "References", references);
  raw += "MIME-Version: 1.0\r\n";
  const std::string plain =
      "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + text +
      "\r\n";
  if (html.empty() && files.empty()) return raw + plain;
  raw += "Content-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\n";
  if (html.empty()) {
    raw += plain;
  } else {
    raw += "Content-Type: multipart/alternative; boundary=inner\r\n\r\n--inner\r\n" + plain +
           "--inner\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html + "\r\n--inner--\r\n";
  }
  for (const auto& file : files) {
    raw +=
        "--outer\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; "
        "filename=\"" +
        file.first + "\"\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    const std::string encoded = crypto::to_base64(file.second);
    for (std::size_t i = 0; i < encoded.size(); i += 76) raw += encoded.substr(i, 76) + "\r\n";
  }
  return raw + "--outer--\r\n";
}

connector::SendReport FakeSender::send(const connector::Envelope& envelope, std::string_view raw,
                                       const connector::CallOptions&) {
  connector::SendReport report;
  std::function<void()> hook;
  state_.with([&](State& state) {
    state.sent.push_back({envelope, std::string(raw)});
    hook = state.hook;
    for (const std::string& address : envelope.recipients) {
      Outcome outcome = Outcome::sent;
      std::vector<Outcome>& told = state.outcomes[address];
      if (!told.empty()) {
        outcome = told.front();
        told.erase(told.begin());
      }
      report.recipients.push_back(
          {address, outcome, outcome == Outcome::sent ? "" : "said the server", 0});
    }
  });
  if (hook) hook();
  return report;
}

void FakeSender::answer(const std::string& address, std::vector<Outcome> outcomes) {
  state_.with([&](State& state) { state.outcomes[address] = std::move(outcomes); });
}

void FakeSender::on_send(std::function<void()> hook) {
  state_.with([&](State& state) { state.hook = std::move(hook); });
}

std::vector<FakeSender::Sent> FakeSender::sent() const {
  return state_.with([](const State& state) { return state.sent; });
}

ServiceTest::ServiceTest()
    : keys_(crypto::MasterKeys::parse(crypto::MasterKeys::generate()).value()), tokens_(test_mac) {}

ServiceTest::~ServiceTest() {
  if (null_ >= 0) ::close(null_);
}

void ServiceTest::SetUp() {
  DatabaseTest::SetUp();
  if (IsSkipped()) return;
  null_ = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  log_ = std::make_unique<observe::Log>(null_, clock_);
  blobs_ = std::make_unique<store::Blobs>(database(), keys_, test_database().folder() / "blobs");
  jobs::RunnerOptions options;
  options.workers = 3;
  options.poll = std::chrono::milliseconds(50);
  runner_ = std::make_unique<jobs::Runner>(database(), clock_, ids_, *log_, metrics_, options);
  directory_ = std::make_unique<Directory>(database(), clock_);
  feed_ = std::make_unique<Feed>(database(), clock_, seal_);
  env_.reset(new Environment{database(), clock_, ids_, *runner_, *blobs_, keys_, tokens_, seal_,
                             "hub-of-the-tests", *directory_, *feed_, *log_, metrics_, memory_,
                             test_database().folder()});
  cases_ = std::make_unique<CaseService>(*env_);
  moves_ = std::make_unique<CaseMoveService>(*env_);
  messages_ = std::make_unique<MessageService>(*env_);
  intake_ = std::make_unique<IntakeService>(*env_);
  agents_ = std::make_unique<AgentService>(*env_);
  settings_ = std::make_unique<DeskSettingsService>(*env_);
  outbox_ = std::make_unique<Outbox>(*env_, sender_);
  runner_->add(intake_->job_kind());
  runner_->add(waking_job(*env_));
  for (jobs::JobKind& kind : masking_jobs(*env_)) runner_->add(std::move(kind));
  runner_->add(outbox_->job_kind());
  const auto applied = settings_->apply(
      {{"support", EmailAddress::parse("support@shop.example").value(), "お問い合わせ", ""},
       {"sales", EmailAddress::parse("sales@shop.example").value(), "", "Sales team"}});
  ASSERT_TRUE(applied) << applied.error().describe();
  ann_ = new_agent("ann", domain::Role::admin);
}

void ServiceTest::TearDown() {
  if (runner_) runner_->stop(kLong);
  runner_.reset();
}

void ServiceTest::run_jobs() {
  if (!started_) runner_->start();
  started_ = true;
  runner_->wake();
  ASSERT_TRUE(runner_->idle_within(kLong));
}

void ServiceTest::run_jobs_after(std::chrono::microseconds time) {
  clock_.advance(time);
  run_jobs();
}

domain::IntakeId ServiceTest::receive(const std::string& raw, const std::string& mailbox) {
  const Result<domain::IntakeId> id =
      intake_->receive({"lmtp", "envelope@example.jp", {{mailbox, ""}}}, raw);
  EXPECT_TRUE(id) << id.error().describe();
  return id.value_or(domain::IntakeId());
}

IntakeDto ServiceTest::status(const domain::IntakeId& id) {
  const Result<IntakeDto> dto = intake_->status(ann_, id.str());
  EXPECT_TRUE(dto) << dto.error().describe();
  return dto.value_or(IntakeDto());
}

IntakeDto ServiceTest::deliver(const TestMail& mail, const std::vector<std::string>& mailboxes) {
  std::vector<std::pair<std::string, std::string>> recipients;
  for (const std::string& mailbox : mailboxes) recipients.emplace_back(mailbox, "");
  return deliver(mail.raw(), recipients);
}

IntakeDto ServiceTest::deliver(const std::string& raw,
                               const std::vector<std::pair<std::string, std::string>>& recipients) {
  const Result<domain::IntakeId> id =
      intake_->receive({"lmtp", "envelope@example.jp", recipients}, raw);
  EXPECT_TRUE(id) << id.error().describe();
  run_jobs();
  return status(id.value_or(domain::IntakeId()));
}

domain::Caller ServiceTest::new_agent(const std::string& name, domain::Role role,
                                      std::optional<std::vector<std::string>> mailboxes) {
  const Result<AgentDto> made =
      agents_->create({{{}, "setup"}}, {name, name + " display", role, std::move(mailboxes)});
  EXPECT_TRUE(made) << made.error().describe();
  const auto directory = directory_->view().value();
  return directory->caller(*directory->agent(domain::AgentId(made->id)));
}

CaseDto ServiceTest::case_of(const std::string& number) {
  const Result<CaseDto> dto = cases_->get(ann_, number);
  EXPECT_TRUE(dto) << number << dto.error().describe();
  return dto.value_or(CaseDto());
}

std::vector<MessageDto> ServiceTest::messages_of(const std::string& number) {
  const Result<MessageListing> listing = messages_->list(ann_, number, 0, 200);
  EXPECT_TRUE(listing) << number << listing.error().describe();
  return listing.value_or(MessageListing()).items;
}

MessageDto ServiceTest::reply(const std::string& number, const std::string& text) {
  MessageCreateDto wish;
  wish.text = text;
  const Result<MessageDto> made = messages_->add(as_ann(), number, wish);
  EXPECT_TRUE(made) << made.error().describe();
  return made.value_or(MessageDto());
}

domain::Message ServiceTest::stored(const std::string& message_id) {
  return write([&](db::Session& session) {
    return store::Messages(session).by_id(domain::MessageId(message_id)).value();
  });
}

std::vector<EventDto> ServiceTest::feed_of(const domain::Caller& caller) {
  const Result<ChangesDto> page = feed_->page(caller, {}, 1000);
  EXPECT_TRUE(page) << page.error().describe();
  return page.value_or(ChangesDto()).items;
}

std::vector<std::string> ServiceTest::events(const std::string& object_id) {
  std::vector<std::string> names;
  for (const EventDto& event : feed_of(ann_)) {
    if (object_id.empty() || event.object_id == object_id) names.push_back(event.event);
  }
  return names;
}

void ServiceTest::merge(const std::string& from, const std::string& into) {
  write([&](db::Session& session) {
    store::Cases cases(session);
    domain::Case value = cases.by_sequence(*domain::parse_case_number(from))->value;
    value.merged_into = domain::parse_case_number(into);
    value.status = domain::CaseStatus::closed;
    EXPECT_TRUE(cases.update(value));
  });
}

std::int64_t ServiceTest::number(const std::string& sql) {
  return write([&](db::Session& session) { return session.run({"test", sql}).front().integer(0); });
}

}  // namespace madoguchi::service
