package store

import (
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"reflect"
)

// sqliteRows reads a driver result set and assigns by the few types that our columns have.
type sqliteRows struct {
	rs   driver.Rows
	vals []driver.Value
	err  error
}

func (r *sqliteRows) Next() bool {
	if err := r.rs.Next(r.vals); err != nil {
		if err != io.EOF {
			r.err = err
		}
		return false
	}
	return true
}

func (r *sqliteRows) Names() ([]string, error) { return r.rs.Columns(), nil }
func (r *sqliteRows) Err() error               { return r.err }
func (r *sqliteRows) Close()                   { r.rs.Close() }

func (r *sqliteRows) Scan(dest ...any) error {
	if len(dest) != len(r.vals) {
		return fmt.Errorf("store: %d columns for %d destinations", len(r.vals), len(dest))
	}
	for i, d := range dest {
		if err := assign(d, r.vals[i]); err != nil {
			return fmt.Errorf("store: column %d: %w", i+1, err)
		}
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
			*d = append([]byte{}, b...)
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
			rv.SetBytes(append([]byte{}, x...))
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
