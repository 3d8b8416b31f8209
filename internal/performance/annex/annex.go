// Package annex makes the annexes of the published accounts that tell of budget performance (预算绩效): the report and the
// form of the whole department (附件1、附件2), and for each project its report and its form (附件3-n、附件4-n), in the
// layout in which they are published, as DOCX, PDF, spreadsheet, web page and JSON.
//
// It is pure. Sentences are drafted from the forms and their results; the problems of a report are those rows that fell
// short, so that the words 各项指标均已完成 never stand beside one that did not.
//
//	Form + Result ─┬→ report ┬→ Annex → DOCX, PDF, spreadsheet, page, JSON, part four of the disclosure
//	texts of people┘→ layout ┘
package annex

import (
	"math/big"
	"slices"
	"strconv"

	"yichuang/internal/clock"
	"yichuang/internal/money"
	"yichuang/internal/performance/form"
	"yichuang/internal/performance/score"
)

// Evaluated (已评价的表) is a form with its result and what people wrote about it, by the names of Texts.
type Evaluated struct {
	Form   *score.Form
	Result *score.Result
	Texts  map[string]string
	// Received is what the treasury made available in the year (资金到位); the budget of the whole year where it is nil.
	Received *money.Fen
}

// Year (年度绩效自评) is the self-evaluation of a year.
type Year struct {
	Year       int
	Department string
	Whole      *Evaluated // nil where the whole department is not evaluated
	Projects   []*Evaluated
	Edition    Edition
}

// Edition says which state of the evaluation the documents show.
type Edition struct {
	State  string        `json:"state"` // the state's Chinese name
	Locked bool          `json:"locked"`
	At     clock.Instant `json:"at,omitzero"`
	Hash   string        `json:"hash,omitempty"` // SM3 of the locked content
}

// Paragraph is a paragraph of a report; Level is 1 to 3 for a heading, 0 for text.
type Paragraph struct {
	Level int    `json:"level,omitempty"`
	Text  string `json:"text"`
}

// Annex (附件) is one annex: a report, or a form.
type Annex struct {
	Label      string // 附件4-1
	Title      string
	Paragraphs []Paragraph  // of a report
	Layout     *form.Layout // of a form
	Of         *Evaluated
}

// Heading is the annex's line in a table of contents.
func (a *Annex) Heading() string { return a.Label + "　" + a.Title }

// Annexes are the annexes of the year in the order of their publication.
func (y *Year) Annexes() []Annex {
	var out []Annex
	if y.Whole != nil {
		out = append(out, Annex{Label: "附件1", Title: y.Department + "部门整体支出绩效自评报告", Paragraphs: y.wholeReport(), Of: y.Whole}, tableOf("附件2", y.Whole))
	}
	for i, p := range y.Projects {
		n := strconv.Itoa(i + 1)
		out = append(out, Annex{Label: "附件3-" + n, Title: p.Form.Name + "项目支出绩效自评报告", Paragraphs: p.projectReport(y.Year), Of: p}, tableOf("附件4-"+n, p))
	}
	return out
}

func tableOf(label string, e *Evaluated) Annex {
	l := form.Draw(e.shown(), e.Result)
	return Annex{Label: label, Title: l.Title, Layout: &l, Of: e}
}

// Mean is the mean of the projects' scores, rounded half up to two places; blank where there is no project.
func (y *Year) Mean() score.Decimal {
	if len(y.Projects) == 0 {
		return score.Decimal{}
	}
	sum := new(big.Rat)
	for _, p := range y.Projects {
		sum.Add(sum, p.Result.Total.Rat())
	}
	return score.HalfUp.Round(sum.Quo(sum, big.NewRat(int64(len(y.Projects)), 1)), 2)
}

// evaluated lists the whole department and the projects.
func (y *Year) evaluated() []*Evaluated {
	if y.Whole == nil {
		return y.Projects
	}
	return append([]*Evaluated{y.Whole}, y.Projects...)
}

// money gives a row of the money of the form.
func (e *Evaluated) money(k score.FundKind) score.Fund {
	f, _ := e.Form.Fund(k)
	return f
}

// shown is the form as it is printed: what tells of outcomes claims no more than the figures.
func (e *Evaluated) shown() *score.Form {
	f := *e.Form
	f.Goal = e.honest(f.Goal, false)
	f.GoalActual, f.FundReason = e.honest(f.GoalActual, true), e.honest(f.FundReason, true)
	f.Funds = slices.Clone(f.Funds)
	for i := range f.Funds {
		f.Funds[i].Reason = e.honest(f.Funds[i].Reason, true)
	}
	f.Indicators = slices.Clone(f.Indicators)
	for i := range f.Indicators {
		f.Indicators[i].Reason, f.Indicators[i].Given = e.honest(f.Indicators[i].Reason, true), e.honest(f.Indicators[i].Given, true)
	}
	return &f
}
