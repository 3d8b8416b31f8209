package item

import (
	"context"
	"errors"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/blob"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Sample (结果样本) is a picture or paper that shows what the applicant gets (GB/T 39046-2020 table 4). It is part of the content, and so
// sealed with it and carried on into the next version; its bytes are in the attachment store.
type Sample struct {
	BlobID    string `json:"blob_id"`
	Name      string `json:"name"`
	Size      int64  `json:"size"`
	MediaType string `json:"media_type"`
	SHA256    string `json:"sha256"`
}

// Active reports whether there is a sample.
func (s Sample) Active() bool { return s.BlobID != "" }

// words is the sample in a comparison of versions: another file of the same name is another sample.
func (s Sample) words() string {
	if !s.Active() {
		return ""
	}
	return s.Name + "（" + s.SHA256[:min(8, len(s.SHA256))] + "）"
}

// SampleMax is the size of the largest sample.
const SampleMax = 5 << 20

// sampleTypes are what a sample may be: what every browser shows by itself.
var sampleTypes = []string{"application/pdf", "image/jpeg", "image/png"}

// CheckSample refuses a file that is too large or of a type that browsers do not show.
func CheckSample(size int64, mediaType string) error {
	switch {
	case size > SampleMax:
		return ErrInput.Field("sample", "结果样本是 %.1f MB，超过了 %d MB，请压缩后重新选择。", float64(size)/(1<<20), SampleMax>>20)
	case mediaType != "" && !slices.Contains(sampleTypes, mediaType):
		return ErrInput.Field("sample", "结果样本应是 PDF、JPG 或 PNG（按内容判断，与文件名无关），请重新选择。")
	}
	return nil
}

// PutSample gives a draft its sample, which the attachment store holds already, in place of one that it has.
func (m *Module) PutSample(ctx context.Context, version string, revision int64, up blob.Upload) (Version, error) {
	if err := CheckSample(up.Size, up.MediaType); err != nil {
		return Version{}, err
	}
	return m.changeSample(ctx, version, revision, func(tx *store.Tx, centre string) (Sample, error) {
		b, err := blob.Attach(tx, centre, up)
		return Sample{BlobID: b.ID, Name: b.Name, Size: b.Size, MediaType: b.MediaType, SHA256: b.SHA256}, err
	})
}

// RemoveSample takes the sample out of a draft. Versions before it keep theirs.
func (m *Module) RemoveSample(ctx context.Context, version string, revision int64) (Version, error) {
	return m.changeSample(ctx, version, revision, func(*store.Tx, string) (Sample, error) { return Sample{}, nil })
}

func (m *Module) changeSample(ctx context.Context, version string, revision int64, next func(tx *store.Tx, centre string) (Sample, error)) (Version, error) {
	return m.change(ctx, PermWrite, version, revision, "item.sample", func(tx *store.Tx, it *Item, v *Version) error {
		if v.State != Draft {
			return ErrWrongState.Say("%s，结果样本不能再改。退回修改后才能更换。", v.State.Label())
		}
		c, err := v.Content()
		if err != nil {
			return err
		}
		if err := m.dropSample(tx, it, v, c.Sample); err != nil {
			return err
		}
		if c.Sample, err = next(tx, it.CentreID); err != nil {
			return err
		}
		v.DraftedBy = actor.From(ctx).UserID
		return v.write(&c)
	})
}

// dropSample gives up the bytes of a draft's sample unless another version of the item shows it.
func (m *Module) dropSample(tx *store.Tx, it *Item, of *Version, s Sample) error {
	if !s.Active() {
		return nil
	}
	list, err := versionsTx(tx, it.CentreID, it.ID)
	if err != nil {
		return err
	}
	for i := range list {
		c, err := list[i].Content()
		if err != nil {
			return err
		}
		if list[i].ID != of.ID && c.Sample.BlobID == s.BlobID {
			return nil
		}
	}
	if err := blob.Detach(tx, it.CentreID, s.BlobID); err != nil && !errors.Is(err, blob.ErrNotFound) {
		return err
	}
	return nil
}

// SampleFile gives the sample of a version for those who read items.
func (m *Module) SampleFile(ctx context.Context, version string) (blob.Blob, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return blob.Blob{}, err
	}
	var b blob.Blob
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		v, err := m.VersionTx(tx, a.CentreID, version)
		if err != nil {
			return err
		}
		it, err := m.ItemTx(tx, a.CentreID, v.ItemID)
		if err != nil {
			return err
		}
		if !org.Sees(a, PermRead, it.row()) {
			return ErrMissing.Hide()
		}
		b, err = sampleBlob(tx, &v)
		return err
	})
	return b, err
}

// GuideSample gives the sample that an item's guide shows; it is public.
func (m *Module) GuideSample(ctx context.Context, item string) (blob.Blob, error) {
	var b blob.Blob
	g, err := m.Guide(ctx, item)
	if err != nil {
		return b, err
	}
	err = m.db.Read(ctx, func(tx *store.Tx) (err error) {
		b, err = sampleBlob(tx, &g.Version)
		return err
	})
	return b, err
}

func sampleBlob(tx *store.Tx, v *Version) (blob.Blob, error) {
	c, err := v.Content()
	if err != nil {
		return blob.Blob{}, err
	}
	if !c.Sample.Active() {
		return blob.Blob{}, ErrMissing.Say("这个版本没有结果样本。")
	}
	return blob.Find(tx, v.CentreID, c.Sample.BlobID)
}
