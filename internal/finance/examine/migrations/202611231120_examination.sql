-- +goose Up
-- Examinations (决算审核): one a content of a document. replaced_by names the one of a later content of the same
-- organisation and year; '' for the newest.
CREATE TABLE finance_examination (
  centre_id      TEXT NOT NULL,
  id             TEXT NOT NULL,
  source         TEXT NOT NULL,
  file           TEXT NOT NULL,
  size           BIGINT NOT NULL,
  hash           TEXT NOT NULL,
  org            TEXT NOT NULL,
  year           BIGINT NOT NULL,
  kind           TEXT NOT NULL,
  unit           TEXT NOT NULL,
  policy         TEXT NOT NULL,
  errors         BIGINT NOT NULL,
  warnings       BIGINT NOT NULL,
  infos          BIGINT NOT NULL,
  waived         BIGINT NOT NULL,
  rules          BIGINT NOT NULL,
  passed         BIGINT NOT NULL,
  rounding       BIGINT NOT NULL,
  failed         BIGINT NOT NULL,
  not_applicable BIGINT NOT NULL,
  not_evaluated  BIGINT NOT NULL,
  rest           TEXT NOT NULL,
  replaced_by    TEXT NOT NULL,
  at             BIGINT NOT NULL,
  by_name        TEXT NOT NULL,
  version        BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX finance_examination_hash ON finance_examination (centre_id, hash);
CREATE INDEX finance_examination_year ON finance_examination (centre_id, year, id);
CREATE INDEX finance_examination_newest ON finance_examination (centre_id, replaced_by, org, year);

-- What an examination found, and what a person decided on it.
CREATE TABLE finance_finding (
  centre_id      TEXT NOT NULL,
  examination_id TEXT NOT NULL,
  no             BIGINT NOT NULL,
  ident          TEXT NOT NULL,
  rule           TEXT NOT NULL,
  severity       TEXT NOT NULL,
  outcome        TEXT NOT NULL,
  heuristic      BOOLEAN NOT NULL,
  truncated      BOOLEAN NOT NULL,
  message        TEXT NOT NULL,
  stated         TEXT NOT NULL,
  computed       TEXT NOT NULL,
  diff           TEXT NOT NULL,
  envelope       TEXT NOT NULL,
  basis          TEXT NOT NULL,
  suggest        TEXT NOT NULL,
  places         TEXT NOT NULL,
  state          TEXT NOT NULL,
  remark         TEXT NOT NULL,
  decided_by     TEXT NOT NULL,
  decided_at     BIGINT NOT NULL,
  earlier        TEXT NOT NULL,
  PRIMARY KEY (centre_id, examination_id, no)
);
