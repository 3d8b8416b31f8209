package store

import (
	"errors"
	"os"
	"syscall"
)

// InUse reports whether a running program has the SQLite file at path. A PostgreSQL address is never in use.
func InUse(path string) bool {
	if IsPostgres(path) {
		return false
	}
	f, err := os.OpenFile(path+".lock", os.O_RDWR, 0)
	if err != nil {
		return false
	}
	defer f.Close() // gives the lock back
	return errors.Is(syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB), syscall.EWOULDBLOCK)
}
