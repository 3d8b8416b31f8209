package hall

import (
	"context"
	"fmt"

	"yichuang/internal/actor"
	"yichuang/internal/chain"
	"yichuang/internal/store"
)

// Report (核查结果) is what Check found.
type Report struct {
	Tickets int64    `json:"tickets"`
	Events  int64    `json:"events"`
	Faults  []string `json:"faults"`
}

// Check proves the tickets of the actor's centre: every chain of events whole and ending where its ticket stands, every
// ticket in hand known to its counter, no ticket in hand of two, the number that wait in each queue against a recount.
func (m *Module) Check(ctx context.Context) (Report, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return Report{}, err
	}
	var r Report
	fault := func(format string, args ...any) { r.Faults = append(r.Faults, fmt.Sprintf(format, args...)) }
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		waiting := map[string]int64{}
		tickets, err := store.Select[Ticket](tx, "SELECT "+store.Columns[Ticket]("")+" FROM hall_ticket WHERE centre_id = $1 ORDER BY id", a.CentreID)
		if err != nil {
			return err
		}
		for i := range tickets {
			t := &tickets[i]
			events, err := loadEvents(tx, a.CentreID, t.ID)
			if err != nil {
				return err
			}
			r.Tickets, r.Events = r.Tickets+1, r.Events+int64(len(events))
			if len(events) == 0 || chain.Broken(events, t.EventSeq, t.EventHash) != 0 || events[len(events)-1].State != t.State || t.Open != t.State.Open() {
				fault("号票 %s（%s）与它的记录不符", t.No, t.ID)
			}
			if t.State == Waiting {
				waiting[t.QueueID]++
			}
		}
		if err := checkCounters(tx, a.CentreID, fault); err != nil {
			return err
		}
		queues, err := store.Select[Queue](tx, "SELECT "+store.Columns[Queue]("")+" FROM hall_queue WHERE centre_id = $1", a.CentreID)
		for _, q := range queues {
			if q.Waiting != waiting[q.ID] {
				fault("队列 %s 记着 %d 人等候，实为 %d 人", q.Name, q.Waiting, waiting[q.ID])
			}
		}
		return err
	})
	return r, err
}

// inHand is a counter with what it has in hand, and what that ticket says.
type inHand struct {
	No        string `db:"no"`
	CounterID string `db:"counter_id"`
	TicketID  string `db:"ticket_id"`
	State     State  `db:"state"`
	At        string `db:"at"`
}

func checkCounters(tx *store.Tx, centre string, fault func(string, ...any)) error {
	list, err := store.Select[inHand](tx, `SELECT c.no, c.id AS counter_id, c.ticket_id, COALESCE(t.state, '') AS state, COALESCE(t.counter_id, '') AS at FROM hall_counter c
		LEFT JOIN hall_ticket t ON t.centre_id = c.centre_id AND t.id = c.ticket_id WHERE c.centre_id = $1 AND c.ticket_id <> '' ORDER BY c.id`, centre)
	seen := map[string]bool{}
	for _, h := range list {
		if seen[h.TicketID] || h.At != h.CounterID || h.State != Called && h.State != Serving {
			fault("窗口 %s 手上的号票 %s 不在这个窗口", h.No, h.TicketID)
		}
		seen[h.TicketID] = true
	}
	return err
}
