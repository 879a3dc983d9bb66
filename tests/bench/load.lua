-- For wrk. Without BOOK it fetches the address given; with BOOK=RUN it books
-- for an email of its own each time; with ANEW no two addresses are alike. EVERY=N waits N ms between requests.
-- Prints one line: requests a second, errors, p50 and p99 in milliseconds.
local run = os.getenv("BOOK")
local every = tonumber(os.getenv("EVERY"))
local threads = 0

function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end

local made = 0

if run then
  function request()
    made = made + 1
    return wrk.format("POST", nil, {["Content-Type"] = "application/json"},
      string.format('{"email":"b-%s-%d-%d@example.org",' ..
        '"tier_name":"free","quantity":1,"payment_token":""}', run, id, made))
  end
end

if os.getenv("ANEW") then
  function request()
    made = made + 1
    return wrk.format("GET", string.format("%s&q=&x=%d-%d",
      wrk.path, id, made))
  end
end

if every then
  function delay()
    return every
  end
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format("%.1f %d %.3f %.3f\n",
    summary.requests / summary.duration * 1e6,
    e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
