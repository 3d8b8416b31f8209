package reader

import (
	"regexp"
	"strings"

	"yichuang/internal/finance/disclosed"
)

// annexes reads the tables of performance in the annexes, or wherever a document has them.
func (p *parser) annexes() {
	for i := 0; i < len(p.lines); i++ {
		t := p.lines[i].tight()
		if !strings.HasSuffix(t, "表") || !scoreTable.MatchString(t) || p.parts[i].ready || p.parts[i].name == disclosed.Terms || len(p.lines[i].words) > 3 {
			continue
		}
		end := p.annexEnd(i + 1)
		if a := p.annex(i, end); a != nil {
			p.doc.Annexes = append(p.doc.Annexes, a)
			i = end - 1
		}
	}
}

// annexEnd is the line behind an annex's table.
func (p *parser) annexEnd(i int) int {
	for ; i < len(p.lines); i++ {
		t := p.lines[i].tight()
		if strings.HasPrefix(t, "附件") && annexTitle.MatchString(t) && len([]rune(t)) < 50 || strings.HasPrefix(t, "第") && partTitle.MatchString(t) || strings.HasSuffix(t, "表") && scoreTable.MatchString(t) && len(p.lines[i].words) <= 3 {
			return i
		}
	}
	return i
}

var (
	headEnd    = regexp.MustCompile(`三级指标|绩效指标`)
	goalMark   = regexp.MustCompile(`^(?:预期目|年度总体|年度绩效目标|预期目标|总体目标|一级指标|一级$|评价指标)`)
	projectIs  = regexp.MustCompile(`项目名称(.+?)(?:主管部门|项目负责人|预算部门|项目编码|实施单位)`)
	superIs    = regexp.MustCompile(`主管部门(?:及代码)?(.+?)(?:实施单位|项目资金|年初)`)
	implIs     = regexp.MustCompile(`实施单位(.+?)(?:年初|项目资金|项目负责人|联系电话)`)
	deptIs     = regexp.MustCompile(`(?:部门|单位)(?:（单位）)?名称(.+?)(?:年初|年度|整体|预算)`)
	missedIs   = regexp.MustCompile(`未完成原因分析(.*?)(?:年度总体目标|预期目标|一级指标)`)
	totalScore = regexp.MustCompile(`总分\s*(\d{1,3}(?:\.\d+)?)\s+(\d{1,3}(?:\.\d+)?)`)
)

// annex reads one table; nil where the title is followed by no table.
func (p *parser) annex(from, to int) *disclosed.Annex {
	a := &disclosed.Annex{Kind: disclosed.ProjectTable, Label: p.parts[from].annex, Place: p.lines[from].place("")}
	if strings.Contains(p.lines[from].tight(), "整体") {
		a.Kind = disclosed.WholeTable
	}
	if a.Label == "" {
		a.Label = string(a.Kind)
	}
	a.Place.At = a.Label
	body := p.lines[from+1 : to]
	all := joined(body)
	tight := plain(all)
	a.Project = plain(sub(projectIs, tight))
	a.Supervisor, a.Implementer = sub(superIs, tight), sub(implIs, tight)
	if a.Kind == disclosed.WholeTable {
		a.Implementer = sub(deptIs, tight)
	}
	if a.Kind == disclosed.ProjectTable {
		a.Reason = sub(missedIs, tight)
	}
	p.funds(a, body)
	p.indicators(a, body, all)
	if m := totalScore.FindStringSubmatchIndex(all); m != nil {
		place := body[strings.Count(all[:m[0]], "\n")].place(a.Label + " 总分")
		a.Weight, a.Score = cellOf(all[m[2]:m[3]], place), cellOf(all[m[4]:m[5]], place)
	}
	if len(a.Funds) == 0 && len(a.Indicators) == 0 {
		return nil
	}
	return a
}

// joined puts the lines into one text, one line each.
func joined(body []line) string {
	var b strings.Builder
	for i := range body {
		b.WriteString(body[i].text)
		b.WriteByte('\n')
	}
	return b.String()
}

func sub(re *regexp.Regexp, s string) string {
	if m := re.FindStringSubmatch(s); m != nil {
		return strings.Trim(m[1], "：:，")
	}
	return ""
}

func cellOf(s string, at disclosed.Place) disclosed.Cell {
	n, ok := disclosed.ParseNumber(strings.TrimSuffix(s, "%"))
	return disclosed.Cell{Text: s, Value: n, Has: ok, Sure: true, Place: at}
}

// fundNames are the rows of the money, the special before the general.
var fundNames = []string{"年度资金总额", "基本支出", "人员经费", "公用经费", "项目支出", "一般性项目", "重点项目", "财政拨款", "上年结转资金", "上年结转", "其他资金", "单位资金"}

// funds reads the rows of the money: a name, which may stand on several lines, and five or six numbers.
func (p *parser) funds(a *disclosed.Annex, body []line) {
	var pieces strings.Builder
	weighted := false
	for i := range body {
		l := &body[i]
		t := plain(l.text)
		weighted = weighted || strings.Contains(t, "分值") || t == "值"
		values, words := figuresOf(l)
		if len(values) < 5 {
			if goalMark.MatchString(t) && len(a.Funds) > 0 {
				break
			}
			pieces.WriteString(t)
			continue
		}
		label := pieces.String() + words
		pieces.Reset()
		name, at := lastName(label)
		if name == "" {
			continue
		}
		if n := len(a.Funds); n > 0 {
			a.Funds[n-1].Reason = strings.TrimRight(strings.TrimSuffix(strings.TrimSuffix(label[:at], "其中："), "当年"), "（）一二三四1234567.、")
		}
		a.Funds = append(a.Funds, fundRow(a, name, values, l))
	}
	if n := len(a.Funds); n > 0 && a.Kind == disclosed.WholeTable {
		a.Funds[n-1].Reason = strings.TrimSpace(pieces.String())
	}
}

// figuresOf gives the numbers and dashes of a line, and its other words.
func figuresOf(l *line) (values []string, words string) {
	for _, w := range l.words {
		s := strings.TrimSuffix(w.Text, "%")
		if _, ok := disclosed.ParseNumber(s); ok || s == "-" || s == "—" || s == "－" {
			values = append(values, w.Text)
		} else if len(values) == 0 {
			words += plain(w.Text)
		}
	}
	return values, words
}

func lastName(label string) (string, int) {
	name, at := "", -1
	for _, n := range fundNames {
		if k := strings.LastIndex(label, n); k > at {
			name, at = n, k
		}
	}
	return name, at
}

// fundRow makes a row of its numbers: budget, adjusted budget, spent, the weight where there are six, rate, score.
func fundRow(a *disclosed.Annex, name string, v []string, l *line) disclosed.FundRow {
	cell := func(i int, what string) disclosed.Cell { return cellOf(v[i], l.place(a.Label+" "+name+" "+what)) }
	r := disclosed.FundRow{Name: name, Place: l.place(a.Label + " " + name)}
	r.Initial, r.Full, r.Actual = cell(0, "年初预算数"), cell(1, "全年预算数"), cell(2, "全年执行数")
	k := 3
	if len(v) >= 6 {
		r.Weight = cell(3, "分值")
		k = 4
	}
	r.Rate, r.Score = cell(k, "执行率"), cell(k+1, "得分")
	return r
}
