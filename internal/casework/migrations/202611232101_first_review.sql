-- +goose Up
-- The lower organ that accepted and reviews first (初审), and when it reported.
ALTER TABLE casework_case ADD COLUMN first_unit_id TEXT NOT NULL DEFAULT '';
ALTER TABLE casework_case ADD COLUMN first_at BIGINT NOT NULL DEFAULT 0;
