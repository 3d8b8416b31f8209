package desk

import (
	"context"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/hotline"
	"yichuang/internal/id"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// SupervisionRow is a supervision as lists and its own page show it.
type SupervisionRow struct {
	hotline.Supervision
	Unit       string           `db:"-" json:"unit_name"`
	OpenedName string           `db:"-" json:"opened_name"`
	ReplyName  string           `db:"-" json:"replied_name,omitempty"`
	CloseName  string           `db:"-" json:"closed_name,omitempty"`
	Late       bool             `db:"-" json:"overdue"`
	Remaining  string           `db:"-" json:"remaining,omitempty"`
	Allowed    []hotline.Action `db:"-" json:"allowed"`
}

// SupervisionFilter chooses supervisions. Open ones come by due, ended ones newest first.
type SupervisionFilter struct {
	Done     bool
	Level    int
	UnitID   string
	TicketID hotline.TicketID
	After    string
	Limit    int
}

// Supervisions gives a page of the supervisions that the actor may see, and the cursor of the next: units see their own.
func (m *Module) Supervisions(ctx context.Context, f SupervisionFilter) ([]SupervisionRow, string, error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermRead); err != nil {
		return nil, "", err
	}
	cond, args := org.Filter(a, hotline.PermRead, org.Columns{Centre: "centre_id", Unit: "unit_id"})
	w := (&store.Where{}).And("centre_id = ?", a.CentreID).And(cond, args...)
	if err := f.restrict(w); err != nil {
		return nil, "", err
	}
	order := " ORDER BY due, id"
	if f.Done || f.TicketID != "" {
		order = " ORDER BY id DESC"
	}
	n := hotline.PageSize(f.Limit)
	w.Args = append(w.Args, n+1)
	var rows []SupervisionRow
	next := ""
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		rows, err = store.Select[SupervisionRow](tx, "SELECT "+store.Columns[hotline.Supervision]("")+" FROM hotline_supervision"+w.SQL()+order+" LIMIT $"+strconv.Itoa(len(w.Args)), w.Args...)
		if err != nil {
			return err
		}
		if len(rows) > n {
			rows, next = rows[:n], string(rows[n-1].ID)
			if !f.Done && f.TicketID == "" {
				next = strconv.FormatInt(int64(rows[n-1].Due), 10) + "." + next
			}
		}
		return m.nameSupervisions(tx, a, rows)
	})
	return rows, next, err
}

// ExportSupervisions gives every supervision of a filter that the actor may see, in the order of the list (导出). What was
// asked for is in the audit log before the first row is read. It fails with hotline.export_too_long beyond ExportLimit.
func (m *Module) ExportSupervisions(ctx context.Context, f SupervisionFilter, each func(SupervisionRow) error) error {
	if err := actor.From(ctx).Require(hotline.PermRead); err != nil {
		return err
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		return audit.Record(tx, audit.Entry{Action: "hotline." + string(hotline.ActExport), Permission: hotline.PermRead, Kind: "supervision_list", Object: "list",
			Detail: map[string]any{"done": f.Done, "level": f.Level, "unit": f.UnitID, "ticket": f.TicketID}})
	})
	if err != nil {
		return err
	}
	f.After, f.Limit = "", hotline.MaxPage
	for n := 0; ; {
		rows, next, err := m.Supervisions(ctx, f)
		if err != nil {
			return err
		}
		if n += len(rows); n > hotline.ExportLimit {
			return hotline.ErrExportTooLong.Say("符合条件的督办超过 50,000 件，没有导出。请选择级别或单位，分几次导出。")
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

func (f SupervisionFilter) restrict(w *store.Where) error {
	if f.Level != 0 {
		w.And("level = ?", f.Level)
	}
	if f.UnitID != "" {
		w.And("unit_id = ?", f.UnitID)
	}
	if f.TicketID != "" {
		w.And("ticket_id = ?", f.TicketID)
		return nil
	}
	if f.Done {
		w.And("NOT open")
		if f.After == "" {
			return nil
		}
		if _, err := id.Parse(f.After); err != nil {
			return hotline.ErrCursor
		}
		w.And("id < ?", f.After)
		return nil
	}
	w.And("open")
	if f.After == "" {
		return nil
	}
	at, last, ok := strings.Cut(f.After, ".")
	due, err := strconv.ParseInt(at, 10, 64)
	if err != nil || !ok {
		return hotline.ErrCursor
	}
	w.And("(due, id) > (?, ?)", due, last)
	return nil
}

// Supervision gives one supervision that the actor may see.
func (m *Module) Supervision(ctx context.Context, id hotline.SupervisionID) (SupervisionRow, error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermRead); err != nil {
		return SupervisionRow{}, err
	}
	var rows []SupervisionRow
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		rows, err = store.Select[SupervisionRow](tx, "SELECT "+store.Columns[hotline.Supervision]("")+" FROM hotline_supervision WHERE centre_id = $1 AND id = $2", a.CentreID, id)
		if err != nil {
			return err
		}
		if len(rows) == 0 || !org.Sees(a, hotline.PermRead, org.Row{CentreID: a.CentreID, UnitID: rows[0].UnitID}) {
			return hotline.ErrSupervision.Hide()
		}
		return m.nameSupervisions(tx, a, rows)
	})
	if err != nil {
		return SupervisionRow{}, err
	}
	return rows[0], nil
}

// nameSupervisions adds names, what is left of the time, and what the actor may do.
func (m *Module) nameSupervisions(tx *store.Tx, a *actor.Actor, rows []SupervisionRow) error {
	if len(rows) == 0 {
		return nil
	}
	var units, people []string
	for _, r := range rows {
		units = append(units, r.UnitID)
		people = append(people, r.OpenedBy, r.RepliedBy, r.ClosedBy)
	}
	places, err := m.org.UnitsTx(tx, a.CentreID, units)
	if err != nil {
		return err
	}
	names, err := m.org.UserNamesTx(tx, a.CentreID, people)
	if err != nil {
		return err
	}
	cal, err := m.calendar.ForCentre(tx, a.CentreID, "")
	if err != nil {
		return err
	}
	for i := range rows {
		r := &rows[i]
		u := places[r.UnitID]
		r.Unit, r.OpenedName, r.ReplyName, r.CloseName = u.Name, names[r.OpenedBy], names[r.RepliedBy], names[r.ClosedBy]
		r.Late = r.Overdue(tx.Now())
		if r.State == hotline.SupervisionOpen {
			r.Remaining = cal.Remaining(calendar.UnitWorkday, tx.Now(), r.Due, r.UnitID).Text()
		}
		r.Allowed = r.Supervision.Allowed(a)
	}
	return nil
}

// OpenSupervisions counts the open supervisions that the actor may see, up to 100.
func (m *Module) OpenSupervisions(ctx context.Context) (int, error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermRead); err != nil {
		return 0, err
	}
	cond, args := org.Filter(a, hotline.PermRead, org.Columns{Centre: "centre_id", Unit: "unit_id"})
	w := (&store.Where{}).And("centre_id = ?", a.CentreID).And(cond, args...).And("open")
	w.Args = append(w.Args, hotline.PageSize(100))
	var found []string
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		found, err = store.Select[string](tx, "SELECT id FROM hotline_supervision"+w.SQL()+" LIMIT $"+strconv.Itoa(len(w.Args)), w.Args...)
		return err
	})
	return len(found), err
}
