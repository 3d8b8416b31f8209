package complainthttp

import (
	"errors"
	"net/url"

	"yichuang/internal/actor"
	"yichuang/internal/complaint"
	"yichuang/internal/errs"
	"yichuang/internal/evidence"
	"yichuang/internal/evidence/evidencehttp"
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

func (p place) path(below string) string { return p.Base + below }

var errNotOpen = errs.New(errs.Unavailable, "complainthttp.not_open", "网上反映还没有开通。请到大厅的“办不成事”反映窗口，或拨打 12345。")

const publicBase = "/matters"

func registerPublic(kit *web.Kit, d Deps) {
	s := citizens{d, kit}
	for _, base := range []string{publicBase, publicBase + "/c/{centre}"} {
		kit.Public("GET "+base, s.at(s.landing))
		for _, k := range []complaint.Kind{complaint.Stuck, complaint.Complaint} {
			kit.Public("GET "+base+"/"+string(k), s.at(s.form(k)))
			kit.Public("POST "+base+"/"+string(k), s.at(s.submit(k)), web.Limit(submitRate), web.MaxBody(evidencehttp.Body))
		}
		kit.Public("GET "+base+"/files", s.at(s.filesForm))
		kit.Public("POST "+base+"/files", s.at(s.addFiles), web.Limit(submitRate), web.MaxBody(evidencehttp.Body))
		kit.Public("GET "+base+"/track", s.at(s.trackForm))
		kit.Public("POST "+base+"/track", s.at(s.track), web.Limit(trackRate))
	}
}

// at lets a handler work in the centre of the address as somebody without an account, whoever is signed in to the browser.
func (s citizens) at(h func(*web.Ctx, place) error) web.Handler {
	return func(c *web.Ctx) error {
		p, err := s.place(c)
		if err != nil {
			return err
		}
		if p.Centre.ID == "" && c.Request.URL.Path != publicBase {
			return c.Redirect(publicBase)
		}
		if p.Centre.ID == "" {
			return s.choose(c)
		}
		c.Request = c.Request.WithContext(actor.With(c.Context(), complaint.ReporterActor(p.Centre.ID, web.ClientIP(c.Context()), c.RequestID())))
		return h(c, p)
	}
}

// place finds the centre: the one named in the address, the one of the host name, or the only one. An empty place means that the
// visitor must choose.
func (s citizens) place(c *web.Ctx) (place, error) {
	if code := c.Param("centre"); code != "" {
		centre, err := s.Org.CentreByCode(c.Context(), code)
		return place{centre, publicBase + "/c/" + url.PathEscape(centre.Code)}, err
	}
	if id := s.kit.Visitor(c.Request).CentreID; id != "" {
		centre, err := s.Org.Centre(c.Context(), id)
		return place{centre, publicBase}, err
	}
	list, err := s.Org.Centres(c.Context())
	switch {
	case err != nil:
		return place{}, err
	case len(list) == 0:
		return place{}, errNotOpen
	case len(list) == 1:
		return place{list[0], publicBase}, nil
	}
	return place{}, nil
}

func (s citizens) choose(c *web.Ctx) error {
	list, err := s.Org.Centres(c.Context())
	if err != nil {
		return err
	}
	doors := make([]web.Link, len(list))
	for i, centre := range list {
		doors[i] = web.Link{Label: centre.Name, Href: publicBase + "/c/" + url.PathEscape(centre.Code)}
	}
	return c.Render(web.DoorsPage(web.Page{Title: "办不成事和投诉", Lead: "请选择办事的政务服务中心。"}, doors))
}

func (s citizens) landing(c *web.Ctx, p place) error { return c.Render(landingPage(p)) }

// reportView is a form of the public pages, first shown or refused.
type reportView struct {
	place
	Form *web.Form
	Kind complaint.Kind
	Key  string
}

func (v reportView) lead() string {
	if v.Kind == complaint.Complaint {
		return "投诉大厅窗口人员的服务态度、作风和纪律。被投诉的人和他的单位不会知道您是谁。"
	}
	return "提交了申请没有受理、跑了几次没有结果的事，可以在这里反映。承办单位当天会联系您。"
}

// trapField is what programs fill in and people do not see.
const trapField = "website"

func (s citizens) form(k complaint.Kind) func(*web.Ctx, place) error {
	return func(c *web.Ctx, p place) error {
		return c.Render(reportPage(reportView{place: p, Kind: k, Key: c.RequestID()}))
	}
}

func (s citizens) submit(k complaint.Kind) func(*web.Ctx, place) error {
	return func(c *web.Ctx, p place) error {
		f := c.Form()
		in := complaint.IntakeInput{Kind: k, Content: f.Text("content"), About: f.Text("about"), CaseNo: f.Text("case_no"), Name: f.Text("name"), Phone: f.Text("phone"), Key: f.Text("key")}
		if f.Text(trapField) != "" {
			return complaint.ErrInput
		}
		if err := in.Valid(); err != nil && !f.Take(err) {
			return err
		}
		if in.Files = evidencehttp.Save(c, f, p.Centre.ID, s.Blobs); f.OK() {
			got, err := s.Complaint.Submit(c.Context(), in)
			if err == nil {
				return c.Render(submittedPage(p, got, f.Text("phone") != ""))
			}
			if !f.Take(err) {
				return err
			}
		}
		evidencehttp.ChooseAgain(f)
		return c.Invalid(reportPage(reportView{place: p, Form: f, Kind: k, Key: f.Text("key")}))
	}
}

// trackView is the form that asks for a code.
type trackView struct {
	place
	Form *web.Form
}

func (s citizens) trackForm(c *web.Ctx, p place) error {
	return c.Render(trackPage(trackView{place: p}))
}

// track answers with the progress itself, so that neither code nor phone is in an address.
func (s citizens) track(c *web.Ctx, p place) error {
	f := c.Form()
	code := f.Required("code", "查询码")
	var found complaint.Progress
	if f.OK() {
		var err error
		found, err = s.Complaint.Track(c.Context(), code, f.Text("tail"))
		switch {
		case errors.Is(err, complaint.ErrQuery):
			f.Say("%s", complaint.ErrQuery.Public)
		case err != nil && !f.Take(err):
			return err
		}
	}
	if !f.OK() {
		return c.Invalid(trackPage(trackView{place: p, Form: f}))
	}
	return c.Render(progressPage(p, found))
}

// addFiles takes further files of a reporter, who says the code again.
func (s citizens) addFiles(c *web.Ctx, p place) error {
	f := c.Form()
	code := f.Required("code", "查询码")
	if f.OK() {
		err := s.addOwn(c, f, p, code)
		if err == nil {
			c.Flash(web.Success, "已收到您补充的照片和材料。")
			return c.Redirect(p.path("/track"))
		}
		if errors.Is(err, complaint.ErrQuery) {
			f.Say("%s", complaint.ErrQuery.Public)
		} else if !f.Take(err) {
			return err
		}
	}
	evidencehttp.ChooseAgain(f)
	return c.Invalid(filesPage(filesView{place: p, Form: f, Key: f.Text("key")}))
}

// addOwn keeps files for whoever knows the code and the number; for nobody else are they written to the folder.
func (s citizens) addOwn(c *web.Ctx, f *web.Form, p place, code string) error {
	if _, err := s.Complaint.Track(c.Context(), code, f.Text("tail")); err != nil {
		return err
	}
	files := evidencehttp.Save(c, f, p.Centre.ID, s.Blobs)
	if !f.OK() {
		return evidence.ErrInput
	}
	return s.Complaint.AddOwnFiles(c.Context(), code, f.Text("tail"), files, f.Text("key"))
}

// filesView is the form for further files.
type filesView struct {
	place
	Form *web.Form
	Key  string
}

func (s citizens) filesForm(c *web.Ctx, p place) error {
	return c.Render(filesPage(filesView{place: p, Key: c.RequestID()}))
}

// steps are the steps of a matter for the timeline, the newest first.
func steps(p complaint.Progress) []web.Step {
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

func progressItems(p complaint.Progress) []web.Item {
	out := []web.Item{web.ItemText("编号", p.No), web.ItemText("现在", p.Label)}
	if p.Due != 0 {
		out = append(out, web.ItemText("办理时限", dueText(p.Due)))
	}
	for _, f := range [][2]string{{"承办单位", p.Unit}, {"认定", p.Finding}, {"您还可以", p.Remedy}} {
		if f[1] != "" {
			out = append(out, web.ItemText(f[0], f[1]))
		}
	}
	return out
}

func reportTitle(k complaint.Kind) string {
	if k == complaint.Complaint {
		return "投诉窗口人员"
	}
	return "反映办不成事"
}

func phoneHint(k complaint.Kind) string {
	if k == complaint.Complaint {
		return "可以不留。不留电话，就不能把结果告诉您"
	}
	return "承办单位当天要联系您，查询时也用它的后四位"
}
