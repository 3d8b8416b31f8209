// Command build makes what package pdf embeds: Noto Serif SC and Noto Sans SC from web/node_modules, without hints and
// tables that PDF does not need, and the machine code of the PDF reader for this machine's processor. A program for
// another processor is built without the code and compiles it on first use.
//
// The second part runs what the first one has written, so it is a run of its own:
//
//	go run ./internal/document/pdf/assets/build -part files
//	go run ./internal/document/pdf/assets/build -part code
package main

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/simplifiedchinese"

	"yichuang/internal/document/pdf"
	"yichuang/internal/document/pdf/assets"
	"yichuang/internal/document/pdf/font"
)

func main() {
	root := flag.String("root", ".", "directory of the module")
	part := flag.String("part", "files", "files (fonts and reader) or code (the reader's machine code)")
	flag.Parse()
	dist := filepath.Join(*root, "internal/document/pdf/assets/dist")
	build := files
	if *part == "code" {
		build = code
	}
	if err := build(*root, dist); err != nil {
		fmt.Fprintln(os.Stderr, "准备 PDF 字体与读取器失败：", err)
		os.Exit(1)
	}
}

// files packs the fonts and the reader.
func files(root, dist string) error {
	old, err := filepath.Glob(filepath.Join(dist, "*.zst"))
	if err != nil {
		return err
	}
	for _, name := range old {
		if err := os.Remove(name); err != nil {
			return err
		}
	}
	fonts := filepath.Join(root, "web/node_modules/@expo-google-fonts")
	for _, f := range []struct {
		name, from string
		keep       func(rune) bool
	}{
		{assets.Serif, "noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf", func(rune) bool { return true }},
		{assets.Sans, "noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf", common},
	} {
		data, err := os.ReadFile(filepath.Join(fonts, f.from))
		if err != nil {
			return fmt.Errorf("缺少字体，请先在 web 目录执行 npm ci：%w", err)
		}
		if data, err = pick(data, f.keep); err != nil {
			return fmt.Errorf("%s: %w", f.from, err)
		}
		if err := pack(filepath.Join(dist, f.name), data); err != nil {
			return err
		}
	}
	licence, err := os.ReadFile(filepath.Join(fonts, "noto-serif-sc/LICENSE_FONT"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dist, "OFL.txt"), licence, 0o644); err != nil {
		return err
	}
	return module(root, dist)
}

// module packs PDFium as its binding brings it.
func module(root, dist string) error {
	find := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/klippa-app/go-pdfium")
	find.Dir = root
	dir, err := find.Output()
	if err != nil {
		return fmt.Errorf("找不到 PDF 读取器的模块：%w", err)
	}
	data, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "webassembly/pdfium.wasm"))
	if err != nil {
		return err
	}
	return pack(filepath.Join(dist, assets.Pdfium), data)
}

// common are the characters of GB 2312 and all letters, signs and punctuation.
func common(r rune) bool {
	if r < 0x3400 || r >= 0xFE00 && r <= 0xFFFF {
		return true
	}
	b, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(string(r)))
	return err == nil && len(b) == 2 && b[0] >= 0xB0 && b[0] <= 0xF7 && b[1] >= 0xA1
}

func pick(data []byte, keep func(rune) bool) ([]byte, error) {
	f, err := font.Parse(data, 0)
	if err != nil {
		return nil, err
	}
	return f.Pick(keep)
}

// code compiles the reader and packs what it leaves in its folder.
func code(_, dist string) error {
	folder, err := os.MkdirTemp("", "yichuang-pdf-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	r := pdf.NewReader(folder, pdf.Limits{})
	if err := r.Start(); err != nil {
		return err
	}
	if err := r.Close(); err != nil {
		return err
	}
	return filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		place, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return pack(filepath.Join(dist, assets.CodeName(filepath.ToSlash(place))), data)
	})
}

func pack(path string, data []byte) error {
	w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(runtime.GOMAXPROCS(0)))
	if err != nil {
		return err
	}
	packed := w.EncodeAll(data, nil)
	fmt.Printf("%-60.60s %9d → %8d\n", filepath.Base(path), len(data), len(packed))
	return os.WriteFile(path, packed, 0o644)
}
