package reader

import (
	"regexp"
	"strings"

	"yichuang/internal/finance/disclosed"
)

var (
	projectTalk = regexp.MustCompile(`“([^“”]{2,60})”(?:项目)?(?:支出)?绩效自评|(?:^|。)(?:\d[.、])?([^“”。，；：]{2,40}?)项目(?:支出)?绩效自评(?:综述|情况|结果)：`)
	scoreWords  = regexp.MustCompile(`(?:自评|评价|评定)?(得分|等分|评分)(?:结果)?(?:为|是|：)*(\d{1,3}(?:\.\d+)?)分?`)
	gradeWords  = regexp.MustCompile(`(?:等级|结论|结果|等次)(?:为|：|是|评定为)+“?(优秀|良好|优|良|中|差|合格|不合格)”?`)
	planWords   = regexp.MustCompile(`(?:全年预算数|预算数|预算资金|预算安排)(?:为)?(\d[\d,]*(?:\.\d+)?)(万元|元)`)
	spentWords  = regexp.MustCompile(`(?:执行数|实际支出|支出)(?:为)?(\d[\d,]*(?:\.\d+)?)(万元|元)`)
	doneWords   = regexp.MustCompile(`(?:完成(?:年初|全年)?预算的|执行率(?:为)?)(\d{1,4}(?:\.\d+)?)%`)
)

var shareWords = regexp.MustCompile(`(?:(\d+)个)?[^。；]{0,24}?涉及资金(\d[\d,]*(?:\.\d+)?)(万元|元)，?占(一般公共预算|政府性基金预算|国有资本经营预算)项目支出总额的(\d+(?:\.\d+)?)%`)

// shares reads how much of the projects' money was evaluated, by fund.
func (p *parser) shares(s *disclosed.Section) {
	if !strings.Contains(s.Text, "涉及资金") {
		return
	}
	for _, m := range shareWords.FindAllStringSubmatch(s.Text, -1) {
		c := &disclosed.Claim{Section: s, Subject: "自评资金." + m[4], Words: m[4] + "项目绩效自评涉及资金", Text: m[0], Place: s.Place}
		c.Place.At = s.Title() + " " + c.Words
		if n, ok := disclosed.ParseNumber(m[2]); ok {
			c.Facts = append(c.Facts, disclosed.Fact{Metric: disclosed.Actual, Value: n, Unit: m[3], Text: m[0], Place: c.Place})
		}
		if n, ok := disclosed.ParseNumber(m[5]); ok {
			c.Facts = append(c.Facts, disclosed.Fact{Metric: disclosed.Share, Value: n, Unit: "%", Base: m[4] + "项目支出", Text: m[0], Place: c.Place})
		}
		p.doc.Claims = append(p.doc.Claims, c)
	}
}

// scores reads what a text says of the evaluation of projects: one claim for each project named, or one for the section.
func (p *parser) scores(s *disclosed.Section) {
	p.shares(s)
	all := projectTalk.FindAllStringSubmatchIndex(s.Text, -1)
	if len(all) == 0 {
		p.score(s, s.Annex, s.Text)
		return
	}
	for i, m := range all {
		end := len(s.Text)
		if i+1 < len(all) {
			end = all[i+1][0]
		}
		name := group(s.Text, m, 1) + group(s.Text, m, 2)
		p.score(s, name, s.Text[m[0]:end])
	}
}

func group(s string, m []int, n int) string {
	if m[2*n] < 0 {
		return ""
	}
	return s[m[2*n]:m[2*n+1]]
}

func (p *parser) score(s *disclosed.Section, name, text string) {
	c := &disclosed.Claim{Section: s, Subject: "绩效:" + name, Words: name, Text: text, Place: s.Place}
	add := func(metric disclosed.Metric, value, unit, words string) {
		if n, ok := disclosed.ParseNumber(value); ok {
			c.Facts = append(c.Facts, disclosed.Fact{Metric: metric, Value: n, Unit: unit, Text: words, Place: s.Place})
		}
	}
	for _, m := range scoreWords.FindAllStringSubmatch(text, -1) {
		add(disclosed.Score, m[2], "分", m[0])
	}
	for _, m := range gradeWords.FindAllStringSubmatch(text, -1) {
		c.Facts = append(c.Facts, disclosed.Fact{Metric: disclosed.Grade, Base: m[1], Text: m[0], Place: s.Place})
	}
	if m := planWords.FindStringSubmatch(text); m != nil {
		add(disclosed.FullYear, m[1], m[2], m[0])
	}
	if m := spentWords.FindStringSubmatch(text); m != nil {
		add(disclosed.Actual, m[1], m[2], m[0])
	}
	if m := doneWords.FindStringSubmatch(text); m != nil {
		add(disclosed.Completion, m[1], "%", m[0])
	}
	if len(c.Facts) > 0 {
		c.Place.At = strings.TrimSpace(s.Title() + " " + name)
		p.doc.Claims = append(p.doc.Claims, c)
	}
}
