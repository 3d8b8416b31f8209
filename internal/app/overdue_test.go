package app_test

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"yichuang/internal/app"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/config"
	"yichuang/internal/hotline"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
)

var realtime = flag.Bool("realtime", false, "run what needs minutes of real time")

// TestAThousandOverdueInRealTime lets 1,001 legs go overdue within one real minute while the program's own runner is at
// work on a file, and measures how long after its end each unit was told (scenario 17). It runs with -realtime.
func TestAThousandOverdueInRealTime(t *testing.T) {
	if !*realtime {
		t.Skip("takes two minutes: -realtime")
	}
	const n = 1001
	dir := t.TempDir()
	cfg := config.Config{Database: config.Secret(filepath.Join(dir, "real.db")), Blobs: filepath.Join(dir, "blobs")}
	cfg.Fill()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	a, err := app.Open(ctx, cfg, slog.New(slog.DiscardHandler), clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	centre := addCentre(t, a)
	unit := orgtest.Unit(t, a.Org, centre, "市应急局", "")
	agent, dispatcher := orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleAgent), orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleDispatcher)
	err = a.DB.WithTx(orgtest.System(centre), func(tx *store.Tx) error {
		return a.Hotline.SetPolicy(tx, hotline.Policy{Step: hotline.StepSign, Urgency: hotline.Critical, Limit: calendar.Minutes(1), Basis: "试"})
	})
	if err != nil {
		t.Fatal(err)
	}
	ran := make(chan struct{})
	go func() { defer close(ran); a.Jobs.Run(ctx) }()

	began := time.Now()
	var crew sync.WaitGroup
	work := make(chan int)
	for range 32 {
		crew.Add(1)
		go func() {
			defer crew.Done()
			for i := range work {
				r, err := a.Hotline.Register(agent.Ctx, hotline.RegisterInput{Channel: "电话", Kind: hotline.Help, Urgency: hotline.Critical, Title: "险情", Content: "某处有险情，请立即处置", Phone: fmt.Sprintf("139%08d", i)})
				if err == nil {
					_, err = a.Hotline.Accept(agent.Ctx, hotline.Command{TicketID: r.ID}, hotline.Classify{})
				}
				if err == nil {
					_, err = a.Hotline.Dispatch(dispatcher.Ctx, hotline.Command{TicketID: r.ID}, hotline.DispatchInput{UnitID: unit.ID})
				}
				if err != nil {
					t.Error(err)
				}
			}
		}()
	}
	for i := range n {
		work <- i
	}
	close(work)
	crew.Wait()
	t.Logf("%d legs dispatched in %s", n, time.Since(began).Round(time.Millisecond))

	type told struct {
		N     int64         `db:"n"`
		Worst int64         `db:"worst"`
		Mean  int64         `db:"mean"`
		Last  clock.Instant `db:"last"`
		First clock.Instant `db:"first"`
	}
	var got told
	for deadline := time.Now().Add(3 * time.Minute); time.Now().Before(deadline) && got.N < n; time.Sleep(time.Second) {
		err := a.DB.Read(ctx, func(tx *store.Tx) (err error) {
			got, err = store.Get[told](tx, `SELECT COUNT(*) AS n, COALESCE(MAX(at - due), 0) AS worst, COALESCE(SUM(at - due) / COUNT(*), 0) AS mean, COALESCE(MAX(due), 0) AS last, COALESCE(MIN(due), 0) AS first
				FROM hotline_notice WHERE centre_id = $1 AND kind = $2 HAVING COUNT(*) > 0`, centre, hotline.NoticeSignLate)
			if err != nil && got.N == 0 {
				err = nil
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	stop()
	<-ran
	t.Logf("%d ends within %s; told %s after the end on average, at most %s", got.N, got.Last.Sub(got.First).Round(time.Millisecond), time.Duration(got.Mean)*time.Millisecond, time.Duration(got.Worst)*time.Millisecond)
	if got.N != n || got.Worst > 60_000 {
		t.Errorf("%d of %d were told, the last %d ms late", got.N, n, got.Worst)
	}
}
