package complainthttp

import (
	"yichuang/internal/actor"
	"yichuang/internal/complaint"
	"yichuang/internal/evidence/evidencehttp"
	"yichuang/internal/web"
)

func registerPerm(k complaint.Kind) actor.Permission {
	if k == complaint.Complaint {
		return complaint.PermComplaintRegister
	}
	return complaint.PermStuckRegister
}

func readPerm(k complaint.Kind) actor.Permission {
	if k == complaint.Complaint {
		return complaint.PermComplaintRead
	}
	return complaint.PermStuckRead
}

// intakeView is the form of a new matter, or of one that a ticket of the hotline becomes.
type intakeView struct {
	Form   *web.Form
	Kind   complaint.Kind
	Ticket string // number of the ticket, "" for none
	Units  []web.Option
	Key    string
}

func (v intakeView) title() string {
	if v.Ticket != "" {
		return "热线工单 " + v.Ticket + " 转" + v.Kind.Label()
	}
	return "登记" + v.Kind.Label()
}

func (v intakeView) contentHint() string {
	if v.Kind == complaint.Complaint {
		return "什么时候、在哪里、谁、做了什么"
	}
	return "办什么事、到过哪些窗口、跑了几次、每次怎么答复的、希望怎样解决"
}

func (s desk) intake(c *web.Ctx, f *web.Form, ticket string) (intakeView, error) {
	v := intakeView{Form: f, Kind: s.kind, Ticket: ticket, Key: c.RequestID()}
	var err error
	v.Units, err = s.Units(c.Context())
	return v, err
}

func (s desk) newMatter(c *web.Ctx) error {
	v, err := s.intake(c, nil, c.Query("ticket"))
	if err != nil {
		return err
	}
	return c.Render(intakePage(v))
}

func (s desk) register(c *web.Ctx) error {
	f := c.Form()
	in := complaint.IntakeInput{Kind: s.kind, Title: f.Text("title"), Content: f.Text("content"), About: f.Text("about"), UnitID: f.Text("unit_id"), Window: f.Text("window"), CaseNo: f.Text("case_no"),
		Channel: f.Text("channel"), Name: f.Text("name"), Phone: f.Text("phone"), Key: f.Text("key")}
	ticket := f.Text("ticket")
	in.Files = evidencehttp.Save(c, f, c.Actor().CentreID, s.Blobs)
	if !f.OK() {
		return s.intakeAgain(c, f, ticket)
	}
	var got complaint.Registration
	var err error
	if ticket != "" {
		got, err = s.Complaint.TakeOver(c.Context(), ticket, s.kind, in)
	} else {
		got, err = s.Complaint.Register(c.Context(), in)
	}
	if err == nil {
		return c.Render(registeredPage(s.kind, got, ticket, c.Can(readPerm(s.kind))))
	}
	if !f.Take(err) {
		return err
	}
	return s.intakeAgain(c, f, ticket)
}

func (s desk) intakeAgain(c *web.Ctx, f *web.Form, ticket string) error {
	evidencehttp.ChooseAgain(f)
	v, err := s.intake(c, f, ticket)
	if err != nil {
		return err
	}
	return c.Invalid(intakePage(v))
}

// addFiles puts files to a matter.
func (s desk) addFiles(c *web.Ctx) error {
	f := c.Form()
	files := evidencehttp.Save(c, f, c.Actor().CentreID, s.Blobs)
	if !f.OK() {
		return s.showAgain(c, f)
	}
	found, err := s.Complaint.Get(c.Context(), s.kind, c.Param("no"))
	if err == nil {
		_, err = s.Complaint.AddFiles(c.Context(), s.kind, found.ID, files)
	}
	if err == nil {
		c.Flash(web.Success, "已上传。")
		return c.Redirect(matterPath(s.kind, c.Param("no")))
	}
	if !f.Take(err) {
		return err
	}
	return s.showAgain(c, f)
}

func (s desk) openFile(c *web.Ctx) error {
	b, err := s.Complaint.OpenFile(c.Context(), s.kind, c.Param("no"), c.Param("file"))
	if err != nil {
		return err
	}
	return s.Blobs.Serve(c.Writer, c.Request, b)
}

func partLabel(part string) string {
	return map[string]string{complaint.PartUnit: "单位提供"}[part]
}

func channels() []web.Option {
	var out []web.Option
	for _, ch := range complaint.Channels {
		out = append(out, web.Option{Value: ch, Label: ch})
	}
	return out
}
