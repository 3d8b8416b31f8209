package demo

import (
	"context"
	"fmt"

	"yichuang/internal/casework"
	"yichuang/internal/clock"
)

// licences tells what becomes of the certificates of some cases: one that soon ends and is being renewed, one whose holder has closed,
// and an applicant who comes again after he had taken his application back.
func (p *casePlay) licences(answered []*caseLife) {
	short, closed := answered[0], answered[1]
	short.until = p.s.now.Date() + 35 // a permit for a time
	p.again(4, short.nth, 0, func(in *casework.IntakeItem) { in.Renews = short.licenceNo() }).accept(casework.NormalMode).wait(2).review()
	closed.wait(3).do("end_licence", caseApprover, func(m *casework.Module, ctx context.Context, k casework.Command) (casework.Case, error) {
		_, err := m.EndLicence(ctx, k, casework.EndInput{Action: casework.LicenceCancel, Ground: "dissolved", Reason: "公司已办理注销登记，交回许可证。"})
		return casework.Case{}, err
	})
	first := p.begin(10, 1, "M1").wait(1)
	first.do("withdraw", caseWindow, func(m *casework.Module, ctx context.Context, k casework.Command) (casework.Case, error) {
		return m.Withdraw(ctx, k, "材料不全，备齐后再来申请。")
	})
	p.again(3, first.nth, 1, func(in *casework.IntakeItem) { in.Follows, in.Had = first.id, []string{"M1", "M2"} }).accept(casework.NormalMode)
}

// again receives another case of somebody who was here before. What it says of the earlier case is read when it happens.
func (p *casePlay) again(ago, who, which int, about func(in *casework.IntakeItem)) *caseLife {
	day := p.s.now.Date()
	for range ago {
		day = p.s.cal.PrevWorkday(day)
	}
	p.nth++
	l := &caseLife{p: p, from: day, day: day, at: day.Clock(9, 5+7*p.nth%50), nth: p.nth}
	p.then(l, "receive", func(m *casework.Module, as func(string) context.Context) error {
		item := casework.IntakeItem{ItemID: p.items[which].ID, Had: []string{"M1", "M2", "M3"}}
		about(&item)
		got, err := m.Receive(as(caseWindow), casework.IntakeInput{Applicant: applicant(who), Window: "人社 1 号", Identity: casework.IdentityCard, Items: []casework.IntakeItem{item}})
		if err == nil {
			l.id = got.Cases[0].ID
		}
		return err
	})
	return l
}

// licenceNo is the number of the certificate that a case gives.
func (l *caseLife) licenceNo() string { return fmt.Sprintf("622901-%03d", l.nth) }

func (l *caseLife) issue() *caseLife {
	return l.do("issue", caseWindow, func(m *casework.Module, ctx context.Context, k casework.Command) (casework.Case, error) {
		in := casework.IssueInput{Number: l.licenceNo(), From: clock.NoDate, Until: clock.NoDate}
		if l.until > 0 {
			in.Until = l.until
		}
		return m.Issue(ctx, k, in)
	})
}
