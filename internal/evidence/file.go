// Package evidence is the files (佐证材料、附件) that prove something in the hall: photographs and papers of a matter that was reported, of
// an event of the assessment, of a candidate, of a finding at a site. Each belongs to an object of another module, which says who may
// add and read, and until when; here is what all of them have in common. A file is never replaced: whoever has a better one adds it.
package evidence

import (
	"embed"
	"errors"
	"fmt"
	"path"

	"yichuang/internal/actor"
	"yichuang/internal/archive"
	"yichuang/internal/audit"
	"yichuang/internal/blob"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// Migrations make the table evidence_file.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Limits of what one object holds and of what comes in one request. The size of a single file is the limit of the attachment store.
const (
	MaxFiles = 9
	MaxBytes = 40 << 20
)

// Refusals.
var (
	ErrInput  = errs.New(errs.Invalid, "evidence.input", "附件没有保存，请按提示修改。")
	ErrAbsent = errs.New(errs.NotFound, "evidence.absent", "没有这份附件，或您无权查看。")
	ErrFrozen = errs.New(errs.Conflict, "evidence.frozen", "这一件已经了结或锁定，不能再补充附件。")
)

// File (佐证材料) is one file of an object. Its content is a blob.
type File struct {
	CentreID  string        `db:"centre_id" json:"-"`
	Kind      string        `db:"kind" json:"-"`
	Object    string        `db:"object" json:"-"`
	ID        string        `db:"id" json:"id"`
	Part      string        `db:"part" json:"part,omitempty"` // what it shows, or whose side it is of, in words of the module
	BlobID    string        `db:"blob_id" json:"-"`
	Name      string        `db:"name" json:"name"`
	Size      int64         `db:"size" json:"size"`
	MediaType string        `db:"media_type" json:"media_type"`
	SHA256    string        `db:"sha256" json:"sha256"`
	At        clock.Instant `db:"at" json:"at"`
	ByUser    string        `db:"by_user" json:"by_user,omitempty"` // "" for somebody without an account
}

var fileColumns = store.Columns[File]("")

// Object names what files belong to.
type Object struct{ CentreID, Kind, ID string }

// Check refuses too many or too large files of one request: evidence.input at the field "files".
func Check(sizes []int64) error {
	sum := int64(0)
	for _, n := range sizes {
		sum += n
	}
	switch {
	case len(sizes) > MaxFiles:
		return ErrInput.Field("files", "一次最多 %d 个文件，现在有 %d 个，请减少后重新选择。", MaxFiles, len(sizes))
	case sum > MaxBytes:
		return ErrInput.Field("files", "文件合计 %.1f MB，超过了 %d MB，请压缩后重新选择。", float64(sum)/(1<<20), MaxBytes>>20)
	}
	return nil
}

// Sums tells one set of files from another, for idempotency keys and chains of events.
func Sums(files []blob.Upload) []string {
	var out []string
	for _, f := range files {
		out = append(out, f.SHA256)
	}
	return out
}

// Add keeps further files of an object, which the attachment store holds already, and gives all that it has. Each part has its own limit,
// and a refusal does not say how many there are: one side may not see the files of the other.
func Add(tx *store.Tx, o Object, part string, files []blob.Upload) ([]File, error) {
	if len(files) == 0 {
		return nil, ErrInput.Field("files", "请选择要上传的文件。")
	}
	sizes := make([]int64, len(files))
	for i, f := range files {
		sizes[i] = f.Size
	}
	if err := Check(sizes); err != nil {
		return nil, err
	}
	list, err := Of(tx, o.CentreID, o.Kind, o.ID)
	if err != nil {
		return nil, err
	}
	had := list[o.ID]
	n := len(files)
	for _, f := range had {
		if f.Part == part {
			n++
		}
	}
	if n > 3*MaxFiles {
		return nil, ErrInput.Field("files", "一件最多 %d 份附件，请减少后重新选择。", 3*MaxFiles)
	}
	for _, up := range files {
		b, err := blob.Attach(tx, o.CentreID, up)
		if err != nil {
			return nil, err
		}
		f := File{CentreID: o.CentreID, Kind: o.Kind, Object: o.ID, ID: tx.NewID(), Part: part, BlobID: b.ID, Name: b.Name, Size: b.Size, MediaType: b.MediaType, SHA256: b.SHA256, At: b.At, ByUser: b.MadeBy}
		if err := store.Insert(tx, "evidence_file", f); err != nil {
			return nil, err
		}
		had = append(had, f)
	}
	return had, nil
}

// Of gives the files of objects of a kind, by object, oldest first.
func Of(tx *store.Tx, centre, kind string, objects ...string) (map[string][]File, error) {
	out := map[string][]File{}
	if len(objects) == 0 {
		return out, nil
	}
	w := (&store.Where{}).And("centre_id = ?", centre).And("kind = ?", kind)
	store.In(w, "object", objects)
	list, err := store.Select[File](tx, "SELECT "+fileColumns+" FROM evidence_file"+w.SQL()+" ORDER BY object, id", w.Args...)
	for _, f := range list {
		out[f.Object] = append(out[f.Object], f)
	}
	return out, err
}

// Open gives the content of a file for which may lets the actor through, and notes the reading in the audit log (查看附件).
func Open(tx *store.Tx, o Object, id string, perm actor.Permission, may func(*File) bool) (blob.Blob, error) {
	f, err := store.Get[File](tx, "SELECT "+fileColumns+" FROM evidence_file WHERE centre_id = $1 AND kind = $2 AND object = $3 AND id = $4", o.CentreID, o.Kind, o.ID, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && may != nil && !may(&f) {
		return blob.Blob{}, ErrAbsent.Hide()
	}
	if err != nil {
		return blob.Blob{}, err
	}
	b, err := blob.Find(tx, o.CentreID, f.BlobID)
	if err != nil {
		return b, err
	}
	return b, audit.Record(tx, audit.Entry{Action: "evidence.open", Permission: perm, Kind: o.Kind, Object: o.ID, Detail: map[string]any{"file": f.ID, "sha256": f.SHA256}})
}

// Enclose adds the files of an object to what is archived of it, under names that say their order.
func Enclose(tx *store.Tx, b *archive.Body, o Object) error {
	list, err := Of(tx, o.CentreID, o.Kind, o.ID)
	for i, f := range list[o.ID] {
		b.Enclosures = append(b.Enclosures, archive.Enclosure{Name: fmt.Sprintf("files/%02d-%s", i+1, path.Base(f.Name)), BlobID: f.BlobID, SHA256: f.SHA256, Size: f.Size})
	}
	return err
}

// Remove takes away the files of an object whose record is destroyed (销毁).
func Remove(tx *store.Tx, o Object) error {
	list, err := Of(tx, o.CentreID, o.Kind, o.ID)
	for _, f := range list[o.ID] {
		if err := blob.Detach(tx, o.CentreID, f.BlobID); err != nil && !errors.Is(err, blob.ErrNotFound) {
			return err
		}
	}
	if err != nil {
		return err
	}
	return tx.Queue("DELETE FROM evidence_file WHERE centre_id = $1 AND kind = $2 AND object = $3", o.CentreID, o.Kind, o.ID)
}
