-- +goose Up
-- When the reason of a late case was published to anybody; 0 for those that were written for the applicant alone.
ALTER TABLE casework_case ADD COLUMN overdue_public_at BIGINT NOT NULL DEFAULT 0;
DROP INDEX casework_case_explained;
CREATE INDEX casework_case_published ON casework_case (centre_id, id) WHERE overdue_public_at > 0;
-- Declarations from before their checks had a result and a limit of their own, until they are carried over.
CREATE INDEX casework_case_unsettled ON casework_case (centre_id, id)
	WHERE accept_mode = 'pledged' AND (pledge_checked AND pledge_state = '' OR NOT pledge_checked AND check_due = 0 AND decision = 'granted' AND state <> 'REVOKED' AND state <> 'ARCHIVED');
