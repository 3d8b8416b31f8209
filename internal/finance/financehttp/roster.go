package financehttp

import (
	"errors"
	"io"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/document/table"
	"yichuang/internal/finance"
	"yichuang/internal/money"
	"yichuang/internal/web"
)

// rosterHeads are the columns of a roster's file; the certificate's number may be missing.
var rosterHeads = []string{"姓名", "证件号码", "金额"}

// rosterView is the rosters of a year, or one of them with its lines.
type rosterView struct {
	Year     int
	Form     *web.Form
	List     []finance.Roster
	Projects []finance.Project
	One      finance.Roster
	Lines    []finance.RosterLine
	Write    bool
}

func registerRosters(kit *web.Kit, h handlers) {
	kit.Page("GET /finance/{year}/rosters", finance.PermRead, h.rosters)
	kit.Page("POST /finance/{year}/rosters", finance.PermBudget, h.addRoster, web.MaxBody(upload))
	kit.Page("GET /finance/{year}/rosters/{id}", finance.PermRead, h.roster)
	kit.Page("POST /finance/{year}/rosters/{id}/back", finance.PermBudget, h.takeBackRoster)
}

func (h handlers) rosters(c *web.Ctx) error { return h.showRosters(c, nil) }

func (h handlers) showRosters(c *web.Ctx, f *web.Form) error {
	v := rosterView{Year: yearOf(c), Form: f, Write: c.Can(finance.PermBudget)}
	var err error
	if v.List, err = h.Finance.Rosters(c.Context(), v.Year); err != nil {
		return err
	}
	if v.Projects, err = h.Finance.Projects(c.Context(), v.Year); err != nil {
		return err
	}
	if f != nil {
		return c.Invalid(rostersPage(v))
	}
	return c.Render(rostersPage(v))
}

func (h handlers) addRoster(c *web.Ctx) error {
	f := c.Form()
	r := finance.Roster{Year: yearOf(c), Project: f.Text("project"), Document: f.Text("document"), Day: f.Date("day")}
	file, done, err := openTable(f, rosterHeads)
	if err != nil {
		return err
	}
	if file != nil {
		defer done()
		var list []finance.Payee
		if list, err = payees(file); err != nil {
			f.Fail("file", "%s", err.Error())
			err = nil
		} else if f.OK() {
			_, err = h.Finance.AddRoster(c.Context(), r, list)
		}
	}
	return h.saved(c, err, "发放名册已登记。", "/rosters", func(f *web.Form) error { return h.showRosters(c, f) })
}

// payees reads the lines of a roster.
func payees(r *table.Reader) ([]finance.Payee, error) {
	if err := r.Need("姓名", "金额"); err != nil {
		return nil, err
	}
	var out []finance.Payee
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		cells := row.Values()
		fen, err := money.ParseYuan(strings.ReplaceAll(cells["金额"], ",", ""))
		if err != nil {
			return nil, finance.ErrRosterInput.Say("第 %d 行的金额“%s”不是元。请改好后再上传，没有登记。", row.Line, short(cells["金额"]))
		}
		out = append(out, finance.Payee{Name: cells["姓名"], IDNo: cells["证件号码"], Fen: fen})
	}
}

// short keeps the beginning of what a cell holds, for a message.
func short(s string) string {
	if r := []rune(s); len(r) > 20 {
		return string(r[:20]) + "…"
	}
	return s
}

func (h handlers) roster(c *web.Ctx) error { return h.showRoster(c, nil) }

func (h handlers) showRoster(c *web.Ctx, f *web.Form) error {
	v := rosterView{Year: yearOf(c), Form: f, Write: c.Can(finance.PermBudget)}
	var err error
	if v.One, v.Lines, err = h.Finance.Roster(c.Context(), v.Year, c.Param("id")); err != nil {
		return err
	}
	if f != nil {
		return c.Invalid(rosterPage(v))
	}
	return c.Render(rosterPage(v))
}

func (h handlers) takeBackRoster(c *web.Ctx) error {
	err := h.Finance.TakeBackRoster(c.Context(), yearOf(c), c.Param("id"), c.Form().Text("reason"))
	return h.saved(c, err, "名册已撤销，不再计入人数。", "/rosters/"+c.Param("id"), func(f *web.Form) error { return h.showRoster(c, f) })
}

func (v rosterView) projectOptions() []web.Option {
	var out []web.Option
	for _, p := range v.Projects {
		out = append(out, web.Option{Value: p.Code, Label: p.Code + " " + p.Name})
	}
	return out
}

func (v rosterView) table() web.Table {
	t := web.Table{ID: "rosters", Caption: "发放名册", Columns: []web.Column{{Label: "文号或名称", Grow: true, Name: true}, {Label: "项目"}, {Label: "发放", Minor: true}, {Label: "人数", Unit: "人", Number: true}, {Label: "金额", Unit: "元", Number: true}, {Label: "状态"}},
		Empty: web.Empty{Title: "还没有发放名册", Text: "登记补贴等发放给个人的名册后，“发放补贴人数”这类绩效指标由名册数出来，不用手填。"}}
	for _, r := range v.List {
		state := "计入"
		if r.TakenBack != "" {
			state = "已撤销"
		}
		at := path(v.Year, "/rosters/"+r.ID)
		t.Rows = append(t.Rows, web.Row{ID: r.ID, Href: at, Cells: []templ.Component{web.CellLink(at, r.Document), web.CellText(r.Project), web.CellDate(r.Day), web.CellText(number(int(r.People))), web.CellYuan(r.Fen), web.CellText(state)}})
	}
	return t
}

func (v rosterView) lines() web.Table {
	t := web.Table{ID: "payees", Caption: "名册", Columns: []web.Column{{Label: "序号", Number: true}, {Label: "姓名", Grow: true, Name: true}, {Label: "金额", Unit: "元", Number: true}}}
	for _, l := range v.Lines {
		t.Rows = append(t.Rows, web.Row{ID: number(l.No), Cells: []templ.Component{web.CellText(number(l.No)), web.CellText(l.Name), web.CellYuan(l.Fen)}})
	}
	return t
}
