-- +goose Up
-- Lists of items that were read, to be looked at before they are imported.
CREATE TABLE item_import (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  file      TEXT NOT NULL,
  digest    TEXT NOT NULL,
  lines     BIGINT NOT NULL,
  data      BYTEA NOT NULL,
  applied   BOOLEAN NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
