package figure

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/id"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// CohortQuery asks for the records behind a figure.
type CohortQuery struct {
	Measure Measure
	Part    metric.Part
	Span    metric.Period
	UnitID  string // only this unit's; "" for all that the actor may see
	After   string
	Limit   int
}

// CohortRow is one record behind a figure: a ticket, with the leg, the call-back or the ask that was counted; an entry of
// the knowledge base by its number and title; or a call with the ticket that was made of it.
type CohortRow struct {
	TicketID    hotline.TicketID `db:"ticket_id" json:"ticket_id"`
	No          string           `db:"no" json:"no"`
	Title       string           `db:"title" json:"title"`
	Kind        string           `db:"kind" json:"kind"`
	Channel     string           `db:"channel" json:"channel"`
	State       hotline.State    `db:"state" json:"state"`
	RowID       string           `db:"row_id" json:"row_id"`
	At          clock.Instant    `db:"row_at" json:"at"` // what the measure's period is about: registration, acceptance, due, call
	UnitID      string           `db:"row_unit" json:"unit_id,omitempty"`
	Unit        string           `db:"-" json:"unit_name,omitempty"`
	User        string           `db:"-" json:"user_name,omitempty"` // who answered the call
	Round       int              `db:"row_round" json:"round"`
	Role        string           `db:"row_role" json:"role,omitempty"`
	LegState    hotline.LegState `db:"row_state" json:"row_state,omitempty"`
	Due         clock.Instant    `db:"due" json:"due,omitzero"`
	SubmittedAt clock.Instant    `db:"submitted_at" json:"submitted_at,omitzero"` // of the leg; when the ticket was closed, the ask decided
	Outcome     string           `db:"outcome" json:"outcome,omitempty"`          // of the leg; how the ticket was closed; state of the ask; why a call does not count
	Result      string           `db:"result" json:"result,omitempty"`            // of the call-back; ground of the ask
}

// listArm is one arm of a side with its condition filled in.
type listArm struct {
	base scanBase
	w    *store.Where
}

// listed gives the arms that a part's records are in.
func (e *engine) listed(d *definition, p metric.Part) ([]listArm, error) {
	s, ok := d.rowsOf(p)
	if !ok {
		return nil, ErrMeasure
	}
	var out []listArm
	for _, at := range s.scan.arms(e.period, e.now) {
		cond, ok := s.when[at.name]
		if !ok {
			continue
		}
		base := scanBases[s.scan]
		w := base.where(e.who, at)
		cond = e.fill(w, cond)
		w.And(cond)
		out = append(out, listArm{base, w})
	}
	return out, nil
}

// Cohort lists the records behind a figure, page by page, and gives the cursor of the next page and how many there are
// in all. What it lists is what the figure counted, if nothing has changed in between.
func (m *Module) Cohort(ctx context.Context, q CohortQuery) (rows []CohortRow, next string, total int64, err error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermReport); err != nil {
		return nil, "", 0, err
	}
	d, ok := definitionOf(q.Measure)
	if !ok || !q.Span.Valid() || !q.Part.Valid() {
		return nil, "", 0, ErrMeasure
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		e, err := newEngine(tx, readerOf(a, q.UnitID), q.Span)
		if err != nil {
			return err
		}
		if d.other {
			if rows, next, total, err = m.fedCohort(e, d, q); err != nil {
				return err
			}
			return m.nameCohort(tx, a.CentreID, rows)
		}
		if total, err = e.size(d, q.Part); err != nil {
			return err
		}
		if rows, next, err = e.page(d, q); err != nil {
			return err
		}
		return m.nameCohort(tx, a.CentreID, rows)
	})
	return rows, next, total, err
}

// size counts the records of a part; it is the figure's own sum where each record counts once.
func (e *engine) size(d *definition, p metric.Part) (int64, error) {
	arms, err := e.listed(d, p)
	var sum int64
	for _, at := range arms {
		n, err := store.Get[int64](e.tx, "SELECT COUNT(*) FROM "+at.base.from+at.w.SQL(), at.w.Args...)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, err
}

// page reads each arm from the cursor and merges them.
func (e *engine) page(d *definition, q CohortQuery) ([]CohortRow, string, error) {
	n := hotline.PageSize(q.Limit)
	after, err := parseCohortCursor(q.After)
	if err != nil {
		return nil, "", err
	}
	arms, err := e.listed(d, q.Part)
	if err != nil {
		return nil, "", err
	}
	var rows []CohortRow
	newest := false
	for _, at := range arms {
		newest = at.base.newest
		at.base.seek(at.w, after)
		at.w.Args = append(at.w.Args, n+1)
		part, err := store.Select[CohortRow](e.tx, at.base.sql()+at.w.SQL()+at.base.order()+" LIMIT $"+strconv.Itoa(len(at.w.Args)), at.w.Args...)
		if err != nil {
			return nil, "", err
		}
		rows = append(rows, part...)
	}
	if len(arms) > 1 {
		slices.SortFunc(rows, func(x, y CohortRow) int {
			c := cmp.Or(cmp.Compare(x.At, y.At), cmp.Compare(x.RowID, y.RowID))
			if newest {
				return -c
			}
			return c
		})
	}
	if len(rows) <= n {
		return rows, "", nil
	}
	last := rows[n-1]
	return rows[:n], strconv.FormatInt(int64(last.At), 10) + "." + last.RowID, nil
}

func (b scanBase) id() string { return b.alias + ".id" }

// order sorts a list of the base; bases with several arms start at the oldest.
func (b scanBase) order() string {
	down := ""
	if b.newest {
		down = " DESC"
	}
	if b.key == "" {
		return " ORDER BY " + b.id() + down
	}
	return " ORDER BY " + b.key + down + ", " + b.id() + down
}

func (b scanBase) seek(w *store.Where, after cohortCursor) {
	beyond := " > "
	if b.newest {
		beyond = " < "
	}
	switch {
	case after.id == "":
	case b.key == "":
		w.And(b.id()+beyond+"?", after.id)
	default:
		w.And("("+b.key+", "+b.id()+")"+beyond+"(?, ?)", after.at, after.id)
	}
}

func (b scanBase) sql() string {
	const ticket = "t.id AS ticket_id, t.no, CASE WHEN t.confidential = 'all' THEN '（内容保密）' ELSE t.title END AS title, t.kind, t.channel, t.state, "
	at := b.key
	if at == "" {
		at = "t.created_at"
	}
	columns := b.id() + " AS row_id, " + at + " AS row_at, " + b.columns
	if b.alias == "t" {
		return "SELECT " + ticket + columns + " FROM " + b.from
	}
	return "SELECT " + ticket + columns + " FROM " + b.from + " JOIN hotline_ticket t ON t.centre_id = " + b.alias + ".centre_id AND t.id = " + b.alias + ".ticket_id"
}

type cohortCursor struct {
	at int64
	id string
}

func parseCohortCursor(text string) (cohortCursor, error) {
	if text == "" {
		return cohortCursor{}, nil
	}
	at, row, ok := strings.Cut(text, ".")
	n, err := strconv.ParseInt(at, 10, 64)
	_, idErr := id.Parse(row)
	if !ok || errors.Join(err, idErr) != nil {
		return cohortCursor{}, hotline.ErrCursor
	}
	return cohortCursor{n, row}, nil
}

func (m *Module) nameCohort(tx *store.Tx, centre string, rows []CohortRow) error {
	var ids []string
	for _, r := range rows {
		if r.UnitID != "" && !slices.Contains(ids, r.UnitID) {
			ids = append(ids, r.UnitID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	names, err := m.org.UnitsTx(tx, centre, ids)
	for i := range rows {
		u := names[rows[i].UnitID]
		rows[i].Unit = u.Short()
	}
	return err
}

// ExportCohort gives every record behind a figure, in the order of Cohort, page by page; what was asked for is in the
// audit log before the first row is read. It fails with hotline.export_too_long beyond ExportLimit.
func (m *Module) ExportCohort(ctx context.Context, q CohortQuery, each func(CohortRow) error) error {
	if err := actor.From(ctx).Require(hotline.PermReport); err != nil {
		return err
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		return audit.Record(tx, audit.Entry{Action: "hotline." + string(hotline.ActExport), Permission: hotline.PermReport, Kind: "cohort", Object: string(q.Measure),
			Detail: map[string]any{"part": q.Part, "from": q.Span.From, "to": q.Span.To, "unit": q.UnitID}})
	})
	if err != nil {
		return err
	}
	q.After, q.Limit = "", hotline.MaxPage
	for {
		rows, next, total, err := m.Cohort(ctx, q)
		if err != nil {
			return err
		}
		if total > hotline.ExportLimit {
			return hotline.ErrExportTooLong
		}
		for _, r := range rows {
			if err := each(r); err != nil {
				return err
			}
		}
		if next == "" {
			return nil
		}
		q.After = next
	}
}
