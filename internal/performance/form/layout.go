package form

import (
	"strconv"

	"yichuang/internal/document/grid"
	"yichuang/internal/money"
	"yichuang/internal/performance/score"
)

// Layout (表样) is a form in the layout in which it is published: Head holds what the form is about, its money and its goals;
// Rows holds the indicators. Both have the same columns, so that they make one table when they are drawn one below the other.
type Layout struct {
	Title string // 项目支出绩效自评表
	Year  string // （2024年度）
	Head  grid.Table
	Rows  grid.Table
	Notes []string
}

// Draw lays out a form with the rates, scores, total and grade of a result; without one it prints what the form itself
// states, and blanks where it states nothing.
func Draw(f *score.Form, r *score.Result) Layout {
	d := drawing{f: f, r: r, cells: shown(f, r)}
	out := Layout{Title: f.Kind.Label(), Year: "（" + strconv.Itoa(f.Year) + "年度）"}
	if f.Kind == score.Whole {
		out.Head, out.Rows = d.wholeHead(), d.wholeRows()
	} else {
		out.Head, out.Rows = d.projectHead(), d.projectRows()
	}
	out.Notes = notes(f, r)
	return out
}

// Joined is the whole layout as one table.
func (l Layout) Joined() grid.Table {
	t := l.Head
	t.Body = append(append([][]grid.Cell{}, t.Body...), l.Rows.Head...)
	t.Body = append(t.Body, l.Rows.Body...)
	return t
}

// cellTexts are the computed cells of a form as they are printed.
type cellTexts struct {
	funds, rows []score.Stated
	weight      string // of the execution of the budget
	total       string
}

// shown takes the computed cells from a result, or from the form itself.
func shown(f *score.Form, r *score.Result) cellTexts {
	out := cellTexts{total: f.Total}
	for _, x := range f.Funds {
		out.funds = append(out.funds, x.Stated)
	}
	for _, x := range f.Indicators {
		out.rows = append(out.rows, x.Stated)
	}
	out.weight = "10"
	if r == nil {
		return out
	}
	for i, x := range r.Funds {
		out.funds[i] = score.Stated{Completion: x.Completion.String(), Score: x.Score.String()}
		if !x.Weight.Blank() {
			out.weight = x.Weight.String()
		}
	}
	for i, x := range r.Rows {
		out.rows[i] = score.Stated{Score: x.Score.String()}
		if !x.Completion.Blank() {
			out.rows[i].Completion = x.Completion.String() + "%"
		}
	}
	out.total = r.Total.String()
	return out
}

type drawing struct {
	f     *score.Form
	r     *score.Result
	cells cellTexts
}

// Columns of the two forms, by which also their spreadsheets are read.
var (
	wholeHeads   = []string{"一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "单位", "分值", "完成率", "得分", "未完成原因分析"}
	projectHeads = []string{"一级指标", "二级指标", "三级指标", "年度指标", "实际完成值", "分值", "单位", "完成率", "得分", "未完成原因分析"}
	moneyHeads   = []string{"年初预算数", "全年预算数", "全年执行数"}
)

// Marks by which the parts of a form are told.
const (
	departmentMark = "部门名称"
	projectMark    = "项目名称"
	supervisorMark = "主管部门"
	doerMark       = "实施单位"
	wholeFundMark  = "整体支出规模（万元）"
	fundMark       = "项目资金（万元）"
	goalMark       = "预期目标"
	actualMark     = "实际完成情况"
	goalsMark      = "年度总体目标"
	reasonMark     = "未完成原因分析"
	indicatorMark  = "评价指标"
	targetMark     = "绩效目标"
	totalMark      = "总分"
)

func centred(s string) grid.Cell { return grid.Cell{Text: s, Align: grid.Centre} }

func wide(c grid.Cell, cols int) grid.Cell { c.Cols = cols; return c }

func tall(c grid.Cell, rows int) grid.Cell { c.Rows = rows; return c }

// amount prints 万元 with two decimals; a spreadsheet keeps every 分.
func amount(f money.Fen) grid.Cell {
	return grid.Cell{Text: f.WanYuan(), Value: float64(f) / float64(money.WanYuan), Format: "0.00", Align: grid.Right}
}

// fundLabels are the names of the rows of money as forms print them.
var fundLabels = map[score.FundKind]string{score.TotalFund: "年度资金总额", score.BasicFund: "（一）基本支出", score.PersonnelFund: "1.人员经费", score.PublicFund: "2.公用经费", score.ProjectFund: "（二）项目支出",
	score.GeneralFund: "1.一般性项目", score.KeyFund: "2.重点项目", score.Appropriation: "其中：财政拨款", score.CarriedFund: "上年结转资金", score.OtherFund: "其他资金"}

// wholeHead is the upper part of the form of the whole department, over ten columns.
func (d drawing) wholeHead() grid.Table {
	t := grid.Table{Columns: columns(8, 10, 16, 11, 20, 6, 7, 12, 8, 12)}
	t.Body = append(t.Body, []grid.Cell{centred(departmentMark), wide(centred(d.f.Name), 9)})
	t.Body = append(t.Body, []grid.Cell{tall(centred(wholeFundMark), len(d.f.Funds)+1), wide(grid.Cell{}, 2), centred(moneyHeads[0]), centred(moneyHeads[1]), wide(centred(moneyHeads[2]), 2), centred("执行率"), centred("得分"), centred(reasonMark)})
	for i, x := range d.f.Funds {
		t.Body = append(t.Body, []grid.Cell{wide(grid.Cell{Text: fundLabels[x.Kind]}, 2), amount(x.Initial), amount(x.Full), wide(amount(x.Actual), 2), centred(d.cells.funds[i].Completion), centred(d.cells.funds[i].Score), {Text: x.Reason}})
	}
	t.Body = append(t.Body, []grid.Cell{centred(goalMark), wide(grid.Cell{Text: d.f.Goal}, 9)}, []grid.Cell{centred(actualMark), wide(grid.Cell{Text: d.f.GoalActual}, 9)})
	return t
}

func columns(widths ...float64) []grid.Column {
	out := make([]grid.Column, len(widths))
	for i, w := range widths {
		out[i].Width = w
	}
	return out
}

// wholeRows are the indicators of the whole department.
func (d drawing) wholeRows() grid.Table {
	t := grid.Table{Columns: columns(8, 10, 16, 11, 20, 6, 7, 12, 8, 12), Head: [][]grid.Cell{headCells(wholeHeads)}}
	for i, spans := range spansOf(d.f.Indicators) {
		x := &d.f.Indicators[i]
		row := names(x, spans)
		s := d.cells.rows[i]
		t.Body = append(t.Body, append(row, centred(x.TargetText()), centred(d.actualText(i)), centred(x.Unit), centred(x.Weight.String()), centred(s.Completion), centred(s.Score), grid.Cell{Text: reasonText(x)}))
	}
	t.Body = append(t.Body, []grid.Cell{wide(centred(totalMark), 6), centred("100"), centred(""), {Text: d.cells.total, Align: grid.Centre, Bold: true}, {}})
	return t
}

// projectHead is the upper part of the form of a project, over eleven columns.
func (d drawing) projectHead() grid.Table {
	t := grid.Table{Columns: columns(5.5, 7.5, 10, 17, 11, 17.5, 6.5, 7, 12, 8, 11)}
	add := func(cells ...grid.Cell) { t.Body = append(t.Body, cells) }
	add(wide(centred(projectMark), 2), wide(centred(d.f.Name), 9))
	add(wide(centred(supervisorMark), 2), wide(centred(d.f.Supervisor), 3), centred(doerMark), wide(centred(d.f.Implementer), 5))
	add(tall(wide(centred(fundMark), 2), len(d.f.Funds)+1), wide(grid.Cell{}, 2), centred(moneyHeads[0]), centred(moneyHeads[1]), wide(centred(moneyHeads[2]), 2), centred("分值"), centred("执行率(%)"), centred("得分"))
	for i, x := range d.f.Funds {
		weight := "-"
		if x.Kind == score.TotalFund {
			weight = d.cells.weight
		}
		s := d.cells.funds[i]
		add(wide(grid.Cell{Text: fundLabels[x.Kind]}, 2), amount(x.Initial), amount(x.Full), wide(amount(x.Actual), 2), centred(weight), centred(s.Completion), centred(s.Score))
	}
	add(wide(centred(reasonMark), 2), wide(grid.Cell{Text: d.f.FundReason}, 9))
	add(tall(wide(centred(goalsMark), 2), 2), wide(centred(goalMark), 4), wide(centred(actualMark), 5))
	add(wide(grid.Cell{Text: d.f.Goal}, 4), wide(grid.Cell{Text: d.f.GoalActual}, 5))
	return t
}

// projectRows are the indicators of a project.
func (d drawing) projectRows() grid.Table {
	t := grid.Table{Columns: columns(5.5, 7.5, 10, 17, 11, 17.5, 6.5, 7, 12, 8, 11), Head: [][]grid.Cell{append([]grid.Cell{centred(targetMark)}, headCells(projectHeads)...)}}
	for i, spans := range spansOf(d.f.Indicators) {
		x := &d.f.Indicators[i]
		row := names(x, spans)
		if i == 0 {
			row = append([]grid.Cell{tall(grid.Cell{Align: grid.Centre}, len(d.f.Indicators))}, row...)
		}
		s := d.cells.rows[i]
		t.Body = append(t.Body, append(row, centred(x.TargetText()), centred(d.actualText(i)), centred(x.Weight.String()), centred(x.Unit), centred(s.Completion), centred(s.Score), grid.Cell{Text: reasonText(x)}))
	}
	t.Body = append(t.Body, []grid.Cell{wide(centred(totalMark), 6), centred("100"), centred(""), centred(""), {Text: d.cells.total, Align: grid.Centre, Bold: true}, {}})
	return t
}

func headCells(names []string) []grid.Cell {
	out := make([]grid.Cell, len(names))
	for i, n := range names {
		out[i] = grid.Cell{Text: n, Align: grid.Centre, Bold: true}
	}
	return out
}

// span is over how many rows the class and the group of a row reach; 0 for a row below the first.
type span struct{ class, group int }

// spansOf finds runs of rows of one class, and within it of one group.
func spansOf(list []score.Indicator) []span {
	out := make([]span, len(list))
	class, group := 0, 0
	for i := range list {
		if i == 0 || list[i].Class != list[class].Class {
			class, group = i, i
		} else if list[i].Group != list[group].Group {
			group = i
		}
		out[class].class++
		out[group].group++
	}
	return out
}

// names are the cells of the three levels that begin in a row.
func names(x *score.Indicator, s span) []grid.Cell {
	var out []grid.Cell
	if s.class > 0 {
		out = append(out, tall(centred(x.Class), s.class))
	}
	if s.group > 0 {
		out = append(out, tall(centred(x.Group), s.group))
	}
	return append(out, grid.Cell{Text: x.Name})
}

// actualText is the actual value as forms print it: a number, or the band of a qualitative indicator.
func (d drawing) actualText(i int) string {
	x := &d.f.Indicators[i]
	if x.Op != score.Quality {
		return x.Actual.String()
	}
	if d.r != nil && d.r.Rows[i].Band != "" {
		return d.r.Rows[i].Band
	}
	return x.Band
}

// reasonText is the reason of a row, or why a qualitative indicator was given another share than usual.
func reasonText(x *score.Indicator) string {
	given := ""
	if !x.Share.Blank() {
		given = givenMark + percentText(x.Share) + "：" + x.Given
	}
	if x.Reason != "" && given != "" {
		return x.Reason + "\n" + given
	}
	return x.Reason + given
}

// givenMark begins the words that tell the share that was given within a band.
const givenMark = "档内给分"

func percentText(d score.Decimal) string { return score.Percent(d).String() + "%" }
