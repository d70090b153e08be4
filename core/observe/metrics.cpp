// SPDX-License-Identifier: Apache-2.0
#include "core/observe/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <type_traits>
#include <variant>

namespace madoguchi::observe {

namespace {

constexpr std::size_t kMostSeries = 1000;

bool is_name(std::string_view name) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
         std::all_of(name.begin(), name.end(), good);
}

void escape(std::string& out, std::string_view text, std::string_view also) {
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || also.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
}

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", value);
}

// {a="x",b="y"}, `more` behind them; nothing when there are none.
std::string label_set(const std::vector<std::string>& names, const std::vector<std::string>& values,
                      std::string_view more = {}) {
  if (names.empty() && more.empty()) return {};
  std::string out = "{";
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += ',';
    out += names[i];
    out += "=\"";
    escape(out, values[i], "\"");
    out += '"';
  }
  if (!more.empty()) {
    if (!names.empty()) out += ',';
    out += more;
  }
  return out + "}";
}

void render_one(std::string& out, const std::string& name, const std::vector<std::string>& names,
                const std::vector<std::string>& values, const Counter& counter) {
  fmt::format_to(std::back_inserter(out), "{}{} {}\n", name, label_set(names, values),
                 counter.value());
}

void render_one(std::string& out, const std::string& name, const std::vector<std::string>& names,
                const std::vector<std::string>& values, const Gauge& gauge) {
  fmt::format_to(std::back_inserter(out), "{}{} {}\n", name, label_set(names, values),
                 number(gauge.value()));
}

void render_one(std::string& out, const std::string& name, const std::vector<std::string>& names,
                const std::vector<std::string>& values, const Histogram& histogram) {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i <= histogram.bounds().size(); ++i) {
    count += histogram.in_bucket(i);
    const double bound = i < histogram.bounds().size() ? histogram.bounds()[i]
                                                       : std::numeric_limits<double>::infinity();
    fmt::format_to(std::back_inserter(out), "{}_bucket{} {}\n", name,
                   label_set(names, values, "le=\"" + number(bound) + "\""), count);
  }
  const std::string labels = label_set(names, values);
  fmt::format_to(std::back_inserter(out), "{0}_sum{1} {2}\n{0}_count{1} {3}\n", name, labels,
                 number(histogram.sum()), count);
}

const char* type_of(const Counter*) { return "counter"; }
const char* type_of(const Gauge*) { return "gauge"; }
const char* type_of(const Histogram*) { return "histogram"; }

}  // namespace

Histogram::Histogram(std::vector<double> bounds)
    : bounds_(std::move(bounds)), buckets_(bounds_.size() + 1) {
  const bool rising =
      std::adjacent_find(bounds_.begin(), bounds_.end(), std::greater_equal<>()) == bounds_.end();
  const bool finite = std::all_of(bounds_.begin(), bounds_.end(),
                                  [](double bound) { return std::isfinite(bound); });
  if (!rising || !finite) throw std::invalid_argument("bounds of a histogram must rise");
}

void Histogram::observe(double value) noexcept {
  const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
  buckets_[static_cast<std::size_t>(bucket)].add();
  sum_.add(value);
}

std::vector<double> Histogram::latency_bounds() {
  return {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
}

template <class Metric>
Family<Metric>::Family(std::string help, std::vector<std::string> labels,
                       std::vector<double> bounds)
    : help_(std::move(help)), labels_(std::move(labels)), bounds_(std::move(bounds)) {}

template <class Metric>
Metric& Family<Metric>::with(const std::vector<std::string>& values) {
  if (values.size() != labels_.size()) throw std::invalid_argument("wrong number of label values");
  return series_.with([&](Series& series) -> Metric& {
    auto found = series.find(values);
    if (found == series.end()) {
      const bool full = series.size() >= kMostSeries;
      auto& metric = series[full ? std::vector<std::string>(labels_.size(), "other") : values];
      if (!metric) {
        if constexpr (std::is_same_v<Metric, Histogram>) {
          metric = std::make_unique<Metric>(bounds_);
        } else {
          metric = std::make_unique<Metric>();
        }
      }
      return *metric;
    }
    return *found->second;
  });
}

template class Family<Counter>;
template class Family<Gauge>;
template class Family<Histogram>;

struct Registry::Families {
  using Any = std::variant<std::unique_ptr<Family<Counter>>, std::unique_ptr<Family<Gauge>>,
                           std::unique_ptr<Family<Histogram>>>;
  std::map<std::string, Any, std::less<>> by_name;
};

Registry::Registry() : families_(std::make_unique<Guarded<Families>>()) {}
Registry::~Registry() = default;

template <class Metric>
Family<Metric>& Registry::family(std::string_view name, std::string_view help,
                                 std::vector<std::string> labels, std::vector<double> bounds) {
  const auto complain = [&](const char* what) {
    throw std::invalid_argument(fmt::format("metric {}: {}", name, what));
  };
  constexpr std::string_view kTotal = "_total";
  const bool total =
      name.size() > kTotal.size() && name.substr(name.size() - kTotal.size()) == kTotal;
  if (!is_name(name)) complain("not a name");
  if (total != std::is_same_v<Metric, Counter>) complain("counters, and they alone, end in _total");
  for (const std::string& label : labels) {
    if (!is_name(label) || label == "le") complain("not a label's name");
  }
  return families_->with([&](Families& families) -> Family<Metric>& {
    auto found = families.by_name.find(name);
    if (found == families.by_name.end()) {
      auto made =
          std::make_unique<Family<Metric>>(std::string(help), std::move(labels), std::move(bounds));
      // Bad bounds show now, not at the first value.
      if constexpr (std::is_same_v<Metric, Histogram>) Histogram check(made->bounds_);
      found = families.by_name.emplace(std::string(name), std::move(made)).first;
      return *std::get<std::unique_ptr<Family<Metric>>>(found->second);
    }
    auto* same = std::get_if<std::unique_ptr<Family<Metric>>>(&found->second);
    if (same == nullptr || (*same)->labels_ != labels || (*same)->bounds_ != bounds) {
      complain("is known already, with another kind, labels or bounds");
    }
    return **same;
  });
}

Counter& Registry::counter(std::string_view name, std::string_view help) {
  return counters(name, help, {}).with({});
}
Gauge& Registry::gauge(std::string_view name, std::string_view help) {
  return gauges(name, help, {}).with({});
}
Histogram& Registry::histogram(std::string_view name, std::string_view help,
                               std::vector<double> bounds) {
  return histograms(name, help, {}, std::move(bounds)).with({});
}

Family<Counter>& Registry::counters(std::string_view name, std::string_view help,
                                    std::vector<std::string> labels) {
  return family<Counter>(name, help, std::move(labels), {});
}
Family<Gauge>& Registry::gauges(std::string_view name, std::string_view help,
                                std::vector<std::string> labels) {
  return family<Gauge>(name, help, std::move(labels), {});
}
Family<Histogram>& Registry::histograms(std::string_view name, std::string_view help,
                                        std::vector<std::string> labels,
                                        std::vector<double> bounds) {
  return family<Histogram>(name, help, std::move(labels), std::move(bounds));
}

template <class Metric>
void Registry::render_family(const std::string& name, Family<Metric>& family, std::string& out) {
  family.series_.with([&](typename Family<Metric>::Series& series) {
    if (series.empty()) return;
    out += "# HELP " + name + " ";
    escape(out, family.help_, {});
    out += "\n# TYPE " + name + " ";
    out += type_of(series.begin()->second.get());
    out += '\n';
    for (const auto& entry : series) {
      render_one(out, name, family.labels_, entry.first, *entry.second);
    }
  });
}

std::string Registry::render() const {
  std::string out;
  families_->with([&](Families& families) {
    for (auto& entry : families.by_name) {
      std::visit([&](auto& family) { render_family(entry.first, *family, out); }, entry.second);
    }
  });
  return out;
}

}  // namespace madoguchi::observe
