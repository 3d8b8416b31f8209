package hall

import (
	"context"
	"fmt"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// TakeInput is what somebody chooses who takes a number.
type TakeInput struct {
	QueueID string `json:"queue_id" maxLength:"40" doc:"队列"`
	Class   Class  `json:"class" enum:"A,P" doc:"A 普通，P 优先"`
	// Key is the idempotency key (幂等键): two touches of one button give one number.
	Key string `json:"-"`
}

// Slip (号票凭条) is what is printed of a ticket, and what its holder may ask for.
type Slip struct {
	Ticket
	Secret   string        `json:"code"` // asks how far it is, together with the number
	Queue    string        `json:"queue"`
	Site     string        `json:"site"`
	Counter  string        `json:"counter,omitempty"` // where it is called to
	Ahead    int64         `json:"ahead"`
	Estimate Estimate      `json:"estimate"`
	Notice   string        `json:"notice,omitempty"`
	Rating   string        `json:"rating_code,omitempty"` // good once the number was served
	At       clock.Instant `json:"at"`
}

// CitizenActor is somebody at a kiosk or on the public pages, without an account.
func CitizenActor(centre, ip, request string) *actor.Actor {
	return &actor.Actor{Kind: actor.Citizen, Name: "群众", CentreID: centre, IP: ip, RequestID: request}
}

// TakeAtKiosk gives a number at a kiosk (取号). Anybody may who stands before it.
func (m *Module) TakeAtKiosk(ctx context.Context, code string, in TakeInput) (Slip, error) {
	d, err := m.kiosk(ctx, code)
	if err != nil {
		return Slip{}, err
	}
	return m.printed(ctx, d.SiteID, func(tx *store.Tx) (string, error) {
		return m.take(tx, d.SiteID, in, func(t *Ticket) { t.DeviceID = d.ID })
	})
}

// printed makes a ticket of a site in a transaction and then reads its slip: what a slip tells is no business of the lock.
func (m *Module) printed(ctx context.Context, site string, do func(tx *store.Tx) (string, error)) (out Slip, err error) {
	var id string
	if err := m.db.WithTxOf(ctx, laneOf(site), func(tx *store.Tx) (err error) {
		id, err = do(tx)
		return err
	}); err != nil {
		return Slip{}, err
	}
	err = m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = m.slip(tx, actor.From(ctx).CentreID, id)
		return err
	})
	return out, err
}

// TakeAtCounter gives a number to somebody at a counter or the guide desk, who cannot use the kiosk.
func (m *Module) TakeAtCounter(ctx context.Context, counter string, in TakeInput) (Slip, error) {
	a := actor.From(ctx)
	if err := a.Require(PermCall); err != nil {
		return Slip{}, err
	}
	c, err := m.glimpse(ctx, a.CentreID, counter)
	if err == nil && !org.Sees(a, PermCall, c.Row()) {
		err = ErrMissing.Hide()
	}
	if err != nil {
		return Slip{}, err
	}
	return m.printed(ctx, c.SiteID, func(tx *store.Tx) (string, error) { return m.take(tx, c.SiteID, in, func(*Ticket) {}) })
}

// take makes a ticket of a chosen queue under the lock of the site.
func (m *Module) take(tx *store.Tx, site string, in TakeInput, with func(*Ticket)) (string, error) {
	centre := actor.From(tx.Context()).CentreID
	tx.Ahead(hallQuery+tx.ForUpdate(), centre, site)
	tx.Ahead(queueQuery, centre, in.QueueID)
	h, err := lockHall(tx, centre, site)
	if err != nil {
		return "", err
	}
	if in.Class != Priority {
		in.Class = Ordinary
	}
	id := tx.NewID()
	prior, repeated, err := once.ClaimContent(tx, in.Key, "hall.take", in, id)
	if err != nil {
		return "", err
	}
	if repeated {
		return prior, nil
	}
	q, err := loadQueue(tx, centre, in.QueueID)
	switch {
	case err != nil:
		return "", err
	case q.SiteID != site:
		return "", ErrMissing.Hide()
	case !h.Active:
		return "", ErrClosed
	case !q.Active:
		return "", ErrQueueClosed
	}
	t := Ticket{CentreID: centre, ID: id, SiteID: site, QueueID: q.ID, Class: in.Class, TakenAt: tx.Now(), ReadyAt: tx.Now()}
	with(&t)
	return id, issue(tx, h, &t)
}

// issue numbers a new ticket and puts it into its queue; the site is locked.
func issue(tx *store.Tx, h Hall, t *Ticket) error {
	n, err := nextNumber(tx, h, t.Class)
	if err != nil {
		return err
	}
	if t.State, err = After("", Take); err != nil {
		return err
	}
	t.Day, t.No, t.ClassRank, t.Code = tx.Now().Date(), fmt.Sprintf("%s%03d", t.Class, n), t.Class.rank(), randomCode(6)
	t.Open, t.Accurate, t.Version, t.EventHash = true, true, 1, []byte{}
	if err := addWaiting(tx, t.CentreID, t.QueueID, 1); err != nil { // before the audit log, as everywhere
		return err
	}
	if err := record(tx, t, Take, "", map[string]any{"no": t.No}); err != nil {
		return err
	}
	return store.Insert(tx, "hall_ticket", t)
}

// nextNumber counts by site, day and class. A site that keeps its queue overnight counts on, so that yesterday's A001 is
// not called beside today's; after 999 it begins again.
func nextNumber(tx *store.Tx, h Hall, c Class) (int64, error) {
	day := tx.Now().Date().String()
	if h.Overnight {
		day = ""
	}
	n, err := store.Get[int64](tx, `INSERT INTO hall_number (centre_id, site_id, day, class, last) VALUES ($1, $2, $3, $4, 1)
		ON CONFLICT (centre_id, site_id, day, class) DO UPDATE SET last = hall_number.last + 1 RETURNING last`, h.CentreID, h.SiteID, day, string(c))
	if h.Overnight {
		n = (n-1)%999 + 1
	}
	return n, err
}

func addWaiting(tx *store.Tx, centre, queue string, by int64) error {
	return tx.Queue("UPDATE hall_queue SET waiting = waiting + $3 WHERE centre_id = $1 AND id = $2", centre, queue, by)
}

// slip gives what a ticket's holder may know, on PostgreSQL in two round trips.
func (m *Module) slip(tx *store.Tx, centre, id string) (Slip, error) {
	t, err := loadTicket(tx, centre, id)
	if err != nil {
		return Slip{}, err
	}
	tx.Ahead(queueQuery, centre, t.QueueID)
	tx.Ahead(hallQuery, centre, t.SiteID)
	if t.State == Waiting {
		tx.Ahead(aheadQuery, aheadArgs(&t)...)
		tx.Ahead(estimateQuery, centre, t.QueueID)
	}
	q, err := loadQueue(tx, centre, t.QueueID)
	if err != nil {
		return Slip{}, err
	}
	s, err := m.org.SiteTx(tx, centre, t.SiteID)
	if err != nil {
		return Slip{}, err
	}
	h, err := getHall(tx, centre, t.SiteID, "")
	if err != nil {
		return Slip{}, err
	}
	out := Slip{Ticket: t, Secret: t.Code, Queue: q.Name, Site: s.Name, Notice: h.Notice, At: tx.Now()}
	if m.rating != nil {
		out.Rating = m.rating(t.ID)
	}
	if t.CounterID != "" && (t.State == Called || t.State == Serving) {
		c, err := loadCounter(tx, centre, t.CounterID)
		if err != nil {
			return out, err
		}
		out.Counter = c.No
	}
	if t.State != Waiting {
		return out, nil
	}
	if out.Ahead, err = ahead(tx, &t); err != nil {
		return out, err
	}
	out.Estimate, err = estimate(tx, &q, out.Ahead)
	return out, err
}

const aheadQuery = `SELECT COUNT(*) FROM hall_ticket WHERE centre_id = $1 AND queue_id = $2 AND state = 'waiting'
		AND (class_rank < $3 OR class_rank = $3 AND (ready_at < $4 OR ready_at = $4 AND id < $5))`

func aheadArgs(t *Ticket) []any {
	return []any{t.CentreID, t.QueueID, t.ClassRank, t.ReadyAt, t.ID}
}

// ahead counts who waits in the ticket's queue and would be called before it, the fairness rule left aside.
func ahead(tx *store.Tx, t *Ticket) (int64, error) {
	return store.Get[int64](tx, aheadQuery, aheadArgs(t)...)
}

// Progress tells the holder of a ticket, by its number of today and the code on it, how far it is.
func (m *Module) Progress(ctx context.Context, id, code string) (Slip, error) {
	centre := actor.From(ctx).CentreID
	var out Slip
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		if centre == "" {
			return ErrMissing
		}
		if out, err = m.slip(tx, centre, id); err == nil && out.Secret != code {
			out, err = Slip{}, ErrMissing
		}
		return err
	})
	return out, err
}
