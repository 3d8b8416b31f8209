package itemhttp

import (
	"io"

	"github.com/a-h/templ"

	"yichuang/internal/actor"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// listView is the catalogue of items.
type listView struct {
	Form  *web.Form
	Table web.Table
	Units []web.Option
	New   bool
}

func (h handlers) list(c *web.Ctx) error {
	f := c.Form()
	list, next, err := h.Item.Items(c.Context(), item.Filter{UnitID: f.Text("unit"), State: item.State(f.Text("state")), Code: f.Text("code"), After: c.Query("after")})
	if err != nil {
		return err
	}
	v := listView{Form: f, New: c.Can(item.PermWrite)}
	if v.Units, err = h.units(c); err != nil {
		return err
	}
	v.Table = web.Table{ID: "items", Caption: "事项目录", Next: next, Download: "/items/list.xlsx", Columns: []web.Column{{Label: "事项", Grow: true}, {Label: "类型"}, {Label: "单位"}, {Label: "实施编码", Minor: true}, {Label: "版本", Number: true}, {Label: "状态"}},
		Empty: web.Empty{Title: "没有符合条件的事项", Text: "事项由部门编制，或由政务信息股导入名单；公布后群众在办事指南里看到。"}}
	for _, r := range list {
		name := r.Name
		if r.Package {
			name = "【一件事】" + name
		}
		v.Table.Rows = append(v.Table.Rows, web.Row{ID: r.ID, Href: "/items/" + r.ID, Cells: []templ.Component{web.CellLink("/items/"+r.ID, name), web.CellText(r.Kind.Label()), web.CellText(r.UnitName),
			web.CellText(r.Code), web.CellNumber(r.Versions), stateBadge(r.State)}})
	}
	return c.Render(listPage(v))
}

func stateBadge(s item.State) templ.Component {
	tone := web.Info
	switch s {
	case item.Published:
		tone = web.Success
	case item.Suspended, item.UnitReview, item.InfoReview:
		tone = web.Warning
	case item.Cancelled, item.Discarded:
		tone = web.Danger
	}
	return web.StateBadge(tone, s.Label())
}

func stateOptions() []web.Option {
	var out []web.Option
	for _, s := range item.States() {
		out = append(out, web.Option{Value: string(s), Label: s.Label()})
	}
	return out
}

// units lists the centre's units for a choice.
func (h handlers) units(c *web.Ctx) ([]web.Option, error) {
	list, err := h.Org.UnitTree(c.Context())
	var out []web.Option
	for _, u := range list {
		out = append(out, web.Option{Value: u.ID, Label: u.Name})
	}
	return out, err
}

// ownUnits lists the units in whose name the actor may draft with a permission.
func (h handlers) ownUnits(c *web.Ctx, p actor.Permission) ([]web.Option, error) {
	list, err := h.Org.UnitTree(c.Context())
	var out []web.Option
	for _, u := range list {
		if org.Sees(c.Actor(), p, org.Row{CentreID: u.CentreID, UnitID: u.ID}) {
			out = append(out, web.Option{Value: u.ID, Label: u.Name})
		}
	}
	return out, err
}

// allUnits are the units of the centre, of which one may review an item first.
func (h handlers) allUnits(c *web.Ctx) ([]web.Option, error) {
	list, err := h.Org.UnitTree(c.Context())
	var out []web.Option
	for _, u := range list {
		out = append(out, web.Option{Value: u.ID, Label: u.Name})
	}
	return out, err
}

func (h handlers) sites(c *web.Ctx) ([]web.Option, error) {
	list, _, err := h.Org.ListSites(c.Context(), org.SiteQuery{Active: true, Limit: 500})
	var out []web.Option
	for _, s := range list {
		if s.ParentID != "" {
			out = append(out, web.Option{Value: s.ID, Label: s.Name})
		}
	}
	return out, err
}

func (h handlers) export(c *web.Ctx) error {
	return c.Stream("事项目录.xlsx", xlsx.ContentType, func(w io.Writer) error { return writeList(w, h.exporter(c)) })
}

// exportLines gives the list as JSON, an item a line, in the field names of GB/T 39046-2020; it can be imported again.
func (h handlers) exportLines(c *web.Ctx) error {
	return c.Stream("事项目录.jsonl", "application/jsonl; charset=utf-8", func(w io.Writer) error { return item.WriteLines(w, h.exporter(c)) })
}

// exporter gives the rows of the list as the actor of the request sees them.
func (h handlers) exporter(c *web.Ctx) func(add func([]string) error) error {
	return func(add func([]string) error) error { return h.Item.Export(c.Context(), add) }
}

// writeList writes a list of items as a spreadsheet.
func writeList(w io.Writer, rows func(add func([]string) error) error) error {
	var columns []xlsx.Column
	for _, name := range item.ListColumns() {
		columns = append(columns, xlsx.Column{Label: name, Kind: xlsx.Text, Width: 18})
	}
	return xlsx.Table(w, "事项目录", columns, func(add func(cells ...any) error) error {
		return rows(func(cells []string) error {
			out := make([]any, len(cells))
			for i, s := range cells {
				out[i] = s
			}
			return add(out...)
		})
	})
}
