package finance_test

import (
	"testing"

	"yichuang/internal/document/grid"
	"yichuang/internal/finance/narrative"
	"yichuang/internal/finance/publication"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// TestEvaluationsAreFrozenWithTheRest: part four and the annexes come from elsewhere when a year is computed; what was
// published keeps those of its day.
func TestEvaluationsAreFrozenWithTheRest(t *testing.T) {
	w := newWorld(t, storetest.Open(t, store.SQLite, migrations()))
	grade := "优"
	w.TakeEvaluations(func(_ *store.Tx, centre string, year int) (*publication.Evaluation, error) {
		if centre != w.centre || year != 2024 {
			t.Errorf("asked for %s, %d", centre, year)
		}
		form := &grid.Table{Columns: make([]grid.Column, 2), Head: [][]grid.Cell{{{Text: "指标"}, {Text: "得分"}}}, Body: [][]grid.Cell{{{Text: "执行率"}, {Text: "10.00", Value: 10.0, Format: "0.00"}}}}
		return &publication.Evaluation{Self: []narrative.Paragraph{{Spans: []narrative.Span{{Text: "等级为" + grade}}}}, Annexes: []publication.Annex{{Label: "附件1", Title: "自评表", Table: form}}}, nil
	})
	w.year(t)
	w.finish(t)
	w.publish(t)
	grade = "差"
	p, err := w.Publication(w.leader.Ctx, 2024, 1, publication.JSON)
	if err != nil || p.Evaluation == nil || p.Evaluation.Self[0].Text() != "等级为优" || len(p.Evaluation.Annexes) != 1 || p.Evaluation.Annexes[0].Table.Body[0][1].Text != "10.00" {
		t.Fatalf("%+v, %v", p, err)
	}
	if d, err := w.Disclosure(w.leader.Ctx, 2024); err != nil || d.Evaluation.Self[0].Text() != "等级为差" {
		t.Error(d.Evaluation, err)
	}
}
