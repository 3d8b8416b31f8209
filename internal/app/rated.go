package app

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/rating"
)

// ratedCase tells those who read ratings what a case's has come to (待评价, 已评价); nobody else learns whether it was rated.
func (a *App) ratedCase(ctx context.Context, c casework.CaseID) (string, error) {
	if !actor.From(ctx).Can(rating.PermRead) {
		return "", nil
	}
	return a.Rating.CaseState(ctx, c)
}
