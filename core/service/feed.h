// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/guarded.h"
#include "core/domain/agent.h"
#include "core/service/dto/desk_dto.h"
#include "core/store/changes.h"
#include "core/store/database.h"

namespace madoguchi::service {

/// One event on its way to readers, rendered once for all of them.
struct FeedEvent {
  store::ChangeEntry entry;
  std::string json;  ///< an EventDto
  /// Kept nowhere, without a place in the feed: whoever does not listen now never hears of it.
  bool passing = false;

  /// For a reader who may not see everything (domain::Caller::hides).
  [[nodiscard]] std::string json_without(std::uint32_t hides) const;
};

/// One reader of the live feed. Called by the pump's thread, or by the thread that subscribes; must
/// not block.
class FeedReader {
 public:
  virtual ~FeedReader() = default;
  /// False: not interested any more, or gone.
  virtual bool deliver(const FeedEvent& event) = 0;
  /// Called about four times a second, to keep alive, to time out, to see whether the caller may
  /// still listen. False: remove.
  virtual bool tick(SteadyPoint now) = 0;
};

/// The ordered change feed as live streams: one pump reads what was committed and hands it to every
/// reader, each from its own place on, without a gap. Safe for use by many threads.
class Feed {
 public:
  /// All must outlive it.
  Feed(db::Database& database, const Clock& clock, const crypto::ShredSeal& seal)
      : database_(database), clock_(clock), seal_(seal) {}

  /// Something was committed. Cheap; called after each commit that changed anything.
  void notify();
  /// Brings the reader everything after `from`, then everything that comes. Reads what it missed on
  /// the calling thread.
  Result<void> subscribe(std::shared_ptr<FeedReader> reader, store::FeedPosition from);
  /// Tells those who listen to this process something that is not kept.
  void tell(store::ChangeEntry entry);
  /// Where the feed is now: subscribe from here to see only what is new.
  [[nodiscard]] Result<store::FeedPosition> head();
  /// A page of the past, filtered by what `caller` may see; `next` goes on behind it.
  [[nodiscard]] Result<ChangesDto> page(const domain::Caller& caller, store::FeedPosition after,
                                        int limit);

  /// The pump's loop, until it is asked to stop.
  void run(const std::stop_token& stop);
  /// Lets every reader go.
  void clear();
  [[nodiscard]] std::size_t readers();

 private:
  struct Joined {
    std::shared_ptr<FeedReader> reader;
    store::FeedPosition
        from;  ///< it has everything up to here, which may be more than the pump has
  };
  struct Live {
    bool started = false;
    store::FeedPosition position;
    std::vector<Joined> readers;
  };
  struct Signal {
    bool changed = false;
    bool stop = false;
  };

  [[nodiscard]] Result<std::vector<store::ChangeEntry>> entries_after(store::FeedPosition position,
                                                                      int limit);
  [[nodiscard]] Result<store::Changes::Horizon> horizon();
  [[nodiscard]] Result<std::vector<FeedEvent>> read_after(store::FeedPosition position);
  void pump_once();
  void tick();

  db::Database& database_;
  const Clock& clock_;
  const crypto::ShredSeal& seal_;
  Guarded<Live> live_;
  Monitor<Signal> signal_;
};

/// Whether that caller may see that event (S14).
[[nodiscard]] bool may_see(const domain::Caller& caller, const store::ChangeEntry& entry);

[[nodiscard]] EventDto event_dto(const store::ChangeEntry& entry);

}  // namespace madoguchi::service
