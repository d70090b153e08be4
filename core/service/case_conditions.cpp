// SPDX-License-Identifier: Apache-2.0
#include "core/service/case_conditions.h"

#include <algorithm>

#include "core/base/email_address.h"
#include "core/service/case_wishes.h"
#include "core/store/case_facts.h"
#include "core/store/columns.h"
#include "core/text/fold.h"

namespace madoguchi::service {
namespace {

constexpr int kMostOpenCases = 1000;

/// Adds what is wrong at one value of a list.
template <class Wrong>
void each_of(const std::vector<std::string>& values, const std::string& pointer, Wrong&& wrong,
             std::vector<FieldError>& found) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::optional<Text> why = wrong(values[i])) {
      found.push_back({pointer + "/" + std::to_string(i), std::move(*why)});
    }
  }
}

std::optional<Text> wrong_agent(const std::string& id, const DirectoryView& directory) {
  if (id == "me") {
    return Text{"Name an agent: nobody is looking when this is asked.",
                "担当者を指定してください（me は使えません）。"};
  }
  if (id == "none" || directory.agent(id) != nullptr) return std::nullopt;
  return Text{"There is no such agent. GET /agents lists them.",
              "その担当者はいません。GET /agents で確認できます。"};
}

std::optional<Text> wrong_category(const std::string& id, const DirectoryView& directory) {
  const domain::Category* category = directory.category(id);
  if (category == nullptr) {
    return Text{"There is no such category. GET /categories lists them.",
                "その区分はありません。GET /categories で確認できます。"};
  }
  if (!category->archived) return std::nullopt;
  return Text{"This category is archived.", "この区分はアーカイブされています。"};
}

std::optional<Text> wrong_mailbox(const std::string& name, const DirectoryView& directory) {
  if (directory.mailbox_named(name) != nullptr) return std::nullopt;
  return Text{"There is no mailbox of that name. GET /mailboxes lists them.",
              "その名前のメールボックスはありません。GET /mailboxes で確認できます。"};
}

std::optional<Text> wrong_label(const std::string& id, const DirectoryView& directory) {
  const domain::MasterEntry* entry = directory.master_entry(id);
  if (entry == nullptr || entry->kind != domain::MasterKind::customer_label) {
    return Text{"There is no such label. GET /labels lists them.",
                "そのラベルはありません。GET /labels で確認できます。"};
  }
  if (!entry->archived) return std::nullopt;
  return Text{"This label is archived.", "このラベルはアーカイブされています。"};
}

bool is_everything(const CaseFilter& filter) {
  static const std::string everything = store::to_column(CaseFilter());
  return store::to_column(filter) == everything;
}

}  // namespace

bool asks_nothing(const CaseConditionDto& condition) {
  return is_everything(condition.filter) && condition.words.empty() && !condition.registered &&
         !condition.blacklisted && condition.labels.empty() && !condition.open_cases &&
         !condition.waiting_hours;
}

void check_condition(const CaseConditionDto& condition, const DirectoryView& directory,
                     const std::string& pointer, std::vector<FieldError>& wrong) {
  const CaseFilter& filter = condition.filter;
  if (filter.q) {
    wrong.push_back({pointer + "/filter/q",
                     {"Not here. Words to look for stand in `words`.",
                      "ここでは使えません。探す語は words に指定してください。"}});
  }
  each_of(
      filter.assignees, pointer + "/filter/assignee",
      [&](const std::string& id) { return wrong_agent(id, directory); }, wrong);
  each_of(
      filter.categories, pointer + "/filter/category",
      [&](const std::string& id) { return wrong_category(id, directory); }, wrong);
  each_of(
      filter.mailboxes, pointer + "/filter/mailbox",
      [&](const std::string& name) { return wrong_mailbox(name, directory); }, wrong);
  each_of(
      condition.labels, pointer + "/labels",
      [&](const std::string& id) { return wrong_label(id, directory); }, wrong);
  each_of(
      condition.words, pointer + "/words",
      [](const std::string& word) -> std::optional<Text> {
        if (!text::fold(word).empty()) return std::nullopt;
        return Text{"Give a word to look for.", "探す語を指定してください。"};
      },
      wrong);
}

CaseInView::CaseInView(db::Session& session, const store::CaseRow& row,
                       const DirectoryView& directory, TimePoint now,
                       std::optional<std::string> text)
    : session_(session), row_(row), directory_(directory), now_(now), text_(std::move(text)) {}

bool CaseInView::meets(const CaseConditionDto& condition) {
  if (!is_of(condition)) return false;
  if (condition.waiting_hours && !waits(*condition.waiting_hours)) return false;
  if (!condition.words.empty() && !holds_one_of(condition.words)) return false;
  if (!is_everything(condition.filter) && !is_in(condition.filter)) return false;
  return !condition.open_cases || open_cases() >= *condition.open_cases;
}

bool CaseInView::is_of(const CaseConditionDto& condition) const {
  if (condition.registered && *condition.registered != row_.customer().has_value()) return false;
  if (!condition.blacklisted && condition.labels.empty()) return true;
  const std::optional<store::CaseCustomer> customer = row_.customer_standing();
  if (condition.blacklisted && *condition.blacklisted != (customer && customer->blacklisted)) {
    return false;
  }
  if (condition.labels.empty()) return true;
  if (!customer) return false;
  const auto labels = store::from_column<std::vector<domain::MasterId>>(customer->labels);
  return std::any_of(labels.begin(), labels.end(), [&](const domain::MasterId& id) {
    return std::find(condition.labels.begin(), condition.labels.end(), id.str()) !=
           condition.labels.end();
  });
}

bool CaseInView::waits(std::int64_t hours) const {
  const domain::CaseStatus status = row_.status();
  const bool ours = status == domain::CaseStatus::new_ || status == domain::CaseStatus::open;
  const std::optional<TimePoint> since = row_.last_inbound_at();
  return ours && since && *since <= now_ - std::chrono::hours(hours);
}

bool CaseInView::holds_one_of(const std::vector<std::string>& words) {
  if (!folded_) {
    if (!text_)
      text_ =
          store::CaseFacts(session_).newest_inbound_text(domain::CaseId(std::string(row_.id())));
    folded_ = text::fold(std::string(row_.subject()) + "\n" + *text_);
  }
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return folded_->find(text::fold(word)) != std::string::npos;
  });
}

bool CaseInView::is_in(const CaseFilter& filter) const {
  Result<store::CaseQuery> query = query_of(filter, {}, directory_, now_);
  if (!query) return false;
  query->ids = {domain::CaseId(std::string(row_.id()))};
  query->limit = 1;
  return !store::Cases(session_).list(*query, std::nullopt).items.empty();
}

std::int64_t CaseInView::open_cases() {
  if (open_cases_) return *open_cases_;
  store::CaseQuery query;
  query.unresolved = true;
  if (const std::optional<std::string_view> number = row_.customer_number()) {
    query.customer_numbers = {std::string(*number)};
  } else {
    const Result<EmailAddress> address = EmailAddress::parse(row_.requester_address());
    if (!address) return *(open_cases_ = 0);
    query.requesters = {address->key()};
  }
  return *(open_cases_ = store::Cases(session_).count(query, kMostOpenCases));
}

}  // namespace madoguchi::service
