package complaint

import (
	"context"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/blob"
	"yichuang/internal/evidence"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// evidenceKind is what the files of a matter are filed under.
const evidenceKind = "complaint_matter"

// PartUnit are the files of the unit that accounts for itself or handles; those of the reporter and of the centre have no part. Of a
// complaint the unit sees no others.
const PartUnit = "unit"

func (m *Matter) object() evidence.Object {
	return evidence.Object{CentreID: m.CentreID, Kind: evidenceKind, ID: string(m.ID)}
}

// AttachPerm is the permission that adding files to a kind of matter takes.
func AttachPerm(k Kind) actor.Permission {
	if k == Complaint {
		return PermComplaintAttach
	}
	return PermStuckAttach
}

// mayOpen reports whether somebody may read a file of the matter: all who know the reporter, and of the files of the unit its own people and
// whoever decides. What a reporter sent can show who he is, and is hidden as he is (invariant I10).
func (m *Matter) mayOpen(a *actor.Actor, f *evidence.File) bool {
	if m.knows(a) || a.Kind == actor.System {
		return true
	}
	return m.Kind == Complaint && f.Part == PartUnit && (m.of(a) || a.Can(PermComplaintSerious) && !m.involved(a))
}

// of reports whether somebody belongs to the unit or site that the matter is about.
func (m *Matter) of(a *actor.Actor) bool {
	return m.UnitID != "" && a.HasUnit(m.UnitID) || m.SiteID != "" && a.SiteID == m.SiteID && a.Can(PermComplaintAnswer)
}

// shownFiles are the files of a matter that an actor may read.
func (m *Matter) shownFiles(tx *store.Tx, a *actor.Actor) ([]evidence.File, error) {
	list, err := evidence.Of(tx, m.CentreID, evidenceKind, string(m.ID))
	return slices.DeleteFunc(list[string(m.ID)], func(f evidence.File) bool { return !m.mayOpen(a, &f) }), err
}

// attach keeps further files of an open matter: the sums are in the event, the names are not.
func (m *Module) attach(tx *store.Tx, f *file, part string, files []blob.Upload, perm actor.Permission) error {
	if !f.Open {
		return evidence.ErrFrozen
	}
	if _, err := evidence.Add(tx, f.object(), part, files); err != nil {
		return err
	}
	return m.finish(tx, f, ActAttach, perm, note{data: map[string]any{"files": evidence.Sums(files), "part": part}})
}

// AddFiles puts photographs and papers to a matter (补充附件): of the centre's side by those who know the reporter, of the unit's by its own
// people.
func (m *Module) AddFiles(ctx context.Context, k Kind, id MatterID, files []blob.Upload) ([]evidence.File, error) {
	a, perm := actor.From(ctx), AttachPerm(k)
	if err := a.Require(perm); err != nil {
		return nil, err
	}
	var out []evidence.File
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		if err := audit.Lock(tx, a.CentreID, string(id)); err != nil {
			return err
		}
		f, err := m.load(tx, a.CentreID, id)
		if err != nil {
			return err
		}
		if f.Kind != k {
			return ErrNotFound
		}
		if err := f.visible(a, perm); err != nil {
			return err
		}
		part := ""
		switch {
		case k == Complaint && !f.knows(a) && !a.Can(PermComplaintAnswer):
			return ErrInvolved
		case !f.knows(a), k == Stuck && a.HasUnit(f.UnitID):
			part = PartUnit
		}
		if err := m.attach(tx, f, part, files, perm); err != nil {
			return err
		}
		out, err = f.shownFiles(tx, a)
		return err
	})
	return out, err
}

// AddOwnFiles takes files that a reporter sends afterwards (网上补充附件), by the query code and the last four digits of his phone.
func (m *Module) AddOwnFiles(ctx context.Context, code, tail string, files []blob.Upload, key string) error {
	if a := actor.From(ctx); a.Kind != actor.Citizen || a.CentreID == "" {
		return actor.ErrForbidden
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		c, err := m.tracked(tx, code, tail)
		if err != nil {
			return err
		}
		if _, repeated, err := once.ClaimContent(tx, key, "complaint.own_files|"+string(c.ID), evidence.Sums(files), string(c.ID)); err != nil || repeated {
			return err
		}
		if err := audit.Lock(tx, c.CentreID, string(c.ID)); err != nil {
			return err
		}
		f, err := m.load(tx, c.CentreID, c.ID)
		if err != nil {
			return err
		}
		return m.attach(tx, f, "", files, "")
	})
}

// OpenFile gives the content of a file of a matter; the reading is a line of the audit log.
func (m *Module) OpenFile(ctx context.Context, k Kind, idOrNo, id string) (b blob.Blob, err error) {
	a := actor.From(ctx)
	if err := a.Require(readPerm(k)); err != nil {
		return b, err
	}
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		c, err := one(tx, a.CentreID, idOrNo)
		if err != nil {
			return err
		}
		if c.Kind != k {
			return ErrNotFound
		}
		if err := c.visible(a, readPerm(k)); err != nil {
			return err
		}
		b, err = evidence.Open(tx, c.object(), id, readPerm(k), func(f *evidence.File) bool { return c.mayOpen(a, f) })
		return err
	})
	return b, err
}
