// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/base/guarded.h"
#include "daemon/http/file_descriptor.h"
#include "daemon/http/server.h"

namespace madoguchi::http {

inline constexpr std::chrono::seconds kPatience{20};

/// What the tests serve. Paths: see handle().
class TestApplication final : public Application {
 public:
  struct Kept {
    std::vector<std::unique_ptr<Responder>> responders;
    std::vector<std::shared_ptr<Stream>> streams;
    std::vector<std::string> handled;  ///< paths
    int in_gate = 0;
    bool gate_open = false;
  };

  std::variant<Admission, Response> admit(const Request& head) override {
    if (head.path() == "/denied") return text(401, "denied");
    if (head.path() == "/admit-throws") throw std::runtime_error("admit");
    return Admission{max_body.load()};
  }

  Response refuse(int status, const std::string& reason) override {
    Response response = text(status, reason);
    response.headers.add("X-Refused", "yes");
    return response;
  }

  void handle(Request request, std::unique_ptr<Responder> responder) override {
    const std::string path(request.path());
    kept.update([&](Kept& now) { now.handled.push_back(path); });
    if (path == "/defer") {
      kept.update([&](Kept& now) { now.responders.push_back(std::move(responder)); });
    } else if (path == "/stream") {
      Response head;
      head.headers.add("Content-Type", "text/event-stream");
      auto stream = responder->stream(std::move(head));
      kept.update([&](Kept& now) { now.streams.push_back(std::move(stream)); });
    } else if (path == "/gate") {
      kept.update([](Kept& now) { ++now.in_gate; });
      kept.wait([](const Kept& now) { return now.gate_open; }, [](Kept&) {});
      responder->send(text(200, "through"));
    } else if (path == "/throws") {
      throw std::runtime_error("handle");
    } else if (path != "/dropped") {
      responder->send(answer(path, request));
    }
  }

  static Response text(int status, std::string body) {
    Response response;
    response.status = status;
    response.body = std::move(body);
    return response;
  }

  void open_gate() {
    kept.update([](Kept& now) { now.gate_open = true; });
  }
  template <class Ready>
  bool wait_for(Ready ready) {
    return kept.wait_until(std::chrono::steady_clock::now() + kPatience, ready, [](Kept&) {});
  }

  std::atomic<std::size_t> max_body{1 << 20};
  Monitor<Kept> kept;

 private:
  static Response answer(const std::string& path, const Request& request) {
    if (path == "/echo") return text(200, std::string(request.body->view()));
    if (path == "/target") return text(200, request.target);
    if (path == "/empty") return text(204, "not sent");
    if (path == "/unchanged") return text(304, "not sent");
    if (path == "/big") return text(200, std::string(8 << 20, 'b'));
    if (path == "/file") {
      Response response = text(200, "");
      Result<ScratchFile> file = ScratchFile::make(std::filesystem::temp_directory_path());
      for (char c = 'a'; c <= 'h'; ++c) (void)file->append(std::string(1 << 20, c));
      response.file = std::make_shared<const ScratchFile>(std::move(*file));
      return response;
    }
    if (path == "/origin") {
      return text(200, request.peer + (request.loopback ? " loopback" : " remote") +
                           (request.secure ? " secure" : " plain"));
    }
    Response response = text(200, "hello");
    if (path == "/split") response.headers.add("X-Note", "a\r\nSet-Cookie: stolen=1");
    if (path == "/split-lf") response.headers.add("X-Note", "a\nb");
    if (path == "/nul") response.headers.add("X-Note", std::string("a\0b", 3));
    if (path == "/bad-name") response.headers.add("X Note: y", "a");
    if (path == "/status-99") response.status = 99;
    if (path == "/length") response.headers.add("Content-Length", "99");
    return response;
  }
};

/// A server on a free port of 127.0.0.1 with small limits on time.
class ServerTest : public testing::Test {
 protected:
  ServerTest() : log_fd_(::open("/dev/null", O_WRONLY | O_CLOEXEC)), log_(log_fd_.get(), clock_) {
    std::string name = std::filesystem::temp_directory_path() / "madoguchi-http-XXXXXX";
    dir_ = ::mkdtemp(name.data());
    options_.listen = {"127.0.0.1:0"};
    options_.spill_dir = dir_;
    options_.workers = 4;
  }
  ~ServerTest() override {
    application_.open_gate();
    server_.reset();
    std::filesystem::remove_all(dir_);
  }

  void start() {
    server_ = std::make_unique<Server>(options_, application_, log_, metrics_);
    const auto started = server_->start();
    ASSERT_TRUE(started) << started.error().describe();
  }

  [[nodiscard]] int port() const { return server_->port(); }
  /// The value of a metric's line, such as `madoguchi_http_connections`.
  [[nodiscard]] double metric(const std::string& line) const {
    const std::string all = "\n" + metrics_.render();
    const auto at = all.find("\n" + line + " ");
    return at == std::string::npos ? 0 : std::stod(all.substr(at + line.size() + 2));
  }

  SystemClock clock_;
  FileDescriptor log_fd_;
  observe::Log log_;
  observe::Registry metrics_;
  TestApplication application_;
  std::filesystem::path dir_;
  ServerOptions options_;
  std::unique_ptr<Server> server_;
};

}  // namespace madoguchi::http
