package store

import (
	"context"
	"io/fs"
	"sort"
	"strconv"
)

// Schema compares the migrations that a database has with those that the program knows.
type Schema struct {
	Have    int64   `json:"have"`    // newest applied; 0 for an empty database
	Want    int64   `json:"want"`    // newest known
	Pending []int64 `json:"pending"` // known, not applied: the next start applies them
	Unknown []int64 `json:"unknown"` // applied, not known: the database is newer than the program
}

// Schema reads the state of the migrations without changing anything.
func (db *DB) Schema(ctx context.Context, modules ...fs.FS) (Schema, error) {
	files, want, err := mergeMigrations(db.kind, modules)
	if err != nil {
		return Schema{}, err
	}
	s := Schema{Want: want}
	applied := map[int64]bool{}
	err = db.Read(ctx, func(tx *Tx) error {
		tables, err := Select[string](tx, tablesSQL(db.kind)+" AND name = 'goose_db_version'")
		if err != nil || len(tables) == 0 {
			return err
		}
		list, err := Select[int64](tx, "SELECT version_id FROM goose_db_version WHERE is_applied AND version_id > 0")
		for _, v := range list {
			applied[v] = true
			s.Have = max(s.Have, v)
		}
		return err
	})
	if err != nil {
		return s, err
	}
	names, err := fs.Glob(files, "*.sql")
	for _, n := range names {
		v, _ := strconv.ParseInt(migrationName.FindStringSubmatch(n)[1], 10, 64)
		if !applied[v] {
			s.Pending = append(s.Pending, v)
		}
		delete(applied, v)
	}
	for v := range applied {
		s.Unknown = append(s.Unknown, v)
	}
	sort.Slice(s.Unknown, func(i, j int) bool { return s.Unknown[i] < s.Unknown[j] })
	return s, err
}

// NewestMigration gives the newest migration of modules, 0 without any.
func NewestMigration(modules ...fs.FS) (int64, error) {
	_, newest, err := mergeMigrations(SQLite, modules)
	return newest, err
}

// tablesSQL lists the tables of a database; more conditions may follow.
func tablesSQL(kind Engine) string {
	if kind == Postgres {
		return "SELECT name FROM (SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = current_schema()) t WHERE 1 = 1"
	}
	return "SELECT name FROM sqlite_schema WHERE type = 'table'"
}
