-- +goose Up
-- The month of many people reads punches from the index alone.
DROP INDEX workforce_punch_at;
CREATE INDEX workforce_punch_read ON workforce_punch (centre_id, user_id, at, method, outage_id);
