package site

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/blob"
	"yichuang/internal/evidence"
	"yichuang/internal/store"
)

// evidenceKind is what files of a finding are filed under.
const evidenceKind = "site_finding"

// The parts of a finding's files: photographs before and after it was put right.
const (
	PartBefore = "before" // 整改前
	PartAfter  = "after"  // 整改后
)

// PartLabel is a part in Chinese.
func PartLabel(part string) string {
	return map[string]string{PartBefore: "整改前", PartAfter: "整改后"}[part]
}

func (f *Finding) object() evidence.Object {
	return evidence.Object{CentreID: f.CentreID, Kind: evidenceKind, ID: f.ID}
}

// AddBefore puts files to a finding that show how it was found (整改前), by those who visit.
func (m *Module) AddBefore(ctx context.Context, id string, files []blob.Upload) ([]evidence.File, error) {
	return m.addFiles(ctx, PermVisit, id, PartBefore, files)
}

// AddAfter puts files to a finding that show how it was put right (整改后), by the site.
func (m *Module) AddAfter(ctx context.Context, id string, files []blob.Upload) ([]evidence.File, error) {
	return m.addFiles(ctx, PermRectify, id, PartAfter, files)
}

// addFiles keeps files of a finding that is not closed.
func (m *Module) addFiles(ctx context.Context, perm actor.Permission, id, part string, files []blob.Upload) ([]evidence.File, error) {
	a := actor.From(ctx)
	if err := a.Require(perm); err != nil {
		return nil, err
	}
	var out []evidence.File
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		f, err := load(tx, a, perm, "site_finding", id, 0, (*Finding).of)
		if err != nil {
			return err
		}
		if f.State == FindingClosed {
			return evidence.ErrFrozen
		}
		if out, err = evidence.Add(tx, f.object(), part, files); err != nil {
			return err
		}
		return record(tx, "site.finding_evidence", perm, f.ID, map[string]any{"site": f.SiteID, "part": part, "sha256": evidence.Sums(files)})
	})
	return out, err
}

// OpenFile gives the content of a file of a finding, for those who see the finding; the reading is a line of the audit log.
func (m *Module) OpenFile(ctx context.Context, id, file string) (b blob.Blob, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermVisitRead); err != nil {
		return b, err
	}
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		f, err := find(tx, a, PermVisitRead, "site_finding", id, "", (*Finding).of)
		if err != nil {
			return err
		}
		b, err = evidence.Open(tx, f.object(), file, PermVisitRead, nil)
		return err
	})
	return b, err
}

// withFiles adds the files of findings.
func withFiles(tx *store.Tx, centre string, list []Finding) error {
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	files, err := evidence.Of(tx, centre, evidenceKind, ids...)
	for i := range list {
		list[i].Files = files[list[i].ID]
	}
	return err
}
