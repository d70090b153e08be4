// SPDX-License-Identifier: Apache-2.0
#include "core/domain/card.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/domain/card_names.h"

namespace madoguchi::domain {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

const BusinessDate kToday = BusinessDate::parse("2026-11-22").value();

Card a_card() {
  Card card;
  card.brand = CardBrand::visa;
  card.last_digits = LastDigits::parse("4242").value();
  card.expiry = CardExpiry::parse("2027-04").value();
  return card;
}
Caller caller(Role role) { return {AgentId("1"), "hanako", role}; }

TEST(CardToken, takes_what_payment_services_give) {
  for (const char* token :
       {"car_f7d9fa98594dc7c2e42bfcd641ff", "pm_1Nf2Kd2eZvKYlo2C", "12345678", "member-17:0",
        "00000000000000000000000000000001", "018f3f8e-0000-7000-8000-000000000001"}) {
    EXPECT_TRUE(CardToken::parse(token)) << token;
  }
  EXPECT_EQ(CardToken::parse("car_1").value().reveal(), "car_1");
}

TEST(CardToken, refuses_what_may_be_a_card_number) {
  for (const char* text :
       {"4111111111111111", "4111-1111-1111-1111", "378282246310005", "6011.1111.1111.1117",
        "card:4111111111111111", "4111111111111111x", "tok_3566002020360505"}) {
    EXPECT_FALSE(CardToken::parse(text)) << text;
  }
}

TEST(CardToken, refuses_what_is_none) {
  for (const char* text : {"", "a b", "カード", "a\n"}) EXPECT_FALSE(CardToken::parse(text));
  EXPECT_FALSE(CardToken::parse(std::string(201, 'a')));
}

TEST(LastDigits, are_four_at_most) {
  EXPECT_EQ(LastDigits::parse("4242").value().str(), "4242");
  EXPECT_EQ(LastDigits::parse("************111").value().str(), "111");
  EXPECT_EQ(LastDigits::parse("XXXX12").value().str(), "12");
  for (const char* text : {"", "1", "12345", "411111******1111", "4111111111111111", "12 34",
                           "a123", "１２３４", "********************1234"}) {
    EXPECT_FALSE(LastDigits::parse(text)) << text;
  }
}

TEST(CardExpiry, is_a_month) {
  const CardExpiry expiry = CardExpiry::parse("2026-11").value();
  EXPECT_EQ(expiry.str(), "2026-11");
  EXPECT_FALSE(expiry.is_over(kToday));
  EXPECT_FALSE(expiry.is_over(BusinessDate::parse("2026-11-30").value()));
  EXPECT_TRUE(expiry.is_over(BusinessDate::parse("2026-12-01").value()));
  for (const char* text :
       {"", "2026-13", "2026-00", "11/26", "2026-1", "1111-11", "2026_11", "4111111"}) {
    EXPECT_FALSE(CardExpiry::parse(text)) << text;
  }
}

TEST(CardHolder, holds_no_number) {
  EXPECT_TRUE(CardHolder::parse("TARO YAMADA"));
  EXPECT_TRUE(CardHolder::parse("山田 太郎"));
  EXPECT_TRUE(CardHolder::parse("STUDIO 24"));
  EXPECT_FALSE(CardHolder::parse("4111 1111 1111 1111"));
  EXPECT_FALSE(CardHolder::parse("４１１１１１１１"));
  EXPECT_FALSE(CardHolder::parse(std::string(101, 'A')));
}

TEST(Cards, are_edited_as_far_as_the_payment_service_lets) {
  Card card = a_card();
  CardEdit wish;
  wish.expiry = CardExpiry::parse("2030-01").value();
  EXPECT_EQ(edit(card, wish, kToday).error().type, "card-part-fixed");
  card.editable.add(CardPart::expiry);
  const Result<Change> changed = edit(card, wish, kToday);
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->event, "card.changed");
  ASSERT_THAT(changed->fields, SizeIs(1));
  EXPECT_EQ(changed->fields[0], (FieldChange{"expiry", "2027-04", "2030-01"}));
  EXPECT_TRUE(edit(card, wish, kToday)->empty());
  wish.expiry = CardExpiry::parse("2026-10").value();
  EXPECT_EQ(edit(card, wish, kToday).error().fields[0].pointer, "/expiry");
  CardEdit name;
  name.holder = CardHolder::parse("HANAKO").value();
  EXPECT_EQ(edit(card, name, kToday).error().type, "card-part-fixed");
  card.editable.add(CardPart::holder);
  EXPECT_TRUE(edit(card, name, kToday));
  EXPECT_EQ(card.holder.str(), "HANAKO");
}

TEST(Cards, become_what_the_payment_service_says) {
  Card card = a_card();
  const ToldCard now{CardToken::parse("t").value(),
                     CardBrand::jcb,
                     LastDigits::parse("0505").value(),
                     std::nullopt,
                     CardHolder(),
                     {}};
  EXPECT_THAT(told(card, now).fields, SizeIs(3));
  EXPECT_THAT(told(card, now).fields, IsEmpty());
  EXPECT_EQ(card.name(), "jcb 0505");
}

TEST(Cards, say_who_may_do_what) {
  Card card = a_card();
  EXPECT_EQ(allowed_actions(card, caller(Role::viewer)), CardActions());
  EXPECT_EQ(allowed_actions(card, caller(Role::agent)),
            (CardActions{CardAction::set_default, CardAction::remove}));
  card.is_default = true;
  card.editable = {CardPart::expiry, CardPart::holder};
  EXPECT_EQ(allowed_actions(card, caller(Role::agent)),
            (CardActions{CardAction::edit_expiry, CardAction::edit_holder, CardAction::remove}));
  card.removed_at = TimePoint();
  EXPECT_EQ(allowed_actions(card, caller(Role::agent)), CardActions());
}

}  // namespace
}  // namespace madoguchi::domain
