-- +goose Up
-- The number of a star's certificate is given once.
CREATE UNIQUE INDEX honour_candidate_no ON honour_candidate (centre_id, no) WHERE no <> '';
