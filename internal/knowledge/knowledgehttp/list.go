package knowledgehttp

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/knowledge"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// listView is the office's list of entries, by filters or by words.
type listView struct {
	form       *web.Form
	query      string
	rows       []knowledge.EntryRow
	found      knowledge.Result
	next       string
	health     knowledge.Health
	works      bool // the reader writes or reviews
	imports    bool
	units      []web.Option
	categories []web.Option
	today      clock.Date
}

// list shows the entries; with words it searches the published ones.
func (s desk) list(c *web.Ctx) error {
	f := c.Form()
	v := listView{form: f, query: f.Text("q"), works: c.Can(knowledge.PermWrite), imports: c.Can(knowledge.PermImport), today: c.Now().Date()}
	if err := s.choices(c, &v.units, &v.categories); err != nil {
		return err
	}
	var err error
	if v.query != "" {
		v.found, err = s.Knowledge.Search(c.Context(), knowledge.Search{Query: v.query, UnitID: f.Text("unit"), Category: f.Text("category"), Expired: v.works, After: f.Text("after")})
		v.next = v.found.Next
	} else {
		v.rows, v.next, err = s.Knowledge.List(c.Context(), filterOf(f))
	}
	if err != nil {
		return err
	}
	if v.works {
		if v.health, err = s.Knowledge.Health(c.Context()); err != nil {
			return err
		}
	}
	return c.Render(listPage(v))
}

// shows are the views of the list that its filter 状态 offers.
var shows = []web.Option{{Value: "published", Label: "已发布"}, {Value: "expired", Label: "已过期"}, {Value: "draft", Label: "采编中"}, {Value: "unit_review", Label: "待单位审核"},
	{Value: "office_review", Label: "待热线办复核"}, {Value: "withdrawn", Label: "已下架"}, {Value: "unused", Label: "没有被引用过"}}

func filterOf(f *web.Form) knowledge.Filter {
	out := knowledge.Filter{UnitID: f.Text("unit"), Category: f.Text("category"), Level: knowledge.Level(f.Text("level")), After: f.Text("after")}
	switch show := f.Text("show"); show {
	case "published":
		out.Live = knowledge.Published
	case "expired":
		out.Expired = true
	case "withdrawn":
		out.Live = knowledge.Withdrawn
	case "unused":
		out.Uncited = true
	default:
		out.Stage = knowledge.Stage(show)
	}
	return out
}

// choices loads the units and categories that forms choose from.
func (s desk) choices(c *web.Ctx, units, categories *[]web.Option) error {
	tree, err := s.Org.UnitTree(c.Context())
	if err != nil {
		return err
	}
	a := c.Actor()
	for _, u := range tree {
		mine := org.Sees(a, knowledge.PermWrite, u.Row()) || a.Scope(knowledge.PermWrite) == 0
		if u.Is(org.UnitHandling) && u.Active(c.Now().Date()) && mine {
			*units = append(*units, web.Option{Value: u.ID, Label: strings.Repeat("　", int(max(u.Level-2, 0))) + u.Name})
		}
	}
	*categories, err = s.Categories(c.Context())
	return err
}

func (v listView) tiles() []web.Tile {
	h := v.health
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	tiles := []web.Tile{{Label: "已发布", Value: number(h.Published), Unit: "条", Href: "/knowledge?show=published"}, {Label: "已过期", Value: number(h.Expired), Unit: "条", Href: "/knowledge?show=expired"},
		{Label: "30 天内到期复核", Value: number(h.DueSoon), Unit: "条", Href: "/knowledge/todo"}, {Label: "在编和在审", Value: number(h.InWork), Unit: "条", Href: "/knowledge/todo"},
		{Label: "待答复的纠错", Value: number(h.OpenCorrections), Unit: "条", Hint: "超时 " + number(h.LateCorrections), Href: "/knowledge/todo"}}
	return tiles
}

// near reports whether the list shows only what comes near the words.
func (v listView) near() bool { return len(v.found.Entries) == 0 && len(v.found.Near) > 0 }

func (v listView) table() web.Table {
	t := web.Table{ID: "entries", Caption: "知识条目", Next: v.next, Columns: []web.Column{{Label: "编号"}, {Label: "标题", Grow: true, Wrap: true}, {Label: "主责单位", Minor: true}, {Label: "状态"},
		{Label: "公开级别", Minor: true}, {Label: "有效期至", Minor: true}, {Label: "引用", Number: true, Minor: true}},
		Empty: web.Empty{Title: "没有符合条件的知识条目", Text: "可以换一个词，或去掉筛选再看。"}}
	if v.works {
		t.Empty.Next = &web.Link{Label: "采编一条", Href: "/knowledge/new"}
	}
	if v.query == "" {
		t.Download = "/knowledge/export.xlsx"
	}
	for i := range v.rows {
		r := &v.rows[i]
		t.Rows = append(t.Rows, v.row(r, web.CellText(r.Title)))
	}
	list := v.found.Entries
	if v.near() {
		list = v.found.Near
	}
	for i := range list {
		t.Rows = append(t.Rows, v.row(&list[i].EntryRow, foundCell(list[i].TitleParts, list[i].Parts)))
	}
	return t
}

func (v listView) row(r *knowledge.EntryRow, title templ.Component) web.Row {
	return web.Row{ID: r.ID, Href: entryPath(r.No), Cells: []templ.Component{web.CellLink(entryPath(r.No), r.No), title, web.CellText(r.UnitName), stateCell(&r.Entry, v.today),
		web.CellText(r.Level.Label()), web.CellText(validText(r.ValidTo)), web.CellNumber(r.Uses)}}
}

func entryPath(no string) string { return "/knowledge/entries/" + no }

func validText(d clock.Date) string {
	if d.IsZero() {
		return "长期"
	}
	return d.String()
}

// stateTone colours what an entry is to its readers.
func stateTone(e *knowledge.Entry, today clock.Date) web.Tone {
	switch {
	case e.Expired(today):
		return web.Warning
	case e.Live == knowledge.Published:
		return web.Success
	case e.Live == knowledge.Withdrawn:
		return ""
	}
	return web.Info
}

// exportXLSX sends the entries as they are filtered, in the form that import takes.
func (s desk) exportXLSX(c *web.Ctx) error {
	columns := make([]xlsx.Column, len(knowledge.ExportColumns))
	for i, label := range knowledge.ExportColumns {
		columns[i] = xlsx.Column{Label: label, Kind: xlsx.Text, Width: map[string]float64{"标题": 30, "问": 40, "答": 60, "依据文号": 24, "依据链接": 30}[label]}
	}
	return c.Stream("知识库 "+c.Now().Date().String()+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return xlsx.Table(w, "知识库", columns, func(add func(...any) error) error {
			return s.Knowledge.Export(c.Context(), filterOf(c.Form()), func(cells []string) error {
				row := make([]any, len(cells))
				for i, v := range cells {
					row[i] = v
				}
				return add(row...)
			})
		})
	})
}

// exportCSV is exportXLSX as CSV with the mark by which spreadsheet programs know UTF-8.
func (s desk) exportCSV(c *web.Ctx) error {
	return c.Stream("知识库 "+c.Now().Date().String()+".csv", "text/csv; charset=utf-8", func(w io.Writer) error {
		// What the filter gets wrong is said before anything is sent: the writer holds the first rows back.
		held := bufio.NewWriterSize(w, 64<<10)
		held.WriteString("\ufeff") //nolint:errcheck // told by Flush
		out := csv.NewWriter(held)
		if err := out.Write(knowledge.ExportColumns); err != nil {
			return err
		}
		if err := s.Knowledge.Export(c.Context(), filterOf(c.Form()), func(cells []string) error {
			safe := make([]string, len(cells))
			for i, v := range cells {
				safe[i] = plainCell(v)
			}
			return out.Write(safe)
		}); err != nil {
			return err
		}
		out.Flush()
		return errors.Join(out.Error(), held.Flush())
	})
}

// plainCell keeps a spreadsheet program from reading a text as a formula.
func plainCell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// newHref is where the key "n" leads.
func newHref(v listView) string {
	if v.works {
		return "/knowledge/new"
	}
	return ""
}
