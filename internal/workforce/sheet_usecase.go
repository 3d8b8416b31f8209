package workforce

import (
	"context"
	"errors"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Gathered is what a run of the gathering did.
type Gathered struct {
	Month    clock.Date `json:"month"`
	Proposed int        `json:"proposed"` // new proposals
	Voided   int        `json:"voided"`   // whose fact is no longer there
	Known    int        `json:"known"`
}

// Gather looks at a month again (自动归集): what the attendance and the other modules show is proposed once, and a proposal
// whose fact was corrected is voided. What it finds about a locked month comes on the first open one.
func (m *Module) Gather(ctx context.Context, month clock.Date) (Gathered, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSheetRun); err != nil {
		return Gathered{}, err
	}
	var g Gathered
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		g, err = m.gather(tx, a.CentreID, month)
		return err
	})
	return g, err
}

// gather is Gather inside a transaction, of a person or of the nightly job.
func (m *Module) gather(tx *store.Tx, centre string, month clock.Date) (Gathered, error) {
	first, next := monthSpan(month)
	g := Gathered{Month: first}
	faults, err := m.attendance(tx, centre, first, next)
	if err != nil {
		return g, err
	}
	foreign, err := m.foreign(tx, centre, first, next)
	if err != nil {
		return g, err
	}
	if err := m.propose(tx, centre, first, append(faults, foreign...), &g); err != nil {
		return g, err
	}
	s, err := sheetOf(tx, centre, first)
	if err != nil {
		return g, err
	}
	if s.State != SheetLocked {
		fresh := s.Version == 0
		s.Gathered, s.Version = tx.Now(), max(s.Version, 1)
		if err := saveSheet(tx, &s, fresh); err != nil {
			return g, err
		}
	}
	if g.Proposed+g.Voided == 0 {
		return g, nil
	}
	return g, audit.RecordIn(tx, centre, audit.Entry{Action: "workforce.sheet_gather", Permission: PermSheetRun, Kind: "workforce_sheet", Object: first.String(), Detail: map[string]any{"proposed": g.Proposed, "voided": g.Voided}})
}

// nightly is the kind of the job that gathers every night.
const nightly = "workforce.gather"

// RegisterJobs adds the handlers of this module.
func (m *Module) RegisterJobs(r *jobs.Runner) { r.Handle(nightly, m.gatherNightly) }

// gatherNightly looks at the month of yesterday and the one before it, at half past six, when nights are over too.
func (m *Module) gatherNightly(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	today := tx.Now().Date()
	first, _ := monthSpan(today - 1)
	for _, month := range []clock.Date{first - 1, first} {
		if _, err := m.gather(tx, j.CentreID, month); err != nil {
			return jobs.Done, err
		}
	}
	return jobs.Snooze((today + 1).Clock(6, 30)), nil
}

// attendance finds what the attendance of everybody proposes for [first, next), as far as it is over.
func (m *Module) attendance(tx *store.Tx, centre string, first, next clock.Date) ([]Fault, error) {
	all := &actor.Actor{Kind: actor.System, CentreID: centre}
	until := min(next, tx.Now().Date()+1)
	if until <= first {
		return nil, nil
	}
	staff, err := m.staffOf(tx, all, PermStaffRead, StaffFilter{}, first, until-1)
	if err != nil {
		return nil, err
	}
	users := make([]string, len(staff))
	for i, s := range staff {
		users[i] = s.UserID
	}
	b, err := m.bookOf(tx, centre, users, first, until-1)
	if err != nil {
		return nil, err
	}
	return attendanceFaults(b, users, first, until), nil
}

func saveSheet(tx *store.Tx, s *Sheet, fresh bool) error {
	if fresh {
		return store.Insert(tx, "workforce_sheet", s)
	}
	return store.Update(tx, "workforce_sheet", s, "centre_id", "month")
}

// propose compares the faults of a month with the proposals that there are, which it holds: somebody may be deciding them.
func (m *Module) propose(tx *store.Tx, centre string, month clock.Date, faults []Fault, g *Gathered) error {
	_, next := monthSpan(month)
	known, err := store.Select[ScoreEvent](tx, "SELECT "+scoreColumns+" FROM workforce_score WHERE centre_id = $1 AND month >= $2 AND day >= $2 AND day < $3 AND source_key <> '' AND source <> $4 ORDER BY id"+tx.ForUpdate(), centre, month, next, Manual)
	if err != nil {
		return err
	}
	byKey := map[string]*ScoreEvent{}
	for i := range known {
		byKey[known[i].SourceKey] = &known[i]
	}
	rules, err := rulesFor(tx, centre, month)
	if err != nil {
		return err
	}
	into, err := m.openMonth(tx, centre, month)
	if err != nil {
		return err
	}
	for i := range faults {
		f := &faults[i]
		if old := byKey[f.key()]; old != nil {
			g.Known++
			delete(byKey, f.key())
			if err := m.again(tx, centre, old, g); err != nil {
				return err
			}
			continue
		}
		c, ok := rules.Def.charge(f.Code)
		if !ok {
			continue
		}
		if err := m.proposeOne(tx, centre, into, f, c); err != nil {
			return err
		}
		g.Proposed++
	}
	return m.voidGone(tx, centre, byKey, g)
}

func (m *Module) proposeOne(tx *store.Tx, centre string, month clock.Date, f *Fault, c Charge) error {
	unit, site, err := stationedOn(tx, centre, f)
	if err != nil {
		return err
	}
	return store.Insert(tx, "workforce_score", ScoreEvent{CentreID: centre, ID: tx.NewID(), Month: month, Day: f.Day, UserID: f.UserID, UnitID: unit, SiteID: site, Kind: Deduct, Code: f.Code, Points: f.cost(c),
		Text: f.Text, Evidence: f.evidenceOf(), Source: f.Source, SourceKey: f.key(), State: Proposed, At: tx.Now(), Version: 1})
}

// again proposes once more what was voided because its fact had gone, now that the fact is back.
func (m *Module) again(tx *store.Tx, centre string, e *ScoreEvent, g *Gathered) error {
	if e.State != Void || e.Remark != factGone {
		return nil
	}
	if err := m.unlocked(tx, centre, e.Month); err != nil {
		if errors.Is(err, ErrLocked) {
			return nil
		}
		return err
	}
	e.State, e.Remark, e.DecidedAt, e.DecidedBy, e.Version = Proposed, "", 0, "", e.Version+1
	g.Proposed++
	return put(tx, "workforce_score", *e, false)
}

// factGone is the remark of an event that was voided because its fact was corrected.
const factGone = "依据的事实已经更正"

// voidGone voids the events of open sheets whose fact is no longer there, such as an absence that became approved leave.
func (m *Module) voidGone(tx *store.Tx, centre string, gone map[string]*ScoreEvent, g *Gathered) error {
	for _, key := range keysOf(gone) {
		e := gone[key]
		if e.State != Proposed && e.State != Confirmed || e.Source != "attendance" && !m.has(e.Source) {
			continue
		}
		err := m.unlocked(tx, centre, e.Month)
		if errors.Is(err, ErrLocked) {
			continue
		}
		if err != nil {
			return err
		}
		e.State, e.Remark, e.DecidedAt, e.Version = Void, factGone, tx.Now(), e.Version+1
		if err := put(tx, "workforce_score", *e, false); err != nil {
			return err
		}
		g.Voided++
	}
	return nil
}

// has reports whether a source was handed in, so that its silence means something.
func (m *Module) has(name string) bool {
	for _, s := range m.sources {
		if s.name == name {
			return true
		}
	}
	return false
}

// advance moves the sheet of a month to its next state.
func (m *Module) advance(ctx context.Context, perm actor.Permission, month clock.Date, version int64, from, to SheetState, rule func(tx *store.Tx, s *Sheet) error) (Sheet, error) {
	a := actor.From(ctx)
	if err := a.Require(perm); err != nil {
		return Sheet{}, err
	}
	first, next := monthSpan(month)
	var s Sheet
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if s, err = sheetOf(tx, a.CentreID, first); err != nil {
			return err
		}
		if s.Version != version {
			return store.ErrStale.With("version", s.Version)
		}
		if s.State != from {
			return ErrState.Say("考核表处于“%s”，不能进入“%s”。请刷新后再看。", s.State.Label(), to.Label())
		}
		if tx.Now().Date() < next {
			return ErrEarly
		}
		if err := rule(tx, &s); err != nil {
			return err
		}
		fresh := s.Version == 0
		s.State, s.Version = to, s.Version+1
		if err := saveSheet(tx, &s, fresh); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "workforce.sheet_" + string(to), Permission: perm, Kind: "workforce_sheet", Object: first.String(), Detail: map[string]any{"state": to, "hash": s.Hash}})
	})
	return s, err
}

// StartRating ends the gathering of a month that is over and asks the chief representatives (初评).
func (m *Module) StartRating(ctx context.Context, month clock.Date) (Sheet, error) {
	if err := actor.From(ctx).Require(PermSheetRun); err != nil {
		return Sheet{}, err
	}
	if _, next := monthSpan(month); m.db.Clock().Now().Date() < next {
		return Sheet{}, ErrEarly
	}
	if _, err := m.Gather(ctx, month); err != nil {
		return Sheet{}, err
	}
	v, err := m.SheetOf(ctx, month)
	if err != nil {
		return Sheet{}, err
	}
	return m.advance(ctx, PermSheetRun, month, v.Version, SheetGather, SheetRate, func(*store.Tx, *Sheet) error { return nil })
}

// Rate is the first opinion of a chief representative on the month of a unit's window.
func (m *Module) Rate(ctx context.Context, month clock.Date, unit, text string) error {
	a := actor.From(ctx)
	if err := a.Require(PermSheetRate); err != nil {
		return err
	}
	if e := need(ErrInput, "text", "初评意见", &text, 1000); e.OrNil() != nil {
		return e
	}
	first, next := monthSpan(month)
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		s, err := sheetOf(tx, a.CentreID, first)
		if err != nil {
			return err
		}
		staff, err := m.staffOf(tx, a, PermSheetRate, StaffFilter{UnitID: unit}, first, next-1)
		if err == nil && (unit == "" || len(staff) == 0) {
			err = ErrMissing.Hide()
		}
		if err == nil && s.State != SheetRate {
			err = ErrState.Say("考核表处于“%s”，现在不能初评。", s.State.Label())
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec("DELETE FROM workforce_review WHERE centre_id = $1 AND month = $2 AND unit_id = $3", a.CentreID, first, unit); err != nil {
			return err
		}
		if err := store.Insert(tx, "workforce_review", Review{CentreID: a.CentreID, Month: first, UnitID: unit, Text: text, ByUser: a.UserID, At: tx.Now()}); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "workforce.sheet_review", Permission: PermSheetRate, Kind: "workforce_sheet", Object: first.String(), Detail: map[string]any{"unit": unit}})
	})
}

// StartCheck hands the sheet to the supervision section (复核).
func (m *Module) StartCheck(ctx context.Context, month clock.Date, version int64) (Sheet, error) {
	return m.advance(ctx, PermSheetRun, month, version, SheetRate, SheetCheck, func(*store.Tx, *Sheet) error { return nil })
}

// Show publishes the sheet to those concerned for some working days (公示); everything must be decided.
func (m *Module) Show(ctx context.Context, month clock.Date, version int64) (Sheet, error) {
	return m.advance(ctx, PermSheetRun, month, version, SheetCheck, SheetShown, func(tx *store.Tx, s *Sheet) error {
		if err := decided(tx, s); err != nil {
			return err
		}
		cal, err := m.calendar.For(tx, "")
		if err != nil {
			return err
		}
		rules, err := rulesFor(tx, s.CentreID, s.Month)
		s.ShownOn = tx.Now().Date()
		s.AppealTo = cal.AddWorkdays(s.ShownOn, int(rules.Def.ShownDays))
		return err
	})
}

func decided(tx *store.Tx, s *Sheet) error {
	events, err := monthEvents(tx, s.CentreID, s.Month)
	if err == nil && undecided(events) > 0 {
		err = ErrUndecided.Say("还有 %d 条扣分、加分或申诉没有决定，请先逐条决定。", undecided(events))
	}
	return err
}

// Lock fixes the sheet after its publication (锁定): its rows are kept and never change.
func (m *Module) Lock(ctx context.Context, month clock.Date, version int64) (Sheet, error) {
	return m.advance(ctx, PermSheetLock, month, version, SheetShown, SheetLocked, func(tx *store.Tx, s *Sheet) error {
		if tx.Now().Date() <= s.AppealTo {
			return ErrShown.Say("公示到 %s 结束，之后才能锁定。", s.AppealTo)
		}
		if err := decided(tx, s); err != nil {
			return err
		}
		rules, err := rulesFor(tx, s.CentreID, s.Month)
		if err != nil {
			return err
		}
		rows, err := m.rows(tx, s)
		if err != nil {
			return err
		}
		s.RuleSetID, s.LockedAt, s.LockedBy = rules.ID, tx.Now(), actor.From(tx.Context()).UserID
		return s.keep(tx, rows, rules.Hash)
	})
}

// Line is one event of a personal sheet, with the share of a chief representative as a line of its own.
type Line struct {
	ScoreLine
	Counts bool `json:"counts"`
}

// PersonSheet (个人考核单) is a person's row of a month with every event behind it.
type PersonSheet struct {
	Sheet Sheet    `json:"sheet"`
	Row   ScoreRow `json:"row"`
	Lines []Line   `json:"lines"`
	Rules RuleSet  `json:"rules"`
}

// PersonSheetOf gives the sheet of one person in a month.
func (m *Module) PersonSheetOf(ctx context.Context, month clock.Date, user string) (PersonSheet, error) {
	v, err := m.SheetOf(ctx, month)
	if err != nil {
		return PersonSheet{}, err
	}
	out := PersonSheet{Sheet: v.Sheet, Rules: v.Rules}
	found := false
	for _, r := range v.Rows {
		if r.UserID == user && user != "" {
			out.Row, found = r, true
		}
	}
	if !found {
		return out, ErrMissing.Hide()
	}
	a := actor.From(ctx)
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		events, err := store.Select[ScoreEvent](tx, "SELECT "+scoreColumns+" FROM workforce_score WHERE centre_id = $1 AND user_id = $2 AND month = $3 ORDER BY day, id", a.CentreID, user, v.Month)
		if err != nil {
			return err
		}
		lines, err := m.nameScores(tx, a.CentreID, events)
		out.Lines = nil
		for _, l := range lines {
			if a.Can(PermScoreRead) && org.Sees(a, PermScoreRead, l.Row()) {
				out.Lines = append(out.Lines, Line{l, contains(out.Row.Entries, l.ID)})
			}
		}
		return err
	})
	return out, err
}
