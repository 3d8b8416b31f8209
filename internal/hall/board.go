package hall

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Board (大厅显示) is what the display of a site shows: calls with masked names, counters, how many wait.
type Board struct {
	Site     string         `json:"site"`
	Notice   string         `json:"notice"`
	Calls    []Announcement `json:"calls"` // newest first
	Counters []CounterLine  `json:"counters"`
	Queues   []QueueLine    `json:"queues"`
}

// Announcement (呼叫) is one call as the display shows and says it. Every call has its own id: whoever has said it does
// not say it again.
type Announcement struct {
	ID        string        `db:"id" json:"id"`
	No        string        `db:"no" json:"no"`
	NameMask  string        `db:"name_mask" json:"name,omitempty"`
	CounterNo string        `db:"counter_no" json:"counter"`
	At        clock.Instant `db:"at" json:"at"`
}

// CounterLine is a counter on the display.
type CounterLine struct {
	No    string       `db:"no" json:"no"`
	Name  string       `db:"name" json:"name"`
	State CounterState `db:"state" json:"state"`
	Now   string       `db:"now" json:"now"` // the number in hand
}

// QueueLine is a queue on the display and the kiosk.
type QueueLine struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Hint     string   `json:"hint,omitempty"`
	Waiting  int64    `json:"waiting"`
	Bookable bool     `json:"bookable"`
	Estimate Estimate `json:"estimate"`
	Text     string   `json:"text"`
}

// callsShown is how many calls a display lists, and callsFor how long one stays.
const (
	callsShown = 8
	callsFor   = 30 * 60_000
)

// Board gives the display of a site by the code in its address, whoever asks.
func (m *Module) Board(ctx context.Context, code string) (Board, error) {
	centre := actor.From(ctx).CentreID
	var b Board
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		d, err := device(tx, centre, code, Display)
		if err != nil {
			return err
		}
		b, err = m.board(tx, centre, d.SiteID)
		return err
	})
	return b, err
}

func (m *Module) board(tx *store.Tx, centre, site string) (b Board, err error) {
	s, err := m.org.SiteTx(tx, centre, site)
	if err != nil {
		return b, err
	}
	h, err := getHall(tx, centre, site, "")
	if err != nil {
		return b, err
	}
	b.Site, b.Notice = s.Name, h.Notice
	b.Calls, err = store.Select[Announcement](tx, "SELECT id, no, name_mask, counter_no, at FROM hall_call WHERE centre_id = $1 AND site_id = $2 AND at > $3 ORDER BY id DESC LIMIT "+itoa(callsShown),
		centre, site, tx.Now()-callsFor)
	if err != nil {
		return b, err
	}
	b.Counters, err = store.Select[CounterLine](tx, `SELECT c.no, c.name, c.state, COALESCE(t.no, '') AS now FROM hall_counter c
		LEFT JOIN hall_ticket t ON t.centre_id = c.centre_id AND t.id = c.ticket_id
		WHERE c.centre_id = $1 AND c.site_id = $2 AND c.active AND c.kind <> 'guide' ORDER BY c.sort, c.id LIMIT 100`, centre, site)
	if err != nil {
		return b, err
	}
	b.Queues, err = linesOf(tx, centre, site)
	return b, err
}

func linesOf(tx *store.Tx, centre, site string) ([]QueueLine, error) {
	queues, err := queuesOf(tx, centre, site)
	if err != nil {
		return nil, err
	}
	out := []QueueLine{}
	for i := range queues {
		q := &queues[i]
		if !q.Active {
			continue
		}
		e, err := estimate(tx, q, q.Waiting)
		if err != nil {
			return nil, err
		}
		out = append(out, QueueLine{ID: q.ID, Name: q.Name, Hint: q.Hint, Waiting: q.Waiting, Bookable: q.Bookable, Estimate: e, Text: e.Text()})
	}
	return out, nil
}

// KioskView (取号机) is what a kiosk shows.
type KioskView struct {
	Device string      `json:"device"`
	Site   string      `json:"site"`
	Open   bool        `json:"open"`
	Notice string      `json:"notice"`
	Queues []QueueLine `json:"queues"`
}

// KioskView gives a kiosk's page by the code in its address, whoever asks.
func (m *Module) KioskView(ctx context.Context, code string) (KioskView, error) {
	centre := actor.From(ctx).CentreID
	var v KioskView
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		d, err := device(tx, centre, code, Kiosk)
		if err != nil {
			return err
		}
		s, err := m.org.SiteTx(tx, centre, d.SiteID)
		if err != nil {
			return err
		}
		h, err := getHall(tx, centre, d.SiteID, "")
		if err != nil {
			return err
		}
		v = KioskView{Device: d.Name, Site: s.Name, Open: h.Active, Notice: h.Notice}
		v.Queues, err = linesOf(tx, centre, d.SiteID)
		return err
	})
	return v, err
}
