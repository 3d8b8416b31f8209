-- +goose Up
-- One line for every change, denial and reading of personal data. Append-only; hash-chained per centre and stream.
CREATE TABLE audit_log (
  centre_id   TEXT NOT NULL,
  stream      BIGINT NOT NULL,
  seq         BIGINT NOT NULL,
  id          TEXT NOT NULL,
  at          BIGINT NOT NULL,
  actor_kind  TEXT NOT NULL,
  actor_id    TEXT NOT NULL,
  actor_unit  TEXT NOT NULL,
  action      TEXT NOT NULL,
  permission  TEXT NOT NULL,
  outcome     TEXT NOT NULL,
  object_kind TEXT NOT NULL,
  object      TEXT NOT NULL,
  detail      TEXT NOT NULL,
  digest      BYTEA NOT NULL,
  ip          TEXT NOT NULL,
  request_id  TEXT NOT NULL,
  hash        BYTEA NOT NULL,
  PRIMARY KEY (centre_id, stream, seq)
);
CREATE UNIQUE INDEX audit_log_id ON audit_log (centre_id, id);
CREATE INDEX audit_log_object ON audit_log (centre_id, object, id);

-- The newest link of each chain.
CREATE TABLE audit_head (
  centre_id TEXT NOT NULL,
  stream    BIGINT NOT NULL,
  seq       BIGINT NOT NULL,
  hash      BYTEA NOT NULL,
  PRIMARY KEY (centre_id, stream)
);
