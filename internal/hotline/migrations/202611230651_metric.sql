-- +goose Up
-- What the metrics (指标) count, kept where it is counted: written once with the fact itself.
-- The end of the first contact (先行联系): one working day after the limit of signing; 0 where none is wanted or known.
ALTER TABLE hotline_leg ADD COLUMN contact_due BIGINT NOT NULL DEFAULT 0;
-- Handling time from dispatch to the accepted reply without suspensions; -1 where it is not known.
ALTER TABLE hotline_leg ADD COLUMN work_minutes BIGINT NOT NULL DEFAULT -1;
ALTER TABLE hotline_leg ADD COLUMN wall_minutes BIGINT NOT NULL DEFAULT -1;
UPDATE hotline_leg SET wall_minutes = (submitted_at - dispatched_at) / 60000 WHERE outcome IN ('on_time', 'late') AND submitted_at >= dispatched_at;

-- A call-back knows whose work it rates, which matter, and whether it is the caller's last word in its round.
ALTER TABLE hotline_callback ADD COLUMN unit_id TEXT NOT NULL DEFAULT '';
ALTER TABLE hotline_callback ADD COLUMN category TEXT NOT NULL DEFAULT '';
ALTER TABLE hotline_callback ADD COLUMN final BOOLEAN NOT NULL DEFAULT FALSE;
-- One look at the ticket for the round that goes on; earlier rounds are few. Later calls of a round are in an index of
-- their own, which is dropped below.
UPDATE hotline_callback SET
  unit_id = COALESCE((SELECT t.unit_id FROM hotline_ticket t WHERE t.centre_id = hotline_callback.centre_id AND t.id = hotline_callback.ticket_id AND t.round = hotline_callback.round),
    (SELECT MIN(l.unit_id) FROM hotline_leg l WHERE l.centre_id = hotline_callback.centre_id AND l.ticket_id = hotline_callback.ticket_id AND l.round = hotline_callback.round AND l.role = 'lead'), ''),
  category = COALESCE((SELECT t.category FROM hotline_ticket t WHERE t.centre_id = hotline_callback.centre_id AND t.id = hotline_callback.ticket_id), ''),
  final = reached AND NOT EXISTS (SELECT 1 FROM hotline_callback b WHERE b.centre_id = hotline_callback.centre_id AND b.ticket_id = hotline_callback.ticket_id AND b.round = hotline_callback.round AND b.id > hotline_callback.id AND b.reached AND b.attempt > 1);
UPDATE hotline_callback SET adjudication = 'unreasonable' WHERE result = '不满意' AND EXISTS
  (SELECT 1 FROM hotline_ticket t WHERE t.centre_id = hotline_callback.centre_id AND t.id = hotline_callback.ticket_id AND t.close_kind = 'adjudicated' AND t.round = hotline_callback.round);

-- Each cohort is one range of an index that is no longer than its period and holds all that is counted.
DROP INDEX hotline_leg_outcome;
DROP INDEX hotline_ticket_accepted;
DROP INDEX hotline_ticket_closed;
DROP INDEX hotline_callback_reached;
DROP INDEX IF EXISTS hotline_callback_again;
CREATE INDEX hotline_leg_settled ON hotline_leg (centre_id, due, unit_id, outcome, role, ext_count, contact_due, contacted_at, work_minutes, wall_minutes, solved, id, ticket_id) WHERE outcome <> '';
CREATE INDEX hotline_leg_signed ON hotline_leg (centre_id, sign_due, unit_id, role, signed_at, id, ticket_id) WHERE signed_at <> 0 AND outcome <> 'na';
CREATE INDEX hotline_leg_void ON hotline_leg (centre_id, sign_due, unit_id, role, id, ticket_id) WHERE outcome = 'na';
CREATE INDEX hotline_leg_sent ON hotline_leg (centre_id, dispatched_at, unit_id, role, misdispatch, dispatched_by, id, ticket_id);
CREATE INDEX hotline_leg_again ON hotline_leg (centre_id, dispatched_at, id, ticket_id, round, unit_id) WHERE round > 1 AND role = 'lead';
CREATE INDEX hotline_ticket_accepted ON hotline_ticket (centre_id, accepted_at, unit_id, close_kind, closed_at, due, area, merged_into, caller_id, category, created_at, id) WHERE accepted_at <> 0;
-- A caller's earlier tickets, with what tells a repeated request.
DROP INDEX hotline_ticket_caller;
CREATE INDEX hotline_ticket_caller ON hotline_ticket (centre_id, caller_id, id, category, created_at) WHERE caller_id <> '';
CREATE INDEX hotline_ticket_closed ON hotline_ticket (centre_id, closed_at, unit_id, close_kind, id) WHERE close_kind <> '';
CREATE INDEX hotline_callback_at ON hotline_callback (centre_id, at, unit_id, final, reached, result, attitude, solved, adjudication, category, about, round, attempt, id, ticket_id);

-- Categories whose ratings do not count (不计满意率的分类), such as enforcement and mediation; a category covers those below it.
CREATE TABLE hotline_unrated (
  centre_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  category  TEXT NOT NULL,
  basis     TEXT NOT NULL,
  at        BIGINT NOT NULL,
  by_user   TEXT NOT NULL,
  ended_at  BIGINT NOT NULL,
  ended_by  TEXT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
