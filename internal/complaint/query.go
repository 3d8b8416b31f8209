package complaint

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

func itoa[N int | int64](n N) string { return strconv.FormatInt(int64(n), 10) }

// reach narrows a list to the rows on which the actor holds a permission, by one column each, so that one index serves it.
func reach(w *store.Where, a *actor.Actor, perm actor.Permission) {
	switch scope := a.Scope(perm); {
	case scope >= actor.Centre:
	case scope == actor.Unit:
		units := slices.DeleteFunc(append([]string{a.UnitID}, a.UnitIDs...), func(u string) bool { return u == "" })
		store.In(w, "unit_id", units)
	case scope == actor.Site && a.SiteID != "":
		w.And("site_id = ?", a.SiteID)
	case a.UserID != "":
		w.And("created_by = ?", a.UserID)
	default:
		w.And("1 = 0")
	}
}

// Filter chooses matters of the desk.
type Filter struct {
	Kind   Kind
	State  State  // "" for all that are open
	Done   bool   // the ended ones instead, newest first
	UnitID string // concerned
	Cause  string
	ItemID string
	From   clock.Date // day of registration; with From or Cause both open and ended ones are listed, newest first
	To     clock.Date // last day
	// Counted leaves only those that the root-cause page counts; then None stands for an empty cause, unit or item.
	Counted bool
	After   string
	Limit   int // 0 is ListPage
}

// None as a cause, unit or item of a filter asks for those that have none.
const None = "none"

// ListPage is how many matters a page of a list holds.
const ListPage = 50

// Listed (列表行) is a matter as a list shows it.
type Listed struct {
	Matter
	Unit      string `json:"unit_name,omitempty"`
	CauseName string `json:"cause_name,omitempty"`
	Late      bool   `json:"late"`
}

// wide reports whether the filter asks for open and ended ones alike.
func (f *Filter) wide() bool {
	return f.Cause != "" || f.ItemID != "" || !f.From.IsZero() && f.From > 0
}

func (f *Filter) where(a *actor.Actor) (*store.Where, string, error) {
	w := (&store.Where{}).And("centre_id = ?", a.CentreID).And("kind = ?", f.Kind)
	reach(w, a, readPerm(f.Kind))
	for _, c := range [][2]string{{"unit_id", f.UnitID}, {"cause", f.Cause}, {"item_id", f.ItemID}, {"state", string(f.State)}} {
		switch {
		case c[1] == None:
			w.And(c[0] + " = ''")
		case c[1] != "":
			w.And(c[0]+" = ?", c[1])
		}
	}
	f.counted(w)
	if f.Kind == Complaint && f.ItemID != "" && !a.Can(PermComplaintPersonal) {
		w.And("1 = 0") // which item a complaint is about leads to who complained
	}
	if f.From > 0 {
		w.And("received_at >= ?", f.From.Start())
	}
	if f.To > 0 {
		w.And("received_at < ?", f.To.End())
	}
	switch {
	case f.wide() || f.Done:
		if f.Done {
			w.And("NOT open")
		}
		if f.After != "" {
			w.And("id < ?", f.After)
		}
		return w, " ORDER BY id DESC", nil
	case f.After != "":
		due, id, ok := strings.Cut(f.After, "~")
		at, err := strconv.ParseInt(due, 10, 64)
		if !ok || err != nil {
			return w, "", ErrInput.Say("列表的位置不对，请从第一页看起。")
		}
		w.And("next_due >= ?", at).And("(next_due > ? OR id > ?)", at, id)
	}
	return w.And("open"), " ORDER BY next_due, id", nil
}

// counted leaves what rootRow.counts says.
func (f *Filter) counted(w *store.Where) {
	switch {
	case !f.Counted:
	case f.Kind == Complaint:
		store.In(w, "finding", []Finding{Upheld, Partly})
	default:
		w.And("state NOT IN (?, ?, ?)", Refused, Withdrawn, Registered)
	}
}

func (f *Filter) cursor(last *Matter) string {
	if f.wide() || f.Done {
		return string(last.ID)
	}
	return itoa(int64(last.NextDue)) + "~" + string(last.ID)
}

// List lists the matters of a kind that the actor may see: those that are open, the nearest end first, or the ended ones.
func (m *Module) List(ctx context.Context, f Filter) (list []Listed, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(readPerm(f.Kind)); err != nil {
		return nil, "", err
	}
	w, order, err := f.where(a)
	if err != nil {
		return nil, "", err
	}
	n := f.Limit
	if n <= 0 || n > ListPage {
		n = ListPage
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		found, err := store.Select[Matter](tx, "SELECT "+matterColumns+" FROM complaint_matter"+w.SQL()+order+" LIMIT "+itoa(n+1), w.Args...)
		if err != nil {
			return err
		}
		if len(found) > n {
			found = found[:n]
			next = f.cursor(&found[n-1])
		}
		list, err = m.listed(tx, a, found)
		return err
	})
	return list, next, err
}

// listed adds the names of units, and the titles that tickets of the hotline have, and draws the veil.
func (m *Module) listed(tx *store.Tx, a *actor.Actor, found []Matter) ([]Listed, error) {
	if err := m.titles(tx, a.CentreID, found); err != nil {
		return nil, err
	}
	var units []string
	for i := range found {
		if u := found[i].UnitID; u != "" && !slices.Contains(units, u) {
			units = append(units, u)
		}
	}
	names, err := m.org.UnitsTx(tx, a.CentreID, units)
	if err != nil {
		return nil, err
	}
	taxonomy, err := causes(tx, a.CentreID)
	called := map[string]string{}
	for _, c := range taxonomy {
		called[c.Code] = c.Name
	}
	out := make([]Listed, len(found))
	for i := range found {
		out[i] = Listed{found[i].shown(a), names[found[i].UnitID].Name, called[found[i].Cause], found[i].late(tx.Now())}
	}
	return out, err
}

// titles reads the titles of matters that have none of their own from the tickets that they came with.
func (m *Module) titles(tx *store.Tx, centre string, found []Matter) error {
	var ids []string
	for i := range found {
		if found[i].Title == "" && found[i].TicketID != "" {
			ids = append(ids, found[i].TicketID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	titles, err := m.hotline.TitlesTx(tx, centre, ids)
	for i := range found {
		if found[i].Title == "" {
			found[i].Title = titles[found[i].TicketID]
		}
	}
	return err
}

// Open counts the open matters of a kind that the actor may see, up to a hundred, for the navigation.
func (m *Module) Open(ctx context.Context, k Kind) (n int, err error) {
	a := actor.From(ctx)
	if a.Require(readPerm(k)) != nil {
		return 0, nil
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID).And("kind = ?", k).And("open")
	reach(w, a, readPerm(k))
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		ids, err := store.Select[string](tx, "SELECT id FROM complaint_matter"+w.SQL()+" LIMIT 100", w.Args...)
		n = len(ids)
		return err
	})
	return n, err
}
