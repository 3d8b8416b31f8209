package hallmetric_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/hallmetric"
	"yichuang/internal/item"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// lives takes cases through lives of every kind by the real use cases, drawn by lot with a fixed seed.
func (w *world) lives(t *testing.T, n int) {
	t.Helper()
	it := w.Ready(t, func(c *item.Content) { c.Minutes = 25 })
	rnd := rand.New(rand.NewPCG(7, 31))
	for i := range n {
		w.Clock.Set(clock.MustInstant("2025-09-24 09:10").Add(time.Duration(i) * 26 * time.Hour))
		w.live(t, it, rnd.IntN(10))
	}
}

// later moves the clock on by hours.
func (w *world) later(hours int) { w.Clock.Set(w.Clock.Now().Add(time.Duration(hours) * time.Hour)) }

func (w *world) live(t *testing.T, it item.Item, kind int) {
	t.Helper()
	m := w.Casework
	must := func(c casework.Case, err error) casework.Case {
		t.Helper()
		if err != nil {
			t.Fatal(kind, w.Clock.Now(), err)
		}
		return c
	}
	had := []string{"M1", "M2", "M3"}
	if kind == 1 || kind == 2 {
		had = had[:1]
	}
	c := w.Receive(t, it, had...)
	k := casework.Command{CaseID: c.ID}
	w.later(2)
	switch kind {
	case 1: // told and supplied, then accepted
		must(m.Notify(w.Window(t), k, []casework.Defect{{Code: "M2", What: "缺证明"}, {Code: "M3", What: "缺制度"}}, ""))
		w.later(49)
		must(m.Supply(w.Window(t), k, []string{"M2", "M3"}, true))
		w.later(1)
	case 2: // put right on the spot
		must(m.SpotCorrect(w.Window(t), k, "当场补交", []string{"M2", "M3"}))
		w.later(1)
	case 3: // refused
		must(m.Refuse(w.Chief(t), k, casework.RefuseInput{Ground: casework.NotEligible, Basis: "第五十七条", Reason: "不具备条件"}))
		return
	case 4: // never looked at: deemed accepted
		w.later(24 * 14)
		w.RunJobs(t)
	}
	if kind != 4 {
		must(m.Accept(w.Window(t), k, casework.NormalMode))
	}
	w.later(24)
	switch kind {
	case 5:
		must(m.Withdraw(w.Window(t), k, "不办了"))
		return
	case 6, 7: // a special procedure; in 7 close to the end of the promise
		if kind == 7 {
			w.later(24 * 10)
		}
		today := w.Clock.Now().Date()
		must(m.ProposeSuspension(w.Chief(t), k, casework.ProcedureInput{Type: "testing", Start: today, Expected: today + 20, Notice: today, Reason: "需要检测"}))
		must(m.Suspend(w.Approver(t, 1), k))
		w.later(24 * 5)
		must(m.Resume(w.Chief(t), k, "检测合格"))
	case 8: // put off once
		must(m.ProposeExtension(w.Chief(t), k, "情况复杂"))
		must(m.Extend(w.Head(t), k, casework.ExtendInput{}))
		w.later(24 * 30)
	}
	must(m.Review(w.Chief(t), k, "符合条件"))
	if kind == 9 { // still open
		return
	}
	w.later(3)
	must(m.Grant(w.Approver(t, 2), k, casework.DecideInput{Opinion: "准予", Overdue: "情况复杂"}))
	must(m.Issue(w.Window(t), k, casework.IssueInput{Number: "许字" + c.No}))
	must(m.Deliver(w.Window(t), k, casework.DeliverInput{Way: casework.Ways[0], Came: kind%2 == 0}))
}

// staged takes a case through a first review by a lower organ, with a special procedure in each stage.
func (w *world) staged(t *testing.T, limit item.Limit) {
	t.Helper()
	m := w.Casework
	at := orgtest.Where{Unit: orgtest.Unit(t, w.Org, w.Centre, "县人社局"+limit.Label(), "").ID}
	low := w.Person(t, "lower "+limit.Label(), at, org.RoleApprover)
	rep := w.Person(t, "lower rep "+limit.Label(), at, org.RoleApprover, org.RoleChiefRep)
	it := w.Ready(t, func(c *item.Content) {
		c.Commitment, c.First, c.Promise, c.Statutory = false, item.FirstReview{UnitID: at.Unit, Basis: "试"}, limit, item.Limit{N: 2, Unit: item.Month}
	})
	c := w.Receive(t, it, "M1", "M2", "M3")
	k := casework.Command{CaseID: c.ID}
	stop := func(who orgtest.Person, by context.Context) {
		t.Helper()
		today := w.Clock.Now().Date()
		if _, err := m.ProposeSuspension(who.Ctx, k, casework.ProcedureInput{Type: "testing", Start: today, Expected: today + 9, Notice: today, Reason: "检测"}); err != nil {
			t.Fatal(err)
		}
		if _, err := m.Suspend(by, k); err != nil {
			t.Fatal(err)
		}
		w.later(24 * 4)
		if _, err := m.Resume(who.Ctx, k, "合格"); err != nil {
			t.Fatal(err)
		}
		w.later(25)
	}
	if _, err := m.Accept(w.Window(t), k, casework.NormalMode); err != nil {
		t.Fatal(err)
	}
	w.later(25)
	stop(rep, low.Ctx)
	if _, err := m.ReportFirst(low.Ctx, k, casework.FirstInput{Agree: true, Opinion: "拟同意"}); err != nil {
		t.Fatal(err)
	}
	w.later(25)
	stop(w.Person(t, "Z", orgtest.Where{}), w.Approver(t, 1))
	if _, err := m.Review(w.Chief(t), k, "符合条件"); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Grant(w.Approver(t, 2), k, casework.DecideInput{Overdue: "等待检测"}); err != nil {
		t.Fatal(err)
	}
}

// pledged takes a case that is decided on a declaration on its day.
func (w *world) pledged(t *testing.T) {
	t.Helper()
	c := w.Receive(t, w.Ready(t), "M1")
	if _, err := w.Casework.Accept(w.Window(t), casework.Command{CaseID: c.ID}, casework.Pledged); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Casework.Grant(w.Approver(t, 2), casework.Command{CaseID: c.ID}, casework.DecideInput{}); err != nil {
		t.Fatal(err)
	}
}

// What the figures count from the rows is what the events alone give, case by case and figure by figure, for every period.
func TestRecountFromEventsAgrees(t *testing.T) {
	for _, kind := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(kind), func(t *testing.T) {
			w := open(t, kind)
			n := 40
			if kind == store.Postgres {
				n = 8
			}
			w.lives(t, n)
			if kind == store.SQLite {
				w.staged(t, item.Limit{N: 10, Unit: item.Workday})
				w.staged(t, item.Limit{N: 1, Unit: item.Month})
				w.pledged(t)
				n += 3
			}
			w.Set("2026-02-20 09:00")
			check := w.reader(hallmetric.PermCheck, actor.Centre)
			for _, p := range []metric.Period{october, october.Previous(), {From: october.To, To: october.To + 30}, {From: october.From - 40, To: october.To + 120}} {
				r, err := w.Metrics.Recount(check, p)
				if err != nil {
					t.Fatal(err)
				}
				if !r.Equal || r.Cases != int64(n) || r.Figures == 0 {
					t.Errorf("%s: %d cases, %d figures, %s", p, r.Cases, r.Figures, strings.Join(r.Faults, "\n"))
				}
			}
			tamper(t, w)
		})
	}
}

// tamper changes rows behind the module's back: the recount names each.
func tamper(t *testing.T, w *world) {
	t.Helper()
	year := metric.Period{From: october.From - 40, To: october.To + 120}
	for _, change := range []string{"notices = notices + 1", "decided_at = decided_at - 864000000", "promise_due = promise_due + 86400000", "used_days = used_days + 1", "visits = 5"} {
		var was []casework.Case
		_ = w.DB.WithTx(w.System(), func(tx *store.Tx) (err error) {
			was, err = store.Select[casework.Case](tx, "SELECT "+store.Columns[casework.Case]("")+" FROM casework_case WHERE centre_id = $1 AND close_code <> '' ORDER BY id LIMIT 1", w.Centre)
			if err == nil {
				_, err = tx.Exec("UPDATE casework_case SET "+change+" WHERE centre_id = $1 AND id = $2", w.Centre, was[0].ID)
			}
			return err
		})
		r, err := w.Metrics.Recount(w.reader(hallmetric.PermCheck, actor.Centre), year)
		if err != nil || r.Equal || !strings.Contains(strings.Join(r.Faults, "\n"), string(was[0].ID)) {
			t.Errorf("%s was not found: %v %v", change, r.Faults, err)
		}
		_ = w.DB.WithTx(w.System(), func(tx *store.Tx) error { return store.Update(tx, "casework_case", was[0], "centre_id", "id") })
	}
}

// The list behind every figure has exactly the records that its sums counted.
func TestRecordsAreWhatTheFiguresCounted(t *testing.T) {
	w := open(t, store.SQLite)
	w.lives(t, 30)
	w.Set("2026-02-20 09:00")
	span := metric.Period{From: october.From - 40, To: october.To + 120}
	sheet, err := w.Metrics.Figures(w.all(), hallmetric.Query{Period: span, By: hallmetric.ByUnit})
	if err != nil || len(sheet.Lines) == 0 {
		t.Fatal(len(sheet.Lines), err)
	}
	counted := 0
	for _, line := range sheet.Lines {
		for _, f := range line.Values {
			for part, want := range map[metric.Part]int64{metric.Excluded: f.Excluded, metric.Numerator: f.Num, metric.Denominator: f.Den} {
				p, err := w.Metrics.Records(w.all(), metric.Query{Metric: f.Metric, Part: part, Subject: line.Subject.Key(), Period: span, Limit: 7})
				if err != nil {
					t.Fatal(err)
				}
				if f.Form == metric.Rate && f.Metric != "HI1" && p.Total != want || part == metric.Excluded && p.Total != want {
					t.Errorf("%s %s of %s: %d records, %d counted", f.Metric, part, line.Subject.Name, p.Total, want)
				}
				counted += len(walk(t, w, metric.Query{Metric: f.Metric, Part: part, Subject: line.Subject.Key(), Period: span, Limit: 7}, p))
			}
		}
	}
	if counted < 100 {
		t.Errorf("only %d records looked at", counted)
	}
}

// walk follows the pages of a list: every record once, in order.
func walk(t *testing.T, w *world, q metric.Query, p hallmetric.Page) []string {
	t.Helper()
	var seen []string
	for {
		for _, r := range p.Records {
			if slices.Contains(seen, r.ID) {
				t.Errorf("%s twice", r.ID)
			}
			seen = append(seen, r.ID)
		}
		if p.Next == "" {
			if int64(len(seen)) != p.Total {
				t.Errorf("%s %s: %d records of %d", q.Metric, q.Part, len(seen), p.Total)
			}
			return seen
		}
		q.After = p.Next
		var err error
		if p, err = w.Metrics.Records(w.all(), q); err != nil {
			t.Fatal(err)
		}
	}
}

// A published month keeps its figures and says so where somebody alters them; it is published again only with a reason.
func TestPublishedMonths(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.Set("2025-10-31 20:00")
		for i := range 4 {
			w.put(t, func(c *casework.Case) {
				if i == 3 {
					c.DecidedAt, c.ClosedAt = clock.MustInstant("2025-10-21 10:00"), clock.MustInstant("2025-10-21 10:00")
				}
			})
		}
		info, check := w.reader(hallmetric.PermPublish, actor.Centre), w.reader(hallmetric.PermCheck, actor.Centre)
		if _, err := w.Metrics.Publish(info, october, ""); errs.CodeOf(err) != errs.CodeOf(hallmetric.ErrMonthOpen) {
			t.Errorf("a month that goes on: %v", err)
		}
		if _, err := w.Metrics.Published(w.System(), clock.NoDate); errs.CodeOf(err) != errs.CodeOf(hallmetric.ErrMonthGone) {
			t.Errorf("nothing is published: %v", err)
		}
		w.Set("2025-11-03 09:00")
		m, err := w.Metrics.Publish(info, october, "")
		if err != nil || m.Revision != 1 || m.Figures == 0 {
			t.Fatalf("%+v %v", m, err)
		}
		if _, err := w.Metrics.Publish(info, october, " "); errs.CodeOf(err) != errs.CodeOf(hallmetric.ErrMonthAgain) {
			t.Errorf("published twice: %v", err)
		}
		b, err := w.Metrics.Published(w.System(), clock.NoDate)
		if err != nil || len(b.Units) != 1 || value(b, "HC1") != "75.00%" {
			t.Errorf("%+v %v", b, err)
		}
		w.put(t, func(*casework.Case) {}) // found later
		if b, _ = w.Metrics.Published(w.System(), october.From); value(b, "HC1") != "75.00%" {
			t.Errorf("a published rate moved to %s", value(b, "HC1"))
		}
		r, err := w.Metrics.Recount(check, october)
		if err != nil || r.Month == nil || len(r.Later) == 0 {
			t.Errorf("what came later is not told: %+v %v", r, err)
		}
		if m, err = w.Metrics.Publish(info, october, "补录一件"); err != nil || m.Revision != 2 {
			t.Errorf("%+v %v", m, err)
		}
		if b, _ = w.Metrics.Published(w.System(), october.From); value(b, "HC1") != "80.00%" || b.Month.Reason != "补录一件" {
			t.Errorf("corrected to %s, %q", value(b, "HC1"), b.Month.Reason)
		}
		sameValueOtherRecord(t, w, check)
		alterFrozen(t, w, m)
		if r, err = w.Metrics.Recount(check, october); err != nil || !strings.Contains(strings.Join(r.Faults, " "), "被改动") {
			t.Errorf("an altered figure was not found: %v %v", r.Faults, err)
		}
	}, migrations()...)
}

// sameValueOtherRecord puts one case in the place of another: the value stays, the fingerprint of its records does not.
func sameValueOtherRecord(t *testing.T, w *world, check context.Context) {
	t.Helper()
	err := w.DB.WithTx(w.System(), func(tx *store.Tx) error {
		_, err := tx.Exec("UPDATE casework_case SET id = 'another-case' WHERE centre_id = $1 AND no = 'B20251009-0001'", w.Centre)
		return err
	})
	r, errNow := w.Metrics.Recount(check, october)
	if err != nil || errNow != nil || !slices.ContainsFunc(r.Later, func(d metric.Difference) bool { return d.Metric == "HC1" && d.What == "记录" }) {
		t.Errorf("another record of the same value was not found: %+v %v %v", r.Later, err, errNow)
	}
}

func value(b hallmetric.Bulletin, code string) string {
	for _, f := range b.Whole {
		if f.Code == code {
			return f.Value
		}
	}
	return ""
}

func alterFrozen(t *testing.T, w *world, m hallmetric.Month) {
	t.Helper()
	err := w.DB.WithTx(w.System(), func(tx *store.Tx) error {
		_, err := tx.Exec("UPDATE metric_frozen SET num = num + 1 WHERE centre_id = $1 AND owner = $2 AND metric = 'HC1' AND subject = ''", w.Centre, m.Owner)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
