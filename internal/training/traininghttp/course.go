package traininghttp

import (
	"fmt"
	"io"
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/document/paper"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/training"
	"yichuang/internal/web"
)

func coursePath(id string) string { return "/training/courses/" + id }

func tone(s training.State) web.Tone {
	return map[training.State]web.Tone{training.Open: web.Info, training.Held: web.Info, training.Archived: web.Success, training.Cancelled: web.Warning}[s]
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// when words the time of a course: 2026-05-14 周四 15:00 至 17:00.
func when(c *training.Course) string {
	return web.MomentText(c.Start) + " 至 " + c.End.Time().Format("15:04")
}

func (h handlers) courses(c *web.Ctx) error { return h.showCourses(c, nil) }

func (h handlers) showCourses(c *web.Ctx, f *web.Form) error {
	list, next, err := h.Training.Courses(c.Context(), c.Query("after"))
	if err != nil {
		return err
	}
	t := web.Table{ID: "courses", Caption: "培训场次", Next: next, Columns: []web.Column{{Label: "题目", Grow: true}, {Label: "类别"}, {Label: "时间"}, {Label: "主讲", Minor: true}, {Label: "报名", Number: true, Unit: "人"}, {Label: "签到", Number: true, Unit: "人"}, {Label: "阶段"}},
		Empty: web.Empty{Title: "还没有培训", Text: "办公室登记计划，中心领导批准后，大家可以报名。"}}
	for i := range list {
		x := &list[i]
		t.Rows = append(t.Rows, web.Row{ID: x.ID, Href: coursePath(x.ID), Cells: []templ.Component{web.CellLink(coursePath(x.ID), x.Title), web.CellText(x.Kind.Label()), web.CellText(web.MomentText(x.Start)), web.CellText(x.Teacher),
			web.CellNumber(x.Enrolled), web.CellNumber(x.Signed), web.StateBadge(tone(x.State), x.State.Label())}})
	}
	parts := []templ.Component{web.DataTable(t)}
	if c.Can(training.PermManage) {
		day := c.Now().Date() + 7
		x := training.Course{CourseInput: training.CourseInput{Kind: training.Lecture, Start: day.Clock(15, 0), End: day.Clock(17, 0), Capacity: 60, Questions: 5, PassPercent: 60}}
		parts = append(parts, web.PartPanel("登记培训计划", courseForm(f, &x, "/training/courses", "登记计划")))
	}
	page := web.StaffPage(web.Page{Title: "大讲堂和培训", Lead: "政务服务大讲堂，以及对各单位的12345业务培训。", Tools: mineLink()}, parts)
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func courseForm(f *web.Form, x *training.Course, action, submit string) templ.Component {
	kinds := []web.Option{{Value: string(training.Lecture), Label: training.Lecture.Label()}, {Value: string(training.Hotline), Label: training.Hotline.Label()}}
	count := func(name, label, unit string, n int64) templ.Component {
		return web.InputText(web.Field{Form: f, Name: name, Label: label, Type: "number", Unit: unit, Value: number(n), Short: true})
	}
	return web.FieldsForm(web.FormBox{ID: "course", Action: action, Submit: submit, Version: x.Version},
		web.FormProblems(f),
		web.InputRadio(web.Field{Form: f, Name: "kind", Label: "类别", Value: string(x.Kind), Options: kinds, Short: true}),
		web.InputText(web.Field{Form: f, Name: "title", Label: "题目", Value: x.Title, Max: 60}),
		web.FieldLine(web.InputText(web.Field{Form: f, Name: "teacher", Label: "主讲人", Value: x.Teacher, Max: 60}), web.InputText(web.Field{Form: f, Name: "place", Label: "地点", Value: x.Place, Max: 60})),
		web.FieldLine(web.InputTime(web.Field{Form: f, Name: "start", Label: "开始", Value: x.Start.String()}), web.InputTime(web.Field{Form: f, Name: "end", Label: "结束", Value: x.End.String()}), count("capacity", "人数上限", "人", x.Capacity)),
		web.InputArea(web.Field{Form: f, Name: "outline", Label: "内容提要", Value: x.Outline, Max: 2000, Rows: 3, Optional: true}),
		web.FieldLine(web.InputText(web.Field{Form: f, Name: "topic", Label: "测验专题", Value: x.Topic, Hint: "题库里的专题；不填为全部", Max: 30, Optional: true}), count("questions", "抽题", "道", x.Questions), count("pass_percent", "合格线", "%", x.PassPercent)))
}

func readCourse(f *web.Form) training.CourseInput {
	return training.CourseInput{Kind: training.Kind(f.Text("kind")), Title: f.Text("title"), Teacher: f.Text("teacher"), Place: f.Text("place"), Outline: f.Text("outline"), Start: f.Instant("start"), End: f.Instant("end"),
		Capacity: f.Int("capacity"), Topic: f.Text("topic"), Questions: f.Int("questions"), PassPercent: f.Int("pass_percent")}
}

func (h handlers) plan(c *web.Ctx) error {
	f := c.Form()
	if in := readCourse(f); f.OK() {
		x, err := h.Training.Plan(c.Context(), in)
		if err == nil {
			c.Flash(web.Success, "计划已登记，等中心领导批准。")
			return c.Redirect(coursePath(x.ID))
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showCourses(c, f)
}

func (h handlers) course(c *web.Ctx) error { return h.showCourse(c, nil) }

func (h handlers) showCourse(c *web.Ctx, f *web.Form) error {
	s, err := h.Training.Course(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	parts := []templ.Component{web.Definitions(courseItems(&s))}
	if f.At(coursePath(s.ID)+"/change") == nil { // that form shows its own problems
		parts = append([]templ.Component{web.FormProblems(f)}, parts...)
	}
	act, err := h.courseActions(c, f, &s)
	if err != nil {
		return err
	}
	parts = append(parts, act...)
	if len(s.People) > 0 {
		parts = append(parts, web.PartPanel("人员", web.DataTable(peopleTable(c, &s))))
	}
	page := web.StaffPage(web.Page{Title: s.Title, Lead: s.Kind.Label() + "，" + when(&s.Course) + "。", Crumbs: []web.Link{{Label: "大讲堂和培训", Href: "/training/courses"}}}, parts)
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func courseItems(s *training.Sheet) []web.Item {
	quiz := "不测验"
	if s.Questions > 0 {
		quiz = fmt.Sprintf("抽 %d 道题，答对 %d%% 为合格，每人一次", s.Questions, s.PassPercent)
	}
	out := []web.Item{{Label: "阶段", Value: web.StateBadge(tone(s.State), s.State.Label())}, web.ItemText("主讲人", s.Teacher), web.ItemText("地点", s.Place), web.ItemText("测验", quiz),
		web.ItemText("人数", fmt.Sprintf("上限 %d，报名 %d，签到 %d，交卷 %d，合格 %d", s.Capacity, s.Enrolled, s.Signed, s.Scored, s.Passed))}
	if s.Code != "" {
		out = append(out, web.ItemText("签到码", s.Code))
	}
	if s.Outline != "" {
		out = append(out, web.Item{Label: "内容提要", Value: web.CellText(s.Outline), Wide: true})
	}
	if s.Remark != "" {
		out = append(out, web.Item{Label: "小结", Value: web.CellText(s.Remark), Wide: true})
	}
	return out
}

func peopleTable(c *web.Ctx, s *training.Sheet) web.Table {
	t := web.Table{ID: "people", Caption: "人员", Download: coursePath(s.ID) + "/export.xlsx", Columns: []web.Column{{Label: "姓名", Name: true}, {Label: "单位", Grow: true}, {Label: "签到"}, {Label: "得分", Number: true}, {Label: "结果"}}}
	for i := range s.People {
		e := &s.People[i]
		signed := web.CellText("—")
		switch {
		case e.SignedAt != 0:
			signed = web.CellTime(e.SignedAt)
		case s.State == training.Held && c.Can(training.PermManage):
			signed = web.ActionButton(web.Action{Label: "补签", Href: coursePath(s.ID) + "/sign-for", Post: true, Hidden: map[string]string{"user_id": e.UserID}, Confirm: "确定给" + e.Name + "补签？"})
		}
		t.Rows = append(t.Rows, web.Row{ID: e.UserID, Cells: []templ.Component{web.CellText(e.Name), web.CellText(e.UnitName), signed, web.CellText(scoreText(e)), resultCell(e)}})
	}
	return t
}

func scoreText(e *training.Enrolment) string {
	if e.ScoredAt == 0 {
		return "—"
	}
	return number(e.Right) + "/" + number(e.Total)
}

func resultCell(e *training.Enrolment) templ.Component {
	switch {
	case e.Passed:
		return web.CellLink(coursePath(e.CourseID)+"/certificates/"+e.UserID+"/certificate.pdf", "合格，证明")
	case e.ScoredAt != 0:
		return web.StateBadge(web.Warning, "不合格")
	}
	return web.CellText("—")
}

// courseActions are what the reader may do with the course now.
func (h handlers) courseActions(c *web.Ctx, f *web.Form, s *training.Sheet) ([]templ.Component, error) {
	at := coursePath(s.ID)
	var act []web.Action
	button := func(ok bool, label, href, confirm string) {
		if ok {
			act = append(act, web.Action{Label: label, Href: at + href, Post: true, Weight: web.Primary, Version: s.Version, Confirm: confirm})
		}
	}
	var out []templ.Component
	open := s.State == training.Open || s.State == training.Held
	button(s.State == training.Planned && c.Can(training.PermApprove), "批准计划", "/approve", "")
	button(s.State == training.Open && c.Can(training.PermManage), "开讲，开放签到", "/start", "确定开讲？开讲后按签到码签到。")
	button(open && s.Mine == nil && c.Can(training.PermEnrol), "我要报名", "/enrol", "")
	button(s.State == training.Open && s.Mine != nil, "取消报名", "/leave", "确定取消报名？")
	if s.Mine != nil && s.Mine.SignedAt != 0 && s.Questions > 0 && (s.State == training.Held || s.Mine.ScoredAt != 0) {
		act = append(act, web.Action{Label: map[bool]string{true: "查看测验", false: "参加测验"}[s.Mine.ScoredAt != 0], Href: at + "/quiz", Weight: web.Primary})
	}
	if len(act) > 0 {
		out = append(out, web.Actions(act, nil))
	}
	if s.State == training.Held && s.Mine != nil && s.Mine.SignedAt == 0 {
		out = append(out, web.PartPanel("签到", web.FieldsForm(web.FormBox{ID: "sign", Action: at + "/sign", Submit: "签到"},
			web.InputText(web.Field{Form: f, Name: "code", Label: "签到码", Hint: "会场大屏上的六位数字", Max: 6, Short: true, Autocomplete: "off"}))))
	}
	if open && c.Can(training.PermSend) {
		people, err := h.Training.Trainees(c.Context())
		if err != nil {
			return nil, err
		}
		var options []web.Option
		for _, p := range people {
			options = append(options, web.Option{Value: p.UserID, Label: p.Name, Group: p.Unit})
		}
		out = append(out, web.PartPanel("选派人员", web.FieldsForm(web.FormBox{ID: "send", Action: at + "/send", Submit: "选派"}, web.InputSelect(web.Field{Form: f, Name: "user_id", Label: "人员", Options: options}))))
	}
	return append(out, manageForms(c, f, s, at)...), nil
}

func manageForms(c *web.Ctx, f *web.Form, s *training.Sheet, at string) []templ.Component {
	var out []templ.Component
	if !c.Can(training.PermManage) {
		return nil
	}
	text := func(id, title, label string, danger bool, hint string) templ.Component {
		return web.PartPanel(title, web.FieldsForm(web.FormBox{ID: id, Action: at + "/" + id, Submit: title, Danger: danger, Version: s.Version}, web.InputArea(web.Field{Form: f, Name: id + "_text", Label: label, Hint: hint, Max: 1000, Rows: 2, Optional: !danger})))
	}
	switch s.State {
	case training.Held:
		out = append(out, text("archive", "归档", "小结", false, "归档后不再签到和测验"))
	case training.Planned, training.Open:
		out = append(out, web.PartPanel("修改计划", courseForm(f.At(at+"/change"), &s.Course, at+"/change", "保存修改")), text("cancel", "取消培训", "理由", true, ""))
	}
	return out
}

// after answers a change of a course: back to it, or the page again with what was wrong.
func (h handlers) after(c *web.Ctx, err error, done string) error {
	if err == nil {
		c.Flash(web.Success, done)
		return c.Redirect(coursePath(c.Param("id")))
	}
	if f := c.Form(); f.Take(err) {
		return h.showCourse(c, f.Rename("reason", "cancel_text", "remark", "archive_text"))
	}
	return err
}

func (h handlers) change(c *web.Ctx) error {
	f := c.Form()
	in := readCourse(f)
	if !f.OK() {
		return h.showCourse(c, f)
	}
	_, err := h.Training.ChangePlan(c.Context(), c.Param("id"), f.Version(), in)
	return h.after(c, err, "计划已修改。")
}

func (h handlers) approve(c *web.Ctx) error {
	_, err := h.Training.Approve(c.Context(), c.Param("id"), c.Form().Version())
	return h.after(c, err, "已批准，可以报名。")
}

func (h handlers) start(c *web.Ctx) error {
	x, err := h.Training.Start(c.Context(), c.Param("id"), c.Form().Version())
	return h.after(c, err, "已开讲，签到码 "+x.Code+"。")
}

func (h handlers) archive(c *web.Ctx) error {
	_, err := h.Training.ArchiveCourse(c.Context(), c.Param("id"), c.Form().Version(), c.Form().Text("archive_text"))
	return h.after(c, err, "已归档。")
}

func (h handlers) cancel(c *web.Ctx) error {
	_, err := h.Training.CancelCourse(c.Context(), c.Param("id"), c.Form().Version(), c.Form().Text("cancel_text"))
	return h.after(c, err, "培训已取消。")
}

func (h handlers) enrol(c *web.Ctx) error {
	_, err := h.Training.Enrol(c.Context(), c.Param("id"))
	return h.after(c, err, "报名成功。")
}

func (h handlers) leave(c *web.Ctx) error {
	return h.after(c, h.Training.Leave(c.Context(), c.Param("id")), "已取消报名。")
}

func (h handlers) send(c *web.Ctx) error {
	e, err := h.Training.Send(c.Context(), c.Param("id"), c.Form().Text("user_id"))
	return h.after(c, err, "已选派"+e.Name+"。")
}

func (h handlers) sign(c *web.Ctx) error {
	_, err := h.Training.SignIn(c.Context(), c.Param("id"), c.Form().Text("code"))
	return h.after(c, err, "签到成功。")
}

func (h handlers) signFor(c *web.Ctx) error {
	e, err := h.Training.SignFor(c.Context(), c.Param("id"), c.Form().Text("user_id"))
	return h.after(c, err, "已给"+e.Name+"补签。")
}

func (h handlers) export(c *web.Ctx) error {
	s, err := h.Training.Course(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	sheet := xlsx.Sheet{Name: "人员", Title: s.Title, Note: s.Kind.Label() + "，" + when(&s.Course) + "，主讲 " + s.Teacher, Columns: []xlsx.Column{{Label: "姓名", Width: 12}, {Label: "单位", Width: 24}, {Label: "报名", Width: 17, Kind: xlsx.Moment},
		{Label: "签到", Width: 17}, {Label: "答对", Kind: xlsx.Int}, {Label: "题数", Kind: xlsx.Int}, {Label: "合格"}, {Label: "证明编号", Width: 24}}}
	return c.Stream(s.Title+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return sheet.Write(w, func(add func(...any) error) error {
			for i := range s.People {
				e := &s.People[i]
				if err := add(e.Name, e.UnitName, e.At, moment(e.SignedAt), e.Right, e.Total, map[bool]string{true: "合格"}[e.Passed], e.No); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func moment(at clock.Instant) string {
	if at == 0 {
		return "—"
	}
	return at.String()
}

func (h handlers) certificate(c *web.Ctx) error {
	x, err := h.Training.Certificate(c.Context(), c.Param("id"), c.Param("user"))
	if err != nil {
		return err
	}
	day := x.ScoredAt.Date()
	doc := paper.Document{Title: "结业证明 " + x.No, Author: x.Centre, Sections: []paper.Section{{Landscape: true, Blocks: []paper.Block{
		paper.Text(paper.Title, "结 业 证 明"), paper.Text(paper.Subtitle, x.No), paper.Text(paper.Addressee, x.Name+" 同志："),
		paper.Text(paper.Body, fmt.Sprintf("您于%d年%d月%d日参加%s“%s”，测验 %d 题答对 %d 题，成绩合格。", x.Course.Start.Date().Year(), int(x.Course.Start.Date().Month()), x.Course.Start.Date().DayOfMonth(), x.Course.Kind.Label(), x.Course.Title, x.Total, x.Right)),
		paper.Text(paper.Signature, x.Centre+"（印章）"), paper.Text(paper.Signature, fmt.Sprintf("%d年%d月%d日", day.Year(), int(day.Month()), day.DayOfMonth()))}}}}
	return c.Stream(x.No+".pdf", "application/pdf", func(w io.Writer) error { return h.Print.Write(w, doc) })
}
