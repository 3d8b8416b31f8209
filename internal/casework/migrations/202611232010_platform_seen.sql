-- +goose Up
-- When an import last had a row, changed or not: an open case of the platform is known to be open until then. The indexes are for
-- the figures of the hall, which count what is not the same as a case of ours.
ALTER TABLE casework_platform ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX casework_platform_alone ON casework_platform (centre_id, original_time) WHERE case_id = '';
CREATE INDEX casework_platform_closed ON casework_platform (centre_id, closed_at) WHERE case_id = '' AND closed_at > 0;
CREATE INDEX casework_platform_due ON casework_platform (centre_id, due_at) WHERE case_id = '' AND due_at > 0;
