-- +goose Up
-- Parameters (办理参数): the numbers of the rules that are not time limits of a step. Superseded, never edited; a
-- parameter without a row has the value that the program ships with.
CREATE TABLE hotline_parameter (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  revision  BIGINT NOT NULL,
  name      TEXT NOT NULL,
  value     BIGINT NOT NULL,
  basis     TEXT NOT NULL,
  confirmed BOOLEAN NOT NULL,
  current   BOOLEAN NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX hotline_parameter_current ON hotline_parameter (centre_id, name) WHERE current;
CREATE INDEX hotline_parameter_past ON hotline_parameter (centre_id, id) WHERE NOT current;

-- The token of a centre's rules changes with every change of a time limit or a parameter: one row read tells whether
-- what a process remembers of them still holds.
CREATE TABLE hotline_rulebook (
  centre_id TEXT NOT NULL,
  token     TEXT NOT NULL,
  PRIMARY KEY (centre_id)
);
INSERT INTO hotline_rulebook (centre_id, token) SELECT DISTINCT centre_id, 'first' FROM hotline_policy;
