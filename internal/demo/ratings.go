package demo

import (
	"context"
	"errors"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/hall"
	"yichuang/internal/rating"
)

// The people of the demonstration who handle bad ratings: 孙丽 of 政务监察股, 赵霞 who calls back, 马志远 who decides.
const (
	ratingOffice = "sunli"
	ratingCaller = "zhaoxia"
	ratingLeader = "mazhiyuan"
)

// says rates the case of a life at its moment, and remembers the task that a bad rating opens.
func (l *caseLife) says(in rating.RateInput) *caseLife {
	l.p.then(l, "rate", func(_ *casework.Module, _ func(string) context.Context) error {
		m := l.p.s.app.Rating
		if in.Name != "" {
			in.Name, in.Phone = fullName(l.nth+40), phone(l.nth+400)
		}
		if _, err := m.Rate(l.p.s.citizen(), m.Code(rating.OfCase, string(l.id)), in); err != nil || !in.Level.Poor() {
			return err
		}
		list, _, err := m.Tasks(l.p.s.people[ratingOffice], rating.TaskFilter{})
		for _, t := range list {
			if t.ID > l.task {
				l.task = t.ID
			}
		}
		return err
	})
	return l
}

// handles adds a step of the task of a bad rating.
func (l *caseLife) handles(name, user string, do func(m *rating.Module, ctx context.Context, k rating.Command) (rating.Task, error)) *caseLife {
	l.p.then(l, "rating "+name, func(_ *casework.Module, as func(string) context.Context) error {
		_, err := do(l.p.s.app.Rating, as(user), rating.Command{TaskID: l.task})
		return err
	})
	return l
}

// writes is a step of a task that says one text.
func (l *caseLife) writes(name, user, text string, do func(m *rating.Module, ctx context.Context, k rating.Command, text string) (rating.Task, error)) *caseLife {
	return l.handles(name, user, func(m *rating.Module, ctx context.Context, k rating.Command) (rating.Task, error) {
		return do(m, ctx, k, text)
	})
}

// citizen is somebody without an account at the demonstration's centre.
func (s *stage) citizen() context.Context {
	return actor.With(context.Background(), rating.CitizenActor(s.demo.Centre.ID, "127.0.0.1", "demo"))
}

// ratings lets those whose cases were answered say how they were served, and tells what becomes of the bad ratings: one of
// every stage.
func (p *casePlay) ratings(answered []*caseLife) {
	named := func(level rating.Level, text string, labels ...string) rating.RateInput {
		return rating.RateInput{Level: level, Text: text, Labels: labels, Channel: rating.OnProgress, Name: "实名"}
	}
	well := func(level rating.Level, labels ...string) rating.RateInput {
		return rating.RateInput{Level: level, Labels: labels, Channel: rating.AtWindow}
	}
	answered[0].says(well(rating.VeryGood, "G1", "G4"))
	answered[1].says(well(rating.Good))
	answered[3].says(well(rating.VeryGood, "G2"))
	answered[4].says(well(rating.Fair))
	answered[5].says(well(rating.VeryGood, "G2", "G3"))
	answered[2].says(named(rating.Bad, "为一份制度跑了两趟，第一次没有说要盖章。", "P2", "P4")).wait(1).
		writes("contact", ratingCaller, "评价人说第一次来时窗口没有一次说清，愿意听取说明。", (*rating.Module).Contact).
		writes("plan", caseChief, "补印一次告知单，逐项勾选后交申请人。", func(m *rating.Module, ctx context.Context, k rating.Command, text string) (rating.Task, error) {
			return m.Plan(ctx, k, p.s.cal.NextWorkday(p.s.clock.Now().Date()), text)
		}).wait(1).
		writes("report", caseChief, "告知单已在窗口使用，向评价人道歉。", (*rating.Module).Report).
		writes("pass", ratingOffice, "情况属实，整改到位。", (*rating.Module).Pass).wait(1).
		handles("call", ratingCaller, func(m *rating.Module, ctx context.Context, k rating.Command) (rating.Task, error) {
			return m.Call(ctx, k, rating.CallInput{Reached: true, Answer: rating.AnswerGood, Text: "认可整改。"})
		}).writes("close", ratingOffice, "回访满意，办结。", (*rating.Module).Close)
	answered[6].says(named(rating.VeryBad, "点错了。")).wait(1).
		writes("contact", ratingCaller, "评价人说本想点非常满意。", (*rating.Module).Contact).
		writes("appeal", caseWindow, "申请人当场表示满意，应为误评。", func(m *rating.Module, ctx context.Context, k rating.Command, text string) (rating.Task, error) {
			return m.Appeal(ctx, k, rating.Mistaken, text)
		}).
		writes("opine", ratingOffice, "回访核实为误评，建议剔除。", func(m *rating.Module, ctx context.Context, k rating.Command, text string) (rating.Task, error) {
			return m.Opine(ctx, k, rating.AppealUpheld, text)
		}).writes("uphold", ratingLeader, "同意，误评。", (*rating.Module).Uphold)
	answered[7].says(named(rating.Bad, "等了一个多小时才轮到。", "P5")).wait(1).
		writes("contact", ratingCaller, "评价人希望增开窗口。", (*rating.Module).Contact).
		writes("fix", caseChief, "高峰时段增开一个窗口。", (*rating.Module).Fix).
		writes("pass", ratingOffice, "属实，已增开。", (*rating.Module).Pass)
	answered[8].says(named(rating.Bad, "工作人员说话不耐烦。", "P1")).
		writes("contact", ratingCaller, "评价人要求当面说明。", (*rating.Module).Contact)
	answered[9].says(named(rating.Bad, "网上写的材料和窗口要的不一样。", "P3"))
}

// sayNumber lets every third person whose number was served say how it was; most are content.
func (h *hallPlay) sayNumber(s *stage, ticket hall.Ticket) error {
	h.said++
	if h.said%3 != 0 {
		return nil
	}
	n, in := h.said/3, rating.RateInput{Level: rating.VeryGood, Channel: rating.AtWindow}
	switch {
	case n%41 == 11:
		in = rating.RateInput{Level: rating.VeryBad, Channel: rating.AtWindow, Labels: []string{"P5"}, Text: "叫号太慢，只开了一个窗口。"}
	case n%29 == 7:
		in = rating.RateInput{Level: rating.Bad, Channel: rating.AtKiosk, Labels: []string{"P1"}}
	case n%9 == 4:
		in.Level = rating.Fair
	case n%3 == 1:
		in.Level, in.Labels = rating.Good, []string{"G4"}
	case n%5 == 2:
		in.Labels = []string{"G1", "G3"}
	}
	m := s.app.Rating
	_, err := m.Rate(s.citizen(), m.Code(rating.OfTicket, ticket.ID), in)
	if errors.Is(err, rating.ErrCode) { // an application was taken: the case is rated
		return nil
	}
	return err
}
