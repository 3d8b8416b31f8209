package store

// WaitingFor is how many closures wait to share a transaction of a key.
func (db *DB) WaitingFor(key string) int {
	l := &db.impl.(*pgEngine).lanes
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.waiting[key])
}
