package hotline

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"yichuang/internal/store"
)

// FaultFigure is a row that figures are counted from and that is not what the events of its ticket tell.
const FaultFigure = "figure"

// checkLives folds the events of every ticket again (Replay) and compares what comes out with the rows that the figures
// are counted from: facts of the ticket and its legs, call-backs and returns. Where every row agrees, so does every
// figure of every period. Tickets from before events carried facts are counted as untold.
func (m *Module) checkLives(tx *store.Tx, centre string, r *CheckReport) error {
	for after := TicketID(""); ; {
		tickets, err := store.Select[Ticket](tx, "SELECT "+ticketColumns+" FROM hotline_ticket WHERE centre_id = $1 AND id > $2 ORDER BY id LIMIT $3", centre, after, checkBatch)
		if err != nil || len(tickets) == 0 {
			return err
		}
		first := tickets[0].ID
		after = tickets[len(tickets)-1].ID
		rows, err := livesOf(tx, centre, first, after)
		if err != nil {
			return err
		}
		for i := range tickets {
			t := &tickets[i]
			life, told, err := Replay(rows.events[t.ID], math.MaxInt64)
			if err != nil {
				r.fault(FaultFigure, t.No, "工单 %s 的办理记录读不出来：%s", t.No, err.Error())
				continue
			}
			if !told {
				r.Untold++
				continue
			}
			r.Replayed++
			r.compare(t, &life, rows)
		}
	}
}

// lifeRows are the rows of a span of tickets.
type lifeRows struct {
	events    map[TicketID][]Event
	legs      map[TicketID][]Leg
	callbacks map[TicketID][]CallbackResult
	returns   map[TicketID][]Ask
}

func livesOf(tx *store.Tx, centre string, first, last TicketID) (lifeRows, error) {
	rows := lifeRows{map[TicketID][]Event{}, map[TicketID][]Leg{}, map[TicketID][]CallbackResult{}, map[TicketID][]Ask{}}
	const span = " WHERE centre_id = $1 AND ticket_id >= $2 AND ticket_id <= $3"
	events, err := store.Select[Event](tx, "SELECT "+store.Columns[Event]("")+" FROM hotline_event"+span+" ORDER BY ticket_id, seq", centre, first, last)
	if err != nil {
		return rows, err
	}
	for _, e := range events {
		rows.events[e.TicketID] = append(rows.events[e.TicketID], e)
	}
	legs, err := store.Select[Leg](tx, "SELECT "+store.Columns[Leg]("")+" FROM hotline_leg"+span+" ORDER BY ticket_id, id", centre, first, last)
	if err != nil {
		return rows, err
	}
	for _, l := range legs {
		rows.legs[l.TicketID] = append(rows.legs[l.TicketID], l)
	}
	calls, err := store.Select[CallbackResult](tx, "SELECT "+store.Columns[CallbackResult]("")+" FROM hotline_callback"+span+" ORDER BY ticket_id, id", centre, first, last)
	if err != nil {
		return rows, err
	}
	for _, c := range calls {
		rows.callbacks[c.TicketID] = append(rows.callbacks[c.TicketID], c)
	}
	asks, err := store.Select[Ask](tx, "SELECT "+askColumns+" FROM hotline_ask"+span+" AND kind = 'return' AND state <> 'drafted' ORDER BY ticket_id, id", centre, first, last)
	for _, a := range asks {
		rows.returns[a.TicketID] = append(rows.returns[a.TicketID], a)
	}
	return rows, err
}

// compare names each place in which the rows of a ticket are not what its events tell.
func (r *CheckReport) compare(t *Ticket, life *Life, rows lifeRows) {
	differ := func(what string, kept, told any) {
		r.fault(FaultFigure, t.No, "工单 %s 的%s现为“%v”，按办理记录应为“%v”，有关指标会随之不同", t.No, what, kept, told)
	}
	if t.State != life.State {
		differ("状态", t.State, life.State)
	}
	facts := func(what string, kept, told map[string]any) {
		for _, fact := range slices.Sorted(maps.Keys(kept)) {
			differ(what+" "+fieldName(fact)+" ", kept[fact], told[fact])
		}
	}
	facts("", changed(ticketFacts, &life.Ticket, t), changed(ticketFacts, t, &life.Ticket))
	legs := rows.legs[t.ID]
	for i := range legs {
		told := life.leg(legs[i].ID) // an empty one where no event tells of the leg
		facts("承办件 "+string(legs[i].ID), changed(legFacts, told, &legs[i]), changed(legFacts, &legs[i], told))
	}
	if len(life.Legs) != len(legs) {
		differ("承办件数", len(legs), len(life.Legs))
	}
	if kept, told := callWords(rows.callbacks[t.ID]), callWords(life.Callbacks); !slices.Equal(kept, told) {
		differ("回访和评价", kept, told)
	}
	if kept, told := returnWords(rows.returns[t.ID]), returnWords(life.Returns); !slices.Equal(kept, told) {
		differ("退单申请", kept, told)
	}
}

// callWords are the call-backs as far as figures count them, in an order of their own.
func callWords(list []CallbackResult) []string {
	var out []string
	for _, c := range list {
		out = append(out, fmt.Sprintf("%s 第%d轮 第%d次 %v %s %s %s %s 计入%v %s", c.ID, c.Round, c.Attempt, c.Reached, c.Result, c.Attitude, c.Solved, c.About, c.Final, c.Adjudication))
	}
	slices.Sort(out)
	return out
}

// returnWords are the asks to return a leg.
func returnWords(list []Ask) []string {
	var out []string
	for _, a := range list {
		out = append(out, fmt.Sprintf("%s %s %s %d", a.LegID, a.UnitID, a.State, int64(a.AskedAt)))
	}
	slices.Sort(out)
	return out
}
