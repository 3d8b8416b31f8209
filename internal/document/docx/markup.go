package docx

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

const namespaces = ` xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"` +
	` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"` +
	` xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"` +
	` xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"` +
	` xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"` +
	` xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"`

// markup is XML being written: raw takes markup, everything that comes from outside goes through escape.
type markup struct{ buf bytes.Buffer }

func (m *markup) raw(s string) { m.buf.WriteString(s) }

func (m *markup) bytes() []byte { return m.buf.Bytes() }

// escape makes text safe between tags and in attributes. What XML cannot hold is left out.
func escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case allowed(r):
			b.WriteRune(r)
		}
	}
	return b.String()
}

// allowed are the characters of XML 1.0 less those of broken encodings.
func allowed(r rune) bool {
	return r == '\t' || r == '\n' || r >= ' ' && r < 0xD800 || r > 0xDFFF && r < 0xFFFD && r != utf8.RuneError || r >= 0x10000 && r <= utf8.MaxRune
}

// text writes the content of a run: line ends and tabs become what a document has for them.
func (m *markup) text(s string) {
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			m.raw(`<w:br/>`)
		}
		for j, part := range strings.Split(line, "\t") {
			if j > 0 {
				m.raw(`<w:tab/>`)
			}
			if part = escape(part); part != "" {
				m.raw(`<w:t xml:space="preserve">` + part + `</w:t>`)
			}
		}
	}
}
