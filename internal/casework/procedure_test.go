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
