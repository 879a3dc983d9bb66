-- CampusPass schema 1, for SQLite. `campuspass migrate` applies the files of
-- this folder in order; PRAGMA user_version holds the last one applied.
--
-- Conventions: tables and columns are singular snake_case; moments are epoch
-- seconds; money is integer minor units; booleans are 0 and 1; NULL means
-- "not set" and nothing else. Constraints are the last line of defence: the
-- domain asks first, and a constraint that fires is a bug or a lost race.
-- A CHECK lists three words or more with OR: SQLite makes a table of an IN
-- list of them each time it looks.

-- The catalogue: one row. Its version is raised in each transaction that
-- changes what visitors' list and event pages show, stock included; pages
-- kept in memory are valid for one version. Every writer of stock raises it
-- first, so on engines with row locks this row is also the writers' order.
CREATE TABLE catalogue (
  id      INTEGER PRIMARY KEY CHECK (id = 1),
  version INTEGER NOT NULL                      -- raised by one
) STRICT;
INSERT INTO catalogue (id, version) VALUES (1, 1);

-- What is sealed: one row. A change of keys that did not get to its end is
-- seen by a newer version in DATA/keys, and goes on with that.
CREATE TABLE sealing (
  id      INTEGER PRIMARY KEY CHECK (id = 1),
  version INTEGER NOT NULL                      -- of the key "card" that all
                                                -- boxes were last sealed with
) STRICT;
INSERT INTO sealing (id, version) VALUES (1, 1);

-- A person with an account.
CREATE TABLE user (
  id            INTEGER PRIMARY KEY,
  username      TEXT NOT NULL,                  -- as shown
  username_key  TEXT NOT NULL UNIQUE,           -- folded, for comparing
  email         TEXT,                           -- lower case; NULL: erased, or
                                                -- proved by somebody else
  first_name    TEXT NOT NULL DEFAULT '',
  last_name     TEXT NOT NULL DEFAULT '',
  password_hash TEXT,                           -- Argon2id string; NULL: none
  role          TEXT NOT NULL DEFAULT 'user'
                CHECK (role = 'user' OR role = 'door' OR role = 'organiser'
                  OR role = 'admin'),
  verified_at   INTEGER,                        -- email proved; NULL not yet
  disabled_at   INTEGER,                        -- NULL: may sign in
  totp_secret   TEXT,                           -- sealed base32; NULL: none
  totp_step     INTEGER NOT NULL DEFAULT 0,     -- last time step taken
  two_factor_at INTEGER,                        -- asked for since; NULL: not
  promotions_at INTEGER,    -- said yes to mails about events; NULL: no
  form_key      TEXT UNIQUE, -- of the form that made it; NULL: none
  created_at    INTEGER NOT NULL,
  erased_at     INTEGER,    -- forgotten; bookings still name it; NULL: not
  CHECK (verified_at IS NULL OR email IS NOT NULL)
) STRICT;
CREATE INDEX user_by_role ON user (role, id);
-- An address belongs to who proved it. Unproved, several may claim it, so
-- that registering tells nobody whose it is.
CREATE INDEX user_by_email ON user (email, id);
CREATE INDEX user_promoted ON user (id) WHERE promotions_at IS NOT NULL;
CREATE UNIQUE INDEX user_proved ON user (email) WHERE verified_at IS NOT NULL;
CREATE INDEX user_erased ON user (erased_at) WHERE erased_at IS NOT NULL;

-- Somebody signed in, in one browser. The secret in the cookie is not here,
-- only its hash.
CREATE TABLE session (
  id            INTEGER PRIMARY KEY,
  token_hash    TEXT NOT NULL UNIQUE,           -- SHA-256 of the cookie
  user_id       INTEGER NOT NULL REFERENCES user (id),
  browser       TEXT NOT NULL DEFAULT '',       -- id of the browser's cookie
  device        TEXT NOT NULL DEFAULT '',       -- "Firefox on Linux"
  address       TEXT NOT NULL DEFAULT '',       -- it signed in from
  is_remembered INTEGER NOT NULL DEFAULT 0 CHECK (is_remembered IN (0, 1)),
  created_at    INTEGER NOT NULL,
  seen_at       INTEGER NOT NULL,               -- to five minutes
  ends_at       INTEGER NOT NULL                -- whatever happens
) STRICT;
CREATE INDEX session_by_user ON session (user_id, seen_at);
CREATE INDEX session_by_end ON session (ends_at);
CREATE INDEX session_by_browser ON session (browser);

-- Secrets sent by mail: each works once, until its end.
CREATE TABLE account_token (
  id         INTEGER PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,              -- SHA-256 of what was mailed
  user_id    INTEGER NOT NULL REFERENCES user (id),
  purpose    TEXT NOT NULL
             CHECK (purpose = 'verify' OR purpose = 'reset'
               OR purpose = 'email'),
  email      TEXT NOT NULL,                     -- that it proves
  created_at INTEGER NOT NULL,
  ends_at    INTEGER NOT NULL,
  used_at    INTEGER                            -- NULL: not yet
) STRICT;
CREATE INDEX account_token_by_user ON account_token (user_id, purpose);
CREATE INDEX account_token_by_end ON account_token (ends_at);

-- For the day the telephone is lost: each works once.
CREATE TABLE recovery_code (
  id        INTEGER PRIMARY KEY,
  user_id   INTEGER NOT NULL REFERENCES user (id),
  code_hash TEXT NOT NULL,                      -- keyed
  used_at   INTEGER,                            -- NULL: not yet
  UNIQUE (user_id, code_hash)
) STRICT;

-- Refresh tokens of API clients. Each is used once and answered with the
-- next of its family; one that comes twice ends the family (R8).
CREATE TABLE refresh_token (
  id         INTEGER PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,              -- SHA-256
  family     TEXT NOT NULL,                     -- joins a chain
  user_id    INTEGER NOT NULL REFERENCES user (id),
  created_at INTEGER NOT NULL,
  ends_at    INTEGER NOT NULL,
  used_at    INTEGER,
  revoked_at INTEGER
) STRICT;
CREATE INDEX refresh_token_by_family ON refresh_token (family);
CREATE INDEX refresh_token_by_user ON refresh_token (user_id);
CREATE INDEX refresh_token_by_end ON refresh_token (ends_at);

-- What is kept of a card (R33). Address and token are sealed (base/seal.h);
-- a box opens only beside the user, brand, digits and expiry it was made for.
CREATE TABLE saved_card (
  id           INTEGER PRIMARY KEY,
  user_id      INTEGER NOT NULL REFERENCES user (id),
  gateway      TEXT NOT NULL,                   -- whose token it is
  brand        TEXT NOT NULL,                   -- "Visa"
  last_four    TEXT NOT NULL CHECK (length(last_four) = 4),
  expires      TEXT NOT NULL CHECK (length(expires) = 7), -- "2028-04"
  holder       TEXT NOT NULL,
  address_box  TEXT NOT NULL,
  token_box    TEXT NOT NULL,
  is_default   INTEGER NOT NULL DEFAULT 0 CHECK (is_default IN (0, 1)),
  created_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX saved_card_by_user ON saved_card (user_id, id);
CREATE UNIQUE INDEX saved_card_default ON saved_card (user_id)
  WHERE is_default = 1;

-- A place where events happen.
CREATE TABLE venue (
  id         INTEGER PRIMARY KEY,
  slug       TEXT NOT NULL UNIQUE,              -- in addresses
  name       TEXT NOT NULL,
  address    TEXT NOT NULL DEFAULT '',          -- postal, one line
  latitude   REAL CHECK (latitude BETWEEN -90 AND 90),     -- WGS 84
  longitude  REAL CHECK (longitude BETWEEN -180 AND 180),  -- WGS 84
  created_at INTEGER NOT NULL,
  CHECK ((latitude IS NULL) = (longitude IS NULL))
) STRICT;

CREATE INDEX venue_by_name ON venue (name);

-- Something one can go to.
CREATE TABLE event (
  id                INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again
  slug              TEXT NOT NULL UNIQUE,       -- in addresses
  owner_id          INTEGER REFERENCES user (id),  -- organiser; NULL: admins
  title             TEXT NOT NULL CHECK (title <> ''),
  type              TEXT NOT NULL DEFAULT 'other'
                    CHECK (type = 'concert' OR type = 'conference'
                      OR type = 'workshop' OR type = 'webinar'
                      OR type = 'series' OR type = 'hackathon'
                      OR type = 'comedy' OR type = 'theatre' OR type = 'other'),
  summary           TEXT NOT NULL DEFAULT '',   -- one sentence, for lists
  description       TEXT NOT NULL DEFAULT '',   -- Markdown
  venue_id          INTEGER REFERENCES venue (id), -- NULL: online
  online_url        TEXT,                       -- where an online event is
  image             TEXT,                       -- file of its picture
  image_alt         TEXT NOT NULL DEFAULT '',   -- what the picture shows
  timezone          TEXT NOT NULL,              -- IANA name, its wall clock
  currency          TEXT NOT NULL CHECK (length(currency) = 3),
  starts_at         INTEGER NOT NULL,
  starts_offset     INTEGER NOT NULL DEFAULT 0, -- seconds its wall is ahead of
                                                -- UTC then: for its date
  ends_at           INTEGER NOT NULL,
  doors_minutes     INTEGER NOT NULL DEFAULT 60 CHECK (doors_minutes >= 0),
  booking_opens_at  INTEGER,                    -- NULL: when published
  booking_closes_at INTEGER,                    -- NULL: at the end
  status            TEXT NOT NULL DEFAULT 'draft'
                    CHECK (status = 'draft' OR status = 'published'
                      OR status = 'cancelled' OR status = 'completed'),
  seating           TEXT NOT NULL DEFAULT 'general'
                    CHECK (seating IN ('general', 'reserved')),
  hold_minutes      INTEGER CHECK (hold_minutes > 0),  -- NULL: the site's
  refund_full_days  INTEGER CHECK (refund_full_days >= 0),
                    -- cancelling so long before the start gives all back
  refund_part_days  INTEGER CHECK (refund_part_days >= 0),
                    -- so long before, a part
  refund_part_percent INTEGER
                    CHECK (refund_part_percent BETWEEN 0 AND 100),
  refund_until      INTEGER, -- all back until then, after a change (R76)
  max_per_booking   INTEGER CHECK (max_per_booking > 0), -- NULL: no limit
  max_per_person    INTEGER CHECK (max_per_person > 0), -- NULL: no limit
  one_booking_each  INTEGER NOT NULL DEFAULT 1
                    CHECK (one_booking_each IN (0, 1)),
  door_rule         TEXT NOT NULL DEFAULT 'once'
                    CHECK (door_rule = 'once' OR door_rule = 'reentry'
                      OR door_rule = 'daily'),
  queue_is_open     INTEGER NOT NULL DEFAULT 0 CHECK (queue_is_open IN (0, 1)),
  queue_is_manual   INTEGER NOT NULL DEFAULT 0  -- served by calls alone
                    CHECK (queue_is_manual IN (0, 1)),
  metadata          TEXT NOT NULL DEFAULT '{}', -- JSON of API clients
  form_key          TEXT UNIQUE,                -- the form that made it, once
  form_digest       TEXT,                       -- what that form said
  search            TEXT NOT NULL DEFAULT '',   -- title, summary and place in
                                                -- lower case: for searching
  version           INTEGER NOT NULL DEFAULT 1, -- raised by each edit
  created_at        INTEGER NOT NULL,
  updated_at        INTEGER NOT NULL,
  CHECK (ends_at > starts_at),
  -- The policy is set as a whole; NULL: 7 days, 3 days, 50 percent.
  CHECK ((refund_full_days IS NULL) = (refund_part_days IS NULL)
    AND (refund_full_days IS NULL) = (refund_part_percent IS NULL)
    AND (refund_full_days IS NULL OR refund_full_days >= refund_part_days))
) STRICT;
-- The list: what is public, by start; and the edges in time that change it.
CREATE INDEX event_by_start ON event (starts_at, id) WHERE status <> 'draft';
CREATE INDEX event_by_end ON event (ends_at) WHERE status <> 'draft';
-- The longest event: none that is still to end began longer ago.
CREATE INDEX event_by_length ON event (ends_at - starts_at)
  WHERE status <> 'draft';
CREATE INDEX event_by_opening ON event (booking_opens_at)
  WHERE booking_opens_at IS NOT NULL;
CREATE INDEX event_by_closing ON event (booking_closes_at)
  WHERE booking_closes_at IS NOT NULL;
CREATE INDEX event_by_venue ON event (venue_id);
CREATE INDEX event_by_owner ON event (owner_id);
-- Which files of pictures are shown.
CREATE INDEX event_by_image ON event (image) WHERE image IS NOT NULL;
CREATE INDEX event_cancelled ON event (id) WHERE status = 'cancelled';

-- What of an event with bookings was changed and has to be told (R45). The
-- bookers are told in slices, in the order of their bookings.
CREATE TABLE event_change (
  id           INTEGER PRIMARY KEY,
  event_id     INTEGER NOT NULL REFERENCES event (id),
  before       TEXT NOT NULL,   -- JSON: its values when last told of
  changes      TEXT NOT NULL DEFAULT '[]', -- JSON: what is told
  refund_until INTEGER,         -- full refunds until then; NULL: none
  created_at   INTEGER NOT NULL,
  told_at      INTEGER,         -- the organiser said so; NULL: not yet
  told_up_to   INTEGER NOT NULL DEFAULT 0, -- id of the last booking told
  ended_at     INTEGER          -- all were told, or nobody has to be
) STRICT;
-- At most one change of an event waits for its organiser's word.
CREATE UNIQUE INDEX event_change_open ON event_change (event_id)
  WHERE told_at IS NULL AND ended_at IS NULL;
CREATE INDEX event_change_told ON event_change (id)
  WHERE told_at IS NOT NULL AND ended_at IS NULL;
CREATE INDEX event_change_by_event ON event_change (event_id);

-- Who works at the door of an event.
CREATE TABLE event_staff (
  event_id INTEGER NOT NULL REFERENCES event (id),
  user_id  INTEGER NOT NULL REFERENCES user (id),
  PRIMARY KEY (event_id, user_id)
) STRICT;
CREATE INDEX event_staff_by_user ON event_staff (user_id);

-- A class of tickets of an event, with its price and stock.
-- Invariant I1: sold + held <= capacity, always. `held` counts lapsed holds
-- too, until somebody settles them; see stock_store.c for what is left.
CREATE TABLE tier (
  id             INTEGER PRIMARY KEY,
  event_id       INTEGER NOT NULL REFERENCES event (id),
  slug           TEXT NOT NULL,                 -- "vip", unique in the event
  name           TEXT NOT NULL CHECK (name <> ''),
  position       INTEGER NOT NULL DEFAULT 0,    -- order on pages
  rank           INTEGER NOT NULL DEFAULT 0,    -- 0 is served first
  price          INTEGER NOT NULL CHECK (price >= 0),
  capacity       INTEGER CHECK (capacity >= 0), -- NULL: unlimited
  sold           INTEGER NOT NULL DEFAULT 0 CHECK (sold >= 0),
  held           INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0),
  sale_opens_at  INTEGER,                       -- NULL: the event's window
  sale_closes_at INTEGER,
  UNIQUE (event_id, slug),
  CHECK (capacity IS NULL OR sold + held <= capacity)
) STRICT;
CREATE INDEX tier_by_position ON tier (event_id, position, id);
CREATE INDEX tier_by_opening ON tier (sale_opens_at)
  WHERE sale_opens_at IS NOT NULL;
CREATE INDEX tier_by_closing ON tier (sale_closes_at)
  WHERE sale_closes_at IS NOT NULL;

-- A numbered seat of an event with reserved seating.
CREATE TABLE seat (
  id            INTEGER PRIMARY KEY,
  event_id      INTEGER NOT NULL REFERENCES event (id),
  tier_id       INTEGER NOT NULL REFERENCES tier (id),
  row_name      TEXT NOT NULL,                  -- "A"
  number        INTEGER NOT NULL CHECK (number > 0),
  is_accessible INTEGER NOT NULL DEFAULT 0 CHECK (is_accessible IN (0, 1)),
  UNIQUE (event_id, row_name, number)
) STRICT;
CREATE INDEX seat_by_tier ON seat (tier_id);

-- A purchase: places of one event for one person, in one of seven states.
CREATE TABLE booking (
  id           INTEGER PRIMARY KEY,
  reference    TEXT NOT NULL UNIQUE,            -- 10 characters, no secret
  event_id     INTEGER NOT NULL REFERENCES event (id),
  user_id      INTEGER REFERENCES user (id),    -- NULL: a guest
  browser      TEXT,                            -- id in its signed cookie
  name         TEXT NOT NULL DEFAULT '',
  email        TEXT,                            -- lower case; NULL: none
  state        TEXT NOT NULL
               CHECK (state = 'held' OR state = 'paying'
                 OR state = 'confirmed' OR state = 'cancelled'
                 OR state = 'released' OR state = 'expired'
                 OR state = 'failed'),
  source       TEXT NOT NULL                    -- which face sold it
               CHECK (source = 'page' OR source = 'api' OR source = 'counter'
                 OR source = 'queue'),
  quantity     INTEGER NOT NULL CHECK (quantity > 0),
  total        INTEGER NOT NULL CHECK (total >= 0),
  currency     TEXT NOT NULL,
  person_key   TEXT,           -- email while live, where each may book once
  form_key     TEXT UNIQUE,    -- the form's one-time key (I4)
  form_digest  TEXT,           -- what that form said
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,                -- end of the hold
  extensions   INTEGER NOT NULL DEFAULT 0,      -- how often extended
  is_later     INTEGER NOT NULL DEFAULT 0       -- pays later, to the staff
               CHECK (is_later IN (0, 1)),
  terms_at     INTEGER,                         -- terms accepted
  confirmed_at INTEGER,
  ended_at     INTEGER,        -- cancelled, released, expired or failed
  changes_id   INTEGER REFERENCES booking (id), -- whose seats it changes:
                               -- its places move there when it is confirmed
  note         TEXT NOT NULL DEFAULT '',        -- the staff's
  metadata     TEXT NOT NULL DEFAULT '{}'       -- JSON of API clients
) STRICT;
-- One live booking for an email, where the event's policy says so (R20).
CREATE UNIQUE INDEX booking_person ON booking (event_id, person_key);
-- Holds of an event by their end (stock), all holds by their end (caches).
CREATE INDEX booking_hold ON booking (event_id, expires_at)
  WHERE state = 'held';
CREATE INDEX booking_hold_end ON booking (expires_at) WHERE state = 'held';
CREATE INDEX booking_paying ON booking (event_id, expires_at)
  WHERE state = 'paying';
CREATE INDEX booking_confirmed ON booking (event_id, id)
  WHERE state = 'confirmed';
CREATE INDEX booking_by_event ON booking (event_id, email);
CREATE INDEX booking_by_browser ON booking (browser, created_at);
CREATE INDEX booking_by_user ON booking (user_id, created_at)
  WHERE user_id IS NOT NULL;
CREATE INDEX booking_by_change ON booking (changes_id)
  WHERE changes_id IS NOT NULL;
CREATE INDEX booking_by_email ON booking (email, created_at);

-- The places of a booking: a line a tier, or a line a seat.
CREATE TABLE booking_item (
  id         INTEGER PRIMARY KEY,
  booking_id INTEGER NOT NULL REFERENCES booking (id),
  tier_id    INTEGER NOT NULL REFERENCES tier (id),
  seat_id    INTEGER REFERENCES seat (id),      -- reserved seating
  quantity   INTEGER NOT NULL CHECK (quantity > 0),
  price      INTEGER NOT NULL CHECK (price >= 0), -- of one, when booked
  is_live    INTEGER NOT NULL DEFAULT 1         -- 0 once given back
             CHECK (is_live IN (0, 1)),
  CHECK (seat_id IS NULL OR quantity = 1)
) STRICT;
CREATE INDEX booking_item_by_booking ON booking_item (booking_id);
CREATE INDEX booking_item_by_seat ON booking_item (seat_id)
  WHERE seat_id IS NOT NULL;
-- Invariant I2: a seat belongs to at most one live booking.
CREATE UNIQUE INDEX booking_item_seat ON booking_item (seat_id)
  WHERE is_live = 1 AND seat_id IS NOT NULL;

-- Which seats a change of seats gives up, for which it takes: the ticket's
-- seat for the item's.
CREATE TABLE seat_change (
  booking_item_id INTEGER PRIMARY KEY REFERENCES booking_item (id), -- new
  ticket_id       INTEGER NOT NULL REFERENCES ticket (id)           -- old
) STRICT;
CREATE INDEX seat_change_by_ticket ON seat_change (ticket_id);

-- One try to be paid. Committed before the gateway is called, so that a
-- process that dies leaves a trace; the key makes it one charge.
CREATE TABLE payment_attempt (
  id                INTEGER PRIMARY KEY,
  booking_id        INTEGER NOT NULL REFERENCES booking (id),
  gateway           TEXT NOT NULL,              -- "campuspay"
  idempotency_key   TEXT NOT NULL UNIQUE,
  amount            INTEGER NOT NULL CHECK (amount > 0),
  currency          TEXT NOT NULL,
  state             TEXT NOT NULL
                    CHECK (state = 'started' OR state = 'captured'
                      OR state = 'declined' OR state = 'failed'
                      OR state = 'unknown'),
  gateway_reference TEXT,                       -- the gateway's own id
  gateway_capture   TEXT,                       -- its id of the capture
  reason            TEXT NOT NULL DEFAULT '',   -- why not
  return_hash       TEXT UNIQUE,     -- SHA-256 of the token in return links
  cancel_hash       TEXT UNIQUE,
  approve_url       TEXT,            -- where the buyer approves it; NULL: nowhere
  created_at        INTEGER NOT NULL,
  asked_at          INTEGER NOT NULL DEFAULT 0, -- last question about it
  settled_at        INTEGER,                    -- NULL: still open
  -- Ended, but money may move at the gateway yet: when to ask again. NULL: no.
  ask_again_at      INTEGER
) STRICT;
CREATE INDEX payment_attempt_by_booking ON payment_attempt (booking_id);
CREATE INDEX payment_attempt_by_reference
  ON payment_attempt (gateway, gateway_reference)
  WHERE gateway_reference IS NOT NULL;
CREATE INDEX payment_attempt_open ON payment_attempt (created_at)
  WHERE settled_at IS NULL;
CREATE INDEX payment_attempt_doubted ON payment_attempt (ask_again_at)
  WHERE ask_again_at IS NOT NULL;
-- At most one attempt of a booking is open, so at most one charge is at stake.
CREATE UNIQUE INDEX payment_attempt_single ON payment_attempt (booking_id)
  WHERE settled_at IS NULL;

-- Money on its way back (R77). Committed before the gateway is asked; the
-- key makes it one refund however often it is asked.
CREATE TABLE refund (
  id                 INTEGER PRIMARY KEY,
  booking_id         INTEGER NOT NULL REFERENCES booking (id),
  payment_attempt_id INTEGER NOT NULL REFERENCES payment_attempt (id),
  idempotency_key    TEXT NOT NULL UNIQUE,
  amount             INTEGER NOT NULL CHECK (amount > 0),
  currency           TEXT NOT NULL,
  state              TEXT NOT NULL DEFAULT 'started'
                     CHECK (state = 'started' OR state = 'refunded'
                       OR state = 'failed'),
  reason             TEXT NOT NULL,             -- why it is given back
  created_at         INTEGER NOT NULL,
  is_by_hand         INTEGER NOT NULL DEFAULT 0 -- the staff gives it back
                     CHECK (is_by_hand IN (0, 1)),
  form_key           TEXT,                      -- of the staff's form: once
  asked_at           INTEGER NOT NULL,          -- last call to the gateway
  settled_at         INTEGER                    -- NULL: on its way
) STRICT;
CREATE INDEX refund_by_form ON refund (form_key) WHERE form_key IS NOT NULL;
CREATE INDEX refund_by_attempt ON refund (payment_attempt_id);
CREATE INDEX refund_by_booking ON refund (booking_id);
CREATE INDEX refund_open ON refund (asked_at)
  WHERE settled_at IS NULL AND is_by_hand = 0;
-- What the staff have to give back themselves.
CREATE INDEX refund_due ON refund (created_at)
  WHERE state = 'failed' OR (state = 'started' AND is_by_hand = 1);

-- Calls of gateways that were dealt with: they come more than once.
CREATE TABLE gateway_notice (
  gateway    TEXT NOT NULL,
  notice     TEXT NOT NULL,                     -- the gateway's id of it
  created_at INTEGER NOT NULL,
  PRIMARY KEY (gateway, notice)
) STRICT;

-- Every movement of money as lines of a double entry (invariant I7): the
-- lines of an entry add up to zero; lines are never changed or removed.
-- Accounts: 'gateway:NAME' what the gateway holds for us, 'sales' what was
-- earned (negative: income), 'refunds', 'fees'.
CREATE TABLE ledger (
  id                 INTEGER PRIMARY KEY,
  entry              TEXT NOT NULL,             -- joins the lines
  kind               TEXT NOT NULL
                     CHECK (kind = 'charge' OR kind = 'refund' OR kind = 'fee'),
  account            TEXT NOT NULL,
  amount             INTEGER NOT NULL CHECK (amount <> 0),
  currency           TEXT NOT NULL,
  booking_id         INTEGER NOT NULL REFERENCES booking (id),
  payment_attempt_id INTEGER REFERENCES payment_attempt (id),
  refund_id          INTEGER REFERENCES refund (id),
  created_at         INTEGER NOT NULL,
  UNIQUE (entry, account)
) STRICT;
CREATE INDEX ledger_by_booking ON ledger (booking_id);
CREATE INDEX ledger_by_time ON ledger (created_at); -- reports
CREATE INDEX ledger_by_attempt ON ledger (payment_attempt_id)
  WHERE payment_attempt_id IS NOT NULL;
CREATE INDEX ledger_by_refund ON ledger (refund_id)
  WHERE refund_id IS NOT NULL;
-- INSERT OR REPLACE would remove a line without asking the trigger below.
CREATE TRIGGER ledger_no_replace BEFORE INSERT ON ledger
WHEN EXISTS (SELECT 1 FROM ledger WHERE id = NEW.id
  OR (entry = NEW.entry AND account = NEW.account))
BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only');
END;
CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger
BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only');
END;
CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger
BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only');
END;

-- One admission, made in the transaction that confirms its booking.
CREATE TABLE ticket (
  id           INTEGER PRIMARY KEY,
  booking_id   INTEGER NOT NULL REFERENCES booking (id),
  event_id     INTEGER NOT NULL REFERENCES event (id),
  tier_id      INTEGER NOT NULL REFERENCES tier (id),
  seat_id      INTEGER REFERENCES seat (id),
  code         TEXT NOT NULL UNIQUE,            -- "TKT-" and 16 hex digits
  holder_name  TEXT NOT NULL DEFAULT '',
  holder_email TEXT,
  status       TEXT NOT NULL DEFAULT 'active'
               CHECK (status = 'active' OR status = 'used'
                 OR status = 'expired' OR status = 'cancelled'
                 OR status = 'refunded'),
  price        INTEGER NOT NULL CHECK (price >= 0),
  refunded     INTEGER NOT NULL DEFAULT 0 CHECK (refunded >= 0), -- of it
  kept         INTEGER NOT NULL DEFAULT 0 CHECK (kept >= 0), -- beyond the
               -- price: of a dearer seat it was changed from
  passed_on_at INTEGER,                         -- given to somebody else
  check_in_at  INTEGER,                         -- the first admission
  metadata     TEXT NOT NULL DEFAULT '{}',      -- JSON of API clients
  created_at   INTEGER NOT NULL,
  ended_at     INTEGER,                         -- cancelled or refunded
  CHECK (status <> 'active' OR check_in_at IS NULL)
) STRICT;
CREATE INDEX ticket_by_booking ON ticket (booking_id);
CREATE INDEX ticket_by_event ON ticket (event_id, tier_id);
CREATE INDEX ticket_by_time ON ticket (created_at); -- reports
CREATE INDEX ticket_by_seat ON ticket (seat_id) WHERE seat_id IS NOT NULL;
-- Invariant I2, said once more of what was sold.
CREATE UNIQUE INDEX ticket_seat ON ticket (seat_id)
  WHERE seat_id IS NOT NULL AND status IN ('active', 'used', 'expired');

-- Codes that a ticket had before it was renamed, passed on or moved to
-- another seat: they open no door any more.
CREATE TABLE ticket_old_code (
  code       TEXT PRIMARY KEY,
  ticket_id  INTEGER NOT NULL REFERENCES ticket (id),
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX ticket_old_code_by_ticket ON ticket_old_code (ticket_id);

-- What happened at the door, on line or off: never changed but to be undone,
-- and when a conflict turns out to be none.
-- Whether a ticket is in follows from its scans in the order of scanned_at.
CREATE TABLE scan (
  id          INTEGER PRIMARY KEY,
  event_id    INTEGER NOT NULL REFERENCES event (id),
  ticket_id   INTEGER REFERENCES ticket (id),   -- NULL: nobody's code
  code        TEXT NOT NULL,  -- a ticket's, or what was read instead
  type        TEXT NOT NULL
              CHECK (type = 'check_in' OR type = 'check_out'
                OR type = 'access'),
  verdict     TEXT NOT NULL                     -- what the rules say
              CHECK (verdict = 'admitted' OR verdict = 'not_found'
                OR verdict = 'wrong_event' OR verdict = 'dead'
                OR verdict = 'already_in' OR verdict = 'not_in'
                OR verdict = 'too_early' OR verdict = 'too_late'
                OR verdict = 'other'),
  outcome     TEXT NOT NULL                     -- what was done: a conflict
                                                -- let somebody in all the same
              CHECK (outcome = 'admitted' OR outcome = 'refused'
                OR outcome = 'conflict'),
  reason      TEXT NOT NULL DEFAULT '',         -- of a refusal, or why let in
  location    TEXT NOT NULL DEFAULT '',         -- "North gate"
  user_id     INTEGER REFERENCES user (id),     -- who scanned
  client_key  TEXT UNIQUE,   -- event, colon, key: what comes twice counts once
  other_id    INTEGER REFERENCES scan (id),     -- the admission it is against
  scanned_at  INTEGER NOT NULL,                 -- by the scanner's clock
  recorded_at INTEGER NOT NULL,                 -- here
  undone_at   INTEGER,                          -- NULL: it counts
  undone_why  TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX scan_by_ticket ON scan (ticket_id, scanned_at);
CREATE INDEX scan_by_event ON scan (event_id, id);
CREATE INDEX scan_undone ON scan (event_id) WHERE undone_at IS NOT NULL;
CREATE INDEX scan_by_user ON scan (user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX scan_by_other ON scan (other_id) WHERE other_id IS NOT NULL;
CREATE INDEX scan_conflict ON scan (event_id, id) WHERE outcome = 'conflict';

-- What the staff did: who, what, when, and the values before and after (no
-- personal data of buyers, so that erasing them leaves this whole: a reason,
-- which may tell of anything, can be taken out).
CREATE TABLE audit (
  id         INTEGER PRIMARY KEY,
  user_id    INTEGER REFERENCES user (id),      -- NULL: the operator's command
  action     TEXT NOT NULL,                     -- "event.publish"
  event_id   INTEGER,  -- NULL: of no event; no reference: these lines outlive
                       -- an event that is deleted, and ids are not used again
  subject    TEXT NOT NULL,                     -- "booking 7GQ2K9MXTA"
  before     TEXT NOT NULL DEFAULT '{}',        -- JSON
  after      TEXT NOT NULL DEFAULT '{}',        -- JSON
  reason     TEXT NOT NULL DEFAULT '',          -- why, in their own words
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_by_event ON audit (event_id, id) WHERE event_id IS NOT NULL;
CREATE INDEX audit_by_user ON audit (user_id, id);
CREATE INDEX audit_reason ON audit (subject) WHERE reason <> '';
CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
WHEN (NEW.id, NEW.user_id, NEW.action, NEW.event_id, NEW.subject, NEW.before,
  NEW.after, NEW.reason, NEW.created_at) IS NOT (OLD.id, OLD.user_id, OLD.action,
  OLD.event_id, OLD.subject, OLD.before, OLD.after, '', OLD.created_at)
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;

-- Mail to be sent: a row is committed with what it tells of (I12).
CREATE TABLE outbox (
  id         INTEGER PRIMARY KEY,
  message_id TEXT NOT NULL UNIQUE,              -- stable over retries
  kind       TEXT NOT NULL,                     -- which pair of views
  recipient  TEXT NOT NULL,                     -- email address
  booking_id INTEGER REFERENCES booking (id),
  snapshot   TEXT NOT NULL DEFAULT '{}',        -- JSON: values to render
  state      TEXT NOT NULL DEFAULT 'waiting'
             CHECK (state = 'waiting' OR state = 'sent' OR state = 'failed'),
  attempts   INTEGER NOT NULL DEFAULT 0,        -- begun, also in vain
  due_at     INTEGER NOT NULL,                  -- not before this moment
  error      TEXT NOT NULL DEFAULT '',          -- of the last attempt
  created_at INTEGER NOT NULL,
  sent_at    INTEGER
) STRICT;
CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'waiting';
CREATE INDEX outbox_by_booking ON outbox (booking_id);
CREATE INDEX outbox_by_state ON outbox (state, id);
-- A mailed secret is nobody's business once its mail is sent or dropped; a
-- retry finds it too late to be sent.
CREATE TRIGGER outbox_forget AFTER UPDATE OF state ON outbox
WHEN NEW.state <> 'waiting' AND instr(NEW.snapshot, '"secret"') > 0
BEGIN
  UPDATE outbox SET snapshot = '{"valid_until": 1}' WHERE id = NEW.id;
END;
-- Whoever shared an event gave us a friend's address for that one mail.
CREATE TRIGGER outbox_forget_friend AFTER UPDATE OF state ON outbox
WHEN NEW.state <> 'waiting' AND NEW.kind = 'share'
BEGIN
  UPDATE outbox SET recipient = '', snapshot = '{"valid_until": 1}'
  WHERE id = NEW.id;
END;
CREATE INDEX outbox_by_sending ON outbox (sent_at) WHERE sent_at IS NOT NULL;

-- People who want no mail that they did not ask for, and when whoever asked
-- for mails about events got the last one.
CREATE TABLE mail_refusal (
  email_hash TEXT PRIMARY KEY,                  -- SHA-256 of the address
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE promotion (
  user_id INTEGER PRIMARY KEY REFERENCES user (id),
  sent_at INTEGER NOT NULL
) STRICT;

-- Somebody in an event's waiting list.
CREATE TABLE queue_entry (
  id         INTEGER PRIMARY KEY,
  event_id   INTEGER NOT NULL REFERENCES event (id),
  tier_id    INTEGER REFERENCES tier (id),      -- NULL: any tier
  entry_key  TEXT NOT NULL UNIQUE,              -- in its owner's links
  browser    TEXT,                              -- id in its signed cookie
  user_id    INTEGER REFERENCES user (id),
  name       TEXT NOT NULL,
  email      TEXT,                              -- NULL: page and API only
  quantity   INTEGER NOT NULL DEFAULT 1 CHECK (quantity > 0),
  state      TEXT NOT NULL DEFAULT 'waiting'
             CHECK (state = 'waiting' OR state = 'offered' OR state = 'served'
               OR state = 'left' OR state = 'lapsed'),
  person_key TEXT,               -- email while waiting: once per event
  booking_id INTEGER REFERENCES booking (id),   -- the offer's hold
  form_key   TEXT UNIQUE,
  created_at INTEGER NOT NULL,
  ended_at   INTEGER
) STRICT;
CREATE INDEX queue_entry_line ON queue_entry (event_id, created_at, id)
  WHERE state = 'waiting';
CREATE INDEX queue_entry_by_booking ON queue_entry (booking_id)
  WHERE booking_id IS NOT NULL;
CREATE INDEX queue_entry_by_user ON queue_entry (user_id)
  WHERE user_id IS NOT NULL;
CREATE UNIQUE INDEX queue_entry_person ON queue_entry (event_id, person_key);

-- What happened to people's wishes, for the organiser: never changed.
CREATE TABLE journal (
  id         INTEGER PRIMARY KEY,
  event_id   INTEGER NOT NULL REFERENCES event (id),
  tier_id    INTEGER REFERENCES tier (id),      -- NULL: any, or several
  booking_id INTEGER REFERENCES booking (id),
  kind       TEXT NOT NULL
             CHECK (kind = 'confirmed' OR kind = 'sold_out'
               OR kind = 'cancelled' OR kind = 'joined' OR kind = 'offered'
               OR kind = 'expired' OR kind = 'left' OR kind = 'late_money'
               OR kind = 'changed' OR kind = 'passed_on'),
  name       TEXT NOT NULL DEFAULT '',
  email      TEXT,
  quantity   INTEGER NOT NULL CHECK (quantity > 0),
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX journal_by_event ON journal (event_id, id);
CREATE INDEX journal_refused ON journal (event_id, created_at)
  WHERE kind = 'sold_out';
CREATE INDEX journal_late ON journal (id) WHERE kind = 'late_money';
CREATE INDEX journal_by_booking ON journal (booking_id)
  WHERE booking_id IS NOT NULL;

-- Addresses of organisers and admins that are called when something happens
-- to their events.
CREATE TABLE webhook (
  id         INTEGER PRIMARY KEY,
  user_id    INTEGER NOT NULL REFERENCES user (id),
  url        TEXT NOT NULL,
  types      TEXT NOT NULL,                     -- "booking.confirmed ..."
  salt       TEXT NOT NULL,                     -- its secret is made of this
                                                -- and of a key in DATA/keys
  is_active  INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
  created_at INTEGER NOT NULL,
  UNIQUE (user_id, url)
) STRICT;

-- Calls to them: a row is committed with what it tells of (I12). No personal
-- data is in a body, so that erasing people leaves these whole.
CREATE TABLE webhook_delivery (
  id           INTEGER PRIMARY KEY,
  webhook_id   INTEGER NOT NULL REFERENCES webhook (id),
  delivery_key TEXT NOT NULL UNIQUE,            -- stable over attempts
  type         TEXT NOT NULL,                   -- "booking.confirmed"
  body         TEXT NOT NULL,                   -- JSON, as it is sent
  state        TEXT NOT NULL DEFAULT 'waiting'
               CHECK (state IN ('waiting', 'sent', 'failed')),
  attempts     INTEGER NOT NULL DEFAULT 0,      -- begun, also in vain
  due_at       INTEGER NOT NULL,                -- not before this moment
  status       INTEGER NOT NULL DEFAULT 0,      -- of the last answer; 0 none
  error        TEXT NOT NULL DEFAULT '',        -- of the last attempt
  created_at   INTEGER NOT NULL,
  sent_at      INTEGER
) STRICT;
CREATE INDEX webhook_delivery_due ON webhook_delivery (due_at)
  WHERE state = 'waiting';
CREATE INDEX webhook_delivery_by_webhook ON webhook_delivery (webhook_id, id);
CREATE INDEX webhook_delivery_ended ON webhook_delivery (created_at)
  WHERE state <> 'waiting';
