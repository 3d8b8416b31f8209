-- +goose Up
-- How far supervision has climbed on a clock: 0 not at all, 1 reminded, 2 yellow, 3 red, or nothing more to say.
ALTER TABLE casework_clock ADD COLUMN alerted BIGINT NOT NULL DEFAULT 0;
CREATE INDEX casework_clock_climb ON casework_clock (centre_id, alerted, due, id) WHERE running;
-- What supervision looks for afterwards: decisions, and special procedures with what was refused.
CREATE INDEX casework_case_decided ON casework_case (centre_id, decided_at, id) WHERE decided_at > 0;
CREATE INDEX casework_event_noted ON casework_event (centre_id, at) WHERE action IN ('suspend', 'extend', 'attempt');
-- What was paid for a case, in 分; 0 where nobody wrote it down.
ALTER TABLE casework_case ADD COLUMN fee_paid BIGINT NOT NULL DEFAULT 0;
