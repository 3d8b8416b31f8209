package financehttp

import (
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/finance"
	"yichuang/internal/finance/publication"
	"yichuang/internal/web"
)

func registerPublication(kit *web.Kit, h handlers) {
	kit.Page("GET /finance/{year}/publication", finance.PermRead, h.publication)
	kit.Page("GET /finance/{year}/publication/{format}", finance.PermRead, h.document)
}

// publicationView lists the documents of a year: those of the newest revision, and of earlier published ones.
type publicationView struct {
	finance.AccountView
	Year int
}

func (h handlers) publication(c *web.Ctx) error {
	v := publicationView{Year: yearOf(c)}
	var err error
	if v.AccountView, err = h.Finance.Account(c.Context(), v.Year); err != nil {
		return err
	}
	return c.Render(publicationPage(v))
}

func (v publicationView) lead() string {
	if v.Current.State == finance.Published {
		return "公开的文件由封存的内容生成，每次生成前核对校验值，内容不会变。"
	}
	return "现在的内容还没有公开，文件封面注明“" + v.Current.State.Label() + "”。"
}

// offered are the revisions that have documents: the newest, and whatever was published.
func (v publicationView) offered() []finance.Account {
	var out []finance.Account
	for i, a := range v.Revisions {
		if i == 0 || a.State == finance.Published || a.State == finance.Corrected {
			out = append(out, a)
		}
	}
	return out
}

func revisionTitle(a finance.Account) string {
	t := "第 " + strconv.FormatInt(a.Revision, 10) + " 版，" + a.State.Label()
	if a.PublishedOn != clock.NoDate && !a.PublishedOn.IsZero() {
		t += "，" + web.DayText(a.PublishedOn) + "公开"
	}
	return t
}

func documentPath(a finance.Account, f publication.Format) string {
	return path(a.Year, "/publication/"+string(f)+"?revision="+strconv.FormatInt(a.Revision, 10))
}

func (v publicationView) table(a finance.Account) web.Table {
	t := web.Table{ID: "documents-" + strconv.FormatInt(a.Revision, 10), Caption: "文件", Columns: []web.Column{{Label: "格式", Grow: true}, {Label: "用途"}}}
	row := func(label, href, use string) {
		t.Rows = append(t.Rows, web.Row{ID: strconv.Itoa(len(t.Rows)), Cells: []templ.Component{web.CellLink(href, label), web.CellText(use)}})
	}
	for _, f := range publication.Formats() {
		row(f.Label(), documentPath(a, f), f.Use())
		if f == publication.HTML {
			row("网页（内部核对用）", documentPath(a, f)+"&inside=1", "与公开的网页相同，另外每个单元格连到账簿里的分录；不要对外公开")
		}
	}
	return t
}

// document sends one format of a revision.
func (h handlers) document(c *web.Ctx) error {
	f := publication.Format(c.Param("format"))
	revision, err := strconv.ParseInt(c.Query("revision"), 10, 64)
	if c.Query("revision") == "" {
		revision, err = 0, nil
	}
	if err != nil || f.Label() == "" {
		return finance.ErrYear
	}
	p, err := h.Finance.Publication(c.Context(), yearOf(c), revision, f)
	if err != nil {
		return err
	}
	o := publication.Options{Print: h.Print}
	if c.Query("inside") == "1" {
		o.Inside = origin(c.Request)
	}
	return c.Stream(p.Name(f), f.ContentType(), func(w io.Writer) error { return p.Write(w, f, o) })
}

// origin is the address under which the reader asked, for links in a file that is kept.
func origin(r *http.Request) string {
	u := url.URL{Scheme: "http", Host: r.Host}
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		u.Scheme = "https"
	}
	return u.String()
}
