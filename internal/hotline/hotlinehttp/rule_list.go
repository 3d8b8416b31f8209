package hotlinehttp

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/hotline"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// catalogue are the pages of the dispatch catalogue (派单目录).
type catalogue struct{ Deps }

// ruleView is a page of the catalogue.
type ruleView struct {
	Form   *web.Form
	Rows   []hotline.RuleRow
	Total  int
	Next   string
	Change bool
	Units  []web.Option
	Idle   bool // lines are marked as automatic while the centre has that switched off
}

// rulePageSize is how many lines of the catalogue stand on one page.
const rulePageSize = 100

// rules lists the catalogue.
func (s catalogue) rules(c *web.Ctx) error {
	rows, err := s.filtered(c)
	if err != nil {
		return err
	}
	v := ruleView{Form: c.Form(), Total: len(rows), Change: c.Can(hotline.PermRule)}
	if v.Units, err = unitOptions(c, s.Org); err != nil {
		return err
	}
	if slices.ContainsFunc(rows, func(r hotline.RuleRow) bool { return r.Automatic && r.InForce }) {
		on, err := s.Hotline.AutomaticDispatch(c.Context())
		if err != nil {
			return err
		}
		v.Idle = !on
	}
	from := 0
	if after := c.Query("after"); after != "" {
		for i, r := range rows {
			if r.ID == after {
				from = i + 1
			}
		}
	}
	v.Rows = rows[from:min(from+rulePageSize, len(rows))]
	if from+rulePageSize < len(rows) {
		v.Next = v.Rows[len(v.Rows)-1].ID
	}
	return c.Render(rulesPage(v))
}

// filtered is the catalogue as the filters of the address choose it.
func (s catalogue) filtered(c *web.Ctx) ([]hotline.RuleRow, error) {
	f := c.Form()
	all, err := s.Hotline.RuleTable(c.Context())
	q, unit, show := f.Text("q"), f.Text("unit"), cmp.Or(f.Text("show"), "now")
	var out []hotline.RuleRow
	for _, r := range all {
		text := r.Category + " " + r.CategoryName + " " + r.Area + " " + r.Unit + " " + r.Basis
		if q != "" && !strings.Contains(text, q) || unit != "" && r.UnitID != unit || show == "now" && !r.InForce || show == "ended" && r.InForce || show == "automatic" && !r.Automatic {
			continue
		}
		out = append(out, r)
	}
	return out, err
}

// unitOptions lists the units that tickets may go to.
func unitOptions(c *web.Ctx, m *org.Module) ([]web.Option, error) {
	tree, err := m.UnitTree(c.Context())
	var out []web.Option
	for _, u := range tree {
		if u.Is(org.UnitHandling) && u.Active(c.Now().Date()) {
			out = append(out, web.Option{Value: u.ID, Label: strings.Repeat("　", int(max(u.Level-2, 0))) + u.Name})
		}
	}
	return out, err
}

func (v ruleView) table() web.Table {
	t := web.Table{ID: "rules", Caption: "派单目录", Next: v.Next, Total: v.Total, Download: "/hotline/rules/export.xlsx",
		Columns: []web.Column{{Label: "事项分类"}, {Label: "区域"}, {Label: "承办单位", Grow: true}, {Label: "协办单位", Minor: true}, {Label: "生效"}, {Label: "失效", Minor: true}, {Label: "依据", Minor: true}, {Label: "状态"}},
		Empty:   web.Empty{Title: "没有符合条件的派单目录", Text: "派单目录写明哪类事项、哪个区域由哪个单位承办，派单时按它给出建议。"}}
	if v.Change {
		t.Empty.Next = &web.Link{Label: "增加一条", Href: "/hotline/rules/new"}
	}
	for _, r := range v.Rows {
		href := ""
		name := web.CellText(categoryText(r))
		if v.Change {
			href = "/hotline/rules/" + r.ID
			name = web.CellLink(href, categoryText(r))
		}
		state := web.StateBadge(web.Success, "有效")
		if !r.InForce {
			state = web.StateBadge("", "未生效或已停用")
		} else if r.Automatic {
			state = web.StateBadge(web.Info, automaticText(r.Rule))
		}
		t.Rows = append(t.Rows, web.Row{ID: r.ID, Href: href, Cells: []templ.Component{name, web.CellText(cmp.Or(r.Area, "全部")), web.CellText(r.Unit), web.CellText(strings.Join(r.HelperNames, "、")),
			web.CellDate(r.From), web.CellText(cmp.Or(r.To.String(), "长期")), web.CellText(r.Basis), state}})
	}
	return t
}

// automaticText says how a marked line sends tickets.
func automaticText(r hotline.Rule) string {
	if r.LeastPercent > 0 {
		return "自动派单，把握 " + strconv.FormatInt(r.LeastPercent, 10) + "% 以上"
	}
	return "自动派单"
}

func categoryText(r hotline.RuleRow) string {
	return strings.TrimSpace(r.Category + " " + r.CategoryName)
}

// ruleColumns are the columns of the catalogue's file, the same for export and import.
var ruleColumns = []string{"事项分类代码", "事项分类", "区域", "承办单位", "协办单位", "生效日期", "失效日期", "依据"}

// exportRules sends the catalogue as it is filtered, in the form that import takes.
func (s catalogue) exportRules(c *web.Ctx) error {
	rows, err := s.filtered(c)
	if err != nil {
		return err
	}
	columns := make([]xlsx.Column, len(ruleColumns))
	for i, label := range ruleColumns {
		columns[i] = xlsx.Column{Label: label, Width: []float64{16, 28, 14, 28, 28, 12, 12, 40}[i]}
	}
	return c.Stream("派单目录 "+c.Now().Date().String()+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return xlsx.Table(w, "派单目录", columns, func(add func(...any) error) error {
			for _, r := range rows {
				if err := add(r.Category, r.CategoryName, r.Area, r.Unit, strings.Join(r.HelperNames, "、"), r.From.String(), r.To.String(), r.Basis); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// ruleFormView is the form of one line.
type ruleFormView struct {
	Form       *web.Form
	Rule       hotline.Rule
	Units      []web.Option
	Categories []web.Option
	Helpers    string // names of the helping units
	Stored     []web.Stored
	On         bool // the centre dispatches automatically
}

func (v ruleFormView) automatic() string {
	if v.Rule.Automatic {
		return "1"
	}
	return ""
}

func (v ruleFormView) least() string { return strconv.FormatInt(v.Rule.LeastPercent, 10) }

func (v ruleFormView) automaticHint() string {
	hint := "工单的分类与这一条相同（不含下级分类）、区域相同或这一条不分区域时派出；举报、保密、匿名、写明被反映单位和特急的工单一律由人派"
	if !v.On {
		hint += "。本中心现在没有打开自动派单，管理员在“办理参数”里打开后才起作用"
	}
	return hint
}

func (s catalogue) ruleFormView(c *web.Ctx, r hotline.Rule) (ruleFormView, error) {
	v := ruleFormView{Rule: r}
	var err error
	if v.Units, err = unitOptions(c, s.Org); err != nil {
		return v, err
	}
	names := make([]string, 0, len(r.Helpers))
	for _, h := range r.Helpers {
		for _, u := range v.Units {
			if u.Value == h {
				names = append(names, strings.TrimSpace(u.Label))
			}
		}
	}
	v.Helpers = strings.Join(names, "、")
	if v.On, err = s.Hotline.AutomaticDispatch(c.Context()); err != nil {
		return v, err
	}
	list, err := s.Hotline.Categories(c.Context())
	for _, k := range list {
		if k.Active {
			v.Categories = append(v.Categories, web.Option{Value: k.Code, Label: k.Code + " " + k.Name})
		}
	}
	if r.ID != "" {
		v.Stored = v.fields()
	}
	return v, err
}

// fields are those of the form as they are stored.
func (v ruleFormView) fields() []web.Stored {
	yes := func(s string) string { return map[bool]string{true: "是", false: "否"}[s != ""] }
	return []web.Stored{{Name: "category", Label: "事项分类", Value: v.Rule.Category, Show: web.ShowOption(v.Categories)}, {Name: "area", Label: "区域", Value: v.Rule.Area},
		{Name: "unit_id", Label: "承办单位", Value: v.Rule.UnitID, Show: web.ShowOption(v.Units)}, {Name: "helpers", Label: "协办单位", Value: v.Helpers},
		{Name: "valid_from", Label: "生效日期", Value: v.Rule.From.String()}, {Name: "valid_to", Label: "失效日期", Value: v.Rule.To.String()},
		{Name: "automatic", Label: "自动派单", Value: v.automatic(), Show: yes}, {Name: "least_percent", Label: "模型把握至少（%）", Value: v.least()}, {Name: "basis", Label: "依据", Value: v.Rule.Basis}}
}

// newRule shows the form for a new line.
func (s catalogue) newRule(c *web.Ctx) error {
	v, err := s.ruleFormView(c, hotline.Rule{From: c.Now().Date(), To: clock.NoDate})
	if err != nil {
		return err
	}
	return c.Render(rulePage(v))
}

// editRule shows the form of a line.
func (s catalogue) editRule(c *web.Ctx) error {
	r, err := s.Hotline.Rule(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	v, err := s.ruleFormView(c, r)
	if err != nil {
		return err
	}
	return c.Render(rulePage(v))
}

// saveRule adds a line or changes one.
func (s catalogue) saveRule(c *web.Ctx) error {
	f := c.Form()
	r := hotline.Rule{ID: c.Param("id"), Category: f.Text("category"), Area: f.Text("area"), UnitID: f.Required("unit_id", "承办单位"), From: f.Date("valid_from"), To: f.Date("valid_to"),
		Basis: f.Text("basis"), Version: f.Version(), Automatic: f.Bool("automatic"), LeastPercent: f.Int("least_percent")}
	var err error
	if r.Helpers, err = s.Hotline.UnitsNamed(c.Context(), f.Text("helpers")); err != nil && !f.Take(err) {
		return err
	}
	if f.OK() {
		_, err := s.Hotline.SaveRule(c.Context(), r)
		if err == nil {
			c.Flash(web.Success, "已保存。以后派单按新的目录给出建议，已派出的工单不变。")
			return c.Redirect("/hotline/rules")
		}
		if !f.Take(err) {
			return err
		}
	}
	now := r
	if r.ID != "" {
		if now, err = s.Hotline.Rule(c.Context(), r.ID); err != nil {
			return err
		}
	}
	v, err := s.ruleFormView(c, now)
	if err != nil {
		return err
	}
	v.Form = f
	return c.Invalid(rulePage(v))
}

// endRule lets a line end today.
func (s catalogue) endRule(c *web.Ctx) error {
	if err := s.Hotline.EndRule(c.Context(), c.Param("id"), c.Form().Version()); err != nil {
		return err
	}
	c.Flash(web.Success, "已停用，从明天起不再按这一条建议。")
	return c.Redirect("/hotline/rules")
}

func (v ruleFormView) action() string {
	if v.Rule.ID == "" {
		return "/hotline/rules/new"
	}
	return "/hotline/rules/" + v.Rule.ID
}

func (v ruleFormView) title() string {
	if v.Rule.ID == "" {
		return "增加派单目录"
	}
	return "修改派单目录"
}

func countText(label string, n int) string { return label + " " + strconv.Itoa(n) + " 行" }

func itoa(n int) string { return strconv.Itoa(n) }

// ruleNew is where the key "n" leads.
func ruleNew(v ruleView) string {
	if v.Change {
		return "/hotline/rules/new"
	}
	return ""
}
