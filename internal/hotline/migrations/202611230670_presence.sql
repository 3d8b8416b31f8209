-- +goose Up
-- Who has a ticket open now (在场): one row for each open page, refreshed while it is open and ignored once it expires.
CREATE TABLE hotline_presence (
  centre_id  TEXT NOT NULL,
  ticket_id  TEXT NOT NULL,
  id         TEXT NOT NULL,
  user_id    TEXT NOT NULL,
  unit_id    TEXT NOT NULL,
  name       TEXT NOT NULL,
  writing    TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (centre_id, ticket_id, id)
);
CREATE INDEX hotline_presence_expiry ON hotline_presence (centre_id, expires_at);
