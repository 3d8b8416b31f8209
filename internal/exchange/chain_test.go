package exchange_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"yichuang/internal/attest"
	"yichuang/internal/casework"
	"yichuang/internal/exchange"
	"yichuang/internal/exchange/exchangetest"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Invariant I8: the chain of usage records verifies whatever was used and refused, and any one change to what is stored is
// found at the number where it was made.
func TestAnyChangeOfARecordIsFoundAtItsIndex(t *testing.T) {
	w := exchangetest.Open(t, store.SQLite)
	it, other := w.Ready(t), w.Ready(t)
	e, _ := w.Granted(t, it)
	cases := []string{string(w.Accepted(t, it).ID), string(w.Accepted(t, other).ID)}
	rnd := rand.New(rand.NewPCG(8, 14))
	const n = 30
	for range n {
		_, err := w.Exchange.Use(w.Window(t), exchange.UseInput{EntryID: e.ID, Case: cases[rnd.IntN(2)], Fields: [][]string{{"XM"}, {"HKXZ", "XM"}, {"SFZH"}}[rnd.IntN(3)]})
		if err != nil && casework.RefusalCode(err) != "PURPOSE_MISMATCH" && casework.RefusalCode(err) != "NO_GRANT" {
			t.Fatal(err)
		}
	}
	j := w.As(t, org.RoleSupervisor)
	if c, err := w.Exchange.Verify(j); err != nil || len(c.Faults) != 0 || c.Records != n {
		t.Fatalf("%+v, %v", c, err)
	}
	changes := []string{
		"DELETE FROM exchange_usage WHERE centre_id = $1 AND seq = $2",
		"UPDATE exchange_usage SET outcome = CASE WHEN outcome = 'ok' THEN 'denied' ELSE 'ok' END WHERE centre_id = $1 AND seq = $2",
		"UPDATE exchange_usage SET at = at - 1 WHERE centre_id = $1 AND seq = $2",
		"UPDATE exchange_usage SET fields = '[]' WHERE centre_id = $1 AND seq = $2",
		"UPDATE exchange_usage SET actor_name = 'x' WHERE centre_id = $1 AND seq = $2",
		"UPDATE exchange_usage SET subject_digest = '' WHERE centre_id = $1 AND seq = $2",
		"UPDATE exchange_usage SET hash = (SELECT o.hash FROM exchange_usage o WHERE o.centre_id = $1 AND o.seq = 31 - $2) WHERE centre_id = $1 AND seq = $2",
	}
	for range 24 {
		sql, seq := changes[rnd.IntN(len(changes))], int64(1+rnd.IntN(n))
		c := tampered(t, w, sql, seq)
		if len(c.Faults) == 0 || c.Faults[0].Seq != seq {
			t.Errorf("%s at %d: %+v", sql, seq, c.Faults)
		}
	}
	c := tampered(t, w, "UPDATE exchange_head SET seq = seq - 1 WHERE centre_id = $1 AND $2 > 0", 1)
	if len(c.Faults) == 0 {
		t.Error("a changed head goes unnoticed")
	}
}

// tampered verifies the chain as it is after a change, and takes the change back.
func tampered(t *testing.T, w *exchangetest.World, sql string, seq int64) exchange.Chain {
	t.Helper()
	rows, heads := stored(t, w)
	tamper(t, w, sql, seq)
	c, err := w.Exchange.Check(w.System())
	if err != nil {
		t.Fatal(err)
	}
	tamper(t, w, "DELETE FROM exchange_usage WHERE centre_id = $1")
	tamper(t, w, "DELETE FROM exchange_head WHERE centre_id = $1")
	err = w.DB.WithTx(w.System(), func(tx *store.Tx) error {
		for _, r := range rows {
			if err := store.Insert(tx, "exchange_usage", r); err != nil {
				return err
			}
		}
		return store.Insert(tx, "exchange_head", heads[0])
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// chainHead is the newest link as it is stored.
type chainHead struct {
	CentreID string `db:"centre_id"`
	Seq      int64  `db:"seq"`
	Hash     []byte `db:"hash"`
}

func stored(t *testing.T, w *exchangetest.World) (rows []exchange.Usage, heads []chainHead) {
	t.Helper()
	err := w.DB.Read(w.System(), func(tx *store.Tx) (err error) {
		if rows, err = store.Select[exchange.Usage](tx, "SELECT "+store.Columns[exchange.Usage]("")+" FROM exchange_usage WHERE centre_id = $1", w.Centre); err != nil {
			return err
		}
		heads, err = store.Select[chainHead](tx, "SELECT centre_id, seq, hash FROM exchange_head WHERE centre_id = $1", w.Centre)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows, heads
}

// Whoever rewrites the whole chain is caught by the head that was filed before, and by the weekly sheet of all chains.
func TestAFiledHeadOutlivesARewrittenChain(t *testing.T) {
	w := exchangetest.Open(t, store.SQLite)
	it := w.Ready(t)
	e, _ := w.Granted(t, it)
	c := w.Accepted(t, it)
	if _, err := w.Use(t, e, c); err != nil {
		t.Fatal(err)
	}
	w.Attest.RegisterJobs(w.Jobs)
	w.Attest.Use(attest.Chain{Name: "exchange", Label: "数据使用记录", Head: w.Exchange.HeadTx, Walk: w.Exchange.WalkTx})
	if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error { return attest.Schedule(tx, w.Centre) }); err != nil {
		t.Fatal(err)
	}
	w.Set("2025-09-08 08:00")
	w.RunJobs(t)
	if c, err := w.Attest.CheckNo(w.System(), "", ""); err != nil || !c.Holds || c.Heads[len(c.Heads)-1].Chain != "exchange" {
		t.Fatalf("%+v, %v", c, err)
	}
	j := w.As(t, org.RoleSupervisor)
	if _, err := w.Exchange.MakeSeal(j); err != nil {
		t.Fatal(err)
	}
	seals, err := w.Exchange.Seals(j)
	if err != nil || len(seals) != 1 || seals[0].Seq != 1 || seals[0].Day.String() != "2025-09-08" {
		t.Fatalf("%+v, %v", seals, err)
	}
	s, err := w.Exchange.FileSeal(j, seals[0].ID)
	if err != nil || s.FiledAt == 0 {
		t.Fatal(s, err)
	}
	tamper(t, w, "DELETE FROM exchange_usage WHERE centre_id = $1")
	tamper(t, w, "DELETE FROM exchange_head WHERE centre_id = $1")
	if _, err := w.Use(t, e, c); err != nil { // a chain that holds by itself
		t.Fatal(err)
	}
	got, err := w.Exchange.Verify(j)
	if err != nil || len(got.Faults) == 0 || got.Faults[0].Seq != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	if c, err := w.Attest.CheckNo(w.System(), "", ""); err != nil || c.Holds || !strings.Contains(fmt.Sprint(c.Faults), "数据使用记录") {
		t.Errorf("%+v, %v", c, err)
	}
}
