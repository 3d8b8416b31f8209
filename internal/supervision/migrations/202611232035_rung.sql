-- +goose Up
-- Once for a clock and a rung, as before: a clock belongs to one case, so one index finds the alerts of a case as well.
CREATE UNIQUE INDEX supervision_alert_climbed ON supervision_alert (centre_id, case_id, clock_id, rung);
DROP INDEX supervision_alert_rung;
DROP INDEX supervision_alert_case;
