package desk

import (
	"context"
	"slices"
	"strconv"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/id"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// side is one of those who get notices, and note for themselves what they have seen: a unit that has seen its red card
// does not take it off the office's list, so that no alert is cleared by those who caused it.
type side struct {
	name  string
	which string // condition on the notices of the side
	at    string // columns of its own seeing
	by    string
}

var (
	unitSide   = side{name: "unit", which: "1 = 1", at: "seen_at", by: "seen_by"}
	officeSide = side{name: "office", which: "audience <> 'unit'", at: "office_seen_at", by: "office_seen_by"}
	dutySide   = side{name: "duty", which: "audience = 'duty'", at: "duty_seen_at", by: "duty_seen_by"}
)

// sideOf tells on which side an actor stands, and for a unit which units are his: units get their own notices; the
// leader on duty (值班领导) those that cannot wait for office hours; the hotline office all that go beyond a unit.
func sideOf(a *actor.Actor) (side, []string, error) {
	if err := a.Require(hotline.PermRead); err != nil {
		return side{}, nil, err
	}
	if a.Scope(hotline.PermRead) < actor.Centre {
		units := slices.Clone(a.UnitIDs)
		if len(units) == 0 && a.UnitID != "" {
			units = []string{a.UnitID}
		}
		return unitSide, units, nil
	}
	if slices.Contains(a.Roles, org.RoleLeader) {
		return dutySide, nil, nil
	}
	return officeSide, nil, nil
}

// NoticeRow is a notice as its reader's list shows it.
type NoticeRow struct {
	CentreID string           `db:"centre_id" json:"-"`
	ID       string           `db:"id" json:"id"`
	TicketID hotline.TicketID `db:"ticket_id" json:"ticket_id"`
	UnitID   string           `db:"unit_id" json:"unit_id"`
	Unit     string           `db:"-" json:"unit_name"`
	Kind     string           `db:"kind" json:"kind"`
	Audience string           `db:"audience" json:"audience"`
	Due      clock.Instant    `db:"due" json:"due"`
	At       clock.Instant    `db:"at" json:"at"`
	Text     string           `db:"text" json:"text"`
	SeenAt   clock.Instant    `db:"side_seen_at" json:"seen_at,omitzero"` // by the reader's side
	SeenBy   string           `db:"side_seen_by" json:"seen_by,omitempty"`
	SeenName string           `db:"-" json:"seen_name,omitempty"`
	Answer   string           `db:"answer" json:"answer,omitempty"` // the unit's own word
	LiftedAt clock.Instant    `db:"lifted_at" json:"lifted_at,omitzero"`
	UnitSeen clock.Instant    `db:"seen_at" json:"unit_seen_at,omitzero"` // by the unit itself
}

// NoticeFilter chooses notices.
type NoticeFilter struct {
	New    bool // only those that the reader's side has not seen
	Kind   string
	UnitID string
	From   clock.Instant // given at or after; 0 for any
	To     clock.Instant // given before; 0 for any
	After  string
	Limit  int
}

// Notices gives a page of the notices that are meant for the actor's side, newest first, and the cursor of the next.
func (m *Module) Notices(ctx context.Context, f NoticeFilter) ([]NoticeRow, string, error) {
	a := actor.From(ctx)
	s, units, err := sideOf(a)
	if err != nil {
		return nil, "", err
	}
	w, err := s.where(a, units, f)
	if err != nil {
		return nil, "", err
	}
	n := hotline.PageSize(f.Limit)
	w.Args = append(w.Args, n+1)
	var rows []NoticeRow
	next := ""
	err = m.db.Read(ctx, func(tx *store.Tx) (err error) {
		rows, err = store.Select[NoticeRow](tx, "SELECT centre_id, id, ticket_id, unit_id, kind, audience, due, at, text, answer, lifted_at, seen_at, "+s.at+" AS side_seen_at, "+s.by+
			" AS side_seen_by FROM hotline_notice"+w.SQL()+" ORDER BY id DESC LIMIT $"+strconv.Itoa(len(w.Args)), w.Args...)
		if err != nil {
			return err
		}
		if len(rows) > n {
			rows, next = rows[:n], rows[n-1].ID
		}
		return m.nameNotices(tx, a.CentreID, rows)
	})
	return rows, next, err
}

func (s side) where(a *actor.Actor, units []string, f NoticeFilter) (*store.Where, error) {
	w := (&store.Where{}).And("centre_id = ?", a.CentreID).And(s.which)
	if s == unitSide {
		store.In(w, "unit_id", units)
	}
	if f.New {
		w.And(s.at + " = 0")
		if s == dutySide { // what another leader was on duty for is on the list of all, and not among what waits for this one
			w.And("(duty = '' OR ',' || duty || ',' LIKE ?)", "%,"+a.UserID+",%")
		}
	}
	if f.Kind != "" {
		w.And("kind = ?", f.Kind)
	}
	if f.UnitID != "" {
		w.And("unit_id = ?", f.UnitID)
	}
	if f.From != 0 {
		w.And("at >= ?", f.From).And("id >= ?", id.Format(id.At(f.From)))
	}
	if f.To != 0 {
		w.And("at < ?", f.To).And("id < ?", id.Format(id.At(f.To.Add(time.Minute))))
	}
	if f.After != "" {
		if _, err := id.Parse(f.After); err != nil {
			return nil, hotline.ErrCursor
		}
		w.And("id < ?", f.After)
	}
	return w, nil
}

func (m *Module) nameNotices(tx *store.Tx, centre string, rows []NoticeRow) error {
	var units []string
	for _, r := range rows {
		if !slices.Contains(units, r.UnitID) {
			units = append(units, r.UnitID)
		}
	}
	if len(units) == 0 {
		return nil
	}
	names, err := m.org.UnitsTx(tx, centre, units)
	if err != nil {
		return err
	}
	var seers []string
	for _, r := range rows {
		if r.SeenBy != "" && !slices.Contains(seers, r.SeenBy) {
			seers = append(seers, r.SeenBy)
		}
	}
	people, err := m.org.UserNamesTx(tx, centre, seers)
	for i := range rows {
		u := names[rows[i].UnitID]
		rows[i].Unit, rows[i].SeenName = u.Short(), people[rows[i].SeenBy]
	}
	return err
}

// NoticeBound is where counting unseen notices stops: pages then show 99+.
const NoticeBound = 100

// UnseenNotices counts what the actor's side has not seen, up to 100.
func (m *Module) UnseenNotices(ctx context.Context) (int, error) {
	a := actor.From(ctx)
	s, units, err := sideOf(a)
	if err != nil {
		return 0, err
	}
	w, err := s.where(a, units, NoticeFilter{New: true})
	if err != nil {
		return 0, err
	}
	w.Args = append(w.Args, NoticeBound)
	n := 0
	err = m.db.Read(ctx, func(tx *store.Tx) (err error) {
		n, err = store.Get[int](tx, "SELECT COUNT(*) FROM (SELECT id FROM hotline_notice"+w.SQL()+" LIMIT $"+strconv.Itoa(len(w.Args))+") unseen", w.Args...)
		return err
	})
	return n, err
}

// ErrNotice answers for a notice that is not there, or not meant for the actor's side.
var ErrNotice = errs.New(errs.NotFound, "hotline.notice", "没有这条提醒，或它不是发给您的。")

// SeeNotice notes that the actor's side has seen a notice (已阅): who and when. Seeing it again changes nothing. For the
// hotline office, only those who may urge do this, because it takes the alert off everybody's list.
func (m *Module) SeeNotice(ctx context.Context, notice string) error {
	a := actor.From(ctx)
	s, units, err := sideOf(a)
	if err != nil {
		return err
	}
	if s == officeSide {
		if err := a.Require(hotline.PermUrge); err != nil {
			return err
		}
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		w := (&store.Where{}).And("centre_id = ?", a.CentreID).And("id = ?", notice).And(s.which)
		if s == unitSide {
			store.In(w, "unit_id", units)
		}
		n, err := store.Get[hotline.Notice](tx, "SELECT "+store.Columns[hotline.Notice]("")+" FROM hotline_notice"+w.SQL(), w.Args...)
		if errs.KindOf(err) == errs.NotFound {
			return ErrNotice.Hide()
		}
		if err != nil {
			return err
		}
		done, err := tx.Exec("UPDATE hotline_notice SET "+s.at+" = $1, "+s.by+" = $2 WHERE centre_id = $3 AND id = $4 AND "+s.at+" = 0", tx.Now(), a.UserID, a.CentreID, notice)
		if err != nil || done == 0 {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "hotline.notice_seen", Permission: hotline.PermRead, Kind: "ticket", Object: string(n.TicketID),
			Detail: map[string]any{"notice": n.ID, "kind": n.Kind, "side": s.name}})
	})
}
