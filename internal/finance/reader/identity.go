package reader

import (
	"regexp"
	"strconv"
	"strings"

	"yichuang/internal/finance/disclosed"
)

var (
	yearWords   = regexp.MustCompile(`(20\d\d)年度?(?:部门|单位|本级)?(?:决算|预算|收入|支出|财政|“三公”|一般公共)?`)
	orgWords    = regexp.MustCompile(`^(?:编制)?(?:部门|单位)(?:名称|（单位）|\(单位\))?[:：]([^\s:：]{2,40}?)(?:20\d\d年|金额单位|单位[:：]|$)`)
	coverWords  = regexp.MustCompile(`^(.{3,40}?)(20\d\d)年度?(?:部门|单位)?(决算|预算)`)
	budgetTable = regexp.MustCompile(`预算.{0,12}(?:总|情况|明细)?表$|(?:收支|收入|支出)(?:预算)?总(?:体情况)?表$`)
	finalTable  = regexp.MustCompile(`决算.{0,6}表$`)
)

// identify finds what the document is, its year and whose it is.
func (p *parser) identify() {
	years, orgs := map[int]int{}, map[string]int{}
	final, budget := 0, 0
	cover := disclosed.Unknown
	for i := range p.lines {
		t := p.lines[i].tight()
		dated := strings.Contains(t, "20")
		if m := coverMatch(t, dated && cover == disclosed.Unknown); m != nil {
			cover = disclosed.Accounts
			if m[3] == "预算" {
				cover = disclosed.Budget
			}
			if i < 30 && !strings.ContainsAny(m[1], "第，。、") {
				orgs[m[1]]++
			}
		}
		if strings.HasSuffix(t, "表") {
			switch {
			case finalTable.MatchString(t):
				final++
			case budgetTable.MatchString(t):
				budget++
			}
		}
		if !dated {
			p.owner(t, orgs)
			continue
		}
		for _, m := range yearWords.FindAllStringSubmatch(t, -1) {
			if y, err := strconv.Atoi(m[1]); err == nil {
				years[y]++
			}
		}
		p.owner(t, orgs)
	}
	p.heads(orgs)
	p.doc.Kind = kindOf(final, budget, cover)
	p.doc.Year = most(years, p.doc.Year)
	p.doc.Org = most(orgs, "")
}

var (
	coverYear = regexp.MustCompile(`^20\d\d年度?(?:部门|单位|本级)?(?:决算|预算)`)
	partOf    = regexp.MustCompile(`^第[一二三]部分(.{3,40}?)(?:概况|基本情况|20\d\d年度?(?:部门|单位)?决算)`)
	orgEnding = regexp.MustCompile(`(?:局|委|委员会|办|办公室|处|中心|院|所|队|站|厅|部|会|校|学校|馆|社|政府|街道|法院|检察院|大学|医院|公司|集团|园|场|库|室|党校|总工会|联合会|管委会)$`)
)

// heads counts what stands above the year on the cover, in up to three lines, and what the titles of parts name.
func (p *parser) heads(orgs map[string]int) {
	for i := range p.lines {
		t := p.lines[i].tight()
		if i < 12 && coverYear.MatchString(t) {
			name := ""
			for k := i - 1; k >= max(0, i-3); k-- {
				above := p.lines[k].tight()
				if len([]rune(above)) > 30 || strings.ContainsAny(above, "，。：:、20") {
					break
				}
				name = above + name
			}
			if orgEnding.MatchString(name) {
				orgs[name]++
			}
		}
		if m := partOf.FindStringSubmatch(t); m != nil && strings.HasPrefix(t, "第") && orgEnding.MatchString(m[1]) && !strings.HasSuffix(m[1], "部门") {
			orgs[m[1]]++
		}
	}
}

func coverMatch(t string, look bool) []string {
	if !look {
		return nil
	}
	return coverWords.FindStringSubmatch(t)
}

// owner counts a line 部门：… for the organisation.
func (p *parser) owner(t string, orgs map[string]int) {
	if !strings.HasPrefix(t, "部门") && !strings.HasPrefix(t, "单位") && !strings.HasPrefix(t, "编制") {
		return
	}
	if m := orgWords.FindStringSubmatch(t); m != nil && !strings.HasSuffix(m[1], "元") {
		orgs[m[1]] += 3
	}
}

func kindOf(final, budget int, cover disclosed.Kind) disclosed.Kind {
	switch {
	case final >= 2 && final >= budget:
		return disclosed.Accounts
	case budget >= 2 && budget > final:
		return disclosed.Budget
	}
	return cover
}

// most gives the key that was counted most often; of equals the greater, so that the answer does not depend on chance.
func most[K int | string](counts map[K]int, none K) K {
	best, n := none, 0
	for k, c := range counts {
		if c > n || c == n && k > best {
			best, n = k, c
		}
	}
	return best
}

var (
	approved  = regexp.MustCompile(`(?:批复|批准)[^。；，]{0,12}?(20\d\d年\d{1,2}月\d{1,2}日)|(20\d\d年\d{1,2}月\d{1,2}日)[^。；，]{0,16}?批复`)
	published = regexp.MustCompile(`(?:公开日期|公开时间|发布日期|发布时间)[:：]?(20\d\d[年\-./]\d{1,2}[月\-./]\d{1,2}日?)`)
	secrecy   = regexp.MustCompile(`保密审查|涉密审查`)
	datePart  = regexp.MustCompile(`(20\d\d)\D(\d{1,2})\D(\d{1,2})`)
)

// dates finds what the document says about its approval, publication and secrecy review.
func (p *parser) dates() {
	for i := range p.lines {
		t := p.lines[i].tight()
		if !strings.Contains(t, "批") && !strings.Contains(t, "公开") && !strings.Contains(t, "发布") && !strings.Contains(t, "审查") {
			continue
		}
		if m := approved.FindStringSubmatch(t); m != nil && p.doc.Dates.Approved == "" && strings.Contains(t, "决算") {
			p.doc.Dates.Approved = isoDate(m[1] + m[2])
		}
		if m := published.FindStringSubmatch(t); m != nil && p.doc.Dates.Published == "" {
			p.doc.Dates.Published = isoDate(m[1])
		}
		if secrecy.MatchString(t) && p.doc.Dates.Secrecy == "" {
			p.doc.Dates.Secrecy = t
		}
	}
	p.orgKind()
}

func isoDate(s string) string {
	m := datePart.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	pad := func(s string) string { return strings.Repeat("0", 2-len(s)) + s }
	return m[1] + "-" + pad(m[2]) + "-" + pad(m[3])
}

var (
	comparable    = regexp.MustCompile(`(?:本单位|我单位|本部门|本中心|我中心|系|属|为)[^。；]{0,30}参照公务员法管理的?事业单位|参公(?:管理)?(?:的)?事业单位`)
	notComparable = regexp.MustCompile(`非参照公务员法管理的?事业单位|非参公`)
	institution   = regexp.MustCompile(`(?:本单位|我单位|本部门|本中心|我中心|系|属于?|为)[^。；]{0,30}(?:公益[一二]类|财政(?:全额|差额)|全额拨款|差额拨款)[^。；]{0,12}事业单位`)
	administrator = regexp.MustCompile(`(?:本单位|我单位|本部门)(?:为|是|系|属于?)[^。；]{0,20}行政(?:单位|机关)`)
	unitRow       = regexp.MustCompile(`^\d{1,3}([^\d].{3,40}?)(行政单位|参照公务员法管理的?事业单位|参公事业单位|参公单位|(?:公益[一二]类|全额拨款|差额拨款)?事业单位)$`)
)

// orgKind finds what the document says of the organisation itself; a term in a definition says nothing.
func (p *parser) orgKind() {
	for i := range p.lines {
		if part := p.parts[i].name; part == disclosed.Terms || part == disclosed.Statement {
			continue
		}
		t := p.lines[i].tight()
		if t == "" || t[0] < '0' || t[0] > '9' || !strings.HasSuffix(t, "单位") {
			continue
		}
		if m := unitRow.FindStringSubmatch(t); m != nil {
			p.doc.Units = append(p.doc.Units, disclosed.UnitPart{Name: m[1], Kind: kindOfUnit(m[2])})
		}
	}
	for _, s := range p.doc.Sections {
		if k := kindInText(s.Text); k != disclosed.Unsaid && p.doc.OrgKind == disclosed.Unsaid {
			p.doc.OrgKind = k
		}
	}
}

func kindOfUnit(s string) disclosed.OrgKind {
	switch {
	case strings.Contains(s, "参"):
		return disclosed.Comparable
	case strings.Contains(s, "行政"):
		return disclosed.Administrative
	}
	return disclosed.Institution
}

func kindInText(s string) disclosed.OrgKind {
	if !strings.Contains(s, "事业单位") && !strings.Contains(s, "行政") && !strings.Contains(s, "参公") {
		return disclosed.Unsaid
	}
	switch {
	case notComparable.MatchString(s), institution.MatchString(s):
		return disclosed.Institution
	case comparable.MatchString(s):
		return disclosed.Comparable
	case administrator.MatchString(s):
		return disclosed.Administrative
	}
	return disclosed.Unsaid
}
