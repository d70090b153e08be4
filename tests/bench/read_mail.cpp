// SPDX-License-Identifier: Apache-2.0
// Reading alone, by the processor time it takes on one thread: bare GMime, core/mail, and all of
// stage 2 of the intake but for the database (reading, masking, sanitising, quoted text, signals of
// machines, content key, sealing attachments, words to be found by), over the same mails in turns.
//
//   bench_read_mail MAIL-FOLDER WORK-FOLDER [ROUNDS]
#include <gmime/gmime.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <functional>
#include <stdexcept>

#include "core/mail/read.h"
#include "core/service/intake_decision.h"
#include "daemon/app/hub.h"
#include "tests/bench/gmime_floor.h"
#include "tests/bench/mail_files.h"

namespace madoguchi::bench {
namespace {

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

using Read = std::function<std::size_t(std::string_view)>;

struct Side {
  const char* name;
  Read read;
  std::vector<double> seconds = {};  ///< of each round
  std::size_t octets = 0;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

std::unique_ptr<app::Hub> hub_in(const std::filesystem::path& folder, observe::Log& log,
                                 observe::Registry& metrics) {
  config::Configuration configuration;
  configuration.database.url =
      config::DatabaseUrl::parse("sqlite://" + (folder / "hub.db").string()).value();
  configuration.storage.data_dir = folder;
  configuration.secrets.key_file = folder / "master.key";
  std::ofstream(configuration.secrets.key_file) << crypto::MasterKeys::generate().reveal();
  Result<std::unique_ptr<app::Hub>> hub = app::Hub::open(configuration, log, metrics, {});
  if (!hub) throw std::runtime_error(hub.error().describe());
  return std::move(*hub);
}

std::size_t stage_two(app::Hub& hub, std::string_view raw) {
  store::IntakeRecord record;
  record.id = hub.ids().make<domain::IntakeId>();
  record.source = "lmtp";
  record.received_at = hub.clock().now();
  const Result<service::ReadMail> read = service::read_mail(hub.environment(), record, raw);
  if (!read) throw std::runtime_error(read.error().describe());
  return read->message.text.size() + read->found_by.grams.size();
}

int run(int argc, char** argv) {
  if (argc < 3) throw std::runtime_error("MAIL-FOLDER WORK-FOLDER [ROUNDS]");
  const auto mails = read_mails(argv[1]);
  const int rounds = argc > 3 ? std::atoi(argv[3]) : 5;
  g_mime_init();
  SystemClock clock;
  observe::Log log(STDERR_FILENO, clock, {observe::Level::error, {}});
  observe::Registry metrics;
  const std::unique_ptr<app::Hub> hub = hub_in(argv[2], log, metrics);
  std::vector<Side> sides = {
      {"gmime", read_by_gmime},
      {"read", [](std::string_view raw) { return mail::read(raw).text.size(); }},
      {"stage_two", [&hub](std::string_view raw) { return stage_two(*hub, raw); }}};
  for (int round = 0; round <= rounds; ++round) {
    for (Side& side : sides) {
      const double before = cpu_seconds();
      for (const std::string& raw : mails) side.octets += side.read(raw);
      if (round > 0) side.seconds.push_back(cpu_seconds() - before);  // the first one warms up
    }
  }
  std::printf("{\"mails\": %zu", mails.size());
  for (const Side& side : sides) {
    std::printf(", \"%s\": {\"seconds\": %.6f, \"octets\": %zu}", side.name, median(side.seconds),
                side.octets);
  }
  std::printf("}\n");
  g_mime_shutdown();
  return 0;
}

}  // namespace
}  // namespace madoguchi::bench

int main(int argc, char** argv) {
  try {
    return madoguchi::bench::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_read_mail: %s\n", error.what());
    return 1;
  }
}
