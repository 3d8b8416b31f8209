-- +goose Up
-- Published figures (封存数值): integers with cohort, period, cutoff and rule version under one hash; only ever added.
CREATE TABLE metric_frozen (
  centre_id   TEXT NOT NULL,
  owner       TEXT NOT NULL,
  metric      TEXT NOT NULL,
  subject     TEXT NOT NULL,
  from_day    TEXT NOT NULL,
  to_day      TEXT NOT NULL,
  form        TEXT NOT NULL,
  unit        TEXT NOT NULL,
  num         BIGINT NOT NULL,
  den         BIGINT NOT NULL,
  scale       BIGINT NOT NULL,
  excluded    BIGINT NOT NULL,
  provisional BOOLEAN NOT NULL,
  absent      TEXT NOT NULL,
  cutoff      BIGINT NOT NULL,
  rule        TEXT NOT NULL,
  cohort      BYTEA NOT NULL,
  computed_at BIGINT NOT NULL,
  hash        BYTEA NOT NULL,
  PRIMARY KEY (centre_id, owner, metric, subject, from_day, to_day)
);
