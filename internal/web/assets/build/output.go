package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/andybalholm/brotli"
)

// compress fills in the compressed forms where they are smaller.
func (f *file) compress() error {
	if len(f.content) < 256 {
		return nil
	}
	var gz, br bytes.Buffer
	g, err := gzip.NewWriterLevel(&gz, gzip.BestCompression)
	if err != nil {
		return err
	}
	for _, w := range []io.WriteCloser{g, brotli.NewWriterLevel(&br, brotli.BestCompression)} {
		if _, err := w.Write(f.content); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
	}
	f.gzip, f.brotli = gz.Bytes(), br.Bytes()
	return nil
}

// write replaces what dist holds by files and their manifest; the README stays. The manifest is written last, so that
// a build that fails half-way counts as none.
func write(dist string, files []file) error {
	old, err := os.ReadDir(dist)
	if err != nil {
		return err
	}
	for _, e := range old {
		if e.Name() == "README" {
			continue
		}
		if err := os.Remove(filepath.Join(dist, e.Name())); err != nil {
			return err
		}
	}
	manifest := map[string]string{}
	for _, f := range files {
		manifest[f.logical] = f.name
		forms := map[string][]byte{".gz": f.gzip, ".br": f.brotli}
		if f.gzip == nil {
			forms[""] = f.content // what is compressed is not kept twice: package assets unpacks it for who takes no compression
		}
		for suffix, content := range forms {
			if content == nil {
				continue
			}
			if err := os.WriteFile(filepath.Join(dist, f.name+suffix), content, 0o644); err != nil {
				return err
			}
		}
	}
	b, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dist, "manifest.json"), append(b, '\n'), 0o644)
}

var svgBody = regexp.MustCompile(`(?s)<svg[^>]*>(.*)</svg>`)

// sprite puts the listed icons into one file of symbols, drawn in the colour of the text around them.
func sprite(list, dir string) ([]byte, error) {
	names, err := os.ReadFile(list)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg">`)
	for _, name := range strings.Fields(string(names)) {
		svg, err := os.ReadFile(filepath.Join(dir, name+".svg"))
		if err != nil {
			return nil, fmt.Errorf("没有图标 %s: %w", name, err)
		}
		m := svgBody.FindSubmatch(svg)
		if m == nil {
			return nil, fmt.Errorf("图标 %s 无法读取", name)
		}
		body := bytes.ReplaceAll(m[1], []byte("\n"), nil)
		body = bytes.ReplaceAll(body, []byte("  "), nil)
		fmt.Fprintf(&b, `<symbol id="%s" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">%s</symbol>`, name, body)
	}
	b.WriteString(`</svg>`)
	return b.Bytes(), nil
}

// notices collects the licences of the packages that end up in the bundles.
func notices(modules string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("本程序的页面和打印文件包含以下第三方组件。\n")
	for _, name := range []string{"htmx.org", "@tabler/core", "@tabler/icons", "echarts", "zrender", "tslib", "@expo-google-fonts/noto-serif-sc", "@expo-google-fonts/noto-sans-sc"} {
		dir := filepath.Join(modules, filepath.FromSlash(name))
		text, err := os.ReadFile(filepath.Join(dir, "package.json"))
		if err != nil {
			return nil, err
		}
		var pkg struct{ Version, License, Homepage string }
		if err := json.Unmarshal(text, &pkg); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		fmt.Fprintf(&b, "\n======== %s %s (%s) %s\n\n", name, pkg.Version, pkg.License, pkg.Homepage)
		n := b.Len()
		if err := appendLicences(&b, dir); err != nil {
			return nil, err
		}
		if b.Len() == n {
			text, ok := unpacked[name]
			if !ok {
				return nil, fmt.Errorf("%s 没有附带许可证，请补充到 unpacked", name)
			}
			b.WriteString(text)
		}
	}
	return b.Bytes(), nil
}

// unpacked are the licences of packages that name theirs without holding its text.
var unpacked = map[string]string{"@tabler/core": "Copyright 2018-2026 The Tabler Authors\nCopyright 2018-2026 codecalm.net Paweł Kuna\nCopyright 2011-2025 The Bootstrap Authors\n" + mit}

const mit = `
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`

func appendLicences(b *bytes.Buffer, dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		upper := strings.ToUpper(e.Name())
		if e.IsDir() || !strings.HasPrefix(upper, "LICENSE") && !strings.HasPrefix(upper, "NOTICE") && !strings.HasPrefix(upper, "COPYRIGHT") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return err
		}
		b.Write(text)
		b.WriteString("\n")
	}
	return nil
}
