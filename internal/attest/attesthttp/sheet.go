package attesthttp

import (
	"context"
	"errors"
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/actor"
	"yichuang/internal/attest"
	"yichuang/internal/web"
)

func sheetPath(id string) string { return home + "/" + id }

func (h handlers) list(c *web.Ctx) error {
	list, next, err := h.Attest.Sheets(c.Context(), c.Query("after"))
	if err != nil {
		return err
	}
	t := web.Table{ID: "sheets", Caption: attest.SheetTitle, Next: next, Columns: []web.Column{{Label: "编号", Name: true}, {Label: "期间"}, {Label: "总校验值", Grow: true, Wrap: true, Minor: true}, {Label: "制成"}, {Label: "备案"}},
		Empty: web.Empty{Title: "还没有周链头单", Text: "每周一早上 6 时出一张，程序停过几周的合成一张；打印、签字后由政务监察股备案。"}}
	for i := range list {
		s := &list[i]
		filed := web.StateBadge(web.Warning, "未备案")
		if s.FiledAt != 0 {
			filed = web.StateBadge(web.Success, s.FiledAt.Date().String()+" 备案")
		}
		t.Rows = append(t.Rows, web.Row{ID: s.ID, Href: sheetPath(s.ID), Cells: []templ.Component{web.CellLink(sheetPath(s.ID), s.No), web.CellText(s.Since.String() + " 至 " + s.Until.String()), web.CellText(s.Text()), web.CellTime(s.MadeAt), filed}})
	}
	return c.Render(web.StaffPage(web.Page{Title: attest.SheetTitle, Lead: "审计日志和使用记录各条链每周一的链头。打印、签字、备案后，谁改写了以前的记录，与纸面对不上。"}, []templ.Component{web.DataTable(t)}))
}

// print is a sheet as a page of A4, with the filing and the check beside it.
func (h handlers) print(c *web.Ctx) error {
	p, v, err := h.paper(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	var below []templ.Component
	if v.FiledAt == 0 && c.Can(attest.PermFile) {
		below = append(below, web.ActionButton(web.Action{Label: "已打印备案", Href: sheetPath(v.ID) + "/file", Post: true}))
	}
	below = append(below, web.ActionButton(web.Action{Label: "与现在的记录核对", Href: sheetPath(v.ID) + "/check"}))
	return c.Render(FiledPage(p, below))
}

// paper is a sheet as it is printed.
func (d Deps) paper(ctx context.Context, id string) (p Print, v attest.SheetView, err error) {
	if v, err = d.Attest.Find(ctx, id); err != nil {
		return p, v, err
	}
	centre, err := d.Org.Centre(ctx, actor.From(ctx).CentreID)
	p = Print{Paper: v.Paper, By: centre.Name, Back: web.Link{Label: attest.SheetTitle, Href: home}, PDF: sheetPath(v.ID) + "/file.pdf", Verify: web.Outside(ctx, Path(centre.Code, v.Paper)), Lines: [][2]string{{"期间", v.Since.String() + " 至 " + v.Until.String()}, {"取得时间", web.MomentText(v.MadeAt)}, {"总校验值（SM3）", v.Text()}},
		Text: []string{"以上总校验值由下列各链算出。核对时在“与现在的记录核对”中照纸面输入总校验值。", "打印人：　　　　　　　　　备案人：　　　　　　　　　日期：　　　　　　"}, Log: "各链的链头"}
	for i := range v.Heads {
		x := &v.Heads[i]
		p.Steps = append(p.Steps, [2]string{x.Label, web.GroupDigits(strconv.FormatInt(x.Seq, 10)) + " 条　" + x.Text()})
	}
	if v.FiledAt != 0 {
		p.Lines = append(p.Lines, [2]string{"备案时间", web.MomentText(v.FiledAt)})
	}
	return p, v, err
}

func (h handlers) file(c *web.Ctx) error {
	if err := h.Attest.File(c.Context(), c.Param("id")); err != nil {
		return err
	}
	c.Flash(web.Success, "已记下备案。纸面请签字后存好。")
	return c.Redirect(home)
}

func (h handlers) checkForm(c *web.Ctx) error { return h.showCheck(c, nil, nil) }

// check answers with what was found itself: it is of this moment, and has no address of its own.
func (h handlers) check(c *web.Ctx) error {
	f := c.Form()
	found, err := h.Attest.Check(c.Context(), c.Param("id"), f.Text("digest"))
	switch {
	case err == nil:
		return h.showCheck(c, nil, &found)
	case errors.Is(err, attest.ErrTyped):
		f.Take(err)
		return h.showCheck(c, f, nil)
	}
	return err
}

func (h handlers) showCheck(c *web.Ctx, f *web.Form, found *attest.Check) error {
	v, err := h.Attest.Find(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	var body []templ.Component
	if found != nil {
		body = append(body, result(found)...)
	}
	body = append(body, web.FieldsForm(web.FormBox{Form: f, ID: "check", Action: sheetPath(v.ID) + "/check", Submit: "核对", Cancel: sheetPath(v.ID)},
		web.InputArea(web.Field{Form: f, Name: "digest", Label: "纸面上的总校验值", Rows: 2, Max: 200, Optional: true, Hint: "照备案的纸面输入，空格不必输入。不填的，只与系统里存的链头单核对，查不出连链头单一起改写的情形"})))
	page := web.StaffPage(web.Page{Title: "核对 " + v.No, Lead: "从第一条起逐条验算每条链，看链头单上的那一条还在不在、校验值是不是一样。记录多的要等一会儿。", Crumbs: []web.Link{{Label: attest.SheetTitle, Href: home}, {Label: v.No, Href: sheetPath(v.ID)}}}, body)
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

// result is what a check found: in a word, what does not hold, and line by line.
func result(found *attest.Check) []templ.Component {
	var out []templ.Component
	switch {
	case !found.Holds:
		for _, text := range found.Faults {
			out = append(out, web.Notice(web.Danger, text))
		}
	case found.Typed:
		out = append(out, web.Notice(web.Success, "与纸面一致：这张链头单以前的记录没有被改动、删除或添加。"))
	default:
		out = append(out, web.Notice(web.Warning, "与系统里存的链头单一致。没有输入纸面上的总校验值，不能说明链头单本身没有被改写。"))
	}
	t := web.Table{ID: "heads", Caption: "各链", Columns: []web.Column{{Label: "链", Name: true}, {Label: "链头单上的条数", Number: true}, {Label: "链头单上的校验值", Grow: true, Wrap: true, Minor: true}, {Label: "结果"}}}
	for i := range found.Heads {
		x := &found.Heads[i]
		state := web.StateBadge(web.Success, "仍在链中")
		if !x.Holds {
			state = web.StateBadge(web.Danger, "不符")
		}
		t.Rows = append(t.Rows, web.Row{ID: x.Chain, Cells: []templ.Component{web.CellText(x.Label), web.CellNumber(x.Seq), web.CellText(x.Text()), state}})
	}
	return append(out, web.DataTable(t))
}
