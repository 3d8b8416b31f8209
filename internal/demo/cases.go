package demo

import (
	"context"
	"fmt"

	"yichuang/internal/blob"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/party"
)

// The people of the demonstration who handle cases: 马花 at the window, 周敏 the chief representative and 田东 the approver,
// all of 市人社局.
const (
	caseWindow   = "mahua"
	caseChief    = "zhoumin"
	caseApprover = "tiandong"
)

// caseItems are items of 市人社局 that exist everywhere, with limits that are common; the texts are ours.
func caseItems() []item.Content {
	common := func(c item.Content) item.Content {
		c.Profile, c.Level, c.Channels = item.ProfilePackage, "4", []string{"1", "2"}
		c.Place, c.Hours, c.Consult, c.Complaint = "临夏市政务大厅二楼人社窗口", "工作日 8:30-12:00，14:30-18:00", "0930-6212345", "0930-12345"
		c.Steps = []item.StepTemplate{{Code: "1", Name: "受理", Role: org.RoleWindow}, {Code: "2", Name: "审查", Role: org.RoleChiefRep}, {Code: "3", Name: "决定", Role: org.RoleApprover}}
		c.Remedy, c.Silent, c.Correction = casework.Remedy, true, item.Limit{N: 10, Unit: item.Workday}
		return c
	}
	days := func(n int) item.Limit { return item.Limit{N: n, Unit: item.Workday} }
	return []item.Content{
		common(item.Content{Name: "劳务派遣经营许可", Minutes: 40, Code: "DEMO-RS-001", Kind: item.Permit, CaseKind: item.Promised, Statutory: days(20), Promise: days(10), Tolerant: true,
			Bases: []item.Basis{{Document: "《中华人民共和国劳动合同法》", Article: "第五十七条"}}, Conditions: []string{"注册资本不少于人民币二百万元", "有与开展业务相适应的固定的经营场所和设施", "有符合规定的劳务派遣管理制度"},
			Materials: []item.Material{{Code: "M1", Name: "劳务派遣经营许可申请书", Form: "paper", Source: "form", Originals: 1}, {Code: "M2", Name: "经营场所使用证明", Form: "paper", Source: "self", Copies: 1, Waivable: true},
				{Code: "M3", Name: "劳务派遣管理制度", Form: "paper", Source: "self", Copies: 1, Waivable: true}, {Code: "M4", Name: "营业执照", Form: "electronic", Source: "shared"}},
			Objects: []string{"2"}, Themes: []string{"license"}, Result: item.Result{Name: "劳务派遣经营许可证", Kind: "licence", Validity: "三年"}, Renewal: item.Renewal{Term: item.Limit{N: 3, Unit: item.Year}}}),
		common(item.Content{Name: "人力资源服务许可", Minutes: 35, Code: "DEMO-RS-002", Kind: item.Permit, CaseKind: item.Promised, Statutory: days(20), Promise: days(8), Commitment: true,
			Bases: []item.Basis{{Document: "《人力资源市场暂行条例》", Article: "第十八条"}}, Conditions: []string{"有明确的章程和管理制度", "有固定场所、办公设施", "有三名以上专职工作人员"},
			Materials: []item.Material{{Code: "M1", Name: "人力资源服务许可申请表", Form: "paper", Source: "form", Originals: 1}, {Code: "M2", Name: "专职工作人员资格材料", Form: "paper", Source: "self", Copies: 1}},
			Objects:   []string{"2"}, Themes: []string{"license"}, Result: item.Result{Name: "人力资源服务许可证", Kind: "licence"}}),
		common(item.Content{Name: "就业困难人员认定", Minutes: 20, Code: "DEMO-RS-003", Kind: "07", CaseKind: item.Instant, Promise: item.Limit{N: 0, Unit: item.Workday},
			Bases: []item.Basis{{Document: "《中华人民共和国就业促进法》", Article: "第五十二条"}}, Conditions: []string{"在法定劳动年龄内，有劳动能力和就业愿望", "符合就业困难人员范围"},
			Materials: []item.Material{{Code: "M1", Name: "就业困难人员认定申请表", Form: "paper", Source: "form", Originals: 1}, {Code: "M2", Name: "身份证", Form: "paper", Source: "organ", Copies: 1}},
			Objects:   []string{"1"}, Themes: []string{"work"}, Result: item.Result{Name: "就业困难人员认定表", Kind: "record"}}),
	}
}

// casePlay is what the cases of the demonstration are made of.
type casePlay struct {
	s     *stage
	items []item.Item
	plan  *plan
	nth   int
}

// cases puts items and letters of authority in force and gives the plan of the cases: of every stage some, of six weeks.
func (s *stage) cases(ctx context.Context) (*plan, error) {
	unit, chief, window, err := s.caseOffice()
	if err != nil {
		return nil, err
	}
	p := &casePlay{s: s, plan: &plan{}}
	var ids []string
	for _, c := range caseItems() {
		it, err := s.publishItem(unit, c)
		if err != nil {
			return nil, err
		}
		p.items, ids = append(p.items, it), append(ids, it.ID)
	}
	today := s.clock.Now().Date()
	for i, who := range []string{chief, window} {
		powers := []item.Power{item.Accept, item.Examine, item.Decide, item.Seal}
		if i == 1 {
			powers = []item.Power{item.Accept, item.Decide, item.Seal}
		}
		in := item.AuthorizationInput{Kind: item.Letter, UnitID: unit, UserID: who, Powers: powers, Items: ids, From: today, To: today + 730, Number: fmt.Sprintf("临市人社授字〔%d〕%d号", today.Year(), i+1)}
		if err := s.giveAuthority(in); err != nil {
			return nil, err
		}
	}
	p.lives()
	return p.plan, p.onlineLives()
}

// caseOffice finds the unit and the accounts.
func (s *stage) caseOffice() (unit, chief, window string, err error) {
	for _, a := range s.demo.Accounts {
		switch a.User.Username {
		case caseChief:
			unit, chief = a.User.UnitID, a.User.ID
		case caseWindow:
			window = a.User.ID
		}
	}
	if unit == "" || window == "" {
		err = fmt.Errorf("demo: the people of the case desk are missing")
	}
	return unit, chief, window, err
}

func (s *stage) publishItem(unit string, c item.Content) (item.Item, error) {
	m := s.app.Item
	it, v, err := m.Create(s.system, item.NewItem{UnitID: unit, Content: c})
	if err == nil && c.Name == sampled {
		var up blob.Upload
		if up, err = s.resultSample(&c); err == nil {
			v, err = m.PutSample(s.system, v.ID, v.Revision, up)
		}
	}
	for _, act := range []item.Action{item.Submit, item.Pass, item.Publish} {
		if err == nil {
			v, err = m.Move(s.system, v.ID, v.Revision, act, item.Change{Day: s.clock.Now().Date()})
		}
	}
	return it, err
}

func (s *stage) giveAuthority(in item.AuthorizationInput) error {
	m := s.app.Item
	a, err := m.DraftAuthorization(s.system, in)
	for _, act := range []item.AuthorizationAction{item.IssueAuth, item.FileAuth, item.PublishAuth} {
		if err == nil {
			a, err = m.MoveAuthorization(s.system, a.ID, a.Version, act, "")
		}
	}
	return err
}

// caseLife is one case as its steps follow one another.
type caseLife struct {
	p    *casePlay
	id   casework.CaseID
	from clock.Date // of the application
	day  clock.Date
	at   clock.Instant
	nth  int

	task  string     // of a bad rating
	until clock.Date // last day of its certificate; 0 for the term of the item
}

// begin receives a case so many working days ago.
func (p *casePlay) begin(ago, which int, had ...string) *caseLife {
	day := p.s.now.Date()
	for range ago {
		day = p.s.cal.PrevWorkday(day)
	}
	p.nth++
	l := &caseLife{p: p, from: day, day: day, at: day.Clock(9, 5+7*p.nth%50), nth: p.nth}
	p.then(l, "receive", func(m *casework.Module, as func(string) context.Context) error {
		in := casework.IntakeInput{Applicant: applicant(l.nth), Window: "人社 1 号", Identity: []string{casework.IdentityCard, casework.IdentityManual}[l.nth%2], Messages: l.nth%3 == 0, Items: []casework.IntakeItem{{ItemID: p.items[which].ID, Had: had}}}
		got, err := m.Receive(as(caseWindow), in)
		if err == nil {
			l.id = got.Cases[0].ID
		}
		return err
	})
	return l
}

// then adds a step to the plan, unless its moment has not come yet.
func (p *casePlay) then(l *caseLife, name string, do func(m *casework.Module, as func(string) context.Context) error) {
	if l.at > p.s.now {
		return
	}
	p.plan.steps = append(p.plan.steps, step{l.at, name, func(s *stage, _ *plan) error {
		return do(s.app.Casework, func(user string) context.Context { return s.people[user] })
	}})
	l.at += 20 * 60_000
}

// wait lets working days pass.
func (l *caseLife) wait(n int) *caseLife {
	for range n {
		l.day = l.p.s.cal.NextWorkday(l.day)
	}
	if n > 0 {
		l.at = l.day.Clock(10, l.nth%40)
	}
	return l
}

func (l *caseLife) do(name, user string, f func(m *casework.Module, ctx context.Context, k casework.Command) (casework.Case, error)) *caseLife {
	l.p.then(l, name, func(m *casework.Module, as func(string) context.Context) error {
		_, err := f(m, as(user), casework.Command{CaseID: l.id})
		return err
	})
	return l
}

func (l *caseLife) accept(mode casework.Mode) *caseLife {
	return l.do("accept", caseWindow, func(m *casework.Module, ctx context.Context, k casework.Command) (casework.Case, error) {
		return m.Accept(ctx, k, mode)
	})
}

func (l *caseLife) review() *caseLife {
	return l.do("review", caseChief, func(m *casework.Module, ctx context.Context, k casework.Command) (casework.Case, error) {
		return m.Review(ctx, k, "材料齐全，符合规定条件，建议准予。")
	})
}

func (l *caseLife) grant(user string) *caseLife {
	return l.do("grant", user, func(m *casework.Module, ctx context.Context, k casework.Command) (casework.Case, error) {
		return m.Grant(ctx, k, casework.DecideInput{Opinion: "同意。", Overdue: "向外地核实材料，回函晚到，超过了承诺的期限。"})
	})
}

// deliver hands the result over at the window; whoever gets it on the day of the application has come once only.
func (l *caseLife) deliver() *caseLife {
	again := l.day != l.from
	return l.do("deliver", caseWindow, func(m *casework.Module, ctx context.Context, k casework.Command) (casework.Case, error) {
		return m.Deliver(ctx, k, casework.DeliverInput{Way: casework.Ways[0], Came: again})
	})
}

// lives tells what happens to the cases.
func (p *casePlay) lives() {
	all := []string{"M1", "M2", "M3"}
	var answered []*caseLife
	for i, ago := range []int{24, 22, 19, 15, 12} {
		l := p.begin(ago, i%2, all[:3-i%2]...).accept(casework.NormalMode).wait(2 + i).review().wait(1).grant(caseApprover).wait(1).issue().deliver()
		answered = append(answered, l)
	}
	for _, ago := range []int{18, 11, 6, 2, 1} { // decided on the day, by the window under its letter
		answered = append(answered, p.begin(ago, 2, "M1", "M2").accept(casework.NormalMode).grant(caseWindow).issue().deliver())
	}
	p.licences(answered)
	p.ratings(answered)
	p.platform(answered)
	p.begin(14, 0, all...).accept(casework.NormalMode) // late: two working days over, with both cards
	p.begin(8, 0, "M1").accept(casework.Tolerant).wait(3).review()
	p.begin(9, 0, all...).accept(casework.NormalMode).wait(4).procedure("经营场所须经消防检测")
	p.begin(5, 1, "M1").wait(1).notify()
	p.begin(7, 0, "M1") // nobody told anything: accepted by law
	p.begin(4, 1, "M1", "M2").accept(casework.NormalMode).wait(2).review().askExtension()
	p.begin(6, 0, all...).accept(casework.NormalMode).wait(3).review().wait(1).grant(caseApprover)
	p.begin(3, 1, "M1", "M2").refuse()
	p.begin(1, 0, all...).askCorrection()
	p.begin(0, 1, "M1")
	for _, ago := range []int{21, 19, 17} { // just before the end, in the same words, just as long as they would have been late: see 异常信号
		p.begin(ago, 0, all...).accept(casework.NormalMode).wait(9).procedure("等待业主补齐材料").wait(3).resume().review().wait(1).grant(caseApprover).wait(1).issue().deliver()
	}
	for _, ago := range []int{16, 10} { // on a declaration: decided on the day, to be checked; one was to be put right
		l := p.begin(ago, 1, "M1").accept(casework.Pledged).grant(caseApprover).wait(1).issue().deliver()
		if ago == 16 {
			l.wait(8).fix()
		}
	}
}

// fix orders a declaration to be put right.
func (l *caseLife) fix() *caseLife {
	until := l.p.s.now.Date() + 12
	return l.do("check", caseChief, func(m *casework.Module, ctx context.Context, k casework.Command) (casework.Case, error) {
		return m.CheckPledge(ctx, k, casework.CheckInput{Result: casework.PledgeFixing, Until: until, Finding: "专职工作人员有一名的资格材料与承诺不符，应当补齐人员。"})
	})
}

// resume ends a special procedure.
func (l *caseLife) resume() *caseLife {
	return l.do("resume", caseChief, func(m *casework.Module, ctx context.Context, k casework.Command) (casework.Case, error) {
		return m.Resume(ctx, k, "材料已补齐。")
	})
}

// procedure starts a test of the premises.
func (l *caseLife) procedure(why string) *caseLife {
	today := l.day
	l.do("ask_suspend", caseChief, func(m *casework.Module, ctx context.Context, k casework.Command) (casework.Case, error) {
		return m.ProposeSuspension(ctx, k, casework.ProcedureInput{Type: "testing", Start: today, Expected: today + 30, Notice: today, End: clock.NoDate, Reason: why})
	})
	return l.do("suspend", caseApprover, func(m *casework.Module, ctx context.Context, k casework.Command) (casework.Case, error) {
		return m.Suspend(ctx, k)
	})
}

func (l *caseLife) notify() *caseLife {
	return l.do("notify", caseWindow, func(m *casework.Module, ctx context.Context, k casework.Command) (casework.Case, error) {
		return m.Notify(ctx, k, []casework.Defect{{Code: "M2", What: "请补交三名专职工作人员的劳动合同和学历证明复印件。"}}, "")
	})
}

func (l *caseLife) askExtension() *caseLife {
	return l.do("ask_extend", caseChief, func(m *casework.Module, ctx context.Context, k casework.Command) (casework.Case, error) {
		return m.ProposeExtension(ctx, k, "申请人分支机构在外县，需要函询核实。")
	})
}

func (l *caseLife) askCorrection() *caseLife {
	return l.do("ask_correct", caseWindow, func(m *casework.Module, ctx context.Context, k casework.Command) (casework.Case, error) {
		return m.ProposeCorrection(ctx, k, casework.Correction{Field: "window_no", Value: "人社 2 号", Reason: "当时在 2 号窗口收的件，窗口编号填错。"})
	})
}

func (l *caseLife) refuse() *caseLife {
	return l.do("refuse", caseChief, func(m *casework.Module, ctx context.Context, k casework.Command) (casework.Case, error) {
		return m.Refuse(ctx, k, casework.RefuseInput{Ground: casework.WrongOrgan, Basis: "《人力资源市场暂行条例》第十八条", Reason: "申请人注册地在临夏县。", Transfer: "临夏县人力资源和社会保障局"})
	})
}

// applicant is somebody made up, with a number whose check digit is right.
func applicant(n int) party.Applicant {
	no := fmt.Sprintf("6229011985%02d%02d%03d", n%12+1, n%27+1, 100+n)
	sum, weight := 0, 1
	for i := 16; i >= 0; i-- {
		weight = weight * 2 % 11
		sum += int(no[i]-'0') * weight
	}
	return party.Applicant{Contact: party.Contact{Name: fullName(n + 40), Phone: phone(n + 400)}, IDType: party.ResidentCard, IDNo: crypt.Normal(crypt.KindID, no+string("10X98765432"[sum%11]))}
}
