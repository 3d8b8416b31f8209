package reader

import (
	"strings"

	"yichuang/internal/finance/disclosed"
)

// findColumns learns which column of the page is which of the form: from the heads of a grid, or from the row 栏次 of text
// that keeps its gaps.
func (d *draft) findColumns(body []line) {
	for i := range body {
		l := &body[i]
		d.count(l)
		d.past = d.past || isRow(l)
		if strings.HasPrefix(l.tight(), "栏次") && l.placed && l.grid == 0 && d.t.Form != disclosed.T01 && d.t.Form != disclosed.T04 {
			if a := anchors(l); len(a) == d.t.Columns {
				d.anchors = a
			}
		}
	}
	if heads := headsOf(body); len(heads) > 0 {
		d.columns = map[int]int{}
		for col, h := range heads {
			if n := canonical(d.t.Form, h, d.side(heads, col)); n > 0 {
				d.columns[col] = n
			}
		}
		d.check(heads)
	}
}

// oddHeads are words over columns that the form does not have.
var oddHeads = map[disclosed.Form][]string{
	disclosed.T02: {"教育收费", "其中"}, disclosed.T03: {"其中"}, disclosed.T05: {"年初", "年末", "本年收入", "预算数", "其中"}, disclosed.T07: {"人员经费"}, disclosed.T01: {"预算数"}, disclosed.T04: {"预算数"},
}

// count notes what the head says about the columns.
func (d *draft) count(l *line) {
	t := l.tight()
	if strings.HasPrefix(t, "栏次") && d.t.Form != disclosed.T01 && d.t.Form != disclosed.T04 && d.t.Form != disclosed.T06 {
		for _, w := range l.words {
			if isDigits(w.Text) {
				d.heads++
			}
		}
	}
	if len(d.rows) > 0 || isRow(l) || strings.HasPrefix(t, "合计") && hasAmount(*l) {
		return
	}
	for _, w := range oddHeads[d.t.Form] {
		if strings.Contains(t, w) && !isRow(l) && !hasAmount(*l) && l.grid == 0 && len([]rune(t)) < 80 && !d.past {
			d.doubt = true
		}
	}
	if d.t.Form == disclosed.T08 && (strings.Contains(t, "年初") || strings.Contains(t, "本年收入")) && !d.past {
		d.wide = true
	}
}

// anchors are the middles of the column numbers 1 2 3 of a row.
func anchors(l *line) []int {
	var out []int
	for _, w := range l.words {
		if isDigits(w.Text) {
			out = append(out, (w.X0+w.X1)/2)
		}
	}
	return out
}

// nearest gives the number of the anchor next to x, or 0 where two are about as near.
func nearest(anchors []int, x int) int {
	best, second, at := 1<<30, 1<<30, 0
	for i, a := range anchors {
		d := a - x
		if d < 0 {
			d = -d
		}
		if d < best {
			best, second, at = d, best, i+1
		} else if d < second {
			second = d
		}
	}
	if best*3 > second*2 {
		return 0
	}
	return at
}

// headsOf joins, for each column of a grid, the texts of the head rows over it: from the outermost to the innermost.
func headsOf(body []line) map[int][]string {
	out := map[int][]string{}
	for i := range body {
		l := &body[i]
		if l.over == nil {
			if l.grid == 0 && len(out) == 0 && i < 30 {
				continue
			}
			break
		}
		if isRow(l) {
			break
		}
		for c, s := range l.over {
			s = plain(s)
			if s == "" || isDigits(s) || len(out[c]) > 0 && out[c][len(out[c])-1] == s {
				continue
			}
			out[c] = append(out[c], s)
		}
	}
	return out
}

// isRow tells the first row of a grid's body from its head.
func isRow(l *line) bool {
	t := l.tight()
	if strings.HasPrefix(t, "栏次") {
		return false
	}
	if rowCode.MatchString(t) || hasAmount(*l) {
		return true
	}
	first := ""
	if len(l.words) > 0 {
		first = plain(l.words[0].Text)
	}
	return enumerator.MatchString(first) || (first == "合计" || first == "总计") && len(l.words) > 0 && l.words[0].X0 == 0 && len(l.words) == 1
}

// side tells which half of a two-sided table a column belongs to: 0 left, 1 right.
func (d *draft) side(heads map[int][]string, col int) int {
	for i := range heads[col] {
		switch s := heads[col][i]; {
		case s == "收入":
			return 0
		case s == "支出":
			return 1
		}
	}
	projects := 0
	for c := 0; c <= col; c++ {
		if h := heads[c]; len(h) > 0 && strings.HasPrefix(h[len(h)-1], "项目") && !strings.Contains(h[len(h)-1], "项目支出") {
			projects++
		}
	}
	return max(0, projects-1)
}

// check notes columns of numbers that the form does not know; the sums over columns are then not judged.
func (d *draft) check(heads map[int][]string) {
	for col, h := range heads {
		last := h[len(h)-1]
		if _, known := d.columns[col]; !known && !isLabelHead(last) && d.t.Form != disclosed.T06 {
			d.doubt = true
		}
	}
}

// isLabelHead recognises the heads over names, codes and row numbers.
func isLabelHead(s string) bool {
	for _, w := range []string{"科目", "编码", "代码", "名称", "行次", "项目", "类", "款", "项", "栏次", "序号", "备注", "注", "次", "单位", "部门", "公开"} {
		if strings.HasPrefix(s, w) || strings.HasSuffix(s, w) {
			return true
		}
	}
	return false
}

// canonical reads a column's head as a column of the form; 0 where it is none.
func canonical(f disclosed.Form, head []string, side int) int {
	last := head[len(head)-1]
	all := strings.Join(head, "·")
	switch f {
	case disclosed.T01:
		if strings.Contains(last, "金额") || strings.Contains(last, "决算") {
			return 1 + side
		}
	case disclosed.T02:
		return first(last, all, "附属单位:6", "上级补助:3", "事业收入:4", "经营收入:5", "其他收入:7", "财政拨款:2", "合计:1")
	case disclosed.T03:
		return first(last, all, "附属单位:6", "上缴上级:4", "经营支出:5", "基本支出:2", "项目支出:3", "合计:1")
	case disclosed.T04:
		if side == 0 {
			if strings.Contains(last, "金额") || strings.Contains(last, "决算") {
				return 1
			}
			return 0
		}
		return first(last, all, "一般公共:3", "政府性基金:4", "国有资本:5", "合计:2", "小计:2")
	case disclosed.T05, disclosed.T08:
		return first(last, all, "基本支出:2", "项目支出:3", "合计:1", "小计:1", "本年支出:1")
	case disclosed.T07:
		return first(last, all, "年初:1", "上年结转:1", "年末:6", "结转下年:6", "本年收入:2", "基本支出:4", "项目支出:5", "合计:3", "小计:3", "本年支出:3")
	case disclosed.T09:
		return sanGongColumn(head)
	}
	return 0
}

// first gives the number of the first word that the innermost head contains, else of the first that any head contains.
func first(last, all string, words ...string) int {
	for _, text := range []string{last, all} {
		for _, w := range words {
			word, n, _ := strings.Cut(w, ":")
			if strings.Contains(text, word) {
				return int(n[0] - '0')
			}
		}
	}
	return 0
}

// sanGongColumn reads a head of 09表: 预算数 or 决算数 above or below the item.
func sanGongColumn(head []string) int {
	base, item := 0, 0
	for _, h := range head {
		if strings.Contains(h, "决算数") || h == "决算" {
			base = 6
		}
	}
	for i := len(head) - 1; i >= 0 && item == 0; i-- {
		h := head[i]
		switch {
		case strings.Contains(h, "出国"):
			item = 2
		case strings.Contains(h, "购置及运行") || strings.Contains(h, "购置和运行") || strings.Contains(h, "小计"):
			item = 3
		case strings.Contains(h, "购置"):
			item = 4
		case strings.Contains(h, "运行"):
			item = 5
		case strings.Contains(h, "接待"):
			item = 6
		case strings.Contains(h, "合计") || strings.Contains(h, "三公"):
			item = 1
		}
	}
	if item == 0 {
		return 0
	}
	return base + item
}
