// Package table reads the rows of a file that somebody else made: CSV in whatever encoding, JSONL, or a spreadsheet
// (XLSX). It finds the row of column names, gives every row with its line number and its cells as trimmed text (dates as
// 2006-01-02), and says in Chinese on which line and in which column something is wrong. It knows nothing of what the
// columns mean, holds one row at a time, and bounds everything that a hostile file could make large.
package table

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"yichuang/internal/errs"
)

// Errors of a file. Only table.row concerns a single row: Next may be called again after it.
var (
	ErrFormat = errs.New(errs.Invalid, "table.format", "文件读不出来，可能不是表格或已损坏。请用 CSV（UTF-8 或 GBK）、XLSX 或 JSONL 文件。")
	ErrHeader = errs.New(errs.Invalid, "table.header", "表头有误，没有读取。")
	ErrEmpty  = errs.New(errs.Invalid, "table.empty", "文件里没有数据。请检查文件后再试。")
	ErrLimit  = errs.New(errs.TooLarge, "table.limit", "文件太大，没有读完。请拆分后再试。")
	ErrRow    = errs.New(errs.Invalid, "table.row", "这一行有误。")
)

// Limits bound a file; a zero field takes the default.
type Limits struct {
	Size     int64 // bytes of the file: 64 MiB
	Unzipped int64 // bytes of a spreadsheet's parts: 256 MiB, and never more than 200 times the file
	Rows     int   // rows below the head: 500,000
	Columns  int   // 300
	Cell     int   // characters of one cell: 32,767, as in a spreadsheet program
}

func (l Limits) withDefaults() Limits {
	set := func(n *int, d int) {
		if *n == 0 {
			*n = d
		}
	}
	if l.Size == 0 {
		l.Size = 64 << 20
	}
	if l.Unzipped == 0 {
		l.Unzipped = 256 << 20
	}
	set(&l.Rows, 500_000)
	set(&l.Columns, 300)
	set(&l.Cell, 32_767)
	return l
}

// Options say how to read a file.
type Options struct {
	Limits Limits
	// Expect are column names of which some should be there; they help to find the head below titles and notes.
	Expect []string
}

// Row is one row below the head.
type Row struct {
	Line    int      // in the file, from 1; the row's number in a spreadsheet
	Columns []string // the names of the cells
	Cells   []string // as many as Columns, "" for an empty cell
}

// Values gives the cells by column name.
func (r Row) Values() map[string]string {
	m := make(map[string]string, len(r.Cells))
	for i, c := range r.Cells {
		m[r.Columns[i]] = c
	}
	return m
}

// source gives the rows of one format before anything is understood of them.
type source interface {
	// next gives the number and the cells of the next row; io.EOF after the last.
	next() (line int, cells []string, err error)
}

// named is a source whose rows carry their own column names.
type named interface{ names() []string }

// Reader reads one file.
type Reader struct {
	name    string
	src     source
	limits  Limits
	columns []string
	ahead   []rawRow // read while the head was looked for
	rows    int
	closer  io.Closer
	failed  error
}

type rawRow struct {
	line  int
	cells []string
}

// OpenFile opens a file by its path; Close closes it.
func OpenFile(path string, opt Options) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, ErrFormat.Say("文件 %s 打不开，请检查路径和权限。", path).Wrap(err)
	}
	return TakeFile(path, f, opt)
}

// TakeFile is OpenFile for a file that is open already; Close closes it. path is for messages.
func TakeFile(path string, f *os.File, opt Options) (*Reader, error) {
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, ErrFormat.Wrap(err)
	}
	r, err := Open(filepath.Base(path), f, info.Size(), opt)
	if err != nil {
		f.Close()
		return nil, err
	}
	r.closer = f
	return r, nil
}

// Open reads the head of a file of size bytes; name is for messages. What the file is, is told from its content.
func Open(name string, file io.ReaderAt, size int64, opt Options) (*Reader, error) {
	r := &Reader{name: name, limits: opt.Limits.withDefaults()}
	if size > r.limits.Size {
		return nil, ErrLimit.Say("文件 %s 超过 %d MB，没有读取。请拆分后再试。", name, r.limits.Size>>20)
	}
	if size == 0 {
		return nil, ErrEmpty.Say("文件 %s 是空的。请检查文件后再试。", name)
	}
	var err error
	if r.src, err = openSource(name, file, size, r.limits); err != nil {
		return nil, err
	}
	if err := r.findHead(opt.Expect); err != nil {
		return nil, err
	}
	return r, nil
}

// openSource tells the formats apart by their first bytes.
func openSource(name string, file io.ReaderAt, size int64, limits Limits) (source, error) {
	start := make([]byte, 512)
	n, err := file.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, ErrFormat.Wrap(err)
	}
	start = start[:n]
	switch {
	case strings.HasPrefix(string(start), "PK\x03\x04"):
		return openXLSX(file, size, limits)
	case strings.HasPrefix(string(start), "\xd0\xcf\x11\xe0"):
		return nil, ErrFormat.Say("文件 %s 是旧版 xls 或加了密码，无法读取。请在表格软件里去掉密码，另存为 xlsx 后再试。", name)
	}
	text, sample, err := decode(file, size)
	if err != nil {
		return nil, err
	}
	switch first := strings.TrimLeftFunc(sample, unicode.IsSpace); {
	case strings.HasPrefix(first, "{"):
		return newJSONL(text, limits), nil
	case strings.HasPrefix(strings.Join(strings.Fields(first), ""), "[{"):
		return nil, ErrFormat.Say("文件 %s 是一个 JSON 数组，无法读取。请改为每行一个对象（JSONL）。", name)
	case strings.HasPrefix(strings.ToLower(first), "<!doctype"), strings.HasPrefix(strings.ToLower(first), "<html"), strings.HasPrefix(first, "<?xml"), strings.HasPrefix(first, "%PDF"):
		return nil, ErrFormat.Say("文件 %s 不是表格（可能是网页或文档改了后缀）。请用表格软件打开，另存为 xlsx 或 csv 后再试。", name)
	}
	return newCSV(text, sample), nil
}

// Columns gives the column names in the order of the file. A JSONL file may add some further down.
func (r *Reader) Columns() []string { return r.columns }

// Headed reports whether the file has one row of column names for all of its rows; a JSONL file has none.
func (r *Reader) Headed() bool {
	_, ok := r.src.(named)
	return !ok
}

// Next gives the next row that is not blank, and io.EOF after the last one. After an error other than table.row it
// gives the same error again.
func (r *Reader) Next() (Row, error) {
	if r.failed != nil {
		return Row{}, r.failed
	}
	raw, err := r.raw()
	if err == nil && r.rows >= r.limits.Rows {
		err = ErrLimit.Say("文件 %s 超过 %d 行，第 %d 行起没有读取。请拆分后再试。", r.name, r.limits.Rows, raw.line)
	}
	if err != nil {
		r.failed = r.explain(err)
		return Row{}, r.failed
	}
	r.rows++
	if n, ok := r.src.(named); ok {
		r.columns = n.names()
	}
	return r.row(raw)
}

// raw gives the next row with something in it.
func (r *Reader) raw() (rawRow, error) {
	for {
		var raw rawRow
		if len(r.ahead) > 0 {
			raw, r.ahead = r.ahead[0], r.ahead[1:]
		} else {
			var err error
			if raw.line, raw.cells, err = r.src.next(); err != nil {
				return raw, err
			}
		}
		for _, c := range raw.cells {
			if strings.TrimSpace(c) != "" {
				return raw, nil
			}
		}
	}
}

// explain keeps our own errors and io.EOF, and makes table.format of anything else.
func (r *Reader) explain(err error) error {
	var own *errs.Error
	if errors.Is(err, io.EOF) || errors.As(err, &own) {
		return err
	}
	return ErrFormat.Say("文件 %s 读到一半出错，可能已损坏。", r.name).Wrap(err)
}

// row cleans the cells and checks them against the columns.
func (r *Reader) row(raw rawRow) (Row, error) {
	out := Row{Line: raw.line, Columns: r.columns, Cells: make([]string, len(r.columns))}
	for i, c := range raw.cells {
		text, problem := clean(c, r.limits.Cell)
		switch {
		case problem != "":
			return out, ErrRow.Say("第 %d 行第 %d 列（%s）%s。", raw.line, i+1, r.label(i), problem)
		case i < len(out.Cells):
			out.Cells[i] = text
		case text != "":
			return out, ErrRow.Say("第 %d 行第 %d 列有内容，而表头只有 %d 列。请检查这一行是否错位。", raw.line, i+1, len(r.columns))
		}
	}
	return out, nil
}

func (r *Reader) label(i int) string {
	if i < len(r.columns) {
		return r.columns[i]
	}
	return "表头之外"
}

// ReadAll gives the rest of the rows; it stops at the first error.
func (r *Reader) ReadAll() ([]Row, error) {
	var rows []Row
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
}

// Close closes a file that OpenFile opened.
func (r *Reader) Close() error {
	if r.closer == nil {
		return nil
	}
	return r.closer.Close()
}

// clean trims a cell, drops control characters other than line ends and tabs, and says what is wrong with it.
func clean(s string, limit int) (text, problem string) {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	if strings.ContainsFunc(s, isUnwanted) {
		s = strings.Map(func(r rune) rune {
			if isUnwanted(r) {
				return -1
			}
			return r
		}, s)
	}
	s = strings.TrimSpace(s)
	switch {
	case strings.ContainsRune(s, utf8.RuneError):
		return "", "有无法识别的字符，文件的编码可能已损坏。请用表格软件另存为 UTF-8 编码的 CSV 后再试"
	case len(s) > limit && utf8.RuneCountInString(s) > limit:
		return "", fmt.Sprintf("超过 %d 个字", limit)
	}
	return s, ""
}

func isUnwanted(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t' || r == '\ufeff' || r == '\u200b'
}
