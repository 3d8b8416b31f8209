-- +goose Up
-- Books (账套): one a year, with the layout of its tables, the level of its explanations and the last closed month.
CREATE TABLE finance_book (
  centre_id  TEXT NOT NULL,
  year       BIGINT NOT NULL,
  department TEXT NOT NULL,
  template   TEXT NOT NULL,
  level      TEXT NOT NULL,
  closed_to  BIGINT NOT NULL,
  opened_at  BIGINT NOT NULL,
  opened_by  TEXT NOT NULL,
  version    BIGINT NOT NULL,
  PRIMARY KEY (centre_id, year)
);

-- Budget units (预算单位) whose accounts the department's final accounts take together.
CREATE TABLE finance_unit (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  code      TEXT NOT NULL,
  name      TEXT NOT NULL,
  kind      TEXT NOT NULL,
  active    BOOLEAN NOT NULL,
  version   BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX finance_unit_code ON finance_unit (centre_id, code);

-- Subjects (科目) of a year as imported; the program's own start set stands below them.
CREATE TABLE finance_subject (
  centre_id TEXT NOT NULL,
  year      BIGINT NOT NULL,
  scheme    TEXT NOT NULL,
  code      TEXT NOT NULL,
  name      TEXT NOT NULL,
  PRIMARY KEY (centre_id, year, scheme, code)
);

-- Projects (项目) of a year.
CREATE TABLE finance_project (
  centre_id TEXT NOT NULL,
  year      BIGINT NOT NULL,
  code      TEXT NOT NULL,
  name      TEXT NOT NULL,
  PRIMARY KEY (centre_id, year, code)
);

-- Entries (分录): only ever added. sum_key names the row of finance_sum that the entry is part of.
CREATE TABLE finance_entry (
  centre_id TEXT NOT NULL,
  year      BIGINT NOT NULL,
  id        TEXT NOT NULL,
  sum_key   TEXT NOT NULL,
  voucher   TEXT NOT NULL,
  day       TEXT NOT NULL,
  account   TEXT NOT NULL,
  contra    TEXT NOT NULL,
  unit_id   TEXT NOT NULL,
  fund      TEXT NOT NULL,
  func      TEXT NOT NULL,
  econ      TEXT NOT NULL,
  kind      TEXT NOT NULL,
  project   TEXT NOT NULL,
  sangong   TEXT NOT NULL,
  carried   BOOLEAN NOT NULL,
  fen       BIGINT NOT NULL,
  summary   TEXT NOT NULL,
  corrects  TEXT NOT NULL,
  import_id TEXT NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  PRIMARY KEY (centre_id, year, id)
);
CREATE INDEX finance_entry_sum ON finance_entry (centre_id, year, sum_key, id);
CREATE INDEX finance_entry_voucher ON finance_entry (centre_id, year, voucher, id);

-- Sums (汇总) of the entries by everything that a table can ask for, kept in the transaction of the entry.
CREATE TABLE finance_sum (
  centre_id TEXT NOT NULL,
  year      BIGINT NOT NULL,
  sum_key   TEXT NOT NULL,
  account   TEXT NOT NULL,
  contra    TEXT NOT NULL,
  unit_id   TEXT NOT NULL,
  fund      TEXT NOT NULL,
  func      TEXT NOT NULL,
  econ      TEXT NOT NULL,
  kind      TEXT NOT NULL,
  project   TEXT NOT NULL,
  sangong   TEXT NOT NULL,
  carried   BOOLEAN NOT NULL,
  fen       BIGINT NOT NULL,
  entries   BIGINT NOT NULL,
  PRIMARY KEY (centre_id, year, sum_key)
);
CREATE INDEX finance_sum_quota ON finance_sum (centre_id, year, fund, func, kind, project);

-- Budget lines (预算指标): 年初预算 and 调整; 全年 is their sum.
CREATE TABLE finance_budget (
  centre_id TEXT NOT NULL,
  year      BIGINT NOT NULL,
  id        TEXT NOT NULL,
  phase     TEXT NOT NULL,
  unit_id   TEXT NOT NULL,
  fund      TEXT NOT NULL,
  func      TEXT NOT NULL,
  econ      TEXT NOT NULL,
  kind      TEXT NOT NULL,
  project   TEXT NOT NULL,
  sangong   TEXT NOT NULL,
  fen       BIGINT NOT NULL,
  document  TEXT NOT NULL,
  day       TEXT NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  PRIMARY KEY (centre_id, year, id)
);
CREATE INDEX finance_budget_quota ON finance_budget (centre_id, year, fund, func, kind, project);

-- Carry-over (结转结余) at both ends of the year, use of savings and their allocation.
CREATE TABLE finance_carry (
  centre_id TEXT NOT NULL,
  year      BIGINT NOT NULL,
  id        TEXT NOT NULL,
  nature    TEXT NOT NULL,
  unit_id   TEXT NOT NULL,
  fund      TEXT NOT NULL,
  func      TEXT NOT NULL,
  fen       BIGINT NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  PRIMARY KEY (centre_id, year, id)
);
CREATE UNIQUE INDEX finance_carry_once ON finance_carry (centre_id, year, nature, unit_id, fund, func);

-- Figures of the year before (上年数), in 分.
CREATE TABLE finance_prior (
  centre_id TEXT NOT NULL,
  year      BIGINT NOT NULL,
  name      TEXT NOT NULL,
  fen       BIGINT NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  PRIMARY KEY (centre_id, year, name)
);

-- Counts (实物量) and, under asset names, the assets at the end of the year.
CREATE TABLE finance_count (
  centre_id TEXT NOT NULL,
  year      BIGINT NOT NULL,
  name      TEXT NOT NULL,
  n         BIGINT NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  PRIMARY KEY (centre_id, year, name)
);

-- Procurement contracts (政府采购合同) signed in the year.
CREATE TABLE finance_contract (
  centre_id TEXT NOT NULL,
  year      BIGINT NOT NULL,
  id        TEXT NOT NULL,
  number    TEXT NOT NULL,
  name      TEXT NOT NULL,
  category  TEXT NOT NULL,
  supplier  TEXT NOT NULL,
  size      TEXT NOT NULL,
  fen       BIGINT NOT NULL,
  day       TEXT NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  PRIMARY KEY (centre_id, year, id)
);

-- Assets (资产): vehicles by kind, and equipment of 1,000,000 元 and more.
CREATE TABLE finance_asset (
  centre_id   TEXT NOT NULL,
  id          TEXT NOT NULL,
  kind        TEXT NOT NULL,
  number      TEXT NOT NULL,
  name        TEXT NOT NULL,
  fen         BIGINT NOT NULL,
  acquired_on TEXT NOT NULL,
  disposed_on TEXT NOT NULL,
  at          BIGINT NOT NULL,
  by_user     TEXT NOT NULL,
  version     BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);

-- Texts (文字): reasons of differences, duties, sections; one row a name.
CREATE TABLE finance_text (
  centre_id TEXT NOT NULL,
  year      BIGINT NOT NULL,
  name      TEXT NOT NULL,
  text      TEXT NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  PRIMARY KEY (centre_id, year, name)
);

-- Imports (导入): a file that was read and shown, and what became of it.
CREATE TABLE finance_import (
  centre_id  TEXT NOT NULL,
  year       BIGINT NOT NULL,
  id         TEXT NOT NULL,
  kind       TEXT NOT NULL,
  file       TEXT NOT NULL,
  digest     TEXT NOT NULL,
  state      TEXT NOT NULL,
  lines      BIGINT NOT NULL,
  fen        BIGINT NOT NULL,
  data       BYTEA NOT NULL,
  at         BIGINT NOT NULL,
  by_user    TEXT NOT NULL,
  PRIMARY KEY (centre_id, year, id)
);
CREATE UNIQUE INDEX finance_import_once ON finance_import (centre_id, year, kind, digest) WHERE state = 'applied';

-- Final accounts (决算): one row a revision; content is what was published, as it was hashed.
CREATE TABLE finance_account (
  centre_id    TEXT NOT NULL,
  year         BIGINT NOT NULL,
  revision     BIGINT NOT NULL,
  state        TEXT NOT NULL,
  submitted_at BIGINT NOT NULL,
  submitted_by TEXT NOT NULL,
  reviewed_at  BIGINT NOT NULL,
  reviewed_by  TEXT NOT NULL,
  approved_on  TEXT NOT NULL,
  approval_no  TEXT NOT NULL,
  approved_by  TEXT NOT NULL,
  cleared_at   BIGINT NOT NULL,
  cleared_by   TEXT NOT NULL,
  clearance    TEXT NOT NULL,
  published_on TEXT NOT NULL,
  published_at BIGINT NOT NULL,
  published_by TEXT NOT NULL,
  reason       TEXT NOT NULL,
  content      TEXT NOT NULL,
  hash         TEXT NOT NULL,
  at           BIGINT NOT NULL,
  by_user      TEXT NOT NULL,
  version      BIGINT NOT NULL,
  PRIMARY KEY (centre_id, year, revision)
);

-- Steps (经过) of the life of final accounts, in order.
CREATE TABLE finance_step (
  centre_id TEXT NOT NULL,
  year      BIGINT NOT NULL,
  id        TEXT NOT NULL,
  revision  BIGINT NOT NULL,
  action    TEXT NOT NULL,
  remark    TEXT NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  by_name   TEXT NOT NULL,
  PRIMARY KEY (centre_id, year, id)
);
