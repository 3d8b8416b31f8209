package report_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/document/docx"
	"yichuang/internal/document/pdf"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/metric"
	"yichuang/internal/needtest"
	"yichuang/internal/org"
	"yichuang/internal/report"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// desk is a hotline with bulletins on it, and the people who make them.
type desk struct {
	*hotlinetest.World
	m                              *report.Module
	writer, reviewer, leader, head context.Context
}

func each(t *testing.T, fn func(t *testing.T, d *desk)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := &desk{World: hotlinetest.New(t, db)}
		d.m = report.New(report.Deps{DB: db, Org: d.Org, Hotline: d.Hotline, Topics: d.Topics, Figures: d.Figures, Log: slog.New(slog.DiscardHandler)})
		d.m.RegisterJobs(d.Jobs)
		if err := db.WithTx(d.System(), func(tx *store.Tx) error { return d.m.Seed(tx, d.Centre) }); err != nil {
			t.Fatal(err)
		}
		// The grants of this module come on top of those that the world's organisation knows.
		as := func(ctx context.Context, role string) context.Context {
			return hotlinetest.Actor(ctx, func(a *actor.Actor) {
				grants := map[actor.Permission]actor.Scope{}
				for p, s := range a.Grants {
					grants[p] = s
				}
				for _, g := range report.Grants() {
					if g.Role == role {
						grants[g.Permission] = g.Scope
					}
				}
				a.Grants = grants
			})
		}
		d.writer, d.reviewer, d.leader = as(d.As(t, org.RoleShiftLead), org.RoleShiftLead), as(d.As(t, org.RoleSupervisor), org.RoleSupervisor), as(d.As(t, org.RoleLeader), org.RoleLeader)
		d.head = as(d.In(t, d.Unit.ID, org.RoleUnitHead), org.RoleUnitHead)
		fn(t, d)
	}, append(hotlinetest.Migrations(), metric.Migrations, report.Migrations)...)
}

// busy lets a month pass with tickets of several kinds and categories.
func busy(t *testing.T, d *desk) {
	t.Helper()
	d.Set("2026-05-11 09:00")
	for i, c := range []struct {
		n        int
		category string
		kind     string
		state    hotline.State
	}{{7, "0101", hotline.Complaint, hotline.Closed}, {6, "0201", hotline.Help, hotline.Handling}, {2, "0405", hotline.Consult, hotline.Triage}} {
		for range c.n {
			d.Ticket(t, c.state, func(in *hotline.RegisterInput) { in.Category, in.Kind = c.category, c.kind })
		}
		d.Clock.Advance(time.Duration(i+1) * time.Minute)
	}
	d.Set("2026-05-21 09:00") // those that are handled are overdue
}

func may() metric.Period { return metric.Month(clock.MustDate("2026-05-01")) }

func (d *desk) create(t *testing.T, k report.Kind, p metric.Period, s report.Subject) report.Bulletin {
	t.Helper()
	b, err := d.m.Create(d.writer, report.CreateInput{Kind: k, Period: p, Subject: s})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func value(t *testing.T, b report.Bulletin, key string) report.Value {
	t.Helper()
	v, ok := b.Content.Lookup(key)
	if !ok {
		t.Fatalf("no value %s", key)
	}
	return v
}

// Drafts of every kind have only bound numbers, and each number leads to as many records as it says.
func TestDraftsAreBoundAndLeadToTheirRecords(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		busy(t, d)
		for _, in := range []report.CreateInput{{Kind: report.Daily, Period: metric.Day(clock.MustDate("2026-05-11"))}, {Kind: report.Weekly, Period: metric.Week(clock.MustDate("2026-05-11"))},
			{Kind: report.Monthly, Period: may()}, {Kind: report.Special, Period: may(), Subject: report.Subject{Category: "01", Name: "城市管理"}}} {
			b := d.create(t, in.Kind, in.Period, in.Subject)
			if p := b.Problems(); len(p) > 0 {
				t.Errorf("%s: %v\n%s", in.Kind, p, b.Text)
			}
			bound := 0
			for _, v := range b.Content.Values {
				if v.Source == nil {
					continue
				}
				if n, err := strconv.ParseInt(v.Text, 10, 64); err == nil {
					bound++
					if got := d.records(t, *v.Source); got != n {
						t.Errorf("%s: %s is %d, its list has %d records", in.Kind, v.Key, n, got)
					}
				}
			}
			for _, table := range b.Content.Tables {
				for _, row := range table.Rows {
					for _, c := range row {
						if c.Source == nil || c.Source.Slice == nil || c.Num == nil {
							continue
						}
						if got := d.records(t, *c.Source); got != *c.Num {
							t.Errorf("%s, %s: a cell says %d, its list has %d records", in.Kind, table.Name, *c.Num, got)
						}
					}
				}
			}
			if bound < 4 {
				t.Errorf("%s: only %d numbers are bound", in.Kind, bound)
			}
		}
	})
}

func (d *desk) records(t *testing.T, s report.Source) int64 {
	t.Helper()
	var n int64
	var err error
	if s.Slice != nil {
		_, _, n, err = d.Figures.SliceTickets(d.System(), *s.Slice, "", 10)
	} else {
		part := s.Part
		_, _, n, err = d.Figures.Cohort(d.System(), figure.CohortQuery{Measure: s.Measure, Part: part, Span: s.Period, UnitID: s.UnitID})
	}
	if err != nil {
		t.Fatalf("%+v: %v", s, err)
	}
	return n
}

func TestMonthlyFigures(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		busy(t, d)
		b := d.create(t, report.Monthly, may(), report.Subject{})
		for key, want := range map[string]string{"受理量": "15", "类型1": hotline.Complaint, "类型1·件数": "7", "类型1·占比": "46.67%", "高频事项2·件数": "6", "期间": "2026年5月", "超期未办结": "6", "受理量·环比": "增加 15 件"} {
			if got := value(t, b, key).Text; got != want {
				t.Errorf("%s is %q, want %q", key, got, want)
			}
		}
		if v := value(t, b, "类型3·件数"); v.Text != "2" || v.Public != "不足 5" {
			t.Errorf("a small number: %+v", v)
		}
		if v := value(t, b, "类型2·件数"); v.Text != "6" || v.Public != "*" {
			t.Errorf("the number by which the small one could be found: %+v", v)
		}
		if !slices.Contains(b.Content.Marks, metric.MarkIncomplete) {
			t.Errorf("marks %v", b.Content.Marks)
		}
	})
}

// A bulletin is written by one, reviewed by another, issued by a third, and then stands still.
func TestFromDraftToIssue(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		busy(t, d)
		b := d.create(t, report.Monthly, may(), report.Subject{})
		if _, err := d.m.Find(d.head, b.ID); !errors.Is(err, report.ErrNotFound) {
			t.Errorf("a unit reads a draft: %v", err)
		}
		bad, err := d.m.Save(d.writer, b.ID, b.Version, b.Title, b.Text+"\n满意率为 98%。", "加一句")
		if err != nil || len(bad.Problems()) != 1 {
			t.Fatalf("%v, %v", bad.Problems(), err)
		}
		_, err = d.m.Save(d.writer, b.ID, b.Version, b.Title, b.Text, "")
		if differs, _ := errs.As(err).Detail["differs"].([]errs.Difference); !errors.Is(err, report.ErrVersion) || len(differs) != 1 || differs[0].Field != "text" || !strings.Contains(string(differs[0].Now), "98%") {
			t.Errorf("on an old version: %v, %v", err, differs)
		}
		if _, err := d.m.Review(d.reviewer, b.ID, 0); !errors.Is(err, report.ErrInput) {
			t.Errorf("a typed number is reviewed: %v", err)
		}
		good, err := d.m.Save(d.writer, b.ID, 0, b.Title, b.Text+"\n满意率为 {满意率}。", "改为取数")
		if err != nil {
			t.Fatal(err)
		}
		own, err := d.m.Create(d.reviewer, report.CreateInput{Kind: report.Daily, Period: metric.Day(clock.MustDate("2026-05-11"))})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.m.Review(d.reviewer, own.ID, 0); !errors.Is(err, report.ErrSamePerson) {
			t.Errorf("his own work: %v", err)
		}
		if _, err := d.m.Issue(d.leader, b.ID, 0); !errors.Is(err, report.ErrState) {
			t.Errorf("issued without review: %v", err)
		}
		if _, err := d.m.Review(d.reviewer, b.ID, good.Version); err != nil {
			t.Fatal(err)
		}
		if _, err := d.m.Issue(d.writer, b.ID, 0); !errors.Is(err, actor.ErrForbidden) {
			t.Errorf("the writer issues: %v", err)
		}
		issued, err := d.m.Issue(d.leader, b.ID, 0)
		if err != nil || !issued.Intact() || issued.Seal == "" {
			t.Fatalf("%+v, %v", issued.State, err)
		}
		d.Ticket(t, hotline.Triage) // figures move on
		again, err := d.m.Find(d.head, b.ID)
		if err != nil || !again.Intact() || value(t, again, "受理量").Text != "15" {
			t.Errorf("after issue: %v, %s", err, value(t, again, "受理量").Text)
		}
		frozen, err := d.m.Frozen(d.leader, b.ID)
		if err != nil || len(frozen) < 15 || slices.ContainsFunc(frozen, func(f metric.Frozen) bool { return !f.Intact() }) {
			t.Errorf("%d frozen figures, %v", len(frozen), err)
		}
		checkCohorts(t, d, b, frozen)
		if _, err := d.m.Save(d.writer, b.ID, 0, b.Title, "改", ""); !errors.Is(err, report.ErrState) {
			t.Errorf("changed after issue: %v", err)
		}
		again.Content.Values[5].Text = "9999"
		if again.Intact() {
			t.Error("a changed figure is not seen")
		}
		fixed, err := d.m.Replace(d.writer, b.ID, "")
		if err != nil || fixed.Replaces != b.ID || value(t, fixed, "受理量").Text != "16" {
			t.Errorf("%+v, %v", fixed.Replaces, err)
		}
		editions, _, err := d.m.Editions(d.writer, b.ID)
		if err != nil || len(editions) != 3 || editions[0].Note != "改为取数" {
			t.Errorf("%d editions, %v", len(editions), err)
		}
	})
}

// A draft of a quiet period, whose parts are all too small to be shown as a chart, calls only what is there: it can be
// reviewed as it stands.
func TestADraftOfAQuietPeriodHasNoProblems(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for range 2 {
			d.Ticket(t, hotline.Triage)
		}
		for kind, p := range map[report.Kind]metric.Period{report.Daily: metric.Day(d.Clock.Now().Date()), report.Weekly: metric.Week(d.Clock.Now().Date()), report.Monthly: metric.Month(d.Clock.Now().Date())} {
			b := d.create(t, kind, p, report.Subject{})
			if list := b.Problems(); len(list) > 0 {
				t.Errorf("%s: %v", kind, list)
			}
		}
	})
}

// checkCohorts compares the frozen figures of an issued bulletin with a count of now: every figure is bound to what it
// counted, one that counted nothing to the empty cohort, and what has moved on since is seen.
func checkCohorts(t *testing.T, d *desk, b report.Bulletin, frozen []metric.Frozen) {
	t.Helper()
	nothing := (&metric.Cohort{}).Sum()
	var measures []figure.Measure
	empty := 0
	for _, f := range frozen {
		measures = append(measures, figure.Measure(f.Metric))
		if len(f.Cohort) != len(nothing) {
			t.Errorf("%s is bound to %x", f.Metric, f.Cohort)
		}
		if f.Num == 0 && f.Den == 0 && f.Excluded == 0 {
			empty++
			if !bytes.Equal(f.Cohort, nothing) {
				t.Errorf("%s counted nothing and is bound to %x", f.Metric, f.Cohort)
			}
		} else if bytes.Equal(f.Cohort, nothing) {
			t.Errorf("%s is %d/%d and bound to no record", f.Metric, f.Num, f.Den)
		}
	}
	now, err := d.Figures.FreezeWhole(d.leader, measures, b.Period())
	if err != nil {
		t.Fatal(err)
	}
	moved := map[string]bool{}
	for _, x := range metric.Differ(frozen, now) {
		moved[x.Metric] = true
	}
	if !moved[string(figure.MeasureAccepted)] || moved[string(figure.MeasureReturned)] || empty == 0 {
		t.Errorf("one more ticket was accepted: moved are %v, %d figures are empty", moved, empty)
	}
}

// The plans draft yesterday's, last week's and last month's bulletin once each, on time, in virtual days.
func TestPlansInVirtualTime(t *testing.T) {
	each(t, func(t *testing.T, d *desk) { // the world begins on Friday 2026-05-08 16:30
		count := func() map[report.Kind]int {
			n := map[report.Kind]int{}
			list, _, err := d.m.Bulletins(d.writer, report.Filter{Limit: 200})
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range list {
				n[b.Kind]++
			}
			return n
		}
		d.RunJobs(t)
		if n := count(); len(n) != 0 {
			t.Errorf("before the first day is over: %v", n)
		}
		for _, c := range []struct {
			at                     string
			daily, weekly, monthly int
		}{{"2026-05-09 08:29", 0, 0, 0}, {"2026-05-09 08:30", 1, 0, 0}, {"2026-05-09 12:00", 1, 0, 0}, {"2026-05-11 08:31", 2, 1, 0}, {"2026-06-01 08:40", 3, 2, 1}, {"2026-06-01 18:00", 3, 2, 1}} {
			d.Set(c.at)
			d.RunJobs(t)
			if n := count(); n[report.Daily] != c.daily || n[report.Weekly] != c.weekly || n[report.Monthly] != c.monthly {
				t.Errorf("%s: %v", c.at, n)
			}
		}
		s, err := d.m.Settings(d.writer)
		if err != nil || len(s.Plans) != 3 || len(s.Floors) != 2 {
			t.Fatalf("%+v, %v", s, err)
		}
		for _, p := range s.Plans {
			p.Enabled = false
			if err := d.m.SavePlan(d.writer, p); err != nil {
				t.Fatal(err)
			}
		}
		d.Set("2026-07-06 10:00")
		d.RunJobs(t)
		if n := count(); n[report.Daily] != 3 {
			t.Errorf("after the plans were ended: %v", n)
		}
	})
}

// The documents say the same numbers as the page; REPORT_FILES keeps them to be looked at.
func TestDocuments(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		busy(t, d)
		b := d.create(t, report.Monthly, may(), report.Subject{})
		if _, err := d.m.Review(d.reviewer, b.ID, 0); err != nil {
			t.Fatal(err)
		}
		b, err := d.m.Issue(d.leader, b.ID, 0)
		if err != nil {
			t.Fatal(err)
		}
		var doc, book bytes.Buffer
		if err := docx.Write(&doc, b.Document(report.Issuer{Centre: "临夏市政务服务中心"})); err != nil {
			t.Fatal(err)
		}
		if err := b.WriteXLSX(&book); err != nil {
			t.Fatal(err)
		}
		if dir := os.Getenv("REPORT_FILES"); dir != "" {
			for name, data := range map[string][]byte{"monthly.docx": doc.Bytes(), "monthly.xlsx": book.Bytes()} {
				if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
		f, err := excelize.OpenReader(&book)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := f.GetRows("高频事项")
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		for _, r := range rows {
			text += strings.Join(r, "|") + "\n"
		}
		if !strings.Contains(text, "|7|46.67%|") || !strings.Contains(text, "不足 5") || strings.Contains(text, "|2|") {
			t.Errorf("the published table says\n%s", text)
		}
		printed(t, b)
	})
}

// printed checks the bulletin as PDF by reading it again.
func printed(t *testing.T, b report.Bulletin) {
	var out bytes.Buffer
	err := pdf.NewWriter().Write(&out, b.Document(report.Issuer{Centre: "临夏市政务服务中心"}))
	needtest.Have(t, !errors.Is(err, pdf.ErrNoFonts), "needs the fonts of `make assets`")
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("REPORT_FILES"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, "monthly.pdf"), out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r := pdf.NewReader(filepath.Join(os.TempDir(), "yichuang-pdf-code"), pdf.Limits{})
	needtest.Have(t, !errors.Is(r.Start(), pdf.ErrNoReader), "needs the PDF reader of `make assets`")
	defer r.Close()
	f, err := r.Open(t.Context(), bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for _, p := range f.Pages {
		for _, r := range p.Runs {
			text += r.Text + "\n"
		}
	}
	if f.Title != b.Title || !strings.Contains(text, "46.67%\n") || !strings.Contains(text, "不足 5") || !strings.Contains(text, "临夏市政务服务中心12345热线办") {
		t.Errorf("%q says\n%s", f.Title, text)
	}
}
