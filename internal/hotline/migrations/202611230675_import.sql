-- +goose Up
-- Files of work orders of another system that are looked at or taken in (导入): the file and what became of its rows are
-- sealed, because both may hold names and telephone numbers, and go after a week.
CREATE TABLE hotline_import (
  centre_id   TEXT NOT NULL,
  id          TEXT NOT NULL,
  file_name   TEXT NOT NULL,
  mapping     TEXT NOT NULL,
  own         BOOLEAN NOT NULL,
  dry_run     BOOLEAN NOT NULL,
  content_enc BYTEA NOT NULL,
  size        BIGINT NOT NULL,
  state       TEXT NOT NULL,
  rows_done   BIGINT NOT NULL,
  rows_total  BIGINT NOT NULL,
  stop        BOOLEAN NOT NULL,
  report_enc  BYTEA NOT NULL,
  fault       TEXT NOT NULL,
  makes_units BOOLEAN NOT NULL,
  created_by  TEXT NOT NULL,
  by_name     TEXT NOT NULL,
  created_at  BIGINT NOT NULL,
  beat_at     BIGINT NOT NULL,
  ended_at    BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
