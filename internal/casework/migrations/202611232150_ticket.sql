-- +goose Up
-- The number (号票) that was being served where a visit was received; '' where nobody was served under a number.
ALTER TABLE casework_visit ADD COLUMN ticket_id TEXT NOT NULL DEFAULT '';
CREATE INDEX casework_visit_ticket ON casework_visit (centre_id, ticket_id) WHERE ticket_id <> '';
