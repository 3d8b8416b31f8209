-- +goose Up
-- Open legs of an older program are looked at once, so that the demands that it did not know (催办通知书) are given.
INSERT INTO job (id, centre_id, kind, key, args, state, run_at, attempt, lease_until, last_error, created_at, created_by)
  SELECT 'rewatch-' || centre_id, centre_id, 'hotline.rewatch', '', '{}', 'ready', 0, 0, 0, '', 0, '' FROM hotline_rulebook;

-- From when and for how many working days a supervision's reply is due, so that a new calendar moves its end.
ALTER TABLE hotline_supervision ADD COLUMN since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE hotline_supervision ADD COLUMN days BIGINT NOT NULL DEFAULT 3;
UPDATE hotline_supervision SET since = opened_at;
