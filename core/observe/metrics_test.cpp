// SPDX-License-Identifier: Apache-2.0
#include "core/observe/metrics.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

#include "core/observe/request_id.h"

namespace madoguchi::observe {
namespace {

TEST(Metrics, AreRenderedInPrometheusText) {
  Registry registry;
  registry.counter("madoguchi_mails_total", "Mails taken.\nBack\\slash.").add(3);
  registry.gauge("madoguchi_queue_jobs", "Jobs that wait.").set(1.5);
  Family<Counter>& requests =
      registry.counters("madoguchi_requests_total", "Requests.", {"route", "status"});
  requests.with({"/cases", "200"}).add();
  requests.with({"a\"b\\c\nd", "500"}).add(2);
  Histogram& seconds = registry.histogram("madoguchi_wait_seconds", "Waiting.", {0.1, 1});
  for (const double value : {0.05, 0.1, 0.5, 7.0}) seconds.observe(value);
  EXPECT_EQ(registry.render(),
            "# HELP madoguchi_mails_total Mails taken.\\nBack\\\\slash.\n"
            "# TYPE madoguchi_mails_total counter\n"
            "madoguchi_mails_total 3\n"
            "# HELP madoguchi_queue_jobs Jobs that wait.\n"
            "# TYPE madoguchi_queue_jobs gauge\n"
            "madoguchi_queue_jobs 1.5\n"
            "# HELP madoguchi_requests_total Requests.\n"
            "# TYPE madoguchi_requests_total counter\n"
            "madoguchi_requests_total{route=\"/cases\",status=\"200\"} 1\n"
            "madoguchi_requests_total{route=\"a\\\"b\\\\c\\nd\",status=\"500\"} 2\n"
            "# HELP madoguchi_wait_seconds Waiting.\n"
            "# TYPE madoguchi_wait_seconds histogram\n"
            "madoguchi_wait_seconds_bucket{le=\"0.1\"} 2\n"
            "madoguchi_wait_seconds_bucket{le=\"1\"} 3\n"
            "madoguchi_wait_seconds_bucket{le=\"+Inf\"} 4\n"
            "madoguchi_wait_seconds_sum 7.65\n"
            "madoguchi_wait_seconds_count 4\n");
}

TEST(Metrics, ANameIsOneMetric) {
  Registry registry;
  Counter& counter = registry.counter("madoguchi_a_total", "A.");
  EXPECT_EQ(&counter, &registry.counter("madoguchi_a_total", "A."));
  EXPECT_THROW(registry.counters("madoguchi_a_total", "A.", {"x"}), std::invalid_argument);
  registry.gauge("madoguchi_b", "B.");
  EXPECT_THROW(registry.histogram("madoguchi_b", "B.", {1}), std::invalid_argument);
  Family<Gauge>& family = registry.gauges("madoguchi_c", "C.", {"x"});
  EXPECT_EQ(&family.with({"1"}), &family.with({"1"}));
  EXPECT_NE(&family.with({"1"}), &family.with({"2"}));
}

TEST(Metrics, BadNamesLabelsAndBoundsAreTheProgramsMistake) {
  Registry registry;
  for (const char* name : {"", "1a_total", "a-b_total", "A_total", "a", "_total"}) {
    EXPECT_THROW(registry.counter(name, ""), std::invalid_argument) << name;
  }
  EXPECT_THROW(registry.gauge("a_total", ""), std::invalid_argument);
  EXPECT_THROW(registry.histograms("a", "", {"le"}, {1}), std::invalid_argument);
  EXPECT_THROW(registry.histogram("b", "", {1, 1}), std::invalid_argument);
  EXPECT_THROW(registry.histogram("c", "", {2, 1}), std::invalid_argument);
  EXPECT_THROW(registry.gauges("d", "", {"x"}).with({"1", "2"}), std::invalid_argument);
  EXPECT_EQ(registry.render(), "");
}

TEST(Metrics, LabelSetsAreBounded) {
  Registry registry;
  Family<Counter>& family = registry.counters("madoguchi_a_total", "A.", {"peer"});
  for (int i = 0; i < 1500; ++i) family.with({std::to_string(i)}).add();
  EXPECT_EQ(family.with({"7"}).value(), 1U);
  EXPECT_EQ(family.with({"other"}).value(), 500U);
}

TEST(Metrics, ManyThreadsCountWithoutLoss) {
  Registry registry;
  Family<Counter>& family = registry.counters("madoguchi_a_total", "A.", {"x"});
  Gauge& gauge = registry.gauge("madoguchi_b", "B.");
  Histogram& histogram = registry.histogram("madoguchi_c", "C.", {1});
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) {
          family.with({"1"}).add();
          gauge.add(2);
          gauge.add(-1);
          histogram.observe(0.5);
          if (i % 100 == 0) static_cast<void>(registry.render());
        }
      });
    }
  }
  EXPECT_EQ(family.with({"1"}).value(), 4000U);
  EXPECT_EQ(gauge.value(), 4000);
  EXPECT_EQ(histogram.in_bucket(0), 4000U);
  EXPECT_EQ(histogram.sum(), 2000);
}

class CountingIds final : public IdSource {
 public:
  std::string next() override { return "id-" + std::to_string(++count_); }

 private:
  int count_ = 0;
};

TEST(RequestId, OnlyHarmlessOnesAreTakenFromAPeer) {
  CountingIds ids;
  EXPECT_EQ(request_id_or_new("abc-1._X", ids), "abc-1._X");
  EXPECT_EQ(request_id_or_new(std::nullopt, ids), "id-1");
  EXPECT_EQ(request_id_or_new("", ids), "id-2");
  EXPECT_EQ(request_id_or_new("a b", ids), "id-3");
  EXPECT_EQ(request_id_or_new("a\r\nX: y", ids), "id-4");
  EXPECT_EQ(request_id_or_new(std::string(129, 'a'), ids), "id-5");
  EXPECT_EQ(request_id_or_new("あ", ids), "id-6");
}

}  // namespace
}  // namespace madoguchi::observe
