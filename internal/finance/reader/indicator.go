package reader

import (
	"regexp"
	"strings"

	"yichuang/internal/finance/disclosed"
)

const (
	num  = `(-?\d+(?:\.\d+)?)`
	unit = `(%|\p{Han}(?:\s?\p{Han}){0,3})?`
)

var (
	band      = regexp.MustCompile(`(?:1\s?0\s?0|[5-9]\s?0)\s?%\s?-\s?(?:[5-8]\s?0\s?%?\s?[（(]\s?含\s?[）)]|0\s?%)`)
	measuredR = regexp.MustCompile(`(<=|>=|≤|≥|＜＝|＞＝|<|>|=)\s*` + num + `\s*` + unit + `\s+` + num + `\s*` + unit + `\s*` + num + `\s*` + unit + `\s+` + num + `(%?)\s+` + num + `(?:\s|$)`)
	judgedR   = regexp.MustCompile(`【([^】]*)】\s*` + num + `\s*` + unit + `\s+` + num + `(%?)\s+` + num + `(?:\s|$)`)
	spaces    = regexp.MustCompile(`\s+`)
)

// indicators reads the rows of indicators out of the text of a table, whose cells may be wrapped over many lines: a row is
// its target with the numbers behind it, and its name is what stands before.
func (p *parser) indicators(a *disclosed.Annex, body []line, all string) {
	start := headEnd.FindStringIndex(spaces.ReplaceAllString(all, ""))
	if start == nil || !strings.Contains(spaces.ReplaceAllString(all, ""), "完成率") {
		return
	}
	from := strings.Index(all, "指标")
	marked := band.ReplaceAllStringFunc(all[from:], func(s string) string { return "【" + plain(s) + "】" + strings.Repeat("\n", strings.Count(s, "\n")) })
	first := strings.Count(all[:from], "\n")
	if k := strings.Index(marked, "总分"); k >= 0 {
		marked = marked[:k]
	}
	rows := &indicatorRows{a: a, body: body, first: first}
	at := 0
	for at < len(marked) {
		m, j := measuredR.FindStringSubmatchIndex(marked[at:]), judgedR.FindStringSubmatchIndex(marked[at:])
		switch {
		case m == nil && j == nil:
			return
		case j == nil || m != nil && m[0] < j[0]:
			rows.measured(marked, at, m)
			at += m[1]
		default:
			rows.judged(marked, at, j)
			at += j[1]
		}
	}
}

type indicatorRows struct {
	a     *disclosed.Annex
	body  []line
	first int
	class string
	group string
}

// measured adds a row with a number for a target.
func (r *indicatorRows) measured(s string, at int, m []int) {
	g := func(i int) string { return group(s[at:], m, i) }
	in := r.row(s, at, m[0], "")
	in.Op = opOf(g(1))
	in.TargetText = plain(g(1) + g(2) + g(3))
	in.ActualText = g(4)
	cell := func(i int, what string) disclosed.Cell { return cellOf(g(i), at2(in.Place, what)) }
	in.Target, in.Actual, in.Weight = cell(2, "指标值"), cell(4, "实际完成值"), cell(6, "分值")
	in.Unit = spaces.ReplaceAllString(g(5)+g(7), "")
	in.Completion, in.Score = cellOf(g(8)+g(9), at2(in.Place, "完成率")), cell(10, "得分")
	r.a.Indicators = append(r.a.Indicators, in)
}

// judged adds a row with a judgement for a target.
func (r *indicatorRows) judged(s string, at int, m []int) {
	g := func(i int) string { return group(s[at:], m, i) }
	before := s[at : at+m[0]]
	target, upto := "", m[0]
	if k := strings.LastIndex(before, "\n"); k >= 0 && strings.TrimSpace(before[k:]) != "" {
		target, upto = strings.TrimSpace(before[k:]), k
		if f := strings.Fields(target); r.body[0].grid > 0 && len(f) > 1 {
			target = f[len(f)-1]
			upto = strings.LastIndex(before, target)
		}
	}
	in := r.row(s, at, upto, target)
	in.Op, in.ActualText = disclosed.Quality, g(1)
	in.Weight = cellOf(g(2), at2(in.Place, "分值"))
	in.Completion, in.Score = cellOf(g(4)+g(5), at2(in.Place, "完成率")), cellOf(g(6), at2(in.Place, "得分"))
	r.a.Indicators = append(r.a.Indicators, in)
}

func at2(p disclosed.Place, what string) disclosed.Place {
	p.At += " " + what
	return p
}

func opOf(s string) disclosed.Op {
	switch s {
	case "<=", "≤", "<", "＜＝":
		return disclosed.AtMost
	case "=":
		return disclosed.Exactly
	}
	return disclosed.AtLeast
}

// classes and groups of the two usual frames of indicators; a name is what is left when they are taken off.
var (
	indicatorClass = regexp.MustCompile(`^(成本指标|产出指标|效益指标|满意度指标|部门管理|履职效果|能力建设|运行成本|管理效率|社会效应|可持续发展能力)`)
	indicatorGroup = regexp.MustCompile(`^(经济成本指标|社会成本指标|生态环境成本指标|数量指标|质量指标|时效指标|成本指标|经济效益指标|社会效益指标|生态效益指标|可持续影响指标|服务对象满意度指标|服务对象满意度|满意度指标|资金投入|财务管理|采购管理|人员管理|重点工作管理|资产管理|部门履职目标|部门效果目标|社会影响|长效管理|人力资源建设|档案管理|组织建设|信息化建设|业务管理)`)
	headWords      = regexp.MustCompile(`^(?:绩效目标|绩效指标|评价指标|一级指标?|二级指标?|三级指标?|指标值?|年度指标值?|实际完成值|实际完|成值|单位|分值|完成率?|得分|未完成原因分析|率)+`)
)

// row names a row by the words between the row before and its target.
func (r *indicatorRows) row(s string, at, upto int, target string) disclosed.Indicator {
	words := strings.Fields(s[at:min(len(s), max(at, at+upto))])
	words = r.reason(words)
	name := headWords.ReplaceAllString(plain(strings.Join(words, "")), "")
	if k := strings.LastIndex(name, "未完成原因分析"); k >= 0 {
		name = name[k+len("未完成原因分析"):]
	}
	for _, h := range []string{"绩效目标", "绩效指标"} {
		name = strings.TrimPrefix(name, h)
	}
	if m := indicatorClass.FindString(name); m != "" && name != m {
		r.class, r.group, name = m, "", strings.TrimPrefix(name, m)
	}
	if m := indicatorGroup.FindString(name); m != "" && name != m && m != r.group {
		r.group, name = m, strings.TrimPrefix(name, m)
	}
	k := r.first + strings.Count(s[:at+upto], "\n")
	in := disclosed.Indicator{Class: r.class, Group: r.group, Name: name, TargetText: plain(target)}
	in.Place = r.body[min(k, len(r.body)-1)].place(strings.TrimSpace(r.a.Label + " " + name))
	return in
}

// reason takes off the words of the row before, which a narrow column sets one character to a line.
func (r *indicatorRows) reason(words []string) []string {
	n := 0
	for n < len(words) && len([]rune(words[n])) == 1 {
		n++
	}
	if n >= 2 {
		return words[n:]
	}
	return words
}
