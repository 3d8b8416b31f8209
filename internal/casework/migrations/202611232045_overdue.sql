-- +goose Up
-- What is open, not decided and has a promise, the nearest end first: the leader's page counts those past it.
CREATE INDEX casework_case_overdue ON casework_case (centre_id, promise_due, stands_until, unit_id, site_id, created_by) WHERE open AND decided_at = 0 AND promise_due > 0;
