package hotline

import (
	"context"
	"crypto/rand"

	"yichuang/internal/actor"
	"yichuang/internal/store"
)

const sampleQuery = "SELECT centre_id, id, seed, share, at, by_user FROM hotline_sample WHERE centre_id = $1 ORDER BY id DESC LIMIT $2"

// drawSample keeps a new seed for the share that was just set.
func drawSample(tx *store.Tx, share int) error {
	a := actor.From(tx.Context())
	return store.Insert(tx, "hotline_sample", Sample{CentreID: a.CentreID, ID: tx.NewID(), Seed: rand.Text(), Share: share, At: tx.Now(), By: a.UserID})
}

// Samples lists the centre's samples, newest first, with their seeds. The seed in force is shown to those who set it
// only, because it tells which orders will be called.
func (m *Module) Samples(ctx context.Context) ([]Sample, error) {
	a := actor.From(ctx)
	if err := a.Require(PermReport); err != nil {
		return nil, err
	}
	var out []Sample
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[Sample](tx, sampleQuery, a.CentreID, policyHistory)
		return err
	})
	if len(out) > 0 && !a.Can(PermPolicy) {
		out[0].Seed = ""
	}
	return out, err
}

// SampleCheck is a decision of the sample, computed again.
type SampleCheck struct {
	Sample Sample `json:"sample"`
	No     string `json:"no"`
	Always bool   `json:"always"` // called back whatever the sample says
	Drawn  bool   `json:"drawn"`
	Kept   string `json:"kept"` // how the ticket was closed: unsampled where the call was left out
}

// CheckSample computes again whether a sample drew a ticket that has been approved.
func (m *Module) CheckSample(ctx context.Context, no, sample string) (SampleCheck, error) {
	a := actor.From(ctx)
	if err := a.Require(PermReport); err != nil {
		return SampleCheck{}, err
	}
	var out SampleCheck
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		list, err := store.Select[Sample](tx, sampleQuery, a.CentreID, policyHistory)
		if err != nil {
			return err
		}
		t, err := store.Get[Ticket](tx, "SELECT "+ticketColumns+" FROM hotline_ticket WHERE centre_id = $1 AND no = $2", a.CentreID, no)
		if err != nil {
			return ErrNotFound
		}
		o := order{Ticket: t}
		if err := o.visible(a, PermRead); err != nil {
			return err
		}
		for _, s := range list {
			if s.ID == sample || sample == "" {
				out = SampleCheck{Sample: s, No: t.No, Always: o.always(), Drawn: s.Drawn(t.ID), Kept: t.CloseKind}
				out.Sample.Seed = ""
				return nil
			}
		}
		return ErrNotFound.Say("没有这次抽样。")
	})
	return out, err
}
