-- +goose Up
-- Knowledge entries (知识条目): what is true of an entry whichever version is shown. Title, unit, category, level and
-- validity are those of the published version, or of the version in work while there is none.
CREATE TABLE knowledge_entry (
  centre_id    TEXT NOT NULL,
  id           TEXT NOT NULL,
  no           TEXT NOT NULL,
  live         TEXT NOT NULL,
  stage        TEXT NOT NULL,
  live_n       BIGINT NOT NULL,
  work_n       BIGINT NOT NULL,
  last_n       BIGINT NOT NULL,
  title        TEXT NOT NULL,
  unit_id      TEXT NOT NULL,
  category     TEXT NOT NULL,
  level        TEXT NOT NULL,
  valid_to     TEXT NOT NULL,
  review_due   TEXT NOT NULL,
  author_id    TEXT NOT NULL,
  reason       TEXT NOT NULL,
  published_at BIGINT NOT NULL,
  created_by   TEXT NOT NULL,
  created_at   BIGINT NOT NULL,
  changed_at   BIGINT NOT NULL,
  revision     BIGINT NOT NULL,
  version      BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX knowledge_entry_no ON knowledge_entry (centre_id, no);
CREATE INDEX knowledge_entry_live ON knowledge_entry (centre_id, live, id);
CREATE INDEX knowledge_entry_stage ON knowledge_entry (centre_id, stage, id) WHERE stage <> '';
CREATE INDEX knowledge_entry_unit ON knowledge_entry (centre_id, unit_id, id);
CREATE INDEX knowledge_entry_category ON knowledge_entry (centre_id, category, live, id);
CREATE INDEX knowledge_entry_title ON knowledge_entry (centre_id, title, id);
-- What changed since a process last looked, for its suggestions.
CREATE INDEX knowledge_entry_revision ON knowledge_entry (centre_id, revision);

-- Versions (版本) of entries; what was published is never changed.
CREATE TABLE knowledge_version (
  centre_id   TEXT NOT NULL,
  entry_id    TEXT NOT NULL,
  n           BIGINT NOT NULL,
  outcome     TEXT NOT NULL,
  title       TEXT NOT NULL,
  question    TEXT NOT NULL,
  answer      TEXT NOT NULL,
  basis_no    TEXT NOT NULL,
  basis_link  TEXT NOT NULL,
  applies     TEXT NOT NULL,
  unit_id     TEXT NOT NULL,
  valid_to    TEXT NOT NULL,
  category    TEXT NOT NULL,
  keywords    TEXT NOT NULL,
  level       TEXT NOT NULL,
  remark      TEXT NOT NULL,
  author_id   TEXT NOT NULL,
  author_name TEXT NOT NULL,
  written_at  BIGINT NOT NULL,
  live_from   BIGINT NOT NULL,
  live_to     BIGINT NOT NULL,
  PRIMARY KEY (centre_id, entry_id, n)
);

-- What happened to an entry (办理记录).
CREATE TABLE knowledge_event (
  centre_id  TEXT NOT NULL,
  entry_id   TEXT NOT NULL,
  id         TEXT NOT NULL,
  n          BIGINT NOT NULL,
  action     TEXT NOT NULL,
  actor_id   TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  at         BIGINT NOT NULL,
  text       TEXT NOT NULL,
  PRIMARY KEY (centre_id, entry_id, id)
);

-- Reviews (复核): one row for each day by which an entry had to be looked at again. done_at 0 waits.
CREATE TABLE knowledge_review (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  entry_id  TEXT NOT NULL,
  unit_id   TEXT NOT NULL,
  due       TEXT NOT NULL,
  done_at   BIGINT NOT NULL,
  how       TEXT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX knowledge_review_due ON knowledge_review (centre_id, due, id);
CREATE UNIQUE INDEX knowledge_review_waiting ON knowledge_review (centre_id, entry_id) WHERE done_at = 0;

-- Reminders (到期提醒): 30, 7 and 0 days before the review is due, each once.
CREATE TABLE knowledge_reminder (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  entry_id  TEXT NOT NULL,
  unit_id   TEXT NOT NULL,
  due       TEXT NOT NULL,
  days      BIGINT NOT NULL,
  at        BIGINT NOT NULL,
  open      BOOLEAN NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX knowledge_reminder_once ON knowledge_reminder (centre_id, entry_id, due, days);
CREATE INDEX knowledge_reminder_open ON knowledge_reminder (centre_id, due, id) WHERE open;

-- Correction requests (纠错) of staff and citizens.
CREATE TABLE knowledge_correction (
  centre_id   TEXT NOT NULL,
  id          TEXT NOT NULL,
  entry_id    TEXT NOT NULL,
  unit_id     TEXT NOT NULL,
  n           BIGINT NOT NULL,
  text        TEXT NOT NULL,
  code_bix    TEXT NOT NULL,
  asked_kind  TEXT NOT NULL,
  asked_by    TEXT NOT NULL,
  asked_name  TEXT NOT NULL,
  asked_at    BIGINT NOT NULL,
  due         BIGINT NOT NULL,
  provisional BOOLEAN NOT NULL,
  open        BOOLEAN NOT NULL,
  right_asked BOOLEAN NOT NULL,
  answer      TEXT NOT NULL,
  answered_at BIGINT NOT NULL,
  answered_by TEXT NOT NULL,
  answered_name TEXT NOT NULL,
  version     BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX knowledge_correction_open ON knowledge_correction (centre_id, due, id) WHERE open;
CREATE INDEX knowledge_correction_due ON knowledge_correction (centre_id, due, id);
CREATE INDEX knowledge_correction_entry ON knowledge_correction (centre_id, entry_id, id);
CREATE INDEX knowledge_correction_code ON knowledge_correction (centre_id, code_bix);

-- Citations (引用): which answer rests on which version.
CREATE TABLE knowledge_citation (
  centre_id TEXT NOT NULL,
  entry_id  TEXT NOT NULL,
  id        TEXT NOT NULL,
  n         BIGINT NOT NULL,
  kind      TEXT NOT NULL,
  object    TEXT NOT NULL,
  unit_id   TEXT NOT NULL,
  by_user   TEXT NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (centre_id, entry_id, id)
);
CREATE INDEX knowledge_citation_object ON knowledge_citation (centre_id, object, entry_id);

-- How often an entry was cited, spread over shards so that two answers do not wait for one row.
CREATE TABLE knowledge_use (
  centre_id TEXT NOT NULL,
  entry_id  TEXT NOT NULL,
  shard     BIGINT NOT NULL,
  n         BIGINT NOT NULL,
  PRIMARY KEY (centre_id, entry_id, shard)
);

-- Searches that found nothing (查无条目), a day's equal ones in one row.
CREATE TABLE knowledge_miss (
  centre_id TEXT NOT NULL,
  day       TEXT NOT NULL,
  words     TEXT NOT NULL,
  n         BIGINT NOT NULL,
  PRIMARY KEY (centre_id, day, words)
);

-- Closed consultations that somebody has made an entry of, or found not worth one.
CREATE TABLE knowledge_source (
  centre_id TEXT NOT NULL,
  source    TEXT NOT NULL,
  entry_id  TEXT NOT NULL,
  by_user   TEXT NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (centre_id, source)
);

-- Numbers and revisions of a centre's entries.
CREATE TABLE knowledge_counter (
  centre_id TEXT NOT NULL,
  name      TEXT NOT NULL,
  n         BIGINT NOT NULL,
  PRIMARY KEY (centre_id, name)
);

-- Uploaded lists between preview and import.
CREATE TABLE knowledge_import (
  centre_id  TEXT NOT NULL,
  id         TEXT NOT NULL,
  file_name  TEXT NOT NULL,
  publish    BOOLEAN NOT NULL,
  list       TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
