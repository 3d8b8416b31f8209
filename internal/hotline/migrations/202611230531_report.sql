-- +goose Up
-- Cohorts of the reports (统计口径): what falls into a period, each found by one range of an index that is no longer
-- than the period. A leg's outcome is frozen when its reply is accepted, so these rows are written once.
CREATE INDEX hotline_leg_outcome ON hotline_leg (centre_id, due, unit_id, outcome, id) WHERE outcome <> '';
-- Replies that wait for review: what was handed in after its due is late already.
CREATE INDEX hotline_leg_submitted ON hotline_leg (centre_id, due, id) WHERE state = 'SUBMITTED';
CREATE INDEX hotline_ticket_accepted ON hotline_ticket (centre_id, accepted_at, id, close_kind, closed_at, area) WHERE accepted_at <> 0;
CREATE INDEX hotline_ticket_closed ON hotline_ticket (centre_id, closed_at, id) WHERE close_kind <> '';
CREATE INDEX hotline_callback_reached ON hotline_callback (centre_id, at, id, ticket_id, round, result) WHERE reached;

-- Notices are seen by each side for itself: a unit that has seen its card does not take it off the office's list.
ALTER TABLE hotline_notice ADD COLUMN office_seen_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE hotline_notice ADD COLUMN office_seen_by TEXT NOT NULL DEFAULT '';
ALTER TABLE hotline_notice ADD COLUMN duty_seen_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE hotline_notice ADD COLUMN duty_seen_by TEXT NOT NULL DEFAULT '';
CREATE INDEX hotline_notice_unit_new ON hotline_notice (centre_id, unit_id, id) WHERE seen_at = 0;
CREATE INDEX hotline_notice_office ON hotline_notice (centre_id, id) WHERE audience <> 'unit';
CREATE INDEX hotline_notice_office_new ON hotline_notice (centre_id, id) WHERE audience <> 'unit' AND office_seen_at = 0;
CREATE INDEX hotline_notice_duty ON hotline_notice (centre_id, id) WHERE audience = 'duty';
CREATE INDEX hotline_notice_duty_new ON hotline_notice (centre_id, id) WHERE audience = 'duty' AND duty_seen_at = 0;
-- Calls after the first of a round, to tell whether a call was the caller's last word.
CREATE INDEX hotline_callback_again ON hotline_callback (centre_id, ticket_id, round, id) WHERE reached AND attempt > 1;
