package hotline_test

import (
	"errors"
	"strings"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/document/table"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
)

func readList(t *testing.T, text string) hotline.CategoryList {
	t.Helper()
	r, err := table.Open("list.csv", strings.NewReader(text), int64(len(text)), table.Options{Expect: hotline.CategoryColumns})
	if err != nil {
		t.Fatal(err)
	}
	l, err := hotline.ReadCategories(r)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestTaxonomyVersionsCarryOldCodesOn(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		w.Set("2026-05-08T10:00")
		desk := w.As(t, org.RoleDispatcher)
		rule, err := w.Hotline.SaveRule(desk, hotline.Rule{Category: "0402", UnitID: w.Unit.ID, From: clock.MustDate("2026-01-01"), To: clock.NoDate})
		if err != nil {
			t.Fatal(err)
		}
		old, err := w.Hotline.Register(desk, hotline.RegisterInput{Channel: "电话", Kind: hotline.Help, Category: "0402", Content: "路灯不亮", Phone: "13800000001"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Hotline.Accept(desk, hotline.Command{TicketID: old.ID, Version: old.Version}, hotline.Classify{}); err != nil {
			t.Fatal(err)
		}
		list := readList(t, "分类代码,分类名称,上级代码,状态,原代码\n16,城市照明,,启用,\n1601,路灯,16,启用,0402\n0401,道路破损和塌陷,,启用,\n0402,路灯照明,,停用,\n")
		list.Title, list.Basis = "2026 年第二版", "临政办发〔2026〕9号"
		p, err := w.Hotline.PreviewCategories(desk, list)
		if err != nil || p.Version != 2 || p.Added != 2 || p.Renamed != 1 || p.Retired != 1 || p.Moved != 1 || p.Rules != 1 || len(p.Lost) != 0 {
			t.Fatalf("preview %+v, %v", p, err)
		}
		if tax, err := w.Hotline.Taxonomy(desk); err != nil || len(tax.Versions) != 0 {
			t.Fatalf("a preview publishes: %v, %v", tax.Versions, err)
		}
		if _, err := w.Hotline.PublishCategories(desk, list); err != nil {
			t.Fatal(err)
		}
		tax, err := w.Hotline.Taxonomy(desk)
		if err != nil || len(tax.Versions) != 1 || tax.Versions[0].Version != 2 || tax.Versions[0].Basis != list.Basis || tax.Moves["0402"] != "1601" || tax.Versions[0].ByName == "" {
			t.Errorf("published %+v, %v", tax.Versions, err)
		}
		if again, err := w.Hotline.PublishCategories(desk, list); err != nil || again.Version != 0 {
			t.Errorf("the same list again: %+v, %v", again, err)
		}
		// The catalogue follows: the old line ends, a new one goes on.
		rows, err := w.Hotline.RuleTable(desk)
		if err != nil || len(rows) != 2 {
			t.Fatalf("the catalogue: %+v, %v", rows, err)
		}
		for _, r := range rows {
			if r.Category == "1601" != r.InForce || r.UnitID != w.Unit.ID {
				t.Errorf("line %+v after %+v", r, rule)
			}
		}
		// Old tickets are suggested as the new code, counted under it, and keep their own.
		if s, err := w.Hotline.Suggest(desk, "0402", ""); err != nil || len(s) == 0 || s[0].UnitID != w.Unit.ID {
			t.Errorf("suggested %+v, %v", s, err)
		}
		fresh, err := w.Hotline.Register(desk, hotline.RegisterInput{Channel: "电话", Kind: hotline.Help, Category: "1601", Content: "路灯又不亮", Phone: "13800000002"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Hotline.Accept(desk, hotline.Command{TicketID: fresh.ID, Version: fresh.Version}, hotline.Classify{}); err != nil {
			t.Fatal(err)
		}
		o, err := w.Figures.Overview(w.As(t, org.RoleLeader))
		if err != nil || len(o.Topics) != 1 || o.Topics[0].Key != "1601" || o.Topics[0].N != 2 || o.Topics[0].Label != "路灯" {
			t.Errorf("topics %+v, %v", o.Topics, err)
		}
		if d, err := w.Hotline.Find(desk, old.No); err != nil || d.Category != "0402" {
			t.Errorf("the ticket's own category: %s, %v", d.Category, err)
		}
	})
}

func TestMovesThatCannotBeAreRefused(t *testing.T) {
	w := hotlinetest.Open(t, "sqlite")
	desk := w.As(t, org.RoleDispatcher)
	head := "分类代码,分类名称,上级代码,状态,原代码\n"
	for name, text := range map[string]string{
		"from a code in use":      "1601,路灯,,启用,0402\n",
		"from a code of nobody":   "1601,路灯,,启用,9999\n",
		"to a code out of use":    "1601,路灯,,停用,0402\n0402,路灯照明,,停用,\n",
		"from a code of the list": "1601,路灯,,启用,1602\n1602,灯,,启用,\n",
	} {
		if _, err := w.Hotline.PublishCategories(desk, readList(t, head+text)); !errors.Is(err, hotline.ErrCategories) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Retiring a code with nothing to carry it on is allowed, and said.
	p, err := w.Hotline.PublishCategories(desk, readList(t, head+"0402,路灯照明,,停用,\n"))
	if err != nil || p.Retired != 1 || len(p.Lost) != 1 || p.Lost[0].Code != "0402" {
		t.Errorf("lost: %+v, %v", p, err)
	}
}

func TestMovesFollowEachOtherAndEnd(t *testing.T) {
	m := hotline.CategoryMoves{"a": "b", "b": "c", "x": "y", "y": "x"}
	for code, want := range map[string]string{"a": "c", "b": "c", "c": "c", "z": "z", "": ""} {
		if got := m.Now(code); got != want {
			t.Errorf("%q stands for %q, want %q", code, got, want)
		}
	}
	m.Now("x") // a ring ends
}
