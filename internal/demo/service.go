package demo

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/honour"
	"yichuang/internal/money"
	"yichuang/internal/org"
	"yichuang/internal/site"
	"yichuang/internal/training"
)

// servicePlay is the stars, courses, visits, kiosks and supplies of the demonstration while they are played.
type servicePlay struct {
	s      *stage
	plan   *plan
	round  honour.Round
	codes  []string
	course training.Course
	visit  site.Visit
	kiosks []site.Kiosk
}

// service gives the plan of six weeks of training, stars, guidance, kiosks and supplies.
func (s *stage) service() *plan {
	p := &servicePlay{s: s, plan: &plan{fate: "service"}}
	p.courses()
	p.stars()
	p.visits()
	p.machines()
	p.supplies()
	p.plan.steps = p.plan.until(s.now)
	return p.plan
}

// at is a moment of the working day that lies so many working days before the present one.
func (p *servicePlay) at(ago, hour, minute int) clock.Instant {
	day := p.s.now.Date()
	for range ago {
		day = p.s.cal.PrevWorkday(day)
	}
	return day.Clock(hour, minute)
}

func (p *servicePlay) then(at clock.Instant, name string, do func() error) {
	p.plan.steps = append(p.plan.steps, step{at, name, func(*stage, *plan) error { return do() }})
}

func (p *servicePlay) as(user string) context.Context { return p.s.people[user] }

// questions are the bank of the demonstration.
func questions() []training.QuestionInput {
	q := func(topic, text, answer, basis string, options ...string) training.QuestionInput {
		kind := training.Single
		if len(answer) > 1 {
			kind = training.Multiple
		}
		if len(options) == 0 {
			kind = training.Judge
		}
		return training.QuestionInput{Topic: topic, Kind: kind, Text: text, Options: options, Answer: answer, Basis: basis, Active: true}
	}
	return []training.QuestionInput{
		q("窗口服务", "申请材料不齐全的，窗口应当怎样告知？", "B", "行政许可法第三十二条", "发现一项说一项", "当场或者五个工作日内一次告知全部内容", "让申请人自己上网查", "先收下再说"),
		q("窗口服务", "收到材料后五个工作日内没有一次告知的，自收到之日起即为受理。", "A", "行政许可法第三十二条"),
		q("窗口服务", "下列哪些时间不计入许可期限？", "ABD", "行政许可法第四十五条", "听证", "检验检测", "领导出差", "专家评审"),
		q("窗口服务", "工作人员可以暗示群众给好评。", "B", "国办发〔2019〕51号"),
		q("窗口服务", "对实名差评，承办单位应在多长时间内联系评价人？", "A", "安阳市政务服务条例第五十二条", "一个工作日", "五个工作日", "十五个工作日"),
		q("12345", "收到派单后，不属于本单位职责的应当怎样处理？", "C", "12345热线管理办法", "先放着", "直接办结", "在签收时限内说明理由退回", "让来电人重打"),
		q("12345", "答复来电人时应当包括哪些内容？", "ABC", "12345热线管理办法", "调查核实的情况", "处理结果", "依据和救济途径", "来电人的个人信息"),
		q("12345", "来电人要求保密的，承办单位不得泄露其身份。", "A", "12345热线管理办法"),
	}
}

// courses plays two courses to the archive, one that people enrol in now and one that waits for approval.
func (p *servicePlay) courses() {
	m := p.s.app.Training
	p.then(p.at(29, 9, 0), "bank", func() error {
		for _, q := range questions() {
			if _, err := m.SaveQuestion(p.as("sunli"), "", 0, q); err != nil {
				return err
			}
		}
		return nil
	})
	hall := []string{"mahua", "zhoumin", "tiandong", "window1", "window2", "window4", "window5"}
	p.held(26, training.CourseInput{Kind: training.Lecture, Title: "一次性告知和容缺受理", Teacher: "周敏", Place: "政务大厅三楼会议室", Topic: "窗口服务", Outline: "从行政许可法第三十二条讲起：告知什么、怎样告知、逾期不告知的后果。"}, hall)
	p.held(12, training.CourseInput{Kind: training.Hotline, Title: "工单签收、退单和答复规范", Teacher: "杨红", Place: "热线办培训室", Topic: "12345", Outline: "承办单位联络员必修：时限、退单理由、答复的写法。"}, []string{"zhangming", "hejun", "maxiaoyan", "mali", "wangjuan", "lijianguo"})
	p.then(p.at(4, 9, 30), "next course", func() error {
		day := p.s.cal.AddWorkdays(p.s.now.Date(), 4)
		in := training.CourseInput{Kind: training.Lecture, Title: "老年人和残疾人的帮办代办", Teacher: "高芳", Place: "政务大厅三楼会议室", Start: day.Clock(15, 0), End: day.Clock(16, 30), Capacity: 40, Questions: 5, PassPercent: 60, Topic: "窗口服务"}
		c, err := m.Plan(p.as("gaofang"), in)
		if err == nil {
			c, err = m.Approve(p.as("mazhiyuan"), c.ID, c.Version)
		}
		for _, who := range []string{"mahua", "window1", "mulan"} {
			if err == nil {
				_, err = m.Enrol(p.as(who), c.ID)
			}
		}
		if err == nil {
			in.Kind, in.Title, in.Teacher, in.Start, in.End = training.Hotline, "疑难工单会商案例", "孙丽", in.Start+7*86_400_000, in.End+7*86_400_000
			_, err = m.Plan(p.as("gaofang"), in)
		}
		return err
	})
}

// held plays a course from the plan to the archive, so many working days ago.
func (p *servicePlay) held(ago int, in training.CourseInput, people []string) {
	m := p.s.app.Training
	in.Start, in.End, in.Capacity, in.Questions, in.PassPercent = p.at(ago, 15, 0), p.at(ago, 17, 0), 60, 3, 60
	var c training.Course
	p.then(p.at(ago+2, 9, 0), "plan", func() (err error) {
		if c, err = m.Plan(p.as("gaofang"), in); err == nil {
			c, err = m.Approve(p.as("mazhiyuan"), c.ID, c.Version)
		}
		for _, who := range people {
			if err == nil {
				_, err = m.Enrol(p.as(who), c.ID)
			}
		}
		return err
	})
	p.then(p.at(ago, 14, 50), "course", func() (err error) {
		c, err = m.Start(p.as("gaofang"), c.ID, c.Version)
		for i, who := range people {
			if err == nil && i != len(people)-1 { // one does not come
				_, err = m.SignIn(p.as(who), c.ID, c.Code)
			}
		}
		return err
	})
	p.then(p.at(ago, 16, 40), "quiz", func() (err error) {
		for i, who := range people[:len(people)-1] {
			if err == nil {
				err = p.answer(who, c.ID, i)
			}
		}
		return err
	})
	p.then(p.at(ago, 17, 20), "archive", func() error {
		_, err := m.ArchiveCourse(p.as("gaofang"), c.ID, c.Version, "按计划完成，测验结果已反馈本人。")
		return err
	})
}

// answer takes a quiz: every third person gets one question wrong, every fifth two.
func (p *servicePlay) answer(who, course string, nth int) error {
	m := p.s.app.Training
	paper, err := m.OpenPaper(p.as(who), course)
	if err != nil {
		return err
	}
	var answers []string
	for i, asked := range paper.Questions {
		right := ""
		for _, q := range questions() {
			if q.Text == asked.Text {
				right = q.Answer
			}
		}
		if nth%3 == 2 && i == 0 || nth%5 == 4 && i <= 1 {
			right = "H"
		}
		answers = append(answers, right)
	}
	_, err = m.Submit(p.as(who), course, answers)
	return err
}

// stars plays a selection that is decided and one that people vote on.
func (p *servicePlay) stars() {
	p.selection("上期政务之星", 28, 2)
	p.then(p.at(19, 9, 0), "decide", func() error {
		list, err := p.running()
		var chosen []string
		for _, c := range list {
			if c.Proposed {
				chosen = append(chosen, c.ID)
			}
		}
		if err == nil {
			_, err = p.s.app.Honour.Decide(p.as("mazhiyuan"), p.round.ID, p.round.Version, honour.DecideInput{Awards: chosen[:min(len(chosen), int(p.round.Seats))]})
		}
		return err
	})
	p.selection("本期政务之星", 8, 2)
}

// selection opens a round, nominates, scores and votes; the earlier one goes on to its publicity.
func (p *servicePlay) selection(title string, ago int, seats int64) {
	m := p.s.app.Honour
	p.then(p.at(ago, 9, 0), "round", func() (err error) {
		day := p.s.clock.Now().Date()
		p.round, err = m.OpenRound(p.as("gaofang"), honour.RoundInput{Title: fmt.Sprintf("%d年%s", day.Year(), title), From: day - 30, To: day, Seats: seats})
		return err
	})
	p.then(p.at(ago, 10, 0), "nominate", func() error {
		for _, n := range [][3]string{{"zhoumin", "mahua", "社保窗口办件零差错，坚持为老年人上门代办。"}, {"yanghong", "mali", "接听量第一，群众回访满意率高。"}, {"yanghong", "wangjuan", "熟悉政策，疑难来电当场答复多。"}, {"zhoumin", "zhoumin", "牵头推行容缺受理，减少群众跑动。"}, {"yanghong", "zhaoxia", "回访耐心细致，把群众没说清的事问清楚。"}, {"yanghong", "lijianguo", "派单准确，退单率逐月下降。"}} {
			a := actor.From(p.as(n[1]))
			c, err := m.Nominate(p.as(n[0]), p.round.ID, honour.NominateInput{UserID: a.UserID, Reason: n[2]})
			if err != nil {
				return err
			}
			if n[1] == "wangjuan" && c.State == honour.Running {
				if _, err := m.Veto(p.as("sunli"), p.round.ID, c.ID, honour.VetoInput{Code: "quarrel", Day: p.round.To - 3, Reason: "接听中与来电人争执，录音核查属实。", Record: "热线质检通报第3期"}); err != nil {
					return err
				}
			}
		}
		var err error
		p.codes, err = m.IssueCodes(p.as("gaofang"), p.round.ID, 20)
		return err
	})
	p.then(p.at(ago-1, 9, 0), "score", func() (err error) {
		if err = p.advance(); err != nil {
			return err
		}
		list, err := p.running()
		for i, c := range list {
			if err == nil {
				_, err = m.Score(p.as("sunli"), p.round.ID, c.ID, c.Version, map[string]int64{"window": 9650 - int64(i)*130, "person": 9480 - int64(i)*95})
			}
		}
		return err
	})
	p.then(p.at(ago-2, 9, 0), "vote", func() error { return p.votes() })
	if ago > 10 {
		p.then(p.at(ago-3, 17, 0), "publicity", p.advance)
	}
}

func (p *servicePlay) advance() error {
	s, err := p.s.app.Honour.Round(p.as("gaofang"), p.round.ID)
	if err == nil {
		p.round, err = p.s.app.Honour.Advance(p.as("gaofang"), s.ID, s.Version)
	}
	return err
}

func (p *servicePlay) votes() error {
	if err := p.advance(); err != nil {
		return err
	}
	m := p.s.app.Honour
	list, err := p.running()
	for i, who := range []string{"mahua", "zhoumin", "tiandong", "yanghong", "mali", "lijianguo", "gaofang"} {
		if err == nil {
			err = m.Vote(p.as(who), p.round.ID, list[i*i%len(list)].ID)
		}
	}
	citizen := actor.With(p.s.system, &actor.Actor{Kind: actor.Citizen, CentreID: p.s.demo.Centre.ID})
	for i, code := range p.codes[:9] {
		if err == nil {
			err = m.VoteByCode(citizen, p.round.ID, list[i*i%len(list)].ID, code)
		}
	}
	return err
}

// running lists who is not barred: what happened in the hall and at the telephone of the demonstration counts.
func (p *servicePlay) running() ([]honour.Candidate, error) {
	s, err := p.s.app.Honour.Round(p.as("gaofang"), p.round.ID)
	return slices.DeleteFunc(s.Candidates, func(c honour.Candidate) bool { return c.State != honour.Running }), err
}

// beforeAfter puts photographs to a finding: of before and, where the site has done something, of after.
func (p *servicePlay) beforeAfter(finding string, after bool) error {
	files, err := p.s.photo("现场照片.png")
	if err == nil {
		_, err = p.s.app.Site.AddBefore(p.as("sunli"), finding, files)
	}
	if err == nil && after {
		_, err = p.s.app.Site.AddAfter(p.as("mulan"), finding, files)
	}
	return err
}

// visits plays the guidance of two townships, with findings put right and not, and a self-assessment with its stars.
func (p *servicePlay) visits() {
	m := p.s.app.Site
	look := func(name string, ago int, notes map[string]string) {
		p.then(p.at(ago, 11, 0), "visit", func() (err error) {
			p.visit, err = m.MakeVisit(p.as("sunli"), site.VisitInput{SiteID: p.s.demo.Sites[name].ID, Kind: site.Guidance, Day: p.s.clock.Now().Date(), Visitors: "孙丽、徐静", Summary: "窗口运行平稳，事项公开到位，设施和台账还需完善。", Results: results(notes)})
			return err
		})
	}
	look("折桥镇便民服务中心", 24, map[string]string{"S2": "一具灭火器过了检验期", "F2": "一次性告知没有台账", "R2": "AB岗没有上墙"})
	p.then(p.at(18, 16, 0), "rectify", func() error {
		s, err := m.Visit(p.as("mulan"), p.visit.ID)
		for i, f := range s.Findings {
			if err == nil {
				err = p.beforeAfter(f.ID, i < 2)
			}
			if err == nil && i < 2 {
				f, err = m.Rectify(p.as("mulan"), f.ID, f.Version, "已经整改，专人负责，每周自查。", fmt.Sprintf("整改照片%d", i+1))
			}
			if err == nil && i < 2 {
				_, err = m.Recheck(p.as("sunli"), f.ID, f.Version, i == 0, []string{"", "还缺两个岗位的人员，请补全。"}[i])
			}
		}
		return err
	})
	p.then(p.at(15, 15, 0), "self-assessment", func() error {
		v, err := m.MakeVisit(p.as("mulan"), site.VisitInput{Kind: site.SelfMade, Day: p.s.clock.Now().Date(), Evidence: "自评材料一册，照片12张", Results: results(map[string]string{"R2": "AB岗表正在制作"})})
		if err == nil {
			_, err = m.Star(p.as("mazhiyuan"), v.ID, v.Version, 4, "有一项整改尚未完成，先评四星。")
		}
		return err
	})
	look("枹罕镇便民服务中心", 6, map[string]string{"H1": "引导标识不清楚"})
}

// results finds everything met but what the notes say.
func results(notes map[string]string) map[string]site.Result {
	out := map[string]site.Result{}
	for _, x := range site.DefaultChecklist().Items {
		out[x.Code] = site.Result{Mark: site.Met}
		if note := notes[x.Code]; note != "" {
			out[x.Code] = site.Result{Mark: site.Unmet, Note: note}
		}
	}
	return out
}

// machines puts up three kiosks and lets two of them report for two days, one with a fault, and prints at the end.
func (p *servicePlay) machines() {
	m := p.s.app.Site
	first := p.s.cal.PrevWorkday(p.s.now.Date())
	p.then(first.Clock(8, 20), "kiosks", func() error {
		for _, k := range [][3]string{{"临夏市政务大厅", "一楼综合自助终端", "一楼东门"}, {"临夏市政务大厅", "社保自助终端", "二楼社保区"}, {"折桥镇便民服务中心", "折桥自助终端", "大厅入口"}} {
			x, err := m.SaveKiosk(p.as("gaofang"), p.s.demo.Sites[k[0]].ID, "", 0, site.KioskInput{Name: k[1], Place: k[2], Since: first, Active: true})
			if err != nil {
				return err
			}
			p.kiosks = append(p.kiosks, x)
		}
		return nil
	})
	machine := actor.With(p.s.system, &actor.Actor{Kind: actor.Citizen, CentreID: p.s.demo.Centre.ID})
	for _, day := range []clock.Date{first, p.s.now.Date()} {
		for at := day.Clock(8, 30); at <= min(day.Clock(18, 0), p.s.now); at += 5 * 60_000 {
			p.then(at, "beat", func() error {
				b := site.Beat{State: site.KioskOK, Paper: 100 - int64(at-day.Clock(8, 30))/600_000}
				if err := m.Report(machine, p.kiosks[0].Code, b); err != nil {
					return err
				}
				if day == first && at >= day.Clock(10, 30) && at < day.Clock(11, 20) {
					b.State = site.KioskPrinter
				}
				return m.Report(machine, p.kiosks[1].Code, b)
			})
		}
	}
	p.then(p.s.now, "prints", func() error { return p.prints(machine) })
}

// prints lets a few applicants print their papers at a kiosk, and one try with another's card.
func (p *servicePlay) prints(machine context.Context) error {
	list, _, err := p.s.app.Casework.Cases(p.as(caseWindow), casework.Filter{})
	for i, c := range list[:min(4, len(list))] {
		if err != nil {
			return err
		}
		s, err := p.s.app.Casework.Find(p.as(caseWindow), c.No)
		if err != nil {
			return err
		}
		who, err := p.s.app.Casework.RevealApplicant(p.as(caseWindow), c.ID)
		if err != nil {
			return err
		}
		no := string(who.IDNo)
		if i == 3 {
			no = "622901196001010011"
		}
		if _, err := p.s.app.Site.CheckPrint(machine, p.kiosks[0].Code, s.Vouchers[0].No, no); err != nil {
			return err
		}
	}
	return err
}

// supplies plays what the windows asked for: lines for every stationed unit, consumables, repairs done and waiting.
func (p *servicePlay) supplies() {
	m := p.s.app.Site
	p.then(p.at(27, 10, 0), "supplies", func() error {
		nth := 0
		for _, short := range slices.Sorted(maps.Keys(p.s.demo.Units)) {
			u := p.s.demo.Units[short]
			if !u.Is(org.UnitStationed) {
				continue
			}
			nth++
			kinds := []site.SupplyKind{site.Broadband, site.Consumable}
			if nth%2 == 0 {
				kinds = append(kinds, site.Telephone)
			}
			for _, k := range kinds {
				if err := p.supply(k, u.ID, map[site.SupplyKind]string{site.Broadband: "窗口宽带年费", site.Telephone: "固定电话月租", site.Consumable: "打印纸和硒鼓"}[k], map[site.SupplyKind]money.Fen{site.Broadband: 12000, site.Telephone: 3000, site.Consumable: 26000}[k]); err != nil {
					return err
				}
			}
		}
		return nil
	})
	for i, r := range []string{"二楼空调不制冷", "叫号屏不亮", "一楼卫生间漏水", "三楼会议室投影仪更换灯泡"} {
		p.then(p.at(20-4*i, 9, 30), "repair", func() error {
			return p.supply(site.Repair, p.s.demo.Units["市人社局"].ID, r, money.Fen(18000+i*9500))
		})
	}
	p.then(p.at(2, 9, 0), "waiting", func() error {
		for _, in := range []site.SupplyInput{{Kind: site.Repair, What: "5 号窗口高拍仪不能对焦", Quantity: 1, Measure: "台"}, {Kind: site.Stationery, What: "中性笔和便签", Quantity: 20, Measure: "份"}} {
			if _, err := m.AskSupply(p.as("zhoumin"), in); err != nil {
				return err
			}
		}
		return nil
	})
}

func (p *servicePlay) supply(kind site.SupplyKind, unit, what string, amount money.Fen) error {
	m := p.s.app.Site
	x, err := m.AskSupply(p.s.system, site.SupplyInput{Kind: kind, UnitID: unit, What: what, Quantity: 1, Measure: "项"})
	if err == nil {
		x, err = m.DecideSupply(p.as("gaofang"), x.ID, x.Version, true, "")
	}
	if err == nil {
		_, err = m.FinishSupply(p.as("gaofang"), x.ID, x.Version, site.FinishInput{On: p.s.clock.Now().Date(), Number: 1, Amount: amount, Document: "报销单 " + x.ID[len(x.ID)-6:]})
	}
	return err
}
