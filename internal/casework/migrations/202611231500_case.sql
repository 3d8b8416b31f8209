-- +goose Up
-- Visits (来访) to a window: one applicant, several cases, one receipt (一窗受理).
CREATE TABLE casework_visit (
  centre_id    TEXT NOT NULL,
  id           TEXT NOT NULL,
  no           TEXT NOT NULL,
  applicant_id TEXT NOT NULL,
  agent_id     TEXT NOT NULL,
  site_id      TEXT NOT NULL,
  window_no    TEXT NOT NULL,
  channel      TEXT NOT NULL,
  at           BIGINT NOT NULL,
  created_by   TEXT NOT NULL,
  query_bix    TEXT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX casework_visit_no ON casework_visit (centre_id, no);
CREATE UNIQUE INDEX casework_visit_query ON casework_visit (centre_id, query_bix);

-- Cases (办件).
CREATE TABLE casework_case (
  centre_id      TEXT NOT NULL,
  id             TEXT NOT NULL,
  no             TEXT NOT NULL,
  visit_id       TEXT NOT NULL,
  item_id        TEXT NOT NULL,
  version_id     TEXT NOT NULL,
  item_name      TEXT NOT NULL,
  unit_id        TEXT NOT NULL,
  site_id        TEXT NOT NULL,
  window_no      TEXT NOT NULL,
  kind           TEXT NOT NULL,
  state          TEXT NOT NULL,
  open           BOOLEAN NOT NULL,
  applicant_id   TEXT NOT NULL,
  agent_id       TEXT NOT NULL,
  channel        TEXT NOT NULL,
  received_at    BIGINT NOT NULL,
  complete_at    BIGINT NOT NULL,
  accepted_at    BIGINT NOT NULL,
  accept_mode    TEXT NOT NULL,
  decided_at     BIGINT NOT NULL,
  decision       TEXT NOT NULL,
  issued_at      BIGINT NOT NULL,
  result_no      TEXT NOT NULL,
  delivered_at   BIGINT NOT NULL,
  closed_at      BIGINT NOT NULL,
  close_code     TEXT NOT NULL,
  visits         BIGINT NOT NULL,
  notices        BIGINT NOT NULL,
  ground         TEXT NOT NULL,
  pledge_checked BOOLEAN NOT NULL,
  fee_state      TEXT NOT NULL,
  overdue_reason TEXT NOT NULL,
  follows        TEXT NOT NULL,
  handler        TEXT NOT NULL,
  reviewer       TEXT NOT NULL,
  created_by     TEXT NOT NULL,
  promise_due    BIGINT NOT NULL,
  statutory_due  BIGINT NOT NULL,
  next_due       BIGINT NOT NULL,
  alerts         BIGINT NOT NULL,
  event_seq      BIGINT NOT NULL,
  event_hash     BYTEA NOT NULL,
  version        BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX casework_case_no ON casework_case (centre_id, no);
CREATE INDEX casework_case_visit ON casework_case (centre_id, visit_id, id);
-- What is open, the nearest end first: of a site, a unit, a person, the centre.
CREATE INDEX casework_case_site ON casework_case (centre_id, site_id, next_due, id) WHERE open;
CREATE INDEX casework_case_unit ON casework_case (centre_id, unit_id, next_due, id) WHERE open;
CREATE INDEX casework_case_own ON casework_case (centre_id, created_by, next_due, id) WHERE open;
CREATE INDEX casework_case_open ON casework_case (centre_id, next_due, id) WHERE open;
CREATE INDEX casework_case_unit_state ON casework_case (centre_id, unit_id, state, next_due, id) WHERE open;
CREATE INDEX casework_case_site_state ON casework_case (centre_id, site_id, state, next_due, id) WHERE open;
-- What has ended, the newest first.
CREATE INDEX casework_case_site_done ON casework_case (centre_id, site_id, id) WHERE NOT open;
CREATE INDEX casework_case_unit_done ON casework_case (centre_id, unit_id, id) WHERE NOT open;
CREATE INDEX casework_case_own_done ON casework_case (centre_id, created_by, id) WHERE NOT open;
CREATE INDEX casework_case_done ON casework_case (centre_id, id) WHERE NOT open;
CREATE INDEX casework_case_twice ON casework_case (centre_id, applicant_id, item_id) WHERE open;

-- Events (办理记录) of a case, each with the SM3 of its content and of the event before it.
CREATE TABLE casework_event (
  centre_id  TEXT NOT NULL,
  case_id    TEXT NOT NULL,
  seq        BIGINT NOT NULL,
  action     TEXT NOT NULL,
  was        TEXT NOT NULL,
  state      TEXT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id   TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  unit_id    TEXT NOT NULL,
  authority  TEXT NOT NULL,
  at         BIGINT NOT NULL,
  text       TEXT NOT NULL,
  text_salt  TEXT NOT NULL,
  text_seal  TEXT NOT NULL,
  data       TEXT NOT NULL,
  hash       BYTEA NOT NULL,
  PRIMARY KEY (centre_id, case_id, seq)
);

-- Clocks (时钟) of a case.
CREATE TABLE casework_clock (
  centre_id         TEXT NOT NULL,
  case_id           TEXT NOT NULL,
  id                TEXT NOT NULL,
  kind              TEXT NOT NULL,
  step              TEXT NOT NULL,
  body              TEXT NOT NULL,
  unit              TEXT NOT NULL,
  due               BIGINT NOT NULL,
  provisional       BOOLEAN NOT NULL,
  running           BOOLEAN NOT NULL,
  stopped_at        BIGINT NOT NULL,
  calendar_revision BIGINT NOT NULL,
  PRIMARY KEY (centre_id, case_id, id)
);
CREATE INDEX casework_clock_running ON casework_clock (centre_id, calendar_revision, id) WHERE running;

-- Materials (材料) of a case.
CREATE TABLE casework_material (
  centre_id   TEXT NOT NULL,
  case_id     TEXT NOT NULL,
  material_id TEXT NOT NULL,
  name        TEXT NOT NULL,
  state       TEXT NOT NULL,
  at          BIGINT NOT NULL,
  PRIMARY KEY (centre_id, case_id, material_id)
);

-- Proposals (呈批) that somebody else must decide.
CREATE TABLE casework_proposal (
  centre_id   TEXT NOT NULL,
  case_id     TEXT NOT NULL,
  id          TEXT NOT NULL,
  kind        TEXT NOT NULL,
  body        TEXT NOT NULL,
  reason      TEXT NOT NULL,
  unit_id     TEXT NOT NULL,
  state       TEXT NOT NULL,
  proposed_by TEXT NOT NULL,
  proposed_at BIGINT NOT NULL,
  decided_by  TEXT NOT NULL,
  decided_at  BIGINT NOT NULL,
  answer      TEXT NOT NULL,
  PRIMARY KEY (centre_id, case_id, id)
);
CREATE UNIQUE INDEX casework_proposal_once ON casework_proposal (centre_id, case_id, kind) WHERE state = 'open';
CREATE INDEX casework_proposal_unit ON casework_proposal (centre_id, unit_id, id) WHERE state = 'open';
CREATE INDEX casework_proposal_open ON casework_proposal (centre_id, id) WHERE state = 'open';

-- Vouchers (文书): what was told to the applicant, as it was told.
CREATE TABLE casework_voucher (
  centre_id  TEXT NOT NULL,
  id         TEXT NOT NULL,
  kind       TEXT NOT NULL,
  no         TEXT NOT NULL,
  case_id    TEXT NOT NULL,
  visit_id   TEXT NOT NULL,
  unit_id    TEXT NOT NULL,
  site_id    TEXT NOT NULL,
  day        TEXT NOT NULL,
  body       TEXT NOT NULL,
  issued_by  TEXT NOT NULL,
  issued_at  BIGINT NOT NULL,
  printed_at BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX casework_voucher_no ON casework_voucher (centre_id, no);
CREATE INDEX casework_voucher_case ON casework_voucher (centre_id, case_id, id);
CREATE INDEX casework_voucher_waiting ON casework_voucher (centre_id, site_id, id) WHERE printed_at = 0;
CREATE INDEX casework_voucher_visit ON casework_voucher (centre_id, visit_id, id);

-- Numbers given out: of cases, visits and each kind of voucher in a year.
CREATE TABLE casework_number (
  centre_id TEXT NOT NULL,
  series    TEXT NOT NULL,
  n         BIGINT NOT NULL,
  PRIMARY KEY (centre_id, series)
);

-- Alerts (预警) about a case: once for a clock and a rung.
CREATE TABLE casework_alert (
  centre_id   TEXT NOT NULL,
  id          TEXT NOT NULL,
  case_id     TEXT NOT NULL,
  clock_id    TEXT NOT NULL,
  rung        TEXT NOT NULL,
  level       TEXT NOT NULL,
  kind        TEXT NOT NULL,
  text        TEXT NOT NULL,
  unit_id     TEXT NOT NULL,
  site_id     TEXT NOT NULL,
  state       TEXT NOT NULL,
  open        BOOLEAN NOT NULL,
  at          BIGINT NOT NULL,
  due         BIGINT NOT NULL,
  proposed_by TEXT NOT NULL,
  proposed_at BIGINT NOT NULL,
  reason      TEXT NOT NULL,
  lifted_by   TEXT NOT NULL,
  lifted_at   BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX casework_alert_rung ON casework_alert (centre_id, clock_id, rung);
CREATE INDEX casework_alert_case ON casework_alert (centre_id, case_id, id);
CREATE INDEX casework_alert_open ON casework_alert (centre_id, id) WHERE open;
CREATE INDEX casework_alert_unit ON casework_alert (centre_id, unit_id, id) WHERE open;
CREATE INDEX casework_alert_site ON casework_alert (centre_id, site_id, id) WHERE open;
