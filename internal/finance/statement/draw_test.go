package statement_test

import (
	"strings"
	"testing"

	"yichuang/internal/finance/financetest"
	"yichuang/internal/finance/statement"
)

// TestEveryTableCanBePrinted lays out each table of each template: nothing overlaps and every cell is drawn once.
func TestEveryTableCanBePrinted(t *testing.T) {
	list, err := statement.Templates()
	if err != nil || len(list) < 2 {
		t.Fatal(len(list), err)
	}
	for _, tpl := range list {
		s := compute(t, tpl.ID, financetest.Postings())
		if len(s.Issues) > 0 {
			t.Errorf("%s: %v", tpl.ID, s.Issues)
		}
		for _, table := range s.Tables {
			d := s.Draw(table)
			if _, err := d.Grid().Layout(); err != nil {
				t.Errorf("%s %s: %v", tpl.ID, table.ID, err)
			}
			drawn := map[statement.Ref]int{}
			for _, row := range d.Body {
				for _, slot := range row {
					if slot.Cell != nil {
						drawn[slot.Cell.Ref]++
					}
				}
			}
			for _, r := range table.Rows {
				for _, c := range r.Cells {
					if drawn[c.Ref] != 1 && c.Ref != "T06/total/1" {
						t.Errorf("%s: %s is drawn %d times", tpl.ID, c.Ref, drawn[c.Ref])
					}
				}
			}
		}
	}
}

// TestTemplatesAreData: the same ledger in another layout has the same amounts, other places and no line numbers.
func TestTemplatesAreData(t *testing.T) {
	a, b := compute(t, "gansu-2024", financetest.Postings()), compute(t, "plain-2024", financetest.Postings())
	for _, ref := range []statement.Ref{"T03/201/1", "T05/2101199/2", "T06/301/1", "T02/total/1"} {
		if a.Fen(ref) != b.Fen(ref) || a.Fen(ref) == 0 {
			t.Errorf("%s: %d and %d", ref, a.Fen(ref), b.Fen(ref))
		}
	}
	if a.Fen("T01/30/1") != b.Fen("T01/28/1") {
		t.Error("the totals differ")
	}
	var order []string
	for _, table := range b.Tables {
		order = append(order, table.ID)
	}
	if got := strings.Join(order, " "); got != "T01 T02 T03 T04 T05 T06 T09 T07 T08" {
		t.Errorf("order %s", got)
	}
	if d := b.Draw(b.Table("T01")); len(d.Head) != 2 || len(d.Widths) != 4 {
		t.Errorf("the plain layout has %d head rows and %d columns", len(d.Head), len(d.Widths))
	}
	if d := a.Draw(a.Table("T01")); len(d.Head) != 3 || len(d.Widths) != 6 {
		t.Errorf("the numbered layout has %d head rows and %d columns", len(d.Head), len(d.Widths))
	}
	if d := b.Draw(b.Table("T08")); len(d.Widths) != 8 {
		t.Errorf("the table of state capital has %d columns", len(d.Widths))
	}
}

func TestAWrongTemplateIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"unknown word":   "id: x\nunit: 万元\ntables: [{id: T01, title: 表, shape: tree, colour: red, columns: [{no: \"1\"}]}]",
		"unknown shape":  "id: x\nunit: 万元\ntables: [{id: T01, title: 表, shape: round, columns: [{no: \"1\"}]}]",
		"sum of nothing": "id: x\nunit: 万元\ntables: [{id: T01, title: 表, shape: tree, columns: [{no: \"1\", sum: [\"9\"]}]}]",
		"gap":            "id: x\nunit: 万元\ntables: [{id: T01, title: 表, shape: sides, left: [{line: 1, label: 甲}, {line: 3, label: 乙}], columns: [{no: \"1\", side: left}]}]",
		"check":          "id: x\nunit: 万元\ntables: [{id: T01, title: 表, shape: tree, columns: [{no: \"1\"}]}]\nchecks: [{left: T09/1/1, right: T01/1/1, text: 甲}]",
	} {
		if _, err := statement.ReadTemplate([]byte(text)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
