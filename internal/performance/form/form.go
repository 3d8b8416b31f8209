// Package form reads and writes forms of the performance self-evaluation (绩效自评表) as files: the program's own JSON, and
// spreadsheets in the layout in which such forms are published. It also reads the forms of transcribed final accounts. It
// is pure and scores nothing.
package form

import (
	"bytes"
	"encoding/json"
	"io"

	"yichuang/internal/performance/score"
)

// Set (一组自评表) is what a file holds: forms, and what the text around them states.
type Set struct {
	Forms  []*score.Form
	Claims []score.Claim
}

// grade gives forms that print no grade the one that the text states for them.
func (s *Set) grade() {
	for _, c := range s.Claims {
		for _, f := range s.Forms {
			if c.Subject == score.ClaimGrade && c.Form != "" && c.Form == f.Label && f.Grade == "" {
				f.Grade = c.Value
			}
		}
	}
}

// Version names the shape of the JSON; it changes when a reader would have to.
const Version = "yichuang.performance/1"

// maxFile bounds a file of forms.
const maxFile = 16 << 20

// maxForms bounds the forms of one file.
const maxForms = 500

// export is the program's own JSON.
type export struct {
	Format string        `json:"format"`
	Forms  []*score.Form `json:"forms"`
	Claims []score.Claim `json:"claims,omitempty"`
}

// WriteJSON writes the forms so that Read gives them back as they are.
func (s *Set) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	return e.Encode(export{Version, s.Forms, s.Claims})
}

func readExport(b []byte) (*Set, error) {
	var in export
	d := json.NewDecoder(bytes.NewReader(b))
	if err := d.Decode(&in); err != nil {
		return nil, ErrFormat.Wrap(err)
	}
	if in.Format != Version || len(in.Forms) == 0 {
		return nil, ErrFormat
	}
	if len(in.Forms) > maxForms {
		return nil, ErrFormat.Say("文件里有 %d 张表，最多 %d 张。", len(in.Forms), maxForms)
	}
	for n, f := range in.Forms {
		if f == nil || f.Kind.Label() == "" {
			return nil, ErrCell.Say("第 %d 张表没有写明是部门整体支出还是项目支出。", n+1)
		}
	}
	return &Set{in.Forms, in.Claims}, nil
}

// Read reads a file of forms, JSON or XLSX, whichever it is.
func Read(r io.Reader) (*Set, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxFile {
		return nil, ErrFormat.Say("文件超过 %d MB，没有读取。", maxFile>>20)
	}
	if bytes.HasPrefix(b, []byte("PK")) {
		return readXLSX(b)
	}
	s, err := readFigures(b)
	if s != nil || err != nil {
		return s, err
	}
	return readExport(b)
}
