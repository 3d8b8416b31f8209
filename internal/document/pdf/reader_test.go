package pdf_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"yichuang/internal/document/pdf"
	"yichuang/internal/needtest"
)

// reader gives a reader that keeps its machine code beside other temporary files, so that one run of the tests compiles
// it once.
func reader(t testing.TB, l pdf.Limits) *pdf.Reader {
	t.Helper()
	r := pdf.NewReader(filepath.Join(os.TempDir(), "yichuang-pdf-code"), l)
	needtest.Have(t, !errors.Is(r.Start(), pdf.ErrNoReader), "needs the PDF reader of `make assets`")
	t.Cleanup(func() { r.Close() })
	return r
}

func open(t testing.TB, r *pdf.Reader, data []byte) *pdf.File {
	t.Helper()
	f, err := r.Open(context.Background(), bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// plain builds a file by hand: one page for each content, with the type face F1 (not embedded, GBK) and the turn of the
// pages in degrees. The table of cross references is left out: readers rebuild it.
func plain(turn int, contents ...string) []byte {
	var b strings.Builder
	b.WriteString("%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n")
	kids := ""
	for i, c := range contents {
		n := 10 + 2*i
		kids += fmt.Sprintf("%d 0 R ", n)
		fmt.Fprintf(&b, "%d 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Rotate %d/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>\nendobj\n", n, turn, n+1)
		fmt.Fprintf(&b, "%d 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n", n+1, len(c), c)
	}
	fmt.Fprintf(&b, "2 0 obj\n<</Type/Pages/Kids[%s]/Count %d>>\nendobj\n", kids, len(contents))
	b.WriteString("3 0 obj\n<</Type/Font/Subtype/Type0/BaseFont/FangSong/Encoding/GBK-EUC-H/DescendantFonts[4 0 R]>>\nendobj\n" +
		"4 0 obj\n<</Type/Font/Subtype/CIDFontType2/BaseFont/FangSong/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/DW 1000/W[1[500] 814 908 500]/FontDescriptor 5 0 R>>\nendobj\n" +
		"5 0 obj\n<</Type/FontDescriptor/FontName/FangSong/Flags 4/FontBBox[0 -141 1000 859]/ItalicAngle 0/Ascent 859/Descent -141/CapHeight 700/StemV 80>>\nendobj\n" +
		"6 0 obj\n<</Title<FEFF51B37B97>/Producer(by hand)>>\nendobj\ntrailer\n<</Root 1 0 R/Info 6 0 R/Size 100>>\n%%EOF\n")
	return []byte(b.String())
}

// 收入 and 支出 in GBK, a number, ruled lines.
const content = `BT /F1 16 Tf 100 700 Td <CAD5C8EB> Tj ET
BT /F1 16 Tf 200 700 Td (1,176.80) Tj ET
BT /F1 16 Tf 100 660 Td <D6A7B3F6D6A7B3F6> Tj ET
BT /F1 16 Tf 200 660 Td (98.05) Tj ET
0.5 w 90 720 m 300 720 l S 90 640 210 1 re f 150 640 m 150 720 l S 1 1 1 rg 0 0 600 3 re f`

func TestOpenGivesTextWithPlaces(t *testing.T) {
	f := open(t, reader(t, pdf.Limits{}), plain(0, content, content))
	if f.Title != "决算" || f.Producer != "by hand" || len(f.Pages) != 2 {
		t.Fatalf("%q %q, %d pages", f.Title, f.Producer, len(f.Pages))
	}
	p := f.Pages[1]
	if p.Number != 2 || p.Width != 600 || p.Height != 800 {
		t.Errorf("page %d of %v × %v", p.Number, p.Width, p.Height)
	}
	want := []pdf.Run{{Text: "收入", X: 100, Y: 100}, {Text: "1,176.80", X: 200, Y: 100}, {Text: "支", X: 100, Y: 140}, {Text: "出支出", X: 116, Y: 140}, {Text: "98.05", X: 200, Y: 140}}
	// The rule at 150 goes through 支出支出, which ends at 164.
	want[2].Text, want[3] = "支出支", pdf.Run{Text: "出", X: 148, Y: 140}
	if len(p.Runs) != len(want) {
		t.Fatalf("%+v", p.Runs)
	}
	for i, r := range p.Runs {
		if r.Text != want[i].Text || math.Abs(r.X-want[i].X) > 0.1 || math.Abs(r.Y-want[i].Y) > 0.1 || math.Abs(r.Size-16) > 0.1 || r.Angle != 0 {
			t.Errorf("run %d is %+v, want %+v", i, r, want[i])
		}
	}
	rules := fmt.Sprintf("%.0f", p.Rules)
	if rules != "[{90 80 300 80} {90 160 300 160} {150 80 150 160}]" {
		t.Errorf("rules: %s", rules)
	}
}

func TestOpenTurnsPagesUpright(t *testing.T) {
	for name, data := range map[string][]byte{
		// The content is drawn sideways and the page turned back, as programs do for landscape.
		"turned by the file": plain(90, "0 1 -1 0 600 0 cm 0 -200 600 800 re W n 1 0 0 1 0 -200 cm "+content),
		"half turned":        plain(180, "-1 0 0 -1 600 800 cm "+content),
		"turned to the left": plain(270, "0 -1 1 0 0 800 cm 1 0 0 1 0 -200 cm "+content),
		"not turned back":    plain(0, "0 1 -1 0 600 0 cm 1 0 0 1 0 -200 cm "+content),
	} {
		p := open(t, reader(t, pdf.Limits{}), data).Pages[0]
		if name != "half turned" && (p.Width != 800 || p.Height != 600) {
			t.Errorf("%s: %v × %v", name, p.Width, p.Height)
		}
		got := ""
		for _, r := range p.Runs {
			got += fmt.Sprintf("%s@%.0f,%.0f/%.0f ", r.Text, r.X, r.Y, r.Angle)
		}
		if want := "收入@100,100/0 1,176.80@200,100/0 支出支@100,140/0 出@148,140/0 98.05@200,140/0 "; got != want && name != "not turned back" {
			t.Errorf("%s: %s", name, got)
		} else if name == "not turned back" && !strings.Contains(got, "1,176.80@200,100/0") {
			t.Errorf("%s: %s", name, got)
		}
		if got := fmt.Sprintf("%.0f", p.Rules[0]); got != "{90 80 300 80}" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	good := plain(0, content, content, content)
	for name, c := range map[string]struct {
		data []byte
		l    pdf.Limits
		want error
	}{
		"encrypted":     {locked(), pdf.Limits{}, pdf.ErrEncrypted},
		"unmapped":      {unmapped(), pdf.Limits{}, pdf.ErrUnmapped},
		"empty":         {nil, pdf.Limits{}, pdf.ErrBroken},
		"no PDF":        {[]byte("<html>收入</html>"), pdf.Limits{}, pdf.ErrBroken},
		"cut":           {good[:40], pdf.Limits{}, pdf.ErrBroken},
		"large":         {good, pdf.Limits{Bytes: 100}, pdf.ErrTooLarge},
		"many pages":    {good, pdf.Limits{Pages: 2}, pdf.ErrTooLarge},
		"many letters":  {good, pdf.Limits{Runes: 30}, pdf.ErrTooLarge},
		"no text":       {plain(0, "0 0 m 9 9 l S"), pdf.Limits{}, pdf.ErrNoText},
		"slow":          {good, pdf.Limits{Time: time.Nanosecond}, pdf.ErrTooSlow},
		"picture alone": {plain(0, "q 600 0 0 800 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q"), pdf.Limits{}, pdf.ErrNoText},
	} {
		if _, err := reader(t, c.l).Open(context.Background(), bytes.NewReader(c.data), int64(len(c.data))); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestOpenNamesScannedPages(t *testing.T) {
	f := open(t, reader(t, pdf.Limits{}), plain(0, content, "q 600 0 0 800 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q"))
	if got := f.Scanned(); len(got) != 1 || got[0] != 2 {
		t.Errorf("%v", got)
	}
}

func TestOpenStopsWhenTheCallerGoes(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	data := plain(0, content)
	if _, err := reader(t, pdf.Limits{}).Open(ctx, bytes.NewReader(data), int64(len(data))); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// BenchmarkOpen reads a file of 60 dense pages, which should take at most two seconds.
func BenchmarkOpen(b *testing.B) {
	long := "BT /F1 9 Tf 40 780 Td <CAD5C8EBD6A7B3F6CAD5C8EBD6A7B3F6> Tj ET\n"
	for y := 760; y > 40; y -= 16 {
		for x := 40; x < 560; x += 75 {
			long += fmt.Sprintf("BT /F1 9 Tf %d %d Td (%d,%03d.%02d) Tj ET 0.5 w %d %d m %d %d l S\n", x, y, x, y, (x+y)%100, x-2, y-4, x+73, y-4)
		}
	}
	pages := make([]string, 60)
	for i := range pages {
		pages[i] = long
	}
	for name, data := range map[string][]byte{"60 pages": plain(0, pages...), "1 page": plain(0, content)} {
		b.Run(name, func(b *testing.B) {
			r := reader(b, pdf.Limits{})
			if err := r.Start(); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				open(b, r, data)
			}
		})
	}
}

// locked is a file that opens with a password only (security handler 2, made up keys).
func locked() []byte {
	key := strings.Repeat("A1", 32)
	return bytes.Replace(plain(0, content), []byte("/Info 6 0 R"), []byte("/Info 6 0 R/ID[<01><01>]/Encrypt<</Filter/Standard/V 1/R 2/O<"+key+">/U<"+key+">/P -4>>"), 1)
}

// unmapped is a file whose type face has numbers of glyphs and no characters.
func unmapped() []byte {
	data := plain(0, "BT /F1 9 Tf 9 9 Td <"+strings.Repeat("0A4B1C2D", 60)+"> Tj ET")
	data = bytes.Replace(data, []byte("/Encoding/GBK-EUC-H"), []byte("/Encoding/Identity-H"), 1)
	return bytes.Replace(data, []byte("/Ordering(GB1)"), []byte("/Ordering(Identity)"), 1)
}

// Pages that several sandboxes share come back in their order.
func TestOpenKeepsTheOrderOfManyPages(t *testing.T) {
	var pages []string
	for i := range 40 {
		pages = append(pages, fmt.Sprintf("BT /F1 16 Tf 100 700 Td (%d.25) Tj ET", 1000+i))
	}
	f := open(t, reader(t, pdf.Limits{}), plain(0, pages...))
	for i, p := range f.Pages {
		if p.Number != i+1 || len(p.Runs) != 1 || p.Runs[0].Text != fmt.Sprintf("%d.25", 1000+i) {
			t.Fatalf("page %d: %+v", i+1, p)
		}
	}
}
