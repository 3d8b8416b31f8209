-- +goose Up
-- A department's own hall is set up with approval: the document that says so.
ALTER TABLE org_site ADD COLUMN approval TEXT NOT NULL DEFAULT '';
