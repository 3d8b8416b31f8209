-- +goose Up
-- Schemes of assessment (考核方案): superseded, never edited once in force.
CREATE TABLE assess_scheme (
  centre_id    TEXT NOT NULL,
  id           TEXT NOT NULL,
  code         TEXT NOT NULL,
  revision     BIGINT NOT NULL,
  name         TEXT NOT NULL,
  definition   TEXT NOT NULL,
  hash         TEXT NOT NULL,
  basis        TEXT NOT NULL,
  confirmed    BOOLEAN NOT NULL,
  state        TEXT NOT NULL,
  valid_from   TEXT NOT NULL,
  valid_to     TEXT NOT NULL,
  at           BIGINT NOT NULL,
  by_user      TEXT NOT NULL,
  version      BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX assess_scheme_revision ON assess_scheme (centre_id, code, revision);

-- Sheets (考核表): one scheme applied to one period. inputs holds what beside the frozen figures a score depends on.
CREATE TABLE assess_sheet (
  centre_id    TEXT NOT NULL,
  id           TEXT NOT NULL,
  scheme_id    TEXT NOT NULL,
  scheme_code  TEXT NOT NULL,
  scheme_hash  TEXT NOT NULL,
  from_day     TEXT NOT NULL,
  to_day       TEXT NOT NULL,
  state        TEXT NOT NULL,
  run          BIGINT NOT NULL,
  cutoff       BIGINT NOT NULL,
  inputs       TEXT NOT NULL,
  hash         TEXT NOT NULL,
  at           BIGINT NOT NULL,
  by_user      TEXT NOT NULL,
  opened_at    BIGINT NOT NULL,
  locked_at    BIGINT NOT NULL,
  locked_by    TEXT NOT NULL,
  published_at BIGINT NOT NULL,
  published_by TEXT NOT NULL,
  version      BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX assess_sheet_once ON assess_sheet (centre_id, from_day, to_day, scheme_code);

-- Results (考核结果), one row a unit; data is the row as it was hashed.
CREATE TABLE assess_row (
  centre_id TEXT NOT NULL,
  sheet_id  TEXT NOT NULL,
  pos       BIGINT NOT NULL,
  unit_id   TEXT NOT NULL,
  data      TEXT NOT NULL,
  PRIMARY KEY (centre_id, sheet_id, pos)
);

-- Bonus and deduction events (加分扣分事项): proposed by one person, decided by another.
CREATE TABLE assess_event (
  centre_id   TEXT NOT NULL,
  id          TEXT NOT NULL,
  month       TEXT NOT NULL,
  unit_id     TEXT NOT NULL,
  kind        TEXT NOT NULL,
  points      BIGINT NOT NULL,
  reason      TEXT NOT NULL,
  evidence    TEXT NOT NULL,
  state       TEXT NOT NULL,
  proposed_at BIGINT NOT NULL,
  proposed_by TEXT NOT NULL,
  decided_at  BIGINT NOT NULL,
  decided_by  TEXT NOT NULL,
  remark      TEXT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX assess_event_month ON assess_event (centre_id, month, id);

-- Appeals (申诉) of units against their own rows while a sheet is open to them.
CREATE TABLE assess_appeal (
  centre_id  TEXT NOT NULL,
  sheet_id   TEXT NOT NULL,
  id         TEXT NOT NULL,
  unit_id    TEXT NOT NULL,
  item       TEXT NOT NULL,
  reason     TEXT NOT NULL,
  evidence   TEXT NOT NULL,
  state      TEXT NOT NULL,
  num_change BIGINT NOT NULL,
  den_change BIGINT NOT NULL,
  filed_at   BIGINT NOT NULL,
  filed_by   TEXT NOT NULL,
  decided_at BIGINT NOT NULL,
  decided_by TEXT NOT NULL,
  remark     TEXT NOT NULL,
  PRIMARY KEY (centre_id, sheet_id, id)
);
