-- +goose Up
-- Data that upper levels gave back to this one (数据回流). An entry is never changed; one that is wrong is struck out with a reason.
CREATE TABLE exchange_backflow (
  centre_id   TEXT NOT NULL,
  id          TEXT NOT NULL,
  no          TEXT NOT NULL,
  day         TEXT NOT NULL,
  provider    TEXT NOT NULL,
  name        TEXT NOT NULL,
  fields      TEXT NOT NULL,
  first_day   TEXT NOT NULL,
  last_day    TEXT NOT NULL,
  records     BIGINT NOT NULL,
  unit_id     TEXT NOT NULL,
  site_id     TEXT NOT NULL,
  purpose     TEXT NOT NULL,
  document    TEXT NOT NULL,
  created_by  TEXT NOT NULL,
  created_at  BIGINT NOT NULL,
  struck_by   TEXT NOT NULL,
  struck_at   BIGINT NOT NULL,
  reason      TEXT NOT NULL,
  version     BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX exchange_backflow_unit ON exchange_backflow (centre_id, unit_id, id);
CREATE INDEX exchange_backflow_site ON exchange_backflow (centre_id, site_id, id);
