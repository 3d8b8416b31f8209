package ratinghttp

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/errs"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/rating"
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

func (p place) path(below string) string { return p.Base + below }

var errNotOpen = errs.New(errs.Unavailable, "ratinghttp.not_open", "网上评价还没有开通。请到大厅窗口评价。")

// at lets a handler work in the centre of the address as a citizen, whoever is signed in to the browser.
func (s citizens) at(h func(*web.Ctx, place) error) web.Handler {
	return func(c *web.Ctx) error {
		p, err := s.place(c)
		if err != nil {
			return err
		}
		if p.Centre.ID == "" && c.Request.URL.Path != "/rate" {
			return c.Redirect("/rate")
		}
		if p.Centre.ID == "" {
			return s.choose(c)
		}
		if c.Request.Method != http.MethodGet && c.Can(rating.PermTaskRead) {
			return rating.ErrStaff // whoever can show a code does not rate in the place of the public
		}
		c.Request = c.Request.WithContext(actor.With(c.Context(), rating.CitizenActor(p.Centre.ID, web.ClientIP(c.Context()), c.RequestID())))
		return h(c, p)
	}
}

// place finds the centre: the one named in the address, the one of the host name, or the only one. An empty place means
// that the visitor must choose.
func (s citizens) place(c *web.Ctx) (place, error) {
	if code := c.Param("centre"); code != "" {
		centre, err := s.Org.CentreByCode(c.Context(), code)
		return place{centre, "/rate/c/" + url.PathEscape(centre.Code)}, err
	}
	if id := s.kit.Visitor(c.Request).CentreID; id != "" {
		centre, err := s.Org.Centre(c.Context(), id)
		return place{centre, "/rate"}, err
	}
	list, err := s.Org.Centres(c.Context())
	switch {
	case err != nil:
		return place{}, err
	case len(list) == 0:
		return place{}, errNotOpen
	case len(list) == 1:
		return place{list[0], "/rate"}, nil
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
		doors[i] = web.Link{Label: centre.Name, Href: "/rate/c/" + url.PathEscape(centre.Code)}
	}
	return c.Render(web.DoorsPage(web.Page{Title: "评价服务", Lead: "请选择办事的政务服务中心。"}, doors))
}

func (s citizens) door(c *web.Ctx, p place) error { return c.Render(doorPage(p, nil)) }

// enter leads from a typed code to its service, or from the code of a receipt to what has become of the rating.
func (s citizens) enter(c *web.Ctx, p place) error {
	f := c.Form()
	code := f.Required("code", "评价码或回执码")
	if f.OK() {
		_, err := s.Rating.Look(c.Context(), code)
		if err == nil {
			return c.Redirect(p.path("/s/" + url.PathEscape(code)))
		}
		if _, follow := s.Rating.Follow(c.Context(), code); follow == nil {
			return c.Redirect(p.path("/r/" + url.PathEscape(code)))
		}
		if !takeAnswer(f, err) {
			return err
		}
	}
	return c.Invalid(doorPage(p, f))
}

// takeAnswer keeps the one answer that every wrong code gets, so that it stands above the form.
func takeAnswer(f *web.Form, err error) bool {
	if errors.Is(err, rating.ErrCode) {
		f.Say("%s", rating.ErrCode.Public)
		return true
	}
	return f.Take(err)
}

// sayView is the page of one service: the form or, with a receipt, what was said and what has become of it.
type sayView struct {
	place
	rating.Receipt
	Action string // where the form goes
	Via    string
	Form   *web.Form
	Key    string
	Slip   string // the code of the receipt
}

func (s citizens) form(c *web.Ctx, p place) error { return s.show(c, p, nil) }

func (s citizens) show(c *web.Ctx, p place, f *web.Form) error {
	found, err := s.Rating.Look(c.Context(), c.Param("code"))
	if err != nil {
		return err
	}
	return s.render(c, f, sayView{place: p, Receipt: found, Action: p.path("/s/" + url.PathEscape(c.Param("code")))})
}

func (s citizens) receipt(c *web.Ctx, p place) error { return s.showReceipt(c, p, nil) }

func (s citizens) showReceipt(c *web.Ctx, p place, f *web.Form) error {
	slip := c.Param("receipt")
	found, err := s.Rating.Follow(c.Context(), slip)
	if err != nil {
		return err
	}
	return s.render(c, f, sayView{place: p, Receipt: found, Slip: slip, Action: p.path("/r/" + url.PathEscape(slip))})
}

func (s citizens) render(c *web.Ctx, f *web.Form, v sayView) error {
	v.Via, v.Form, v.Key = c.Query("via"), f, c.RequestID()
	if f != nil {
		v.Via = f.Text("channel")
		return c.Invalid(sayPage(v))
	}
	return c.Render(sayPage(v))
}

func (s citizens) rate(c *web.Ctx, p place) error {
	f := c.Form()
	slip, err := s.Rating.Rate(c.Context(), c.Param("code"), readRating(f))
	if err == nil {
		c.Flash(web.Success, "谢谢您的评价。")
		return c.Redirect(p.path("/r/" + slip))
	}
	if !takeAnswer(f, err) {
		return err
	}
	return s.show(c, p, f)
}

func (s citizens) change(c *web.Ctx, p place) error {
	f := c.Form()
	return s.done(c, p, f, s.Rating.Change(c.Context(), c.Param("receipt"), readRating(f)), "已更正您的评价。")
}

func (s citizens) confirm(c *web.Ctx, p place) error {
	f := c.Form()
	return s.done(c, p, f, s.Rating.Confirm(c.Context(), c.Param("receipt"), f.Text("answer"), f.Text("key")), "已记录您的意见，谢谢。")
}

// done leads back to the receipt, or shows it again with what was wrong.
func (s citizens) done(c *web.Ctx, p place, f *web.Form, err error, text string) error {
	if err == nil {
		c.Flash(web.Success, text)
		return c.Redirect(p.path("/r/" + url.PathEscape(c.Param("receipt"))))
	}
	if !takeAnswer(f, err) {
		return err
	}
	return s.showReceipt(c, p, f)
}

// readRating reads what was ticked and typed; an unknown channel is the code of the window.
func readRating(f *web.Form) rating.RateInput {
	level, _ := strconv.ParseInt(f.Text("level"), 10, 64)
	in := rating.RateInput{Level: rating.Level(level), Channel: rating.Channel(f.Text("channel")), Labels: append(f.All("good"), f.All("poor")...), Text: f.Text("text"), Name: f.Text("name"), Phone: f.Text("phone"), Key: f.Text("key")}
	if in.Channel.Label() == "" {
		in.Channel = rating.AtWindow
	}
	return in
}

func levelOptions() []web.Option {
	var out []web.Option
	for _, l := range rating.Levels() {
		out = append(out, web.Option{Value: strconv.FormatInt(int64(l), 10), Label: l.Label()})
	}
	return out
}

func labelOptions(poor bool) []web.Option {
	var out []web.Option
	for _, l := range rating.Labels() {
		if l.Poor == poor {
			out = append(out, web.Option{Value: l.Code, Label: l.Name})
		}
	}
	return out
}

func answerOptions() []web.Option {
	var out []web.Option
	for _, a := range rating.Answers() {
		out = append(out, web.Option{Value: a, Label: a})
	}
	return out
}

// about are the particulars of the service that is rated.
func (v sayView) about() []web.Item {
	out := []web.Item{web.ItemText("服务", v.Title), web.ItemText("日期", web.DayText(v.Day))}
	if v.Unit != "" {
		out = append(out, web.ItemText("单位", v.Unit))
	}
	if v.Site != "" {
		out = append(out, web.ItemText("地点", v.Site))
	}
	if v.Given == nil {
		out = append(out, web.ItemText("评价期限", calendar.FormatDue(v.Until)))
	}
	return out
}

// said are the particulars of the rating that was given.
func (v sayView) said() []web.Item {
	out := []web.Item{web.ItemText("满意程度", v.Given.Level.Label())}
	for _, l := range v.Given.Labels {
		out = append(out, web.ItemText("标签", l))
	}
	if v.Given.Text != "" {
		out = append(out, web.Item{Label: "意见", Value: web.CellText(v.Given.Text), Wide: true})
	}
	who := "匿名评价"
	if v.Given.RealName {
		who = "实名评价，姓名和电话只有政务监察股和回访员能看到"
	}
	return append(out, web.ItemText("评价时间", web.MomentText(v.Given.At)), web.ItemText("评价人", who))
}

func (v sayView) steps() []web.Step {
	var out []web.Step
	for i := len(v.Steps) - 1; i >= 0; i-- {
		tone := web.Tone("")
		if i == len(v.Steps)-1 {
			tone = web.Info
		}
		out = append(out, web.Step{At: v.Steps[i].At, Title: v.Steps[i].Text, Tone: tone})
	}
	return out
}

// results shows the public results of a month.
func (s citizens) results(c *web.Ctx, p place) error {
	period, _ := metric.ParseMonth(c.Query("month"))
	found, err := s.Rating.Results(c.Context(), period)
	if err != nil {
		return err
	}
	t := web.Table{ID: "results", Caption: found.Month.String() + "评价结果", Columns: []web.Column{{Label: "单位", Grow: true}, {Label: "评价", Unit: "次", Number: true}, {Label: "好评率", Number: true},
		{Label: "好评", Unit: "次", Number: true}, {Label: "差评", Unit: "次", Number: true}, {Label: "剔除", Unit: "次", Number: true}, {Label: "差评整改率", Number: true}},
		Empty: web.Empty{Title: "这个月没有评价", Text: "评价结果按月公开，当月的在次月公开。"}}
	for _, r := range found.Units {
		t.Rows = append(t.Rows, web.Row{ID: "r-" + strconv.Itoa(len(t.Rows)), Cells: resultCells(r)})
	}
	if len(t.Rows) > 0 {
		t.Foot = resultCells(found.Total)
	}
	earlier := found.Month.Previous().From.String()[:7]
	return c.Render(resultsPage(p, found.Month.String(), earlier, t))
}

func resultCells(r rating.Result) []templ.Component {
	return []templ.Component{web.CellText(r.Unit), web.CellNumber(r.Good.Den), web.CellText(r.Good.Text()), web.CellNumber(r.Good.Num), web.CellNumber(r.Good.Den - r.Good.Num), web.CellNumber(r.Excluded), web.CellText(r.Fixed.Text())}
}

func (v sayView) title() string {
	if v.Given != nil {
		return "评价和处理结果"
	}
	return "请评价这次服务"
}
