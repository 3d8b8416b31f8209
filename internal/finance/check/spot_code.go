package check

import (
	"fmt"
	"slices"
	"strings"

	"yichuang/internal/finance/disclosed"
	"yichuang/internal/finance/fiscal"
)

// ladders are the tables by functional codes.
func (s *scope) ladders() []*Table { return []*Table{s.T02, s.T03, s.T05, s.T07, s.T08} }

// ShortCodes finds codes of the wrong length: one finding for the functional tables, one for 06表.
func (s *scope) ShortCodes() []*Spot {
	var out []*Spot
	func_ := &Spot{}
	var stated, whole []string
	for _, t := range s.ladders() {
		for _, r := range t.rows {
			if r.Code == "" || fiscal.Func.Shaped(r.Code) {
				continue
			}
			func_.Places = append(func_.Places, r.At)
			stated = appendNew(stated, r.Code)
			if r.Full != r.Code {
				whole = appendNew(whole, r.Full)
			}
		}
	}
	if len(func_.Places) > 0 {
		func_.Stated, func_.Computed = strings.Join(stated, "/"), strings.Join(whole, "/")
		func_.Text = fmt.Sprintf("功能分类科目代码应为3、5、7位，有%d处不是（%s），疑被截断%s", len(func_.Places), func_.Stated, s.doubled())
		out = append(out, func_)
	}
	econ := &Spot{}
	stated = nil
	for _, r := range s.T06.rows {
		if r.Level == "款" && len(r.Code) != 5 && r.Code != "" {
			econ.Places = append(econ.Places, r.At)
			stated = appendNew(stated, r.Code)
		}
	}
	if len(econ.Places) > 0 {
		econ.Stated, econ.Computed = strings.Join(stated, "/"), "5位款级代码（30101…39999）"
		econ.Text = fmt.Sprintf("%s 款级科目代码应为5位，有%d行印成类码", s.T06.Label, len(econ.Places))
		out = append(out, econ)
	}
	return out
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// doubled says which cut codes came out alike.
func (s *scope) doubled() string {
	var twice []string
	for _, t := range s.ladders() {
		seen := map[string]bool{}
		for _, r := range t.rows {
			if len(r.Code) == 6 && seen[r.Code] {
				twice = appendNew(twice, r.Code)
			}
			seen[r.Code] = true
		}
	}
	if len(twice) == 0 {
		return ""
	}
	return "，截断后" + strings.Join(twice, "、") + "重复"
}

// DoubleCodes finds whole codes that a table prints twice. A row repeated where a page breaks is not meant.
func (s *scope) DoubleCodes() []*Spot {
	var out []*Spot
	for _, t := range s.ladders() {
		seen := map[string]*Row{}
		for _, r := range t.rows {
			if !fiscal.Func.Shaped(r.Code) {
				continue
			}
			if first := seen[r.Code]; first != nil && first.C1.V != r.C1.V {
				p := at(first.At, t.Label, r.Code, "")
				p.Places = append(p.Places, r.At)
				out = append(out, p)
			}
			seen[r.Code] = r
		}
	}
	return out
}

// alike compares names of subjects: brackets and 支出 at the end do not count.
func alike(a, b string) bool {
	trim := func(s string) string {
		s = bare.Replace(s)
		return strings.TrimSuffix(strings.TrimSuffix(s, "支出"), "费")
	}
	return trim(a) == trim(b)
}

// UnknownCodes finds codes whose name is another in the year's dictionary.
func (s *scope) UnknownCodes() []*Spot {
	dict := s.run.opt.Dictionary
	if dict == nil || dict.BaseYear != s.run.doc.Year {
		return unknown("没有这一年度的科目表")
	}
	var out []*Spot
	look := func(scheme fiscal.Scheme, r *Row) {
		v, ok := dict.Find(scheme, r.Full)
		if !ok || !v.Confirmed || r.Name == "" || r.wrapped || alike(v.Name, r.Name) || strings.HasPrefix(v.Name, r.Name) || strings.HasSuffix(v.Name, r.Name) {
			return
		}
		out = append(out, at(r.At, r.Table+" "+r.Full, r.Name, v.Name))
	}
	for _, t := range s.ladders() {
		for _, r := range t.rows {
			look(fiscal.Func, r)
		}
	}
	for _, r := range s.T06.rows {
		if len(r.Full) == 5 {
			look(fiscal.Econ, r)
		}
	}
	return out
}

// named is where a code stands with a name.
type named struct {
	name string
	at   disclosed.Place
}

func (s *scope) names() (codes []string, by map[string][]named) {
	by = map[string][]named{}
	for _, t := range s.ladders() {
		for _, r := range t.rows {
			if r.Full == "" || r.Name == "" || r.wrapped || len(r.Full) != 3 && len(r.Full) != 5 && len(r.Full) != 7 {
				continue
			}
			if by[r.Full] == nil {
				codes = append(codes, r.Full)
			}
			by[r.Full] = append(by[r.Full], named{bracketed.Replace(r.Name), r.At})
		}
	}
	return codes, by
}

// CutNames finds names that are the beginning of a longer name of the same code.
func (s *scope) CutNames() []*Spot {
	codes, by := s.names()
	var out []*Spot
	for _, code := range codes {
		longest := ""
		for _, n := range by[code] {
			if len(n.name) > len(longest) {
				longest = n.name
			}
		}
		p := &Spot{Text: code, Computed: longest}
		var cut []string
		for _, n := range by[code] {
			if n.name != longest && strings.HasPrefix(longest, n.name) {
				p.Places = append(p.Places, n.at)
				cut = appendNew(cut, n.name)
			}
		}
		if len(p.Places) > 0 {
			p.Stated = strings.Join(cut, " / ")
			out = append(out, p)
		}
	}
	return out
}

// NamesDiffer finds codes whose names differ otherwise.
func (s *scope) NamesDiffer() []*Spot {
	codes, by := s.names()
	var out []*Spot
	for _, code := range codes {
		first := by[code][0]
		for _, n := range by[code][1:] {
			if strings.HasPrefix(n.name, first.name) || strings.HasPrefix(first.name, n.name) || alike(n.name, first.name) {
				continue
			}
			p := at(first.at, code, first.name+" / "+n.name, "")
			p.Places = append(p.Places, n.at)
			out = append(out, p)
			break
		}
	}
	return out
}

// within reports whether all characters of short stand in long in the same order.
func withinName(short, long string) bool {
	rs := []rune(short)
	i := 0
	for _, r := range long {
		if i < len(rs) && rs[i] == r {
			i++
		}
	}
	return i == len(rs)
}

// variants reports whether two names are likely one: the shorter is the longer with up to three characters left out.
func variants(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	return len(x) >= 5 && len(y)-len(x) >= 1 && len(y)-len(x) <= 3 && string(x[:2]) == string(y[:2]) && withinName(string(x), string(y))
}

// OrgVariants finds names of the organisation that differ by a few characters.
func (s *scope) OrgVariants() []*Spot {
	var list []named
	note := func(name string, p disclosed.Place) {
		name = strings.Trim(strings.ReplaceAll(name, " ", ""), "：:（）()")
		if name != "" && !slices.ContainsFunc(list, func(n named) bool { return n.name == name }) {
			list = append(list, named{name, p})
		}
	}
	note(s.run.doc.Org, disclosed.Place{At: "封面、表头"})
	for _, t := range s.run.doc.Tables {
		if t.Org != "" {
			note(t.Org, t.Place)
		}
	}
	for _, a := range s.run.doc.Annexes {
		for _, n := range []string{a.Implementer, a.Supervisor} {
			note(n, a.Place)
		}
	}
	return pairs(list)
}

// pairs makes one finding of the names that are variants of another.
func pairs(list []named) []*Spot {
	out := &Spot{}
	var names []string
	for i, a := range list {
		for _, b := range list[i+1:] {
			if a.name != "" && b.name != "" && variants(a.name, b.name) {
				names = appendNew(appendNew(names, a.name), b.name)
				out.Places = append(out.Places, a.at, b.at)
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	out.Stated = strings.Join(names, " / ")
	out.Text = out.Stated
	out.Computed = "统一用一个全称"
	return []*Spot{out}
}

// ProjectVariants finds names of projects that differ by a few characters.
func (s *scope) ProjectVariants() []*Spot {
	var list []named
	note := func(name string, p disclosed.Place) {
		if name = projectName(name); name != "" && !slices.ContainsFunc(list, func(n named) bool { return n.name == name }) {
			list = append(list, named{name, p})
		}
	}
	for _, c := range s.run.claims {
		if strings.HasPrefix(c.Subject, "绩效:") && c.Part == string(disclosed.Results) {
			note(c.Words, c.At)
		}
	}
	for _, a := range s.run.doc.Annexes {
		note(a.Project, a.Place)
	}
	return pairs(list)
}

// projectName takes the year and the word 项目 off a project's name.
func projectName(s string) string {
	s = strings.Trim(strings.ReplaceAll(s, " ", ""), "“”《》")
	if len(s) > 4 && strings.HasPrefix(s, "20") {
		s = strings.TrimLeft(s, "0123456789")
		s = strings.TrimPrefix(strings.TrimPrefix(s, "年度"), "年")
	}
	return strings.TrimSuffix(s, "项目")
}

// bare takes signs out of a name.
var bare = strings.NewReplacer("（", "", "）", "", "(", "", ")", "", "、", "", " ", "", "“", "", "”", "")
