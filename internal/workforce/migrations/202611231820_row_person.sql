-- +goose Up
-- A person's archive reads the latest locked months of that person alone.
CREATE INDEX workforce_row_user ON workforce_row (centre_id, user_id, month);
