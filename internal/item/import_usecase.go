package item

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Import is a list that was received, waiting to be looked at, or imported.
type Import struct {
	CentreID string        `db:"centre_id" json:"-"`
	ID       string        `db:"id" json:"id"`
	File     string        `db:"file" json:"file"`
	Digest   string        `db:"digest" json:"digest"`
	Lines    int64         `db:"lines" json:"lines"`
	Data     []byte        `db:"data" json:"-"`
	Applied  bool          `db:"applied" json:"applied"`
	At       clock.Instant `db:"at" json:"at"`
	By       string        `db:"by_user" json:"by"`
}

var importColumns = store.Columns[Import]("")

// ErrNoImport is a list that is not there.
var ErrNoImport = errs.New(errs.NotFound, "item.no_import", "没有这份名单，或您无权查看。请重新选择文件。")

// ImportPlan is what an import would do, or did.
type ImportPlan struct {
	Import   Import       `json:"import"`
	New      int          `json:"new"`      // items that are made
	Changed  int          `json:"changed"`  // items that get a new draft
	Same     int          `json:"same"`     // rows that say nothing new
	Refused  int          `json:"refused"`  // rows with problems: then nothing is imported
	Units    []string     `json:"units"`    // units that would be made
	Problems []ImportLine `json:"problems"` // the refused rows
	Rows     []ImportLine `json:"-"`        // all rows, for the page
	Outcomes []string     `json:"-"`        // what becomes of each row
}

// pack compresses a list.
func (l *ImportList) pack() ([]byte, string, error) {
	plain, err := json.Marshal(l)
	if err != nil {
		return nil, "", err
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(plain); err != nil {
		return nil, "", err
	}
	if err := w.Close(); err != nil {
		return nil, "", err
	}
	sum := crypt.SM3(plain)
	return b.Bytes(), hex.EncodeToString(sum[:]), nil
}

func unpack(data []byte) (ImportList, error) {
	var l ImportList
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return l, err
	}
	plain, err := io.ReadAll(io.LimitReader(r, 256<<20))
	if err != nil {
		return l, err
	}
	err = json.Unmarshal(plain, &l)
	for i := range l.Lines {
		if l.Lines[i].Cells != nil {
			l.Lines[i].Problems = nil // they are found again
		}
	}
	l.interpret()
	return l, err
}

// Receive keeps a list that was read, so that it can be looked at before it is imported; a repeated key gives the one of the first
// time.
func (m *Module) Receive(ctx context.Context, l ImportList, key string) (Import, error) {
	a := actor.From(ctx)
	var out Import
	if err := a.Require(PermImport); err != nil {
		return out, err
	}
	data, digest, err := l.pack()
	if err != nil {
		return out, err
	}
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		prior, repeated, err := once.ClaimContent(tx, key, "item.import_read", digest, "")
		if repeated {
			out, err = store.Get[Import](tx, "SELECT "+importColumns+" FROM item_import WHERE centre_id = $1 AND id = $2", a.CentreID, prior)
		}
		if repeated || err != nil {
			return err
		}
		out = Import{CentreID: a.CentreID, ID: tx.NewID(), File: l.File, Digest: digest, Lines: int64(len(l.Lines)), Data: data, At: tx.Now(), By: a.UserID}
		if err := store.Insert(tx, "item_import", out); err != nil {
			return err
		}
		if err := once.Name(tx, key, out.ID); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "item.import_read", Permission: PermImport, Kind: "import", Object: out.ID, Detail: map[string]any{"lines": out.Lines, "digest": digest}})
	})
	return out, err
}

// Preview says what importing a received list would do; createUnits makes units that do not exist, where the actor may.
func (m *Module) Preview(ctx context.Context, id string, createUnits bool) (ImportPlan, error) {
	a := actor.From(ctx)
	var p ImportPlan
	if err := a.Require(PermImport); err != nil {
		return p, err
	}
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		p = ImportPlan{}
		l, err := p.load(tx, a.CentreID, id)
		if err != nil {
			return err
		}
		_, err = m.plan(tx, &p, &l, createUnits)
		return err
	})
	return p, err
}

func (p *ImportPlan) load(tx *store.Tx, centre, id string) (ImportList, error) {
	var err error
	p.Import, err = store.Get[Import](tx, "SELECT "+importColumns+" FROM item_import WHERE centre_id = $1 AND id = $2", centre, id)
	if errors.Is(err, store.ErrNotFound) {
		return ImportList{}, ErrNoImport
	}
	if err != nil {
		return ImportList{}, err
	}
	return unpack(p.Import.Data)
}

// planned is what a row would do.
type planned struct {
	unit    string // id, "" for one that is to be made
	item    *Item  // nil for a new one
	newest  Version
	content Content
	same    bool
}

// plan decides every row against the items as they are now.
func (m *Module) plan(tx *store.Tx, p *ImportPlan, l *ImportList, createUnits bool) ([]planned, error) {
	centre := actor.From(tx.Context()).CentreID
	units := map[string]string{}
	out := make([]planned, len(l.Lines))
	p.Rows, p.Outcomes = l.Lines, make([]string, len(l.Lines))
	for i := range l.Lines {
		x := &l.Lines[i]
		if x.Unit != "" {
			id, err := m.unitOf(tx, units, centre, x.Unit)
			if err != nil {
				return nil, err
			}
			out[i].unit = id
			if id == "" && !createUnits {
				x.Problems = append(x.Problems, "本中心没有名为 “"+x.Unit+"” 的单位。请先由办公室新建单位，或改用已有单位的名称。")
			} else if id == "" && !slices.Contains(p.Units, x.Unit) {
				p.Units = append(p.Units, x.Unit)
			}
		}
		if err := m.planFirst(tx, units, centre, x); err != nil {
			return nil, err
		}
		if len(x.Problems) == 0 {
			if err := m.planRow(tx, centre, l.Heads, x, &out[i]); err != nil {
				return nil, err
			}
		}
		p.count(i, x, &out[i])
	}
	return out, nil
}

// planFirst finds the organ that reviews first (初审单位) by its name. It is not made by an import.
func (m *Module) planFirst(tx *store.Tx, known map[string]string, centre string, x *ImportLine) error {
	f := &x.Content.First
	if !f.Active() {
		return nil
	}
	id, err := m.unitOf(tx, known, centre, f.UnitID)
	if err == nil && id == "" {
		x.Problems = append(x.Problems, "本中心没有名为 “"+f.UnitID+"” 的初审单位。请先由办公室新建单位，或改用已有单位的名称。")
	}
	f.UnitID = id
	return err
}

func (p *ImportPlan) count(i int, x *ImportLine, row *planned) {
	switch {
	case len(x.Problems) > 0:
		p.Refused++
		p.Problems = append(p.Problems, *x)
		p.Outcomes[i] = "不能导入"
	case row.same:
		p.Same++
		p.Outcomes[i] = "已有，没有变化"
	case row.item != nil:
		p.Changed++
		p.Outcomes[i] = "生成新版本草稿"
	default:
		p.New++
		p.Outcomes[i] = "新增"
	}
}

func (m *Module) unitOf(tx *store.Tx, known map[string]string, centre, name string) (string, error) {
	if id, ok := known[name]; ok {
		return id, nil
	}
	u, err := m.org.UnitByNameTx(tx, centre, name)
	if err != nil && !errors.Is(err, org.ErrUnitMissing) {
		return "", err
	}
	known[name] = u.ID
	return u.ID, nil
}

// planRow compares a row with the item of its code.
func (m *Module) planRow(tx *store.Tx, centre string, heads []string, x *ImportLine, row *planned) error {
	it, err := store.Get[Item](tx, "SELECT "+itemColumns+" FROM item_item WHERE centre_id = $1 AND code = $2", centre, x.Content.Code)
	if errors.Is(err, store.ErrNotFound) {
		row.content = x.Content
		return m.planReviewer(tx, centre, x, row)
	}
	if err != nil {
		return err
	}
	row.item = &it
	if it.UnitID != row.unit {
		x.Problems = append(x.Problems, "这个实施编码的事项属于另一个单位。")
		return nil
	}
	list, err := versionsTx(tx, centre, it.ID)
	if err != nil {
		return err
	}
	row.newest = list[0]
	base, err := row.newest.Content()
	if err != nil {
		return err
	}
	base.stage() // as the row's steps were when it was read
	if row.content, err = x.overlay(heads, base); err != nil {
		x.Problems = append(x.Problems, errs.Reasons(err)...)
		return nil
	}
	if err := m.planReviewer(tx, centre, x, row); err != nil {
		return err
	}
	before, err := json.Marshal(base)
	if err != nil {
		return err
	}
	after, err := json.Marshal(row.content)
	if err != nil {
		return err
	}
	row.same = bytes.Equal(before, after)
	if !row.same && (row.newest.State == UnitReview || row.newest.State == InfoReview) {
		x.Problems = append(x.Problems, "这个事项有一个版本正在审核，请等审核完再导入。")
	}
	if !row.same && row.newest.State == Cancelled {
		x.Problems = append(x.Problems, "这个事项已取消，不能再编制新版本。")
	}
	return nil
}

// planReviewer notes a unit that may not review first, such as the item's own.
func (m *Module) planReviewer(tx *store.Tx, centre string, x *ImportLine, row *planned) error {
	err := m.reviewerTx(tx, centre, row.unit, &row.content)
	if errors.Is(err, ErrInput) {
		x.Problems = append(x.Problems, "初审单位应是实施主体以外的一个单位。")
		return nil
	}
	return err
}

// Apply imports all rows of a received list, or none: new items as drafts, what changed as drafts of a new version. Rows that say
// nothing new are passed over, so that a second time adds nothing.
func (m *Module) Apply(ctx context.Context, id string, createUnits bool) (ImportPlan, error) {
	a := actor.From(ctx)
	var p ImportPlan
	if err := a.Require(PermImport); err != nil {
		return p, err
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		p = ImportPlan{}
		l, err := p.load(tx, a.CentreID, id)
		if err != nil {
			return err
		}
		rows, err := m.plan(tx, &p, &l, createUnits)
		if err != nil {
			return err
		}
		if p.Refused > 0 {
			return refusal(p.Problems)
		}
		if err := m.enter(tx, &p, &l, rows); err != nil {
			return err
		}
		if err := tx.Queue("UPDATE item_import SET applied = $1 WHERE centre_id = $2 AND id = $3", true, a.CentreID, id); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "item.import", Permission: PermImport, Kind: "import", Object: id, Detail: map[string]any{"new": p.New, "changed": p.Changed, "same": p.Same, "units": len(p.Units), "digest": p.Import.Digest}})
	})
	return p, err
}

// refusal names the first rows that are wrong.
func refusal(list []ImportLine) error {
	e := ErrImportRows
	for i, x := range list {
		if i == 5 {
			return e.Field("file", "另有 %d 行有误。", len(list)-i)
		}
		for _, t := range x.Problems {
			e = e.Field("file", "第 %d 行：%s", x.Line, t)
		}
	}
	return e
}

func (m *Module) enter(tx *store.Tx, p *ImportPlan, l *ImportList, rows []planned) error {
	made := map[string]string{}
	for _, name := range p.Units {
		u, err := m.org.CreateUnitTx(tx, org.UnitInput{Name: name, Kinds: []org.UnitKind{org.UnitStationed}, Group: org.GroupCounty, ActiveFrom: clock.NoDate, ActiveTo: clock.NoDate})
		if err != nil {
			return err
		}
		made[name] = u.ID
	}
	for i := range rows {
		row := &rows[i]
		if row.same {
			continue
		}
		if row.unit == "" {
			row.unit = made[l.Lines[i].Unit]
		}
		if err := m.enterRow(tx, l.File, row); err != nil {
			return err
		}
	}
	return nil
}

func (m *Module) enterRow(tx *store.Tx, file string, row *planned) error {
	centre := actor.From(tx.Context()).CentreID
	if row.item == nil {
		_, _, err := m.createTx(tx, centre, NewItem{UnitID: row.unit, Content: row.content}, file)
		return err
	}
	if row.newest.State != Draft {
		_, err := m.reviseTx(tx, row.item, "导入 "+file, &row.content)
		return err
	}
	v := row.newest
	if err := v.write(&row.content); err != nil {
		return err
	}
	v.Revision++
	v.DraftedBy = actor.From(tx.Context()).UserID
	row.item.Name, row.item.Kind, row.item.FirstUnit = row.content.Name, row.content.Kind, row.content.First.UnitID
	if err := store.Update(tx, "item_version", v, "centre_id", "id"); err != nil {
		return err
	}
	return saveItem(tx, row.item)
}

// Export gives the rows of a list of items in the columns of ListColumns: of each item in the actor's reach the version in force
// today, and the newest one of items that have none. add is called for each row, in the order of age.
func (m *Module) Export(ctx context.Context, add func(cells []string) error) error {
	fields := listFields()
	return m.contents(ctx, func(x *exported) error {
		cells := []string{x.unit}
		x.content.First.UnitID = x.first
		for _, f := range fields {
			cells = append(cells, f.get(&x.content))
		}
		return add(cells)
	})
}

// Contents gives what Export gives, as contents with the name of their unit. Packages are not among them.
func (m *Module) Contents(ctx context.Context, add func(unit string, c *Content) error) error {
	return m.contents(ctx, func(x *exported) error { return add(x.unit, &x.content) })
}

func (m *Module) contents(ctx context.Context, add func(x *exported) error) error {
	after := ""
	for {
		list, next, err := m.exportPage(ctx, after)
		if err != nil {
			return err
		}
		for i := range list {
			if err := add(&list[i]); err != nil {
				return err
			}
		}
		if after = next; after == "" {
			return nil
		}
	}
}

// exported is the content of an item with the names of its unit and of the one that reviews first.
type exported struct {
	unit, first string
	content     Content
}

func (m *Module) exportPage(ctx context.Context, after string) (out []exported, next string, err error) {
	rows, next, err := m.Items(ctx, Filter{After: after, Limit: 200})
	if err != nil {
		return nil, "", err
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		out = nil
		for _, r := range rows {
			if r.Package {
				continue
			}
			list, err := versionsTx(tx, r.CentreID, r.ID)
			if err != nil {
				return err
			}
			v, err := InForce(list, tx.Now().Date())
			if err != nil {
				v = list[0]
			}
			c, err := v.Content()
			if err != nil {
				return err
			}
			x := exported{unit: r.UnitName, content: c}
			if c.First.Active() {
				first, err := m.org.UnitTx(tx, r.CentreID, c.First.UnitID)
				if err != nil {
					return err
				}
				x.first = first.Name
			}
			out = append(out, x)
		}
		return nil
	})
	return out, next, err
}
