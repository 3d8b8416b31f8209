package store

import (
	"database/sql"
	"database/sql/driver"
	"fmt"
	"reflect"

	"zombiezen.com/go/sqlite"
)

// sqliteRows steps through a statement's rows and assigns by the few types that our columns have.
type sqliteRows struct {
	st  *sqliteStmt
	err error
}

func (r *sqliteRows) Next() bool {
	more, err := r.st.Step()
	r.err = err
	return more && err == nil
}

func (r *sqliteRows) Names() ([]string, error) { return r.st.names, nil }
func (r *sqliteRows) Err() error               { return r.err }
func (r *sqliteRows) Close()                   { _ = r.st.Reset() }

func (r *sqliteRows) Scan(dest ...any) error {
	if len(dest) != len(r.st.names) {
		return fmt.Errorf("store: %d columns for %d destinations", len(r.st.names), len(dest))
	}
	for i, d := range dest {
		if err := r.scan(i, d); err != nil {
			return fmt.Errorf("store: column %d: %w", i+1, err)
		}
	}
	return nil
}

// scan reads one column; what most are, text, whole numbers and truth values, is not boxed.
func (r *sqliteRows) scan(i int, dest any) error {
	kind := r.st.ColumnType(i)
	switch d := dest.(type) {
	case *string:
		if kind == sqlite.TypeText {
			*d = r.st.ColumnText(i)
			return nil
		}
	case *int64:
		if kind == sqlite.TypeInteger {
			*d = r.st.ColumnInt64(i)
			return nil
		}
	case *bool:
		if kind == sqlite.TypeInteger {
			*d = r.st.ColumnInt64(i) != 0
			return nil
		}
	}
	return assign(dest, r.value(i, kind))
}

func (r *sqliteRows) value(i int, kind sqlite.ColumnType) driver.Value {
	switch kind {
	case sqlite.TypeInteger:
		return r.st.ColumnInt64(i)
	case sqlite.TypeFloat:
		return r.st.ColumnFloat(i)
	case sqlite.TypeText:
		return r.st.ColumnText(i)
	case sqlite.TypeBlob:
		b := make([]byte, r.st.ColumnLen(i))
		r.st.ColumnBytes(i, b)
		return b
	}
	return nil
}

func assign(dest any, v driver.Value) error {
	switch d := dest.(type) {
	case *string:
		if s, ok := v.(string); ok {
			*d = s
			return nil
		}
	case *int64:
		if n, ok := v.(int64); ok {
			*d = n
			return nil
		}
	case *[]byte:
		if b, ok := v.([]byte); ok {
			*d = b
			return nil
		}
	case *any:
		*d = v
		return nil
	case sql.Scanner:
		return d.Scan(v)
	}
	rv := reflect.ValueOf(dest).Elem()
	switch x := v.(type) {
	case string:
		if rv.Kind() == reflect.String {
			rv.SetString(x)
			return nil
		}
	case int64:
		switch rv.Kind() {
		case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
			if rv.OverflowInt(x) {
				return fmt.Errorf("%d does not fit %s", x, rv.Type())
			}
			rv.SetInt(x)
			return nil
		case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
			if x < 0 || rv.OverflowUint(uint64(x)) {
				return fmt.Errorf("%d does not fit %s", x, rv.Type())
			}
			rv.SetUint(uint64(x))
			return nil
		case reflect.Bool:
			rv.SetBool(x != 0)
			return nil
		case reflect.Float64:
			rv.SetFloat(float64(x))
			return nil
		}
	case float64:
		if rv.Kind() == reflect.Float64 || rv.Kind() == reflect.Float32 {
			rv.SetFloat(x)
			return nil
		}
	case []byte:
		if rv.Kind() == reflect.Slice && rv.Type().Elem().Kind() == reflect.Uint8 {
			rv.SetBytes(x)
			return nil
		}
		if rv.Kind() == reflect.String {
			rv.SetString(string(x))
			return nil
		}
	case nil:
		if rv.Kind() == reflect.Pointer {
			rv.SetZero()
			return nil
		}
		return fmt.Errorf("NULL does not fit %s", rv.Type())
	}
	return fmt.Errorf("%T does not fit %s", v, rv.Type())
}
