package honour

import (
	"context"
	"errors"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/blob"
	"yichuang/internal/evidence"
	"yichuang/internal/store"
)

// evidenceKind is what files of a candidate are filed under.
const evidenceKind = "honour_candidate"

// PartVeto is what proves a veto; files of the nomination have no part.
const PartVeto = "veto"

// open are the phases in which files may be added: what is publicised is frozen.
var open = []State{Nominating, Scoring, Voting}

func candidateObject(centre, id string) evidence.Object {
	return evidence.Object{CentreID: centre, Kind: evidenceKind, ID: id}
}

// candidateByID loads a candidate with his round.
func candidateByID(tx *store.Tx, centre, id string) (r Round, c Candidate, err error) {
	c, err = store.Get[Candidate](tx, "SELECT "+candidateColumns+" FROM honour_candidate WHERE centre_id = $1 AND id = $2", centre, id)
	if errors.Is(err, store.ErrNotFound) {
		return r, c, ErrMissing.Hide()
	}
	if err == nil {
		r, err = loadRound(tx, centre, c.RoundID, 0)
	}
	return r, c, err
}

// AddDeedFiles puts files to a nomination (事迹材料), by whoever nominated.
func (m *Module) AddDeedFiles(ctx context.Context, id string, files []blob.Upload) ([]evidence.File, error) {
	return m.addFiles(ctx, PermNominate, id, "", files, func(a *actor.Actor, c *Candidate) bool { return c.NominatedBy == a.UserID })
}

// AddVetoFiles puts files to a candidate that prove what bars him (否决的佐证).
func (m *Module) AddVetoFiles(ctx context.Context, id string, files []blob.Upload) ([]evidence.File, error) {
	return m.addFiles(ctx, PermScore, id, PartVeto, files, func(a *actor.Actor, c *Candidate) bool { return c.UserID != a.UserID })
}

func (m *Module) addFiles(ctx context.Context, perm actor.Permission, id, part string, files []blob.Upload, may func(*actor.Actor, *Candidate) bool) ([]evidence.File, error) {
	a := actor.From(ctx)
	if err := a.Require(perm); err != nil {
		return nil, err
	}
	var out []evidence.File
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		r, c, err := candidateByID(tx, a.CentreID, id)
		if err != nil {
			return err
		}
		if !may(a, &c) {
			return ErrMissing.Hide()
		}
		if !slices.Contains(open, r.State) {
			return evidence.ErrFrozen
		}
		if out, err = evidence.Add(tx, candidateObject(a.CentreID, c.ID), part, files); err != nil {
			return err
		}
		return record(tx, "honour.evidence", perm, &r, map[string]any{"candidate": c.ID, "part": part, "sha256": evidence.Sums(files)})
	})
	return readable(a, out), err
}

// readable leaves the files that an actor may read: what bars a candidate is read by those who score, decide and organise.
func readable(a *actor.Actor, files []evidence.File) []evidence.File {
	if a.Can(PermScore) || a.Can(PermDecide) || a.Can(PermManage) {
		return files
	}
	return slices.DeleteFunc(slices.Clone(files), func(f evidence.File) bool { return f.Part == PartVeto })
}

// OpenFile gives the content of a file of a candidate; the reading is a line of the audit log.
func (m *Module) OpenFile(ctx context.Context, id, file string) (b blob.Blob, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return b, err
	}
	err = m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		b, err = evidence.Open(tx, candidateObject(a.CentreID, id), file, PermRead, func(f *evidence.File) bool { return len(readable(a, []evidence.File{*f})) > 0 })
		return err
	})
	return b, err
}
