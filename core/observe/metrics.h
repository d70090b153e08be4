// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/guarded.h"

/// Numbers about the running process, as Prometheus scrapes them. Look a metric up once (that
/// locks), keep the reference (it lives as long as the Registry), then count: lock-free, from any
/// thread. Names are "madoguchi_<what>_<unit>", counters end in "_total", times are seconds.
namespace madoguchi::observe {

/// Only goes up.
class Counter {
 public:
  void add(std::uint64_t amount = 1) noexcept {
    value_.fetch_add(amount, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t value() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// Goes up and down.
class Gauge {
 public:
  void set(double value) noexcept { value_.store(value, std::memory_order_relaxed); }
  void add(double amount = 1) noexcept { value_.fetch_add(amount, std::memory_order_relaxed); }
  [[nodiscard]] double value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

/// How values are spread: a count for each bucket, their sum.
class Histogram {
 public:
  /// `bounds`: upper ends of the buckets, rising; one for everything above is added.
  explicit Histogram(std::vector<double> bounds);

  void observe(double value) noexcept;

  [[nodiscard]] const std::vector<double>& bounds() const noexcept { return bounds_; }
  /// Of one bucket alone, not cumulated; index bounds().size() is the one above.
  [[nodiscard]] std::uint64_t in_bucket(std::size_t index) const noexcept {
    return buckets_[index].value();
  }
  [[nodiscard]] double sum() const noexcept { return sum_.value(); }

  /// 1 ms to 10 s.
  [[nodiscard]] static std::vector<double> latency_bounds();

 private:
  std::vector<double> bounds_;
  std::vector<Counter> buckets_;
  Gauge sum_;
};

/// The metrics of one name, one for each set of label values. Label values must come from small
/// closed sets; from the 1,000th on, further sets share one whose values are all "other".
template <class Metric>
class Family {
 public:
  using Series = std::map<std::vector<std::string>, std::unique_ptr<Metric>>;

  Family(std::string help, std::vector<std::string> labels, std::vector<double> bounds);

  /// As many values as there are label names, in their order; throws std::invalid_argument else.
  Metric& with(const std::vector<std::string>& values);

 private:
  friend class Registry;

  std::string help_;
  std::vector<std::string> labels_;
  std::vector<double> bounds_;
  Guarded<Series> series_;
};

/// Owns every metric of the process. Asking twice for a name gives the same one; asking for it with
/// another kind or other labels, or for a name that breaks the rules, throws std::invalid_argument:
/// a mistake in the program. Safe for use by many threads.
class Registry {
 public:
  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  Counter& counter(std::string_view name, std::string_view help);
  Gauge& gauge(std::string_view name, std::string_view help);
  Histogram& histogram(std::string_view name, std::string_view help, std::vector<double> bounds);

  Family<Counter>& counters(std::string_view name, std::string_view help,
                            std::vector<std::string> labels);
  Family<Gauge>& gauges(std::string_view name, std::string_view help,
                        std::vector<std::string> labels);
  Family<Histogram>& histograms(std::string_view name, std::string_view help,
                                std::vector<std::string> labels, std::vector<double> bounds);

  /// Everything, in Prometheus' text format 0.0.4; names and labels sorted.
  [[nodiscard]] std::string render() const;
  /// The Content-Type of render().
  static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

 private:
  struct Families;

  template <class Metric>
  Family<Metric>& family(std::string_view name, std::string_view help,
                         std::vector<std::string> labels, std::vector<double> bounds);
  template <class Metric>
  static void render_family(const std::string& name, Family<Metric>& family, std::string& out);

  std::unique_ptr<Guarded<Families>> families_;
};

}  // namespace madoguchi::observe
