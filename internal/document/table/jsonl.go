package table

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

const maxLine = 2 << 20 // bytes of one line

// jsonlSource reads one JSON object a line; its keys are the column names.
type jsonlSource struct {
	lines   *bufio.Scanner
	line    int
	limit   int // of columns
	columns []string
	index   map[string]int
}

func newJSONL(text io.Reader, limits Limits) *jsonlSource {
	lines := bufio.NewScanner(text)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	return &jsonlSource{lines: lines, limit: limits.Columns, index: map[string]int{}}
}

func (s *jsonlSource) names() []string { return s.columns[:len(s.columns):len(s.columns)] }

func (s *jsonlSource) next() (int, []string, error) {
	for s.lines.Scan() {
		s.line++
		if line := bytes.TrimSpace(s.lines.Bytes()); len(line) > 0 {
			cells, err := s.object(line)
			return s.line, cells, err
		}
	}
	switch err := s.lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return 0, nil, ErrLimit.Say("第 %d 行超过 %d MB，从这里起没有读取。", s.line+1, maxLine>>20)
	case err != nil:
		return 0, nil, err
	}
	return 0, nil, io.EOF
}

// object reads the members of one object in their order.
func (s *jsonlSource) object(line []byte) ([]string, error) {
	wrong := func(err error) error {
		return ErrFormat.Say("第 %d 行不是一个 JSON 对象，从这里起没有读取。", s.line).Wrap(fmt.Errorf("line %d: %w", s.line, err))
	}
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, wrong(fmt.Errorf("no object: %w", err))
	}
	cells := make([]string, len(s.columns))
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, wrong(err)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, wrong(err)
		}
		name := columnName(key.(string))
		i, ok := s.index[name]
		if !ok {
			if i = len(s.columns); i == s.limit {
				return nil, ErrLimit.Say("到第 %d 行为止超过 %d 列，从这里起没有读取。", s.line, s.limit)
			}
			s.index[name], s.columns, cells = i, append(s.columns, name), append(cells, "")
		}
		cells[i] = jsonText(value)
	}
	if _, err := d.Token(); err != nil {
		return nil, wrong(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, wrong(errors.New("something follows the object"))
	}
	return cells, nil
}

// jsonText gives a string as itself, null as "", and anything else as it is written.
func jsonText(v json.RawMessage) string {
	var s string
	if err := json.Unmarshal(v, &s); err == nil {
		return s // null leaves it empty
	}
	return strings.TrimSpace(string(v))
}
