-- +goose Up
-- People outside the organisation who call or apply. Names and numbers are encrypted; the blind index finds a number.
CREATE TABLE party_person (
  centre_id  TEXT NOT NULL,
  id         TEXT NOT NULL,
  name_enc   BYTEA NOT NULL,
  phone_enc  BYTEA NOT NULL,
  phone_bix  TEXT NOT NULL,
  tail_bix   TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX party_person_phone ON party_person (centre_id, phone_bix, id) WHERE phone_bix <> '';
