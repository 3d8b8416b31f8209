package table

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// headRows is how far down the head is looked for: titles and notes may stand above it.
const headRows = 20

// findHead reads the first rows, takes one of them for the column names, and leaves those below it to be read.
func (r *Reader) findHead(expect []string) error {
	if n, ok := r.src.(named); ok {
		raw, err := r.raw()
		if err != nil {
			return r.headError(err)
		}
		r.ahead, r.columns = []rawRow{raw}, n.names()
		return nil
	}
	var rows []rawRow
	for len(rows) < headRows {
		raw, err := r.raw()
		if errors.Is(err, io.EOF) && len(rows) > 0 {
			break
		}
		if err != nil {
			return r.headError(err)
		}
		rows = append(rows, raw)
	}
	at := headIndex(rows, expect)
	r.ahead = rows[at+1:]
	return r.setColumns(rows[at])
}

func (r *Reader) headError(err error) error {
	if errors.Is(err, io.EOF) {
		return ErrEmpty.Say("文件 %s 里没有数据。请检查文件后再试。", r.name)
	}
	return r.explain(err)
}

// headIndex chooses the row with the most expected names; without any, the first row that is nearly as wide as the
// widest and holds words rather than numbers; else the first row.
func headIndex(rows []rawRow, expect []string) int {
	names := map[string]bool{}
	for _, e := range expect {
		names[columnName(e)] = true
	}
	best, most := 0, 0
	for i, row := range rows {
		n := 0
		for _, c := range row.cells {
			if names[columnName(c)] {
				n++
			}
		}
		if n > most {
			best, most = i, n
		}
	}
	if most > 0 {
		return best
	}
	widest := 0
	for _, row := range rows {
		widest = max(widest, filled(row.cells))
	}
	for i, row := range rows {
		if 10*filled(row.cells) >= 6*widest && looksLikeHead(row.cells) {
			return i
		}
	}
	return 0
}

func filled(cells []string) (n int) {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}

// looksLikeHead reports whether the cells are short words, and not one title repeated.
func looksLikeHead(cells []string) bool {
	seen := map[string]bool{}
	for _, c := range cells {
		if c = columnName(c); c == "" {
			continue
		}
		if _, err := strconv.ParseFloat(c, 64); err == nil || len([]rune(c)) > 60 {
			return false
		}
		seen[c] = true
	}
	return len(seen) > 1 || filled(cells) == 1
}

// columnName brings the spellings of a column name together: no blanks or line ends, no mark for "required".
func columnName(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || isUnwanted(r) {
			return -1
		}
		return r
	}, s)
	return strings.Trim(s, "*＊")
}

// setColumns takes a row for the column names. Nameless columns are called by their letter, and those at the end are
// dropped.
func (r *Reader) setColumns(raw rawRow) error {
	cells := raw.cells
	for len(cells) > 0 && columnName(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) > r.limits.Columns {
		return ErrLimit.Say("文件 %s 的表头超过 %d 列，没有读取。", r.name, r.limits.Columns)
	}
	seen := map[string]int{}
	for i, c := range cells {
		name, problem := clean(c, 200)
		if problem != "" {
			return ErrHeader.Say("文件 %s 的表头（第 %d 行）第 %d 列%s。", r.name, raw.line, i+1, problem)
		}
		if name = columnName(name); name == "" {
			name = letters(i) + "列"
		}
		if other, ok := seen[name]; ok {
			return ErrHeader.Say("文件 %s 的表头（第 %d 行）第 %d 列与第 %d 列重名：%s。请改名后再试。", r.name, raw.line, i+1, other+1, name)
		}
		seen[name] = i
		r.columns = append(r.columns, name)
	}
	return nil
}

// Need refuses a file whose head lacks one of the columns named; "甲|乙" is satisfied by either. It says which are lacking
// and which the head has.
func (r *Reader) Need(columns ...string) error {
	var lacking []string
	for _, want := range columns {
		names := strings.Split(want, "|")
		if !slices.ContainsFunc(names, func(n string) bool { return slices.Contains(r.columns, n) }) {
			lacking = append(lacking, "“"+names[0]+"”")
		}
	}
	if len(lacking) == 0 {
		return nil
	}
	have := "文件的列是：" + strings.Join(r.columns, "、")
	if cut := []rune(have); len(cut) > 200 {
		have = string(cut[:200]) + "…"
	}
	return ErrHeader.Say("表头里没有%s，没有读取。%s。请按模板改好表头后再试。", strings.Join(lacking, "、"), have)
}

// letters gives the name of a column in a spreadsheet: A, B … Z, AA.
func letters(i int) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = fmt.Sprintf("%c%s", 'A'+(i-1)%26, s)
	}
	return s
}
