-- +goose Up
-- The filling of the full-text index (补建查找索引) of a centre: how far it is, from the newest ticket to the oldest.
CREATE TABLE hotline_index_run (
  centre_id   TEXT   NOT NULL,
  below       TEXT   NOT NULL,
  done        BIGINT NOT NULL,
  total       BIGINT NOT NULL,
  cause       TEXT   NOT NULL,
  started_at  BIGINT NOT NULL,
  finished_at BIGINT NOT NULL,
  PRIMARY KEY (centre_id)
);
-- Tickets of before were indexed without the fields of title and address, and replies not at all.
INSERT INTO hotline_index_run (centre_id, below, done, total, cause, started_at, finished_at)
  SELECT centre_id, '~', 0, COUNT(*), 'upgrade', MAX(created_at), 0 FROM hotline_ticket GROUP BY centre_id;
