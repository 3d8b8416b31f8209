package party_test

import (
	"context"
	"io/fs"
	"log/slog"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/jobs"
	"yichuang/internal/party"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

const centre = "centre-1"

// fixture is a party module with one module above it, whose records are the rows of a table.
type fixture struct {
	*party.Module
	db  *store.DB
	ctx context.Context
	who party.SealedApplicant
}

func open(t *testing.T, kind store.Engine, now clock.Clock) *fixture {
	t.Helper()
	db := storetest.Open(t, kind, []fs.FS{audit.Migrations, jobs.Migrations, party.Migrations}, storetest.WithClock(now))
	f := &fixture{Module: party.New(crypt.Generate()), db: db, ctx: actor.With(context.Background(), actor.SystemFor(centre))}
	f.Ask(func(tx *store.Tx, _, person string) (r party.Reason, err error) {
		list, err := store.Select[string](tx, "SELECT kind FROM needed WHERE person = $1", person)
		if len(list) > 0 {
			r = party.Reason{Text: list[0], Lasting: list[0] == "保管"}
		}
		return r, err
	})
	f.who = f.SealApplicant(party.Applicant{Contact: party.Contact{Name: "马晓明", Phone: "13993001234"}, IDType: party.OtherPaper, IDNo: "P1234567"})
	f.in(t, func(tx *store.Tx) error {
		_, err := tx.Exec("CREATE TABLE needed (person TEXT NOT NULL, kind TEXT NOT NULL)")
		return err
	})
	return f
}

func (f *fixture) in(t *testing.T, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := f.db.WithTx(f.ctx, fn); err != nil {
		t.Error(err)
	}
}

func (f *fixture) need(tx *store.Tx, person, kind string) error {
	return tx.Queue("INSERT INTO needed (person, kind) VALUES ($1, $2)", person, kind)
}

func (f *fixture) save(t *testing.T) (person string) {
	t.Helper()
	f.in(t, func(tx *store.Tx) (err error) { person, err = f.SaveApplicant(tx, centre, f.who); return err })
	return person
}

func (f *fixture) known(t *testing.T, person string) bool {
	t.Helper()
	var p party.Person
	f.in(t, func(tx *store.Tx) (err error) { p, err = party.Load(tx, centre, person); return err })
	return len(p.NameEnc) > 0
}

// Somebody who applies while he is being forgotten is either not forgotten or somebody new: never a case of nobody.
func TestNobodyIsForgottenWhileHeApplies(t *testing.T) {
	f := open(t, store.Postgres, clock.NewManual(clock.MustInstant("2026-05-08 10:00")))
	person := f.save(t)
	const meanwhile = 300 * time.Millisecond

	reused, applied := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(applied)
		f.in(t, func(tx *store.Tx) error {
			got, err := f.SaveApplicant(tx, centre, f.who)
			if err != nil || got != person {
				t.Errorf("%q for %q: %v", got, person, err)
			}
			close(reused)
			<-time.After(meanwhile)
			return f.need(tx, got, "未办结")
		})
	}()
	<-reused
	var forgotten bool
	f.in(t, func(tx *store.Tx) (err error) { forgotten, err = f.Release(tx, centre, person); return err })
	<-applied
	if forgotten || !f.known(t, person) {
		t.Fatal("forgotten while he applied")
	}

	f.in(t, func(tx *store.Tx) error { return tx.Queue("DELETE FROM needed") })
	released, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		f.in(t, func(tx *store.Tx) error {
			if ok, err := f.Release(tx, centre, person); err != nil || !ok {
				t.Errorf("released %v: %v", ok, err)
			}
			if _, err := tx.Exec("UPDATE needed SET kind = ''"); err != nil { // everything queued has reached the server
				return err
			}
			close(released)
			<-time.After(meanwhile)
			return nil
		})
	}()
	<-released
	again := f.save(t)
	<-done
	if again == person || !f.known(t, again) || f.known(t, person) {
		t.Errorf("who applied while he was forgotten is %q (before %q), known %v", again, person, f.known(t, again))
	}
}

// Somebody whom a kept record holds is asked about after a month, others the next night, and all of a night's one by one.
func TestHowOftenIsAsked(t *testing.T) {
	now := clock.NewManual(clock.MustInstant("2026-05-08 10:00"))
	f := open(t, store.SQLite, now)
	runner := jobs.NewRunner(f.db, slog.New(slog.DiscardHandler))
	f.RegisterJobs(runner)
	kept := f.save(t)
	var openOnes [3]string
	f.in(t, func(tx *store.Tx) (err error) {
		for i := range openOnes {
			if openOnes[i], err = f.Save(tx, centre, f.Seal(party.Contact{Name: "马" + string(rune('甲'+i))})); err != nil {
				return err
			}
			if err := f.need(tx, openOnes[i], "未办结"); err != nil {
				return err
			}
			if _, err := f.Release(tx, centre, openOnes[i]); err != nil {
				return err
			}
		}
		if err := f.need(tx, kept, "保管"); err != nil {
			return err
		}
		_, err = f.Release(tx, centre, kept)
		return err
	})
	f.in(t, func(tx *store.Tx) error { return tx.Queue("DELETE FROM needed") })
	days := func(n int) {
		t.Helper()
		for range n {
			now.Advance(24 * time.Hour)
			if err := runner.RunAll(f.ctx); err != nil {
				t.Fatal(err)
			}
		}
	}
	days(1)
	for _, p := range openOnes {
		if f.known(t, p) {
			t.Error("not asked about the next night")
		}
	}
	days(28)
	if !f.known(t, kept) {
		t.Error("asked within the month")
	}
	days(2)
	if f.known(t, kept) {
		t.Error("not asked after a month")
	}
}
