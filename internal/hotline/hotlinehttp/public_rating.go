package hotlinehttp

import (
	"crypto/rand"
	"errors"

	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

// ratingView is the page behind the link of a message: the answer, and the form of a rating without code or number.
type ratingView struct {
	place
	hotline.Progress
	Form  *web.Form
	Token string
	Key   string
	Rated string // result given just now
}

// ratingForm shows the answer and asks.
func (s citizens) ratingForm(c *web.Ctx, p place) error {
	v := ratingView{place: p, Token: c.Param("token"), Key: rand.Text()}
	var err error
	if v.Progress, err = s.Hotline.RatingPage(c.Context(), v.Token); err != nil {
		return err
	}
	return c.Render(ratingPage(v))
}

// rateByLink records the rating.
func (s citizens) rateByLink(c *web.Ctx, p place) error {
	f := c.Form()
	v := ratingView{place: p, Token: c.Param("token"), Key: f.Text("key")}
	in := hotline.RateInput{Result: f.Text("result"), Attitude: f.Text("attitude"), Solved: f.Text("solved"), Reason: f.Text("reason"), ReasonCode: f.Text("reason_code"), Key: v.Key}
	err := s.Hotline.RateByLink(c.Context(), v.Token, in)
	if err != nil && (errors.Is(err, hotline.ErrRatingLink) || !f.Take(err)) {
		return err
	}
	if v.Progress, err = s.Hotline.RatingPage(c.Context(), v.Token); err != nil {
		return err
	}
	if !f.OK() {
		v.Form, v.Key = f, rand.Text()
		return c.Invalid(ratingPage(v))
	}
	v.Rated = in.Result
	return c.Render(ratingPage(v))
}

// ratingItems are the few particulars that somebody who has the link may see.
func ratingItems(p hotline.Progress) []web.Item {
	items := []web.Item{web.ItemText("工单号", p.No)}
	if p.Title != "" {
		items = append(items, web.ItemText("反映的事", p.Title))
	}
	if p.Unit != "" {
		items = append(items, web.ItemText("承办单位", p.Unit))
	}
	return items
}
