package caseworkhttp

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/casework"
	"yichuang/internal/item"
	"yichuang/internal/party"
	"yichuang/internal/web"
)

// intakeView is the form of the window: items first, then who applies and with which materials.
type intakeView struct {
	Form  *web.Form
	Query string
	Hits  []item.GuideRow
	Items []item.Guide
	Ids   []string
	Pack  string // id of the package that was chosen
	Key   string
	// Counter is the counter at which the reader sits.
	Counter string
	// Serving is the number that is being served there.
	Serving string
	// Again asks why a second case of the same item is opened: the first was refused.
	Again bool
	// Follows and Renews are the case that is taken up again and the certificate to be renewed, where the page was opened for them.
	Follows, Renews string
}

// with is the address of the form with one more item.
func (v intakeView) with(id string) string {
	return "/casework/new?" + url.Values{"item": append(slices.Clone(v.Ids), id)}.Encode()
}

// without is the address of the form with one item less.
func (v intakeView) without(id string) string {
	return "/casework/new?" + url.Values{"item": slices.DeleteFunc(slices.Clone(v.Ids), func(x string) bool { return x == id })}.Encode()
}

// resumes reports whether the fields about an earlier case or certificate are open.
func (v intakeView) resumes(item string) bool {
	return v.Follows != "" || v.Renews != "" || v.Form != nil && v.Form.Text("follows."+item)+v.Form.Text("renews."+item) != ""
}

func (h handlers) newVisit(c *web.Ctx) error {
	v := intakeView{Query: c.Query("q"), Key: c.RequestID(), Follows: c.Query("follows"), Renews: c.Query("renews")}
	if err := h.chosen(c, &v, c.Request.URL.Query()["item"]); err != nil {
		return err
	}
	var err error
	if h.Counter != nil {
		if v.Counter, err = h.Counter(c.Context()); err != nil {
			return err
		}
	}
	if h.Serving != nil {
		if v.Serving, err = h.Serving(c.Context()); err != nil {
			return err
		}
	}
	if v.Query != "" || len(v.Ids) == 0 {
		if v.Hits, _, err = h.Item.Guides(c.Context(), item.GuideFilter{Query: v.Query, Limit: 20}); err != nil {
			return err
		}
	}
	return c.Render(intakePage(v))
}

// chosen reads the guides of the items that were chosen; a package (一件事) stands for its members.
func (h handlers) chosen(c *web.Ctx, v *intakeView, ids []string) error {
	for _, id := range ids {
		if slices.Contains(v.Ids, id) {
			continue
		}
		g, err := h.Item.Guide(c.Context(), id)
		if err != nil {
			return err
		}
		if g.Content.IsPackage() {
			v.Pack = id
			if err := h.chosen(c, v, g.Content.Members); err != nil {
				return err
			}
			continue
		}
		v.Ids, v.Items = append(v.Ids, id), append(v.Items, g)
	}
	return nil
}

func (h handlers) receive(c *web.Ctx) error {
	f := c.Form()
	v := intakeView{Form: f, Key: f.Text("key")}
	if err := h.chosen(c, &v, f.All("item")); err != nil {
		return err
	}
	v.Pack = f.Text("package")
	in := casework.IntakeInput{Applicant: person(f, ""), Agent: person(f, "agent_"), Window: f.Text("window"), Channel: f.Text("channel"), Package: v.Pack, Messages: f.Bool("messages"), Identity: strings.TrimSuffix(f.Text("identity"), notSeen), Authority: f.Text("agent_authority"), Key: v.Key}
	for _, g := range v.Items {
		one := casework.IntakeItem{ItemID: g.Item.ID, Had: f.All("had." + g.Item.ID), Reason: f.Text("reason." + g.Item.ID), Follows: casework.CaseID(f.Text("follows." + g.Item.ID)), Renews: f.Text("renews." + g.Item.ID), Answers: map[string]string{}}
		for _, s := range g.Content.Situations {
			name := "answer." + g.Item.ID + "." + s.Code
			if one.Answers[s.Code] = f.Text(name); one.Answers[s.Code] == "" {
				f.Fail(name, "请选择，材料清单按选择的情形确定。")
			}
		}
		in.Items = append(in.Items, one)
	}
	if !f.OK() {
		return c.Invalid(intakePage(v))
	}
	got, err := h.Casework.Receive(c.Context(), in)
	if err == nil {
		c.Flash(web.Success, "已接件，接件回执 "+got.ReceiptNo+"，查询码 "+got.QueryCode+"。请打印回执交给申请人。"+together(len(got.Cases)))
		return c.Redirect(casePath(got.Cases[0].No))
	}
	if !f.Take(err) {
		return err
	}
	v.Again = errors.Is(err, casework.ErrDuplicateOpen) || slices.ContainsFunc(in.Items, func(x casework.IntakeItem) bool { return x.Reason != "" })
	return c.Invalid(intakePage(v))
}

// person reads one of the two people of the form.
func person(f *web.Form, prefix string) party.Applicant {
	return party.Applicant{Contact: party.Contact{Name: f.Text(prefix + "name"), Phone: f.Text(prefix + "phone")}, IDType: f.Text(prefix + "id_type"), IDNo: f.Text(prefix + "id_no")}
}

// notSeen is the choice of the form for an application of somebody who did not come.
const notSeen = "none"

func identityOptions() []web.Option {
	return append(choices(casework.IdentityWays()), web.Option{Value: notSeen, Label: "邮寄，没有当面核验"})
}

func idTypes() []web.Option {
	var out []web.Option
	for _, t := range party.IdentityTypes {
		out = append(out, web.Option{Value: t, Label: t})
	}
	return out
}

func channelOptions() []web.Option {
	hints := map[string]string{casework.ChannelPost: "邮寄或快递来的，不计到场", casework.ChannelVisit: "上门收件，不计到场"}
	var out []web.Option
	for _, x := range casework.IntakeChannels() {
		out = append(out, web.Option{Value: x, Label: x, Hint: hints[x]})
	}
	return out
}

// together says how many cases one visit brought.
func together(n int) string {
	if n < 2 {
		return ""
	}
	return "这次共 " + strconv.Itoa(n) + " 个办件，请逐个办理。"
}

// intakeHint says how long an item takes and what the office fetches itself.
func intakeHint(g item.Guide) string {
	text := "承诺 " + g.Content.Promise.Label() + "，法定 " + g.Content.Statutory.Label()
	var own []string
	for _, m := range g.Content.Materials {
		if !m.Handed() && !m.Optional {
			own = append(own, m.Name)
		}
	}
	if len(own) > 0 {
		text += "。不用申请人提交：" + strings.Join(own, "、")
	}
	return text
}

// materialOptions are the materials of an item that somebody may bring, as boxes to tick.
func materialOptions(g item.Guide) []web.Option {
	var out []web.Option
	for _, m := range g.Content.Materials {
		hint := ""
		switch {
		case m.Optional:
			hint = "可以不交"
		case !m.Handed():
			continue
		case m.Waivable:
			hint = "可容缺"
		}
		out = append(out, web.Option{Value: m.Code, Label: m.Name, Hint: hint})
	}
	return out
}

func answerOptions(s item.Situation) []web.Option {
	var out []web.Option
	for _, w := range s.Answers {
		out = append(out, web.Option{Value: w.Code, Label: w.Label})
	}
	return out
}

// found lists the items that a search found; a choice adds the item to the visit.
func (v intakeView) found() web.Table {
	t := web.Table{ID: "items", Caption: "找到的事项", Columns: []web.Column{{Label: "事项", Grow: true, Name: true}, {Label: "部门"}}}
	for _, g := range v.Hits {
		name, href := g.Name, string(v.with(g.ItemID))
		if g.Package {
			name = "一件事：" + name
		}
		t.Rows = append(t.Rows, web.Row{ID: string(g.ItemID), Href: href, Cells: []templ.Component{web.CellLink(href, name), web.CellText(g.UnitName)}})
	}
	return t
}
