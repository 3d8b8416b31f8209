-- +goose Up
-- Tickets (工单). One row a request, newest ids last.
CREATE TABLE hotline_ticket (
  centre_id    TEXT NOT NULL,
  id           TEXT NOT NULL,
  no           TEXT NOT NULL,
  state        TEXT NOT NULL,
  open         BOOLEAN NOT NULL,
  queue_at     BIGINT NOT NULL,
  round        BIGINT NOT NULL,
  channel      TEXT NOT NULL,
  kind         TEXT NOT NULL,
  urgency      TEXT NOT NULL,
  category     TEXT NOT NULL,
  area         TEXT NOT NULL,
  title        TEXT NOT NULL,
  content      TEXT NOT NULL,
  address      TEXT NOT NULL,
  event_at     BIGINT NOT NULL,
  anonymous    BOOLEAN NOT NULL,
  confidential TEXT NOT NULL,
  reply_wanted BOOLEAN NOT NULL,
  caller_id    TEXT NOT NULL,
  accused_unit TEXT NOT NULL,
  unit_id      TEXT NOT NULL,
  due          BIGINT NOT NULL,
  provisional  BOOLEAN NOT NULL,
  upstream_ref TEXT NOT NULL,
  upstream_due BIGINT NOT NULL,
  source       TEXT NOT NULL,
  source_ref   TEXT NOT NULL,
  query_bix    TEXT NOT NULL,
  close_kind   TEXT NOT NULL,
  created_by   TEXT NOT NULL,
  created_at   BIGINT NOT NULL,
  accepted_at  BIGINT NOT NULL,
  closed_at    BIGINT NOT NULL,
  archived_at  BIGINT NOT NULL,
  urged        BIGINT NOT NULL,
  event_seq    BIGINT NOT NULL,
  event_hash   BYTEA NOT NULL,
  version      BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX hotline_ticket_no ON hotline_ticket (centre_id, no);
-- The queues: what is open, by state, most pressing first.
CREATE INDEX hotline_ticket_queue ON hotline_ticket (centre_id, state, queue_at, id) WHERE open;
CREATE INDEX hotline_ticket_caller ON hotline_ticket (centre_id, caller_id, id) WHERE caller_id <> '';
CREATE INDEX hotline_ticket_query ON hotline_ticket (centre_id, query_bix) WHERE query_bix <> '';
CREATE UNIQUE INDEX hotline_ticket_source ON hotline_ticket (centre_id, source, source_ref) WHERE source_ref <> '';
CREATE INDEX hotline_ticket_unit ON hotline_ticket (centre_id, unit_id, id) WHERE unit_id <> '';

-- Legs (承办件). One unit's obligation in one round of a ticket.
CREATE TABLE hotline_leg (
  centre_id    TEXT NOT NULL,
  id           TEXT NOT NULL,
  ticket_id    TEXT NOT NULL,
  round        BIGINT NOT NULL,
  unit_id      TEXT NOT NULL,
  role         TEXT NOT NULL,
  state        TEXT NOT NULL,
  open         BOOLEAN NOT NULL,
  dispatched_at BIGINT NOT NULL,
  sign_limit   TEXT NOT NULL,
  sign_due     BIGINT NOT NULL,
  signed_at    BIGINT NOT NULL,
  course       TEXT NOT NULL,
  calendar_revision BIGINT NOT NULL,
  due          BIGINT NOT NULL,
  first_due    BIGINT NOT NULL,
  provisional  BOOLEAN NOT NULL,
  extension    TEXT NOT NULL,
  ext_count    BIGINT NOT NULL,
  review_at    BIGINT NOT NULL,
  contacted_at BIGINT NOT NULL,
  submitted_at BIGINT NOT NULL,
  accepted_at  BIGINT NOT NULL,
  outcome      TEXT NOT NULL,
  solved       TEXT NOT NULL,
  reply_public TEXT NOT NULL,
  reply_internal TEXT NOT NULL,
  version      BIGINT NOT NULL,
  PRIMARY KEY (centre_id, ticket_id, id)
);
-- A unit's desk: its open legs by due time.
CREATE INDEX hotline_leg_desk ON hotline_leg (centre_id, unit_id, due, id) WHERE open;
-- What is open anywhere by due time, for alerts and re-projection.
CREATE INDEX hotline_leg_due ON hotline_leg (centre_id, due, id) WHERE open;
CREATE INDEX hotline_leg_unit ON hotline_leg (centre_id, unit_id, id);

-- Events (办理记录): append-only, chained per ticket; the audit line of each carries its hash.
CREATE TABLE hotline_event (
  centre_id TEXT NOT NULL,
  ticket_id TEXT NOT NULL,
  seq       BIGINT NOT NULL,
  leg_id    TEXT NOT NULL,
  action    TEXT NOT NULL,
  state     TEXT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id  TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  unit_id   TEXT NOT NULL,
  at        BIGINT NOT NULL,
  text      TEXT NOT NULL,
  data      TEXT NOT NULL,
  hash      BYTEA NOT NULL,
  PRIMARY KEY (centre_id, ticket_id, seq)
);

-- Call-backs (回访) and citizens' ratings.
CREATE TABLE hotline_callback (
  centre_id TEXT NOT NULL,
  ticket_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  round     BIGINT NOT NULL,
  attempt   BIGINT NOT NULL,
  channel   TEXT NOT NULL,
  at        BIGINT NOT NULL,
  actor_id  TEXT NOT NULL,
  reached   BOOLEAN NOT NULL,
  result    TEXT NOT NULL,
  attitude  TEXT NOT NULL,
  solved    TEXT NOT NULL,
  reason    TEXT NOT NULL,
  note      TEXT NOT NULL,
  PRIMARY KEY (centre_id, ticket_id, id)
);

-- Notices (催办、黄牌、红牌): one row for each rung of each end of a leg, whatever happens to the program.
CREATE TABLE hotline_notice (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  ticket_id TEXT NOT NULL,
  leg_id    TEXT NOT NULL,
  unit_id   TEXT NOT NULL,
  kind      TEXT NOT NULL,
  due       BIGINT NOT NULL,
  at        BIGINT NOT NULL,
  text      TEXT NOT NULL,
  audience  TEXT NOT NULL,
  seen_at   BIGINT NOT NULL,
  seen_by   TEXT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX hotline_notice_once ON hotline_notice (centre_id, leg_id, kind, due);
CREATE INDEX hotline_notice_unit ON hotline_notice (centre_id, unit_id, id);
CREATE INDEX hotline_notice_ticket ON hotline_notice (centre_id, ticket_id, id);

-- Ticket numbers: one counter a centre and day.
CREATE TABLE hotline_number (
  centre_id TEXT NOT NULL,
  day       TEXT NOT NULL,
  n         BIGINT NOT NULL,
  PRIMARY KEY (centre_id, day)
);

-- Counts kept in the transaction that changes them, spread over shards so that writers do not queue for one row.
CREATE TABLE hotline_count (
  centre_id TEXT NOT NULL,
  name      TEXT NOT NULL,
  day       TEXT NOT NULL,
  dim       TEXT NOT NULL,
  shard     BIGINT NOT NULL,
  n         BIGINT NOT NULL,
  PRIMARY KEY (centre_id, name, day, dim, shard)
);

-- Categories of requests (事项分类).
CREATE TABLE hotline_category (
  centre_id TEXT NOT NULL,
  code      TEXT NOT NULL,
  name      TEXT NOT NULL,
  parent    TEXT NOT NULL,
  active    BOOLEAN NOT NULL,
  PRIMARY KEY (centre_id, code)
);

-- The dispatch catalogue (派单目录): category × area → lead unit, within a validity.
CREATE TABLE hotline_rule (
  centre_id  TEXT NOT NULL,
  id         TEXT NOT NULL,
  category   TEXT NOT NULL,
  area       TEXT NOT NULL,
  unit_id    TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  valid_to   TEXT NOT NULL,
  basis      TEXT NOT NULL,
  version    BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX hotline_rule_category ON hotline_rule (centre_id, category, area);

-- Time limits (时限规则): superseded, never edited; each leg keeps what it was given.
CREATE TABLE hotline_policy (
  centre_id  TEXT NOT NULL,
  id         TEXT NOT NULL,
  revision   BIGINT NOT NULL,
  step       TEXT NOT NULL,
  kind       TEXT NOT NULL,
  urgency    TEXT NOT NULL,
  channel    TEXT NOT NULL,
  time_limit TEXT NOT NULL,
  basis      TEXT NOT NULL,
  confirmed  BOOLEAN NOT NULL,
  current    BOOLEAN NOT NULL,
  at         BIGINT NOT NULL,
  by_user    TEXT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX hotline_policy_current ON hotline_policy (centre_id, step) WHERE current;
