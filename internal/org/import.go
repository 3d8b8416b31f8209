package org

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// ImportKind is what an uploaded list (导入名单) holds.
type ImportKind string

// The kinds of list.
const (
	ImportUnits ImportKind = "units"
	ImportSites ImportKind = "sites"
	ImportUsers ImportKind = "users"
)

// ImportKinds lists the kinds in the order in which they build on each other.
func ImportKinds() []Choice {
	return []Choice{{string(ImportSites), "站点"}, {string(ImportUnits), "单位"}, {string(ImportUsers), "用户"}}
}

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

// ImportRow is one row of a list and what becomes of it.
type ImportRow struct {
	Line    int    // in the file, from 1
	Key     string // name or user name
	Verdict Verdict
	Notes   []string // why it is refused, or what changes
}

// ImportPlan (导入预览) is what applying a list would do now.
type ImportPlan struct {
	ID       string // of the draft, for ApplyImport
	Kind     ImportKind
	FileName string
	Rows     []ImportRow
	Ignored  []string // columns that mean nothing here
	Digest   string   // of the verdicts, so that exactly what was seen is applied
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

// OneTimePassword is the first password of a new account, to be handed over once.
type OneTimePassword struct {
	Username    string
	DisplayName string
	Password    string
}

// Errors of imports.
var (
	ErrImportHead    = errs.New(errs.Invalid, "org.import_head", "表头不对，没有导入。")
	ErrImportEmpty   = errs.New(errs.Invalid, "org.import_empty", "文件里没有数据行，没有导入。第一行是表头，从第二行起每行一条。")
	ErrImportLong    = errs.New(errs.Invalid, "org.import_long", "一次最多导入 5000 行，没有导入。请分成几个文件。")
	ErrImportKind    = errs.New(errs.Invalid, "org.import_kind", "请选择导入的内容：单位、站点或用户。")
	ErrImportRefused = errs.New(errs.Conflict, "org.import_refused", "名单里有不能导入的行，全部没有导入。请按预览里的原因改正后重新上传。")
	ErrImportMoved   = errs.New(errs.Conflict, "org.import_moved", "预览之后数据有变化，没有导入。请重新查看预览再确认。")
	ErrImportGone    = errs.New(errs.NotFound, "org.import_gone", "这次导入已经完成或过期，请重新上传。")
)

const maxImportRows = 5000

// importDraft is a row of org_import; the list is sealed because it may hold telephone numbers.
type importDraft struct {
	CentreID  string        `db:"centre_id"`
	ID        string        `db:"id"`
	Kind      ImportKind    `db:"kind"`
	FileName  string        `db:"file_name"`
	RowsEnc   []byte        `db:"rows_enc"`
	CreatedBy string        `db:"created_by"`
	CreatedAt clock.Instant `db:"created_at"`
}

// record is one row under its column names; absent and empty cells are "".
type record struct {
	line  int
	cells map[string]string
}

func (r *record) cell(column string) string { return r.cells[column] }

// or is the cell, or old where the cell is empty: an empty cell changes nothing.
func (r *record) or(column, old string) string {
	if s := r.cells[column]; s != "" {
		return s
	}
	return old
}

// importer turns records of one kind into changes.
type importer struct {
	columns  []string // the first is required
	aliases  map[string]string
	requires []actor.Permission
	apply    func(tx *store.Tx, run *importRun, r *record) (key string, v Verdict, notes []string, err error)
}

// importRun is one pass over a list, for preview or for good.
type importRun struct {
	m         *Module
	a         *actor.Actor
	seen      map[string]int // key or record id → line
	passwords []OneTimePassword
	hashes    []string // of passwords still to be given; nil in a preview
	preview   bool
}

func importerOf(kind ImportKind) (importer, error) {
	switch kind {
	case ImportUnits:
		return unitImporter(), nil
	case ImportSites:
		return siteImporter(), nil
	case ImportUsers:
		return userImporter(), nil
	}
	return importer{}, ErrImportKind
}

// ImportColumns lists the columns of a kind, the required one first, for the page that explains the format.
func ImportColumns(kind ImportKind) []string {
	im, err := importerOf(kind)
	if err != nil {
		return nil
	}
	return im.columns
}

// records gives the rows of a list under this importer's column names, without blank ones.
func (im *importer) records(in List) (list []record, ignored []string, err error) {
	head := make([]string, len(in.Columns))
	for i, h := range in.Columns {
		h = strings.TrimSpace(h)
		if alias, ok := im.aliases[h]; ok {
			h = alias
		}
		switch {
		case h == "":
		case !slices.Contains(im.columns, h):
			ignored = append(ignored, h)
		case slices.Contains(head[:i], h):
			return nil, nil, ErrImportHead.Say("表头里“%s”出现了两次，没有导入。", h)
		default:
			head[i] = h
		}
	}
	if !slices.Contains(head, im.columns[0]) {
		return nil, nil, ErrImportHead.Say("表头里没有“%s”这一列，没有导入。可用的列：%s。", im.columns[0], strings.Join(im.columns, "、"))
	}
	for _, row := range in.Rows {
		r := record{line: row.Line, cells: map[string]string{}}
		for j, c := range row.Cells {
			if c = strings.TrimSpace(c); c != "" && j < len(head) && head[j] != "" {
				r.cells[head[j]] = c
			}
		}
		if len(r.cells) > 0 {
			list = append(list, r)
		}
	}
	switch {
	case len(list) == 0:
		return nil, nil, ErrImportEmpty
	case len(list) > maxImportRows:
		return nil, nil, ErrImportLong
	}
	return list, ignored, nil
}

// PreviewImport keeps a list for ApplyImport, and tells what it would do: row by row, without changing anything. A
// repeated key names the draft of the first time.
func (m *Module) PreviewImport(ctx context.Context, kind ImportKind, in List) (ImportPlan, error) {
	a := actor.From(ctx)
	if err := requireImport(a, kind); err != nil {
		return ImportPlan{}, err
	}
	p, err := m.dryRun(ctx, kind, in)
	if err != nil {
		return ImportPlan{}, err
	}
	text, err := json.Marshal(in)
	if err != nil {
		return ImportPlan{}, fmt.Errorf("keep the list: %w", err)
	}
	sealed := m.keys.Seal(string(text))
	content := m.keys.BlindIndex(crypt.Kind("org-import"), string(kind)+string(text))
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		p.ID, p.FileName = tx.NewID(), in.Name
		prior, repeated, err := once.ClaimContent(tx, in.Key, "org.import_preview", content, p.ID)
		if err != nil || repeated {
			p.ID = prior
			return err
		}
		return store.Insert(tx, "org_import", importDraft{CentreID: a.CentreID, ID: p.ID, Kind: kind, FileName: in.Name, RowsEnc: sealed,
			CreatedBy: a.UserID, CreatedAt: tx.Now()})
	})
	return p, err
}

func requireImport(a *actor.Actor, kind ImportKind) error {
	im, err := importerOf(kind)
	if err != nil {
		return err
	}
	for _, p := range append([]actor.Permission{PermImport}, im.requires...) {
		if err := a.Require(p); err != nil {
			return err
		}
		if a.Scope(p) < actor.Centre {
			return actor.ErrForbidden.With("permission", string(p))
		}
	}
	return nil
}

// ImportPreview gives the plan of a kept list as the data stands now.
func (m *Module) ImportPreview(ctx context.Context, id string) (ImportPlan, error) {
	d, rows, err := m.loadImport(ctx, id)
	if err != nil {
		return ImportPlan{}, err
	}
	p, err := m.dryRun(ctx, d.Kind, rows)
	p.ID, p.FileName = d.ID, d.FileName
	return p, err
}

func (m *Module) loadImport(ctx context.Context, id string) (importDraft, List, error) {
	a := actor.From(ctx)
	if err := a.Require(PermImport); err != nil {
		return importDraft{}, List{}, err
	}
	var d importDraft
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		d, err = store.Get[importDraft](tx, "SELECT "+store.Columns[importDraft]("")+" FROM org_import WHERE centre_id = $1 AND id = $2 AND created_by = $3", a.CentreID, id, a.UserID)
		return missing(err, ErrImportGone)
	})
	if err == nil {
		err = requireImport(a, d.Kind)
	}
	if err != nil {
		return importDraft{}, List{}, err
	}
	text, err := m.keys.Open(d.RowsEnc)
	if err != nil {
		return importDraft{}, List{}, err
	}
	var list List
	err = json.Unmarshal([]byte(text), &list)
	return d, list, err
}

// errDryRun rolls a preview back.
var errDryRun = errors.New("org: preview, nothing kept")

// dryRun does the whole import and rolls it back, so that the preview cannot differ from the real thing.
func (m *Module) dryRun(ctx context.Context, kind ImportKind, in List) (ImportPlan, error) {
	var p ImportPlan
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		p, err = (&importRun{m: m, a: actor.From(ctx), preview: true}).all(tx, kind, in)
		if err != nil {
			return err
		}
		return errDryRun
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	return p, err
}

// all applies every row in tx and collects the verdicts.
func (run *importRun) all(tx *store.Tx, kind ImportKind, in List) (ImportPlan, error) {
	p := ImportPlan{Kind: kind}
	im, err := importerOf(kind)
	if err != nil {
		return p, err
	}
	list, ignored, err := im.records(in)
	if err != nil {
		return p, err
	}
	if _, err := loadCentre(tx, run.a.CentreID, true); err != nil { // one import at a time
		return p, err
	}
	p.Ignored, run.seen = ignored, map[string]int{}
	for i := range list {
		key, verdict, notes, err := im.apply(tx, run, &list[i])
		if err != nil {
			if verdict, notes = RowRefused, errs.Reasons(err); notes == nil {
				return p, fmt.Errorf("line %d: %w", list[i].line, err)
			}
		}
		p.Rows = append(p.Rows, ImportRow{Line: list[i].line, Key: key, Verdict: verdict, Notes: notes})
	}
	sum := sha256.New()
	for _, r := range p.Rows {
		fmt.Fprintf(sum, "%d %q %s %q\n", r.Line, r.Key, r.Verdict, r.Notes)
	}
	p.Digest = hex.EncodeToString(sum.Sum(nil)[:8])
	return p, nil
}

// once refuses a key that an earlier row of the list had.
func (run *importRun) once(key string, line int) error {
	if before, twice := run.seen[key]; twice {
		return ErrInput.Field("key", "与第 %d 行重复", before)
	}
	run.seen[key] = line
	return nil
}

// ApplyImport does what the preview with this digest said: every row, or nothing. New accounts get one-time passwords,
// which are in the result this once.
func (m *Module) ApplyImport(ctx context.Context, id, digest string) (ImportPlan, []OneTimePassword, error) {
	seen, err := m.ImportPreview(ctx, id)
	if err != nil {
		return ImportPlan{}, nil, err
	}
	if seen.Count(RowRefused) > 0 {
		return seen, nil, ErrImportRefused
	}
	if seen.Digest != digest {
		return seen, nil, ErrImportMoved
	}
	d, rows, err := m.loadImport(ctx, id)
	if err != nil {
		return ImportPlan{}, nil, err
	}
	passwords, hashes, err := m.passwordsFor(ctx, &seen)
	if err != nil {
		return ImportPlan{}, nil, err
	}
	var p ImportPlan
	var given []OneTimePassword
	err = m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		run := &importRun{m: m, a: actor.From(ctx), passwords: passwords, hashes: hashes}
		if p, err = run.all(tx, d.Kind, rows); err != nil {
			return err
		}
		if p.Digest != digest {
			return ErrImportMoved
		}
		given = passwords[:len(passwords)-len(run.passwords)]
		if n, err := tx.Exec("DELETE FROM org_import WHERE centre_id = $1 AND id = $2", d.CentreID, d.ID); err != nil || n == 0 {
			return errors.Join(err, ErrImportGone)
		}
		return audit.Record(tx, audit.Entry{Action: "org.import", Permission: PermImport, Kind: "import", Object: d.ID, Detail: map[string]any{
			"kind": d.Kind, "added": p.Count(RowAdded), "changed": p.Count(RowChanged), "unchanged": p.Count(RowUnchanged)}})
	})
	if err != nil {
		return seen, nil, err
	}
	p.FileName = d.FileName
	return p, given, nil
}

// passwordsFor makes as many one-time passwords as the plan adds accounts, outside the transaction.
func (m *Module) passwordsFor(ctx context.Context, p *ImportPlan) (passwords []OneTimePassword, hashes []string, err error) {
	if p.Kind != ImportUsers {
		return nil, nil, nil
	}
	for range p.Count(RowAdded) {
		one := OneTimePassword{Password: oneTimePassword()}
		hash, err := m.hasher.hash(ctx, one.Password, randomParams)
		if err != nil {
			return nil, nil, err
		}
		passwords, hashes = append(passwords, one), append(hashes, hash)
	}
	return passwords, hashes, nil
}

// CancelImport forgets a kept list.
func (m *Module) CancelImport(ctx context.Context, id string) error {
	a := actor.From(ctx)
	if err := a.Require(PermImport); err != nil {
		return err
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec("DELETE FROM org_import WHERE centre_id = $1 AND id = $2 AND created_by = $3", a.CentreID, id, a.UserID)
		if err != nil || n == 0 {
			return errors.Join(err, ErrImportGone)
		}
		return audit.Record(tx, audit.Entry{Action: "org.import_cancel", Permission: PermImport, Kind: "import", Object: id})
	})
}

// note describes one changed value; "" where nothing changed.
func note(label, before, after string) string {
	if before == after {
		return ""
	}
	show := func(s string) string {
		if s == "" {
			return "（空）"
		}
		return s
	}
	return label + "：" + show(before) + " → " + show(after)
}

func notesOf(notes ...string) []string {
	return slices.DeleteFunc(notes, func(s string) bool { return s == "" })
}
