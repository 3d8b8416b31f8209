-- +goose Up
-- Units that help the lead unit of a line of the dispatch catalogue (协办单位), ids separated by spaces.
ALTER TABLE hotline_rule ADD COLUMN helpers TEXT NOT NULL DEFAULT '';
-- Tickets accepted in a month by category and area, to try a catalogue on.
CREATE INDEX hotline_ticket_sent ON hotline_ticket (centre_id, accepted_at, category, area, unit_id, no) WHERE accepted_at <> 0 AND unit_id <> '';
