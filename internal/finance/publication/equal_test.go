package publication_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"yichuang/internal/document/grid"
	"yichuang/internal/document/pdf"
	"yichuang/internal/finance/publication"
	"yichuang/internal/finance/statement"
	"yichuang/internal/needtest"
)

// layouts runs a test with every layout of the tables.
func layouts(t *testing.T, test func(t *testing.T, p *publication.Publication)) {
	for _, layout := range []string{"gansu-2024", "plain-2024"} {
		t.Run(layout, func(t *testing.T) { test(t, accounts(t, layout)) })
	}
}

// cells are all cells of the statement.
func cells(p *publication.Publication) []*statement.Cell {
	var out []*statement.Cell
	for _, t := range p.Statement.Tables {
		for _, r := range t.Rows {
			out = append(out, r.Cells...)
		}
	}
	return out
}

// drawn are the cells that the tables print: 06表 has no place for the sum of its two totals.
func drawn(p *publication.Publication) []*statement.Cell {
	var out []*statement.Cell
	for _, t := range p.Statement.Tables {
		for _, row := range p.Statement.Draw(t).Body {
			for _, s := range row {
				if s.Cell != nil {
					out = append(out, s.Cell)
				}
			}
		}
	}
	return out
}

// placed are the rows of a table as they are drawn.
func placed(t *testing.T, p *publication.Publication, table *statement.Table) []grid.Row {
	t.Helper()
	rows, err := p.Statement.Draw(table).Grid().Layout()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestThePageHasEveryCell(t *testing.T) {
	layouts(t, func(t *testing.T, p *publication.Publication) {
		root, err := html.Parse(bytes.NewReader(written(t, p, publication.HTML)))
		if err != nil {
			t.Fatal(err)
		}
		texts, links := map[string]string{}, []string{}
		heads := 0
		for n := range root.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			if n.Data == "th" && attr(n, "scope") != "" {
				heads++
			}
			if id := attr(n, "id"); id != "" {
				if _, twice := texts[id]; twice {
					t.Errorf("two elements %q", id)
				}
				texts[id] = content(n)
			}
			if to, ok := strings.CutPrefix(attr(n, "href"), "#"); ok && n.Data == "a" {
				to, _ = url.PathUnescape(to)
				links = append(links, to)
			}
		}
		for _, c := range drawn(p) {
			id := strings.ReplaceAll(string(c.Ref), "/", "-")
			if text, ok := texts[id]; !ok || text != c.Text() {
				t.Errorf("%s: %q, %v, the statement has %q", c.Ref, text, ok, c.Text())
			}
		}
		for _, to := range links {
			if _, ok := texts[to]; !ok {
				t.Errorf("a link to %q, which is nowhere", to)
			}
		}
		if heads < 100 || len(links) < 300 {
			t.Errorf("%d heads, %d links", heads, len(links))
		}
	})
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func content(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

func TestTheSpreadsheetHasNumbersAndWholeCodes(t *testing.T) {
	layouts(t, func(t *testing.T, p *publication.Publication) {
		f, err := excelize.OpenReader(bytes.NewReader(written(t, p, publication.XLSX)))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if len(f.GetSheetList()) != len(p.Statement.Tables) {
			t.Fatal(f.GetSheetList())
		}
		for i, table := range p.Statement.Tables {
			sheet := f.GetSheetList()[i]
			for r, row := range placed(t, p, table) {
				for _, s := range row.Slots {
					if !s.Top {
						continue
					}
					at, _ := excelize.CoordinatesToCellName(s.Col+1, r+4) // below the title and two lines
					sameInSheet(t, f, sheet, at, s)
				}
			}
		}
	})
}

var isCode = regexp.MustCompile(`^\d{3}(\d\d){0,2}$`)

func sameInSheet(t *testing.T, f *excelize.File, sheet, at string, s grid.Slot) {
	t.Helper()
	shown, err := f.GetCellValue(sheet, at)
	if err != nil || shown != s.Text {
		t.Errorf("%s %s: %q, %v, the statement has %q", sheet, at, shown, err, s.Text)
	}
	kind, err := f.GetCellType(sheet, at)
	if err != nil {
		t.Fatal(err)
	}
	if s.Value != nil && kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber {
		t.Errorf("%s %s: an amount is of type %d", sheet, at, kind)
	}
	if s.Value == nil && isCode.MatchString(s.Text) {
		column, _, _ := excelize.SplitCellName(at)
		width, _ := f.GetColWidth(sheet, column)
		if kind != excelize.CellTypeSharedString && kind != excelize.CellTypeInlineString || width < float64(len(s.Text)+2) {
			t.Errorf("%s %s: the code %s is of type %d in a column of %v", sheet, at, s.Text, kind, width)
		}
	}
}

func TestTheDocumentHasEveryCell(t *testing.T) {
	layouts(t, func(t *testing.T, p *publication.Publication) {
		tables := wordTables(t, written(t, p, publication.DOCX))
		if len(tables) != len(p.Statement.Tables) {
			t.Fatalf("%d tables", len(tables))
		}
		for i, table := range p.Statement.Tables {
			var want []string
			for _, r := range placed(t, p, table) {
				for _, s := range r.Slots {
					if s.Top {
						want = append(want, s.Text)
					} else {
						want = append(want, "")
					}
				}
			}
			if !slices.Equal(tables[i], want) {
				t.Errorf("%s: %q, the statement has %q", table.ID, tables[i], want)
			}
		}
	})
}

// wordTables gives the texts of the cells of every table in their order.
func wordTables(t *testing.T, b []byte) [][]string {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(unzipped(t, b)["word/document.xml"]))
	var out [][]string
	inside := false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			switch x.Name.Local {
			case "tbl":
				out, inside = append(out, nil), true
			case "tc":
				out[len(out)-1] = append(out[len(out)-1], "")
			}
		case xml.EndElement:
			if x.Name.Local == "tbl" {
				inside = false
			}
		case xml.CharData:
			if inside {
				last := out[len(out)-1]
				last[len(last)-1] += string(x)
			}
		}
	}
}

func unzipped(t *testing.T, b []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		r.Close()
	}
	return out
}

var amountOrCode = regexp.MustCompile(`^-?\d+\.\d\d$|^\d{3}(\d\d){0,2}$`)

func TestThePDFHasEveryAmountAndCode(t *testing.T) {
	layouts(t, func(t *testing.T, p *publication.Publication) {
		b := written(t, p, publication.PDF)
		r := pdf.NewReader(filepath.Join(os.TempDir(), "yichuang-pdf-code"), pdf.Limits{})
		needtest.Have(t, !errors.Is(r.Start(), pdf.ErrNoReader), "needs the PDF reader of `make assets`")
		defer r.Close()
		f, err := r.Open(t.Context(), bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		found, current := map[string][]string{}, ""
		for _, page := range f.Pages[4:] { // beyond cover, contents, part one, and the list of the tables
			for _, run := range page.Runs {
				text := strings.TrimSpace(run.Text)
				for i, table := range p.Statement.Tables {
					if text == statement.Ordinal(i+1)+"、"+table.Title {
						current = table.ID
					}
				}
				if strings.HasPrefix(text, "第三部分") {
					current = "text"
				}
				if amountOrCode.MatchString(text) {
					found[current] = append(found[current], text)
				}
			}
		}
		for _, table := range p.Statement.Tables {
			var want []string
			for _, row := range placed(t, p, table) {
				for _, s := range row.Slots {
					if s.Top && amountOrCode.MatchString(s.Text) {
						want = append(want, s.Text)
					}
				}
			}
			slices.Sort(want)
			slices.Sort(found[table.ID])
			if !slices.Equal(found[table.ID], want) {
				t.Errorf("%s: %v, the statement has %v", table.ID, found[table.ID], want)
			}
		}
	})
}

func TestTheModelHasEveryCellWithItsSources(t *testing.T) {
	layouts(t, func(t *testing.T, p *publication.Publication) {
		var m publication.Model
		if err := json.Unmarshal(written(t, p, publication.JSON), &m); err != nil {
			t.Fatal(err)
		}
		byRef := map[statement.Ref]publication.ModelCell{}
		for _, table := range m.Tables {
			for _, r := range table.Rows {
				for _, c := range r.Cells {
					byRef[c.Ref] = c
				}
			}
		}
		for _, c := range cells(p) {
			if x := byRef[c.Ref]; x.Text != c.Text() || x.Fen != int64(c.Fen) || !slices.Equal(x.Sources, c.Keys) || !slices.Equal(x.Terms, c.Terms) {
				t.Errorf("%s: %+v, the statement has %+v", c.Ref, x, c)
			}
		}
		if m.Format != publication.ModelVersion || len(m.Sections) != 13 || len(m.Tables) != 9 {
			t.Error(m.Format, len(m.Sections), len(m.Tables))
		}
	})
}

func TestTheDataPackageDescribesItsFiles(t *testing.T) {
	layouts(t, func(t *testing.T, p *publication.Publication) {
		files := unzipped(t, written(t, p, publication.ZIP))
		var d struct {
			Profile   string
			Resources []struct {
				Path, Hash string
				Bytes      int
				Schema     struct{ Fields []struct{ Name, Type string } }
			}
		}
		if err := json.Unmarshal(files["datapackage.json"], &d); err != nil || d.Profile != "tabular-data-package" || len(d.Resources) != 10 || len(files) != 11 {
			t.Fatal(err, d.Profile, len(d.Resources), len(files))
		}
		for i, r := range d.Resources {
			b := files[r.Path]
			sum := sha256.Sum256(b)
			if len(b) != r.Bytes || r.Hash != "sha256:"+hex.EncodeToString(sum[:]) {
				t.Errorf("%s: %d bytes, %s", r.Path, len(b), r.Hash)
			}
			rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			at := map[string]int{}
			for k, f := range r.Schema.Fields {
				if rows[0][k] != f.Name {
					t.Errorf("%s: the column %q is described as %q", r.Path, rows[0][k], f.Name)
				}
				at[f.Name] = k
				for _, row := range rows[1:] {
					if _, err := strconv.ParseFloat(row[k], 64); f.Type == "number" && row[k] != "" && err != nil {
						t.Errorf("%s: %q is no number", r.Path, row[k])
					}
				}
			}
			if i == len(p.Statement.Tables) {
				continue
			}
			for k, row := range p.Statement.Tables[i].Rows {
				for _, c := range row.Cells {
					_, _, no := c.Ref.Parts()
					if got := rows[k+1][at["c"+no]]; got != c.Text() || rows[k+1][at["code"]] != row.Code {
						t.Errorf("%s: %q, the statement has %q", c.Ref, got, c.Text())
					}
				}
			}
		}
	})
}

// TestTheSameAccountsGiveTheSameBytes: documents are made again whenever they are asked for.
func TestTheSameAccountsGiveTheSameBytes(t *testing.T) {
	for _, f := range publication.Formats() {
		if a, b := written(t, accounts(t, "gansu-2024"), f), written(t, accounts(t, "gansu-2024"), f); !bytes.Equal(a, b) {
			t.Errorf("%s: two makings differ", f)
		}
	}
}

// BenchmarkDocuments is the whole set of documents from tables and text.
func BenchmarkDocuments(b *testing.B) {
	p := accounts(b, "gansu-2024")
	for b.Loop() {
		for _, f := range publication.Formats() {
			if err := p.Write(io.Discard, f, publication.Options{Print: printer(b)}); err != nil {
				b.Fatal(fmt.Errorf("%s: %w", f, err))
			}
		}
	}
}
