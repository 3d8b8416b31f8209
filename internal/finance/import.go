package finance

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/document/table"
	"yichuang/internal/errs"
	"yichuang/internal/money"
	"yichuang/internal/store"
)

// ImportKind is what the rows of a file become.
type ImportKind string

// The kinds of import.
const (
	ImportEntries ImportKind = "entries" // 分录
	ImportBudget  ImportKind = "budget"  // 预算指标
)

// Label is the kind's Chinese name.
func (k ImportKind) Label() string {
	return map[ImportKind]string{ImportEntries: "分录", ImportBudget: "预算指标"}[k]
}

// Field is one thing that a column may hold.
type Field struct {
	Name, Label string
	Needed      bool
	names       []string // what columns that hold it are called
}

// Fields lists what columns of a file may hold.
func (k ImportKind) Fields() []Field {
	class := []Field{{"fund", "资金性质", false, []string{"资金性质", "资金来源", "预算类型"}}, {"func", "功能分类", true, []string{"功能分类", "支出功能分类", "功能科目", "功能分类科目", "功能分类代码"}},
		{"econ", "部门经济分类", false, []string{"部门经济分类", "部门支出经济分类", "经济分类", "经济科目", "经济分类代码"}}, {"kind", "支出类型", false, []string{"支出类型", "支出性质", "基本/项目", "项目类别"}},
		{"project", "项目", false, []string{"项目", "项目名称", "项目代码"}}, {"unit", "预算单位", false, []string{"预算单位", "单位", "单位名称", "单位编码"}},
		{"amount", "金额", true, []string{"金额", "支付金额", "发生额", "本期金额", "指标金额", "预算金额"}}}
	if k == ImportBudget {
		return append([]Field{{"phase", "阶段", false, []string{"阶段", "指标类型", "预算阶段"}}, {"document", "文号", false, []string{"文号", "指标文号", "发文文号"}}, {"day", "日期", false, []string{"日期", "下达日期", "发文日期"}}}, class...)
	}
	return append([]Field{{"voucher", "凭证号", true, []string{"凭证号", "凭证编号", "支付凭证号", "单据号"}}, {"day", "日期", true, []string{"日期", "凭证日期", "支付日期", "记账日期"}},
		{"account", "预算会计科目", false, []string{"预算会计科目", "会计科目", "科目代码", "科目编码"}}, {"contra", "对方科目", false, []string{"对方科目", "对方科目代码"}}, {"summary", "摘要", false, []string{"摘要", "用途", "资金用途"}}}, class...)
}

// Mapping (字段对照) names the column that holds each field; amounts are in 元, or in 万元.
type Mapping struct {
	Columns map[string]string `json:"columns"`
	Wan     bool              `json:"wan"`
}

// Guess finds the columns of the fields by their names: an exact name before one that only contains it.
func (k ImportKind) Guess(columns []string) Mapping {
	m := Mapping{Columns: map[string]string{}}
	used := map[string]bool{}
	for _, exact := range []bool{true, false} {
		for _, f := range k.Fields() {
			for _, name := range f.names {
				i := slices.IndexFunc(columns, func(c string) bool { return !used[c] && (c == name || !exact && strings.Contains(c, name)) })
				if m.Columns[f.Name] == "" && i >= 0 {
					m.Columns[f.Name] = columns[i]
					used[columns[i]] = true
				}
			}
		}
	}
	m.Wan = strings.Contains(m.Columns["amount"], "万元")
	return m
}

// Import (导入) is a file that was read, and what became of it.
type Import struct {
	CentreID string        `db:"centre_id" json:"-"`
	Year     int           `db:"year" json:"year"`
	ID       string        `db:"id" json:"id"`
	Kind     ImportKind    `db:"kind" json:"kind"`
	File     string        `db:"file" json:"file"`
	Digest   string        `db:"digest" json:"digest"`
	State    string        `db:"state" json:"state"` // preview or applied
	Lines    int64         `db:"lines" json:"lines"`
	Fen      money.Fen     `db:"fen" json:"fen"`
	Data     []byte        `db:"data" json:"-"`
	At       clock.Instant `db:"at" json:"at"`
	By       string        `db:"by_user" json:"by"`
}

// The states of an import.
const (
	importPreview = "preview"
	importApplied = "applied"
)

// Applied reports whether the file's rows are in the books.
func (i *Import) Applied() bool { return i.State == importApplied }

// Refusals about imports.
var (
	ErrImportFile    = errs.New(errs.Invalid, "finance.import_file", "文件没有读出来，没有导入。")
	ErrImportMissing = errs.New(errs.NotFound, "finance.import_missing", "没有这次导入，或您无权查看。")
	ErrImportRows    = errs.New(errs.Invalid, "finance.import_rows", "有的行不能导入，一行都没有登记。请按提示改好文件或字段对照后再试。")
	ErrImportDone    = errs.New(errs.Conflict, "finance.import_done", "这个文件已经导入过，没有重复登记。")
	ErrImportControl = errs.New(errs.Invalid, "finance.import_control", "合计与控制数不一致，没有登记。")
)

var importColumns = store.Columns[Import]("")

const maxImport = 50_000

// Sheet is the rows of a file, as they were read.
type Sheet struct {
	Columns []string   `json:"columns"`
	Lines   []int      `json:"lines"`
	Rows    [][]string `json:"rows"`
	// ByHand says that the columns will be mapped by hand, because the file calls them by other names.
	ByHand bool `json:"-"`
}

// ReadSheet reads the rows of a file for an import.
func ReadSheet(r *table.Reader) (Sheet, error) {
	var s Sheet
	rows, err := r.ReadAll()
	if err != nil {
		return s, err
	}
	if len(rows) == 0 {
		return s, ErrImportFile.Field("file", "文件里没有数据行。")
	}
	if len(rows) > maxImport {
		return s, ErrImportFile.Field("file", "文件有 %d 行，一次最多导入 %d 行。请拆分后再试。", len(rows), maxImport)
	}
	s.Columns = rows[0].Columns
	for _, row := range rows {
		if strings.Join(row.Cells, "") == "" || isTotal(row.Cells) {
			continue
		}
		s.Lines = append(s.Lines, row.Line)
		s.Rows = append(s.Rows, row.Cells)
	}
	return s, nil
}

// isTotal reports whether a row is a total of the rows above, which budget systems print at the end.
func isTotal(cells []string) bool {
	for _, c := range cells {
		if c == "" {
			continue
		}
		c = strings.ReplaceAll(c, " ", "")
		return c == "合计" || c == "总计" || c == "小计"
	}
	return false
}

// check refuses a file whose head names nothing for what a row cannot do without: most likely it is another file.
func (s *Sheet) check(k ImportKind) error {
	if s.ByHand {
		return nil
	}
	guess := k.Guess(s.Columns)
	var missing []string
	for _, f := range k.Fields() {
		if f.Needed && guess.Columns[f.Name] == "" {
			missing = append(missing, "“"+f.Label+"”")
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return ErrImportFile.Field("file", "表头里没有认出%s。文件的表头是：%s。请检查是不是选错了文件或内容；只是列名不同的，勾选“列名不同，我来指定”再试。",
		strings.Join(missing, "、"), cut(strings.Join(s.Columns, "、"), 120))
}

// ImportHeads are names by which the head of a file is found.
func ImportHeads(k ImportKind) []string {
	var out []string
	for _, f := range k.Fields() {
		out = append(out, f.names...)
	}
	return out
}

// pack and unpack keep a sheet in a column.
func (s Sheet) pack() ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(s); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func unpack(data []byte) (Sheet, error) {
	var s Sheet
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return s, fmt.Errorf("stored import: %w", err)
	}
	text, err := io.ReadAll(z)
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	return s, err
}

// digest names the content of a sheet, whatever the file is called.
func (s Sheet) digest() (string, error) {
	text, err := json.Marshal(s.Rows)
	if err != nil {
		return "", err
	}
	sum := crypt.SM3(text)
	return hex.EncodeToString(sum[:16]), nil
}

// value gives a field of a row by the mapping.
func (s *Sheet) value(m *Mapping, row int, field string) string {
	name := m.Columns[field]
	if name == "" {
		return ""
	}
	if i := slices.Index(s.Columns, name); i >= 0 && i < len(s.Rows[row]) {
		return s.Rows[row][i]
	}
	return ""
}
