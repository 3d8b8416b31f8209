-- +goose Up
-- Templates (版式 of the tables and 说明文本) that a centre added beside those of the program: one row a version, never changed.
CREATE TABLE finance_template (
  centre_id TEXT NOT NULL,
  kind      TEXT NOT NULL,
  name      TEXT NOT NULL,
  version   BIGINT NOT NULL,
  title     TEXT NOT NULL,
  region    TEXT NOT NULL,
  from_year BIGINT NOT NULL,
  source    TEXT NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  PRIMARY KEY (centre_id, kind, name, version)
);

-- Lists of subjects (科目表) as they were imported, for who asks where a name comes from.
CREATE TABLE finance_subject_list (
  centre_id TEXT NOT NULL,
  year      BIGINT NOT NULL,
  id        TEXT NOT NULL,
  scheme    TEXT NOT NULL,
  file      TEXT NOT NULL,
  subjects  BIGINT NOT NULL,
  renamed   BIGINT NOT NULL,
  added     BIGINT NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  PRIMARY KEY (centre_id, year, id)
);

-- The sentences that a year's text is made of.
ALTER TABLE finance_book ADD COLUMN texts TEXT NOT NULL DEFAULT 'standard';

-- Budget lines and contracts are taken back by a line of the opposite amount, which names the one it takes back.
ALTER TABLE finance_budget ADD COLUMN corrects TEXT NOT NULL DEFAULT '';
ALTER TABLE finance_contract ADD COLUMN corrects TEXT NOT NULL DEFAULT '';
