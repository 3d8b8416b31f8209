package honourhttp

import (
	"net/url"

	"github.com/a-h/templ"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/honour"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// citizens are the pages for people without an account.
type citizens struct {
	Deps
	kit *web.Kit
}

// place is the centre that is asked, and its address.
type place struct {
	Centre org.Centre
	Base   string
}

// at lets a handler work in the centre of the address as a citizen, whoever is signed in to the browser.
func (s citizens) at(h func(*web.Ctx, place) error) web.Handler {
	return func(c *web.Ctx) error {
		list, err := s.Org.Centres(c.Context())
		if err != nil {
			return err
		}
		p := place{Base: "/stars"}
		if code := c.Param("centre"); code != "" {
			p.Base += "/c/" + url.PathEscape(code)
			if p.Centre, err = s.Org.CentreByCode(c.Context(), code); err != nil {
				return err
			}
		} else if id := s.kit.Visitor(c.Request).CentreID; id != "" {
			if p.Centre, err = s.Org.Centre(c.Context(), id); err != nil {
				return err
			}
		} else {
			var doors []web.Link
			for _, x := range list {
				doors = append(doors, web.Link{Label: x.Name, Href: "/stars/c/" + url.PathEscape(x.Code)})
			}
			return c.Render(web.DoorsPage(web.Page{Title: "政务之星", Lead: "请选择政务服务中心。"}, doors))
		}
		c.Request = c.Request.WithContext(actor.With(c.Context(), &actor.Actor{Kind: actor.Citizen, CentreID: p.Centre.ID, IP: web.ClientIP(c.Context()), RequestID: c.RequestID()}))
		return h(c, p)
	}
}

func (s citizens) bulletin(c *web.Ctx, p place) error { return s.show(c, p, nil) }

func (s citizens) show(c *web.Ctx, p place, f *web.Form) error {
	b, err := s.Honour.Bulletin(c.Context())
	if err != nil {
		return err
	}
	var parts []templ.Component
	for i := range b.Voting {
		parts = append(parts, web.PartPanel(b.Voting[i].Title+"：投票", voteForm(p, f, &b.Voting[i])))
	}
	for i := range b.Publicity {
		parts = append(parts, web.PartPanel(b.Publicity[i].Title+"：公示", publicity(&b.Publicity[i])...))
	}
	t := web.Table{ID: "stars", Caption: "历次政务之星", Columns: []web.Column{{Label: "姓名", Name: true}, {Label: "单位"}, {Label: "评选"}, {Label: "事迹", Grow: true, Wrap: true}}, Empty: web.Empty{Title: "还没有评出政务之星"}}
	for _, x := range b.Stars {
		t.Rows = append(t.Rows, web.Row{Cells: []templ.Component{web.CellText(x.Name), web.CellText(x.Unit), web.CellText(x.Title), web.CellText(x.Deed)}})
	}
	parts = append(parts, web.PartPanel("历次政务之星", web.DataTable(t)))
	page := web.PublicPage(web.Page{Title: "政务之星", Lead: "政务服务大厅、分中心和热线中服务好的工作人员。"}, parts)
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func voteForm(p place, f *web.Form, s *honour.Sheet) templ.Component {
	if f != nil && f.Text("round") != s.ID {
		f = nil
	}
	var options []web.Option
	for _, k := range s.Candidates {
		if k.State == honour.Running {
			options = append(options, web.Option{Value: k.ID, Label: k.Name + "（" + k.UnitName + "）", Hint: k.Reason})
		}
	}
	return web.FieldsForm(web.FormBox{Form: f, ID: "vote-" + s.ID, Action: p.Base, Submit: "投票", Hidden: map[string]string{"round": s.ID}},
		web.InputRadio(web.Field{Form: f, Name: "candidate", Label: "投给谁", Options: options}),
		web.InputText(web.Field{Form: f, Name: "code", Label: "投票码", Hint: "办完事后窗口发给您的纸条上，如 0012-ABCD2345；一码一票，不记名", Max: 20, Autocomplete: "off", Short: true}))
}

// publicity shows who is proposed, and who was barred and why.
func publicity(s *honour.Sheet) []templ.Component {
	t := web.Table{ID: "publicity-" + s.ID, Caption: "拟表彰人员", Columns: []web.Column{{Label: "姓名", Name: true}, {Label: "单位"}, {Label: "总分", Number: true}, {Label: "说明", Grow: true, Wrap: true}}}
	for i := range s.Candidates {
		k := &s.Candidates[i]
		switch {
		case k.Proposed:
			t.Rows = append(t.Rows, web.Row{Cells: []templ.Component{web.CellText(k.Name), web.CellText(k.UnitName), web.CellText(metric.Hundredths(k.Total)), web.CellText("拟表彰。" + k.Reason)}})
		case k.State == honour.Vetoed:
			t.Rows = append(t.Rows, web.Row{Cells: []templ.Component{web.CellText(k.Name), web.CellText(k.UnitName), web.CellText("—"), web.CellText("否决。" + vetoText(s, k))}})
		}
	}
	return []templ.Component{web.Notice(web.Info, "公示到 "+calendar.FormatDue(s.PublicityUntil)+"。有意见请拨打 12345 或到大厅政务监察股反映。"), web.DataTable(t)}
}

func (s citizens) vote(c *web.Ctx, p place) error {
	f := c.Form()
	code := f.Required("code", "投票码")
	if f.Text("candidate") == "" {
		f.Fail("candidate", "请选择投给谁。")
	}
	if f.OK() {
		err := s.Honour.VoteByCode(c.Context(), f.Text("round"), f.Text("candidate"), code)
		if err == nil {
			c.Flash(web.Success, "投票成功，谢谢您的参与。")
			return c.Redirect(p.Base)
		}
		if !f.Take(err) {
			return err
		}
	}
	return s.show(c, p, f)
}
