-- +goose Up
-- What somebody at a window took down himself and what is open of it, the nearest end first.
CREATE INDEX complaint_matter_own_open ON complaint_matter (centre_id, created_by, kind, next_due, id) WHERE open;
