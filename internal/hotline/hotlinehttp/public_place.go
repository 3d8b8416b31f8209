package hotlinehttp

import (
	"net/url"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// citizens are the pages for people without an account (群众): one column, forms that work without a script, and no
// address that holds a query code.
type citizens struct {
	Deps
	kit *web.Kit
}

// place is the centre whose public pages are asked for, and the beginning of their addresses.
type place struct {
	Centre org.Centre
	Base   string // "/12345", or "/12345/c/<code>" where several centres share the installation
}

func (p place) path(below string) string { return p.Base + below }

// door is the address of other public pages of the same centre.
func (p place) door(path string) string { return strings.Replace(p.Base, "/12345", path, 1) }

// at lets a handler work in the centre of the address as a citizen, whoever is signed in to the browser.
func (s citizens) at(h func(*web.Ctx, place) error) web.Handler {
	return func(c *web.Ctx) error {
		p, err := s.place(c)
		if err != nil {
			return err
		}
		if p.Centre.ID == "" {
			return s.choose(c)
		}
		c.Request = c.Request.WithContext(actor.With(c.Context(), hotline.CitizenActor(p.Centre.ID, web.ClientIP(c.Context()), c.RequestID())))
		return h(c, p)
	}
}

// place finds the centre: the one named in the address, the one of the host name, or the only one. An empty place means
// that the visitor must choose.
func (s citizens) place(c *web.Ctx) (place, error) {
	if code := c.Param("centre"); code != "" {
		centre, err := s.Org.CentreByCode(c.Context(), code)
		return place{centre, "/12345/c/" + url.PathEscape(centre.Code)}, err
	}
	if id := s.kit.Visitor(c.Request).CentreID; id != "" {
		centre, err := s.Org.Centre(c.Context(), id)
		return place{centre, "/12345"}, err
	}
	list, err := s.Org.Centres(c.Context())
	if err != nil {
		return place{}, err
	}
	switch len(list) {
	case 0:
		return place{}, errNotOpen
	case 1:
		return place{list[0], "/12345"}, nil
	}
	return place{}, nil
}

var errNotOpen = errs.New(errs.Unavailable, "hotlinehttp.not_open", "网上提交还没有开通。请直接拨打 12345。")

// choose asks which centre is meant.
func (s citizens) choose(c *web.Ctx) error {
	list, err := s.Org.Centres(c.Context())
	if err != nil {
		return err
	}
	return c.Render(choosePage(list))
}

func centreDoors(list []org.Centre) []web.Link {
	doors := make([]web.Link, len(list))
	for i, centre := range list {
		doors[i] = web.Link{Label: centre.Name, Href: "/12345/c/" + url.PathEscape(centre.Code)}
	}
	return doors
}

// landing is the first page.
func (s citizens) landing(c *web.Ctx, p place) error { return c.Render(landingPage(p, s.Doors)) }

// tidyCode reads a query code as people type it: in groups, in small letters, with the letters that look like digits.
func tidyCode(s string) string {
	s = strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "－", "", "　", "").Replace(s))
	return strings.NewReplacer("O", "0", "I", "1", "L", "1").Replace(s)
}

// grouped writes a query code so that it can be read out and copied.
func grouped(code string) string {
	if len(code) != 10 {
		return code
	}
	return code[:5] + " " + code[5:]
}
