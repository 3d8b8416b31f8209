-- +goose Up
-- One row per centre: its own area, and the revision of everything below. token changes with every publication that was
-- committed, so a calendar kept in memory is known to be current by comparing it.
CREATE TABLE calendar_counter (
  centre_id  TEXT NOT NULL PRIMARY KEY,
  area_code  TEXT NOT NULL,
  revision   BIGINT NOT NULL,
  token      TEXT NOT NULL,
  changed_at BIGINT NOT NULL
);

-- What a layer says for a year (放假安排), as revisions that are never edited; superseded_by is set once.
CREATE TABLE calendar_revision (
  centre_id     TEXT NOT NULL,
  id            TEXT NOT NULL,
  layer         TEXT NOT NULL,
  area_code     TEXT NOT NULL,
  year          BIGINT NOT NULL,
  number        BIGINT NOT NULL,
  revision      BIGINT NOT NULL,
  doc_title     TEXT NOT NULL,
  doc_number    TEXT NOT NULL,
  doc_url       TEXT NOT NULL,
  confirmed     BOOLEAN NOT NULL,
  effective     TEXT NOT NULL,
  published_by  TEXT NOT NULL,
  published_at  BIGINT NOT NULL,
  superseded_by TEXT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX calendar_revision_number ON calendar_revision (centre_id, layer, area_code, year, number);
CREATE UNIQUE INDEX calendar_revision_live ON calendar_revision (centre_id, layer, area_code, year) WHERE superseded_by = '';

CREATE TABLE calendar_day (
  centre_id   TEXT NOT NULL,
  revision_id TEXT NOT NULL,
  day         TEXT NOT NULL,
  kind        TEXT NOT NULL,
  name        TEXT NOT NULL,
  basis       TEXT NOT NULL,
  PRIMARY KEY (centre_id, revision_id, day)
);

-- Office hours (办公时间) of an area or, where unit_id is set, of one unit, from a day on ('' is always).
CREATE TABLE calendar_hours (
  centre_id     TEXT NOT NULL,
  id            TEXT NOT NULL,
  area_code     TEXT NOT NULL,
  unit_id       TEXT NOT NULL,
  effective     TEXT NOT NULL,
  number        BIGINT NOT NULL,
  revision      BIGINT NOT NULL,
  rules         TEXT NOT NULL,
  confirmed     BOOLEAN NOT NULL,
  doc_title     TEXT NOT NULL,
  doc_number    TEXT NOT NULL,
  doc_url       TEXT NOT NULL,
  published_by  TEXT NOT NULL,
  published_at  BIGINT NOT NULL,
  superseded_by TEXT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX calendar_hours_number ON calendar_hours (centre_id, area_code, unit_id, effective, number);
CREATE UNIQUE INDEX calendar_hours_live ON calendar_hours (centre_id, area_code, unit_id, effective) WHERE superseded_by = '';

-- What a change of the calendar did to open limits (时限重算记录).
CREATE TABLE calendar_journal (
  centre_id  TEXT NOT NULL,
  id         TEXT NOT NULL,
  kind       TEXT NOT NULL,
  object     TEXT NOT NULL,
  old_due    BIGINT NOT NULL,
  new_due    BIGINT NOT NULL,
  revision   BIGINT NOT NULL,
  document   TEXT NOT NULL,
  at         BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX calendar_journal_object ON calendar_journal (centre_id, kind, object, id);
