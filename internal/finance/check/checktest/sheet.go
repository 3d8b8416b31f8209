package checktest

import (
	"fmt"
	"slices"
	"strings"

	"yichuang/internal/money"
)

// Layout is how a disclosure looks.
type Layout struct {
	Name       string
	RowNumbers bool      // 行次 in 01 and 04, 公开01表 above each table, 栏次
	SanGong    string    // strip, pairs, rows
	Order      []string  // of the tables
	Unit       money.Fen // 万元 or 元
	BlankZero  bool      // nothing is printed as a blank
	Split      bool      // 类 款 项 in columns of their own
	TotalLast  bool      // 合计 below the rows
	Extra      bool      // tables beyond the nine
	Thousands  bool      // 1,234.56
	Style      int       // of the narrative
}

// Sheet is one table as it is printed.
type Sheet struct {
	Form   string
	Title  string
	Number string
	Unit   string
	Head   [][]Head
	Order  []string // 栏次, "" for the columns of names
	Body   [][]string
	Note   string
	Left   int // columns that are text
}

// Head is a cell of the head.
type Head struct {
	Text       string
	Rows, Cols int
}

func head(text string, span ...int) Head {
	h := Head{Text: text, Rows: 1, Cols: 1}
	if len(span) > 0 {
		h.Rows = span[0]
	}
	if len(span) > 1 {
		h.Cols = span[1]
	}
	return h
}

// printer prints amounts in a layout.
type printer struct {
	l *Ledger
	o Layout
}

// fen prints an amount; nothing is "" or 0.00.
func (p printer) fen(v money.Fen) string {
	if v == 0 && p.o.BlankZero {
		return ""
	}
	s := v.WanYuan()
	if p.o.Unit == money.Yuan {
		s = v.Yuan()
	}
	if p.o.Thousands {
		s = thousands(s)
	}
	return s
}

// Sheets prints the tables of a ledger.
func Sheets(l *Ledger, o Layout) []Sheet {
	p := printer{l, o}
	make := map[string]func() Sheet{"T01": p.t01, "T02": p.t02, "T03": p.t03, "T04": p.t04, "T05": p.t05, "T06": p.t06, "T07": p.t07, "T08": p.t08, "T09": p.t09}
	order := o.Order
	if order == nil {
		order = []string{"T01", "T02", "T03", "T04", "T05", "T06", "T07", "T08", "T09"}
	}
	var out []Sheet
	for i, f := range order {
		s := make[f]()
		s.Form = f
		s.Unit = "万元"
		if o.Unit == money.Yuan {
			s.Unit = "元"
		}
		if o.RowNumbers {
			s.Number = fmt.Sprintf("公开%02d表", i+1)
		} else {
			s.Order = nil
		}
		out = append(out, s)
	}
	if o.Extra {
		out = append(out, Sheet{Form: "extra", Title: "国有资产使用情况表", Unit: "万元", Head: [][]Head{{head("项目"), head("数量"), head("金额")}}, Body: [][]string{{"车辆", fmt.Sprint(l.cars[4] + l.cars[7]), "12.30"}, {"房屋", "1", "45.60"}}, Left: 1},
			Sheet{Form: "extra", Title: "部门项目支出情况表", Unit: "万元", Head: [][]Head{{head("项目名称"), head("金额")}}, Body: [][]string{{"某某专项", "9.99"}}, Left: 1})
	}
	return out
}

func (p printer) t01() Sheet {
	l := p.l
	left := [][2]string{}
	for i, k := range []string{"general", "fund", "capital", "superior", "business", "operating", "attached", "other"} {
		name := []string{"一、一般公共预算财政拨款收入", "二、政府性基金预算财政拨款收入", "三、国有资本经营预算财政拨款收入", "四、上级补助收入", "五、事业收入", "六、经营收入", "七、附属单位上缴收入", "八、其他收入"}[i]
		left = append(left, [2]string{name, p.fen(l.income[k])})
	}
	s := Sheet{Title: "收入支出决算总表", Note: "注：本表反映部门本年度的总收支和年末结转结余情况。", Left: 0}
	var right [][2]string
	for i, c := range classes {
		right = append(right, [2]string{ordinal(i+1) + "、" + className(c), p.fen(l.spent(func(e entry) bool { return e.fn[:3] == c }))})
	}
	var opening, closing, income money.Fen
	for _, f := range []string{"general", "fund", "capital", "own"} {
		opening += l.opening[f]
		closing += l.closing[f]
	}
	for _, v := range l.income {
		income += v
	}
	tail := [][4]string{{"本年收入合计", p.fen(income), "本年支出合计", p.fen(l.all())}, {"使用非财政拨款结余（含专用结余）", p.fen(0), "结余分配", p.fen(0)}, {"年初结转和结余", p.fen(opening), "年末结转和结余", p.fen(closing)}, {"总计", p.fen(l.total()), "总计", p.fen(l.total())}}
	s.Body = p.twoSides(left, right, tail)
	s.Head = p.sideHead([]string{"金额"}, []string{"金额"})
	return s
}

// classes are the rows of 01 and 04.
var classes = []string{"201", "202", "203", "204", "205", "206", "207", "208", "210", "211", "212", "213", "214", "215", "216", "217", "219", "220", "221", "222", "223", "224", "229", "231", "232", "234"}

func className(c string) string {
	if n := names[c]; n != "" {
		return n
	}
	return map[string]string{"202": "外交支出", "203": "国防支出", "204": "公共安全支出", "211": "节能环保支出", "214": "交通运输支出", "215": "资源勘探工业信息等支出", "216": "商业服务业等支出", "217": "金融支出", "219": "援助其他地区支出", "220": "自然资源海洋气象等支出",
		"222": "粮油物资储备支出", "224": "灾害防治及应急管理支出", "229": "其他支出", "231": "债务还本支出", "232": "债务付息支出", "234": "抗疫特别国债安排的支出"}[c]
}

func ordinal(n int) string {
	d := []string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	switch {
	case n < 10:
		return d[n]
	case n < 20:
		return "十" + d[n-10]
	}
	return d[n/10] + "十" + d[n%10]
}

// twoSides puts the sides next to each other, with row numbers where the layout has them.
func (p printer) twoSides(left, right [][2]string, tail [][4]string) [][]string {
	var out [][]string
	n := max(len(left), len(right))
	rows := n + len(tail)
	for i := range rows {
		var a, b []string
		switch {
		case i < n:
			x, y := []string{"", ""}, []string{"", ""}
			if i < len(left) {
				x = left[i][:]
			}
			if i < len(right) {
				y = right[i][:]
			}
			a, b = x, y
		default:
			t := tail[i-n]
			a, b = t[:2], t[2:]
		}
		out = append(out, p.sideRow(a, b, i+1, rows+i+1))
	}
	return out
}

func (p printer) sideRow(a, b []string, x, y int) []string {
	if !p.o.RowNumbers {
		return append(append([]string{}, a...), b...)
	}
	out := []string{a[0], fmt.Sprint(x)}
	out = append(out, a[1:]...)
	out = append(out, b[0], fmt.Sprint(y))
	return append(out, b[1:]...)
}

func (p printer) sideHead(left, right []string) [][]Head {
	extra := 0
	if p.o.RowNumbers {
		extra = 1
	}
	first := []Head{head("收入", 1, 1+extra+len(left)), head("支出", 1, 1+extra+len(right))}
	var second []Head
	for _, side := range [][]string{left, right} {
		second = append(second, head("项目"))
		if p.o.RowNumbers {
			second = append(second, head("行次"))
		}
		for _, h := range side {
			second = append(second, head(h))
		}
	}
	return [][]Head{first, second}
}

func (p printer) t04() Sheet {
	l := p.l
	left := [][2]string{{"一、一般公共预算财政拨款", p.fen(l.income["general"])}, {"二、政府性基金预算财政拨款", p.fen(l.income["fund"])}, {"三、国有资本经营预算财政拨款", p.fen(l.income["capital"])}}
	var body [][]string
	funds := []string{"general", "fund", "capital"}
	columns := func(v func(f string) money.Fen) []string {
		var sum money.Fen
		out := []string{""}
		for _, f := range funds {
			sum += v(f)
			out = append(out, p.fen(v(f)))
		}
		out[0] = p.fen(sum)
		return out
	}
	n := len(classes)
	rows := n + 6
	add := func(i int, a []string, name string, b []string) {
		body = append(body, p.sideRow(a, append([]string{name}, b...), i, rows+i))
	}
	for i, c := range classes {
		a := []string{"", ""}
		if i < 3 {
			a = left[i][:]
		}
		add(i+1, a, ordinal(i+1)+"、"+className(c), columns(func(f string) money.Fen {
			return l.spent(func(e entry) bool { return e.fund == f && e.fn[:3] == c })
		}))
	}
	var income, opening money.Fen
	for _, f := range funds {
		income += l.income[f]
		opening += l.opening[f]
	}
	blank := []string{"", "", "", ""}
	add(n+1, []string{"本年收入合计", p.fen(income)}, "本年支出合计", columns(l.fund))
	add(n+2, []string{"年初财政拨款结转和结余", p.fen(opening)}, "年末财政拨款结转和结余", columns(func(f string) money.Fen { return l.closing[f] }))
	add(n+3, []string{"一般公共预算财政拨款", p.fen(l.opening["general"])}, "", blank)
	add(n+4, []string{"政府性基金预算财政拨款", p.fen(l.opening["fund"])}, "", blank)
	add(n+5, []string{"国有资本经营预算财政拨款", p.fen(l.opening["capital"])}, "", blank)
	add(n+6, []string{"总计", p.fen(income + opening)}, "总计", columns(func(f string) money.Fen { return l.fund(f) + l.closing[f] }))
	return Sheet{Title: "财政拨款收入支出决算总表", Body: body, Head: p.sideHead([]string{"金额"}, []string{"合计", "一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款"}), Note: "注：本表反映部门本年度财政拨款的总收支和年末结转结余情况。"}
}

// ladder prints a hierarchical table over the codes that keep accepts.
func (p printer) ladder(keep func(entry) bool, columns func(code string) []money.Fen) [][]string {
	row := func(code, name string) []string {
		var out []string
		switch {
		case p.o.Split && code == "":
			out = []string{name, "", "", ""}
		case p.o.Split:
			parts := []string{code[:3], "", ""}
			if len(code) > 3 {
				parts[1] = code[3:5]
			}
			if len(code) > 5 {
				parts[2] = code[5:]
			}
			out = append(parts, name)
		case code == "":
			out = []string{name, ""}
		default:
			out = []string{code, name}
		}
		for _, v := range columns(code) {
			out = append(out, p.fen(v))
		}
		return out
	}
	total := row("", "合计")
	var body [][]string
	for _, c := range p.l.keys(keep, 3) {
		body = append(body, row(c, names[c]))
		for _, g := range p.l.keys(keep, 5) {
			if !strings.HasPrefix(g, c) {
				continue
			}
			body = append(body, row(g, names[g]))
			for _, i := range p.l.keys(keep, 7) {
				if strings.HasPrefix(i, g) {
					body = append(body, row(i, names[i]))
				}
			}
		}
	}
	if p.o.TotalLast {
		return append(body, total)
	}
	return append([][]string{total}, body...)
}

func (p printer) ladderHead(columns ...string) [][]Head {
	codes := []Head{head("科目代码"), head("科目名称")}
	if p.o.Split {
		codes = []Head{head("类"), head("款"), head("项"), head("科目名称")}
	}
	first := []Head{head("项目", 1, len(codes))}
	for _, c := range columns {
		first = append(first, head(c, 2))
	}
	return [][]Head{first, codes}
}

func numbers(blank, n int) []string {
	out := make([]string, blank)
	for i := range n {
		out = append(out, fmt.Sprint(i+1))
	}
	return out
}

func (p printer) left() int {
	if p.o.Split {
		return 4
	}
	return 2
}

func under(code string) func(entry) bool {
	return func(e entry) bool { return strings.HasPrefix(e.fn, code) }
}

func (p printer) t02() Sheet {
	l := p.l
	own := ""
	for _, k := range []string{"superior", "business", "other"} {
		if l.income[k] != 0 {
			own = k
		}
	}
	// income by code: what was spent there and what was left, less what was brought in, on the first code of each fund
	first := map[string]string{}
	for _, e := range l.entries {
		if first[e.fund] == "" {
			first[e.fund] = e.fn
		}
	}
	at := func(fund, code string) money.Fen {
		sum := l.spent(func(e entry) bool { return e.fund == fund && strings.HasPrefix(e.fn, code) })
		if strings.HasPrefix(first[fund], code) && first[fund] != "" {
			sum += l.closing[fund] - l.opening[fund]
		}
		return sum
	}
	columns := func(code string) []money.Fen {
		a := at("general", code) + at("fund", code) + at("capital", code)
		b := at("own", code)
		out := []money.Fen{a + b, a, 0, 0, 0, 0, 0}
		if k := map[string]int{"superior": 2, "business": 3, "other": 6}[own]; k > 0 {
			out[k] = b
		}
		return out
	}
	return Sheet{Title: "收入决算表", Body: p.ladder(func(entry) bool { return true }, columns), Left: p.left(), Order: numbers(p.left(), 7),
		Head: p.ladderHead("本年收入合计", "财政拨款收入", "上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入"), Note: "注：本表反映部门本年度取得的各项收入情况。"}
}

func (p printer) t03() Sheet {
	columns := func(code string) []money.Fen {
		basic := p.l.spent(func(e entry) bool { return under(code)(e) && !e.project })
		project := p.l.spent(func(e entry) bool { return under(code)(e) && e.project })
		return []money.Fen{basic + project, basic, project, 0, 0, 0}
	}
	return Sheet{Title: "支出决算表", Body: p.ladder(func(entry) bool { return true }, columns), Left: p.left(), Order: numbers(p.left(), 6),
		Head: p.ladderHead("本年支出合计", "基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出"), Note: "注：本表反映部门本年度各项支出情况。"}
}

func (p printer) fundColumns(fund string) func(code string) []money.Fen {
	return func(code string) []money.Fen {
		basic := p.l.spent(func(e entry) bool { return e.fund == fund && under(code)(e) && !e.project })
		project := p.l.spent(func(e entry) bool { return e.fund == fund && under(code)(e) && e.project })
		return []money.Fen{basic + project, basic, project}
	}
}

func (p printer) t05() Sheet {
	return Sheet{Title: "一般公共预算财政拨款支出决算表", Body: p.ladder(func(e entry) bool { return e.fund == "general" }, p.fundColumns("general")), Left: p.left(), Order: numbers(p.left(), 3),
		Head: p.ladderHead("小计", "基本支出", "项目支出"), Note: "注：本表反映部门本年度一般公共预算财政拨款支出情况。"}
}

func (p printer) t07() Sheet {
	s := Sheet{Title: "政府性基金预算财政拨款收入支出决算表", Left: p.left(), Order: numbers(p.left(), 6), Note: "注：本表反映部门本年度政府性基金预算财政拨款收入、支出及结转和结余情况。",
		Head: p.ladderHead("年初结转和结余", "本年收入", "本年支出小计", "基本支出", "项目支出", "年末结转和结余")}
	if p.l.fund("fund") == 0 {
		s.Note += "本部门没有政府性基金预算财政拨款收入支出，故本表无数据。"
		return s
	}
	plain := p.fundColumns("fund")
	s.Body = p.ladder(func(e entry) bool { return e.fund == "fund" }, func(code string) []money.Fen {
		v := plain(code)
		return []money.Fen{p.l.opening["fund"], p.l.income["fund"], v[0], v[1], v[2], p.l.closing["fund"]}
	})
	return s
}

func (p printer) t08() Sheet {
	s := Sheet{Title: "国有资本经营预算财政拨款支出决算表", Left: p.left(), Order: numbers(p.left(), 3), Note: "注：本表反映部门本年度国有资本经营预算财政拨款支出情况。", Head: p.ladderHead("合计", "基本支出", "项目支出")}
	if p.l.fund("capital") == 0 {
		s.Note += "本部门没有国有资本经营预算财政拨款支出，故本表无数据。"
		return s
	}
	s.Body = p.ladder(func(e entry) bool { return e.fund == "capital" }, p.fundColumns("capital"))
	return s
}

func (p printer) t06() Sheet {
	blocks := [][]string{{}, {}}
	amount := func(code string) string {
		return p.fen(p.l.spent(func(e entry) bool { return !e.project && e.econ != "" && strings.HasPrefix(e.econ, code) }))
	}
	for _, b := range []struct {
		block   int
		classes []string
	}{{0, []string{"301", "303"}}, {1, []string{"302", "310"}}} {
		for _, c := range b.classes {
			for _, code := range econOrder(c) {
				blocks[b.block] = append(blocks[b.block], code, econNames[code], amount(code))
			}
		}
	}
	var body [][]string
	for i := 0; i < max(len(blocks[0]), len(blocks[1])); i += 3 {
		row := []string{"", "", "", "", "", ""}
		for b := range blocks {
			if i < len(blocks[b]) {
				copy(row[b*3:], blocks[b][i:i+3])
			}
		}
		body = append(body, row)
	}
	body = append(body, []string{"人员经费合计", "", p.fen(p.l.people()), "公用经费合计", "", p.fen(p.l.office())})
	return Sheet{Title: "一般公共预算财政拨款基本支出决算明细表", Body: body, Note: "注：本表反映部门本年度一般公共预算财政拨款基本支出明细情况。",
		Head: [][]Head{{head("人员经费", 1, 3), head("公用经费", 1, 3)}, {head("科目代码"), head("科目名称"), head("决算数"), head("科目代码"), head("科目名称"), head("决算数")}}}
}

func econOrder(class string) []string {
	var out []string
	for code := range econNames {
		if strings.HasPrefix(code, class) {
			out = append(out, code)
		}
	}
	slices.Sort(out)
	return out
}

func (p printer) t09() Sheet {
	s := Sheet{Title: "财政拨款“三公”经费支出决算表", Note: "注：本表反映部门本年度财政拨款“三公”经费支出预决算情况。"}
	v := p.l.sangong
	empty := v[0] == 0 && v[6] == 0
	if empty {
		s.Note += "本部门没有财政拨款“三公”经费支出，故本表无数据。"
	}
	items := []string{"合计", "因公出国（境）费", "小计", "公务用车购置费", "公务用车运行维护费", "公务接待费"}
	switch p.o.SanGong {
	case "rows":
		s.Head = [][]Head{{head("项目"), head("预算数"), head("决算数")}}
		s.Left = 1
		for i, n := range []string{"合计", "1.因公出国（境）费", "2.公务用车购置及运行维护费", "（1）公务用车购置费", "（2）公务用车运行维护费", "3.公务接待费"} {
			s.Body = append(s.Body, []string{n, p.fen(v[i]), p.fen(v[i+6])})
		}
		return s
	case "pairs":
		top := []Head{head("合计", 2, 2), head("因公出国（境）费", 2, 2), head("公务用车购置及运行维护费", 1, 6), head("公务接待费", 2, 2)}
		s.Head = [][]Head{top, {head("小计", 1, 2), head("公务用车购置费", 1, 2), head("公务用车运行维护费", 1, 2)}, {}}
		var row []string
		for i := range items {
			s.Head[2] = append(s.Head[2], head("预算数"), head("决算数"))
			row = append(row, p.fen(v[i]), p.fen(v[i+6]))
		}
		s.Body = [][]string{row}
	default:
		s.Head = [][]Head{{head("预算数", 1, 6), head("决算数", 1, 6)}, {}, {}}
		var row []string
		for h := range 2 {
			s.Head[1] = append(s.Head[1], head("合计", 2), head("因公出国（境）费", 2), head("公务用车购置及运行维护费", 1, 3), head("公务接待费", 2))
			s.Head[2] = append(s.Head[2], head("小计"), head("公务用车购置费"), head("公务用车运行维护费"))
			for i := range items {
				row = append(row, p.fen(v[h*6+i]))
			}
		}
		s.Body = [][]string{row}
		s.Order = numbers(0, 12)
	}
	if empty {
		s.Body = nil
	}
	return s
}
