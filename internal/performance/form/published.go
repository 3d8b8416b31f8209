package form

import (
	"regexp"
	"strings"

	"yichuang/internal/finance/disclosed"
	"yichuang/internal/money"
	"yichuang/internal/performance/score"
)

// Published takes the forms and what the text says about them from a published disclosure (决算公开文件). Cells that could
// not be read stay blank.
func Published(d *disclosed.Document) *Set {
	out := &Set{}
	for _, a := range d.Annexes {
		out.Forms = append(out.Forms, annexForm(d, a))
	}
	p := publishedText{d: d, forms: out.Forms}
	for _, c := range d.Claims {
		p.claim(c)
	}
	for _, s := range d.Sections {
		p.section(s)
	}
	out.Claims = p.out
	out.grade()
	return out
}

func annexForm(d *disclosed.Document, a *disclosed.Annex) *score.Form {
	f := &score.Form{Kind: score.Project, Year: d.Year, Name: a.Project, Supervisor: a.Supervisor, Implementer: a.Implementer, FundReason: a.Reason, Label: a.Label, Total: a.Score.Text, Grade: a.Grade}
	if a.Kind == disclosed.WholeTable {
		f.Kind, f.Name, f.Implementer = score.Whole, a.Implementer, ""
	}
	for _, r := range a.Funds {
		if k, ok := fundKind(f.Kind, r.Name); ok {
			f.Funds = append(f.Funds, score.Fund{Kind: k, Initial: fenOf(r.Initial), Full: fenOf(r.Full), Actual: fenOf(r.Actual), Reason: r.Reason, Stated: score.Stated{Completion: r.Rate.Text, Score: r.Score.Text}})
		}
	}
	for _, i := range a.Indicators {
		x := score.Indicator{Class: i.Class, Group: i.Group, Name: i.Name, Op: score.Op(i.Op), Unit: i.Unit, Weight: decimalOf(i.Weight), Stated: score.Stated{Completion: i.Completion.Text, Score: i.Score.Text}}
		if x.Op == score.Quality {
			x.Goal, x.Band = i.TargetText, i.ActualText
		} else {
			x.Target, x.Actual = decimalOf(i.Target), decimalOf(i.Actual)
		}
		f.Indicators = append(f.Indicators, x)
	}
	return f
}

func fenOf(c disclosed.Cell) money.Fen { return c.Value.Fen(money.WanYuan) }

func decimalOf(c disclosed.Cell) score.Decimal {
	if !c.Has {
		return score.Decimal{}
	}
	d, _ := score.PrintedNumber(c.Value.String()) // a number that was read
	return d
}

// publishedText collects what the text of a disclosure says.
type publishedText struct {
	d     *disclosed.Document
	forms []*score.Form
	out   []score.Claim
}

func (p *publishedText) add(section string, s score.Subject, form, value, unit string) {
	p.out = append(p.out, score.Claim{Section: section, Subject: s, Form: form, Value: value, Unit: unit})
}

// claim takes over the budget of the whole department and the scores of projects.
func (p *publishedText) claim(c *disclosed.Claim) {
	if c.Subject == "一般公共预算支出" {
		if f, ok := c.Get(disclosed.Initial); ok {
			p.add(c.Section.Title(), score.ClaimBudget, "", f.Value.String(), f.Unit)
		}
		return
	}
	name, ok := strings.CutPrefix(c.Subject, "绩效:")
	form := p.formOf(name, c.Section.Annex)
	if !ok || form == "" {
		return
	}
	for _, f := range c.Facts {
		switch f.Metric {
		case disclosed.Score:
			p.add(c.Section.Title(), score.ClaimScore, form, f.Value.String(), "分")
		case disclosed.Grade:
			p.add(c.Section.Title(), score.ClaimGrade, form, f.Base, "")
		}
	}
}

// formOf is the label of the form of a project that the text names, or whose report an annex is.
func (p *publishedText) formOf(name, annex string) string {
	if m := reportNo.FindStringSubmatch(annex); m != nil {
		return "附件4-" + m[1]
	}
	for _, f := range p.forms {
		if f.Kind == score.Project && sameProject(f.Name, name) {
			return f.Label
		}
	}
	return ""
}

// sameProject reports whether two writings name one project: years aside, one is the other with some letters left out.
func sameProject(a, b string) bool {
	x, y := []rune(shortName(a)), []rune(shortName(b))
	if len(x) > len(y) {
		x, y = y, x
	}
	n := 0
	for _, r := range y {
		if n < len(x) && x[n] == r {
			n++
		}
	}
	return n == len(x) && len(x) >= 4
}

func shortName(s string) string {
	return strings.TrimSuffix(yearMark.ReplaceAllString(strings.Join(strings.Fields(s), ""), ""), "项目")
}

var (
	plannedWords   = regexp.MustCompile(`(?:预算内)?已编制(?:项目)?(?:资金|预算)(\d+(?:\.\d+)?)万元`)
	meanWords      = regexp.MustCompile(`项目综合评价得分(?:为|：)?(\d+(?:\.\d+)?)分?`)
	allDoneWords   = regexp.MustCompile(`各项指标均已?完成|全部指标均已?完成|指标全部完成`)
	peopleWords    = regexp.MustCompile(`实有人数(\d+)人`)
	postWords      = regexp.MustCompile(`在编人(?:员|数)(\d+)人`)
	temporaryWords = regexp.MustCompile(`临时工(\d+)人`)
)

// section takes from the text what no claim holds.
func (p *publishedText) section(s *disclosed.Section) {
	if s.Part != disclosed.Results && s.Part != disclosed.Annexed {
		return
	}
	text := strings.Join(strings.Fields(s.Text), "")
	for _, x := range []struct {
		words   *regexp.Regexp
		subject score.Subject
		form    string
	}{{plannedWords, score.ClaimPlanned, p.formOf("", s.Annex)}, {meanWords, score.ClaimMean, ""}, {peopleWords, score.ClaimPeople, ""}, {postWords, score.ClaimPosts, ""}, {temporaryWords, score.ClaimTemporary, ""}} {
		if m := x.words.FindStringSubmatch(text); m != nil {
			p.add(s.Title(), x.subject, x.form, m[1], "")
		}
	}
	if m := allDoneWords.FindString(text); m != "" {
		p.add(s.Title(), score.ClaimAllDone, "", m, "")
	}
}
