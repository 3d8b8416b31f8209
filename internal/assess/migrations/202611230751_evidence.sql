-- +goose Up
-- Files that prove an event or an appeal (佐证材料). The content of a file is a blob.
CREATE TABLE assess_evidence (
  centre_id  TEXT NOT NULL,
  owner      TEXT NOT NULL,
  id         TEXT NOT NULL,
  of_appeal  BOOLEAN NOT NULL,
  sheet_id   TEXT NOT NULL,
  unit_id    TEXT NOT NULL,
  blob_id    TEXT NOT NULL,
  name       TEXT NOT NULL,
  size       BIGINT NOT NULL,
  media_type TEXT NOT NULL,
  sha256     TEXT NOT NULL,
  at         BIGINT NOT NULL,
  by_user    TEXT NOT NULL,
  PRIMARY KEY (centre_id, owner, id)
);
