package app

import (
	"context"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/hall"
	"yichuang/internal/rating"
	"yichuang/internal/site"
	"yichuang/internal/store"
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

// rateJob offers a finished job of a kiosk for rating, and gives the code and link that the kiosk shows.
func (a *App) rateJob(tx *store.Tx, j site.Job) (site.Prompt, error) {
	err := a.Rating.OfferTx(tx, rating.Service{CentreID: j.CentreID, Kind: rating.OfKiosk, Subject: j.ID, No: j.No, Title: "自助打印（" + j.Kiosk + "）", SiteID: j.SiteID})
	if err != nil {
		return site.Prompt{}, err
	}
	centre, err := a.Org.CentreTx(tx, j.CentreID)
	code := a.Rating.Code(rating.OfKiosk, j.ID)
	return site.Prompt{Code: code, Link: strings.TrimSuffix(a.Config.PublicURL, "/") + rating.Path(centre.Code, code, rating.AtKiosk)}, err
}
