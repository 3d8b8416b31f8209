package finance_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/document/pdf"
	"yichuang/internal/errs"
	"yichuang/internal/finance"
	"yichuang/internal/finance/publication"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// publish takes a finished draft through its life to publication.
func (w *world) publish(t *testing.T) finance.Account {
	t.Helper()
	w.clock.Set(clock.At(2025, 9, 1, 10, 0))
	var out finance.Account
	for _, step := range []func(v int64) (finance.Account, error){
		func(v int64) (finance.Account, error) { return w.Submit(w.finance.Ctx, 2024, v) },
		func(v int64) (finance.Account, error) { return w.Sign(w.leader.Ctx, 2024, v, "同意") },
		func(v int64) (finance.Account, error) {
			return w.Approve(w.finance.Ctx, 2024, v, finance.Approval{On: clock.MustDate("2025-08-28"), Number: "临财决〔2025〕8号", By: "市财政局"})
		},
		func(v int64) (finance.Account, error) {
			return w.Clear(w.office.Ctx, 2024, v, true, "不涉及国家秘密")
		},
		func(v int64) (finance.Account, error) { return w.Publish(w.leader.Ctx, 2024, v) },
	} {
		var err error
		if out, err = step(w.version(t)); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// documents makes every format of a revision.
func (w *world) documents(t *testing.T, revision int64) map[publication.Format][]byte {
	t.Helper()
	out := map[publication.Format][]byte{}
	for _, f := range publication.Formats() {
		p, err := w.Publication(w.finance.Ctx, 2024, revision, f)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := p.Write(&b, f, publication.Options{Print: pdf.NewWriter()}); err != nil {
			t.Fatal(err)
		}
		out[f] = b.Bytes()
	}
	return out
}

// TestWhatWasPublishedStaysTheSame: the documents of a published revision are made from its frozen content, byte for byte
// the same, whatever happens to the books, and not at all where the content no longer has its hash.
func TestWhatWasPublishedStaysTheSame(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		if _, err := w.Publication(w.finance.Ctx, 2024, 0, publication.PDF); !errors.Is(err, finance.ErrEmptyBook) {
			t.Errorf("documents of an empty book: %v", err)
		}
		w.year(t)
		w.finish(t)
		draft := w.documents(t, 0)
		a := w.publish(t)
		first := w.documents(t, 1)
		if !bytes.Contains(draft[publication.HTML], []byte("草稿，尚未公开")) || bytes.Contains(first[publication.HTML], []byte("尚未公开")) || !bytes.Contains(first[publication.HTML], []byte(a.Hash)) {
			t.Error("the page does not say what it is")
		}
		w.clock.Set(clock.At(2025, 9, 20, 9, 0))
		w.correction(t, a)
		second := w.documents(t, 0)
		for f, b := range w.documents(t, 1) {
			if !bytes.Equal(b, first[f]) {
				t.Errorf("%s: the first revision changed after its correction", f)
			}
			if bytes.Equal(b, second[f]) {
				t.Errorf("%s: the second revision is the first", f)
			}
		}
		if _, err := w.Publication(w.finance.Ctx, 2024, 9, publication.PDF); errs.KindOf(err) != errs.NotFound {
			t.Errorf("a revision that is not there: %v", err)
		}
		nobody := actor.With(t.Context(), &actor.Actor{Kind: actor.Anonymous, CentreID: w.centre})
		if _, err := w.Publication(nobody, 2024, 1, publication.PDF); err == nil {
			t.Error("anybody gets the documents")
		}
		if err := db.WithTx(w.finance.Ctx, func(tx *store.Tx) error {
			_, err := tx.Exec("UPDATE finance_account SET content = REPLACE(content, '221.73', '221.74') WHERE centre_id = $1 AND revision = 1", w.centre)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Publication(w.finance.Ctx, 2024, 1, publication.PDF); !errors.Is(err, finance.ErrTampered) {
			t.Errorf("changed content: %v", err)
		}
	}, migrations()...)
}

// BenchmarkPublication is the whole set of documents of a year from its books, with nothing kept from before. The goal
// is 2 s.
func BenchmarkPublication(b *testing.B) {
	w := newWorld(b, storetest.Open(b, store.SQLite, migrations()))
	w.year(b)
	for b.Loop() {
		print := pdf.NewWriter()
		for _, f := range publication.Formats() {
			p, err := w.Publication(w.finance.Ctx, 2024, 0, f)
			if err != nil {
				b.Fatal(err)
			}
			if err := p.Write(io.Discard, f, publication.Options{Print: print}); err != nil {
				b.Fatal(err)
			}
		}
	}
}
