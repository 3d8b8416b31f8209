package workforce

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/blob"
	"yichuang/internal/clock"
	"yichuang/internal/evidence"
	"yichuang/internal/store"
)

// evidenceKind is what files of an event are filed under.
const evidenceKind = "workforce_score"

// PartAppeal is the side of an appeal; files of the proposal have no part.
const PartAppeal = "appeal"

func (e *ScoreEvent) object() evidence.Object {
	return evidence.Object{CentreID: e.CentreID, Kind: evidenceKind, ID: e.ID}
}

// AddScoreFiles puts files to an event that waits for its decision (补充佐证): by whoever proposed it, or by who decides where a machine did.
func (m *Module) AddScoreFiles(ctx context.Context, id string, files []blob.Upload) ([]evidence.File, error) {
	return m.addScoreFiles(ctx, PermScoreFile, id, "", files, func(a *actor.Actor, e *ScoreEvent) error {
		switch {
		case e.ByUser != a.UserID && !(e.Source != Manual && a.Can(PermScoreDecide)):
			return ErrNotYours
		case e.State != Proposed:
			return evidence.ErrFrozen
		}
		return nil
	})
}

// AddAppealFiles puts files to an appeal that waits for its answer: by whom the event is about, or his chief representative.
func (m *Module) AddAppealFiles(ctx context.Context, id string, files []blob.Upload) ([]evidence.File, error) {
	return m.addScoreFiles(ctx, PermScoreAppeal, id, PartAppeal, files, func(a *actor.Actor, e *ScoreEvent) error {
		if err := sees(a, PermScoreAppeal, e.Row()); err != nil {
			return err
		}
		if e.Appeal != AppealWaiting {
			return evidence.ErrFrozen
		}
		return nil
	})
}

// addScoreFiles keeps files of an event whose sheet is not locked: with the sheet they are frozen too (invariant I7).
func (m *Module) addScoreFiles(ctx context.Context, perm actor.Permission, id, part string, files []blob.Upload, may func(*actor.Actor, *ScoreEvent) error) ([]evidence.File, error) {
	a := actor.From(ctx)
	if err := a.Require(perm); err != nil {
		return nil, err
	}
	var out []evidence.File
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		e, err := store.Get[ScoreEvent](tx, "SELECT "+scoreColumns+" FROM workforce_score WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), a.CentreID, id)
		if missing(err) != nil {
			return missing(err)
		}
		if e.ByUser != a.UserID {
			if err := sees(a, perm, e.Row()); err != nil {
				return err
			}
		}
		if err := m.unlocked(tx, a.CentreID, e.Month); err != nil {
			return err
		}
		if err := may(a, &e); err != nil {
			return err
		}
		if out, err = evidence.Add(tx, e.object(), part, files); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "workforce.score_evidence", Permission: perm, Kind: evidenceKind, Object: e.ID, Detail: map[string]any{"part": part, "sha256": evidence.Sums(files)}})
	})
	return out, err
}

// OpenScoreFile gives the content of a file of an event, for those who see the event; the reading is a line of the audit log.
func (m *Module) OpenScoreFile(ctx context.Context, id, file string) (b blob.Blob, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermScoreRead); err != nil {
		return b, err
	}
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		e, err := store.Get[ScoreEvent](tx, "SELECT "+scoreColumns+" FROM workforce_score WHERE centre_id = $1 AND id = $2", a.CentreID, id)
		if missing(err) != nil {
			return missing(err)
		}
		if err := sees(a, PermScoreRead, e.Row()); err != nil {
			return err
		}
		b, err = evidence.Open(tx, e.object(), file, PermScoreRead, nil)
		return err
	})
	return b, err
}

// filesByMonth counts the files behind the events of a person that were counted, by month, for the personnel archive.
func filesByMonth(tx *store.Tx, centre, user string) (map[clock.Date]int, error) {
	out := map[clock.Date]int{}
	events, err := store.Select[ScoreEvent](tx, "SELECT "+scoreColumns+" FROM workforce_score WHERE centre_id = $1 AND user_id = $2 AND state = $3 ORDER BY month DESC, id LIMIT 500", centre, user, string(Confirmed))
	if err != nil || len(events) == 0 {
		return out, err
	}
	ids := make([]string, len(events))
	for i := range events {
		ids[i] = events[i].ID
	}
	files, err := evidence.Of(tx, centre, evidenceKind, ids...)
	for _, e := range events {
		out[e.Month] += len(files[e.ID])
	}
	return out, err
}
