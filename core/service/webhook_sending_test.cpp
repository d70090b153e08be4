// SPDX-License-Identifier: Apache-2.0
#include "core/service/webhook_sending.h"

#include <fmt/format.h>

#include <set>

#include "core/crypto/digest.h"
#include "core/crypto/encoding.h"
#include "core/service/service_test.h"
#include "core/service/unit_of_work.h"
#include "core/service/webhook_endpoints.h"

namespace madoguchi::service {
namespace {

using domain::WebhookDeliveryState;
using domain::WebhookEndpointState;
using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kUrl = "https://shop.example/hook";

std::string header(const WebhookRequestOut& request, const std::string& name) {
  for (const auto& one : request.headers) {
    if (one.first == name) return one.second;
  }
  return {};
}

class Webhooks : public ServiceTest {
 protected:
  struct World {
    std::vector<WebhookRequestOut> requests;
    std::map<std::string, int> answers;  ///< by URL; 0: none comes
  };

  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    endpoints_ = std::make_unique<WebhookEndpointService>(*env_);
    sending_ = std::make_unique<WebhookSending>(
        *env_, [this](const WebhookRequestOut& request) { return answer(request); });
    runner_->add(sending_->job_kind());
  }
  Result<WebhookAnswerIn> answer(const WebhookRequestOut& request) {
    return world_.with([&](World& world) -> Result<WebhookAnswerIn> {
      world.requests.push_back(request);
      const auto found = world.answers.find(request.url);
      const int status = found == world.answers.end() ? 204 : found->second;
      if (status == 0) return fail(Error::unavailable("nobody is there"));
      return WebhookAnswerIn{status};
    });
  }
  void let_answer(int status, const std::string& url = kUrl) {
    world_.with([&](World& world) { world.answers[url] = status; });
  }
  std::vector<WebhookRequestOut> requests(const std::string& url = kUrl) {
    std::vector<WebhookRequestOut> found;
    world_.with([&](World& world) {
      for (const auto& one : world.requests) {
        if (one.url == url) found.push_back(one);
      }
    });
    return found;
  }
  WebhookEndpointDto endpoint(const std::string& url = kUrl, std::vector<std::string> events = {},
                              std::optional<std::vector<std::string>> mailboxes = std::nullopt) {
    const auto made =
        endpoints_->create(as_ann(), {"shop", url, std::move(events), std::move(mailboxes)});
    EXPECT_TRUE(made) << made.error().describe();
    return made.value_or(WebhookEndpointDto());
  }
  void tell() {
    const auto done = sending_->fan_out();
    EXPECT_TRUE(done) << done.error().describe();
    run_jobs();
  }
  void change(const std::string& event, const std::string& object,
              std::vector<domain::MailboxId> mailboxes = {}) {
    write([&](db::Session& session) {
      store::ChangeEntry entry;
      entry.event = event;
      entry.object_type = event.substr(0, event.find('.'));
      entry.object_id = object;
      entry.mailboxes = std::move(mailboxes);
      announce(*env_, session, ann_, entry);
    });
  }
  std::vector<WebhookDeliveryDto> deliveries(
      const WebhookEndpointDto& of, std::optional<WebhookDeliveryState> state = std::nullopt) {
    const auto listing = endpoints_->deliveries(of.id, state, std::nullopt, 200);
    EXPECT_TRUE(listing) << listing.error().describe();
    return listing.value_or(WebhookDeliveryListing()).items;
  }
  std::string signature(const std::string& secret, const WebhookRequestOut& request) {
    const Secret key(crypto::from_base64(secret.substr(6)).value());
    return "v1," + crypto::to_base64(crypto::as_bytes(crypto::hmac_sha256(
                       key, header(request, "webhook-id") + "." +
                                header(request, "webhook-timestamp") + "." + request.body)));
  }

  Guarded<World> world_;
  std::unique_ptr<WebhookEndpointService> endpoints_;
  std::unique_ptr<WebhookSending> sending_;
};
INSTANTIATE_TEST_SUITE_P(Engines, Webhooks, testing::engines(), testing::engine_name);

TEST_P(Webhooks, tell_signed_what_happens_from_now_on) {
  change("case.created", "CS-000001");
  const WebhookEndpointDto shop = endpoint(kUrl, {"case.*"});
  ASSERT_TRUE(shop.secret);
  EXPECT_EQ(shop.secret->substr(0, 6), "whsec_");
  EXPECT_EQ(shop.secret_hint, shop.secret->substr(shop.secret->size() - 4));
  EXPECT_FALSE(endpoints_->get(shop.id)->secret);
  change("case.created", "CS-000002");
  change("message.added", "m1");
  change("case.resolved", "CS-000002");
  tell();
  const auto sent = requests();
  ASSERT_THAT(sent, SizeIs(2));
  std::set<std::string> ids;
  for (const WebhookRequestOut& one : sent) {
    EXPECT_EQ(header(one, "webhook-signature"), signature(*shop.secret, one));
    EXPECT_EQ(header(one, "webhook-timestamp"),
              std::to_string(to_micros(clock_.now()) / 1'000'000));
    EXPECT_THAT(one.body, HasSubstr(R"("object_id":"CS-000002")"));
    ids.insert(header(one, "webhook-id"));
  }
  EXPECT_THAT(ids, SizeIs(2));
  for (const WebhookDeliveryDto& one : deliveries(shop)) {
    EXPECT_EQ(one.state, WebhookDeliveryState::delivered);
    EXPECT_EQ(one.attempts, 1);
    EXPECT_EQ(one.answer, 204);
    EXPECT_EQ(ids.count(one.id), 1U);
  }
  tell();
  EXPECT_THAT(requests(), SizeIs(2)) << "told once";
}

TEST_P(Webhooks, try_for_three_days_under_one_id_and_then_keep_it_for_people) {
  const WebhookEndpointDto shop = endpoint();
  tell();
  const std::size_t before = requests().size();  // that it was made
  let_answer(500);
  change("case.created", "CS-000001");
  const TimePoint begun = clock_.now();
  tell();
  while (deliveries(shop, WebhookDeliveryState::dead).empty() &&
         clock_.now() < begun + hours(120)) {
    run_jobs_after(minutes(10));
  }
  const auto dead = deliveries(shop, WebhookDeliveryState::dead);
  ASSERT_THAT(dead, SizeIs(1));
  EXPECT_GE(clock_.now(), begun + hours(72));
  EXPECT_LE(clock_.now(), begun + hours(72 + 7));
  EXPECT_GE(dead[0].attempts, 15);
  EXPECT_EQ(dead[0].answer, 500);
  EXPECT_THAT(dead[0].error, HasSubstr("500"));
  const auto tries = requests();
  EXPECT_EQ(static_cast<std::int64_t>(tries.size() - before), dead[0].attempts);
  for (std::size_t i = before; i < tries.size(); ++i) {
    EXPECT_EQ(header(tries[i], "webhook-id"), dead[0].id);
  }
  EXPECT_EQ(endpoints_->get(shop.id)->dead, 1);
  // A person has it sent again.
  let_answer(200);
  const auto again = endpoints_->retry(as_ann(), shop.id, dead[0].id);
  ASSERT_TRUE(again) << again.error().describe();
  EXPECT_EQ(again->state, WebhookDeliveryState::waiting);
  run_jobs_after(hours(1));
  EXPECT_THAT(deliveries(shop, WebhookDeliveryState::dead), IsEmpty());
  EXPECT_EQ(header(requests().back(), "webhook-id"), dead[0].id);
}

TEST_P(Webhooks, end_with_410_and_begin_again_when_a_person_says_so) {
  const WebhookEndpointDto shop = endpoint(kUrl, {"case.*"});
  let_answer(410);
  change("case.created", "CS-000001");
  tell();
  EXPECT_EQ(endpoints_->get(shop.id)->state, WebhookEndpointState::gone);
  EXPECT_THAT(deliveries(shop, WebhookDeliveryState::dead), SizeIs(1));
  change("case.created", "CS-000002");
  tell();
  EXPECT_THAT(requests(), SizeIs(1)) << "nothing more was sent";
  let_answer(200);
  WebhookEndpointPatchDto wish;
  wish.paused = false;
  Context context = as_ann();
  context.if_match = endpoints_->get(shop.id)->version;
  ASSERT_TRUE(endpoints_->patch(context, shop.id, wish));
  tell();
  ASSERT_THAT(requests(), SizeIs(2));
  EXPECT_THAT(requests().back().body, HasSubstr("CS-000002"));
}

TEST_P(Webhooks, leave_nothing_out_while_they_are_paused) {
  const WebhookEndpointDto shop = endpoint(kUrl, {"case.*"});
  WebhookEndpointPatchDto wish;
  wish.paused = true;
  ASSERT_TRUE(endpoints_->patch(as_ann(), shop.id, wish));
  change("case.created", "CS-000001");
  tell();
  EXPECT_THAT(requests(), IsEmpty());
  wish.paused = false;
  ASSERT_TRUE(endpoints_->patch(as_ann(), shop.id, wish));
  tell();
  EXPECT_THAT(requests(), SizeIs(1));
}

TEST_P(Webhooks, send_again_from_a_time_or_an_event_on_under_the_old_ids) {
  const WebhookEndpointDto shop = endpoint(kUrl, {"case.*"});
  change("case.created", "CS-000001");
  clock_.advance(minutes(10));
  const TimePoint later = clock_.now();
  change("case.created", "CS-000002");
  change("case.created", "CS-000003");
  tell();
  ASSERT_THAT(requests(), SizeIs(3));
  WebhookReplayDto wish;
  wish.since = later;
  const auto replayed = endpoints_->replay(as_ann(), shop.id, wish);
  ASSERT_TRUE(replayed) << replayed.error().describe();
  tell();
  const auto sent = requests();
  ASSERT_THAT(sent, SizeIs(5));
  std::set<std::string> ids;
  for (const auto& one : sent) ids.insert(header(one, "webhook-id"));
  EXPECT_THAT(ids, SizeIs(3));
  const std::string second = feed_of(ann_).at(feed_of(ann_).size() - 3).id;
  wish = {};
  wish.after = second;
  const auto again = endpoints_->replay(as_ann(), shop.id, wish);
  ASSERT_TRUE(again) << replayed.error().describe();
  tell();
  EXPECT_GE(requests().size(), 6U);
  EXPECT_LE(requests().size(), 7U);
}

TEST_P(Webhooks, see_no_more_than_they_may) {
  const std::string all = "https://shop.example/all";
  const std::string sales = "https://shop.example/sales";
  endpoint(all);
  const WebhookEndpointDto restricted = endpoint(sales, {}, std::vector<std::string>{"sales"});
  tell();
  const std::size_t before = requests(sales).size();
  const auto view = directory_->view().value();
  change("case.created", "CS-000001", {view->mailbox_named("support")->id});
  change("case.created", "CS-000002", {view->mailbox_named("sales")->id});
  new_agent("another");
  ASSERT_TRUE(endpoints_->test(as_ann(), restricted.id));
  tell();
  const auto told = requests(sales);
  ASSERT_EQ(told.size(), before + 2);
  std::string bodies;
  for (std::size_t i = before; i < told.size(); ++i) bodies += told[i].body;
  EXPECT_THAT(bodies, HasSubstr("CS-000002"));
  EXPECT_THAT(bodies, HasSubstr(kWebhookTested));
  for (const auto& one : requests(all)) {
    EXPECT_EQ(one.body.find("\"agent."), std::string::npos) << one.body;
    EXPECT_EQ(one.body.find(kWebhookTested), std::string::npos) << one.body;
  }
}

TEST_P(Webhooks, that_do_not_answer_are_left_alone_and_hold_up_no_other) {
  const std::string sick = "https://sick.example/";
  const WebhookEndpointDto ill = endpoint(sick, {"case.*"});
  const WebhookEndpointDto shop = endpoint(kUrl, {"case.*"});
  let_answer(0, sick);
  for (int i = 0; i < 40; ++i) change("case.created", fmt::format("CS-{:06}", i));
  tell();
  EXPECT_THAT(requests(), SizeIs(40));
  EXPECT_LE(requests(sick).size(), 7U) << "three, and those that were at work then";
  EXPECT_THAT(deliveries(ill, WebhookDeliveryState::waiting), SizeIs(40));
  let_answer(200, sick);
  for (int i = 0; i < 60 && endpoints_->get(ill.id)->waiting > 0; ++i) run_jobs_after(minutes(1));
  EXPECT_EQ(endpoints_->get(ill.id)->waiting, 0);
  EXPECT_EQ(endpoints_->get(shop.id)->waiting, 0);
}

TEST_P(Webhooks, sign_with_the_old_secret_too_for_a_day) {
  const WebhookEndpointDto shop = endpoint(kUrl, {"case.*"});
  const auto rotated = endpoints_->rotate_secret(as_ann(), shop.id);
  ASSERT_TRUE(rotated && rotated->secret);
  EXPECT_NE(*rotated->secret, *shop.secret);
  change("case.created", "CS-000001");
  tell();
  const WebhookRequestOut both = requests().at(0);
  EXPECT_EQ(header(both, "webhook-signature"),
            signature(*rotated->secret, both) + " " + signature(*shop.secret, both));
  clock_.advance(hours(25));
  change("case.created", "CS-000002");
  tell();
  const WebhookRequestOut one = requests().at(1);
  EXPECT_EQ(header(one, "webhook-signature"), signature(*rotated->secret, one));
}

TEST_P(Webhooks, are_refused_when_they_make_no_sense) {
  const auto pointer = [&](WebhookEndpointCreateDto wish) -> std::string {
    const auto made = endpoints_->create(as_ann(), wish);
    if (made) return "made";
    return made.error().fields.empty() ? made.error().type : made.error().fields[0].pointer;
  };
  EXPECT_EQ(pointer({"n", "http://shop.example/", {}, {}}), "/url");
  EXPECT_EQ(pointer({"n", "https://user:word@shop.example/", {}, {}}), "/url");
  EXPECT_EQ(pointer({"n", "shop", {}, {}}), "/url");
  EXPECT_EQ(pointer({"n", kUrl, {"case.*", "cases"}, {}}), "/events/1");
  EXPECT_EQ(pointer({"n", kUrl, {}, std::vector<std::string>{"nowhere"}}), "/mailboxes/0");
  EXPECT_EQ(pointer({"4111 1111 1111 1111", kUrl, {}, {}}), "/name");
  const WebhookEndpointDto shop = endpoint();
  EXPECT_FALSE(endpoints_->replay(as_ann(), shop.id, {}));
  EXPECT_FALSE(endpoints_->replay(as_ann(), shop.id, {"nonsense", std::nullopt}));
  EXPECT_FALSE(endpoints_->retry(as_ann(), shop.id, "msg_other_1"));
  EXPECT_FALSE(endpoints_->get("nobody"));
  Context context = as_ann();
  context.if_match = shop.version + 1;
  EXPECT_FALSE(endpoints_->remove(context, shop.id));
  context.if_match = shop.version;
  EXPECT_TRUE(endpoints_->remove(context, shop.id));
  EXPECT_FALSE(endpoints_->get(shop.id));
}

}  // namespace
}  // namespace madoguchi::service
