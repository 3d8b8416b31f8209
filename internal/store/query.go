package store

import (
	"database/sql"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// plan maps a struct type to its columns: fields tagged `db:"name"`, embedded structs flattened.
type plan struct {
	names  []string
	index  map[string][]int
	fields [][]int
}

var plans sync.Map // reflect.Type → *plan

func planOf(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan)
	}
	p := &plan{index: map[string][]int{}}
	p.add(t, nil)
	plans.Store(t, p)
	return p
}

func (p *plan) add(t reflect.Type, at []int) {
	for i := range t.NumField() {
		f := t.Field(i)
		idx := append(append([]int(nil), at...), i)
		name := f.Tag.Get("db")
		switch {
		case name == "-" || !f.IsExported() && !f.Anonymous:
		case name != "":
			p.names = append(p.names, name)
			p.index[name] = idx
			p.fields = append(p.fields, idx)
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			p.add(f.Type, idx)
		}
	}
}

// Columns lists the columns of T's fields tagged `db`, joined by commas, each with prefix in front ("t." or "").
func Columns[T any](prefix string) string {
	var zero T
	p := planOf(reflect.TypeOf(zero))
	return prefix + strings.Join(p.names, ", "+prefix)
}

// Select runs a query and scans every row: into a struct by its `db` tags (each column must have a field), or into a
// single scalar where T is not such a struct. No row gives an empty slice.
func Select[T any](tx *Tx, sql string, args ...any) ([]T, error) {
	var out []T
	err := Each(tx, func(v *T) error {
		out = append(out, *v)
		return nil
	}, sql, args...)
	return out, err
}

// Each is Select for results too large to hold: fn is given one row at a time and must not keep the pointer, nor run
// another statement.
func Each[T any](tx *Tx, fn func(*T) error, sql string, args ...any) error {
	rs, err := tx.s.query(sql, args)
	if err != nil {
		return translate(err, sql)
	}
	defer rs.Close()
	var v T
	rv := reflect.ValueOf(&v).Elem()
	dest, err := destinations(rv, &v, rs)
	if err != nil {
		return wrapSQL(err, sql)
	}
	for rs.Next() {
		rv.SetZero()
		if err := rs.Scan(dest...); err != nil {
			return translate(err, sql)
		}
		if err := fn(&v); err != nil {
			return err
		}
	}
	if err := rs.Err(); err != nil {
		return translate(err, sql)
	}
	return nil
}

func destinations(rv reflect.Value, v any, rs rows) ([]any, error) {
	t := rv.Type()
	if t.Kind() != reflect.Struct || len(planOf(t).names) == 0 {
		return []any{v}, nil
	}
	names, err := rs.Names()
	if err != nil {
		return nil, err
	}
	p := planOf(t)
	dest := make([]any, len(names))
	for i, name := range names {
		idx, ok := p.index[name]
		if !ok {
			return nil, fmt.Errorf("store: %s has no field for column %q", t, name)
		}
		dest[i] = plainPointer(rv.FieldByIndex(idx).Addr())
	}
	return dest, nil
}

// plainPointer gives a pointer to a field of a type like clock.Instant as one to the type below it, which the engines assign
// without boxing, unless the type reads its column itself.
func plainPointer(p reflect.Value) any {
	x := p.Interface()
	if _, reads := x.(sql.Scanner); reads {
		return x
	}
	switch p.Elem().Kind() {
	case reflect.Int64:
		return p.Convert(reflect.TypeFor[*int64]()).Interface()
	case reflect.String:
		return p.Convert(reflect.TypeFor[*string]()).Interface()
	case reflect.Bool:
		return p.Convert(reflect.TypeFor[*bool]()).Interface()
	}
	return x
}

// Get is Select for exactly the first row; no row is ErrNotFound.
func Get[T any](tx *Tx, sql string, args ...any) (T, error) {
	var out T
	found := false
	err := Each(tx, func(v *T) error {
		if !found {
			out, found = *v, true
		}
		return nil
	}, sql, args...)
	if err == nil && !found {
		err = ErrNotFound
	}
	return out, err
}

// Insert queues an INSERT of every tagged field of row into table.
func Insert(tx *Tx, table string, row any) error {
	rv := reflect.Indirect(reflect.ValueOf(row))
	p := planOf(rv.Type())
	args := make([]any, len(p.fields))
	for i, idx := range p.fields {
		args[i] = rv.FieldByIndex(idx).Interface()
	}
	return tx.Queue(insertSQL(table, rv.Type(), p), args...)
}

type insertKey struct {
	table string
	t     reflect.Type
}

var inserts sync.Map // insertKey → string

func insertSQL(table string, t reflect.Type, p *plan) string {
	key := insertKey{table, t}
	if s, ok := inserts.Load(key); ok {
		return s.(string)
	}
	var b strings.Builder
	b.WriteString("INSERT INTO " + table + " (" + strings.Join(p.names, ", ") + ") VALUES (")
	for i := range p.names {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(i+1))
	}
	b.WriteString(")")
	inserts.Store(key, b.String())
	return b.String()
}

// Update queues an UPDATE that sets every tagged field of row except those named in keys, which make up the WHERE.
func Update(tx *Tx, table string, row any, keys ...string) error {
	rv := reflect.Indirect(reflect.ValueOf(row))
	p := planOf(rv.Type())
	isKey := func(n string) bool {
		for _, k := range keys {
			if k == n {
				return true
			}
		}
		return false
	}
	var set, where []string
	args := make([]any, len(p.fields))
	for i, idx := range p.fields {
		args[i] = rv.FieldByIndex(idx).Interface()
		eq := p.names[i] + " = $" + strconv.Itoa(i+1)
		if isKey(p.names[i]) {
			where = append(where, eq)
		} else {
			set = append(set, eq)
		}
	}
	if len(where) != len(keys) || len(keys) == 0 {
		return fmt.Errorf("store: Update of %s: keys %v are not all fields", table, keys)
	}
	return tx.Queue("UPDATE "+table+" SET "+strings.Join(set, ", ")+" WHERE "+strings.Join(where, " AND "), args...)
}

// Change is Update for a row that the transaction has loaded: it sets only the fields that differ from was, the row as
// the database has it, and nothing at all where none does. SQLite writes every index again that names a column of SET,
// whether its value changed or not, so on a table with many indexes this is most of what an update costs.
func Change(tx *Tx, table string, was, row any, keys ...string) error {
	before, now := reflect.Indirect(reflect.ValueOf(was)), reflect.Indirect(reflect.ValueOf(row))
	if before.Type() != now.Type() {
		return fmt.Errorf("store: Change of %s: %s is not %s", table, before.Type(), now.Type())
	}
	p := planOf(now.Type())
	args := make([]any, 0, 16)
	var set, where strings.Builder
	next := func(b *strings.Builder, between, name string, v any) {
		if b.Len() > 0 {
			b.WriteString(between)
		}
		args = append(args, v)
		b.WriteString(name + " = $" + strconv.Itoa(len(args)))
	}
	found := 0
	for i, idx := range p.fields {
		v := now.FieldByIndex(idx)
		switch {
		case slices.Contains(keys, p.names[i]):
			found++
			next(&where, " AND ", p.names[i], v.Interface())
		case !same(before.FieldByIndex(idx), v):
			next(&set, ", ", p.names[i], v.Interface())
		}
	}
	if found != len(keys) || found == 0 {
		return fmt.Errorf("store: Change of %s: keys %v are not all fields", table, keys)
	}
	if set.Len() == 0 {
		return nil
	}
	return tx.Queue("UPDATE "+table+" SET "+set.String()+" WHERE "+where.String(), args...)
}

// same compares two values of a column.
func same(a, b reflect.Value) bool {
	if a.Comparable() && b.Comparable() {
		return a.Equal(b)
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}

// Where builds a conjunction with its arguments, for lists whose filters vary.
type Where struct {
	parts []string
	Args  []any
}

// And adds a condition; each ? in it takes the next argument. A slice argument of In is expanded by the caller with In.
func (w *Where) And(cond string, args ...any) *Where {
	var b strings.Builder
	n := 0
	for _, r := range cond {
		if r == '?' {
			w.Args = append(w.Args, args[n])
			n++
			b.WriteString("$" + strconv.Itoa(len(w.Args)))
			continue
		}
		b.WriteRune(r)
	}
	w.parts = append(w.parts, b.String())
	return w
}

// In adds "column IN (…)"; an empty list matches nothing.
func In[T any](w *Where, column string, values []T) {
	if len(values) == 0 {
		w.And("1 = 0")
		return
	}
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	w.And(column+" IN (?"+strings.Repeat(", ?", len(values)-1)+")", args...)
}

// SQL is " WHERE a AND b", or "" without conditions.
func (w *Where) SQL() string {
	if len(w.parts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.parts, " AND ")
}
