-- +goose Up
-- People whose record was to be emptied (清除) when something of theirs was destroyed, and whom another record still needs.
CREATE TABLE party_waiting (
  centre_id TEXT NOT NULL,
  person_id TEXT NOT NULL,
  reason    TEXT NOT NULL,
  since     BIGINT NOT NULL,
  asked_at  BIGINT NOT NULL,
  PRIMARY KEY (centre_id, person_id)
);
CREATE INDEX party_waiting_asked ON party_waiting (centre_id, asked_at, person_id);
CREATE INDEX party_waiting_since ON party_waiting (centre_id, since, person_id);
