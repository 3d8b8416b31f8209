package exchangehttp

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/errs"
	"yichuang/internal/exchange"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// citizens are the pages for people without an account (群众): they need no script and fit a telephone.
type citizens struct {
	Deps
	kit *web.Kit
}

// place is the centre that is asked, and the beginning of the addresses.
type place struct {
	Centre org.Centre
	Base   string
}

var errNotOpen = errs.New(errs.Unavailable, "exchangehttp.not_open", "网上查询还没有开通。请到大厅窗口查询。")

// at lets a handler work in the centre of the address as an applicant, whoever is signed in to the browser.
func (s citizens) at(h func(*web.Ctx, place) error) web.Handler {
	return func(c *web.Ctx) error {
		p, err := s.place(c)
		if err != nil {
			return err
		}
		if p.Centre.ID == "" && c.Request.URL.Path != "/data" {
			return c.Redirect("/data")
		}
		if p.Centre.ID == "" {
			return s.choose(c)
		}
		c.Request = c.Request.WithContext(actor.With(c.Context(), casework.ApplicantActor(p.Centre.ID, web.ClientIP(c.Context()), c.RequestID())))
		return h(c, p)
	}
}

// place finds the centre: the one named in the address, the one of the host name, or the only one. An empty place means
// that the visitor must choose.
func (s citizens) place(c *web.Ctx) (place, error) {
	if code := c.Param("centre"); code != "" {
		centre, err := s.Org.CentreByCode(c.Context(), code)
		return place{centre, "/data/c/" + url.PathEscape(centre.Code)}, err
	}
	if id := s.kit.Visitor(c.Request).CentreID; id != "" {
		centre, err := s.Org.Centre(c.Context(), id)
		return place{centre, "/data"}, err
	}
	list, err := s.Org.Centres(c.Context())
	switch {
	case err != nil:
		return place{}, err
	case len(list) == 0:
		return place{}, errNotOpen
	case len(list) == 1:
		return place{list[0], "/data"}, nil
	}
	return place{}, nil
}

// choose asks which centre is meant.
func (s citizens) choose(c *web.Ctx) error {
	list, err := s.Org.Centres(c.Context())
	if err != nil {
		return err
	}
	doors := make([]web.Link, len(list))
	for i, centre := range list {
		doors[i] = web.Link{Label: centre.Name, Href: "/data/c/" + url.PathEscape(centre.Code)}
	}
	return c.Render(web.DoorsPage(web.Page{Title: "政务数据目录", Lead: "请选择政务服务中心。"}, doors))
}

// catalogue shows which data the organs hold and how far they share them.
func (s citizens) catalogue(c *web.Ctx, p place) error {
	f := exchange.EntryFilter{Query: c.Query("q"), Class: exchange.Class(c.Query("class")), After: c.Query("after"), Limit: 20}
	list, next, err := s.Exchange.Catalogue(c.Context(), f)
	if err != nil {
		return err
	}
	form := c.Form()
	body := []templ.Component{web.Doors([]web.Link{{Label: "谁用过我的数据", Href: p.Base + "/mine"}}),
		web.FieldsForm(web.FormBox{Form: form, ID: "search", Action: p.Base, Get: true, Submit: "查找"}, web.InputText(web.Field{Form: form, Name: "q", Label: "数据名称", Optional: true, Max: 60}), web.InputSelect(web.Field{Form: form, Name: "class", Label: "共享属性", Optional: true, Options: classes()}))}
	if len(list) == 0 {
		body = append(body, web.EmptyState(web.Empty{Title: "没有找到", Text: "换一个名称再找，或清空后看全部目录。"}))
	}
	for _, e := range list {
		facts := []web.Item{web.ItemText("提供单位", e.Unit), web.ItemText("共享属性", e.Class.Label()), web.ItemText("更新周期", e.Cycle), web.ItemText("数据项", strings.Join(e.Fields, "、"))}
		if e.Basis != "" {
			facts = append(facts, web.ItemText("依据", e.Basis))
		}
		if e.Conditions != "" {
			facts = append(facts, web.ItemText("共享条件", e.Conditions))
		}
		body = append(body, web.PartPanel(e.Name, web.Definitions(facts)))
	}
	if next != "" {
		q := url.Values{"after": {next}}
		for k, v := range map[string]string{"q": f.Query, "class": string(f.Class)} {
			if v != "" {
				q.Set(k, v)
			}
		}
		body = append(body, link(p.Base+"?"+q.Encode(), "更多"))
	}
	return c.Render(web.PublicPage(web.Page{Title: "政务数据目录", Lead: "各单位有哪些数据，能不能在单位之间共享，依据什么。目录里没有任何人的数据。"}, body))
}

func (s citizens) mineForm(c *web.Ctx, p place) error { return c.Render(minePage(p, nil)) }

func minePage(p place, f *web.Form) templ.Component {
	return web.PublicPage(web.Page{Title: "谁用过我的数据", Lead: "您办事时，哪个单位、什么时候、为了什么查过您的数据，在这里都能看到。被拒绝的查询也在内。", Crumbs: []web.Link{{Label: "政务数据目录", Href: p.Base}}}, []templ.Component{
		web.FieldsForm(web.FormBox{Form: f, ID: "mine", Action: p.Base + "/mine", Submit: "查询"}, web.InputText(web.Field{Form: f, Name: "code", Label: "查询码", Hint: "印在接件回执上，10 位字母和数字", Max: 20, Autocomplete: "off", Short: true}),
			web.InputText(web.Field{Form: f, Name: "tail", Label: "手机号后四位", Hint: "办件时登记的联系电话", Max: 4, Type: "tel", Autocomplete: "off", Short: true}),
			web.InputText(web.Field{Form: f, Name: "id_no", Label: "证件号码", Hint: "不填只看这次办件的，填了看本中心全部的", Max: 40, Autocomplete: "off", Optional: true}))})
}

// mine answers in place, so that neither code nor number is in an address.
func (s citizens) mine(c *web.Ctx, p place) error {
	f := c.Form()
	code, tail, idNo := f.Required("code", "查询码"), f.Required("tail", "手机号后四位"), f.Text("id_no")
	var list []exchange.Seen
	if f.OK() {
		var err error
		list, err = s.Exchange.OwnUses(c.Context(), code, tail, idNo)
		if err != nil && errs.KindOf(err) != errs.NotFound && !f.Take(err) {
			return err
		}
		if errs.KindOf(err) == errs.NotFound && err != nil {
			f.Say("%s", exchange.ErrSubject.Public)
		}
	}
	if !f.OK() {
		return c.Invalid(minePage(p, f))
	}
	body := []templ.Component{paragraph("共 " + strconv.Itoa(len(list)) + " 次，最近的在前。")}
	if len(list) == 0 {
		body = append(body, web.EmptyState(web.Empty{Title: "没有查询记录", Text: "没有单位为这次办件查过您的数据。"}))
	}
	for _, x := range list {
		facts := []web.Item{web.ItemText("时间", web.MomentText(x.At)), web.ItemText("查询的单位", x.Unit), web.ItemText("提供的单位", x.Provider), web.ItemText("数据项", strings.Join(x.Fields, "、")), web.ItemText("用途", x.Purpose), web.ItemText("办理的事项", x.Item)}
		if x.Outcome == exchange.Refused {
			facts = append(facts, web.ItemText("结果", "被拒绝，没有提供数据："+x.Refusal))
		} else {
			facts = append(facts, web.ItemText("结果", "准许"))
		}
		body = append(body, web.PartPanel(x.Data, web.Definitions(facts)))
	}
	body = append(body, paragraph("认为查询不当或数据有误的，可以拨打 12345 或到大厅“办不成事”窗口反映。"))
	return c.Render(web.PublicPage(web.Page{Title: "查过我的数据的记录", Crumbs: []web.Link{{Label: "谁用过我的数据", Href: p.Base + "/mine"}}}, body))
}
