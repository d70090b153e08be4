// SPDX-License-Identifier: Apache-2.0
// /events (SSE, WHATWG HTML 9.2) and /changes (long poll): the change feed, live
#include <memory>

#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::ChangesDto;
using service::FeedEvent;
using store::FeedPosition;

constexpr std::chrono::seconds kKeepAlive{15};
constexpr int kPage = 200;

Error unknown_place(const char* pointer) {
  return Error::invalid(
      pointer, {"Not an event id of this feed.", "このフィードのイベント ID ではありません。"});
}

/// One browser's or program's live stream.
class EventStream final : public service::FeedReader {
 public:
  EventStream(std::shared_ptr<http::Stream> stream, service::Standing standing, SteadyPoint now)
      : stream_(std::move(stream)), standing_(std::move(standing)), last_write_(now) {}
  ~EventStream() override { stream_->close(); }

  bool deliver(const FeedEvent& event) override {
    if (!standing_.same_rights()) return false;
    if (!service::may_see(standing_.caller(), event.entry)) return !stream_->closed();
    std::string chunk = event.passing ? "" : "id: " + event.entry.position.str() + "\n";
    chunk += "event: " + event.entry.event +
             "\ndata: " + event.json_without(standing_.caller().hides()) + "\n\n";
    return stream_->write(std::move(chunk));
  }

  bool tick(SteadyPoint now) override {
    if (stream_->closed() || !standing_.holds(now)) return false;
    if (now - last_write_ < kKeepAlive) return true;
    last_write_ = now;
    return stream_->write(": still here\n\n");
  }

 private:
  std::shared_ptr<http::Stream> stream_;
  service::Standing standing_;
  SteadyPoint last_write_;
};

/// One long poll: answers at the first event the caller may see, at its deadline with none, and
/// with 401 when the caller is out.
class Poll final : public service::FeedReader {
 public:
  Poll(Answer answer, service::Standing standing, FeedPosition from, SteadyPoint deadline)
      : answer_(std::move(answer)),
        standing_(std::move(standing)),
        from_(from),
        deadline_(deadline) {}

  bool deliver(const FeedEvent& event) override {
    if (event.passing) return true;
    if (!standing_.same_rights()) return finish({});  // asks again, with the rights it has now
    from_ = event.entry.position;
    if (!service::may_see(standing_.caller(), event.entry)) return true;
    return finish({service::event_dto(event.entry)});
  }
  bool tick(SteadyPoint now) override {
    if (now >= deadline_) return finish({});
    if (standing_.holds(now)) return true;
    if (answer_) answer_->send<ChangesDto>(fail(Error::unauthenticated("not any more")));
    answer_.reset();
    return false;
  }

 private:
  /// Always false: done.
  bool finish(std::vector<service::EventDto> items) {
    if (answer_) answer_->send<ChangesDto>(ChangesDto{std::move(items), from_.str()});
    answer_.reset();
    return false;
  }

  std::optional<Answer> answer_;
  service::Standing standing_;
  FeedPosition from_;
  SteadyPoint deadline_;
};

Result<FeedPosition> start_of(const std::optional<std::string>& given, const char* pointer,
                              service::Feed& feed) {
  if (!given) return feed.head();
  const std::optional<FeedPosition> position = FeedPosition::parse(*given);
  if (!position) return fail(unknown_place(pointer));
  return *position;
}

void open_stream(const Call& call, const Services& services, Answer answer) {
  std::optional<std::string> last;
  if (const auto header = call.header("Last-Event-ID"); header && !header->empty()) {
    last = std::string(*header);
  } else {
    last = call.text("after");
  }
  const Result<FeedPosition> from = start_of(last, "/Last-Event-ID", services.feed);
  if (!from) return answer.send<ChangesDto>(fail(from.error()));
  std::shared_ptr<http::Stream> stream = answer.stream("text/event-stream");
  const auto reader = std::make_shared<EventStream>(
      stream, service::Standing(services.standing, call.signed_in()), services.clock.steady_now());
  // What cannot be read now ends the stream; the client comes back with its last id. Whoever has
  // read this line misses nothing, even of what is kept nowhere.
  if (services.feed.subscribe(reader, *from)) stream->write("retry: 2000\n\n");
}

void poll(const Call& call, const Services& services, Answer answer) {
  const Result<FeedPosition> from = start_of(call.text("after"), "/after", services.feed);
  if (!from) return answer.send<ChangesDto>(fail(from.error()));
  Result<ChangesDto> page = services.feed.page(call.caller(), *from, kPage);
  const std::int64_t wait = call.integer("wait").value_or(0);
  if (!page || !page->items.empty() || wait == 0) return answer.send<ChangesDto>(std::move(page));
  const FeedPosition next = *FeedPosition::parse(page->next);
  const auto reader = std::make_shared<Poll>(
      std::move(answer), service::Standing(services.standing, call.signed_in()), next,
      services.clock.steady_now() + std::chrono::seconds(wait));
  (void)services.feed.subscribe(reader, next);
}

}  // namespace

void add_event_routes(RouteTable& table, const Services& services) {
  table.add(
      Route::get("/events")
          .id("streamEvents")
          .summary("The change feed as server-sent events")
          .description(
              "Last-Event-ID resumes without a gap. Each event is checked against what the "
              "caller may see.")
          .tag("events")
          .needs(Permission::events_read)
          .query_text("after", "As Last-Event-ID, for clients that cannot set the header.", 60)
          .answers_with("text/event-stream")
          .defer<ChangesDto>([services](const Call& call, Answer answer) {
            open_stream(call, services, std::move(answer));
          }));
  table.add(Route::get("/changes")
                .id("pollChanges")
                .summary("The change feed by long poll")
                .tag("events")
                .needs(Permission::events_read)
                .query_text("after", "The `next` of the last answer; without it: from now on.", 60)
                .query_integer("wait", "Seconds to wait for the first event.", 0, 60)
                .defer<ChangesDto>([services](const Call& call, Answer answer) {
                  poll(call, services, std::move(answer));
                }));
}

}  // namespace madoguchi::api
