-- +goose Up
-- What must happen later. A row is inserted in the transaction that makes it necessary and deleted when it is done.
CREATE TABLE job (
  id          TEXT NOT NULL PRIMARY KEY,
  centre_id   TEXT NOT NULL,
  kind        TEXT NOT NULL,
  key         TEXT NOT NULL,
  args        TEXT NOT NULL,
  state       TEXT NOT NULL,
  run_at      BIGINT NOT NULL,
  attempt     BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  last_error  TEXT NOT NULL,
  created_at  BIGINT NOT NULL,
  created_by  TEXT NOT NULL
);
CREATE INDEX job_ready ON job (run_at, id) WHERE state = 'ready';
CREATE INDEX job_running ON job (lease_until) WHERE state = 'running';
CREATE INDEX job_dead ON job (centre_id, id) WHERE state = 'dead';
CREATE UNIQUE INDEX job_key ON job (centre_id, kind, key) WHERE key <> '';
