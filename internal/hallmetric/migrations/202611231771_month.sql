-- +goose Up
-- Months of which the figures were frozen and published (封存); the figures are in metric_frozen under the owner. A month is
-- published anew under the next revision with the reason; what was published before stays.
CREATE TABLE hallmetric_month (
  centre_id   TEXT NOT NULL,
  month       TEXT NOT NULL,
  revision    BIGINT NOT NULL,
  owner       TEXT NOT NULL,
  cutoff      BIGINT NOT NULL,
  reason      TEXT NOT NULL,
  figures     BIGINT NOT NULL,
  hash        TEXT NOT NULL,
  published_by TEXT NOT NULL,
  published_at BIGINT NOT NULL,
  PRIMARY KEY (centre_id, month, revision)
);
