-- +goose Up
-- Whether the matter's record is in the archive (归档入库); those that ended before this migration are taken by the same night job.
ALTER TABLE complaint_matter ADD COLUMN deposited BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX complaint_matter_undeposited ON complaint_matter (centre_id, closed_at, id) WHERE NOT open AND NOT deposited;
