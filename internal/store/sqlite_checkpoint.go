package store

import (
	"sync/atomic"
	"time"

	"zombiezen.com/go/sqlite"
)

const (
	checkpointEvery = 250 * time.Millisecond
	checkpointPages = 8000 // pages of the log, 32 MB, from which the writer ends it
)

// checkpointer copies what the log (WAL) holds into the database file beside the writer, which would otherwise stop for
// it some times a second. The log begins anew only when all of it has been copied: the writer does that between two
// batches, when little is left to copy.
type checkpointer struct {
	session *sqliteSession
	changed atomic.Bool // there were commits since the last copying
	full    atomic.Bool // the log is long enough to be ended
	stop    chan struct{}
	stopped chan struct{}
}

func newCheckpointer(path string) (*checkpointer, error) {
	s, err := newSQLiteSession(path, sqlite.OpenReadWrite, "synchronous = full", "cache_size = -64", "wal_autocheckpoint = 0")
	if err != nil {
		return nil, err
	}
	c := &checkpointer{session: s, stop: make(chan struct{}), stopped: make(chan struct{})}
	go c.run()
	return c, nil
}

func (c *checkpointer) run() {
	defer close(c.stopped)
	tick := time.NewTicker(checkpointEvery)
	defer tick.Stop()
	for {
		select {
		case <-c.stop:
			return
		case <-tick.C:
		}
		if !c.changed.Swap(false) {
			continue
		}
		if pages, err := copyLog(c.session); err == nil && pages >= checkpointPages {
			c.full.Store(true)
		}
	}
}

// committed is called by the writer after each batch.
func (c *checkpointer) committed(writer *sqliteSession) {
	c.changed.Store(true)
	if c.full.CompareAndSwap(true, false) {
		_, _ = copyLog(writer) // an error leaves the log as it is; it is tried again
	}
}

func (c *checkpointer) close() {
	close(c.stop)
	<-c.stopped
	c.session.close()
}

// copyLog copies as much as nobody reads, and gives how many pages the log has.
func copyLog(s *sqliteSession) (int64, error) {
	st, err := s.prepare("PRAGMA wal_checkpoint(PASSIVE)")
	if err != nil {
		return 0, err
	}
	defer st.Reset() //nolint:errcheck // tells the error of Step again
	if _, err := st.Step(); err != nil {
		return 0, err
	}
	return st.ColumnInt64(1), nil
}
