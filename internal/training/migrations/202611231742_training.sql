-- +goose Up
-- Courses (培训场次): 大讲堂 and 12345 业务培训.
CREATE TABLE training_course (
  centre_id    TEXT NOT NULL,
  id           TEXT NOT NULL,
  kind         TEXT NOT NULL,
  title        TEXT NOT NULL,
  teacher      TEXT NOT NULL,
  place        TEXT NOT NULL,
  outline      TEXT NOT NULL,
  start_at     BIGINT NOT NULL,
  end_at       BIGINT NOT NULL,
  capacity     BIGINT NOT NULL,
  topic        TEXT NOT NULL,
  questions    BIGINT NOT NULL,
  pass_percent BIGINT NOT NULL,
  state        TEXT NOT NULL,
  code         TEXT NOT NULL,
  enrolled     BIGINT NOT NULL,
  signed       BIGINT NOT NULL,
  scored       BIGINT NOT NULL,
  passed       BIGINT NOT NULL,
  at           BIGINT NOT NULL,
  by_user      TEXT NOT NULL,
  approved_at  BIGINT NOT NULL,
  approved_by  TEXT NOT NULL,
  archived_at  BIGINT NOT NULL,
  remark       TEXT NOT NULL,
  version      BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX training_course_start ON training_course (centre_id, start_at, id);

-- Enrolments (报名), with sign-in, the paper that was drawn for the quiz and its result.
CREATE TABLE training_enrolment (
  centre_id  TEXT NOT NULL,
  course_id  TEXT NOT NULL,
  user_id    TEXT NOT NULL,
  name       TEXT NOT NULL,
  unit_id    TEXT NOT NULL,
  unit_name  TEXT NOT NULL,
  site_id    TEXT NOT NULL,
  at         BIGINT NOT NULL,
  by_user    TEXT NOT NULL,
  signed_at  BIGINT NOT NULL,
  signed_by  TEXT NOT NULL,
  paper      TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  answers    TEXT NOT NULL,
  right_n    BIGINT NOT NULL,
  total_n    BIGINT NOT NULL,
  scored_at  BIGINT NOT NULL,
  passed     BOOLEAN NOT NULL,
  no         TEXT NOT NULL,
  PRIMARY KEY (centre_id, course_id, user_id)
);
CREATE INDEX training_enrolment_user ON training_enrolment (centre_id, user_id, course_id);

-- Question bank (题库).
CREATE TABLE training_question (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  topic     TEXT NOT NULL,
  kind      TEXT NOT NULL,
  text      TEXT NOT NULL,
  options   TEXT NOT NULL,
  answer    TEXT NOT NULL,
  basis     TEXT NOT NULL,
  active    BOOLEAN NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  version   BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX training_question_topic ON training_question (centre_id, topic, id);
