package store_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"testing"
	"time"

	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

var errMind = errors.New("changed my mind")

// Closures of one key that wait for each other share transactions: each is answered with its own error, what one has written
// before it failed is nowhere, and what the others have written is there once.
func TestSharedTransactionsKeepTheirClosuresApart(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		must(t, db.WithTx(t.Context(), func(tx *store.Tx) error {
			row := newThing(tx, "counter")
			row.N = 0
			return store.Insert(tx, "thing", row)
		}))
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		want := map[int]string{0: "", 1: "early", 2: "late", 3: "panic", 4: "unique", 5: "gone"}
		const each = 40
		var mu sync.Mutex
		committed := 0
		var wg sync.WaitGroup
		for i := range each * len(want) {
			wg.Go(func() {
				ctx := t.Context()
				if i%6 == 5 {
					ctx = gone
				}
				err := db.WithTxOf(ctx, "counter", func(tx *store.Tx) error { return oneOf(tx, i, func() { mu.Lock(); committed++; mu.Unlock() }) })
				if ok := [6]bool{err == nil, errors.Is(err, errMind), errors.Is(err, errMind), err != nil, errors.Is(err, store.ErrUnique), errors.Is(err, context.Canceled)}; !ok[i%6] {
					t.Errorf("%s: %v", want[i%6], err)
				}
			})
		}
		wg.Wait()
		if committed != each {
			t.Errorf("%d were told of their commit, not %d", committed, each)
		}
		must(t, db.Read(t.Context(), func(tx *store.Tx) error {
			n, err := store.Get[int64](tx, "SELECT n FROM thing WHERE centre_id = 'c' AND name = 'counter'")
			if err == nil && n != each {
				t.Errorf("counted %d of %d", n, each)
			}
			names, err := store.Select[string](tx, "SELECT name FROM thing WHERE centre_id = 'c' AND name <> 'counter'")
			if len(names) != each {
				t.Errorf("%d rows, not %d", len(names), each)
			}
			return err
		}))
	}, schema)
}

// oneOf is a closure of the test: every sixth succeeds.
func oneOf(tx *store.Tx, i int, told func()) error {
	n, err := store.Get[int64](tx, "SELECT n FROM thing WHERE centre_id = 'c' AND name = 'counter'"+tx.ForUpdate())
	if err != nil {
		return err
	}
	if i%6 == 1 {
		return errMind // before it has written
	}
	if err := tx.Queue("UPDATE thing SET n = $1 WHERE centre_id = 'c' AND name = 'counter'", n+1); err != nil {
		return err
	}
	name := fmt.Sprint("n", i)
	switch i % 6 {
	case 2:
		return errMind
	case 3:
		panic("bug")
	case 4:
		name = "counter"
	}
	tx.AfterCommit(told)
	return store.Insert(tx, "thing", newThing(tx, name))
}

// The last steps of a shared transaction come after all closures, in order, and only those of closures that succeed. The first
// closure is held until the others wait, so that they share.
func TestLastStepsComeInOrderAfterTheClosures(t *testing.T) {
	db := storetest.Open(t, store.Postgres, []fs.FS{schema})
	const others = 12
	var done []int64
	held, begun := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	run := func(i int64) {
		err := db.WithTxOf(t.Context(), "k", func(tx *store.Tx) error {
			if i == 0 {
				close(begun)
				<-held
			}
			step := store.LastStep{Order: 100 - i, Ahead: func(tx *store.Tx) { tx.Ahead("SELECT 1") }, Lock: func(*store.Tx) error { return nil },
				Do: func(tx *store.Tx) error {
					done = append(done, i)
					return store.Insert(tx, "thing", newThing(tx, fmt.Sprint("n", i)))
				}}
			err := tx.Last(step)
			if i%5 == 4 {
				err = errors.Join(err, errMind)
			}
			return err
		})
		if (err != nil) != (i%5 == 4) {
			t.Errorf("%d: %v", i, err)
		}
	}
	wg.Go(func() { run(0) })
	<-begun
	for i := range others {
		wg.Go(func() { run(int64(i + 1)) })
	}
	for db.WaitingFor("k") < others {
		time.Sleep(time.Millisecond)
	}
	close(held)
	wg.Wait()
	// The first was held for longer than a batch may last; the others share one transaction unless the machine stood still.
	if n := db.Stat.Batches.Load(); n > 5 {
		t.Errorf("%d commits", n)
	} else if n == 2 && !slices.IsSortedFunc(done[1:], func(a, b int64) int { return int(b - a) }) {
		t.Errorf("done in the order %v", done)
	}
	slices.Sort(done)
	if want := []int64{0, 1, 2, 3, 5, 6, 7, 8, 10, 11, 12}; !slices.Equal(done, want) {
		t.Errorf("done %v, want %v", done, want)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// What is read beside is read from the same snapshot, while others write; on SQLite at the same time.
func TestWhatIsReadBesideIsTheSameSnapshot(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				must(t, db.WithTx(context.Background(), func(tx *store.Tx) error { return store.Insert(tx, "thing", newThing(tx, fmt.Sprint("n", i))) }))
			}
		})
		count := func(tx *store.Tx) (n int64, err error) {
			return store.Get[int64](tx, "SELECT COUNT(*) FROM thing WHERE centre_id = 'c'")
		}
		last := int64(-1)
		for range 200 {
			must(t, db.ReadBeside(t.Context(), func(tx *store.Tx) error {
				var beside int64
				wait := tx.Beside(func(tx *store.Tx) (err error) {
					beside, err = count(tx)
					return err
				})
				n, err := count(tx)
				if err := errors.Join(err, wait()); err != nil || n != beside || n < last {
					t.Errorf("%d rows and %d beside after %d, %v", n, beside, last, err)
				}
				last = n
				return nil
			}))
		}
		err := db.ReadBeside(t.Context(), func(tx *store.Tx) error { return tx.Beside(func(*store.Tx) error { panic("bug") })() })
		cancel()
		wg.Wait()
		if err == nil {
			t.Error("a panic beside is lost")
		}
	}, schema)
}
