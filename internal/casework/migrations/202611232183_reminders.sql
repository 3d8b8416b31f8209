-- +goose Up
-- Whether who came agreed to be told that a licence ends (证照期满提醒): until now he was asked for invitations to rate only.
ALTER TABLE casework_case ADD COLUMN reminders BOOLEAN NOT NULL DEFAULT FALSE;
