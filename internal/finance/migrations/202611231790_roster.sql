-- +goose Up
-- Payment rosters (发放名册): who was paid out of a project by one document. A roster is taken back as a whole, never edited.
CREATE TABLE finance_roster (
  centre_id TEXT NOT NULL,
  year      BIGINT NOT NULL,
  id        TEXT NOT NULL,
  project   TEXT NOT NULL,
  document  TEXT NOT NULL,
  day       TEXT NOT NULL,
  people    BIGINT NOT NULL,
  fen       BIGINT NOT NULL,
  taken_back TEXT NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  version   BIGINT NOT NULL,
  PRIMARY KEY (centre_id, year, id)
);

-- One line a person: the name sealed, the person by a blind index.
CREATE TABLE finance_roster_line (
  centre_id  TEXT NOT NULL,
  year       BIGINT NOT NULL,
  roster_id  TEXT NOT NULL,
  no         BIGINT NOT NULL,
  name_enc   BYTEA NOT NULL,
  person_bix TEXT NOT NULL,
  fen        BIGINT NOT NULL,
  PRIMARY KEY (centre_id, year, roster_id, no)
);
