package app

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/hall"
	"yichuang/internal/rating"
)

// ratedCase tells those who read ratings what a case's has come to (待评价, 已评价); nobody else learns whether it was rated.
func (a *App) ratedCase(ctx context.Context, c casework.CaseID) (string, error) {
	if !actor.From(ctx).Can(rating.PermRead) {
		return "", nil
	}
	return a.Rating.CaseState(ctx, c)
}

// counterOf tells the form of the intake at which counter its reader sits; "" at none.
func (a *App) counterOf(ctx context.Context) (string, error) {
	who := actor.From(ctx)
	if !who.Can(hall.PermCall) || who.UserID == "" {
		return "", nil
	}
	seats, err := a.Hall.Seats(ctx)
	for i := range seats {
		if seats[i].StaffID == who.UserID {
			return seats[i].No + " 号窗口", nil
		}
	}
	return "", err
}
