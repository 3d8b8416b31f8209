-- +goose Up
-- Services (服务): what people may rate once it is over: a case, a number that was called, a job at a kiosk, a consultation.
CREATE TABLE rating_service (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  kind      TEXT NOT NULL,
  subject   TEXT NOT NULL,
  no        TEXT NOT NULL,
  title     TEXT NOT NULL,
  unit_id   TEXT NOT NULL,
  site_id   TEXT NOT NULL,
  window_no TEXT NOT NULL,
  staff_id  TEXT NOT NULL,
  people    TEXT NOT NULL,
  at        BIGINT NOT NULL,
  until     BIGINT NOT NULL,
  code_bix  TEXT NOT NULL,
  receipt_bix TEXT NOT NULL,
  rated     BOOLEAN NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX rating_service_subject ON rating_service (centre_id, kind, subject);
CREATE UNIQUE INDEX rating_service_code ON rating_service (centre_id, code_bix);
CREATE INDEX rating_service_receipt ON rating_service (centre_id, receipt_bix);
CREATE INDEX rating_service_at ON rating_service (centre_id, at, kind, unit_id, site_id, staff_id, rated);
CREATE INDEX rating_service_staff ON rating_service (centre_id, staff_id, id);
CREATE INDEX rating_service_unit ON rating_service (centre_id, unit_id, id);
CREATE INDEX rating_service_site ON rating_service (centre_id, site_id, id);

-- Ratings (评价): the one in force and, where the rater changed it in time, the ones before it.
CREATE TABLE rating_rating (
  centre_id   TEXT NOT NULL,
  id          TEXT NOT NULL,
  service_id  TEXT NOT NULL,
  version     BIGINT NOT NULL,
  current     BOOLEAN NOT NULL,
  level       BIGINT NOT NULL,
  channel     TEXT NOT NULL,
  labels      TEXT NOT NULL,
  text        TEXT NOT NULL,
  text_enc    BYTEA NOT NULL,
  named       BOOLEAN NOT NULL,
  rater_id    TEXT NOT NULL,
  rater_bix   TEXT NOT NULL,
  at          BIGINT NOT NULL,
  first_at    BIGINT NOT NULL,
  taken_by    TEXT NOT NULL,
  kind        TEXT NOT NULL,
  title       TEXT NOT NULL,
  unit_id     TEXT NOT NULL,
  site_id     TEXT NOT NULL,
  staff_id    TEXT NOT NULL,
  valid       BOOLEAN NOT NULL,
  ground      TEXT NOT NULL,
  reason      TEXT NOT NULL,
  decided_at  BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX rating_rating_version ON rating_rating (centre_id, service_id, version);
CREATE INDEX rating_rating_new ON rating_rating (centre_id, id) WHERE current;
CREATE INDEX rating_rating_level ON rating_rating (centre_id, level, id) WHERE current;
CREATE INDEX rating_rating_unit ON rating_rating (centre_id, unit_id, id) WHERE current;
CREATE INDEX rating_rating_at ON rating_rating (centre_id, at, unit_id, site_id, staff_id, level, valid) WHERE current;
CREATE INDEX rating_rating_out ON rating_rating (centre_id, id) WHERE current AND NOT valid;
CREATE INDEX rating_rating_out_unit ON rating_rating (centre_id, unit_id, id) WHERE current AND NOT valid;
CREATE INDEX rating_rating_rater ON rating_rating (centre_id, rater_bix, id) WHERE rater_bix <> '';

-- Tasks (差评任务): what becomes of a bad rating.
CREATE TABLE rating_task (
  centre_id     TEXT NOT NULL,
  id            TEXT NOT NULL,
  no            TEXT NOT NULL,
  rating_id     TEXT NOT NULL,
  service_id    TEXT NOT NULL,
  unit_id       TEXT NOT NULL,
  site_id       TEXT NOT NULL,
  staff_id      TEXT NOT NULL,
  level         BIGINT NOT NULL,
  named         BOOLEAN NOT NULL,
  title         TEXT NOT NULL,
  state         TEXT NOT NULL,
  open          BOOLEAN NOT NULL,
  valid         BOOLEAN NOT NULL,
  twin          TEXT NOT NULL,
  received_at   BIGINT NOT NULL,
  contact_days  BIGINT NOT NULL,
  fix_days      BIGINT NOT NULL,
  contact_due   BIGINT NOT NULL,
  contacted_at  BIGINT NOT NULL,
  fix_due       BIGINT NOT NULL,
  way           TEXT NOT NULL,
  done_at       BIGINT NOT NULL,
  passed_at     BIGINT NOT NULL,
  calls         BIGINT NOT NULL,
  answer        TEXT NOT NULL,
  followed_at   BIGINT NOT NULL,
  redone        BIGINT NOT NULL,
  closed_at     BIGINT NOT NULL,
  next_due      BIGINT NOT NULL,
  notices       BIGINT NOT NULL,
  revision      BIGINT NOT NULL,
  event_seq     BIGINT NOT NULL,
  event_hash    BYTEA NOT NULL,
  version       BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX rating_task_no ON rating_task (centre_id, no);
CREATE UNIQUE INDEX rating_task_service ON rating_task (centre_id, service_id);
CREATE INDEX rating_task_open ON rating_task (centre_id, next_due, id) WHERE open;
CREATE INDEX rating_task_open_state ON rating_task (centre_id, state, next_due, id) WHERE open;
CREATE INDEX rating_task_open_unit ON rating_task (centre_id, unit_id, next_due, id) WHERE open;
CREATE INDEX rating_task_open_site ON rating_task (centre_id, site_id, next_due, id) WHERE open;
CREATE INDEX rating_task_open_staff ON rating_task (centre_id, staff_id, next_due, id) WHERE open;
CREATE INDEX rating_task_done ON rating_task (centre_id, id) WHERE NOT open;
CREATE INDEX rating_task_done_unit ON rating_task (centre_id, unit_id, id) WHERE NOT open;
CREATE INDEX rating_task_done_site ON rating_task (centre_id, site_id, id) WHERE NOT open;
CREATE INDEX rating_task_done_staff ON rating_task (centre_id, staff_id, id) WHERE NOT open;
CREATE INDEX rating_task_due ON rating_task (centre_id, fix_due, unit_id);
CREATE INDEX rating_task_followed ON rating_task (centre_id, followed_at, unit_id) WHERE followed_at > 0;
CREATE INDEX rating_task_received ON rating_task (centre_id, received_at, id) WHERE valid;

-- Appeals (申诉) of whoever was rated.
CREATE TABLE rating_appeal (
  centre_id  TEXT NOT NULL,
  task_id    TEXT NOT NULL,
  id         TEXT NOT NULL,
  ground     TEXT NOT NULL,
  text       TEXT NOT NULL,
  back       TEXT NOT NULL,
  made_by    TEXT NOT NULL,
  made_at    BIGINT NOT NULL,
  advice     TEXT NOT NULL,
  opinion    TEXT NOT NULL,
  opined_by  TEXT NOT NULL,
  opined_at  BIGINT NOT NULL,
  state      TEXT NOT NULL,
  decision   TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  decided_at BIGINT NOT NULL,
  PRIMARY KEY (centre_id, task_id, id)
);
CREATE UNIQUE INDEX rating_appeal_once ON rating_appeal (centre_id, task_id);

-- Events (办理记录) of a task, each with the SM3 of its content and of the event before it.
CREATE TABLE rating_event (
  centre_id  TEXT NOT NULL,
  task_id    TEXT NOT NULL,
  seq        BIGINT NOT NULL,
  action     TEXT NOT NULL,
  state      TEXT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id   TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  unit_id    TEXT NOT NULL,
  at         BIGINT NOT NULL,
  text       TEXT NOT NULL,
  data       TEXT NOT NULL,
  hash       BYTEA NOT NULL,
  PRIMARY KEY (centre_id, task_id, seq)
);

-- Notices (时限提醒) of a task: once for each rung.
CREATE TABLE rating_notice (
  centre_id TEXT NOT NULL,
  task_id   TEXT NOT NULL,
  rung      TEXT NOT NULL,
  text      TEXT NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (centre_id, task_id, rung)
);

-- Parameters (评价参数) of a centre; rows are superseded, never edited.
CREATE TABLE rating_parameter (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  name      TEXT NOT NULL,
  value     BIGINT NOT NULL,
  basis     TEXT NOT NULL,
  confirmed BOOLEAN NOT NULL,
  current   BOOLEAN NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX rating_parameter_current ON rating_parameter (centre_id, name) WHERE current;

-- Numbers given out: of tasks and consultations of a day.
CREATE TABLE rating_number (
  centre_id TEXT NOT NULL,
  series    TEXT NOT NULL,
  n         BIGINT NOT NULL,
  PRIMARY KEY (centre_id, series)
);
