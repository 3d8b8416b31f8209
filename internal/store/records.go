package store

import (
	"encoding/hex"
	"fmt"
)

// Record is a row of whatever columns, by their names: numbers, booleans and texts; bytes as hexadecimal text.
type Record map[string]any

// Records is Select for rows whose columns the caller does not know: dumps, archives, checks over every table.
func Records(tx *Tx, sql string, args ...any) ([]Record, error) {
	rs, err := tx.s.query(sql, args)
	if err != nil {
		return nil, translate(err, sql)
	}
	defer rs.Close()
	names, err := rs.Names()
	if err != nil {
		return nil, wrapSQL(err, sql)
	}
	out := []Record{}
	for rs.Next() {
		values, dest := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			dest[i] = &values[i]
		}
		if err := rs.Scan(dest...); err != nil {
			return nil, translate(err, sql)
		}
		r := make(Record, len(names))
		for i, name := range names {
			switch v := values[i].(type) {
			case []byte:
				r[name] = hex.EncodeToString(v)
			case int64, float64, bool, string, nil:
				r[name] = v
			case int32:
				r[name] = int64(v)
			default:
				return nil, fmt.Errorf("store: column %q is a %T", name, v)
			}
		}
		out = append(out, r)
	}
	if err := rs.Err(); err != nil {
		return nil, translate(err, sql)
	}
	return out, nil
}

// Table is one table of the database with its columns in order.
type Table struct {
	Name    string
	Columns []string
}

// Tables lists the tables of the program with their columns, for checks over all of them.
func Tables(tx *Tx) ([]Table, error) {
	names, err := Select[string](tx, tablesSQL(tx.Engine())+" ORDER BY name")
	if err != nil {
		return nil, err
	}
	out := make([]Table, len(names))
	for i, name := range names {
		query := "SELECT name FROM pragma_table_info($1) ORDER BY cid"
		if tx.Engine() == Postgres {
			query = "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position"
		}
		out[i].Name = name
		if out[i].Columns, err = Select[string](tx, query, name); err != nil {
			return nil, err
		}
	}
	return out, nil
}
