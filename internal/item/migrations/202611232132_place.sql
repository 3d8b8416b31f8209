-- +goose Up
-- What is handled at a place (下放事项清单): the agreements of its windows.
CREATE INDEX item_authorization_place ON item_authorization (centre_id, site_id, id) WHERE kind = 'agreement';
