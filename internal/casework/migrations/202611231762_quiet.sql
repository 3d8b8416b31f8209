-- +goose Up
-- What has ended and is not in the archive yet, the oldest end first.
CREATE INDEX casework_case_quiet ON casework_case (centre_id, closed_at, id) WHERE closed_at > 0 AND state <> 'ARCHIVED' AND state <> 'REVOKED';
