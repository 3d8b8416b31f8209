-- +goose Up
-- Tickets of a hot topic as they were when a bulletin was drafted from it: the topic itself is gathered anew every hour.
CREATE TABLE hotline_topic_kept (
  centre_id TEXT NOT NULL,
  kept_id   TEXT NOT NULL,
  ticket_id TEXT NOT NULL,
  PRIMARY KEY (centre_id, kept_id, ticket_id)
);
