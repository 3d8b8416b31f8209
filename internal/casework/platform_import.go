package casework

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/jobs"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// jobPlatform takes in one piece of an import after the other.
const jobPlatform = "casework.platform"

// pieceRows is how many rows one transaction takes in.
const pieceRows = 500

// States of an import.
const (
	ImportLooked  = "looked"  // 已预览, nothing written
	ImportRunning = "running" // 正在导入
	ImportDone    = "done"    // 已导入
)

// PlatformImport (导入任务) is a file of the platform that was read and looked at, and is taken in piece by piece.
type PlatformImport struct {
	CentreID string         `db:"centre_id" json:"-"`
	ID       string         `db:"id" json:"id"`
	File     string         `db:"file" json:"file"`
	Source   string         `db:"source" json:"source"`
	Digest   string         `db:"digest" json:"digest"`
	State    string         `db:"state" json:"state"`
	Total    int64          `db:"rows_total" json:"rows_total"` // rows that can be taken in
	Done     int64          `db:"rows_done" json:"rows_done"`
	Pieces   int64          `db:"pieces" json:"-"`
	Piece    int64          `db:"piece" json:"-"` // the next one
	Body     string         `db:"report" json:"-"`
	At       clock.Instant  `db:"at" json:"at"`
	By       string         `db:"by_user" json:"by,omitempty"`
	EndedAt  clock.Instant  `db:"ended_at" json:"ended_at,omitzero"`
	Report   PlatformReport `db:"-" json:"report"`
}

// PlatformReport is what an import would do or, once it is taken in, has done. Read is New, Changed, Same and Refused together.
type PlatformReport struct {
	Read     int               `json:"read"`
	New      int               `json:"new"`
	Changed  int               `json:"changed"`
	Same     int               `json:"same"`
	Refused  int               `json:"refused"`
	Linked   int               `json:"linked"` // that are cases of ours
	Noted    int               `json:"noted"`
	States   map[State]int     `json:"states"`
	Units    []string          `json:"units"` // names that no unit of ours has
	Items    []string          `json:"items"` // items that our catalogue does not have, by code or name
	Problems []PlatformProblem `json:"problems"`
}

// PlatformProblem is a row that is refused, or taken with a reservation.
type PlatformProblem struct {
	Line    int    `json:"line"`
	No      string `json:"no,omitempty"`
	Refused bool   `json:"refused"`
	Why     string `json:"why"`
}

const mostProblems = 200

func (r *PlatformReport) problem(x *PlatformRow, refused bool, why string) {
	if len(r.Problems) < mostProblems {
		r.Problems = append(r.Problems, PlatformProblem{x.Line, x.ExternalNo, refused, why})
	}
}

// PlatformFile is a file of the platform with the mapping that reads it.
type PlatformFile struct {
	Name    string
	Content []byte
	Mapping []byte // JSON; none for the program's own
	Key     string // idempotency key
}

// ErrImportGone is an import that is not there.
var (
	ErrImportGone  = errs.New(errs.NotFound, "casework.import_missing", "没有这次导入，或您无权查看。请重新选择文件。")
	ErrImportState = errs.New(errs.Conflict, "casework.import_state", "这次导入正在进行或已经完成，没有再次导入。")
)

// StartImport reads a file of the platform and says what taking it in would do (预览), without writing a case.
func (m *Module) StartImport(ctx context.Context, f PlatformFile) (PlatformImport, error) {
	a := actor.From(ctx)
	if err := a.Require(PermImport); err != nil {
		return PlatformImport{}, err
	}
	if len(f.Content) > PlatformFileSize {
		return PlatformImport{}, ErrPlatformFile.Say("文件超过 %d MB，没有读取。请拆分后再试。", PlatformFileSize>>20)
	}
	mapping, err := ReadPlatformMapping(f.Mapping)
	if err != nil {
		return PlatformImport{}, err
	}
	rows, err := ReadPlatform(f.Name, f.Content, mapping, m.db.Clock().Now())
	if err != nil {
		return PlatformImport{}, err
	}
	sum := crypt.SM3([]byte(mapping.Source), f.Mapping, f.Content)
	im := PlatformImport{CentreID: a.CentreID, File: f.Name, Source: mapping.Source, Digest: hex.EncodeToString(sum[:]), State: ImportLooked, By: a.UserID}
	good := im.sort(rows)
	if err := m.look(ctx, &im, good); err != nil {
		return im, err
	}
	pieces, err := m.cut(good)
	if err != nil {
		return im, err
	}
	im.Total, im.Pieces = int64(len(good)), int64(len(pieces))
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		prior, repeated, err := once.ClaimContent(tx, f.Key, "casework.import", im.Digest, "")
		if repeated {
			im, err = importOf(tx, a.CentreID, prior, "")
		}
		if repeated || err != nil {
			return err
		}
		im.ID, im.At = tx.NewID(), tx.Now()
		if err := im.seal(); err != nil {
			return err
		}
		if err := store.Insert(tx, "casework_import", im); err != nil {
			return err
		}
		for i, body := range pieces {
			if err := tx.Queue("INSERT INTO casework_import_piece (centre_id, import_id, n, body_enc) VALUES ($1, $2, $3, $4)", a.CentreID, im.ID, i, body); err != nil {
				return err
			}
		}
		if err := once.Name(tx, f.Key, im.ID); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "casework.import_read", Permission: PermImport, Kind: "import", Object: im.ID, Detail: map[string]any{"lines": im.Report.Read, "digest": im.Digest, "source": im.Source}})
	})
	return im, err
}

// seal puts the report into the row.
func (im *PlatformImport) seal() error {
	b, err := json.Marshal(im.Report)
	im.Body = string(b)
	return err
}

// sort counts the rows and gives those that can be taken in.
func (im *PlatformImport) sort(rows []PlatformRow) []PlatformRow {
	r := &im.Report
	r.Read, r.States, r.Units, r.Items, r.Problems = len(rows), map[State]int{}, []string{}, []string{}, []PlatformProblem{}
	var good []PlatformRow
	for i := range rows {
		x := &rows[i]
		if x.Problem != "" {
			r.Refused++
			r.problem(x, true, x.Problem)
			continue
		}
		if x.Note != "" {
			r.Noted++
			r.problem(x, false, x.Note)
		}
		r.States[x.State]++
		good = append(good, *x)
	}
	return good
}

// look finds out what taking the rows in would do.
func (m *Module) look(ctx context.Context, im *PlatformImport, rows []PlatformRow) error {
	return m.db.Read(ctx, func(tx *store.Tx) error {
		r := &im.Report
		r.New, r.Changed, r.Same, r.Linked, r.Units, r.Items = 0, 0, 0, 0, []string{}, []string{}
		for part := range slices.Chunk(rows, pieceRows) {
			plans, err := m.plan(tx, im, part)
			if err != nil {
				return err
			}
			if err := r.unknownItems(tx, im.CentreID, part); err != nil {
				return err
			}
			for i := range plans {
				r.count(&plans[i])
				if p := &plans[i]; p.next.UnitName != "" && p.next.UnitID == "" && !slices.Contains(r.Units, p.next.UnitName) && len(r.Units) < mostProblems {
					r.Units = append(r.Units, p.next.UnitName)
				}
			}
		}
		return nil
	})
}

// unknownItems notes the items of rows that the catalogue does not have. Their cases are taken in all the same.
func (r *PlatformReport) unknownItems(tx *store.Tx, centre string, rows []PlatformRow) error {
	var codes, names []string
	for i := range rows {
		codes, names = append(codes, rows[i].ItemCode), append(names, rows[i].ItemName)
	}
	known := map[string]bool{}
	for column, list := range map[string][]string{"code": codes, "name": names} {
		w := (&store.Where{}).And("centre_id = ?", centre)
		store.In(w, column, list)
		found, err := store.Select[string](tx, "SELECT "+column+" FROM item_item"+w.SQL(), w.Args...)
		if err != nil {
			return err
		}
		for _, s := range found {
			known[s] = true
		}
	}
	for i := range rows {
		x := &rows[i]
		name := strings.TrimSpace(x.ItemName + " " + x.ItemCode)
		if !known[or(x.ItemCode, x.ItemName)] && !slices.Contains(r.Items, name) && len(r.Items) < mostProblems {
			r.Items = append(r.Items, name)
		}
	}
	return nil
}

func (r *PlatformReport) count(p *platformPlan) {
	switch {
	case p.old == nil:
		r.New++
	case p.same():
		r.Same++
	default:
		r.Changed++
	}
	if p.next.CaseID != "" {
		r.Linked++
	}
}

// cut packs the rows into pieces, sealed: they name people.
func (m *Module) cut(rows []PlatformRow) ([][]byte, error) {
	var out [][]byte
	for part := range slices.Chunk(rows, pieceRows) {
		text, err := json.Marshal(part)
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write(text); err != nil {
			return nil, err
		}
		if err := z.Close(); err != nil {
			return nil, err
		}
		out = append(out, m.keys.Seal(b.String()))
	}
	return out, nil
}

func (m *Module) piece(tx *store.Tx, im *PlatformImport) ([]PlatformRow, error) {
	sealed, err := store.Get[struct {
		Body []byte `db:"body_enc"`
	}](tx, "SELECT body_enc FROM casework_import_piece WHERE centre_id = $1 AND import_id = $2 AND n = $3", im.CentreID, im.ID, im.Piece)
	if err != nil {
		return nil, err
	}
	text, err := m.keys.Open(sealed.Body)
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		return nil, err
	}
	var rows []PlatformRow
	return rows, json.Unmarshal(plain, &rows)
}

// importOf loads an import; lock is tx.ForUpdate() where it is to be changed.
func importOf(tx *store.Tx, centre, id, lock string) (PlatformImport, error) {
	im, err := store.Get[PlatformImport](tx, "SELECT "+store.Columns[PlatformImport]("")+" FROM casework_import WHERE centre_id = $1 AND id = $2"+lock, centre, id)
	if errors.Is(err, store.ErrNotFound) {
		return im, ErrImportGone
	}
	if err != nil {
		return im, err
	}
	return im, json.Unmarshal([]byte(im.Body), &im.Report)
}

// ImportOf gives an import with its report.
func (m *Module) ImportOf(ctx context.Context, id string) (im PlatformImport, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermImport); err != nil {
		return im, err
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		im, err = importOf(tx, a.CentreID, id, "")
		return err
	})
	return im, err
}

// ApplyImport takes the file in: the first piece at once, the rest one after the other beside the queue of jobs, so that a large file
// is done in the background. It can be asked once.
func (m *Module) ApplyImport(ctx context.Context, id string) (im PlatformImport, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermImport); err != nil {
		return im, err
	}
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		if im, err = importOf(tx, a.CentreID, id, tx.ForUpdate()); err != nil {
			return err
		}
		if im.State != ImportLooked {
			return ErrImportState
		}
		im.State = ImportRunning
		r := &im.Report
		r.New, r.Changed, r.Same, r.Linked = 0, 0, 0, 0
		if err := m.takePiece(tx, &im); err != nil || im.State == ImportDone {
			return err
		}
		tx.AfterCommit(m.wake)
		return jobs.Insert(tx, a.CentreID, jobPlatform, im.ID, 0, im.ID)
	})
	return im, err
}

// RunImport takes the whole file in before it answers, for the command line; progress hears of every piece.
func (m *Module) RunImport(ctx context.Context, id string, progress func(done, total int64)) (PlatformImport, error) {
	im, err := m.ApplyImport(ctx, id)
	for err == nil && im.State == ImportRunning {
		progress(im.Done, im.Total)
		err = m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
			if im, err = importOf(tx, actor.From(ctx).CentreID, id, tx.ForUpdate()); err != nil || im.State != ImportRunning {
				return err
			}
			return m.takePiece(tx, &im)
		})
	}
	return im, err
}

// importPiece is the job of an import: one piece a turn.
func (m *Module) importPiece(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	im, err := importOf(tx, j.CentreID, j.Key, tx.ForUpdate())
	if err != nil || im.State != ImportRunning {
		return jobs.Done, err
	}
	if err := m.takePiece(tx, &im); err != nil {
		return jobs.Done, err
	}
	if im.State == ImportRunning {
		tx.AfterCommit(m.wake)
		return jobs.Snooze(tx.Now()), nil
	}
	return jobs.Done, nil
}

// takePiece takes in the next piece, and ends the import with the last one.
func (m *Module) takePiece(tx *store.Tx, im *PlatformImport) error {
	if im.Piece < im.Pieces {
		rows, err := m.piece(tx, im)
		if err != nil {
			return err
		}
		plans, err := m.plan(tx, im, rows)
		if err != nil {
			return err
		}
		for i := range plans {
			im.Report.count(&plans[i])
			if err := plans[i].write(tx); err != nil {
				return err
			}
		}
		im.Piece, im.Done = im.Piece+1, im.Done+int64(len(rows))
	}
	if im.Piece == im.Pieces {
		im.State, im.EndedAt = ImportDone, tx.Now()
		r := &im.Report
		if err := tx.Queue("DELETE FROM casework_import_piece WHERE centre_id = $1 AND import_id = $2", im.CentreID, im.ID); err != nil {
			return err
		}
		if err := audit.Record(tx, audit.Entry{Action: "casework.import", Permission: PermImport, Kind: "import", Object: im.ID,
			Detail: map[string]any{"new": r.New, "changed": r.Changed, "same": r.Same, "refused": r.Refused, "digest": im.Digest}}); err != nil {
			return err
		}
	}
	if err := im.seal(); err != nil {
		return err
	}
	return store.Update(tx, "casework_import", *im, "centre_id", "id")
}
