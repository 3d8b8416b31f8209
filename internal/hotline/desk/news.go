package desk

import (
	"context"
	"strconv"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/id"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// newsLimit bounds what is counted: beyond it a desk only needs to know that there is much.
const newsLimit = 100

// newsShown is how many of the new tickets are named.
const newsShown = 5

// NewsQuery asks what has changed in a list since it was shown.
type NewsQuery struct {
	State hotline.State // the queue of an open state
	Unit  bool          // the desk of the actor's units, instead of a queue
	Since clock.Instant // when the list was shown
	// Among are the tickets that may be new, as far as the feed knows; nil means that any may be.
	Among []hotline.TicketID
}

// News is what has changed in a list since it was shown.
type News struct {
	New    []hotline.TicketID // up to 100
	Newest []Headline         // the last of them
	Due    int                // whose end has come since, up to 100
}

// Headline is a new ticket as a live bar shows it.
type Headline struct {
	ID           hotline.TicketID `db:"id"`
	No           string           `db:"no"`
	Title        string           `db:"title"`
	Urgency      string           `db:"urgency"`
	Confidential string           `db:"confidential"`
}

// News tells which tickets came into a list after a moment, and how many of those in it became due. It reads the list's
// own index.
func (m *Module) News(ctx context.Context, q NewsQuery) (News, error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermRead); err != nil {
		return News{}, err
	}
	found, due, err := q.conditions(a)
	if err != nil || found == nil {
		return News{}, err
	}
	var out News
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		if q.Among == nil || len(q.Among) > 0 {
			if err := out.load(tx, q, found); err != nil {
				return err
			}
		}
		if due == nil {
			return nil
		}
		due.And(q.dueColumn()+" > ?", q.Since).And(q.dueColumn()+" <= ?", tx.Now())
		list, err := store.Select[string](tx, "SELECT "+q.idColumn()+q.from(false)+due.SQL()+" LIMIT "+strconv.Itoa(newsLimit), due.Args...)
		out.Due = len(list)
		return err
	})
	return out, err
}

func (n *News) load(tx *store.Tx, q NewsQuery, w *store.Where) error {
	list, err := store.Select[Headline](tx, "SELECT t.id, t.no, t.title, t.urgency, t.confidential"+q.from(true)+w.SQL()+" ORDER BY t.id DESC LIMIT "+strconv.Itoa(newsLimit), w.Args...)
	for i := range list {
		if list[i].Confidential == hotline.ConfidentialAll {
			list[i].Title = ""
		}
		n.New = append(n.New, list[i].ID)
	}
	n.Newest = list[:min(len(list), newsShown)]
	return err
}

func (q NewsQuery) from(titles bool) string {
	switch {
	case !q.Unit:
		return " FROM hotline_ticket t"
	case titles:
		return " FROM hotline_leg l JOIN hotline_ticket t ON t.centre_id = l.centre_id AND t.id = l.ticket_id"
	}
	return " FROM hotline_leg l"
}

func (q NewsQuery) idColumn() string {
	if q.Unit {
		return "l.id"
	}
	return "t.id"
}

func (q NewsQuery) dueColumn() string {
	if q.Unit {
		return "l.due"
	}
	return "t.queue_at"
}

// conditions gives the conditions of what is new and of what may have become due; nil for a list that the actor has none of.
func (q NewsQuery) conditions(a *actor.Actor) (found, due *store.Where, err error) {
	if q.Unit {
		return q.ofUnits(a)
	}
	cond, args := org.Filter(a, hotline.PermRead, org.Columns{Centre: "t.centre_id", Unit: "t.unit_id", Owner: "t.created_by"})
	queue := func() *store.Where {
		return (&store.Where{}).And(cond, args...).And("t.centre_id = ?", a.CentreID).And("t.state = ?", q.State).And("t.open")
	}
	found = queue()
	if len(q.Among) > 0 {
		store.In(found, "t.id", q.Among)
	}
	switch q.State {
	case hotline.Draft:
		return found.And("t.created_at > ?", q.Since), nil, nil
	case hotline.Review:
		return found.And("t.queue_at > ?", q.Since), nil, nil // the moment of submission
	case hotline.Triage:
		found.And("t.accepted_at > ?", q.Since)
	default:
		found.And("EXISTS (SELECT 1 FROM hotline_leg l WHERE l.centre_id = t.centre_id AND l.ticket_id = t.id AND l.round = t.round AND (l.dispatched_at > ? OR l.signed_at > ? OR l.accepted_at > ?))",
			q.Since, q.Since, q.Since)
	}
	return found, queue(), nil
}

func (q NewsQuery) ofUnits(a *actor.Actor) (found, due *store.Where, err error) {
	units, err := deskUnits(a, "")
	if err != nil || len(units) == 0 {
		return nil, nil, err
	}
	desk := func() *store.Where {
		w := (&store.Where{}).And("l.centre_id = ?", a.CentreID)
		store.In(w, "l.unit_id", units)
		return w.And("l.open")
	}
	found = desk().And("l.id > ?", id.Format(id.At(q.Since))).And("l.dispatched_at > ?", q.Since)
	if len(q.Among) > 0 {
		store.In(found, "l.ticket_id", q.Among)
	}
	return found, desk(), nil
}
