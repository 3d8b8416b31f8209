package reader

import (
	"regexp"
	"strings"

	"yichuang/internal/finance/disclosed"
)

// otherForm is a table that is none of the nine; it ends the one before it and is not looked into.
const otherForm disclosed.Form = "other"

var (
	numbering  = regexp.MustCompile(`^(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.、．]|(?:附?表|公开)?\d{1,2}(?:表)?[:：.、．]?|附表\d{0,2}[:：]?|表[一二三四五六七八九十][:：、]?)`)
	formNumber = regexp.MustCompile(`公开\d{1,2}表|公开表\d{1,2}|财决公开\d{1,2}表`)
	owner      = regexp.MustCompile(`^.{0,30}?(?:20\d\d年度?|年度)(?:部门|单位)?`)
	otherTitle = regexp.MustCompile(`^[^，。：:；]{2,40}(?:决算(?:明细)?|情况|信息|明细|统计|绩效自评|绩效目标)(?:总|明细)?表$`)
	sheetMark  = regexp.MustCompile(`^[A-Za-z]{1,4}\d{0,3}[.、 -]?|[（(][）)]$`)
	continued  = regexp.MustCompile(`[（(]?续(?:表)?[一二三四五六七八九十\d]*[）)]?$`)
)

// titles are the forms by what their titles say, the more special first.
var titles = []struct {
	form disclosed.Form
	re   *regexp.Regexp
}{
	{disclosed.T06, regexp.MustCompile(`^(?:部门|单位)?一般公共预算(?:财政拨款)?基本支出决算(?:明细)?表$`)},
	{disclosed.T05, regexp.MustCompile(`^(?:部门|单位)?一般公共预算(?:财政拨款)?(?:收入)?支出决算(?:明细)?表$`)},
	{disclosed.T09, regexp.MustCompile(`^(?:部门|单位)?(?:一般公共预算)?(?:财政拨款)?(?:安排的)?“?三公”?经费(?:财政拨款)?(?:支出|收支)?(?:决算)?(?:情况)?表$`)},
	{disclosed.T07, regexp.MustCompile(`^(?:部门|单位)?政府性基金预算?(?:财政拨款)?(?:收入支出|支出|收支)决算表$`)},
	{disclosed.T08, regexp.MustCompile(`^(?:部门|单位)?国有资本经营预算?(?:财政拨款)?(?:收入支出|支出|收支)决算表$`)},
	{disclosed.T04, regexp.MustCompile(`^(?:部门|单位)?财政拨款(?:收入支出|收支)决算总?表$`)},
	{disclosed.T01, regexp.MustCompile(`^(?:部门|单位)?(?:收入支出|收支)决算总?表$`)},
	{disclosed.T02, regexp.MustCompile(`^(?:部门|单位)?收入决算总?表$`)},
	{disclosed.T03, regexp.MustCompile(`^(?:部门|单位)?支出决算总?表$`)},
}

// titleForm reads a line as the title of a table.
func titleForm(t string) (disclosed.Form, bool) {
	if len(t) < 12 || len(t) > 240 || !strings.Contains(t, "表") {
		return "", false
	}
	if n := len([]rune(t)); n < 5 || n > 60 || !strings.HasSuffix(strings.TrimRight(continued.ReplaceAllString(formNumber.ReplaceAllString(t, ""), ""), "（）()"), "表") {
		return "", false
	}
	t = quoted.Replace(continued.ReplaceAllString(t, ""))
	t = strings.ReplaceAll(t, "”三公”", "“三公”")
	t = sheetMark.ReplaceAllString(formNumber.ReplaceAllString(t, ""), "")
	for _, s := range []string{t, numbering.ReplaceAllString(t, ""), owner.ReplaceAllString(numbering.ReplaceAllString(t, ""), "")} {
		for _, f := range titles {
			if f.re.MatchString(s) {
				return f.form, true
			}
		}
	}
	if otherTitle.MatchString(t) {
		return otherForm, true
	}
	return "", false
}

// span is the lines of one table.
type span struct {
	form       disclosed.Form
	title      string
	from, rows int // the title, and the first line below it
	to         int // behind the last line
}

var (
	unitMark   = regexp.MustCompile(`(?:金额)?单位[:：]?(?:人民币)?(万元|元|千元|百元|亿元|百万元)`)
	columnMark = regexp.MustCompile(`^栏次|^项目`)
	partEnd    = regexp.MustCompile(`^第[一二三四五六七八]部分`)
	talk       = regexp.MustCompile(`^[一二三四五六七八九十]{1,3}、.*(?:情况|说明)(?:说明)?$`)
)

// spans finds the tables: a title that is followed by a mark of a table before the next title.
func (p *parser) spans() []span {
	type found struct {
		form  disclosed.Form
		title string
		at    int
		next  int
	}
	var cand []found
	for i := 0; i < len(p.lines); i++ {
		if p.parts[i].name == disclosed.Cover && p.parts[i].ready || p.parts[i].name == disclosed.Annexed || p.parts[i].name == disclosed.Terms {
			continue
		}
		t := p.titleText(i)
		f, ok := titleForm(t)
		if !ok && i+1 < len(p.lines) && p.lines[i].grid == 0 && !strings.HasSuffix(t, "表") {
			if f, ok = titleForm(t + p.titleText(i+1)); ok && f != otherForm {
				cand = append(cand, found{f, t + p.titleText(i+1), i, i + 2})
				i++
				continue
			}
			ok = false
		}
		if ok {
			cand = append(cand, found{f, t, i, i + 1})
		}
	}
	var out []span
	for k, c := range cand {
		end := len(p.lines)
		if k+1 < len(cand) {
			end = cand[k+1].at
		}
		if to, ok := p.tableEnd(c.next, end); ok {
			out = append(out, span{form: c.form, title: c.title, from: c.at, rows: c.next, to: to})
		}
	}
	return out
}

// titleText is a line that may be a title: of a grid only a row that says nothing else.
func (p *parser) titleText(i int) string {
	l := &p.lines[i]
	if l.grid > 0 && len(l.words) > 2 {
		return ""
	}
	return plainQuotes(l.tight())
}

func plainQuotes(s string) string {
	return cornered.Replace(s)
}

// tableEnd looks for a mark of a table between two lines and gives where the table ends.
func (p *parser) tableEnd(from, to int) (int, bool) {
	marked := false
	for i := from; i < to; i++ {
		t := p.lines[i].tight()
		if i < from+14 && (unitMark.MatchString(t) || formNumber.MatchString(t) || columnMark.MatchString(t)) {
			marked = true
		}
		if ends(t, p.lines[i].grid) {
			return i, marked
		}
	}
	return to, marked
}

var (
	cornered = strings.NewReplacer("「", "“", "」", "”", "＂", "”")
	quoted   = strings.NewReplacer("\"", "”", "‘", "“", "’", "”", "《", "", "》", "")
)

// ends reports a line with which no table goes on: a part, an annex, a heading of the narrative.
func ends(t string, grid int) bool {
	switch {
	case strings.HasPrefix(t, "第"):
		return partEnd.MatchString(t)
	case strings.HasPrefix(t, "附件"):
		return annexTitle.MatchString(t)
	case grid == 0 && (strings.HasSuffix(t, "情况") || strings.HasSuffix(t, "说明")):
		return talk.MatchString(t)
	}
	return false
}
