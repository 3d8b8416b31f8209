package knowledgehttp

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/knowledge"
	"yichuang/internal/web"
)

// importView is the import of a list: the form alone, its preview, or what became of it.
type importView struct {
	form    *web.Form
	plan    *knowledge.ImportPlan
	done    bool
	publish bool // the reader may publish
}

func (s desk) importForm(c *web.Ctx) error {
	return c.Render(importPage(importView{publish: c.Can(knowledge.PermPublish)}))
}

// importUpload reads the file and keeps it for its preview.
func (s desk) importUpload(c *web.Ctx) error {
	f := c.Form()
	up := f.File("file")
	if up == nil {
		f.Fail("file", "请选择文件。")
		return c.Invalid(importPage(importView{form: f, publish: c.Can(knowledge.PermPublish)}))
	}
	file, err := up.Open()
	if err != nil {
		return err
	}
	defer file.Close()
	list, err := knowledge.ReadList(up.Name, file, up.Size)
	if err == nil {
		var p knowledge.ImportPlan
		if p, err = s.Knowledge.PreviewImport(c.Context(), list, f.Bool("publish")); err == nil {
			return c.Redirect("/knowledge-imports/" + p.ID)
		}
	}
	if !f.Take(err) {
		return err
	}
	return c.Invalid(importPage(importView{form: f, publish: c.Can(knowledge.PermPublish)}))
}

func (s desk) importShow(c *web.Ctx) error {
	p, err := s.Knowledge.ImportPreview(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.Render(importPage(importView{plan: &p}))
}

func (s desk) importApply(c *web.Ctx) error {
	f := c.Form()
	p, err := s.Knowledge.ApplyImport(c.Context(), c.Param("id"), f.Text("digest"))
	if f.Take(err) && len(p.Rows) > 0 {
		return c.Invalid(importPage(importView{form: f, plan: &p}))
	}
	if err != nil {
		return err
	}
	return c.Render(importPage(importView{plan: &p, done: true}))
}

func (v importView) tiles() []web.Tile {
	var out []web.Tile
	for _, verdict := range []knowledge.Verdict{knowledge.RowAdded, knowledge.RowChanged, knowledge.RowUnchanged, knowledge.RowRefused} {
		out = append(out, web.Tile{Label: verdict.Label(), Value: strconv.Itoa(v.plan.Count(verdict)), Unit: "行"})
	}
	return out
}

// table lists the rows, those refused first, because they are what has to be acted on.
func (v importView) table() web.Table {
	t := web.Table{ID: "rows", Caption: "逐行结果", Columns: []web.Column{{Label: "行", Number: true}, {Label: "标题"}, {Label: "结果"}, {Label: "说明", Grow: true, Wrap: true}}}
	tones := map[knowledge.Verdict]web.Tone{knowledge.RowAdded: web.Success, knowledge.RowChanged: web.Info, knowledge.RowRefused: web.Danger}
	for _, refused := range []bool{true, false} {
		for _, r := range v.plan.Rows {
			if (r.Verdict == knowledge.RowRefused) == refused && len(t.Rows) < 500 {
				t.Rows = append(t.Rows, web.Row{ID: strconv.Itoa(r.Line), Cells: []templ.Component{web.CellNumber(int64(r.Line)), web.CellText(r.Title), web.StateBadge(tones[r.Verdict], r.Verdict.Label()),
					web.CellText(strings.Join(r.Notes, "；"))}})
			}
		}
	}
	return t
}

func (v importView) ready() bool {
	return !v.done && v.plan.Count(knowledge.RowRefused) == 0 && v.plan.Count(knowledge.RowAdded)+v.plan.Count(knowledge.RowChanged) > 0
}

func importSubmit(v importView) string {
	if v.plan.Publish {
		return "确认导入并发布"
	}
	return "确认导入"
}
