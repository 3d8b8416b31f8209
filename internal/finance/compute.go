package finance

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/narrative"
	"yichuang/internal/finance/publication"
	"yichuang/internal/finance/statement"
	"yichuang/internal/money"
	"yichuang/internal/store"
)

// Keys of postings that are no entries begin with where they are kept.
const (
	carryKey  = "carry:"
	budgetKey = "budget:"
)

// inputs is everything of a year that tables and text are computed from, read on one snapshot.
type inputs struct {
	book     Book
	layout   *statement.Template
	codes    *fiscal.Dictionary
	units    []Unit
	projects []Project
	sums     []fiscal.Sum
	budgets  []Budget
	carries  []Carry
}

func inputsTx(tx *store.Tx, b *Book) (*inputs, error) {
	in := &inputs{book: *b}
	var err error
	steps := []func() error{
		func() (err error) { in.layout, err = layoutTx(tx, b.CentreID, b.Template); return err },
		func() (err error) { in.codes, err = dictionary(tx, b.CentreID, b.Year); return err },
		func() (err error) { in.units, err = unitsTx(tx, b.CentreID); return err },
		func() (err error) { in.projects, err = projectsTx(tx, b); return err },
		func() (err error) { in.sums, err = sumsTx(tx, b.CentreID, b.Year); return err },
		func() (err error) { in.budgets, err = budgetsTx(tx, b); return err },
		func() (err error) { in.carries, err = carriesTx(tx, b); return err },
	}
	for _, step := range steps {
		if err = step(); err != nil {
			return nil, err
		}
	}
	return in, nil
}

// postings are the sums of the ledger, the carry-overs, and the full-year budgets of the three public expenses.
func (in *inputs) postings() []fiscal.Posting {
	var out []fiscal.Posting
	for _, s := range in.sums {
		out = append(out, s.Postings()...)
	}
	for _, c := range in.carries {
		out = append(out, fiscal.Posting{Key: carryKey + c.ID, Nature: c.Nature, Unit: c.UnitID, Fund: c.Fund, Func: c.Func, Fen: c.Fen})
	}
	for _, b := range in.budgets {
		if b.SanGong != fiscal.NotSanGong {
			out = append(out, fiscal.Posting{Key: budgetKey + b.ID, Nature: fiscal.Budget, Source: fiscal.Own, Unit: b.UnitID, Fund: b.Fund, Func: b.Func, Econ: b.Econ, Kind: b.Kind,
				Project: b.Project, SanGong: b.SanGong, Fen: b.Fen})
		}
	}
	return out
}

func (in *inputs) statement() *statement.Statement {
	return statement.Compute(in.layout, statement.Ledger{Year: in.book.Year, Department: in.book.Department, Codes: in.codes, Postings: in.postings()})
}

// Statement computes the tables of a year (决算表).
func (m *Module) Statement(ctx context.Context, year int) (*statement.Statement, error) {
	var in *inputs
	err := m.read(ctx, year, func(tx *store.Tx, b *Book) (err error) {
		in, err = inputsTx(tx, b)
		return err
	})
	if err != nil {
		return nil, err
	}
	return in.statement(), nil
}

// Disclosure (决算公开) is what is published of a year: tables, text, and the parts that people write.
type Disclosure struct {
	Book      Book                 `json:"book"`
	Statement *statement.Statement `json:"statement"`
	Narrative *narrative.Document  `json:"narrative"`
	Duties    string               `json:"duties"`
	Structure string               `json:"structure"`
	Units     []Unit               `json:"units"`
	// Layout is the text of the template, in content that was frozen: a later template does not change what was published.
	Layout string `json:"layout,omitempty"`
	// Carries are the carry-overs, in content that was frozen: later ones take their place in the books.
	Carries []Carry `json:"carries,omitempty"`
	// Evaluation is what part four and the annexes say of performance.
	Evaluation *publication.Evaluation `json:"evaluation,omitempty"`
	carries    []Carry
}

// Disclosure computes everything of a year.
func (m *Module) Disclosure(ctx context.Context, year int) (*Disclosure, error) {
	var d *Disclosure
	err := m.read(ctx, year, func(tx *store.Tx, b *Book) (err error) {
		d, err = m.disclosureTx(tx, b)
		return err
	})
	return d, err
}

func (m *Module) disclosureTx(tx *store.Tx, b *Book) (*Disclosure, error) {
	in, n, texts, err := narrativeInput(tx, b)
	if err != nil {
		return nil, err
	}
	wording, err := textsOf(tx, b.CentreID, b.Texts)
	if err != nil {
		return nil, err
	}
	doc, err := narrative.Write(wording, *n)
	if err != nil {
		return nil, err
	}
	d := &Disclosure{Book: *b, Statement: n.Statement, Narrative: doc, Duties: texts[TextDuties], Structure: texts[TextStructure], Units: in.units, carries: in.carries}
	if m.evaluate != nil {
		if d.Evaluation, err = m.evaluate(tx, b.CentreID, b.Year); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// narrativeInput reads everything that the text of a year is made from.
func narrativeInput(tx *store.Tx, b *Book) (in *inputs, n *narrative.Input, texts map[string]string, err error) {
	if in, err = inputsTx(tx, b); err != nil {
		return nil, nil, nil, err
	}
	n = &narrative.Input{Year: b.Year, Codes: in.codes, Digits: b.Level.Digits()}
	n.Statement = in.statement()
	if n.Prior, err = priorTx(tx, b); err != nil {
		return nil, nil, nil, err
	}
	if n.Counts, err = countsTx(tx, b); err != nil {
		return nil, nil, nil, err
	}
	contracts, err := contractsTx(tx, b)
	if err != nil {
		return nil, nil, nil, err
	}
	assets, err := assetsTx(tx, b.CentreID)
	if err != nil {
		return nil, nil, nil, err
	}
	if n.Reasons, texts, err = textsTx(tx, b); err != nil {
		return nil, nil, nil, err
	}
	n.Procurement = procurement(contracts)
	n.Vehicles, n.Equipment = vehicles(assets, b.Year)
	in.narrate(n)
	return in, n, texts, nil
}

// narrate adds up what the text needs beside the tables.
func (in *inputs) narrate(n *narrative.Input) {
	mechanism := map[string]bool{}
	for _, u := range in.units {
		mechanism[u.ID] = u.Kind.Mechanism()
		n.HasMechanism = n.HasMechanism || u.Kind.Mechanism()
	}
	items := map[string]money.Fen{}
	for _, s := range in.sums {
		a, ok := fiscal.AccountOf(s.Account)
		if !ok || a.Nature != fiscal.Expense || !s.Fund.Appropriated() {
			continue
		}
		switch s.Econ {
		case "30215":
			n.Meeting += s.Fen
		case "30216":
			n.Training += s.Fen
		}
		if s.Fund == fiscal.General && s.Kind == fiscal.Basic && mechanism[s.Unit] && public(s.Econ) {
			items[s.Econ] += s.Fen
		}
	}
	for _, code := range slices.Sorted(maps.Keys(items)) {
		n.Mechanism = append(n.Mechanism, narrative.Item{Code: code, Fen: items[code]})
	}
	n.Budgets, n.Projects = in.budgetSums(), in.projectSums()
}

// public reports whether an economic code is of 公用经费: every one but those of 301 and 303.
func public(econ string) bool {
	return econ != "" && !strings.HasPrefix(econ, "301") && !strings.HasPrefix(econ, "303")
}

func (in *inputs) budgetSums() []narrative.BudgetSum {
	byKey := map[narrative.BudgetSum]narrative.BudgetSum{}
	for _, b := range in.budgets {
		key := narrative.BudgetSum{Fund: b.Fund, Func: b.Func, Kind: b.Kind}
		sum := byKey[key]
		if b.Phase == Initial {
			sum.Initial += b.Fen
		}
		sum.Full += b.Fen
		byKey[key] = sum
	}
	var out []narrative.BudgetSum
	for key, sum := range byKey {
		key.Initial, key.Full = sum.Initial, sum.Full
		out = append(out, key)
	}
	slices.SortFunc(out, func(a, b narrative.BudgetSum) int {
		return cmp.Or(cmp.Compare(a.Fund, b.Fund), cmp.Compare(a.Func, b.Func), cmp.Compare(a.Kind, b.Kind))
	})
	return out
}

// projectSums lists the projects that have a budget or expenditure, one line for each fund that pays for it.
func (in *inputs) projectSums() []narrative.ProjectSum {
	type key struct {
		code string
		fund fiscal.Fund
	}
	full, spent := map[key]money.Fen{}, map[key]money.Fen{}
	seen := map[key]bool{}
	for _, b := range in.budgets {
		if b.Project != "" {
			k := key{b.Project, b.Fund}
			full[k] += b.Fen
			seen[k] = true
		}
	}
	for _, s := range in.sums {
		if s.Project != "" {
			k := key{s.Project, s.Fund}
			spent[k] += s.Fen
			seen[k] = true
		}
	}
	keys := slices.SortedFunc(maps.Keys(seen), func(a, b key) int { return cmp.Or(cmp.Compare(a.code, b.code), cmp.Compare(a.fund, b.fund)) })
	var out []narrative.ProjectSum
	for _, k := range keys {
		if full[k] != 0 || spent[k] != 0 {
			out = append(out, narrative.ProjectSum{Name: projectName(in.projects, k.code), Fund: k.fund, Full: full[k], Spent: spent[k]})
		}
	}
	return out
}

// Origin (来源) is what stands behind a cell: its rule, the cells that it adds up, and the records themselves.
type Origin struct {
	Cell    *statement.Cell
	Table   *statement.Table
	Row     *statement.Row
	Column  string
	Terms   []*statement.Cell
	Entries []Entry
	Next    string // cursor of the next page of entries
	Carries []Carry
	Budgets []Budget
	Total   int64 // entries in all
}

// ErrCell is an address that the tables of the year do not have.
var ErrCell = ErrYear.Say("这一年的表里没有这个单元格，可能是账簿已经变动。请回到表里再看。")

// Origin leads from a cell back to the records behind it.
func (m *Module) Origin(ctx context.Context, year int, ref statement.Ref, after string) (*Origin, error) {
	var out *Origin
	err := m.read(ctx, year, func(tx *store.Tx, b *Book) error {
		in, err := inputsTx(tx, b)
		if err != nil {
			return err
		}
		s := in.statement()
		if out = originOf(s, ref); out == nil {
			return ErrCell
		}
		return out.fill(tx, b, in, 0, after)
	})
	return out, err
}

func find[T any](list []T, is func(T) bool) []T {
	if i := slices.IndexFunc(list, is); i >= 0 {
		return list[i : i+1]
	}
	return nil
}

func originOf(s *statement.Statement, ref statement.Ref) *Origin {
	table, row, column := ref.Parts()
	o := &Origin{Cell: s.Cell(ref), Table: s.Table(table)}
	if o.Cell == nil || o.Table == nil {
		return nil
	}
	o.Row = o.Table.Row(row)
	for _, c := range o.Table.Spec.Columns {
		if c.No == column {
			o.Column = strings.Join(append(slices.Clone(c.Group), c.Label), "·")
		}
	}
	for _, t := range o.Cell.Terms {
		if c := s.Cell(t); c != nil {
			o.Terms = append(o.Terms, c)
		}
	}
	return o
}
