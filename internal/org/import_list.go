package org

import (
	"io"
	"maps"
	"slices"

	"yichuang/internal/document/table"
)

// List is an uploaded list: its column names, and its rows with their place in the file.
type List struct {
	Name    string
	Columns []string
	Rows    []ListRow
	// Key is the idempotency key (幂等键) of the request that sends the list; "" for none.
	Key string `json:"-"`
}

// ListRow is one row of a List.
type ListRow struct {
	Line  int
	Cells []string
}

// maxListSize is the largest file, 5,000 rows being far smaller.
const maxListSize = 8 << 20

// ReadList reads a list of a kind from a file, XLSX or CSV in any of the usual encodings. Titles above the head are
// passed over.
func ReadList(kind ImportKind, name string, file io.ReaderAt, size int64) (List, error) {
	im, err := importerOf(kind)
	if err != nil {
		return List{}, err
	}
	r, err := table.Open(name, file, size, table.Options{
		Limits: table.Limits{Size: maxListSize, Rows: maxImportRows + 1, Columns: 60, Cell: 500},
		Expect: slices.Concat(im.columns, slices.Sorted(maps.Keys(im.aliases))),
	})
	if err != nil {
		return List{}, err
	}
	rows, err := r.ReadAll()
	if err != nil {
		return List{}, err
	}
	list := List{Name: name, Columns: r.Columns()}
	for _, row := range rows {
		list.Rows = append(list.Rows, ListRow{Line: row.Line, Cells: row.Cells})
	}
	return list, nil
}
