package store

import (
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// keptRows is the whole answer of a query that was asked ahead, held as the server sent it until it is scanned.
type keptRows struct {
	asked  pgStatement
	types  *pgtype.Map
	fields []pgconn.FieldDescription
	values [][][]byte
	at     int
}

// keep reads the next result of a batch to its end.
func keep(br pgx.BatchResults, asked pgStatement, types *pgtype.Map) (keptRows, error) {
	k := keptRows{asked: asked, types: types, at: -1}
	rs, err := br.Query()
	if err != nil {
		return k, err
	}
	defer rs.Close()
	k.fields = slices.Clone(rs.FieldDescriptions())
	for rs.Next() {
		raw := rs.RawValues()
		row := make([][]byte, len(raw))
		for i, v := range raw {
			row[i] = slices.Clone(v)
		}
		k.values = append(k.values, row)
	}
	return k, rs.Err()
}

// Next goes to the next row.
func (k *keptRows) Next() bool {
	k.at++
	return k.at < len(k.values)
}

// Scan assigns the columns of the row.
func (k *keptRows) Scan(dest ...any) error {
	for i, d := range dest {
		f := k.fields[i]
		if err := k.types.Scan(f.DataTypeOID, f.Format, k.values[k.at][i], d); err != nil {
			return err
		}
	}
	return nil
}

// Names lists the columns.
func (k *keptRows) Names() ([]string, error) {
	out := make([]string, len(k.fields))
	for i, f := range k.fields {
		out[i] = f.Name
	}
	return out, nil
}

// Err is nil: the answer is complete.
func (k *keptRows) Err() error { return nil }

// Close has nothing to give back.
func (k *keptRows) Close() {}
