package font

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"unicode/utf16"
)

// Folders are where systems keep their fonts.
func Folders() []string {
	switch runtime.GOOS {
	case "windows":
		return []string{`C:\Windows\Fonts`}
	case "darwin":
		return []string{"/Library/Fonts", "/System/Library/Fonts"}
	}
	return []string{"/usr/share/fonts", "/usr/local/share/fonts"}
}

// place is where a font lies.
type place struct {
	path  string
	index int
}

// Installed are the fonts in some folders, by their names in lower case.
type Installed map[string][]place

// most are the files that are looked at: a folder may be the root of a disk by mistake.
const most = 5000

// Look lists the fonts in folders and below; what cannot be read is left out.
func Look(folders []string) Installed {
	out, seen := Installed{}, 0
	for _, folder := range folders {
		_ = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			ext := strings.ToLower(filepath.Ext(path))
			if err != nil || d.IsDir() || ext != ".ttf" && ext != ".ttc" {
				return nil
			}
			if seen++; seen > most {
				return fs.SkipAll
			}
			out.add(path)
			return nil
		})
	}
	return out
}

func (in Installed) add(path string) {
	file, err := os.Open(path)
	if err != nil {
		return
	}
	defer file.Close()
	for i, offset := range offsets(file) {
		for _, n := range names(file, offset) {
			n = strings.ToLower(n)
			in[n] = append(in[n], place{path, i})
		}
	}
}

// offsets are where the fonts of a file begin.
func offsets(r io.ReaderAt) []int64 {
	head := read(r, 0, 12)
	if head == nil || string(head[:4]) != "ttcf" {
		return []int64{0}
	}
	n := min(int(be.Uint32(head[8:])), 64)
	var out []int64
	for i := range n {
		if b := read(r, int64(12+4*i), 4); b != nil {
			out = append(out, int64(be.Uint32(b)))
		}
	}
	return out
}

// names are the family and full names of a font.
func names(r io.ReaderAt, at int64) []string {
	head := read(r, at, 12)
	if head == nil {
		return nil
	}
	for i := range int(be.Uint16(head[4:])) {
		e := read(r, at+12+16*int64(i), 16)
		if e == nil {
			return nil
		}
		if string(e[:4]) == "name" {
			return nameTable(read(r, int64(be.Uint32(e[8:])), int(min(be.Uint32(e[12:]), 1<<16))))
		}
	}
	return nil
}

func nameTable(t []byte) []string {
	if len(t) < 6 {
		return nil
	}
	text := int(be.Uint16(t[4:]))
	var out []string
	for i := range int(be.Uint16(t[2:])) {
		if len(t) < 18+12*i {
			break
		}
		e := t[6+12*i:]
		platform, id, n, from := be.Uint16(e), be.Uint16(e[6:]), int(be.Uint16(e[8:])), int(be.Uint16(e[10:]))+text
		if platform != 3 || id != 1 && id != 4 && id != 16 || from+n > len(t) {
			continue
		}
		units := make([]uint16, n/2)
		for j := range units {
			units[j] = be.Uint16(t[from+2*j:])
		}
		out = append(out, string(utf16.Decode(units)))
	}
	return out
}

func read(r io.ReaderAt, at int64, n int) []byte {
	b := make([]byte, n)
	if got, err := r.ReadAt(b, at); err != nil && got < n {
		return nil
	}
	return b
}

// Open gives the first of the named fonts that is installed, can be read and may be embedded in part; nil for none.
func (in Installed) Open(families ...string) *Font {
	for _, name := range families {
		for _, p := range in[strings.ToLower(name)] {
			data, err := os.ReadFile(p.path)
			if err != nil {
				continue
			}
			if f, err := Parse(data, p.index); err == nil && f.Embeddable() {
				return f
			}
		}
	}
	return nil
}

// Embeddable reports that the maker allows a part of the font in documents (the field fsType of the table OS/2).
func (f *Font) Embeddable() bool {
	const restricted, whole, bitmaps = 1 << 1, 1 << 8, 1 << 9
	t := f.tables["OS/2"]
	return len(t) < 10 || be.Uint16(t[8:])&(restricted|whole|bitmaps) == 0
}
