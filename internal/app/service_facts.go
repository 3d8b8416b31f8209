package app

import (
	"context"
	"net/url"
	"strconv"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/complaint"
	"yichuang/internal/honour"
	"yichuang/internal/metric"
	"yichuang/internal/performance"
	"yichuang/internal/site"
	"yichuang/internal/store"
	"yichuang/internal/supervision"
	"yichuang/internal/training"
	"yichuang/internal/workforce"
)

// serviceRules is the version of the definitions of training, sites and stars.
const serviceRules = "service-1"

// counted is how a module counts a figure with the records of one part.
type counted func(ctx context.Context, code string, part metric.Part, p metric.Period) (metric.Figure, []metric.Record, error)

// serviceSource is a source whose figures come with their records; path is where its pages list them.
func serviceSource(code, label string, needs actor.Permission, facts []performance.Fact, count counted, path string) performance.Source {
	s := performance.Source{Code: code, Label: label, Needs: needs, Facts: facts}
	s.Freeze = func(ctx context.Context, fact string, at performance.Scope) (metric.Frozen, error) {
		var cohort metric.Cohort
		var figure metric.Figure
		for _, part := range []metric.Part{metric.Numerator, metric.Denominator} {
			f, records, err := count(ctx, fact, part, at.Period)
			if err != nil {
				return metric.Frozen{}, err
			}
			figure = f
			for _, r := range records {
				cohort.Add(part, r.ID, 1)
			}
		}
		return metric.Freeze(figure, serviceRules, cohort.Sum(), figure.Cutoff), nil
	}
	if path != "" {
		s.Href = func(fact string, at performance.Scope) string {
			return path + url.PathEscape(fact) + "?year=" + strconv.Itoa(at.Year())
		}
	}
	return s
}

// serviceFacts are the figures of training, sites, kiosks, supplies and stars.
func (a *App) serviceFacts() []performance.Source {
	var courses, places []performance.Fact
	for _, d := range training.Measures() {
		courses = append(courses, performance.Fact{Code: d.Code, Label: d.Name, Unit: d.Unit, Rule: d.Rule})
	}
	for _, d := range site.Measures() {
		places = append(places, performance.Fact{Code: d.Code, Label: d.Name, Unit: d.Unit, Rule: d.Rule, Lower: d.Code == "kiosk_repair"})
	}
	stars := []performance.Fact{{Code: honour.FigureRounds, Label: "政务之星评选次数", Unit: "次", Rule: "期内审定的政务之星评选次数"}, {Code: honour.FigureStars, Label: "政务之星人数", Unit: "人", Rule: "期内审定的政务之星人数"}}
	return []performance.Source{
		serviceSource("training", "大讲堂和培训", training.PermFigure, courses, a.Training.Figure, "/training/figures/"),
		serviceSource("site", "站点、终端和用品", site.PermFigure, places, a.Site.Figure, "/site/figures/"),
		serviceSource("honour", "政务之星", honour.PermFigure, stars, func(ctx context.Context, code string, _ metric.Part, p metric.Period) (metric.Figure, []metric.Record, error) {
			return a.Honour.Figure(ctx, code, p)
		}, ""),
	}
}

// starFacts are what the modules below have on record about staff, in the words of the selection of stars: complaints found
// wholly true, valid bad ratings that are closed, red cards that hold, exposures, absences. What was found partly true is left to people.
func (a *App) starFacts(ctx context.Context, from, to clock.Date) ([]honour.Fact, error) {
	var out []honour.Fact
	complaints, err := a.Complaint.Faults(ctx, from, to-1)
	if err != nil {
		return nil, err
	}
	for _, f := range complaints {
		if f.UserID != "" && f.Code == string(complaint.Upheld) {
			out = append(out, honour.Fact{UserID: f.UserID, Code: honour.BarComplaint, Day: f.At.Date(), Record: f.No, Reason: "投诉经调查属实"})
		}
	}
	ratings, err := a.Rating.Faults(ctx, from, to-1)
	if err != nil {
		return nil, err
	}
	for _, f := range ratings {
		if f.StaffID != "" && !f.Open {
			out = append(out, honour.Fact{UserID: f.StaffID, Code: honour.BarRating, Day: f.At.Date(), Record: f.No, Reason: "差评经核实有效"})
		}
	}
	cards, err := a.Supervision.Faults(ctx, from, to)
	if err != nil {
		return nil, err
	}
	for _, f := range cards {
		if f.Staff != "" && f.Level == supervision.Red {
			out = append(out, honour.Fact{UserID: f.Staff, Code: honour.BarSupervision, Day: f.Day, Record: f.Record, Reason: f.Text})
		}
	}
	for _, more := range []honour.FactSource{a.exposures, a.absences} {
		list, err := more(ctx, from, to)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

// exposures are the confirmed deductions that veto awards (曝光): they bar until the end of their year, also where the period of
// a round begins after them.
func (a *App) exposures(ctx context.Context, from, to clock.Date) (out []honour.Fact, err error) {
	err = a.DB.Read(ctx, func(tx *store.Tx) error {
		out = nil
		list, err := a.Workforce.VetoesTx(tx, actor.From(ctx).CentreID, metric.Year(from).From, to)
		for _, x := range list {
			out = append(out, honour.Fact{UserID: x.UserID, Code: honour.BarMedia, Day: x.Day, Record: x.Evidence, Reason: x.Text, Until: metric.Year(x.Day).Last()})
		}
		return err
	})
	return out, err
}

// absences are the half days at which nothing shows that somebody was there.
func (a *App) absences(ctx context.Context, from, to clock.Date) (out []honour.Fact, err error) {
	err = a.DB.Read(ctx, func(tx *store.Tx) error {
		out = nil
		list, err := a.Workforce.AttendedTx(tx, actor.From(ctx).CentreID, metric.Period{From: from, To: to})
		for _, x := range list {
			if x.Den > 0 && x.Num == 0 && !x.Excused {
				out = append(out, honour.Fact{UserID: x.UserID, Code: honour.BarAbsence, Day: x.At.Date(), Record: x.Title, Reason: x.At.Date().String() + " 旷工"})
			}
		}
		return err
	})
	return out, err
}

// serviceChapters hands courses and stars to the personnel archive.
func (a *App) serviceChapters() {
	a.Workforce.TakeChapter("培训", func(ctx context.Context, user string) (out []workforce.ArchiveLine, err error) {
		if !actor.From(ctx).Can(training.PermRead) {
			return nil, nil
		}
		list, err := a.Training.LessonsOf(ctx, user)
		for _, l := range list {
			text := l.Kind.Label() + "“" + l.Title + "”"
			switch {
			case l.Passed:
				text += "，测验合格，" + l.No
			case l.SignedAt == 0:
				text += "，报名未签到"
			}
			out = append(out, workforce.ArchiveLine{Day: l.Start.Date(), Text: text, Href: "/training/courses/" + l.CourseID})
		}
		return out, err
	})
	a.Workforce.TakeChapter("政务之星", func(ctx context.Context, user string) (out []workforce.ArchiveLine, err error) {
		if !actor.From(ctx).Can(honour.PermRead) {
			return nil, nil
		}
		list, err := a.Honour.StarsOf(ctx, user)
		for _, x := range list {
			text := x.Title + "，" + x.No
			if x.Files > 0 {
				text += "，佐证材料 " + strconv.Itoa(x.Files) + " 份"
			}
			out = append(out, workforce.ArchiveLine{Day: x.Day, Text: text, Href: "/honour/rounds/" + x.Round})
		}
		return out, err
	})
}
