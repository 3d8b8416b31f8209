package workforcehttp

import (
	"io"

	"github.com/a-h/templ"

	"yichuang/internal/document/xlsx"
	"yichuang/internal/org"
	"yichuang/internal/web"
	"yichuang/internal/workforce"
)

func staffPath(user string) string { return "/workforce/staff/" + user }

func (h handlers) staff(c *web.Ctx) error {
	list, err := h.Workforce.Staff(c.Context(), workforce.StaffFilter{UnitID: c.Query("unit")})
	if err != nil {
		return err
	}
	units, err := h.Units(c.Context())
	if err != nil {
		return err
	}
	t := web.Table{ID: "staff", Caption: "人员档案", Columns: []web.Column{{Label: "姓名", Name: true, Grow: true}, {Label: "派出单位"}, {Label: "岗位"}, {Label: "编制", Minor: true}, {Label: "到岗", Minor: true}, {Label: ""}}, Empty: web.Empty{Title: "还没有派驻人员", Text: "办公室登记岗位和派驻后，人员列在这里。"}}
	if c.Can(workforce.PermStaffChange) {
		t.Empty.Next = &web.Link{Label: "登记派驻", Href: "/workforce/staff/new"}
	}
	for _, m := range list {
		chief := ""
		if m.Posting.Chief {
			chief = "首席代表"
		}
		t.Rows = append(t.Rows, web.Row{ID: m.UserID, Href: staffPath(m.UserID), Cells: []templ.Component{web.CellLink(staffPath(m.UserID), m.Name), web.CellText(m.Unit), web.CellText(m.Post), web.CellText(m.Posting.Employment.Label()), web.CellDate(m.Posting.From), web.CellText(chief)}})
	}
	return c.Render(staffPage(t, units, c.Can(workforce.PermStaffChange)))
}

// staffFormsView is the forms of posts, postings and the list.
type staffFormsView struct {
	Form   *web.Form
	Posts  []workforce.Post
	Units  []web.Option
	Sites  []web.Option
	Users  []web.Option
	Shifts []web.Option
}

func (v staffFormsView) postOptions() []web.Option {
	var out []web.Option
	for _, p := range v.Posts {
		if p.Active {
			out = append(out, web.Option{Value: p.ID, Label: p.Name + "（" + unitLabel(v.Units, p.UnitID) + "）"})
		}
	}
	return out
}

func unitLabel(list []web.Option, id string) string {
	for _, o := range list {
		if o.Value == id {
			return o.Label
		}
	}
	return id
}

func (v staffFormsView) postTable() web.Table {
	t := web.Table{ID: "posts", Caption: "岗位", Columns: []web.Column{{Label: "岗位", Name: true, Grow: true}, {Label: "单位"}, {Label: "类型"}, {Label: "状态"}, {Label: ""}}, Empty: web.Empty{Title: "还没有岗位"}}
	for _, p := range v.Posts {
		t.Rows = append(t.Rows, web.Row{ID: p.ID, Cells: []templ.Component{web.CellText(p.Name), web.CellText(unitLabel(v.Units, p.UnitID)), web.CellText(p.Kind.Label()), web.CellText(yes(p.Active)), postSwitch(p)}})
	}
	return t
}

func postKinds() []web.Option {
	var out []web.Option
	for _, k := range workforce.PostKinds() {
		out = append(out, web.Option{Value: string(k), Label: k.Label()})
	}
	return out
}

func employments() []web.Option {
	var out []web.Option
	for _, e := range workforce.Employments() {
		out = append(out, web.Option{Value: string(e), Label: e.Label()})
	}
	return out
}

func grades() []web.Option {
	var out []web.Option
	for _, g := range workforce.Grades() {
		out = append(out, web.Option{Value: string(g), Label: g.Label()})
	}
	return out
}

func (h handlers) staffForms(c *web.Ctx) error { return h.showStaffForms(c, nil) }

func (h handlers) showStaffForms(c *web.Ctx, f *web.Form) error {
	v := staffFormsView{Form: f}
	ctx := c.Context()
	var err error
	if v.Posts, err = h.Workforce.Posts(ctx); err != nil {
		return err
	}
	if v.Units, err = h.Units(ctx); err != nil {
		return err
	}
	if v.Sites, err = h.sites(c); err != nil {
		return err
	}
	if v.Users, err = h.users(c); err != nil {
		return err
	}
	shifts, err := h.Workforce.Shifts(ctx)
	if err != nil {
		return err
	}
	v.Shifts = setupView{Shifts: shifts}.shiftOptions()
	if f != nil {
		return c.Invalid(staffFormsPage(v))
	}
	return c.Render(staffFormsPage(v))
}

// users lists the open accounts of the centre for a choice.
func (h handlers) users(c *web.Ctx) ([]web.Option, error) {
	var out []web.Option
	after := ""
	for len(out) < 2000 {
		list, next, err := h.Org.Users(c.Context(), org.UserQuery{Active: true, After: after, Limit: 200})
		if err != nil {
			return nil, err
		}
		for _, u := range list {
			out = append(out, web.Option{Value: u.ID, Label: u.DisplayName + "（" + u.Username + "）"})
		}
		if after = next; after == "" {
			break
		}
	}
	return out, nil
}

func (h handlers) staffDone(c *web.Ctx, f *web.Form, err error, done, to string) error {
	if err == nil && f.OK() {
		c.Flash(web.Success, done)
		return c.Redirect(to)
	}
	if err != nil && !f.Take(err) {
		return err
	}
	return h.showStaffForms(c, f)
}

func (h handlers) savePost(c *web.Ctx) error {
	f := c.Form()
	in := workforce.PostInput{SiteID: f.Text("site_id"), UnitID: f.Text("unit_id"), Kind: workforce.PostKind(f.Text("kind")), Name: f.Text("name"), Duty: f.Text("duty"), Active: f.Bool("active")}
	_, err := h.Workforce.SavePost(c.Context(), idOf(c), f.Version(), in)
	return h.staffDone(c, f, err, "已保存岗位。", "/workforce/staff/new")
}

func (h handlers) assign(c *web.Ctx) error {
	f := c.Form()
	in := workforce.PostingInput{UserID: f.Text("user_id"), PostID: f.Text("post_id"), ShiftID: f.Text("shift_id"), Employment: workforce.Employment(f.Text("employment")), Grade: workforce.Grade(f.Text("grade")), Chief: f.Bool("chief"),
		Appointment: f.Text("appointment_no"), Authorization: f.Text("authorization_no"), From: f.Date("from")}
	var err error
	if f.OK() {
		_, err = h.Workforce.Assign(c.Context(), in)
	}
	return h.staffDone(c, f, err, "已登记派驻。", staffPath(in.UserID))
}

func (h handlers) importPostings(c *web.Ctx) error {
	f := c.Form()
	file := f.File("file")
	if file == nil {
		f.Fail("file", "请选择名单文件。")
		return h.showStaffForms(c, f)
	}
	r, err := file.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	lines, err := workforce.ReadPostings(file.Name, r, file.Size)
	n := 0
	if err == nil {
		n, err = h.Workforce.ImportPostings(c.Context(), lines)
	}
	return h.staffDone(c, f, err, "已登记 "+number(int64(n))+" 人的派驻。", "/workforce/staff")
}

func (h handlers) importForm(c *web.Ctx) error {
	return c.Stream("派驻名单.xlsx", xlsx.ContentType, func(w io.Writer) error {
		var cols []xlsx.Column
		for _, name := range workforce.ImportColumns() {
			cols = append(cols, xlsx.Column{Label: name, Width: 16, Kind: xlsx.Text})
		}
		return xlsx.Table(w, "派驻名单", cols, func(func(cells ...any) error) error { return nil })
	})
}

// archiveView is a person's archive.
type archiveView struct {
	workforce.Archive
	Form           *web.Form
	Change, Reveal bool
	Letters        map[string]web.Link // of his postings as chief representative, by their numbers
}

func (v archiveView) items() []web.Item {
	out := []web.Item{web.ItemText("派出单位", v.Unit), web.ItemText("岗位", v.Post), web.ItemText("职务", v.Title), web.ItemText("编制", v.Posting.Employment.Label()), web.ItemText("职级", v.Posting.Grade.Label()), web.ItemText("学历", v.Education), web.ItemText("参加工作", v.JoinedOn.String())}
	if v.IDNo != "" {
		s := web.Secret{Masked: v.IDNo, Label: "身份证号"}
		if v.Reveal {
			s.Reveal = staffPath(v.UserID) + "/id-no"
		}
		out = append(out, web.Item{Label: "身份证号", Value: web.SecretText(s)})
	}
	if v.Remark != "" {
		out = append(out, web.Item{Label: "备注", Value: web.CellText(v.Remark), Wide: true})
	}
	return out
}

func (v archiveView) postings() web.Table {
	t := web.Table{ID: "postings", Caption: "派驻经历", Columns: []web.Column{{Label: "岗位", Name: true, Grow: true}, {Label: "单位"}, {Label: "起止"}, {Label: "首席代表", Wrap: true}, {Label: "调整", Wrap: true}}}
	for _, m := range v.Postings {
		p := m.Posting
		to, chief, end := "至今", templ.Component(web.CellText("")), ""
		if !p.To.IsZero() {
			to, end = p.To.String(), p.EndReason+"；鉴定："+p.Appraisal
		}
		if p.Chief {
			chief = v.papers(&p)
		}
		t.Rows = append(t.Rows, web.Row{ID: p.ID, Cells: []templ.Component{web.CellText(m.Post), web.CellText(m.Unit), web.CellText(p.From.String() + " — " + to), chief, web.CellText(end)}})
	}
	return t
}

// papers are the 任命书 of a chief representative and the 授权书 with where it stands, linked for those who may read it.
func (v archiveView) papers(p *workforce.Posting) templ.Component {
	l := v.Letters[p.Authorization]
	text := "任命书 " + p.Appointment + "，授权书 " + l.Label
	if l.Href == "" {
		return web.CellText(text)
	}
	return web.CellLink(l.Href, text)
}

func (v archiveView) sheets() web.Table {
	t := web.Table{ID: "marks", Caption: "考核", Columns: []web.Column{{Label: "月份", Name: true, Grow: true}, {Label: "得分", Number: true}, {Label: "名次", Number: true}, {Label: "等次"}, {Label: "佐证材料", Unit: "份", Number: true}}, Empty: web.Empty{Title: "还没有锁定的考核表"}}
	for _, s := range v.Sheets {
		at := "/workforce/sheets/" + monthText(s.Month) + "/people/" + v.UserID
		t.Rows = append(t.Rows, web.Row{ID: s.Month.String(), Href: at, Cells: []templ.Component{web.CellLink(at, monthText(s.Month)), web.CellText(workforce.PointsText(s.Row.Score)), web.CellNumber(int64(s.Row.Place)), web.CellText(s.Row.Band), web.CellNumber(int64(s.Files))}})
	}
	return t
}

func (h handlers) archive(c *web.Ctx) error { return h.showArchive(c, nil) }

func (h handlers) showArchive(c *web.Ctx, f *web.Form) error {
	a, err := h.Workforce.ArchiveOf(c.Context(), c.Param("user"))
	if err != nil {
		return err
	}
	v := archiveView{Archive: a, Form: f, Change: c.Can(workforce.PermStaffChange), Reveal: c.Can(workforce.PermStaffReveal), Letters: map[string]web.Link{}}
	for _, m := range a.Postings {
		if !m.Posting.Chief {
			continue
		}
		if v.Letters[m.Posting.Authorization], err = h.Letter(c.Context(), a.UserID, m.Posting.Authorization); err != nil {
			return err
		}
	}
	if f != nil {
		return c.Invalid(archivePage(v))
	}
	return c.Render(archivePage(v))
}

func (h handlers) archiveDone(c *web.Ctx, f *web.Form, err error, done string) error {
	if err == nil && f.OK() {
		c.Flash(web.Success, done)
		return c.Redirect(staffPath(c.Param("user")))
	}
	if err != nil && !f.Take(err) {
		return err
	}
	return h.showArchive(c, f)
}

func (h handlers) savePerson(c *web.Ctx) error {
	f := c.Form()
	in := workforce.PersonInput{IDNo: f.Text("id_no"), Education: f.Text("education"), JoinedOn: f.Date("joined_on"), Remark: f.Text("remark")}
	var err error
	if f.OK() {
		err = h.Workforce.SavePerson(c.Context(), c.Param("user"), f.Version(), in)
	}
	return h.archiveDone(c, f, err, "已保存档案。")
}

func (h handlers) recall(c *web.Ctx) error {
	f := c.Form()
	in := workforce.RecallInput{Last: f.Date("last"), Notice: f.Date("notice"), Reason: f.Text("reason"), Appraisal: f.Text("appraisal")}
	var err error
	if f.OK() {
		_, err = h.Workforce.Recall(c.Context(), f.Text("posting"), f.Version(), in)
	}
	return h.archiveDone(c, f, err, "已办理调回。")
}

func (h handlers) reveal(c *web.Ctx) error {
	no, err := h.Workforce.RevealIDNo(c.Context(), c.Param("user"))
	if err != nil {
		return err
	}
	return c.Reveal(no, staffPath(c.Param("user")))
}
