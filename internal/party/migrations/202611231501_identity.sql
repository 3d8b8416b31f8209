-- +goose Up
-- Identities (证件) of applicants: the number is encrypted, its blind index finds it again.
CREATE TABLE party_identity (
  centre_id TEXT NOT NULL,
  person_id TEXT NOT NULL,
  id_type   TEXT NOT NULL,
  id_no_enc BYTEA NOT NULL,
  id_bix    TEXT NOT NULL,
  PRIMARY KEY (centre_id, person_id)
);
CREATE INDEX party_identity_no ON party_identity (centre_id, id_bix, person_id);
