-- +goose Up
-- Attachments (附件) of tickets. The file itself is a blob; name, type and size are kept here too, because lists show them.
CREATE TABLE hotline_attachment (
  centre_id  TEXT NOT NULL,
  ticket_id  TEXT NOT NULL,
  id         TEXT NOT NULL,
  blob_id    TEXT NOT NULL,
  kind       TEXT NOT NULL,
  leg_id     TEXT NOT NULL,
  name       TEXT NOT NULL,
  size       BIGINT NOT NULL,
  media_type TEXT NOT NULL,
  at         BIGINT NOT NULL,
  by_user    TEXT NOT NULL,
  PRIMARY KEY (centre_id, ticket_id, id)
);
