package knowledge_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/knowledge"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// cite cites entries about a ticket in a transaction of its own.
func (w *world) cite(ctx context.Context, refs ...string) (out []knowledge.Citation, err error) {
	err = w.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		out, err = w.m.CiteTx(tx, knowledge.CitedInAnswer, "ticket-1", refs)
		return err
	})
	return out, err
}

func TestCitingWhatIsNotInForceIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		agent := w.as(org.RoleAgent)
		good := w.publish(func(c *knowledge.Content) { c.ValidTo = clock.MustDate("2026-05-20") })
		gone := w.publish()
		must(w.m.Withdraw(w.as(org.RoleKnowledge), gone.No, 0, "已废止"))(t)
		draft := must(w.m.Write(agent, content()))(t)
		office := w.publish(func(c *knowledge.Content) { c.Level = knowledge.Office })
		refused := func(what string, want *errs.Error, err error) {
			t.Helper()
			if !errors.Is(err, want) {
				t.Errorf("%s: %v, want %s", what, err, want.Code)
			}
		}
		_, err := w.cite(agent, gone.No)
		refused("withdrawn", knowledge.ErrWithdrawn, err)
		_, err = w.cite(agent, draft.No)
		refused("draft", knowledge.ErrUnpublished, err)
		_, err = w.cite(agent, "ZS99999")
		refused("no such entry", knowledge.ErrNotFound, err)
		_, err = w.cite(w.in(w.other.ID, org.RoleLiaison), office.No)
		refused("a unit cites what is for the office only", knowledge.ErrNotFound, err)
		_, err = w.cite(agent, good.No, gone.No)
		refused("one good, one withdrawn", knowledge.ErrWithdrawn, err)
		if d := must(w.m.Find(agent, good.No))(t); d.Uses != 0 {
			t.Errorf("%d uses after a refused answer", d.Uses)
		}
		w.clock.Set(clock.MustInstant("2026-05-20 23:59"))
		cited := must(w.cite(agent, knowledge.Refs(" zs00001，"+good.ID, "ZS00001")...))(t)
		if len(cited) != 2 || cited[0].N != 1 || cited[0].Title != good.Title {
			t.Errorf("cited %+v", cited)
		}
		w.clock.Set(clock.MustInstant("2026-05-21 00:00"))
		_, err = w.cite(agent, good.No)
		refused("expired", knowledge.ErrExpired, err)
		if d := must(w.m.Find(agent, good.No))(t); d.Uses != 2 || d.Citable {
			t.Errorf("%d uses, citable %v", d.Uses, d.Citable)
		}
		if _, err := w.m.Find(w.citizen(), good.No); !errors.Is(err, knowledge.ErrNotFound) {
			t.Errorf("a citizen opens an expired entry: %v", err)
		}
	})
}

func TestRefs(t *testing.T) {
	if got := knowledge.Refs("ZS00001、zs00002 ZS00001", "", "0AB"); !slices.Equal(got, []string{"ZS00001", "ZS00002", "0ab"}) {
		t.Errorf("%q", got)
	}
}
