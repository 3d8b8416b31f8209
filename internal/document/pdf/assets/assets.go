// Package assets holds what package pdf needs and the repository does not: open fonts (Noto Serif SC and Noto Sans SC,
// SIL Open Font License), and the machine code of the reader. They are made by internal/document/pdf/assets/build into
// dist, which is not committed.
package assets

import (
	"embed"
	"io/fs"
	"path"
	"strings"

	"github.com/klauspost/compress/zstd"
)

//go:embed dist
var dist embed.FS

// The fonts.
const (
	Serif = "serif.ttf.zst" // every character of Noto Serif SC
	Sans  = "sans.ttf.zst"  // Noto Sans SC, the characters of GB 2312
)

// Font unpacks a font, nil where the program was built without it.
func Font(name string) []byte { return unpack("dist/" + name) }

// Pdfium is PDFium as WebAssembly, which the reader runs.
const Pdfium = "pdfium.wasm.zst"

// Module unpacks the reader, nil where the program was built without it.
func Module() []byte { return unpack("dist/" + Pdfium) }

// codePrefix begins the names of machine code; the rest is its place in the cache of the WebAssembly runtime with "@"
// for "/".
const codePrefix, codeSuffix = "code-", ".zst"

// CodeName is the name in dist of the machine code that lies at a place in the cache.
func CodeName(place string) string {
	return codePrefix + strings.ReplaceAll(place, "/", "@") + codeSuffix
}

// Code gives the place in the cache of the machine code that was built in, and what unpacks it; "" where there is none.
func Code() (place string, data func() []byte) {
	found, _ := fs.Glob(dist, "dist/"+codePrefix+"*"+codeSuffix)
	if len(found) == 0 {
		return "", nil
	}
	name := strings.TrimSuffix(strings.TrimPrefix(path.Base(found[0]), codePrefix), codeSuffix)
	return strings.ReplaceAll(name, "@", "/"), func() []byte { return unpack(found[0]) }
}

func unpack(name string) []byte {
	packed, err := fs.ReadFile(dist, name)
	if err != nil {
		return nil
	}
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil
	}
	defer d.Close()
	out, err := d.DecodeAll(packed, nil)
	if err != nil {
		return nil
	}
	return out
}
