package table

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// xlsxSource streams the first visible sheet of a spreadsheet (ISO 29500). Only what a table of values needs is read;
// the usual library gives either a stream without the cells' formats, by which alone dates are known, or the whole sheet
// in memory.
type xlsxSource struct {
	sheet   *xml.Decoder
	strings []string
	styles  styles
	limit   int // of columns
	row     int
}

const (
	maxParts   = 10_000
	maxInflate = 200 // times the size of the file
	smallSheet = 32 << 20
	maxPart    = 16 << 20 // bytes of a part that is read at once
	maxStrings = 5_000_000
)

// parts are the files in a spreadsheet by their lower-case names.
type parts map[string]*zip.File

func openXLSX(file io.ReaderAt, size int64, limits Limits) (source, error) {
	z, err := zip.NewReader(file, size)
	if err != nil {
		return nil, ErrFormat.Say("文件不是完整的 xlsx，可能没有传完或已损坏。请重新保存后再试。").Wrap(err)
	}
	if err := checkSize(z, size, limits); err != nil {
		return nil, err
	}
	p := parts{}
	for _, f := range z.File {
		p[strings.ToLower(strings.TrimPrefix(f.Name, "/"))] = f
	}
	s, err := p.open(limits)
	if err != nil {
		if errors.Is(err, ErrLimit) {
			return nil, err
		}
		return nil, ErrFormat.Say("文件不是完整的 xlsx，可能已损坏。请用表格软件打开，另存后再试。").Wrap(err)
	}
	return s, nil
}

// checkSize unpacks every part once without keeping it, because the sizes that a zip file states may be false.
func checkSize(z *zip.Reader, size int64, limits Limits) error {
	tooLarge := ErrLimit.Say("这个 xlsx 解开后太大，没有读取。请拆分后再试。")
	left := min(limits.Unzipped, max(maxInflate*size, smallSheet))
	if len(z.File) > maxParts {
		return tooLarge
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return ErrFormat.Wrap(err)
		}
		n, err := io.Copy(io.Discard, io.LimitReader(r, left+1))
		r.Close()
		if left -= n; left < 0 {
			return tooLarge
		}
		if err != nil {
			return ErrFormat.Say("文件不是完整的 xlsx，可能没有传完或已损坏。请重新保存后再试。").Wrap(err)
		}
	}
	return nil
}

func (p parts) open(limits Limits) (*xlsxSource, error) {
	name, date1904, err := p.firstSheet()
	if err != nil {
		return nil, err
	}
	s := &xlsxSource{limit: limits.Columns}
	if s.styles, err = p.styles(date1904); err != nil {
		return nil, fmt.Errorf("styles: %w", err)
	}
	if s.strings, err = p.sharedStrings(); err != nil {
		return nil, fmt.Errorf("shared strings: %w", err)
	}
	f := p[name]
	if f == nil {
		return nil, fmt.Errorf("no part %s", name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	s.sheet = xml.NewDecoder(r)
	return s, nil
}

// decode reads a whole small part into v.
func (p parts) decode(name string, v any) error {
	f := p[name]
	if f == nil {
		return fmt.Errorf("no part %s", name)
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	return xml.NewDecoder(io.LimitReader(r, maxPart)).Decode(v)
}

// firstSheet gives the part of the first sheet that is not hidden, and whether its days count from 1904.
func (p parts) firstSheet() (name string, date1904 bool, err error) {
	var book struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			State string `xml:"state,attr"`
			ID    string `xml:"id,attr"`
		} `xml:"sheets>sheet"`
	}
	var rels struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := p.decode("xl/workbook.xml", &book); err != nil {
		return "", false, err
	}
	if err := p.decode("xl/_rels/workbook.xml.rels", &rels); err != nil {
		return "", false, err
	}
	date1904 = book.Properties.Date1904 == "1" || book.Properties.Date1904 == "true"
	for _, s := range book.Sheets {
		if s.State == "hidden" || s.State == "veryHidden" {
			continue
		}
		for _, r := range rels.List {
			if r.ID != s.ID {
				continue
			}
			if strings.HasPrefix(r.Target, "/") {
				return strings.ToLower(r.Target[1:]), date1904, nil
			}
			return strings.ToLower(path.Join("xl", r.Target)), date1904, nil
		}
	}
	return "", false, errors.New("no visible sheet")
}

// richText is a text that may be in pieces of different fonts; its reading aid (rPh) is not part of it.
type richText struct {
	Text   string `xml:"t"`
	Pieces []struct {
		Text string `xml:"t"`
	} `xml:"r"`
}

func (t richText) String() string {
	if len(t.Pieces) == 0 {
		return t.Text
	}
	var b strings.Builder
	b.WriteString(t.Text)
	for _, p := range t.Pieces {
		b.WriteString(p.Text)
	}
	return b.String()
}

func (p parts) sharedStrings() ([]string, error) {
	f := p["xl/sharedstrings.xml"]
	if f == nil {
		return nil, nil
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var out []string
	d := xml.NewDecoder(r)
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if start, ok := t.(xml.StartElement); ok && start.Name.Local == "si" {
			if len(out) == maxStrings {
				return nil, ErrLimit.Say("这个 xlsx 里的文字太多，没有读取。请拆分后再试。")
			}
			var text richText
			if err := d.DecodeElement(&text, &start); err != nil {
				return nil, err
			}
			out = append(out, unescape(text.String()))
		}
	}
}

// unescape reads _x000D_ and the like, by which spreadsheets write characters that XML does not allow.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		if len(s) >= 7 && s[0] == '_' && s[1] == 'x' && s[6] == '_' {
			if n, err := strconv.ParseUint(s[2:6], 16, 32); err == nil {
				b.WriteRune(rune(n))
				s = s[7:]
				continue
			}
		}
		b.WriteByte(s[0])
		s = s[1:]
	}
	return b.String()
}

// next reads one row of the sheet.
func (s *xlsxSource) next() (int, []string, error) {
	for {
		t, err := s.sheet.Token()
		if err != nil {
			return 0, nil, err
		}
		switch e := t.(type) {
		case xml.StartElement:
			if e.Name.Local == "row" {
				s.row++
				if n, err := strconv.Atoi(attr(e, "r")); err == nil && n >= s.row && n <= 1<<20 {
					s.row = n
				}
				cells, err := s.cells()
				return s.row, cells, err
			}
		case xml.EndElement:
			if e.Name.Local == "sheetData" {
				return 0, nil, io.EOF
			}
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// cell is a c element: t says what v is.
type cell struct {
	Ref    string   `xml:"r,attr"`
	Style  int      `xml:"s,attr"`
	Type   string   `xml:"t,attr"`
	Value  string   `xml:"v"`
	Inline richText `xml:"is"`
}

func (s *xlsxSource) cells() ([]string, error) {
	var out []string
	for {
		t, err := s.sheet.Token()
		if err != nil {
			return nil, unexpectedEnd(err)
		}
		switch e := t.(type) {
		case xml.EndElement:
			if e.Name.Local == "row" {
				return out, nil
			}
		case xml.StartElement:
			if e.Name.Local != "c" {
				if err := s.sheet.Skip(); err != nil {
					return nil, unexpectedEnd(err)
				}
				continue
			}
			var c cell
			if err := s.sheet.DecodeElement(&c, &e); err != nil {
				return nil, fmt.Errorf("row %d: %w", s.row, unexpectedEnd(err))
			}
			if out, err = s.put(out, c); err != nil {
				return nil, err
			}
		}
	}
}

func unexpectedEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// put sets the cell's text at its column; blank cells far out are no reason to refuse a file.
func (s *xlsxSource) put(out []string, c cell) ([]string, error) {
	at := len(out)
	if c.Ref != "" {
		var err error
		if at, err = columnIndex(c.Ref); err != nil {
			return nil, err
		}
	}
	text, err := s.text(c)
	if err != nil || text == "" && at >= len(out) {
		return out, err
	}
	if at >= s.limit {
		return nil, ErrLimit.Say("第 %d 行第 %s 列有内容，超过 %d 列的上限，从这里起没有读取。", s.row, letters(at), s.limit)
	}
	for len(out) <= at {
		out = append(out, "")
	}
	out[at] = text
	return out, nil
}

// columnIndex reads the letters of a reference such as AB12.
func columnIndex(ref string) (int, error) {
	n := 0
	for _, c := range ref {
		if c < 'A' || c > 'Z' {
			break
		}
		if n = n*26 + int(c-'A') + 1; n > 1<<14 {
			break
		}
	}
	if n == 0 || n > 1<<14 {
		return 0, fmt.Errorf("cell reference %.20q", ref)
	}
	return n - 1, nil
}

func (s *xlsxSource) text(c cell) (string, error) {
	switch c.Type {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(c.Value))
		if err != nil || i < 0 || i >= len(s.strings) {
			return "", fmt.Errorf("row %d: shared string %.20q of %d", s.row, c.Value, len(s.strings))
		}
		return s.strings[i], nil
	case "inlineStr":
		return unescape(c.Inline.String()), nil
	case "str", "e":
		return unescape(c.Value), nil
	case "b":
		if c.Value == "1" {
			return "是", nil
		}
		return "否", nil
	case "d":
		return strings.Replace(strings.TrimSuffix(c.Value, "T00:00:00"), "T", " ", 1), nil
	}
	return s.styles.number(c.Value, c.Style), nil
}
