-- For wrk. Without BOOK it fetches the address given; with BOOK=RUN it books
-- for an email of its own each time; with ANEW no two addresses are alike; with
-- SCAN=FIRST it scans tickets of crowd.sql, from that number on, TICKETS of
-- each event, as the holder of TOKEN. EVERY=N waits N ms between requests.
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

if os.getenv("SCAN") then
  local first = tonumber(os.getenv("SCAN"))
  local tickets = tonumber(os.getenv("TICKETS"))
  local headers = {["Content-Type"] = "application/json",
    ["Authorization"] = "Bearer " .. os.getenv("TOKEN")}
  function request()
    local number = first + made
    made = made + 1
    -- Of the events that are on, 1, 11, 21 ...; a booking's id counts from
    -- the first event's first ticket.
    local event = 1 + 10 * math.floor(number / tickets)
    return wrk.format("POST", string.format(
      "/api/v1/admin/tickets/TKT-%016X/scan",
      event * tickets + 1 + number % tickets), headers,
      '{"scanType":"check_in","location":"bench"}')
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
