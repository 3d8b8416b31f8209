package hotline

import (
	"context"
	"errors"
	"io"
	"strconv"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/document/table"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// ImportOptions say how to import.
type ImportOptions struct {
	DryRun   bool                // check everything, write nothing
	Problems int                 // how many refusals and notes to keep; 0 keeps 100
	Progress func(*ImportReport) // called after each batch; may be nil
}

// RowProblem is a row that was refused, or taken with a reservation.
type RowProblem struct {
	Line int    `json:"line"`
	Ref  string `json:"ref,omitempty"`
	Why  string `json:"why"`
}

// ImportReport says what became of every row: Read = Taken + Existing + Refused.
type ImportReport struct {
	Source   string       `json:"source"`
	DryRun   bool         `json:"dry_run"`
	Read     int          `json:"read"`
	Taken    int          `json:"taken"`
	Existing int          `json:"existing"` // there already, from an earlier import
	Refused  int          `json:"refused"`
	Closed   int          `json:"closed"` // of those taken
	OnTime   int          `json:"on_time"`
	Late     int          `json:"late"`
	Neither  int          `json:"neither"` // closed without a mark
	Noted    int          `json:"noted"`
	Refusals []RowProblem `json:"refusals"` // the first ones
	Notes    []RowProblem `json:"notes"`    // the first ones
	Units    []string     `json:"new_units"`
}

const (
	importBatch    = 200
	importProblems = 100
)

// importer is one run of an import.
type importer struct {
	m       *Module
	mapping *Mapping
	opt     ImportOptions
	now     clock.Instant
	centre  string
	centres []string
	clocks
	units  map[string]string // name, short name or code → id
	fresh  map[string]bool   // units that a dry run would make
	seen   map[string]int    // ref → line
	report ImportReport
}

// Import makes tickets (导入) from the rows of a file, by a mapping. A row becomes a whole ticket, with its leg, reply,
// events, counts and audit line, or nothing; a row whose source and reference are there already is passed over, so a file
// may be imported again after it was corrected. Where the file cannot be read on, the import ends with that error, and
// what was taken before stays.
func (m *Module) Import(ctx context.Context, mapping *Mapping, file *table.Reader, opt ImportOptions) (ImportReport, error) {
	a := actor.From(ctx)
	if err := a.Require(PermImport); err != nil {
		return ImportReport{}, err
	}
	if err := mapping.check(); err != nil {
		return ImportReport{}, err
	}
	if file.Headed() {
		if err := mapping.checkColumns(file.Columns()); err != nil {
			return ImportReport{}, err
		}
	}
	im := &importer{m: m, mapping: mapping, opt: opt, centre: a.CentreID, units: map[string]string{}, fresh: map[string]bool{}, seen: map[string]int{},
		report: ImportReport{Source: mapping.Source, DryRun: opt.DryRun, Refusals: []RowProblem{}, Notes: []RowProblem{}, Units: []string{}}}
	if im.opt.Problems == 0 {
		im.opt.Problems = importProblems
	}
	if err := im.prepare(ctx); err != nil {
		return im.report, err
	}
	return im.report, im.run(ctx, file)
}

// prepare loads what every row needs.
func (im *importer) prepare(ctx context.Context) error {
	centres, err := im.m.org.Centres(ctx)
	if err != nil {
		return err
	}
	for _, c := range centres {
		im.centres = append(im.centres, c.ID)
	}
	units, err := im.m.org.UnitTree(ctx)
	if err != nil {
		return err
	}
	for _, u := range units {
		for _, name := range []string{u.Code, u.ShortName} {
			if name != "" && im.units[name] == "" {
				im.units[name] = u.ID
			}
		}
	}
	for _, u := range units {
		im.units[u.Name] = u.ID // a full name beats another unit's short one
	}
	return im.m.db.Read(ctx, func(tx *store.Tx) (err error) {
		im.now = tx.Now()
		im.clocks, err = im.m.clocks(tx, im.centre)
		return err
	})
}

func (im *importer) run(ctx context.Context, file *table.Reader) error {
	batch := make([]*importRow, 0, importBatch)
	for {
		row, err := im.next(ctx, file)
		if err != nil {
			if done := im.flush(ctx, batch); done != nil || errors.Is(err, io.EOF) {
				return done
			}
			return err
		}
		if row == nil {
			continue
		}
		if batch = append(batch, row); len(batch) == importBatch {
			if err := im.flush(ctx, batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
}

// next reads a row that can be taken; nil for one that was refused, io.EOF at the end.
func (im *importer) next(ctx context.Context, file *table.Reader) (*importRow, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	read, err := file.Next()
	if errors.Is(err, table.ErrRow) {
		im.report.Read++
		im.refuse(read.Line, "", errs.As(err).Public)
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	im.report.Read++
	source := SourceRow{Line: read.Line, Values: read.Values()}
	row, why := im.row(source)
	if why == "" {
		why = im.repeated(row)
	}
	if why == "" {
		why, err = im.unit(ctx, row)
	}
	if err != nil {
		return nil, err
	}
	if why != "" {
		im.refuse(source.Line, im.mapping.text(source, "ref", &problem{}), why)
		return nil, nil
	}
	return row, nil
}

func (im *importer) repeated(r *importRow) string {
	if line, ok := im.seen[r.ref]; ok {
		return "编号与第 " + strconv.Itoa(line) + " 行重复"
	}
	im.seen[r.ref] = r.line
	return ""
}

func (im *importer) refuse(line int, ref, why string) {
	im.report.Refused++
	if len(im.report.Refusals) < im.opt.Problems {
		im.report.Refusals = append(im.report.Refusals, RowProblem{line, firstRunes(ref, 60), why})
	}
}

// unit finds the row's unit, or makes it where the mapping says so.
func (im *importer) unit(ctx context.Context, r *importRow) (why string, err error) {
	if r.unit == "" {
		return "", nil
	}
	if r.unitID = im.units[r.unit]; r.unitID != "" || im.fresh[r.unit] {
		return "", nil
	}
	if !im.mapping.Units.Create {
		return "没有承办单位“" + r.unit + "”，请先新建，或在字段对照中对应到已有单位", nil
	}
	if im.opt.DryRun {
		if err := actor.From(ctx).Require(org.PermUnitWrite); err != nil {
			return im.noUnit(r.unit, err), nil
		}
		im.fresh[r.unit] = true
		im.report.Units = append(im.report.Units, r.unit)
		return "", nil
	}
	u, err := im.m.org.CreateUnit(ctx, org.UnitInput{Name: r.unit, Kinds: []org.UnitKind{org.UnitHandling}, Group: im.mapping.Units.Group,
		ActiveFrom: clock.NoDate, ActiveTo: clock.NoDate})
	switch errs.KindOf(err) {
	case errs.Invalid, errs.Conflict, errs.Forbidden:
		if err != nil {
			return im.noUnit(r.unit, err), nil
		}
	}
	if err != nil {
		return "", err
	}
	im.units[r.unit], r.unitID = u.ID, u.ID
	im.report.Units = append(im.report.Units, r.unit)
	return "", nil
}

// noUnit says why a row's unit cannot be made, in a dry run as in a real one.
func (im *importer) noUnit(name string, err error) string {
	if errs.KindOf(err) == errs.Forbidden {
		return "没有承办单位“" + name + "”，您不能新建单位。请先由办公室或系统管理员建好，或在字段对照中对应到已有单位"
	}
	return "没有承办单位“" + name + "”，也不能由这次导入新建：" + errs.As(err).Public
}

// flush writes a batch in one transaction. Where that fails, every row gets a transaction of its own, so that the one at
// fault is refused and the others are taken.
func (im *importer) flush(ctx context.Context, batch []*importRow) error {
	if len(batch) == 0 {
		return nil
	}
	taken, err := im.save(ctx, batch)
	if err == nil {
		im.count(batch, taken)
		return nil
	}
	if fatal(ctx, err) || len(batch) == 1 {
		return err
	}
	for i := range batch {
		one := batch[i : i+1]
		switch taken, err := im.save(ctx, one); {
		case err == nil:
			im.count(one, taken)
		case fatal(ctx, err):
			return err
		default:
			im.refuse(one[0].line, one[0].ref, errs.As(err).Public)
		}
	}
	return nil
}

// fatal reports whether an error is of the database or the program's end rather than of a row.
func fatal(ctx context.Context, err error) bool {
	k := errs.KindOf(err)
	return ctx.Err() != nil || k == errs.Unavailable || k == errs.Forbidden || k == errs.Unauthenticated
}

func (im *importer) count(batch []*importRow, taken []bool) {
	for i, r := range batch {
		if !taken[i] {
			im.report.Existing++
			continue
		}
		im.report.Taken++
		for _, n := range r.notes {
			im.report.Noted++
			if len(im.report.Notes) < im.opt.Problems {
				im.report.Notes = append(im.report.Notes, RowProblem{r.line, r.ref, n})
			}
		}
		if !r.closed {
			continue
		}
		im.report.Closed++
		switch r.outcome {
		case OnTime:
			im.report.OnTime++
		case Late:
			im.report.Late++
		default:
			im.report.Neither++
		}
	}
	if im.opt.Progress != nil {
		im.opt.Progress(&im.report)
	}
}
