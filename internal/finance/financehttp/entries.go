package financehttp

import (
	"net/url"
	"strconv"

	"yichuang/internal/clock"
	"yichuang/internal/finance"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/web"
)

// entriesView is the list of entries.
type entriesView struct {
	Year    int
	Form    *web.Form
	Voucher string
	List    []finance.Entry
	Next    string
	Balance finance.Balance
	Write   bool
	lookup
}

func (h handlers) entries(c *web.Ctx) error {
	v := entriesView{Year: yearOf(c), Form: c.Form(), Voucher: c.Query("voucher"), Write: c.Can(finance.PermWrite)}
	var err error
	if v.List, v.Next, err = h.Finance.Entries(c.Context(), v.Year, finance.EntryFilter{Voucher: v.Voucher, After: c.Query("after")}); err != nil {
		return err
	}
	if v.Balance, err = h.Finance.Balance(c.Context(), v.Year); err != nil {
		return err
	}
	if v.lookup, err = h.lookup(c, v.Year); err != nil {
		return err
	}
	return c.Render(entriesPage(v))
}

func (v entriesView) table() web.Table {
	t := v.lookup.entries(v.Year, v.List, "还没有分录")
	t.Next = v.Next
	t.Empty.Text = "先登记或导入预算指标，再登记凭证，或从预算管理一体化系统导出后导入。"
	if v.Voucher != "" {
		t.Empty = web.Empty{Title: "没有这个凭证号的分录", Text: "请检查凭证号，要与登记的完全一致。"}
	} else {
		t.Total = int(v.Balance.Entries)
	}
	return t
}

// voucherLines is how many lines the form of a voucher has.
const voucherLines = 6

// voucherView is the form of a new voucher.
type voucherView struct {
	Year int
	Form *web.Form
	Key  string
	lookup
}

func (h handlers) newVoucher(c *web.Ctx) error { return h.showVoucher(c, nil) }

func (h handlers) showVoucher(c *web.Ctx, f *web.Form) error {
	v := voucherView{Year: yearOf(c), Form: f, Key: c.RequestID()}
	var err error
	if _, err = h.Finance.Book(c.Context(), v.Year); err != nil {
		return err
	}
	if v.lookup, err = h.lookup(c, v.Year); err != nil {
		return err
	}
	if f != nil {
		return c.Invalid(voucherPage(v))
	}
	return c.Render(voucherPage(v))
}

func (l lookup) unitOptions() []web.Option {
	var out []web.Option
	for _, u := range l.units {
		out = append(out, web.Option{Value: u.ID, Label: u.Code + " " + u.Name})
	}
	return out
}

func (l lookup) firstUnit() string {
	if len(l.units) == 1 {
		return l.units[0].ID
	}
	return ""
}

func (l lookup) projectOptions() []web.Option {
	out := []web.Option{{Value: "", Label: "无"}}
	for _, p := range l.projects {
		out = append(out, web.Option{Value: p.Code, Label: p.Code + " " + p.Name})
	}
	return out
}

// leaves lists the codes that entries may carry.
func (l lookup) leaves(s fiscal.Scheme) []web.Option {
	var out []web.Option
	for _, x := range l.codes.All(s) {
		if len(x.Code) == s.Leaf() {
			out = append(out, web.Option{Value: x.Code, Label: x.Code + " " + x.Name, Group: l.coded(s, fiscal.Class(x.Code))})
		}
	}
	return out
}

func econOptions(l lookup) []web.Option {
	return append([]web.Option{{Value: "", Label: "无"}}, l.leaves(fiscal.Econ)...)
}

func fundOptions() []web.Option {
	var out []web.Option
	for _, f := range fiscal.Funds() {
		out = append(out, web.Option{Value: string(f), Label: f.Label()})
	}
	return out
}

func expenseKinds() []web.Option {
	return []web.Option{{Value: "", Label: "收入，不分"}, {Value: string(fiscal.Basic), Label: fiscal.Basic.Label()}, {Value: string(fiscal.Project), Label: fiscal.Project.Label()}}
}

func accountOptions() []web.Option {
	var out []web.Option
	for _, a := range fiscal.Accounts() {
		out = append(out, web.Option{Value: a.Code, Label: a.Code + " " + a.Name})
	}
	return out
}

func contraOptions() []web.Option {
	return []web.Option{{Value: "6001", Label: "6001 财政拨款预算收入（直接支付）"}, {Value: fiscal.FundsInHand, Label: "8001 资金结存"}}
}

func line(name string, i int) string { return name + "." + strconv.Itoa(i) }

// readEntry reads one line of a form; fields of the voucher as a whole stand without a number.
func readEntry(f *web.Form, i int) finance.Entry {
	return finance.Entry{UnitID: f.Text("unit_id"), Fund: fiscal.Fund(f.Text("fund")), Account: f.Text("account"), Contra: f.Text("contra"), Func: f.Text(line("func", i)), Econ: f.Text(line("econ", i)),
		Kind: fiscal.Kind(f.Text(line("kind", i))), Project: f.Text(line("project", i)), Fen: f.Yuan(line("fen", i)), Summary: f.Text("summary"), Carried: f.Bool("carried")}
}

func (h handlers) addVoucher(c *web.Ctx) error {
	f := c.Form()
	year := yearOf(c)
	v := finance.Voucher{Key: f.Text("key"), Number: f.Text("voucher"), Day: f.Date("day")}
	var at []int // the form's line of each entry
	for i := range voucherLines {
		if f.Text(line("fen", i)) != "" {
			v.Entries = append(v.Entries, readEntry(f, i))
			at = append(at, i)
		}
	}
	if len(v.Entries) == 0 {
		f.Fail(line("fen", 0), "请至少填写一行金额。")
	}
	if f.OK() {
		warnings, err := h.Finance.AddVoucher(c.Context(), year, v)
		if err == nil {
			c.Flash(web.Success, "凭证 "+v.Number+" 已登记，共 "+number(len(v.Entries))+" 条分录。")
			for _, w := range warnings {
				c.Flash(web.Warning, w)
			}
			return c.Redirect(path(year, "/entries?voucher="+url.QueryEscape(v.Number)))
		}
		if !takeLines(f, err, at) {
			return err
		}
	}
	return h.showVoucher(c, f)
}

// entryView is one entry with the form that corrects it.
type entryView struct {
	Year  int
	Form  *web.Form
	Entry finance.Entry
	Write bool
	Today clock.Date
	lookup
}

func (h handlers) entry(c *web.Ctx) error { return h.showEntry(c, nil) }

func (h handlers) showEntry(c *web.Ctx, f *web.Form) error {
	v := entryView{Year: yearOf(c), Form: f, Today: c.Now().Date()}
	var err error
	if v.Entry, err = h.Finance.Entry(c.Context(), v.Year, c.Param("id")); err != nil {
		return err
	}
	if v.lookup, err = h.lookup(c, v.Year); err != nil {
		return err
	}
	v.Write = c.Can(finance.PermWrite) && v.Entry.Fen > 0
	if f != nil {
		return c.Invalid(entryPage(v))
	}
	return c.Render(entryPage(v))
}

func (v entryView) items() []web.Item {
	e := v.Entry
	account, contra := e.Account, e.Contra
	for _, a := range fiscal.Accounts() {
		if a.Code == e.Account {
			account += " " + a.Name
		}
		if a.Code == e.Contra {
			contra += " " + a.Name
		}
	}
	out := []web.Item{web.ItemText("金额", web.GroupDigits(e.Fen.Yuan())+" 元"), web.ItemText("日期", web.DayText(e.Day)), web.ItemText("摘要", e.Summary), web.ItemText("预算单位", v.unit(e.UnitID)),
		web.ItemText("科目", account), web.ItemText("对方科目", contra), web.ItemText("资金性质", e.Fund.Label()), web.ItemText("功能分类", v.coded(fiscal.Func, e.Func)),
		web.ItemText("经济分类", v.coded(fiscal.Econ, e.Econ)), web.ItemText("支出类型", e.Kind.Label()), web.ItemText("项目", v.project(e.Project)), web.ItemText("登记", web.MomentText(e.At))}
	if e.SanGong != fiscal.NotSanGong {
		out = append(out, web.ItemText("“三公”经费", e.SanGong.Label()))
	}
	if e.Corrects != "" {
		out = append(out, web.Item{Label: "更正的分录", Value: web.CellLink(path(v.Year, "/entries/"+e.Corrects), "查看原分录")})
	}
	return out
}

func (h handlers) correctEntry(c *web.Ctx) error {
	f := c.Form()
	year := yearOf(c)
	x := finance.Correction{Day: f.Date("day"), Voucher: f.Text("voucher"), Reason: f.Text("reason")}
	if f.Text(line("fen", 0)) != "" {
		e := readEntry(f, 0)
		x.Instead = &e
	}
	if f.OK() {
		err := h.Finance.CorrectEntry(c.Context(), year, c.Param("id"), x)
		if err == nil {
			c.Flash(web.Success, "已用新分录更正，原分录保留。")
			return c.Redirect(path(year, "/entries?voucher="+url.QueryEscape(x.Voucher)))
		}
		if !takeLines(f, err, []int{0, 0}) {
			return err
		}
	}
	return h.showEntry(c, f)
}
