package rating

import (
	"context"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/id"
	"yichuang/internal/store"
)

func remaining(c *calendar.Calendar, now, end clock.Instant, unit string) string {
	return c.Remaining(calendar.UnitWorkday, now, end, unit).Text()
}

// Filter chooses ratings.
type Filter struct {
	Level   Level      // 0 for all
	Poor    bool       // the bad ones only
	UnitID  string     // of one unit
	Channel Channel    // of one channel
	From    clock.Date // the first day, clock.NoDate for none
	To      clock.Date // the last day
	After   string     // id of the last one of the page before
	Limit   int        // 0 is ListPage
}

// Line (评价列表行) is a rating in a list: without the rater and, in files, without anything that leads to him.
type Line struct {
	Rating
	Unit   string `json:"unit_name,omitempty"`
	TaskNo string `db:"task_no" json:"task_no,omitempty"`
	State  State  `db:"task_state" json:"task_state,omitempty"`
}

// lineRow is a line as the database gives it.
type lineRow struct {
	Rating
	TaskNo string `db:"task_no"`
	State  State  `db:"task_state"`
}

// Ratings lists the ratings in force of the actor's centre, newest first; an excluded one stays with its reason.
func (m *Module) Ratings(ctx context.Context, f Filter) (list []Line, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, "", err
	}
	w := (&store.Where{}).And("r.centre_id = ?", a.CentreID).And("r.current")
	f.narrow(w)
	n := f.Limit
	if n <= 0 || n > maxPage {
		n = ListPage
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		list, next, err = m.lines(tx, a, w, n)
		return err
	})
	return list, next, err
}

const maxPage = 500

// narrow adds the filters to the condition of a list. Ids grow with time, so that a day beside the days asked for bounds the
// index that the list goes down.
func (f *Filter) narrow(w *store.Where) {
	if f.Level != 0 {
		w.And("r.level = ?", f.Level)
	}
	if f.Poor {
		w.And("r.level >= ?", Bad)
	}
	if f.UnitID != "" {
		w.And("r.unit_id = ?", f.UnitID)
	}
	if f.Channel != "" {
		w.And("r.channel = ?", f.Channel)
	}
	if f.From > 0 {
		w.And("r.at >= ?", f.From.Start()).And("r.id >= ?", id.Format(id.At((f.From - 1).Start())))
	}
	if f.To > 0 {
		w.And("r.at < ?", f.To.End()).And("r.id < ?", id.Format(id.At((f.To + 1).End())))
	}
	if f.After != "" {
		w.And("r.id < ?", f.After)
	}
}

func (m *Module) lines(tx *store.Tx, a *actor.Actor, w *store.Where, n int) (list []Line, next string, err error) {
	rows, err := store.Select[lineRow](tx, "SELECT "+store.Columns[Rating]("r.")+`, COALESCE(t.no, '') AS task_no, COALESCE(t.state, '') AS task_state FROM rating_rating r
		LEFT JOIN rating_task t ON t.centre_id = r.centre_id AND t.service_id = r.service_id`+w.SQL()+" ORDER BY r.id DESC LIMIT "+itoa(n+1), w.Args...)
	if err != nil {
		return nil, "", err
	}
	if len(rows) > n {
		rows, next = rows[:n], rows[n-1].ID
	}
	var ids []string
	for i := range rows {
		if u := rows[i].UnitID; u != "" && !slices.Contains(ids, u) {
			ids = append(ids, u)
		}
	}
	names, err := m.namesOfUnits(tx, a.CentreID, ids)
	for i := range rows {
		list = append(list, Line{rows[i].Rating, names[rows[i].UnitID], rows[i].TaskNo, rows[i].State})
	}
	return list, next, err
}

// ExportLimit is the greatest number of rows of one exported table.
const ExportLimit = 50_000

// Export gives every rating of a filter in the order of Ratings (导出). What was asked for is in the audit log before the
// first row is read. No row holds a name, a phone or the number of a service.
func (m *Module) Export(ctx context.Context, f Filter, each func(Line) error) error {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return err
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		return audit.Record(tx, audit.Entry{Action: "rating.export", Permission: PermRead, Kind: "rating_list", Object: "list", Detail: map[string]any{"unit": f.UnitID, "level": f.Level, "from": f.From, "to": f.To}})
	})
	if err != nil {
		return err
	}
	f.After, f.Limit = "", maxPage
	for n := 0; ; {
		rows, next, err := m.Ratings(ctx, f)
		if err != nil {
			return err
		}
		if n += len(rows); n > ExportLimit {
			return ErrExport
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

// Exclusions lists the ratings that are out of the figures, with ground and reason (剔除清单): all of the centre for those who
// read ratings, those of the own unit, site or person for the others.
func (m *Module) Exclusions(ctx context.Context, after string) (list []Line, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermTaskRead); err != nil {
		return nil, "", err
	}
	own := (&store.Where{}).And("centre_id = ?", a.CentreID).And("current").And("NOT valid")
	reach(own, a, PermTaskRead)
	if after != "" {
		own.And("id < ?", after)
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		ids, err := store.Select[string](tx, "SELECT id FROM rating_rating"+own.SQL()+" ORDER BY id DESC LIMIT "+itoa(ListPage+1), own.Args...)
		if err != nil || len(ids) == 0 {
			return err
		}
		if len(ids) > ListPage {
			ids, next = ids[:ListPage], ids[ListPage-1]
		}
		w := (&store.Where{}).And("r.centre_id = ?", a.CentreID)
		store.In(w, "r.id", ids)
		list, _, err = m.lines(tx, a, w, len(ids))
		return err
	})
	return list, next, err
}
