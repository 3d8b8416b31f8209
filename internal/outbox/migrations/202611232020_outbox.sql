-- +goose Up
-- Messages (短信) of the hall to people outside: one for its kind, object and turn. No number and no link is in a row.
CREATE TABLE outbox_message (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  kind      TEXT NOT NULL,
  object    TEXT NOT NULL,
  turn      BIGINT NOT NULL,
  no        TEXT NOT NULL,
  person_id TEXT NOT NULL,
  text      TEXT NOT NULL,
  state     TEXT NOT NULL,
  tries     BIGINT NOT NULL,
  send_at   BIGINT NOT NULL,
  sent_at   BIGINT NOT NULL,
  problem   TEXT NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX outbox_message_once ON outbox_message (centre_id, kind, object, turn);
CREATE INDEX outbox_message_waiting ON outbox_message (centre_id, send_at, id) WHERE state = 'waiting';
CREATE INDEX outbox_message_state ON outbox_message (centre_id, state, id);
