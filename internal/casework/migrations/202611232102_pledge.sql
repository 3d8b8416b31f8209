-- +goose Up
-- What the check of a declaration (告知承诺) came to, and by when it is due.
ALTER TABLE casework_case ADD COLUMN pledge_state TEXT NOT NULL DEFAULT '';
ALTER TABLE casework_case ADD COLUMN check_due BIGINT NOT NULL DEFAULT 0;
-- The list of declarations that are to be checked, or that were false and are not revoked.
CREATE INDEX casework_case_pledge ON casework_case (centre_id, check_due, id)
	WHERE accept_mode = 'pledged' AND decision = 'granted' AND state <> 'REVOKED' AND state <> 'ARCHIVED' AND (NOT pledge_checked OR pledge_state = 'false');
