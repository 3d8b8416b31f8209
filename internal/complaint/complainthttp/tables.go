package complainthttp

import (
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/complaint"
	"yichuang/internal/web"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// tablesView is the limits and causes of the centre.
type tablesView struct {
	Limits []complaint.Limit
	Causes []complaint.Cause
	Form   *web.Form
	Open   string // code of the limit whose form was refused; "" for a cause
}

// formFor gives the refused form to the fields that it is about.
func (v tablesView) formFor(code string) *web.Form {
	if v.Form != nil && v.Open == code {
		return v.Form
	}
	return nil
}

func (v tablesView) causeTable() web.Table {
	t := web.Table{ID: "causes", Caption: "成因", Columns: []web.Column{{Label: "代码"}, {Label: "名称", Grow: true}, {Label: "状态"}}, Empty: web.Empty{Title: "没有成因"}}
	for _, c := range v.Causes {
		state := "可以选用"
		if !c.Active {
			state = "停用"
		}
		t.Rows = append(t.Rows, web.Row{ID: c.Code, Cells: []templ.Component{web.CellText(c.Code), web.CellText(c.Name), web.CellText(state)}})
	}
	return t
}

func limitText(l complaint.Limit) string {
	if l.Days == 0 {
		return "当日"
	}
	return itoa(l.Days) + " 个工作日"
}

// checked is the value of a checkbox field that is set at first.
func checked(b bool) string {
	if b {
		return "1"
	}
	return ""
}

func (h handlers) tables(c *web.Ctx) error { return h.showTables(c, nil, "") }

func (h handlers) showTables(c *web.Ctx, f *web.Form, open string) error {
	v := tablesView{Form: f, Open: open}
	var err error
	if v.Limits, err = h.Complaint.LimitList(c.Context()); err != nil {
		return err
	}
	if v.Causes, err = h.Complaint.CauseList(c.Context()); err != nil {
		return err
	}
	if f != nil {
		return c.Invalid(tablesPage(v))
	}
	return c.Render(tablesPage(v))
}

func (h handlers) changeLimit(c *web.Ctx) error {
	f, code := c.Form(), c.Param("code")
	in := complaint.LimitInput{Days: f.Int("days"), Basis: f.Text("basis"), Confirmed: f.Bool("confirmed")}
	if !f.OK() {
		return h.showTables(c, f, code)
	}
	err := h.Complaint.ChangeLimit(c.Context(), complaint.LimitCode(code), f.Version(), in)
	return h.saved(c, f, err, code)
}

// saveCause adds a cause or changes the one with the code; the page carries no version of it, so the newest is taken.
func (h handlers) saveCause(c *web.Ctx) error {
	f := c.Form()
	code := f.Text("code")
	list, err := h.Complaint.CauseList(c.Context())
	if err != nil {
		return err
	}
	version := int64(0)
	for _, x := range list {
		if x.Code == code {
			version = x.Version
		}
	}
	err = h.Complaint.SaveCause(c.Context(), code, version, complaint.CauseInput{Name: f.Text("name"), Active: f.Bool("active")})
	return h.saved(c, f, err, "")
}

func (h handlers) saved(c *web.Ctx, f *web.Form, err error, open string) error {
	if err == nil {
		c.Flash(web.Success, "已保存。")
		return c.Redirect("/complaint/tables")
	}
	if !f.Take(err) {
		return err
	}
	return h.showTables(c, f, open)
}
