-- +goose Up
-- Where a request happened as a point, and the picture that was linked to it, for requests that come with them.
CREATE TABLE hotline_place (
  centre_id TEXT NOT NULL,
  ticket_id TEXT NOT NULL,
  lat       BIGINT NOT NULL,
  long      BIGINT NOT NULL,
  media_url TEXT NOT NULL,
  PRIMARY KEY (centre_id, ticket_id)
);
