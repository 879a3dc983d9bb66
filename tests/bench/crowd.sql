-- Events, and bookings with tickets, by SQL: what years of use would leave.
-- The temporary table size has the numbers: events, tickets of each, now.
CREATE TEMP TABLE number (n INTEGER PRIMARY KEY);
WITH RECURSIVE up (n) AS (
  SELECT 1 UNION ALL SELECT n + 1 FROM up
  WHERE n < (SELECT max(events, tickets) FROM size))
INSERT INTO number SELECT n FROM up;

INSERT INTO venue (id, slug, name, created_at)
  SELECT 100000 + n, 'crowd-hall-' || n, 'Hall ' || n, 1 FROM number
  WHERE n <= 50;
-- One event in ten is to come, so the list is of some length, too; one in ten
-- is on now, for the door; the rest is past. Most tickets are of the past.
INSERT INTO event (id, slug, title, type, venue_id, timezone, currency,
    starts_at, ends_at, status, created_at, updated_at, search)
  SELECT 100000 + n, 'crowd-' || n, 'Crowd evening ' || n, 'concert',
    100000 + n % 50 + 1, 'UTC', 'USD',
    now + CASE n % 10 WHEN 0 THEN 90000 + n * 30 WHEN 1 THEN -600
      ELSE -90000 - n * 30 END,
    now + CASE n % 10 WHEN 0 THEN 97200 + n * 30 WHEN 1 THEN 7200
      ELSE -82800 - n * 30 END,
    'published', 1, 1, 'crowd evening ' || n
  FROM number, size WHERE n <= events;
INSERT INTO tier (id, event_id, slug, name, position, price, capacity, sold)
  SELECT 100000 + n, 100000 + n, 'general', 'General', 0, 1500, tickets + 100,
    tickets FROM number, size WHERE n <= events;
INSERT INTO booking (id, reference, event_id, browser, email, state, source,
    quantity, total, currency, person_key, form_key, created_at, expires_at,
    confirmed_at)
  SELECT e.n * tickets + b.n, printf('X%09d', e.n * tickets + b.n),
    100000 + e.n, 'browser-' || b.n % 997, 'p' || b.n || '@example.org',
    'confirmed', 'page', 1, 1500, 'USD', 'p' || b.n || '@example.org',
    'crowd-' || (e.n * tickets + b.n), 1, 2, 2
  FROM number e, number b, size WHERE e.n <= events AND b.n <= tickets;
INSERT INTO booking_item (booking_id, tier_id, quantity, price)
  SELECT id, event_id, 1, 1500 FROM booking WHERE form_key LIKE 'crowd-%';
INSERT INTO ticket (booking_id, event_id, tier_id, code, holder_email, price,
    created_at)
  SELECT id, event_id, event_id, printf('TKT-%016X', id), email, 1500, 1
  FROM booking WHERE form_key LIKE 'crowd-%';
UPDATE catalogue SET version = version + 1;
