-- +goose Up
-- Supervision (督办): a superior presses one unit on one ticket; the unit must reply before the ticket may close.
CREATE TABLE hotline_supervision (
  centre_id   TEXT NOT NULL,
  id          TEXT NOT NULL,
  no          TEXT NOT NULL,
  ticket_id   TEXT NOT NULL,
  ticket_no   TEXT NOT NULL,
  leg_id      TEXT NOT NULL,
  unit_id     TEXT NOT NULL,
  level       BIGINT NOT NULL,
  cause       TEXT NOT NULL,
  demand      TEXT NOT NULL,
  state       TEXT NOT NULL,
  open        BOOLEAN NOT NULL,
  due         BIGINT NOT NULL,
  provisional BOOLEAN NOT NULL,
  raised_from TEXT NOT NULL,
  opened_by   TEXT NOT NULL,
  opened_at   BIGINT NOT NULL,
  reply       TEXT NOT NULL,
  replied_by  TEXT NOT NULL,
  replied_at  BIGINT NOT NULL,
  finding     TEXT NOT NULL,
  closed_by   TEXT NOT NULL,
  closed_at   BIGINT NOT NULL,
  version     BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX hotline_supervision_open ON hotline_supervision (centre_id, due, id) WHERE open;
CREATE INDEX hotline_supervision_unit ON hotline_supervision (centre_id, unit_id, id);
CREATE INDEX hotline_supervision_done ON hotline_supervision (centre_id, id) WHERE NOT open;
CREATE INDEX hotline_supervision_ticket ON hotline_supervision (centre_id, ticket_id, id);
-- How many supervisions of a ticket are open: it cannot close before there are none.
ALTER TABLE hotline_ticket ADD COLUMN supervised BIGINT NOT NULL DEFAULT 0;

-- A card is answered by the unit that it was given to (申辩), and lifted (解除) by somebody else.
ALTER TABLE hotline_notice ADD COLUMN answer TEXT NOT NULL DEFAULT '';
ALTER TABLE hotline_notice ADD COLUMN answered_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE hotline_notice ADD COLUMN answered_by TEXT NOT NULL DEFAULT '';
ALTER TABLE hotline_notice ADD COLUMN lifted_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE hotline_notice ADD COLUMN lifted_by TEXT NOT NULL DEFAULT '';
ALTER TABLE hotline_notice ADD COLUMN lift_reason TEXT NOT NULL DEFAULT '';
-- Leaders whom a pressing notice is for; '' is every leader.
ALTER TABLE hotline_notice ADD COLUMN duty TEXT NOT NULL DEFAULT '';

-- Duty roster (值班表): the leaders on duty on a day.
CREATE TABLE hotline_duty (
  centre_id TEXT NOT NULL,
  day       TEXT NOT NULL,
  user_id   TEXT NOT NULL,
  note      TEXT NOT NULL,
  by_user   TEXT NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (centre_id, day, user_id)
);
