-- +goose Up
-- Hot topics (热点话题): groups of tickets of one matter at one place, made anew from the tickets of the window; a topic
-- keeps its id as long as its tickets stay together. live says that it is among those of the last gathering.
CREATE TABLE hotline_topic (
  centre_id  TEXT NOT NULL,
  id         TEXT NOT NULL,
  live       BOOLEAN NOT NULL,
  title      TEXT NOT NULL,
  place      TEXT NOT NULL,
  category   TEXT NOT NULL,
  terms      TEXT NOT NULL,
  times      TEXT NOT NULL,
  tickets    BIGINT NOT NULL,
  recent     BIGINT NOT NULL,
  earlier    BIGINT NOT NULL,
  supporters BIGINT NOT NULL,
  heat       BIGINT NOT NULL,
  reports    BIGINT NOT NULL,
  first_at   BIGINT NOT NULL,
  last_at    BIGINT NOT NULL,
  gathered_at BIGINT NOT NULL,
  supervised_at BIGINT NOT NULL,
  supervised_by TEXT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX hotline_topic_heat ON hotline_topic (centre_id, heat, id) WHERE live;
CREATE TABLE hotline_topic_ticket (
  centre_id TEXT NOT NULL,
  topic_id  TEXT NOT NULL,
  ticket_id TEXT NOT NULL,
  PRIMARY KEY (centre_id, topic_id, ticket_id)
);
CREATE INDEX hotline_topic_of ON hotline_topic_ticket (centre_id, ticket_id);
