// SPDX-License-Identifier: Apache-2.0
#include "core/service/sign_in.h"

#include "core/crypto/digest.h"
#include "core/crypto/random.h"
#include "core/service/directory.h"
#include "core/service/log_messages.h"
#include "core/service/password_policy.h"
#include "core/service/rights.h"
#include "core/service/unit_of_work.h"
#include "core/store/passwords.h"
#include "core/store/sessions.h"

namespace madoguchi::service {
namespace {

constexpr std::size_t kLinkBytes = 32;
constexpr std::chrono::minutes kLinkHolds{30};
/// Two hash at once, so many more wait; a worker that waits serves nobody else.
constexpr int kMostInside = 4;

using View = std::shared_ptr<const DirectoryView>;

Error wrong_name_or_password() {
  Error error = Error::unauthenticated("wrong name or password");
  error.type = "wrong-credentials";
  error.message = {"Name or password is wrong.", "担当者名またはパスワードが違います。"};
  return error;
}

Error link_is_over() {
  return Error::not_found({"This link does not hold any more. Ask for a new one.",
                           "このリンクは無効です。新しいリンクを発行してもらってください。"});
}

std::string hash_of_link(const Secret& token) {
  return crypto::to_hex(crypto::sha256(token.reveal()));
}

const domain::Agent* agent_named(const DirectoryView& directory, const std::string& name) {
  for (const domain::Agent& agent : directory.agents()) {
    if (agent.name == name) return &agent;
  }
  return nullptr;
}

}  // namespace

/// A place among those who hash; `got` says whether there was one.
class SignInService::Place {
 public:
  explicit Place(Guarded<int>& inside) : inside_(inside) {
    got_ = inside_.with([](int& count) { return count < kMostInside && ++count > 0; });
  }
  ~Place() {
    if (got_) inside_.with([](int& count) { --count; });
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  [[nodiscard]] bool got() const { return got_; }
  static Error none() {
    Error error{ErrorCode::rate_limited,
                "too-many-at-once",
                {"Many people are signing in right now. Try again in a moment.",
                 "サインインが混み合っています。少し待ってからもう一度お試しください。"}};
    error.retry_after = std::chrono::seconds{1};
    return error;
  }

 private:
  Guarded<int>& inside_;
  bool got_ = false;
};

Result<bool> SignInService::is_password_of(const domain::Agent* agent, const Secret& password) {
  const domain::AgentId id = agent != nullptr ? agent->id : domain::AgentId();
  const Result<std::string> phc =
      env_.database.read([&](db::Session& session) -> Result<std::string> {
        return store::Passwords(session).of(id);
      });
  if (!phc) return fail(phc.error());
  if (!hasher_.verify(password, *phc)) return false;
  if (agent == nullptr || agent->disabled) return false;
  if (hasher_.is_outdated(*phc)) {
    const std::string fresh = hasher_.hash(password);
    (void)env_.database.in_transaction([&](db::Session& session) -> Result<void> {
      store::Passwords(session).renew(id, *phc, fresh);
      return {};
    });
  }
  return true;
}

Result<NewSession> SignInService::sign_in(const SignInDto& wish, const Visitor& visitor) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const domain::Agent* agent = agent_named(**directory, wish.name);
  const Place place(inside_);
  if (!place.got()) return fail(Place::none());
  if (Result<void> begun = throttle_.begin(wish.name, visitor.peer); !begun) {
    return fail(std::move(begun.error()));
  }
  const Result<bool> right = is_password_of(agent, wish.password);
  if (!right) return fail(right.error());
  if (!*right) {
    // The name is not logged: people type passwords there.
    env_.log.write(kSignInRefused,
                   {observe::Field("agent", agent != nullptr ? agent->id.str() : ""),
                    observe::Field("peer", visitor.peer)});
    return fail(wrong_name_or_password());
  }
  return env_.database.in_transaction([&](db::Session& session) -> Result<NewSession> {
    const Result<bool> shown = second_factor_.check(session, agent->id, wish.code);
    if (!shown) return fail(shown.error());
    throttle_.succeeded(session, wish.name, visitor.peer);
    return sessions_.open(session, *agent, domain::SignInMethod::password, *shown, visitor);
  });
}

Result<PasswordLinkDto> SignInService::make_link(const Context& context, const std::string& id) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const domain::Agent* agent = (*directory)->agent(domain::AgentId(id));
  if (agent == nullptr) {
    return fail(Error::not_found({"There is no such agent.", "その担当者はいません。"}));
  }
  if (agent->disabled || agent->role == domain::Role::integration) {
    return fail(
        Error::conflict("no-person", {"A disabled agent or an integration does not sign in.",
                                      "無効な担当者や連携用の担当者はサインインできません。"}));
  }
  if (Result<void> may = check_may_give(context.caller, *agent, **directory); !may) {
    return fail(std::move(may.error()));
  }
  PasswordLinkDto dto;
  dto.token = crypto::random_token(kLinkBytes);
  dto.url = options_.public_url + "/app/password#" + dto.token;
  dto.expires_at = env_.clock.now() + kLinkHolds;
  return command(env_, context, [&](db::Session& session) -> Result<PasswordLinkDto> {
    store::Passwords(session).make_link(agent->id, hash_of_link(Secret(dto.token)), dto.expires_at);
    store::ChangeEntry entry;
    entry.event = "agent.invited";
    entry.object_type = "agent";
    entry.object_id = agent->id.str();
    announce(env_, session, context.caller, std::move(entry));
    return dto;
  });
}

Result<void> SignInService::check_new(const domain::Agent& agent, const Secret& password) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  std::vector<std::string> surroundings = {agent.name, agent.display_name};
  for (const domain::Mailbox& mailbox : (*directory)->mailboxes()) {
    const std::string domain = mailbox.address.key().substr(mailbox.address.key().find('@') + 1);
    surroundings.push_back(domain);
    surroundings.push_back(domain.substr(0, domain.find('.')));
  }
  return check_password(password, surroundings, "/password");
}

void SignInService::set_password(db::Session& session, const domain::Agent& agent,
                                 const std::string& phc, const domain::Caller& caller) {
  store::Passwords passwords(session);
  passwords.set(agent.id, phc, env_.clock.now());
  passwords.remove_links(agent.id);
  store::ChangeEntry entry;
  entry.event = "agent.password_changed";
  entry.object_type = "agent";
  entry.object_id = agent.id.str();
  announce(env_, session, caller, std::move(entry));
  session.after_commit([&directory = env_.directory] { directory.expire(); });
}

Result<void> SignInService::use_link(const PasswordByLinkDto& wish) {
  const std::string hash = hash_of_link(wish.token);
  using Owner = std::optional<domain::AgentId>;
  const Result<Owner> owner = env_.database.read([&](db::Session& session) -> Result<Owner> {
    return store::Passwords(session).by_link(hash, env_.clock.now());
  });
  if (!owner) return fail(owner.error());
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const domain::Agent* agent = *owner ? (*directory)->agent(**owner) : nullptr;
  if (agent == nullptr || agent->disabled) return fail(link_is_over());
  if (Result<void> good = check_new(*agent, wish.password); !good) return good;
  const Place place(inside_);
  if (!place.got()) return fail(Place::none());
  const std::string phc = hasher_.hash(wish.password);
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    if (!store::Passwords(session).take_link(hash, env_.clock.now())) return fail(link_is_over());
    store::Sessions(session).remove_of(agent->id);
    set_password(session, *agent, phc, {agent->id, agent->name});
    return {};
  });
}

Result<NewSession> SignInService::change_password(const SignedIn& who,
                                                  const PasswordChangeDto& wish,
                                                  const Visitor& visitor) {
  if (who.session.empty()) {
    return fail(Error::forbidden({"Sign in with a browser to change the password.",
                                  "パスワードはブラウザーでサインインして変更してください。"}));
  }
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const domain::Agent* agent = (*directory)->agent(who.caller.agent);
  if (agent == nullptr) return fail(Error::unauthenticated("no such agent"));
  if (Result<void> good = check_new(*agent, wish.password); !good) {
    return fail(std::move(good.error()));
  }
  const Place place(inside_);
  if (!place.got()) return fail(Place::none());
  if (Result<void> begun = throttle_.begin(agent->name, visitor.peer); !begun) {
    return fail(std::move(begun.error()));
  }
  const Result<bool> right = is_password_of(agent, wish.current);
  if (!right) return fail(right.error());
  if (!*right) {
    return fail(Error::invalid(
        "/current", {"This is not the password so far.", "現在のパスワードが違います。"}));
  }
  const std::string phc = hasher_.hash(wish.password);
  return env_.database.in_transaction([&](db::Session& session) -> Result<NewSession> {
    throttle_.succeeded(session, agent->name, visitor.peer);
    set_password(session, *agent, phc, who.caller);
    return sessions_.renew(session, who);
  });
}

}  // namespace madoguchi::service
