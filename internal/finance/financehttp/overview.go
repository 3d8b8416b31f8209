package financehttp

import (
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/finance"
	"yichuang/internal/web"
)

// booksView is the list of years with the form that opens one.
type booksView struct {
	Form      *web.Form
	List      []finance.Overview
	Open      bool
	NeedsKind bool
	Year      string
	Centre    string
	chosen
}

func (h handlers) books(c *web.Ctx) error { return h.showBooks(c, nil) }

func (h handlers) showBooks(c *web.Ctx, f *web.Form) error {
	v := booksView{Form: f, Open: c.Can(finance.PermBudget), Year: strconv.Itoa(c.Now().Date().Year() - 1)}
	var err error
	if v.List, err = h.Finance.Overviews(c.Context()); err != nil {
		return err
	}
	units, err := h.Finance.Units(c.Context())
	if err != nil {
		return err
	}
	v.NeedsKind = len(units) == 0
	if v.chosen, err = h.chosen(c); err != nil {
		return err
	}
	if len(v.List) > 0 {
		v.Centre = v.List[0].Book.Department
	}
	if f != nil {
		return c.Invalid(booksPage(v))
	}
	return c.Render(booksPage(v))
}

func (v booksView) table() web.Table {
	t := web.Table{ID: "books", Caption: "账套", Columns: []web.Column{{Label: "年度"}, {Label: "部门", Grow: true}, {Label: "状态"}, {Label: "公开期限"}, {Label: "版式", Minor: true}, {Label: "结账", Minor: true}},
		Empty: web.Empty{Title: "还没有账套", Text: "建立一年的账套后，可以登记或导入预算指标和分录，九张决算表和说明由账簿算出。"}}
	for _, x := range v.List {
		b, limit := x.Book, ""
		if x.Clocks.Running {
			limit = x.Clocks.Publish.Last.String() + "，" + x.Clocks.Publish.Text()
		}
		light := web.NoLight
		if x.Clocks.Running && x.Account.State != finance.Published {
			light = clockLight(x.Clocks.Publish)
		}
		t.Rows = append(t.Rows, web.Row{ID: number(b.Year), Href: path(b.Year, ""), State: light, Cells: []templ.Component{web.CellLink(path(b.Year, ""), number(b.Year)+" 年"), web.CellText(b.Department),
			web.StateBadge(tone(x.Account.State), x.Account.State.Label()), web.CellText(limit), web.CellText(v.title(b.Template)), web.CellText(closedText(b.ClosedTo))}})
	}
	return t
}

func closedText(month int) string {
	if month == 0 {
		return "没有结账"
	}
	return "结到 " + number(month) + " 月"
}

func levelOptions() []web.Option {
	var out []web.Option
	for _, l := range finance.Levels() {
		out = append(out, web.Option{Value: string(l), Label: l.Label()})
	}
	return out
}

func kindOptions() []web.Option {
	var out []web.Option
	for _, k := range finance.UnitKinds() {
		out = append(out, web.Option{Value: string(k), Label: k.Label()})
	}
	return out
}

func bookInput(f *web.Form, year int) finance.BookInput {
	return finance.BookInput{Year: year, Department: f.Text("department"), Template: f.Text("template"), Texts: f.Text("texts"), Level: finance.Level(f.Text("level"))}
}

func (h handlers) open(c *web.Ctx) error {
	f := c.Form()
	in := bookInput(f, int(f.Int("year")))
	if f.OK() {
		b, err := h.Finance.OpenBook(c.Context(), in, finance.UnitKind(f.Text("kind")))
		if err == nil {
			c.Flash(web.Success, number(b.Year)+" 年账套已建立。下一步：登记或导入预算指标。")
			return c.Redirect(path(b.Year, ""))
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showBooks(c, f)
}

// overviewView is one year: what the books hold, what the draft lacks, and the life of the accounts.
type overviewView struct {
	finance.AccountView
	Form      *web.Form
	Balance   finance.Balance
	Obstacles []string
	Empty     bool
	may       func(finance.Action) bool
}

func (h handlers) overview(c *web.Ctx) error { return h.showOverview(c, nil) }

func (h handlers) showOverview(c *web.Ctx, f *web.Form) error {
	year := yearOf(c)
	v := overviewView{Form: f}
	var err error
	if v.AccountView, err = h.Finance.Account(c.Context(), year); err != nil {
		return err
	}
	if v.Balance, err = h.Finance.Balance(c.Context(), year); err != nil {
		return err
	}
	v.Empty = v.Balance.Entries == 0
	if v.Current.State == finance.Draft && !v.Empty {
		d, err := h.Finance.Disclosure(c.Context(), year)
		if err != nil {
			return err
		}
		v.Obstacles = d.Obstacles()
	}
	v.may = func(a finance.Action) bool {
		return c.Can(map[finance.Action]permission{finance.ActSubmit: finance.PermDraft, finance.ActReturn: finance.PermReview, finance.ActReview: finance.PermReview, finance.ActApprove: finance.PermApprove,
			finance.ActClear: finance.PermSecrecy, finance.ActRefuse: finance.PermSecrecy, finance.ActPublish: finance.PermPublish, finance.ActCorrect: finance.PermDraft, finance.ActReply: finance.PermApprove}[a])
	}
	if f != nil {
		return c.Invalid(overviewPage(v))
	}
	return c.Render(overviewPage(v))
}

func (v overviewView) title() string { return number(v.Book.Year) + " 年部门决算" }

// can reports whether the reader may take a step now.
func (v overviewView) can(a finance.Action) bool {
	for _, x := range v.Current.State.Allowed() {
		if x == a {
			return v.may(a)
		}
	}
	return false
}

func tone(s finance.State) web.Tone {
	switch s {
	case finance.Published:
		return web.Success
	case finance.Draft, finance.Corrected:
		return web.Info
	}
	return web.Warning
}

func (v overviewView) tiles() []web.Tile {
	out := []web.Tile{{Label: "收入", Value: v.Balance.Income.WanYuan(), Unit: "万元"}, {Label: "支出", Value: v.Balance.Expense.WanYuan(), Unit: "万元", Href: path(v.Book.Year, "/tables/T01")},
		{Label: "全年预算", Value: v.Balance.Full.WanYuan(), Unit: "万元", Href: path(v.Book.Year, "/budget")},
		{Label: "分录", Value: web.GroupDigits(strconv.FormatInt(v.Balance.Entries, 10)), Unit: "条", Href: path(v.Book.Year, "/entries"), Hint: closedText(v.Book.ClosedTo)}}
	for _, x := range running(v.Clocks) {
		out = append(out, web.Tile{Label: x.What + "期限", Value: x.Last.String(), Hint: x.Text() + "（" + x.Basis + "）", Light: clockLight(x)})
	}
	return out
}

// running are the limits that have begun.
func running(c finance.Clocks) []finance.Clock {
	var out []finance.Clock
	if c.Running {
		out = append(out, c.Publish)
	}
	if c.Running && c.Replies {
		out = append(out, c.Reply)
	}
	return out
}

func clockLight(c finance.Clock) web.Light {
	switch {
	case c.Late():
		return web.Red
	case c.Done.IsZero() && c.Left <= 5:
		return web.Yellow
	}
	return web.Normal
}

// next says what is to be done before the limit to publish ends.
func (v overviewView) next() string {
	word := map[finance.State]string{finance.Approved: "还要办理保密审查和公开", finance.Cleared: "还要办理公开"}[v.Current.State]
	if word == "" || !v.Clocks.Running {
		return ""
	}
	return "公开部门决算" + v.Clocks.Publish.Text() + "，最后一日是 " + v.Clocks.Publish.Last.String() + "（" + v.Clocks.Publish.Basis + "）：" + word + "。"
}

func (v overviewView) nextTone() web.Tone {
	if v.Clocks.Publish.Late() {
		return web.Danger
	}
	return web.Warning
}

// replies reports whether the reply to the units below may be entered.
func (v overviewView) replies() bool {
	return v.Clocks.Replies && v.Current.RepliedOn.IsZero() && v.can(finance.ActReply)
}

// items are the particulars of the current revision.
func (v overviewView) items() []web.Item {
	reply := ""
	if v.Clocks.Replies {
		reply = web.DayText(v.Clocks.Reply.Last) + "前，" + v.Clocks.Reply.Text()
	}
	return accountItems(v.Current, v.Names, reply)
}

// accountItems are the particulars of a revision; reply says how the limit to reply to units stands.
func accountItems(a finance.Account, names map[string]string, reply string) []web.Item {
	out := []web.Item{{Label: "状态", Value: web.StateBadge(tone(a.State), a.State.Label())}, {Label: "版本", Value: web.CellText("第 " + strconv.FormatInt(a.Revision, 10) + " 版")}}
	add := func(label, text string) {
		if text != "" {
			out = append(out, web.Item{Label: label, Value: web.CellText(text)})
		}
	}
	add("更正原因", a.Reason)
	signed := func(label, who, at string) {
		if who != "" || at != "" {
			add(label, names[who]+" "+at)
		}
	}
	signed("送审", a.SubmittedBy, web.MomentText(a.SubmittedAt))
	signed("审核签章", a.ReviewedBy, web.MomentText(a.ReviewedAt))
	if !a.ApprovedOn.IsZero() {
		add("批复", a.ApprovedBy+" "+a.ApprovalNo+"，"+web.DayText(a.ApprovedOn))
		add("批复下级单位", reply)
	}
	signed("保密审查", a.ClearedBy, web.MomentText(a.ClearedAt))
	add("审查意见", a.Clearance)
	signed("公开", a.PublishedBy, web.MomentText(a.PublishedAt))
	if a.Hash != "" {
		out = append(out, web.Item{Label: "校验值（SM3）", Value: web.CellText(a.Hash), Wide: true})
	}
	return out
}

func (v overviewView) history() []web.Step {
	var out []web.Step
	for _, s := range v.Steps {
		out = append(out, web.Step{Title: s.Action.Label(), Who: s.ByName + "，第 " + strconv.FormatInt(s.Revision, 10) + " 版", At: s.At, Text: s.Remark, Tone: web.Info})
	}
	return out
}

func (v overviewView) revisions() web.Table {
	t := web.Table{ID: "revisions", Caption: "各版", Columns: []web.Column{{Label: "版本"}, {Label: "状态"}, {Label: "公开日期"}, {Label: "更正原因", Grow: true}}}
	for _, a := range v.Revisions {
		first := web.CellText("第 " + strconv.FormatInt(a.Revision, 10) + " 版")
		if a.Hash != "" {
			first = web.CellLink(path(a.Year, "/revisions/"+strconv.FormatInt(a.Revision, 10)), "第 "+strconv.FormatInt(a.Revision, 10)+" 版")
		}
		t.Rows = append(t.Rows, web.Row{ID: strconv.FormatInt(a.Revision, 10), Cells: []templ.Component{first, web.StateBadge(tone(a.State), a.State.Label()), web.CellDate(a.PublishedOn), web.CellText(a.Reason)}})
	}
	return t
}

// step takes a step of the life and goes back to the year.
func (h handlers) step(c *web.Ctx, act func(year int, version int64, f *web.Form) (finance.Account, error)) error {
	f := c.Form()
	a, err := act(yearOf(c), f.Version(), f)
	if err == nil {
		c.Flash(web.Success, "已办理，决算现在"+a.State.Label()+"。")
		return c.Redirect(path(a.Year, ""))
	}
	if f.Take(err) {
		return h.showOverview(c, f)
	}
	return err
}

func (h handlers) submit(c *web.Ctx) error {
	return h.step(c, func(y int, v int64, _ *web.Form) (finance.Account, error) { return h.Finance.Submit(c.Context(), y, v) })
}

func (h handlers) giveBack(c *web.Ctx) error {
	return h.step(c, func(y int, v int64, f *web.Form) (finance.Account, error) {
		return h.Finance.Return(c.Context(), y, v, f.Text("remark"))
	})
}

func (h handlers) sign(c *web.Ctx) error {
	return h.step(c, func(y int, v int64, f *web.Form) (finance.Account, error) {
		return h.Finance.Sign(c.Context(), y, v, f.Text("remark"))
	})
}

func (h handlers) approve(c *web.Ctx) error {
	return h.step(c, func(y int, v int64, f *web.Form) (finance.Account, error) {
		return h.Finance.Approve(c.Context(), y, v, finance.Approval{On: f.Date("on"), Number: f.Text("number"), By: f.Text("by")})
	})
}

func (h handlers) reply(c *web.Ctx) error {
	return h.step(c, func(y int, v int64, f *web.Form) (finance.Account, error) {
		return h.Finance.ReplyToUnits(c.Context(), y, v, f.Date("replied_on"))
	})
}

func (h handlers) clear(c *web.Ctx) error {
	return h.step(c, func(y int, v int64, f *web.Form) (finance.Account, error) {
		pass, err := f.Either("pass", "1", "0")
		if err != nil {
			return finance.Account{}, err
		}
		return h.Finance.Clear(c.Context(), y, v, pass, f.Text("remark"))
	})
}

func (h handlers) publish(c *web.Ctx) error {
	return h.step(c, func(y int, v int64, _ *web.Form) (finance.Account, error) {
		return h.Finance.Publish(c.Context(), y, v)
	})
}

func (h handlers) correct(c *web.Ctx) error {
	return h.step(c, func(y int, v int64, f *web.Form) (finance.Account, error) {
		return h.Finance.Correct(c.Context(), y, v, f.Text("remark"))
	})
}
