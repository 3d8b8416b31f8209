package grid_test

import (
	"testing"

	"pgregory.net/rapid"

	"yichuang/internal/document/grid"
)

func TestLayoutOfAMergedHead(t *testing.T) {
	rows, err := grid.Table{
		Columns: []grid.Column{{}, {Align: grid.Right}, {Align: grid.Right}, {}},
		Head:    [][]grid.Cell{{{Text: "单位", Rows: 2}, {Text: "件数", Cols: 2}, {Text: "备注", Rows: 2}}, {{Text: "按时"}, {Text: "超时"}}},
		Body:    [][]grid.Cell{{{Text: "市水务局"}, {Text: "3"}, {Text: "1", Align: grid.Left}}},
	}.Layout()
	if err != nil {
		t.Fatal(err)
	}
	type place struct {
		text      string
		col, cols int
		top       bool
		align     grid.Align
	}
	want := [][]place{
		{{"单位", 0, 1, true, grid.Centre}, {"件数", 1, 2, true, grid.Centre}, {"备注", 3, 1, true, grid.Centre}},
		{{"单位", 0, 1, false, grid.Centre}, {"按时", 1, 1, true, grid.Centre}, {"超时", 2, 1, true, grid.Centre}, {"备注", 3, 1, false, grid.Centre}},
		{{"市水务局", 0, 1, true, grid.Left}, {"3", 1, 1, true, grid.Right}, {"1", 2, 1, true, grid.Left}, {"", 3, 1, true, grid.Left}},
	}
	for r, row := range rows {
		if row.Head != (r < 2) || len(row.Slots) != len(want[r]) {
			t.Fatalf("row %d: %+v", r, row)
		}
		for i, s := range row.Slots {
			if got := (place{s.Text, s.Col, s.Cols, s.Top, s.Align}); got != want[r][i] {
				t.Errorf("row %d slot %d is %+v, want %+v", r, i, got, want[r][i])
			}
		}
	}
}

func TestLayoutRefusesWhatDoesNotFit(t *testing.T) {
	two := []grid.Column{{}, {}}
	for name, table := range map[string]grid.Table{
		"no columns":          {},
		"too many cells":      {Columns: two, Body: [][]grid.Cell{{{}, {}, {}}}},
		"sticks out":          {Columns: two, Body: [][]grid.Cell{{{}, {Cols: 2}}}},
		"below the end":       {Columns: two, Body: [][]grid.Cell{{{Rows: 2}}}},
		"head into the body":  {Columns: two, Head: [][]grid.Cell{{{Rows: 2}}}, Body: [][]grid.Cell{{}}},
		"overlaps from above": {Columns: two, Body: [][]grid.Cell{{{}, {Rows: 2}}, {{Cols: 2}}}},
	} {
		if _, err := table.Layout(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// Whatever is laid out covers every place of every row exactly once, in order.
func TestLayoutCoversEveryPlaceOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(1, 6).Draw(t, "columns")
		table := grid.Table{Columns: make([]grid.Column, columns)}
		for range rapid.IntRange(0, 6).Draw(t, "rows") {
			var row []grid.Cell
			for range rapid.IntRange(0, columns).Draw(t, "cells") {
				row = append(row, grid.Cell{Rows: rapid.IntRange(0, 3).Draw(t, "r"), Cols: rapid.IntRange(0, 3).Draw(t, "c")})
			}
			table.Body = append(table.Body, row)
		}
		rows, err := table.Layout()
		if err != nil {
			return
		}
		depth := make([]int, columns)
		for r, row := range rows {
			next := 0
			for _, s := range row.Slots {
				if s.Col != next || s.Top == (depth[s.Col] > 0) {
					t.Fatalf("row %d: %+v, expected column %d, %v rows of the cell above left", r, s, next, depth[s.Col])
				}
				next += s.Cols
				for c := s.Col; c < next; c++ {
					if s.Top {
						depth[c] = s.Rows
					}
					depth[c]--
				}
			}
			if next != columns {
				t.Fatalf("row %d ends at column %d of %d", r, next, columns)
			}
		}
	})
}

func TestWidthsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := grid.Table{}
		for range rapid.IntRange(1, 20).Draw(t, "columns") {
			table.Columns = append(table.Columns, grid.Column{Width: rapid.Float64Range(0, 9).Draw(t, "width")})
		}
		sum, total := 0, rapid.IntRange(0, 20000).Draw(t, "total")
		for _, w := range table.Widths(total) {
			if sum += w; w < 0 {
				t.Fatalf("a width of %d", w)
			}
		}
		if sum != total {
			t.Fatalf("%d, want %d", sum, total)
		}
	})
}
