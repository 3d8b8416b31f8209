-- +goose Up
-- A return that the liaison has written and the unit's head has not confirmed yet (退单拟稿) is an ask in state 'drafted'.
ALTER TABLE hotline_ask ADD COLUMN drafted_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE hotline_ask ADD COLUMN drafted_by TEXT NOT NULL DEFAULT '';
CREATE INDEX hotline_ask_drafted ON hotline_ask (centre_id, unit_id, id) WHERE state = 'drafted';
