package pdf_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"yichuang/internal/document/pdf"
	"yichuang/internal/errs"
)

// sound fails where a broken file gives something else than a readable file or one of the errors that say what is wrong.
func sound(t interface{ Fatalf(string, ...any) }, r *pdf.Reader, data []byte) {
	started := time.Now()
	f, err := r.Open(context.Background(), bytes.NewReader(data), int64(len(data)))
	if took := time.Since(started); took > 30*time.Second {
		t.Fatalf("it took %v", took)
	}
	if err != nil {
		for _, known := range []error{pdf.ErrEncrypted, pdf.ErrBroken, pdf.ErrNoText, pdf.ErrUnmapped, pdf.ErrTooLarge, pdf.ErrTooSlow} {
			if errors.Is(err, known) && errs.As(err).Public != "" {
				return
			}
		}
		t.Fatalf("%v", err)
	}
	for _, p := range f.Pages {
		for _, run := range p.Runs {
			if run.Text == "" || len([]rune(run.Text)) != len(run.Lefts()) {
				t.Fatalf("a run with %d characters at %d places", len([]rune(run.Text)), len(run.Lefts()))
			}
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(plain(0, content))
	f.Add(plain(90, content, "BT /F1 1e9 Tf (x) Tj ET"))
	f.Add([]byte("%PDF-1.7\ntrailer<</Root 1 0 R>>"))
	r := reader(f, pdf.Limits{Time: 20 * time.Second, Memory: 128, Pages: 50, Runes: 100_000})
	f.Fuzz(func(t *testing.T, data []byte) { sound(t, r, data) })
}

// Files that were cut, or in which bytes were changed, break neither the program nor the next file.
func TestBrokenFilesAreRefusedOrRead(t *testing.T) {
	whole := [][]byte{plain(0, content, content), plain(270, content)}
	if data := tryWritten(t); data != nil {
		whole = append(whole, data)
	}
	r := reader(t, pdf.Limits{Time: 20 * time.Second, Memory: 256})
	rapid.Check(t, func(rt *rapid.T) {
		data := bytes.Clone(rapid.SampledFrom(whole).Draw(rt, "file"))
		for range rapid.IntRange(0, 12).Draw(rt, "changes") {
			data[rapid.IntRange(0, len(data)-1).Draw(rt, "at")] = rapid.Byte().Draw(rt, "byte")
		}
		if rapid.Bool().Draw(rt, "cut") {
			data = data[:rapid.IntRange(0, len(data)).Draw(rt, "length")]
		}
		sound(rt, r, data)
	})
	sound(t, r, whole[0])
}

// tryWritten is a file with embedded fonts, nil where the program has none.
func tryWritten(t *testing.T) []byte {
	var b bytes.Buffer
	if err := pdf.NewWriter().Write(&b, sample(t)); err != nil {
		return nil
	}
	return b.Bytes()
}
