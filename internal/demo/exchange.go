package demo

import (
	"context"
	"errors"
	"fmt"

	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/exchange"
	"yichuang/internal/item"
	"yichuang/internal/org"
)

// sharedData are the entries of the demonstration's catalogue: which organs hold what, in our words.
var sharedData = []struct {
	code, unit string
	content    exchange.EntryContent
}{
	{"DEMO-SJ-01", "市市场监管局", exchange.EntryContent{Name: "企业登记信息", Class: exchange.Unconditional, Cycle: "realtime", Source: "省市场主体库", Fields: exchange.ParseFields("QYMC 企业名称\nTYXYDM 统一社会信用代码\nZCZB 注册资本\nJYFW 经营范围\nDJZT 登记状态")}},
	{"DEMO-SJ-02", "市公安局", exchange.EntryContent{Name: "户籍信息", Class: exchange.Conditional, Basis: "《中华人民共和国居民身份证法》第六条", Conditions: "只用于办理列明的事项，不得留存", Cycle: "day", Source: "省人口库", Fields: exchange.ParseFields("XM 姓名 个人信息\nSFZH 身份证号 个人信息\nHJDZ 户籍地址 个人信息\nHKXZ 户口性质")}},
	{"DEMO-SJ-03", "市税务局", exchange.EntryContent{Name: "纳税信用和欠税信息", Class: exchange.Conditional, Basis: "《中华人民共和国税收征收管理法》第八条", Conditions: "经纳税人同意，用于行政许可", Cycle: "month", Source: "税收征管系统", Fields: exchange.ParseFields("NSRMC 纳税人名称\nXYDJ 信用等级\nQSJE 欠税金额")}},
	{"DEMO-SJ-04", "市民政局", exchange.EntryContent{Name: "低保对象信息", Class: exchange.Conditional, Basis: "《社会救助暂行办法》第五十八条", Conditions: "用于社会救助和就业援助", Cycle: "month", Source: "省社会救助系统", Fields: exchange.ParseFields("XM 姓名 个人信息\nSFZH 身份证号 个人信息\nBZLB 保障类别 个人信息\nQSNY 享受起始年月")}},
	{"DEMO-SJ-05", "市医保局", exchange.EntryContent{Name: "医疗保险参保状态", Class: exchange.Unconditional, Cycle: "day", Source: "省医保平台", Fields: exchange.ParseFields("XM 姓名 个人信息\nSFZH 身份证号 个人信息\nCBZT 参保状态")}},
	{"DEMO-SJ-06", "市民政局", exchange.EntryContent{Name: "婚姻登记信息", Class: exchange.Conditional, Basis: "《婚姻登记条例》", Conditions: "经当事人同意", Cycle: "day", Source: "省婚姻登记系统", Fields: exchange.ParseFields("XM 姓名 个人信息\nHYZK 婚姻状况 个人信息")}},
	{"DEMO-SJ-07", "市公安局", exchange.EntryContent{Name: "违法犯罪记录", Class: exchange.NotShared, Basis: "《公安机关办理犯罪记录查询工作规定》第二条", Cycle: "realtime", Fields: exchange.ParseFields("XM 姓名 个人信息\nJLQK 记录情况 个人信息")}},
}

// shareReviewer is 徐静 of 政务信息股.
const shareReviewer = "xujing"

// sharePlay is what the requests of the demonstration are made of.
type sharePlay struct {
	s        *stage
	plan     *plan
	provider map[string]string // name of a unit's approver in people, by the unit's short name
	entries  map[string]exchange.Entry
}

// sharing puts the catalogue in force and gives the plan of its requests, answers and uses: some granted, one refused, one
// on which the provider is silent, one that waits for review.
func (s *stage) sharing(ctx context.Context) (*plan, error) {
	p := &sharePlay{s: s, plan: &plan{}, provider: map[string]string{}, entries: map[string]exchange.Entry{}}
	for _, d := range sharedData {
		if err := p.publish(ctx, d.code, d.unit, d.content); err != nil {
			return nil, err
		}
	}
	if err := p.backflows(); err != nil {
		return nil, err
	}
	p.requests()
	p.uses()
	return p.plan, nil
}

// backflows enters what the province gave back in the last weeks.
func (p *sharePlay) backflows() error {
	day := p.s.clock.Now().Date()
	for _, x := range []struct {
		unit, name, purpose string
		records             int64
	}{{"市民政局", "本市户籍人员跨省婚姻登记信息", "补全本地婚姻登记，核对社会救助对象", 1862}, {"市市场监管局", "本市经营主体省级登记信息", "年报核对、信用监管", 24317}} {
		in := exchange.BackflowInput{Day: day - 3, Provider: "省一体化政务大数据平台", Name: x.name, From: day - 93, To: day - 4, Records: x.records, UnitID: p.s.demo.Units[x.unit].ID, Purpose: x.purpose}
		if _, err := p.s.app.Exchange.RecordBackflow(p.s.people[shareReviewer], in); err != nil {
			return fmt.Errorf("demo backflow of %s: %w", x.unit, err)
		}
	}
	return nil
}

// publish drafts an entry by its provider and publishes it by 政务信息股.
func (p *sharePlay) publish(ctx context.Context, code, short string, c exchange.EntryContent) error {
	unit, ok := p.s.demo.Units[short]
	if !ok {
		return fmt.Errorf("no unit %q in the demonstration", short)
	}
	as := unit.ID + "/approver"
	if p.s.people[as] == nil {
		p.s.nth++
		user, _, err := p.s.app.Org.AddAccount(p.s.system, org.AccountInput{Roles: []string{org.RoleApprover},
			UserInput: org.UserInput{Username: fmt.Sprintf("demo%02d", p.s.nth), DisplayName: fullName(p.s.nth * 7), Title: "审批股股长", UnitID: unit.ID}})
		if err == nil {
			err = p.s.signIn(ctx, as, user)
		}
		if err != nil {
			return err
		}
	}
	p.provider[short] = as
	m := p.s.app.Exchange
	e, err := m.DraftEntry(p.s.people[as], exchange.NewEntry{UnitID: unit.ID, Code: code, Content: c})
	if err == nil {
		_, err = m.MoveEntry(p.s.people[as], e.ID, 0, exchange.SubmitEntry, "")
	}
	if err == nil {
		_, err = m.MoveEntry(p.s.people[shareReviewer], e.ID, 0, exchange.PublishEntry, "")
	}
	p.entries[code] = e
	return err
}

// at is a moment so many working days ago.
func (p *sharePlay) at(ago, hour, minute int) clock.Instant {
	day := p.s.now.Date()
	for range ago {
		day = p.s.cal.PrevWorkday(day)
	}
	return day.Clock(hour, minute)
}

func (p *sharePlay) then(at clock.Instant, name string, do func(m *exchange.Module) error) {
	if at <= p.s.now {
		p.plan.steps = append(p.plan.steps, step{at, name, func(s *stage, _ *plan) error { return do(s.app.Exchange) }})
	}
}

// shareLife is one request as its steps follow one another.
type shareLife struct {
	p    *sharePlay
	unit string // short name of the provider
	id   string
}

// ask drafts and submits a request of 市人社局 so many working days ago.
func (p *sharePlay) ask(ago int, code, unit, purpose string, rate int64, fields, items []string) *shareLife {
	l := &shareLife{p: p, unit: unit}
	p.then(p.at(ago, 9, 20), "ask", func(m *exchange.Module) error {
		in := exchange.RequestInput{EntryID: p.entries[code].ID, UnitID: p.s.demo.Units["市人社局"].ID, Purpose: purpose, Basis: "国务院关于在线政务服务的若干规定第十条", Fields: fields, From: p.s.clock.Now().Date(), To: p.s.clock.Now().Date() + 365, Rate: rate}
		for _, code := range items {
			list, _, err := p.s.app.Item.Items(p.s.people[caseApprover], item.Filter{Code: code})
			if err != nil || len(list) == 0 {
				return errors.Join(err, fmt.Errorf("no item %s in the demonstration", code))
			}
			in.Items = append(in.Items, list[0].ID)
		}
		r, err := m.Ask(p.s.people[caseChief], in)
		if err == nil {
			l.id = r.ID
			_, err = m.Act(p.s.people[caseApprover], exchange.Command{ID: r.ID}, exchange.ActSubmit, exchange.Terms{})
		}
		return err
	})
	return l
}

func (l *shareLife) do(ago int, act exchange.Action, user, reason string) *shareLife {
	l.p.then(l.p.at(ago, 15, 10), string(act), func(m *exchange.Module) error {
		_, err := m.Act(l.p.s.people[user], exchange.Command{ID: l.id}, act, exchange.Terms{Reason: reason})
		return err
	})
	return l
}

func (l *shareLife) pass(ago int) *shareLife { return l.do(ago, exchange.ActPass, shareReviewer, "") }

func (l *shareLife) answer(ago int, act exchange.Action, reason string) *shareLife {
	return l.do(ago, act, l.p.provider[l.unit], reason)
}

// requests tells what becomes of each request.
func (p *sharePlay) requests() {
	firm := []string{"DEMO-RS-001", "DEMO-RS-002"}
	p.ask(26, "DEMO-SJ-01", "市市场监管局", "核验营业执照，免交复印件", 0, []string{"QYMC", "TYXYDM", "ZCZB", "DJZT"}, firm).pass(26)
	p.ask(25, "DEMO-SJ-02", "市公安局", "核验申请人户籍，免交户口簿", 30, []string{"XM", "HKXZ"}, []string{"DEMO-RS-003"}).pass(25).answer(21, exchange.ActAgree, "").answer(19, exchange.ActProvide, "")
	p.ask(16, "DEMO-SJ-03", "市税务局", "核验有无欠税", 0, []string{"NSRMC", "QSJE"}, firm).pass(15).answer(9, exchange.ActDisagree, "欠税金额超出许可审查所需，建议只核验信用等级。")
	p.ask(13, "DEMO-SJ-04", "市民政局", "认定就业困难人员", 0, []string{"XM", "BZLB"}, []string{"DEMO-RS-003"}).pass(12) // nobody answers
	p.ask(8, "DEMO-SJ-07", "市公安局", "审查负责人资格", 0, []string{"JLQK"}, firm).do(7, exchange.ActReject, shareReviewer, "《公安机关办理犯罪记录查询工作规定》第二条：由申请人自行开具证明。")
	p.ask(4, "DEMO-SJ-06", "市民政局", "核验婚姻状况", 0, []string{"HYZK"}, []string{"DEMO-RS-003"}).pass(3)
	p.ask(1, "DEMO-SJ-05", "市医保局", "核验参保状态", 100, []string{"XM", "CBZT"}, []string{"DEMO-RS-003"})
}

// uses lets the window use the data on each of the last days: for the cases that are open and, now and then, for one that
// the grant does not name.
func (p *sharePlay) uses() {
	for ago := 18; ago >= 0; ago-- {
		p.then(p.at(ago, 10, 30), "use", func(m *exchange.Module) error {
			list, _, err := p.s.app.Casework.Cases(p.s.people[caseWindow], casework.Filter{Limit: 3})
			if err != nil {
				return err
			}
			for i, c := range list {
				code, fields := "DEMO-SJ-01", []string{"QYMC", "DJZT"}
				if (c.ItemName == "就业困难人员认定") != (ago%5 == 0 && i == 0) {
					code, fields = "DEMO-SJ-02", []string{"HKXZ", "XM"}
				}
				if err := p.use(m, code, c.No, fields); err != nil {
					return err
				}
			}
			return nil
		})
	}
	p.then(p.at(2, 11, 0), "fix", func(m *exchange.Module) error {
		list, _, err := m.Usages(p.s.people[caseWindow], exchange.UsageFilter{})
		for _, u := range list {
			if err == nil && u.Outcome == exchange.Permitted && u.EntryName == "企业登记信息" {
				_, err = m.AskFix(p.s.people[caseWindow], exchange.FixInput{Usage: u.Seq, Fields: []string{"DJZT"}, Text: "登记状态显示为注销，申请人出示的营业执照在有效期内，请核对。"})
				break
			}
		}
		return err
	})
}

// use asks for data at the window; a refusal is part of the story.
func (p *sharePlay) use(m *exchange.Module, code, no string, fields []string) error {
	_, err := m.Use(p.s.people[caseWindow], exchange.UseInput{EntryID: p.entries[code].ID, Case: no, Fields: fields})
	if errors.Is(err, exchange.ErrPurpose) || errors.Is(err, exchange.ErrNoGrant) {
		return nil
	}
	return err
}
