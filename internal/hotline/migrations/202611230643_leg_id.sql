-- +goose Up
-- Legs by their ids alone: what a search of replies gives.
CREATE INDEX hotline_leg_id ON hotline_leg (centre_id, id);
