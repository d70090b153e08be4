// SPDX-License-Identifier: Apache-2.0
// The floor of an API answer: the daemon's own HTTP engine with its default options, and an
// application that gives the same answer to everything.
//
//   bench_constant_server ANSWER-FILE     prints its port; ends with standard input
//
// The file is a whole HTTP/1.1 answer of the daemon, so that headers and body are as long as there.
#include <unistd.h>

#include <array>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/observe/log.h"
#include "core/observe/metrics.h"
#include "daemon/http/server.h"

namespace madoguchi::bench {
namespace {

http::Response answer_in(const char* file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string all{std::istreambuf_iterator<char>(stream), {}};
  const std::size_t end = all.find("\r\n\r\n");
  if (end == std::string::npos) throw std::runtime_error("no answer in the file");
  http::Response response;
  response.body = all.substr(end + 4);
  std::string_view head = std::string_view(all).substr(0, end + 2);
  head.remove_prefix(head.find("\r\n") + 2);
  while (!head.empty()) {
    const std::size_t line = head.find("\r\n");
    const std::size_t colon = head.find(": ");
    if (colon < line) {
      response.headers.add(std::string(head.substr(0, colon)),
                           std::string(head.substr(colon + 2, line - colon - 2)));
    }
    head.remove_prefix(line + 2);
  }
  return response;
}

class Constant final : public http::Application {
 public:
  explicit Constant(http::Response answer) : answer_(std::move(answer)) {}

  std::variant<http::Admission, http::Response> admit(const http::Request&) override {
    return http::Admission{0};
  }
  void handle(http::Request, std::unique_ptr<http::Responder> responder) override {
    responder->send(answer_);
  }
  http::Response refuse(int status, const std::string& reason) override {
    http::Response response;
    response.status = status;
    response.body = reason;
    return response;
  }

 private:
  const http::Response answer_;
};

int run(int argc, char** argv) {
  if (argc != 2) throw std::runtime_error("ANSWER-FILE");
  Constant constant(answer_in(argv[1]));
  const SystemClock clock;
  observe::Registry metrics;
  http::ServerOptions options;
  options.listen = {"127.0.0.1:0"};
  options.spill_dir = std::filesystem::temp_directory_path();
  observe::Log log(STDERR_FILENO, clock, {observe::Level::warning, {}});
  http::Server server(options, constant, log, metrics);
  if (const Result<void> started = server.start(); !started) {
    throw std::runtime_error(started.error().describe());
  }
  std::printf("%d\n", server.port());
  std::fflush(stdout);
  std::array<char, 64> ignored{};
  while (::read(STDIN_FILENO, ignored.data(), ignored.size()) > 0) {
  }
  return 0;
}

}  // namespace
}  // namespace madoguchi::bench

int main(int argc, char** argv) {
  try {
    return madoguchi::bench::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_constant_server: %s\n", error.what());
    return 1;
  }
}
