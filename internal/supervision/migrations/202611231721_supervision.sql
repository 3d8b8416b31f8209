-- +goose Up
-- Rule sets of supervision (监察规则), one revision a row: superseded, never edited once in force. body: rules and grades as JSON.
CREATE TABLE supervision_ruleset (
  centre_id  TEXT NOT NULL,
  id         TEXT NOT NULL,
  revision   BIGINT NOT NULL,
  state      TEXT NOT NULL,
  basis      TEXT NOT NULL,
  body       TEXT NOT NULL,
  hash       TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  valid_to   TEXT NOT NULL,
  at         BIGINT NOT NULL,
  by_user    TEXT NOT NULL,
  version    BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX supervision_ruleset_revision ON supervision_ruleset (centre_id, revision);

-- Alerts (监察预警): once for a clock and a rung. rule and revision are those by which it was given.
CREATE TABLE supervision_alert (
  centre_id   TEXT NOT NULL,
  id          TEXT NOT NULL,
  rule        TEXT NOT NULL,
  revision    BIGINT NOT NULL,
  case_id     TEXT NOT NULL,
  case_no     TEXT NOT NULL,
  item_name   TEXT NOT NULL,
  clock_id    TEXT NOT NULL,
  rung        TEXT NOT NULL,
  level       TEXT NOT NULL,
  type        TEXT NOT NULL,
  text        TEXT NOT NULL,
  unit_id     TEXT NOT NULL,
  site_id     TEXT NOT NULL,
  staff_id    TEXT NOT NULL,
  state       TEXT NOT NULL,
  open        BOOLEAN NOT NULL,
  upheld      BOOLEAN NOT NULL,
  at          BIGINT NOT NULL,
  due         BIGINT NOT NULL,
  no          TEXT NOT NULL,
  served_at   BIGINT NOT NULL,
  answer_due  BIGINT NOT NULL,
  answer_no   TEXT NOT NULL,
  answer      TEXT NOT NULL,
  answered_by TEXT NOT NULL,
  answered_at BIGINT NOT NULL,
  defence     TEXT NOT NULL,
  proposed_by TEXT NOT NULL,
  proposed_at BIGINT NOT NULL,
  reason      TEXT NOT NULL,
  lifted_by   TEXT NOT NULL,
  lifted_at   BIGINT NOT NULL,
  closed_at   BIGINT NOT NULL,
  raised_by   TEXT NOT NULL,
  version     BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX supervision_alert_rung ON supervision_alert (centre_id, clock_id, rung);
CREATE INDEX supervision_alert_case ON supervision_alert (centre_id, case_id, id);
CREATE INDEX supervision_alert_open ON supervision_alert (centre_id, id) WHERE open;
CREATE INDEX supervision_alert_state ON supervision_alert (centre_id, state, id) WHERE open AND level <> 'remind';
CREATE INDEX supervision_alert_unit ON supervision_alert (centre_id, unit_id, id);
CREATE INDEX supervision_alert_site ON supervision_alert (centre_id, site_id, id);
CREATE INDEX supervision_alert_time ON supervision_alert (centre_id, at, id);

-- What people did about an alert, in order. That it was given and superseded is said by the alert itself.
CREATE TABLE supervision_alert_step (
  centre_id  TEXT NOT NULL,
  alert_id   TEXT NOT NULL,
  seq        BIGINT NOT NULL,
  action     TEXT NOT NULL,
  state      TEXT NOT NULL,
  actor_id   TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  unit_id    TEXT NOT NULL,
  at         BIGINT NOT NULL,
  text       TEXT NOT NULL,
  PRIMARY KEY (centre_id, alert_id, seq)
);

-- Runs over the clocks (监察巡检) that gave something.
CREATE TABLE supervision_run (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  at        BIGINT NOT NULL,
  revision  BIGINT NOT NULL,
  looked    BIGINT NOT NULL,
  reminders BIGINT NOT NULL,
  yellows   BIGINT NOT NULL,
  reds      BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);

-- Numbers given out, of each kind of paper and sample in a year.
CREATE TABLE supervision_number (
  centre_id TEXT NOT NULL,
  series    TEXT NOT NULL,
  n         BIGINT NOT NULL,
  PRIMARY KEY (centre_id, series)
);

-- Sample audits (抽查): what was drawn from what, by which seed.
CREATE TABLE supervision_sample (
  centre_id       TEXT NOT NULL,
  id              TEXT NOT NULL,
  no              TEXT NOT NULL,
  title           TEXT NOT NULL,
  from_day        TEXT NOT NULL,
  to_day          TEXT NOT NULL,
  units           TEXT NOT NULL,
  sites           TEXT NOT NULL,
  outside         BOOLEAN NOT NULL,
  algorithm       TEXT NOT NULL,
  seed            TEXT NOT NULL,
  population      BIGINT NOT NULL,
  population_hash TEXT NOT NULL,
  size            BIGINT NOT NULL,
  checked         BIGINT NOT NULL,
  passed          BIGINT NOT NULL,
  at              BIGINT NOT NULL,
  by_user         TEXT NOT NULL,
  closed_at       BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);

-- Cases of a sample with what the auditor found.
CREATE TABLE supervision_sample_row (
  centre_id  TEXT NOT NULL,
  sample_id  TEXT NOT NULL,
  pos        BIGINT NOT NULL,
  case_id    TEXT NOT NULL,
  case_no    TEXT NOT NULL,
  item_name  TEXT NOT NULL,
  unit_id    TEXT NOT NULL,
  site_id    TEXT NOT NULL,
  checked    BOOLEAN NOT NULL,
  is_true    BOOLEAN NOT NULL,
  is_timely  BOOLEAN NOT NULL,
  is_whole   BOOLEAN NOT NULL,
  is_exact   BOOLEAN NOT NULL,
  passed     BOOLEAN NOT NULL,
  finding    TEXT NOT NULL,
  auditor_id TEXT NOT NULL,
  at         BIGINT NOT NULL,
  alert_id   TEXT NOT NULL,
  PRIMARY KEY (centre_id, sample_id, pos)
);
CREATE INDEX supervision_sample_row_checked ON supervision_sample_row (centre_id, at, sample_id, pos) WHERE checked;

-- The alerts that cases have had so far move here with what was done about them; their rules are those of the first revision.
INSERT INTO supervision_alert (centre_id, id, rule, revision, case_id, case_no, item_name, clock_id, rung, level, type, text, unit_id, site_id, staff_id, state, open, upheld, at, due,
  no, served_at, answer_due, answer_no, answer, answered_by, answered_at, defence, proposed_by, proposed_at, reason, lifted_by, lifted_at, closed_at, raised_by, version)
SELECT a.centre_id, a.id, '', 1, a.case_id, c.no, c.item_name, a.clock_id, a.rung,
  CASE a.level WHEN '提醒' THEN 'remind' WHEN '黄牌' THEN 'yellow' WHEN '预警' THEN 'yellow' ELSE 'red' END,
  CASE a.kind WHEN '时效' THEN '时效' ELSE '流程' END, a.text, a.unit_id, a.site_id, '',
  CASE a.state WHEN 'open' THEN 'raised' ELSE a.state END, a.open, FALSE, a.at, a.due,
  '', 0, 0, '', '', '', 0, '', a.proposed_by, a.proposed_at, a.reason, a.lifted_by, a.lifted_at, a.lifted_at, '', 1
FROM casework_alert a JOIN casework_case c ON c.centre_id = a.centre_id AND c.id = a.case_id;
DROP TABLE casework_alert;
