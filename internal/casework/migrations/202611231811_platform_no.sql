-- +goose Up
-- A number of the platform is looked for whatever its source.
CREATE INDEX casework_platform_external ON casework_platform (centre_id, external_no, id);
