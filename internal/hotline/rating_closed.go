package hotline

import (
	"slices"
	"time"

	"yichuang/internal/store"
)

// A ticket that the sample left out is closed without a call (未抽中回访). Its caller may still rate it for as long as a
// link of a rating is good: once, by the query page. Who is not satisfied is called back after all (ADR 0057).

// mayRateClosed reports whether the caller of a closed ticket may rate it.
func (m *Module) mayRateClosed(tx *store.Tx, t *Ticket) (bool, error) {
	if t.State != Closed || t.CloseKind != CloseUnsampled || t.ArchivedAt != 0 {
		return false, nil
	}
	l, err := m.LimitsTx(tx, t.CentreID)
	if err != nil || tx.Now() > t.ClosedAt.Add(time.Duration(l.RatingDays)*24*time.Hour) {
		return false, err
	}
	all, err := loadCallbacks(tx, t.CentreID, t.ID)
	return !slices.ContainsFunc(ofRound(all, t.Round), func(c CallbackResult) bool { return c.Reached }), err
}

// rateClosed records the rating of a ticket that was closed without a call. A satisfied one changes nothing else; a
// dissatisfied one puts the ticket back among those that wait for their call-back.
func (m *Module) rateClosed(tx *store.Tx, o *order, c CallbackResult) error {
	may, err := m.mayRateClosed(tx, &o.Ticket)
	if err == nil && !may {
		err = ErrRated
	}
	if err != nil {
		return err
	}
	n, err := m.addCallback(tx, o, c)
	if err != nil {
		return err
	}
	if c.Result == Unsatisfied {
		rules, err := m.clocks(tx, o.CentreID)
		if err != nil {
			return err
		}
		o.counts.add(CountClosed, o.ClosedAt.Date(), o.CloseKind, -1)
		o.State, o.ClosedAt, o.CloseKind, o.CallAfter = Callback, 0, "", 0
		o.QueueAt = rules.due(StepCallback, &o.Ticket, tx.Now(), "").At
	}
	return m.finish(tx, o, ActRate, PermRegister, n)
}
