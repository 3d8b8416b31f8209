// Package reader reads a disclosure of final accounts that somebody else made: plain text, HTML, XLSX, DOCX, or a PDF with
// a text layer. It finds the kind of document, the year, the organisation, the tables with their cells, the sections, the
// figures in sentences and the annexes of performance, and gives them as disclosed.Document.
//
// What it cannot settle it leaves open rather than guess: a cell whose column is not certain is marked so, and rules that
// would need it are not evaluated. A document that it cannot read at all (a scan, an encrypted or a broken file) is an
// error with a sentence that says so.
package reader

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"

	"yichuang/internal/document/pdf"
	"yichuang/internal/errs"
	"yichuang/internal/finance/disclosed"
	"yichuang/internal/finance/fiscal"
)

// Refusals: the document was not audited, which is not the same as a document without faults.
var (
	ErrScan      = errs.New(errs.Invalid, "reader.scan", "文件里没有文字（像是扫描件或图片），没有审核。请用带文字层的 PDF、DOCX、XLSX、HTML 或文本。")
	ErrEncrypted = errs.New(errs.Invalid, "reader.encrypted", "文件有密码保护，没有审核。请先解除密码。")
	ErrBroken    = errs.New(errs.Invalid, "reader.broken", "文件已损坏或不完整，没有审核。请重新取得文件。")
	ErrFormat    = errs.New(errs.Invalid, "reader.format", "这种文件读不了，没有审核。请用 PDF、DOCX、XLSX、HTML 或文本文件。")
	ErrTooLarge  = errs.New(errs.TooLarge, "reader.large", "文件太大，没有审核。")
)

// MaxSize is the largest file that is read, in bytes.
const MaxSize = 64 << 20

// Options say how to read.
type Options struct {
	// Dictionary completes and names codes; nil reads without one.
	Dictionary *fiscal.Dictionary
	// PDF opens PDF files; nil refuses them.
	PDF *pdf.Reader
}

// Word is a run of text between two horizontal positions.
type Word struct {
	Text   string
	X0, X1 int
}

// Read reads a document; what it is shows in its first bytes.
func Read(ctx context.Context, r io.Reader, opt Options) (*disclosed.Document, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return nil, ErrBroken.Wrap(err)
	}
	if len(b) > MaxSize {
		return nil, ErrTooLarge
	}
	return Bytes(ctx, b, opt)
}

// Bytes reads a document that is in memory.
func Bytes(ctx context.Context, b []byte, opt Options) (*disclosed.Document, error) {
	lines, err := source(ctx, b, opt)
	if err != nil {
		return nil, err
	}
	if letters(lines) < 50 {
		return nil, ErrScan
	}
	d := &disclosed.Document{}
	sum := sha256.Sum256(b)
	d.Hash = hex.EncodeToString(sum[:])
	p := &parser{doc: d, lines: lines, dict: opt.Dictionary}
	p.read()
	return d, nil
}

// source gives the lines of a document of any format.
func source(ctx context.Context, b []byte, opt Options) ([]line, error) {
	switch {
	case len(bytes.TrimSpace(b)) == 0:
		return nil, ErrScan
	case bytes.HasPrefix(b, []byte("%PDF")):
		return pdfLines(ctx, b, opt)
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return officeLines(b)
	case bytes.HasPrefix(b, []byte{0xD0, 0xCF, 0x11, 0xE0}):
		return nil, olePackage(b)
	case isPicture(b):
		return nil, ErrScan
	}
	text, err := decode(b)
	if err != nil {
		return nil, err
	}
	if isHTML(text) {
		return htmlLines(text)
	}
	return textLines(text), nil
}

// isPicture recognises the formats of scanners and cameras.
func isPicture(b []byte) bool {
	for _, magic := range []string{"\xFF\xD8\xFF", "\x89PNG", "II*\x00", "MM\x00*", "GIF8", "BM"} {
		if bytes.HasPrefix(b, []byte(magic)) {
			return true
		}
	}
	return false
}

// olePackage tells an encrypted office file from an old one.
func olePackage(b []byte) error {
	if bytes.Contains(b, []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d")) {
		return ErrEncrypted
	}
	return ErrFormat.Say("这是旧版 Office 文件（DOC 或 XLS），没有审核。请另存为 DOCX 或 XLSX。")
}

// letters counts the Chinese characters, of which a disclosure has thousands and a scan none.
func letters(lines []line) int {
	n := 0
	for _, l := range lines {
		for _, r := range l.text {
			if isHan(r) {
				n++
			}
		}
	}
	return n
}

// parser holds what is known so far of one document.
type parser struct {
	doc    *disclosed.Document
	lines  []line
	dict   *fiscal.Dictionary
	parts  []part
	drafts []*draft
	econ   []term
}

func (p *parser) read() {
	p.identify()
	p.divide()
	p.tables()
	p.doc.Sections = p.sections()
	p.claims()
	p.settle()
	p.annexes()
	p.dates()
	p.published()
}

// published copies the lines for rules that look at the text itself.
func (p *parser) published() {
	p.doc.Lines = make([]disclosed.Line, len(p.lines))
	for i, l := range p.lines {
		p.doc.Lines[i] = disclosed.Line{No: l.no, Page: l.page, Text: l.text, Part: p.parts[i].name, Heading: p.parts[i].heading > 0}
	}
	if n := len(p.lines); n > 0 {
		p.doc.Pages = p.lines[n-1].page
	}
}
