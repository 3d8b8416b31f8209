-- +goose Up
-- The number that the provincial platform gave to a case of ours, and the package (一件事) that a visit applied for.
ALTER TABLE casework_case ADD COLUMN external_no TEXT NOT NULL DEFAULT '';
ALTER TABLE casework_visit ADD COLUMN package_id TEXT NOT NULL DEFAULT '';
ALTER TABLE casework_visit ADD COLUMN package_name TEXT NOT NULL DEFAULT '';
ALTER TABLE casework_visit ADD COLUMN lead_unit_id TEXT NOT NULL DEFAULT '';
CREATE INDEX casework_case_external ON casework_case (centre_id, external_no, id) WHERE external_no <> '';

-- Files of materials (材料电子件): what an applicant uploaded, or a window scanned.
CREATE TABLE casework_file (
  centre_id   TEXT NOT NULL,
  case_id     TEXT NOT NULL,
  id          TEXT NOT NULL,
  material_id TEXT NOT NULL,
  blob_id     TEXT NOT NULL,
  name        TEXT NOT NULL,
  size        BIGINT NOT NULL,
  media_type  TEXT NOT NULL,
  at          BIGINT NOT NULL,
  by_user     TEXT NOT NULL,
  PRIMARY KEY (centre_id, case_id, id)
);

-- Hearings (听证): told, asked for, announced, held.
CREATE TABLE casework_hearing (
  centre_id  TEXT NOT NULL,
  case_id    TEXT NOT NULL,
  id         TEXT NOT NULL,
  state      TEXT NOT NULL,
  told_on    TEXT NOT NULL,
  ask_by     BIGINT NOT NULL,
  asked_on   TEXT NOT NULL,
  hold_by    BIGINT NOT NULL,
  held_on    TEXT NOT NULL,
  notice_on  TEXT NOT NULL,
  place      TEXT NOT NULL,
  chair      TEXT NOT NULL,
  chair_name TEXT NOT NULL,
  record     TEXT NOT NULL,
  version    BIGINT NOT NULL,
  PRIMARY KEY (centre_id, case_id, id)
);

-- Who keeps away from a case (回避).
CREATE TABLE casework_recusal (
  centre_id TEXT NOT NULL,
  case_id   TEXT NOT NULL,
  user_id   TEXT NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  PRIMARY KEY (centre_id, case_id, user_id)
);
