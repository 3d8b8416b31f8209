package pdf_test

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yichuang/internal/document/grid"
	"yichuang/internal/document/paper"
	"yichuang/internal/document/pdf"
	"yichuang/internal/needtest"
)

// writer gives a writer with the fonts that are built in.
func writer(t testing.TB) *pdf.Writer {
	t.Helper()
	w := pdf.NewWriter()
	err := w.Write(&bytes.Buffer{}, paper.Document{})
	needtest.Have(t, !errors.Is(err, pdf.ErrNoFonts), "needs the fonts of `make assets`")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func written(t testing.TB, w *pdf.Writer, d paper.Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := w.Write(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func blocks(b ...paper.Block) paper.Document {
	return paper.Document{Sections: []paper.Section{{Blocks: b}}}
}

// texts are the runs of a page.
func texts(p pdf.Page) []string {
	var out []string
	for _, r := range p.Runs {
		out = append(out, r.Text)
	}
	return out
}

func TestTheSameDocumentGivesTheSameBytes(t *testing.T) {
	first := written(t, writer(t), sample(t))
	if again := written(t, writer(t), sample(t)); !bytes.Equal(first, again) {
		t.Error("two writers give different bytes")
	}
	if len(first) > 150_000 {
		t.Errorf("%d bytes: the fonts are not cut down", len(first))
	}
}

func TestWrittenDocumentsAreReadBack(t *testing.T) {
	f := open(t, reader(t, pdf.Limits{}), written(t, writer(t), sample(t)))
	if f.Title != "某市政务服务中心2024年度部门决算公开说明" || f.Producer != "Yichuang" {
		t.Errorf("%q by %q", f.Title, f.Producer)
	}
	wide := slices.IndexFunc(f.Pages, func(p pdf.Page) bool { return p.Width > p.Height })
	if wide < 0 {
		t.Fatal("no landscape page")
	}
	for _, want := range []string{"公开07表", "单位：万元", "12.50", "11.86", "9.97", "— 5 —", "（境）费"} {
		if !slices.Contains(texts(f.Pages[wide]), want) {
			t.Errorf("the wide table lacks %q: %q", want, texts(f.Pages[wide]))
		}
	}
	heads := 0
	for _, p := range f.Pages[wide+1:] {
		if slices.Contains(texts(p), "科目编码") {
			heads++
			if !slices.Contains(texts(p), "行次") || !slices.Contains(texts(p), "项目支出") {
				t.Errorf("page %d repeats a part of the head", p.Number)
			}
		}
	}
	if heads != 5 {
		t.Errorf("the head stands on %d pages", heads)
	}
	contents := strings.Join(texts(f.Pages[0]), "|")
	if !regexp.MustCompile(`第一部分　部门概况\|.*第二部分　2024年度部门决算表`).MatchString(contents) || !strings.Contains(contents, "|5|") {
		t.Errorf("contents: %s", contents)
	}
}

// Characters that the fonts lack print as 〓, but are still what they are when the text is copied or searched.
func TestRareCharactersPrint(t *testing.T) {
	f := open(t, reader(t, pdf.Limits{}), written(t, writer(t), blocks(paper.Text(paper.Plain, "䶮㛃喆堃𣲗𬭎，𠮷😀完"))))
	if got := strings.Join(texts(f.Pages[0]), ""); !strings.HasPrefix(got, "䶮㛃喆堃𣲗𬭎，𠮷😀完") {
		t.Error(got)
	}
}

// Links, outline and properties stand in the file as readers expect them.
func TestLinksAndOutline(t *testing.T) {
	data := written(t, writer(t), sample(t))
	for _, want := range []string{"/URI(https://www.npc.gov.cn/law?id=1&x=\\(2\\))", "/PageMode/UseOutlines", "/Lang(zh-CN)", "/DisplayDocTitle true", "/CreationDate(D:20250820010000Z)"} {
		if !bytes.Contains(data, []byte(want)) {
			t.Errorf("the file lacks %s", want)
		}
	}
	// Five headings: two of the first level at the root, and below the first one two more, one of them with a child.
	if n := len(regexp.MustCompile(`/Title<FEFF[0-9A-F]+>/Parent`).FindAll(data, -1)); n != 5 {
		t.Errorf("%d entries of the outline", n)
	}
	if !regexp.MustCompile(`/Type/Outlines/First \d+ 0 R/Last \d+ 0 R/Count 2>>`).Match(data) {
		t.Error("the outline's root is not that of two parts")
	}
	if n := bytes.Count(data, []byte("/Subtype/Link")); n != 8 { // five of the contents, two of the text, one of them over two lines
		t.Errorf("%d links", n)
	}
}

func TestWriterRefuses(t *testing.T) {
	for name, d := range map[string]paper.Document{
		"table":   blocks(paper.Table{}),
		"picture": blocks(paper.Picture{Data: []byte("x")}),
		"chart":   blocks(paper.Chart{}),
		"link":    blocks(paper.Paragraph{Runs: []paper.Run{{Text: "x", Link: "#nowhere"}}}),
	} {
		var b bytes.Buffer
		if err := writer(t).Write(&b, d); err == nil || b.Len() > 0 {
			t.Errorf("%s: %v, %d bytes", name, err, b.Len())
		}
	}
}

// Whatever the table, every cell's words come back between the rules around it, and no number is cut by the end of
// a line.
func TestAnyTableComesBackAtItsCells(t *testing.T) {
	w, r := writer(t), reader(t, pdf.Limits{})
	rapid.Check(t, func(rt *rapid.T) {
		columns := rapid.IntRange(1, 8).Draw(rt, "columns")
		table := grid.Table{Columns: make([]grid.Column, columns), Head: [][]grid.Cell{nil}}
		amount := rapid.StringMatching(`-?[1-9][0-9]{0,8}\.[0-9]{2}`)
		words := rapid.StringMatching(`[支出收入合计项目行政运行（）、]{1,18}`)
		for c := range columns {
			table.Columns[c] = grid.Column{Width: rapid.Float64Range(1, 4).Draw(rt, "width"), Align: grid.Align(rapid.IntRange(1, 3).Draw(rt, "align"))}
			table.Head[0] = append(table.Head[0], grid.Cell{Text: fmt.Sprintf("栏%d", c+1)})
		}
		for range rapid.IntRange(1, 40).Draw(rt, "rows") {
			var row []grid.Cell
			for range columns {
				text := amount.Draw(rt, "amount")
				if rapid.Bool().Draw(rt, "text") {
					text = words.Draw(rt, "words")
				}
				row = append(row, grid.Cell{Text: text})
			}
			table.Body = append(table.Body, row)
		}
		landscape := rapid.Bool().Draw(rt, "landscape")
		d := paper.Document{Sections: []paper.Section{{Landscape: landscape, Blocks: []paper.Block{paper.Table{Table: table}}}}}
		var b bytes.Buffer
		if err := w.Write(&b, d); err != nil {
			rt.Fatal(err)
		}
		f, err := r.Open(t.Context(), bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			rt.Fatal(err)
		}
		compare(rt, table, cells(rt, f, columns))
	})
}

// cells rebuilds the body of a table from the rules: rows between lying rules, columns between standing ones.
func cells(t *rapid.T, f *pdf.File, columns int) [][]string {
	var out [][]string
	for _, p := range f.Pages {
		var xs, ys []float64
		for _, r := range p.Rules {
			if r.Lies() {
				ys = append(ys, r.Y0)
			} else {
				xs = append(xs, r.X0)
			}
		}
		xs, ys = distinct(xs), distinct(ys)
		if len(xs) != columns+1 {
			t.Fatalf("page %d has %d standing rules for %d columns", p.Number, len(xs), columns)
		}
		for y := 1; y+1 < len(ys); y++ { // the first row of every page is the head
			row := make([]string, columns)
			for _, r := range p.Runs {
				if middle := r.Y - 0.36*r.Size; middle > ys[y] && middle < ys[y+1] {
					c, _ := slices.BinarySearch(xs, (r.X+r.Right)/2)
					if c < 1 || c > columns || r.X < xs[c-1] || r.Right > xs[c]+0.5 {
						t.Fatalf("page %d: %q from %v to %v lies in no column of %v", p.Number, r.Text, r.X, r.Right, xs)
					}
					row[c-1] += r.Text + "\n"
				}
			}
			out = append(out, row)
		}
	}
	return out
}

func distinct(vs []float64) []float64 {
	slices.Sort(vs)
	return slices.CompactFunc(vs, func(a, b float64) bool { return math.Abs(a-b) < 0.6 })
}

func compare(t *rapid.T, table grid.Table, got [][]string) {
	if len(got) != len(table.Body) {
		t.Fatalf("%d rows, want %d", len(got), len(table.Body))
	}
	for i, row := range table.Body {
		for j, c := range row {
			if read := strings.TrimSuffix(got[i][j], "\n"); strings.ReplaceAll(read, "\n", "") != c.Text || strings.ContainsAny(c.Text, "0123456789") && read != c.Text {
				t.Fatalf("row %d, column %d is %q, want %q", i+1, j+1, read, c.Text)
			}
		}
	}
}

// Any text is set without being lost, and no line begins or ends with a sign that must not stand there.
func TestAnyTextIsSetWhole(t *testing.T) {
	w, r := writer(t), reader(t, pdf.Limits{})
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringMatching(`([收支总计增长万元政务服务]{1,6}|[0-9]{1,6}(\.[0-9]{2})?%?|[，。；、：“”（）《》])+`).Draw(rt, "text")
		var b bytes.Buffer
		if err := w.Write(&b, blocks(paper.Text(paper.Body, text))); err != nil {
			rt.Fatal(err)
		}
		f, err := r.Open(t.Context(), bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			rt.Fatal(err)
		}
		read, last := "", 0.0
		for _, p := range f.Pages {
			for _, run := range p.Runs {
				if strings.HasPrefix(run.Text, "— ") {
					continue
				}
				if read != "" && (run.Y > last+5 || run.Y < last-5) {
					before, after := []rune(read), []rune(run.Text)
					if tail := before[len(before)-1]; strings.ContainsRune("“（《", tail) && len(before) > 1 && !strings.ContainsRune("“（《，。；、：”）》", before[len(before)-2]) {
						rt.Fatalf("a line ends with %c in %q", tail, text)
					}
					if strings.ContainsRune("，。；、：”）》%", after[0]) && !strings.ContainsRune("“（《，。；、：”）》", before[len(before)-1]) {
						rt.Fatalf("a line begins with %c in %q", after[0], text)
					}
				}
				read, last = read+run.Text, run.Y
			}
		}
		if read != text {
			rt.Fatalf("%q, want %q", read, text)
		}
	})
}

// TestPagesAreDrawn draws the pages with another program than the one that reads them: nothing may stand outside the
// margins, and every page has ink. PDF_PAGES names a folder in which the pictures are kept.
func TestPagesAreDrawn(t *testing.T) {
	program, err := exec.LookPath("pdftoppm")
	needtest.Have(t, err == nil, "needs pdftoppm (poppler-utils)")
	dir := t.TempDir()
	if keep := os.Getenv("PDF_PAGES"); keep != "" {
		dir = keep
	}
	path := filepath.Join(dir, "sample.pdf")
	if err := os.WriteFile(path, written(t, writer(t), sample(t)), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(program, "-r", "72", "-gray", "-png", path, filepath.Join(dir, "page")).CombinedOutput(); err != nil || len(out) > 0 {
		t.Fatalf("%v: %s", err, out)
	}
	pages, err := filepath.Glob(filepath.Join(dir, "page-*.png"))
	if err != nil || len(pages) < 8 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	for _, name := range pages {
		if inside, outside := ink(t, name); inside < 200 || outside > 0 {
			t.Errorf("%s: %d dark points inside the margins, %d outside", filepath.Base(name), inside, outside)
		}
	}
}

// ink counts the dark points of a page inside and outside of its margins, the line of the page number counted in.
func ink(t *testing.T, name string) (inside, outside int) {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	img, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	b := img.Bounds()
	margins := [4]int{76, 102, 70, 60} // left, top, right, bottom
	if b.Dx() > b.Dy() {
		margins = [4]int{96, 76, 100, 40}
	}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if r, _, _, _ := img.At(x, y).RGBA(); r > 0x9000 {
				continue
			}
			if x < margins[0] || y < margins[1] || x >= b.Dx()-margins[2] || y >= b.Dy()-margins[3] {
				outside++
			} else {
				inside++
			}
		}
	}
	return inside, outside
}
