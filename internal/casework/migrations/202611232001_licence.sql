-- +goose Up
-- The licence that a case renews (延续), by the id of the case by which it was given.
ALTER TABLE casework_case ADD COLUMN renews TEXT NOT NULL DEFAULT '';
CREATE INDEX casework_case_renews ON casework_case (centre_id, renews, id) WHERE renews <> '';

-- Licences (证照): what a decision gave, under the id of its case.
CREATE TABLE casework_licence (
  centre_id   TEXT NOT NULL,
  id          TEXT NOT NULL,
  no          TEXT NOT NULL,
  name        TEXT NOT NULL,
  item_id     TEXT NOT NULL,
  item_name   TEXT NOT NULL,
  unit_id     TEXT NOT NULL,
  site_id     TEXT NOT NULL,
  holder_id   TEXT NOT NULL,
  created_by  TEXT NOT NULL,
  valid_from  TEXT NOT NULL,
  valid_until TEXT NOT NULL,
  apply_by    TEXT NOT NULL,
  state       TEXT NOT NULL,
  deemed      BOOLEAN NOT NULL,
  renews      TEXT NOT NULL,
  issued_at   BIGINT NOT NULL,
  noticed_on  TEXT NOT NULL,
  ended_on    TEXT NOT NULL,
  ground      TEXT NOT NULL,
  document    TEXT NOT NULL,
  event_seq   BIGINT NOT NULL,
  event_hash  BYTEA NOT NULL,
  version     BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX casework_licence_no ON casework_licence (centre_id, no, id);
CREATE UNIQUE INDEX casework_licence_renews ON casework_licence (centre_id, renews) WHERE renews <> '';
CREATE INDEX casework_licence_holder ON casework_licence (centre_id, holder_id, id);
-- Those in force by their ends, the others by age: of the centre, a unit, a site.
CREATE INDEX casework_licence_ends ON casework_licence (centre_id, valid_until, id) WHERE state = 'active';
CREATE INDEX casework_licence_unit_ends ON casework_licence (centre_id, unit_id, valid_until, id) WHERE state = 'active';
CREATE INDEX casework_licence_site_ends ON casework_licence (centre_id, site_id, valid_until, id) WHERE state = 'active';
CREATE INDEX casework_licence_over ON casework_licence (centre_id, id) WHERE state <> 'active';
CREATE INDEX casework_licence_unit_over ON casework_licence (centre_id, unit_id, id) WHERE state <> 'active';
CREATE INDEX casework_licence_site_over ON casework_licence (centre_id, site_id, id) WHERE state <> 'active';
CREATE INDEX casework_licence_apply ON casework_licence (centre_id, apply_by, id) WHERE state = 'active' AND noticed_on = '' AND apply_by <> '';

-- Events of licences, each with the SM3 of its content and of the event before it.
CREATE TABLE casework_licence_event (
  centre_id  TEXT NOT NULL,
  case_id    TEXT NOT NULL,
  seq        BIGINT NOT NULL,
  action     TEXT NOT NULL,
  was        TEXT NOT NULL,
  state      TEXT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id   TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  unit_id    TEXT NOT NULL,
  authority  TEXT NOT NULL,
  at         BIGINT NOT NULL,
  text       TEXT NOT NULL,
  text_salt  TEXT NOT NULL,
  text_seal  TEXT NOT NULL,
  data       TEXT NOT NULL,
  hash       BYTEA NOT NULL,
  PRIMARY KEY (centre_id, case_id, seq)
);

-- What was given before there was a register: its period is not known, and is put in by a correction.
INSERT INTO casework_licence (centre_id, id, no, name, item_id, item_name, unit_id, site_id, holder_id, created_by, valid_from, valid_until, apply_by, state, deemed, renews, issued_at, noticed_on, ended_on, ground, document,
  event_seq, event_hash, version)
SELECT centre_id, id, result_no, item_name, item_id, item_name, unit_id, site_id, applicant_id, created_by, '', '', '', CASE WHEN state = 'REVOKED' THEN 'revoked' ELSE 'active' END, FALSE, '', issued_at, '', '', '', '', 0, '', 1
FROM casework_case WHERE issued_at > 0 AND result_no <> '';
