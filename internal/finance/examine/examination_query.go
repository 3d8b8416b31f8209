package examine

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/finance/check"
	"yichuang/internal/store"
)

// View is an examination with its findings.
type View struct {
	Examination
	Tables     []string            `json:"tables"`
	PolicyName string              `json:"policy_name"`
	Findings   []Finding           `json:"findings"`
	Unanswered []check.Unevaluated `json:"unevaluated"`
}

func examinationTx(tx *store.Tx, centre, id, lock string) (Examination, error) {
	x, err := store.Get[Examination](tx, "SELECT "+examinationColumns+" FROM finance_examination WHERE centre_id = $1 AND id = $2"+lock, centre, id)
	if errors.Is(err, store.ErrNotFound) {
		err = ErrMissing
	}
	return x, err
}

func findingsTx(tx *store.Tx, centre, id string) ([]Finding, error) {
	return store.Select[Finding](tx, "SELECT "+findingColumns+" FROM finance_finding WHERE centre_id = $1 AND examination_id = $2 ORDER BY no", centre, id)
}

// Show gives an examination with its findings.
func (m *Module) Show(ctx context.Context, id string) (*View, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	v := &View{}
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		if v.Examination, err = examinationTx(tx, a.CentreID, id, ""); err != nil {
			return err
		}
		v.Findings, err = findingsTx(tx, a.CentreID, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	var r rest
	if err := json.Unmarshal([]byte(v.Rest), &r); err != nil {
		return nil, fmt.Errorf("examination %s: %w", id, err)
	}
	v.Tables, v.Unanswered, v.PolicyName = r.Tables, r.NotEvaluated, v.Policy
	t, err := m.tools()
	if err != nil {
		return nil, err
	}
	for _, p := range t.policies {
		if p.ID == v.Policy {
			v.PolicyName = p.Name
		}
	}
	for i := range v.Findings {
		v.Findings[i].Name = t.rules.Name(v.Findings[i].Rule)
	}
	for i := range v.Unanswered {
		v.Unanswered[i].Name = t.rules.Name(v.Unanswered[i].Rule)
	}
	return v, nil
}

// Export is Show for a file that leaves the program; the audit log notes it.
func (m *Module) Export(ctx context.Context, id, format string) (*View, error) {
	v, err := m.Show(ctx, id)
	if err != nil {
		return nil, err
	}
	return v, m.db.WithTx(ctx, func(tx *store.Tx) error {
		return audit.Record(tx, audit.Entry{Action: "finance.examination_export", Permission: PermRead, Kind: "examination", Object: id, Detail: map[string]any{"format": format, "hash": v.Hash}})
	})
}

// Filter chooses examinations; a zero field chooses all.
type Filter struct {
	Year  int
	After string // id of the last examination of the page before
	Limit int
}

// Examinations lists examinations, the newest first, with the cursor of the next page.
func (m *Module) Examinations(ctx context.Context, f Filter) ([]Examination, string, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, "", err
	}
	if f.Limit <= 0 || f.Limit > 200 {
		f.Limit = 50
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	if f.Year != 0 {
		w.And("year = ?", f.Year)
	}
	if f.After != "" {
		w.And("id < ?", f.After)
	}
	var out []Examination
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[Examination](tx, "SELECT "+examinationColumns+" FROM finance_examination"+w.SQL()+fmt.Sprintf(" ORDER BY id DESC LIMIT %d", f.Limit+1), w.Args...)
		return err
	})
	if err != nil || len(out) <= f.Limit {
		return out, "", err
	}
	return out[:f.Limit], out[f.Limit-1].ID, nil
}

// Standing (名次) is one organisation in a comparison: its newest examination of each year.
type Standing struct {
	Rank   int                  `json:"rank"`
	Org    string               `json:"org"`
	Newest Examination          `json:"newest"` // of the year that is ranked
	Years  map[int]*Examination `json:"years"`
}

// Comparison compares organisations and years by the newest examination of each.
type Comparison struct {
	Year      int        `json:"year"` // that is ranked
	Years     []int      `json:"years"`
	Standings []Standing `json:"standings"`
	// Common are the rules that most organisations break in the year that is ranked.
	Common []Broken `json:"common"`
}

// Broken is how many organisations a rule was broken by.
type Broken struct {
	Rule     string         `db:"rule" json:"rule"`
	Severity check.Severity `db:"severity" json:"severity"`
	Name     string         `json:"name"`
	Orgs     int            `db:"orgs" json:"orgs"`
	Findings int            `db:"findings" json:"findings"`
}

// maxCompared is how many examinations a comparison takes at most: the departments of a district over many years.
const maxCompared = 5000

// Compare ranks the organisations of a year, the most errors first; 0 is the newest year.
func (m *Module) Compare(ctx context.Context, year int) (*Comparison, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	var list []Examination
	c := &Comparison{Year: year}
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = store.Select[Examination](tx, "SELECT "+examinationColumns+fmt.Sprintf(" FROM finance_examination WHERE centre_id = $1 AND replaced_by = '' ORDER BY org, year LIMIT %d", maxCompared), a.CentreID)
		if err != nil {
			return err
		}
		c.rank(list)
		c.Common, err = store.Select[Broken](tx, "SELECT f.rule, f.severity, COUNT(DISTINCT f.examination_id) AS orgs, COUNT(*) AS findings FROM finance_finding f JOIN finance_examination x ON x.centre_id = f.centre_id AND x.id = f.examination_id"+
			" WHERE f.centre_id = $1 AND x.replaced_by = '' AND x.year = $2 AND f.severity <> 'info' AND f.state IN ('new', 'confirmed') GROUP BY f.rule, f.severity ORDER BY orgs DESC, findings DESC, f.rule LIMIT 15", a.CentreID, c.Year)
		return err
	})
	for i := range c.Common {
		c.Common[i].Name = m.RuleName(c.Common[i].Rule)
	}
	return c, err
}

// rank orders the organisations of the compared year.
func (c *Comparison) rank(list []Examination) {
	byOrg := map[string]map[int]*Examination{}
	for i := range list {
		x := &list[i]
		if byOrg[x.Org] == nil {
			byOrg[x.Org] = map[int]*Examination{}
		}
		byOrg[x.Org][x.Year] = x
		if !slices.Contains(c.Years, x.Year) {
			c.Years = append(c.Years, x.Year)
		}
	}
	slices.Sort(c.Years)
	slices.Reverse(c.Years)
	if c.Year == 0 && len(c.Years) > 0 {
		c.Year = c.Years[0]
	}
	for org, years := range byOrg {
		if x := years[c.Year]; x != nil {
			c.Standings = append(c.Standings, Standing{Org: org, Newest: *x, Years: years})
		}
	}
	slices.SortFunc(c.Standings, func(a, b Standing) int {
		return cmp.Or(order(&a.Newest, &b.Newest), cmp.Compare(a.Org, b.Org))
	})
	for i := range c.Standings {
		s := &c.Standings[i]
		s.Rank = i + 1
		if i > 0 && order(&c.Standings[i-1].Newest, &s.Newest) == 0 {
			s.Rank = c.Standings[i-1].Rank
		}
	}
}

// order puts more errors first, then more warnings, then more notes.
func order(a, b *Examination) int {
	return cmp.Or(cmp.Compare(b.Errors, a.Errors), cmp.Compare(b.Warnings, a.Warnings), cmp.Compare(b.Infos, a.Infos))
}
