-- +goose Up
-- The cases of a person, for himself and for another: asked for before he may be forgotten.
CREATE INDEX casework_case_applicant ON casework_case (centre_id, applicant_id, id);
CREATE INDEX casework_case_agent ON casework_case (centre_id, agent_id, id) WHERE agent_id <> '';
