-- +goose Up
-- Bulletins (通报): text with places for figures, and the figures that stand there.
CREATE TABLE report_bulletin (
  centre_id   TEXT NOT NULL,
  id          TEXT NOT NULL,
  kind        TEXT NOT NULL,
  title       TEXT NOT NULL,
  subject     TEXT NOT NULL,
  from_day    TEXT NOT NULL,
  to_day      TEXT NOT NULL,
  state       TEXT NOT NULL,
  text        TEXT NOT NULL,
  content     TEXT NOT NULL,
  edition     BIGINT NOT NULL,
  automatic   BOOLEAN NOT NULL,
  replaces    TEXT NOT NULL,
  created_at  BIGINT NOT NULL,
  created_by  TEXT NOT NULL,
  edited_by   TEXT NOT NULL,
  reviewed_at BIGINT NOT NULL,
  reviewed_by TEXT NOT NULL,
  issued_at   BIGINT NOT NULL,
  issued_by   TEXT NOT NULL,
  seal        TEXT NOT NULL,
  version     BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX report_bulletin_automatic ON report_bulletin (centre_id, kind, from_day, to_day) WHERE automatic;
CREATE INDEX report_bulletin_issued ON report_bulletin (centre_id, id) WHERE state = 'issued';

-- Editions (版本) of a bulletin's text, each with what was read when it was saved.
CREATE TABLE report_edition (
  centre_id   TEXT NOT NULL,
  bulletin_id TEXT NOT NULL,
  edition     BIGINT NOT NULL,
  title       TEXT NOT NULL,
  text        TEXT NOT NULL,
  note        TEXT NOT NULL,
  at          BIGINT NOT NULL,
  by_user     TEXT NOT NULL,
  PRIMARY KEY (centre_id, bulletin_id, edition)
);

-- The schedule: which bulletins are drafted by themselves, and when.
CREATE TABLE report_plan (
  centre_id TEXT NOT NULL,
  kind      TEXT NOT NULL,
  enabled   BOOLEAN NOT NULL,
  minute    BIGINT NOT NULL,
  since     TEXT NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  version   BIGINT NOT NULL,
  PRIMARY KEY (centre_id, kind)
);

-- Floors (下限) of rates, in hundredths of a percent, that bulletins name the units below.
CREATE TABLE report_floor (
  centre_id TEXT NOT NULL,
  metric    TEXT NOT NULL,
  basis     BIGINT NOT NULL,
  source    TEXT NOT NULL,
  confirmed BOOLEAN NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  version   BIGINT NOT NULL,
  PRIMARY KEY (centre_id, metric)
);
