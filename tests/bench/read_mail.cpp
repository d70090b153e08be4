// SPDX-License-Identifier: Apache-2.0
// Reading alone: core/mail beside bare GMime over the same mails.
//
//   MAILS=FOLDER bench_read_mail
#include <benchmark/benchmark.h>
#include <gmime/gmime.h>

#include <cstdlib>

#include "core/mail/read.h"
#include "tests/bench/mail_files.h"

namespace madoguchi::bench {
namespace {

std::vector<std::string> mails() {
  const char* folder = std::getenv("MAILS");
  return read_mails(folder ? folder : ".");
}

void read_by_the_hub(benchmark::State& state) {
  const auto all = mails();
  std::size_t next = 0;
  for (auto step : state) {
    (void)step;
    benchmark::DoNotOptimize(mail::read(all[next++ % all.size()]));
  }
}
BENCHMARK(read_by_the_hub);

void parsed_by_gmime(benchmark::State& state) {
  const auto all = mails();
  std::size_t next = 0;
  for (auto step : state) {
    (void)step;
    const std::string& raw = all[next++ % all.size()];
    GMimeStream* stream = g_mime_stream_mem_new_with_buffer(raw.data(), raw.size());
    GMimeParser* parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage* message = g_mime_parser_construct_message(parser, nullptr);
    benchmark::DoNotOptimize(message);
    g_object_unref(message);
    g_object_unref(parser);
    g_object_unref(stream);
  }
}
BENCHMARK(parsed_by_gmime);

}  // namespace
}  // namespace madoguchi::bench

int main(int argc, char** argv) {
  g_mime_init();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  g_mime_shutdown();
  return 0;
}
