package knowledge

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/document/table"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// Columns are the columns of a list of entries, the same for export and import; the first must be there.
var Columns = []string{"标题", "编号", "问", "答", "依据文号", "依据链接", "适用范围", "主责单位", "有效期至", "事项分类", "关键词", "公开级别"}

// columnAliases are other names that lists of other systems use.
var columnAliases = map[string]string{"知识标题": "标题", "名称": "标题", "知识编号": "编号", "问题": "问", "咨询内容": "问", "答案": "答", "答复": "答", "答复内容": "答", "政策依据": "依据文号", "文号": "依据文号",
	"链接": "依据链接", "网址": "依据链接", "责任单位": "主责单位", "单位": "主责单位", "有效期": "有效期至", "失效日期": "有效期至", "分类": "事项分类", "同义词": "关键词"}

// Verdict is what an import does with one row.
type Verdict string

// The verdicts.
const (
	RowAdded     Verdict = "added"
	RowChanged   Verdict = "changed"
	RowUnchanged Verdict = "unchanged"
	RowRefused   Verdict = "refused"
)

// Label is the Chinese word of a verdict.
func (v Verdict) Label() string {
	return map[Verdict]string{RowAdded: "新增", RowChanged: "修改", RowUnchanged: "不变", RowRefused: "拒绝"}[v]
}

// ImportRow is one row of an uploaded list and what becomes of it.
type ImportRow struct {
	Line    int      `json:"line"`
	Title   string   `json:"title"`
	Verdict Verdict  `json:"verdict"`
	Notes   []string `json:"notes,omitempty"`
}

// ImportPlan (导入预览) is what importing a list would do now.
type ImportPlan struct {
	ID       string      `json:"id"`
	FileName string      `json:"file_name"`
	Publish  bool        `json:"publish"`
	Rows     []ImportRow `json:"rows"`
	Ignored  []string    `json:"ignored,omitempty"`
	Digest   string      `json:"digest"` // of the verdicts, so that exactly what was seen is imported
}

// Count tells how many rows have a verdict.
func (p *ImportPlan) Count(v Verdict) int {
	n := 0
	for _, r := range p.Rows {
		if r.Verdict == v {
			n++
		}
	}
	return n
}

// Errors of imports.
var (
	ErrImportHead    = errs.New(errs.Invalid, "knowledge.import_head", "表头里没有“标题”这一列，没有导入。第一行应是表头：标题、问、答、依据文号等，可以先导出现有条目作模板。")
	ErrImportEmpty   = errs.New(errs.Invalid, "knowledge.import_empty", "文件里没有数据行，没有导入。第一行是表头，从第二行起每行一条。")
	ErrImportRefused = errs.New(errs.Conflict, "knowledge.import_refused", "名单里有不能导入的行，全部没有导入。请按预览里的原因改正后重新上传。")
	ErrImportMoved   = errs.New(errs.Conflict, "knowledge.import_moved", "预览之后数据有变化，没有导入。请重新查看预览再确认。")
	ErrImportGone    = errs.New(errs.NotFound, "knowledge.import_gone", "这次导入已经完成或过期，请重新上传。")
)

// List is an uploaded list of entries.
type List struct {
	Name    string    `json:"name"`
	Ignored []string  `json:"ignored,omitempty"`
	Rows    []ListRow `json:"rows"`
}

// ListRow is one row of a List: its cells by column.
type ListRow struct {
	Line  int               `json:"line"`
	Cells map[string]string `json:"cells"`
}

const maxImportRows = 5000

// ReadList reads a list from a file, XLSX or CSV in any of the usual encodings.
func ReadList(name string, file io.ReaderAt, size int64) (List, error) {
	expect := append([]string{}, Columns...)
	for alias := range columnAliases {
		expect = append(expect, alias)
	}
	r, err := table.Open(name, file, size, table.Options{Limits: table.Limits{Size: 16 << 20, Rows: maxImportRows + 1, Columns: 60, Cell: maxAnswer + 1}, Expect: expect})
	if err != nil {
		return List{}, err
	}
	rows, err := r.ReadAll()
	if err != nil {
		return List{}, err
	}
	list := List{Name: name}
	head := make([]string, len(r.Columns()))
	for i, h := range r.Columns() {
		h = strings.TrimSpace(h)
		if alias, ok := columnAliases[h]; ok {
			h = alias
		}
		if !slices.Contains(Columns, h) || slices.Contains(head[:i], h) {
			list.Ignored = append(list.Ignored, h)
			continue
		}
		head[i] = h
	}
	if !slices.Contains(head, Columns[0]) {
		return list, ErrImportHead
	}
	for _, row := range rows {
		cells := map[string]string{}
		for i, c := range row.Cells {
			if c = strings.TrimSpace(c); c != "" && i < len(head) && head[i] != "" {
				cells[head[i]] = c
			}
		}
		if len(cells) > 0 {
			list.Rows = append(list.Rows, ListRow{row.Line, cells})
		}
	}
	if len(list.Rows) == 0 {
		return list, ErrImportEmpty
	}
	return list, nil
}

// importDraft is a row of knowledge_import.
type importDraft struct {
	CentreID  string        `db:"centre_id"`
	ID        string        `db:"id"`
	FileName  string        `db:"file_name"`
	Publish   bool          `db:"publish"`
	List      string        `db:"list"`
	CreatedBy string        `db:"created_by"`
	CreatedAt clock.Instant `db:"created_at"`
}

// PreviewImport keeps a list for ApplyImport and tells what it would do, row by row. With publish the entries go in force at
// once, which the permission to publish is needed for; else they wait for the hotline office's review.
func (m *Module) PreviewImport(ctx context.Context, in List, publish bool) (ImportPlan, error) {
	a := actor.From(ctx)
	if err := requireImport(a, publish); err != nil {
		return ImportPlan{}, err
	}
	p, err := m.dryRun(ctx, in, publish)
	if err != nil {
		return p, err
	}
	kept, err := json.Marshal(in)
	if err != nil {
		return p, err
	}
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		p.ID, p.FileName = tx.NewID(), in.Name
		if err := store.Insert(tx, "knowledge_import", importDraft{CentreID: a.CentreID, ID: p.ID, FileName: in.Name, Publish: publish, List: string(kept),
			CreatedBy: a.UserID, CreatedAt: tx.Now()}); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "knowledge.import_preview", Permission: PermImport, Kind: "import", Object: p.ID, Detail: map[string]any{"rows": len(p.Rows)}})
	})
	return p, err
}

func requireImport(a *actor.Actor, publish bool) error {
	if err := a.Require(PermImport); err != nil {
		return err
	}
	if publish {
		return a.Require(PermPublish)
	}
	return nil
}

// ImportPreview gives the plan of a kept list as things stand now.
func (m *Module) ImportPreview(ctx context.Context, id string) (ImportPlan, error) {
	d, list, err := m.keptImport(ctx, id)
	if err != nil {
		return ImportPlan{}, err
	}
	p, err := m.dryRun(ctx, list, d.Publish)
	p.ID, p.FileName = d.ID, d.FileName
	return p, err
}

func (m *Module) keptImport(ctx context.Context, id string) (importDraft, List, error) {
	a := actor.From(ctx)
	if err := a.Require(PermImport); err != nil {
		return importDraft{}, List{}, err
	}
	var d importDraft
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		d, err = store.Get[importDraft](tx, "SELECT "+store.Columns[importDraft]("")+" FROM knowledge_import WHERE centre_id = $1 AND id = $2 AND created_by = $3", a.CentreID, id, a.UserID)
		if errors.Is(err, store.ErrNotFound) {
			return ErrImportGone
		}
		return err
	})
	if err == nil {
		err = requireImport(a, d.Publish)
	}
	if err != nil {
		return d, List{}, err
	}
	var list List
	return d, list, json.Unmarshal([]byte(d.List), &list)
}

// errDryRun rolls a preview back.
var errDryRun = errors.New("knowledge: preview, nothing kept")

// dryRun does the whole import and rolls it back, so that the preview cannot differ from the real thing.
func (m *Module) dryRun(ctx context.Context, in List, publish bool) (ImportPlan, error) {
	var p ImportPlan
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if p, err = m.importAll(tx, in, publish); err != nil {
			return err
		}
		return errDryRun
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	return p, err
}

// ApplyImport does what the preview with this digest said: every row, or nothing.
func (m *Module) ApplyImport(ctx context.Context, id, digest string) (ImportPlan, error) {
	seen, err := m.ImportPreview(ctx, id)
	switch {
	case err != nil:
		return seen, err
	case seen.Count(RowRefused) > 0:
		return seen, ErrImportRefused
	case seen.Digest != digest:
		return seen, ErrImportMoved
	}
	d, list, err := m.keptImport(ctx, id)
	if err != nil {
		return seen, err
	}
	var p ImportPlan
	err = m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if p, err = m.importAll(tx, list, d.Publish); err != nil {
			return err
		}
		if p.Digest != digest {
			return ErrImportMoved
		}
		if n, err := tx.Exec("DELETE FROM knowledge_import WHERE centre_id = $1 AND id = $2", d.CentreID, d.ID); err != nil || n == 0 {
			return errors.Join(err, ErrImportGone)
		}
		return audit.Record(tx, audit.Entry{Action: "knowledge.import", Permission: PermImport, Kind: "import", Object: d.ID, Detail: map[string]any{
			"added": p.Count(RowAdded), "changed": p.Count(RowChanged), "unchanged": p.Count(RowUnchanged), "publish": d.Publish}})
	})
	p.ID, p.FileName = d.ID, d.FileName
	if err != nil {
		return seen, err
	}
	return p, nil
}

// importAll imports every row in tx and collects the verdicts.
func (m *Module) importAll(tx *store.Tx, in List, publish bool) (ImportPlan, error) {
	p := ImportPlan{Publish: publish, Ignored: in.Ignored, FileName: in.Name}
	run := &importRun{m: m, tx: tx, a: actor.From(tx.Context()), publish: publish, seen: map[string]int{}}
	sum := sha256.New()
	for _, row := range in.Rows {
		r := ImportRow{Line: row.Line, Title: row.Cells["标题"]}
		verdict, notes, err := run.row(row)
		if err != nil {
			if verdict, notes = RowRefused, errs.Reasons(err); notes == nil {
				return p, fmt.Errorf("line %d: %w", row.Line, err)
			}
		}
		r.Verdict, r.Notes = verdict, notes
		p.Rows = append(p.Rows, r)
		fmt.Fprintf(sum, "%d %q %s %q\n", r.Line, r.Title, r.Verdict, r.Notes)
	}
	p.Digest = hex.EncodeToString(sum.Sum(nil)[:8])
	return p, nil
}
