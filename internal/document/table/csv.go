package table

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"strings"
)

// csvSource reads CSV (RFC 4180) with commas, tabs or semicolons.
type csvSource struct{ r *csv.Reader }

func newCSV(text *bufio.Reader, sample string) *csvSource {
	r := csv.NewReader(&lineGuard{r: text})
	r.FieldsPerRecord = -1
	r.Comma = delimiter(sample)
	return &csvSource{r}
}

// lineGuard ends a text with a line that is longer than any table has: it could be cut into millions of cells.
type lineGuard struct {
	r      io.Reader
	length int
}

func (g *lineGuard) Read(p []byte) (int, error) {
	n, err := g.r.Read(p)
	for _, c := range p[:n] {
		if g.length++; c == '\n' {
			g.length = 0
		}
		if g.length > maxLine {
			return 0, ErrLimit.Say("有一行超过 %d MB，没有读取。这可能不是表格文件。", maxLine>>20)
		}
	}
	return n, err
}

// delimiter chooses what occurs most often outside quotes.
func delimiter(sample string) rune {
	const candidates = ",\t;"
	var count [len(candidates)]int
	quoted := false
	for _, c := range sample {
		if c == '"' {
			quoted = !quoted
		}
		if i := strings.IndexRune(candidates, c); i >= 0 && !quoted {
			count[i]++
		}
	}
	best := 0
	for i, n := range count {
		if n > count[best] {
			best = i
		}
	}
	return rune(candidates[best])
}

func (s *csvSource) next() (int, []string, error) {
	cells, err := s.r.Read()
	var pe *csv.ParseError
	if errors.As(err, &pe) {
		return pe.Line, nil, ErrFormat.Say("第 %d 行第 %d 个字符附近的引号不成对，从这里起没有读取。单元格里有引号时应写成两个，并用引号括起整个单元格。", pe.StartLine, pe.Column).Wrap(err)
	}
	if err != nil {
		return 0, nil, err
	}
	line, _ := s.r.FieldPos(0)
	return line, cells, nil
}
