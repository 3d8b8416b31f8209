package finance

import (
	"fmt"
	"slices"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/money"
)

// Problem is what is wrong with a line of a file.
type Problem struct {
	Line int    `json:"line"`
	Text string `json:"text"`
}

// Reading (读取结果) is what the rows of a file come to under a mapping.
type Reading struct {
	Entries  []Entry
	Budgets  []Budget
	Projects []Project // that the books do not have yet
	Problems []Problem // the first fifty
	Refused  int       // lines with problems
	Income   money.Fen
	Expense  money.Fen
	Budget   money.Fen
	Released money.Fen // 额度下达, which is no part of Budget
	ByClass  []ClassTotal
}

// ClassTotal is the total of a 类, for comparison with the budget system's own totals.
type ClassTotal struct {
	Code, Name string
	Basic      money.Fen
	Project    money.Fen
}

const maxProblems = 50

// rowReader turns rows into entries or budget lines.
type rowReader struct {
	f       *frame
	sheet   *Sheet
	mapping *Mapping
	out     *Reading
	problem string
}

// interpret reads all rows of a sheet.
func (f *frame) interpret(s *Sheet, k ImportKind, m *Mapping) *Reading {
	r := &rowReader{f: f, sheet: s, mapping: m, out: &Reading{}}
	for _, field := range k.Fields() {
		if field.Needed && m.Columns[field.Name] == "" {
			r.out.Problems = append(r.out.Problems, Problem{0, "没有指定“" + field.Label + "”是哪一列。"})
			r.out.Refused++
		}
	}
	if len(r.out.Problems) > 0 {
		return r.out
	}
	for i := range s.Rows {
		r.problem = ""
		if k == ImportBudget {
			r.budget(i)
		} else {
			r.entry(i)
		}
		if r.problem != "" {
			r.out.Refused++
			if len(r.out.Problems) < maxProblems {
				r.out.Problems = append(r.out.Problems, Problem{s.Lines[i], r.problem})
			}
		}
	}
	r.totals()
	return r.out
}

func (r *rowReader) bad(format string, args ...any) {
	if r.problem == "" {
		r.problem = fmt.Sprintf(format, args...)
	}
}

func (r *rowReader) text(row int, field string) string {
	return strings.TrimSpace(r.sheet.value(r.mapping, row, field))
}

func (r *rowReader) entry(row int) {
	e := Entry{CentreID: r.f.book.CentreID, Year: r.f.book.Year, Voucher: r.text(row, "voucher"), Day: r.day(row), Summary: cut(r.text(row, "summary"), maxSummary),
		UnitID: r.unit(row), Fen: r.amount(row), Func: leading(r.text(row, "func")), Econ: leading(r.text(row, "econ")), ImportID: "import"}
	r.account(row, &e)
	e.Fund = r.fund(row, &e)
	if a, _ := fiscal.AccountOf(e.Account); a.Source == fiscal.Own {
		e.Project = r.project(row)
		e.Kind = r.kind(row, e.Project)
	} else {
		e.Econ = ""
	}
	e.complete()
	for _, p := range r.f.check(&e) {
		r.bad("%s", p.Public)
	}
	r.out.Entries = append(r.out.Entries, e)
}

// account reads the two accounts; without them a row is expenditure of the unit that the treasury paid directly.
func (r *rowReader) account(row int, e *Entry) {
	e.Account, e.Contra = leading(r.text(row, "account")), leading(r.text(row, "contra"))
	if e.Account == "" {
		e.Account = "7101"
		for _, u := range r.f.units {
			if u.ID == e.UnitID && u.Kind == Institution {
				e.Account = "7201"
			}
		}
	}
	if e.Contra == "" {
		e.Contra = fiscal.FundsInHand
		if a, ok := fiscal.AccountOf(e.Account); ok && a.Nature == fiscal.Expense && a.Source == fiscal.Own && r.text(row, "account") == "" {
			e.Contra = "6001"
		}
	}
}

func (r *rowReader) fund(row int, e *Entry) fiscal.Fund {
	text := r.text(row, "fund")
	switch {
	case strings.Contains(text, "基金"):
		return fiscal.GovFund
	case strings.Contains(text, "国有资本"):
		return fiscal.Capital
	case strings.Contains(text, "一般公共") || text == "财政拨款":
		return fiscal.General
	case strings.Contains(text, "非财政") || strings.Contains(text, "其他") || strings.Contains(text, "事业") || strings.Contains(text, "单位资金"):
		return fiscal.Other
	case text != "":
		r.bad("认不出资金性质“%s”。", cut(text, 20))
	}
	if a, ok := fiscal.AccountOf(e.Account); ok && a.Nature == fiscal.Income && a.Source != fiscal.Appropriation {
		return fiscal.Other
	}
	return fiscal.General
}

func (r *rowReader) kind(row int, project string) fiscal.Kind {
	switch text := r.text(row, "kind"); {
	case strings.Contains(text, "基本") || strings.Contains(text, "人员") || strings.Contains(text, "公用"):
		return fiscal.Basic
	case strings.Contains(text, "项目") || strings.Contains(text, "特定目标"):
		return fiscal.Project
	case text != "":
		r.bad("认不出支出类型“%s”。", cut(text, 20))
	}
	if project != "" {
		return fiscal.Project
	}
	return fiscal.Basic
}

// project finds a project by code, name, or both; one that is new is noted where both are there.
func (r *rowReader) project(row int) string {
	text := r.text(row, "project")
	if text == "" || text == "无" || text == "-" {
		return ""
	}
	code, name, both := strings.Cut(text, " ")
	name = strings.TrimSpace(name)
	for _, p := range r.f.projects {
		if p.Code == text || p.Name == text || both && p.Code == code {
			return p.Code
		}
	}
	if !both || name == "" || !isProjectCode(code) {
		r.bad("没有项目“%s”。请先登记项目，或写成“代码 名称”。", cut(text, 40))
		return ""
	}
	p := Project{CentreID: r.f.book.CentreID, Year: r.f.book.Year, Code: code, Name: cut(name, 100)}
	r.f.projects = append(r.f.projects, p)
	r.out.Projects = append(r.out.Projects, p)
	return code
}

func (r *rowReader) unit(row int) string {
	text := r.text(row, "unit")
	if text == "" && len(r.f.units) == 1 {
		return r.f.units[0].ID
	}
	i := slices.IndexFunc(r.f.units, func(u Unit) bool { return u.Code == text || u.Name == text || u.Code+" "+u.Name == text })
	if i < 0 {
		r.bad("没有预算单位“%s”。", cut(text, 40))
		return ""
	}
	return r.f.units[i].ID
}

func (r *rowReader) day(row int) clock.Date {
	text := strings.NewReplacer("/", "-", ".", "-", "年", "-", "月", "-", "日", "").Replace(r.text(row, "day"))
	if text, _, _ = strings.Cut(text, " "); text == "" {
		return clock.Day(r.f.book.Year, 1, 1)
	}
	if len(text) == 8 && !strings.Contains(text, "-") {
		text = text[:4] + "-" + text[4:6] + "-" + text[6:]
	}
	if p := strings.Split(text, "-"); len(p) == 3 {
		text = fmt.Sprintf("%s-%02s-%02s", p[0], p[1], p[2])
	}
	d, err := clock.ParseDate(text)
	if err != nil {
		r.bad("日期“%s”认不出，请写成 2024-03-15。", cut(r.text(row, "day"), 20))
	}
	return d
}

// amount reads 元 with two decimals, or 万元 with six.
func (r *rowReader) amount(row int) money.Fen {
	text := strings.NewReplacer("￥", "", "¥", "", "，", ",", "元", "", "万", "").Replace(r.text(row, "amount"))
	if rest, ok := strings.CutPrefix(text, "("); ok {
		text = "-" + strings.TrimSuffix(rest, ")")
	}
	fen, err := parseAmount(text, r.mapping.Wan)
	if err != nil {
		r.bad("金额“%s”认不出。", cut(r.text(row, "amount"), 30))
	}
	return fen
}

// parseAmount reads an amount; 万元 are read exactly, by moving the point.
func parseAmount(text string, wan bool) (money.Fen, error) {
	if !wan {
		return money.ParseYuan(text)
	}
	whole, frac, _ := strings.Cut(strings.ReplaceAll(text, ",", ""), ".")
	if len(frac) > 6 {
		return 0, fmt.Errorf("%d decimals", len(frac))
	}
	frac += strings.Repeat("0", 6-len(frac))
	return money.ParseYuan(whole + frac[:4] + "." + frac[4:])
}

func (r *rowReader) budget(row int) {
	b := Budget{CentreID: r.f.book.CentreID, Year: r.f.book.Year, Phase: Initial, UnitID: r.unit(row), Func: leading(r.text(row, "func")), Econ: leading(r.text(row, "econ")),
		Fen: r.amount(row), Document: cut(r.text(row, "document"), 100), Day: r.day(row)}
	if text := r.text(row, "phase"); strings.Contains(text, "调") || strings.Contains(text, "追加") || strings.Contains(text, "核减") {
		b.Phase = Adjust
	} else if strings.Contains(text, "下达") || strings.Contains(text, "到位") {
		b.Phase = Released
	} else if text != "" && !strings.Contains(text, "年初") {
		r.bad("认不出阶段“%s”，请写年初预算、调整或额度下达。", cut(text, 20))
	}
	b.Fund = r.fund(row, &Entry{Account: "7101"})
	b.Project = r.project(row)
	b.Kind = r.kind(row, b.Project)
	b.SanGong = fiscal.SanGongOf(b.Econ)
	for _, p := range r.f.checkBudget(&b) {
		r.bad("%s", p.Public)
	}
	r.out.Budgets = append(r.out.Budgets, b)
}

// totals adds up what was read, for reconciliation.
func (r *rowReader) totals() {
	byClass := map[string]*ClassTotal{}
	add := func(code string, k fiscal.Kind, fen money.Fen) {
		class := fiscal.Class(code)
		t := byClass[class]
		if t == nil {
			t = &ClassTotal{Code: class, Name: r.f.codes.Name(fiscal.Func, class)}
			byClass[class] = t
		}
		if k == fiscal.Project {
			t.Project += fen
		} else {
			t.Basic += fen
		}
	}
	for _, e := range r.out.Entries {
		s := fiscal.Sum{Account: e.Account, Contra: e.Contra, Fen: e.Fen}
		for _, p := range s.Postings() {
			if p.Nature == fiscal.Income {
				r.out.Income += p.Fen
			} else {
				r.out.Expense += p.Fen
				add(e.Func, e.Kind, p.Fen)
			}
		}
	}
	for _, b := range r.out.Budgets {
		if b.Phase == Released {
			r.out.Released += b.Fen
			continue
		}
		r.out.Budget += b.Fen
		add(b.Func, b.Kind, b.Fen)
	}
	for _, t := range byClass {
		r.out.ByClass = append(r.out.ByClass, *t)
	}
	slices.SortFunc(r.out.ByClass, func(a, b ClassTotal) int { return strings.Compare(a.Code, b.Code) })
}

// leading gives the code at the beginning of “2010399 其他…” or “2010399-其他…”.
func leading(text string) string {
	text = strings.TrimSpace(text)
	i := strings.IndexFunc(text, func(c rune) bool { return c < '0' || c > '9' })
	if i < 0 {
		return text
	}
	if i == 0 {
		return cut(text, 20)
	}
	return text[:i]
}

// cut shortens a text to n characters.
func cut(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n])
	}
	return text
}
