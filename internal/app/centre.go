package app

import (
	"context"
	"errors"

	"yichuang/internal/actor"
	"yichuang/internal/complaint"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// CreateCentre makes a centre that can work at once: with the calendar of its area, the default time limits of the
// hotline and its categories. Only the program and its command line may.
func (a *App) CreateCentre(ctx context.Context, in org.CentreInput) (org.Centre, error) {
	centre, err := a.Org.CreateCentre(ctx, in)
	if err != nil {
		return centre, err
	}
	return centre, a.SeedCentre(ctx, centre)
}

// SeedCentre gives a centre what every module starts with. What the centre has already stays as it is, so that the
// command line may repeat it.
func (a *App) SeedCentre(ctx context.Context, centre org.Centre) error {
	if actor.From(ctx).Kind != actor.System {
		return actor.ErrForbidden
	}
	return a.DB.WithTx(actor.With(ctx, actor.SystemFor(centre.ID)), func(tx *store.Tx) error {
		if err := a.Calendar.Seed(tx, centre.ID, centre.Division); err != nil {
			return err
		}
		if err := a.Archive.Seed(tx, centre.ID); err != nil {
			return err
		}
		if err := a.Report.Seed(tx, centre.ID); err != nil {
			return err
		}
		if err := a.Hotline.Seed(tx, centre.ID); err != nil {
			return err
		}
		if err := a.Assess.Seed(tx, centre.ID); err != nil {
			return err
		}
		if err := a.Supervision.Seed(tx, centre.ID); err != nil {
			return err
		}
		if err := complaint.Schedule(tx, centre.ID); err != nil {
			return err
		}
		return scheduleSweep(tx, centre.ID)
	})
}

// seedUpgraded gives the centres of a database that is older than the assessment, than supervision or than the archive of cases, what a new centre has
// of them.
func (a *App) seedUpgraded(ctx context.Context) error {
	list, err := a.Org.Centres(actor.With(ctx, &actor.Actor{Kind: actor.System, Name: "系统"}))
	if err != nil {
		return err
	}
	for _, c := range list {
		err := a.DB.WithTx(actor.With(ctx, actor.SystemFor(c.ID)), func(tx *store.Tx) error {
			if err := errors.Join(a.Assess.Seed(tx, c.ID), a.Archive.Seed(tx, c.ID)); err != nil {
				return err
			}
			return errors.Join(a.Supervision.Seed(tx, c.ID), complaint.Schedule(tx, c.ID))
		})
		if err != nil {
			return err
		}
	}
	return nil
}
