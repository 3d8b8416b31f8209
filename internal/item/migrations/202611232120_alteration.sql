-- +goose Up
-- Changes of the directory (事项变动): what is suspended, resumed, cancelled, split or merged, by whom and from which day.
CREATE TABLE item_alteration (
  centre_id    TEXT NOT NULL,
  id           TEXT NOT NULL,
  unit_id      TEXT NOT NULL,
  site_id      TEXT NOT NULL,
  kind         TEXT NOT NULL,
  state        TEXT NOT NULL,
  day          TEXT NOT NULL,
  reason       TEXT NOT NULL,
  drafted_by   TEXT NOT NULL,
  reviewed_by  TEXT NOT NULL,
  published_by TEXT NOT NULL,
  published_at BIGINT NOT NULL,
  created_at   BIGINT NOT NULL,
  version      BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX item_alteration_state ON item_alteration (centre_id, state, id);
CREATE INDEX item_alteration_unit ON item_alteration (centre_id, unit_id, id);
CREATE INDEX item_alteration_site ON item_alteration (centre_id, site_id, id);

-- The items of a change: those that it ends or holds up, and their successors.
CREATE TABLE item_alteration_item (
  centre_id     TEXT NOT NULL,
  item_id       TEXT NOT NULL,
  alteration_id TEXT NOT NULL,
  successor     BOOLEAN NOT NULL,
  drafted       BOOLEAN NOT NULL,
  pos           BIGINT NOT NULL,
  PRIMARY KEY (centre_id, item_id, alteration_id)
);
CREATE INDEX item_alteration_item_of ON item_alteration_item (centre_id, alteration_id, pos);

-- Every step that a change took, with who and why.
CREATE TABLE item_alteration_step (
  centre_id     TEXT NOT NULL,
  id            TEXT NOT NULL,
  alteration_id TEXT NOT NULL,
  action        TEXT NOT NULL,
  from_state    TEXT NOT NULL,
  to_state      TEXT NOT NULL,
  remark        TEXT NOT NULL,
  at            BIGINT NOT NULL,
  by_user       TEXT NOT NULL,
  by_name       TEXT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX item_alteration_step_of ON item_alteration_step (centre_id, alteration_id, id);
