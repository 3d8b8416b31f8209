package workforce

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/emmansun/gmsm/sm3"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// SheetState is where a month's sheet stands.
type SheetState string

// The states of a sheet (hall reference §4.8).
const (
	SheetGather SheetState = "gather" // 自动归集
	SheetRate   SheetState = "rate"   // 首席代表初评
	SheetCheck  SheetState = "check"  // 监察股复核
	SheetShown  SheetState = "shown"  // 公示
	SheetLocked SheetState = "locked" // 锁定
)

// SheetStates lists the states in their order.
func SheetStates() []SheetState {
	return []SheetState{SheetGather, SheetRate, SheetCheck, SheetShown, SheetLocked}
}

// Label is the Chinese name.
func (s SheetState) Label() string {
	return map[SheetState]string{SheetGather: "自动归集", SheetRate: "首席代表初评", SheetCheck: "监察股复核", SheetShown: "公示", SheetLocked: "已锁定"}[s]
}

// Sheet (人员考核表) is the assessment of a month. Its rows are computed whenever they are read, until it is locked; then
// they are kept, sealed by SM3, and never change.
type Sheet struct {
	CentreID  string        `db:"centre_id" json:"-"`
	Month     clock.Date    `db:"month" json:"month"` // its first day
	RuleSetID string        `db:"ruleset_id" json:"-"`
	State     SheetState    `db:"state" json:"state"`
	Gathered  clock.Instant `db:"gathered" json:"gathered_at,omitzero"`
	ShownOn   clock.Date    `db:"shown_on" json:"shown_on,omitzero"`
	AppealTo  clock.Date    `db:"appeal_to" json:"appeal_to,omitzero"` // last day of the publication
	LockedAt  clock.Instant `db:"locked_at" json:"locked_at,omitzero"`
	LockedBy  string        `db:"locked_by" json:"-"`
	Hash      string        `db:"hash" json:"hash,omitempty"`
	Version   int64         `db:"version" json:"version"`
}

// Review (初评) is what a chief representative says about the month of his window.
type Review struct {
	CentreID string        `db:"centre_id" json:"-"`
	Month    clock.Date    `db:"month" json:"-"`
	UnitID   string        `db:"unit_id" json:"unit_id"`
	Unit     string        `db:"-" json:"unit"`
	Text     string        `db:"text" json:"text"`
	ByUser   string        `db:"by_user" json:"-"`
	Name     string        `db:"-" json:"by"`
	At       clock.Instant `db:"at" json:"at"`
}

// keptRow is a row of a sheet that was locked; there are none of others.
type keptRow struct {
	CentreID string     `db:"centre_id"`
	Month    clock.Date `db:"month"`
	Pos      int64      `db:"pos"`
	UserID   string     `db:"user_id"`
	UnitID   string     `db:"unit_id"`
	SiteID   string     `db:"site_id"`
	Data     string     `db:"data"`
}

// sheetOf gives the sheet of a month for a change; one that nobody has touched yet is in its first state, version 0.
func sheetOf(tx *store.Tx, centre string, month clock.Date) (Sheet, error) {
	s, err := store.Get[Sheet](tx, "SELECT "+store.Columns[Sheet]("")+" FROM workforce_sheet WHERE centre_id = $1 AND month = $2"+tx.ForUpdate(), centre, month)
	if errors.Is(err, store.ErrNotFound) {
		return Sheet{CentreID: centre, Month: month, State: SheetGather, ShownOn: clock.NoDate, AppealTo: clock.NoDate}, nil
	}
	return s, err
}

// peekSheet is sheetOf for reading.
func peekSheet(tx *store.Tx, centre string, month clock.Date) (Sheet, error) {
	list, err := store.Select[Sheet](tx, "SELECT "+store.Columns[Sheet]("")+" FROM workforce_sheet WHERE centre_id = $1 AND month = $2", centre, month)
	if err == nil && len(list) > 0 {
		return list[0], nil
	}
	return Sheet{CentreID: centre, Month: month, State: SheetGather, ShownOn: clock.NoDate, AppealTo: clock.NoDate}, err
}

// unlocked refuses a day whose month has a locked sheet. It holds the sheet until the end of the transaction, so that what
// is written after it is either part of what Lock computes or comes too late for it. The state is compared here and not in
// the statement: one that waits for Lock to commit must see the row that Lock left, not pass over it.
func (m *Module) unlocked(tx *store.Tx, centre string, day clock.Date) error {
	month, _ := monthSpan(day)
	s, err := sheetOf(tx, centre, month)
	if err == nil && s.State == SheetLocked {
		err = ErrLocked
	}
	return err
}

// openMonth gives the first month from one on whose sheet is not locked, and holds that sheet as unlocked does.
func (m *Module) openMonth(tx *store.Tx, centre string, month clock.Date) (clock.Date, error) {
	for {
		err := m.unlocked(tx, centre, month)
		if !errors.Is(err, ErrLocked) {
			return month, err
		}
		_, month = monthSpan(month)
	}
}

// rows computes the rows of a month from what stands, or gives those that were locked.
func (m *Module) rows(tx *store.Tx, s *Sheet) ([]ScoreRow, error) {
	if s.State == SheetLocked {
		return lockedRows(tx, s)
	}
	rules, err := rulesFor(tx, s.CentreID, s.Month)
	if err != nil {
		return nil, err
	}
	first, next := monthSpan(s.Month)
	all := &actor.Actor{Kind: actor.System, CentreID: s.CentreID}
	staff, err := m.staffOf(tx, all, PermStaffRead, StaffFilter{}, first, next-1)
	if err != nil {
		return nil, err
	}
	subjects := make([]Subject, len(staff))
	for i, x := range staff {
		subjects[i] = Subject{UserID: x.UserID, Name: x.Name, UnitID: x.Posting.UnitID, Unit: x.Unit, SiteID: x.Posting.SiteID, Chief: x.Posting.Chief}
	}
	events, err := monthEvents(tx, s.CentreID, s.Month)
	if err != nil {
		return nil, err
	}
	return Compute(&rules.Def, subjects, standing(events)), nil
}

func monthEvents(tx *store.Tx, centre string, month clock.Date) ([]ScoreEvent, error) {
	return store.Select[ScoreEvent](tx, "SELECT "+scoreColumns+" FROM workforce_score WHERE centre_id = $1 AND month = $2 ORDER BY id", centre, month)
}

func lockedRows(tx *store.Tx, s *Sheet) ([]ScoreRow, error) {
	kept, err := store.Select[keptRow](tx, "SELECT "+store.Columns[keptRow]("")+" FROM workforce_row WHERE centre_id = $1 AND month = $2 ORDER BY pos", s.CentreID, s.Month)
	out := make([]ScoreRow, len(kept))
	for i := range kept {
		var err error
		if out[i], err = kept[i].row(); err != nil {
			return nil, err
		}
	}
	return out, err
}

// row is the row as it was computed when its sheet was locked.
func (k *keptRow) row() (ScoreRow, error) {
	var r ScoreRow
	if err := json.Unmarshal([]byte(k.Data), &r); err != nil {
		return r, fmt.Errorf("row of a sheet: %w", err)
	}
	return r, nil
}

// keep writes the rows of a sheet that is being locked, and seals them.
func (s *Sheet) keep(tx *store.Tx, rows []ScoreRow, rules string) error {
	h := sm3.New()
	fmt.Fprintf(h, "%s\n%s\n", s.Month, rules)
	for i, r := range rows {
		b, err := json.Marshal(r)
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "%d:%s\n", len(b), b)
		if err := store.Insert(tx, "workforce_row", keptRow{s.CentreID, s.Month, int64(i), r.UserID, r.UnitID, r.SiteID, string(b)}); err != nil {
			return err
		}
	}
	s.Hash = hex.EncodeToString(h.Sum(nil))
	return nil
}

// SheetView is a month's sheet with the rows that the actor may see.
type SheetView struct {
	Sheet
	Rules   RuleSet    `json:"rules"`
	Rows    []ScoreRow `json:"rows"`
	Reviews []Review   `json:"reviews"`
	Missing []string   `json:"missing_reviews,omitempty"` // units with a chief representative who has not said anything
	Waiting int        `json:"waiting"`                   // events and appeals that nobody has decided
	CanRate []string   `json:"-"`                         // units that the actor may rate
}

// SheetOf gives the sheet of a month.
func (m *Module) SheetOf(ctx context.Context, month clock.Date) (SheetView, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSheetRead); err != nil {
		return SheetView{}, err
	}
	first, _ := monthSpan(month)
	var v SheetView
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		v = SheetView{}
		if v.Sheet, err = peekSheet(tx, a.CentreID, first); err != nil {
			return err
		}
		if v.Rules, err = rulesFor(tx, a.CentreID, first); err != nil {
			return err
		}
		rows, err := m.rows(tx, &v.Sheet)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if org.Sees(a, PermSheetRead, org.Row{CentreID: a.CentreID, UnitID: r.UnitID, SiteID: r.SiteID, OwnerID: r.UserID}) {
				v.Rows = append(v.Rows, r)
			}
		}
		return m.fillView(tx, a, &v, rows)
	})
	return v, err
}

// fillView adds the reviews, and what waits for somebody.
func (m *Module) fillView(tx *store.Tx, a *actor.Actor, v *SheetView, rows []ScoreRow) error {
	var err error
	if v.Reviews, err = m.reviewsOf(tx, a, v.Month); err != nil {
		return err
	}
	given := map[string]bool{}
	for _, r := range v.Reviews {
		given[r.UnitID] = true
	}
	seen := map[string]bool{}
	for _, r := range rows {
		if !r.Chief || given[r.UnitID] || seen[r.UnitID] {
			continue
		}
		seen[r.UnitID] = true
		if org.Sees(a, PermSheetRead, org.Row{CentreID: a.CentreID, UnitID: r.UnitID, SiteID: r.SiteID}) {
			v.Missing = append(v.Missing, r.Unit)
		}
		if a.Can(PermSheetRate) && org.Sees(a, PermSheetRate, org.Row{CentreID: a.CentreID, UnitID: r.UnitID, SiteID: r.SiteID}) {
			v.CanRate = append(v.CanRate, r.UnitID)
		}
	}
	if a.Can(PermSheetRun) || a.Can(PermSheetLock) {
		events, err := monthEvents(tx, a.CentreID, v.Month)
		if err != nil {
			return err
		}
		v.Waiting = undecided(events)
	}
	return nil
}

func undecided(events []ScoreEvent) int {
	n := 0
	for _, e := range events {
		if e.State == Proposed || e.Appeal == AppealWaiting {
			n++
		}
	}
	return n
}

func (m *Module) reviewsOf(tx *store.Tx, a *actor.Actor, month clock.Date) ([]Review, error) {
	w := (&store.Where{}).And("centre_id = ?", a.CentreID).And("month = ?", month)
	cond, args := org.Filter(a, PermSheetRead, org.Columns{Centre: "centre_id", Unit: "unit_id", Owner: "by_user"})
	w.And(cond, args...)
	list, err := store.Select[Review](tx, "SELECT "+store.Columns[Review]("")+" FROM workforce_review"+w.SQL()+" ORDER BY unit_id", w.Args...)
	if err != nil || len(list) == 0 {
		return list, err
	}
	var users, units []string
	for _, r := range list {
		users, units = append(users, r.ByUser), append(units, r.UnitID)
	}
	names, err := m.org.UserNamesTx(tx, a.CentreID, users)
	if err != nil {
		return nil, err
	}
	unitNames, err := m.org.UnitsTx(tx, a.CentreID, units)
	for i := range list {
		u := unitNames[list[i].UnitID]
		list[i].Name, list[i].Unit = names[list[i].ByUser], u.Short()
	}
	return list, err
}

// Sheets lists the months with a sheet, newest first, with the month of today at the head.
func (m *Module) Sheets(ctx context.Context) ([]Sheet, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSheetRead); err != nil {
		return nil, err
	}
	var out []Sheet
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[Sheet](tx, "SELECT "+store.Columns[Sheet]("")+" FROM workforce_sheet WHERE centre_id = $1 ORDER BY month DESC LIMIT 60", a.CentreID)
		now, _ := monthSpan(tx.Now().Date())
		if len(out) == 0 || out[0].Month < now {
			out = append([]Sheet{{CentreID: a.CentreID, Month: now, State: SheetGather, ShownOn: clock.NoDate, AppealTo: clock.NoDate}}, out...)
		}
		return err
	})
	return out, err
}
