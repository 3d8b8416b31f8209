package performance

import (
	"context"
	"errors"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/blob"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// Evidence (佐证材料) is a file that proves a typed value, with who put it there.
type Evidence struct {
	CentreID    string        `db:"centre_id" json:"-"`
	ProgrammeID string        `db:"programme_id" json:"-"`
	IndicatorID string        `db:"indicator_id" json:"indicator_id"`
	ID          string        `db:"id" json:"id"`
	BlobID      string        `db:"blob_id" json:"-"`
	Name        string        `db:"name" json:"name"`
	Size        int64         `db:"size" json:"size"`
	MediaType   string        `db:"media_type" json:"media_type"`
	SHA256      string        `db:"sha256" json:"sha256"`
	At          clock.Instant `db:"at" json:"at"`
	By          string        `db:"by_user" json:"by"`
	ByName      string        `db:"by_name" json:"by_name"`
}

// Bounds of evidence.
const (
	MaxEvidence      = 9
	MaxEvidenceBytes = 40 << 20
)

// Refusals about evidence.
var (
	ErrEvidence     = errs.New(errs.NotFound, "performance.evidence", "没有这份佐证材料，或您无权查看。")
	ErrEvidenceMany = errs.New(errs.Invalid, "performance.evidence_many", "佐证材料太多，没有保存。")
)

var evidenceColumns = store.Columns[Evidence]("")

// CheckEvidence refuses too many or too large files before they are saved.
func CheckEvidence(sizes []int64) error {
	var sum int64
	for _, s := range sizes {
		sum += s
	}
	if len(sizes) > MaxEvidence || sum > MaxEvidenceBytes {
		return ErrEvidenceMany.Field("files", "一次最多 %d 个文件，合计不超过 %d MB。", MaxEvidence, MaxEvidenceBytes>>20)
	}
	return nil
}

// AddEvidence puts files, which the attachment store holds already, to an indicator while the self-evaluation is filled in.
func (m *Module) AddEvidence(ctx context.Context, programme string, version int64, indicator string, files []blob.Upload) (Programme, error) {
	if len(files) == 0 {
		return Programme{}, ErrInput.Field("files", "请选择要上传的文件。")
	}
	a := actor.From(ctx)
	return m.change(ctx, change{id: programme, version: version, act: ActFill, perm: PermFill, detail: map[string]any{"indicator": indicator, "files": len(files)}}, func(tx *store.Tx, p *Programme) error {
		list, err := indicatorsTx(tx, p)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(x Indicator) bool { return x.ID == indicator })
		if i < 0 {
			return ErrIndicator
		}
		if len(list[i].Evidence)+len(files) > MaxEvidence {
			return ErrEvidenceMany.Field("files", "一个指标最多 %d 份佐证材料，已有 %d 份。", MaxEvidence, len(list[i].Evidence))
		}
		for _, f := range files {
			b, err := blob.Attach(tx, p.CentreID, f)
			if err != nil {
				return err
			}
			e := Evidence{CentreID: p.CentreID, ProgrammeID: p.ID, IndicatorID: indicator, ID: tx.NewID(), BlobID: b.ID, Name: b.Name, Size: b.Size, MediaType: b.MediaType, SHA256: b.SHA256,
				At: b.At, By: a.UserID, ByName: a.Name}
			if err := store.Insert(tx, "performance_evidence", e); err != nil {
				return err
			}
		}
		return nil
	})
}

// OpenEvidence gives the content of a file; the opening is a line of the audit log.
func (m *Module) OpenEvidence(ctx context.Context, programme, id string) (b blob.Blob, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return b, err
	}
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		e, err := store.Get[Evidence](tx, "SELECT "+evidenceColumns+" FROM performance_evidence WHERE centre_id = $1 AND programme_id = $2 AND id = $3", a.CentreID, programme, id)
		if errors.Is(err, store.ErrNotFound) {
			return ErrEvidence.Hide()
		}
		if err != nil {
			return err
		}
		if b, err = blob.Find(tx, a.CentreID, e.BlobID); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "performance.evidence_open", Permission: PermRead, Kind: "programme", Object: programme, Detail: map[string]any{"file": id, "sha256": e.SHA256}})
	})
	return b, err
}

// dropEvidence lets go of the files of an indicator that is taken out. Once a round was locked they stay, since its form
// names them.
func dropEvidence(tx *store.Tx, p *Programme, indicator string) error {
	if p.Round > 1 {
		return nil
	}
	list, err := store.Select[Evidence](tx, "SELECT "+evidenceColumns+" FROM performance_evidence WHERE centre_id = $1 AND programme_id = $2 AND indicator_id = $3", p.CentreID, p.ID, indicator)
	if err != nil {
		return err
	}
	for _, e := range list {
		if err := blob.Detach(tx, p.CentreID, e.BlobID); err != nil {
			return err
		}
	}
	_, err = tx.Exec("DELETE FROM performance_evidence WHERE centre_id = $1 AND programme_id = $2 AND indicator_id = $3", p.CentreID, p.ID, indicator)
	return err
}
