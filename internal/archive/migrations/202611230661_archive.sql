-- +goose Up
-- Retention classes (保管期限): how long which records are kept, on whose approval. years 0 is 永久.
CREATE TABLE archive_class (
  centre_id   TEXT NOT NULL,
  code        TEXT NOT NULL,
  name        TEXT NOT NULL,
  years       BIGINT NOT NULL,
  basis       TEXT NOT NULL,
  approval    TEXT NOT NULL,
  approved_on TEXT NOT NULL,
  confirmed   BOOLEAN NOT NULL,
  at          BIGINT NOT NULL,
  by_user     TEXT NOT NULL,
  version     BIGINT NOT NULL,
  PRIMARY KEY (centre_id, code)
);

-- Records (档案): one a closed object. body_enc is what was archived, sealed; it goes when the record is destroyed, the
-- row stays as the catalogue (目录).
CREATE TABLE archive_record (
  centre_id    TEXT NOT NULL,
  id           TEXT NOT NULL,
  kind         TEXT NOT NULL,
  object       TEXT NOT NULL,
  no           TEXT NOT NULL,
  class        TEXT NOT NULL,
  state        TEXT NOT NULL,
  archived_at  BIGINT NOT NULL,
  archived_by  TEXT NOT NULL,
  files        BIGINT NOT NULL,
  size         BIGINT NOT NULL,
  content_sm3  TEXT NOT NULL,
  body_enc     BYTEA NOT NULL,
  keep_until   TEXT NOT NULL,
  holds        BIGINT NOT NULL,
  list_id      TEXT NOT NULL,
  destroyed_at BIGINT NOT NULL,
  version      BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX archive_record_object ON archive_record (centre_id, kind, object);
CREATE UNIQUE INDEX archive_record_no ON archive_record (centre_id, kind, no);
-- What falls due, and what is due and may be proposed.
CREATE INDEX archive_record_kept ON archive_record (centre_id, keep_until, id) WHERE state = 'kept' AND keep_until <> '';
CREATE INDEX archive_record_due ON archive_record (centre_id, id) WHERE state = 'due';
CREATE INDEX archive_record_class ON archive_record (centre_id, class, id);
CREATE INDEX archive_record_list ON archive_record (centre_id, list_id, id) WHERE list_id <> '';

-- Holds (封存保全): while one is in force, a record is not destroyed.
CREATE TABLE archive_hold (
  centre_id   TEXT NOT NULL,
  record_id   TEXT NOT NULL,
  id          TEXT NOT NULL,
  reason      TEXT NOT NULL,
  placed_at   BIGINT NOT NULL,
  placed_by   TEXT NOT NULL,
  lifted_at   BIGINT NOT NULL,
  lifted_by   TEXT NOT NULL,
  lift_reason TEXT NOT NULL,
  PRIMARY KEY (centre_id, record_id, id)
);

-- Destruction lists (销毁清册): proposed by one person, decided by another, carried out by a job.
CREATE TABLE archive_list (
  centre_id   TEXT NOT NULL,
  id          TEXT NOT NULL,
  no          TEXT NOT NULL,
  state       TEXT NOT NULL,
  reason      TEXT NOT NULL,
  records     BIGINT NOT NULL,
  destroyed   BIGINT NOT NULL,
  spared      BIGINT NOT NULL,
  proposed_at BIGINT NOT NULL,
  proposed_by TEXT NOT NULL,
  decided_at  BIGINT NOT NULL,
  decided_by  TEXT NOT NULL,
  remark      TEXT NOT NULL,
  ended_at    BIGINT NOT NULL,
  version     BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX archive_list_no ON archive_list (centre_id, no);
