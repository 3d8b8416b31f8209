package finance

import (
	"context"
	"slices"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/finance/statement"
	"yichuang/internal/store"
)

// RevisionView (一版) is a revision as it was frozen when it was submitted, and what it changed of the one before.
type RevisionView struct {
	Account    Account     `json:"account"`
	Disclosure *Disclosure `json:"disclosure"`
	// Names are the display names of whoever signed, by user id.
	Names map[string]string `json:"names"`
	// Before is the revision that this one corrects; nil for the first.
	Before   *Account `json:"before,omitempty"`
	Changes  []Change `json:"changes"`  // cells whose printed amount is another, or that one of the two does not have
	Sections []string `json:"sections"` // titles of the sections whose text is another
}

// Change (更正内容) is a cell that a correction changed.
type Change struct {
	Ref    statement.Ref `json:"ref"`
	Form   string        `json:"form"`
	Row    string        `json:"row"`
	Column string        `json:"column"`
	Before string        `json:"before"` // as it was printed; "" for a blank or no cell
	After  string        `json:"after"`
}

// Refusals about revisions.
var (
	ErrRevision      = errs.New(errs.NotFound, "finance.revision", "没有这一版，或您无权查看。")
	ErrRevisionDraft = errs.New(errs.Conflict, "finance.revision_draft", "这一版还没有送审，没有封存的内容。请看现在的决算表和说明。")
)

// frozenTx reads a revision and its content, whose hash is checked.
func frozenTx(tx *store.Tx, b *Book, revision int64) (Account, *Disclosure, error) {
	list, err := store.Select[Account](tx, "SELECT "+accountColumns+" FROM finance_account WHERE centre_id = $1 AND year = $2 AND revision = $3", b.CentreID, b.Year, revision)
	switch {
	case err != nil:
		return Account{}, nil, err
	case len(list) == 0:
		return Account{}, nil, ErrRevision
	case list[0].Content == "":
		return list[0], nil, ErrRevisionDraft
	case !list[0].Intact():
		return list[0], nil, ErrTampered
	}
	d, err := thaw(list[0].Content)
	return list[0], d, err
}

// Revision gives a revision as it was submitted and published, with what it changed of the one before.
func (m *Module) Revision(ctx context.Context, year int, revision int64) (*RevisionView, error) {
	v := &RevisionView{Names: map[string]string{}, Changes: []Change{}, Sections: []string{}}
	err := m.read(ctx, year, func(tx *store.Tx, b *Book) (err error) {
		if v.Account, v.Disclosure, err = frozenTx(tx, b, revision); err != nil {
			return err
		}
		steps, err := store.Select[Step](tx, "SELECT "+store.Columns[Step]("")+" FROM finance_step WHERE centre_id = $1 AND year = $2 AND revision = $3 ORDER BY id", b.CentreID, year, revision)
		if err != nil {
			return err
		}
		for _, s := range steps {
			v.Names[s.By] = s.ByName
		}
		if revision == 1 {
			return nil
		}
		before, old, err := frozenTx(tx, b, revision-1)
		if err != nil {
			return err
		}
		v.Before, v.Changes, v.Sections = &before, changes(old.Statement, v.Disclosure.Statement), sections(old, v.Disclosure)
		return nil
	})
	return v, err
}

// changes compares the cells of two statements as they are printed.
func changes(old, now *statement.Statement) []Change {
	out := []Change{}
	seen := map[statement.Ref]bool{}
	compare := func(s *statement.Statement) {
		for _, t := range s.Tables {
			for i := range t.Rows {
				for _, c := range t.Rows[i].Cells {
					if seen[c.Ref] {
						continue
					}
					seen[c.Ref] = true
					if before, after := printed(old.Cell(c.Ref)), printed(now.Cell(c.Ref)); before != after {
						out = append(out, Change{Ref: c.Ref, Form: t.Form, Row: rowName(&t.Rows[i]), Column: columnName(t, c.Ref), Before: before, After: after})
					}
				}
			}
		}
	}
	compare(now)
	compare(old)
	slices.SortStableFunc(out, func(a, b Change) int { return strings.Compare(a.Form, b.Form) })
	return out
}

func printed(c *statement.Cell) string {
	if c == nil {
		return ""
	}
	return c.Text()
}

func rowName(r *statement.Row) string {
	return strings.TrimSpace(r.Code + " " + strings.TrimSpace(r.Label))
}

func columnName(t *statement.Table, ref statement.Ref) string {
	_, _, no := ref.Parts()
	for _, c := range t.Spec.Columns {
		if c.No == no {
			return strings.Join(append(slices.Clone(c.Group), c.Label), "·")
		}
	}
	return no
}

// sections names the sections whose text is not the same.
func sections(old, now *Disclosure) []string {
	out := []string{}
	was := map[string]string{"": old.Narrative.Performance.Text()}
	for _, s := range old.Narrative.Sections {
		was[s.ID] = s.Text()
	}
	for _, s := range now.Narrative.Sections {
		if was[s.ID] != s.Text() {
			out = append(out, s.Title)
		}
	}
	if was[""] != now.Narrative.Performance.Text() {
		out = append(out, now.Narrative.Performance.Title)
	}
	if old.Duties != now.Duties || old.Structure != now.Structure {
		out = append(out, "部门概况")
	}
	return out
}

// RevisionOrigin leads from a cell of a frozen revision to the records that stood behind it: entries and budget lines are
// never changed, so those are shown that were there when the revision was submitted.
func (m *Module) RevisionOrigin(ctx context.Context, year int, revision int64, ref statement.Ref, after string) (*Origin, error) {
	var out *Origin
	err := m.read(ctx, year, func(tx *store.Tx, b *Book) error {
		a, d, err := frozenTx(tx, b, revision)
		if err != nil {
			return err
		}
		if out = originOf(d.Statement, ref); out == nil {
			return ErrCell
		}
		budgets, err := budgetsTx(tx, b)
		if err != nil {
			return err
		}
		budgets = slices.DeleteFunc(budgets, func(x Budget) bool { return x.At > a.SubmittedAt })
		return out.fill(tx, b, &inputs{budgets: budgets, carries: d.Carries}, a.SubmittedAt, after)
	})
	return out, err
}

// fill finds the records behind a cell; until is the moment up to which entries count, 0 for all.
func (o *Origin) fill(tx *store.Tx, b *Book, in *inputs, until clock.Instant, after string) error {
	keys := []string{}
	for _, k := range o.Cell.Keys {
		if id, ok := strings.CutPrefix(k, carryKey); ok {
			o.Carries = append(o.Carries, find(in.carries, func(c Carry) bool { return c.ID == id })...)
		} else if id, ok := strings.CutPrefix(k, budgetKey); ok {
			o.Budgets = append(o.Budgets, find(in.budgets, func(x Budget) bool { return x.ID == id })...)
		} else {
			keys = append(keys, k)
		}
	}
	for _, s := range in.sums {
		if slices.Contains(keys, s.Key) {
			o.Total += s.Entries
		}
	}
	var err error
	o.Entries, o.Next, err = entriesTx(tx, b, EntryFilter{Keys: keys, After: after, until: until})
	return err
}
