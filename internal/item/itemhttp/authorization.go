package itemhttp

import (
	"slices"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// authorizationsView is the letters and agreements.
type authorizationsView struct {
	Form     *web.Form
	Table    web.Table
	Expiring []item.AuthorizationRow
	New      bool
}

func (h handlers) authorizations(c *web.Ctx) error {
	f := c.Form()
	list, next, err := h.Item.Authorizations(c.Context(), item.AuthorizationFilter{State: item.AuthorizationState(f.Text("state")), After: c.Query("after")})
	if err != nil {
		return err
	}
	v := authorizationsView{Form: f, New: c.Can(item.PermAuthDraft), Table: authorizationTable(list, next)}
	if v.Expiring, err = h.Item.Expiring(c.Context()); err != nil {
		return err
	}
	return c.Render(authorizationsPage(v))
}

func authorizationTable(list []item.AuthorizationRow, next string) web.Table {
	t := web.Table{ID: "authorizations", Caption: "授权书和委托受理协议", Next: next, Columns: []web.Column{{Label: "被授权人", Grow: true}, {Label: "文书"}, {Label: "文号"}, {Label: "部门"}, {Label: "权力", Minor: true}, {Label: "事项", Number: true}, {Label: "有效期"}, {Label: "状态"}},
		Empty: web.Empty{Title: "没有授权书和协议", Text: "部门在这里把事项的受理、审查、决定和用印授给驻大厅的人员，或委托综合窗口受理。"}}
	for _, a := range list {
		t.Rows = append(t.Rows, web.Row{ID: a.ID, Href: "/authorizations/" + a.ID, Cells: []templ.Component{web.CellLink("/authorizations/"+a.ID, a.Grantee), web.CellText(a.Kind.Label()), web.CellText(a.Number), web.CellText(a.UnitName),
			web.CellText(powersOf(&a.Authorization)), web.CellNumber(int64(a.ItemCount)), web.CellText(a.From.String() + " 至 " + a.To.String()), authorizationBadge(a.State, a.Today)}})
	}
	return t
}

func authorizationBadge(s item.AuthorizationState, today string) templ.Component {
	tone := web.Info
	switch {
	case s == item.Effective && today == "有效":
		tone = web.Success
	case s == item.Effective, s == item.Issued, s == item.Filed:
		tone = web.Warning
	case s == item.Expired, s == item.Revoked, s == item.Withdrawn:
		tone = web.Danger
	}
	return web.StateBadge(tone, today)
}

// authorizationView is one authorization with what may be done now.
type authorizationView struct {
	item.AuthorizationSheet
	Form *web.Form
	Me   func(item.AuthorizationAction) bool
	Edit bool // a new edition may be drafted
	Mend bool // the draft may be put right
}

func (h handlers) authorization(c *web.Ctx) error { return h.showAuthorization(c, nil) }

func (h handlers) showAuthorization(c *web.Ctx, f *web.Form) error {
	s, err := h.Item.AuthorizationSheet(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	a := &s.Authorization
	row := org.Row{CentreID: a.CentreID, UnitID: a.UnitID, SiteID: a.SiteID, OwnerID: a.UserID}
	v := authorizationView{AuthorizationSheet: s, Form: f, Edit: a.State == item.Effective && org.Sees(c.Actor(), item.PermAuthDraft, row), Mend: a.State == item.Prepared && org.Sees(c.Actor(), item.PermAuthDraft, row)}
	v.Me = func(act item.AuthorizationAction) bool {
		_, perm, ok := item.NextAuthorization(a.State, act)
		return ok && org.Sees(c.Actor(), perm, row)
	}
	if f != nil {
		return c.Invalid(authorizationPage(v))
	}
	return c.Render(authorizationPage(v))
}

func (v authorizationView) items() []web.Item {
	a := &v.Authorization
	items := []web.Item{{Label: "状态", Value: authorizationBadge(a.State, v.Today)}, web.ItemText("授权部门", v.Unit), web.ItemText("被授权人", a.Grantee), web.ItemText("文号", a.Number), web.ItemText("权力", powersOf(a)),
		web.ItemText("有效期", web.DayText(a.From)+" 至 "+web.DayText(a.To)), web.ItemText("公示生效", web.DayText(a.PublishedOn)), web.ItemText("失效", web.DayText(a.EndedOn)),
		web.ItemText("草拟", v.Names[a.DraftedBy]), web.ItemText("签发", v.Names[a.IssuedBy]), web.ItemText("备案", v.Names[a.FiledBy]), web.ItemText("公示", v.Names[a.PublishedBy])}
	if a.Cap > 0 {
		items = append(items, web.ItemText("金额上限", a.Cap.Yuan()+" 元"))
	}
	if a.Replaces != "" {
		items = append(items, web.Item{Label: "代替", Value: web.CellLink("/authorizations/"+a.Replaces, "原授权")})
	}
	if a.Reason != "" {
		items = append(items, wide("原因", a.Reason))
	}
	return items
}

func (v authorizationView) itemTable() web.Table {
	t := web.Table{ID: "items", Caption: "事项", Columns: []web.Column{{Label: "事项", Grow: true}, {Label: "类型"}, {Label: "实施编码", Minor: true}, {Label: "状态"}}}
	for _, it := range v.Items {
		t.Rows = append(t.Rows, web.Row{ID: it.ID, Cells: []templ.Component{web.CellLink("/items/"+it.ID, it.Name), web.CellText(it.Kind.Label()), web.CellText(it.Code), stateBadge(it.State)}})
	}
	return t
}

func (v authorizationView) history() []web.Step {
	var out []web.Step
	for _, s := range v.Steps {
		title := s.Action.Label()
		if title == "" {
			title = s.To.Label()
		}
		out = append(out, web.Step{At: s.At, Who: s.ByName, Title: title, Text: s.Remark})
	}
	for _, n := range v.Notices {
		out = append(out, web.Step{At: n.At, Title: "到期前 " + number(int(n.Rung)) + " 个工作日提醒"})
	}
	slices.SortStableFunc(out, func(a, b web.Step) int { return int(b.At/1000 - a.At/1000) })
	return out
}

func (v authorizationView) action(act item.AuthorizationAction, w web.Weight, confirm string) web.Action {
	return web.Action{Label: act.Label(), Href: "/authorizations/" + v.Authorization.ID + "/steps/" + string(act), Post: true, Weight: w, Version: v.Authorization.Version, Confirm: confirm}
}

func (h handlers) moveAuthorization(c *web.Ctx) error {
	f := c.Form()
	act := item.AuthorizationAction(c.Param("action"))
	a, err := h.Item.MoveAuthorization(c.Context(), c.Param("id"), f.Version(), act, f.Text("reason"))
	if err == nil {
		c.Flash(web.Success, "已"+act.Label()+"："+a.Grantee+"，"+a.Number+"。")
		return c.Redirect("/authorizations/" + a.ID)
	}
	if !f.Take(err) {
		return err
	}
	return h.showAuthorization(c, f)
}

// authorizationForm is the form on which a letter or an agreement is drafted.
type authorizationForm struct {
	Form    *web.Form
	Old     *item.Authorization // the one in force that is to be replaced
	Kind    item.AuthorizationKind
	Unit    string
	Units   []web.Option
	People  []web.Option
	Sites   []web.Option
	Items   []web.Option
	Chosen  []string
	Powers  []string
	Replace string
	Mend    string // id of the draft that is put right
	Version int64
}

func (h handlers) newAuthorization(c *web.Ctx) error {
	f := c.Form()
	v := authorizationForm{Kind: item.AuthorizationKind(f.Choice("kind", string(item.Agreement))), Unit: f.Text("unit"), Replace: f.Text("replaces")}
	if v.Replace != "" {
		s, err := h.Item.AuthorizationSheet(c.Context(), v.Replace)
		if err != nil {
			return err
		}
		old := s.Authorization
		v.Old, v.Kind, v.Unit, v.Chosen, v.Powers = &old, old.Kind, old.UnitID, old.Items, strings.Split(old.PowerList, ",")
	}
	return h.showAuthorizationForm(c, v)
}

func (h handlers) showAuthorizationForm(c *web.Ctx, v authorizationForm) error {
	var err error
	if v.Kind == "" {
		v.Kind = item.Letter
	}
	if v.Units, err = h.ownUnits(c, item.PermAuthDraft); err != nil {
		return err
	}
	if v.Unit == "" && len(v.Units) > 0 {
		v.Unit = v.Units[0].Value
	}
	if v.Sites, err = h.sites(c); err != nil {
		return err
	}
	if v.Unit != "" {
		if v.Items, err = h.itemOptions(c, v.Unit); err != nil {
			return err
		}
		if v.People, err = h.people(c, v.Unit); err != nil {
			return err
		}
	}
	if v.Form != nil {
		return c.Invalid(authorizationFormPage(v))
	}
	return c.Render(authorizationFormPage(v))
}

// itemOptions lists the items of a unit that are not cancelled.
func (h handlers) itemOptions(c *web.Ctx, unit string) ([]web.Option, error) {
	var out []web.Option
	after := ""
	for {
		list, next, err := h.Item.Items(c.Context(), item.Filter{UnitID: unit, After: after, Limit: 200})
		if err != nil {
			return nil, err
		}
		for _, r := range list {
			if r.State != item.Cancelled && r.State != item.Discarded {
				out = append(out, web.Option{Value: r.ID, Label: r.Name})
			}
		}
		if after = next; after == "" || len(out) >= 500 {
			return out, nil
		}
	}
}

// people lists who may be given a letter: the unit's people in the hall.
func (h handlers) people(c *web.Ctx, unit string) ([]web.Option, error) {
	list, err := h.Item.Grantees(c.Context(), unit)
	var out []web.Option
	for _, u := range list {
		out = append(out, web.Option{Value: u.ID, Label: u.Name})
	}
	return out, err
}

// authorizationInput reads the form of a letter or an agreement.
func authorizationInput(f *web.Form) item.AuthorizationInput {
	in := item.AuthorizationInput{Kind: item.AuthorizationKind(f.Text("kind")), UnitID: f.Text("unit_id"), UserID: f.Text("user_id"), SiteID: f.Text("site_id"), Items: f.All("items"), Cap: f.Yuan("cap"), From: f.Date("from"), To: f.Date("to"),
		Number: f.Text("number"), Replaces: f.Text("replaces"), Reason: f.Text("reason")}
	for _, p := range f.All("powers") {
		in.Powers = append(in.Powers, item.Power(p))
	}
	return in
}

// mendForm is the form on which a draft is put right.
func (h handlers) mendForm(c *web.Ctx) error { return h.showMend(c, nil) }

func (h handlers) showMend(c *web.Ctx, f *web.Form) error {
	s, err := h.Item.AuthorizationSheet(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	a := s.Authorization
	return h.showAuthorizationForm(c, authorizationForm{Form: f, Old: &a, Kind: a.Kind, Unit: a.UnitID, Chosen: a.Items, Powers: strings.Split(a.PowerList, ","), Replace: a.Replaces, Mend: a.ID, Version: a.Version})
}

func (h handlers) mend(c *web.Ctx) error {
	f := c.Form()
	in := authorizationInput(f)
	if f.OK() {
		a, err := h.Item.CorrectAuthorization(c.Context(), c.Param("id"), f.Version(), in)
		if err == nil {
			c.Flash(web.Success, "已改正"+a.Kind.Label()+" "+a.Number+"，请本部门另一位审批人签发。")
			return c.Redirect("/authorizations/" + a.ID)
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showMend(c, f)
}

// draft gives number and days of the draft that is put right; a new edition gets its own.
func (v authorizationForm) draft() (number, from, to string) {
	if v.Mend == "" || v.Old == nil {
		return "", "", ""
	}
	return v.Old.Number, v.Old.From.String(), v.Old.To.String()
}

func (v authorizationForm) post() string {
	if v.Mend != "" {
		return "/authorizations/" + v.Mend + "/edit"
	}
	return "/authorizations/new"
}

// draftAuthorization makes a draft.
func (h handlers) draftAuthorization(c *web.Ctx) error {
	f := c.Form()
	in := authorizationInput(f)
	if f.OK() {
		a, err := h.Item.DraftAuthorization(c.Context(), in)
		if err == nil {
			c.Flash(web.Success, "已草拟"+a.Kind.Label()+" "+a.Number+"，请本部门另一位审批人签发。")
			return c.Redirect("/authorizations/" + a.ID)
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showAuthorizationForm(c, authorizationForm{Form: f, Kind: in.Kind, Unit: in.UnitID, Replace: in.Replaces})
}

func (v authorizationForm) title() string {
	if v.Mend != "" {
		return "改正" + v.Kind.Label()
	}
	if v.Replace != "" {
		return "变更" + v.Kind.Label()
	}
	return "草拟" + v.Kind.Label()
}

func (v authorizationForm) powerOptions() []web.Option {
	var out []web.Option
	for _, p := range v.Kind.Powers() {
		out = append(out, web.Option{Value: string(p), Label: p.Label()})
	}
	return out
}

// old gives the values of the authorization that is replaced as the form's defaults.
func (v authorizationForm) old() item.Authorization {
	if v.Old == nil {
		return item.Authorization{From: clock.NoDate, To: clock.NoDate}
	}
	return *v.Old
}
