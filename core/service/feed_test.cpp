// SPDX-License-Identifier: Apache-2.0
#include "core/service/feed.h"

#include <atomic>
#include <future>
#include <set>
#include <thread>

#include "core/service/service_test.h"
#include "core/service/unit_of_work.h"

namespace madoguchi::service {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::chrono::seconds kLong{20};

/// Notes what it gets; leaves when it has got `leaves_at` events.
class Listener final : public FeedReader {
 public:
  explicit Listener(std::size_t leaves_at = SIZE_MAX) : leaves_at_(leaves_at) {}

  bool deliver(const FeedEvent& event) override {
    return seen_.update([&](Seen& seen) {
      seen.objects.push_back(event.entry.object_id);
      seen.positions.push_back(event.entry.position);
      seen.json.push_back(event.json);
      return seen.objects.size() < leaves_at_;
    });
  }
  bool tick(SteadyPoint) override {
    return seen_.update([](Seen& seen) { return ++seen.ticks, seen.stays; });
  }
  void leave_at_next_tick() {
    seen_.update([](Seen& seen) { seen.stays = false; });
  }
  bool wait_for(std::size_t count) {
    return seen_.wait_until(
        std::chrono::steady_clock::now() + kLong,
        [&](const Seen& seen) { return seen.objects.size() >= count; }, [](Seen&) {});
  }
  bool wait_for_more_ticks(int count) {
    count += seen_.with([](const Seen& seen) { return seen.ticks; });
    return seen_.wait_until(
        std::chrono::steady_clock::now() + kLong,
        [&](const Seen& seen) { return seen.ticks >= count; }, [](Seen&) {});
  }
  std::vector<std::string> objects() {
    return seen_.with([](Seen& seen) { return seen.objects; });
  }
  std::vector<store::FeedPosition> positions() {
    return seen_.with([](Seen& seen) { return seen.positions; });
  }
  std::vector<std::string> json() {
    return seen_.with([](Seen& seen) { return seen.json; });
  }

 private:
  struct Seen {
    std::vector<std::string> objects;
    std::vector<store::FeedPosition> positions;
    std::vector<std::string> json;
    int ticks = 0;
    bool stays = true;
  };
  const std::size_t leaves_at_;
  Monitor<Seen> seen_;
};

class LiveFeed : public ServiceTest {
 protected:
  void append(const std::string& object, std::vector<domain::MailboxId> mailboxes = {},
              const char* type = "case") {
    write([&](db::Session& session) {
      store::ChangeEntry entry;
      entry.event = "case.changed";
      entry.object_type = type;
      entry.object_id = object;
      entry.mailboxes = std::move(mailboxes);
      announce(*env_, session, ann_, std::move(entry));
    });
  }
  std::jthread pump(Feed& feed) {
    return std::jthread([&feed](const std::stop_token& stop) { feed.run(stop); });
  }
  static void expect_rising(Listener& listener) {
    const auto positions = listener.positions();
    for (std::size_t i = 1; i < positions.size(); ++i) EXPECT_LT(positions[i - 1], positions[i]);
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, LiveFeed, testing::engines(), testing::engine_name);

TEST_P(LiveFeed, brings_what_was_missed_and_what_comes) {
  const store::FeedPosition start = feed_->head().value();
  for (const char* object : {"a", "b"}) append(object);
  const std::jthread running = pump(*feed_);
  const auto all = std::make_shared<Listener>();
  const auto fresh = std::make_shared<Listener>();
  ASSERT_TRUE(feed_->subscribe(all, start));
  ASSERT_TRUE(feed_->subscribe(fresh, feed_->head().value()));
  EXPECT_THAT(all->objects(), ElementsAre("a", "b"));
  EXPECT_EQ(feed_->readers(), 2u);
  append("c");
  ASSERT_TRUE(all->wait_for(3));
  ASSERT_TRUE(fresh->wait_for(1));
  EXPECT_THAT(all->objects(), ElementsAre("a", "b", "c"));
  EXPECT_THAT(fresh->objects(), ElementsAre("c"));
  const Result<EventDto> event = json::read<EventDto>(all->json().at(2));
  ASSERT_TRUE(event) << event.error().describe();
  EXPECT_EQ(event->id, all->positions().at(2).str());
  EXPECT_EQ(event->event, "case.changed");
  EXPECT_EQ(event->object_id, "c");
  EXPECT_EQ(event->actor, ann_.agent.str());
  EXPECT_EQ(event->actor_name, "ann");
  EXPECT_EQ(event->at, clock_.now());
  // Going on from an event's id.
  const auto resumed = std::make_shared<Listener>();
  ASSERT_TRUE(feed_->subscribe(resumed, *store::FeedPosition::parse(all->positions()[0].str())));
  EXPECT_THAT(resumed->objects(), ElementsAre("b", "c"));
  feed_->clear();
  EXPECT_EQ(feed_->readers(), 0u);
}

TEST_P(LiveFeed, has_no_gap_and_no_double_while_others_write) {
  const store::FeedPosition start = feed_->head().value();
  constexpr int kWriters = 3;
  constexpr int kEach = 40;
  constexpr std::size_t kAll = kWriters * kEach;
  const std::jthread running = pump(*feed_);
  std::vector<std::shared_ptr<Listener>> listeners;
  {
    std::vector<std::jthread> writers;
    for (int writer = 0; writer < kWriters; ++writer) {
      writers.emplace_back([&, writer] {
        for (int i = 0; i < kEach; ++i) {
          append(std::to_string(writer) + "/" + std::to_string(i));
        }
      });
    }
    for (int i = 0; i < 8; ++i) {  // they come while it goes on
      listeners.push_back(std::make_shared<Listener>());
      EXPECT_TRUE(feed_->subscribe(listeners.back(), start));
      EXPECT_TRUE(listeners.front()->wait_for(static_cast<std::size_t>(i) * 10));
    }
  }
  for (const auto& listener : listeners) {
    ASSERT_TRUE(listener->wait_for(kAll));
    const auto objects = listener->objects();
    EXPECT_EQ(objects.size(), kAll);
    EXPECT_EQ(std::set<std::string>(objects.begin(), objects.end()).size(), kAll);
    expect_rising(*listener);
  }
}

TEST_P(LiveFeed, misses_nothing_that_comes_just_before_the_first_reader_joins) {
  // The last reader leaves, and something is committed, after the newcomer has caught up and before
  // it stands among the readers.
  std::optional<std::jthread> running;
  std::function<void()> between;
  HookedDatabase hooked(database(), [&] {
    if (const std::function<void()> once = std::exchange(between, nullptr)) once();
  });
  Feed feed(hooked, clock_, seal_);
  const store::FeedPosition start = feed.head().value();
  const auto leaving = std::make_shared<Listener>(1);
  ASSERT_TRUE(feed.subscribe(leaving, start));
  const auto commit = [&](const std::string& object) {
    append(object);
    feed.notify();
  };
  between = [&] {
    running.emplace(pump(feed));
    commit("between");
    EXPECT_TRUE(leaving->wait_for(1));
    running.reset();  // until the pump has seen that nobody is left
  };
  const auto newcomer = std::make_shared<Listener>();
  ASSERT_TRUE(feed.subscribe(newcomer, start));
  running.emplace(pump(feed));
  EXPECT_TRUE(newcomer->wait_for(1));
  commit("later");
  ASSERT_TRUE(newcomer->wait_for(2));
  EXPECT_THAT(newcomer->objects(), ElementsAre("between", "later"));
  running.reset();
}

TEST_P(LiveFeed, lets_readers_go_that_have_left) {
  const std::jthread running = pump(*feed_);
  const store::FeedPosition start = feed_->head().value();
  const auto one = std::make_shared<Listener>(1);
  const auto stays = std::make_shared<Listener>();
  const auto idle = std::make_shared<Listener>();
  ASSERT_TRUE(feed_->subscribe(one, start));
  ASSERT_TRUE(feed_->subscribe(stays, start));
  ASSERT_TRUE(feed_->subscribe(idle, start));
  append("a");
  append("b");
  ASSERT_TRUE(stays->wait_for(2));
  EXPECT_THAT(one->objects(), ElementsAre("a"));
  EXPECT_EQ(feed_->readers(), 2u);
  ASSERT_TRUE(idle->wait_for(2));
  idle->leave_at_next_tick();
  ASSERT_TRUE(stays->wait_for_more_ticks(2));
  EXPECT_EQ(feed_->readers(), 1u);
  // One that is gone already while it catches up is not taken in.
  const auto gone = std::make_shared<Listener>(1);
  ASSERT_TRUE(feed_->subscribe(gone, start));
  EXPECT_THAT(gone->objects(), ElementsAre("a"));
  EXPECT_EQ(feed_->readers(), 1u);
  // After everybody left it starts again where the next one stands.
  feed_->clear();
  append("c");
  const auto later = std::make_shared<Listener>();
  ASSERT_TRUE(feed_->subscribe(later, feed_->head().value()));
  append("d");
  ASSERT_TRUE(later->wait_for(1));
  EXPECT_THAT(later->objects(), ElementsAre("d"));
}

TEST_P(LiveFeed, catches_up_over_more_than_one_batch) {
  const store::FeedPosition start = feed_->head().value();
  write([&](db::Session& session) {
    for (int i = 0; i < 450; ++i) {
      store::ChangeEntry entry;
      entry.object_id = std::to_string(i);
      store::History(session, seal_).append(entry);
    }
  });
  const auto listener = std::make_shared<Listener>();
  ASSERT_TRUE(feed_->subscribe(listener, start));
  EXPECT_EQ(listener->objects().size(), 450u);
  expect_rising(*listener);
}

TEST_P(LiveFeed, shows_each_caller_what_is_in_scope) {
  const auto view = directory_->view().value();
  const domain::MailboxId support = view->mailbox_named("support")->id;
  const domain::MailboxId sales = view->mailbox_named("sales")->id;
  const store::FeedPosition start = feed_->head().value();
  append("support", {support});
  append("both", {support, sales});
  append("all", {});
  append("agent", {}, "agent");
  append("sales", {sales});
  const auto seen_by = [&](domain::Role role,
                           const std::optional<std::vector<domain::MailboxId>>& scope) {
    const domain::Caller caller{domain::AgentId("x"), "x", role, {scope, {}, domain::AgentId("x")}};
    std::vector<std::string> out;
    store::FeedPosition after = start;
    for (int page = 0; page < 10; ++page) {  // pages of two
      const Result<ChangesDto> changes = feed_->page(caller, after, 2);
      EXPECT_TRUE(changes);
      for (const EventDto& event : changes->items) out.push_back(event.object_id);
      after = *store::FeedPosition::parse(changes->next);
    }
    EXPECT_EQ(after, feed_->head().value());
    return out;
  };
  using domain::Role;
  EXPECT_THAT(seen_by(Role::admin, std::nullopt),
              ElementsAre("support", "both", "all", "agent", "sales"));
  EXPECT_THAT(seen_by(Role::agent, std::nullopt), ElementsAre("support", "both", "all", "sales"));
  EXPECT_THAT(seen_by(Role::agent, {{sales}}), ElementsAre("both", "all", "sales"));
  EXPECT_THAT(seen_by(Role::agent, {std::vector<domain::MailboxId>{}}), ElementsAre("all"));
}

TEST_P(LiveFeed, a_page_behind_the_end_is_empty_and_stays_there) {
  append("a");
  const store::FeedPosition head = feed_->head().value();
  const Result<ChangesDto> page = feed_->page(ann_, head, 10);
  EXPECT_THAT(page->items, IsEmpty());
  EXPECT_EQ(page->next, head.str());
}

class FeedOfReplicas : public LiveFeed {};
INSTANTIATE_TEST_SUITE_P(Engines, FeedOfReplicas, ::testing::Values(db::Engine::postgresql),
                         testing::engine_name);

TEST_P(FeedOfReplicas, hears_of_what_another_one_wrote) {
  const std::jthread running = pump(*feed_);
  const auto listener = std::make_shared<Listener>();
  ASSERT_TRUE(feed_->subscribe(listener, feed_->head().value()));
  write([&](db::Session& session) {  // nobody is notified here
    store::ChangeEntry entry;
    entry.object_id = "elsewhere";
    store::History(session, seal_).append(entry);
  });
  ASSERT_TRUE(listener->wait_for(1));
  EXPECT_THAT(listener->objects(), ElementsAre("elsewhere"));
}

}  // namespace
}  // namespace madoguchi::service
