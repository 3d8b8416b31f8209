package knowledge

import (
	"context"
	"iter"
	"slices"
	"strconv"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/id"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

const (
	defaultPage = 50
	maxPage     = 200
)

func pageSize(n int) int {
	if n <= 0 {
		return defaultPage
	}
	return min(n, maxPage)
}

func number(n int) string { return strconv.Itoa(n) }

// ErrCursor refuses a cursor that this list did not give.
var ErrCursor = errs.New(errs.Invalid, "knowledge.cursor", "翻页位置不对，请从第一页重新查看。")

// EntryRow is an entry as lists show it.
type EntryRow struct {
	Entry
	UnitName string `db:"-" json:"unit_name,omitempty"`
	Uses     int64  `db:"-" json:"uses"`
	State    string `db:"-" json:"state_label"`
}

// Filter chooses entries for the office's list.
type Filter struct {
	Live     Live
	Stage    Stage
	Expired  bool // past their validity
	UnitID   string
	Category string
	Level    Level
	Uncited  bool
	After    string // id of the last one of the page before
	Limit    int
}

// List gives a page of the entries that the actor may see, the newest first, and the cursor of the next page.
func (m *Module) List(ctx context.Context, f Filter) ([]EntryRow, string, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, "", err
	}
	n := pageSize(f.Limit)
	var rows []EntryRow
	after := ""
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		w := visible(a)
		if err := f.restrict(w, tx.Now().Date()); err != nil {
			return err
		}
		w.Args = append(w.Args, n+1)
		var err error
		rows, err = store.Select[EntryRow](tx, "SELECT "+store.Columns[Entry]("e.")+" FROM knowledge_entry e"+w.SQL()+" ORDER BY e.id DESC LIMIT $"+number(len(w.Args)), w.Args...)
		if err != nil {
			return err
		}
		if len(rows) > n {
			rows, after = rows[:n], rows[n-1].ID
		}
		return m.decorate(tx, a.CentreID, rows)
	})
	return rows, after, err
}

// visible restricts a query to what the actor may see: published entries of their levels, and whatever they work on.
func visible(a *actor.Actor) *store.Where {
	w := (&store.Where{}).And("e.centre_id = ?", a.CentreID)
	levels := levelsOf(a)
	cond, args := "e.live_n > 0 AND e.level IN (", []any{}
	for i, l := range levels {
		if i > 0 {
			cond += ", "
		}
		cond += "?"
		args = append(args, l)
	}
	if cond += ")"; len(levels) == 0 {
		cond, args = "1 = 0", nil
	}
	if a.Scope(PermRead) < actor.Centre {
		return w.And(cond+" AND e.live = ?", append(args, Published)...)
	}
	work, more := org.Filter(a, PermWrite, org.Columns{Centre: "e.centre_id", Unit: "e.unit_id"})
	review, again := org.Filter(a, PermUnitReview, org.Columns{Centre: "e.centre_id", Unit: "e.unit_id"})
	publish, last := org.Filter(a, PermPublish, org.Columns{Centre: "e.centre_id"})
	args = append(append(append(args, more...), again...), last...)
	return w.And("("+cond+" OR "+work+" OR "+review+" OR "+publish+")", args...)
}

func (f Filter) restrict(w *store.Where, today clock.Date) error {
	if f.Live != "" {
		w.And("e.live = ?", f.Live)
	}
	if f.Stage != NoStage {
		w.And("e.stage = ? AND e.stage <> ''", f.Stage)
	}
	if f.Expired {
		w.And("e.live = ? AND e.valid_to <> '' AND e.valid_to < ?", Published, today)
	}
	if f.Uncited {
		w.And("e.live = ? AND NOT EXISTS (SELECT 1 FROM knowledge_use u WHERE u.centre_id = e.centre_id AND u.entry_id = e.id)", Published)
	}
	for _, c := range []struct{ column, value string }{{"e.unit_id", f.UnitID}, {"e.category", f.Category}, {"e.level", string(f.Level)}} {
		if c.value != "" {
			w.And(c.column+" = ?", c.value)
		}
	}
	if f.After != "" {
		if _, err := id.Parse(f.After); err != nil {
			return ErrCursor
		}
		w.And("e.id < ?", f.After)
	}
	return nil
}

// decorate fills in what rows take from elsewhere.
func (m *Module) decorate(tx *store.Tx, centre string, rows []EntryRow) error {
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
		rows[i].State = rows[i].Label(tx.Now().Date())
	}
	names, err := m.unitNames(tx, centre, func(yield func(string) bool) {
		for i := range rows {
			if !yield(rows[i].UnitID) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	used, err := uses(tx, centre, ids)
	for i := range rows {
		rows[i].UnitName, rows[i].Uses = names[rows[i].UnitID], used[rows[i].ID]
	}
	return err
}

// officeName is whose an entry is that no unit answers for.
const officeName = "12345热线办公室"

func (m *Module) unitNames(tx *store.Tx, centre string, ids iter.Seq[string]) (map[string]string, error) {
	want := slices.Compact(slices.Sorted(ids))
	want = slices.DeleteFunc(want, func(s string) bool { return s == "" })
	names := map[string]string{"": officeName}
	if len(want) == 0 {
		return names, nil
	}
	units, err := m.org.UnitsTx(tx, centre, want)
	for k, u := range units {
		names[k] = u.Name
	}
	return names, err
}

// EntryDossier (条目全貌) is an entry with everything that the actor may see of it.
type EntryDossier struct {
	EntryRow
	Shown       Version             `json:"content"` // the published version or, for those who work on the entry, the one in work
	Published   *Version            `json:"published,omitempty"`
	Work        *Version            `json:"work,omitempty"`
	Versions    []Version           `json:"versions,omitempty"`
	Events      []EntryEvent        `json:"events,omitempty"`
	Corrections []CorrectionRequest `json:"corrections,omitempty"`
	Allowed     []Action            `json:"allowed,omitempty"`
	Citable     bool                `json:"citable"`
}

// Find gives an entry by number or id, if the actor may see it. Citizens get what is public and in force, without its
// history.
func (m *Module) Find(ctx context.Context, ref string) (EntryDossier, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return EntryDossier{}, err
	}
	var d EntryDossier
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		e, err := loadEntry(tx, a.CentreID, ref, "")
		if err != nil {
			return err
		}
		staff := a.Scope(PermRead) >= actor.Centre
		work := staff && e.mayWork(a)
		if !e.mayRead(a) && !work || !staff && e.Expired(tx.Now().Date()) {
			return ErrNotFound.Hide()
		}
		rows := []EntryRow{{Entry: e}}
		if err := m.decorate(tx, a.CentreID, rows); err != nil {
			return err
		}
		d = EntryDossier{EntryRow: rows[0], Citable: e.Live == Published && !e.Expired(tx.Now().Date())}
		return d.load(tx, a, staff, work)
	})
	return d, err
}

func (d *EntryDossier) load(tx *store.Tx, a *actor.Actor, staff, work bool) error {
	versions, err := store.Select[Version](tx, "SELECT "+store.Columns[Version]("")+" FROM knowledge_version WHERE centre_id = $1 AND entry_id = $2 ORDER BY n DESC", d.CentreID, d.ID)
	if err != nil {
		return err
	}
	for i := range versions {
		switch v := &versions[i]; {
		case v.N == d.LiveN:
			d.Published, d.Shown = v, *v
		case v.N == d.WorkN && work:
			d.Work = v
		}
	}
	if d.Published == nil && len(versions) > 0 {
		d.Shown = versions[0]
	}
	if !staff {
		return nil
	}
	for _, v := range versions {
		if work || v.Outcome == inForce || v.Outcome == superseded {
			d.Versions = append(d.Versions, v)
		}
	}
	d.Allowed = d.Entry.Allowed(a)
	if d.Corrections, err = correctionsOf(tx, &d.Entry); err != nil || !work {
		return err
	}
	d.Events, err = store.Select[EntryEvent](tx, "SELECT "+store.Columns[EntryEvent]("")+" FROM knowledge_event WHERE centre_id = $1 AND entry_id = $2 ORDER BY id DESC LIMIT 200", d.CentreID, d.ID)
	return err
}

// Waiting counts what waits for the actor: versions to review, corrections to answer, entries to look at again.
func (m *Module) Waiting(ctx context.Context) (int, error) {
	a := actor.From(ctx)
	n := 0
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		for _, q := range []struct {
			perm        actor.Permission
			table, cond string
		}{
			{PermPublish, "knowledge_entry", "stage = 'office_review' AND stage <> ''"}, {PermUnitReview, "knowledge_entry", "stage = 'unit_review' AND stage <> ''"},
			{PermAnswer, "knowledge_correction", "open"},
		} {
			cond, args := org.Filter(a, q.perm, org.Columns{Centre: "centre_id", Unit: "unit_id"})
			w := (&store.Where{}).And("centre_id = ?", a.CentreID).And(cond, args...).And(q.cond)
			list, err := store.Select[string](tx, "SELECT id FROM "+q.table+w.SQL()+" LIMIT 100", w.Args...)
			if err != nil {
				return err
			}
			n += len(list)
		}
		return nil
	})
	return n, err
}
