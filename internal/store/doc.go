// Package store is the program's database: one SQL text for SQLite (embedded, default) and PostgreSQL, one way to open
// a transaction, and no knowledge of any table of the domain.
//
// A write goes through DB.WithTx, a consistent read through DB.Read. Both hand a *Tx to the closure. On SQLite one
// writer goroutine runs the closures of many callers inside one durable transaction (group commit) and answers each
// only after COMMIT; on PostgreSQL each closure has a connection, and statements given to Tx.Queue travel together with
// the next query or with COMMIT in one round trip. DB.WithTxOf does there what the writer does on SQLite, for work that
// waits for one lock anyway.
//
// The closure may run more than once (PostgreSQL serialisation failures are retried) and, on SQLite, runs on the only
// writer: it must not touch network or files, must not call WithTx, and must leave slow work (encryption, tokenising)
// to before or after. What must happen later is a job in the same transaction; what is nice to happen is Tx.AfterCommit.
//
// The portable subset of SQL, proven by storetest on both engines: $n placeholders, RETURNING, ON CONFLICT, row values,
// window functions, FILTER, partial indexes. Times are BIGINT milliseconds, days TEXT, money BIGINT 分, binary BYTEA,
// and columns are NOT NULL with an empty default rather than nullable.
package store
