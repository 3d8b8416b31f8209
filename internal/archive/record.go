package archive

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

func itoa(n int) string { return strconv.Itoa(n) }

// State is what has become of a record.
type State string

// The states of a record.
const (
	Kept      State = "kept"      // 保管中
	Due       State = "due"       // 到期: its period is over, its destruction may be proposed
	Proposed  State = "proposed"  // 待销毁: on a destruction list
	Destroyed State = "destroyed" // 已销毁: only the catalogue is left
)

// States lists the states in the order of a record's life.
func States() []State { return []State{Kept, Due, Proposed, Destroyed} }

// Label is the state's Chinese name.
func (s State) Label() string {
	return map[State]string{Kept: "保管中", Due: "到期待鉴定", Proposed: "待销毁", Destroyed: "已销毁"}[s]
}

// Record (档案) is one archived object as the catalogue (目录) lists it. It names no person and no matter.
type Record struct {
	CentreID    string        `db:"centre_id" json:"-"`
	ID          string        `db:"id" json:"id"`
	Kind        string        `db:"kind" json:"kind"`
	Object      string        `db:"object" json:"object"`
	No          string        `db:"no" json:"no"`
	Class       string        `db:"class" json:"class"`
	State       State         `db:"state" json:"state"`
	ArchivedAt  clock.Instant `db:"archived_at" json:"archived_at"`
	ArchivedBy  string        `db:"archived_by" json:"archived_by,omitempty"`
	Files       int           `db:"files" json:"files"`             // in the package
	Size        int64         `db:"size" json:"size"`               // of the files, in bytes
	ContentSM3  string        `db:"content_sm3" json:"content_sm3"` // of the package; never changes
	KeepUntil   clock.Date    `db:"keep_until" json:"keep_until"`   // last day of its period; NoDate is for ever
	Holds       int           `db:"holds" json:"holds"`             // in force
	ListID      string        `db:"list_id" json:"list_id,omitempty"`
	DestroyedAt clock.Instant `db:"destroyed_at" json:"destroyed_at,omitzero"`
	Version     int64         `db:"version" json:"version"`
}

// ContentSum is the content sum of a body, as its record holds it.
func ContentSum(b Body) string {
	sum, _, _ := b.sum()
	return sum
}

// Document is one file of a package that is kept in the record's body: JSON about the object.
type Document struct {
	Name string          `json:"name"`
	Data json.RawMessage `json:"data"`
}

// Enclosure is one file of a package that lies in the attachment folder.
type Enclosure struct {
	Name   string `json:"name"` // in the package
	BlobID string `json:"blob_id"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
}

// Body is what is archived of an object.
type Body struct {
	Documents  []Document  `json:"documents"`
	Enclosures []Enclosure `json:"enclosures"`
}

// sum is the content sum: SM3 over the names, sizes and SHA-256 of all files, in the order of their names.
func (b Body) sum() (sm3 string, files int, size int64) {
	var list []FileSum
	for _, d := range b.Documents {
		list = append(list, FileSum{Name: d.Name, Size: int64(len(d.Data)), SHA256: sha256Hex(d.Data)})
	}
	for _, e := range b.Enclosures {
		list = append(list, FileSum{Name: e.Name, Size: e.Size, SHA256: e.SHA256})
	}
	for _, f := range list {
		size += f.Size
	}
	return contentSum(list), len(list), size
}

// PutInput is an object to be archived.
type PutInput struct {
	Kind, Object, No string
	Class            string // code of its retention class; the ordinary one where the centre has no such class
	Body             Body
}

// Put archives an object in tx, the one in which its module marks it as archived, and gives the record. Its content sum
// belongs into the object's own history.
func (m *Module) Put(tx *store.Tx, in PutInput) (Record, error) {
	a := actor.From(tx.Context())
	class, err := classTx(tx, a.CentreID, in.Class)
	if errors.Is(err, ErrInput) {
		class, err = classTx(tx, a.CentreID, ClassOrdinary)
	}
	if err != nil {
		return Record{}, err
	}
	sealed, err := m.sealBody(in.Body)
	if err != nil {
		return Record{}, err
	}
	r := Record{CentreID: a.CentreID, ID: tx.NewID(), Kind: in.Kind, Object: in.Object, No: in.No, Class: class.Code, State: Kept, ArchivedAt: tx.Now(),
		ArchivedBy: a.UserID, KeepUntil: class.KeepUntil(tx.Now()), Version: 1}
	r.ContentSM3, r.Files, r.Size = in.Body.sum()
	return r, store.Insert(tx, "archive_record", struct {
		Record
		BodyEnc []byte `db:"body_enc"`
	}{r, sealed})
}

func (m *Module) sealBody(b Body) ([]byte, error) {
	text, err := json.Marshal(b)
	if err != nil {
		return nil, fmt.Errorf("archive body: %w", err)
	}
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return m.keys.Seal(z.String()), nil
}

func (m *Module) openBody(sealed []byte) (b Body, err error) {
	text, err := m.keys.Open(sealed)
	if err != nil {
		return b, err
	}
	r, err := gzip.NewReader(strings.NewReader(text))
	if err != nil {
		return b, crypt.ErrDamaged.Wrap(err)
	}
	plain, err := io.ReadAll(r)
	if err == nil {
		err = json.Unmarshal(plain, &b)
	}
	return b, err
}

var recordColumns = store.Columns[Record]("")

// recordTx loads a record; lock is tx.ForUpdate() where it is to be changed.
func recordTx(tx *store.Tx, centre, id, lock string) (Record, error) {
	r, err := store.Get[Record](tx, "SELECT "+recordColumns+" FROM archive_record WHERE centre_id = $1 AND id = $2"+lock, centre, id)
	if errors.Is(err, store.ErrNotFound) {
		return r, ErrNotFound
	}
	return r, err
}

// save writes what changes of a record.
func (r *Record) save(tx *store.Tx) error {
	r.Version++
	return store.Check(tx.Exec(`UPDATE archive_record SET class = $3, state = $4, keep_until = $5, holds = $6, list_id = $7, destroyed_at = $8, version = $9
		WHERE centre_id = $1 AND id = $2 AND version = $10`, r.CentreID, r.ID, r.Class, r.State, r.KeepUntil, r.Holds, r.ListID, r.DestroyedAt, r.Version, r.Version-1))
}

// Filter chooses records; empty fields choose all.
type Filter struct {
	State State
	Class string
	No    string
	List  string // id of a destruction list
	Held  bool
	After string
	Limit int
}

const pageSize = 50

// Records gives a page of the catalogue, newest first, and the cursor of the next page.
func (m *Module) Records(ctx context.Context, f Filter) (out []Record, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, "", err
	}
	n := f.Limit
	if n <= 0 || n > 500 {
		n = pageSize
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	for _, c := range []struct{ column, value string }{{"state", string(f.State)}, {"class", f.Class}, {"no", strings.TrimSpace(f.No)}, {"list_id", f.List}} {
		if c.value != "" {
			w.And(c.column+" = ?", c.value)
		}
	}
	if f.Held {
		w.And("holds > 0")
	}
	if f.After != "" {
		w.And("id < ?", f.After)
	}
	w.Args = append(w.Args, n+1)
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		out, err = store.Select[Record](tx, "SELECT "+recordColumns+" FROM archive_record"+w.SQL()+" ORDER BY id DESC LIMIT $"+itoa(len(w.Args)), w.Args...)
		return err
	})
	if len(out) > n {
		out = out[:n]
		next = out[n-1].ID
	}
	return out, next, err
}

// ExportLimit is the greatest number of records of one exported catalogue.
const ExportLimit = 50_000

// ErrExportTooLong refuses an export with more than ExportLimit records.
var ErrExportTooLong = errs.New(errs.TooLarge, "archive.export_too_long", "符合条件的档案超过 50,000 份，没有导出。请选择状态或类别，分几次导出。")

// ExportCatalogue gives every record of a filter in the order of the catalogue, newest first (导出目录). What was asked for is
// in the audit log before the first record is read. The catalogue names no caller and no matter; by is the name
// of whoever archived it.
func (m *Module) ExportCatalogue(ctx context.Context, f Filter, each func(r Record, by string) error) error {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return err
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		return audit.Record(tx, audit.Entry{Action: "archive.catalogue", Permission: PermRead, Kind: "archive_record", Object: "list",
			Detail: map[string]any{"state": f.State, "class": f.Class, "no": f.No, "held": f.Held}})
	})
	if err != nil {
		return err
	}
	f.After, f.Limit = "", 500
	for n := 0; ; {
		list, next, err := m.Records(ctx, f)
		if err != nil {
			return err
		}
		if n += len(list); n > ExportLimit {
			return ErrExportTooLong
		}
		names, err := m.archivists(ctx, a.CentreID, list)
		if err != nil {
			return err
		}
		for _, r := range list {
			if err := each(r, names[r.ArchivedBy]); err != nil {
				return err
			}
		}
		if next == "" {
			return nil
		}
		f.After = next
	}
}

// archivists gives the names of those who archived records, by their ids; the program itself is 系统.
func (m *Module) archivists(ctx context.Context, centre string, list []Record) (names map[string]string, err error) {
	var people []string
	for _, r := range list {
		people = append(people, r.ArchivedBy)
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		names, err = m.org.UserNamesTx(tx, centre, people)
		return err
	})
	if names == nil {
		names = map[string]string{}
	}
	names[""] = "系统"
	return names, err
}

// File is one record with its holds (全宗卡).
type File struct {
	Record
	ClassName string `json:"class_name"`
	Term      string `json:"term"`
	MayTake   bool   `json:"may_take"` // the actor may take the package
	AllHolds  []Hold `json:"all_holds"`
	List      *List  `json:"list,omitempty"`
	Names     map[string]string
}

// Find gives one record.
func (m *Module) Find(ctx context.Context, id string) (f File, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return f, err
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		if f.Record, err = recordTx(tx, a.CentreID, id, ""); err != nil {
			return err
		}
		c, err := classTx(tx, a.CentreID, f.Class)
		if err != nil {
			return err
		}
		f.ClassName, f.Term = c.Name, c.Term()
		if f.State != Destroyed {
			_, refused := m.mayTake(tx, &f.Record)
			f.MayTake = refused == nil
		}
		if f.AllHolds, err = store.Select[Hold](tx, "SELECT "+store.Columns[Hold]("")+" FROM archive_hold WHERE centre_id = $1 AND record_id = $2 ORDER BY id", a.CentreID, id); err != nil {
			return err
		}
		people := []string{f.ArchivedBy}
		if f.ListID != "" {
			l, err := listTx(tx, a.CentreID, f.ListID, "")
			if err != nil {
				return err
			}
			f.List, people = &l, append(people, l.ProposedBy, l.DecidedBy)
		}
		for _, h := range f.AllHolds {
			people = append(people, h.PlacedBy, h.LiftedBy)
		}
		f.Names, err = m.org.UserNamesTx(tx, a.CentreID, people)
		return err
	})
	return f, err
}

// mayTake gives the permission by which the actor may take the package of a record: that of the guard of its kind, or PermExport.
func (m *Module) mayTake(tx *store.Tx, r *Record) (actor.Permission, error) {
	if guard := m.guards[r.Kind]; guard != nil {
		return guard(tx, r.Object)
	}
	return PermExport, actor.From(tx.Context()).Require(PermExport)
}

// Take gives what a package is made of, for those who may take it; the export is a line of the audit log before anything
// is given. A destroyed record has nothing left: archive.destroyed.
func (m *Module) Take(ctx context.Context, id string) (r Record, b Body, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return r, b, err
	}
	var sealed []byte
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		if r, err = recordTx(tx, a.CentreID, id, ""); err != nil {
			return err
		}
		perm, err := m.mayTake(tx, &r)
		if err != nil {
			return err
		}
		if r.State == Destroyed {
			return ErrDestroyed
		}
		type body struct {
			Sealed []byte `db:"body_enc"`
		}
		row, err := store.Get[body](tx, "SELECT body_enc FROM archive_record WHERE centre_id = $1 AND id = $2", a.CentreID, id)
		if err != nil {
			return err
		}
		sealed = row.Sealed
		return audit.Record(tx, audit.Entry{Action: "archive.export", Permission: perm, Kind: r.Kind, Object: r.Object, Detail: map[string]any{"no": r.No, "content_sm3": r.ContentSM3}})
	})
	if err != nil {
		return Record{}, b, err
	}
	if b, err = m.openBody(sealed); err != nil {
		return r, b, err
	}
	if got, _, _ := b.sum(); got != r.ContentSM3 {
		return r, b, ErrDamaged
	}
	return r, b, nil
}

// ErrDamaged is a body that is not what was archived.
var ErrDamaged = errs.New(errs.Internal, "archive.damaged", "档案内容与归档时的校验值不符，没有导出。请从备份恢复。")

// SetClass moves a record to another retention class (调整保管期限), with the reason.
func (m *Module) SetClass(ctx context.Context, id string, version int64, class, reason string) error {
	a := actor.From(ctx)
	if err := a.Require(PermClass); err != nil {
		return err
	}
	if reason = strings.TrimSpace(reason); reason == "" || len([]rune(reason)) > 200 {
		return ErrInput.Field("reason", "请写明理由，最多 200 字。")
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		r, err := recordTx(tx, a.CentreID, id, tx.ForUpdate())
		if err != nil {
			return err
		}
		if version != 0 && version != r.Version {
			return store.ErrStale.With("version", r.Version)
		}
		if r.State != Kept && r.State != Due {
			return ErrState
		}
		c, err := classTx(tx, a.CentreID, class)
		if err != nil {
			return err
		}
		was := r.Class
		r.Class, r.KeepUntil, r.State = c.Code, c.KeepUntil(r.ArchivedAt), Kept
		if err := r.save(tx); err != nil {
			return err
		}
		if err := Schedule(tx, a.CentreID); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "archive.reclass", Permission: PermClass, Kind: r.Kind, Object: r.Object, Detail: map[string]any{"no": r.No, "was": was, "class": c.Code, "reason": reason}})
	})
}

func sha256Hex(b []byte) string {
	sum := shaSum(b)
	return hex.EncodeToString(sum[:])
}
