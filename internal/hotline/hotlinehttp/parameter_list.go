package hotlinehttp

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

// parameterView is the page of parameters (办理参数), beside that of time limits.
type parameterView struct {
	Current, Past []hotline.ParameterRow
	Change        bool
}

// parameters shows the parameters in force with their marks, and those superseded.
func (s timeLimits) parameters(c *web.Ctx) error {
	v := parameterView{Change: c.Can(hotline.PermPolicy)}
	var err error
	if v.Current, v.Past, err = s.Hotline.ParameterTable(c.Context()); err != nil {
		return err
	}
	return c.Render(parametersPage(v))
}

func (v parameterView) unconfirmed() int {
	n := 0
	for _, p := range v.Current {
		if !p.Set.Confirmed {
			n++
		}
	}
	return n
}

func confirmedMark(yes bool) templ.Component {
	if yes {
		return web.StateBadge(web.Success, "已确认")
	}
	return web.StateBadge(web.Warning, "未确认")
}

// table lists the parameters, each group named at its first one.
func (v parameterView) table() web.Table {
	t := web.Table{ID: "parameters", Caption: "现行参数", Columns: []web.Column{{Label: "类别", Minor: true}, {Label: "参数", Name: true}, {Label: "数值", Number: true}, {Label: "单位"}, {Label: "说明", Wrap: true, Grow: true}, {Label: "状态"}, {Label: "依据", Wrap: true, Minor: true}, {Label: "更新", Minor: true}}}
	if v.Change {
		t.Columns = append(t.Columns, web.Column{Label: "操作"})
	}
	group := ""
	for _, p := range v.Current {
		head := ""
		if p.Group != group {
			group, head = p.Group, p.Group
		}
		row := web.Row{ID: p.Name, Cells: []templ.Component{web.CellText(head), web.CellText(p.Label), web.CellText(strconv.Itoa(p.Set.Value)), web.CellText(p.Unit), web.CellText(parameterHint(p)),
			confirmedMark(p.Set.Confirmed), web.CellText(p.Set.Basis), web.CellText(parameterSet(p))}}
		if v.Change {
			row.Href = "/hotline/parameters/" + p.Name
			label := "修改"
			if !p.Set.Confirmed {
				label = "确认或修改"
			}
			row.Cells = append(row.Cells, web.CellLink(row.Href, label))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// parameterHint says what a parameter does, and for which categories where the centre has named some.
func parameterHint(p hotline.ParameterRow) string {
	switch {
	case !p.Scoped || p.Set.Value == 0:
		return p.Hint
	case p.Set.Categories == "":
		return p.Hint + "。现在对全部事项分类执行。"
	}
	return p.Hint + "。现在执行的分类：" + strings.ReplaceAll(p.Set.Categories, " ", "、") + "。"
}

// parameterSet says who set a value and when; the program's own value was set by nobody.
func parameterSet(p hotline.ParameterRow) string {
	if p.Set.ID == "" {
		return "程序预置"
	}
	return strings.TrimSpace(p.Set.At.Date().String() + " " + p.ByName)
}

// history lists the superseded parameters.
func (v parameterView) history() web.Table {
	t := web.Table{ID: "history", Caption: "历史", Columns: []web.Column{{Label: "参数", Grow: true}, {Label: "数值"}, {Label: "依据", Wrap: true}, {Label: "从"}, {Label: "到"}, {Label: "由谁", Minor: true}},
		Empty: web.Empty{Title: "还没有改过", Text: "每次修改都留下原来的一条。修改从保存时起生效，已经做出的决定不变。"}}
	for _, p := range v.Past {
		t.Rows = append(t.Rows, web.Row{ID: p.Set.ID, Cells: []templ.Component{web.CellText(p.Label), web.CellText(p.Text()), web.CellText(p.Set.Basis),
			web.CellText(p.Set.At.String()), web.CellText(p.EndedAt.String()), web.CellText(cmp.Or(p.ByName, "系统"))}})
	}
	return t
}

// parameterFormView is the form of one parameter, and of its confirmation.
type parameterFormView struct {
	Form    *web.Form // of a change
	Confirm *web.Form // of a confirmation
	Row     hotline.ParameterRow
}

func (v parameterFormView) action() string { return "/hotline/parameters/" + v.Row.Name }

// value is what is in force, for which categories.
func (v parameterFormView) value() string {
	if v.Row.Set.Categories == "" {
		return v.Row.Text()
	}
	return v.Row.Text() + "，分类 " + strings.ReplaceAll(v.Row.Set.Categories, " ", "、")
}

func (v parameterFormView) bounds() string {
	return v.Row.Hint + "。可填 " + strconv.Itoa(v.Row.Min) + " 至 " + strconv.Itoa(v.Row.Max) + "，程序预置 " + strconv.Itoa(v.Row.Default) + "。"
}

// findParameter gives the parameter of the address.
func (s timeLimits) findParameter(c *web.Ctx) (hotline.ParameterRow, error) {
	current, _, err := s.Hotline.ParameterTable(c.Context())
	if err != nil {
		return hotline.ParameterRow{}, err
	}
	for _, p := range current {
		if p.Name == c.Param("name") {
			return p, nil
		}
	}
	return hotline.ParameterRow{}, hotline.ErrParameterName
}

func (s timeLimits) editParameter(c *web.Ctx) error {
	p, err := s.findParameter(c)
	if err != nil {
		return err
	}
	return c.Render(parameterPage(parameterFormView{Row: p}))
}

// changeParameter supersedes a parameter.
func (s timeLimits) changeParameter(c *web.Ctx) error {
	row, err := s.findParameter(c)
	if err != nil {
		return err
	}
	f := c.Form()
	p := hotline.Parameter{Name: row.Name, Categories: f.Text("categories"), Basis: f.Text("basis"), Confirmed: f.Bool("confirmed")}
	n, err := strconv.Atoi(f.Text("value"))
	if err != nil {
		f.Fail("value", "请填写整数。")
	}
	p.Value = n
	if f.OK() {
		if err = s.Hotline.ChangeParameter(c.Context(), p); err == nil {
			c.Flash(web.Success, "已保存："+row.Label+" "+strconv.Itoa(p.Value)+" "+row.Unit+"，从现在起生效。")
			return c.Redirect("/hotline/parameters")
		}
		if !f.Take(err) {
			return err
		}
	}
	return c.Invalid(parameterPage(parameterFormView{Form: f, Row: row}))
}

// confirmParameter marks a parameter as confirmed by a document.
func (s timeLimits) confirmParameter(c *web.Ctx) error {
	row, err := s.findParameter(c)
	if err != nil {
		return err
	}
	f := c.Form()
	if err = s.Hotline.ConfirmParameter(c.Context(), row.Name, f.Text("document")); err == nil {
		c.Flash(web.Success, "已确认："+row.Label+" "+row.Text()+"。")
		return c.Redirect("/hotline/parameters")
	}
	if !f.Take(err) {
		return err
	}
	return c.Invalid(parameterPage(parameterFormView{Confirm: f, Row: row}))
}
