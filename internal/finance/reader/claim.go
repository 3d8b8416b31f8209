package reader

import (
	"regexp"
	"strings"

	"yichuang/internal/finance/disclosed"
)

// claims reads what the narrative says of each subject.
func (p *parser) claims() {
	for _, s := range p.doc.Sections {
		if s.Part != disclosed.Narrative && s.Part != disclosed.Results && s.Part != disclosed.Overview {
			continue
		}
		if s.Part == disclosed.Narrative {
			c := &speech{p: p, s: s, vocabulary: p.vocabularyOf(s)}
			c.read()
		}
	}
	for _, s := range p.doc.Sections {
		if s.Part == disclosed.Results || s.Part == disclosed.Annexed {
			p.scores(s)
		}
	}
}

var measured = regexp.MustCompile(`-?\d[\d,]*(?:\.\d+)?(万元|亿元|元|%|个百分点|批次|人次|人|辆|个|台（套）|台|分)?`)

// speech reads one section.
type speech struct {
	p          *parser
	s          *disclosed.Section
	vocabulary []term
	now        *disclosed.Claim
	whole      *disclosed.Claim // before 其中: what the parts are parts of
}

// read goes through the sentences; the reasons are taken out first, so that figures in them are not taken for facts.
func (c *speech) read() {
	for _, sentence := range sentences(c.s.Text) {
		body, reasons := withoutReasons(withoutPurposes(sentence))
		for _, part := range strings.SplitAfter(body, "；") {
			if rest, any := c.sentence(part); !any || strings.Contains(rest, "（项）") {
				c.announced(rest)
			}
			n := strings.Count(part, "◇")
			if c.now != nil {
				c.words(part, reasons[:n])
			}
			reasons = reasons[n:]
		}
	}
}

// sentences cuts at full stops.
func sentences(s string) []string {
	var out []string
	for _, part := range strings.SplitAfter(s, "。") {
		if part != "" {
			out = append(out, part)
		}
	}
	return out
}

var (
	reasonStart = regexp.MustCompile(`(?:主要)?原因(?:是|为|：|系|在于|有|如下)`)
	reasonEnd   = regexp.MustCompile(`。|[，；](?:较|比|与)(?:上年|20\d\d|去年)|；(?:\d|[^一二三四五六七八九十（其])`)
)

// withoutReasons cuts 主要原因… out of a sentence and gives the reasons in order. In their place stays a mark.
func withoutReasons(s string) (string, []string) {
	var reasons []string
	var out strings.Builder
	for {
		m := reasonStart.FindStringIndex(s)
		if m == nil {
			out.WriteString(s)
			return out.String(), reasons
		}
		out.WriteString(s[:m[0]])
		rest := s[m[1]:]
		end := len(rest)
		if e := reasonEnd.FindStringIndex(rest); e != nil {
			end = e[0]
		}
		reasons = append(reasons, strings.TrimSpace(rest[:end]))
		out.WriteString("◇")
		s = rest[end:]
	}
}

// purposes are what money was used for; what they name is no subject of the figures that follow.
var purposes = regexp.MustCompile(`[，。]?(?:主要)?用于：?[^。；\d]*?([，。；](?:当年|全年|年初|年度|本年)?(?:年初)?(?:财政拨款)?(?:支出)?(?:预算|决算)|。)`)

// withoutPurposes cuts 主要用于… out of a sentence on one item.
func withoutPurposes(s string) string {
	if !strings.Contains(s, "（项）") && !strings.Contains(s, "（款）") {
		return s
	}
	return purposes.ReplaceAllString(s, "$1")
}

// announced takes the subject of a sentence without figures, of which the next sentence or the reasons speak.
func (c *speech) announced(s string) {
	head, _, found := strings.Cut(s, "◇")
	item := strings.Contains(head, "（项）") || strings.Contains(head, "（款）")
	if !found && !item && !flatWords.MatchString(s) && !thanWords.MatchString(s) {
		return
	}
	if subject := c.find(strings.TrimRight(head, "。；")); subject != nil {
		c.now = c.resume(subject)
	} else if item {
		c.now = nil // an item of which nothing is known
	}
}

// sentence takes the figures one by one with the words that lead to them, gives what stands behind the last and reports
// whether there were any.
func (c *speech) sentence(s string) (rest string, any bool) {
	from := 0
	for _, m := range measured.FindAllStringSubmatchIndex(s, -1) {
		if m[2] < 0 || strings.HasPrefix(s[m[1]:], "月") {
			continue // a year, a number in a name
		}
		unit := s[m[2]:m[3]]
		value, ok := disclosed.ParseNumber(s[m[0]:m[2]])
		lead := s[from:m[0]]
		if !ok {
			continue
		}
		from = m[1]
		c.figure(lead, value, unit, s[m[0]:m[1]])
		any = true
	}
	return s[from:], any
}

var cutLead = regexp.MustCompile(`^.*[；。◇]`)

// figure makes a fact of one figure.
func (c *speech) figure(lead string, value disclosed.Number, unit, text string) {
	subject := c.find(lead)
	if strings.Contains(lead, "其中") || strings.Contains(lead, "以下方面") || strings.Contains(lead, "主要包括") {
		if c.now != nil && c.whole == nil {
			c.whole = c.now
		}
	}
	if subject != nil && (c.now == nil || c.now.Subject != subject.key) {
		c.now = c.resume(subject)
	}
	if subject == nil && c.strange(lead) {
		c.now = nil // a subject of which nothing is known: what follows is not that of the one before
	}
	if c.now == nil {
		return
	}
	f := metricOf(cutLead.ReplaceAllString(lead, ""), unit)
	if f.Metric == "" {
		return
	}
	f.Value, f.Unit, f.Text, f.Place = value, unit, tail(lead, 24)+text, c.s.Place
	if value.Micro < 0 && f.Metric == disclosed.Change {
		f.Value.Micro, f.Sign = -value.Micro, -f.Sign
	}
	if _, twice := c.now.Get(f.Metric); twice && f.Metric != disclosed.Quantity {
		if subject == nil && (f.Metric == disclosed.Initial || f.Metric == disclosed.FullYear) {
			c.now = nil // the budget of something else
		}
		return // the first one counts
	}
	if f.Metric == disclosed.Share && f.Base == "" && c.whole != nil {
		f.Base = c.whole.Subject
	}
	c.now.Facts = append(c.now.Facts, f)
	c.now.Text += f.Text
}

// resume goes on with an earlier claim on the same subject in the section, or begins one.
func (c *speech) resume(t *term) *disclosed.Claim {
	for _, old := range c.p.doc.Claims {
		if old.Section == c.s && old.Subject == t.key {
			return old
		}
	}
	n := &disclosed.Claim{Section: c.s, Subject: t.key, Words: t.found, Place: c.s.Place}
	n.Place.At = c.s.Title() + " " + t.found
	c.p.doc.Claims = append(c.p.doc.Claims, n)
	return n
}

// generic are words that lead to a figure without naming a subject.
var generic = regexp.MustCompile(`20\d\d年度?|本年度?|上年度?|去年|同期|各自|分别|其中|支出|收入|年初|全年|调整后?|预算|决算|执行|实际|安排|合计|总计|共计|总额|完成|增加|减少|增长|下降|上升|提高|降低|幅度|比例|持平|相比|我单位|本单位|本部门|本中心|我部门|万元|财政拨款|各|均|共|比|较|与|同|数|为|是|的|了|约|率|占|达|到|和|及|并|额|后|中|多|少|[^\p{Han}]`)

// strange reports whether the words before a figure name a subject that no vocabulary knows.
func (c *speech) strange(lead string) bool {
	lead = cutLead.ReplaceAllString(lead, "")
	if strings.Contains(lead, "占") {
		return false
	}
	if k := strings.LastIndexAny(lead, "，："); k >= 0 {
		lead = lead[k:]
	}
	return len([]rune(generic.ReplaceAllString(lead, ""))) >= 2
}

func tail(s string, n int) string {
	r := []rune(s)
	return string(r[max(0, len(r)-n):])
}

var (
	leadShare    = regexp.MustCompile(`占(?:到|了)?([^占]*?)(?:的比例|的比重|的百分比|比重|比例)?(?:为|的|是|约|达)*$`)
	leadComplete = regexp.MustCompile(`(?:完成了?|为|占)?(年初|全年|调整后?|年度|当年)?的?预算数?(?:完成率|执行率|的比例)?(?:的|为|数的)*$`)
	leadUp       = regexp.MustCompile(`(?:增加|增长|上升|提高|增幅|增长率|多)(?:了|为|率为|幅度为|约|共|达)*$`)
	leadDown     = regexp.MustCompile(`(?:减少|下降|降低|降幅|下降率|少|压减|缩减)(?:了|为|率为|幅度为|约|共|达)*$`)
	leadInitial  = regexp.MustCompile(`年初预算数?(?:安排)?(?:为|是|数为|共|共计|合计)*$`)
	leadFull     = regexp.MustCompile(`(?:(?:全年|调整后?(?:的)?|年度)预算数?|预算调整数|调整预算数?)(?:为|是|数为)*$`)
	leadBudget   = regexp.MustCompile(`预算数?(?:安排)?(?:为|是|数为)*$`)
	leadPast     = regexp.MustCompile(`(?:上年度?|去年)(?:同期)?(?:决算)?(?:支出|收入)?数?(?:为|是)*$`)
	leadLast     = regexp.MustCompile(`20\d\d年度?(?:决算)?(?:支出|收入)?数?(?:为|是)$`)
)

// metricOf tells what a figure is by the words before it.
func metricOf(lead, unit string) disclosed.Fact {
	switch unit {
	case "%":
		return rateOf(lead)
	case "万元", "元", "亿元":
		return amountOf(lead)
	case "分":
		return disclosed.Fact{}
	case "个百分点":
		return disclosed.Fact{}
	}
	return disclosed.Fact{Metric: disclosed.Quantity}
}

func rateOf(lead string) disclosed.Fact {
	last := lead
	if k := strings.LastIndex(lead, "，"); k >= 0 {
		last = lead[k:]
	}
	switch {
	case strings.Contains(last, "到位率") || strings.Contains(last, "覆盖"):
		return disclosed.Fact{}
	case strings.Contains(last, "完成") && leadComplete.MatchString(last), strings.Contains(last, "执行率"), strings.Contains(last, "完成率"):
		f := disclosed.Fact{Metric: disclosed.Completion}
		for _, b := range []string{"年初", "全年", "调整"} {
			if strings.Contains(last, b) {
				f.Base = b
			}
		}
		return f
	case leadUp.MatchString(last):
		return disclosed.Fact{Metric: disclosed.Growth, Sign: 1}
	case leadDown.MatchString(last):
		return disclosed.Fact{Metric: disclosed.Growth, Sign: -1}
	}
	if m := leadShare.FindStringSubmatch(last); m != nil {
		return disclosed.Fact{Metric: disclosed.Share, Base: baseOf(m[1])}
	}
	return disclosed.Fact{}
}

func amountOf(lead string) disclosed.Fact {
	switch {
	case leadPast.MatchString(lead), leadLast.MatchString(lead) && strings.Contains(lead, "比"):
		return disclosed.Fact{}
	case leadUp.MatchString(lead):
		return disclosed.Fact{Metric: disclosed.Change, Sign: 1}
	case leadDown.MatchString(lead):
		return disclosed.Fact{Metric: disclosed.Change, Sign: -1}
	case leadInitial.MatchString(lead):
		return disclosed.Fact{Metric: disclosed.Initial, Base: "年初"}
	case leadFull.MatchString(lead):
		return disclosed.Fact{Metric: disclosed.FullYear, Base: "全年"}
	case leadBudget.MatchString(lead):
		return disclosed.Fact{Metric: disclosed.FullYear}
	}
	return disclosed.Fact{Metric: disclosed.Actual}
}

var (
	thanWords  = regexp.MustCompile(`决算数?(?:大于|小于|等于|高于|低于|超过|与)(?:年初|全年|调整后?)?预算数?(?:持平|一致|相等|相同)?`)
	flatWords  = regexp.MustCompile(`(?:与|较|比)(?:上年度?|20\d\d年度?|去年)(?:同期)?(?:决算数?|相比)?(?:支出)?(?:基本)?(?:持平|一致|相同|无变化|无增减)`)
	budgetWord = regexp.MustCompile(`决算数?[^，。]{0,12}预算数?[^，。]{0,6}的?◇`)
)

// words reads the direction and the reasons of a sentence for the claim that it ends with.
func (c *speech) words(body string, reasons []string) {
	if m := thanWords.FindStringIndex(body); m != nil {
		if of := c.nearest(body[:m[0]]); of.Than == "" {
			of.Than, of.ThanText = direction(body[m[0]:m[1]]), body[m[0]:m[1]]
		}
	}
	if m := flatWords.FindStringIndex(body); m != nil {
		c.nearest(body[:m[0]]).Flat = true
	}
	for i, r := range reasons {
		if i == 0 && budgetWord.MatchString(body) {
			c.now.Reason = r
		} else if c.now.WhyChange == "" {
			c.now.WhyChange = r
		}
	}
}

// nearest is the claim on the last subject that the words before a mark name; the one that the sentence ends with where
// they name none.
func (c *speech) nearest(lead string) *disclosed.Claim {
	if subject := c.find(lead); subject != nil && !strings.HasPrefix(subject.key, unclearItem) {
		return c.resume(subject)
	}
	return c.now
}

// direction reads 大于, 小于 or 等于 out of 决算数大于预算数 and the like.
func direction(m string) string {
	switch {
	case strings.Contains(m, "大于"), strings.Contains(m, "高于"), strings.Contains(m, "超过"):
		return "大于"
	case strings.Contains(m, "小于"), strings.Contains(m, "低于"):
		return "小于"
	}
	return "等于"
}
