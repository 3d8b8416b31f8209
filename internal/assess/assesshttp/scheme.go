package assesshttp

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/assess"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// schemesView is the list of schemes with all their revisions.
type schemesView struct {
	List   []assess.Scheme
	Change bool
}

func (h handlers) schemes(c *web.Ctx) error {
	list, err := h.Assess.Schemes(c.Context())
	if err != nil {
		return err
	}
	return c.Render(schemesPage(schemesView{list, c.Can(assess.PermSchemeChange)}))
}

func (v schemesView) unconfirmed() int {
	n := 0
	for _, s := range v.List {
		if s.State == assess.SchemeInForce && s.To.IsZero() && !s.Confirmed {
			n++
		}
	}
	return n
}

func (v schemesView) table() web.Table {
	t := web.Table{ID: "schemes", Caption: "考核方案", Columns: []web.Column{{Label: "方案", Grow: true}, {Label: "代码", Minor: true}, {Label: "版次", Number: true}, {Label: "状态"}, {Label: "有效期", Minor: true}, {Label: "依据", Minor: true}},
		Empty: web.Empty{Title: "还没有考核方案", Text: "新建一个方案，选指标、定权重，从某月起生效。"}}
	for _, s := range v.List {
		t.Rows = append(t.Rows, web.Row{ID: s.ID, Href: "/assess/schemes/" + s.ID, Cells: []templ.Component{web.CellLink("/assess/schemes/"+s.ID, s.Name), web.CellText(s.Code), web.CellNumber(s.Revision), schemeState(s),
			web.CellText(validText(s)), web.CellText(s.Basis)}})
	}
	return t
}

func schemeState(s assess.Scheme) templ.Component {
	if s.State == assess.SchemeInForce && !s.To.IsZero() {
		return web.StateBadge(web.Info, assess.SchemePast.Label())
	}
	if s.State == assess.SchemeInForce && !s.Confirmed {
		return web.StateBadge(web.Warning, "生效，未确认")
	}
	if s.State == assess.SchemeInForce {
		return web.StateBadge(web.Success, "生效")
	}
	return web.StateBadge(web.Info, s.State.Label())
}

func validText(s assess.Scheme) string {
	switch {
	case s.From.IsZero():
		return ""
	case s.To.IsZero():
		return s.From.String() + " 起"
	}
	return s.From.String() + " 至 " + (s.To - 1).String()
}

// schemeView is one revision.
type schemeView struct {
	assess.Scheme
	Form    *web.Form // of the confirmation
	Start   *web.Form // of taking it into force
	Change  bool
	Names   map[string]string // of excluded units
	NextOne string            // first day of next month
}

func (h handlers) scheme(c *web.Ctx) error { return h.showScheme(c, nil, nil) }

func (h handlers) showScheme(c *web.Ctx, confirm, start *web.Form) error {
	s, err := h.Assess.Scheme(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	v := schemeView{Scheme: s, Form: confirm, Start: start, Change: c.Can(assess.PermSchemeChange), NextOne: metric.Month(c.Now().Date()).To.String()}
	if v.Names, err = h.unitNames(c); err != nil {
		return err
	}
	if confirm != nil || start != nil {
		return c.Invalid(schemePage(v))
	}
	return c.Render(schemePage(v))
}

func (h handlers) unitNames(c *web.Ctx) (map[string]string, error) {
	tree, err := h.Org.UnitTree(c.Context())
	out := map[string]string{}
	for _, u := range tree {
		out[u.ID] = u.Name
	}
	return out, err
}

func (v schemeView) facts() []web.Item {
	var groups, bands []string
	for _, g := range v.Def.Groups {
		groups = append(groups, groupLabel(g))
	}
	for _, b := range v.Def.Bands {
		bands = append(bands, b.Name+" ≥"+decimal(b.From, 2))
	}
	out := []web.Item{web.ItemText("参加考核", strings.Join(groups, "、")), web.ItemText("等次", strings.Join(bands, "，")), web.ItemText("总分封顶", capText(v.Def.Cap)), web.ItemText("加分上限", capText(v.Def.BonusCap)),
		web.ItemText("扣分上限", capText(v.Def.DeductCap)), web.ItemText("排名次", map[bool]string{true: "是", false: "否"}[v.Def.Ranked]), web.ItemText("有效期", validText(v.Scheme)), web.ItemText("依据", v.Basis), web.ItemText("校验值", v.Hash)}
	for _, x := range v.Def.Exclusions {
		out = append(out, web.ItemText("不参加考核", v.Names[x.UnitID]+"："+x.Reason))
	}
	return out
}

func capText(n int64) string {
	if n == 0 {
		return "不设"
	}
	return decimal(n, 2) + " 分"
}

func (v schemeView) table() web.Table {
	t := web.Table{ID: "items", Caption: "考核项目", Columns: []web.Column{{Label: "项目", Name: true}, {Label: "指标"}, {Label: "权重", Number: true}, {Label: "计分", Grow: true, Wrap: true}, {Label: "最小样本", Number: true, Minor: true}, {Label: "样本不足", Minor: true}}}
	for _, it := range v.Def.Items {
		weight := weightText(it.Weight)
		if it.Shape == assess.Each {
			weight = "—"
		}
		t.Rows = append(t.Rows, web.Row{ID: it.Code, Cells: []templ.Component{web.CellText(it.Name), web.CellText(it.Metric.Label()), web.CellText(weight), web.CellText(shapeText(it)), web.CellNumber(it.MinSample), web.CellText(assess.SmallLabel(it.Small))}})
	}
	return t
}

// shapeText says in words how a figure becomes points.
func shapeText(it assess.Item) string {
	unit := "%"
	if info := it.Metric.Info(); info.Form != metric.Rate {
		unit = " " + info.Unit
	}
	at := func(n int64) string { return decimal(n, 2) + unit }
	switch it.Shape {
	case assess.Linear:
		return "线性：" + at(it.Floor) + " 得 0，" + at(it.Full) + " 得满分"
	case assess.Step:
		var out []string
		for _, s := range it.Steps {
			out = append(out, at(s.At)+" 得 "+decimal(s.Share, 2)+"%")
		}
		return "分档：" + strings.Join(out, "，")
	case assess.Deduct:
		return "满分 " + at(it.Full) + "，每差 1 个单位扣 " + weightText(it.Rate) + " 分"
	}
	side := map[assess.Side]string{assess.SideNum: "分子", assess.SideDen: "分母", assess.SideRest: "分母减分子"}[it.Side]
	return "按件：" + side + "每件 " + weightText(it.Rate) + " 分"
}

func (h handlers) activate(c *web.Ctx) error {
	f := c.Form()
	from := f.Date("valid_from")
	if f.OK() {
		s, err := h.Assess.ActivateScheme(c.Context(), c.Param("id"), f.Version(), from)
		if err == nil {
			c.Flash(web.Success, "“"+s.Name+"”从 "+s.From.String()+" 起生效。")
			return c.Redirect("/assess/schemes/" + s.ID)
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showScheme(c, nil, f)
}

func (h handlers) confirm(c *web.Ctx) error {
	f := c.Form()
	s, err := h.Assess.ConfirmScheme(c.Context(), c.Param("id"), f.Version(), f.Text("basis"))
	if err == nil {
		c.Flash(web.Success, "“"+s.Name+"”已确认。")
		return c.Redirect("/assess/schemes/" + s.ID)
	}
	if !f.Take(err) {
		return err
	}
	return h.showScheme(c, f, nil)
}

// editView is the editor of a draft.
type editView struct {
	Form   *web.Form
	Scheme assess.Scheme // ID is "" for a new revision
	Items  []assess.Item // with empty ones at the end
	Units  []web.Option
	Names  map[string]string
}

// spareItems is how many empty lines the editor offers.
const spareItems = 3

// newScheme starts a new revision, from the one that the address names or from nothing.
func (h handlers) newScheme(c *web.Ctx) error {
	var s assess.Scheme
	if from := c.Form().Text("from"); from != "" {
		old, err := h.Assess.Scheme(c.Context(), from)
		if err != nil {
			return err
		}
		s = assess.Scheme{Code: old.Code, Name: old.Name, Basis: old.Basis, Def: old.Def}
	}
	return h.showEditor(c, s, nil)
}

func (h handlers) editScheme(c *web.Ctx) error {
	s, err := h.Assess.Scheme(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	if s.State != assess.SchemeDraft {
		return assess.ErrSchemeFixed
	}
	return h.showEditor(c, s, nil)
}

func (h handlers) showEditor(c *web.Ctx, s assess.Scheme, f *web.Form) error {
	v := editView{Form: f, Scheme: s, Items: s.Def.Items}
	for range spareItems {
		v.Items = append(v.Items, assess.Item{MinSample: 10})
	}
	var err error
	if v.Names, err = h.unitNames(c); err != nil {
		return err
	}
	if f != nil {
		return c.Invalid(editPage(v))
	}
	return c.Render(editPage(v))
}

func (h handlers) saveScheme(c *web.Ctx) error {
	f := c.Form()
	in, err := h.schemeInput(c, f)
	if err != nil {
		return err
	}
	if f.OK() {
		s, err := h.Assess.SaveScheme(c.Context(), in)
		if err == nil {
			c.Flash(web.Success, "已保存草稿“"+s.Name+"”。")
			return c.Redirect("/assess/schemes/" + s.ID)
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showEditor(c, assess.Scheme{ID: in.ID, Version: in.Version, Code: in.Code, Name: in.Name, Basis: in.Basis, Def: in.Def}, f)
}

// schemeInput reads the editor's form.
func (h handlers) schemeInput(c *web.Ctx, f *web.Form) (assess.SchemeInput, error) {
	in := assess.SchemeInput{ID: c.Param("id"), Code: f.Text("code"), Name: f.Text("name"), Basis: f.Text("basis")}
	if in.ID != "" {
		in.Version = f.Version()
	}
	for _, g := range f.All("groups") {
		in.Def.Groups = append(in.Def.Groups, org.UnitGroup(g))
	}
	in.Def.Ranked = f.Bool("ranked")
	in.Def.Cap, in.Def.BonusCap, in.Def.DeductCap = optional(f, "cap", "总分封顶"), optional(f, "bonus_cap", "加分上限"), optional(f, "deduct_cap", "扣分上限")
	in.Def.Bands = bandsOf(f)
	for i := 0; i < 60 && f.Raw(field("name", i)) != "" || f.Raw(field("metric", i)) != ""; i++ {
		if f.Text(field("name", i)) != "" {
			in.Def.Items = append(in.Def.Items, itemOf(f, i))
		}
	}
	names, err := h.unitNames(c)
	if err != nil {
		return in, err
	}
	in.Def.Exclusions = exclusionsOf(f, names)
	return in, nil
}

func field(name string, i int) string { return name + "." + strconv.Itoa(i) }

// optional reads points with two decimals; 0 for an empty field.
func optional(f *web.Form, name, label string) int64 {
	if f.Text(name) == "" {
		return 0
	}
	return hundredths(f, name, label)
}

// bandsOf reads one grade a line: 优秀 90.
func bandsOf(f *web.Form) []assess.Band {
	var out []assess.Band
	for _, line := range strings.Split(f.Text("bands"), "\n") {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		n, ok := parseDecimal(words[len(words)-1], 2)
		if !ok || len(words) != 2 {
			f.Fail("bands", "等次每行写一个，如“优秀 90”。")
			return nil
		}
		out = append(out, assess.Band{Name: words[0], From: n})
	}
	return out
}

// exclusionsOf reads one unit a line: 市文旅局：本月新设.
func exclusionsOf(f *web.Form, names map[string]string) []assess.Exclusion {
	var out []assess.Exclusion
	for _, line := range strings.Split(strings.ReplaceAll(f.Text("exclusions"), ":", "："), "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		name, reason, ok := strings.Cut(line, "：")
		id := ""
		for k, n := range names {
			if n == strings.TrimSpace(name) {
				id = k
			}
		}
		if !ok || id == "" {
			f.Fail("exclusions", "每行写一个单位的全称和理由，如“市文旅局：本月新设”。没有认出“%s”。", strings.TrimSpace(name))
			return nil
		}
		out = append(out, assess.Exclusion{UnitID: id, Reason: strings.TrimSpace(reason)})
	}
	return out
}

// itemOf reads one item of the editor.
func itemOf(f *web.Form, i int) assess.Item {
	number := func(name, label string, places int) int64 {
		text := f.Text(field(name, i))
		if text == "" {
			return 0
		}
		n, ok := parseDecimal(text, places)
		if !ok {
			f.Fail(field(name, i), "%s应为数字，最多 %d 位小数。", label, places)
		}
		return n
	}
	it := assess.Item{Code: f.Text(field("item", i)), Name: f.Text(field("name", i)), Metric: figure.Measure(f.Text(field("metric", i))), Shape: assess.Shape(f.Text(field("shape", i))), Small: assess.Small(f.Text(field("small", i))),
		MinSample: number("least", "最小样本量", 0), Weight: number("weight", "权重", 4)}
	if it.Code == "" {
		it.Code = "item" + strconv.Itoa(i+1)
	}
	switch it.Shape {
	case assess.Linear:
		it.Floor, it.Full = number("floor", "零分值", 2), number("full", "满分值", 2)
	case assess.Deduct:
		it.Full, it.Rate = number("full", "满分值", 2), number("rate", "每单位扣分", 4)
	case assess.Each:
		it.Weight, it.Rate, it.Side = 0, number("rate", "每件分值", 4), assess.Side(f.Text(field("side", i)))
	case assess.Step:
		it.Steps = stepsOf(f, i)
	}
	return it
}

// stepsOf reads steps: 95:100 90:80.
func stepsOf(f *web.Form, i int) []assess.StepPart {
	var out []assess.StepPart
	for _, word := range strings.Fields(strings.ReplaceAll(f.Text(field("steps", i)), "：", ":")) {
		at, share, _ := strings.Cut(word, ":")
		x, ok1 := parseDecimal(at, 2)
		y, ok2 := parseDecimal(share, 2)
		if !ok1 || !ok2 {
			f.Fail(field("steps", i), "各档写成“95:100 90:80”，前面是界限，后面是得分比例。")
			return nil
		}
		out = append(out, assess.StepPart{At: x, Share: y})
	}
	return out
}

func (v editView) action() string {
	if v.Scheme.ID == "" {
		return "/assess/schemes/new"
	}
	return "/assess/schemes/" + v.Scheme.ID + "/edit"
}

func (v editView) title() string {
	if v.Scheme.ID == "" {
		return "新的方案草稿"
	}
	return "修改草稿：" + v.Scheme.Name
}

func (v editView) bands() string {
	var out []string
	for _, b := range v.Scheme.Def.Bands {
		out = append(out, b.Name+" "+decimal(b.From, 2))
	}
	return strings.Join(out, "\n")
}

func (v editView) exclusions() string {
	var out []string
	for _, x := range v.Scheme.Def.Exclusions {
		out = append(out, v.Names[x.UnitID]+"："+x.Reason)
	}
	return strings.Join(out, "\n")
}

func (v editView) groups() (values []string) {
	for _, g := range v.Scheme.Def.Groups {
		values = append(values, string(g))
	}
	return values
}

func groupOptions() []web.Option {
	var out []web.Option
	for _, g := range org.UnitGroups() {
		out = append(out, web.Option{Value: g.Value, Label: g.Label})
	}
	return out
}

func metricOptions() []web.Option {
	out := []web.Option{}
	for _, m := range figure.Measures() {
		if m.ByUnit {
			out = append(out, web.Option{Value: string(m.Code), Label: m.Label})
		}
	}
	return out
}

func shapeOptions() []web.Option {
	var out []web.Option
	for _, s := range []assess.Shape{assess.Linear, assess.Step, assess.Deduct, assess.Each} {
		out = append(out, web.Option{Value: string(s), Label: assess.ShapeLabel(s)})
	}
	return out
}

func smallOptions() []web.Option {
	var out []web.Option
	for _, s := range []assess.Small{assess.GroupMedian, assess.NotJudged, assess.AsIs} {
		out = append(out, web.Option{Value: string(s), Label: assess.SmallLabel(s)})
	}
	return out
}

var sideOptions = []web.Option{{Value: "num", Label: "分子"}, {Value: "den", Label: "分母"}, {Value: "rest", Label: "分母减分子"}}

// given prints a number of the editor, "" for none.
func given(n int64, places int) string {
	if n == 0 {
		return ""
	}
	return strings.ReplaceAll(decimal(n, places), "−", "-")
}

func stepsText(it assess.Item) string {
	var out []string
	for _, s := range it.Steps {
		out = append(out, fmt.Sprintf("%s:%s", decimal(s.At, 2), decimal(s.Share, 2)))
	}
	return strings.Join(out, " ")
}

func rankedValue(ranked bool) string {
	if ranked {
		return "1"
	}
	return ""
}

func floorText(it assess.Item) string {
	if it.Shape == assess.Linear {
		return strings.ReplaceAll(decimal(it.Floor, 2), "−", "-")
	}
	return ""
}

func fullText(it assess.Item) string {
	if it.Shape == assess.Linear || it.Shape == assess.Deduct {
		return strings.ReplaceAll(decimal(it.Full, 2), "−", "-")
	}
	return ""
}

func pointsOrNone(n int64) string {
	if n == 0 {
		return "无"
	}
	return metric.Hundredths(n) + " 分"
}
