package itemhttp

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

func number(n int) string { return strconv.Itoa(n) }

// options makes the choices of a select of a table of codes.
func options(list []org.Choice) []web.Option {
	var out []web.Option
	for _, c := range list {
		out = append(out, web.Option{Value: c.Value, Label: c.Label})
	}
	return out
}

// facts are the single values of a guide in the order in which people ask.
func facts(g *item.Guide) []web.Item {
	c := &g.Content
	var bases []string
	for _, b := range c.Bases {
		bases = append(bases, strings.TrimSpace(b.Document+" "+b.Article))
	}
	flags := []string{}
	for _, f := range []struct {
		is   bool
		name string
	}{{c.Bookable, "可预约"}, {c.PayOnline, "可网上支付"}, {c.Express, "可快递送达"}, {c.Kiosk, "可自助办理"}, {c.Tolerant, "可容缺受理"}, {c.Commitment, "可告知承诺办理"}} {
		if f.is {
			flags = append(flags, f.name)
		}
	}
	items := []web.Item{
		web.ItemText("实施主体", g.Unit), web.ItemText("事项类型", c.Kind.Label()), web.ItemText("办件类型", c.CaseKind.Label()),
		web.ItemText("承诺办结时限", c.Promise.Label()), web.ItemText("法定办结时限", statutory(c)), web.ItemText("服务对象", item.Names(item.Objects(), c.Objects)),
		web.ItemText("办理形式", item.Names(item.Channels(), c.Channels)), web.ItemText("到办事现场次数", visits(c)), web.ItemText("收费", fees(c)),
		web.ItemText("办理结果", result(c)), web.ItemText("便民服务", strings.Join(flags, "、")), web.ItemText("通办范围", org.LabelOf(item.Scopes(), c.Scope)),
		wide("办理地点", c.Place), wide("办理时间", c.Hours), web.ItemText("咨询电话", c.Consult), web.ItemText("监督投诉电话", c.Complaint),
		wide("设定依据", strings.Join(bases, "；")), web.ItemText("实施编码", c.Code), web.ItemText("行使层级", org.LabelOf(item.Levels(), c.Level)),
	}
	return append(items, furtherFacts(g)...)
}

func furtherFacts(g *item.Guide) []web.Item {
	c := &g.Content
	var out []web.Item
	if g.First != "" {
		out = append(out, wide("初审", g.First+"，"+c.First.Within().Label()+"；承诺和法定办结时限自决定机关收到初审意见和材料之日起算（"+c.First.Basis+"）"))
	}
	for _, x := range []struct{ label, text string }{{"承诺时限说明", c.PromiseNote}, {"数量限制", c.Quota}, {"中介服务", c.Intermediaries}, {"共同实施部门", strings.Join(c.Joint.Units, "、")}, {"牵头部门", c.Joint.Lead}, {"办理站点", g.Site}, {"复议和诉讼", c.Remedy}} {
		if x.text != "" {
			out = append(out, wide(x.label, x.text))
		}
	}
	if c.Online != "" {
		out = append(out, web.Item{Label: "网上办理", Value: web.CellLink(c.Online, c.Online), Wide: true})
	}
	var special []string
	for _, s := range c.Suspensions {
		special = append(special, org.LabelOf(item.SuspensionKinds(), s.Kind)+"（"+s.Basis+"）")
	}
	if len(special) > 0 {
		out = append(out, wide("不计入时限的特别程序", strings.Join(special, "；")))
	}
	return out
}

func wide(label, text string) web.Item {
	i := web.ItemText(label, text)
	i.Wide = true
	return i
}

func statutory(c *item.Content) string {
	if c.StatutoryBasis == "" {
		return c.Statutory.Label()
	}
	return c.Statutory.Label() + "（" + c.StatutoryBasis + "）"
}

func visits(c *item.Content) string {
	s := number(c.Visits.N) + " 次"
	if c.Visits.Reason != "" {
		s += "（" + c.Visits.Reason + "）"
	}
	return s
}

func result(c *item.Content) string {
	s := c.Result.Name
	if c.Result.Validity != "" {
		s += "（有效期：" + c.Result.Validity + "）"
	}
	if term := c.TermLabel(); term != "" {
		s += "（" + term + "）"
	}
	return s
}

func fees(c *item.Content) string {
	if len(c.Fees) == 0 {
		return "不收费"
	}
	var out []string
	for _, f := range c.Fees {
		s := f.Name + "：" + f.Standard
		if f.Fen > 0 {
			s = f.Name + "：" + f.Fen.Yuan() + " 元"
			if f.Per != "" {
				s += "／" + f.Per
			}
		}
		s += "（" + f.Basis + "）"
		if f.Reduction != "" {
			s += "；减免：" + f.Reduction
		}
		out = append(out, s)
	}
	return strings.Join(out, "；")
}

// copiesOf says how many originals and copies of a material are asked for.
func copiesOf(m item.Material) string {
	if m.Source == "shared" {
		return "不用带，窗口核验"
	}
	var out []string
	if m.Originals > 0 {
		out = append(out, "原件 "+number(m.Originals)+" 份")
	}
	if m.Copies > 0 {
		out = append(out, "复印件 "+number(m.Copies)+" 份")
	}
	if len(out) == 0 {
		return org.LabelOf(item.Forms(), m.Form)
	}
	return strings.Join(out, "，")
}

// notesOf says what else one should know about a material.
func notesOf(m item.Material) string {
	var out []string
	if m.Optional {
		out = append(out, "非必要")
	}
	if m.Waivable {
		out = append(out, "可容缺后补")
	}
	if m.Standard != "" {
		out = append(out, m.Standard)
	}
	return strings.Join(out, "；")
}

func sourceOf(m item.Material) string {
	if m.Issuer != "" {
		return org.LabelOf(item.Sources(), m.Source) + "（" + m.Issuer + "）"
	}
	return org.LabelOf(item.Sources(), m.Source)
}

func materialTable(list []item.Material) web.Table {
	t := web.Table{ID: "materials", Caption: "材料", Columns: []web.Column{{Label: "材料", Grow: true, Wrap: true}, {Label: "份数"}, {Label: "来源和要求", Wrap: true}},
		Empty: web.Empty{Title: "不需要申请人提交材料", Text: "所需信息由窗口通过数据共享核验。"}}
	for _, m := range list {
		t.Rows = append(t.Rows, web.Row{ID: m.Code, Cells: []templ.Component{web.CellText(m.Name), web.CellText(copiesOf(m)), web.CellText(joined(sourceOf(m), notesOf(m)))}})
	}
	return t
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "；" + b
}

func mergedTable(list []item.MergedMaterial) web.Table {
	t := web.Table{ID: "merged", Caption: "合并后的材料", Columns: []web.Column{{Label: "材料", Grow: true, Wrap: true}, {Label: "份数"}, {Label: "用于", Wrap: true}, {Label: "要求", Wrap: true}}}
	for _, m := range list {
		note := notesOf(m.Material)
		if !m.Always {
			note = strings.TrimPrefix(note+"；按情形提交", "；")
		}
		t.Rows = append(t.Rows, web.Row{ID: m.Code, Cells: []templ.Component{web.CellText(m.Name), web.CellText(copiesOf(m.Material)), web.CellText(strings.Join(m.For, "、")), web.CellText(note)}})
	}
	return t
}

func stepTable(list []item.StepTemplate) web.Table {
	t := web.Table{ID: "steps", Caption: "办理流程", Columns: []web.Column{{Label: "环节", Grow: true}, {Label: "办理人"}, {Label: "时限"}, {Label: "说明", Minor: true, Wrap: true}}}
	for i, s := range list {
		t.Rows = append(t.Rows, web.Row{ID: "step" + number(i), Cells: []templ.Component{web.CellText(number(i+1) + ". " + s.Name), web.CellText(org.LabelOf(item.StepRoles(), s.Role)), web.CellText(s.Limit.Label()), web.CellText(stepNote(s))}})
	}
	return t
}

// stepNote is what a step says besides, with the stage that its limit is counted in where its name does not tell.
func stepNote(s item.StepTemplate) string {
	if s.Stage == "" || s.Stage == item.GuessStage(s.Name) || s.Limit.IsZero() {
		return s.Note
	}
	return joined("计入“"+org.LabelOf(item.Stages(), s.Stage)+"”", s.Note)
}

func powersOf(a *item.Authorization) string {
	var out []string
	for _, p := range a.Powers() {
		out = append(out, p.Label())
	}
	return strings.Join(out, "、")
}

func shortOf(list []string, most int) string {
	if len(list) <= most {
		return strings.Join(list, "、")
	}
	return strings.Join(list[:most], "、") + " 等 " + number(len(list)) + " 项"
}
