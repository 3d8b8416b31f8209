package once_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/once"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

func as(a actor.Actor) context.Context {
	if a.CentreID == "" {
		a.CentreID = "c1"
	}
	return actor.With(context.Background(), &a)
}

var zhang = as(actor.Actor{Kind: actor.User, UserID: "zhang"})

type outcome struct {
	prior string
	found bool
	err   error
}

func claim(db *store.DB, ctx context.Context, key, digest, object string) (o outcome) {
	err := db.WithTx(ctx, func(tx *store.Tx) (err error) {
		o.prior, o.found, err = once.Claim(tx, key, digest, object)
		return err
	})
	o.err = err
	return o
}

func TestClaim(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		steps := []struct {
			name                string
			ctx                 context.Context
			key, digest, object string
			want                outcome
		}{
			{"first", zhang, "k", "d1", "o1", outcome{}},
			{"repeat", zhang, "k", "d1", "o2", outcome{prior: "o1", found: true}},
			{"other content", zhang, "k", "d2", "o3", outcome{err: once.ErrReused}},
			{"other key", zhang, "k2", "d1", "o4", outcome{}},
			{"other user", as(actor.Actor{Kind: actor.User, UserID: "li"}), "k", "d2", "o5", outcome{}},
			{"the user's token", as(actor.Actor{Kind: actor.Token, UserID: "zhang", TokenID: "t"}), "k", "d2", "o6", outcome{}},
			{"other centre", as(actor.Actor{Kind: actor.User, UserID: "zhang", CentreID: "c2"}), "k", "d2", "o7", outcome{}},
			{"no key", zhang, "", "d1", "o8", outcome{}},
			{"no key again", zhang, "", "d2", "o9", outcome{}},
			{"longest key", zhang, strings.Repeat("x", 128), "d", "o", outcome{}},
			{"too long", zhang, strings.Repeat("x", 129), "d", "o", outcome{err: once.ErrKey}},
			{"Chinese", zhang, "键", "d", "o", outcome{err: once.ErrKey}},
			{"control character", zhang, "a\nb", "d", "o", outcome{err: once.ErrKey}},
		}
		for _, s := range steps {
			got := claim(db, s.ctx, s.key, s.digest, s.object)
			if !errors.Is(got.err, s.want.err) || got.prior != s.want.prior || got.found != s.want.found {
				t.Errorf("%s: %+v, want %+v", s.name, got, s.want)
			}
		}
	}, once.Migrations)
}

func TestAKeyIsFreeAgainWhenItsTransactionFails(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		failed := errors.New("the use case was refused")
		err := db.WithTx(zhang, func(tx *store.Tx) error {
			if _, _, err := once.Claim(tx, "k", "d", "o1"); err != nil {
				return err
			}
			return failed
		})
		if !errors.Is(err, failed) {
			t.Fatal(err)
		}
		if got := claim(db, zhang, "k", "d", "o2"); got.found || got.err != nil {
			t.Fatalf("%+v", got)
		}
	}, once.Migrations)
}

// Many clients send the same request at once: one has the effect, all others are told its object.
func TestOneOfManyConcurrentClaimsWins(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for round := range 5 {
			key := fmt.Sprint("round ", round)
			outcomes := make([]outcome, 12)
			var wg sync.WaitGroup
			for i := range outcomes {
				wg.Go(func() { outcomes[i] = claim(db, zhang, key, "d", fmt.Sprint("object ", i)) })
			}
			wg.Wait()
			winner := ""
			for i, o := range outcomes {
				if o.err != nil {
					t.Fatal(o.err)
				}
				if !o.found {
					if winner != "" {
						t.Fatalf("two winners: %v", outcomes)
					}
					winner = fmt.Sprint("object ", i)
				}
			}
			for _, o := range outcomes {
				if o.found && o.prior != winner {
					t.Fatalf("%q won, but a loser was told %q", winner, o.prior)
				}
			}
		}
	}, once.Migrations)
}

// The second claim waits while the first is open, and then sees what became of it.
func TestOnPostgresAClaimWaitsForTheOther(t *testing.T) {
	for _, commit := range []bool{true, false} {
		t.Run(fmt.Sprint("commit ", commit), func(t *testing.T) {
			db := storetest.Open(t, store.Postgres, fsOf(once.Migrations))
			held, release := make(chan struct{}), make(chan struct{})
			var wg sync.WaitGroup
			wg.Go(func() {
				_ = db.WithTx(zhang, func(tx *store.Tx) error {
					if _, found, err := once.Claim(tx, "k", "d", "first"); err != nil || found {
						t.Errorf("first: %v %v", found, err)
					}
					close(held)
					<-release
					if !commit {
						return errors.New("changed its mind")
					}
					return nil
				})
			})
			<-held
			second := make(chan outcome, 1)
			wg.Go(func() { second <- claim(db, zhang, "k", "d", "second") })
			select {
			case o := <-second:
				t.Errorf("the second claim did not wait: %+v", o)
			case <-time.After(150 * time.Millisecond):
			}
			close(release)
			wg.Wait()
			want := outcome{}
			if commit {
				want = outcome{prior: "first", found: true}
			}
			if got := <-second; got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
		})
	}
}

func TestSweep(t *testing.T) {
	for _, kind := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(kind), func(t *testing.T) {
			c := clock.NewManual(storetest.Start)
			db := storetest.Open(t, kind, fsOf(once.Migrations), storetest.WithClock(c))
			fill := func(ctx context.Context, from, n int) {
				err := db.WithTx(ctx, func(tx *store.Tx) error {
					for i := range n {
						if _, _, err := once.Claim(tx, fmt.Sprint("k", from+i), "d", "o"); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			other := as(actor.Actor{Kind: actor.User, UserID: "zhang", CentreID: "c2"})
			fill(zhang, 0, once.SweepBatch+3)
			fill(other, 0, 2)
			c.Advance(48 * time.Hour)
			fill(zhang, 10000, 5)
			var swept []int64
			for {
				var n int64
				err := db.WithTx(as(actor.Actor{Kind: actor.System}), func(tx *store.Tx) (err error) {
					n, err = once.Sweep(tx, tx.Now().Add(-24*time.Hour))
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				swept = append(swept, n)
				if n < once.SweepBatch {
					break
				}
			}
			if fmt.Sprint(swept) != fmt.Sprint([]int64{once.SweepBatch, 3}) {
				t.Fatalf("swept %v", swept)
			}
			for name, want := range map[string]int64{"c1": 5, "c2": 2} {
				err := db.Read(zhang, func(tx *store.Tx) error {
					n, err := store.Get[int64](tx, "SELECT COUNT(*) FROM once_key WHERE centre_id = $1", name)
					if n != want {
						t.Errorf("%s keeps %d keys, want %d", name, n, want)
					}
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func fsOf(f ...fs.FS) []fs.FS { return f }
