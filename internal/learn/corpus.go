package learn

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/errs"
)

// ErrLine refuses a line of a file of examples; its sentence names the line.
var ErrLine = errs.New(errs.Invalid, "learn.line", "样本文件里有一行用不了。")

// Limits of a file of examples.
const (
	maxLine  = 4 << 20
	maxLabel = 100 // characters
)

// Line is one line of a JSONL file: a text, with its label where it is an example.
type Line struct {
	Title   string   `json:"title"`
	Content string   `json:"content"`
	Label   string   `json:"label"`
	Facts   []string `json:"facts,omitempty"`
	Row     string   `json:"tokens_row,omitempty"` // the row of the token file that is the same text
}

// Text is the text of the line.
func (l *Line) Text() Text { return Text{Title: l.Title, Content: l.Content, Facts: l.Facts} }

// Lines reads JSONL, line by line, and gives each to take with its number. Empty lines are passed over.
func Lines(r io.Reader, take func(n int, l Line) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	n := 0
	for lines.Scan() {
		n++
		b := bytes.TrimSpace(bytes.TrimPrefix(lines.Bytes(), []byte("\xef\xbb\xbf")))
		if len(b) == 0 {
			continue
		}
		if !utf8.Valid(b) {
			return ErrLine.Say("第 %d 行不是 UTF-8 文字。请把文件转成 UTF-8 后再试。", n)
		}
		var l Line
		if err := json.Unmarshal(b, &l); err != nil {
			return lineError(n, err)
		}
		if err := take(n, l); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			return ErrLine.Say("第 %d 行太长，最多 %d MB。", n+1, maxLine>>20)
		}
		return ErrLine.Say("读到第 %d 行时出错，没有读完。请检查文件是否完整、是否有读取权限。", n+1).Wrap(err)
	}
	return nil
}

// lineError says in Chinese what is wrong with a line of JSON.
func lineError(n int, err error) error {
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong) && wrong.Field != "":
		return ErrLine.Say("第 %d 行：字段 %s 的类型不对，应为文字。", n, wrong.Field)
	case errors.As(err, &wrong):
		return ErrLine.Say("第 %d 行不是 JSON 对象，应写成 {\"title\": …, \"content\": …}。", n)
	}
	return ErrLine.Say("第 %d 行不是正确的 JSON。样本文件应为 JSONL：每行一个对象，含 title、content、label。", n).Wrap(err)
}

// ReadExamples reads examples from JSONL (title, content, label) and, where tokens is not nil, from a CSV file of texts
// already cut into words (row_id, label, tokens). A row of it that a line names as its own (tokens_row) is the same text
// and counts once.
func ReadExamples(lines, tokens io.Reader) ([]Example, error) {
	var out []Example
	rows := map[string]bool{}
	err := Lines(lines, func(n int, l Line) error {
		label := strings.TrimSpace(l.Label)
		switch {
		case label == "":
			return ErrLine.Say("第 %d 行没有写明类别（label）。", n)
		case utf8.RuneCountInString(label) > maxLabel:
			return ErrLine.Say("第 %d 行的类别（label）超过 %d 个字。", n, maxLabel)
		case strings.TrimSpace(l.Title) == "" && strings.TrimSpace(l.Content) == "" && len(l.Facts) == 0:
			return ErrLine.Say("第 %d 行的标题（title）和内容（content）都是空的。", n)
		}
		rows[l.Row] = true
		out = append(out, Example{Text: l.Text(), Label: label, Group: l.Row})
		return nil
	})
	if err != nil || tokens == nil {
		return out, err
	}
	cut, err := readTokens(tokens, rows)
	return append(out, cut...), err
}

// tokenColumns are the columns of a token file.
var tokenColumns = []string{"row_id", "label", "tokens"}

// readTokens reads a token file without the rows that are known already.
func readTokens(r io.Reader, known map[string]bool) ([]Example, error) {
	rows := csv.NewReader(bufio.NewReader(r))
	rows.FieldsPerRecord = -1
	top, err := rows.Read()
	if err != nil {
		return nil, ErrLine.Say("词语文件读不出表头，应有 row_id、label、tokens 三列。").Wrap(err)
	}
	top[0] = strings.TrimPrefix(top[0], "\ufeff")
	var at [3]int
	for i, name := range tokenColumns {
		if at[i] = slices.Index(top, name); at[i] < 0 {
			return nil, ErrLine.Say("词语文件缺少 %s 列，应有 row_id、label、tokens 三列。", name)
		}
	}
	var out []Example
	for {
		row, err := rows.Read()
		if err == io.EOF {
			return out, nil
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			return nil, ErrLine.Say("词语文件第 %d 行不是正确的 CSV。", bad.Line).Wrap(err)
		}
		if err != nil {
			return nil, ErrLine.Say("词语文件读不完整。").Wrap(err)
		}
		n, _ := rows.FieldPos(0)
		e, err := tokenExample(row, at, n)
		if err != nil {
			return nil, err
		}
		if !known[e.Group] || e.Group == "" {
			out = append(out, e)
		}
	}
}

func tokenExample(row []string, at [3]int, n int) (Example, error) {
	if slices.Max(at[:]) >= len(row) {
		return Example{}, ErrLine.Say("词语文件第 %d 行少列。", n)
	}
	e := Example{Group: row[at[0]], Label: strings.TrimSpace(row[at[1]]), Text: Text{Words: strings.Fields(row[at[2]])}}
	switch {
	case !utf8.ValidString(e.Label) || !utf8.ValidString(row[at[2]]):
		return e, ErrLine.Say("词语文件第 %d 行不是 UTF-8 文字。", n)
	case e.Label == "" || utf8.RuneCountInString(e.Label) > maxLabel:
		return e, ErrLine.Say("词语文件第 %d 行没有写明类别（label），或超过 %d 个字。", n, maxLabel)
	case len(e.Words) == 0:
		return e, ErrLine.Say("词语文件第 %d 行没有词语（tokens）。", n)
	}
	return e, nil
}
