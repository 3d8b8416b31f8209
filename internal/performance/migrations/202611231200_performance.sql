-- +goose Up
-- Programmes (绩效评价对象): the whole department or one project in one year, with its goal and how far its evaluation is.
CREATE TABLE performance_programme (
  centre_id   TEXT NOT NULL,
  id          TEXT NOT NULL,
  year        BIGINT NOT NULL,
  kind        TEXT NOT NULL,
  project     TEXT NOT NULL,
  name        TEXT NOT NULL,
  supervisor  TEXT NOT NULL,
  implementer TEXT NOT NULL,
  goal        TEXT NOT NULL,
  outcome     TEXT NOT NULL,
  fund_reason TEXT NOT NULL,
  profile     TEXT NOT NULL,
  state       TEXT NOT NULL,
  round       BIGINT NOT NULL,
  policy      TEXT NOT NULL,
  score       BIGINT NOT NULL,
  grade       TEXT NOT NULL,
  scored      BOOLEAN NOT NULL,
  filled_by   TEXT NOT NULL,
  section_by  TEXT NOT NULL,
  finance_by  TEXT NOT NULL,
  locked_by   TEXT NOT NULL,
  locked_at   BIGINT NOT NULL,
  hash        TEXT NOT NULL,
  at          BIGINT NOT NULL,
  by_user     TEXT NOT NULL,
  version     BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX performance_programme_once ON performance_programme (centre_id, year, kind, project);

-- Texts of a programme's report (自评报告) that are not computed.
CREATE TABLE performance_text (
  centre_id    TEXT NOT NULL,
  programme_id TEXT NOT NULL,
  name         TEXT NOT NULL,
  text         TEXT NOT NULL,
  at           BIGINT NOT NULL,
  by_user      TEXT NOT NULL,
  PRIMARY KEY (centre_id, programme_id, name)
);

-- Indicators (绩效指标) of a programme. target and actual are decimals as text; source and fact name where the value comes
-- from, '' for a typed one.
CREATE TABLE performance_indicator (
  centre_id    TEXT NOT NULL,
  programme_id TEXT NOT NULL,
  id           TEXT NOT NULL,
  place        BIGINT NOT NULL,
  level1       TEXT NOT NULL,
  level2       TEXT NOT NULL,
  name         TEXT NOT NULL,
  op           TEXT NOT NULL,
  target       TEXT NOT NULL,
  unit         TEXT NOT NULL,
  weight       TEXT NOT NULL,
  source       TEXT NOT NULL,
  fact         TEXT NOT NULL,
  from_day     TEXT NOT NULL,
  to_day       TEXT NOT NULL,
  actual       TEXT NOT NULL,
  band         TEXT NOT NULL,
  reason       TEXT NOT NULL,
  at           BIGINT NOT NULL,
  by_user      TEXT NOT NULL,
  PRIMARY KEY (centre_id, programme_id, id)
);

-- Files that prove a typed value (佐证材料).
CREATE TABLE performance_evidence (
  centre_id    TEXT NOT NULL,
  programme_id TEXT NOT NULL,
  indicator_id TEXT NOT NULL,
  id           TEXT NOT NULL,
  blob_id      TEXT NOT NULL,
  name         TEXT NOT NULL,
  size         BIGINT NOT NULL,
  media_type   TEXT NOT NULL,
  sha256       TEXT NOT NULL,
  at           BIGINT NOT NULL,
  by_user      TEXT NOT NULL,
  by_name      TEXT NOT NULL,
  PRIMARY KEY (centre_id, programme_id, indicator_id, id)
);

-- What happened to a programme's evaluation (经过); only ever added.
CREATE TABLE performance_step (
  centre_id    TEXT NOT NULL,
  programme_id TEXT NOT NULL,
  id           TEXT NOT NULL,
  round        BIGINT NOT NULL,
  action       TEXT NOT NULL,
  remark       TEXT NOT NULL,
  at           BIGINT NOT NULL,
  by_user      TEXT NOT NULL,
  by_name      TEXT NOT NULL,
  PRIMARY KEY (centre_id, programme_id, id)
);

-- Evaluations (评价结果), one a round: the frozen form with its policy and the hash over all of it.
CREATE TABLE performance_result (
  centre_id    TEXT NOT NULL,
  programme_id TEXT NOT NULL,
  round        BIGINT NOT NULL,
  policy       TEXT NOT NULL,
  content      TEXT NOT NULL,
  hash         TEXT NOT NULL,
  locked       BOOLEAN NOT NULL,
  at           BIGINT NOT NULL,
  by_user      TEXT NOT NULL,
  PRIMARY KEY (centre_id, programme_id, round)
);

-- Monitoring during the year (绩效监控): what was found on a day, frozen.
CREATE TABLE performance_watch (
  centre_id    TEXT NOT NULL,
  programme_id TEXT NOT NULL,
  id           TEXT NOT NULL,
  day          TEXT NOT NULL,
  light        TEXT NOT NULL,
  reason       TEXT NOT NULL,
  content      TEXT NOT NULL,
  hash         TEXT NOT NULL,
  at           BIGINT NOT NULL,
  by_user      TEXT NOT NULL,
  by_name      TEXT NOT NULL,
  PRIMARY KEY (centre_id, programme_id, id)
);

-- The scoring policy that a year is evaluated by (评分规则).
CREATE TABLE performance_choice (
  centre_id TEXT NOT NULL,
  year      BIGINT NOT NULL,
  policy    TEXT NOT NULL,
  reason    TEXT NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  version   BIGINT NOT NULL,
  PRIMARY KEY (centre_id, year)
);

-- Common indicators (共性指标) that a centre adds to those of the program.
CREATE TABLE performance_common (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  level1    TEXT NOT NULL,
  level2    TEXT NOT NULL,
  name      TEXT NOT NULL,
  op        TEXT NOT NULL,
  target    TEXT NOT NULL,
  unit      TEXT NOT NULL,
  evidence  TEXT NOT NULL,
  source    TEXT NOT NULL,
  fact      TEXT NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX performance_common_name ON performance_common (centre_id, level1, level2, name);

-- Draws of locked evaluations for a second look (抽评), with the seed that makes the draw repeatable.
CREATE TABLE performance_draw (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  year      BIGINT NOT NULL,
  seed      BIGINT NOT NULL,
  size      BIGINT NOT NULL,
  among     TEXT NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  by_name   TEXT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX performance_draw_year ON performance_draw (centre_id, year, id);

-- What the second look at a drawn evaluation found.
CREATE TABLE performance_recheck (
  centre_id    TEXT NOT NULL,
  draw_id      TEXT NOT NULL,
  programme_id TEXT NOT NULL,
  round        BIGINT NOT NULL,
  done         BOOLEAN NOT NULL,
  remark       TEXT NOT NULL,
  content      TEXT NOT NULL,
  hash         TEXT NOT NULL,
  was          BIGINT NOT NULL,
  score        BIGINT NOT NULL,
  grade        TEXT NOT NULL,
  at           BIGINT NOT NULL,
  by_user      TEXT NOT NULL,
  by_name      TEXT NOT NULL,
  PRIMARY KEY (centre_id, draw_id, programme_id)
);
