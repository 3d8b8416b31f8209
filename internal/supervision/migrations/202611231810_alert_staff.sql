-- +goose Up
-- The alerts about one member of staff's own work, newest first.
CREATE INDEX supervision_alert_staff ON supervision_alert (centre_id, staff_id, id);
