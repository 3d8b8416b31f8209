-- +goose Up
-- Cases as the provincial platform (省级政务服务平台) has them. Its moments are the platform's own; ours is imported_at.
CREATE TABLE casework_platform (
  centre_id     TEXT NOT NULL,
  id            TEXT NOT NULL,
  source        TEXT NOT NULL,
  external_no   TEXT NOT NULL,
  local_no      TEXT NOT NULL,
  case_id       TEXT NOT NULL,
  item_code     TEXT NOT NULL,
  item_name     TEXT NOT NULL,
  unit_name     TEXT NOT NULL,
  unit_id       TEXT NOT NULL,
  kind          TEXT NOT NULL,
  channel       TEXT NOT NULL,
  applicant_enc BYTEA NOT NULL,
  state         TEXT NOT NULL,
  state_text    TEXT NOT NULL,
  original_time BIGINT NOT NULL,
  accepted_at   BIGINT NOT NULL,
  due_at        BIGINT NOT NULL,
  decided_at    BIGINT NOT NULL,
  closed_at     BIGINT NOT NULL,
  result_no     TEXT NOT NULL,
  digest        TEXT NOT NULL,
  imported_at   BIGINT NOT NULL,
  changed_at    BIGINT NOT NULL,
  import_id     TEXT NOT NULL,
  version       BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX casework_platform_no ON casework_platform (centre_id, source, external_no);
CREATE INDEX casework_platform_time ON casework_platform (centre_id, original_time, id);
CREATE INDEX casework_platform_unit ON casework_platform (centre_id, unit_id, id);
CREATE INDEX casework_platform_case ON casework_platform (centre_id, case_id, id) WHERE case_id <> '';

-- What a later import changed in a row of the platform.
CREATE TABLE casework_platform_change (
  centre_id   TEXT NOT NULL,
  platform_id TEXT NOT NULL,
  version     BIGINT NOT NULL,
  import_id   TEXT NOT NULL,
  was         TEXT NOT NULL,
  state       TEXT NOT NULL,
  at          BIGINT NOT NULL,
  PRIMARY KEY (centre_id, platform_id, version)
);

-- Imports (导入任务): a file that was read, looked at, and taken in piece by piece.
CREATE TABLE casework_import (
  centre_id  TEXT NOT NULL,
  id         TEXT NOT NULL,
  file       TEXT NOT NULL,
  source     TEXT NOT NULL,
  digest     TEXT NOT NULL,
  state      TEXT NOT NULL,
  rows_total BIGINT NOT NULL,
  rows_done  BIGINT NOT NULL,
  pieces     BIGINT NOT NULL,
  piece      BIGINT NOT NULL,
  report     TEXT NOT NULL,
  at         BIGINT NOT NULL,
  by_user    TEXT NOT NULL,
  ended_at   BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE TABLE casework_import_piece (
  centre_id TEXT NOT NULL,
  import_id TEXT NOT NULL,
  n         BIGINT NOT NULL,
  body_enc  BYTEA NOT NULL,
  PRIMARY KEY (centre_id, import_id, n)
);
