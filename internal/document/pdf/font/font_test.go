package font_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"yichuang/internal/document/pdf/assets"
	"yichuang/internal/document/pdf/font"
	"yichuang/internal/needtest"
)

func sans(t testing.TB) []byte {
	t.Helper()
	data := assets.Font(assets.Sans)
	needtest.Have(t, data != nil, "needs the fonts of `make assets`")
	return data
}

func parse(t testing.TB, data []byte) *font.Font {
	t.Helper()
	f, err := font.Parse(data, 0)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestTheBuiltInFontHasTheCharactersOfGB2312(t *testing.T) {
	f := parse(t, sans(t))
	for _, r := range "啊一丁政务服务决算支出齄〔〕—…％" {
		if f.Glyph(r) == 0 {
			t.Errorf("no %c", r)
		}
	}
	if f.Advance(f.Glyph('政')) != 1000 || f.Advance(f.Glyph('1')) >= 700 || f.Ascent <= 0 || f.Descent >= 0 || !f.Embeddable() {
		t.Errorf("政 is %d wide, 1 is %d, ascent %d, descent %d", f.Advance(f.Glyph('政')), f.Advance(f.Glyph('1')), f.Ascent, f.Descent)
	}
}

// A picked font has the characters that were asked for, as they were, and no other.
func TestPickKeepsCharactersAsTheyWere(t *testing.T) {
	whole := parse(t, sans(t))
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.SampledFrom([]rune("政务服务中心决算支出收入合计0123456789,.%（）“”ABCabc")), 1, 20).Draw(t, "characters")
		keep := map[rune]bool{}
		for _, r := range want {
			keep[r] = true
		}
		data, err := whole.Pick(func(r rune) bool { return keep[r] })
		if err != nil {
			t.Fatal(err)
		}
		part, err := font.Parse(data, 0)
		if err != nil {
			t.Fatal(err)
		}
		for r := range keep {
			if part.Glyph(r) == 0 || part.Advance(part.Glyph(r)) != whole.Advance(whole.Glyph(r)) {
				t.Fatalf("%c: glyph %d, %d wide, was %d", r, part.Glyph(r), part.Advance(part.Glyph(r)), whole.Advance(whole.Glyph(r)))
			}
		}
		if part.Glyph('府') != 0 || len(data) > 60_000 {
			t.Fatalf("a character too many, or %d bytes", len(data))
		}
	})
}

func TestParseRefuses(t *testing.T) {
	data := sans(t)
	for name, b := range map[string][]byte{"nothing": nil, "text": []byte("this is no font at all"), "cut": data[:2000], "other outlines": append([]byte("OTTO"), data[4:]...)} {
		if _, err := font.Parse(b, 0); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := font.Parse(append([]byte("ttcf\x00\x01\x00\x00\x00\x00\x00\x01\x00\x00\x00\x10"), data...), 3); err == nil {
		t.Error("the fourth font of a collection of one")
	}
}

// Whatever bytes are changed, a font is read or refused; its glyphs are cut out or refused.
func TestBrokenFontsAreRefused(t *testing.T) {
	data := sans(t)
	whole := parse(t, data)
	small, err := whole.Pick(func(r rune) bool { return r < 0x100 || r == '政' })
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		b := bytes.Clone(small)
		for range rapid.IntRange(1, 8).Draw(t, "changes") {
			b[rapid.IntRange(0, min(len(b)-1, 4000)).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
		}
		f, err := font.Parse(b[:rapid.IntRange(len(b)/2, len(b)).Draw(t, "length")], 0)
		if err != nil {
			return
		}
		if _, err := f.Subset([]uint16{0, f.Glyph('政'), f.Glyph('A')}); err == nil {
			f.Advance(f.Glyph('A'))
		}
	})
}

func TestInstalledFontsAreFoundByName(t *testing.T) {
	dir := t.TempDir()
	for name, data := range map[string][]byte{"sub/one.TTF": sans(t), "two.ttf": []byte("broken"), "three.txt": sans(t)} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	in := font.Look([]string{dir, filepath.Join(dir, "absent")})
	if f := in.Open("仿宋_GB2312", "noto sans sc"); f == nil || f.Glyph('政') == 0 {
		t.Errorf("not found among %d names", len(in))
	}
	if in.Open("仿宋_GB2312") != nil {
		t.Error("a font that is not there")
	}
}
