package demo

import (
	"context"
	"fmt"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	matter "yichuang/internal/complaint"
	"yichuang/internal/hotline"
	"yichuang/internal/item"
)

// The people of the demonstration who handle stuck matters and complaints: 孙丽 of 政务监察股 with 高芳 of 办公室 beside her, and 李建国 of
// the hotline.
const (
	matterSupervisor = "sunli"
	matterSecond     = "gaofang"
	matterHotline    = "lijianguo"
)

// matterPlay is what the stuck matters and complaints of the demonstration are made of.
type matterPlay struct {
	s       *stage
	unit    string
	items   []string // ids
	accused string
	second  []string // who investigates
	citizen context.Context
	plan    *plan
	nth     int
}

// matterLife is one matter as its steps follow one another.
type matterLife struct {
	p    *matterPlay
	kind matter.Kind
	id   matter.MatterID
	day  clock.Date
	at   clock.Instant
}

// matters gives the plan of the stuck matters and complaints of six weeks: of every stage some.
func (s *stage) matters() (*plan, error) {
	p := &matterPlay{s: s, plan: &plan{}, citizen: actor.With(context.Background(), matter.ReporterActor(s.demo.Centre.ID, "127.0.0.1", "demo"))}
	for _, a := range s.demo.Accounts {
		switch a.User.Username {
		case caseChief:
			p.unit = a.User.UnitID
		case caseWindow:
			p.accused = a.User.ID
		case matterSupervisor, matterSecond:
			p.second = append(p.second, a.User.ID)
		}
	}
	for _, name := range []string{"劳务派遣经营许可", "就业困难人员认定"} {
		found, _, err := s.app.Item.Guides(s.system, item.GuideFilter{Query: name, Limit: 1})
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("demo: the item %s is missing", name)
		}
		p.items = append(p.items, found[0].ItemID)
	}
	p.stuckLives()
	p.complaintLives()
	return p.plan, nil
}

// then adds a step to the plan, unless its moment has not come yet.
func (l *matterLife) then(name string, do func(m *matter.Module, k matter.Command) error) *matterLife {
	if l.at > l.p.s.now {
		return l
	}
	l.p.plan.steps = append(l.p.plan.steps, step{l.at, name, func(s *stage, _ *plan) error { return do(s.app.Complaint, matter.Command{ID: l.id}) }})
	l.at += 25 * 60_000
	return l
}

// wait lets working days pass.
func (l *matterLife) wait(n int) *matterLife {
	for range n {
		l.day = l.p.s.cal.NextWorkday(l.day)
	}
	l.at = l.day.Clock(10, 15)
	return l
}

// begin takes a matter down so many working days ago: on line for user "", else by that person.
func (p *matterPlay) begin(ago int, user string, in matter.IntakeInput) *matterLife {
	day := p.s.now.Date()
	for range ago {
		day = p.s.cal.PrevWorkday(day)
	}
	p.nth++
	l := &matterLife{p: p, kind: in.Kind, day: day, at: day.Clock(9, 3+9*p.nth%40)}
	in.Name, in.Phone = fullName(p.nth+70), phone(p.nth+700)
	return l.then("register", func(m *matter.Module, _ matter.Command) error {
		submit := m.Submit
		ctx := p.citizen
		if user != "" {
			submit, ctx, in.Channel = m.Register, p.s.people[user], matter.ChannelVisit
		}
		if in.Kind == matter.Stuck && len(in.Content)%2 == 0 {
			files, err := p.s.photo("窗口给的单子.png")
			if err != nil {
				return err
			}
			in.Files = files
		}
		got, err := submit(ctx, in)
		l.id = got.ID
		return err
	})
}

// step is one step by somebody.
func (l *matterLife) step(name, user string, do func(m *matter.Module, ctx context.Context, k matter.Command) (matter.Matter, error)) *matterLife {
	return l.then(name, func(m *matter.Module, k matter.Command) error {
		_, err := do(m, l.p.s.people[user], k)
		return err
	})
}

// words is a step that says one text.
func (l *matterLife) words(name, user, text string, do func(m *matter.Module, ctx context.Context, k matter.Command, text string) (matter.Matter, error)) *matterLife {
	return l.step(name, user, func(m *matter.Module, ctx context.Context, k matter.Command) (matter.Matter, error) {
		return do(m, ctx, k, text)
	})
}

func (l *matterLife) accept() *matterLife {
	return l.step("accept", matterSupervisor, func(m *matter.Module, ctx context.Context, k matter.Command) (matter.Matter, error) {
		return m.Accept(ctx, l.kind, k)
	})
}

func (l *matterLife) classify(c matter.Class) *matterLife {
	return l.step("classify", matterSupervisor, func(m *matter.Module, ctx context.Context, k matter.Command) (matter.Matter, error) {
		return m.Classify(ctx, l.kind, k, matter.ClassifyInput{Class: c})
	})
}

// toUnit accepts, qualifies and dispatches a stuck matter.
func (l *matterLife) toUnit(c matter.Class) *matterLife {
	return l.accept().classify(c).step("dispatch", matterSupervisor, func(m *matter.Module, ctx context.Context, k matter.Command) (matter.Matter, error) {
		return m.Dispatch(ctx, k, matter.DispatchInput{UnitID: l.p.unit, Note: "请今天联系反映人，弄清卡在哪里。"})
	})
}

func (l *matterLife) contact() *matterLife {
	return l.words("contact", caseChief, "已电话联系，约好明天上午到窗口，由首席代表当面看材料。", (*matter.Module).Contact)
}

func (l *matterLife) finish(result, cause string) *matterLife {
	return l.step("finish", caseChief, func(m *matter.Module, ctx context.Context, k matter.Command) (matter.Matter, error) {
		return m.Finish(ctx, k, matter.FinishInput{Result: result, Cause: cause})
	})
}

func (l *matterLife) visit(answer matter.Answer, said string) *matterLife {
	return l.step("visit", matterSupervisor, func(m *matter.Module, ctx context.Context, k matter.Command) (matter.Matter, error) {
		if l.kind == matter.Complaint {
			return m.VisitComplaint(ctx, k, matter.VisitInput{Answer: answer, Note: said})
		}
		return m.VisitStuck(ctx, k, matter.VisitInput{Answer: answer, Note: said})
	})
}

// stuckLives tells what happens to the stuck matters.
func (p *matterPlay) stuckLives() {
	stuck := func(title, content string, which int) matter.IntakeInput {
		return matter.IntakeInput{Kind: matter.Stuck, Title: title, Content: content, UnitID: p.unit, ItemID: p.items[which]}
	}
	permit := "办劳务派遣许可，第一次说缺场地证明，第二次说制度不行，第三次又要原来没说过的验资报告，跑了三趟没有受理。"
	for i, ago := range []int{26, 17} {
		p.begin(ago, matterSupervisor, stuck("劳务派遣许可三次材料说法不一", permit, 0)).toUnit(matter.Complex).contact().wait(4+i).
			finish("按办事指南的清单收件，验资报告不在清单内，不再要求，已当场受理。", "material").wait(1).visit(matter.Satisfied, "")
	}
	p.begin(22, "", stuck("困难人员认定系统总是提交不了", "就业困难人员认定在窗口录了两次，系统都报错，让我回去等，等了一个星期没消息。", 1)).toUnit(matter.Common).contact().wait(2).
		finish("系统故障已排除，认定表已出，电话通知领取。", "system").wait(1).visit(matter.Satisfied, "")
	p.begin(15, matterSupervisor, stuck("许可证一直说在审", "材料早就交齐了，每次问都说在审，没有一个准话。", 0)).toUnit(matter.Common).contact().wait(3).finish("已完成审查，准予许可。", "slow").wait(1).
		visit(matter.Dissatisfied, "证还没有拿到手。").contact().wait(1).finish("证照已送达本人。", "slow").wait(1).visit(matter.Dissatisfied, "态度生硬，没有人说明为什么拖了这么久。")
	p.begin(12, matterSupervisor, stuck("非本市户籍不给认定", "在这里打工十年，户口没有迁来，申请就业困难人员认定不给办。", 1)).toUnit(matter.Barred).contact().wait(2).
		step("deny", caseChief, func(m *matter.Module, ctx context.Context, k matter.Command) (matter.Matter, error) {
			return m.Deny(ctx, k, matter.DenyInput{Result: "认定须向户籍地提出，已联系户籍地街道代为受理。", Basis: "《中华人民共和国就业促进法》第五十二条", Cause: "law"})
		}).words("approve", caseApprover, "同意。已衔接户籍地，做好解释。", (*matter.Module).ApproveDenial)
	p.begin(9, "", stuck("外省社保记录调不过来", "认定要外省的社保记录，窗口说系统查不到，让我自己回去开，路费都要上千。", 1)).toUnit(matter.Hard).contact().wait(4).
		step("extend", caseChief, func(m *matter.Module, ctx context.Context, k matter.Command) (matter.Matter, error) {
			s, err := m.Get(ctx, matter.Stuck, string(k.ID))
			if err != nil {
				return s.Matter, err
			}
			due := p.s.cal.AddWorkdays(calendar.LastDay(s.Due), 5)
			return m.Extend(ctx, k, matter.ExtendInput{Days: 5, Reason: "已发函外省社保机构，等待复函。", Contact: "电话说明要等外省复函，新的期限是 " + due.String() + "，反映人同意。", Told: due})
		})
	p.begin(4, matterSupervisor, stuck("两个窗口互相推", "一号窗口让去二号，二号窗口让去一号，来回三次没有人收件。", 0)).toUnit(matter.Common)
	p.begin(6, "", matter.IntakeInput{Kind: matter.Stuck, Title: "工程款拖欠要求处理", Content: "老板拖欠工程款，法院已经立案，希望中心出面解决。"}).step("refuse", matterSupervisor,
		func(m *matter.Module, ctx context.Context, k matter.Command) (matter.Matter, error) {
			return m.Refuse(ctx, matter.Stuck, k, matter.RefuseInput{Ground: "litigation", Reason: "这件事法院已经立案，请向承办法官了解进度；需要法律援助的可拨打 12348。"})
		})
	p.begin(0, "", stuck("预约了也要排两个小时", "网上预约九点，到了还是重新排队，快十一点才轮到，又说今天系统升级办不了。", 1))
}

// complaintLives tells what happens to the complaints.
func (p *matterPlay) complaintLives() {
	about := func(content string) matter.IntakeInput {
		return matter.IntakeInput{Kind: matter.Complaint, Content: content, About: "人社 1 号窗口的工作人员", UnitID: p.unit}
	}
	investigated := func(ago int, content string) *matterLife {
		return p.begin(ago, "", about(content)).accept().step("identify", matterSupervisor, func(m *matter.Module, ctx context.Context, k matter.Command) (matter.Matter, error) {
			return m.Identify(ctx, k, matter.IdentifyInput{UserID: p.accused})
		}).classify(matter.Forwarded).step("assign", matterSupervisor, func(m *matter.Module, ctx context.Context, k matter.Command) (matter.Matter, error) {
			return m.Assign(ctx, k, p.second)
		}).words("ask", matterSupervisor, "请说明当日上午 1 号窗口的接待情况，附排队记录和监控时段。", (*matter.Module).Ask)
	}
	find := func(l *matterLife, f matter.Finding, report string) *matterLife {
		return l.step("find", matterSupervisor, func(m *matter.Module, ctx context.Context, k matter.Command) (matter.Matter, error) {
			return m.Find(ctx, k, matter.FindInput{Finding: f, Report: report, Cause: "attitude"})
		})
	}
	first := find(investigated(28, "昨天问社保转移，问一句答一句，最后把材料推出来说看不懂别来。").wait(1).words("answer", caseChief, "已核实，当时排队人多，解释不耐心，属实。", (*matter.Module).Answer), matter.Upheld, "调取监控和叫号记录，接待时语言生硬，属实。")
	first.words("dispose", matterSupervisor, "当面道歉，窗口内部通报，扣当月考核。", (*matter.Module).Dispose).wait(1).words("feedback", matterSupervisor, "您反映的情况属实，工作人员已向您道歉并受到批评。", (*matter.Module).Feedback).
		words("file", caseChief, "组织窗口学习服务规范，首席代表带班一周。", (*matter.Module).File).wait(2).visit(matter.Satisfied, "")
	find(investigated(19, "上班时间窗口没有人，等了半小时。").wait(1), matter.NotFound, "该时段工作人员在后台为群众调取档案，窗口有暂停牌，登记有据。").
		words("dispose", matterSupervisor, "不予处理，提醒窗口暂停时安排顶岗。", (*matter.Module).Dispose).words("feedback", matterSupervisor, "经查，当时在后台调档，已要求今后安排人顶岗。", (*matter.Module).Feedback).wait(2).visit(matter.Unreached, "")
	find(investigated(3, "办事时一直在看手机，喊了几遍不理人。").wait(1).words("answer", caseChief, "属实，已谈话。", (*matter.Module).Answer), matter.Upheld, "监控显示接待中使用手机，属实。").
		words("dispose", matterSupervisor, "批评教育，报派出单位。", (*matter.Module).Dispose).words("feedback", matterSupervisor, "您反映的情况属实，已严肃处理。", (*matter.Module).Feedback)
	investigated(1, "说话阴阳怪气，问两遍就不耐烦。")
	p.begin(0, "", matter.IntakeInput{Kind: matter.Complaint, Content: "大厅西侧窗口中午提前十分钟就不叫号了。", About: "西侧窗口"})
}

// takeOver makes a stuck matter of a ticket of the hotline whose caller was sent from window to window, if there is one.
func (s *stage) takeOver() error {
	ctx := s.people[matterHotline]
	list, _, err := s.app.Hotline.List(ctx, hotline.Filter{State: hotline.Handling})
	for i := range list {
		if strings.Contains(list[i].Title, "跑了三趟") {
			_, err = s.app.Complaint.TakeOver(ctx, list[i].No, matter.Stuck, matter.IntakeInput{})
			return err
		}
	}
	return err
}
