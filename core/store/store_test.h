// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the tests of this folder share: an empty desk on each engine.

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "core/crypto/seal.h"
#include "core/db/migrator.h"
#include "core/domain/names.h"
#include "core/store/cases.h"
#include "core/store/desk_settings.h"
#include "core/store/messages.h"
#include "core/store/migrations.h"
#include "tests/support/databases.h"
#include "tests/support/fakes.h"

namespace madoguchi::store {

/// A unit of work that must succeed; answers what `work` returns.
template <class Work>
auto must(Work&& work, db::Database& database, bool writes) {
  using Value = std::invoke_result_t<Work&, db::Session&>;
  if constexpr (std::is_void_v<Value>) {
    const auto plain = [&](db::Session& session) -> Result<void> {
      work(session);
      return {};
    };
    const Result<void> done = writes ? database.in_transaction(plain) : database.read(plain);
    if (!done) throw std::runtime_error(done.error().describe());
  } else {
    const auto plain = [&](db::Session& session) -> Result<Value> { return work(session); };
    Result<Value> done = writes ? database.in_transaction(plain) : database.read(plain);
    if (!done) throw std::runtime_error(done.error().describe());
    return std::move(*done);
  }
}

class StoreTest : public testing::DatabaseTest {
 protected:
  [[nodiscard]] const std::vector<db::Migration>& schema() const override { return migrations(); }

  template <class Work>
  auto write(Work&& work) {
    return must(std::forward<Work>(work), database(), true);
  }
  template <class Work>
  auto read(Work&& work) {
    return must(std::forward<Work>(work), database(), false);
  }
  void sql(const std::string& text) {
    write([&](db::Session& session) { session.run({"test", text}); });
  }
  std::int64_t number(const std::string& text) {
    return read([&](db::Session& session) {
      return session.run({"test", text}).front().integer(0);
    });
  }

  domain::Case new_case(const std::string& subject) {
    domain::Case value;
    value.id = ids_.make<domain::CaseId>();
    value.subject = subject;
    value.created_at = clock_.now();
    value.modified_at = clock_.now();
    return value;
  }
  domain::Case insert(domain::Case value) {
    write([&](db::Session& session) { Cases(session).insert(value); });
    return value;
  }
  domain::MailboxId insert_mailbox(const std::string& name, std::int64_t position = 0) {
    domain::Mailbox mailbox;
    mailbox.id = domain::MailboxId("mailbox-" + name);
    mailbox.name = name;
    mailbox.address = EmailAddress::parse(name + "@shop.example").value();
    mailbox.position = position;
    write([&](db::Session& session) { Mailboxes(session).insert(mailbox); });
    return mailbox.id;
  }
  domain::Message new_message(const domain::CaseId& id, const std::string& text) {
    domain::Message message;
    message.id = ids_.make<domain::MessageId>();
    message.case_id = id;
    message.text = text;
    message.text_visible = text;
    message.created_at = clock_.now();
    return message;
  }
  domain::Message insert(domain::Message message) {
    write([&](db::Session& session) { Messages(session).insert(message); });
    return message;
  }

  testing::FakeClock clock_;
  testing::CountingIds ids_;
};

}  // namespace madoguchi::store
