package caseworkhttp

import (
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/web"
)

const licenceHome = "/casework/licences"

func licencePath(id casework.CaseID) string { return licenceHome + "/" + string(id) }

// licencesView is a part of the register of licences.
type licencesView struct {
	Table web.Table
	Tabs  []web.Tab
}

// licenceTabs are the parts of the register.
var licenceTabs = []struct {
	label string
	list  casework.LicenceList
	lead  string
}{{"有效（按期满日）", casework.LicencesRunning, "有期限的证照在期满前按期满日排在这里。"}, {"即将期满", casework.LicencesNear, "期满前三十个工作日起列在这里，提醒持证人申请延续。"},
	{"未定期限", casework.LicencesOpen, "没有期限的，和登记以前没有记下期限的证照。"}, {"已失效", casework.LicencesEnded, "被延续、到期、注销、撤销、吊销的证照。"}}

func (h handlers) licences(c *web.Ctx) error {
	f := casework.LicenceFilter{List: casework.LicenceList(c.Query("list")), No: c.Query("no"), After: c.Query("after")}
	v := licencesView{}
	empty := web.Empty{Title: "没有这个编号的证照", Text: "请核对证照编号；别的部门的证照不在这里。"}
	for _, t := range licenceTabs {
		href := licenceHome
		if t.list != "" {
			href += "?list=" + string(t.list)
		}
		current := t.list == f.List && f.No == ""
		v.Tabs = append(v.Tabs, web.Tab{Label: t.label, Href: href, Current: current})
		if current {
			empty = web.Empty{Title: "这里没有证照", Text: t.lead + "制证时自动登记。"}
		}
	}
	list, next, err := h.Casework.Licences(c.Context(), f)
	if err != nil {
		return err
	}
	if f.No != "" && len(list) == 1 {
		return c.Redirect(licencePath(list[0].ID))
	}
	v.Table = licenceTable(list, c.Now().Date())
	v.Table.Empty, v.Table.Next = empty, next
	return c.Render(licencesPage(v))
}

func licenceTable(list []casework.LicenceRow, today clock.Date) web.Table {
	t := web.Table{ID: "licences", Caption: "证照", Columns: []web.Column{{Label: "证照编号"}, {Label: "名称", Grow: true}, {Label: "持证人"}, {Label: "发证单位", Minor: true}, {Label: "状态"}, {Label: "有效期"}, {Label: "申请延续至", Minor: true}}}
	for i := range list {
		l := &list[i]
		lamp := web.NoLight
		if l.State == casework.InForce && !l.NoticedOn.IsZero() {
			lamp = web.Yellow
		}
		t.Rows = append(t.Rows, web.Row{ID: string(l.ID), Href: licencePath(l.ID), State: lamp, Cells: []templ.Component{web.CellLink(licencePath(l.ID), l.No), web.CellText(l.Name), web.CellText(l.Holder), web.CellText(l.Unit),
			web.StateBadge(licenceTone(l.State), l.State.Label()), web.CellText(l.TermText()), web.CellDate(l.ApplyBy)}})
	}
	return t
}

func licenceTone(s casework.LicenceState) web.Tone {
	switch s {
	case casework.InForce:
		return web.Success
	case casework.Annulled, casework.Forfeited:
		return web.Danger
	case casework.Expired, casework.Cancelled:
		return web.Warning
	}
	return web.Info
}

// licenceView is the sheet of a licence with the form by which it is ended.
type licenceView struct {
	casework.LicenceSheet
	Form  *web.Form
	Key   string
	Today clock.Date
}

func (h handlers) licence(c *web.Ctx) error {
	s, err := h.Casework.FindLicence(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.Render(licencePage(licenceView{LicenceSheet: s, Key: c.RequestID(), Today: c.Now().Date()}))
}

func (h handlers) endLicence(c *web.Ctx) error {
	f := c.Form()
	s, err := h.Casework.FindLicence(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	in := casework.EndInput{Action: casework.LicenceAction(f.Text("action")), Until: dayOf(f, "valid_until"), Ground: f.Text("ground"), Document: f.Text("document"), Reason: f.Text("reason")}
	if !f.OK() {
		return c.Invalid(licencePage(licenceView{LicenceSheet: s, Form: f, Key: c.RequestID(), Today: c.Now().Date()}))
	}
	l, err := h.Casework.EndLicence(c.Context(), casework.Command{CaseID: s.ID, Version: f.Version(), Key: f.Text("key")}, in)
	if err == nil {
		c.Flash(web.Success, "证照 "+l.No+" 现在是“"+l.State.Label()+"”。")
		return c.Redirect(licencePath(l.ID))
	}
	if !f.Take(err) {
		return err
	}
	return c.Invalid(licencePage(licenceView{LicenceSheet: s, Form: f, Key: c.RequestID(), Today: c.Now().Date()}))
}

func (v licenceView) particulars() []web.Item {
	out := []web.Item{web.ItemText("证照名称", v.Name), web.ItemText("事项", v.ItemName), web.ItemText("持证人", v.Person.Name+"　"+v.Person.IDNo), web.ItemText("发证单位", v.Unit), web.ItemText("有效期", v.TermText())}
	if v.Ends() {
		out = append(out, web.ItemText("申请延续至", v.ApplyBy.String()))
	}
	if n := v.Days(v.Today); n > 0 {
		out = append(out, web.ItemText("还有", strconv.Itoa(n)+" 日"))
	}
	if v.IssuedAt != 0 {
		out = append(out, web.ItemText("制证", web.MomentText(v.IssuedAt)))
	}
	if v.State != casework.InForce {
		out = append(out, web.ItemText("失效日期", v.EndedOn.String()), web.ItemText("失效原因", v.GroundText()))
	}
	if v.Document != "" {
		out = append(out, web.ItemText("文书", v.Document))
	}
	if v.Case != nil {
		out = append(out, web.Item{Label: "发证办件", Value: web.CellLink(casePath(v.Case.No), v.Case.No)})
	}
	for _, x := range v.Renewals {
		out = append(out, web.Item{Label: "延续申请", Value: web.CellLink(casePath(x.No), x.No+"　"+x.State.Label())})
	}
	if v.Before != nil {
		out = append(out, web.Item{Label: "延续自", Value: web.CellLink(licencePath(v.Before.ID), v.Before.No+"　"+v.Before.TermText())})
	}
	if v.Follower != nil {
		out = append(out, web.Item{Label: "延续为", Value: web.CellLink(licencePath(v.Follower.ID), v.Follower.No+"　"+v.Follower.TermText())})
	}
	return out
}

func (v licenceView) history() []web.Step {
	var out []web.Step
	for i := len(v.Events) - 1; i >= 0; i-- {
		e := v.Events[i]
		who := e.ActorName
		if e.Authority != "" {
			who += "（依据 " + e.Authority + "）"
		}
		out = append(out, web.Step{At: e.At, Who: who, Title: casework.LicenceAction(e.Action).Label(), Text: e.Text})
	}
	return out
}

// endings are the ways in which the licence may be ended now.
func (v licenceView) endings() []web.Option {
	var out []web.Option
	if len(v.CancelGrounds()) > 0 {
		out = append(out, web.Option{Value: string(casework.LicenceCancel), Label: casework.LicenceCancel.Label(), Hint: "行政许可法第七十条"})
	}
	if v.State == casework.InForce {
		out = append(out, web.Option{Value: string(casework.LicenceForfeit), Label: casework.LicenceForfeit.Label(), Hint: "依行政处罚决定"}, web.Option{Value: string(casework.LicenceCorrects), Label: "更正有效期", Hint: "与证上印的不一致的"})
	}
	return out
}

// linked are the lines of a case's sheet about the cases before and after it, and its licence.
func (v sheetView) linked() []web.Item {
	var out []web.Item
	for _, x := range v.Previous {
		out = append(out, web.Item{Label: "原办件", Value: web.CellLink(casePath(x.No), x.No+"　"+x.State.Label())})
	}
	for _, x := range v.Later {
		out = append(out, web.Item{Label: "后续办件", Value: web.CellLink(casePath(x.No), x.No+"　"+x.State.Label())})
	}
	if l := v.Renewing; l != nil {
		out = append(out, web.Item{Label: "延续的证照", Value: web.CellLink(licencePath(l.ID), l.No+"　"+l.State.Label()+"　"+l.TermText())})
	}
	if l := v.Licence; l != nil {
		out = append(out, web.Item{Label: "证照登记", Value: web.CellLink(licencePath(l.ID), l.No+"　"+l.State.Label()+"　"+l.TermText())})
	}
	if v.Again && !v.Open && len(v.Later) == 0 {
		out = append(out, web.Item{Label: "再次申请", Value: web.CellLink("/casework/new?item="+v.ItemID+"&follows="+v.No, "另立新办件接续")})
	}
	return out
}

// urging says by when a renewal must be decided, while it is not.
func (v sheetView) urging() string {
	l := v.Renewing
	if l == nil || l.State != casework.InForce || v.Decision != casework.Undecided || !v.Open {
		return ""
	}
	s := "申请延续的证照 " + l.No + " 于 " + l.Until.String() + " 期满，应在期满前决定。"
	if v.Terms().RenewsBySilence() && v.ReceivedAt.Date() <= l.ApplyBy {
		s += "期满没有决定的，依法视为准予延续。"
	}
	return s
}

func (v sheetView) renewedNo() string {
	if v.Renewing != nil {
		return v.Renewing.No
	}
	return ""
}

func (v sheetView) termHint() string {
	if label := v.Terms().TermLabel(); label != "" {
		return "不填按事项的有效期限（" + v.Terms().Renewal.Term.Label() + "）计算"
	}
	return "事项没有规定有效期限的，不填为未定期限"
}
