-- +goose Up
-- What a case took, counted when it was accepted, refused and decided, so that a later calendar changes no figure of it
-- (指标). accept_minutes: office time from the last complete submission; used_days: working days consumed from acceptance to
-- decision; stopped_days: working days taken out by special procedures; stopped_near: one of them began in the last two
-- working days of the promise; std_minutes: standard time of the item's version. The two flags say whether they are known.
ALTER TABLE casework_case ADD COLUMN accept_timed BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE casework_case ADD COLUMN accept_minutes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE casework_case ADD COLUMN decide_timed BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE casework_case ADD COLUMN used_days BIGINT NOT NULL DEFAULT 0;
ALTER TABLE casework_case ADD COLUMN stops BIGINT NOT NULL DEFAULT 0;
ALTER TABLE casework_case ADD COLUMN stopped_days BIGINT NOT NULL DEFAULT 0;
ALTER TABLE casework_case ADD COLUMN stopped_near BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE casework_case ADD COLUMN std_minutes BIGINT NOT NULL DEFAULT 0;
-- What figures of a period count: cases by the day on which they ended, fell due or came in, each with what the measures look
-- at, so that a month is read from the index alone.
CREATE INDEX casework_case_closed ON casework_case (centre_id, closed_at, id, unit_id, site_id, item_id, kind, received_at, accepted_at, decided_at, close_code, ground, visits, notices,
  promise_due, statutory_due, accept_timed, accept_minutes, decide_timed, used_days, stops, stopped_days, stopped_near, std_minutes, created_by) WHERE closed_at > 0;
CREATE INDEX casework_case_promise ON casework_case (centre_id, promise_due, id, unit_id, site_id, item_id, state, decided_at, closed_at, close_code, ground, created_by) WHERE promise_due > 0;
CREATE INDEX casework_case_statutory ON casework_case (centre_id, statutory_due, id, unit_id, site_id, item_id, state, decided_at, closed_at, close_code, ground, created_by) WHERE statutory_due > 0;
CREATE INDEX casework_case_received ON casework_case (centre_id, received_at, id, unit_id, site_id, item_id, notices, created_by);
-- The centre's open cases of one state, the nearest end first.
CREATE INDEX casework_case_state ON casework_case (centre_id, state, next_due, id) WHERE open;
