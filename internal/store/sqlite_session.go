package store

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"zombiezen.com/go/sqlite"
)

// busyFor is how long a statement waits for a lock that another process holds on the file, a reader's snapshot or a
// backup; between our own connections the writer never waits.
const busyFor = 10 * time.Second

// sqliteSession is one connection with its prepared statements. It is used by one goroutine at a time, so SQLite takes
// no locks for it, and it binds and reads values directly, where database/sql would box every one (ADR 0027).
type sqliteSession struct {
	conn  *sqlite.Conn
	stmts map[string]*sqliteStmt
	wrote bool // a statement that may change rows has run since this was set to false
}

// sqliteStmt is a prepared statement with the names of its columns, and for each of its parameters the argument that it
// takes: to SQLite $2 is a name, and the first name of a text is its first parameter.
type sqliteStmt struct {
	*sqlite.Stmt
	names  []string
	takes  []int
	writes bool // may change rows
}

// newSQLiteSession opens a connection and sets its pragmas, each as "name = value".
func newSQLiteSession(path string, flags sqlite.OpenFlags, pragmas ...string) (*sqliteSession, error) {
	conn, err := sqlite.OpenConn(path, flags|sqlite.OpenNoMutex)
	if err != nil {
		return nil, err
	}
	conn.SetBusyTimeout(busyFor)
	s := &sqliteSession{conn: conn, stmts: map[string]*sqliteStmt{}}
	for _, p := range append([]string{"foreign_keys = 1", "temp_store = 2"}, pragmas...) {
		if _, err := s.exec("PRAGMA "+p, nil); err != nil {
			s.close()
			return nil, err
		}
	}
	return s, nil
}

// ahead does nothing: a query costs no round trip here.
func (s *sqliteSession) ahead(string, []any) {}

// snapshot runs fn on one state of the database.
func (s *sqliteSession) snapshot(ctx context.Context, db *DB, fn func(*Tx) error) error {
	if _, err := s.exec("BEGIN", nil); err != nil {
		return translate(err, "BEGIN")
	}
	defer s.exec("ROLLBACK", nil) //nolint:errcheck // ends a snapshot that wrote nothing
	db.Stat.Reads.Add(1)
	return protect(fn, db.newTx(ctx, s))
}

func (s *sqliteSession) close() {
	for _, st := range s.stmts {
		st.Finalize() //nolint:errcheck // tells the error of the last run again
	}
	s.conn.Close() //nolint:errcheck // as above
}

const maxStatements = 512 // per connection; lists with varying filters must not grow it without end

func (s *sqliteSession) prepare(text string) (*sqliteStmt, error) {
	if st, ok := s.stmts[text]; ok {
		return st, nil
	}
	if len(s.stmts) >= maxStatements {
		for k, st := range s.stmts {
			st.Finalize() //nolint:errcheck // tells the error of its last run again
			delete(s.stmts, k)
			break
		}
	}
	st, rest, err := s.conn.PrepareTransient(text)
	if err != nil {
		return nil, err
	}
	if rest > 0 && strings.TrimSpace(text[len(text)-rest:]) != "" {
		st.Finalize() //nolint:errcheck // it never ran
		return nil, fmt.Errorf("store: more than one statement in %.60q", text)
	}
	made := &sqliteStmt{Stmt: st, names: make([]string, st.ColumnCount()), writes: !strings.HasPrefix(text, "SELECT")}
	for i := range made.names {
		made.names[i] = st.ColumnName(i)
	}
	if made.takes, err = takes(st); err != nil {
		st.Finalize() //nolint:errcheck // it never ran
		return nil, err
	}
	s.stmts[text] = made
	return made, nil
}

// takes reads which argument each parameter takes, from its name: $3 takes the third.
func takes(st *sqlite.Stmt) ([]int, error) {
	out := make([]int, st.BindParamCount())
	for i := range out {
		name := st.BindParamName(i + 1)
		n, err := strconv.Atoi(strings.TrimPrefix(name, "$"))
		if err != nil || n < 1 || n > len(out) {
			return nil, fmt.Errorf("store: parameter %q; they are $1 to $%d, each at least once", name, len(out))
		}
		out[i] = n - 1
	}
	return out, nil
}

// start prepares a statement and binds its arguments.
func (s *sqliteSession) start(text string, args []any) (*sqliteStmt, error) {
	st, err := s.prepare(text)
	if err != nil {
		return nil, err
	}
	if n := len(st.takes); n != len(args) {
		return nil, fmt.Errorf("store: %d arguments for %d parameters", len(args), n)
	}
	for i, n := range st.takes {
		if err := bind(st.Stmt, i+1, args[n]); err != nil {
			return nil, err
		}
	}
	s.wrote = s.wrote || st.writes
	return st, nil
}

// bind gives a parameter its value; what is not one of the column types is asked for its driver value first.
func bind(st *sqlite.Stmt, at int, value any) error {
	switch v := value.(type) {
	case string:
		if !utf8.ValidString(v) || strings.IndexByte(v, 0) >= 0 {
			return ErrText // as PostgreSQL does
		}
		st.BindText(at, v)
	case int64:
		st.BindInt64(at, v)
	case int:
		st.BindInt64(at, int64(v))
	case bool:
		st.BindBool(at, v)
	case []byte:
		if v == nil {
			st.BindNull(at)
			return nil
		}
		st.BindBytes(at, v)
	case float64:
		st.BindFloat(at, v)
	case nil:
		st.BindNull(at)
	default:
		plain, err := driver.DefaultParameterConverter.ConvertValue(value)
		if err != nil {
			return fmt.Errorf("argument %d: %w", at, err)
		}
		switch plain.(type) {
		case string, int64, bool, []byte, float64, nil:
			return bind(st, at, plain)
		}
		return fmt.Errorf("argument %d: %T is no column type", at, plain)
	}
	return nil
}

func (s *sqliteSession) exec(text string, args []any) (int64, error) {
	st, err := s.start(text, args)
	if err != nil {
		return 0, err
	}
	for more := true; more; {
		if more, err = st.Step(); err != nil {
			return 0, err
		}
	}
	n := s.conn.Changes()
	return int64(n), st.Reset()
}

func (s *sqliteSession) queue(text string, args []any) error {
	_, err := s.exec(text, args)
	return err
}

func (s *sqliteSession) query(text string, args []any) (rows, error) {
	st, err := s.start(text, args)
	if err != nil {
		return nil, err
	}
	return &sqliteRows{st: st}, nil
}
