-- +goose Up
-- Results of supervision as they were published (监察公报), one revision of a period a row: only ever added. The latest revision of a
-- period is the one that holds.
CREATE TABLE supervision_gazette (
  centre_id     TEXT NOT NULL,
  id            TEXT NOT NULL,
  from_day      TEXT NOT NULL,
  to_day        TEXT NOT NULL,
  revision      BIGINT NOT NULL,
  rule_revision BIGINT NOT NULL,
  reason        TEXT NOT NULL,
  hash          TEXT NOT NULL,
  published_by  TEXT NOT NULL,
  published_at  BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX supervision_gazette_revision ON supervision_gazette (centre_id, from_day, to_day, revision);

-- The numbers of one unit in it, with the name that the unit had.
CREATE TABLE supervision_gazette_line (
  centre_id  TEXT NOT NULL,
  gazette_id TEXT NOT NULL,
  pos        BIGINT NOT NULL,
  unit_id    TEXT NOT NULL,
  unit_name  TEXT NOT NULL,
  ended      BIGINT NOT NULL,
  reminders  BIGINT NOT NULL,
  yellows    BIGINT NOT NULL,
  reds       BIGINT NOT NULL,
  lifted     BIGINT NOT NULL,
  unanswered BIGINT NOT NULL,
  checked    BIGINT NOT NULL,
  passed     BIGINT NOT NULL,
  grade      TEXT NOT NULL,
  PRIMARY KEY (centre_id, gazette_id, pos)
);

-- The alerts that its numbers counted, and as what.
CREATE TABLE supervision_gazette_alert (
  centre_id  TEXT NOT NULL,
  gazette_id TEXT NOT NULL,
  alert_id   TEXT NOT NULL,
  unit_id    TEXT NOT NULL,
  counted    TEXT NOT NULL,
  unanswered BOOLEAN NOT NULL,
  PRIMARY KEY (centre_id, gazette_id, alert_id)
);
