-- +goose Up
-- The day on which the department replied to the units below it (批复下级单位), within fifteen days of the reply to itself.
ALTER TABLE finance_account ADD COLUMN replied_on TEXT NOT NULL DEFAULT '';
