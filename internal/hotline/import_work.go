package hotline

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/errs"
	"yichuang/internal/jobs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// importJob begins an import that nobody is at, also after the process that was at it has died, and forgets it after a
// week. The work itself is done beside the queue, in transactions of its own.
func (m *Module) importJob(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	s, err := store.Get[ImportRun](tx, "SELECT "+store.Columns[ImportRun]("")+" FROM hotline_import WHERE centre_id = $1 AND id = $2", j.CentreID, j.Key)
	if errors.Is(err, store.ErrNotFound) {
		return jobs.Done, nil
	}
	if err != nil {
		return jobs.Done, err
	}
	now := tx.Now()
	if s.State.Ended() {
		if until := s.EndedAt.Add(importKept); until > now {
			return jobs.Snooze(until), nil
		}
		_, err := tx.Exec("DELETE FROM hotline_import WHERE centre_id = $1 AND id = $2", s.CentreID, s.ID)
		return jobs.Done, err
	}
	if s.Beat == 0 || now.Sub(s.Beat) >= importBeat {
		tx.AfterCommit(func() {
			m.beside.Go(func(ctx context.Context) { m.runImport(ctx, s.CentreID, s.ID) })
		})
	}
	return jobs.Snooze(now.Add(importBeat)), nil
}

// actor is who an import acts for: the person who asked, with what the person was allowed then.
func (s *ImportRun) actor() *actor.Actor {
	if s.By == "" {
		return actor.LocalAdmin(s.CentreID)
	}
	a := &actor.Actor{Kind: actor.User, UserID: s.By, Name: s.ByName, CentreID: s.CentreID, Grants: map[actor.Permission]actor.Scope{PermImport: actor.Centre, org.PermUnitRead: actor.Centre}}
	if s.MakesUnits {
		a.Grants[org.PermUnitWrite] = actor.Centre
	}
	return a
}

// runImport does an import from its first row: rows that an earlier try has taken are there already. It ends early where
// somebody has asked for that, and leaves the import to the next process where this one ends.
func (m *Module) runImport(ctx context.Context, centre, id string) {
	ctx, end := m.beside.Outlive(ctx)
	defer end()
	s, err := m.loadImport(ctx, centre, id)
	if err != nil || s.State.Ended() {
		return
	}
	ctx = actor.With(ctx, s.ImportRun.actor())
	report, err := m.workImport(ctx, &s)
	if ctx.Err() != nil {
		return
	}
	if err := m.endImport(ctx, &s.ImportRun, report, err); err != nil {
		m.log.Error("an import could not be ended", "module", "hotline", "import", id, "error", err.Error())
	}
}

// errImportStop ends an import that somebody has stopped.
var errImportStop = errors.New("the import was stopped")

func (m *Module) workImport(ctx context.Context, s *storedImport) (ImportReport, error) {
	content, err := m.keys.Open(s.ContentEnc)
	if err != nil {
		return ImportReport{}, err
	}
	f := ImportFile{Name: s.FileName, Content: []byte(content), Mapping: s.Mapping, Own: s.Own}
	mapping, r, err := f.open()
	if err != nil {
		return ImportReport{}, err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	if err := m.beatImport(ctx, s, 0); err != nil {
		return ImportReport{}, err
	}
	last := m.clock.Now()
	report, err := m.Import(ctx, mapping, r, ImportOptions{DryRun: s.DryRun, Problems: ImportFileRows, Progress: func(p *ImportReport) {
		now := m.clock.Now()
		if now.Sub(last) < time.Second {
			return
		}
		last = now
		if err := m.beatImport(ctx, s, int64(p.Read)); err != nil {
			stop(err)
		}
	}})
	if cause := context.Cause(ctx); cause != nil && err != nil {
		err = cause
	}
	return report, err
}

// beatImport notes how far the import is, and finds out whether somebody has stopped it.
func (m *Module) beatImport(ctx context.Context, s *storedImport, done int64) error {
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		stopped, err := store.Get[bool](tx, "UPDATE hotline_import SET state = 'running', rows_done = $1, beat_at = $2 WHERE centre_id = $3 AND id = $4 RETURNING stop", done, tx.Now(), s.CentreID, s.ID)
		if err == nil && stopped {
			err = errImportStop
		}
		return err
	})
}

// endImport writes how an import ended: its report, and, where it wrote, a line of the audit log.
func (m *Module) endImport(ctx context.Context, s *ImportRun, report ImportReport, fault error) error {
	state, why := ImportDone, ""
	switch {
	case errors.Is(fault, errImportStop):
		state = ImportStopped
	case fault != nil:
		state, why = ImportFailed, errs.As(fault).Public
		m.log.Warn("an import failed", "module", "hotline", "import", s.ID, "error", fault.Error())
	}
	text, err := json.Marshal(report)
	if err != nil {
		return err
	}
	sealed := m.keys.Seal(string(text))
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(`UPDATE hotline_import SET state = $1, fault = $2, report_enc = $3, rows_done = $4, rows_total = $5, ended_at = $6 WHERE centre_id = $7 AND id = $8`,
			state, why, sealed, report.Read, max(int64(report.Read), s.Total), tx.Now(), s.CentreID, s.ID); err != nil {
			return err
		}
		if !s.DryRun {
			if _, err := tx.Exec("UPDATE hotline_import SET content_enc = $1 WHERE centre_id = $2 AND id = $3", []byte{}, s.CentreID, s.ID); err != nil {
				return err
			}
		}
		return audit.Record(tx, audit.Entry{Action: "hotline.import_end", Permission: PermImport, Kind: "import", Object: s.ID, Detail: map[string]any{"dry_run": s.DryRun, "state": string(state),
			"lines": report.Read, "added": report.Taken, "refused": report.Refused}})
	})
}
