package hotlinehttp

import (
	"crypto/rand"
	"strings"

	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

// trapField is a field that people do not see and programs fill in (honeypot).
const trapField = "homepage"

// submitView is the form for a request, first shown or refused.
type submitView struct {
	place
	Form  *web.Form
	Key   string
	Areas []web.Option
}

// submitForm shows the form.
func (s citizens) submitForm(c *web.Ctx, p place) error {
	v, err := s.submitView(c, p)
	if err != nil {
		return err
	}
	return c.Render(submitPage(v))
}

func (s citizens) submitView(c *web.Ctx, p place) (submitView, error) {
	list, err := s.Org.DivisionsUnder(c.Context(), p.Centre.Division)
	v := submitView{place: p, Key: rand.Text()}
	for _, d := range list {
		v.Areas = append(v.Areas, web.Option{Value: d.Code, Label: d.Name})
	}
	return v, err
}

// submit registers the request. The answer is the page with the query code itself, so that the code is in no address; the
// form's key makes sending it twice the same request.
func (s citizens) submit(c *web.Ctx, p place) error {
	f := c.Form()
	in := hotline.RegisterInput{Key: f.Text("key"), Channel: "网站", Kind: f.Text("kind"), Area: f.Text("area"), Content: f.Text("content"), Address: f.Text("address"),
		EventAt: f.Instant("event_at"), Name: f.Text("name"), Phone: f.Text("phone"), Anonymous: f.Bool("anonymous"), Confidential: f.Text("confidential")}
	if in.EventAt > c.Now() {
		f.Fail("event_at", "发生时间不能晚于现在。")
	}
	if in.Key == "" {
		in.Key = rand.Text()
	}
	if f.Text(trapField) != "" {
		f.Say("没有提交：看不见的“请勿填写”一栏被填上了内容。如果不是您填的，请关闭浏览器的自动填写后再提交，或直接拨打 12345。")
	}
	in.Normalize()
	f.Take(in.Validate())
	in.Files = s.uploads(c, f)
	var made hotline.Registered
	if f.OK() {
		var err error
		if made, err = s.Hotline.Register(c.Context(), in); err != nil {
			if !f.Take(err) {
				return err
			}
			chooseAgain(f)
		}
	}
	if !f.OK() {
		v, err := s.submitView(c, p)
		if err != nil {
			return err
		}
		v.Form = f
		return c.Invalid(submitPage(v))
	}
	promise, err := s.Hotline.PromiseFor(c.Context(), in.Kind)
	if err != nil {
		return err
	}
	return c.Render(submittedPage(submittedView{place: p, Made: made, Promise: promise, Tail: tailOf(in.Phone)}))
}

// submittedView is what the caller must keep.
type submittedView struct {
	place
	Made    hotline.Registered
	Promise hotline.Promise
	Tail    string // last digits of the phone, "" where none was given
}

func tailOf(phone string) string {
	if len(phone) > 4 {
		phone = phone[len(phone)-4:]
	}
	return phone
}

// kindChoices explains the kinds of request in a few words.
func kindChoices() []web.Option {
	hints := map[string]string{hotline.Consult: "想了解政策、流程、电话、地址", hotline.Help: "遇到困难，希望帮助解决", hotline.Complaint: "对服务、管理、收费等不满意",
		hotline.Report: "反映违法违规的人和事", hotline.Suggest: "对工作的意见和建议", hotline.Praise: "表扬好人好事"}
	out := options(hotline.Kinds...)
	for i := range out {
		out[i].Hint = hints[out[i].Value]
	}
	return out
}

func confidentialChoices() []web.Option {
	return []web.Option{
		{Value: hotline.NotConfidential, Label: "不需要保密", Hint: "承办单位可以看到联系方式，便于与您联系"},
		{Value: hotline.ConfidentialCaller, Label: "对我的身份保密", Hint: "承办单位看不到姓名和电话，由热线回复您"},
		{Value: hotline.ConfidentialAll, Label: "身份和内容都保密", Hint: "只有办理这件事的工作人员能看到内容"},
	}
}

// promiseText words the time in which an answer may be expected.
func promiseText(p hotline.Promise) string {
	return "承办单位一般应在接到后 " + strings.TrimSpace(p.Handle.Label()) + "内办理并答复；情况复杂经批准延期的，会告知您。"
}
