package app

import (
	"context"
	"errors"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/complaint"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/rating"
	"yichuang/internal/store"
	"yichuang/internal/supervision"
	"yichuang/internal/web"
	"yichuang/internal/workforce"
)

// workforce makes the module of people and hands in where the facts of its monthly sheet come from: overruns and finished
// work from the cases, valid bad ratings, upheld complaints, and notices that were not given at once from supervision.
func (a *App) workforce() {
	a.Workforce = workforce.New(workforce.Deps{DB: a.DB, Keys: a.Keys, Org: a.Org, Calendar: a.Calendar, Log: a.Log})
	a.Workforce.RegisterJobs(a.Jobs)
	a.Workforce.TakeFaults("casework", a.overruns)
	a.Workforce.TakeFaults("rating", badRatings)
	a.Workforce.TakeFaults("complaint", a.upheldComplaints)
	a.Workforce.TakeFaults("supervision", a.untold)
	a.Workforce.TakeWork("casework", a.finishedWork)
	a.serviceChapters()
}

// letterOf tells where the letter of authority of a chief representative stands: whether it is entered, in force today, and until when.
func (a *App) letterOf(ctx context.Context, user, number string) (web.Link, error) {
	who := actor.From(ctx)
	out := web.Link{Label: number + "（还没有登记为授权书）"}
	err := a.DB.Read(ctx, func(tx *store.Tx) error {
		l, err := item.LetterTx(tx, who.CentreID, user, number)
		if errors.Is(err, item.ErrAuthMissing) {
			return nil
		}
		if err != nil {
			return err
		}
		state := l.State.Label()
		if l.Valid(tx.Now().Date()) {
			state = "有效至 " + l.To.String()
		}
		out.Label = number + "（" + state + "）"
		if org.Sees(who, item.PermAuthRead, org.Row{CentreID: l.CentreID, UnitID: l.UnitID, SiteID: l.SiteID, OwnerID: l.UserID}) {
			out.Href = "/authorizations/" + l.ID
		}
		return nil
	})
	return out, err
}

// overruns are the cases that were decided after the promise.
func (a *App) overruns(tx *store.Tx, centre string, from, to clock.Date) ([]workforce.Fault, error) {
	cal, err := a.Calendar.ForCentre(tx, centre, "")
	if err != nil {
		return nil, err
	}
	cases, err := a.Casework.OverrunsTx(tx, centre, from.Start(), to.Start())
	var out []workforce.Fault
	for i := range cases {
		c := &cases[i]
		day := c.DecidedAt.Date()
		out = append(out, workforce.Fault{Record: string(c.ID), No: c.No, Code: workforce.CodeOverrun, UserID: c.Worker(), UnitID: c.UnitID, Day: day,
			Days: int64(cal.WorkdaysBetween(calendar.LastDay(c.PromiseDue), day)), Text: "办件 " + c.No + " 超过承诺时限办结"})
	}
	return out, err
}

// badRatings are the valid bad ratings; one whose appeal is upheld falls away by itself.
func badRatings(tx *store.Tx, centre string, from, to clock.Date) ([]workforce.Fault, error) {
	list, err := rating.FaultsTx(tx, centre, from, to-1)
	var out []workforce.Fault
	for _, f := range list {
		out = append(out, workforce.Fault{Record: f.TaskID, No: f.No, Code: workforce.CodeBadRating, UserID: f.StaffID, UnitID: f.UnitID, Day: f.At.Date(), Text: "有效差评 " + f.No})
	}
	return out, err
}

// upheldComplaints are the complaints that were found wholly true (经查属实). What was found partly true is left to people: how
// much of the full deduction it deserves is for them to say.
func (a *App) upheldComplaints(tx *store.Tx, centre string, from, to clock.Date) ([]workforce.Fault, error) {
	list, err := a.Complaint.FaultsTx(tx, centre, from, to-1)
	var out []workforce.Fault
	for _, f := range list {
		if f.Code != string(complaint.Upheld) {
			continue
		}
		out = append(out, workforce.Fault{Record: string(f.MatterID), No: f.No, Code: workforce.CodeComplaint, UserID: f.UserID, UnitID: f.UnitID, Day: f.At.Date(), Text: "投诉 " + f.No + " 经调查属实"})
	}
	return out, err
}

// untoldChecks are the checks of supervision that say that an applicant was not told everything at once (行政许可法 art. 32):
// nothing was told until the law accepted, it was told in pieces, or it was told after acceptance. A centre may number its
// rules as it likes; what a rule checks stays.
var untoldChecks = []supervision.Check{supervision.CheckDeemed, supervision.CheckNotices, supervision.CheckLateNotice}

// untold are the cards of supervision, as far as they hold, about notices that should have been given at once. Overruns come
// from the cases themselves, so that none is counted twice.
func (a *App) untold(tx *store.Tx, centre string, from, to clock.Date) ([]workforce.Fault, error) {
	list, err := a.Supervision.FaultsTx(tx, centre, from, to)
	var out []workforce.Fault
	for _, f := range list {
		if slices.Contains(untoldChecks, f.Check) {
			out = append(out, workforce.Fault{Record: string(f.Alert), No: f.Record, Code: workforce.CodeUntold, UserID: f.Staff, UnitID: f.UnitID, Day: f.Day, Text: f.Text})
		}
	}
	return out, err
}

// finishedWork are the cases that were decided and closed (办结), each with its standard minutes, as 工作量 of the hall counts
// them (hall reference §5); what was refused, withdrawn, lapsed or terminated is no finished work.
func (a *App) finishedWork(tx *store.Tx, centre string, from, to clock.Date) ([]workforce.Work, error) {
	var out []workforce.Work
	at, id := clock.Instant(0), casework.CaseID("")
	for {
		cases, err := a.Casework.EndedTx(tx, centre, from.Start(), to.Start(), at, id, 500)
		if err != nil {
			return nil, err
		}
		for i := range cases {
			c := &cases[i]
			if at, id = c.ClosedAt, c.ID; c.CloseCode == "" {
				continue
			}
			out = append(out, workforce.Work{Record: string(c.ID), No: c.No, Title: c.ItemName, UserID: c.Worker(), UnitID: c.UnitID, At: c.ClosedAt, Minutes: c.StdMinutes})
		}
		if len(cases) < 500 {
			return out, nil
		}
	}
}
