-- +goose Up
-- Entries of the data catalogue (数据目录); what they say is in their versions.
CREATE TABLE exchange_entry (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  code      TEXT NOT NULL,
  unit_id   TEXT NOT NULL,
  site_id   TEXT NOT NULL,
  name      TEXT NOT NULL,
  class     TEXT NOT NULL,
  live_id   TEXT NOT NULL,
  open_id   TEXT NOT NULL,
  last_no   BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX exchange_entry_code ON exchange_entry (centre_id, code);
CREATE INDEX exchange_entry_unit ON exchange_entry (centre_id, unit_id, code);

-- Versions of an entry: drafted by the provider, reviewed by 政务信息股, never changed once submitted.
CREATE TABLE exchange_version (
  centre_id    TEXT NOT NULL,
  id           TEXT NOT NULL,
  entry_id     TEXT NOT NULL,
  unit_id      TEXT NOT NULL,
  site_id      TEXT NOT NULL,
  no           BIGINT NOT NULL,
  state        TEXT NOT NULL,
  body         TEXT NOT NULL,
  drafted_by   TEXT NOT NULL,
  drafted_at   BIGINT NOT NULL,
  submitted_by TEXT NOT NULL,
  submitted_at BIGINT NOT NULL,
  decided_by   TEXT NOT NULL,
  decided_at   BIGINT NOT NULL,
  reason       TEXT NOT NULL,
  revision     BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX exchange_version_no ON exchange_version (centre_id, entry_id, no);
CREATE INDEX exchange_version_waiting ON exchange_version (centre_id, id) WHERE state = 'review';

-- Share requests (共享申请) with the clock that runs.
CREATE TABLE exchange_request (
  centre_id         TEXT NOT NULL,
  id                TEXT NOT NULL,
  no                TEXT NOT NULL,
  entry_id          TEXT NOT NULL,
  version_id        TEXT NOT NULL,
  entry_name        TEXT NOT NULL,
  class             TEXT NOT NULL,
  provider_id       TEXT NOT NULL,
  requester_id      TEXT NOT NULL,
  site_id           TEXT NOT NULL,
  state             TEXT NOT NULL,
  open              BOOLEAN NOT NULL,
  purpose           TEXT NOT NULL,
  basis             TEXT NOT NULL,
  fields            TEXT NOT NULL,
  items             TEXT NOT NULL,
  from_day          TEXT NOT NULL,
  to_day            TEXT NOT NULL,
  rate              BIGINT NOT NULL,
  created_by        TEXT NOT NULL,
  submitted_by      TEXT NOT NULL,
  submitted_at      BIGINT NOT NULL,
  answered_at       BIGINT NOT NULL,
  reason            TEXT NOT NULL,
  clock             TEXT NOT NULL,
  anchor            TEXT NOT NULL,
  budget            BIGINT NOT NULL,
  due               BIGINT NOT NULL,
  provisional       BOOLEAN NOT NULL,
  calendar_revision BIGINT NOT NULL,
  alerts            BIGINT NOT NULL,
  grant_id          TEXT NOT NULL,
  last_event        BIGINT NOT NULL,
  version           BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX exchange_request_no ON exchange_request (centre_id, no);
CREATE INDEX exchange_request_out ON exchange_request (centre_id, requester_id, id);
CREATE INDEX exchange_request_in ON exchange_request (centre_id, provider_id, id);
CREATE INDEX exchange_request_site ON exchange_request (centre_id, site_id, id);
CREATE INDEX exchange_request_state ON exchange_request (centre_id, state, id);
CREATE INDEX exchange_request_clock ON exchange_request (centre_id, calendar_revision, id) WHERE clock <> '';

-- Events of a request, as its timeline shows them.
CREATE TABLE exchange_event (
  centre_id  TEXT NOT NULL,
  request_id TEXT NOT NULL,
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
  PRIMARY KEY (centre_id, request_id, seq)
);

-- Alerts about a clock of a request: once for a clock and a rung.
CREATE TABLE exchange_alert (
  centre_id  TEXT NOT NULL,
  request_id TEXT NOT NULL,
  clock      TEXT NOT NULL,
  rung       TEXT NOT NULL,
  level      TEXT NOT NULL,
  text       TEXT NOT NULL,
  unit_id    TEXT NOT NULL,
  due        BIGINT NOT NULL,
  at         BIGINT NOT NULL,
  PRIMARY KEY (centre_id, request_id, clock, rung)
);

-- Grants (授权): who may use which fields, for what, until when.
CREATE TABLE exchange_grant (
  centre_id    TEXT NOT NULL,
  id           TEXT NOT NULL,
  no           TEXT NOT NULL,
  request_id   TEXT NOT NULL,
  entry_id     TEXT NOT NULL,
  entry_name   TEXT NOT NULL,
  provider_id  TEXT NOT NULL,
  requester_id TEXT NOT NULL,
  purpose      TEXT NOT NULL,
  fields       TEXT NOT NULL,
  items        TEXT NOT NULL,
  from_day     TEXT NOT NULL,
  to_day       TEXT NOT NULL,
  rate         BIGINT NOT NULL,
  open         BOOLEAN NOT NULL,
  given_by     TEXT NOT NULL,
  given_at     BIGINT NOT NULL,
  ended_by     TEXT NOT NULL,
  ended_at     BIGINT NOT NULL,
  reason       TEXT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX exchange_grant_use ON exchange_grant (centre_id, requester_id, entry_id, id);
CREATE INDEX exchange_grant_provider ON exchange_grant (centre_id, provider_id, id);

-- Uses of a grant on a day, for its limit.
CREATE TABLE exchange_grant_day (
  centre_id TEXT NOT NULL,
  grant_id  TEXT NOT NULL,
  day       TEXT NOT NULL,
  n         BIGINT NOT NULL,
  PRIMARY KEY (centre_id, grant_id, day)
);

-- Usage records (使用记录): one chain for each centre, only ever added to.
CREATE TABLE exchange_usage (
  centre_id      TEXT NOT NULL,
  seq            BIGINT NOT NULL,
  id             TEXT NOT NULL,
  at             BIGINT NOT NULL,
  entry_id       TEXT NOT NULL,
  entry_name     TEXT NOT NULL,
  grant_id       TEXT NOT NULL,
  grant_no       TEXT NOT NULL,
  purpose        TEXT NOT NULL,
  fields         TEXT NOT NULL,
  case_id        TEXT NOT NULL,
  case_no        TEXT NOT NULL,
  item_name      TEXT NOT NULL,
  unit_id        TEXT NOT NULL,
  provider_id    TEXT NOT NULL,
  site_id        TEXT NOT NULL,
  actor_id       TEXT NOT NULL,
  actor_name     TEXT NOT NULL,
  actor_unit     TEXT NOT NULL,
  subject        TEXT NOT NULL,
  subject_digest TEXT NOT NULL,
  outcome        TEXT NOT NULL,
  refusal        TEXT NOT NULL,
  hash           BYTEA NOT NULL,
  PRIMARY KEY (centre_id, seq)
);
CREATE UNIQUE INDEX exchange_usage_id ON exchange_usage (centre_id, id);
CREATE INDEX exchange_usage_unit ON exchange_usage (centre_id, unit_id, seq);
CREATE INDEX exchange_usage_site ON exchange_usage (centre_id, site_id, seq);
CREATE INDEX exchange_usage_actor ON exchange_usage (centre_id, actor_id, seq);
CREATE INDEX exchange_usage_subject ON exchange_usage (centre_id, subject_digest, seq);
CREATE INDEX exchange_usage_case ON exchange_usage (centre_id, case_id, seq);
CREATE INDEX exchange_usage_grant ON exchange_usage (centre_id, grant_id, seq);

-- The newest link of a centre's chain.
CREATE TABLE exchange_head (
  centre_id TEXT NOT NULL,
  seq       BIGINT NOT NULL,
  hash      BYTEA NOT NULL,
  PRIMARY KEY (centre_id)
);

-- Heads as they stood when they were printed for filing (链头单).
CREATE TABLE exchange_seal (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  day       TEXT NOT NULL,
  seq       BIGINT NOT NULL,
  hash      BYTEA NOT NULL,
  at        BIGINT NOT NULL,
  filed_by  TEXT NOT NULL,
  filed_at  BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);

-- Requests to put data right (数据校核纠错).
CREATE TABLE exchange_fix (
  centre_id    TEXT NOT NULL,
  id           TEXT NOT NULL,
  no           TEXT NOT NULL,
  usage_seq    BIGINT NOT NULL,
  entry_id     TEXT NOT NULL,
  entry_name   TEXT NOT NULL,
  provider_id  TEXT NOT NULL,
  requester_id TEXT NOT NULL,
  site_id      TEXT NOT NULL,
  case_no      TEXT NOT NULL,
  fields       TEXT NOT NULL,
  text_enc     BYTEA NOT NULL,
  state        TEXT NOT NULL,
  answer_enc   BYTEA NOT NULL,
  asked_by     TEXT NOT NULL,
  asked_at     BIGINT NOT NULL,
  due          BIGINT NOT NULL,
  answered_by  TEXT NOT NULL,
  answered_at  BIGINT NOT NULL,
  version      BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX exchange_fix_out ON exchange_fix (centre_id, requester_id, id);
CREATE INDEX exchange_fix_in ON exchange_fix (centre_id, provider_id, id);
CREATE INDEX exchange_fix_own ON exchange_fix (centre_id, asked_by, id);

-- Numbers given out in a year.
CREATE TABLE exchange_number (
  centre_id TEXT NOT NULL,
  series    TEXT NOT NULL,
  n         BIGINT NOT NULL,
  PRIMARY KEY (centre_id, series)
);
