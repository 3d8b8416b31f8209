package knowledgehttp

import (
	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/knowledge"
	"yichuang/internal/web"
)

// todoView is what waits for the reader.
type todoView struct {
	form        *web.Form
	answered    string // id of the correction whose form was refused
	unitReview  []knowledge.EntryRow
	office      []knowledge.EntryRow
	drafts      []knowledge.EntryRow
	due         []knowledge.DueEntry
	corrections []knowledge.CorrectionRow
	today       clock.Date
	now         clock.Instant
}

// todo shows what waits: reviews, corrections, entries to look at again, drafts.
func (s desk) todo(c *web.Ctx) error {
	v, err := s.todoView(c)
	if err != nil {
		return err
	}
	return c.Render(todoPage(v))
}

func (s desk) todoView(c *web.Ctx) (todoView, error) {
	v := todoView{today: c.Now().Date(), now: c.Now()}
	var err error
	stage := func(st knowledge.Stage) (rows []knowledge.EntryRow) {
		if err == nil {
			rows, _, err = s.Knowledge.List(c.Context(), knowledge.Filter{Stage: st, Limit: 100})
		}
		return rows
	}
	if c.Can(knowledge.PermUnitReview) || c.Can(knowledge.PermPublish) {
		v.unitReview = stage(knowledge.UnitReview)
	}
	if c.Can(knowledge.PermPublish) {
		v.office = stage(knowledge.OfficeReview)
	}
	v.drafts = stage(knowledge.Draft)
	if err != nil {
		return v, err
	}
	if v.due, err = s.Knowledge.DueEntries(c.Context(), 100); err != nil {
		return v, err
	}
	if c.Can(knowledge.PermAnswer) {
		v.corrections, err = s.Knowledge.Corrections(c.Context(), 100)
	}
	return v, err
}

// answer answers a correction request.
func (s desk) answer(c *web.Ctx) error {
	f := c.Form()
	right := f.Choice("right", "yes", "no")
	if right == "" {
		f.Fail("right", "请选择是否采纳。")
	}
	if f.OK() {
		_, err := s.Knowledge.AnswerCorrection(c.Context(), c.Param("id"), right == "yes", f.Text("answer"))
		if err == nil {
			c.Flash(web.Success, "纠错已答复。采纳的，请接着修改条目。")
			return c.Redirect("/knowledge/todo")
		}
		if !f.Take(err) {
			return err
		}
	}
	v, err := s.todoView(c)
	if err != nil {
		return err
	}
	v.form, v.answered = f, c.Param("id")
	return c.Invalid(todoPage(v))
}

func (v todoView) formOf(id string) *web.Form {
	if v.answered == id {
		return v.form
	}
	return nil
}

func (v todoView) rows(id, caption string, rows []knowledge.EntryRow, empty string) web.Table {
	t := web.Table{ID: id, Caption: caption, Columns: []web.Column{{Label: "编号"}, {Label: "标题", Grow: true}, {Label: "主责单位", Minor: true}, {Label: "状态"}, {Label: "最近办理", Minor: true}}, Empty: web.Empty{Title: empty}}
	for i := range rows {
		r := &rows[i]
		state := web.StateBadge(web.Info, r.Stage.Label())
		t.Rows = append(t.Rows, web.Row{ID: r.ID, Href: entryPath(r.No), Cells: []templ.Component{web.CellLink(entryPath(r.No), r.No), web.CellText(r.Title), web.CellText(r.UnitName), state, web.CellTime(r.ChangedAt)}})
	}
	return t
}

func (v todoView) dueTable() web.Table {
	t := web.Table{ID: "due", Caption: "到期复核", Columns: []web.Column{{Label: "编号"}, {Label: "标题", Grow: true}, {Label: "主责单位", Minor: true}, {Label: "复核期限"}, {Label: "提醒"}},
		Empty: web.Empty{Title: "近 30 天没有到期的条目"}}
	for i := range v.due {
		r := &v.due[i]
		row := web.Row{ID: r.ID, Href: entryPath(r.No), Cells: []templ.Component{web.CellLink(entryPath(r.No), r.No), web.CellText(r.Title), web.CellText(r.UnitName), web.CellDate(r.ReviewDue)}}
		switch {
		case r.ReviewDue < v.today:
			row.State = web.Red
		case r.Days == 0:
			row.State = web.Yellow
		}
		row.Cells = append(row.Cells, web.CellText(leftText(r.ReviewDue, v.today)))
		t.Rows = append(t.Rows, row)
	}
	return t
}
