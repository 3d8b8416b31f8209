-- +goose Up
-- Sealed texts of events: the chain holds the SM3 of salt and text in the place of the text, so that the text of a
-- destroyed ticket can go while its chain still holds. An event from before has neither.
ALTER TABLE hotline_event ADD COLUMN text_salt TEXT NOT NULL DEFAULT '';
ALTER TABLE hotline_event ADD COLUMN text_seal TEXT NOT NULL DEFAULT '';
