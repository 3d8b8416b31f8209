package table

import (
	"bufio"
	"encoding/csv"
	"errors"
	"strings"
)

// csvSource reads CSV (RFC 4180) with commas, tabs or semicolons.
type csvSource struct{ r *csv.Reader }

func newCSV(text *bufio.Reader, sample string) *csvSource {
	r := csv.NewReader(text)
	r.FieldsPerRecord = -1
	r.ReuseRecord = false
	r.Comma = delimiter(sample)
	return &csvSource{r}
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
