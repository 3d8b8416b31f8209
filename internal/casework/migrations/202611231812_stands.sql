-- +goose Up
-- Until when a special procedure keeps the limits of the decision still: the projection of the clocks, as promise_due is. What is
-- late asks it and not the state. 9223372036854775807: until somebody ends the procedure.
ALTER TABLE casework_case ADD COLUMN stands_until BIGINT NOT NULL DEFAULT 0;
-- Cases in a special procedure now: the watch of each looks at once whether it has a planned end, and whether that is past.
UPDATE casework_case SET stands_until = 9223372036854775807 WHERE open AND state = 'SUSPENDED';
INSERT INTO job (id, centre_id, kind, key, args, state, run_at, attempt, lease_until, last_error, created_at, created_by)
  SELECT 'stands-' || id, centre_id, 'casework.watch', id, '{"case":"' || id || '"}', 'ready', 1, 0, 0, '', received_at, '' FROM casework_case WHERE open AND state = 'SUSPENDED'
  ON CONFLICT (centre_id, kind, key) WHERE key <> '' DO UPDATE SET run_at = excluded.run_at;
-- What fell due is read from its index alone: it looks at stands_until where it looked at the state.
DROP INDEX casework_case_promise;
DROP INDEX casework_case_statutory;
CREATE INDEX casework_case_promise ON casework_case (centre_id, promise_due, id, unit_id, site_id, item_id, stands_until, decided_at, closed_at, close_code, ground, created_by) WHERE promise_due > 0;
CREATE INDEX casework_case_statutory ON casework_case (centre_id, statutory_due, id, unit_id, site_id, item_id, stands_until, decided_at, closed_at, close_code, ground, created_by) WHERE statutory_due > 0;
