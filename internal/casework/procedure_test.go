package casework_test

import (
	"strings"
	"testing"

	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/item"
	"yichuang/internal/store"
)

// A special procedure may not be planned for longer than the item allows. From Friday 2025-09-26 the working days are 09-26, the
// working Sunday 09-28, 09-29, 09-30 and, after the holiday, 10-09 and on; the day of the end counts again for the clock.
func TestAProcedureIsNotPlannedForLongerThanTheItemAllows(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m, z := w.Casework, w.Chief(t)
	for _, c := range []struct {
		max           item.Limit
		last, tooLate string
		text          string
		known         bool
	}{
		{max: item.Limit{N: 5, Unit: item.Workday}, last: "2025-10-10", tooLate: "2025-10-11", text: "检测最长 5 个工作日"},
		{max: item.Limit{N: 5, Unit: item.Workday}, last: "2025-10-10", tooLate: "9999-10-11", text: "检测最长 5 个工作日", known: true},
		{max: item.Limit{N: 10, Unit: item.Day}, last: "2025-10-06", tooLate: "2025-10-07", text: "检测最长 10 日"},
		{max: item.Limit{N: 1, Unit: item.Month}, last: "2025-10-26", tooLate: "2025-10-27", text: "检测最长 1 个月"},
		{max: item.Limit{N: 1, Unit: item.Year}, last: "2026-09-26", tooLate: "2026-09-27", text: "检测最长 1 年", known: true},
		{last: "2027-12-31"},
	} {
		w.Set("2025-09-26 09:00")
		it := w.Ready(t, func(x *item.Content) {
			x.Suspensions = []item.SuspensionRule{{Kind: "testing", Basis: "《行政许可法》第四十五条", Max: c.max}}
		})
		k := cmd(w.Accepted(t, it))
		plan := func(end string) error {
			in := casework.ProcedureInput{Type: "testing", Start: day("2025-09-26"), Notice: day("2025-09-26"), Expected: day(end), End: clock.NoDate, Reason: "检测"}
			if c.known {
				in.End, in.Expected = day(end), clock.NoDate
			}
			_, err := m.ProposeSuspension(z, k, in)
			return err
		}
		if c.tooLate != "" {
			err := plan(c.tooLate)
			wantCode(t, err, "PROCEDURE_TOO_LONG")
			field := "expected"
			if c.known {
				field = "end"
			}
			if e := errs.As(err); !strings.Contains(e.Public, c.text) || len(e.Fields) != 1 || e.Fields[0].Name != field {
				t.Errorf("the refusal says %s %+v", e.Public, e.Fields)
			}
		}
		if err := plan(c.last); err != nil {
			t.Errorf("%s until %s: %v", c.max.Label(), c.last, err)
		}
	}
	checked(t, w)
}

// The written notice is one that the applicant can have had: not from before the case, not of a day to come.
func TestTheNoticeOfASpecialProcedureHasADay(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	it := w.Ready(t)
	w.Set("2025-09-26 09:00")
	k := cmd(w.Receive(t, it, "M1", "M2", "M3"))
	w.Set("2025-09-28 09:00")
	if _, err := w.Casework.Accept(w.Window(t), k, casework.NormalMode); err != nil {
		t.Fatal(err)
	}
	w.Set("2025-09-29 09:00")
	for notice, text := range map[string]string{"2025-03-01": "早于接件日期 2025-09-26", "2025-09-25": "早于接件日期", "2025-09-30": "还没有到", "2025-10-10": "不得晚于开始日期", "": "填写告知日期"} {
		in := casework.ProcedureInput{Type: "testing", Start: day("2025-10-09"), Expected: day("2025-10-13"), Reason: "检测"}
		if notice != "" {
			in.Notice = day(notice)
		}
		_, err := w.Casework.ProposeSuspension(w.Chief(t), k, in)
		wantCode(t, err, "NOTICE_REQUIRED")
		if e := errs.As(err); err != nil && !strings.Contains(e.Public, text) {
			t.Errorf("notice %q: %s", notice, e.Public)
		}
	}
	for _, notice := range []string{"2025-09-26", "2025-09-29"} {
		in := casework.ProcedureInput{Type: "testing", Start: day("2025-10-09"), Expected: day("2025-10-13"), Notice: day(notice), Reason: "检测"}
		if _, err := w.Casework.ProposeSuspension(w.Chief(t), k, in); err != nil {
			t.Errorf("notice %s: %v", notice, err)
		}
		if _, err := w.Casework.Decline(w.Approver(t, 1), k, casework.ActAskSuspend, "不需要"); err != nil {
			t.Fatal(err)
		}
	}
}
