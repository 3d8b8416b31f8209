-- +goose Up
-- Papers of which anybody may verify that they are ours (可验证的文书): one row for each, made when it is first printed. facts is what the
-- public page shows beside number, day and organ; nothing personal is in it.
CREATE TABLE attest_paper (
  centre_id  TEXT NOT NULL,
  id         TEXT NOT NULL,
  kind       TEXT NOT NULL,
  object     TEXT NOT NULL,
  no         TEXT NOT NULL,
  title      TEXT NOT NULL,
  organ      TEXT NOT NULL,
  day        TEXT NOT NULL,
  facts      TEXT NOT NULL,
  printed_at BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX attest_paper_object ON attest_paper (centre_id, kind, object);
CREATE UNIQUE INDEX attest_paper_no ON attest_paper (centre_id, no);

-- The last number of each series of papers that have none of their record.
CREATE TABLE attest_number (
  centre_id TEXT NOT NULL,
  series    TEXT NOT NULL,
  n         BIGINT NOT NULL,
  PRIMARY KEY (centre_id, series)
);

-- The weekly sheets with the heads of all chains (周链头单), and their lines. A sheet never changes but for its filing.
CREATE TABLE attest_sheet (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  no        TEXT NOT NULL,
  since     TEXT NOT NULL,
  until     TEXT NOT NULL,
  digest    BYTEA NOT NULL,
  made_at   BIGINT NOT NULL,
  filed_by  TEXT NOT NULL,
  filed_at  BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX attest_sheet_until ON attest_sheet (centre_id, until);
CREATE TABLE attest_head (
  centre_id TEXT NOT NULL,
  sheet_id  TEXT NOT NULL,
  pos       BIGINT NOT NULL,
  chain     TEXT NOT NULL,
  label     TEXT NOT NULL,
  seq       BIGINT NOT NULL,
  hash      BYTEA NOT NULL,
  PRIMARY KEY (centre_id, sheet_id, pos)
);
