package hall

import (
	"errors"

	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Class (号别) is by what right somebody waits; it is the letter of the number.
type Class string

// The classes in the order in which they are called.
const (
	Priority Class = "P" // 优先: by law or rule, such as soldiers, the aged, the disabled
	Booked   Class = "Y" // 预约: with an appointment, in its slot
	Ordinary Class = "A" // 普通
)

// Classes lists the classes in the order of calling.
func Classes() []Class { return []Class{Priority, Booked, Ordinary} }

// Label is the class in Chinese.
func (c Class) Label() string {
	return map[Class]string{Priority: "优先", Booked: "预约", Ordinary: "普通"}[c]
}

func (c Class) rank() int64 { return map[Class]int64{Priority: 0, Booked: 1, Ordinary: 2}[c] }

// State (号票状态) is where a ticket stands.
type State string

// The states (hall reference §4.2).
const (
	Waiting  State = "waiting"  // 等待
	Called   State = "called"   // 呼叫
	Serving  State = "serving"  // 办理中
	Held     State = "held"     // 暂挂
	Missed   State = "missed"   // 过号
	Finished State = "finished" // 完成■
	Dropped  State = "dropped"  // 弃号■
	Closed   State = "closed"   // 日终关闭■
)

// States lists the states in the order of a life.
func States() []State {
	return []State{Waiting, Called, Serving, Held, Missed, Finished, Dropped, Closed}
}

// Label is the state in Chinese.
func (s State) Label() string {
	return map[State]string{Waiting: "等待", Called: "呼叫", Serving: "办理中", Held: "暂挂", Missed: "过号", Finished: "完成", Dropped: "弃号", Closed: "日终关闭"}[s]
}

// Open reports whether the ticket may still be served.
func (s State) Open() bool { return s != Finished && s != Dropped && s != Closed && s != "" }

// Ticket (号票) is one person's place in the queue. Moments that have not come are 0.
type Ticket struct {
	CentreID      string        `db:"centre_id" json:"-"`
	ID            string        `db:"id" json:"id"`
	SiteID        string        `db:"site_id" json:"site_id"`
	QueueID       string        `db:"queue_id" json:"queue_id"`
	Day           clock.Date    `db:"day" json:"day"`
	No            string        `db:"no" json:"no"`
	Class         Class         `db:"class" json:"class"`
	ClassRank     int64         `db:"class_rank" json:"-"`
	State         State         `db:"state" json:"state"`
	Open          bool          `db:"open" json:"open"`
	Code          string        `db:"code" json:"-"` // with the number, lets its holder ask how far it is
	NameMask      string        `db:"name_mask" json:"name_mask,omitempty"`
	AppointmentID string        `db:"appointment_id" json:"appointment_id,omitempty"`
	DeviceID      string        `db:"device_id" json:"device_id,omitempty"` // the kiosk where it was taken
	TakenAt       clock.Instant `db:"taken_at" json:"taken_at"`
	SlotAt        clock.Instant `db:"slot_at" json:"slot_at,omitzero"`
	ReadyAt       clock.Instant `db:"ready_at" json:"ready_at"` // the later of the two: from when it waits
	Skip          int64         `db:"skip" json:"skip,omitempty"`
	CounterID     string        `db:"counter_id" json:"counter_id,omitempty"`
	Calls         int64         `db:"calls" json:"calls"`
	FirstCallAt   clock.Instant `db:"first_call_at" json:"first_call_at,omitzero"`
	CalledAt      clock.Instant `db:"called_at" json:"called_at,omitzero"`
	WaitMs        int64         `db:"wait_ms" json:"wait_ms"`
	MissedAt      clock.Instant `db:"missed_at" json:"missed_at,omitzero"`
	StartedAt     clock.Instant `db:"started_at" json:"started_at,omitzero"`
	PeriodAt      clock.Instant `db:"period_at" json:"-"` // since when it is served or held
	ServedMs      int64         `db:"served_ms" json:"served_ms"`
	EndedAt       clock.Instant `db:"ended_at" json:"ended_at,omitzero"`
	Accurate      bool          `db:"accurate" json:"accurate"`
	EventSeq      int64         `db:"event_seq" json:"-"`
	EventHash     []byte        `db:"event_hash" json:"-"`
	Version       int64         `db:"version" json:"version"`
}

const ticketQuery = " FROM hall_ticket WHERE centre_id = $1 AND id = $2"

func loadTicket(tx *store.Tx, centre, id string) (Ticket, error) {
	t, err := store.Get[Ticket](tx, "SELECT "+store.Columns[Ticket]("")+ticketQuery, centre, id)
	return t, missing(err)
}

// lockTicket is loadTicket for a change.
func lockTicket(tx *store.Tx, centre, id string) (Ticket, error) {
	t, err := store.Get[Ticket](tx, "SELECT "+store.Columns[Ticket]("")+ticketQuery+tx.ForUpdate(), centre, id)
	return t, missing(err)
}

// missing turns the store's answer into this package's.
func missing(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return ErrMissing
	}
	return err
}

// startWaiting puts a ticket into a queue, for the first time or again.
func (t *Ticket) startWaiting(queue string) {
	t.QueueID, t.CounterID, t.Calls = queue, "", 0
}

// call notes a call; only the first counts for the waiting time. Whoever is called before the slot has not waited.
func (t *Ticket) call(counter string, now clock.Instant) {
	t.CounterID, t.CalledAt, t.Skip = counter, now, 0
	t.Calls++
	if t.FirstCallAt == 0 {
		t.FirstCallAt, t.WaitMs = now, max(0, int64(now-t.ReadyAt))
	}
}

// start begins a span of service, stop ends it.
func (t *Ticket) start(now clock.Instant) {
	if t.StartedAt == 0 {
		t.StartedAt = now
	}
	t.PeriodAt = now
}

func (t *Ticket) stop(now clock.Instant) {
	t.ServedMs += int64(now - t.PeriodAt)
	t.PeriodAt = 0
}
