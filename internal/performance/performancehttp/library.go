package performancehttp

import (
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/performance"
	"yichuang/internal/performance/score"
	"yichuang/internal/web"
)

// libraryView is the list of common indicators.
type libraryView struct {
	List    []performance.Common
	Sources []performance.Source
	Form    *web.Form
	Write   bool
}

func (h handlers) library(c *web.Ctx) error { return h.showLibrary(c, nil) }

func (h handlers) showLibrary(c *web.Ctx, f *web.Form) error {
	v := libraryView{Form: f, Sources: h.Performance.Sources(), Write: c.Can(performance.PermTarget)}
	var err error
	if v.List, err = h.Performance.Commons(c.Context()); err != nil {
		return err
	}
	if f != nil {
		return c.Invalid(libraryPage(v))
	}
	return c.Render(libraryPage(v))
}

func (v libraryView) table() web.Table {
	t := web.Table{ID: "library", Caption: "共性指标", Columns: []web.Column{{Label: "一级指标"}, {Label: "二级指标", Minor: true}, {Label: "三级指标", Grow: true, Name: true}, {Label: "比较"}, {Label: "常用指标值"}, {Label: "单位"}, {Label: "常用佐证材料", Wrap: true}, {Label: "可绑定的数据", Wrap: true}}}
	for i, x := range v.List {
		op := x.Op.Label()
		if x.Op == score.Quality {
			op = "定性"
		}
		in := performance.Indicator{Source: x.Source, Fact: x.Fact}
		bound := "—"
		if in.Bound() {
			bound = sourceText(v.Sources, &in)
		}
		t.Rows = append(t.Rows, web.Row{ID: number(i), Cells: []templ.Component{web.CellText(x.Level1), web.CellText(x.Level2), web.CellText(x.Name), web.CellText(op), web.CellText(x.Target), web.CellText(orDash(x.Unit)), web.CellText(orDash(x.Evidence)), web.CellText(bound)}})
	}
	return t
}

func (h handlers) addCommon(c *web.Ctx) error {
	f := c.Form()
	x := performance.Common{Level1: f.Text("level1"), Level2: f.Text("level2"), Name: f.Text("name"), Op: score.Op(f.Text("op")), Target: f.Text("target"), Unit: f.Text("unit"), Evidence: f.Text("evidence")}
	x.Source, x.Fact, _ = strings.Cut(f.Text("fact"), ".")
	_, err := h.Performance.AddCommon(c.Context(), x)
	return answer(c, err, "已加入指标库。", "/performance/library", func(f *web.Form) error { return h.showLibrary(c, f) })
}
