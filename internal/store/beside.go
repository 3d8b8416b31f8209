package store

// Beside runs fn on the same snapshot at the same time, where ReadBeside has found a free connection for it (on SQLite), or at
// once. Its outcome is given by the function returned, which must be called before the closure returns. fn must not touch tx nor
// what tx is used for meanwhile, and only one fn may run at a time.
func (tx *Tx) Beside(fn func(tx *Tx) error) (wait func() error) {
	if tx.second == nil {
		err := fn(tx)
		return func() error { return err }
	}
	other := tx.db.newTx(tx.ctx, tx.second)
	other.now = tx.now
	done := make(chan error, 1)
	go func() { done <- protect(fn, other) }()
	return func() error { return <-done }
}
