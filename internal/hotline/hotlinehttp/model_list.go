package hotlinehttp

import (
	"cmp"
	"fmt"
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/hotline"
	"yichuang/internal/hotline/advice"
	"yichuang/internal/learn"
	"yichuang/internal/web"
)

// models are the pages of the suggestion models (建议模型).
type models struct{ Deps }

// modelView is the page of models.
type modelView struct {
	Rows   []advice.ModelRow
	Change bool
}

func (s models) list(c *web.Ctx) error {
	rows, err := s.Advice.Models(c.Context())
	if err != nil {
		return err
	}
	return c.Render(modelsPage(modelView{rows, c.Can(hotline.PermModel)}))
}

// train queues a training.
func (s models) train(c *web.Ctx) error {
	v, err := s.Advice.AskTraining(c.Context(), c.Form().Text("kind"))
	if err != nil {
		return err
	}
	c.Flash(web.Success, "已开始训练“"+advice.ModelKindLabel(v.Kind)+"”模型，一般不到一分钟。完成后在这里核对检验数据，再决定是否启用。")
	return c.Redirect("/hotline/models")
}

// activate makes a version the one in use.
func (s models) activate(c *web.Ctx) error {
	v, err := s.Advice.ActivateModel(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	c.Flash(web.Success, "已启用新的“"+advice.ModelKindLabel(v.Kind)+"”模型，下一次登记就按它建议。")
	return c.Redirect("/hotline/models")
}

// show gives a version's figures by label.
func (s models) show(c *web.Ctx) error {
	rows, err := s.Advice.Models(c.Context())
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.ID == c.Param("id") {
			names, err := s.labelNames(c, r.Kind)
			if err != nil {
				return err
			}
			return c.Render(modelPage(modelFigures{r, names, c.Can(hotline.PermModel)}))
		}
	}
	return advice.ErrModelMissing
}

// labelNames names what a model tells apart.
func (s models) labelNames(c *web.Ctx, kind string) (map[string]string, error) {
	names := map[string]string{}
	if kind == advice.ModelCategory {
		list, err := s.Hotline.Categories(c.Context())
		for _, k := range list {
			names[k.Code] = withName(k.Code, k.Name)
		}
		return names, err
	}
	tree, err := s.Org.UnitTree(c.Context())
	for _, u := range tree {
		names[u.ID] = u.Name
	}
	return names, err
}

// ratioText is a share in percent with what it was counted from.
func ratioText(n, of int) string {
	if of == 0 {
		return "—"
	}
	return fmt.Sprintf("%.1f%%（%d/%d）", 100*float64(n)/float64(of), n, of)
}

// percentText shows a probability; nothing is certain.
func percentText(p float64) string {
	if p > 0.99 {
		return "99% 以上"
	}
	return fmt.Sprintf("%.0f%%", 100*p)
}

func scoreText(m learn.Measure, x float64) string {
	if m.Texts == 0 {
		return "—"
	}
	return fmt.Sprintf("%.3f", x)
}

func modelState(r *advice.ModelRow) templ.Component {
	switch r.State {
	case advice.ModelQueued:
		return web.StateBadge("", "等待训练")
	case advice.ModelTraining:
		return web.StateBadge(web.Info, "训练中")
	case advice.ModelFailed:
		return web.StateBadge(web.Danger, "没有训练成")
	}
	if r.Active {
		return web.StateBadge(web.Success, "使用中")
	}
	return web.StateBadge("", "可启用")
}

// table lists the versions of one kind.
func (v modelView) table(kind string) web.Table {
	t := web.Table{ID: "models-" + kind, Caption: advice.ModelKindLabel(kind), Columns: []web.Column{{Label: "训练时间", Grow: true}, {Label: "状态"}, {Label: "样本", Minor: true}, {Label: "类数", Minor: true},
		{Label: "准确率"}, {Label: "前三命中", Minor: true}, {Label: "宏平均 F1", Minor: true}, {Label: "校准误差", Minor: true}, {Label: "采纳首选", Minor: true}, {Label: "采纳其他", Minor: true}, {Label: "改选", Minor: true}},
		Empty: web.Empty{Title: "还没有训练过", Text: "用本中心已办结的工单训练，至少要 50 件。训练完成后，登记来电时给出建议，由话务员决定。"}}
	if v.Change {
		t.Columns = append(t.Columns, web.Column{Label: "操作"})
	}
	for i := range v.Rows {
		if r := &v.Rows[i]; r.Kind == kind {
			t.Rows = append(t.Rows, v.row(r))
		}
	}
	return t
}

func (v modelView) row(r *advice.ModelRow) web.Row {
	m := r.HeldBack
	when := r.AskedAt.String()
	first := web.CellText(when)
	if r.State == advice.ModelReady {
		first = web.CellLink("/hotline/models/"+r.ID, when)
	}
	cells := []templ.Component{first, modelState(r)}
	if r.State == advice.ModelReady {
		cells = append(cells, web.CellNumber(int64(r.Examples)), web.CellNumber(int64(r.Labels)), web.CellText(ratioText(m.Right, m.Texts)), web.CellText(ratioText(m.RightTop3, m.Texts)),
			web.CellText(scoreText(m, m.MacroF1)), web.CellText(scoreText(m, m.Error)), web.CellNumber(r.First), web.CellNumber(r.Listed), web.CellNumber(r.Overridden))
	} else {
		cells = append(cells, web.CellText(cmp.Or(r.Problem, "—")))
		for range 8 {
			cells = append(cells, web.CellText("—"))
		}
	}
	if v.Change {
		cells = append(cells, modelDeed(r))
	}
	return web.Row{ID: r.ID, Cells: cells}
}

// modelDeed is what can be done with a version.
func modelDeed(r *advice.ModelRow) templ.Component {
	if r.State != advice.ModelReady || r.Active {
		return web.CellText("")
	}
	return web.ActionButton(web.Action{Label: "启用", Href: "/hotline/models/" + r.ID + "/activate", Post: true, Confirm: "启用这个版本？之后的登记建议按它给出，原来的版本仍可换回。"})
}

// busy reports whether a kind is being trained.
func (v modelView) busy(kind string) bool {
	for _, r := range v.Rows {
		if r.Kind == kind && (r.State == advice.ModelQueued || r.State == advice.ModelTraining) {
			return true
		}
	}
	return false
}

// modelFigures is the page of one version.
type modelFigures struct {
	advice.ModelRow
	names  map[string]string
	change bool
}

func (v modelFigures) tiles() []web.Tile {
	m := v.HeldBack
	return []web.Tile{
		{Label: "准确率", Value: ratioText(m.Right, m.Texts)},
		{Label: "前三命中", Value: ratioText(m.RightTop3, m.Texts)},
		{Label: "宏平均 F1", Value: scoreText(m, m.MacroF1)},
		{Label: "校准误差", Value: scoreText(m, m.Error)},
	}
}

func (v modelFigures) facts() []web.Item {
	return []web.Item{
		{Label: "校验值", Value: modelHash(v.Hash), Wide: true},
		{Label: "样本", Value: web.CellText(strconv.Itoa(v.Examples) + " 件，办结于 " + v.Since.Date().String() + " 至 " + v.Until.Date().String())},
		{Label: "特征", Value: web.CellText(strconv.Itoa(v.Features) + " 个，词 " + strconv.Itoa(v.Words) + " 个")},
		{Label: "训练人", Value: web.CellText(cmp.Or(v.ByName, "系统"))},
	}
}

// labels lists the figures of each label.
func (v modelFigures) labels() web.Table {
	t := web.Table{ID: "labels", Caption: "各类检验数据", Columns: []web.Column{{Label: advice.ModelKindLabel(v.Kind), Grow: true}, {Label: "样本"}, {Label: "查准率"}, {Label: "查全率"}, {Label: "F1"}}}
	for _, l := range v.HeldBack.Labels {
		f1 := "—"
		if l.Texts+l.Predicted > 0 {
			f1 = fmt.Sprintf("%.3f", l.F1)
		}
		t.Rows = append(t.Rows, web.Row{ID: l.Label, Cells: []templ.Component{web.CellText(cmp.Or(v.names[l.Label], l.Label)), web.CellNumber(int64(l.Texts)),
			web.CellText(ratioText(l.Right, l.Predicted)), web.CellText(ratioText(l.Right, l.Texts)), web.CellText(f1)}})
	}
	return t
}
