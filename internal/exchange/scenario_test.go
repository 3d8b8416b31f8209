package exchange_test

import (
	"context"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/exchange"
	"yichuang/internal/exchange/exchangetest"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// fixtureF is fixture F of the hall reference §8.4: with the notices that the program brings, 2025 has the days off of
// October and 建州纪念日 on 11-19.
func wantDue(t *testing.T, r exchange.Request, kind exchange.ClockKind, day string) {
	t.Helper()
	if r.Clock != kind || calendar.LastDay(r.Due).String() != day || r.Due != clock.MustDate(day).End() {
		t.Errorf("%s of %s: %s, want %s", r.Clock, r.No, calendar.FormatDue(r.Due), day)
	}
}

func wantCode(t *testing.T, err error, kind errs.Kind, code string) {
	t.Helper()
	if errs.KindOf(err) != kind || casework.RefusalCode(err) != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

// Scenario 14 of the hall reference §8.4, first half: the clocks, and silence.
func TestScenario14TheClocks(t *testing.T) {
	exchangetest.Each(t, func(t *testing.T, w *exchangetest.World) {
		it := w.Ready(t)
		free, bound := w.Publish(t, exchange.Unconditional), w.Publish(t, exchange.Conditional)
		w.Set("2025-11-17 09:00")
		wantDue(t, w.Submitted(t, w.Input(free, it)), exchange.ClockGrant, "2025-11-18")
		r := w.Act(t, w.Info(t), w.Submitted(t, w.Input(bound, it)), exchange.ActPass, "")
		wantDue(t, r, exchange.ClockAnswer, "2025-12-02")
		silent := w.Act(t, w.Info(t), w.Submitted(t, w.Input(bound, it)), exchange.ActPass, "")

		w.Set("2025-12-02 16:00")
		w.RunJobs(t)
		r = w.Act(t, w.Provider(t), r, exchange.ActAgree, "")
		wantDue(t, r, exchange.ClockSupply, "2025-12-30")

		w.Set("2025-12-03 00:00")
		w.RunJobs(t)
		w.RunJobs(t)
		s, err := w.Exchange.FindRequest(w.As(t, org.RoleSupervisor), silent.ID)
		if err != nil {
			t.Fatal(err)
		}
		if s.State != exchange.Answering || s.Grant != nil || s.Version != silent.Version {
			t.Errorf("silence changed the request: %s, %+v", s.State, s.Grant)
		}
		over := 0
		for _, a := range s.Alerting {
			if a.Level == exchange.LevelOver && a.Clock == exchange.ClockAnswer && a.UnitID == w.Police.ID {
				over++
			}
		}
		if over != 1 || s.Alerts != int64(len(s.Alerting)) {
			t.Errorf("alerts %+v", s.Alerting)
		}
		c := w.Accepted(t, it)
		_, err = w.Use(t, bound, c)
		wantCode(t, err, errs.Forbidden, "NO_GRANT")
	})
}

// Scenario 14, second half: a query with a case of another purpose, the chain, and what the subject sees.
func TestScenario14TheUses(t *testing.T) {
	exchangetest.Each(t, func(t *testing.T, w *exchangetest.World) {
		it, other := w.Ready(t), w.Ready(t)
		e, _ := w.Granted(t, it)
		w.Set("2025-11-17 09:00")
		ok, wrong := w.Accepted(t, it), w.Accepted(t, other)
		first, err := w.Use(t, e, ok)
		if err != nil || first.Seq != 1 || first.Outcome != exchange.Permitted || first.Purpose != "核验申请人户籍" || first.CaseNo != ok.No || first.Digest == "" {
			t.Fatalf("%+v, %v", first, err)
		}
		_, err = w.Use(t, e, wrong)
		wantCode(t, err, errs.Forbidden, "PURPOSE_MISMATCH")
		w.Set("2025-11-17 10:00")
		if _, err := w.Use(t, e, ok); err != nil {
			t.Fatal(err)
		}
		list, _, err := w.Exchange.Usages(w.As(t, org.RoleSupervisor), exchange.UsageFilter{})
		if err != nil || len(list) != 3 || list[1].Outcome != exchange.Refused || list[1].Refusal != "PURPOSE_MISMATCH" || list[1].CaseNo != wrong.No || list[1].ActorID == "" {
			t.Fatalf("%+v, %v", list, err)
		}
		outlineHasNoCase(t, w, ok)
		subjectSees(t, w, ok)
		deletedRecord(t, w)
	})
}

// outlineHasNoCase: whoever sees the outline only does not learn by the filter what the rows leave out.
func outlineHasNoCase(t *testing.T, w *exchangetest.World, c casework.Case) {
	t.Helper()
	for role, want := range map[string][2]int{org.RoleInfo: {3, 0}, org.RoleSupervisor: {3, 2}} {
		all, _, err := w.Exchange.Usages(w.As(t, role), exchange.UsageFilter{})
		of, next, failed := w.Exchange.Usages(w.As(t, role), exchange.UsageFilter{CaseID: string(c.ID)})
		if err != nil || failed != nil || len(all) != want[0] || len(of) != want[1] || next != 0 {
			t.Errorf("%s sees %d records and %d of the case, %v, %v", role, len(all), len(of), err, failed)
		}
	}
}

// subjectSees: the data subject learns organ, time and purpose, by the code of a receipt and the phone.
func subjectSees(t *testing.T, w *exchangetest.World, c casework.Case) {
	t.Helper()
	citizen := actor.With(context.Background(), casework.ApplicantActor(w.Centre, "", ""))
	code := w.Casework.QueryCode(casework.VisitID(c.VisitID))
	seen, err := w.Exchange.OwnUses(citizen, code, "1234", "")
	if err != nil || len(seen) != 2 || seen[0].Unit != "市人社局" || seen[0].Provider != "市公安局" || seen[0].Purpose != "核验申请人户籍" || seen[1].At != clock.MustInstant("2025-11-17 09:00") {
		t.Fatalf("%+v, %v", seen, err)
	}
	all, err := w.Exchange.OwnUses(citizen, code, "1234", caseworktest.Applicant().IDNo)
	if err != nil || len(all) != 3 || all[1].Outcome != exchange.Refused || all[1].Refusal == "" {
		t.Fatalf("%+v, %v", all, err)
	}
	for _, wrong := range [][3]string{{code, "9999", ""}, {"AAAAAAAAAA", "1234", ""}, {code, "1234", "622901198001010010"}} {
		if got, err := w.Exchange.OwnUses(citizen, wrong[0], wrong[1], wrong[2]); errs.KindOf(err) != errs.NotFound || len(got) != 0 {
			t.Errorf("%v: %+v, %v", wrong, got, err)
		}
	}
}

// deletedRecord: deleting one record breaks the verification at that index.
func deletedRecord(t *testing.T, w *exchangetest.World) {
	t.Helper()
	j := w.As(t, org.RoleSupervisor)
	c, err := w.Exchange.Verify(j)
	if err != nil || len(c.Faults) != 0 || c.Records != 3 || c.Seq != 3 {
		t.Fatalf("%+v, %v", c, err)
	}
	tamper(t, w, "DELETE FROM exchange_usage WHERE centre_id = $1 AND seq = 2")
	c, err = w.Exchange.Verify(j)
	if err != nil || len(c.Faults) == 0 || c.Faults[0].Seq != 2 {
		t.Errorf("%+v, %v", c, err)
	}
	if c, err = w.Exchange.Check(w.System()); err != nil || len(c.Faults) == 0 || c.Faults[0].Seq != 2 {
		t.Errorf("the check does not find it: %+v, %v", c, err)
	}
}

func tamper(t *testing.T, w *exchangetest.World, sql string, args ...any) {
	t.Helper()
	err := w.DB.WithTx(w.System(), func(tx *store.Tx) error {
		_, err := tx.Exec(sql, append([]any{w.Centre}, args...)...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
