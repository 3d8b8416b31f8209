package hotlinehttp

import (
	"crypto/rand"
	"errors"

	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

// trackView is the form of a query, first shown or refused.
type trackView struct {
	place
	Form *web.Form
}

// progressView is what a query found, with the form of a rating where one is waited for.
type progressView struct {
	place
	hotline.Progress
	Form       *web.Form // of a refused rating
	Code, Tail string
	Key        string
	Rated      string // result of a rating given just now
}

func (s citizens) trackForm(c *web.Ctx, p place) error {
	return c.Render(trackPage(trackView{place: p}))
}

// track answers with the progress itself, so that neither code nor phone is in an address.
func (s citizens) track(c *web.Ctx, p place) error {
	f := c.Form()
	v := progressView{place: p, Code: tidyCode(f.Required("code", "查询码")), Tail: f.Text("tail"), Key: rand.Text()}
	if f.OK() {
		var err error
		if v.Progress, err = s.Hotline.Track(c.Context(), v.Code, v.Tail); err != nil && !takeQuery(f, err) {
			return err
		}
	}
	if !f.OK() {
		return c.Invalid(trackPage(trackView{place: p, Form: f}))
	}
	return c.Render(progressPage(v))
}

// takeQuery keeps the one answer that a wrong code and a wrong number get, so that it stands above the form.
func takeQuery(f *web.Form, err error) bool {
	if errors.Is(err, hotline.ErrQuery) {
		f.Say("%s", hotline.ErrQuery.Public)
		return true
	}
	return f.Take(err)
}

// rate records the caller's own rating and shows the progress again.
func (s citizens) rate(c *web.Ctx, p place) error {
	f := c.Form()
	v := progressView{place: p, Code: tidyCode(f.Text("code")), Tail: f.Text("tail"), Key: f.Text("key")}
	if v.Key == "" {
		v.Key = rand.Text()
	}
	in := hotline.RateInput{Code: v.Code, Tail: v.Tail, Result: f.Text("result"), Attitude: f.Text("attitude"), Reason: f.Text("reason"), Key: v.Key}
	err := s.Hotline.Rate(c.Context(), in)
	if err != nil && !takeQuery(f, err) {
		return err
	}
	if v.Progress, err = s.Hotline.Track(c.Context(), v.Code, v.Tail); err != nil {
		if takeQuery(f, err) {
			return c.Invalid(trackPage(trackView{place: p, Form: f}))
		}
		return err
	}
	if !f.OK() {
		v.Form, v.Key = f, rand.Text()
		return c.Invalid(progressPage(v))
	}
	v.Rated = in.Result
	return c.Render(progressPage(v))
}

// progressSteps are the steps for the timeline, the newest first.
func progressSteps(p hotline.Progress) []web.Step {
	out := make([]web.Step, 0, len(p.Steps))
	for i := len(p.Steps) - 1; i >= 0; i-- {
		tone := web.Tone("")
		if i == len(p.Steps)-1 {
			tone = web.Info
			if !p.State.Open() {
				tone = web.Success
			}
		}
		out = append(out, web.Step{At: p.Steps[i].At, Title: p.Steps[i].Text, Tone: tone})
	}
	return out
}

// progressItems are the particulars of a request.
func progressItems(p hotline.Progress) []web.Item {
	items := []web.Item{web.ItemText("工单号", p.No), {Label: "现在", Value: web.StateBadge(stateTone(p.State), p.Label)}, web.ItemText("反映的事", p.Title),
		web.ItemText("提交时间", web.MomentText(p.Received))}
	if p.Unit != "" {
		items = append(items, web.ItemText("承办单位", p.Unit))
	}
	if p.Due != 0 && (p.State == hotline.Dispatched || p.State == hotline.Handling || p.State == hotline.Suspended) {
		items = append(items, web.Item{Label: "办理时限", Value: web.DueText(web.Due{At: p.Due, Provisional: p.Tentative})})
	}
	return items
}

func resultChoices() []web.Option { return options(hotline.Results...) }
