package knowledgehttp

import (
	"crypto/rand"
	"net/url"

	"yichuang/internal/actor"
	"yichuang/internal/errs"
	"yichuang/internal/knowledge"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// public are the pages for people without an account (群众): they need no script and fit a telephone.
type public struct {
	Deps
	kit *web.Kit
}

// place is the centre whose public pages are asked for, and the beginning of their addresses.
type place struct {
	Centre org.Centre
	Base   string // "/12345", or "/12345/c/<code>"
}

func (p place) path(below string) string { return p.Base + "/knowledge" + below }

// at lets a handler work in the centre of the address as a citizen, whoever is signed in to the browser.
func (s public) at(h func(*web.Ctx, place) error) web.Handler {
	return func(c *web.Ctx) error {
		p, err := s.place(c)
		if err != nil {
			return err
		}
		if p.Centre.ID == "" {
			return c.Redirect("/12345")
		}
		c.Request = c.Request.WithContext(actor.With(c.Context(), knowledge.CitizenActor(p.Centre.ID, web.ClientIP(c.Context()), c.RequestID())))
		return h(c, p)
	}
}

var errNotOpen = errs.New(errs.Unavailable, "knowledgehttp.not_open", "网上查询还没有开通。请直接拨打 12345。")

// place finds the centre: the one named in the address, the one of the host name, or the only one.
func (s public) place(c *web.Ctx) (place, error) {
	if code := c.Param("centre"); code != "" {
		centre, err := s.Org.CentreByCode(c.Context(), code)
		return place{centre, "/12345/c/" + url.PathEscape(centre.Code)}, err
	}
	if id := s.kit.Visitor(c.Request).CentreID; id != "" {
		centre, err := s.Org.Centre(c.Context(), id)
		return place{centre, "/12345"}, err
	}
	list, err := s.Org.Centres(c.Context())
	switch {
	case err != nil:
		return place{}, err
	case len(list) == 0:
		return place{}, errNotOpen
	case len(list) == 1:
		return place{list[0], "/12345"}, nil
	}
	return place{}, nil
}

// publicSearchView is what a citizen looks for.
type publicSearchView struct {
	place
	query  string
	result knowledge.Result
	latest []knowledge.EntryRow
	next   string // address of the next page
}

// search finds public entries; without words it shows the newest ones.
func (s public) search(c *web.Ctx, p place) error {
	v := publicSearchView{place: p, query: c.Query("q")}
	var err error
	if v.query != "" {
		v.result, err = s.Knowledge.Search(c.Context(), knowledge.Search{Query: v.query, After: c.Query("after"), Limit: 20})
		if v.result.Next != "" {
			v.next = p.path("?" + url.Values{"q": {v.query}, "after": {v.result.Next}}.Encode())
		}
	} else {
		v.latest, _, err = s.Knowledge.List(c.Context(), knowledge.Filter{Limit: 20})
	}
	if err != nil {
		return err
	}
	return c.Render(publicSearchPage(v))
}

func (v publicSearchView) near() bool { return len(v.result.Entries) == 0 && len(v.result.Near) > 0 }

func (v publicSearchView) list() []knowledge.EntryFound {
	if v.near() {
		return v.result.Near
	}
	return v.result.Entries
}

// publicEntryView is an entry as citizens read it.
type publicEntryView struct {
	place
	form  *web.Form
	d     knowledge.EntryDossier
	asked *knowledge.Asked
	key   string
}

func (s public) entry(c *web.Ctx, p place) error {
	d, err := s.Knowledge.Find(c.Context(), c.Param("no"))
	if err != nil {
		return err
	}
	return c.Render(publicEntryPage(publicEntryView{place: p, d: d, key: rand.Text()}))
}

// trapField is a field that people do not see and programs fill in (honeypot).
const trapField = "homepage"

// correct points out a mistake; the answer is the page with the code itself, so that the code is in no address.
func (s public) correct(c *web.Ctx, p place) error {
	d, err := s.Knowledge.Find(c.Context(), c.Param("no"))
	if err != nil {
		return err
	}
	f := c.Form()
	v := publicEntryView{place: p, d: d, key: rand.Text()}
	if f.Text(trapField) != "" {
		f.Say("没有提交：看不见的“请勿填写”一栏被填上了内容。请关闭浏览器的自动填写后再提交，或直接拨打 12345。")
	}
	if f.OK() {
		made, err := s.Knowledge.Correct(c.Context(), d.No, f.Text("text"), f.Text("key"))
		if err == nil {
			v.asked = &made
			return c.Render(publicEntryPage(v))
		}
		if !f.Take(err) {
			return err
		}
	}
	v.form = f
	return c.Invalid(publicEntryPage(v))
}

// correctionView is the query of a correction's answer.
type correctionView struct {
	place
	form  *web.Form
	found *knowledge.CorrectionRequest
}

func (s public) correctionForm(c *web.Ctx, p place) error {
	return c.Render(correctionPage(correctionView{place: p}))
}

func (s public) correction(c *web.Ctx, p place) error {
	f := c.Form()
	v := correctionView{place: p}
	if code := f.Required("code", "查询码"); f.OK() {
		found, err := s.Knowledge.CorrectionByCode(c.Context(), code)
		switch {
		case err == nil:
			v.found = &found
			return c.Render(correctionPage(v))
		case errs.KindOf(err) != errs.NotFound:
			return err
		}
		f.Fail("code", "没有找到这个查询码的纠错，请核对后再试。")
	}
	v.form = f
	return c.Invalid(correctionPage(v))
}

// items are the particulars of an entry for citizens.
func (v publicEntryView) items() []web.Item {
	c := v.d.Shown
	items := []web.Item{web.ItemText("主责单位", v.d.UnitName)}
	if c.Applies != "" {
		items = append(items, web.ItemText("适用范围", c.Applies))
	}
	if c.BasisNo != "" {
		items = append(items, web.ItemText("依据", c.BasisNo))
	}
	if c.BasisLink != "" {
		items = append(items, web.Item{Label: "原文", Value: linkCell(c.BasisLink)})
	}
	return append(items, web.ItemText("有效期至", validText(c.ValidTo)), web.ItemText("发布时间", v.d.PublishedAt.Date().String()), web.ItemText("编号", v.d.No))
}

// items tell a citizen what became of the mistake that they pointed out.
func (v correctionView) items() []web.Item {
	c := v.found
	items := []web.Item{web.ItemText("您指出的", c.Text), web.ItemText("提交时间", web.MomentText(c.AskedAt))}
	if c.Open {
		return append(items, web.ItemText("现在", "正在核实，应在 "+web.MomentText(c.Due)+" 前答复"))
	}
	return append(items, web.ItemText("核实结果", rightText(c.Right)), web.ItemText("答复", c.Answer), web.ItemText("答复时间", web.MomentText(c.AnsweredAt)))
}
