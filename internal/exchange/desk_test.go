package exchange_test

import (
	"slices"
	"testing"

	"yichuang/internal/exchange"
	"yichuang/internal/exchange/exchangetest"
	"yichuang/internal/store"
)

// The alerts of the clocks go to the desk of supervision, each once, those of a request to put data right as well; a clock that stops tells it.
func TestAlertsReachTheDesk(t *testing.T) {
	exchangetest.Each(t, func(t *testing.T, w *exchangetest.World) {
		it := w.Ready(t)
		e, _ := w.Granted(t, it)
		var raised, eased []string
		w.Exchange.UseDesk(exchange.Desk{
			Raise: func(_ *store.Tx, a exchange.Alert) error {
				raised = append(raised, string(a.Clock)+" "+a.Level+" "+a.UnitID)
				return nil
			},
			Ease: func(_ *store.Tx, _, _ string, k exchange.ClockKind) error {
				eased = append(eased, string(k))
				return nil
			},
		})
		w.Set("2025-11-17 09:00")
		u, err := w.Use(t, e, w.Accepted(t, it))
		if err != nil {
			t.Fatal(err)
		}
		ask := func() exchange.DataFix {
			f, err := w.Exchange.AskFix(w.Window(t), exchange.FixInput{Usage: u.Seq, Fields: u.Fields()[:1], Text: "住址与户口簿不符"})
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		late, answered := ask(), ask()
		if _, err := w.Exchange.AnswerFix(w.Provider(t), answered.ID, 0, true, "已更正"); err != nil || !slices.Contains(eased, "fix") {
			t.Fatal(eased, err)
		}
		w.Set("2025-12-02 16:00")
		w.RunJobs(t)
		if want := []string{"fix 提醒 " + w.Police.ID}; !slices.Equal(raised, want) {
			t.Errorf("before the end: %q, want %q", raised, want)
		}
		w.Set("2025-12-03 00:00")
		w.RunJobs(t)
		w.RunJobs(t)
		if want := []string{"fix 提醒 " + w.Police.ID, "fix 预警 " + w.Police.ID}; !slices.Equal(raised, want) {
			t.Errorf("after the end: %q, want %q", raised, want)
		}
		list, _, err := w.Exchange.Fixes(w.Provider(t), exchange.FixFilter{Side: exchange.SideIn})
		if err != nil || len(list) != 2 {
			t.Fatal(list, err)
		}
		for _, x := range list {
			if x.Late != (x.ID == late.ID) {
				t.Errorf("%s is late: %v", x.No, x.Late)
			}
		}
		silent := w.Act(t, w.Info(t), w.Submitted(t, w.Input(w.Publish(t, exchange.Conditional), it)), exchange.ActPass, "")
		w.Set("2025-12-31 09:00")
		w.RunJobs(t)
		if !slices.Contains(raised, "answer 预警 "+w.Police.ID) {
			t.Errorf("silence about %s raised nothing: %q", silent.No, raised)
		}
	})
}
