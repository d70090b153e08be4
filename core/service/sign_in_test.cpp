// SPDX-License-Identifier: Apache-2.0
// How people come in and go: passwords, links, sessions, tokens.
#include "core/service/sign_in.h"

#include "core/crypto/digest.h"
#include "core/domain/sign_in.h"
#include "core/service/service_test.h"
#include "core/service/standing.h"
#include "core/service/tokens.h"

namespace madoguchi::service {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kPassword = "tetsudou murasaki";
const Visitor kHere{"192.0.2.7", "Browser/1.0"};

class SignIn : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    bearer_.emplace(*env_, *agents_);
    sessions_.emplace(*env_, *agents_);
    second_factor_.emplace(*env_, *sessions_);
    sign_in_.emplace(*env_, *sessions_, *second_factor_,
                     SignInOptions{{64, 1, 1, 2}, "https://hub.shop.example"});
    bob_ = new_agent("bob");
  }
  PasswordLinkDto link(const std::string& agent) {
    const Result<PasswordLinkDto> made = sign_in_->make_link(as_ann(), agent);
    EXPECT_TRUE(made) << made.error().describe();
    return made ? *made : PasswordLinkDto{};
  }
  Result<void> use(const std::string& token, const std::string& password = kPassword) {
    return sign_in_->use_link({Secret(token), Secret(password)});
  }
  void give_password(const std::string& password = kPassword) {
    const Result<void> done = use(link(bob_.agent.str()).token, password);
    EXPECT_TRUE(done) << done.error().describe();
  }
  Result<NewSession> enter(const std::string& name, const std::string& password,
                           const Visitor& visitor = kHere) {
    return sign_in_->sign_in({name, Secret(password), std::nullopt}, visitor);
  }
  SignedIn signed_in() {
    const Result<NewSession> made = enter("bob", kPassword);
    EXPECT_TRUE(made) << made.error().describe();
    return sessions_->authenticate(made->text.reveal()).value();
  }
  void disable(const domain::AgentId& agent, bool disabled = true) {
    AgentPatchDto patch;
    patch.disabled = disabled;
    EXPECT_TRUE(agents_->patch(as_ann(), agent.str(), patch));
  }
  bool is_in(const NewSession& made) {
    return sessions_->authenticate(made.text.reveal()).has_value();
  }

  std::optional<TokenService> bearer_;
  std::optional<SessionService> sessions_;
  std::optional<SecondFactorService> second_factor_;
  std::optional<SignInService> sign_in_;
  domain::Caller bob_;
};
INSTANTIATE_TEST_SUITE_P(Engines, SignIn, testing::engines(), testing::engine_name);

TEST_P(SignIn, a_link_gives_a_password_once_and_for_half_an_hour) {
  const PasswordLinkDto first = link(bob_.agent.str());
  EXPECT_EQ(first.url, "https://hub.shop.example/app/password#" + first.token);
  EXPECT_EQ(first.expires_at, clock_.now() + minutes(30));
  const PasswordLinkDto second = link(bob_.agent.str());
  EXPECT_EQ(use(first.token).error().code, ErrorCode::not_found);  // void by the second
  EXPECT_EQ(use(second.token, "password1234").error().fields.at(0).pointer, "/password");
  EXPECT_TRUE(use(second.token));  // a refused password has not used it up
  EXPECT_EQ(use(second.token).error().code, ErrorCode::not_found);
  EXPECT_TRUE(enter("bob", kPassword));
  const PasswordLinkDto late = link(bob_.agent.str());
  clock_.advance(minutes(30));
  EXPECT_EQ(use(late.token).error().code, ErrorCode::not_found);
  const PasswordLinkDto gone = link(bob_.agent.str());
  disable(bob_.agent);
  EXPECT_EQ(use(gone.token).error().code, ErrorCode::not_found);
  EXPECT_EQ(sign_in_->make_link(as_ann(), bob_.agent.str()).error().type, "no-person");
  const domain::Caller robot = new_agent("robot", domain::Role::integration);
  EXPECT_EQ(sign_in_->make_link(as_ann(), robot.agent.str()).error().type, "no-person");
  EXPECT_EQ(sign_in_->make_link(as_ann(), "none").error().code, ErrorCode::not_found);
  // Nothing that opens a door is in the database.
  EXPECT_EQ(number("SELECT count(*) FROM passwords WHERE phc LIKE '$argon2id$v=19$m=64,t=1,p=1$%'"),
            1);
  EXPECT_EQ(write([&](db::Session& session) {
              return session
                  .run({"test", "SELECT count(*) FROM password_links WHERE hash = $1"},
                       {gone.token})
                  .front()
                  .integer(0);
            }),
            0);
}

TEST_P(SignIn, a_password_opens_a_session_that_ends_by_rest_and_by_age) {
  give_password();
  const Result<NewSession> made = enter("bob", kPassword);
  ASSERT_TRUE(made) << made.error().describe();
  EXPECT_EQ(made->text.reveal().size(), 43u);  // 256 bits
  const Result<SignedIn> who = sessions_->authenticate(made->text.reveal());
  ASSERT_TRUE(who);
  EXPECT_EQ(who->caller.name, "bob");
  EXPECT_EQ(who->session, made->session.id);
  EXPECT_EQ(who->csrf_token, csrf_token_of(made->text.reveal()));
  EXPECT_NE(who->csrf_token, made->text.reveal());
  EXPECT_EQ(number("SELECT count(*) FROM sessions WHERE hash = '" +
                   crypto::to_hex(crypto::sha256(made->text.reveal())) + "'"),
            1);
  for (const std::string& wrong :
       {std::string(), made->text.reveal() + "x", made->session.id, std::string(1000, 'x')}) {
    EXPECT_EQ(sessions_->authenticate(wrong).error().code, ErrorCode::unauthenticated);
  }
  clock_.advance(minutes(29));
  EXPECT_TRUE(is_in(*made));  // and is seen
  clock_.advance(minutes(29));
  EXPECT_TRUE(is_in(*made));
  clock_.advance(minutes(30));
  EXPECT_FALSE(is_in(*made));
  EXPECT_FALSE(is_in(*made));  // looking does not wake it
  EXPECT_TRUE(sessions_->forget_old());
  EXPECT_EQ(number("SELECT count(*) FROM sessions"), 0);
  const Result<NewSession> busy = enter("bob", kPassword);
  for (int i = 0; i < 71; ++i) {
    clock_.advance(minutes(10));
    EXPECT_TRUE(is_in(*busy));
  }
  clock_.advance(minutes(10));
  EXPECT_FALSE(is_in(*busy));  // 12 hours
}

TEST_P(SignIn, who_does_not_get_in_learns_nothing) {
  const auto refused = [&](const std::string& name, const std::string& password) {
    const Result<NewSession> answer = enter(name, password);
    EXPECT_FALSE(answer);
    return answer ? "" : answer.error().type + answer.error().message.ja;
  };
  const std::string without = refused("bob", kPassword);
  give_password();
  EXPECT_EQ(refused("bob", "tetsudou akai ki"), without);
  EXPECT_EQ(refused("Bob", kPassword), without);
  EXPECT_EQ(refused("nobody", kPassword), without);
  EXPECT_EQ(refused("", ""), without);
  disable(bob_.agent);
  EXPECT_EQ(refused("bob", kPassword), without);
}

TEST_P(SignIn, guessing_becomes_slow) {
  give_password();
  const auto code = [&](const std::string& name, const std::string& password,
                        const std::string& peer = "192.0.2.7") {
    const Result<NewSession> answer = enter(name, password, {peer, ""});
    return answer ? ErrorCode::internal : answer.error().code;
  };
  for (int i = 0; i < 5; ++i) EXPECT_EQ(code("bob", "wrong"), ErrorCode::unauthenticated);
  const Result<NewSession> sixth = enter("bob", kPassword);
  ASSERT_FALSE(sixth);  // even the right one
  EXPECT_EQ(sixth.error().code, ErrorCode::rate_limited);
  EXPECT_EQ(sixth.error().retry_after, seconds(30));
  EXPECT_EQ(code("BOB ", "wrong"), ErrorCode::unauthenticated);  // another name
  EXPECT_EQ(code("carol", "wrong"), ErrorCode::unauthenticated);
  EXPECT_TRUE(enter("bob", kPassword, {"192.0.2.8", ""}));  // bob himself, from elsewhere
  clock_.advance(seconds(30));
  EXPECT_EQ(code("bob", "wrong"), ErrorCode::unauthenticated);
  EXPECT_EQ(enter("bob", "wrong").error().retry_after, seconds(60));
  clock_.advance(seconds(60));
  EXPECT_TRUE(enter("bob", kPassword));  // and all is forgotten
  EXPECT_EQ(code("bob", "wrong"), ErrorCode::unauthenticated);
  // Of an account that does not exist too, and of a whole IPv6 network.
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(code("none", "wrong", "2001:db8:1:2::" + std::to_string(i)),
              ErrorCode::unauthenticated);
  }
  EXPECT_EQ(code("none", "wrong", "2001:db8:1:2:9::1"), ErrorCode::rate_limited);
  EXPECT_EQ(code("none", "wrong", "2001:db8:1:3::1"), ErrorCode::unauthenticated);
  // Many names from one address.
  for (int i = 0; i < 50; ++i) (void)enter("name" + std::to_string(i), "x", {"192.0.2.9", ""});
  EXPECT_EQ(code("other", "x", "192.0.2.9"), ErrorCode::rate_limited);
  clock_.advance(hours(1));
  EXPECT_TRUE(sign_in_->forget_old());
  EXPECT_EQ(code("other", "x", "192.0.2.9"), ErrorCode::unauthenticated);
}

TEST(Waiting, after_failures_grows_and_has_an_end) {
  const TimePoint last = from_micros(0);
  const auto wait = [&](int failures, TimePoint now) {
    return domain::wait_after_failures(failures, 5, last, now).count();
  };
  EXPECT_EQ(wait(4, last), 0);
  EXPECT_EQ(wait(5, last), 30);
  EXPECT_EQ(wait(6, last), 60);
  EXPECT_EQ(wait(9, last), 480);
  EXPECT_EQ(wait(10, last), 900);
  EXPECT_EQ(wait(1'000'000, last), 900);
  EXPECT_EQ(wait(6, last + seconds(59)), 1);
  EXPECT_EQ(wait(6, last + seconds(60)), 0);
  EXPECT_EQ(wait(1000, last + hours(1)), 0);
}

TEST_P(SignIn, a_new_password_ends_every_other_session) {
  give_password();
  const NewSession other = enter("bob", kPassword).value();
  const NewSession own = enter("bob", kPassword).value();
  const SignedIn who = sessions_->authenticate(own.text.reveal()).value();
  const auto change = [&](const SignedIn& by, const std::string& now, const std::string& next) {
    return sign_in_->change_password(by, {Secret(now), Secret(next)}, kHere);
  };
  EXPECT_EQ(change(who, "wrong", "seven quiet kettles").error().fields.at(0).pointer, "/current");
  EXPECT_EQ(change(who, kPassword, "short").error().fields.at(0).pointer, "/password");
  SignedIn by_token{who.caller, "token"};
  EXPECT_EQ(change(by_token, kPassword, "seven quiet kettles").error().code, ErrorCode::forbidden);
  const Result<NewSession> changed = change(who, kPassword, "seven quiet kettles");
  ASSERT_TRUE(changed) << changed.error().describe();
  EXPECT_FALSE(is_in(other));
  EXPECT_FALSE(is_in(own));  // its reference is another one
  EXPECT_TRUE(is_in(*changed));
  EXPECT_EQ(changed->session.ends_at, own.session.ends_at);
  EXPECT_FALSE(enter("bob", kPassword));
  EXPECT_TRUE(enter("bob", "seven quiet kettles"));
  give_password("eight loud teapots");  // by a link, as after it was forgotten
  EXPECT_FALSE(is_in(*changed));
  EXPECT_THAT(events(bob_.agent.str()), Contains("agent.password_changed"));
}

TEST_P(SignIn, sessions_are_listed_and_ended) {
  give_password();
  const NewSession first = enter("bob", kPassword).value();
  const SignedIn who = signed_in();
  const SignedIn carol{new_agent("carol")};
  const SignedIn admin{ann_};
  Result<std::vector<SessionDto>> mine = sessions_->list(who, std::nullopt);
  ASSERT_THAT(*mine, SizeIs(2));
  EXPECT_TRUE(mine->at(0).current);
  EXPECT_FALSE(mine->at(1).current);
  EXPECT_EQ(mine->at(1).peer, "192.0.2.7");
  EXPECT_EQ(mine->at(1).user_agent, "Browser/1.0");
  EXPECT_EQ(sessions_->list(carol, bob_.agent.str()).error().code, ErrorCode::forbidden);
  EXPECT_THAT(*sessions_->list(admin, bob_.agent.str()), SizeIs(2));
  EXPECT_EQ(sessions_->end(carol, first.session.id).error().code, ErrorCode::not_found);
  EXPECT_EQ(sessions_->end(carol, "current").error().code, ErrorCode::not_found);
  EXPECT_TRUE(sessions_->end(admin, first.session.id));
  EXPECT_FALSE(is_in(first));
  EXPECT_TRUE(sessions_->end(who, "current"));
  EXPECT_THAT(*sessions_->list(who, std::nullopt), IsEmpty());
  EXPECT_EQ(sessions_->end(who, "current").error().code, ErrorCode::not_found);
  const NewSession oldest = enter("bob", kPassword).value();
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(enter("bob", kPassword));
  EXPECT_FALSE(is_in(oldest));
  EXPECT_THAT(*sessions_->list(who, std::nullopt), SizeIs(20));
  EXPECT_THAT(events(bob_.agent.str()), Contains("agent.signed_out"));
}

TEST_P(SignIn, a_disabled_agent_and_a_changed_role_end_sessions) {
  give_password();
  const NewSession first = enter("bob", kPassword).value();
  disable(bob_.agent);
  EXPECT_FALSE(is_in(first));
  disable(bob_.agent, false);
  EXPECT_FALSE(is_in(first));  // it does not come back to life
  const NewSession second = enter("bob", kPassword).value();
  AgentPatchDto patch;
  patch.display_name = "Bob";
  EXPECT_TRUE(agents_->patch(as_ann(), bob_.agent.str(), patch));
  EXPECT_TRUE(is_in(second));
  patch.role = domain::Role::admin;
  EXPECT_TRUE(agents_->patch(as_ann(), bob_.agent.str(), patch));
  EXPECT_FALSE(is_in(second));
}

TEST_P(SignIn, what_ends_ends_live_streams_within_a_second) {
  give_password();
  const Standing::Asks asks{*env_, *agents_, *bearer_, *sessions_};
  const auto after = [&](Standing& standing, std::chrono::milliseconds time) {
    clock_.advance(time);
    return standing.holds(clock_.steady_now());
  };
  Standing by_session(asks, signed_in());
  EXPECT_TRUE(after(by_session, seconds(1)));
  EXPECT_TRUE(sessions_->end({ann_}, sessions_->list({ann_}, bob_.agent.str())->at(0).id));
  EXPECT_FALSE(after(by_session, seconds(1)));
  EXPECT_FALSE(after(by_session, seconds(1)));

  Standing at_rest(asks, signed_in());
  EXPECT_TRUE(after(at_rest, minutes(29)));
  EXPECT_FALSE(after(at_rest, minutes(1)));  // a stream is no call

  const TokenDto token = bearer_->create({bob_}, {"script"}).value();
  Standing by_token(asks, bearer_->authenticate(*token.token).value());
  EXPECT_TRUE(after(by_token, seconds(1)));
  EXPECT_TRUE(bearer_->revoke({bob_}, token.id));
  EXPECT_FALSE(after(by_token, seconds(1)));

  Standing disabled(asks, signed_in());
  EXPECT_TRUE(after(disabled, seconds(1)));
  disable(bob_.agent);
  EXPECT_FALSE(after(disabled, seconds(1)));
}

TEST_P(SignIn, another_replica_ends_streams_within_five_seconds) {
  give_password();
  Standing standing({*env_, *agents_, *bearer_, *sessions_}, signed_in());
  clock_.advance(seconds(1));
  EXPECT_TRUE(standing.holds(clock_.steady_now()));
  write([&](db::Session& session) { session.run({"test", "DELETE FROM sessions"}); });
  clock_.advance(seconds(5));
  EXPECT_FALSE(standing.holds(clock_.steady_now()));
}

TEST_P(SignIn, tokens_are_told_once_listed_and_revoked) {
  const Result<TokenDto> made =
      bearer_->create({bob_}, {"report  script", {}, clock_.now() + hours(1)});
  ASSERT_TRUE(made) << made.error().describe();
  ASSERT_TRUE(made->token);
  EXPECT_EQ(made->hint, made->token->substr(made->token->size() - 4));
  EXPECT_EQ(bearer_->authenticate(*made->token)->caller.name, "bob");
  EXPECT_EQ(bearer_->authenticate(*made->token)->token, made->id);
  Result<std::vector<TokenDto>> mine = bearer_->list(bob_, std::nullopt);
  ASSERT_THAT(*mine, SizeIs(1));
  EXPECT_FALSE(mine->at(0).token);
  EXPECT_EQ(mine->at(0).last_used_at, clock_.now());
  clock_.advance(minutes(9));
  EXPECT_TRUE(bearer_->authenticate(*made->token));
  EXPECT_NE(bearer_->list(bob_, std::nullopt)->at(0).last_used_at, clock_.now());
  clock_.advance(minutes(51));
  EXPECT_EQ(bearer_->authenticate(*made->token).error().code, ErrorCode::unauthenticated);

  const domain::Caller carol = new_agent("carol");
  const domain::Caller robot = new_agent("robot", domain::Role::integration);
  EXPECT_EQ(bearer_->list(carol, bob_.agent.str()).error().code, ErrorCode::forbidden);
  EXPECT_EQ(bearer_->create({carol}, {"x", robot.agent.str()}).error().code, ErrorCode::forbidden);
  EXPECT_EQ(bearer_->create(as_ann(), {"x", bob_.agent.str()}).error().fields.at(0).pointer,
            "/agent");
  EXPECT_EQ(bearer_->create(as_ann(), {"x", "none"}).error().fields.at(0).pointer, "/agent");
  EXPECT_EQ(bearer_->create(as_ann(), {"x", {}, clock_.now()}).error().fields.at(0).pointer,
            "/expires_at");
  const TokenDto robots = bearer_->create(as_ann(), {"till", robot.agent.str()}).value();
  EXPECT_EQ(bearer_->authenticate(*robots.token)->caller.name, "robot");
  EXPECT_EQ(bearer_->revoke({carol}, robots.id).error().code, ErrorCode::not_found);
  EXPECT_TRUE(bearer_->revoke(as_ann(), robots.id));
  EXPECT_EQ(bearer_->authenticate(*robots.token).error().code, ErrorCode::unauthenticated);
  EXPECT_EQ(bearer_->revoke(as_ann(), robots.id).error().code, ErrorCode::not_found);
  EXPECT_THAT(events(robot.agent.str()), Contains("agent.token_revoked"));
}

TEST_P(SignIn, a_token_that_another_replica_revoked_ends_within_a_second) {
  const TokenDto token = bearer_->create({bob_}, {"x"}).value();
  ASSERT_TRUE(bearer_->authenticate(*token.token));
  write([&](db::Session& session) { session.run({"test", "DELETE FROM tokens"}); });
  clock_.advance(std::chrono::milliseconds(1001));
  // On SQLite there are no replicas.
  EXPECT_EQ(bearer_->authenticate(*token.token).has_value(), GetParam() == db::Engine::sqlite);
}

}  // namespace
}  // namespace madoguchi::service
