-- +goose Up
-- The rank (职级) of whoever is posted; a chief representative has 股级 at least. '' where it was not asked for.
ALTER TABLE workforce_posting ADD COLUMN grade TEXT NOT NULL DEFAULT '';
