-- +goose Up
-- Documents written before get the tokens of their ages: see postgres.go.

-- only postgres
UPDATE text_index SET tokens = tokens || array_to_tsvector((
	SELECT array_agg(DISTINCT chr(57600 + l) || (docid >> (37 + 3 * l))::text) FROM generate_series(0, 7) AS l));
-- end only
