package assess

import (
	"context"
	"errors"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/blob"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/store"
)

// Evidence (佐证材料) is a file that proves an event or an appeal. Its content is a blob, which OpenEvidence gives.
type Evidence struct {
	CentreID  string        `db:"centre_id" json:"-"`
	Owner     string        `db:"owner" json:"-"` // the event or the appeal
	ID        string        `db:"id" json:"id"`
	OfAppeal  bool          `db:"of_appeal" json:"-"`
	SheetID   string        `db:"sheet_id" json:"-"` // of an appeal
	UnitID    string        `db:"unit_id" json:"-"`
	BlobID    string        `db:"blob_id" json:"-"`
	Name      string        `db:"name" json:"name"`
	Size      int64         `db:"size" json:"size"`
	MediaType string        `db:"media_type" json:"media_type"`
	SHA256    string        `db:"sha256" json:"sha256"`
	At        clock.Instant `db:"at" json:"at"`
	ByUser    string        `db:"by_user" json:"by_user,omitempty"`
}

// Refusals about evidence.
var (
	ErrEvidence     = errs.New(errs.NotFound, "assess.evidence", "没有这份佐证材料，或您无权查看。")
	ErrEvidenceSent = errs.New(errs.Conflict, "assess.evidence_sent", "这一条已经决定，不能再补充佐证材料。")
	ErrEvidenceMine = errs.New(errs.Forbidden, "assess.evidence_mine", "佐证材料只能由提出的人补充。")
)

var evidenceColumns = store.Columns[Evidence]("")

// checkFiles refuses too many or too large files, by the same limits as attachments of a ticket.
func checkFiles(files []blob.Upload) error {
	sizes := make([]int64, len(files))
	for i, f := range files {
		sizes[i] = f.Size
	}
	return hotline.CheckAttachments(sizes)
}

// fileSums tells one set of files from another, for idempotency keys.
func fileSums(files []blob.Upload) []string {
	var out []string
	for _, f := range files {
		out = append(out, f.SHA256)
	}
	return out
}

// keep inserts the rows of files, which the attachment store holds already, for e's owner.
func (e Evidence) keep(tx *store.Tx, files []blob.Upload) error {
	for _, f := range files {
		b, err := blob.Attach(tx, e.CentreID, f)
		if err != nil {
			return err
		}
		e.ID, e.BlobID, e.Name, e.Size, e.MediaType, e.SHA256, e.At, e.ByUser = tx.NewID(), b.ID, b.Name, b.Size, b.MediaType, b.SHA256, b.At, actor.From(tx.Context()).UserID
		if err := store.Insert(tx, "assess_evidence", e); err != nil {
			return err
		}
	}
	return nil
}

// evidenceOf gives the files of owners, by owner.
func evidenceOf(tx *store.Tx, centre string, owners []string) (map[string][]Evidence, error) {
	out := map[string][]Evidence{}
	if len(owners) == 0 {
		return out, nil
	}
	w := (&store.Where{}).And("centre_id = ?", centre)
	store.In(w, "owner", owners)
	list, err := store.Select[Evidence](tx, "SELECT "+evidenceColumns+" FROM assess_evidence"+w.SQL()+" ORDER BY owner, id", w.Args...)
	for _, e := range list {
		out[e.Owner] = append(out[e.Owner], e)
	}
	return out, err
}

// mayRead reports whether an actor may read a file: those who propose and decide events; those who read the sheet of the
// unit's appeal.
func (e *Evidence) mayRead(a *actor.Actor) bool {
	if !e.OfAppeal {
		return a.Can(PermEventPropose) || a.Can(PermEventDecide)
	}
	units, all := ownUnits(a, PermSheetRead)
	return a.Can(PermSheetRead) && (all || slices.Contains(units, e.UnitID))
}

// OpenEvidence gives the content of a file of an event or an appeal (查看佐证材料), for those who may see it. The opening is a
// line of the audit log.
func (m *Module) OpenEvidence(ctx context.Context, owner, id string) (b blob.Blob, err error) {
	a := actor.From(ctx)
	if !a.Can(PermEventPropose) && !a.Can(PermEventDecide) {
		if err := a.Require(PermSheetRead); err != nil {
			return b, err
		}
	}
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		e, err := store.Get[Evidence](tx, "SELECT "+evidenceColumns+" FROM assess_evidence WHERE centre_id = $1 AND owner = $2 AND id = $3", a.CentreID, owner, id)
		if errors.Is(err, store.ErrNotFound) || err == nil && !e.mayRead(a) {
			return ErrEvidence.Hide()
		}
		if err != nil {
			return err
		}
		if b, err = blob.Find(tx, a.CentreID, e.BlobID); err != nil {
			return err
		}
		perm := PermSheetRead
		if !e.OfAppeal {
			perm = PermEventPropose
			if !a.Can(perm) {
				perm = PermEventDecide
			}
		}
		return audit.Record(tx, audit.Entry{Action: "assess.evidence_open", Permission: perm, Kind: "evidence", Object: owner, Detail: map[string]any{"file": e.ID, "sha256": e.SHA256}})
	})
	return b, err
}

// AddEventEvidence puts more files to an event that waits for its decision; only who proposed it may.
func (m *Module) AddEventEvidence(ctx context.Context, event string, files []blob.Upload) (e Event, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermEventPropose); err != nil {
		return e, err
	}
	if len(files) == 0 {
		return e, ErrEventInput.Field("files", "请选择要上传的文件。")
	}
	if err := checkFiles(files); err != nil {
		return e, err
	}
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		e, err = store.Get[Event](tx, "SELECT "+eventColumns+" FROM assess_event WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), a.CentreID, event)
		switch {
		case errors.Is(err, store.ErrNotFound):
			return ErrEventMissing
		case err != nil:
			return err
		case e.State != Waiting:
			return ErrEvidenceSent
		case e.ProposedBy != a.UserID:
			return ErrEvidenceMine
		}
		return m.added(tx, Evidence{CentreID: a.CentreID, Owner: e.ID, UnitID: e.UnitID}, files, PermEventPropose, &e.Files)
	})
	return e, err
}

// AddAppealEvidence puts more files to an appeal that waits for its decision; only the unit that filed it may.
func (m *Module) AddAppealEvidence(ctx context.Context, sheet, appeal string, files []blob.Upload) (p Appeal, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermAppealFile); err != nil {
		return p, err
	}
	if len(files) == 0 {
		return p, ErrAppealInput.Field("files", "请选择要上传的文件。")
	}
	if err := checkFiles(files); err != nil {
		return p, err
	}
	units, all := ownUnits(a, PermAppealFile)
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		p, err = store.Get[Appeal](tx, "SELECT "+appealColumns+" FROM assess_appeal WHERE centre_id = $1 AND sheet_id = $2 AND id = $3"+tx.ForUpdate(), a.CentreID, sheet, appeal)
		switch {
		case errors.Is(err, store.ErrNotFound), err == nil && !all && !slices.Contains(units, p.UnitID):
			return ErrAppealMissing.Hide()
		case err != nil:
			return err
		case p.State != Waiting:
			return ErrEvidenceSent
		}
		return m.added(tx, Evidence{CentreID: a.CentreID, Owner: p.ID, OfAppeal: true, SheetID: p.SheetID, UnitID: p.UnitID}, files, PermAppealFile, &p.Files)
	})
	return p, err
}

// added keeps further files, notes them, and gives all that the owner has.
func (m *Module) added(tx *store.Tx, e Evidence, files []blob.Upload, perm actor.Permission, into *[]Evidence) error {
	if err := e.keep(tx, files); err != nil {
		return err
	}
	list, err := evidenceOf(tx, e.CentreID, []string{e.Owner})
	if err != nil {
		return err
	}
	if *into = list[e.Owner]; len(*into) > hotline.MaxAttachments {
		return ErrEventInput.Field("files", "一条最多 %d 份佐证材料，连同已有的共有 %d 份，请减少后重新选择。", hotline.MaxAttachments, len(*into))
	}
	return audit.Record(tx, audit.Entry{Action: "assess.evidence_add", Permission: perm, Kind: "evidence", Object: e.Owner, Detail: map[string]any{"files": len(files), "sha256": fileSums(files)}})
}
