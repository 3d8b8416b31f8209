package item

import (
	"encoding/json"
	"slices"
	"strings"

	"yichuang/internal/money"
	"yichuang/internal/org"
)

// Difference is one thing that differs between two versions, in words.
type Difference struct {
	Field  string `json:"field"` // Chinese
	Before string `json:"before"`
	After  string `json:"after"`
}

// Saving says what a change spares the applicant: positive numbers are fewer. Days are compared only in the same unit.
type Saving struct {
	Materials int       `json:"materials"` // 减材料: that the applicant hands in
	Steps     int       `json:"steps"`     // 减环节
	Days      int       `json:"days"`      // 减时限: of the promised limit
	DaysKnown bool      `json:"days_known"`
	Visits    int       `json:"visits"` // 减跑动
	Fee       money.Fen `json:"fee"`    // of fixed charges
}

// Compare lists what differs between two contents, field by field, and what is saved.
func Compare(before, after *Content) ([]Difference, Saving) {
	var out []Difference
	a, b := before.fields(), after.fields()
	for i := range a {
		if a[i].text != b[i].text {
			out = append(out, Difference{a[i].label, a[i].text, b[i].text})
		}
	}
	out = append(out, parts("材料", named(before.Materials, Material.bare, materialName), named(after.Materials, Material.bare, materialName))...)
	out = append(out, parts("环节", named(before.Steps, StepTemplate.bare, stepName), named(after.Steps, StepTemplate.bare, stepName))...)
	out = append(out, parts("受理条件", named(before.Conditions, sameText, sameText), named(after.Conditions, sameText, sameText))...)
	out = append(out, parts("情形", named(before.Situations, situationName, situationName), named(after.Situations, situationName, situationName))...)
	out = append(out, parts("特别程序", named(before.Suspensions, suspensionName, suspensionName), named(after.Suspensions, suspensionName, suspensionName))...)
	out = append(out, parts("收费", named(before.Fees, FeeItem.bare, feeName), named(after.Fees, FeeItem.bare, feeName))...)
	s := Saving{Materials: before.handed() - after.handed(), Steps: len(before.Steps) - len(after.Steps), Visits: before.Visits.N - after.Visits.N}
	if before.Promise.Unit == after.Promise.Unit && !before.Promise.IsZero() {
		s.Days, s.DaysKnown = before.Promise.N-after.Promise.N, true
	}
	s.Fee = before.charge() - after.charge()
	return out, s
}

// handed counts the materials that the applicant must bring.
func (c *Content) handed() int {
	n := 0
	for _, m := range c.Materials {
		if m.Handed() {
			n++
		}
	}
	return n
}

func (c *Content) charge() money.Fen {
	var sum money.Fen
	for _, f := range c.Fees {
		sum += f.Fen
	}
	return sum
}

type labelled struct{ label, text string }

// fields lists the single values of content with their names, in the order of a guide.
func (c *Content) fields() []labelled {
	yes := func(b bool) string {
		if b {
			return "是"
		}
		return "否"
	}
	var bases []string
	for _, b := range c.Bases {
		bases = append(bases, b.Document+" "+b.Article)
	}
	return []labelled{
		{"事项名称", c.Name}, {"主项名称", c.MainName}, {"基本编码", c.BaseCode}, {"业务办理项编码", c.BusinessCode}, {"事项类型", c.Kind.Label()}, {"行使层级", org.LabelOf(Levels(), c.Level)},
		{"设定依据", strings.Join(bases, "；")}, {"办件类型", c.CaseKind.Label()}, {"法定办结时限", c.Statutory.Label()}, {"法定时限说明", c.StatutoryBasis}, {"承诺办结时限", c.Promise.Label()}, {"承诺时限说明", c.PromiseNote},
		{"补正期限", c.Correction.Label()}, {"数量限制", c.Quota}, {"中介服务", c.Intermediaries}, {"联办方式", org.LabelOf(JointModes(), c.Joint.Mode)}, {"牵头部门", c.Joint.Lead}, {"共同实施部门", strings.Join(c.Joint.Units, "、")},
		{"初审", firstWords(c.First)}, {"承诺核查期限", c.PledgeCheck.Label()}, {"承办机构", c.Undertaker}, {"结果名称", c.Result.Name}, {"结果类型", org.LabelOf(ResultKinds(), c.Result.Kind)}, {"结果有效期", c.Result.Validity}, {"结果样本", c.Sample.words()}, {"有效期限和延续", c.TermLabel()}, {"逾期未决定延续", org.LabelOf(Silences(), c.Renewal.Silence)}, {"延续的依据", c.Renewal.Basis}, {"服务对象", Names(Objects(), c.Objects)}, {"办理形式", Names(Channels(), c.Channels)},
		{"主题", Names(Themes(), c.Themes)}, {"通办范围", org.LabelOf(Scopes(), c.Scope)}, {"网上办理深度", org.LabelOf(Depths(), c.Depth)}, {"到办事现场次数", itoa(c.Visits.N)}, {"多次到现场的原因", c.Visits.Reason},
		{"支持预约", yes(c.Bookable)}, {"网上支付", yes(c.PayOnline)}, {"物流快递", yes(c.Express)}, {"自助终端", yes(c.Kiosk)}, {"进驻大厅", yes(c.InHall)}, {"容缺受理", yes(c.Tolerant)}, {"告知承诺", yes(c.Commitment)},
		{"两人以上核查", yes(c.TwoCheckers)}, {"逾期未补正视为撤回", yes(c.Silent)}, {"标准工时（分钟）", itoa(c.Minutes)}, {"办理地点", c.Place}, {"办理时间", c.Hours}, {"咨询电话", c.Consult}, {"监督投诉电话", c.Complaint},
		{"网上办理地址", c.Online}, {"复议和诉讼", c.Remedy}, {"实施主体编码", c.OrganCode}, {"实施主体性质", c.OrganNature},
	}
}

// Names gives the names of codes of a table, joined by 、.
func Names(list []org.Choice, codes []string) string {
	var out []string
	for _, c := range codes {
		out = append(out, org.LabelOf(list, c))
	}
	return strings.Join(out, "、")
}

// part is one element of a list: the name by which it is found again, how it is shown, and everything that it says.
type part struct{ name, shown, all string }

func named[T any](list []T, name, shown func(T) string) []part {
	var out []part
	for _, x := range list {
		all, _ := json.Marshal(x) // plain values always marshal
		out = append(out, part{name(x), shown(x), string(all)})
	}
	return out
}

func (m Material) bare() string     { return m.Name }
func (s StepTemplate) bare() string { return s.Name }
func (f FeeItem) bare() string      { return f.Name }

func sameText(s string) string { return s }
func materialName(m Material) string {
	var notes []string
	if m.Originals > 0 {
		notes = append(notes, "原件 "+itoa(m.Originals)+" 份")
	}
	if m.Copies > 0 {
		notes = append(notes, "复印件 "+itoa(m.Copies)+" 份")
	}
	if m.Source == "shared" {
		notes = append(notes, "数据共享核验")
	}
	if m.Optional {
		notes = append(notes, "非必要")
	}
	if m.Waivable {
		notes = append(notes, "可容缺")
	}
	if len(notes) == 0 {
		return m.Name
	}
	return m.Name + "（" + strings.Join(notes, "，") + "）"
}
func stepName(s StepTemplate) string {
	parts := []string{org.LabelOf(StepRoles(), s.Role), s.Limit.Label()}
	if s.Stage != "" {
		parts = append(parts, "阶段："+org.LabelOf(Stages(), s.Stage))
	}
	return s.Name + "（" + strings.Join(parts, "，") + "）"
}
func situationName(s Situation) string { return s.Question }
func suspensionName(s SuspensionRule) string {
	return org.LabelOf(SuspensionKinds(), s.Kind) + "（" + s.Basis + "）"
}
func feeName(f FeeItem) string { return f.Name + " " + f.Fen.Yuan() + " 元／" + f.Per }

// parts lists what was taken out of a list, put in, and changed inside under the same name.
func parts(field string, before, after []part) []Difference {
	var out []Difference
	for _, b := range before {
		i := slices.IndexFunc(after, func(a part) bool { return a.name == b.name })
		switch {
		case i < 0:
			out = append(out, Difference{Field: field, Before: b.shown})
		case after[i].shown != b.shown:
			out = append(out, Difference{Field: field, Before: b.shown, After: after[i].shown})
		case after[i].all != b.all:
			out = append(out, Difference{Field: field, Before: b.shown, After: b.shown + "（细节有修改）"})
		}
	}
	for _, a := range after {
		if !slices.ContainsFunc(before, func(b part) bool { return b.name == a.name }) {
			out = append(out, Difference{Field: field, After: a.shown})
		}
	}
	return out
}
