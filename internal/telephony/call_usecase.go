package telephony

import (
	"context"
	"errors"
	"strconv"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/id"
	"yichuang/internal/store"
)

var callColumns = store.Columns[Call]("")

// Take keeps a report of the switch and gives the call as it is now. A report that says nothing new changes nothing.
func (m *Module) Take(ctx context.Context, r Report) (Call, error) {
	a := actor.From(ctx)
	if err := a.Require(PermReport); err != nil {
		return Call{}, err
	}
	now := m.db.Clock().Now()
	if r.At == 0 {
		r.At = now
	}
	if err := r.check(now); err != nil {
		return Call{}, err
	}
	sealed, index := []byte{}, ""
	if r.Phone != "" {
		sealed, index = m.keys.Seal(r.Phone), m.keys.BlindIndex(crypt.KindPhone, r.Phone)
	}
	var c Call
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		c, err = m.take(tx, a.CentreID, r, sealed, index)
		return err
	})
	return c, err
}

func (m *Module) take(tx *store.Tx, centre string, r Report, sealed []byte, index string) (Call, error) {
	was, err := store.Get[Call](tx, "SELECT "+callColumns+" FROM telephony_call WHERE centre_id = $1 AND ref = $2"+tx.ForUpdate(), centre, r.Ref)
	fresh := errors.Is(err, store.ErrNotFound)
	if err != nil && !fresh {
		return was, err
	}
	if fresh {
		was = Call{CentreID: centre, ID: tx.NewID(), Ref: r.Ref, PhoneEnc: []byte{}}
	}
	is := was.apply(r)
	if is.PhoneBix == "" && index != "" {
		is.PhoneEnc, is.PhoneBix = sealed, index
	}
	if is.Seat != was.Seat || is.UserID == "" && is.Seat != "" {
		if is.UserID, err = userAt(tx, centre, is.Seat); err != nil {
			return is, err
		}
	}
	switch {
	case fresh:
		err = store.Insert(tx, "telephony_call", is)
	case same(was, is):
		return is, nil
	default:
		err = store.Update(tx, "telephony_call", is, "centre_id", "id")
	}
	if err != nil {
		return is, err
	}
	return is, audit.Record(tx, audit.Entry{Action: "telephony." + r.Kind, Permission: PermReport, Kind: "call", Object: is.ID, Detail: map[string]any{"ref": r.Ref, "seat": is.Seat, "at": r.At}})
}

// same reports whether nothing that is kept differs.
func same(a, b Call) bool {
	return a.Seat == b.Seat && a.UserID == b.UserID && a.OfferedAt == b.OfferedAt && a.AnsweredAt == b.AnsweredAt && a.EndedAt == b.EndedAt && a.Recording == b.Recording && a.PhoneBix == b.PhoneBix
}

// ErrCall is a call that is not there, or not this actor's.
var ErrCall = errs.New(errs.NotFound, "telephony.call", "没有找到这次来电。")

// Incoming (来电弹屏) is a call at the actor's seat, with the caller's number in clear, because the call-taker sees it on the
// telephone as well.
type Incoming struct {
	Call
	Phone string `json:"phone"`
}

// Mine gives the call that rings or is talked about at the actor's seat, the newest; ok is false where there is none.
func (m *Module) Mine(ctx context.Context) (in Incoming, ok bool, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermSeat); err != nil {
		return in, false, err
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		seat, err := seatOf(tx, a.CentreID, a.UserID)
		if err != nil || seat == "" {
			return err
		}
		list, err := store.Select[Call](tx, "SELECT "+callColumns+" FROM telephony_call WHERE centre_id = $1 AND seat = $2 AND ended_at = 0 ORDER BY id DESC LIMIT 1", a.CentreID, seat)
		if err != nil || len(list) == 0 {
			return err
		}
		ok = true
		in, err = m.open(list[0])
		return err
	})
	return in, ok, err
}

func (m *Module) open(c Call) (Incoming, error) {
	in := Incoming{Call: c}
	var err error
	if len(c.PhoneEnc) > 0 {
		in.Phone, err = m.keys.Open(c.PhoneEnc)
	}
	return in, err
}

// TakeUp gives a call of the actor's own seat with its number, to register from it; the reading is in the audit log.
func (m *Module) TakeUp(ctx context.Context, call string) (Incoming, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSeat); err != nil {
		return Incoming{}, err
	}
	var in Incoming
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		c, err := m.own(tx, a, call)
		if err != nil {
			return err
		}
		if in, err = m.open(c); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "telephony.take_up", Permission: PermSeat, Kind: "call", Object: c.ID})
	})
	return in, err
}

// own loads a call that the actor has had at his seat.
func (m *Module) own(tx *store.Tx, a *actor.Actor, call string) (Call, error) {
	c, err := store.Get[Call](tx, "SELECT "+callColumns+" FROM telephony_call WHERE centre_id = $1 AND id = $2", a.CentreID, call)
	if errors.Is(err, store.ErrNotFound) || err == nil && c.UserID != a.UserID {
		return c, ErrCall.Hide()
	}
	return c, err
}

// LinkTx ties a call to the ticket that was registered from it, in the registration's transaction. A call has one ticket:
// the first.
func (m *Module) LinkTx(tx *store.Tx, call, ticket string) error {
	a := actor.From(tx.Context())
	if _, err := m.own(tx, a, call); err != nil {
		return err
	}
	return tx.Queue("UPDATE telephony_call SET ticket_id = $3 WHERE centre_id = $1 AND id = $2 AND ticket_id = ''", a.CentreID, call, ticket)
}

// CallRow is a call in the list.
type CallRow struct {
	Call
	Masked   string `json:"phone,omitempty"` // 138****1234
	UserName string `json:"user,omitempty"`
	TicketNo string `json:"ticket_no,omitempty"`
	Recorded bool   `json:"recorded"`
}

// CallFilter chooses calls.
type CallFilter struct {
	From, To  clock.Instant // offered in [From, To); 0 for no end
	Abandoned bool          // those that nobody answered
	After     string        // cursor
	Limit     int
}

// Calls lists the centre's calls, newest first, and the cursor of the next page.
func (m *Module) Calls(ctx context.Context, f CallFilter) ([]CallRow, string, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, "", err
	}
	var rows []CallRow
	next := ""
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		n := min(max(f.Limit, 1), 200)
		w := f.where(a.CentreID)
		w.Args = append(w.Args, n+1)
		list, err := store.Select[Call](tx, "SELECT "+callColumns+" FROM telephony_call"+w.SQL()+" ORDER BY id DESC LIMIT $"+strconv.Itoa(len(w.Args)), w.Args...)
		if err != nil {
			return err
		}
		if len(list) > n {
			list, next = list[:n], list[n-1].ID
		}
		rows, err = m.rows(tx, a.CentreID, list)
		return err
	})
	return rows, next, err
}

func (f CallFilter) where(centre string) *store.Where {
	w := (&store.Where{}).And("centre_id = ?", centre)
	// Ids grow with the time of the first report, so a span of calls is a span of the primary key.
	if f.From != 0 {
		w.And("id >= ?", id.Format(id.At(f.From)))
	}
	if f.To != 0 {
		w.And("id < ?", id.Format(id.At(f.To)))
	}
	if f.After != "" {
		w.And("id < ?", f.After)
	}
	if f.Abandoned {
		w.And("answered_at = 0 AND ended_at <> 0")
	}
	return w
}

func (m *Module) rows(tx *store.Tx, centre string, list []Call) ([]CallRow, error) {
	rows := make([]CallRow, len(list))
	users := make([]string, 0, len(list))
	for i, c := range list {
		in, err := m.open(c)
		if err != nil {
			return nil, err
		}
		rows[i] = CallRow{Call: c, Masked: crypt.MaskPhone(in.Phone), Recorded: c.Recording != ""}
		users = append(users, c.UserID)
	}
	names, err := m.org.UserNamesTx(tx, centre, users)
	for i := range rows {
		rows[i].UserName = names[rows[i].UserID]
	}
	return rows, err
}

// Recording gives the address of a call's recording; the opening is in the audit log.
func (m *Module) Recording(ctx context.Context, call string) (string, error) {
	a := actor.From(ctx)
	if err := a.Require(PermListen); err != nil {
		return "", err
	}
	address := ""
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		c, err := store.Get[Call](tx, "SELECT "+callColumns+" FROM telephony_call WHERE centre_id = $1 AND id = $2", a.CentreID, call)
		if errors.Is(err, store.ErrNotFound) || err == nil && c.Recording == "" {
			return ErrCall.Hide()
		}
		if err != nil {
			return err
		}
		address = c.Recording
		return audit.Record(tx, audit.Entry{Action: "telephony.listen", Permission: PermListen, Kind: "call", Object: c.ID})
	})
	return address, err
}

// OfTicketTx lists the calls that a ticket was registered from.
func (m *Module) OfTicketTx(tx *store.Tx, centre, ticket string) ([]Call, error) {
	return store.Select[Call](tx, "SELECT "+callColumns+" FROM telephony_call WHERE centre_id = $1 AND ticket_id = $2 AND ticket_id <> '' ORDER BY id", centre, ticket)
}
