package itemhttp

import (
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/document/docx"
	"yichuang/internal/errs"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// public are the pages for people without an account (群众): they need no script and fit a telephone.
type public struct {
	Deps
	kit *web.Kit
}

// place is the centre whose guides are asked for, and the beginning of their addresses.
type place struct {
	Centre org.Centre
	Base   string // "/guides", or "/guides/c/<code>"
}

func (p place) path(below string) string { return p.Base + below }

var errNotOpen = errs.New(errs.Unavailable, "itemhttp.not_open", "办事指南还没有开通。请到大厅窗口咨询。")

// at lets a handler work in the centre of the address as a citizen, whoever is signed in to the browser.
func (s public) at(h func(*web.Ctx, place) error) web.Handler {
	return func(c *web.Ctx) error {
		p, err := s.place(c)
		if err != nil {
			return err
		}
		if p.Centre.ID == "" && c.Request.URL.Path != "/guides" {
			return c.Redirect("/guides")
		}
		if p.Centre.ID == "" {
			return s.choose(c)
		}
		c.Request = c.Request.WithContext(actor.With(c.Context(), item.CitizenActor(p.Centre.ID, web.ClientIP(c.Context()), c.RequestID())))
		return h(c, p)
	}
}

// place finds the centre: the one named in the address, the one of the host name, or the only one. An empty place means
// that the visitor must choose.
func (s public) place(c *web.Ctx) (place, error) {
	if code := c.Param("centre"); code != "" {
		centre, err := s.Org.CentreByCode(c.Context(), code)
		return place{centre, "/guides/c/" + url.PathEscape(centre.Code)}, err
	}
	if id := s.kit.Visitor(c.Request).CentreID; id != "" {
		centre, err := s.Org.Centre(c.Context(), id)
		return place{centre, "/guides"}, err
	}
	list, err := s.Org.Centres(c.Context())
	switch {
	case err != nil:
		return place{}, err
	case len(list) == 0:
		return place{}, errNotOpen
	case len(list) == 1:
		return place{list[0], "/guides"}, nil
	}
	return place{}, nil
}

// choose asks which centre is meant.
func (s public) choose(c *web.Ctx) error {
	list, err := s.Org.Centres(c.Context())
	if err != nil {
		return err
	}
	doors := make([]web.Link, len(list))
	for i, centre := range list {
		doors[i] = web.Link{Label: centre.Name, Href: "/guides/c/" + url.PathEscape(centre.Code)}
	}
	return c.Render(web.DoorsPage(web.Page{Title: "办事指南", Lead: "请选择办事的政务服务中心。"}, doors))
}

// guidesView is the page on which people look for a guide.
type guidesView struct {
	place
	query, theme, unit string
	list               []item.GuideRow
	next               string
	reduction          item.Reduction
}

func (s public) guides(c *web.Ctx, p place) error {
	v := guidesView{place: p, query: c.Query("q"), theme: c.Query("theme"), unit: c.Query("unit")}
	list, next, err := s.Item.Guides(c.Context(), item.GuideFilter{Query: v.query, Theme: v.theme, Unit: v.unit, After: c.Query("after"), Limit: 20})
	if err != nil {
		return err
	}
	v.list = list
	if next != "" {
		q := url.Values{"after": {next}}
		for k, x := range map[string]string{"q": v.query, "theme": v.theme, "unit": v.unit} {
			if x != "" {
				q.Set(k, x)
			}
		}
		v.next = p.path("?" + q.Encode())
	}
	if v.start() {
		if v.reduction, err = s.Item.Reduction(c.Context()); err != nil {
			return err
		}
	}
	return c.Render(guidesPage(v))
}

// start reports whether nothing is looked for yet.
func (v guidesView) start() bool { return v.query == "" && v.theme == "" && v.unit == "" }

func (v guidesView) title() string {
	switch {
	case v.theme != "":
		return "办事指南：" + org.LabelOf(item.Themes(), v.theme)
	case v.unit != "" && len(v.list) > 0:
		return "办事指南：" + v.list[0].UnitName
	}
	return "办事指南"
}

// cut says how much of the statutory limits the promised ones save, with both sums.
func (v guidesView) cut() string {
	r := v.reduction
	if r.Statutory == 0 {
		return ""
	}
	saved := (r.Statutory - r.Promised) * 1000 / r.Statutory
	return "已公布 " + strconv.Itoa(r.All) + " 个事项，其中即办 " + strconv.Itoa(r.Instant) + " 个。法定时限合计 " + strconv.Itoa(r.Statutory) + " 个工作日，承诺 " + strconv.Itoa(r.Promised) + " 个工作日，压缩 " +
		strconv.Itoa(saved/10) + "." + strconv.Itoa(saved%10) + "%（" + strconv.Itoa(r.Items) + " 个规定了法定时限的事项）。"
}

// guideView is a guide, with the situation that the reader chose.
type guideView struct {
	place
	item.Guide
	answers   map[string]string
	materials []item.Material
}

func (s public) load(c *web.Ctx, p place) (guideView, error) {
	g, err := s.Item.Guide(c.Context(), c.Param("id"))
	v := guideView{place: p, Guide: g, answers: map[string]string{}}
	for _, x := range g.Content.Situations {
		if a := c.Query("s_" + x.Code); a != "" {
			v.answers[x.Code] = a
		}
	}
	v.materials = g.Content.MaterialsFor(v.answers)
	return v, err
}

func (s public) guide(c *web.Ctx, p place) error {
	v, err := s.load(c, p)
	if err != nil {
		return err
	}
	return c.Render(guidePage(v))
}

func (s public) printed(c *web.Ctx, p place) error {
	v, err := s.load(c, p)
	if err != nil {
		return err
	}
	return c.Render(guidePrint(v))
}

func (s public) asPDF(c *web.Ctx, p place) error {
	v, err := s.load(c, p)
	if err != nil {
		return err
	}
	d := guidePaper(v)
	return c.Stream(v.fileName("pdf"), "application/pdf", func(w io.Writer) error { return s.Print.Write(w, d) })
}

const docxType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

func (s public) asDOCX(c *web.Ctx, p place) error {
	v, err := s.load(c, p)
	if err != nil {
		return err
	}
	d := guidePaper(v)
	return c.Stream(v.fileName("docx"), docxType, func(w io.Writer) error { return docx.Write(w, d) })
}

func (v guideView) fileName(ending string) string { return v.Content.Name + "办事指南." + ending }

// address keeps the chosen situation in the links of a guide.
func (v guideView) address(below string) string {
	q := url.Values{}
	for k, a := range v.answers {
		q.Set("s_"+k, a)
	}
	if len(q) == 0 {
		return v.path("/items/" + v.Item.ID + below)
	}
	return v.path("/items/" + v.Item.ID + below + "?" + q.Encode())
}

// authorityView is the published letters and agreements.
type authorityView struct {
	place
	list  []item.AuthorizationRow
	names map[string]string
	next  string
}

func (s public) authority(c *web.Ctx, p place) error {
	list, next, err := s.Item.PublishedAuthorizations(c.Context(), c.Query("after"))
	if err != nil {
		return err
	}
	v := authorityView{place: p, list: list}
	if v.names, err = s.Item.PublishedNames(c.Context(), list); err != nil {
		return err
	}
	if next != "" {
		v.next = p.path("/authority?after=" + url.QueryEscape(next))
	}
	return c.Render(authorityPage(v))
}

// itemsOf names the items of an authorization.
func (v authorityView) itemsOf(a item.AuthorizationRow) []string {
	var out []string
	for _, x := range a.Items {
		out = append(out, v.names[x])
	}
	return out
}

// places lists where else than in the hall something can be done.
func (s public) places(c *web.Ctx, p place) error {
	list, err := s.Item.Places(c.Context())
	if err != nil {
		return err
	}
	return c.Render(placesPage(p, list))
}

// site shows one of these places with the items that are handled there (下放事项清单).
func (s public) site(c *web.Ctx, p place) error {
	x, err := s.Item.Place(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.Render(placePage(p, x))
}

// online reports whether the item, or every member of the package, may be applied for online now (办理形式: 电脑端, 移动端).
func (v guideView) online() bool {
	open := func(channels []string) bool { return slices.Contains(channels, "2") || slices.Contains(channels, "3") }
	for _, m := range v.Members {
		if !open(m.Content.Channels) {
			return false
		}
	}
	if v.Item.Package {
		return v.InForce && len(v.Members) == len(v.Content.Members)
	}
	return v.InForce && open(v.Content.Channels)
}

// applyAt is the form of an application online, which the pages of cases have.
func (v guideView) applyAt() string {
	return strings.Replace(v.Base, "/guides", "/cases", 1) + "/apply?item=" + url.QueryEscape(v.Item.ID)
}
