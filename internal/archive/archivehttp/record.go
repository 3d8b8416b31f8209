package archivehttp

import (
	"io"
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/archive"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/web"
)

func recordPath(id string) string { return "/archive/records/" + id }
func listPath(id string) string   { return "/archive/lists/" + id }

func stateBadge(s archive.State) templ.Component {
	return web.StateBadge(map[archive.State]web.Tone{archive.Kept: web.Success, archive.Due: web.Warning, archive.Proposed: web.Warning, archive.Destroyed: web.Info}[s], s.Label())
}

func keepText(r archive.Record) string {
	if r.KeepUntil.IsZero() {
		return "永久"
	}
	return r.KeepUntil.String()
}

func stateOptions() []web.Option {
	var out []web.Option
	for _, s := range archive.States() {
		out = append(out, web.Option{Value: string(s), Label: s.Label()})
	}
	return out
}

func classOptions(list []archive.Class) []web.Option {
	var out []web.Option
	for _, c := range list {
		out = append(out, web.Option{Value: c.Code, Label: c.Name + "（" + c.Term() + "）"})
	}
	return out
}

func classNames(list []archive.Class) map[string]string {
	out := map[string]string{}
	for _, c := range list {
		out[c.Code] = c.Name
	}
	return out
}

func (h handlers) records(c *web.Ctx) error {
	f := c.Form()
	classes, err := h.m.Classes(c.Context())
	if err != nil {
		return err
	}
	list, next, err := h.m.Records(c.Context(), recordFilter(f))
	if err != nil {
		return err
	}
	return c.Render(recordsPage(f, recordTable(list, next, classNames(classes)), classes))
}

func recordFilter(f *web.Form) archive.Filter {
	return archive.Filter{State: archive.State(f.Text("state")), Class: f.Text("class"), No: f.Text("no"), Held: f.Bool("held"), After: f.Text("after")}
}

// catalogueColumns are wide enough for what stands in them.
var catalogueColumns = []xlsx.Column{{Label: "编号", Width: 20, Kind: xlsx.Text}, {Label: "类别", Width: 34}, {Label: "保管期限", Width: 12}, {Label: "归档时间", Width: 17}, {Label: "归档人", Width: 16},
	{Label: "保管到", Width: 12}, {Label: "文件数", Width: 8, Kind: xlsx.Int}, {Label: "大小（字节）", Width: 14, Kind: xlsx.Int}, {Label: "状态", Width: 12}, {Label: "封存", Width: 6},
	{Label: "销毁时间", Width: 17}, {Label: "内容校验值（SM3）", Width: 68, Kind: xlsx.Text}}

// export sends the catalogue of the filters in the address as a spreadsheet.
func (h handlers) export(c *web.Ctx) error {
	classes, err := h.m.Classes(c.Context())
	if err != nil {
		return err
	}
	terms := map[string]archive.Class{}
	for _, x := range classes {
		terms[x.Code] = x
	}
	centre, err := h.org.Centre(c.Context(), c.Actor().CentreID)
	if err != nil {
		return err
	}
	sheet := xlsx.Sheet{Name: "档案目录", Title: centre.Name + "档案目录", Note: "一单一档；目录不含来电人和诉求内容。导出时间 " + c.Now().String(), Columns: catalogueColumns}
	return c.Stream("档案目录 "+c.Now().Date().String()+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return sheet.Write(w, func(add func(...any) error) error {
			return h.m.ExportCatalogue(c.Context(), recordFilter(c.Form()), func(r archive.Record, by string) error {
				held := ""
				if r.Holds > 0 {
					held = "是"
				}
				return add(r.No, terms[r.Class].Name, terms[r.Class].Term(), r.ArchivedAt.String(), by, keepText(r), r.Files, r.Size, r.State.Label(), held, r.DestroyedAt.String(), r.ContentSM3)
			})
		})
	})
}

func recordTable(list []archive.Record, next string, names map[string]string) web.Table {
	t := web.Table{ID: "records", Caption: "档案目录", Next: next, Columns: []web.Column{{Label: "编号", Name: true}, {Label: "类别", Grow: true}, {Label: "归档", Minor: true}, {Label: "保管到"}, {Label: "文件", Number: true, Unit: "个", Minor: true}, {Label: "状态"}, {Label: "封存"}},
		Empty: web.Empty{Title: "没有档案", Text: "办结的工单过了静置期会自动归档，列在这里。"}}
	for _, r := range list {
		held := templ.Component(web.CellText(""))
		if r.Holds > 0 {
			held = web.StateBadge(web.Info, "封存")
		}
		t.Rows = append(t.Rows, web.Row{ID: r.ID, Href: recordPath(r.ID), Cells: []templ.Component{web.CellLink(recordPath(r.ID), r.No), web.CellText(names[r.Class]), web.CellTime(r.ArchivedAt),
			web.CellText(keepText(r)), web.CellNumber(int64(r.Files)), stateBadge(r.State), held}})
	}
	return t
}

// recordView is one record's page.
type recordView struct {
	archive.File
	Form    *web.Form // of the deed that was refused
	Did     string    // which: hold, class, or the id of the hold to be lifted
	Classes []archive.Class
	Can     struct{ Export, Class, Hold bool }
}

func (h handlers) record(c *web.Ctx) error { return h.showRecord(c, nil, "") }

func (h handlers) showRecord(c *web.Ctx, f *web.Form, did string) error {
	v := recordView{Form: f, Did: did}
	var err error
	if v.File, err = h.m.Find(c.Context(), c.Param("id")); err != nil {
		return err
	}
	if v.Classes, err = h.m.Classes(c.Context()); err != nil {
		return err
	}
	open := v.State != archive.Destroyed
	v.Can.Export, v.Can.Hold = v.MayTake, open && c.Can(archive.PermHold)
	v.Can.Class = (v.State == archive.Kept || v.State == archive.Due) && c.Can(archive.PermClass)
	if f != nil {
		return c.Invalid(recordPage(v))
	}
	return c.Render(recordPage(v))
}

// formOf is what was typed into the form that was refused.
func (v recordView) formOf(did string) *web.Form {
	if v.Did == did {
		return v.Form
	}
	return nil
}

func (v recordView) facts() []web.Item {
	by := v.Names[v.ArchivedBy]
	if by == "" {
		by = "系统"
	}
	out := []web.Item{web.ItemText("编号", v.No), {Label: "状态", Value: stateBadge(v.State)}, web.ItemText("类别", v.ClassName), web.ItemText("保管期限", v.Term), web.ItemText("保管到", keepText(v.Record)),
		web.ItemText("归档", by+" "+v.ArchivedAt.String()), web.ItemText("包内文件", strconv.Itoa(v.Files)+" 个，"+sizeText(v.Size)), {Label: "内容校验值（SM3）", Value: web.CellText(v.ContentSM3), Wide: true}}
	if v.DestroyedAt != 0 {
		out = append(out, web.ItemText("销毁", v.DestroyedAt.String()))
	}
	return out
}

func sizeText(n int64) string {
	if n >= 1<<20 {
		return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MB"
	}
	return strconv.FormatInt((n+1023)>>10, 10) + " KB"
}

func (h handlers) pack(c *web.Ctx) error {
	r, b, err := h.m.Take(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.Stream(r.No+"-归档包.zip", "application/zip", func(w io.Writer) error { return h.writePackage(w, r, b) })
}

// done answers a button of the record's page: back to it, or the page again with what is wrong.
func (h handlers) done(c *web.Ctx, f *web.Form, did string, err error, said string) error {
	if err != nil {
		if !f.Take(err) {
			return err
		}
		return h.showRecord(c, f, did)
	}
	c.Flash(web.Success, said)
	return c.Redirect(recordPath(c.Param("id")))
}

func (h handlers) setClass(c *web.Ctx) error {
	f := c.Form()
	return h.done(c, f, "class", h.m.SetClass(c.Context(), c.Param("id"), f.Version(), f.Text("class"), f.Text("reason")), "保管期限已调整。")
}

func (h handlers) hold(c *web.Ctx) error {
	f := c.Form()
	_, err := h.m.PlaceHold(c.Context(), c.Param("id"), archive.HoldInput{Reason: f.Text("reason")})
	return h.done(c, f, "hold", err, "已封存。解除以前不会销毁。")
}

func (h handlers) lift(c *web.Ctx) error {
	f := c.Form()
	return h.done(c, f, c.Param("hold"), h.m.LiftHold(c.Context(), c.Param("id"), c.Param("hold"), f.Text("reason")), "封存已解除。")
}
