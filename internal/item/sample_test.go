package item_test

import (
	"errors"
	"testing"

	"yichuang/internal/blob"
	"yichuang/internal/errs"
	"yichuang/internal/item"
	"yichuang/internal/item/itemtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// A sample comes into a draft only, is sealed with it, goes on into the next version, and is replaced or taken out there without any
// effect on the version before it (GB/T 39046-2020 table 4).
func TestASampleIsPartOfItsVersion(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := itemtest.New(t, db)
		up := func(name, sum string) blob.Upload {
			return blob.Upload{SHA256: sum, Name: name, MediaType: "application/pdf", Size: 900}
		}
		_, v, err := w.Item.Create(w.Head.Ctx, item.NewItem{UnitID: w.Unit.ID, Content: itemtest.Permit("11001")})
		v = w.Must(v, err)
		for _, bad := range []blob.Upload{{SHA256: "aa", Name: "a.docx", MediaType: "application/msword", Size: 9}, {SHA256: "aa", Name: "a.pdf", MediaType: "application/pdf", Size: item.SampleMax + 1}} {
			if _, err := w.Item.PutSample(w.Head.Ctx, v.ID, v.Revision, bad); !errors.Is(err, item.ErrInput) {
				t.Errorf("%s of %d bytes: %v", bad.Name, bad.Size, err)
			}
		}
		if _, err := w.Item.PutSample(w.Foreign.Ctx, v.ID, v.Revision, up("x.pdf", "aa")); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another department: %v", err)
		}
		v = w.Must(w.Item.PutSample(w.Head.Ctx, v.ID, v.Revision, up("草稿.pdf", "a0")))
		first := blobOf(t, v)
		v = w.Must(w.Item.PutSample(w.Head.Ctx, v.ID, v.Revision, up("证照样本.pdf", "a1")))
		if !gone(t, db, w.Centre, first) {
			t.Error("the replaced file of a draft is kept")
		}
		c, err := v.Content()
		if err != nil {
			t.Fatal(err)
		}
		c.Place, c.Sample = "一楼大厅", item.Sample{}
		v = w.Must(w.Item.Save(w.Head.Ctx, v.ID, v.Revision, c))
		kept := blobOf(t, v)
		v = w.Through(v, w.Today())
		for _, err := range []error{second(w.Item.PutSample(w.Head.Ctx, v.ID, v.Revision, up("换.pdf", "a2"))), second(w.Item.RemoveSample(w.Head.Ctx, v.ID, v.Revision))} {
			if !errors.Is(err, item.ErrWrongState) {
				t.Errorf("a published version: %v", err)
			}
		}
		if b, err := w.Item.GuideSample(w.Citizen(), v.ItemID); err != nil || b.ID != kept || b.Name != "证照样本.pdf" {
			t.Errorf("the guide shows %+v, %v", b, err)
		}
		next := w.Must(w.Item.Revise(w.Head.Ctx, v.ItemID, "换发新版证照", ""))
		if blobOf(t, next) != kept {
			t.Error("the next version has another sample")
		}
		next = w.Must(w.Item.RemoveSample(w.Head.Ctx, next.ID, next.Revision))
		old := w.Version(v.ID)
		if gone(t, db, w.Centre, kept) || blobOf(t, old) != kept || !old.Intact() {
			t.Error("the published version lost its sample")
		}
		if _, err := w.Item.SampleFile(w.Head.Ctx, next.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("a version without a sample: %v", err)
		}
		if _, err := w.Item.SampleFile(itemtest.Stranger(w), v.ID); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("somebody without a role reads it: %v", err)
		}
		d, err := w.Item.Differences(w.Head.Ctx, v.ItemID, next.ID)
		if err != nil || len(d.Differences) != 1 || d.Differences[0].Field != "结果样本" {
			t.Errorf("%+v, %v", d.Differences, err)
		}
	}, itemtest.Migrations()...)
}

func second(_ item.Version, err error) error { return err }

func blobOf(t *testing.T, v item.Version) string {
	t.Helper()
	c, err := v.Content()
	if err != nil {
		t.Fatal(err)
	}
	return c.Sample.BlobID
}

func gone(t *testing.T, db *store.DB, centre, id string) bool {
	t.Helper()
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		_, err := blob.Find(tx, centre, id)
		return err
	})
	return errors.Is(err, blob.ErrNotFound)
}
