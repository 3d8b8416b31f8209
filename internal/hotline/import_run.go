package hotline

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/document/table"
	"yichuang/internal/errs"
	"yichuang/internal/jobs"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// ImportState is how far an import has come.
type ImportState string

// The states of an import.
const (
	ImportWaiting ImportState = "waiting" // nobody has begun it
	ImportRunning ImportState = "running"
	ImportDone    ImportState = "done"
	ImportStopped ImportState = "stopped" // by a person; what was taken before stays
	ImportFailed  ImportState = "failed"  // the file could not be read on; what was taken before stays
)

// Ended reports whether nothing more will happen.
func (s ImportState) Ended() bool { return s == ImportDone || s == ImportStopped || s == ImportFailed }

// ImportRun (导入任务) is a file of work orders that is looked at, or taken in, beside the queue of jobs: it may take
// minutes, and whoever asked follows it by its progress.
type ImportRun struct {
	CentreID string        `db:"centre_id" json:"-"`
	ID       string        `db:"id" json:"id"`
	FileName string        `db:"file_name" json:"file_name"`
	Mapping  string        `db:"mapping" json:"-"` // a name, or with Own the text of a file
	Own      bool          `db:"own" json:"own_mapping"`
	DryRun   bool          `db:"dry_run" json:"dry_run"`
	Size     int64         `db:"size" json:"size"`
	State    ImportState   `db:"state" json:"state"`
	Done     int64         `db:"rows_done" json:"rows_done"`
	Total    int64         `db:"rows_total" json:"rows_total"` // 0 while it is not known
	Stop     bool          `db:"stop" json:"-"`
	Fault    string        `db:"fault" json:"fault,omitempty"` // why it failed
	ByName   string        `db:"by_name" json:"by_name"`
	By       string        `db:"created_by" json:"-"`
	At       clock.Instant `db:"created_at" json:"created_at"`
	Beat     clock.Instant `db:"beat_at" json:"-"` // when it last came on
	EndedAt  clock.Instant `db:"ended_at" json:"ended_at,omitzero"`
	// MakesUnits says that whoever asked may make the units that the file names.
	MakesUnits bool `db:"makes_units" json:"-"`
	// Report is what became of the rows, once the import has ended.
	Report *ImportReport `db:"-" json:"report,omitempty"`
}

// storedImport is an ImportRun as it is stored, with what is sealed.
type storedImport struct {
	ImportRun
	ContentEnc []byte `db:"content_enc"`
	ReportEnc  []byte `db:"report_enc"`
}

// ImportFile is a file of work orders with the mapping that reads it.
type ImportFile struct {
	Name    string
	Content []byte
	Mapping string // name of a mapping that the program brings along, or with Own the text of one
	Own     bool
	DryRun  bool   // look only
	Key     string // idempotency key of the request; "" for none
}

// Bounds of an import through pages and API; what is larger goes through the command line.
const (
	ImportFileSize = 20 << 20
	ImportFileRows = 100_000
)

const (
	jobImport   = "hotline.import"
	importAtOne = 256 << 10   // a file this small is done before the answer
	importBeat  = time.Minute // without a beat for so long nobody is at it any more
	importKept  = 7 * 24 * time.Hour
)

// Refusals of imports as tasks.
var (
	ErrImportMissing = errs.New(errs.NotFound, "hotline.import_missing", "没有这次导入，或它已过期（保留 7 天）。请重新上传文件。")
	ErrImportState   = errs.New(errs.Conflict, "hotline.import_state", "这次预览还没有结束，或没有可以导入的行，没有导入。请等预览结束后再确认。")
	ErrImportSize    = errs.New(errs.TooLarge, "hotline.import_size", "文件超过 20 MB，没有读取。请拆分后再试，或由管理员在服务器上用命令导入。")
)

// mapping reads the run's mapping.
func (f *ImportFile) mapping() (*Mapping, error) {
	if f.Own {
		return ReadMapping([]byte(f.Mapping))
	}
	m, ok, err := BuiltinMapping(f.Mapping)
	if err == nil && !ok {
		err = ErrMapping.Field("mapping", "没有这个字段对照，请重新选择。")
	}
	return m, err
}

// open reads the head of the file, so that what is no table is refused at once.
func (f *ImportFile) open() (*Mapping, *table.Reader, error) {
	if len(f.Content) > ImportFileSize {
		return nil, nil, ErrImportSize
	}
	m, err := f.mapping()
	if err != nil {
		return nil, nil, err
	}
	r, err := table.Open(f.Name, bytes.NewReader(f.Content), int64(len(f.Content)), table.Options{Expect: m.Columns(), Limits: table.Limits{Size: ImportFileSize, Rows: ImportFileRows}})
	if err != nil {
		return nil, nil, err
	}
	if r.Headed() {
		err = m.checkColumns(r.Columns())
	}
	return m, r, err
}

// StartImport takes a file and begins with it: a small one is done when it returns, a large one goes on beside the jobs.
// A repeated key gives the import of the first time.
func (m *Module) StartImport(ctx context.Context, f ImportFile) (ImportRun, error) {
	a := actor.From(ctx)
	if err := a.Require(PermImport); err != nil {
		return ImportRun{}, err
	}
	if _, _, err := f.open(); err != nil {
		return ImportRun{}, err
	}
	return m.startImport(ctx, f, 0)
}

func (m *Module) startImport(ctx context.Context, f ImportFile, total int64) (ImportRun, error) {
	a := actor.From(ctx)
	sealed := m.keys.Seal(string(f.Content))
	content := m.keys.BlindIndex(crypt.Kind("hotline-import"), f.Name+"\n"+f.Mapping+"\n"+string(f.Content))
	small := len(f.Content) <= importAtOne
	var run ImportRun
	begin := false
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		now, id := tx.Now(), tx.NewID()
		prior, repeated, err := once.ClaimContent(tx, f.Key, "hotline.import", content, id)
		if begin = !repeated; err != nil || repeated {
			run.ID = prior
			return err
		}
		run = ImportRun{CentreID: a.CentreID, ID: id, FileName: f.Name, Mapping: f.Mapping, Own: f.Own, DryRun: f.DryRun, Size: int64(len(f.Content)), State: ImportWaiting, Total: total,
			ByName: a.Name, By: a.UserID, At: now, MakesUnits: a.Can(org.PermUnitWrite)}
		if err := store.Insert(tx, "hotline_import", storedImport{ImportRun: run, ContentEnc: sealed, ReportEnc: []byte{}}); err != nil {
			return err
		}
		at := now
		if small {
			at = now.Add(2 * importBeat) // only if this process dies over it
		}
		return jobs.Insert(tx, a.CentreID, jobImport, id, at, nil)
	})
	switch {
	case err != nil:
		return ImportRun{}, err
	case begin && small:
		m.runImport(ctx, run.CentreID, run.ID)
	case begin:
		m.wake()
	}
	return m.ImportRunOf(ctx, run.ID)
}

// ImportRunOf gives an import of the actor's centre, with its report once it has ended.
func (m *Module) ImportRunOf(ctx context.Context, id string) (ImportRun, error) {
	a := actor.From(ctx)
	if err := a.Require(PermImport); err != nil {
		return ImportRun{}, err
	}
	s, err := m.loadImport(ctx, a.CentreID, id)
	if err != nil || !s.State.Ended() {
		return s.ImportRun, err
	}
	text, err := m.keys.Open(s.ReportEnc)
	if err != nil {
		return ImportRun{}, err
	}
	s.Report = &ImportReport{}
	return s.ImportRun, json.Unmarshal([]byte(text), s.Report)
}

func (m *Module) loadImport(ctx context.Context, centre, id string) (storedImport, error) {
	var s storedImport
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		s, err = store.Get[storedImport](tx, "SELECT "+store.Columns[storedImport]("")+" FROM hotline_import WHERE centre_id = $1 AND id = $2", centre, id)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		err = ErrImportMissing
	}
	return s, err
}

// ApplyImport takes in the file of a preview that has ended and found rows to take.
func (m *Module) ApplyImport(ctx context.Context, preview, key string) (ImportRun, error) {
	a := actor.From(ctx)
	p, err := m.ImportRunOf(ctx, preview)
	if err != nil {
		return ImportRun{}, err
	}
	if !p.DryRun || p.State != ImportDone || p.Report.Taken == 0 {
		return ImportRun{}, ErrImportState
	}
	s, err := m.loadImport(ctx, a.CentreID, preview)
	if err != nil {
		return ImportRun{}, err
	}
	content, err := m.keys.Open(s.ContentEnc)
	if err != nil {
		return ImportRun{}, err
	}
	return m.startImport(ctx, ImportFile{Name: s.FileName, Content: []byte(content), Mapping: s.Mapping, Own: s.Own, Key: key}, int64(p.Report.Read))
}

// StopImport ends an import early (停止导入); what was taken before stays. One that has ended stays as it is.
func (m *Module) StopImport(ctx context.Context, id string) (ImportRun, error) {
	a := actor.From(ctx)
	if err := a.Require(PermImport); err != nil {
		return ImportRun{}, err
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec("UPDATE hotline_import SET stop = TRUE WHERE centre_id = $1 AND id = $2 AND state IN ('waiting', 'running')", a.CentreID, id)
		if err != nil || n == 0 {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "hotline.import_stop", Permission: PermImport, Kind: "import", Object: id})
	})
	if err != nil {
		return ImportRun{}, err
	}
	return m.ImportRunOf(ctx, id)
}
