package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/hall"
	"yichuang/internal/workforce"
)

// workforcePlay is the people of the hall while their weeks are played.
type workforcePlay struct {
	s      *stage
	m      *workforce.Module
	rnd    *rand.Rand
	screen context.Context
	gate   string
	people []string // user names
	plan   *plan
}

// posted is who holds which post, for the list of postings of the demonstration.
type posted struct {
	user, unit, post string
	kind             workforce.PostKind
	employment       workforce.Employment
	chief            bool
}

func demoPosted() []posted {
	return []posted{
		{"zhoumin", "市人社局", "社保就业窗口", workforce.WindowPost, workforce.CivilServant, true}, {"mahua", "市人社局", "社保就业窗口", workforce.WindowPost, workforce.PublicStaff, false},
		{"window4", "市市场监管局", "企业开办窗口", workforce.WindowPost, workforce.CivilServant, false}, {"window1", "办公室", "综合窗口", workforce.WindowPost, workforce.PublicStaff, false},
		{"window2", "办公室", "综合窗口", workforce.WindowPost, workforce.Contract, false}, {"window5", "办公室", "导办台", workforce.GuidePost, workforce.Welfare, false},
		{"mali", "12345热线办公室", "话务席", workforce.HotlinePost, workforce.Contract, false}, {"wangjuan", "12345热线办公室", "话务席", workforce.HotlinePost, workforce.Contract, false},
	}
}

// workforce posts the people of the hall and gives the steps of their weeks: punches of every working day with what goes
// wrong about them, a duty on a weekend, leave, an outage with its sheet, and the sheet of the month before.
func (s *stage) workforce(ctx context.Context) (*plan, error) {
	w := &workforcePlay{s: s, m: s.app.Workforce, rnd: rand.New(rand.NewPCG(27, 2026)), plan: &plan{fate: "workforce"}, screen: actor.With(ctx, hall.CitizenActor(s.demo.Centre.ID, "127.0.0.1", "demo"))}
	if err := w.post(); err != nil {
		return nil, err
	}
	var work []clock.Date
	for d := s.clock.Now().Date() + 1; d <= s.now.Date(); d++ {
		if s.cal.IsWorkday(d) {
			work = append(work, d)
		}
	}
	for i, d := range work {
		w.day(d, i, len(work))
	}
	w.month(work)
	w.plan.steps = w.plan.until(s.now)
	return w.plan, nil
}

// post makes shift, place to punch, posts and postings.
func (w *workforcePlay) post() error {
	office, site := w.s.people["gaofang"], w.s.demo.Sites["临夏市政务大厅"]
	shift, err := w.m.SaveShift(office, "", 0, workforce.ShiftInput{Name: "行政班", Seasonal: true, Active: true})
	if err != nil {
		return err
	}
	if _, err := w.m.SaveShift(office, "", 0, workforce.ShiftInput{Name: "热线夜班", Hours: "22:00-06:00", Active: true}); err != nil {
		return err
	}
	g, err := w.m.SaveGate(office, "", 0, workforce.GateInput{SiteID: site.ID, Name: "一楼东门", Active: true})
	if err != nil {
		return err
	}
	w.gate = g.Code
	made := map[string]string{}
	for i, p := range demoPosted() {
		unit := w.s.demo.Units[p.unit]
		if made[p.unit+p.post] == "" {
			post, err := w.m.SavePost(office, "", 0, workforce.PostInput{SiteID: site.ID, UnitID: unit.ID, Kind: p.kind, Name: p.post, Active: true})
			if err != nil {
				return err
			}
			made[p.unit+p.post] = post.ID
		}
		in := workforce.PostingInput{UserID: w.id(p.user), PostID: made[p.unit+p.post], ShiftID: shift.ID, Employment: p.employment, Chief: p.chief, From: w.s.clock.Now().Date() - clock.Date(200+37*i)}
		if p.chief {
			in.Grade, in.Appointment, in.Authorization = workforce.SubOffice, "临人社任〔2026〕3号", fmt.Sprintf("临市人社授字〔%d〕1号", w.s.clock.Now().Date().Year()) // which demo cases give him
		}
		if _, err := w.m.Assign(office, in); err != nil {
			return err
		}
		w.people = append(w.people, p.user)
	}
	return nil
}

func (w *workforcePlay) id(user string) string { return actor.From(w.s.people[user]).UserID }

// at adds a step.
func (w *workforcePlay) at(moment clock.Instant, name string, do func() error) {
	w.plan.steps = append(w.plan.steps, step{moment, name, func(*stage, *plan) error { return do() }})
}

// day is one working day of everybody; n is its number of all.
func (w *workforcePlay) day(d clock.Date, n, all int) {
	hours := w.s.cal.Intervals(d, "")
	for i, user := range w.people {
		switch {
		case n == all-9 && user == "window5": // absent, and nobody knows why
			continue
		case n == all-6 && user == "mahua": // on leave
			w.leave(d, user)
			continue
		}
		for k, h := range hours {
			w.punches(d, user, h, (n*7+i*13+k*29)%89)
		}
	}
	if n == all-12 {
		w.outage(d, hours[0])
	}
	if n == all-4 {
		w.duty(d)
	}
}

// punches are those of one part of a day; fate says what goes wrong.
func (w *workforcePlay) punches(d clock.Date, user string, h calendar.Interval, fate int) {
	in, out := -1-w.rnd.IntN(14), 1+w.rnd.IntN(9)
	switch fate {
	case 5:
		in = 6
	case 17:
		out = -4
	case 43:
		in = 22
	}
	if fate != 11 {
		w.punch(d, h.From+in, user)
	}
	if fate != 23 {
		w.punch(d, h.To+out, user)
	}
}

func (w *workforcePlay) punch(d clock.Date, minute int, user string) {
	moment := d.Start() + clock.Instant(minute)*60_000 + clock.Instant(w.rnd.IntN(60_000))
	w.at(moment, "punch", func() error {
		s, err := w.m.GateScreen(w.screen, w.gate)
		if err == nil {
			_, err = w.m.Punch(w.s.people[user], s.Code)
		}
		if errors.Is(err, workforce.ErrTwice) {
			return nil
		}
		return err
	})
}

// leave is a day of leave, asked for and approved the day before.
func (w *workforcePlay) leave(d clock.Date, user string) {
	before := w.s.cal.PrevWorkday(d)
	w.at(before.Clock(15, 0), "leave", func() error {
		l, err := w.m.AskLeave(w.s.people[user], workforce.LeaveInput{Kind: workforce.PersonalLeave, From: d.Clock(8, 0), To: d.Clock(18, 30), Reason: "孩子开家长会", StandIn: w.id("zhoumin")})
		if err == nil {
			l, err = w.m.StandIn(w.s.people["zhoumin"], l.ID, l.Version, true, "")
		}
		if err == nil {
			_, err = w.m.DecideLeave(w.s.people["zhoumin"], l.ID, l.Version, true, "同意，注意交接")
		}
		return err
	})
	w.at(w.s.cal.NextWorkday(d).Clock(9, 10), "leave asked", func() error {
		day := w.s.cal.AddWorkdays(d, 9)
		_, err := w.m.AskLeave(w.s.people["window1"], workforce.LeaveInput{Kind: workforce.Holiday, From: day.Clock(8, 0), To: w.s.cal.NextWorkday(day).Clock(18, 30), Reason: "年休假", StandIn: w.id("window2")})
		return err
	})
}

// duty is a shift on the first day of rest that follows, announced two days before the weekend; nobody is there on the other.
func (w *workforcePlay) duty(d clock.Date) {
	w.at(d.Clock(17, 0), "duty", func() error {
		rest := d + 1
		for w.s.cal.IsWorkday(rest) {
			rest++
		}
		shifts, err := w.m.Shifts(w.s.people["gaofang"])
		if err != nil {
			return err
		}
		for _, s := range shifts {
			if s.Seasonal {
				return w.m.Schedule(w.s.people["gaofang"], workforce.RosterInput{UserID: w.id("window1"), Day: rest, Kind: workforce.Duty, ShiftID: s.ID, Reason: "休息日延时服务"})
			}
		}
		return nil
	})
	rest := d + 1
	for w.s.cal.IsWorkday(rest) {
		rest++
	}
	for _, h := range w.s.cal.Hours(rest, "").On(rest) {
		w.punch(rest, h.From-6, "window1")
		w.punch(rest, h.To+3, "window1")
	}
}

// outage is a power cut at the beginning of a morning: the office enters the signed sheet the same day.
func (w *workforcePlay) outage(d clock.Date, h calendar.Interval) {
	w.at(d.Clock(16, 0), "outage", func() error {
		var sheet bytes.Buffer
		if err := png.Encode(&sheet, image.NewGray(image.Rect(0, 0, 64, 90))); err != nil {
			return err
		}
		up, err := w.s.app.Blobs.Save(w.s.demo.Centre.ID, &sheet, "签到表.png")
		if err != nil {
			return err
		}
		open := d.Start() + clock.Instant(h.From)*60_000
		in := workforce.OutageInput{SiteID: w.s.demo.Sites["临夏市政务大厅"].ID, From: open - 15*60_000, To: open + 40*60_000, Reason: "大厅停电", Sheet: up}
		for _, user := range w.people {
			in.Signatures = append(in.Signatures, workforce.Signature{UserID: w.id(user), At: open + 60_000})
		}
		_, err = w.m.EnterOutage(w.s.people["gaofang"], in)
		return err
	})
}

// month leads the sheet of every month that ends within the demonstration to its lock, and leaves the present one open.
func (w *workforcePlay) month(work []clock.Date) {
	for i := 1; i < len(work); i++ {
		first := clock.Day(work[i].Year(), work[i].Month(), 1)
		if work[i-1] >= first {
			continue
		}
		past, day := work[i-1], work[i]
		w.at(day.Clock(9, 30), "rating", func() error { return w.rate(past) })
		w.at(day.Clock(16, 0), "show", func() error { return w.show(past) })
		w.at(w.s.cal.AddWorkdays(day, 4).Clock(9, 40), "lock", func() error {
			v, err := w.m.SheetOf(w.s.people["mazhiyuan"], past)
			if err == nil {
				_, err = w.m.Lock(w.s.people["mazhiyuan"], past, v.Version)
			}
			return err
		})
	}
	if len(work) > 3 {
		d := work[len(work)-2]
		w.at(d.Clock(11, 0), "housekeeping", func() error {
			e, err := w.m.FileScore(w.s.people["gaofang"], workforce.ScoreInput{Day: d, UserID: w.id("window2"), Code: "housekeeping", Points: 100, Text: "柜台物品摆放零乱，下班未关电源", Evidence: "内务巡查记录第 12 号"})
			if err != nil {
				return err
			}
			files, err := w.s.photo("柜台照片.png")
			if err == nil {
				_, err = w.m.AddScoreFiles(w.s.people["gaofang"], e.ID, files)
			}
			return err
		})
	}
}

func (w *workforcePlay) rate(past clock.Date) error {
	if _, err := w.m.FileScore(w.s.people["zhoumin"], workforce.ScoreInput{Day: past, UserID: w.id("mahua"), Code: "bonus", Points: 200, Text: "帮办残疾群众领取补贴，收到锦旗", Evidence: "锦旗照片第 3 号"}); err != nil {
		return err
	}
	if _, err := w.m.StartRating(w.s.people["sunli"], past); err != nil {
		return err
	}
	return w.m.Rate(w.s.people["zhoumin"], past, w.s.demo.Units["市人社局"].ID, "窗口运行平稳，迟到的已提醒。")
}

// show confirms what was proposed, leaves one appeal answered, and publishes the sheet.
func (w *workforcePlay) show(past clock.Date) error {
	section := w.s.people["sunli"]
	list, _, err := w.m.Scores(section, workforce.ScoreFilter{Month: past, State: workforce.Proposed, Limit: 500})
	if err != nil {
		return err
	}
	for _, e := range list {
		made, err := w.m.DecideScore(section, e.ID, e.Version, true, "")
		if err != nil {
			return fmt.Errorf("%s: %w", e.Text, err)
		}
		if e.UserID == w.id("mahua") && made.Kind == workforce.Deduct {
			if err := w.appeal(made); err != nil {
				return err
			}
		}
	}
	v, err := w.m.SheetOf(section, past)
	if err != nil {
		return err
	}
	if v.State == workforce.SheetRate {
		if _, err = w.m.StartCheck(section, past, v.Version); err != nil {
			return err
		}
	}
	_, err = w.m.Show(section, past, v.Version+1)
	return err
}

// appeal is an appeal that is answered at once.
func (w *workforcePlay) appeal(e workforce.ScoreEvent) error {
	e, err := w.m.Appeal(w.s.people["mahua"], e.ID, e.Version, "当天在二楼帮群众取表，打卡晚了")
	if err == nil {
		_, err = w.m.AnswerAppeal(w.s.people["sunli"], e.ID, e.Version, false, "未事先报备，维持")
	}
	return err
}
