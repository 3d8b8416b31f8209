-- +goose Up
-- Matters (反映件): what somebody tells the centre about its window service, a stuck matter (办不成事) or a complaint (投诉).
CREATE TABLE complaint_matter (
  centre_id     TEXT NOT NULL,
  id            TEXT NOT NULL,
  no            TEXT NOT NULL,
  kind          TEXT NOT NULL,
  state         TEXT NOT NULL,
  open          BOOLEAN NOT NULL,
  round         BIGINT NOT NULL,
  title         TEXT NOT NULL,
  channel       TEXT NOT NULL,
  unit_id       TEXT NOT NULL,
  site_id       TEXT NOT NULL,
  window_no     TEXT NOT NULL,
  item_id       TEXT NOT NULL,
  item_name     TEXT NOT NULL,
  case_id       TEXT NOT NULL,
  case_no       TEXT NOT NULL,
  ticket_id     TEXT NOT NULL,
  ticket_no     TEXT NOT NULL,
  reporter_id   TEXT NOT NULL,
  class         TEXT NOT NULL,
  multi         BOOLEAN NOT NULL,
  accused_id    TEXT NOT NULL,
  accused_unit  TEXT NOT NULL,
  serious       BOOLEAN NOT NULL,
  finding       TEXT NOT NULL,
  outcome       TEXT NOT NULL,
  cause         TEXT NOT NULL,
  ground        TEXT NOT NULL,
  visited       TEXT NOT NULL,
  asked         TEXT NOT NULL,
  received_at   BIGINT NOT NULL,
  accepted_at   BIGINT NOT NULL,
  contacted_at  BIGINT NOT NULL,
  found_at      BIGINT NOT NULL,
  finished_at   BIGINT NOT NULL,
  closed_at     BIGINT NOT NULL,
  first_due     BIGINT NOT NULL,
  due           BIGINT NOT NULL,
  next_due      BIGINT NOT NULL,
  reminders     BIGINT NOT NULL,
  handler       TEXT NOT NULL,
  proposer      TEXT NOT NULL,
  created_by    TEXT NOT NULL,
  query_bix     TEXT NOT NULL,
  event_seq     BIGINT NOT NULL,
  event_hash    BYTEA NOT NULL,
  version       BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX complaint_matter_no ON complaint_matter (centre_id, no);
CREATE UNIQUE INDEX complaint_matter_query ON complaint_matter (centre_id, query_bix);
CREATE UNIQUE INDEX complaint_matter_ticket ON complaint_matter (centre_id, ticket_id) WHERE ticket_id <> '';
-- What is open, the nearest end first: of the centre, a unit, a site, a person.
CREATE INDEX complaint_matter_open ON complaint_matter (centre_id, kind, next_due, id) WHERE open;
CREATE INDEX complaint_matter_unit ON complaint_matter (centre_id, unit_id, kind, next_due, id) WHERE open;
CREATE INDEX complaint_matter_site ON complaint_matter (centre_id, site_id, kind, next_due, id) WHERE open;
CREATE INDEX complaint_matter_own ON complaint_matter (centre_id, created_by, kind, id);
-- What has ended, the newest first.
CREATE INDEX complaint_matter_done ON complaint_matter (centre_id, kind, id) WHERE NOT open;
CREATE INDEX complaint_matter_unit_done ON complaint_matter (centre_id, unit_id, kind, id) WHERE NOT open;
CREATE INDEX complaint_matter_site_done ON complaint_matter (centre_id, site_id, kind, id) WHERE NOT open;
-- For figures, root causes and what counts against a person.
CREATE INDEX complaint_matter_closed ON complaint_matter (centre_id, kind, closed_at, id);
CREATE INDEX complaint_matter_due ON complaint_matter (centre_id, kind, first_due, id);
CREATE INDEX complaint_matter_received ON complaint_matter (centre_id, received_at, id);
CREATE INDEX complaint_matter_found ON complaint_matter (centre_id, found_at, id) WHERE found_at <> 0;
CREATE INDEX complaint_matter_accused ON complaint_matter (centre_id, accused_id, found_at) WHERE accused_id <> '';
CREATE INDEX complaint_matter_reporter ON complaint_matter (centre_id, reporter_id, id) WHERE reporter_id <> '';

-- What the reporter said (反映内容), apart from the row that lists read. Empty where a ticket of the hotline has it.
CREATE TABLE complaint_text (
  centre_id TEXT NOT NULL,
  matter_id TEXT NOT NULL,
  content   TEXT NOT NULL,
  about     TEXT NOT NULL,
  PRIMARY KEY (centre_id, matter_id)
);

-- Events (办理记录) of a matter, each with the SM3 of its content and of the event before it.
CREATE TABLE complaint_event (
  centre_id  TEXT NOT NULL,
  matter_id  TEXT NOT NULL,
  seq        BIGINT NOT NULL,
  action     TEXT NOT NULL,
  was        TEXT NOT NULL,
  state      TEXT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id   TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  unit_id    TEXT NOT NULL,
  at         BIGINT NOT NULL,
  text       TEXT NOT NULL,
  text_salt  TEXT NOT NULL,
  text_seal  TEXT NOT NULL,
  data       TEXT NOT NULL,
  hash       BYTEA NOT NULL,
  PRIMARY KEY (centre_id, matter_id, seq)
);

-- Clocks (时钟) of a matter.
CREATE TABLE complaint_clock (
  centre_id         TEXT NOT NULL,
  matter_id         TEXT NOT NULL,
  id                TEXT NOT NULL,
  kind              TEXT NOT NULL,
  body              TEXT NOT NULL,
  due               BIGINT NOT NULL,
  provisional       BOOLEAN NOT NULL,
  running           BOOLEAN NOT NULL,
  stopped_at        BIGINT NOT NULL,
  calendar_revision BIGINT NOT NULL,
  PRIMARY KEY (centre_id, matter_id, id)
);
CREATE INDEX complaint_clock_running ON complaint_clock (centre_id, calendar_revision, matter_id) WHERE running;

-- Reminders (提醒): once for a clock and a rung.
CREATE TABLE complaint_reminder (
  centre_id TEXT NOT NULL,
  clock_id  TEXT NOT NULL,
  rung      TEXT NOT NULL,
  matter_id TEXT NOT NULL,
  text      TEXT NOT NULL,
  at        BIGINT NOT NULL,
  due       BIGINT NOT NULL,
  PRIMARY KEY (centre_id, clock_id, rung)
);
CREATE INDEX complaint_reminder_matter ON complaint_reminder (centre_id, matter_id, at);

-- Who investigates (调查人).
CREATE TABLE complaint_investigator (
  centre_id TEXT NOT NULL,
  matter_id TEXT NOT NULL,
  user_id   TEXT NOT NULL,
  PRIMARY KEY (centre_id, matter_id, user_id)
);

-- Suggestions to move somebody away from the window (调离建议).
CREATE TABLE complaint_transfer (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  user_id   TEXT NOT NULL,
  unit_id   TEXT NOT NULL,
  matter_id TEXT NOT NULL,
  reason    TEXT NOT NULL,
  upheld    BIGINT NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX complaint_transfer_matter ON complaint_transfer (centre_id, matter_id);

-- Limits (时限) and causes (成因) as the centre has changed them; what is not here stands in the program.
CREATE TABLE complaint_limit (
  centre_id TEXT NOT NULL,
  code      TEXT NOT NULL,
  days      BIGINT NOT NULL,
  basis     TEXT NOT NULL,
  confirmed BOOLEAN NOT NULL,
  version   BIGINT NOT NULL,
  PRIMARY KEY (centre_id, code)
);
CREATE TABLE complaint_cause (
  centre_id TEXT NOT NULL,
  code      TEXT NOT NULL,
  name      TEXT NOT NULL,
  active    BOOLEAN NOT NULL,
  version   BIGINT NOT NULL,
  PRIMARY KEY (centre_id, code)
);

-- Numbers given out.
CREATE TABLE complaint_number (
  centre_id TEXT NOT NULL,
  series    TEXT NOT NULL,
  n         BIGINT NOT NULL,
  PRIMARY KEY (centre_id, series)
);
