package app

import (
	"context"

	"yichuang/internal/casework"
	"yichuang/internal/complaint"
	"yichuang/internal/exchange"
	"yichuang/internal/rating"
	"yichuang/internal/supervision"
)

// standardSets makes the sets of GB/T 39046-2020 that the modules above casework keep a part of its export.
func (a *App) standardSets() {
	a.Casework.TakeSet(casework.SetRating, casework.ExportSource{Permission: rating.PermIdentity, Rows: a.Rating.StandardRatings})
	a.Casework.TakeSet(casework.SetConsult, casework.ExportSource{Permission: rating.PermRead, Rows: a.Rating.StandardConsults})
	a.Casework.TakeSet(casework.SetComplaint, casework.ExportSource{Permission: complaint.PermComplaintPersonal, Rows: func(ctx context.Context, in casework.ExportInput, add func(casework.Facts) error) error {
		return a.Complaint.StandardComplaints(ctx, in, rating.Scrub, add)
	}})
	a.Casework.TakeSet(casework.SetSupervision, casework.ExportSource{Permission: supervision.PermAlertRead, Rows: a.Supervision.StandardAlerts})
	a.Casework.TakeSet(casework.SetCatalogue, casework.ExportSource{Permission: exchange.PermRead, Rows: a.Exchange.StandardEntries})
}
