// Package demo makes the demonstration (演示): 临夏市政务中心 with its people, and three hundred work orders that could
// have been received there. The orders live through the real use cases under a clock that is moved from forty-five days
// ago to now, with the job queue running in between, so that events, chains, counters, deadlines and notices are genuine.
// Places are real; people, phones and what happened are made up.
package demo

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/app"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/config"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Options say where the demonstration goes and what it is like.
type Options struct {
	Config config.Config // of the database, which no other process may have open
	Log    *slog.Logger
	Now    clock.Instant // the moment up to which the demonstration has lived
	Seed   uint64        // the same seed tells the same stories
}

// Result is what Load made.
type Result struct {
	Demo    org.Demo // centre, units and the accounts whose passwords are to be printed once
	Tickets int
	Steps   int // use cases that were run
}

// days is how far back the demonstration begins.
const days = 45

// node makes the ids of the demonstration, which ends in the same moment in which the program itself may begin: two makers
// of ids in one millisecond must be two nodes.
const node = 255

// Load makes the demonstration in an empty database, or in one that has other centres. It fails with org.demo_exists
// where the demonstration is there already.
func Load(ctx context.Context, o Options) (Result, error) {
	manual := clock.NewManual((o.Now.Date() - days - 1).Clock(9, 0))
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Config.Node = node
	a, err := app.OpenToLoad(ctx, o.Config, o.Log, manual)
	if err != nil {
		return Result{}, err
	}
	defer a.Close()
	s := &stage{app: a, clock: manual, now: o.Now, rnd: rand.New(rand.NewPCG(o.Seed, 12345)), people: map[string]context.Context{}}
	if err := s.build(ctx); err != nil {
		return Result{}, err
	}
	plans, err := s.plans()
	if err != nil {
		return Result{}, err
	}
	if err := s.accounts(ctx); err != nil {
		return Result{}, err
	}
	if err := s.catalogueOfItems(); err != nil {
		return Result{}, err
	}
	day, err := s.hall(ctx)
	if err != nil {
		return Result{}, err
	}
	cases, err := s.cases(ctx)
	if err != nil {
		return Result{}, err
	}
	shared, err := s.sharing(ctx)
	if err != nil {
		return Result{}, err
	}
	matters, err := s.matters()
	if err != nil {
		return Result{}, err
	}
	people, err := s.workforce(ctx)
	if err != nil {
		return Result{}, err
	}
	steps, err := s.replay(ctx, append(slices.Clip(plans), day, cases, shared, matters, s.service(), people))
	if err == nil {
		err = s.takeOver()
	}
	if err == nil {
		err = s.afterwards(ctx)
	}
	if err == nil {
		err = s.supervise()
	}
	if err == nil {
		err = s.publishFigures()
	}
	if err == nil {
		err = s.performance(ctx)
	}
	return Result{Demo: s.demo, Tickets: len(plans), Steps: steps}, err
}

// stage is the centre on which the demonstration plays.
type stage struct {
	app    *app.App
	clock  *clock.Manual
	now    clock.Instant
	rnd    *rand.Rand
	demo   org.Demo
	system context.Context
	cal    *calendar.Calendar
	people map[string]context.Context // by user name; "<unit id>/liaison" and "<unit id>/head" for units
	nth    int                        // people named so far
}

// build makes the centre, its calendar, limits, categories and dispatch catalogue, and an account for each unit that
// handles tickets.
func (s *stage) build(ctx context.Context) error {
	d, err := s.app.Org.SeedDemo(actor.With(ctx, actor.SystemFor("")))
	if err != nil {
		return err
	}
	s.demo, s.system = d, actor.With(ctx, actor.SystemFor(d.Centre.ID))
	if err := s.app.SeedCentre(s.system, d.Centre); err != nil {
		return err
	}
	err = s.app.DB.Read(s.system, func(tx *store.Tx) (err error) {
		s.cal, err = s.app.Calendar.ForCentre(tx, d.Centre.ID, "")
		return err
	})
	if err != nil {
		return err
	}
	if _, err := s.app.Org.ImportDivisions(s.system, strings.NewReader(divisions())); err != nil {
		return err
	}
	for _, a := range d.Accounts {
		if err := s.signIn(ctx, a.User.Username, a.User); err != nil {
			return err
		}
	}
	if err := s.catalogue(ctx); err != nil {
		return err
	}
	return s.knowledge(ctx)
}

// signIn puts the context of an account under a name.
func (s *stage) signIn(ctx context.Context, as string, u org.User) error {
	a, err := s.app.Org.Authenticate(ctx, u.Subject(), u.EpochText())
	if err != nil {
		return fmt.Errorf("sign in %s: %w", u.Username, err)
	}
	s.people[as] = actor.With(ctx, a)
	return nil
}

// tick is how often the job queue is looked at while the clock is moved.
const tick = 30 * time.Minute

// replay runs the steps of all plans in the order of time.
func (s *stage) replay(ctx context.Context, plans []*plan) (int, error) {
	queue := agenda(plans)
	for i, e := range queue {
		if err := s.moveTo(ctx, e.at); err != nil {
			return i, err
		}
		if err := e.do(s, e.plan); err != nil {
			return i, fmt.Errorf("ticket %q, step %s at %s: %w", e.plan.in.Title, e.name, e.at, err)
		}
	}
	return len(queue), s.moveTo(ctx, s.now)
}

// moveTo moves the clock ahead, and lets the jobs run at every full and half hour in between.
func (s *stage) moveTo(ctx context.Context, at clock.Instant) error {
	step := clock.Instant(tick.Milliseconds())
	for next := (s.clock.Now()/step + 1) * step; next <= at; next += step {
		s.clock.Set(next)
		if err := s.app.Jobs.RunAll(ctx); err != nil {
			return err
		}
	}
	s.clock.Set(max(at, s.clock.Now()))
	return nil
}
