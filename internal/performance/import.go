package performance

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/errs"
	"yichuang/internal/finance"
	"yichuang/internal/performance/score"
	"yichuang/internal/store"
)

// Arrival (导入预览) is one form of a file and what taking it in would do.
type Arrival struct {
	Form     *score.Form `json:"form"`
	Project  string      `json:"project,omitempty"` // code in the accounts
	Replaces bool        `json:"replaces"`          // the programme is there as a draft: its indicators are replaced
	// Problems refuse the form; nothing of a file is taken in while one of its forms has any.
	Problems []string `json:"problems,omitempty"`
	existing Programme
}

// Plan (导入方案) is what a file would do to a year.
type Plan struct {
	Year     int       `json:"year"`
	Arrivals []Arrival `json:"arrivals"`
}

// OK reports whether the file can be taken in.
func (p *Plan) OK() bool {
	return len(p.Arrivals) > 0 && !slices.ContainsFunc(p.Arrivals, func(a Arrival) bool { return len(a.Problems) > 0 })
}

// PreviewImport says what a file of forms would do to a year, row by row, and keeps nothing.
func (m *Module) PreviewImport(ctx context.Context, year int, forms []*score.Form) (*Plan, error) {
	a := actor.From(ctx)
	if err := a.Require(PermTarget); err != nil {
		return nil, err
	}
	var out *Plan
	x, err := m.finance.Execution(asSystem(ctx), year)
	if err != nil {
		return nil, ErrInput.Field("file", "%d 年还没有账套。请先在“部门决算”里建立账套，登记项目和预算。", year)
	}
	err = m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = m.plan(tx, a.CentreID, year, forms, &x)
		return err
	})
	return out, err
}

// Import takes a file of forms into a year (导入目标): new programmes, and the indicators of drafts. All of it, or nothing.
func (m *Module) Import(ctx context.Context, year int, forms []*score.Form) (*Plan, error) {
	a := actor.From(ctx)
	if err := a.Require(PermTarget); err != nil {
		return nil, err
	}
	x, err := m.finance.Execution(asSystem(ctx), year)
	if err != nil {
		return nil, ErrInput.Field("file", "%d 年还没有账套。请先在“部门决算”里建立账套，登记项目和预算。", year)
	}
	var out *Plan
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		if out, err = m.plan(tx, a.CentreID, year, forms, &x); err != nil {
			return err
		}
		if !out.OK() {
			return ErrInput.Field("file", "文件里有不能导入的内容，没有导入。请按预览里的提示修改后再导入。")
		}
		for i := range out.Arrivals {
			if err := out.Arrivals[i].take(tx, year, a); err != nil {
				return err
			}
		}
		return audit.Record(tx, audit.Entry{Action: "performance.import", Permission: PermTarget, Kind: "programme", Object: itoa(year), Detail: map[string]any{"forms": len(forms)}})
	})
	return out, err
}

func (m *Module) plan(tx *store.Tx, centre string, year int, forms []*score.Form, x *finance.Execution) (*Plan, error) {
	list, err := programmesTx(tx, centre, year)
	if err != nil {
		return nil, err
	}
	out := &Plan{Year: year}
	seen := map[string]bool{}
	for _, f := range forms {
		a := Arrival{Form: f}
		bad := func(s string) { a.Problems = append(a.Problems, s) }
		if f.Year != year {
			bad("表是 " + itoa(f.Year) + " 年的，不是 " + itoa(year) + " 年。")
		}
		if f.Kind == score.Project {
			if a.Project = projectOf(x, f.Name); a.Project == "" {
				bad("账套里没有名为“" + f.Name + "”的项目。请先在账套设置里登记，或改成一致的名称。")
			}
		}
		if key := string(f.Kind) + a.Project; seen[key] {
			bad("文件里有两张同一对象的表。")
		} else {
			seen[key] = true
		}
		for _, p := range list {
			if p.Kind == f.Kind && p.Project == a.Project {
				a.Replaces, a.existing = true, p
				if p.State != Drafting {
					bad("“" + p.Name + "”现在是“" + p.State.Label() + "”，目标不能再改。")
				}
			}
		}
		for i := range f.Indicators {
			row := fromForm(&f.Indicators[i])
			if err := row.check(false); err != nil {
				a.Problems = append(a.Problems, rowProblems(i, &row, err)...)
			}
		}
		out.Arrivals = append(out.Arrivals, a)
	}
	return out, nil
}

var yearPrefix = regexp.MustCompile(`^[0-9]{4}\s*年度?`)

// projectOf finds the project of the accounts that a form is about, by name without the year before it.
func projectOf(x *finance.Execution, name string) string {
	plain := func(s string) string { return yearPrefix.ReplaceAllString(strings.ReplaceAll(s, " ", ""), "") }
	for _, p := range x.ByProject {
		if plain(p.Name) == plain(name) {
			return p.Code
		}
	}
	return ""
}

// fromForm is a row of a form as an indicator.
func fromForm(f *score.Indicator) Indicator {
	in := Indicator{Level1: f.Class, Level2: f.Group, Name: f.Name, Op: f.Op, Target: f.Target.String(), Unit: f.Unit, Weight: f.Weight, Actual: f.Actual, Band: f.Band, Reason: f.Reason}
	if f.Op == score.Quality {
		in.Target, in.Actual = f.Goal, score.Decimal{}
	}
	return in
}

// bindLike keeps the binding of the indicator of the same name that the row replaces: files do not carry it.
func (in *Indicator) bindLike(was []Indicator) {
	i := slices.IndexFunc(was, func(x Indicator) bool { return x.Name == in.Name && x.Level1 == in.Level1 })
	if i >= 0 && in.Op != score.Quality && was[i].Bound() {
		in.Source, in.Fact, in.From, in.To, in.Actual = was[i].Source, was[i].Fact, was[i].From, was[i].To, score.Decimal{}
	}
}

// rowProblems are the sentences about a row of a form.
func rowProblems(i int, row *Indicator, err error) []string {
	var out []string
	for _, f := range errs.As(err).Fields {
		out = append(out, "第 "+itoa(i+1)+" 行“"+row.Name+"”："+f.Public)
	}
	return out
}

// take makes or changes the programme of a form.
func (x *Arrival) take(tx *store.Tx, year int, a *actor.Actor) error {
	f := x.Form
	p := x.existing
	if !x.Replaces {
		p = Programme{CentreID: a.CentreID, ID: tx.NewID(), Year: year, Kind: f.Kind, Project: x.Project, State: Drafting, Round: 1, At: tx.Now(), By: a.UserID, Version: 1}
	}
	p.Name, p.Supervisor, p.Implementer, p.Goal, p.Outcome, p.FundReason = f.Name, f.Supervisor, f.Implementer, f.Goal, f.GoalActual, f.FundReason
	if err := p.check(); err != nil {
		return err
	}
	var was []Indicator
	if !x.Replaces {
		if err := createTx(tx, &p); err != nil {
			return err
		}
	} else {
		var err error
		if was, err = indicatorsTx(tx, &p); err != nil {
			return err
		}
		p.Version++
		if err := store.Update(tx, "performance_programme", p, "centre_id", "id"); err != nil {
			return err
		}
		if _, err := tx.Exec("DELETE FROM performance_indicator WHERE centre_id = $1 AND programme_id = $2", p.CentreID, p.ID); err != nil {
			return err
		}
	}
	for _, fund := range f.Funds {
		if f.Kind == score.Whole && fund.Reason != "" {
			if err := putText(tx, &p, fundText(fund.Kind), fund.Reason, a.UserID); err != nil {
				return err
			}
		}
	}
	for i := range f.Indicators {
		row := fromForm(&f.Indicators[i])
		row.Place = i + 1
		row.bindLike(was)
		if err := insertIndicator(tx, &p, row); err != nil {
			return err
		}
	}
	return nil
}

// Effect says in words what taking the form in does.
func (x *Arrival) Effect() string {
	switch {
	case len(x.Problems) > 0:
		return "不能导入"
	case x.Replaces:
		return "替换草稿的指标"
	}
	return "新建评价对象"
}
