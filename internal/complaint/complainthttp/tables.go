package complainthttp

import (
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/complaint"
	"yichuang/internal/web"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// tablesView is the limits and causes of the centre, with the form of the one that is changed.
type tablesView struct {
	Limits    []complaint.Limit
	Causes    []complaint.Cause
	Form      *web.Form
	EditLimit string // code of the limit whose form is open
	EditCause string // code of the cause; "new" for another one
}

// limit is the one whose form is open.
func (v tablesView) limit() (complaint.Limit, bool) {
	for _, l := range v.Limits {
		if v.EditLimit != "" && string(l.Code) == v.EditLimit {
			return l, true
		}
	}
	return complaint.Limit{}, false
}

// cause is the one whose form is open.
func (v tablesView) cause() (complaint.Cause, bool) {
	for _, c := range v.Causes {
		if c.Code == v.EditCause {
			return c, true
		}
	}
	return complaint.Cause{Active: true}, v.EditCause == newCause
}

// newCause stands for a cause that is not there yet.
const newCause = "new"

func causeTitle(c complaint.Cause) string {
	if c.Code == "" {
		return "新增成因"
	}
	return "修改成因：" + c.Name
}

func (v tablesView) limitTable() web.Table {
	t := web.Table{ID: "limits", Caption: "时限", Columns: []web.Column{{Label: "时限", Name: true}, {Label: "天数"}, {Label: "依据", Grow: true, Wrap: true}, {Label: "状态"}, {Label: "操作"}}, Empty: web.Empty{Title: "没有时限"}}
	for _, l := range v.Limits {
		state := web.StateBadge(web.Success, "已确认")
		if !l.Confirmed {
			state = web.StateBadge(web.Warning, "未确认")
		}
		t.Rows = append(t.Rows, web.Row{ID: string(l.Code), Cells: []templ.Component{web.CellText(l.Label), web.CellText(limitText(l)), web.CellText(l.Basis), state, web.CellLink("/complaint/tables?limit="+string(l.Code), "修改")}})
	}
	return t
}

func (v tablesView) causeTable() web.Table {
	t := web.Table{ID: "causes", Caption: "成因", Columns: []web.Column{{Label: "名称", Grow: true}, {Label: "状态"}, {Label: "操作"}}, Empty: web.Empty{Title: "没有成因"}}
	for _, c := range v.Causes {
		state := "可以选用"
		if !c.Active {
			state = "停用"
		}
		t.Rows = append(t.Rows, web.Row{ID: c.Code, Cells: []templ.Component{web.CellText(c.Name), web.CellText(state), web.CellLink("/complaint/tables?cause="+c.Code, "修改")}})
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

func (h handlers) tables(c *web.Ctx) error {
	return h.showTables(c, tablesView{EditLimit: c.Query("limit"), EditCause: c.Query("cause")})
}

func (h handlers) showTables(c *web.Ctx, v tablesView) error {
	var err error
	if v.Limits, err = h.Complaint.LimitList(c.Context()); err != nil {
		return err
	}
	if v.Causes, err = h.Complaint.CauseList(c.Context()); err != nil {
		return err
	}
	if v.Form != nil {
		return c.Invalid(tablesPage(v))
	}
	return c.Render(tablesPage(v))
}

func (h handlers) changeLimit(c *web.Ctx) error {
	f, code := c.Form(), c.Param("code")
	in := complaint.LimitInput{Days: f.Int("days"), Basis: f.Text("basis"), Confirmed: f.Bool("confirmed")}
	if !f.OK() {
		return h.showTables(c, tablesView{Form: f, EditLimit: code})
	}
	err := h.Complaint.ChangeLimit(c.Context(), complaint.LimitCode(code), f.Version(), in)
	return h.saved(c, err, tablesView{Form: f, EditLimit: code})
}

func (h handlers) saveCause(c *web.Ctx) error {
	f := c.Form()
	code := f.Text("code")
	err := h.Complaint.SaveCause(c.Context(), code, f.Version(), complaint.CauseInput{Name: f.Text("name"), Active: f.Bool("active")})
	if code == "" {
		code = newCause
	}
	return h.saved(c, err, tablesView{Form: f, EditCause: code})
}

func (h handlers) saved(c *web.Ctx, err error, v tablesView) error {
	if err == nil {
		c.Flash(web.Success, "已保存。")
		return c.Redirect("/complaint/tables")
	}
	if !v.Form.Take(err) {
		return err
	}
	return h.showTables(c, v)
}
