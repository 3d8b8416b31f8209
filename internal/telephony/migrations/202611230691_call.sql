-- +goose Up
-- Calls (来电) as the switch reports them, with the ticket that came of each.
CREATE TABLE telephony_call (
  centre_id   TEXT NOT NULL,
  id          TEXT NOT NULL,
  ref         TEXT NOT NULL,
  phone_enc   BYTEA NOT NULL,
  phone_bix   TEXT NOT NULL,
  seat        TEXT NOT NULL,
  user_id     TEXT NOT NULL,
  offered_at  BIGINT NOT NULL,
  answered_at BIGINT NOT NULL,
  ended_at    BIGINT NOT NULL,
  recording   TEXT NOT NULL,
  ticket_id   TEXT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX telephony_call_ref ON telephony_call (centre_id, ref);
-- Figures of a period, and the list of calls.
CREATE INDEX telephony_call_offered ON telephony_call (centre_id, offered_at, id, answered_at, ended_at);
-- What rings or is talked about at a seat now.
CREATE INDEX telephony_call_seat ON telephony_call (centre_id, seat, id) WHERE ended_at = 0;
CREATE INDEX telephony_call_ticket ON telephony_call (centre_id, ticket_id, id) WHERE ticket_id <> '';

-- Seats (座席): who sits at which extension.
CREATE TABLE telephony_seat (
  centre_id TEXT NOT NULL,
  seat      TEXT NOT NULL,
  user_id   TEXT NOT NULL,
  since     BIGINT NOT NULL,
  PRIMARY KEY (centre_id, seat)
);
CREATE UNIQUE INDEX telephony_seat_user ON telephony_seat (centre_id, user_id);
