-- +goose Up
-- Rules of assessment (考核规则): superseded, never edited once in force.
CREATE TABLE workforce_ruleset (
  centre_id  TEXT NOT NULL,
  id         TEXT NOT NULL,
  number     BIGINT NOT NULL,
  name       TEXT NOT NULL,
  definition TEXT NOT NULL,
  hash       TEXT NOT NULL,
  basis      TEXT NOT NULL,
  confirmed  BOOLEAN NOT NULL,
  state      TEXT NOT NULL,
  from_month TEXT NOT NULL,
  by_user    TEXT NOT NULL,
  at         BIGINT NOT NULL,
  version    BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX workforce_ruleset_number ON workforce_ruleset (centre_id, number);

-- Events of assessment (考核事项): points given or taken, with what proves it and what became of it.
CREATE TABLE workforce_score (
  centre_id     TEXT NOT NULL,
  id            TEXT NOT NULL,
  month         TEXT NOT NULL,
  day           TEXT NOT NULL,
  user_id       TEXT NOT NULL,
  unit_id       TEXT NOT NULL,
  site_id       TEXT NOT NULL,
  kind          TEXT NOT NULL,
  code          TEXT NOT NULL,
  points        BIGINT NOT NULL,
  text          TEXT NOT NULL,
  evidence      TEXT NOT NULL,
  source        TEXT NOT NULL,
  source_key    TEXT NOT NULL,
  state         TEXT NOT NULL,
  by_user       TEXT NOT NULL,
  at            BIGINT NOT NULL,
  decided_by    TEXT NOT NULL,
  decided_at    BIGINT NOT NULL,
  remark        TEXT NOT NULL,
  appeal        TEXT NOT NULL,
  appeal_text   TEXT NOT NULL,
  appeal_by     TEXT NOT NULL,
  appeal_at     BIGINT NOT NULL,
  appeal_answer TEXT NOT NULL,
  corrects      TEXT NOT NULL,
  version       BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX workforce_score_source ON workforce_score (centre_id, source_key) WHERE source_key <> '';
CREATE INDEX workforce_score_month ON workforce_score (centre_id, month, id);
CREATE INDEX workforce_score_user ON workforce_score (centre_id, user_id, month, id);
CREATE INDEX workforce_score_unit ON workforce_score (centre_id, unit_id, month, id);
CREATE INDEX workforce_score_maker ON workforce_score (centre_id, by_user, id);

-- Monthly sheets (考核表), what chief representatives said about them, and their rows once they are locked.
CREATE TABLE workforce_sheet (
  centre_id  TEXT NOT NULL,
  month      TEXT NOT NULL,
  ruleset_id TEXT NOT NULL,
  state      TEXT NOT NULL,
  gathered   BIGINT NOT NULL,
  shown_on   TEXT NOT NULL,
  appeal_to  TEXT NOT NULL,
  locked_at  BIGINT NOT NULL,
  locked_by  TEXT NOT NULL,
  hash       TEXT NOT NULL,
  version    BIGINT NOT NULL,
  PRIMARY KEY (centre_id, month)
);
CREATE TABLE workforce_review (
  centre_id TEXT NOT NULL,
  month     TEXT NOT NULL,
  unit_id   TEXT NOT NULL,
  text      TEXT NOT NULL,
  by_user   TEXT NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (centre_id, month, unit_id)
);
CREATE TABLE workforce_row (
  centre_id TEXT NOT NULL,
  month     TEXT NOT NULL,
  pos       BIGINT NOT NULL,
  user_id   TEXT NOT NULL,
  unit_id   TEXT NOT NULL,
  site_id   TEXT NOT NULL,
  data      TEXT NOT NULL,
  PRIMARY KEY (centre_id, month, pos)
);
