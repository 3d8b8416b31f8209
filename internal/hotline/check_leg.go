package hotline

import (
	"yichuang/internal/store"
)

// FaultLeg is a ticket whose state, links or asks do not follow from its legs, or a leg that is due after the one above.
const FaultLeg = "leg"

// checkLegs proves for every ticket that units work on that its state follows from its legs and that no helping unit, and
// none below, is due after the leg that it works for; and that every leg counts the asks that wait.
func (m *Module) checkLegs(tx *store.Tx, centre string, r *CheckReport) error {
	for after := TicketID(""); ; {
		tickets, err := store.Select[Ticket](tx, "SELECT "+ticketColumns+" FROM hotline_ticket WHERE centre_id = $1 AND id > $2 AND open AND state IN ('DISPATCHED', 'HANDLING', 'SUSPENDED', 'REVIEW') ORDER BY id LIMIT $3",
			centre, after, checkBatch)
		if err != nil || len(tickets) == 0 {
			return err
		}
		first := tickets[0].ID
		after = tickets[len(tickets)-1].ID
		legs, err := store.Select[Leg](tx, "SELECT "+store.Columns[Leg]("")+" FROM hotline_leg WHERE centre_id = $1 AND ticket_id >= $2 AND ticket_id <= $3 ORDER BY ticket_id, id", centre, first, after)
		if err != nil {
			return err
		}
		asks, err := store.Select[Ask](tx, "SELECT "+askColumns+" FROM hotline_ask WHERE centre_id = $1 AND ticket_id >= $2 AND ticket_id <= $3 AND state = 'waiting' AND kind <> 'dispute'", centre, first, after)
		if err != nil {
			return err
		}
		waiting := map[LegID]int{}
		for _, a := range asks {
			waiting[a.LegID]++
		}
		byTicket := map[TicketID][]Leg{}
		for _, l := range legs {
			byTicket[l.TicketID] = append(byTicket[l.TicketID], l)
		}
		for i := range tickets {
			r.checkLegsOf(&tickets[i], byTicket[tickets[i].ID], waiting)
		}
	}
}

func (r *CheckReport) checkLegsOf(t *Ticket, all []Leg, waiting map[LegID]int) {
	o := order{Ticket: *t}
	for _, l := range all {
		if l.Round == t.Round {
			o.legs = append(o.legs, l)
		}
		if n := waiting[l.ID]; n != l.Asks {
			r.fault(FaultLeg, t.No, "工单 %s 的承办件 %s 记有 %d 项待审批申请，实有 %d 项", t.No, l.ID, l.Asks, n)
		}
	}
	if s := derive(o.legs); s != t.State {
		r.fault(FaultLeg, t.No, "工单 %s 处于“%s”，按承办件应为“%s”", t.No, t.State.Label(), s.Label())
	}
	lead := o.lead()
	for i := range o.legs {
		l := &o.legs[i]
		above := lead
		if l.Role == Child {
			above = o.leg(l.ParentLeg)
		}
		if l.State.Running() && above != nil && l.Role != Lead && above.State.Running() && above.Due > l.DispatchedAt && l.Due > above.Due {
			r.fault(FaultLeg, t.No, "工单 %s 的承办件 %s 时限 %s，晚于它所服务的承办件的 %s", t.No, l.ID, l.Due, above.Due)
		}
	}
}

// checkMerges compares how many tickets say that they were merged into a ticket with what that ticket says.
func (m *Module) checkMerges(tx *store.Tx, centre string, r *CheckReport) error {
	type merges struct {
		No   string `db:"no"`
		Kept int    `db:"kept"`
		Real int    `db:"real"`
	}
	list, err := store.Select[merges](tx, `SELECT t.no, t.merged AS kept, COALESCE(c.n, 0) AS real FROM hotline_ticket t
		LEFT JOIN (SELECT merged_into, COUNT(*) AS n FROM hotline_ticket WHERE centre_id = $1 AND merged_into <> '' GROUP BY merged_into) c ON c.merged_into = t.id
		WHERE t.centre_id = $1 AND t.merged <> COALESCE(c.n, 0)`, centre)
	for _, x := range list {
		r.fault(FaultLeg, x.No, "工单 %s 记有 %d 张并入的工单，实有 %d 张", x.No, x.Kept, x.Real)
	}
	return err
}
