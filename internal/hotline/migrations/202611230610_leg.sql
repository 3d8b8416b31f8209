-- +goose Up
-- Legs (承办件) of helping units and of units below, returned legs, and what a unit has asked for.
ALTER TABLE hotline_leg ADD COLUMN parent_leg TEXT NOT NULL DEFAULT '';
ALTER TABLE hotline_leg ADD COLUMN matter TEXT NOT NULL DEFAULT '';
ALTER TABLE hotline_leg ADD COLUMN dispatched_by TEXT NOT NULL DEFAULT '';
ALTER TABLE hotline_leg ADD COLUMN designated BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE hotline_leg ADD COLUMN misdispatch BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE hotline_leg ADD COLUMN returns BIGINT NOT NULL DEFAULT 0;
ALTER TABLE hotline_leg ADD COLUMN asks BIGINT NOT NULL DEFAULT 0;
ALTER TABLE hotline_leg ADD COLUMN returned_at BIGINT NOT NULL DEFAULT 0;

-- What the caller was promised: not moved when a return gives the next unit a fresh limit.
ALTER TABLE hotline_ticket ADD COLUMN citizen_due BIGINT NOT NULL DEFAULT 0;
UPDATE hotline_ticket SET citizen_due = due;
-- Merging (并单): into which ticket, and how many were merged into this one.
ALTER TABLE hotline_ticket ADD COLUMN merged_into TEXT NOT NULL DEFAULT '';
ALTER TABLE hotline_ticket ADD COLUMN merged BIGINT NOT NULL DEFAULT 0;

-- Asks (申请): what a unit asks of the hotline office, and what was decided: returns, extensions, suspensions, helping
-- units, terminations, disputes of a rating.
CREATE TABLE hotline_ask (
  centre_id   TEXT NOT NULL,
  ticket_id   TEXT NOT NULL,
  id          TEXT NOT NULL,
  leg_id      TEXT NOT NULL,
  unit_id     TEXT NOT NULL,
  kind        TEXT NOT NULL,
  ground      TEXT NOT NULL,
  reason      TEXT NOT NULL,
  told        TEXT NOT NULL,
  days        BIGINT NOT NULL,
  review_on   TEXT NOT NULL,
  other_unit  TEXT NOT NULL,
  callback_id TEXT NOT NULL,
  due         BIGINT NOT NULL,
  state       TEXT NOT NULL,
  asked_at    BIGINT NOT NULL,
  asked_by    TEXT NOT NULL,
  decided_at  BIGINT NOT NULL,
  decided_by  TEXT NOT NULL,
  remark      TEXT NOT NULL,
  finding     TEXT NOT NULL,
  PRIMARY KEY (centre_id, ticket_id, id)
);
-- The office's queue of what waits for a decision, oldest first.
CREATE INDEX hotline_ask_waiting ON hotline_ask (centre_id, kind, id) WHERE state = 'waiting';
CREATE INDEX hotline_ask_kind ON hotline_ask (centre_id, kind, asked_at, id);
CREATE INDEX hotline_ask_unit ON hotline_ask (centre_id, unit_id, id);

-- Links between tickets: merged, or a new ticket that follows an archived one.
CREATE TABLE hotline_link (
  centre_id TEXT NOT NULL,
  ticket_id TEXT NOT NULL,
  other_id  TEXT NOT NULL,
  kind      TEXT NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  reason    TEXT NOT NULL,
  before    TEXT NOT NULL,
  ended_at  BIGINT NOT NULL,
  ended_by  TEXT NOT NULL,
  id        TEXT NOT NULL,
  PRIMARY KEY (centre_id, ticket_id, id)
);
CREATE INDEX hotline_link_other ON hotline_link (centre_id, other_id, id);

-- A call about the caller of a merged ticket; and what the hotline office found on a disputed rating.
ALTER TABLE hotline_callback ADD COLUMN about TEXT NOT NULL DEFAULT '';
ALTER TABLE hotline_callback ADD COLUMN adjudication TEXT NOT NULL DEFAULT '';
