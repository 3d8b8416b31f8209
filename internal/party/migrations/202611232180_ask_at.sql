-- +goose Up
-- When somebody who waits to be forgotten is asked about again: the next night, or after a month where the reason lasts.
ALTER TABLE party_waiting ADD COLUMN ask_at BIGINT NOT NULL DEFAULT 0;
DROP INDEX party_waiting_asked;
CREATE INDEX party_waiting_ask ON party_waiting (centre_id, ask_at, person_id);
