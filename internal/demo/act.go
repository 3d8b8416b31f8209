package demo

import (
	"context"
	"strings"

	"yichuang/internal/hotline"
)

func (p *plan) command() hotline.Command { return hotline.Command{TicketID: p.id} }

// by gives somebody of the centre, of several who take turns; of and head give those of the ticket's unit.
func (s *stage) by(p *plan, names ...string) context.Context {
	return s.people[names[p.nth%len(names)]]
}
func (s *stage) of(p *plan) context.Context   { return s.people[p.unit+"/liaison"] }
func (s *stage) head(p *plan) context.Context { return s.people[p.unit+"/head"] }

func register(s *stage, p *plan) error {
	r, err := s.app.Hotline.Register(s.by(p, "mali", "wangjuan", "mali", "yanghong"), p.in)
	p.id = r.ID
	return err
}

func accept(s *stage, p *plan) error {
	_, err := s.app.Hotline.Accept(s.by(p, "mali", "wangjuan", "yanghong"), p.command(), hotline.Classify{})
	return err
}

// dispatch sends the order where the dispatch catalogue says.
func dispatch(s *stage, p *plan) error {
	ctx := s.by(p, "lijianguo")
	list, err := s.app.Hotline.Suggest(ctx, p.in.Category, p.in.Area)
	if err != nil {
		return err
	}
	p.unit = list[0].UnitID
	_, err = s.app.Hotline.Dispatch(ctx, p.command(), hotline.DispatchInput{UnitID: p.unit, Remark: "请按派单目录职责办理，限时答复。"})
	return err
}

func sign(s *stage, p *plan) error {
	_, err := s.app.Hotline.Sign(s.of(p), p.command())
	return err
}

// answerOf words the unit's reply; a second round says what is new.
func (s *stage) answerOf(p *plan) hotline.Reply {
	r := hotline.Reply{Public: p.reply, Inside: "现场照片和联系记录已存单位台账。", Solved: "已解决", ContactedAt: s.clock.Now() - 20*60_000}
	switch p.nth % 7 {
	case 3:
		r.Solved = "解释说明"
	case 5:
		r.Solved = "部分解决"
	}
	if p.round > 1 {
		r.Public, r.Solved = "针对您回访时提出的意见再次到现场核实。"+r.Public, "已解决"
	}
	return r
}

func propose(s *stage, p *plan) error {
	_, err := s.app.Hotline.Propose(s.of(p), p.command(), s.answerOf(p))
	return err
}

func sendBack(s *stage, p *plan) error {
	_, err := s.app.Hotline.SendBack(s.head(p), p.command(), "答复没有写明完成时限，请补充后再报。")
	return err
}

func submit(s *stage, p *plan) error {
	_, err := s.app.Hotline.Submit(s.head(p), p.command(), s.answerOf(p))
	return err
}

func approve(s *stage, p *plan) error {
	_, err := s.app.Hotline.Approve(s.by(p, "chenwei"), p.command(), "")
	return err
}

func reject(s *stage, p *plan) error {
	_, err := s.app.Hotline.Reject(s.by(p, "chenwei"), p.command(), "没有附现场整改情况，也没有与来电人联系，请补充后重新提交。")
	return err
}

var grievances = []string{"答复说修好了，实际没有人来过。", "只修了一半，晚上还是一样。", "电话里说三天解决，过了一个星期没有动静。", "处理的人态度敷衍，没有说清楚原因。"}

func callback(reached bool, result string) func(*stage, *plan) error {
	return func(s *stage, p *plan) error {
		c := hotline.CallbackResult{Channel: "电话", Reached: reached, Result: result}
		switch {
		case !reached:
			c.Note = []string{"无人接听", "关机", "号码正在通话"}[p.nth%3]
		case result == hotline.Unsatisfied:
			c.Attitude, c.Solved, c.Reason = hotline.Fair, "未解决", grievances[p.nth%len(grievances)]
		case p.nth%11 == 0:
			c.Attitude, c.Solved = hotline.Fair, "已解决"
		default:
			c.Attitude, c.Solved = hotline.Satisfied, "已解决"
		}
		_, err := s.app.Hotline.RecordCallback(s.by(p, "zhaoxia"), p.command(), c)
		return err
	}
}

func closeTicket(finding string) func(*stage, *plan) error {
	return func(s *stage, p *plan) error {
		_, err := s.app.Hotline.Close(s.by(p, "zhaoxia"), p.command(), finding)
		return err
	}
}

func rework(s *stage, p *plan) error {
	p.round = 2
	_, err := s.app.Hotline.Rework(s.by(p, "zhaoxia"), p.command(), "", "来电人不满意："+grievances[p.nth%len(grievances)]+"请重新办理并当面答复。")
	return err
}

func answer(s *stage, p *plan) error {
	by, cmd := s.by(p, "mali", "wangjuan"), p.command()
	var err error
	if cmd.Cites, err = s.cites(by, p); err != nil {
		return err
	}
	_, err = s.app.Hotline.Answer(by, cmd, p.reply)
	return err
}

func archive(s *stage, p *plan) error {
	_, err := s.app.Hotline.Archive(s.by(p, "chenwei", "zhaoxia"), p.command())
	return err
}

func withdraw(s *stage, p *plan) error {
	_, err := s.app.Hotline.Withdraw(s.by(p, "mali", "wangjuan"), p.command(), []string{"来电人称已与物业协商解决，要求撤回。", "来电人核实后表示是自己记错了，要求撤回。"}[p.nth%2])
	return err
}

func refuse(s *stage, p *plan) error {
	_, err := s.app.Hotline.Refuse(s.by(p, "yanghong"), p.command(), p.ground, p.reply)
	return err
}

func emergency(s *stage, p *plan) error {
	_, err := s.app.Hotline.Emergency(s.by(p, "mali", "wangjuan"), p.command(), p.reply, "已三方通话转接。")
	return err
}

func urge(s *stage, p *plan) error {
	_, err := s.app.Hotline.Urge(s.by(p, "mali", "wangjuan"), p.command(), hotline.Urging{Remark: "来电人再次来电询问，请尽快办理并联系来电人。", ByCaller: true})
	return err
}

func ask(s *stage, p *plan) error {
	_, err := s.app.Hotline.AskExtension(s.of(p), p.command(), 3, "配件需从外地调运，预计三个工作日到货，已告知来电人。")
	return err
}

func grant(s *stage, p *plan) error {
	_, err := s.app.Hotline.DecideExtension(s.by(p, "sunli"), p.command(), true, "情况属实，同意延期，请每日跟踪。")
	return err
}

func suspend(s *stage, p *plan) error {
	why := "涉及地下管线迁改，须待上级部门批复后施工；已设警示标志并安排每周巡查。"
	if strings.HasPrefix(p.in.Category, "13") {
		why = "须待汛期（冻土期）过后方可施工；已铺设临时便道，村上安排专人值守。"
	}
	_, err := s.app.Hotline.Suspend(s.by(p, "sunli"), p.command(), hotline.SuspendInput{Measures: why, ReviewOn: s.clock.Now().Date() + 60})
	return err
}
