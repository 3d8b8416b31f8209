package reader

import (
	"regexp"
	"strings"

	"yichuang/internal/finance/disclosed"
)

// sides reads a table with incomes on the left and expenditure on the right. Heads that a later page repeats are no rows.
func (p *parser) sides(d *draft, body []line) {
	r := &pair{d: d, numbered: rowNumbers(body)}
	heads := map[string]bool{}
	for i := range body {
		text := body[i].tight()
		if heads[text] {
			continue
		}
		if r.line(&body[i]); len(d.rows) == 0 {
			heads[text] = true
		}
	}
	for i := range d.rows {
		row := &d.rows[i]
		row.Cells = nil
	}
}

// pair reads the lines of a two-sided table.
type pair struct {
	d        *draft
	numbered bool
	lines    [2]int // the last row number on each side
	opening  bool   // 04: the year's opening balance was seen, what follows divides it
	sums     int
}

// rowNumbers reports whether the rows are numbered: names followed by whole numbers that count.
func rowNumbers(body []line) bool {
	n := 0
	for i := range body {
		if strings.Contains(body[i].tight(), "行次") {
			return true
		}
		ws := body[i].words
		for k := 1; k < len(ws); k++ {
			if hasHan(ws[k-1].Text) && isDigits(ws[k].Text) && len(ws[k].Text) <= 2 {
				n++
				break
			}
		}
	}
	return n >= 12
}

var (
	sideFirst = regexp.MustCompile(`^(?:\d[.、]|（一）|财政拨款收入$|一般公共预算财政拨款收入|本年收入)`)
	itemStart = regexp.MustCompile(`^\p{Han}|^[（(“]|^\d\.\p{Han}`)
)

func (r *pair) line(l *line) {
	t := l.tight()
	if strings.HasPrefix(t, "栏次") || unitMark.MatchString(t) || formNumber.MatchString(t) {
		return
	}
	var item *draftRow
	seen := 0
	for i, w := range l.words {
		n, isNumber := amount(w.Text)
		switch {
		case !isNumber && itemStart.MatchString(w.Text):
			if item != nil && len(item.values) == 0 && item.Line == 0 && (joins(item.Name, w.Text) || r.sameCell(l, i)) {
				item.Name = plain(item.Name + w.Text)
				r.key(item)
				continue
			}
			item = r.item(l, w)
			seen++
		case isNumber && r.rowNumber(item, w.Text, seen):
			if item != nil && item.Line == 0 {
				item.Line = atoi(w.Text)
			}
		case isNumber && item != nil:
			item.values = append(item.values, r.d.take(l, w, n))
		case isNumber && len(l.words) <= 4 && n.Places > 0:
			if k := len(r.d.rows); k > 0 && len(r.d.rows[k-1].values) == 0 {
				item = &r.d.rows[k-1]
				item.values = append(item.values, r.d.take(l, w, n))
			}
		}
	}
}

// sameCell reports whether two words of layout text stand so close that they are one name.
func (r *pair) sameCell(l *line, i int) bool {
	return l.grid == 0 && l.placed && i > 0 && l.words[i].X0-l.words[i-1].X1 <= 1
}

// joins recognises 总 计 and the like: a name whose characters are set apart.
func joins(a, b string) bool {
	s := plain(a + b)
	return s == "总计" || s == "合计" || s == "收入" || s == "支出"
}

func atoi(s string) int {
	n := 0
	for _, c := range s {
		n = n*10 + int(c-'0')
	}
	return n
}

// rowNumber tells a row number from an amount.
func (r *pair) rowNumber(item *draftRow, s string, seen int) bool {
	if !r.numbered || !isDigits(s) || len(s) > 2 {
		return false
	}
	n := atoi(s)
	side := 0
	if n == r.lines[1]+1 && r.lines[1] > 0 || seen > 1 || n > r.lines[0]+12 {
		side = 1
	}
	switch {
	case item != nil && item.Line == 0 && len(item.values) == 0:
	case n == r.lines[0]+1 || n == r.lines[1]+1:
	case item == nil:
		return true
	default:
		return false
	}
	r.lines[side] = n
	return true
}

// item begins a row with a name; a name that only goes on with the one above is added to it.
func (r *pair) item(l *line, w Word) *draftRow {
	name := plain(w.Text)
	if len(r.d.rows) == 0 && !enumerator.MatchString(name) && !sideFirst.MatchString(name) {
		return &draftRow{Row: disclosed.Row{Line: -1}}
	}
	if k := len(r.d.rows); k > 0 && len(l.words) <= 2 && !enumerator.MatchString(name) && len([]rune(name)) <= 6 && keyOf(r.d.t.Form, name, r) == "" {
		last := &r.d.rows[k-1]
		last.Name += name
		r.key(last)
		return last
	}
	row := draftRow{}
	row.Parent, row.Level, row.Name, row.Place = -1, disclosed.LevelNone, name, l.place(r.d.t.Label())
	r.key(&row)
	r.d.rows = append(r.d.rows, row)
	return &r.d.rows[len(r.d.rows)-1]
}

func (r *pair) key(row *draftRow) {
	row.Key = keyOf(r.d.t.Form, row.Name, r)
	if row.Key == "in.opening" && r.d.t.Form == disclosed.T04 {
		r.opening = true
	}
	if strings.HasPrefix(row.Key, "fn.") {
		row.Code, row.Full, row.Level = row.Key[3:], row.Key[3:], disclosed.LevelClass
	}
	if row.Key == "" {
		row.Key = "x." + row.Name
	}
}

// rowKeys are the rows of 01 and 04 by the beginning of their names, the special before the general.
var rowKeys = []struct{ name, key string }{
	{"本年收入合计", "in.total"}, {"本年收入小计", "in.total"}, {"收入合计", "in.total"}, {"本年支出合计", "out.total"}, {"本年支出小计", "out.total"}, {"支出合计", "out.total"},
	{"使用非财政拨款结余", "in.used"}, {"使用专用结余", "in.used"}, {"用事业基金弥补", "in.used"}, {"使用非财政拨款", "in.used"},
	{"结余分配", "out.allocation"}, {"年初结转和结余", "in.opening"}, {"年初结转结余", "in.opening"}, {"年初财政拨款结转", "in.opening"}, {"上年结转", "in.opening"},
	{"年末结转和结余", "out.closing"}, {"年末结转结余", "out.closing"}, {"年末财政拨款结转", "out.closing"}, {"结转下年", "out.closing"},
	{"收入总计", "in.sum"}, {"支出总计", "out.sum"},
	{"上级补助收入", "in.superior"}, {"事业收入", "in.business"}, {"经营收入", "in.operating"}, {"附属单位上缴", "in.attached"}, {"附属单位缴款", "in.attached"}, {"其他收入", "in.other"},
	{"财政拨款收入", "in.appropriation"},
}

// keyOf names a row of a two-sided table.
func keyOf(f disclosed.Form, name string, r *pair) string {
	bare := plain(enumerator.ReplaceAllString(name, ""))
	if strings.HasPrefix(bare, "其中") {
		return "sub." + bare
	}
	if bare == "总计" || bare == "合计" {
		r.sums++
		if r.sums%2 == 1 {
			return "in.sum"
		}
		return "out.sum"
	}
	for _, fund := range [][2]string{{"一般公共预算财政拨款", "general"}, {"政府性基金预算财政拨款", "fund"}, {"国有资本经营预算财政拨款", "capital"}} {
		if strings.HasPrefix(bare, fund[0]) && !strings.Contains(bare, "支出") {
			if r.opening {
				return "in.opening." + fund[1]
			}
			return "in." + fund[1]
		}
	}
	for _, k := range rowKeys {
		if strings.HasPrefix(bare, k.name) {
			return k.key
		}
	}
	if code := classByName(bare); code != "" {
		return "fn." + code
	}
	return ""
}

// classNames are the functional classes as the tables of several years name them, by code.
var classNames = []struct{ name, code string }{
	{"一般公共服务支出", "201"}, {"外交支出", "202"}, {"国防支出", "203"}, {"公共安全支出", "204"}, {"教育支出", "205"}, {"科学技术支出", "206"},
	{"文化旅游体育与传媒支出", "207"}, {"文化体育与传媒支出", "207"}, {"社会保障和就业支出", "208"}, {"社会保险基金支出", "209"}, {"卫生健康支出", "210"}, {"医疗卫生与计划生育支出", "210"},
	{"节能环保支出", "211"}, {"城乡社区支出", "212"}, {"农林水支出", "213"}, {"交通运输支出", "214"}, {"资源勘探工业信息等支出", "215"}, {"资源勘探信息等支出", "215"},
	{"商业服务业等支出", "216"}, {"金融支出", "217"}, {"援助其他地区支出", "219"}, {"自然资源海洋气象等支出", "220"}, {"国土海洋气象等支出", "220"}, {"住房保障支出", "221"},
	{"粮油物资储备支出", "222"}, {"国有资本经营预算支出", "223"}, {"灾害防治及应急管理支出", "224"}, {"预备费", "227"}, {"其他支出", "229"}, {"转移性支出", "230"},
	{"债务还本支出", "231"}, {"债务付息支出", "232"}, {"债务发行费用支出", "233"}, {"抗疫特别国债安排的支出", "234"}, {"抗疫特别国债还本支出", "234"},
}

// classByName gives the class of a name; a name cut at the end of a line is recognised by at least five characters that
// begin only one.
func classByName(name string) string {
	name = strings.TrimSuffix(name, "（类）")
	found := ""
	for _, c := range classNames {
		if name == c.name || name == strings.TrimSuffix(c.name, "支出") {
			return c.code
		}
		if len([]rune(name)) >= 5 && strings.HasPrefix(c.name, name) {
			if found != "" && found != c.code {
				return ""
			}
			found = c.code
		}
	}
	return found
}
