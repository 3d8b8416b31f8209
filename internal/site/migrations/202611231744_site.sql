-- +goose Up
-- Checklists (检查表): versions, never edited.
CREATE TABLE site_checklist (
  centre_id TEXT NOT NULL,
  revision  BIGINT NOT NULL,
  body      TEXT NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  PRIMARY KEY (centre_id, revision)
);

-- Visits (指导检查) and self-assessments (自评), each with the checklist that it was made by.
CREATE TABLE site_visit (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  site_id   TEXT NOT NULL,
  kind      TEXT NOT NULL,
  day       TEXT NOT NULL,
  visitors  TEXT NOT NULL,
  summary   TEXT NOT NULL,
  evidence  TEXT NOT NULL,
  checklist TEXT NOT NULL,
  results   TEXT NOT NULL,
  got       BIGINT NOT NULL,
  most      BIGINT NOT NULL,
  state     TEXT NOT NULL,
  stars     BIGINT NOT NULL,
  starred_at BIGINT NOT NULL,
  starred_by TEXT NOT NULL,
  remark    TEXT NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  version   BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX site_visit_site ON site_visit (centre_id, site_id, id);
CREATE INDEX site_visit_day ON site_visit (centre_id, day, id);

-- Findings (问题) of a visit with their rectification (整改).
CREATE TABLE site_finding (
  centre_id   TEXT NOT NULL,
  id          TEXT NOT NULL,
  visit_id    TEXT NOT NULL,
  site_id     TEXT NOT NULL,
  item        TEXT NOT NULL,
  text        TEXT NOT NULL,
  due_at      BIGINT NOT NULL,
  state       TEXT NOT NULL,
  answer      TEXT NOT NULL,
  evidence    TEXT NOT NULL,
  answered_at BIGINT NOT NULL,
  answered_by TEXT NOT NULL,
  remark      TEXT NOT NULL,
  checked_at  BIGINT NOT NULL,
  checked_by  TEXT NOT NULL,
  turns       BIGINT NOT NULL,
  version     BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX site_finding_open ON site_finding (centre_id, due_at, id) WHERE state <> 'closed';
CREATE INDEX site_finding_visit ON site_finding (centre_id, visit_id, id);

-- Self-service kiosks (自助终端).
CREATE TABLE site_kiosk (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  site_id   TEXT NOT NULL,
  name      TEXT NOT NULL,
  place     TEXT NOT NULL,
  code      TEXT NOT NULL,
  since     TEXT NOT NULL,
  active    BOOLEAN NOT NULL,
  state     TEXT NOT NULL,
  paper     BIGINT NOT NULL,
  seen_at   BIGINT NOT NULL,
  version   BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX site_kiosk_code ON site_kiosk (centre_id, code);

-- Spans (终端状态时段) in which a kiosk reported the same state without a gap.
CREATE TABLE site_kiosk_span (
  centre_id TEXT NOT NULL,
  kiosk_id  TEXT NOT NULL,
  from_at   BIGINT NOT NULL,
  to_at     BIGINT NOT NULL,
  state     TEXT NOT NULL,
  PRIMARY KEY (centre_id, kiosk_id, from_at)
);

-- Faults (故障单) of kiosks; at most one of a kind is open.
CREATE TABLE site_kiosk_fault (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  kiosk_id  TEXT NOT NULL,
  site_id   TEXT NOT NULL,
  kind      TEXT NOT NULL,
  text      TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  opened_by TEXT NOT NULL,
  fixed_at  BIGINT NOT NULL,
  fixed_by  TEXT NOT NULL,
  done      TEXT NOT NULL,
  version   BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX site_kiosk_fault_open ON site_kiosk_fault (centre_id, kiosk_id, kind) WHERE fixed_at = 0;
CREATE INDEX site_kiosk_fault_list ON site_kiosk_fault (centre_id, opened_at, id);

-- What was asked of a kiosk to print (自助打印), and whether the paper belonged to the person whose card was read.
CREATE TABLE site_kiosk_print (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  kiosk_id  TEXT NOT NULL,
  no        TEXT NOT NULL,
  outcome   TEXT NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX site_kiosk_print_at ON site_kiosk_print (centre_id, kiosk_id, at);

-- Supplies and repairs (用品和维修): request, approval, done with number and amount.
CREATE TABLE site_supply (
  centre_id    TEXT NOT NULL,
  id           TEXT NOT NULL,
  kind         TEXT NOT NULL,
  unit_id      TEXT NOT NULL,
  unit_name    TEXT NOT NULL,
  site_id      TEXT NOT NULL,
  what         TEXT NOT NULL,
  quantity     BIGINT NOT NULL,
  measure      TEXT NOT NULL,
  state        TEXT NOT NULL,
  requested_at BIGINT NOT NULL,
  requested_by TEXT NOT NULL,
  decided_at   BIGINT NOT NULL,
  decided_by   TEXT NOT NULL,
  remark       TEXT NOT NULL,
  done_at      BIGINT NOT NULL,
  done_by      TEXT NOT NULL,
  done_on      TEXT NOT NULL,
  done_number  BIGINT NOT NULL,
  amount       BIGINT NOT NULL,
  document     TEXT NOT NULL,
  version      BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX site_supply_state ON site_supply (centre_id, state, id);
CREATE INDEX site_supply_requested ON site_supply (centre_id, requested_at, id);
CREATE INDEX site_supply_done ON site_supply (centre_id, done_on, id) WHERE state = 'done';
