package blob

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"os"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Blob is an attachment (附件).
type Blob struct {
	CentreID  string        `db:"centre_id" json:"-"`
	ID        string        `db:"id" json:"id"`
	SHA256    string        `db:"sha256" json:"sha256"`
	Name      string        `db:"name" json:"name"`
	MediaType string        `db:"media_type" json:"media_type"`
	Size      int64         `db:"size" json:"size"`
	At        clock.Instant `db:"at" json:"at"`
	MadeBy    string        `db:"made_by" json:"made_by"` // the user's id, "" for a citizen
}

// Attach makes the row of a saved file, in the transaction of what it is attached to; the caller keeps the id.
func Attach(tx *store.Tx, centre string, up Upload) (Blob, error) {
	b := Blob{CentreID: centre, ID: tx.NewID(), SHA256: up.SHA256, Name: up.Name, MediaType: up.MediaType, Size: up.Size,
		At: tx.Now(), MadeBy: actor.From(tx.Context()).UserID}
	return b, store.Insert(tx, "blob", &b)
}

// Find gives one attachment, or blob.not_found.
func Find(tx *store.Tx, centre, id string) (Blob, error) {
	b, err := store.Get[Blob](tx, "SELECT "+store.Columns[Blob]("")+" FROM blob WHERE centre_id = $1 AND id = $2", centre, id)
	if errors.Is(err, store.ErrNotFound) {
		return Blob{}, ErrNotFound
	}
	return b, err
}

// List gives the attachments with the given ids, oldest first; ids that are absent are left out.
func List(tx *store.Tx, centre string, ids []string) ([]Blob, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var w store.Where
	w.And("centre_id = ?", centre)
	store.In(&w, "id", ids)
	return store.Select[Blob](tx, "SELECT "+store.Columns[Blob]("")+" FROM blob"+w.SQL()+" ORDER BY id", w.Args...)
}

// Detach deletes the row of an attachment. The file stays until it is garbage.
func Detach(tx *store.Tx, centre, id string) error {
	n, err := tx.Exec("DELETE FROM blob WHERE centre_id = $1 AND id = $2", centre, id)
	if err == nil && n == 0 {
		return ErrNotFound
	}
	return err
}

// Open opens the content for reading; the caller closes it. It fails with blob.missing where the file is gone or has
// another size.
func (s *Store) Open(b Blob) (*os.File, error) {
	if len(b.SHA256) != 2*sha256.Size {
		return nil, ErrMissing.Wrap(fmt.Errorf("blob %s has the sum %q", b.ID, b.SHA256))
	}
	f, err := os.Open(s.path(b.CentreID, b.SHA256))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrMissing.Wrap(err)
	}
	if err != nil {
		return nil, s.fault(err)
	}
	info, err := f.Stat()
	if err == nil && info.Size() != b.Size {
		err = fmt.Errorf("blob %s: %d bytes instead of %d", b.ID, info.Size(), b.Size)
	}
	if err != nil {
		f.Close()
		return nil, ErrMissing.Wrap(err)
	}
	return f, nil
}

// Verify reads the whole content and compares it with its sum; it fails with blob.missing where they differ.
func (s *Store) Verify(b Blob) error {
	f, err := s.Open(b)
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return ErrMissing.Wrap(err)
	}
	if hex.EncodeToString(h.Sum(nil)) != b.SHA256 {
		return ErrMissing.Wrap(fmt.Errorf("blob %s: the content has another sum", b.ID))
	}
	return nil
}

// Serve answers a request with the content: whole, in ranges (so that a recording can be wound), or "not modified".
// Where it returns an error nothing was written. What a browser cannot safely show by itself is offered for download.
func (s *Store) Serve(w http.ResponseWriter, r *http.Request, b Blob) error {
	f, err := s.Open(b)
	if err != nil {
		return err
	}
	defer f.Close()
	disposition := "attachment"
	if format, ok := formatBy(func(f Format) bool { return f.MediaType == b.MediaType }); ok && format.Inline {
		disposition = "inline"
	}
	h := w.Header()
	h.Set("Content-Type", b.MediaType)
	h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": b.Name}))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; media-src 'self'; sandbox")
	h.Set("Cache-Control", "private, max-age=0, must-revalidate")
	h.Set("ETag", `"`+b.SHA256+`"`)
	http.ServeContent(w, r, b.Name, b.At.Time(), f)
	return nil
}
