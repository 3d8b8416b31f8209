-- +goose Up
-- Whether who came agreed to short messages (同意接收短信); nobody did before he was asked.
ALTER TABLE casework_visit ADD COLUMN messages BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE casework_case ADD COLUMN messages BOOLEAN NOT NULL DEFAULT FALSE;
