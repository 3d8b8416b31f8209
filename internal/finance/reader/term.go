package reader

import (
	"regexp"
	"strings"

	"yichuang/internal/finance/disclosed"
	"yichuang/internal/finance/fiscal"
)

// term is a subject that the text may speak of.
type term struct {
	key   string
	re    *regexp.Regexp
	word  string // in the place of an expression
	found string // the words found
}

func terms(pairs ...string) []term {
	var out []term
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, term{key: pairs[i], re: regexp.MustCompile(pairs[i+1])})
	}
	return out
}

// vocabularies by section: where the same words mean another cell elsewhere, they stand only in the section that means it.
var (
	totalTerms = terms(
		"收支总计", `收(?:入)?、?支(?:出)?(?:决算)?总计`, "收入总计", `收入(?:决算)?总计`, "支出总计", `支出(?:决算)?总计`, "收入合计", `(?:本年)?收入合计`, "支出合计", `(?:本年)?支出合计`,
		"使用结余", `使用(?:非财政拨款|专用)结余(?:（含专用结余）)?`, "年初结转", `年初结转和?结余`, "年末结转", `年末结转和?结余`, "结余分配", `结余分配`)
	incomeTerms = terms(
		"收入合计", `(?:本年)?收入合计`, "财政拨款收入", `财政拨款收入`, "一般公共预算收入", `一般公共预算财政拨款(?:收入)?`, "政府性基金收入", `政府性基金预算财政拨款(?:收入)?`, "国资收入", `国有资本经营预算财政拨款(?:收入)?`,
		"上级补助收入", `上级补助收入`, "事业收入", `事业收入`, "经营收入", `经营收入`, "附属单位上缴收入", `附属单位上缴收入`, "其他收入", `其他收入`)
	spendingTerms = terms(
		"支出合计", `(?:本年)?支出合计`, "基本支出", `基本支出`, "项目支出", `项目支出`, "上缴上级支出", `上缴上级支出`, "经营支出", `经营支出`, "对附属单位补助支出", `对附属单位补助(?:支出)?`)
	appropriationTerms = terms(
		"财政拨款收支总计", `财政拨款收(?:入)?、?支(?:出)?(?:决算)?总计`, "财政拨款收入总计", `财政拨款收入(?:决算)?总计`, "财政拨款支出总计", `财政拨款支出(?:决算)?总计`)
	generalTerms = terms(
		"一般公共预算支出", `一般公共预算(?:财政拨款)?支出(?:决算)?(?:合计|总额)?`, "一般公共预算基本支出", `(?:一般公共预算(?:财政拨款)?)?基本支出`, "一般公共预算项目支出", `(?:一般公共预算(?:财政拨款)?)?项目支出`, "支出合计", `本年支出合计`)
	basicTerms = terms(
		"一般公共预算基本支出", `(?:一般公共预算财政拨款|一般公共预算|财政拨款)?基本支出`, "人员经费", `人员经费(?:支出)?`, "公用经费", `(?:日常)?公用经费(?:支出)?`)
	sanGongTerms = terms(
		"三公.合计", `“?三公”?经费(?:财政拨款)?(?:支出)?(?:合计|总额)?`, "三公.出国", `因公出国（境）(?:费用?|支出)`, "三公.公车", `公务用车购置(?:及|和|、)运行(?:维护)?费?`,
		"三公.购置", `公务用车购置(?:费|支出)`, "三公.运行", `公务用车运行(?:维护)?(?:费|支出)`, "三公.接待", `公务接待(?:费|支出)`, "三公.国内接待", `国内(?:公务)?接待(?:费|支出)`, "三公.外宾接待", `(?:外宾|外事|国（境）外公务)接待(?:费|支出)`)
	mechanismTerms = terms("机关运行经费", `机关运行经费(?:支出)?`, "会议费", `会议费(?:支出)?`, "培训费", `培训费(?:支出)?`)
	purchaseTerms  = terms(
		"采购.合计", `政府采购(?:支出)?(?:总?金额|总额|合计|决算)?(?:（以合同签订为准）)?(?:支出)?(?:合计|总额)?`, "采购.货物", `货物(?:类)?(?:采购)?(?:支出|金额)?(?:金额)?`, "采购.工程", `工程(?:类)?(?:采购)?(?:支出|金额)?(?:金额)?`,
		"采购.服务", `服务(?:类)?(?:采购)?(?:支出|金额)?(?:金额)?`, "采购.中小", `授予中小企业(?:的)?合同(?:总)?金额`, "采购.小微", `授予小微企业(?:的)?合同(?:总)?金额`, "采购.其他", `预留|中标|成交`)
	fundTerms    = terms("政府性基金支出", `政府性基金预算(?:财政拨款)?支出`, "政府性基金收入", `政府性基金预算(?:财政拨款)?(?:本年)?收入`)
	capitalTerms = terms("国资支出", `国有资本经营预算(?:财政拨款)?支出`, "国资收入", `国有资本经营预算(?:财政拨款)?(?:本年)?收入`)
)

// vocabularyOf chooses the subjects that a section may speak of by its headings.
func (p *parser) vocabularyOf(s *disclosed.Section) []term {
	title := strings.Join(s.Path, "·")
	one := title
	if len(s.Path) > 0 {
		one = s.Path[0]
	}
	switch {
	case strings.Contains(title, "机关运行"):
		return append(append([]term{}, mechanismTerms...), p.econTerms()...)
	case strings.Contains(title, "政府采购"):
		return purchaseTerms
	case strings.Contains(one, "三公"):
		return sanGongTerms
	case strings.Contains(one, "政府性基金"):
		return fundTerms
	case strings.Contains(one, "国有资本"):
		return capitalTerms
	case strings.Contains(one, "基本支出"):
		return append(append([]term{}, basicTerms...), p.econTerms()...)
	case strings.Contains(one, "一般公共预算") && strings.Contains(one, "支出"):
		return append(append([]term{}, classTerms...), generalTerms...)
	case strings.Contains(one, "财政拨款收入支出") || strings.Contains(one, "财政拨款收支"):
		return appropriationTerms
	case strings.Contains(one, "收入支出决算") || strings.Contains(one, "收支决算") || strings.Contains(one, "收入支出总体") || strings.Contains(one, "收支总体"):
		return totalTerms
	case strings.Contains(one, "收入决算"):
		return incomeTerms
	case strings.Contains(one, "支出决算"):
		return spendingTerms
	case strings.Contains(one, "会议费") || strings.Contains(one, "培训费"):
		return mechanismTerms
	}
	return nil
}

// classTerms are the functional classes, with or without 支出 and （类）.
var classTerms = classTermList()

func classTermList() []term {
	var out []term
	for _, c := range classNames {
		bare := strings.TrimSuffix(c.name, "支出")
		if len([]rune(bare)) <= 2 { // 其他, 教育: only as the name of the class, not within the name of an item
			out = append(out, term{key: c.code, re: regexp.MustCompile(`(?:^|[^\p{Han}）])` + bare + `(?:支出（类）|（类）(?:支出)?|支出|”)`)})
			continue
		}
		out = append(out, term{key: c.code, re: regexp.MustCompile(regexp.QuoteMeta(bare) + `(?:支出)?(?:（类）)?(?:支出)?`)})
	}
	return out
}

// find gives the last subject that the words before a figure name; of two at the same end the longer.
func (c *speech) find(lead string) *term {
	lead = cutLead.ReplaceAllString(lead, "")
	var best *term
	end, size := -1, 0
	for i := range c.vocabulary {
		t := &c.vocabulary[i]
		m := t.last(lead)
		if m == nil {
			continue
		}
		if m[1] > end || m[1] == end && m[1]-m[0] > size {
			end, size = m[1], m[1]-m[0]
			best = &term{key: t.key, found: lead[m[0]:m[1]]}
		}
	}
	if best == nil || c.inBase(lead, end) {
		return nil
	}
	return c.item(best, lead)
}

// last finds where the term stands last.
func (t *term) last(s string) []int {
	if t.word != "" {
		if k := strings.LastIndex(s, t.word); k >= 0 {
			return []int{k, k + len(t.word)}
		}
		return nil
	}
	if all := t.re.FindAllStringIndex(s, -1); len(all) > 0 {
		return all[len(all)-1]
	}
	return nil
}

// econTerms are the names of the economic classification, for lists such as 办公费12.22万元.
func (p *parser) econTerms() []term {
	if p.dict == nil || p.econ != nil {
		return p.econ
	}
	for _, s := range p.dict.All(fiscal.Econ) {
		if class := fiscal.Class(s.Code); len(s.Code) == 5 && (class == "301" || class == "302" || class == "303" || class == "310") {
			p.econ = append(p.econ, term{key: "econ." + s.Code, word: plain(s.Name)})
		}
	}
	return p.econ
}

// inBase reports whether the last subject is only what a share is taken of: 占政府采购支出总额的.
func (c *speech) inBase(lead string, end int) bool {
	k := strings.LastIndex(lead, "占")
	return k >= 0 && k < end
}

// unclearItem begins the subject of an item that no row of 05表 is found for.
const unclearItem = "不明科目:"

var itemWords = regexp.MustCompile(`（类）(.+?)（款）(?:(.+?)（项）)?`)

// item narrows a class to the row that the words name below it: …（类）…（款）…（项）. What cannot be found is a subject of
// its own, bound to nothing.
func (c *speech) item(t *term, lead string) *term {
	if len(t.key) != 3 || t.key[0] != '2' || !strings.Contains(lead, "（款）") && !strings.Contains(lead, "（项）") {
		return t
	}
	unclear := &term{key: unclearItem + tail(lead, 40), found: t.found}
	m := itemWords.FindStringSubmatch(lead)
	d := c.p.draftOf(disclosed.T05)
	if d == nil || m == nil {
		return unclear
	}
	group, item := strings.Trim(m[1], "“”"), strings.Trim(m[2], "“”")
	found := ""
	for i := range d.rows {
		r := &d.rows[i]
		if !strings.HasPrefix(r.Code, t.key) || !d.names(r, group, item) {
			continue
		}
		if found != "" {
			return unclear
		}
		found = r.Code
	}
	if found == "" {
		return unclear
	}
	return &term{key: found, found: group + item}
}

// names reports whether a row is the 款 of a name, or the 项 of a name below the 款 of a name.
func (d *draft) names(r *draftRow, group, item string) bool {
	if item == "" {
		return r.Level == disclosed.LevelGroup && r.Name == group
	}
	return r.Level == disclosed.LevelItem && r.Name == item && r.Parent >= 0 && d.rows[r.Parent].Name == group
}

// baseOf names what a share is a part of.
func baseOf(words string) string {
	words = strings.Trim(words, "的，")
	switch {
	case words == "" || words == "比":
		return ""
	case strings.Contains(words, "采购"):
		return "采购.合计"
	case strings.Contains(words, "本年支出") || words == "支出合计" || words == "总支出":
		return "支出合计"
	case strings.Contains(words, "本年收入") || words == "收入合计" || words == "总收入":
		return "收入合计"
	}
	return "不明：" + words
}
