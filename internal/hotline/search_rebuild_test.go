package hotline_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// forgetIndex empties the full-text index, as that of a database from before was.
func forgetIndex(t *testing.T, w *hotlinetest.World) {
	t.Helper()
	err := w.DB.WithTx(w.System(), func(tx *store.Tx) error {
		if tx.Engine() == store.Postgres {
			return tx.Queue("DELETE FROM text_index WHERE centre_id = $1", w.Centre)
		}
		if err := tx.Queue("DELETE FROM text_tail"); err != nil {
			return err
		}
		return tx.Queue("INSERT INTO text_index (text_index) VALUES ('delete-all')")
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheIndexIsFilledBatchByBatch(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		agent, admin := w.As(t, org.RoleAgent), w.As(t, org.RoleAdmin)
		if s, err := w.Hotline.IndexState(agent); err != nil || s.Running() || s.Percent() != 100 {
			t.Fatalf("a new centre has nothing to fill: %+v, %v", s, err)
		}
		old := w.Ticket(t, hotline.Review, func(in *hotline.RegisterInput) { in.Title = "西湖建筑工地扬尘" })
		for i := range 210 {
			if _, err := w.Hotline.Register(agent, hotlinetest.Input(func(in *hotline.RegisterInput) {
				in.Title, in.Phone = fmt.Sprintf("路灯不亮第%d号", i), fmt.Sprintf("139%08d", i)
			})); err != nil {
				t.Fatal(err)
			}
		}
		secret := w.Ticket(t, hotline.Draft, func(in *hotline.RegisterInput) {
			in.Title, in.Confidential = "西湖建筑内部举报", hotline.ConfidentialAll
		})
		forgetIndex(t, w)
		found := func(query string, replies bool) int {
			t.Helper()
			if replies {
				list, _, err := w.Hotline.SearchReplies(agent, hotline.SearchFilter{Query: query})
				if err != nil {
					t.Fatal(err)
				}
				return len(list)
			}
			list, _, err := w.Hotline.SearchTickets(agent, hotline.SearchFilter{Query: query})
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		if found("西湖建筑", false)+found("管道阀门", true) != 0 {
			t.Fatal("the index is not empty")
		}
		if _, err := w.Hotline.RebuildIndex(agent); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a call-taker rebuilds: %v", err)
		}
		r, err := w.Hotline.RebuildIndex(admin)
		if err != nil || !r.Running() || r.Total != 212 {
			t.Fatalf("%+v, %v", r, err)
		}
		if _, err := w.Hotline.RebuildIndex(admin); !errors.Is(err, hotline.ErrIndexing) {
			t.Errorf("a second run beside the first: %v", err)
		}
		if _, err := w.Jobs.RunDue(context.Background()); err != nil {
			t.Fatal(err)
		}
		if s, err := w.Hotline.IndexState(agent); err != nil || !s.Running() || s.Done != 200 || s.Percent() != 94 {
			t.Errorf("after a batch: %+v, %v", s, err)
		}
		if found("标题:路灯", false) == 0 || found("西湖建筑", false) != 0 {
			t.Error("the newest come first")
		}
		// The program is started again in between; what was done stays done.
		if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error { return hotline.ScheduleIndexing(tx, w.Centre) }); err != nil {
			t.Fatal(err)
		}
		w.RunJobs(t)
		if s, err := w.Hotline.IndexState(admin); err != nil || s.Running() || s.Done != 212 || s.FinishedAt == 0 {
			t.Errorf("at the end: %+v, %v", s, err)
		}
		if found("标题:西湖建筑", false) != 1 || found("管道阀门", true) != 1 {
			t.Errorf("%s is found %d times, its reply %d times; %s must not be", old.No, found("标题:西湖建筑", false), found("管道阀门", true), secret.No)
		}
	})
}
