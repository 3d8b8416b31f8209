-- +goose Up
-- Items (事项) of the hall and packages of them (一件事).
CREATE TABLE item_item (
  centre_id  TEXT NOT NULL,
  id         TEXT NOT NULL,
  code       TEXT NOT NULL,
  unit_id    TEXT NOT NULL,
  site_id    TEXT NOT NULL,
  package    BOOLEAN NOT NULL,
  name       TEXT NOT NULL,
  kind       TEXT NOT NULL,
  state      TEXT NOT NULL,
  versions   BIGINT NOT NULL,
  source     TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version    BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX item_item_code ON item_item (centre_id, code);
CREATE INDEX item_item_unit ON item_item (centre_id, unit_id, id);
CREATE INDEX item_item_state ON item_item (centre_id, state, id);
CREATE INDEX item_item_unit_state ON item_item (centre_id, unit_id, state, id);
CREATE INDEX item_item_site ON item_item (centre_id, site_id, id);

-- What an item says from a day on (事项版本).
CREATE TABLE item_version (
  centre_id      TEXT NOT NULL,
  id             TEXT NOT NULL,
  item_id        TEXT NOT NULL,
  no             BIGINT NOT NULL,
  state          TEXT NOT NULL,
  effective_from TEXT NOT NULL,
  ends_on        TEXT NOT NULL,
  reason         TEXT NOT NULL,
  content        TEXT NOT NULL,
  hash           TEXT NOT NULL,
  drafted_by     TEXT NOT NULL,
  reviewed_by    TEXT NOT NULL,
  published_by   TEXT NOT NULL,
  published_at   BIGINT NOT NULL,
  created_at     BIGINT NOT NULL,
  revision       BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX item_version_no ON item_version (centre_id, item_id, no);

-- Every step that a version took, with who and why.
CREATE TABLE item_step (
  centre_id  TEXT NOT NULL,
  id         TEXT NOT NULL,
  item_id    TEXT NOT NULL,
  version_id TEXT NOT NULL,
  action     TEXT NOT NULL,
  from_state TEXT NOT NULL,
  to_state   TEXT NOT NULL,
  remark     TEXT NOT NULL,
  at         BIGINT NOT NULL,
  by_user    TEXT NOT NULL,
  by_name    TEXT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX item_step_item ON item_step (centre_id, item_id, id);

-- Which guides (办事指南) the public may read: one row an item whose version is or will be in force.
CREATE TABLE item_guide (
  centre_id  TEXT NOT NULL,
  item_id    TEXT NOT NULL,
  version_id TEXT NOT NULL,
  unit_id    TEXT NOT NULL,
  package    BOOLEAN NOT NULL,
  name       TEXT NOT NULL,
  PRIMARY KEY (centre_id, item_id)
);
CREATE INDEX item_guide_unit ON item_guide (centre_id, unit_id, item_id);

-- Themes (主题) of guides, for looking them up.
CREATE TABLE item_guide_theme (
  centre_id TEXT NOT NULL,
  theme     TEXT NOT NULL,
  item_id   TEXT NOT NULL,
  PRIMARY KEY (centre_id, theme, item_id)
);
CREATE INDEX item_guide_theme_item ON item_guide_theme (centre_id, item_id);

-- 授权书 and 委托受理协议.
CREATE TABLE item_authorization (
  centre_id    TEXT NOT NULL,
  id           TEXT NOT NULL,
  kind         TEXT NOT NULL,
  unit_id      TEXT NOT NULL,
  user_id      TEXT NOT NULL,
  site_id      TEXT NOT NULL,
  grantee      TEXT NOT NULL,
  powers       TEXT NOT NULL,
  amount_cap   BIGINT NOT NULL,
  valid_from   TEXT NOT NULL,
  valid_to     TEXT NOT NULL,
  doc_no       TEXT NOT NULL,
  state        TEXT NOT NULL,
  replaces     TEXT NOT NULL,
  reason       TEXT NOT NULL,
  drafted_by   TEXT NOT NULL,
  issued_by    TEXT NOT NULL,
  filed_by     TEXT NOT NULL,
  published_by TEXT NOT NULL,
  published_on TEXT NOT NULL,
  ended_on     TEXT NOT NULL,
  created_at   BIGINT NOT NULL,
  updated_at   BIGINT NOT NULL,
  version      BIGINT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE UNIQUE INDEX item_authorization_no ON item_authorization (centre_id, unit_id, doc_no);
CREATE INDEX item_authorization_user ON item_authorization (centre_id, user_id, id);
CREATE INDEX item_authorization_state ON item_authorization (centre_id, state, id);
CREATE INDEX item_authorization_unit_state ON item_authorization (centre_id, unit_id, state, id);

-- The items of an authorization.
CREATE TABLE item_authorization_item (
  centre_id        TEXT NOT NULL,
  item_id          TEXT NOT NULL,
  authorization_id TEXT NOT NULL,
  PRIMARY KEY (centre_id, item_id, authorization_id)
);
CREATE INDEX item_authorization_item_of ON item_authorization_item (centre_id, authorization_id);

-- Steps of authorizations.
CREATE TABLE item_authorization_step (
  centre_id        TEXT NOT NULL,
  id               TEXT NOT NULL,
  authorization_id TEXT NOT NULL,
  action           TEXT NOT NULL,
  from_state       TEXT NOT NULL,
  to_state         TEXT NOT NULL,
  remark           TEXT NOT NULL,
  at               BIGINT NOT NULL,
  by_user          TEXT NOT NULL,
  by_name          TEXT NOT NULL,
  PRIMARY KEY (centre_id, id)
);
CREATE INDEX item_authorization_step_of ON item_authorization_step (centre_id, authorization_id, id);

-- Notices before an authorization expires: one for each rung.
CREATE TABLE item_expiry_notice (
  centre_id        TEXT NOT NULL,
  authorization_id TEXT NOT NULL,
  rung             BIGINT NOT NULL,
  due              TEXT NOT NULL,
  at               BIGINT NOT NULL,
  PRIMARY KEY (centre_id, authorization_id, rung)
);
