// SPDX-License-Identifier: Apache-2.0
#include "core/service/second_factor.h"

#include "core/crypto/encoding.h"
#include "core/crypto/one_time_code.h"
#include "core/service/service_test.h"
#include "core/service/sign_in.h"

namespace madoguchi::service {
namespace {

using std::chrono::seconds;
using ::testing::Contains;
using ::testing::SizeIs;

constexpr const char* kBobsPassword = "tetsudou murasaki";
const Visitor kDesk{"192.0.2.7", "Browser/1.0"};

class SecondFactors : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    sessions_.emplace(*env_, *agents_, std::set<domain::Role>{domain::Role::supervisor});
    factor_.emplace(*env_, *sessions_);
    sign_in_.emplace(*env_, *sessions_, *factor_, SignInOptions{{64, 1, 1, 2}, ""});
    bob_ = new_agent("bob");
    const PasswordLinkDto link = sign_in_->make_link(as_ann(), bob_.agent.str()).value();
    EXPECT_TRUE(sign_in_->use_link({Secret(link.token), Secret(kBobsPassword)}));
  }
  Result<NewSession> enter(const std::optional<std::string>& code = std::nullopt) {
    return sign_in_->sign_in({"bob", Secret(kBobsPassword), code}, kDesk);
  }
  SignedIn who(const NewSession& made) {
    return sessions_->authenticate(made.text.reveal()).value();
  }
  std::string code(int steps = 0) {
    return crypto::totp_code(secret_, crypto::totp_step(clock_.now()) + steps);
  }
  /// Gives bob a factor; the session that goes on.
  NewSession enrol() {
    const SignedIn bob = who(enter().value());
    const SecondFactorStartDto start = factor_->begin(bob).value();
    secret_ = Secret(crypto::from_base32(start.secret).value());
    Result<SecondFactorService::Confirmed> done = factor_->confirm(bob, {code()}, kDesk);
    EXPECT_TRUE(done) << done.error().describe();
    codes_ = done->codes.codes;
    clock_.advance(seconds(60));
    return std::move(done->session);
  }

  std::optional<SessionService> sessions_;
  std::optional<SecondFactorService> factor_;
  std::optional<SignInService> sign_in_;
  domain::Caller bob_;
  Secret secret_;
  std::vector<std::string> codes_;
};
INSTANTIATE_TEST_SUITE_P(Engines, SecondFactors, testing::engines(), testing::engine_name);

TEST_P(SecondFactors, are_asked_for_once_confirmed) {
  const NewSession before = enter().value();
  const SignedIn bob = who(before);
  EXPECT_EQ(factor_->confirm(bob, {"123456"}, kDesk).error().type, "no-second-factor-begun");
  const SecondFactorStartDto start = factor_->begin(bob).value();
  EXPECT_EQ(start.secret.size(), 32u);
  EXPECT_THAT(start.uri, ::testing::StartsWith("otpauth://totp/Madoguchi:bob?secret="));
  EXPECT_TRUE(enter());  // not asked for yet
  secret_ =
      Secret(crypto::from_base32(factor_->begin(bob)->secret).value());  // the last one counts
  EXPECT_EQ(factor_->confirm(bob, {"000000"}, kDesk).error().fields.at(0).pointer, "/code");
  const NewSession other = enter().value();
  const Result<SecondFactorService::Confirmed> done = factor_->confirm(bob, {code()}, kDesk);
  ASSERT_TRUE(done) << done.error().describe();
  EXPECT_THAT(done->codes.codes, SizeIs(10));
  EXPECT_FALSE(sessions_->authenticate(before.text.reveal()));  // another reference
  EXPECT_FALSE(sessions_->authenticate(other.text.reveal()));
  EXPECT_TRUE(done->session.session.second_factor);
  EXPECT_TRUE(factor_->state(who(done->session))->enabled);
  EXPECT_EQ(factor_->begin(who(done->session)).error().type, "second-factor-in-use");
  EXPECT_EQ(enter().error().type, "second-factor-required");
  EXPECT_EQ(enter().error().code, ErrorCode::unauthenticated);
  EXPECT_EQ(sign_in_->sign_in({"bob", Secret("wrong"), std::nullopt}, kDesk).error().type,
            "wrong-credentials");  // only who has the password hears of it
  SignedIn by_token{bob_, "token"};
  EXPECT_EQ(factor_->begin(by_token).error().code, ErrorCode::forbidden);
  EXPECT_THAT(events(bob_.agent.str()), Contains("agent.second_factor_added"));
}

TEST_P(SecondFactors, hold_in_their_time_and_once) {
  enrol();
  EXPECT_EQ(enter("abcdef").error().type, "wrong-code");
  EXPECT_EQ(enter(code(2)).error().type, "wrong-code");
  EXPECT_EQ(enter(code(-2)).error().type, "wrong-code");
  const std::string early = code(-1);
  const std::string now = code();
  const Result<NewSession> made = enter(now.substr(0, 3) + " " + now.substr(3));
  ASSERT_TRUE(made) << made.error().describe();
  EXPECT_TRUE(made->session.second_factor);
  EXPECT_EQ(enter(now).error().type, "wrong-code");    // used
  EXPECT_EQ(enter(early).error().type, "wrong-code");  // older than one that was used
  EXPECT_TRUE(enter(code(1)));
  for (int i = 0; i < 5; ++i) (void)enter("000000");
  EXPECT_EQ(enter("000000").error().code, ErrorCode::rate_limited);
}

TEST_P(SecondFactors, recovery_codes_hold_once_each) {
  const SignedIn bob = who(enrol());
  std::string typed = codes_[3];
  for (char& c : typed) c = static_cast<char>(std::toupper(c));
  EXPECT_TRUE(enter(typed));
  EXPECT_EQ(enter(codes_[3]).error().type, "wrong-code");
  EXPECT_EQ(factor_->state(bob)->recovery_codes_left, 9);
  const Result<RecoveryCodesDto> fresh = factor_->renew_codes(bob, {codes_[4]}, kDesk);
  ASSERT_TRUE(fresh);
  EXPECT_EQ(enter(codes_[5]).error().type, "wrong-code");
  EXPECT_TRUE(enter(fresh->codes[5]));
  EXPECT_EQ(number("SELECT count(*) FROM recovery_codes"), 9);
}

TEST_P(SecondFactors, are_removed_by_their_owner_or_an_administrator) {
  const SignedIn bob = who(enrol());
  EXPECT_EQ(factor_->remove(bob, {"000000"}, kDesk).error().fields.at(0).pointer, "/code");
  EXPECT_TRUE(factor_->remove(bob, {code()}, kDesk));
  EXPECT_TRUE(enter());
  const NewSession again = enrol();
  EXPECT_TRUE(factor_->reset(as_ann(), bob_.agent.str()));
  EXPECT_FALSE(sessions_->authenticate(again.text.reveal()));
  EXPECT_TRUE(enter());
  EXPECT_EQ(factor_->reset(as_ann(), bob_.agent.str()).error().code, ErrorCode::not_found);
}

TEST_P(SecondFactors, are_demanded_of_some_roles) {
  AgentPatchDto patch;
  patch.role = domain::Role::supervisor;
  ASSERT_TRUE(agents_->patch(as_ann(), bob_.agent.str(), patch));
  const SignedIn limited = who(enter().value());
  EXPECT_TRUE(limited.enrolling);
  EXPECT_TRUE(factor_->state(limited)->required);
  const SignedIn whole = who(enrol());
  EXPECT_FALSE(whole.enrolling);
  EXPECT_EQ(factor_->remove(whole, {code()}, kDesk).error().code, ErrorCode::forbidden);
}

}  // namespace
}  // namespace madoguchi::service
