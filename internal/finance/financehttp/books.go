package financehttp

import (
	"errors"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/finance"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/narrative"
	"yichuang/internal/money"
	"yichuang/internal/web"
)

// lineFields are the fields of a form that stand once a line.
var lineFields = []string{"func", "econ", "kind", "project", "fen"}

// takeLines takes the refusal of entries onto the form: a field of the i-th entry belongs to the form's line at[i].
func takeLines(f *web.Form, err error, at []int) bool {
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind == errs.Internal {
		return false
	}
	if len(e.Fields) == 0 {
		return f.Take(err)
	}
	moved := *e
	moved.Fields = nil
	seen := map[string]bool{}
	for _, p := range e.Fields {
		name, rest, numbered := strings.Cut(p.Name, ".")
		i := 0
		if numbered {
			i, _ = strconv.Atoi(rest)
		}
		for _, lf := range lineFields {
			if lf == name && i < len(at) {
				name = line(lf, at[i])
			}
		}
		if !seen[name] {
			seen[name] = true
			moved.Fields = append(moved.Fields, errs.Field{Name: name, Public: p.Public})
		}
	}
	return f.Take(&moved)
}

// budgetView is the quotas of a year with the form that adds a line.
type budgetView struct {
	Year int
	Form *web.Form
	// Reversing is whether the form that was refused takes a line back.
	Reversing bool
	Quotas    []finance.Quota
	Lines     []finance.Budget
	Write     bool
	lookup
}

func (h handlers) budget(c *web.Ctx) error { return h.showBudget(c, nil, false) }

// reversal is the form that takes a line back, where it was refused.
func (v budgetView) reversal() *web.Form {
	if v.Reversing {
		return v.Form
	}
	return nil
}

// entering is the form that adds a line.
func (v budgetView) entering() *web.Form {
	if v.Reversing {
		return nil
	}
	return v.Form
}

func (h handlers) showBudget(c *web.Ctx, f *web.Form, reversing bool) error {
	v := budgetView{Year: yearOf(c), Form: f, Reversing: reversing, Write: c.Can(finance.PermBudget)}
	var err error
	if v.Quotas, err = h.Finance.Quotas(c.Context(), v.Year); err != nil {
		return err
	}
	if v.Lines, err = h.Finance.Budgets(c.Context(), v.Year); err != nil {
		return err
	}
	if v.lookup, err = h.lookup(c, v.Year); err != nil {
		return err
	}
	if f != nil {
		return c.Invalid(budgetPage(v))
	}
	return c.Render(budgetPage(v))
}

func (v budgetView) quotaTable() web.Table {
	t := web.Table{ID: "quotas", Caption: "指标执行", Columns: []web.Column{{Label: "功能分类", Grow: true}, {Label: "支出类型"}, {Label: "年初预算", Unit: "元", Number: true}, {Label: "全年预算", Unit: "元", Number: true},
		{Label: "支出", Unit: "元", Number: true}, {Label: "结余", Unit: "元", Number: true}, {Label: "执行率", Number: true}},
		Empty: web.Empty{Title: "还没有预算指标", Text: "支出按资金性质、功能分类、支出类型和项目受全年预算控制，没有指标的支出不能登记。"}}
	var initial, full, spent money.Fen
	for _, q := range v.Quotas {
		what := q.Kind.Label()
		if q.Project != "" {
			what = v.project(q.Project)
		}
		name := v.coded(fiscal.Func, q.Func)
		if q.Fund != fiscal.General {
			name += "（" + q.Fund.Label() + "）"
		}
		light, rate := web.NoLight, percent(q.Spent, q.Full)
		if q.Left() <= 0 {
			light, rate = web.Yellow, rate+" 用完"
		}
		t.Rows = append(t.Rows, web.Row{State: light, Cells: []templ.Component{web.CellText(name), web.CellText(what), web.CellYuan(q.Initial), web.CellYuan(q.Full), web.CellYuan(q.Spent), web.CellYuan(q.Left()), web.CellText(rate)}})
		initial, full, spent = initial+q.Initial, full+q.Full, spent+q.Spent
	}
	t.Foot = []templ.Component{web.CellText("合计"), web.CellText(""), web.CellYuan(initial), web.CellYuan(full), web.CellYuan(spent), web.CellYuan(full - spent), web.CellText(percent(spent, full))}
	return t
}

func percent(part, whole money.Fen) string {
	if text, ok := fiscal.Percent(part, whole); ok {
		return text
	}
	return "—"
}

func (v budgetView) lineTable() web.Table {
	t := web.Table{ID: "lines", Caption: "指标明细", Columns: []web.Column{{Label: "阶段"}, {Label: "功能分类", Grow: true}, {Label: "支出类型", Minor: true}, {Label: "经济分类", Minor: true}, {Label: "文号", Minor: true}, {Label: "日期", Minor: true}, {Label: "金额", Unit: "元", Number: true}, {Label: "更正"}}}
	back := reversed(v.Lines, func(b finance.Budget) string { return b.Corrects })
	for _, b := range v.Lines {
		var action templ.Component = web.CellText("")
		switch {
		case back[b.ID]:
			action = web.CellText("已冲销")
		case v.Write && b.Corrects == "":
			action = reverseBudgetForm(v.Year, b)
		}
		what := b.Kind.Label()
		if b.Project != "" {
			what = v.project(b.Project)
		}
		t.Rows = append(t.Rows, web.Row{ID: b.ID, Cells: []templ.Component{web.CellText(b.Phase.Label()), web.CellText(v.coded(fiscal.Func, b.Func)), web.CellText(what), web.CellText(v.coded(fiscal.Econ, b.Econ)), web.CellText(b.Document), web.CellDate(b.Day), web.CellYuan(b.Fen), action}})
	}
	return t
}

func (h handlers) addBudget(c *web.Ctx) error {
	f := c.Form()
	year := yearOf(c)
	b := finance.Budget{Phase: finance.Phase(f.Text("phase")), UnitID: f.Text("unit_id"), Fund: fiscal.Fund(f.Text("fund")), Func: f.Text("func"), Econ: f.Text("econ"), Kind: fiscal.Kind(f.Text("kind")),
		Project: f.Text("project"), Fen: f.Yuan("fen"), Document: f.Text("document"), Day: f.Date("day")}
	if b.Day.IsZero() && b.Phase == finance.Initial {
		b.Day = clock.Day(year, 1, 1)
	}
	if f.OK() {
		err := h.Finance.AddBudget(c.Context(), year, []finance.Budget{b})
		if err == nil {
			c.Flash(web.Success, "预算指标已登记。")
			return c.Redirect(path(year, "/budget"))
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showBudget(c, f, false)
}

func (h handlers) reverseBudget(c *web.Ctx) error {
	err := h.Finance.ReverseBudget(c.Context(), yearOf(c), c.Param("id"), c.Form().Text("reason"))
	return h.saved(c, err, "已冲销，原来的一条保留。", "/budget", func(f *web.Form) error { return h.showBudget(c, f, true) })
}

func (h handlers) reverseContract(c *web.Ctx) error {
	err := h.Finance.ReverseContract(c.Context(), yearOf(c), c.Param("id"))
	return h.saved(c, err, "已冲销，原来的一条保留。", "/contracts", func(f *web.Form) error { return h.showContracts(c, f) })
}

// reversed lists the ids that another line takes back.
func reversed[T any](list []T, corrects func(T) string) map[string]bool {
	out := map[string]bool{}
	for _, x := range list {
		if id := corrects(x); id != "" {
			out[id] = true
		}
	}
	return out
}

// figuresView is what is entered by hand for the comparison.
type figuresView struct {
	Year    int
	Form    *web.Form
	Failed  string
	Prior   map[narrative.Metric]money.Fen
	Counts  map[narrative.Count]int64
	Carries []finance.Carry
	Write   bool
	lookup
}

func (h handlers) figures(c *web.Ctx) error { return h.showFigures(c, nil, "") }

func (h handlers) showFigures(c *web.Ctx, f *web.Form, failed string) error {
	v := figuresView{Year: yearOf(c), Form: f, Failed: failed, Write: c.Can(finance.PermBudget)}
	var err error
	if v.Prior, err = h.Finance.Prior(c.Context(), v.Year); err != nil {
		return err
	}
	if v.Counts, err = h.Finance.Counts(c.Context(), v.Year); err != nil {
		return err
	}
	if v.Carries, err = h.Finance.Carries(c.Context(), v.Year); err != nil {
		return err
	}
	if v.lookup, err = h.lookup(c, v.Year); err != nil {
		return err
	}
	if f != nil {
		return c.Invalid(figuresPage(v))
	}
	return c.Render(figuresPage(v))
}

func (v figuresView) formOf(name string) *web.Form {
	if v.Failed == name {
		return v.Form
	}
	return nil
}

func (v figuresView) prior(m narrative.Metric) string {
	if fen, ok := v.Prior[m]; ok {
		return fen.Yuan()
	}
	return ""
}

func (v figuresView) count(n narrative.Count) string {
	if x, ok := v.Counts[n]; ok {
		return strconv.FormatInt(x, 10)
	}
	return ""
}

func (v figuresView) carryTable() web.Table {
	t := web.Table{ID: "carries", Caption: "结转结余", Columns: []web.Column{{Label: "种类", Grow: true}, {Label: "预算单位", Minor: true}, {Label: "资金性质"}, {Label: "功能分类"}, {Label: "金额", Unit: "元", Number: true}},
		Empty: web.Empty{Title: "没有登记结转结余", Text: "没有登记的在表上是空白；登记为 0 的印 0.00。"}}
	for _, c := range v.Carries {
		t.Rows = append(t.Rows, web.Row{ID: c.ID, Cells: []templ.Component{web.CellText(finance.CarryLabel(c.Nature)), web.CellText(v.unit(c.UnitID)), web.CellText(c.Fund.Label()), web.CellText(c.Func), web.CellYuan(c.Fen)}})
	}
	return t
}

func carryOptions() []web.Option {
	var out []web.Option
	for _, n := range finance.CarryNatures() {
		out = append(out, web.Option{Value: string(n), Label: finance.CarryLabel(n)})
	}
	return out
}

// saved ends a form of a year: back to its page, or the page again with what is wrong.
func (h handlers) saved(c *web.Ctx, err error, done, back string, again func(*web.Form) error) error {
	f := c.Form()
	if err == nil && f.OK() {
		c.Flash(web.Success, done)
		return c.Redirect(path(yearOf(c), back))
	}
	if err == nil || f.Take(err) {
		return again(f)
	}
	return err
}

func (h handlers) setPrior(c *web.Ctx) error {
	f := c.Form()
	values := map[narrative.Metric]money.Fen{}
	for _, m := range narrative.Metrics() {
		if f.Text(string(m)) != "" {
			values[m] = f.Yuan(string(m))
		}
	}
	var err error
	if f.OK() {
		err = h.Finance.SetPrior(c.Context(), yearOf(c), values)
	}
	return h.saved(c, err, "上年数已保存。", "/figures", func(f *web.Form) error { return h.showFigures(c, f, "prior") })
}

// takePrior takes last year's figures from last year's books.
func (h handlers) takePrior(c *web.Ctx) error {
	err := h.Finance.TakePrior(c.Context(), yearOf(c))
	return h.saved(c, err, "上年数和年初结转已从上一年的账套取来。", "/figures", func(f *web.Form) error { return h.showFigures(c, f, "last") })
}

func (h handlers) setCounts(c *web.Ctx) error {
	f := c.Form()
	values := map[narrative.Count]int64{}
	for _, n := range narrative.Counts() {
		if f.Text(string(n)) != "" {
			values[n] = f.Int(string(n))
		}
	}
	var err error
	if f.OK() {
		err = h.Finance.SetCounts(c.Context(), yearOf(c), values)
	}
	return h.saved(c, err, "实物量已保存。", "/figures", func(f *web.Form) error { return h.showFigures(c, f, "counts") })
}

func (h handlers) setCarry(c *web.Ctx) error {
	f := c.Form()
	x := finance.Carry{Nature: fiscal.Nature(f.Text("nature")), UnitID: f.Text("unit_id"), Fund: fiscal.Fund(f.Text("fund")), Func: f.Text("func"), Fen: f.Yuan("fen")}
	var err error
	if f.OK() {
		err = h.Finance.SetCarry(c.Context(), yearOf(c), x)
	}
	return h.saved(c, err, "结转结余已保存。", "/figures", func(f *web.Form) error { return h.showFigures(c, f, "carry") })
}

// contractsView is the contracts of a year.
type contractsView struct {
	Year  int
	Form  *web.Form
	List  []finance.Contract
	Write bool
}

func (h handlers) contracts(c *web.Ctx) error { return h.showContracts(c, nil) }

func (h handlers) showContracts(c *web.Ctx, f *web.Form) error {
	v := contractsView{Year: yearOf(c), Form: f, Write: c.Can(finance.PermBudget)}
	var err error
	if v.List, err = h.Finance.Contracts(c.Context(), v.Year); err != nil {
		return err
	}
	if f != nil {
		return c.Invalid(contractsPage(v))
	}
	return c.Render(contractsPage(v))
}

func (v contractsView) table() web.Table {
	t := web.Table{ID: "contracts", Caption: "政府采购合同", Columns: []web.Column{{Label: "合同编号"}, {Label: "名称", Grow: true}, {Label: "品目"}, {Label: "供应商规模"}, {Label: "签订", Minor: true}, {Label: "金额", Unit: "元", Number: true}, {Label: "更正"}},
		Empty: web.Empty{Title: "还没有政府采购合同", Text: "按签订年度登记，含用以前年度预算签订的；涉密采购不登记。"}}
	var sum money.Fen
	back := reversed(v.List, func(c finance.Contract) string { return c.Corrects })
	for _, x := range v.List {
		sum += x.Fen
		var action templ.Component = web.CellText("")
		switch {
		case x.Corrects != "":
			action = web.CellText("红字")
		case back[x.ID]:
			action = web.CellText("已冲销")
		case v.Write:
			action = reverseContractForm(x)
		}
		t.Rows = append(t.Rows, web.Row{ID: x.ID, Cells: []templ.Component{web.CellText(x.Number), web.CellText(x.Name), web.CellText(x.Category.Label()), web.CellText(x.Size.Label()), web.CellDate(x.Day), web.CellYuan(x.Fen), action}})
	}
	t.Foot = []templ.Component{web.CellText("合计"), web.CellText(""), web.CellText(""), web.CellText(""), web.CellText(""), web.CellYuan(sum), web.CellText("")}
	return t
}

func categoryOptions() []web.Option {
	var out []web.Option
	for _, c := range finance.Categories() {
		out = append(out, web.Option{Value: string(c), Label: c.Label()})
	}
	return out
}

func sizeOptions() []web.Option {
	var out []web.Option
	for _, s := range finance.Sizes() {
		out = append(out, web.Option{Value: string(s), Label: s.Label()})
	}
	return out
}

func (h handlers) addContract(c *web.Ctx) error {
	f := c.Form()
	x := finance.Contract{Number: f.Text("number"), Name: f.Text("name"), Category: finance.Category(f.Text("category")), Supplier: f.Text("supplier"), Size: finance.Size(f.Text("size")), Fen: f.Yuan("fen"), Day: f.Date("day")}
	var err error
	if f.OK() {
		err = h.Finance.AddContract(c.Context(), yearOf(c), x)
	}
	return h.saved(c, err, "合同已登记。", "/contracts", func(f *web.Form) error { return h.showContracts(c, f) })
}

// assetsView is the register of vehicles and costly equipment.
type assetsView struct {
	Form  *web.Form
	List  []finance.Asset
	Write bool
}

func (h handlers) assets(c *web.Ctx) error { return h.showAssets(c, nil) }

func (h handlers) showAssets(c *web.Ctx, f *web.Form) error {
	v := assetsView{Form: f, Write: c.Can(finance.PermBudget)}
	var err error
	if v.List, err = h.Finance.Assets(c.Context()); err != nil {
		return err
	}
	if f != nil {
		return c.Invalid(assetsPage(v))
	}
	return c.Render(assetsPage(v))
}

func (v assetsView) table() web.Table {
	t := web.Table{ID: "assets", Caption: "车辆和设备", Columns: []web.Column{{Label: "名称", Grow: true}, {Label: "种类"}, {Label: "编号"}, {Label: "取得"}, {Label: "处置"}, {Label: "原值", Unit: "元", Number: true}},
		Empty: web.Empty{Title: "没有登记车辆和设备", Text: "决算说明第十二部分按年末在册的车辆和单价 100 万元以上的设备计数。"}}
	for _, x := range v.List {
		disposed := web.CellDate(x.DisposedOn)
		if v.Write && x.DisposedOn.IsZero() {
			disposed = disposeForm(x)
		}
		t.Rows = append(t.Rows, web.Row{ID: x.ID, Cells: []templ.Component{web.CellText(x.Name), web.CellText(x.Kind.Label()), web.CellText(x.Number), web.CellDate(x.AcquiredOn), disposed, web.CellYuan(x.Fen)}})
	}
	return t
}

func assetOptions() []web.Option {
	var out []web.Option
	for _, k := range finance.AssetKinds() {
		out = append(out, web.Option{Value: string(k), Label: k.Label()})
	}
	return out
}

func (h handlers) addAsset(c *web.Ctx) error {
	f := c.Form()
	x := finance.Asset{Kind: finance.AssetKind(f.Text("kind")), Number: f.Text("number"), Name: f.Text("name"), Fen: f.Yuan("fen"), AcquiredOn: f.Date("acquired_on")}
	if f.OK() {
		_, err := h.Finance.AddAsset(c.Context(), x)
		if err == nil {
			c.Flash(web.Success, "资产已登记。")
			return c.Redirect("/finance/assets")
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showAssets(c, f)
}

func (h handlers) disposeAsset(c *web.Ctx) error {
	f := c.Form()
	day := f.Date("day")
	if f.OK() {
		err := h.Finance.DisposeAsset(c.Context(), f.Text("id"), day)
		if err == nil {
			c.Flash(web.Success, "处置已登记。")
			return c.Redirect("/finance/assets")
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showAssets(c, f)
}
