package casework

import (
	"context"
	"errors"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/blob"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// File (材料电子件) is a file of one material of a case: uploaded by the applicant or scanned at a window.
type File struct {
	CentreID   string        `db:"centre_id" json:"-"`
	CaseID     CaseID        `db:"case_id" json:"-"`
	ID         string        `db:"id" json:"id"`
	MaterialID string        `db:"material_id" json:"material_id"`
	BlobID     string        `db:"blob_id" json:"-"`
	Name       string        `db:"name" json:"name"`
	Size       int64         `db:"size" json:"size"`
	MediaType  string        `db:"media_type" json:"media_type"`
	At         clock.Instant `db:"at" json:"at"`
	ByUser     string        `db:"by_user" json:"by_user,omitempty"` // "" for the applicant
}

var fileColumns = store.Columns[File]("")

// Limits of what comes in one request. The size of a single file is the limit of the attachment store.
const (
	MaxFiles      = 20
	MaxFilesBytes = 40 << 20
)

// Uploads are files that the attachment store holds already, by the code of their material.
type Uploads map[string][]blob.Upload

// CheckFiles refuses too many or too large files of one request: casework.input at the field "files".
func CheckFiles(sizes []int64) error {
	sum := int64(0)
	for _, n := range sizes {
		sum += n
	}
	switch {
	case len(sizes) > MaxFiles:
		return ErrInput.Field("files", "一次最多 %d 个文件，现在有 %d 个，请减少后重新选择。", MaxFiles, len(sizes))
	case sum > MaxFilesBytes:
		return ErrInput.Field("files", "文件合计 %.1f MB，超过了 %d MB，请压缩后重新选择。", float64(sum)/(1<<20), MaxFilesBytes>>20)
	}
	return nil
}

// check refuses too much at once, and materials that are not on the case's list.
func (u Uploads) check(d *dossier) error {
	var sizes []int64
	for code, files := range u {
		known := false
		for _, r := range d.materials {
			known = known || r.MaterialID == code
		}
		if !known {
			return ErrMaterialNotListed.With("material", code)
		}
		for _, f := range files {
			sizes = append(sizes, f.Size)
		}
	}
	return CheckFiles(sizes)
}

// digest tells one set of uploads from another, for idempotency keys.
func (u Uploads) digest() map[string][]string {
	out := map[string][]string{}
	for code, files := range u {
		for _, f := range files {
			out[code] = append(out[code], f.SHA256)
		}
	}
	return out
}

// keepFiles inserts the rows of files and gives their sums, which the event's chain vouches for.
func (d *dossier) keepFiles(tx *store.Tx, u Uploads) (map[string][]string, error) {
	if err := u.check(d); err != nil {
		return nil, err
	}
	for _, r := range d.materials { // in the order of the list
		for _, f := range u[r.MaterialID] {
			b, err := blob.Attach(tx, d.CentreID, f)
			if err != nil {
				return nil, err
			}
			row := File{CentreID: d.CentreID, CaseID: d.ID, ID: tx.NewID(), MaterialID: r.MaterialID, BlobID: b.ID, Name: b.Name, Size: b.Size, MediaType: b.MediaType, At: b.At, ByUser: b.MadeBy}
			if err := store.Insert(tx, "casework_file", row); err != nil {
				return nil, err
			}
		}
	}
	return u.digest(), nil
}

// codes lists the materials of which there are files, in the order of the case's list.
func (u Uploads) codes(d *dossier) []string {
	var out []string
	for _, r := range d.materials {
		if len(u[r.MaterialID]) > 0 {
			out = append(out, r.MaterialID)
		}
	}
	return out
}

// Attach puts files to materials of the case (上传材料): what a window scans counts as received.
func (m *Module) Attach(ctx context.Context, cmd Command, files Uploads) (Case, error) {
	return m.run(ctx, cmd, ActAttach, files.digest(), func(tx *store.Tx, d *dossier) (note, error) {
		if len(files) == 0 {
			return note{}, ErrInput.Field("files", "请选择要上传的文件。")
		}
		return d.attach(tx, files)
	})
}

func (d *dossier) attach(tx *store.Tx, files Uploads) (note, error) {
	sums, err := d.keepFiles(tx, files)
	if err != nil {
		return note{}, err
	}
	if err := d.handIn(tx, files.codes(d)); err != nil {
		return note{}, err
	}
	complete := d.CompleteAt == 0 && d.AcceptedAt == 0 && len(d.terms.missing(d.materials)) == 0
	if complete {
		d.CompleteAt = tx.Now()
	}
	return note{data: map[string]any{"files": sums, "complete": complete}}, nil
}

func filesOf(tx *store.Tx, centre string, id CaseID) ([]File, error) {
	return store.Select[File](tx, "SELECT "+fileColumns+" FROM casework_file WHERE centre_id = $1 AND case_id = $2 ORDER BY id", centre, id)
}

// OpenFile gives the blob of a file of a case, named by id or number, and writes the reading down: papers name people.
func (m *Module) OpenFile(ctx context.Context, idOrNo, file string) (blob.Blob, error) {
	a := actor.From(ctx)
	if err := a.Require(PermReadPersonal); err != nil {
		return blob.Blob{}, err
	}
	var b blob.Blob
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		c, err := findCase(tx, a.CentreID, idOrNo)
		if err != nil {
			return err
		}
		if err := c.visible(a, PermReadPersonal); err != nil {
			return err
		}
		f, err := store.Get[File](tx, "SELECT "+fileColumns+" FROM casework_file WHERE centre_id = $1 AND case_id = $2 AND id = $3", c.CentreID, c.ID, file)
		if errors.Is(err, store.ErrNotFound) {
			return ErrFile
		}
		if err != nil {
			return err
		}
		if b, err = blob.Find(tx, c.CentreID, f.BlobID); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "casework.open_file", Permission: PermReadPersonal, Kind: "case", Object: string(c.ID), Detail: map[string]any{"no": c.No, "file": f.ID, "material": f.MaterialID}})
	})
	return b, err
}
