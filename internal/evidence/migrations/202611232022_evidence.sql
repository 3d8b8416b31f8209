-- +goose Up
-- Files of evidence (佐证材料、附件) of the modules of the hall: whose they are is the owner's kind and id. Rows are added and, where what
-- they belong to is destroyed with its record, removed; never changed.
CREATE TABLE evidence_file (
  centre_id  TEXT NOT NULL,
  kind       TEXT NOT NULL,
  object     TEXT NOT NULL,
  id         TEXT NOT NULL,
  part       TEXT NOT NULL,
  blob_id    TEXT NOT NULL,
  name       TEXT NOT NULL,
  size       BIGINT NOT NULL,
  media_type TEXT NOT NULL,
  sha256     TEXT NOT NULL,
  at         BIGINT NOT NULL,
  by_user    TEXT NOT NULL,
  PRIMARY KEY (centre_id, kind, object, id)
);
