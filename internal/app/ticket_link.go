package app

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/hall"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// linkTickets joins the queue and the cases: what is received while a number is served is linked with it, and both show the other.
func (a *App) linkTickets() {
	a.Casework.SetQueue(casework.Queue{
		Serving: func(tx *store.Tx, centre, user string) (string, error) {
			t, _, err := a.Hall.ServingTx(tx, centre, user)
			return t.ID, err
		},
		Ticket: a.queueTicket,
	})
	a.Hall.TakeCases(func(tx *store.Tx, ticket string) (out []hall.TicketCase, err error) {
		list, err := a.Casework.OfTicketTx(tx, ticket)
		for i := range list {
			out = append(out, hall.TicketCase{No: list[i].No, Item: list[i].ItemName, State: list[i].State.Label(), Href: "/casework/cases/" + list[i].No})
		}
		return out, err
	})
}

// queueTicket is a number as the sheet of a case shows it; its page is linked for those who may read it.
func (a *App) queueTicket(tx *store.Tx, centre, id string) (casework.QueueTicket, error) {
	t, counter, err := a.Hall.TicketTx(tx, centre, id)
	out := casework.QueueTicket{ID: t.ID, No: t.No, Counter: counter, TakenAt: t.TakenAt, CalledAt: t.FirstCallAt, StartedAt: t.StartedAt, EndedAt: t.EndedAt}
	if who := actor.From(tx.Context()); err == nil && who.Can(hall.PermRead) && org.Sees(who, hall.PermRead, org.Row{CentreID: t.CentreID, SiteID: t.SiteID}) {
		out.Href = "/hall/queue/tickets/" + t.ID
	}
	return out, err
}

// servingAt tells the form of the intake which number is being served where its reader sits; "" for none.
func (a *App) servingAt(ctx context.Context) (no string, err error) {
	who := actor.From(ctx)
	if !who.Can(hall.PermCall) || who.UserID == "" {
		return "", nil
	}
	err = a.DB.Read(ctx, func(tx *store.Tx) error {
		t, _, err := a.Hall.ServingTx(tx, who.CentreID, who.UserID)
		no = t.No
		return err
	})
	return no, err
}
