package finance

import (
	"context"
	"slices"

	"yichuang/internal/clock"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/metric"
	"yichuang/internal/money"
	"yichuang/internal/store"
)

// Funds (资金执行) is what was planned for a purpose at the beginning of the year, what it may spend in the whole year, and
// what it has spent.
type Funds struct {
	Initial money.Fen `json:"initial"`
	Full    money.Fen `json:"full"`
	Spent   money.Fen `json:"spent"`
	// Received is what the treasury made available (资金到位, the lines of phase Released); nil where nothing about it is recorded.
	Received *money.Fen `json:"received,omitempty"`
}

func (f *Funds) add(x Funds) {
	if x.Received != nil {
		sum := *x.Received
		if f.Received != nil {
			sum += *f.Received
		}
		f.Received = &sum
	}
	f.Initial += x.Initial
	f.Full += x.Full
	f.Spent += x.Spent
}

// ProjectFunds are the funds of a project by where the money comes from.
type ProjectFunds struct {
	Code  string `json:"code"`
	Name  string `json:"name"`
	Total Funds  `json:"total"`
	// Appropriated is 财政拨款 of the year, Carried what was brought over from last year, Other 其他资金.
	Appropriated Funds `json:"appropriated"`
	Carried      Funds `json:"carried"`
	Other        Funds `json:"other"`
	// Records is the fingerprint of the budget lines and sums of the ledger behind the figures.
	Records []byte `json:"records"`
}

// Execution (预算执行) is the money side of a year as evaluations need it: the whole, basic expenditure with its two halves,
// and each project, in 分, with what the ledger and the budget lines say at this moment.
type Execution struct {
	Year       int           `json:"year"`
	Department string        `json:"department"`
	ClosedTo   int           `json:"closed_to"`
	At         clock.Instant `json:"at"`
	Total      Funds         `json:"total"`
	Basic      Funds         `json:"basic"`
	Personnel  Funds         `json:"personnel"`
	Public     Funds         `json:"public"`
	Projects   Funds         `json:"projects"`
	// Split is whether every basic budget line says by its economic code whether it is for people or for running costs; where
	// one does not, the budgets of the two halves are not known.
	Split     bool           `json:"split"`
	ByProject []ProjectFunds `json:"by_project"`
	Records   []byte         `json:"records"`
}

// Project finds the funds of a project.
func (x *Execution) Project(code string) (ProjectFunds, bool) {
	i := slices.IndexFunc(x.ByProject, func(p ProjectFunds) bool { return p.Code == code })
	if i < 0 {
		return ProjectFunds{}, false
	}
	return x.ByProject[i], true
}

// Execution reads how far the budget of a year is executed (预算执行情况).
func (m *Module) Execution(ctx context.Context, year int) (Execution, error) {
	return m.ExecutionOn(ctx, year, clock.Day(year, 12, 31))
}

// ExecutionOn reads how far the budget of a year was executed at the end of a day: with the entries and budget lines up to
// that day, whenever they were written. Before the last day of the year it adds the entries up anew.
func (m *Module) ExecutionOn(ctx context.Context, year int, day clock.Date) (Execution, error) {
	var out Execution
	err := m.read(ctx, year, func(tx *store.Tx, b *Book) error {
		in, err := inputsTx(tx, b)
		if err != nil {
			return err
		}
		if in.budgets, err = budgetLinesTx(tx, b); err != nil {
			return err
		}
		if day < clock.Day(year, 12, 31) {
			in.budgets = slices.DeleteFunc(in.budgets, func(x Budget) bool { return !x.Day.IsZero() && x.Day > day })
			if in.sums, err = sumsOnTx(tx, b.CentreID, year, day); err != nil {
				return err
			}
		}
		out = in.execution()
		out.At = tx.Now()
		return nil
	})
	return out, err
}

// execution adds up budget lines and sums of the ledger.
func (in *inputs) execution() Execution {
	x := Execution{Year: in.book.Year, Department: in.book.Department, ClosedTo: in.book.ClosedTo, Split: true}
	var all metric.Cohort
	projects := map[string]*ProjectFunds{}
	cohorts := map[string]*metric.Cohort{}
	for _, p := range in.projects {
		projects[p.Code], cohorts[p.Code] = &ProjectFunds{Code: p.Code, Name: p.Name}, &metric.Cohort{}
		x.ByProject = append(x.ByProject, ProjectFunds{Code: p.Code})
	}
	take := func(kind fiscal.Kind, econ, project string, fund fiscal.Fund, carried bool, f Funds, part metric.Part, record string, weight int64) {
		x.add(kind, econ, f)
		all.Add(part, record, weight)
		if p := projects[project]; p != nil {
			p.add(fund, carried, f)
			cohorts[project].Add(part, record, weight)
		}
	}
	for _, b := range in.budgets {
		f := Funds{Full: b.Fen}
		switch b.Phase {
		case Initial:
			f.Initial = b.Fen
		case Released:
			take(b.Kind, b.Econ, b.Project, b.Fund, false, Funds{Received: &b.Fen}, metric.Denominator, budgetKey+b.ID, 0)
			continue
		}
		x.Split = x.Split && (b.Kind != fiscal.Basic || b.Econ != "")
		take(b.Kind, b.Econ, b.Project, b.Fund, false, f, metric.Denominator, budgetKey+b.ID, int64(b.Fen))
	}
	for _, s := range in.sums {
		if a, ok := fiscal.AccountOf(s.Account); ok && a.Nature == fiscal.Expense && a.Source == fiscal.Own {
			take(s.Kind, s.Econ, s.Project, s.Fund, s.Carried, Funds{Spent: s.Fen}, metric.Numerator, s.Key, int64(s.Fen))
		}
	}
	for i := range x.ByProject {
		code := x.ByProject[i].Code
		x.ByProject[i] = *projects[code]
		x.ByProject[i].Records = cohorts[code].Sum()
	}
	x.Records = all.Sum()
	return x
}

func (x *Execution) add(kind fiscal.Kind, econ string, f Funds) {
	x.Total.add(f)
	switch {
	case kind == fiscal.Project:
		x.Projects.add(f)
		return
	case public(econ):
		x.Public.add(f)
	default:
		x.Personnel.add(f)
	}
	x.Basic.add(f)
}

func (p *ProjectFunds) add(fund fiscal.Fund, carried bool, f Funds) {
	p.Total.add(f)
	switch {
	case !fund.Appropriated():
		p.Other.add(f)
	case carried:
		p.Carried.add(f)
	default:
		p.Appropriated.add(f)
	}
}
