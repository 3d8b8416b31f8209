package caseworkhttp

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/errs"
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
	Guides string // of the same centre
}

func (p place) path(below string) string { return p.Base + below }

var errNotOpen = errs.New(errs.Unavailable, "caseworkhttp.not_open", "网上查询还没有开通。请到大厅窗口查询。")

// at lets a handler work in the centre of the address as an applicant, whoever is signed in to the browser.
func (s citizens) at(h func(*web.Ctx, place) error) web.Handler {
	return func(c *web.Ctx) error {
		p, err := s.place(c)
		if err != nil {
			return err
		}
		if p.Centre.ID == "" && c.Request.URL.Path != "/cases" {
			return c.Redirect("/cases")
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
		return place{centre, "/cases/c/" + url.PathEscape(centre.Code), "/guides/c/" + url.PathEscape(centre.Code)}, err
	}
	if id := s.kit.Visitor(c.Request).CentreID; id != "" {
		centre, err := s.Org.Centre(c.Context(), id)
		return place{centre, "/cases", "/guides"}, err
	}
	list, err := s.Org.Centres(c.Context())
	switch {
	case err != nil:
		return place{}, err
	case len(list) == 0:
		return place{}, errNotOpen
	case len(list) == 1:
		return place{list[0], "/cases", "/guides"}, nil
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
		doors[i] = web.Link{Label: centre.Name, Href: "/cases/c/" + url.PathEscape(centre.Code)}
	}
	return c.Render(web.DoorsPage(web.Page{Title: "办件进度查询", Lead: "请选择收件的政务服务中心。"}, doors))
}

// askView is a form of the public pages, first shown or refused.
type askView struct {
	place
	Form     *web.Form
	No, Code string // of an address on paper
}

func (s citizens) trackForm(c *web.Ctx, p place) error {
	return c.Render(trackPage(askView{place: p, Code: c.Query("code")}))
}

// track answers with the progress itself, so that neither code nor phone is in an address.
func (s citizens) track(c *web.Ctx, p place) error {
	f := c.Form()
	code, tail := f.Required("code", "查询码"), f.Required("tail", "手机号后四位")
	var found casework.Progress
	if f.OK() {
		var err error
		if found, err = s.Casework.Track(c.Context(), code, tail); err != nil && !takeAnswer(f, err, casework.ErrQuery) {
			return err
		}
	}
	if !f.OK() {
		return c.Invalid(trackPage(askView{place: p, Form: f}))
	}
	return c.Render(progressPage(progressView{place: p, Progress: found, Code: code, Tail: tail}))
}

func (s citizens) verifyForm(c *web.Ctx, p place) error {
	return c.Render(verifyPage(askView{place: p, No: c.Query("no"), Code: c.Query("code")}))
}

func (s citizens) verify(c *web.Ctx, p place) error {
	f := c.Form()
	no, code := f.Required("no", "文书编号"), f.Required("code", "验证码")
	var found casework.Verified
	if f.OK() {
		var err error
		if found, err = s.Casework.Verify(c.Context(), no, code); err != nil && !takeAnswer(f, err, casework.ErrVerify) {
			return err
		}
	}
	if !f.OK() {
		return c.Invalid(verifyPage(askView{place: p, Form: f}))
	}
	return c.Render(verifiedPage(p, found))
}

// overruns lists late cases with the reasons that their organs published.
func (s citizens) overruns(c *web.Ctx, p place) error {
	list, next, err := s.Casework.Overruns(c.Context(), c.Query("after"))
	if err != nil {
		return err
	}
	t := web.Table{ID: "overdue", Caption: "超期办件", Next: next, Columns: []web.Column{{Label: "办件编号"}, {Label: "事项", Grow: true, Wrap: true}, {Label: "承办单位"}, {Label: "承诺办结日"}, {Label: "超期（工作日）", Number: true}, {Label: "现状"}, {Label: "原因", Wrap: true}},
		Empty: web.Empty{Title: "没有超期的办件", Text: "超过承诺期限的办件，承办单位公开原因后列在这里。"}}
	for _, x := range list {
		state := "在办"
		if x.Decided {
			state = "已决定"
		}
		t.Rows = append(t.Rows, web.Row{ID: x.No, Cells: []templ.Component{web.CellText(x.No), web.CellText(x.Item), web.CellText(x.Unit), web.CellDate(x.Due), web.CellNumber(int64(x.Days)), web.CellText(state), web.CellText(x.Reason)}})
	}
	return c.Render(overrunsPage(p, t))
}

// takeAnswer keeps the one answer that every wrong pair of codes gets, so that it stands above the form.
func takeAnswer(f *web.Form, err error, wrong *errs.Error) bool {
	if errors.Is(err, wrong) {
		f.Say("%s", wrong.Public)
		return true
	}
	return f.Take(err)
}

// steps are the steps of a case for the timeline, the newest first.
func steps(p casework.ProgressCase) []web.Step {
	var out []web.Step
	for i := len(p.Steps) - 1; i >= 0; i-- {
		tone := web.Tone("")
		if i == len(p.Steps)-1 {
			tone = web.Info
			if !p.Open {
				tone = web.Success
			}
		}
		out = append(out, web.Step{At: p.Steps[i].At, Title: p.Steps[i].Text, Tone: tone})
	}
	return out
}

// lineTitle heads the one line of progress of a visit.
func lineTitle(p casework.PackageLine) string {
	if p.Name != "" {
		return "一件事：" + p.Name
	}
	return "这次申请的总进度"
}

// lineText says how far the items of a visit are together.
func lineText(p casework.PackageLine) string {
	var out string
	if p.Lead != "" {
		out = "由" + p.Lead + "牵头，"
	}
	out += "共 " + strconv.Itoa(len(p.Steps)) + " 个事项，已决定 " + strconv.Itoa(p.Decided) + " 个，已结束 " + strconv.Itoa(p.Done) + " 个。"
	if p.Due != 0 {
		out += "还没有决定的，最晚 " + calendar.FormatDue(p.Due) + "。"
	}
	return out
}

func progressItems(p casework.ProgressCase) []web.Item {
	out := []web.Item{web.ItemText("办件编号", p.No), web.ItemText("办理单位", p.Unit), web.ItemText("当前状态", p.State)}
	if p.Due != 0 {
		out = append(out, web.ItemText("承诺办结", calendar.FormatDue(p.Due)))
	}
	if p.Statutory != 0 {
		out = append(out, web.ItemText("法定办结", calendar.FormatDue(p.Statutory)))
	}
	if p.Stopped > 0 {
		out = append(out, web.ItemText("特别程序", "用去 "+strconv.FormatInt(p.Stopped, 10)+" "+p.StoppedIn.Label()+"，不计入期限"))
	}
	if len(p.Missing) > 0 {
		out = append(out, web.ItemText("还需补交", strings.Join(p.Missing, "、")))
	}
	if p.Overdue != "" {
		out = append(out, web.ItemText("超期说明", p.Overdue))
	}
	return out
}

func verifiedItems(v casework.Verified) []web.Item {
	out := []web.Item{web.ItemText("文书", v.Title), web.ItemText("编号", v.No), web.ItemText("日期", v.Day.String())}
	if v.Unit != "" {
		out = append(out, web.ItemText("出具单位", v.Unit))
	}
	if v.Item != "" {
		out = append(out, web.ItemText("事项", v.Item), web.ItemText("办件编号", v.CaseNo), web.ItemText("办件现状", v.State))
	}
	for _, f := range v.Facts {
		out = append(out, web.ItemText(f.Label, f.Value))
	}
	if v.Applicant != "" {
		out = append(out, web.ItemText("申请人", v.Applicant))
	}
	return out
}

// matters is where somebody complains of how he was served.
func (v progressView) matters() string { return strings.Replace(v.Base, "/cases", "/matters", 1) }

// rate is where the applicant says how he was served.
func (v progressView) rate(x casework.ProgressCase) string {
	return strings.Replace(v.Base, "/cases", "/rate", 1) + "/s/" + x.RatingCode + "?via=progress"
}
