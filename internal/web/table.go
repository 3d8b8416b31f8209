package web

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/money"
)

// Column is one column of a table.
type Column struct {
	Label string
	// Key lets the reader choose the column when the table offers it (Table.Choose); columns without a key always show.
	Key  string
	Unit string // in the head, for numbers
	// Sort is the key in the address ("sort=due", "sort=-due"); "" for a column that cannot be sorted.
	Sort string
	// Number aligns right with tabular figures.
	Number bool
	// Minor columns are left out on narrow screens.
	Minor bool
	// Grow is the column that takes the room the others leave and is cut when there is little, such as a title.
	Grow bool
	// Wrap lets long text break instead of cutting it.
	Wrap bool
	// Name is the column that a row is called by: on narrow screens it heads the row. Without one, the column that grows
	// does.
	Name bool
}

func (c Column) class() string {
	var names []string
	for _, n := range []struct {
		name string
		is   bool
	}{{"num", c.Number}, {"minor", c.Minor}, {"grow", c.Grow}, {"wrap", c.Wrap}, {"name", c.Name}} {
		if n.is {
			names = append(names, n.name)
		}
	}
	return strings.Join(names, " ")
}

// Row is one line of a table. Href is where Enter and the first link lead.
type Row struct {
	ID    string
	Href  string
	Cells []templ.Component
	// State colours the row's edge: a Light, or "" for none.
	State Light
	// Open marks the row whose record is shown beside the list.
	Open bool
	// Pick is the value of the row's checkbox where the table has a Bulk, PickLabel what it picks, for screen readers.
	Pick, PickLabel string
}

// Table is a list of records (列表) with sort links, a "more" link and a download, all of which keep the filters in the
// address.
type Table struct {
	ID      string // unique on the page; also the fragment's id
	Caption string // for screen readers, and above printed tables
	Columns []Column
	Rows    []Row
	// Next is the cursor of the next page, "" on the last; it goes into the address as "after".
	Next string
	// Total is shown under the list when it is known without counting; -1 or 0 for unknown.
	Total int
	// Download is the address of the XLSX of exactly what is filtered; the current filters are added to it.
	Download string
	// Empty says what would be here, and offers the next step.
	Empty Empty
	// Foot holds the sums, one component for each column; nil for none.
	Foot []templ.Component
	// Choose offers a choice of columns, kept in the address as "cols".
	Choose bool
	// Bulk is what can be done to several rows at once; nil for nothing.
	Bulk *Bulk
}

// shown gives the indexes of the columns that the address chooses; all of them where it says nothing.
func (t Table) shown(v *view) []int {
	chosen := v.url.Query()["cols"]
	var out []int
	for i, c := range t.Columns {
		if !t.Choose || len(chosen) == 0 || c.Key == "" || slices.Contains(chosen, c.Key) {
			out = append(out, i)
		}
	}
	return out
}

// stacks reports whether rows become blocks on a phone, which they do where one column holds the title.
func (t Table) stacks() bool {
	return slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Grow })
}

// kept are the values of the address that a choice of columns must not lose.
func (t Table) kept(v *view) [][2]string {
	var out [][2]string
	q := v.url.Query()
	for _, name := range slices.Sorted(maps.Keys(q)) {
		if name == "cols" || name == "after" {
			continue
		}
		for _, value := range q[name] {
			out = append(out, [2]string{name, value})
		}
	}
	return out
}

// cellLabel names a number on a phone, where the head is not shown.
func (c Column) cellLabel() string {
	if !c.Number {
		return ""
	}
	if c.Unit != "" {
		return c.Label + "（" + c.Unit + "）"
	}
	return c.Label
}

// Empty is what a list without entries says.
type Empty struct {
	Title string
	Text  string
	Next  *Link
}

func (t Table) rowsID() string { return t.ID + "-rows" }

// sortHref is the address that sorts by the column: ascending first, then descending.
func (t Table) sortHref(v *view, c Column) string {
	next := c.Sort
	if v.url.Query().Get("sort") == c.Sort {
		next = "-" + c.Sort
	}
	return v.address("sort", next, "after", "")
}

func (t Table) ariaSort(v *view, c Column) string {
	switch v.url.Query().Get("sort") {
	case c.Sort:
		return "ascending"
	case "-" + c.Sort:
		return "descending"
	}
	return "none"
}

func (t Table) moreHref(v *view) string { return v.address("after", t.Next) }

func (t Table) downloadHref(v *view) string {
	q := v.url.Query()
	q.Del("after")
	sep := "?"
	if strings.Contains(t.Download, "?") {
		sep = "&"
	}
	if len(q) == 0 {
		return t.Download
	}
	return t.Download + sep + q.Encode()
}

func (t Table) fragmentHeader() string { return fmt.Sprintf(`{"X-Fragment":%q}`, t.rowsID()) }

// cell renders plain text, escaped.
type cell func(w io.Writer) error

// Render writes the cell.
func (c cell) Render(_ context.Context, w io.Writer) error { return c(w) }

func escaped(format string, args ...any) templ.Component {
	for i, a := range args {
		if s, ok := a.(string); ok {
			args[i] = templ.EscapeString(s)
		}
	}
	s := fmt.Sprintf(format, args...)
	return cell(func(w io.Writer) error { _, err := io.WriteString(w, s); return err })
}

// CellText is plain text.
func CellText(s string) templ.Component { return escaped("%s", s) }

// CellLink is text that leads somewhere; the first one of a row opens its record.
func CellLink(href, label string) templ.Component {
	return escaped(`<a href="%s">%s</a>`, string(templ.URL(href)), label)
}

// CellNumber is a whole number with thousands separators.
func CellNumber(n int64) templ.Component { return CellText(GroupDigits(strconv.FormatInt(n, 10))) }

// CellYuan is an amount in 元 with two decimals.
func CellYuan(f money.Fen) templ.Component { return CellText(GroupDigits(f.Yuan())) }

// CellDate is a day.
func CellDate(d clock.Date) templ.Component { return CellText(d.String()) }

// CellTime is a moment to the minute.
func CellTime(i clock.Instant) templ.Component {
	return escaped(`<time datetime="%s">%s</time>`, machineTime(i), i.String())
}

// GroupDigits puts a comma between every three digits of the whole part.
func GroupDigits(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, frac, dot := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if dot {
		frac = "." + frac
	}
	return sign + whole + frac
}

// FilterBar is the row of filters above a list; it submits to the list's own address.
type FilterBar struct {
	Action string
	// Search is the field of the "/" key, "" for none; Placeholder says what can be searched.
	Search      string
	Placeholder string
	// Submit is the word of the button of a bar that only searches; 筛选 where it is not said.
	Submit string
	// Active are the filters set now, each with a link that takes it away.
	Active []ActiveFilter
}

// ActiveFilter is one filter that is set: its label and the names in the address that set it.
type ActiveFilter struct {
	Label string
	Names []string
}

func (a ActiveFilter) dropHref(v *view) string {
	pairs := []string{"after", ""}
	for _, n := range a.Names {
		pairs = append(pairs, n, "")
	}
	return v.address(pairs...)
}

func (b FilterBar) action(v *view) string {
	if b.Action != "" {
		return b.Action
	}
	return v.url.Path
}

func queryValue(u *url.URL, name string) string { return u.Query().Get(name) }
