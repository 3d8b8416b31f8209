package hallmetric

import (
	"context"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/errs"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// Record is one record behind a figure.
type Record struct {
	metric.Record
	Num  string `json:"numerator"`   // what it adds to the numerator
	Den  string `json:"denominator"` // and to the denominator
	Href string `json:"-"`
	sort string
}

// Page is one page of the records behind a figure.
type Page struct {
	Measure Measure       `json:"measure"`
	Subject Subject       `json:"subject"`
	Period  metric.Period `json:"period"`
	Part    metric.Part   `json:"part"`
	Records []Record      `json:"records"`
	Next    string        `json:"next,omitempty"`
	Total   int64         `json:"total"`
}

// pageSize and ExportLimit bound what one answer and one spreadsheet hold.
const (
	pageSize    = 50
	ExportLimit = 100_000
)

// ErrExportTooLong refuses a list that is longer than a spreadsheet should be.
var ErrExportTooLong = errs.New(errs.Invalid, "hallmetric.export_too_long", "记录超过 10 万条，没有导出。请缩短期间，或按部门分别导出。")

// in reports whether a mark puts a fact into a part of the figure.
func (m Mark) in(p metric.Part, d *definition) bool {
	switch p {
	case metric.Numerator:
		return m.Counts && (m.Num != 0 || d.Percentile > 0)
	case metric.Excluded:
		return m.Out
	}
	return m.Counts && (m.Den != 0 || d.Form == metric.Count)
}

// Records lists the records behind a figure (钻取), oldest first: those that its sum counted, by the same rule. Totals alone
// (财务) do not lead to records.
func (m *Module) Records(ctx context.Context, q metric.Query) (Page, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return Page{}, err
	}
	d, subject, err := checkCohort(a, q)
	if err != nil {
		return Page{}, err
	}
	out := Page{Measure: d.Measure, Subject: subject, Period: q.Period, Part: q.Part}
	limit := q.Limit
	if limit <= 0 || limit > 200 {
		limit = pageSize
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		e := m.engine(tx, readerOf(a, PermRead), q.Period)
		if d.feed != nil {
			return e.fedRecords(d, subject, q, &out)
		}
		list, err := e.records(d, subject, q.Part)
		if err != nil {
			return err
		}
		out.Total = int64(len(list))
		from, _ := slices.BinarySearchFunc(list, q.After, func(r Record, after string) int { return strings.Compare(r.sort, after) })
		if q.After != "" && from < len(list) && list[from].sort == q.After {
			from++
		}
		out.Records = list[from:min(len(list), from+limit)]
		if n := len(out.Records); from+n < len(list) {
			out.Next = out.Records[n-1].sort
		}
		return e.describe(d, out.Records)
	})
	if err == nil && subject.By != Whole {
		err = m.db.Read(ctx, func(tx *store.Tx) error {
			names, err := m.names(tx, a.CentreID, subject.By, []string{subject.ID})
			out.Subject.Name = names[subject.ID]
			return err
		})
	}
	return out, err
}

// fedRecords fills a page with the records of a feed.
func (e *engine) fedRecords(d *definition, subject Subject, q metric.Query, out *Page) error {
	page, err := e.feedPage(d, subject, q)
	if err != nil {
		return err
	}
	var units []string
	for _, r := range page.Records {
		units = append(units, r.Subject)
	}
	names, err := e.m.names(e.tx, e.who.centre, ByUnit, units)
	for _, r := range page.Records {
		r.Subject = names[r.Subject]
		out.Records = append(out.Records, Record{Record: r})
	}
	out.Next, out.Total = page.Next, page.Total
	return err
}

func checkCohort(a *actor.Actor, q metric.Query) (*definition, Subject, error) {
	d, ok := definitionOf(q.Metric)
	subject := SubjectOf(q.Subject)
	switch {
	case !ok || !q.Part.Valid() || !subject.By.Valid():
		return nil, subject, metric.ErrUnknown
	case !q.Period.Valid():
		return nil, subject, metric.ErrPeriod
	case d.sealed(a):
		return nil, subject, actor.ErrForbidden.With("permission", string(d.records))
	}
	return d, subject, nil
}

// records lists every record of a part, sorted by its moment.
func (e *engine) records(d *definition, subject Subject, part metric.Part) ([]Record, error) {
	facts, err := e.all(d)
	if err != nil {
		return nil, err
	}
	var out []Record
	for i := range facts {
		f := &facts[i]
		mark := d.mark(f, e.now)
		if !mark.in(part, d) || subject.By != Whole && f.of(subject.By) != subject.ID {
			continue
		}
		r := Record{Record: metric.Record{ID: f.ID, Subject: f.Unit, At: f.At, Why: mark.why(f)}, sort: f.At.Time().UTC().Format("20060102150405.000") + f.ID}
		if mark.Counts {
			r.Num, r.Den = d.side(mark.Num), d.side(mark.Den*max(1, d.scale))
			if d.Form == metric.Rate {
				r.Num, r.Den = days(mark.Num), days(mark.Den)
			}
		}
		if f.Told != nil {
			r.No, r.Title, r.Href = f.Told.No, f.Told.Title, f.Told.Href
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(x, y Record) int { return strings.Compare(x.sort, y.sort) })
	return out, nil
}

// all gives every fact that a measure looks at; beside cards stand the cases that ended.
func (e *engine) all(d *definition) ([]Fact, error) {
	facts, err := e.read(d.basis)
	if err != nil || d.basis != BasisCards {
		return facts, err
	}
	cases, err := e.read(BasisClosed)
	return append(slices.Clone(cases), facts...), err
}

// side words one side of a record in the unit of the measure.
func (d *definition) side(n int64) string {
	return metric.Figure{Form: metric.Count, Ratio: metric.Ratio{Num: n}, Scale: d.scale}.NumText()
}

type named struct {
	ID    string `db:"id"`
	No    string `db:"no"`
	Title string `db:"title"`
	Unit  string `db:"unit_id"`
}

// describe adds numbers and titles to the records of a page: no person's name is among them.
func (e *engine) describe(d *definition, list []Record) error {
	var ids, units []string
	for _, r := range list {
		ids = append(ids, r.ID)
		if r.Subject != "" && !slices.Contains(units, r.Subject) {
			units = append(units, r.Subject)
		}
	}
	names, err := e.m.names(e.tx, e.who.centre, ByUnit, units)
	if err != nil {
		return err
	}
	found := map[string]named{}
	if sql := describeSQL(d.basis); sql != "" {
		w := (&store.Where{}).And("centre_id = ?", e.who.centre)
		store.In(w, "id", ids)
		rows, err := store.Select[named](e.tx, sql+w.SQL(), w.Args...)
		if err != nil {
			return err
		}
		for _, r := range rows {
			found[r.ID] = r
		}
	}
	for i := range list {
		r := &list[i]
		r.Subject = names[r.Subject]
		if n, ok := found[r.ID]; ok {
			r.No, r.Title = n.No, n.Title
		}
		if href := hrefOf(d.basis, r); href != "" {
			r.Href = href
		}
	}
	return e.describePlatform(d.basis, list)
}

func describeSQL(b Basis) string {
	switch b {
	case BasisClosed, BasisDue, BasisStatutory, BasisReceived, BasisCards:
		return "SELECT id, no, item_name AS title, unit_id FROM casework_case"
	case BasisTickets:
		return "SELECT id, no, CASE class WHEN 'P' THEN '优先号' WHEN 'Y' THEN '预约号' ELSE '普通号' END AS title, '' AS unit_id FROM hall_ticket"
	case BasisItems:
		return "SELECT id, code AS no, name AS title, unit_id FROM item_item"
	}
	return ""
}

// hrefOf leads from a record to its page.
func hrefOf(b Basis, r *Record) string {
	switch b {
	case BasisClosed, BasisDue, BasisStatutory, BasisReceived:
		return "/cases/" + r.No
	case BasisTickets:
		return "/hall/queue/tickets/" + r.ID
	case BasisItems:
		return "/items/" + r.ID
	}
	return ""
}

// fedList reads every page of the records of a feed.
func (e *engine) fedList(d *definition, subject Subject, q metric.Query, into *[]Record) error {
	q.After, q.Limit = "", 200
	for {
		var p Page
		if err := e.fedRecords(d, subject, q, &p); err != nil {
			return err
		}
		if *into = append(*into, p.Records...); p.Next == "" {
			return nil
		}
		if len(*into) > ExportLimit {
			return ErrExportTooLong
		}
		q.After = p.Next
	}
}

// Export gives every record behind a figure in the order of Records; what was asked for is in the audit log first.
func (m *Module) Export(ctx context.Context, q metric.Query, each func(Record) error) error {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return err
	}
	d, subject, err := checkCohort(a, q)
	if err != nil {
		return err
	}
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		return audit.Record(tx, audit.Entry{Action: "hallmetric.export", Permission: PermRead, Kind: "cohort", Object: q.Metric,
			Detail: map[string]any{"part": q.Part, "from": q.Period.From, "to": q.Period.To, "subject": q.Subject}})
	})
	if err != nil {
		return err
	}
	var list []Record
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		e := m.engine(tx, readerOf(a, PermRead), q.Period)
		if d.feed != nil {
			return e.fedList(d, subject, q, &list)
		}
		if list, err = e.records(d, subject, q.Part); err != nil {
			return err
		}
		if len(list) > ExportLimit {
			return ErrExportTooLong
		}
		for from := 0; from < len(list); from += pageSize * 4 {
			if err := e.describe(d, list[from:min(len(list), from+pageSize*4)]); err != nil {
				return err
			}
		}
		return nil
	})
	for _, r := range list {
		if err != nil {
			return err
		}
		err = each(r)
	}
	return err
}
