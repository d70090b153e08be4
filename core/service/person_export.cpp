// SPDX-License-Identifier: Apache-2.0
#include "core/service/person_export.h"

#include "core/json/json.h"
#include "core/service/cards.h"
#include "core/service/cases.h"
#include "core/service/customer_parts.h"
#include "core/service/customers.h"
#include "core/service/delivery_reports.h"
#include "core/service/messages.h"
#include "core/service/orders.h"
#include "core/service/privacy.h"
#include "core/service/subscriptions.h"
#include "core/service/surveys.h"
#include "core/service/zip_writer.h"

namespace madoguchi::service {
namespace {

using Key = std::optional<std::vector<std::string>>;
constexpr int kPage = 100;
constexpr std::size_t kPiece = std::size_t{256} * 1024;

/// Who exports is allowed to see all of it: what one may not see would be missing from an answer
/// that the law wants whole.
const domain::Caller kEverything{{}, "hub", domain::Role::admin};

class PersonFolder {
 public:
  PersonFolder(const Environment& env, const CustomerDto& customer, ContentCollector& collector)
      : env_(env),
        number_(customer.number),
        now_(env.clock.now()),
        index_{customer.number, now_, {}, {}},
        zip_([&collector](std::string_view piece) { return collector.take(piece); }) {}

  Result<void> write(const CustomerDto& customer) {
    Result<void> done = put("customer.json", json::to_string(customer));
    if (done) done = addresses();
    if (done) done = memos();
    if (done) done = orders();
    if (done) done = subscriptions();
    if (done) done = cards();
    if (done) done = surveys();
    if (done) done = history();
    if (done) done = cases();
    if (done) done = begin("index.json");
    if (done) done = zip_.write(json::to_string(index_));
    return done ? zip_.finish() : done;
  }

 private:
  Result<void> put(const std::string& name, std::string_view octets) {
    if (Result<void> begun = begin(name); !begun) return begun;
    return zip_.write(octets);
  }

  Result<void> begin(const std::string& name) {
    index_.files.push_back(name);
    return zip_.begin(name, now_);
  }

  /// `page(key)` answers a Result of something with `items` and `next`; called until there is none.
  template <class First, class Ask>
  Result<void> list(const std::string& name, First key, Ask&& page) {
    Result<void> done = begin(name);
    bool first = true;
    while (done) {
      auto some = page(key);
      if (!some) return fail(std::move(some.error()));
      for (const auto& item : some->items) {
        done = zip_.write((first ? "[\n" : ",\n") + json::to_string(item));
        if (!done) return done;
        first = false;
      }
      if (!some->next) break;
      key = *some->next;
    }
    return done ? zip_.write(first ? "[]\n" : "\n]\n") : done;
  }

  template <class T>
  static std::string array_of(const std::vector<T>& items) {
    std::string out = "[";
    for (const T& item : items) out += (out.size() == 1 ? "\n" : ",\n") + json::to_string(item);
    return out + "\n]\n";
  }

  Result<void> addresses() {
    const auto all = CustomerPartService(env_).addresses(number_);
    if (!all) return fail(all.error());
    return put("addresses.json", array_of(*all));
  }
  Result<void> memos() {
    return list("memos.json", Key(), [&](const Key& after) {
      return CustomerPartService(env_).memos(number_, after, kPage);
    });
  }
  Result<void> orders() {
    OrderFilter filter;
    filter.customers = {number_};
    filter.limit = kPage;
    return list("orders.json", Key(), [&](const Key& after) {
      return OrderService(env_).list(kEverything, filter, after);
    });
  }
  Result<void> subscriptions() {
    SubscriptionFilter filter;
    filter.customers = {number_};
    filter.limit = kPage;
    return list("subscriptions.json", std::optional<std::int64_t>(),
                [&](const std::optional<std::int64_t>& after) {
                  return SubscriptionService(env_).list(kEverything, filter, after);
                });
  }
  Result<void> cards() {
    const auto all = CardService(env_).list(kEverything, number_);
    if (!all) return fail(all.error());
    return put("cards.json", array_of(*all));
  }
  Result<void> surveys() {
    store::SurveyQuery query;
    query.limit = kPage;
    const auto id =
        env_.database.read([&](db::Session& session) -> Result<std::optional<domain::CustomerId>> {
          return store::Customers(session).id_by_number(number_);
        });
    if (!id) return fail(id.error());
    query.customer = *id;
    return list("surveys.json", Key(), [&](const Key& after) {
      return SurveyService(env_).list(kEverything, query, after);
    });
  }
  Result<void> history() {
    return list("history.json", Key(), [&](const Key& after) {
      return CustomerService(env_).history(kEverything, number_, after, kPage);
    });
  }

  Result<void> cases() {
    CaseFilter filter;
    filter.customers = {number_};
    filter.limit = kPage;
    std::vector<std::string> numbers;
    Result<void> done = list("cases.json", Key(), [&](const Key& after) {
      Result<CaseListing> some = CaseService(env_).list(kEverything, filter, after);
      if (some) {
        for (const CaseDto& one : some->items) numbers.push_back(one.number);
      }
      return some;
    });
    for (std::size_t i = 0; done && i < numbers.size(); ++i) done = messages(numbers[i]);
    return done;
  }

  Result<void> messages(const std::string& number) {
    struct File {
      std::string name;
      std::string id;
      bool is_mail = false;
    };
    std::vector<File> files;
    const std::string folder = "cases/" + number + "/";
    Result<void> done = list(folder + "messages.json", std::int64_t{0}, [&](std::int64_t after) {
      Result<MessageListing> some = MessageService(env_).list(kEverything, number, after, kPage);
      if (some) {
        for (const MessageDto& one : some->items) {
          if (one.kind == domain::MessageKind::inbound) {
            files.push_back({folder + one.id + ".eml", one.id, true});
          }
          for (const AttachmentDto& attachment : one.attachments) {
            files.push_back({folder + attachment.id, attachment.id, false});
          }
        }
      }
      return some;
    });
    const Risk taken{true};
    for (std::size_t i = 0; done && i < files.size(); ++i) {
      MessageService service(env_);
      const Result<Content> content = files[i].is_mail
                                          ? service.raw(kEverything, files[i].id, taken)
                                          : service.attachment(kEverything, files[i].id, taken);
      // An entry by hand has no mail, an old one's may have been given up (retention).
      const bool missing = !content && (content.error().code == ErrorCode::not_found ||
                                        content.error().type == "attachment-infected");
      if (missing) {
        index_.left_out.push_back(files[i].name);
        continue;
      }
      done = content ? copy(files[i].name, *content) : Result<void>(fail(content.error()));
    }
    return done;
  }

  Result<void> copy(const std::string& name, const Content& content) {
    if (Result<void> begun = begin(name); !begun) return begun;
    if (!content.file) return zip_.write(content.bytes);
    for (std::size_t at = 0; at < content.file->size();) {
      const std::string piece = content.file->read(at, kPiece);
      if (piece.empty()) return fail(Error::unavailable("a scratch file cannot be read"));
      if (Result<void> written = zip_.write(piece); !written) return written;
      at += piece.size();
    }
    return {};
  }

  const Environment& env_;
  const std::string number_;
  const TimePoint now_;
  ExportIndexDto index_;
  ZipWriter zip_;
};

}  // namespace

Result<Content> export_person(const Environment& env, const std::string& number) {
  const Result<CustomerDto> customer = CustomerService(env).get(kEverything, number);
  if (!customer) return fail(customer.error());
  ContentCollector collector(env.scratch);
  PersonFolder folder(env, *customer, collector);
  if (Result<void> written = folder.write(*customer); !written) {
    return fail(std::move(written.error()));
  }
  return collector.finish(customer->number + ".zip", "application/zip");
}

}  // namespace madoguchi::service
