-- +goose Up
-- Call-backs (回访): why a caller is not satisfied, by code; when one who was not reached is to be called again; who is
-- calling whom; how the orders to call were drawn; and messages that wait to be sent.
ALTER TABLE hotline_callback ADD COLUMN reason_code TEXT NOT NULL DEFAULT '';
ALTER TABLE hotline_ticket ADD COLUMN call_after BIGINT NOT NULL DEFAULT 0;

-- A call-back desk holds the person that it is about to call, so that nobody else does.
CREATE TABLE hotline_call_claim (
  centre_id TEXT NOT NULL,
  person    TEXT NOT NULL,
  ticket_id TEXT NOT NULL,
  user_id   TEXT NOT NULL,
  until     BIGINT NOT NULL,
  PRIMARY KEY (centre_id, person)
);
CREATE INDEX hotline_call_claim_user ON hotline_call_claim (centre_id, user_id);

-- Samples (抽样): the share of closed orders that are called back, and the seed that decides which.
CREATE TABLE hotline_sample (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  seed      TEXT NOT NULL,
  share     BIGINT NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  PRIMARY KEY (centre_id, id)
);

-- Messages (短信) to people outside the program. The number is not here: it is looked up when the message is sent.
CREATE TABLE hotline_message (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  ticket_id TEXT NOT NULL,
  kind      TEXT NOT NULL,
  person_id TEXT NOT NULL,
  user_id   TEXT NOT NULL,
  text      TEXT NOT NULL,
  state     TEXT NOT NULL,
  tries     BIGINT NOT NULL,
  send_at   BIGINT NOT NULL,
  sent_at   BIGINT NOT NULL,
  problem   TEXT NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX hotline_message_waiting ON hotline_message (centre_id, send_at, id) WHERE state = 'waiting';
CREATE INDEX hotline_message_state ON hotline_message (centre_id, state, id);
