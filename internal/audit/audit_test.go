package audit_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

const centre = "c1"

var alice = actor.With(context.Background(), &actor.Actor{Kind: actor.User, UserID: "u1", Name: "马莉", CentreID: centre, UnitID: "unit1", IP: "10.0.0.7", RequestID: "r-1"})

func each(t *testing.T, fn func(t *testing.T, db *store.DB)) {
	t.Helper()
	storetest.Each(t, fn, audit.Migrations)
}

func record(t testing.TB, db *store.DB, ctx context.Context, e audit.Entry) {
	t.Helper()
	if err := db.WithTx(ctx, func(tx *store.Tx) error { return audit.Record(tx, e) }); err != nil {
		t.Fatal(err)
	}
}

func list(t testing.TB, db *store.DB, of string, f audit.Filter) []audit.Line {
	t.Helper()
	var out []audit.Line
	err := db.Read(context.Background(), func(tx *store.Tx) (err error) {
		out, err = audit.List(tx, of, f)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func verify(t testing.TB, db *store.DB, of string) audit.Report {
	t.Helper()
	r, err := audit.Verify(context.Background(), db, of, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// fill writes lines about objects, several each, at different times.
func fill(t testing.TB, db *store.DB, objects, lines int) {
	t.Helper()
	for i := range lines {
		db.Clock().(*clock.Manual).Advance(time.Minute)
		for o := range objects {
			record(t, db, alice, audit.Entry{Action: "hotline.sign", Permission: "hotline.ticket.sign", Kind: "ticket", Object: fmt.Sprintf("t%d", o), Detail: map[string]any{"n": i}})
		}
	}
}

func TestALineSaysWhoDidWhat(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		record(t, db, alice, audit.Entry{Action: "hotline.sign", Permission: "hotline.ticket.sign", Kind: "ticket", Object: "t1", Detail: map[string]any{"b": 2, "a": "工单"}, Digest: []byte{1, 2}})
		token := actor.With(context.Background(), &actor.Actor{Kind: actor.Token, UserID: "u2", TokenID: "k9", CentreID: centre})
		record(t, db, token, audit.Entry{Action: "hotline.read", Kind: "ticket", Object: "t1", Outcome: audit.Denied})
		stranger := context.Background()
		if err := db.WithTx(stranger, func(tx *store.Tx) error {
			return audit.RecordIn(tx, centre, audit.Entry{Action: "org.signin", Kind: "user", Object: "nobody"})
		}); err != nil {
			t.Fatal(err)
		}
		lines := list(t, db, centre, audit.Filter{})
		if len(lines) != 3 {
			t.Fatalf("%d lines", len(lines))
		}
		first := lines[2]
		if first.ActorID != "u1" || first.ActorUnit != "unit1" || first.ActorKind != "user" || first.IP != "10.0.0.7" || first.RequestID != "r-1" || first.At != db.Clock().Now() ||
			first.Detail != `{"a":"工单","b":2}` || first.Outcome != audit.OK || string(first.Digest) != "\x01\x02" || first.Permission != "hotline.ticket.sign" {
			t.Errorf("line %+v", first)
		}
		if lines[1].ActorID != "u2/k9" || lines[1].Outcome != audit.Denied || lines[0].ActorKind != "anonymous" {
			t.Errorf("lines %+v", lines[:2])
		}
		if strings.Contains(fmt.Sprint(lines), "马莉") {
			t.Error("a line holds a person's name")
		}
		if r := verify(t, db, centre); r.Lines != 3 || len(r.Faults) != 0 {
			t.Errorf("%+v", r)
		}
		if other := list(t, db, "c2", audit.Filter{}); len(other) != 0 {
			t.Errorf("another centre sees %+v", other)
		}
	})
}

func TestARolledBackChangeLeavesNoLine(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		fill(t, db, 1, 1)
		refused := errors.New("refused")
		err := db.WithTx(alice, func(tx *store.Tx) error {
			if err := audit.Record(tx, audit.Entry{Action: "x.y", Object: "t0"}); err != nil {
				return err
			}
			return refused
		})
		if !errors.Is(err, refused) {
			t.Fatal(err)
		}
		fill(t, db, 1, 1)
		if r := verify(t, db, centre); r.Lines != 2 || len(r.Faults) != 0 {
			t.Errorf("%+v", r)
		}
	})
}

func TestSeveralLinesInOneTransaction(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		for range 2 {
			if err := db.WithTx(alice, func(tx *store.Tx) error {
				for i := range 40 {
					if err := audit.Record(tx, audit.Entry{Action: "x.y", Object: fmt.Sprintf("o%d", i%20)}); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		if r := verify(t, db, centre); r.Lines != 80 || len(r.Faults) != 0 {
			t.Errorf("%+v", r)
		}
	})
}

func TestFilters(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		fill(t, db, 3, 4)
		bob := actor.With(context.Background(), &actor.Actor{Kind: actor.User, UserID: "u2", CentreID: centre})
		record(t, db, bob, audit.Entry{Action: "hotline.reveal", Kind: "ticket", Object: "t1"})
		record(t, db, bob, audit.Entry{Action: "hotlines.other", Kind: "ticket", Object: "t9", Outcome: audit.Denied})
		start := storetest.Start
		for _, c := range []struct {
			name string
			f    audit.Filter
			want int
		}{
			{"all", audit.Filter{}, 14}, {"object", audit.Filter{Object: "t1"}, 5}, {"actor", audit.Filter{ActorID: "u2"}, 2}, {"action", audit.Filter{Action: "hotline.reveal"}, 1},
			{"module", audit.Filter{Action: "hotline."}, 13}, {"outcome", audit.Filter{Outcome: audit.Denied}, 1}, {"from", audit.Filter{From: start.Add(3 * time.Minute)}, 8},
			{"half-open span", audit.Filter{From: start.Add(2 * time.Minute), To: start.Add(3 * time.Minute)}, 3}, {"two at once", audit.Filter{Object: "t1", ActorID: "u1"}, 4},
			{"limit", audit.Filter{Limit: 6}, 6},
		} {
			if got := len(list(t, db, centre, c.f)); got != c.want {
				t.Errorf("%s: %d lines, expected %d", c.name, got, c.want)
			}
		}
		all := list(t, db, centre, audit.Filter{})
		var paged []audit.Line
		for f := (audit.Filter{Limit: 5}); ; {
			page := list(t, db, centre, f)
			if paged = append(paged, page...); len(page) < 5 {
				break
			}
			f.Before = page[len(page)-1].ID
		}
		if !slices.EqualFunc(all, paged, func(a, b audit.Line) bool { return a.ID == b.ID }) {
			t.Errorf("%d lines in pages, %d at once", len(paged), len(all))
		}
	})
}

// Whatever is done to the stored lines is found, and where.
func TestTamperingIsFound(t *testing.T) {
	const stream = "stream = (SELECT MAX(stream) FROM audit_log)"
	for _, c := range []struct{ name, sql, say string }{
		{"a detail is changed", "UPDATE audit_log SET detail = '{\"n\":99}' WHERE seq = 3 AND " + stream, "改动"},
		{"another person did it", "UPDATE audit_log SET actor_id = 'u2' WHERE seq = 2 AND " + stream, "改动"},
		{"it was at another time", "UPDATE audit_log SET at = at + 1 WHERE seq = 1 AND " + stream, "改动"},
		{"the digest of the event is changed", "UPDATE audit_log SET digest = hash WHERE seq = 2 AND " + stream, "改动"},
		{"a line is removed", "DELETE FROM audit_log WHERE seq = 3 AND " + stream, "不连续"},
		{"the last line is removed", "DELETE FROM audit_log WHERE seq = 6 AND " + stream, "链头"},
		{"the head is set back with the last line", "DELETE FROM audit_log WHERE seq = 6 AND " + stream + "; UPDATE audit_head SET seq = 5 WHERE " + stream, "链头"},
		{"the head is removed", "DELETE FROM audit_head WHERE " + stream, "链头"},
		{"every line is removed", "DELETE FROM audit_log WHERE " + stream, "链头"},
	} {
		t.Run(c.name, func(t *testing.T) {
			each(t, func(t *testing.T, db *store.DB) {
				fill(t, db, 2, 6)
				record(t, db, actor.With(context.Background(), actor.SystemFor("c2")), audit.Entry{Action: "x.y", Object: "t0"})
				err := db.WithTx(context.Background(), func(tx *store.Tx) error {
					for _, sql := range strings.Split(c.sql, "; ") {
						if n, err := tx.Exec(strings.ReplaceAll(sql, "stream = (SELECT", "centre_id = 'c1' AND stream = (SELECT")); err != nil || n == 0 {
							return fmt.Errorf("%s changed %d rows: %w", sql, n, err)
						}
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				r := verify(t, db, centre)
				if len(r.Faults) == 0 || !strings.Contains(r.Faults[0].Public, c.say) {
					t.Errorf("faults %+v, expected one with %q", r.Faults, c.say)
				}
				if other := verify(t, db, "c2"); len(other.Faults) != 0 {
					t.Errorf("another centre's chain: %+v", other.Faults)
				}
			})
		})
	}
}

// Writers of many objects at once neither block one another for good nor break a chain.
func TestWritersAtOnce(t *testing.T) {
	const writers, rounds = 8, 25
	each(t, func(t *testing.T, db *store.DB) {
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for r := range rounds {
					objects := []string{fmt.Sprintf("a%d", (w*7+r)%11), fmt.Sprintf("b%d", (w+r*3)%11), fmt.Sprintf("c%d", r%11)}
					audit.LockOrder(objects)
					err := db.WithTx(alice, func(tx *store.Tx) error {
						for _, o := range objects {
							if err := audit.Lock(tx, centre, o); err != nil {
								return err
							}
						}
						for _, o := range objects {
							if err := audit.Record(tx, audit.Entry{Action: "x.y", Object: o}); err != nil {
								return err
							}
						}
						return nil
					})
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		if r := verify(t, db, centre); r.Lines != writers*rounds*3 || len(r.Faults) != 0 {
			t.Errorf("%d lines, faults %+v", r.Lines, r.Faults)
		}
	})
}

func TestVerifyShowsEveryLine(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		fill(t, db, 5, 3)
		n := 0
		r, err := audit.Verify(context.Background(), db, centre, func(l *audit.Line) error { n++; return nil })
		if err != nil || n != 15 || r.Lines != 15 {
			t.Errorf("%d lines shown, %+v, %v", n, r, err)
		}
		stop := errors.New("enough")
		if _, err := audit.Verify(context.Background(), db, centre, func(*audit.Line) error { return stop }); !errors.Is(err, stop) {
			t.Errorf("visit's error is lost: %v", err)
		}
		centres, err := audit.Centres(context.Background(), db)
		if err != nil || !slices.Equal(centres, []string{centre}) {
			t.Errorf("centres %v, %v", centres, err)
		}
		heads, err := audit.Heads(context.Background(), db)
		var sum int64
		for _, h := range heads {
			sum += h.Seq
		}
		if err != nil || sum != 15 {
			t.Errorf("heads %+v, %v", heads, err)
		}
	})
}
