package form

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"yichuang/internal/money"
	"yichuang/internal/performance/score"
)

// Bounds of a spreadsheet that is read.
const (
	maxUnzipped = 64 << 20
	maxRows     = 2000
	maxColumns  = 40
)

// readXLSX reads the forms of a spreadsheet: every sheet that has the marks of one. A sheet without them is left out; a
// workbook without any form is refused.
func readXLSX(b []byte) (*Set, error) {
	book, err := excelize.OpenReader(bytes.NewReader(b), excelize.Options{UnzipSizeLimit: maxUnzipped, RawCellValue: true})
	if err != nil {
		return nil, ErrFormat.Say("文件不是完整的 xlsx，或者加了密码。请在表格软件里另存为 xlsx 后再试。").Wrap(err)
	}
	defer book.Close()
	out := &Set{}
	for _, name := range book.GetSheetList() {
		s, err := sheetOf(book, name)
		if err != nil {
			return nil, err
		}
		f, err := s.form()
		if err != nil {
			return nil, ErrCell.Say("工作表“%s”：%s", name, sentence(err))
		}
		if f != nil {
			out.Forms = append(out.Forms, f)
		}
		if len(out.Forms) > maxForms {
			return nil, ErrFormat.Say("文件里的表超过 %d 张。", maxForms)
		}
	}
	if len(out.Forms) == 0 {
		return nil, ErrFormat.Say("文件里没有绩效自评表。请用本系统导出的表样填写。")
	}
	return out, nil
}

// sheet is the text of a sheet's cells; a merged cell stands only where it begins, at is where each begins.
type sheet struct {
	name string
	rows [][]string
	from map[[2]int][2]int // a place within a merged cell to the place where that begins
}

func sheetOf(book *excelize.File, name string) (*sheet, error) {
	rows, err := book.GetRows(name)
	if err != nil {
		return nil, ErrFormat.Wrap(err)
	}
	if len(rows) > maxRows || slices.ContainsFunc(rows, func(r []string) bool { return len(r) > maxColumns }) {
		return nil, ErrFormat.Say("工作表“%s”太大：最多 %d 行、%d 列。", name, maxRows, maxColumns)
	}
	s := &sheet{name: name, rows: rows, from: map[[2]int][2]int{}}
	merged, err := book.GetMergeCells(name)
	if err != nil {
		return nil, ErrFormat.Wrap(err)
	}
	for _, m := range merged {
		c0, r0, err0 := excelize.CellNameToCoordinates(m.GetStartAxis())
		c1, r1, err1 := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err0 != nil || err1 != nil || r1 > maxRows || c1 > maxColumns {
			continue
		}
		for r := r0; r <= r1; r++ {
			for c := c0; c <= c1; c++ {
				s.from[[2]int{r - 1, c - 1}] = [2]int{r0 - 1, c0 - 1}
			}
		}
	}
	return s, nil
}

// at is the text of a cell, of a merged one wherever in it.
func (s *sheet) at(r, c int) string {
	if o, ok := s.from[[2]int{r, c}]; ok {
		r, c = o[0], o[1]
	}
	if r >= len(s.rows) || c >= len(s.rows[r]) {
		return ""
	}
	return strings.TrimSpace(s.rows[r][c])
}

// begins reports whether a cell is its own or the first of a merged one.
func (s *sheet) begins(r, c int) bool {
	o, ok := s.from[[2]int{r, c}]
	return !ok || o == [2]int{r, c}
}

// cells are the texts of a row, a merged cell once, with the column where each begins.
func (s *sheet) cells(r int) (texts []string, cols []int) {
	for c := range maxColumns {
		if _, merged := s.from[[2]int{r, c}]; !merged && c >= len(s.rows[r]) {
			continue
		}
		if o, ok := s.from[[2]int{r, c}]; ok && o[1] != c {
			continue
		}
		texts, cols = append(texts, s.at(r, c)), append(cols, c)
	}
	return texts, cols
}

// tight is a text without any space.
func tight(s string) string { return strings.Join(strings.Fields(s), "") }

var yearMark = regexp.MustCompile(`(\d{4})年度`)

// form reads the sheet; nil where it is no form.
func (s *sheet) form() (*score.Form, error) {
	r := &sheetReader{sheet: s, f: &score.Form{}}
	for i := range s.rows {
		if err := r.row(i); err != nil {
			return nil, fmt.Errorf("第 %d 行：%w", i+1, err)
		}
		if r.done {
			break
		}
	}
	if r.f.Kind == "" || r.f.Name == "" || len(r.f.Funds) == 0 {
		return nil, nil
	}
	if r.f.Year == 0 {
		return nil, cellError("没有年度，例如“（2024年度）”")
	}
	if strings.HasPrefix(s.name, "附件") {
		r.f.Label = s.name
	}
	return r.f, nil
}

// sheetReader walks down a sheet.
type sheetReader struct {
	*sheet
	f     *score.Form
	money map[string]int // column of each head of the money
	heads map[string]int // column of each head of the indicators
	goals bool           // the next row holds the goals of a project
	done  bool
}

// row reads one row by its marks.
func (r *sheetReader) row(i int) error {
	texts, cols := r.cells(i)
	var filled []string
	for _, t := range texts {
		if t != "" {
			filled = append(filled, tight(t))
		}
	}
	switch {
	case len(filled) == 0:
		return nil
	case r.heads != nil:
		return r.indicator(i)
	case r.title(filled[0]):
		return nil
	case slices.Contains(filled, "三级指标"):
		r.heads = columnsOf(texts, cols)
		return nil
	case r.goals:
		r.goals = false
		r.f.Goal, r.f.GoalActual = r.goalTexts(i)
		return nil
	case slices.Contains(filled, moneyHeads[0]):
		r.money = columnsOf(texts, cols)
		return nil
	}
	return r.headRow(i, texts, filled)
}

// title reads the lines above the table.
func (r *sheetReader) title(s string) bool {
	for _, k := range []score.Kind{score.Whole, score.Project} {
		if s == k.Label() {
			r.f.Kind = k
			return true
		}
	}
	if m := yearMark.FindStringSubmatch(s); m != nil && r.f.Year == 0 && len([]rune(s)) <= 10 {
		r.f.Year, _ = strconv.Atoi(m[1]) // four digits
		return true
	}
	return false
}

func columnsOf(texts []string, cols []int) map[string]int {
	out := map[string]int{}
	for i, t := range texts {
		if t = tight(t); t != "" {
			out[t] = cols[i]
		}
	}
	return out
}

// headRow reads a row above the indicators: marks with what stands behind them, or a row of money.
func (r *sheetReader) headRow(i int, texts, filled []string) error {
	for n, t := range texts {
		next := ""
		if n+1 < len(texts) {
			next = texts[n+1]
		}
		switch mark := tight(t); mark {
		case departmentMark, projectMark:
			r.f.Name = next
			return nil
		case supervisorMark:
			r.f.Supervisor = next
		case doerMark:
			r.f.Implementer = next
		case reasonMark:
			r.f.FundReason = next
			return nil
		case goalsMark:
			r.goals = true
			return nil
		case goalMark:
			r.f.Goal = next
			return nil
		case actualMark:
			r.f.GoalActual = next
			return nil
		}
	}
	if r.money != nil && filled != nil {
		return r.fund(i)
	}
	return nil
}

// goalTexts are the two texts below the marks 预期目标 and 实际完成情况 of a project.
func (r *sheetReader) goalTexts(i int) (goal, actual string) {
	above, cols := r.cells(i - 1)
	for n, t := range above {
		switch tight(t) {
		case goalMark:
			goal = r.at(i, cols[n])
		case actualMark:
			actual = r.at(i, cols[n])
		}
	}
	return goal, actual
}

// fund reads a row of money.
func (r *sheetReader) fund(i int) error {
	name := ""
	for c := range r.money[moneyHeads[0]] {
		if t := r.at(i, c); t != "" && tight(t) != tight(wholeFundMark) && tight(t) != tight(fundMark) {
			name = t
		}
	}
	kind, ok := fundKind(r.f.Kind, name)
	if !ok {
		return nil // a heading, or a row that people added
	}
	x := score.Fund{Kind: kind}
	for n, to := range []*money.Fen{&x.Initial, &x.Full, &x.Actual} {
		text := r.money[moneyHeads[n]]
		fen, err := wanYuan(r.at(i, text))
		if err != nil {
			return cellError("“%s”的%s“%s”不是金额（万元，最多六位小数）", kind.Label(), moneyHeads[n], r.at(i, text))
		}
		*to = fen
	}
	x.Stated = score.Stated{Completion: r.in(i, r.money, "执行率", "执行率(%)", "执行率（%）"), Score: r.in(i, r.money, "得分")}
	x.Reason = r.in(i, r.money, reasonMark)
	r.f.Funds = append(r.f.Funds, x)
	return nil
}

// in is the text of a row below the first head that the sheet has.
func (r *sheetReader) in(i int, heads map[string]int, names ...string) string {
	for _, n := range names {
		if c, ok := heads[n]; ok {
			return r.at(i, c)
		}
	}
	return ""
}

var givenText = regexp.MustCompile(`(?s)^(.*?)` + givenMark + `(\d+(?:\.\d+)?)%：(.*)$`)

// indicator reads a row of the indicators, up to the total.
func (r *sheetReader) indicator(i int) error {
	texts, _ := r.cells(i)
	if slices.ContainsFunc(texts, func(t string) bool { return tight(t) == totalMark }) {
		r.f.Total, r.done = r.in(i, r.heads, "得分"), true
		return nil
	}
	name := r.in(i, r.heads, "三级指标")
	if name == "" {
		return nil
	}
	x := score.Indicator{Class: tight(r.in(i, r.heads, "一级指标")), Group: tight(r.in(i, r.heads, "二级指标")), Name: strings.Join(strings.Fields(name), ""), Unit: tight(r.in(i, r.heads, "单位")), Reason: r.in(i, r.heads, reasonMark),
		Stated: score.Stated{Completion: r.in(i, r.heads, "完成率"), Score: r.in(i, r.heads, "得分")}}
	var err error
	if x.Weight, err = score.ParseDecimal(r.in(i, r.heads, "分值")); err != nil || x.Weight.Blank() {
		return cellError("“%s”的分值“%s”不是数", x.Name, r.in(i, r.heads, "分值"))
	}
	if m := givenText.FindStringSubmatch(x.Reason); m != nil {
		x.Reason, x.Given = strings.TrimSpace(m[1]), strings.TrimSpace(m[3])
		share, err := score.ParseDecimal(m[2])
		if err == nil {
			x.Share, err = score.FromPercent(share)
		}
		if err != nil {
			return cellError("“%s”的给分比例“%s”不对", x.Name, m[2])
		}
	}
	if err := readTarget(&x, tight(r.in(i, r.heads, "年度指标值", "年度指标", "指标值")), r.in(i, r.heads, "实际完成值")); err != nil {
		return err
	}
	r.f.Indicators = append(r.f.Indicators, x)
	return nil
}
