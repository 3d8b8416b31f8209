-- +goose Up
-- Versions of the classification of requests (事项分类版本). A code never gets another meaning: a version adds codes, renames
-- them, or puts them out of use, and says which code carries on what an old one meant.
CREATE TABLE hotline_taxonomy (
  centre_id    TEXT NOT NULL,
  version      BIGINT NOT NULL,
  title        TEXT NOT NULL,
  basis        TEXT NOT NULL,
  added        BIGINT NOT NULL,
  renamed      BIGINT NOT NULL,
  retired      BIGINT NOT NULL,
  moved        BIGINT NOT NULL,
  published_at BIGINT NOT NULL,
  published_by TEXT NOT NULL,
  PRIMARY KEY (centre_id, version)
);
CREATE TABLE hotline_category_move (
  centre_id TEXT NOT NULL,
  old_code  TEXT NOT NULL,
  new_code  TEXT NOT NULL,
  version   BIGINT NOT NULL,
  PRIMARY KEY (centre_id, old_code)
);
ALTER TABLE hotline_category ADD COLUMN since BIGINT NOT NULL DEFAULT 1;
ALTER TABLE hotline_category ADD COLUMN retired_in BIGINT NOT NULL DEFAULT 0;
