// SPDX-License-Identifier: Apache-2.0
#include "tests/support/postgres_server.h"

#include <fcntl.h>
#include <libpq-fe.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <vector>

namespace madoguchi::testing {

namespace {

using Arguments = std::vector<std::string>;

struct User {
  uid_t uid;
  gid_t gid;
};

/// PostgreSQL refuses to run as root.
std::optional<User> other_user() {
  if (::geteuid() != 0) return std::nullopt;
  for (const char* name : {"postgres", "nobody"}) {
    if (const passwd* entry = ::getpwnam(name)) return User{entry->pw_uid, entry->pw_gid};
  }
  throw std::runtime_error("no user to run PostgreSQL as");
}

pid_t spawn(const Arguments& arguments, const std::filesystem::path& log) {
  const std::optional<User> user = other_user();
  std::vector<char*> pointers;
  for (const std::string& argument : arguments)
    pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  const pid_t child = ::fork();
  if (child != 0) return child;
  const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  ::dup2(output, 1);
  ::dup2(output, 2);
  if (user && (::setgid(user->gid) != 0 || ::setuid(user->uid) != 0)) ::_exit(126);
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
  ::execv(pointers[0], pointers.data());
  ::_exit(127);
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::filesystem::path newest_in(const std::filesystem::path& base) {
  std::filesystem::path best;
  int best_version = 0;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(base, ignored)) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (version > best_version && std::filesystem::exists(entry.path() / "bin/initdb")) {
      best_version = version;
      best = entry.path() / "bin";
    }
  }
  return best;
}

void wait_briefly() { ::poll(nullptr, 0, 10); }

}  // namespace

std::optional<std::filesystem::path> PostgresServer::programs() {
  const std::filesystem::path debian = newest_in("/usr/lib/postgresql");
  if (!debian.empty()) return debian;
  std::string answer;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen("pg_config --bindir 2>/dev/null", "r"),
                                                   &::pclose);
  for (int c = 0; pipe && (c = std::fgetc(pipe.get())) != EOF && c != '\n';) {
    answer.push_back(static_cast<char>(c));
  }
  if (!answer.empty() && std::filesystem::exists(answer + "/initdb")) return answer;
  return std::nullopt;
}

PostgresServer::PostgresServer() {
  const auto found = programs();
  if (!found) throw std::runtime_error("PostgreSQL is not installed");
  programs_ = *found;
  initialise();
  start();
}

PostgresServer::~PostgresServer() { stop_immediately(); }

void PostgresServer::initialise() {
  if (const auto user = other_user()) {
    if (::chown(folder_.path().c_str(), user->uid, user->gid) != 0) {
      throw std::runtime_error("chown of the server's folder");
    }
  }
  const std::filesystem::path log = folder_.path() / "initdb.log";
  const pid_t child =
      spawn({programs_ / "initdb", "-D", folder_.path() / "data", "-U", "postgres", "-A", "trust",
             "-E", "UTF8", "--locale=C.UTF-8", "-N", "--no-instructions"},
            log);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status != 0) throw std::runtime_error("initdb failed: " + text_of(log));
}

void PostgresServer::start() {
  if (server_ > 0) return;
  const std::filesystem::path log = folder_.path() / "server.log";
  server_ = spawn({programs_ / "postgres", "-D", folder_.path() / "data", "-k", folder_.path(),
                   "-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off", "-c",
                   "shared_buffers=32MB", "-c", "max_connections=60", "-c", "autovacuum=off"},
                  log);
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  while (PQping(url("postgres").c_str()) != PQPING_OK) {
    if (::waitpid(server_, nullptr, WNOHANG) != 0 || std::chrono::steady_clock::now() > give_up) {
      server_ = -1;
      throw std::runtime_error("PostgreSQL did not start: " + text_of(log));
    }
    wait_briefly();
  }
}

void PostgresServer::stop_immediately() {
  if (server_ <= 0) return;
  ::kill(server_, SIGQUIT);
  ::waitpid(server_, nullptr, 0);
  server_ = -1;
}

void PostgresServer::signal_all(int signal) const {
  // The postmaster first: it must not replace its children meanwhile.
  ::kill(server_, signal);
  const std::string parent = std::to_string(server_);
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream in(entry.path() / "stat");
    std::string stat;
    if (!std::getline(in, stat)) continue;
    const auto after_name = stat.rfind(") ");
    if (after_name == std::string::npos) continue;
    if (stat.compare(after_name + 4, parent.size() + 1, parent + " ") == 0) {
      ::kill(std::atoi(entry.path().filename().c_str()), signal);
    }
  }
}

void PostgresServer::pause() { signal_all(SIGSTOP); }
void PostgresServer::resume() { signal_all(SIGCONT); }

std::string PostgresServer::url(const std::string& database) const {
  std::string host;
  for (const char c : folder_.path().string()) host += c == '/' ? "%2F" : std::string(1, c);
  return "postgresql://postgres@" + host + "/" + database;
}

std::string run_sql(const std::string& url, const std::string& sql) {
  const std::unique_ptr<PGconn, void (*)(PGconn*)> connection(PQconnectdb(url.c_str()), &PQfinish);
  PQsetNoticeProcessor(
      connection.get(), [](void*, const char*) {}, nullptr);
  const std::unique_ptr<PGresult, void (*)(PGresult*)> result(PQexec(connection.get(), sql.c_str()),
                                                              &PQclear);
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    throw std::runtime_error(sql + ": " + PQerrorMessage(connection.get()));
  }
  return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
}

}  // namespace madoguchi::testing
