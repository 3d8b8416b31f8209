-- +goose Up
-- Every search reads the index's list of what is not sorted in yet, and suggestions search some twenty times: a quarter of the
-- length costs writers nothing that can be measured (docs/performance.md §6).

-- only postgres
ALTER INDEX text_index_tokens SET (gin_pending_list_limit = 64);
-- end only
