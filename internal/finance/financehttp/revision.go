package financehttp

import (
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/finance"
	"yichuang/internal/finance/publication"
	"yichuang/internal/web"
)

// revisionView is a frozen revision with what it changed of the one before.
type revisionView struct {
	shown
	*finance.RevisionView
}

// revisionOf reads the revision of the address; what is no number is no revision.
func (h handlers) revisionOf(c *web.Ctx) (revisionView, error) {
	n, err := strconv.ParseInt(c.Param("revision"), 10, 64)
	if err != nil || n < 1 {
		return revisionView{}, finance.ErrRevision
	}
	v := revisionView{shown: shown{Year: yearOf(c), Revision: n}}
	v.RevisionView, err = h.Finance.Revision(c.Context(), v.Year, n)
	return v, err
}

// revisionTabs are the parts of a frozen revision.
func revisionTabs(s shown, current string) []web.Tab {
	var out []web.Tab
	for _, t := range []struct{ href, label string }{{"", "这一版"}, {"/tables/T01", "决算表"}, {"/text", "说明"}} {
		out = append(out, web.Tab{Label: t.label, Href: s.at(t.href), Current: t.label == current})
	}
	return out
}

func (h handlers) revision(c *web.Ctx) error {
	v, err := h.revisionOf(c)
	if err != nil {
		return err
	}
	return c.Render(revisionPage(v))
}

func (v revisionView) title() string {
	return number(v.Year) + " 年部门决算第 " + strconv.FormatInt(v.Revision, 10) + " 版"
}

func (v revisionView) items() []web.Item {
	return accountItems(v.Account, v.Names, "")
}

// documents lists the documents of the revision.
func (v revisionView) documents() []web.Link {
	var out []web.Link
	for _, f := range publication.Formats() {
		out = append(out, web.Link{Label: f.Label(), Href: documentPath(v.Account, f)})
	}
	return append(out, web.Link{Label: "封存的内容", Href: v.at("/content")})
}

// changesTable is what a correction changed, beside what was published before.
func (v revisionView) changesTable() web.Table {
	t := web.Table{ID: "changes", Caption: "与上一版不同的单元格", Columns: []web.Column{{Label: "表"}, {Label: "行", Grow: true}, {Label: "栏"}, {Label: "更正前", Unit: "万元", Number: true}, {Label: "更正后", Unit: "万元", Number: true}},
		Empty: web.Empty{Title: "表上的数没有变化"}}
	for _, x := range v.Changes {
		t.Rows = append(t.Rows, web.Row{ID: string(x.Ref), Cells: []templ.Component{web.CellText(x.Form), web.CellText(x.Row), web.CellText(x.Column), web.CellText(orBlank(x.Before)), web.CellText(orBlank(x.After))}})
	}
	return t
}

func orBlank(text string) string {
	if text == "" {
		return "空白"
	}
	return text
}

func (h handlers) revisionTable(c *web.Ctx) error {
	v, err := h.revisionOf(c)
	if err != nil {
		return err
	}
	s := v.Disclosure.Statement
	t := s.Table(c.Param("table"))
	if t == nil {
		return finance.ErrCell
	}
	return c.Render(tablePage(tableView{shown: v.shown, Statement: s, Table: t, Drawing: s.Draw(t)}))
}

func (h handlers) revisionCell(c *web.Ctx) error {
	n, err := strconv.ParseInt(c.Param("revision"), 10, 64)
	if err != nil || n < 1 {
		return finance.ErrRevision
	}
	v := cellView{shown: shown{Year: yearOf(c), Revision: n}, Ref: refOf(c)}
	if v.Origin, err = h.Finance.RevisionOrigin(c.Context(), v.Year, n, v.Ref, c.Query("after")); err != nil {
		return err
	}
	if v.lookup, err = h.lookup(c, v.Year); err != nil {
		return err
	}
	return c.Render(cellPage(v))
}

func (h handlers) revisionText(c *web.Ctx) error {
	v, err := h.revisionOf(c)
	if err != nil {
		return err
	}
	return c.Render(textPage(textView{shown: v.shown, Disclosure: v.Disclosure}))
}

// revisionContent sends the content of a revision as it was hashed.
func (h handlers) revisionContent(c *web.Ctx) error {
	v, err := h.revisionOf(c)
	if err != nil {
		return err
	}
	return c.Download(number(v.Year)+"年部门决算第"+strconv.FormatInt(v.Revision, 10)+"版.json", "application/json; charset=utf-8", []byte(v.Account.Content))
}
