package desk

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/store"
)

// UrgeRow is a leg that falls due soon, as the list for telephone urgings shows it (催办清单): whom to call, and who has
// called already.
type UrgeRow struct {
	TicketID    hotline.TicketID `db:"ticket_id" json:"ticket_id"`
	No          string           `db:"no" json:"no"`
	Title       string           `db:"title" json:"title"`
	Urgency     string           `db:"urgency" json:"urgency"`
	Version     int64            `db:"version" json:"version"` // of the ticket
	LegID       hotline.LegID    `db:"leg_id" json:"leg_id"`
	UnitID      string           `db:"unit_id" json:"unit_id"`
	Role        string           `db:"role" json:"role"`
	State       hotline.LegState `db:"state" json:"state"`
	Due         clock.Instant    `db:"due" json:"due"`
	Unit        string           `db:"-" json:"unit_name"`
	ContactName string           `db:"-" json:"contact_name,omitempty"` // of the unit
	OfficePhone string           `db:"-" json:"office_phone,omitempty"`
	Remaining   string           `db:"-" json:"remaining"`
	CalledAt    clock.Instant    `db:"-" json:"called_at,omitzero"` // the newest urging by telephone
	CalledBy    string           `db:"-" json:"called_by,omitempty"`
	CalledText  string           `db:"-" json:"called_text,omitempty"`
}

// UrgeFilter chooses the legs that fall due within some hours, the earliest first.
type UrgeFilter struct {
	Hours    int  // 0 is the centre's parameter
	Uncalled bool // only those that nobody has called about yet
	UnitID   string
	After    string
	Limit    int
}

// mostUrgeHours bounds how far ahead the list looks.
const mostUrgeHours = 240

// DueSoon gives a page of what falls due soon and is not answered (催办清单), the cursor of the next page, and how many
// hours it looks ahead. Suspended legs and those that wait for more time are left out.
func (m *Module) DueSoon(ctx context.Context, f UrgeFilter) (rows []UrgeRow, next string, hours int, err error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermUrge); err != nil {
		return nil, "", 0, err
	}
	if a.Scope(hotline.PermUrge) < actor.Centre || f.Hours < 0 || f.Hours > mostUrgeHours {
		return nil, "", 0, hotline.ErrInput.Field("hours", "请选择 1 至 %d 小时。", mostUrgeHours)
	}
	n := hotline.PageSize(f.Limit)
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		limits, err := m.hotline.LimitsTx(tx, a.CentreID)
		if err != nil {
			return err
		}
		if hours = f.Hours; hours == 0 {
			hours = limits.UrgeHours
		}
		w, err := f.where(a.CentreID, tx.Now(), hours)
		if err != nil {
			return err
		}
		w.Args = append(w.Args, n+1)
		rows, err = store.Select[UrgeRow](tx, `SELECT l.ticket_id, t.no, CASE WHEN t.confidential = 'all' THEN '（内容保密）' ELSE t.title END AS title, t.urgency, t.version, l.id AS leg_id, l.unit_id, l.role, l.state, l.due
			FROM hotline_leg l JOIN hotline_ticket t ON t.centre_id = l.centre_id AND t.id = l.ticket_id`+w.SQL()+" ORDER BY l.due, l.id LIMIT $"+strconv.Itoa(len(w.Args)), w.Args...)
		if err != nil {
			return err
		}
		if next = ""; len(rows) > n {
			rows = rows[:n]
			next = strconv.FormatInt(int64(rows[n-1].Due), 10) + "." + string(rows[n-1].LegID)
		}
		return m.dressUrging(tx, a.CentreID, rows)
	})
	return rows, next, hours, err
}

// ExportUrging gives everything that DueSoon lists, in its order (导出). What was asked for is in the audit log before the
// first row is read. It fails with hotline.export_too_long beyond ExportLimit.
func (m *Module) ExportUrging(ctx context.Context, f UrgeFilter, each func(UrgeRow) error) error {
	if err := actor.From(ctx).Require(hotline.PermUrge); err != nil {
		return err
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		return audit.Record(tx, audit.Entry{Action: "hotline." + string(hotline.ActExport), Permission: hotline.PermUrge, Kind: "urging_list", Object: "list",
			Detail: map[string]any{"hours": f.Hours, "uncalled": f.Uncalled, "unit": f.UnitID}})
	})
	if err != nil {
		return err
	}
	f.After, f.Limit = "", hotline.MaxPage
	for n := 0; ; {
		rows, next, _, err := m.DueSoon(ctx, f)
		if err != nil {
			return err
		}
		if n += len(rows); n > hotline.ExportLimit {
			return hotline.ErrExportTooLong.Say("快到期的承办件超过 50,000 件，没有导出。请选择承办单位或缩短时间，分几次导出。")
		}
		for _, r := range rows {
			if err := each(r); err != nil {
				return err
			}
		}
		if next == "" {
			return nil
		}
		f.After = next
	}
}

func (f UrgeFilter) where(centre string, now clock.Instant, hours int) (*store.Where, error) {
	w := (&store.Where{}).And("l.centre_id = ?", centre).And("l.open").And("l.due >= ?", now).And("l.due < ?", now.Add(time.Duration(hours)*time.Hour)).
		And("l.state <> ?", hotline.LegSuspended).And("l.extension = ''")
	if f.UnitID != "" {
		w.And("l.unit_id = ?", f.UnitID)
	}
	if f.Uncalled {
		w.And("NOT EXISTS (SELECT 1 FROM hotline_notice c WHERE c.centre_id = l.centre_id AND c.ticket_id = l.ticket_id AND c.leg_id = l.id AND c.kind = ? AND c.text LIKE ?)", hotline.NoticeUrge, hotline.PhoneUrging+"%")
	}
	if f.After == "" {
		return w, nil
	}
	at, leg, ok := strings.Cut(f.After, ".")
	due, err := strconv.ParseInt(at, 10, 64)
	if err != nil || !ok {
		return nil, hotline.ErrCursor
	}
	return w.And("(l.due, l.id) > (?, ?)", due, leg), nil
}

// dressUrging adds whom to call, how long there is, and who has called.
func (m *Module) dressUrging(tx *store.Tx, centre string, rows []UrgeRow) error {
	if len(rows) == 0 {
		return nil
	}
	var units []string
	for _, r := range rows {
		units = append(units, r.UnitID)
	}
	places, err := m.org.UnitsTx(tx, centre, units)
	if err != nil {
		return err
	}
	cal, err := m.calendar.ForCentre(tx, centre, "")
	if err != nil {
		return err
	}
	for i := range rows {
		r := &rows[i]
		u := places[r.UnitID]
		r.Unit, r.ContactName, r.OfficePhone = u.Name, u.ContactName, u.OfficePhone
		r.Remaining = cal.Remaining(calendar.UnitWorkday, tx.Now(), r.Due, r.UnitID).Text()
	}
	return calledFor(tx, centre, rows)
}

// calledFor finds the newest urging by telephone of each leg.
func calledFor(tx *store.Tx, centre string, rows []UrgeRow) error {
	w := (&store.Where{}).And("centre_id = ?", centre)
	tickets := make([]hotline.TicketID, len(rows))
	for i, r := range rows {
		tickets[i] = r.TicketID
	}
	store.In(w, "ticket_id", tickets)
	w.And("action = ?", hotline.ActUrge)
	events, err := store.Select[hotline.Event](tx, "SELECT "+store.Columns[hotline.Event]("")+" FROM hotline_event"+w.SQL()+" ORDER BY ticket_id, seq", w.Args...)
	for _, e := range events {
		var u struct {
			ByPhone bool `json:"by_phone"`
		}
		if e.Data == "" || json.Unmarshal([]byte(e.Data), &u) != nil || !u.ByPhone {
			continue
		}
		for i := range rows {
			if rows[i].LegID == e.LegID {
				rows[i].CalledAt, rows[i].CalledBy, rows[i].CalledText = e.At, e.ActorName, e.Text
			}
		}
	}
	return err
}
