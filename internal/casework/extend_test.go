package casework_test

import (
	"strings"
	"testing"

	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/item"
	"yichuang/internal/store"
)

// What several organs decide together takes 45 working days and 15 more, which the government's head allows (行政许可法 art. 42 para 2).
func TestWhatSeveralOrgansDecideIsPutOffByTheGovernment(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m := w.Casework
	it := w.Ready(t, func(c *item.Content) {
		c.Joint = item.Joint{Mode: "joint", Lead: "市人社局", Units: []string{"市市场监管局"}}
		c.Statutory = item.Limit{N: 45, Unit: item.Workday}
	})
	w.Set("2025-09-26 15:00")
	c := w.Accepted(t, it)
	if calendar.LastDay(c.StatutoryDue).String() != "2025-12-05" { // scenario 1 counts 20 to 10-30; 11-19 is off here
		t.Errorf("45 working days end %s", calendar.LastDay(c.StatutoryDue))
	}
	if _, err := m.ProposeExtension(w.Chief(t), cmd(c), "须几个部门联合踏勘"); err != nil {
		t.Fatal(err)
	}
	_, err := m.Extend(w.Head(t), cmd(c), casework.ExtendInput{})
	wantCode(t, err, "REASON_REQUIRED")
	c, err = m.Extend(w.Head(t), cmd(c), casework.ExtendInput{Document: "临市府批〔2025〕12号"})
	if err != nil || calendar.LastDay(c.StatutoryDue).String() != "2025-12-26" {
		t.Fatal(calendar.LastDay(c.StatutoryDue), err)
	}
	s := w.Get(t, c.ID)
	l, err := s.Vouchers[len(s.Vouchers)-1].Letter()
	if e := s.Events[len(s.Events)-1]; err != nil || !strings.Contains(e.Text, "临市府批〔2025〕12号") || !strings.Contains(e.Data, `"days":15`) || !strings.Contains(strings.Join(l.Text, ""), "人民政府负责人") {
		t.Errorf("%+v, %+v, %v", e, l, err)
	}
	checked(t, w)
}
