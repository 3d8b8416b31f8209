-- +goose Up
-- Late cases, or open ones that may become late, of which nobody has said why.
CREATE INDEX casework_case_unexplained ON casework_case (centre_id, promise_due, id)
	WHERE overdue_reason = '' AND promise_due > 0 AND state <> 'REVOKED' AND state <> 'ARCHIVED' AND (open AND decided_at = 0 OR decided_at >= promise_due);
-- Late cases whose reason was published.
CREATE INDEX casework_case_explained ON casework_case (centre_id, id) WHERE overdue_reason <> '';
