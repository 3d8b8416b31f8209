-- +goose Up
-- Posts (岗位) of a site.
CREATE TABLE workforce_post (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  site_id   TEXT NOT NULL,
  unit_id   TEXT NOT NULL,
  kind      TEXT NOT NULL,
  name      TEXT NOT NULL,
  duty      TEXT NOT NULL,
  active    BOOLEAN NOT NULL,
  version   BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX workforce_post_name ON workforce_post (centre_id, site_id, unit_id, name);

-- Postings (派驻): who holds which post for which unit, from when to when.
CREATE TABLE workforce_posting (
  centre_id        TEXT NOT NULL,
  id               TEXT NOT NULL,
  user_id          TEXT NOT NULL,
  post_id          TEXT NOT NULL,
  unit_id          TEXT NOT NULL,
  site_id          TEXT NOT NULL,
  shift_id         TEXT NOT NULL,
  employment       TEXT NOT NULL,
  chief            BOOLEAN NOT NULL,
  appointment_no   TEXT NOT NULL,
  authorization_no TEXT NOT NULL,
  from_day         TEXT NOT NULL,
  to_day           TEXT NOT NULL,
  notice_day       TEXT NOT NULL,
  end_reason       TEXT NOT NULL,
  appraisal        TEXT NOT NULL,
  by_user          TEXT NOT NULL,
  at               BIGINT NOT NULL,
  version          BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX workforce_posting_user ON workforce_posting (centre_id, user_id, from_day);
CREATE INDEX workforce_posting_unit ON workforce_posting (centre_id, unit_id, user_id, from_day);
CREATE INDEX workforce_posting_site ON workforce_posting (centre_id, site_id, user_id, from_day);

-- What the archive keeps of a person beside the account (人员档案).
CREATE TABLE workforce_person (
  centre_id TEXT NOT NULL,
  user_id   TEXT NOT NULL,
  id_no_enc BYTEA NOT NULL,
  id_no_bix TEXT NOT NULL,
  education TEXT NOT NULL,
  joined_on TEXT NOT NULL,
  remark    TEXT NOT NULL,
  version   BIGINT NOT NULL,
  PRIMARY KEY (centre_id, user_id)
);

-- Shifts (班次): by the office hours of the season, or with hours of their own.
CREATE TABLE workforce_shift (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  name      TEXT NOT NULL,
  seasonal  BOOLEAN NOT NULL,
  spans     TEXT NOT NULL,
  active    BOOLEAN NOT NULL,
  version   BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX workforce_shift_name ON workforce_shift (centre_id, name);

-- Roster (排班): what differs from the shift of the posting on one day.
CREATE TABLE workforce_roster (
  centre_id TEXT NOT NULL,
  user_id   TEXT NOT NULL,
  day       TEXT NOT NULL,
  shift_id  TEXT NOT NULL,
  kind      TEXT NOT NULL,
  reason    TEXT NOT NULL,
  by_user   TEXT NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (centre_id, user_id, day, shift_id)
);

-- Places to punch (打卡点): a screen that shows a code, and networks from which no code is needed.
CREATE TABLE workforce_gate (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  site_id   TEXT NOT NULL,
  name      TEXT NOT NULL,
  code      TEXT NOT NULL,
  networks  TEXT NOT NULL,
  active    BOOLEAN NOT NULL,
  version   BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX workforce_gate_code ON workforce_gate (centre_id, code);

-- Punches (打卡): only ever added; what the office adds or a paper shows says so.
CREATE TABLE workforce_punch (
  centre_id TEXT NOT NULL,
  user_id   TEXT NOT NULL,
  id        TEXT NOT NULL,
  unit_id   TEXT NOT NULL,
  site_id   TEXT NOT NULL,
  at        BIGINT NOT NULL,
  method    TEXT NOT NULL,
  gate_id   TEXT NOT NULL,
  outage_id TEXT NOT NULL,
  reason    TEXT NOT NULL,
  by_user   TEXT NOT NULL,
  made_at   BIGINT NOT NULL,
  PRIMARY KEY (centre_id, user_id, id)
);
CREATE INDEX workforce_punch_at ON workforce_punch (centre_id, user_id, at);

-- Outages (停机时段) with the scanned sheet of signatures.
CREATE TABLE workforce_outage (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  site_id   TEXT NOT NULL,
  from_at   BIGINT NOT NULL,
  to_at     BIGINT NOT NULL,
  reason    TEXT NOT NULL,
  blob_id   TEXT NOT NULL,
  file_name TEXT NOT NULL,
  by_user   TEXT NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX workforce_outage_at ON workforce_outage (centre_id, to_at, id);

-- Applications for leave (请假) and their history.
CREATE TABLE workforce_leave (
  centre_id  TEXT NOT NULL,
  id         TEXT NOT NULL,
  user_id    TEXT NOT NULL,
  unit_id    TEXT NOT NULL,
  site_id    TEXT NOT NULL,
  chief      BOOLEAN NOT NULL,
  kind       TEXT NOT NULL,
  from_at    BIGINT NOT NULL,
  to_at      BIGINT NOT NULL,
  halves     BIGINT NOT NULL,
  reason     TEXT NOT NULL,
  stand_in   TEXT NOT NULL,
  cover      BOOLEAN NOT NULL,
  state      TEXT NOT NULL,
  steps      TEXT NOT NULL,
  step_no    BIGINT NOT NULL,
  waiting    TEXT NOT NULL,
  asked_at   BIGINT NOT NULL,
  granted_at BIGINT NOT NULL,
  back_at    BIGINT NOT NULL,
  version    BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX workforce_leave_user ON workforce_leave (centre_id, user_id, to_at);
CREATE INDEX workforce_leave_waiting ON workforce_leave (centre_id, waiting, id) WHERE waiting <> '';
CREATE INDEX workforce_leave_stand_in ON workforce_leave (centre_id, stand_in, id) WHERE state = 'asked';
CREATE INDEX workforce_leave_unit ON workforce_leave (centre_id, unit_id, id);
CREATE TABLE workforce_leave_step (
  centre_id TEXT NOT NULL,
  leave_id  TEXT NOT NULL,
  id        TEXT NOT NULL,
  what      TEXT NOT NULL,
  by_user   TEXT NOT NULL,
  at        BIGINT NOT NULL,
  text      TEXT NOT NULL,
  PRIMARY KEY (centre_id, leave_id, id)
);
