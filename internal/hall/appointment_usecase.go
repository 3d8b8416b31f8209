package hall

import (
	"context"
	"errors"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// BookableQueue is a queue that can be booked, as the public page lists it.
type BookableQueue struct {
	ID   string `db:"id" json:"id"`
	Name string `db:"name" json:"name"`
	Hint string `db:"hint" json:"hint,omitempty"`
	Site string `db:"site" json:"site"`
}

// BookableQueues lists what can be booked in the centre, whoever asks.
func (m *Module) BookableQueues(ctx context.Context) ([]BookableQueue, error) {
	return readAll[BookableQueue](ctx, m, `SELECT q.id, q.name, q.hint, s.name AS site FROM hall_queue q
		JOIN hall_site h ON h.centre_id = q.centre_id AND h.site_id = q.site_id
		JOIN org_site s ON s.centre_id = q.centre_id AND s.id = q.site_id
		WHERE q.centre_id = $1 AND q.active AND q.bookable AND h.active AND s.active ORDER BY s.sort, s.id, q.sort, q.id LIMIT 500`, actor.From(ctx).CentreID)
}

// Slot (预约时段) is a span of a day that can be booked, with how many places are left.
type Slot struct {
	At   clock.Instant `json:"at"`
	Left int64         `json:"left"`
}

// SlotDay is a bookable day with its slots.
type SlotDay struct {
	Day   clock.Date `json:"day"`
	Slots []Slot     `json:"slots"`
}

// Slots lists the days and slots of a queue that can be booked now, whoever asks.
func (m *Module) Slots(ctx context.Context, queue string) ([]SlotDay, error) {
	centre := actor.From(ctx).CentreID
	out := []SlotDay{}
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		q, h, err := bookable(tx, centre, queue)
		if err != nil {
			return err
		}
		cal, err := m.calendar.ForCentre(tx, centre, "")
		if err != nil {
			return err
		}
		for _, day := range BookableDays(cal, tx.Now().Date(), h.BookDays) {
			line := SlotDay{Day: day, Slots: []Slot{}}
			full, err := store.Select[slotRow](tx, "SELECT slot_at, taken FROM hall_slot WHERE centre_id = $1 AND queue_id = $2 AND slot_at >= $3 AND slot_at < $4", centre, queue, day.Start(), day.End())
			if err != nil {
				return err
			}
			for _, at := range SlotsOf(day, cal.Intervals(day, ""), q.SlotMinutes) {
				s := Slot{At: at, Left: q.SlotCapacity}
				if i := slices.IndexFunc(full, func(f slotRow) bool { return f.At == at }); i >= 0 {
					s.Left = max(0, s.Left-full[i].Taken)
				}
				line.Slots = append(line.Slots, s)
			}
			out = append(out, line)
		}
		return nil
	})
	return out, err
}

type slotRow struct {
	At    clock.Instant `db:"slot_at"`
	Taken int64         `db:"taken"`
}

func bookable(tx *store.Tx, centre, queue string) (Queue, Hall, error) {
	q, err := loadQueue(tx, centre, queue)
	if err != nil {
		return q, Hall{}, err
	}
	h, err := getHall(tx, centre, q.SiteID, "")
	if err == nil && (!h.Active || !q.Active || !q.Bookable) {
		err = ErrQueueClosed.Say("这项业务现在不能预约。请选择其他业务，或直接到大厅取号。")
	}
	return q, h, err
}

// Reservation (预约凭证) is what somebody who booked is told.
type Reservation struct {
	Appointment
	Secret string        `json:"code"`
	Queue  string        `json:"queue"`
	Site   string        `json:"site"`
	Until  clock.Instant `json:"cancel_until"`
	Rules  Rules         `json:"-"`
}

// Book keeps a slot for somebody (预约), by real name, once a day and at least one day ahead.
func (m *Module) Book(ctx context.Context, in BookInput) (Reservation, error) {
	centre := actor.From(ctx).CentreID
	if err := in.validate(); err != nil {
		return Reservation{}, err
	}
	b := Appointment{CentreID: centre, QueueID: in.QueueID, SlotAt: in.SlotAt, Day: in.SlotAt.Date(), State: BookingMade, Code: randomCode(8), Version: 1,
		NameEnc: m.keys.Seal(string(in.Name)), IDEnc: m.keys.Seal(in.IDNo), IDBix: m.keys.BlindIndex(crypt.KindID, in.IDNo), PhoneEnc: m.keys.Seal(string(in.Phone)),
		PhoneTail: string(in.Phone)[7:], NameMask: crypt.MaskName(string(in.Name))}
	var out Reservation
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		if _, _, err := bookable(tx, centre, in.QueueID); err != nil {
			return err
		}
		b.ID, b.BookedAt = tx.NewID(), tx.Now()
		prior, repeated, err := once.ClaimContent(tx, in.Key, "hall.book|"+b.IDBix, in, b.ID)
		if err != nil {
			return err
		}
		if !repeated {
			if err := m.book(tx, &b); err != nil {
				return err
			}
			prior = b.ID
		}
		out, err = m.reservation(tx, centre, prior)
		return err
	})
	return out, taken(err, ErrBookedToday)
}

// book checks the rules and stores the appointment, under the lock of the site.
func (m *Module) book(tx *store.Tx, b *Appointment) error {
	q, _, err := bookable(tx, b.CentreID, b.QueueID)
	if err != nil {
		return err
	}
	b.SiteID = q.SiteID
	h, err := lockHall(tx, b.CentreID, q.SiteID)
	if err != nil {
		return err
	}
	cal, err := m.calendar.ForCentre(tx, b.CentreID, "")
	if err != nil {
		return err
	}
	if !slices.Contains(BookableDays(cal, tx.Now().Date(), h.BookDays), b.Day) || !slices.Contains(SlotsOf(b.Day, cal.Intervals(b.Day, ""), q.SlotMinutes), b.SlotAt) {
		return ErrDayClosed.Say("只能预约接下来 %d 个工作日的时段，没有预约。请另选日期和时段。", h.BookDays)
	}
	if err := checkPerson(tx, b, h.Rules); err != nil {
		return err
	}
	n, err := store.Get[int64](tx, `INSERT INTO hall_slot (centre_id, queue_id, slot_at, taken) VALUES ($1, $2, $3, 1)
		ON CONFLICT (centre_id, queue_id, slot_at) DO UPDATE SET taken = hall_slot.taken + 1 RETURNING taken`, b.CentreID, b.QueueID, b.SlotAt)
	if err != nil {
		return err
	}
	if n > q.SlotCapacity {
		return ErrSlotFull
	}
	if err := store.Insert(tx, "hall_appointment", b); err != nil {
		return err
	}
	return noteBooking(tx, "hall.book", "", b)
}

// checkPerson refuses a second appointment of a day, and whoever stayed away too often of late.
func checkPerson(tx *store.Tx, b *Appointment, r Rules) error {
	same, err := store.Select[string](tx, "SELECT id FROM hall_appointment WHERE centre_id = $1 AND id_bix = $2 AND day = $3 AND state <> 'cancelled' LIMIT 1", b.CentreID, b.IDBix, b.Day)
	if err != nil {
		return err
	}
	if len(same) > 0 {
		return ErrBookedToday
	}
	absent, err := store.Select[string](tx, "SELECT id FROM hall_appointment WHERE centre_id = $1 AND id_bix = $2 AND state = 'absent' AND day >= $3 LIMIT "+itoa(int(r.AbsentLimit)),
		b.CentreID, b.IDBix, tx.Now().Date()-clock.Date(r.AbsentDays))
	if err == nil && int64(len(absent)) >= r.AbsentLimit {
		err = ErrAbsent.Say("近 %d 天内有 %d 次预约没有到场，暂时不能预约。请直接到大厅取号。", r.AbsentDays, r.AbsentLimit)
	}
	return err
}

func noteBooking(tx *store.Tx, action string, perm actor.Permission, b *Appointment) error {
	return audit.Record(tx, audit.Entry{Action: action, Permission: perm, Kind: "hall_appointment", Object: b.ID, Detail: map[string]any{"queue": b.QueueID, "day": b.Day.String(), "state": b.State}})
}

func (m *Module) reservation(tx *store.Tx, centre, id string) (Reservation, error) {
	b, err := loadBooking(tx, centre, id, "")
	if err != nil {
		return Reservation{}, err
	}
	q, err := loadQueue(tx, centre, b.QueueID)
	if err != nil {
		return Reservation{}, err
	}
	s, err := m.org.SiteTx(tx, centre, b.SiteID)
	if err != nil {
		return Reservation{}, err
	}
	h, err := getHall(tx, centre, b.SiteID, "")
	return Reservation{Appointment: b, Secret: b.Code, Queue: q.Name, Site: s.Name, Until: b.SlotAt - clock.Instant(h.CancelMinutes*60_000), Rules: h.Rules}, err
}

// Booking gives an appointment to whoever knows its code and the last four digits of the phone.
func (m *Module) Booking(ctx context.Context, code, tail string) (Reservation, error) {
	centre := actor.From(ctx).CentreID
	var out Reservation
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		b, err := found(tx, centre, code, "")
		if err == nil && b.PhoneTail != tail {
			err = ErrBooking
		}
		if err == nil {
			out, err = m.reservation(tx, centre, b.ID)
		}
		return err
	})
	return out, err
}

// CancelBooking gives a slot back, at the wish of whoever booked it.
func (m *Module) CancelBooking(ctx context.Context, code, tail string) (Reservation, error) {
	centre := actor.From(ctx).CentreID
	var out Reservation
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		b, err := found(tx, centre, code, tx.ForUpdate())
		switch {
		case err != nil:
			return err
		case b.PhoneTail != tail:
			return ErrBooking
		case b.State != BookingMade:
			return ErrBookingState
		}
		h, err := getHall(tx, centre, b.SiteID, "")
		if err == nil {
			err = CancelTime(b.SlotAt, tx.Now(), h.Rules)
		}
		if err != nil {
			return err
		}
		if err := tx.Queue("UPDATE hall_slot SET taken = taken - 1 WHERE centre_id = $1 AND queue_id = $2 AND slot_at = $3", centre, b.QueueID, b.SlotAt); err != nil {
			return err
		}
		if err := endBooking(tx, &b, BookingCancelled, "", "hall.book_cancel", ""); err != nil {
			return err
		}
		out, err = m.reservation(tx, centre, b.ID)
		return err
	})
	return out, err
}

func endBooking(tx *store.Tx, b *Appointment, state BookingState, ticket, action string, perm actor.Permission) error {
	b.State, b.TicketID, b.EndedAt, b.Version = state, ticket, tx.Now(), b.Version+1
	if err := tx.Queue("UPDATE hall_appointment SET state = $3, ticket_id = $4, ended_at = $5, version = $6 WHERE centre_id = $1 AND id = $2",
		b.CentreID, b.ID, string(b.State), b.TicketID, b.EndedAt, b.Version); err != nil {
		return err
	}
	return noteBooking(tx, action, perm, b)
}

// CheckInAtKiosk turns an appointment into a ticket (签到): its holder is here.
func (m *Module) CheckInAtKiosk(ctx context.Context, kiosk, code string) (Slip, error) {
	d, err := m.kiosk(ctx, kiosk)
	if err != nil {
		return Slip{}, err
	}
	return m.printed(ctx, d.SiteID, func(tx *store.Tx) (string, error) {
		return m.checkIn(tx, d.SiteID, code, "", func(t *Ticket) { t.DeviceID = d.ID })
	})
}

// CheckInAtCounter is CheckInAtKiosk by the person at a counter.
func (m *Module) CheckInAtCounter(ctx context.Context, counter, code string) (Slip, error) {
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
	return m.printed(ctx, c.SiteID, func(tx *store.Tx) (string, error) { return m.checkIn(tx, c.SiteID, code, PermCall, func(*Ticket) {}) })
}

func (m *Module) checkIn(tx *store.Tx, site, code string, perm actor.Permission, with func(*Ticket)) (string, error) {
	centre := actor.From(tx.Context()).CentreID
	h, err := lockHall(tx, centre, site)
	if err != nil {
		return "", err
	}
	b, err := found(tx, centre, code, tx.ForUpdate())
	switch {
	case err != nil:
		return "", err
	case b.SiteID != site:
		return "", ErrBooking.Say("这个预约不在本大厅。请核对预约的地点。")
	case b.State == BookingArrived:
		return b.TicketID, nil
	case b.State != BookingMade:
		return "", ErrBookingState
	case !h.Active:
		return "", ErrClosed
	}
	if err := CheckInTime(b.SlotAt, tx.Now(), h.Rules); err != nil {
		return "", err
	}
	t := Ticket{CentreID: centre, ID: tx.NewID(), SiteID: site, QueueID: b.QueueID, Class: Booked, NameMask: b.NameMask, AppointmentID: b.ID,
		TakenAt: tx.Now(), SlotAt: b.SlotAt, ReadyAt: max(tx.Now(), b.SlotAt)}
	with(&t)
	if err := issue(tx, h, &t); err != nil {
		return "", err
	}
	return t.ID, endBooking(tx, &b, BookingArrived, t.ID, "hall.book_arrive", perm)
}

// BookingFilter chooses appointments of a day.
type BookingFilter struct {
	Day   clock.Date
	State BookingState
	After string // web-safe cursor: the id of the last one
	Limit int
}

// BookingRow is an appointment in a list, masked.
type BookingRow struct {
	Appointment
	Queue string `db:"queue" json:"queue"`
}

// Bookings lists appointments of the queues whose counters the actor works, newest first.
func (m *Module) Bookings(ctx context.Context, f BookingFilter) (list []BookingRow, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermBookings); err != nil {
		return nil, "", err
	}
	limit := f.Limit
	if limit <= 0 || limit > 200 {
		limit = 50
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		queues, err := worked(tx, a, PermBookings)
		if err != nil {
			return err
		}
		w := (&store.Where{}).And("b.centre_id = ?", a.CentreID)
		store.In(w, "b.queue_id", queues)
		if !unset(f.Day) {
			w.And("b.day = ?", f.Day)
		}
		if f.State != "" {
			w.And("b.state = ?", string(f.State))
		}
		if f.After != "" {
			w.And("b.id < ?", f.After)
		}
		list, err = store.Select[BookingRow](tx, "SELECT "+store.Columns[Appointment]("b.")+`, q.name AS queue FROM hall_appointment b
			JOIN hall_queue q ON q.centre_id = b.centre_id AND q.id = b.queue_id`+w.SQL()+" ORDER BY b.id DESC LIMIT "+itoa(limit+1), w.Args...)
		return err
	})
	if len(list) > limit {
		list, next = list[:limit], list[limit-1].ID
	}
	return list, next, err
}

// worked gives the queues of the counters on which the actor holds a permission.
func worked(tx *store.Tx, a *actor.Actor, perm actor.Permission) ([]string, error) {
	counters, err := store.Select[Counter](tx, "SELECT "+store.Columns[Counter]("")+" FROM hall_counter WHERE centre_id = $1 AND active ORDER BY id LIMIT 1000", a.CentreID)
	if err != nil {
		return nil, err
	}
	counters = slices.DeleteFunc(counters, func(c Counter) bool { return !org.Sees(a, perm, c.Row()) })
	if err := fillQueues(tx, a.CentreID, counters); err != nil {
		return nil, err
	}
	var out []string
	for i := range counters {
		out = append(out, counters[i].Queues...)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// Person (预约人) is who booked, in the clear.
type Person struct {
	Name  string `json:"name"`
	IDNo  string `json:"id_no"`
	Phone string `json:"phone"`
}

// RevealBooking shows who booked, to check the identity at the counter; it leaves a line in the audit log.
func (m *Module) RevealBooking(ctx context.Context, id string) (Person, error) {
	a := actor.From(ctx)
	if err := a.Require(PermReveal); err != nil {
		return Person{}, err
	}
	var b Appointment
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if b, err = loadBooking(tx, a.CentreID, id, ""); err != nil {
			return err
		}
		queues, err := worked(tx, a, PermReveal)
		if err != nil {
			return err
		}
		if !slices.Contains(queues, b.QueueID) {
			return ErrMissing.Hide()
		}
		return audit.Record(tx, audit.Entry{Action: "hall.book_reveal", Permission: PermReveal, Kind: "hall_appointment", Object: b.ID})
	})
	if err != nil {
		return Person{}, err
	}
	name, err1 := m.keys.Open(b.NameEnc)
	no, err2 := m.keys.Open(b.IDEnc)
	phone, err3 := m.keys.Open(b.PhoneEnc)
	return Person{name, no, phone}, errors.Join(err1, err2, err3)
}
