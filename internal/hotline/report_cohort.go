package hotline

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
	"yichuang/internal/errs"
	"yichuang/internal/id"
	"yichuang/internal/store"
)

// Measure names a figure whose records can be listed (口径). Each has one definition, from which both the number and
// the list behind it are made, so that they cannot disagree.
type Measure string

// The measures. The letters are those of the hotline reference §5.4.
const (
	MeasureReceived  Measure = "received"    // tickets registered in the span
	MeasureAccepted  Measure = "accepted"    // M1 受理量: tickets accepted in the span
	MeasureClosed    Measure = "closed"      // tickets closed in the span, however they were answered
	MeasureFinished  Measure = "finished"    // M3 办结率: of those accepted in the span and sent to a unit, the closed ones
	MeasureAll       Measure = "all"         // M3b 综合办结率: direct answers counted on both sides
	MeasureOnTime    Measure = "ontime"      // M4 按时办结率（到期口径）: open overdue legs count as late
	MeasureDone      Measure = "ontime_done" // M4b 按时办结率（办结口径）: the same legs without the open overdue ones
	MeasureOverdue   Measure = "overdue"     // M5 超期未办结: open legs past their due, whenever it was
	MeasureSatisfied Measure = "satisfied"   // M8 满意率: callers reached, by their last word in a round
)

// Part is the side of a ratio that a cohort lists.
type Part string

// The parts.
const (
	Numerator   Part = "num"
	Denominator Part = "den"
)

// measureInfo describes a measure to readers.
type measureInfo struct{ label, rule string }

var measures = map[Measure]measureInfo{
	MeasureReceived:  {"登记量", "期间内登记的工单，不论是否受理。"},
	MeasureAccepted:  {"受理量", "期间内受理的工单。"},
	MeasureClosed:    {"办结量", "期间内办结的工单，含直接答复；不予受理、撤回、紧急移交的不计。"},
	MeasureFinished:  {"办结率", "期间内受理、需转办的工单中已办结的。分母不含直接答复，也不含不予受理、撤回、紧急移交的。"},
	MeasureAll:       {"综合办结率", "期间内受理的工单中已办结的，直接答复计入分子和分母。"},
	MeasureOnTime:    {"按时办结率（到期口径）", "最终时限落在期间内且已经到期的承办件中按时提交的。到期仍未答复的计为未按时；挂账、延期待批和按时提交待审核的尚无结论，不计。"},
	MeasureDone:      {"按时办结率（办结口径）", "与到期口径相同的承办件，但到期仍未答复的不计入分母。"},
	MeasureOverdue:   {"超期未办结", "现在已过时限、单位尚未答复的承办件，不论时限在哪个期间；挂账和延期待批的不计。"},
	MeasureSatisfied: {"满意率", "期间内回访到的工单（每轮以最后一次为准）中满意和基本满意的。无法回访的不计；不满意但认定诉求不合理或已依法处理的不计。"},
}

// Label is the measure's name in the office.
func (m Measure) Label() string { return measures[m].label }

// Rule says in one sentence what is counted.
func (m Measure) Rule() string { return measures[m].rule }

// cohortBase is the table that a cohort's rows come from.
type cohortBase struct {
	columns string // of CohortRow beside those of the ticket
	from    string
	centre  string
	unit    string // condition on the unit, with %s for the list of placeholders
	key     string // column that the list is sorted by before the id; "" for the id alone
	id      string
	newest  bool // the list starts at the end
}

var (
	legBase = cohortBase{columns: "l.id AS row_id, l.due AS row_at, l.unit_id AS row_unit, l.round AS row_round, l.state AS row_state, l.due, l.submitted_at, l.outcome, '' AS result",
		from: "hotline_leg l", centre: "l.centre_id", unit: "l.unit_id IN (%s)", key: "l.due", id: "l.id"}
	ticketBase = cohortBase{columns: "t.id AS row_id, t.%s AS row_at, t.unit_id AS row_unit, t.round AS row_round, t.state AS row_state, t.due, t.closed_at AS submitted_at, t.close_kind AS outcome, '' AS result",
		from: "hotline_ticket t", centre: "t.centre_id", unit: "t.unit_id IN (%s)", id: "t.id", newest: true}
	callBase = cohortBase{columns: "c.id AS row_id, c.at AS row_at, '' AS row_unit, c.round AS row_round, '' AS row_state, 0 AS due, c.at AS submitted_at, '' AS outcome, c.result",
		from: "hotline_callback c", centre: "c.centre_id", key: "c.at", id: "c.id", newest: true,
		unit: "EXISTS (SELECT 1 FROM hotline_leg l WHERE l.centre_id = c.centre_id AND l.ticket_id = c.ticket_id AND l.round = c.round AND l.role = 'lead' AND l.unit_id IN (%s))"}
)

func ticketsBy(column string) cohortBase {
	b := ticketBase
	b.columns, b.key = strings.Replace(b.columns, "%s", column, 1), "t."+column
	if column == "created_at" {
		b.key = "" // ids grow with the time of registration
	}
	return b
}

// arm is one part of a cohort that one index answers; the arms of a cohort never overlap.
type arm struct {
	cond string
	args []any
}

// cohort is a definition made concrete: where its rows are.
type cohort struct {
	base cohortBase
	arms []arm
}

// openLate is the condition of Leg.Overdue in SQL, but for the due.
const openLate = "l.open AND l.state IN ('PENDING_SIGN', 'SIGNED', 'SIGN_OFF') AND l.extension = ''"

// cohortOf gives the rows of a measure's part in a span, as things stand at now.
func cohortOf(m Measure, p Part, s Span, now clock.Instant) (cohort, error) {
	from, to := s.start(), s.end()
	one := func(b cohortBase, cond string, args ...any) (cohort, error) {
		return cohort{b, []arm{{cond, args}}}, nil
	}
	const accepted = "t.accepted_at <> 0 AND t.accepted_at >= ? AND t.accepted_at < ?"
	switch m {
	case MeasureReceived:
		return one(ticketsBy("created_at"), "t.id >= ? AND t.id < ?", id.Format(id.At(from)), id.Format(id.At(to)))
	case MeasureAccepted:
		return one(ticketsBy("accepted_at"), accepted, from, to)
	case MeasureClosed:
		return one(ticketsBy("closed_at"), "t.close_kind <> '' AND t.closed_at >= ? AND t.closed_at < ?", from, to)
	case MeasureFinished:
		return one(ticketsBy("accepted_at"), accepted+closedPart(p, " AND t.close_kind <> 'direct'"), from, to)
	case MeasureAll:
		return one(ticketsBy("accepted_at"), accepted+closedPart(p, ""), from, to)
	case MeasureOnTime, MeasureDone:
		return dueCohort(m, p, from, min(to, now)), nil
	case MeasureOverdue:
		return one(legBase, openLate+" AND l.due < ?", now)
	case MeasureSatisfied:
		return one(callBase, satisfiedPart(p), from, to)
	}
	return cohort{}, ErrMeasure
}

// closedPart narrows accepted tickets: those that ended without being handled are on neither side.
func closedPart(p Part, which string) string {
	if p == Numerator {
		return " AND t.close_kind <> ''" + which
	}
	return " AND (t.closed_at = 0 OR t.close_kind <> '')" + which
}

// dueCohort is what fell due between two moments, and has its result: accepted legs, replies that were handed in late
// and wait for review, and, for the due measure, legs that are open past their due.
func dueCohort(m Measure, p Part, from, to clock.Instant) cohort {
	const due = " AND l.due >= ? AND l.due < ?"
	c := cohort{base: legBase}
	if p == Numerator {
		c.arms = []arm{{"l.outcome <> '' AND l.outcome = 'on_time'" + due, []any{from, to}}}
		return c
	}
	c.arms = []arm{
		{"l.outcome <> '' AND l.outcome IN ('on_time', 'late')" + due, []any{from, to}},
		{"l.state = 'SUBMITTED' AND l.submitted_at > l.due" + due, []any{from, to}},
	}
	if m == MeasureOnTime {
		c.arms = append(c.arms, arm{openLate + due, []any{from, to}})
	}
	return c
}

// satisfiedPart is the last word of each caller in each round, unless it was found unreasonable.
func satisfiedPart(p Part) string {
	cond := `c.reached AND c.at >= ? AND c.at < ?
		AND NOT EXISTS (SELECT 1 FROM hotline_callback later WHERE later.centre_id = c.centre_id AND later.ticket_id = c.ticket_id AND later.round = c.round AND later.id > c.id AND later.reached AND later.attempt > 1)`
	if p == Numerator {
		return cond + " AND c.result IN ('满意', '基本满意')"
	}
	return cond + ` AND (c.result <> '不满意' OR NOT EXISTS
		(SELECT 1 FROM hotline_ticket t WHERE t.centre_id = c.centre_id AND t.id = c.ticket_id AND t.close_kind = 'adjudicated' AND t.round = c.round))`
}

// ErrMeasure refuses a figure that does not exist.
var ErrMeasure = errs.New(errs.NotFound, "hotline.measure", "没有这个统计口径。请从统计首页进入。")

// where joins an arm with the centre and the units that the actor may see, and the one unit asked for.
func (c cohort) where(a *actor.Actor, r arm, unit string) *store.Where {
	w := (&store.Where{}).And(c.base.centre+" = ?", a.CentreID).And(r.cond, r.args...)
	units, all := reportUnits(a)
	if !all {
		c.inUnits(w, units)
	}
	if unit != "" {
		c.inUnits(w, []string{unit})
	}
	return w
}

func (c cohort) inUnits(w *store.Where, units []string) {
	if len(units) == 0 {
		w.And("1 = 0")
		return
	}
	args := make([]any, len(units))
	for i, u := range units {
		args[i] = u
	}
	w.And(strings.Replace(c.base.unit, "%s", "?"+strings.Repeat(", ?", len(units)-1), 1), args...)
}

// reportUnits gives the units whose figures an actor may see, or that he may see the whole centre's.
func reportUnits(a *actor.Actor) (units []string, all bool) {
	if a.Scope(PermReport) >= actor.Centre {
		return nil, true
	}
	units = slices.Clone(a.UnitIDs)
	if len(units) == 0 && a.UnitID != "" {
		units = []string{a.UnitID}
	}
	return units, false
}

func (c cohort) count(tx *store.Tx, a *actor.Actor, unit string) (int64, error) {
	var sum int64
	for _, r := range c.arms {
		w := c.where(a, r, unit)
		n, err := store.Get[int64](tx, "SELECT COUNT(*) FROM "+c.base.from+w.SQL(), w.Args...)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}

// ratio counts both parts of a measure.
func ratio(tx *store.Tx, a *actor.Actor, m Measure, s Span) (Ratio, error) {
	var r Ratio
	for _, p := range []struct {
		part Part
		n    *int64
	}{{Numerator, &r.Num}, {Denominator, &r.Den}} {
		c, err := cohortOf(m, p.part, s, tx.Now())
		if err != nil {
			return r, err
		}
		if *p.n, err = c.count(tx, a, ""); err != nil {
			return r, err
		}
	}
	return r, nil
}

// CohortQuery asks for the records behind a figure.
type CohortQuery struct {
	Measure Measure
	Part    Part
	Span    Span
	UnitID  string // only this unit's; "" for all that the actor may see
	After   string
	Limit   int
}

// CohortRow is one record behind a figure: a ticket, with the leg or the call-back that was counted.
type CohortRow struct {
	TicketID    TicketID      `db:"ticket_id" json:"ticket_id"`
	No          string        `db:"no" json:"no"`
	Title       string        `db:"title" json:"title"`
	Kind        string        `db:"kind" json:"kind"`
	Channel     string        `db:"channel" json:"channel"`
	State       State         `db:"state" json:"state"`
	RowID       string        `db:"row_id" json:"row_id"`
	At          clock.Instant `db:"row_at" json:"at"` // what the measure's span is about: registration, acceptance, due, call
	UnitID      string        `db:"row_unit" json:"unit_id,omitempty"`
	Unit        string        `db:"-" json:"unit_name,omitempty"`
	Round       int           `db:"row_round" json:"round"`
	LegState    LegState      `db:"row_state" json:"row_state,omitempty"`
	Due         clock.Instant `db:"due" json:"due,omitzero"`
	SubmittedAt clock.Instant `db:"submitted_at" json:"submitted_at,omitzero"` // of the leg; when the ticket was closed
	Outcome     string        `db:"outcome" json:"outcome,omitempty"`          // of the leg; how the ticket was closed
	Result      string        `db:"result" json:"result,omitempty"`            // of the call-back
}

// Cohort lists the records behind a figure, page by page, and gives the cursor of the next page and how many there are
// in all. What it lists is what the figure counted, if nothing has changed in between.
func (m *Module) Cohort(ctx context.Context, q CohortQuery) (rows []CohortRow, next string, total int64, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermReport); err != nil {
		return nil, "", 0, err
	}
	if !q.Span.Valid() || q.Part != Numerator && q.Part != Denominator {
		return nil, "", 0, ErrMeasure
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		c, err := cohortOf(q.Measure, q.Part, q.Span, tx.Now())
		if err != nil {
			return err
		}
		if total, err = c.count(tx, a, q.UnitID); err != nil {
			return err
		}
		if rows, next, err = c.page(tx, a, q); err != nil {
			return err
		}
		return m.nameCohort(tx, a.CentreID, rows)
	})
	return rows, next, total, err
}

// page reads each arm from the cursor and merges them.
func (c cohort) page(tx *store.Tx, a *actor.Actor, q CohortQuery) ([]CohortRow, string, error) {
	n := pageSize(q.Limit)
	after, err := parseCohortCursor(q.After)
	if err != nil {
		return nil, "", err
	}
	var rows []CohortRow
	for _, r := range c.arms {
		w := c.where(a, r, q.UnitID)
		c.base.seek(w, after)
		w.Args = append(w.Args, n+1)
		part, err := store.Select[CohortRow](tx, c.sql()+w.SQL()+c.base.order()+" LIMIT $"+strconv.Itoa(len(w.Args)), w.Args...)
		if err != nil {
			return nil, "", err
		}
		rows = append(rows, part...)
	}
	if len(c.arms) > 1 {
		slices.SortFunc(rows, func(x, y CohortRow) int {
			return cmp.Or(cmp.Compare(x.At, y.At), cmp.Compare(x.RowID, y.RowID))
		})
	}
	if len(rows) <= n {
		return rows, "", nil
	}
	last := rows[n-1]
	return rows[:n], strconv.FormatInt(int64(last.At), 10) + "." + last.RowID, nil
}

// order sorts a list of the base; bases with several arms start at the oldest.
func (b cohortBase) order() string {
	down := ""
	if b.newest {
		down = " DESC"
	}
	if b.key == "" {
		return " ORDER BY " + b.id + down
	}
	return " ORDER BY " + b.key + down + ", " + b.id + down
}

func (b cohortBase) seek(w *store.Where, after cohortCursor) {
	beyond := " > "
	if b.newest {
		beyond = " < "
	}
	switch {
	case after.id == "":
	case b.key == "":
		w.And(b.id+beyond+"?", after.id)
	default:
		w.And("("+b.key+", "+b.id+")"+beyond+"(?, ?)", after.at, after.id)
	}
}

func (c cohort) sql() string {
	const ticket = "t.id AS ticket_id, t.no, CASE WHEN t.confidential = 'all' THEN '（内容保密）' ELSE t.title END AS title, t.kind, t.channel, t.state, "
	if c.base.from == ticketBase.from {
		return "SELECT " + ticket + c.base.columns + " FROM " + c.base.from
	}
	alias := c.base.centre[:1]
	return "SELECT " + ticket + c.base.columns + " FROM " + c.base.from + " JOIN hotline_ticket t ON t.centre_id = " + c.base.centre + " AND t.id = " + alias + ".ticket_id"
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
		return cohortCursor{}, ErrCursor
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
	if err := actor.From(ctx).Require(PermReport); err != nil {
		return err
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		return audit.Record(tx, audit.Entry{Action: "hotline." + string(ActExport), Permission: PermReport, Kind: "cohort", Object: string(q.Measure),
			Detail: map[string]any{"part": q.Part, "from": q.Span.From, "to": q.Span.To, "unit": q.UnitID}})
	})
	if err != nil {
		return err
	}
	q.After, q.Limit = "", maxPage
	for {
		rows, next, total, err := m.Cohort(ctx, q)
		if err != nil {
			return err
		}
		if total > ExportLimit {
			return ErrExportTooLong
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
