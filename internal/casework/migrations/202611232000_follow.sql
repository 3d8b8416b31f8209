-- +goose Up
-- Which case takes an ended one up again.
CREATE INDEX casework_case_follows ON casework_case (centre_id, follows, id) WHERE follows <> '';
