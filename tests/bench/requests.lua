-- SPDX-License-Identifier: Apache-2.0
-- For wrk: GETs of one path, or of a random case when the path holds %d, and the outcome as JSON.
--   wrk … -s requests.lua URL -- PATH COUNT

function init(arguments)
  path, count = arguments[1], tonumber(arguments[2])
  math.randomseed(20261122)
end

function request()
  if string.find(path, "%%") == nil then
    return wrk.format("GET", path)
  end
  return wrk.format("GET", string.format(path, math.random(1, count)))
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nJSON {"requests": %d, "seconds": %.6f, "p99_ms": %.3f, "bad": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
