-- +goose Up
-- Destruction (销毁): when a ticket's personal data was taken out.
ALTER TABLE hotline_ticket ADD COLUMN destroyed_at BIGINT NOT NULL DEFAULT 0;
-- What is over and not yet archived, for the job of the quiet period.
CREATE INDEX hotline_ticket_quiet ON hotline_ticket (centre_id, closed_at, id) WHERE closed_at <> 0 AND archived_at = 0;
