package check

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"yichuang/internal/finance/disclosed"
)

// RulesForReverse finds that a document computes the completion of 不超过 in two ways: A/T here, 2−A/T there.
func (s *scope) RulesForReverse() []*Spot {
	out := &Spot{}
	kinds := map[string]bool{}
	var texts []string
	for _, i := range s.Indicators() {
		if i.Op != "le" || i.Completion.Blank || i.Target.Blank || i.Target.V == 0 || i.Actual.V == i.Target.V {
			continue
		}
		kind := ""
		switch {
		case s.Near(i.Completion, s.Ratio(i)):
			kind = "A/T"
		case s.Near(i.Completion, s.Uncapped(i)):
			kind = "2−A/T"
		default:
			continue
		}
		kinds[kind] = true
		texts = append(texts, i.In.Label+" "+i.Name+" "+kind+"="+strings.TrimSuffix(i.Completion.Text, "%")+"%")
		out.Places = append(out.Places, i.At)
	}
	if len(kinds) < 2 {
		return nil
	}
	out.Text, out.Stated, out.Computed = strings.Join(texts, "；"), strings.Join(texts, "；"), "同一算法"
	return []*Spot{out}
}

// MixedRates finds tables whose rates of completion are printed in several ways.
func (s *scope) MixedRates() []*Spot {
	var out []*Spot
	for _, a := range s.Annexes() {
		kinds := map[string]string{}
		for _, i := range a.Indicators {
			t := i.Completion.Text
			if t == "" {
				continue
			}
			kind := strconv.Itoa(i.Completion.Places) + strconv.FormatBool(strings.HasSuffix(t, "%"))
			if kinds[kind] == "" {
				kinds[kind] = t
			}
		}
		if hasMixed(kinds) {
			list := []string{}
			for _, t := range kinds {
				list = append(list, t)
			}
			slices.Sort(list)
			out = append(out, at(a.At, a.Label, strings.Join(list, " / "), ""))
		}
	}
	return out
}

// hasMixed: with and without the sign of percent.
func hasMixed(kinds map[string]string) bool {
	with, without := false, false
	for k := range kinds {
		if strings.HasSuffix(k, "true") {
			with = true
		} else {
			without = true
		}
	}
	return with && without
}

var (
	planned  = regexp.MustCompile(`(?:预算内)?已编制(?:项目)?(?:资金|预算)(\d+(?:\.\d+)?)万元|年初预算(?:安排)?(?:资金)?(\d+(?:\.\d+)?)万元`)
	annexNo  = regexp.MustCompile(`^附件\d+-(\d+)$`)
	problems = regexp.MustCompile(`(?:存在的?(?:主要)?问题|发现的主要问题)`)
)

// tableOf is the table of performance that belongs to a report by the number behind the dash.
func (s *scope) tableOf(label string) *Annex {
	m := annexNo.FindStringSubmatch(label)
	if m == nil {
		return nil
	}
	for _, a := range s.Annexes("项目") {
		if t := annexNo.FindStringSubmatch(a.Label); t != nil && t[1] == m[1] {
			return a
		}
	}
	return nil
}

// AnnexPlans finds reports that state another budget at the year's beginning than the table.
func (s *scope) AnnexPlans() []*Spot {
	var out []*Spot
	for _, sec := range s.run.doc.Sections {
		if sec.Part != disclosed.Annexed {
			continue
		}
		a := s.tableOf(sec.Annex)
		m := planned.FindStringSubmatch(sec.Text)
		if a == nil || m == nil {
			continue
		}
		n, ok := disclosed.ParseNumber(m[1] + m[2])
		initial := s.FundOf(a, "年度资金总额").Initial
		if ok && initial.Missing == "" && !initial.Blank && n.Micro != initial.V {
			p := at(sec.Place, sec.Title(), n.String(), initial.Text)
			p.Places = append(p.Places, a.At)
			out = append(out, p)
		}
	}
	return out
}

// talks groups what is said of the score of each project: in the text, in its report, in its table.
func (s *scope) talks() map[string][]*Claim {
	out := map[string][]*Claim{}
	for _, c := range s.run.claims {
		if !strings.HasPrefix(c.Subject, "绩效:") {
			continue
		}
		name := projectName(c.Words)
		if a := s.tableOf(c.Words); a != nil {
			name = projectName(a.Project)
		}
		if c.Part == string(disclosed.Annexed) && s.tableOf(c.c.Section.Annex) == nil {
			continue
		}
		key := name
		for k := range out {
			if k == name || variants(k, name) {
				key = k
			}
		}
		out[key] = append(out[key], c)
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// ScoreVariants finds one score written in several ways.
func (s *scope) ScoreVariants() []*Spot {
	talks := s.talks()
	var out []*Spot
	for _, name := range sortedKeys(talks) {
		p := &Spot{}
		var seen []string
		best := 0
		note := func(text string, places int, where disclosed.Place) {
			seen = appendNew(seen, text)
			p.Places = append(p.Places, where)
			if places > best {
				best, p.Computed = places, text
			}
		}
		for _, c := range talks[name] {
			for _, f := range c.c.Facts {
				if f.Metric == disclosed.Score {
					note(f.Value.String(), f.Value.Places, c.At)
				}
			}
		}
		for _, a := range s.Annexes("项目") {
			if n := projectName(a.Project); (n == name || variants(n, name)) && !a.Score.Blank {
				note(a.Score.Text, a.Score.Places, a.At)
			}
		}
		if distinct(seen) > 1 {
			p.Text, p.Stated = name, strings.Join(seen, "、")
			out = append(out, p)
		}
	}
	return out
}

// distinct counts different numbers.
func distinct(list []string) int {
	seen := map[int64]bool{}
	for _, s := range list {
		if n, ok := disclosed.ParseNumber(s); ok {
			seen[n.Micro] = true
		}
	}
	return len(seen)
}

// GradeVariants finds one grade in several words: 良 and 良好.
func (s *scope) GradeVariants() []*Spot {
	talks := s.talks()
	var out []*Spot
	for _, name := range sortedKeys(talks) {
		p := &Spot{Text: name}
		var seen []string
		for _, c := range talks[name] {
			for _, f := range c.c.Facts {
				if f.Metric == disclosed.Grade {
					seen = appendNew(seen, f.Base)
					p.Places = append(p.Places, c.At)
				}
			}
		}
		if len(seen) > 1 && sameGrade(seen) {
			p.Stated, p.Computed = strings.Join(seen, " / "), seen[0]
			out = append(out, p)
		}
	}
	return out
}

func sameGrade(list []string) bool {
	for _, g := range list[1:] {
		if []rune(g)[0] != []rune(list[0])[0] {
			return false
		}
	}
	return true
}

// GradesWrong finds grades that do not fit the score beside them.
func (s *scope) GradesWrong() []*Spot {
	var out []*Spot
	for _, c := range s.run.claims {
		grade := ""
		var score Num
		for i, f := range c.c.Facts {
			switch f.Metric {
			case disclosed.Grade:
				grade = f.Base
			case disclosed.Score:
				score = number(c.c.Facts[i].Value, 1, 1)
			}
		}
		if grade == "" || score.V == 0 || !s.Policy.knows(grade) {
			continue
		}
		want := s.GradeOf(score)
		if []rune(grade)[0] != []rune(want)[0] {
			out = append(out, at(c.At, c.Words, score.String()+"分"+grade, want))
		}
	}
	return out
}

var projectScore = regexp.MustCompile(`(\d+)个[^。]{0,6}项目[^。]{0,60}?项目综合评价得分(?:为|：)?(\d+(?:\.\d+)?)分?`)

// ScoreScopes finds a mean score of projects that is in truth the score of the whole.
func (s *scope) ScoreScopes() []*Spot {
	var out []*Spot
	mean := s.MeanScore()
	if mean.Missing != "" {
		return nil
	}
	for _, sec := range s.run.doc.Sections {
		m := projectScore.FindStringSubmatch(sec.Text)
		if m == nil {
			continue
		}
		n, ok := disclosed.ParseNumber(m[2])
		for _, a := range s.Annexes("整体") {
			if ok && n.Micro == a.Score.V && n.Micro != mean.V {
				out = append(out, at(sec.Place, sec.Title(), n.String(), mean.String()))
			}
		}
	}
	return out
}

// SatisfactionVariants finds satisfaction of the same people with different values.
func (s *scope) SatisfactionVariants() []*Spot {
	var list []*Indicator
	for _, i := range s.Indicators() {
		if strings.HasSuffix(i.Name, "群众满意度") && !i.Actual.Blank {
			list = append(list, i)
		}
	}
	for k := 1; k < len(list); k++ {
		a, b := list[0], list[k]
		if a.In != b.In && a.Actual.V != b.Actual.V {
			p := at(a.At, a.Name+"、"+b.Name, a.Actual.Text+"% / "+b.Actual.Text+"%", "")
			p.Places = append(p.Places, b.At)
			return []*Spot{p}
		}
	}
	return nil
}

var everything = regexp.MustCompile(`各项指标均已?完成|全部指标均已?完成|指标全部完成`)

// AllDone finds the claim that every indicator was met beside one that was not.
func (s *scope) AllDone() []*Spot {
	var low *Indicator
	for _, i := range s.Indicators("项目") {
		if i.Op != "qual" && !i.Completion.Blank && i.Completion.V < 60*one && low == nil {
			low = i
		}
	}
	if low == nil {
		return nil
	}
	var out []*Spot
	for _, sec := range s.run.doc.Sections {
		if m := everything.FindString(sec.Text); m != "" {
			p := at(sec.Place, sec.Title()+"写“"+m+"”，"+low.In.Label+" "+low.Name+"完成率却只有"+low.Completion.Text, m, low.Completion.Text)
			p.Places = append(p.Places, low.At)
			out = append(out, p)
		}
	}
	return out
}

// contradictions are a problem that a text admits and the indicator that denies it.
var contradictions = []struct {
	problem   *regexp.Regexp
	indicator string
}{
	{regexp.MustCompile(`资金支付不?(?:够|太)?不?及时|未按进度支付`), "支付及时性"},
	{regexp.MustCompile(`(?:财务管理)?内控制度(?:还)?不(?:够)?健全|财务管理制度(?:还)?不(?:够)?健全`), "财务管理制度健全性"},
}

// ProblemsAgainstScores finds admitted problems whose indicator is rated as fully met.
func (s *scope) ProblemsAgainstScores() []*Spot {
	out := &Spot{}
	var texts []string
	for _, sec := range s.run.doc.Sections {
		if sec.Part != disclosed.Annexed || !problems.MatchString(sec.Heading) {
			continue
		}
		for _, c := range contradictions {
			m := c.problem.FindString(sec.Text)
			if m == "" || strings.HasSuffix(m, "支付及时") {
				continue
			}
			for _, i := range s.Indicators() {
				if strings.Contains(i.Name, c.indicator) && i.Completion.V == 100*one {
					texts = appendNew(texts, "问题写“"+m+"”，"+i.In.Label+" "+i.Name+"却为"+i.Completion.Text)
					out.Places = append(out.Places, sec.Place, i.At)
					break
				}
			}
		}
	}
	if len(texts) == 0 {
		return nil
	}
	out.Text = strings.Join(texts, "；")
	return []*Spot{out}
}

var late = regexp.MustCompile(`资金支付延迟|支付延迟`)

// ProblemsAgainstReports finds a problem that the text admits and the project's own report denies.
func (s *scope) ProblemsAgainstReports() []*Spot {
	var out []*Spot
	for _, c := range s.run.claims {
		if c.Part != string(disclosed.Results) || !late.MatchString(c.c.Text) {
			continue
		}
		for _, sec := range s.run.doc.Sections {
			a := s.tableOf(sec.Annex)
			if a == nil || !problems.MatchString(sec.Heading) || strings.Trim(sec.Text, "。 ") != "无" || !sameProject(a.Project, c.Words) {
				continue
			}
			p := at(c.At, c.Words+"：问题写“资金支付延迟”，"+sec.Title()+"却写“无”", "资金支付延迟", "无")
			p.Places = append(p.Places, sec.Place)
			out = append(out, p)
		}
	}
	return out
}

func sameProject(a, b string) bool {
	x, y := projectName(a), projectName(b)
	return x == y || variants(x, y)
}

var projectCount = regexp.MustCompile(`(?:一级)?项目(\d+)个|对(\d+)个(?:一级)?项目`)

// projectsSaid is how many projects the text says were evaluated; -1 where it does not say.
func (r *run) projectsSaid() int {
	for _, sec := range r.doc.Sections {
		if sec.Part != disclosed.Results {
			continue
		}
		if m := projectCount.FindStringSubmatch(sec.Text); m != nil {
			n, err := strconv.Atoi(m[1] + m[2])
			if err == nil {
				return n
			}
		}
	}
	return -1
}
