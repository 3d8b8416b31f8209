-- +goose Up
-- Documents written before get the tokens of their ages: see postgres.go.

-- only postgres
UPDATE text_index SET tokens = tokens || array_to_tsvector((
	SELECT array_agg(DISTINCT chr(57600 + l) || (docid >> (37 + 3 * l))::text) FROM generate_series(0, 7) AS l));

-- Every search reads the index's list of what is not sorted in yet. The server's own upkeep must not hold it for long: while it
-- sleeps between two pages, no writer may shorten the list.
ALTER TABLE text_index SET (autovacuum_vacuum_cost_delay = 0);
-- end only
