// SPDX-License-Identifier: Apache-2.0
#include "core/service/found_by.h"

#include "core/store/search_texts.h"
#include "core/text/bigrams.h"
#include "core/text/fold.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

constexpr std::size_t kIndexedBytes = 64 * 1024;
constexpr int kAtOnce = 200;

/// Does it again, each time in a transaction of its own, while it says that there may be more.
template <class Step>
Result<void> until_done(db::Database& database, Step&& step) {
  while (true) {
    const Result<bool> more = database.in_transaction([&](db::Session& session) -> Result<bool> {
      store::SearchTexts texts(session);
      return step(texts);
    });
    if (!more) return fail(more.error());
    if (!*more) return {};
  }
}

}  // namespace

store::FoundBy found_by(const domain::Message& message) {
  std::string text = message.subject;
  // Who wrote an entry by hand is asked for by other means than words.
  if (message.kind == domain::MessageKind::inbound) text += "\n" + message.from.name;
  text += "\n" + message.text;
  for (const domain::Attachment& attachment : message.attachments)
    text += "\n" + attachment.file_name;
  text.resize(text::truncate_utf8(text, kIndexedBytes).size());
  store::FoundBy words;
  words.folded = text::fold(text);
  words.grams = text::bigrams(words.folded);
  return words;
}

Result<void> index_left_out(db::Database& database) {
  const auto index = [](store::SearchTexts& texts) { return texts.index_left_out(); };
  if (Result<void> done = until_done(database, index); !done) return done;
  for (const auto& kind : EnumNames<store::TextKind>::values) {
    const auto fill = [&](store::SearchTexts& texts) { return texts.fill(kind.value); };
    if (Result<void> done = until_done(database, fill); !done) return done;
  }
  std::int64_t after = 0;
  while (true) {
    const Result<bool> more = database.in_transaction([&](db::Session& session) -> Result<bool> {
      store::Messages messages(session);
      const std::vector<std::int64_t> sequences = messages.not_indexed(after, kAtOnce);
      for (const std::int64_t sequence : sequences) {
        const std::optional<domain::Message> message = messages.by_sequence(sequence);
        if (message) messages.index(sequence, found_by(*message));
      }
      if (!sequences.empty()) after = sequences.back();
      return !sequences.empty();
    });
    if (!more) return fail(more.error());
    if (!*more) return database.settle();
  }
}

}  // namespace madoguchi::service
