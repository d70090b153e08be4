// SPDX-License-Identifier: Apache-2.0
#include "sandboxes/kit/fault_plan.h"

#include <algorithm>

namespace madoguchi::sandboxes {
namespace {

Error wrong(const std::string& name) {
  return Error::invalid("/" + name, {"This cannot be a part of a fault.", "指定できない値です。"});
}

/// Puts what stands at `name` into the fault; false when it is of the wrong type.
bool read_member(const std::string& name, const json::Value& value, Fault& fault) {
  const auto text = [&](std::string& to) {
    if (!value.is_string()) return false;
    to = value.get<std::string>();
    return true;
  };
  const auto integer = [&](auto& to) {
    if (!value.is_number_integer()) return false;
    to = value.get<std::decay_t<decltype(to)>>();
    return true;
  };
  if (name == "method") return text(fault.method);
  if (name == "path") return text(fault.path);
  if (name == "body") return text(fault.body);
  if (name == "media_type") return text(fault.media_type);
  if (name == "location") return text(fault.location);
  if (name == "name") return text(fault.name);
  if (name == "skip") return integer(fault.skip) && fault.skip >= 0;
  if (name == "count") return integer(fault.count);
  if (name == "status") return integer(fault.status) && fault.status >= 200 && fault.status < 600;
  if (name == "delay_ms") return integer(fault.delay_ms) && fault.delay_ms >= 0;
  if (name == "after") return integer(fault.after) && fault.after >= 0;
  if (name == "retry_after") return integer(fault.retry_after.emplace(0));
  if (name == "probability" && value.is_number()) {
    fault.probability = value.get<double>();
    return fault.probability >= 0 && fault.probability <= 1;
  }
  return false;
}

}  // namespace

Result<Fault> fault_from(const json::Value& value) {
  Fault fault;
  if (!value.is_object()) return fail(wrong(""));
  const std::optional<FaultKind> kind =
      enum_value<FaultKind>(json::text_at(value, "/kind").value_or(""));
  if (!kind) return fail(wrong("kind"));
  fault.kind = *kind;
  for (const auto& member : value.items()) {
    if (member.key() != "kind" && !read_member(member.key(), member.value(), fault)) {
      return fail(wrong(member.key()));
    }
  }
  if (fault.kind == FaultKind::quirk && fault.name.empty()) return fail(wrong("name"));
  return fault;
}

std::optional<Fault> FaultPlan::take(Request& request) {
  std::optional<Fault> taken;
  for (Fault& fault : faults_) {
    if (!fault.method.empty() && fault.method != request.method) continue;
    if (!request.path.starts_with(fault.path) || fault.count == 0) continue;
    if (taken && fault.kind != FaultKind::quirk) continue;
    if (fault.skip > 0) {
      --fault.skip;
      continue;
    }
    if (fault.probability < 1 &&
        std::uniform_real_distribution<double>(0, 1)(random_) >= fault.probability) {
      continue;
    }
    if (fault.count > 0) --fault.count;
    if (fault.kind == FaultKind::quirk) {
      request.quirks.insert(fault.name);
    } else {
      taken = fault;
    }
  }
  faults_.erase(std::remove_if(faults_.begin(), faults_.end(),
                               [](const Fault& fault) { return fault.count == 0; }),
                faults_.end());
  return taken;
}

json::Value FaultPlan::to_json() const {
  json::Value all = json::Value::array();
  for (const Fault& fault : faults_) {
    all.push_back({{"kind", std::string(enum_name(fault.kind))},
                   {"method", fault.method},
                   {"path", fault.path},
                   {"name", fault.name},
                   {"skip", fault.skip},
                   {"count", fault.count},
                   {"probability", fault.probability}});
  }
  return all;
}

}  // namespace madoguchi::sandboxes
