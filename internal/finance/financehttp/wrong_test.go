package financehttp_test

import (
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/finance"
	"yichuang/internal/finance/fiscal"
)

// form is a form of the pages with values that are accepted, and what each of its fields holds.
type form struct {
	path   string
	values []string // pairs of name and value
	kinds  map[string]string
}

// wrong are values that a field of a kind never takes.
func wrong(kind string) []string {
	switch kind {
	case "text":
		return []string{strings.Repeat("长", 20_001)}
	case "needed":
		return []string{"", "   ", strings.Repeat("长", 20_001)}
	case "yuan":
		return []string{"一百", "1.005", "1e9", "99999999999999999999", "9999999999999.99", "--1", "1,2,x"}
	case "count":
		return []string{"一", "1.5", "-1", "99999999999999999999", "0x10"}
	case "day":
		return []string{"昨天", "2024-13-01", "2024-02-30", "0000-00-00", "20240"}
	case "choice":
		return []string{"nothing", "' OR 1=1 --", strings.Repeat("a", 300)}
	}
	panic(kind)
}

// forms are the forms of a year that take typed input.
func forms(unit, entry, budget string) []form {
	line := []string{"func.0", "2010399", "econ.0", "30201", "kind.0", "basic", "fen.0", "1"}
	return []form{
		{"/finance", []string{"year", "2023", "department", "某市政务中心", "template", "gansu-2024", "texts", "standard", "level", "class"},
			map[string]string{"year": "count", "department": "needed", "template": "choice", "texts": "choice", "level": "choice"}},
		{"/finance/assets", []string{"kind", "other", "number", "甘N", "name", "车", "fen", "1", "acquired_on", "2024-01-01"},
			map[string]string{"kind": "choice", "number": "text", "name": "needed", "fen": "yuan", "acquired_on": "day"}},
		{"/finance/assets/dispose", []string{"id", "x", "day", "2024-01-01"}, map[string]string{"id": "choice", "day": "day"}},
		{"/finance/2024/text/reason", []string{"key", "yoy.total", "reason", "按标准"}, map[string]string{"reason": "needed", "key": "choice"}},
		{"/finance/2024/text/part", []string{"name", "duties", "duties", "履行职责"}, map[string]string{"duties": "text", "name": "choice"}},
		{"/finance/2024/entries/new", append([]string{"voucher", "记-9", "day", "2024-05-06", "account", "7101", "contra", "6001", "fund", "general", "unit_id", unit, "summary", "办公"}, line...),
			map[string]string{"voucher": "needed", "day": "day", "account": "choice", "contra": "choice", "fund": "choice", "unit_id": "choice", "summary": "text", "func.0": "choice", "econ.0": "choice", "kind.0": "choice", "fen.0": "yuan"}},
		{"/finance/2024/entries/" + entry + "/correct", append([]string{"voucher", "记-9", "day", "2024-05-06", "reason", "记错", "account", "7101", "contra", "6001", "fund", "general", "unit_id", unit}, line...),
			map[string]string{"voucher": "needed", "day": "day", "reason": "needed", "func.0": "choice", "fen.0": "yuan"}},
		{"/finance/2024/budget", []string{"phase", "initial", "fund", "general", "unit_id", unit, "func", "2010399", "kind", "basic", "econ", "30201", "fen", "1", "document", "号", "day", "2024-01-01"},
			map[string]string{"phase": "choice", "fund": "choice", "unit_id": "choice", "func": "choice", "kind": "choice", "econ": "choice", "fen": "yuan", "document": "text", "day": "day"}},
		{"/finance/2024/budget/" + budget + "/reverse", []string{"reason", "重复"}, map[string]string{"reason": "needed"}},
		{"/finance/2024/figures/prior", []string{"total", "1"}, map[string]string{"total": "yuan"}},
		{"/finance/2024/figures/counts", []string{"receptions", "1"}, map[string]string{"receptions": "count"}},
		{"/finance/2024/figures/carry", []string{"nature", "opening", "unit_id", unit, "fund", "general", "func", "2010399", "fen", "1"},
			map[string]string{"nature": "choice", "unit_id": "choice", "fund": "choice", "func": "choice", "fen": "yuan"}},
		{"/finance/2024/contracts", []string{"number", "9", "name", "电脑", "supplier", "公司", "category", "goods", "size", "small", "fen", "1", "day", "2024-05-01"},
			map[string]string{"number": "needed", "name": "needed", "supplier": "text", "category": "choice", "size": "choice", "fen": "yuan", "day": "day"}},
		{"/finance/2024/settings", []string{"version", "1", "department", "某市", "template", "gansu-2024", "texts", "standard", "level", "class"},
			map[string]string{"department": "needed", "template": "choice", "texts": "choice", "level": "choice"}},
		{"/finance/2024/units", []string{"code", "009", "name", "单位", "kind", "public"}, map[string]string{"code": "needed", "name": "needed", "kind": "choice"}},
		{"/finance/2024/projects", []string{"code", "P9", "name", "项目"}, map[string]string{"code": "needed", "name": "needed"}},
		{"/finance/2024/close", []string{"month", "1"}, map[string]string{"month": "count"}},
		{"/finance/2024/reopen", []string{"month", "1", "reason", "补记"}, map[string]string{"month": "count", "reason": "needed"}},
		{"/finance/2024/account/return", []string{"version", "1", "remark", "改"}, map[string]string{"remark": "needed"}},
		{"/finance/2024/account/correct", []string{"version", "1", "remark", "改"}, map[string]string{"remark": "needed"}},
		{"/finance/2024/account/clear", []string{"version", "1", "pass", "1", "remark", "可以"}, map[string]string{"remark": "needed"}},
		{"/finance/2024/account/approve", []string{"version", "1", "on", "2025-01-01", "number", "号", "by", "局"}, map[string]string{"on": "day", "number": "needed", "by": "needed"}},
	}
}

// with gives the values with one exchanged.
func with(values []string, name, value string) []string {
	out := append([]string{}, values...)
	for i := 0; i < len(out); i += 2 {
		if out[i] == name {
			out[i+1] = value
		}
	}
	return out
}

// TestWrongInputIsRefused fills in every form with one wrong value at a time: it is refused with a page that says what is
// wrong in Chinese, nothing is entered, and nothing of ours breaks.
func TestWrongInputIsRefused(t *testing.T) {
	d := newDesk(t)
	unit := d.opened(t)
	who := d.site.As("all")
	system := actor.With(t.Context(), d.system)
	if _, err := d.finance.AddVoucher(system, 2024, finance.Voucher{Number: "记-1", Day: clock.MustDate("2024-05-06"), Entries: []finance.Entry{{Account: "7101", Contra: "6001", UnitID: unit, Fund: fiscal.General,
		Func: "2010399", Econ: "30201", Kind: fiscal.Basic, Fen: 500_00}}}); err != nil {
		t.Fatal(err)
	}
	entries, _, err := d.finance.Entries(system, 2024, finance.EntryFilter{})
	if err != nil || len(entries) != 1 {
		t.Fatal(entries, err)
	}
	lines, err := d.finance.Budgets(system, 2024)
	if err != nil || len(lines) != 1 {
		t.Fatal(lines, err)
	}
	tried := 0
	for _, f := range forms(unit, entries[0].ID, lines[0].ID) {
		for name, kind := range f.kinds {
			for _, value := range wrong(kind) {
				a := who.Post(f.path, with(f.values, name, value)...)
				tried++
				shown := value[:min(len(value), 24)]
				if a.Code < 400 || a.Code >= 500 {
					t.Errorf("%s: %s = %q: status %d", f.path, name, shown, a.Code)
					continue
				}
				text := a.Body.String()
				if !strings.Contains(text, "请") && !strings.Contains(text, "不") && !strings.Contains(text, "没有") {
					t.Errorf("%s: %s = %q: the page says nothing", f.path, name, shown)
				}
			}
		}
	}
	if tried < 200 {
		t.Errorf("only %d values were tried", tried)
	}
	if after, _, err := d.finance.Entries(system, 2024, finance.EntryFilter{}); err != nil || len(after) != 1 {
		t.Errorf("%d entries, %v", len(after), err)
	}
	d.everyFormIsTried(t, forms("u", "e", "b"))
}

// everyFormIsTried compares the forms with the routes: a new form belongs into the list above.
func (d desk) everyFormIsTried(t *testing.T, list []form) {
	t.Helper()
	files := "/finance/{year}/subjects /finance/{year}/imports /finance/templates /finance/{year}/rosters" // tested with files elsewhere
	plain := "/finance/{year}/rosters/{id}/back /finance/{year}/figures/last /finance/{year}/contracts/{id}/reverse /finance/{year}/imports/{id} /finance/{year}/account/submit /finance/{year}/account/review /finance/{year}/account/publish /finance/{year}/account/reply"
	for _, r := range d.site.Pages.Routes() {
		if r.Method != "POST" || r.API || !strings.HasPrefix(r.Pattern, "/finance") || strings.HasPrefix(r.Pattern, "/finance/examinations") || strings.Contains(files+" "+plain, r.Pattern) {
			continue
		}
		at := strings.NewReplacer("{year}", "2024", "/entries/{id}/", "/entries/e/", "/budget/{id}/", "/budget/b/").Replace(r.Pattern)
		found := false
		for _, f := range list {
			found = found || f.path == at
		}
		if !found {
			t.Errorf("POST %s is not among the forms that are tried with wrong input", r.Pattern)
		}
	}
}
