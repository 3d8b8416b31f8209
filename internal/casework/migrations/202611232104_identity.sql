-- +goose Up
-- How who came was identified (身份核验), and by what an agent acts (代办授权). Who looked and when are those of the visit.
ALTER TABLE casework_visit ADD COLUMN identity TEXT NOT NULL DEFAULT '';
ALTER TABLE casework_visit ADD COLUMN agent_authority TEXT NOT NULL DEFAULT '';
