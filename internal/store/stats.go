package store

import "sync/atomic"

// Stats counts the work of a database since it was opened, for /metrics.
type Stats struct {
	Writes  atomic.Int64 // write transactions that committed
	Failed  atomic.Int64 // write transactions that did not
	Reads   atomic.Int64 // snapshots
	Batches atomic.Int64 // durable commits; Writes ÷ Batches is the size of a group
	Retries atomic.Int64 // PostgreSQL serialisation retries
}
