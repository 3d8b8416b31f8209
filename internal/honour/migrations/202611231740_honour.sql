-- +goose Up
-- Rules of the selection (评选办法): versions, never edited.
CREATE TABLE honour_rules (
  centre_id TEXT NOT NULL,
  revision  BIGINT NOT NULL,
  body      TEXT NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  PRIMARY KEY (centre_id, revision)
);

-- Rounds (评选), each with the rules that it is held by.
CREATE TABLE honour_round (
  centre_id       TEXT NOT NULL,
  id              TEXT NOT NULL,
  title           TEXT NOT NULL,
  from_day        TEXT NOT NULL,
  to_day          TEXT NOT NULL,
  seats           BIGINT NOT NULL,
  rules           TEXT NOT NULL,
  state           TEXT NOT NULL,
  codes           BIGINT NOT NULL,
  staff_ballots   BIGINT NOT NULL,
  public_ballots  BIGINT NOT NULL,
  publicity_from  BIGINT NOT NULL,
  publicity_until BIGINT NOT NULL,
  at              BIGINT NOT NULL,
  by_user         TEXT NOT NULL,
  decided_at      BIGINT NOT NULL,
  decided_by      TEXT NOT NULL,
  remark          TEXT NOT NULL,
  version         BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX honour_round_state ON honour_round (centre_id, state, id);

-- Candidates (候选人). A veto stays with its reason.
CREATE TABLE honour_candidate (
  centre_id    TEXT NOT NULL,
  round_id     TEXT NOT NULL,
  id           TEXT NOT NULL,
  user_id      TEXT NOT NULL,
  name         TEXT NOT NULL,
  unit_id      TEXT NOT NULL,
  unit_name    TEXT NOT NULL,
  site_id      TEXT NOT NULL,
  reason       TEXT NOT NULL,
  nominated_at BIGINT NOT NULL,
  nominated_by TEXT NOT NULL,
  state        TEXT NOT NULL,
  veto_code    TEXT NOT NULL,
  veto_day     TEXT NOT NULL,
  veto_reason  TEXT NOT NULL,
  veto_record  TEXT NOT NULL,
  veto_by      TEXT NOT NULL,
  scores       TEXT NOT NULL,
  staff_votes  BIGINT NOT NULL,
  public_votes BIGINT NOT NULL,
  total        BIGINT NOT NULL,
  place        BIGINT NOT NULL,
  proposed     BOOLEAN NOT NULL,
  no           TEXT NOT NULL,
  version      BIGINT NOT NULL,
  PRIMARY KEY (centre_id, round_id, id)
);
CREATE UNIQUE INDEX honour_candidate_once ON honour_candidate (centre_id, round_id, user_id);
CREATE INDEX honour_candidate_stars ON honour_candidate (centre_id, id) WHERE no <> '';
CREATE INDEX honour_candidate_user ON honour_candidate (centre_id, user_id, round_id);

-- Who has voted (投票登记). For whom is in no row.
CREATE TABLE honour_ballot (
  centre_id TEXT NOT NULL,
  round_id  TEXT NOT NULL,
  kind      TEXT NOT NULL,
  voter     TEXT NOT NULL,
  day       TEXT NOT NULL,
  PRIMARY KEY (centre_id, round_id, kind, voter)
);
