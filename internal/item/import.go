package item

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"yichuang/internal/document/table"
	"yichuang/internal/errs"
)

// ImportLine is a row of a list of items as it was read: what it says, and what is wrong with it.
type ImportLine struct {
	Line     int      `json:"line"`
	Unit     string   `json:"unit"`
	Cells    []string `json:"cells"` // by ImportList.Heads
	Content  Content  `json:"-"`
	Problems []string `json:"problems,omitempty"`
}

// ImportList is a file of items as it was read.
type ImportList struct {
	File  string       `json:"file"`
	Heads []string     `json:"heads"` // column of each cell: a name of ListColumns, or "" for one that is not read
	Lines []ImportLine `json:"lines"`
}

// maxImport bounds a list.
const maxImport = 20000

// Refusals of lists.
var (
	ErrImportRows = errs.New(errs.Invalid, "item.import_rows", "名单里有不能导入的行，一行也没有导入。请改好后再导入。")
	ErrImportHead = errs.New(errs.Invalid, "item.import_head", "表头里没有事项名称、实施编码和实施主体，没有读取。请用导出的表头，或部门、名称、事项编码各一列。")
)

// ImportHeads lists the heads by which a list of items is recognised.
func ImportHeads() []string { return append(ListColumns(), "item_code", "name", "department") }

// ReadList reads a list of items: columns are known by their names of GB/T 39046-2020 or by those of lists in use. Rows that are
// wrong keep their problems; nothing is decided yet.
func ReadList(file string, r *table.Reader) (ImportList, error) {
	out := ImportList{File: file}
	index := map[string]int{}
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if errors.Is(err, table.ErrRow) {
			out.Lines = append(out.Lines, ImportLine{Line: row.Line, Problems: errs.Reasons(err)})
			continue
		}
		if err != nil {
			return out, err
		}
		if len(out.Lines) >= maxImport {
			return out, ErrImportRows.Say("一次最多导入 %d 行，没有读取。请拆分文件。", maxImport)
		}
		for _, c := range row.Columns { // of JSON lines, a row may bring new columns
			if _, known := index[c]; !known {
				index[c] = len(out.Heads)
				out.Heads = append(out.Heads, columnOf(c))
			}
		}
		cells := make([]string, len(out.Heads))
		for i, c := range row.Columns {
			cells[index[c]] = strings.TrimSpace(row.Cells[i])
		}
		out.Lines = append(out.Lines, ImportLine{Line: row.Line, Cells: cells})
	}
	for _, need := range []string{"事项名称", "实施编码", unitColumn} {
		if !slices.Contains(out.Heads, need) {
			return out, ErrImportHead
		}
	}
	out.interpret()
	return out, nil
}

// NewList makes a list of heads and rows that another program sent; line numbers count the rows from 2, as a file would.
func NewList(file string, heads []string, rows [][]string) (ImportList, error) {
	out := ImportList{File: file}
	for _, h := range heads {
		out.Heads = append(out.Heads, columnOf(strings.TrimSpace(h)))
	}
	for i, r := range rows {
		x := ImportLine{Line: i + 2, Cells: make([]string, len(heads))}
		for j := range min(len(r), len(heads)) {
			x.Cells[j] = strings.TrimSpace(r[j])
		}
		out.Lines = append(out.Lines, x)
	}
	for _, need := range []string{"事项名称", "实施编码", unitColumn} {
		if !slices.Contains(out.Heads, need) {
			return out, ErrImportHead
		}
	}
	out.interpret()
	return out, nil
}

// columnOf gives our name of a column, "" where we have none.
func columnOf(head string) string {
	if head == unitColumn || slices.Contains(unitAliases, head) {
		return unitColumn
	}
	for _, f := range listFields() {
		if f.called(head) {
			return f.name
		}
	}
	return ""
}

// interpret makes content of the cells and notes what is wrong with each row by itself and among the others.
func (l *ImportList) interpret() {
	byName := map[string]field{}
	for _, f := range listFields() {
		byName[f.name] = f
	}
	first := map[string]int{}
	for i := range l.Lines {
		x := &l.Lines[i]
		if x.Cells == nil {
			continue
		}
		x.read(l.Heads, byName)
		if at, twice := first[x.Content.Code]; twice && x.Content.Code != "" {
			x.Problems = append(x.Problems, fmt.Sprintf("实施编码与第 %d 行重复。", at))
		} else {
			first[x.Content.Code] = x.Line
		}
	}
}

func (x *ImportLine) read(heads []string, byName map[string]field) {
	c := &x.Content
	for i, s := range x.Cells {
		if s == "" || heads[i] == "" {
			continue
		}
		if heads[i] == unitColumn {
			x.Unit = s
			continue
		}
		if err := byName[heads[i]].set(c, s); err != nil {
			x.Problems = append(x.Problems, err.Error()+"。")
		}
	}
	c.Code, c.BaseCode = strings.ToUpper(c.Code), strings.ToUpper(c.BaseCode)
	if c.MainName == "未分类" {
		c.MainName = ""
	}
	if c.Profile == "" {
		c.Profile = profileOf(c.Code)
	}
	c.stage()
	if x.Unit == "" {
		x.Problems = append(x.Problems, "没有实施主体。")
	}
	if err := c.Check(); err != nil {
		x.Problems = append(x.Problems, errs.Reasons(err)...)
	}
}

// profileOf guesses which rule a code follows.
func profileOf(code string) string {
	switch {
	case strings.Contains(code, "-"):
		return ProfilePortal
	case len(code) > 24:
		return ProfileList
	}
	return ProfileStandard
}

// overlay writes what a row says over content that exists: cells that are empty or not in the file change nothing.
func (x *ImportLine) overlay(heads []string, base Content) (Content, error) {
	for _, f := range listFields() {
		i := slices.Index(heads, f.name)
		if i < 0 || i >= len(x.Cells) || x.Cells[i] == "" {
			continue
		}
		if err := f.set(&base, f.get(&x.Content)); err != nil && f.get(&x.Content) != "" {
			return base, ErrImportRows.Field("file", "第 %d 行：%s。", x.Line, err.Error())
		}
	}
	return base, base.Check()
}
