package traininghttp

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/errs"
	"yichuang/internal/training"
	"yichuang/internal/web"
)

func letter(i int) string { return string(rune('A' + i)) }

func (h handlers) quiz(c *web.Ctx) error {
	p, err := h.Training.OpenPaper(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.Render(web.StaffPage(web.Page{Title: p.Course + "：测验", Lead: "共 " + number(int64(len(p.Questions))) + " 题，交卷后不能再答。", Crumbs: []web.Link{{Label: "大讲堂和培训", Href: "/training/courses"}, {Label: p.Course, Href: coursePath(c.Param("id"))}}, Narrow: true}, paperParts(c, &p)))
}

func paperParts(c *web.Ctx, p *training.Paper) []templ.Component {
	if p.Done {
		tone, text := web.Warning, "不合格"
		if p.Passed {
			tone, text = web.Success, "合格，证明编号 "+p.No
		}
		out := []templ.Component{web.Notice(tone, "答对 "+number(p.Right)+" 题，共 "+number(p.Total)+" 题，"+text+"。")}
		for i, q := range p.Questions {
			out = append(out, web.PartPanel(title(i, &q), web.Definitions(answered(p, i, &q))))
		}
		return out
	}
	fields := make([]templ.Component, len(p.Questions))
	for i, q := range p.Questions {
		f := web.Field{Name: "a" + strconv.Itoa(i), Label: title(i, &q), Optional: true}
		for k, o := range q.Options {
			f.Options = append(f.Options, web.Option{Value: letter(k), Label: letter(k) + "．" + o})
		}
		if fields[i] = web.InputRadio(f); q.Kind == training.Multiple {
			fields[i] = web.InputChecks(f)
		}
	}
	return []templ.Component{web.FieldsForm(web.FormBox{ID: "quiz", Action: coursePath(c.Param("id")) + "/quiz", Submit: "交卷", Draft: "quiz-" + c.Param("id")}, fields...)}
}

func title(i int, q *training.Question) string {
	return strconv.Itoa(i+1) + "．（" + q.Kind.Label() + "）" + q.Text
}

// answered shows a question after the quiz: what was chosen, what is right, and why.
func answered(p *training.Paper, i int, q *training.Question) []web.Item {
	var options []string
	for k, o := range q.Options {
		options = append(options, letter(k)+"．"+o)
	}
	mine := ""
	if i < len(p.Answers) {
		mine = p.Answers[i]
	}
	return []web.Item{{Label: "选项", Value: web.CellText(strings.Join(options, "　")), Wide: true}, web.ItemText("您的答案", mine), web.ItemText("正确答案", q.Answer), web.ItemText("出处", q.Basis)}
}

func (h handlers) submit(c *web.Ctx) error {
	p, err := h.Training.OpenPaper(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	var answers []string
	for i := range p.Questions {
		answers = append(answers, strings.Join(c.Form().All("a"+strconv.Itoa(i)), ""))
	}
	if p, err = h.Training.Submit(c.Context(), c.Param("id"), answers); errs.CodeOf(err) == training.ErrAttempted.Code {
		c.Flash(web.Warning, training.ErrAttempted.Public)
	} else if err != nil {
		return err
	} else {
		c.FlashSaved("已交卷，答对 "+number(p.Right)+" 题，共 "+number(p.Total)+" 题。", "quiz-"+c.Param("id"))
	}
	return c.Redirect(coursePath(c.Param("id")) + "/quiz")
}

func (h handlers) mine(c *web.Ctx) error {
	list, err := h.Training.Mine(c.Context())
	if err != nil {
		return err
	}
	t := web.Table{ID: "mine", Caption: "我的培训档案", Columns: []web.Column{{Label: "题目", Grow: true}, {Label: "类别"}, {Label: "时间"}, {Label: "签到"}, {Label: "得分", Number: true}, {Label: "结果"}}, Empty: web.Empty{Title: "还没有培训记录", Next: &web.Link{Label: "看有哪些培训", Href: "/training/courses"}}}
	for i := range list {
		x := &list[i]
		t.Rows = append(t.Rows, web.Row{ID: x.CourseID, Href: coursePath(x.CourseID), Cells: []templ.Component{web.CellLink(coursePath(x.CourseID), x.Title), web.CellText(x.Kind.Label()), web.CellText(web.MomentText(x.Start)), web.CellText(moment(x.SignedAt)), web.CellText(scoreText(&x.Enrolment)), resultCell(&x.Enrolment)}})
	}
	return c.Render(web.StaffPage(web.Page{Title: "我的培训档案", Crumbs: []web.Link{{Label: "大讲堂和培训", Href: "/training/courses"}}}, []templ.Component{web.DataTable(t)}))
}

func (h handlers) questions(c *web.Ctx) error { return h.showQuestions(c, nil) }

func (h handlers) showQuestions(c *web.Ctx, f *web.Form) error {
	list, next, err := h.Training.Questions(c.Context(), c.Query("topic"), c.Query("after"))
	if err != nil {
		return err
	}
	q := training.Question{QuestionInput: training.QuestionInput{Kind: training.Single, Active: true}}
	t := web.Table{ID: "questions", Caption: "题库", Next: next, Columns: []web.Column{{Label: "专题"}, {Label: "题型"}, {Label: "题目", Grow: true, Wrap: true}, {Label: "答案"}, {Label: "状态"}}, Empty: web.Empty{Title: "题库还没有题目", Text: "写好题目和答案，培训开讲后每人抽到的题不同。"}}
	for i := range list {
		x := &list[i]
		href := "/training/questions?edit=" + x.ID + "#question"
		if x.ID == c.Form().Text("edit") {
			q = *x
		}
		t.Rows = append(t.Rows, web.Row{ID: x.ID, Href: href, Cells: []templ.Component{web.CellText(x.Topic), web.CellText(x.Kind.Label()), web.CellLink(href, x.Text), web.CellText(x.Answer), web.CellText(map[bool]string{true: "在用", false: "停用"}[x.Active])}})
	}
	heading := "新题目"
	if q.ID != "" {
		heading = "修改题目"
	}
	page := web.StaffPage(web.Page{Title: "培训题库", Lead: "抽到试卷里的题目不随题库修改而改变。"}, []templ.Component{web.DataTable(t), web.PartPanel(heading, questionForm(f, &q))})
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func questionForm(f *web.Form, q *training.Question) templ.Component {
	var kinds []web.Option
	for _, k := range []training.QuestionKind{training.Single, training.Multiple, training.Judge} {
		kinds = append(kinds, web.Option{Value: string(k), Label: k.Label()})
	}
	return web.FieldsForm(web.FormBox{Form: f, ID: "question", Action: "/training/questions", Submit: "保存题目", Version: q.Version, Hidden: map[string]string{"edit": q.ID}},
		web.FieldLine(web.InputText(web.Field{Form: f, Name: "topic", Label: "专题", Value: q.Topic, Max: 30, Short: true}), web.InputRadio(web.Field{Form: f, Name: "kind", Label: "题型", Value: string(q.Kind), Options: kinds, Short: true})),
		web.InputArea(web.Field{Form: f, Name: "text", Label: "题目", Value: q.Text, Max: 500, Rows: 2}),
		web.InputArea(web.Field{Form: f, Name: "options", Label: "选项", Value: strings.Join(q.Options, "\n"), Hint: "每行一个，不写字母；判断题不用填", Rows: 4, Optional: true}),
		web.FieldLine(web.InputText(web.Field{Form: f, Name: "answer", Label: "答案", Value: q.Answer, Hint: "字母，如 B 或 ACD；判断题 A 为对，B 为错", Max: 8, Short: true}), web.InputText(web.Field{Form: f, Name: "basis", Label: "出处", Value: q.Basis, Max: 200, Optional: true})),
		web.InputCheck(web.Field{Form: f, Name: "active", Label: "在用（可以抽到）", Value: map[bool]string{true: "1"}[q.Active], Optional: true}))
}

func (h handlers) saveQuestion(c *web.Ctx) error {
	f := c.Form()
	in := training.QuestionInput{Topic: f.Text("topic"), Kind: training.QuestionKind(f.Text("kind")), Text: f.Text("text"), Answer: f.Text("answer"), Basis: f.Text("basis"), Active: f.Bool("active")}
	for _, line := range strings.Split(f.Text("options"), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			in.Options = append(in.Options, line)
		}
	}
	_, err := h.Training.SaveQuestion(c.Context(), f.Text("edit"), f.Version(), in)
	if err == nil {
		c.Flash(web.Success, "题目已保存。")
		return c.Redirect("/training/questions")
	}
	if !f.Take(err) {
		return err
	}
	return h.showQuestions(c, f)
}
