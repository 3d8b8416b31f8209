package demo

import (
	"slices"

	"yichuang/internal/hotline"
)

// other gives a handling unit beside the ticket's own, in turn. It is neither above nor below that one: whoever belongs to
// the unit above holds the leg of the unit below as well, and would sign that a second time instead of his own.
func (s *stage) other(p *plan) string {
	above := ""
	for _, u := range s.demo.Units {
		if u.ID == p.unit {
			above = u.ParentID
		}
	}
	var ids []string
	for _, u := range s.demo.Units {
		if _, has := s.people[u.ID+"/head"]; has && u.ID != p.unit && u.ID != p.in.AccusedUnit && u.ParentID != p.unit && u.ID != above {
			ids = append(ids, u.ID)
		}
	}
	slices.Sort(ids)
	return ids[p.nth%len(ids)]
}

// dispatchTogether sends the order to the unit of the catalogue with one that helps.
func dispatchTogether(s *stage, p *plan) error {
	ctx := s.by(p, "lijianguo")
	list, err := s.app.Hotline.Suggest(ctx, p.in.Category, p.in.Area)
	if err != nil {
		return err
	}
	p.unit = list[0].UnitID
	p.helper = s.other(p)
	_, err = s.app.Hotline.Dispatch(ctx, p.command(), hotline.DispatchInput{UnitID: p.unit, Remark: "请牵头办理，统一答复来电人。",
		Helpers: []hotline.Helper{{UnitID: p.helper, Matter: "请核实本部门职责范围内的情况，到期前向主办单位反馈。"}}})
	return err
}

func helperSigns(s *stage, p *plan) error {
	_, err := s.app.Hotline.Sign(s.people[p.helper+"/liaison"], p.command())
	return err
}

func helperSubmits(s *stage, p *plan) error {
	r := s.answerOf(p)
	r.Public = "经核实，本部门职责范围内的情况已查清并反馈主办单位。"
	_, err := s.app.Hotline.Submit(s.people[p.helper+"/head"], p.command(), r)
	return err
}

func askReturn(s *stage, p *plan) error {
	_, err := s.app.Hotline.AskReturn(s.head(p), p.command(), hotline.ReturnInput{Ground: hotline.ReturnReasons[0],
		Reason: "现场查看后，该设施由产权单位自行管护，不在本单位管理范围，附管护协议编号。", Other: s.other(p)})
	return err
}

func acceptReturn(s *stage, p *plan) error {
	next := s.other(p)
	_, err := s.app.Hotline.AcceptReturn(s.by(p, "lijianguo"), p.command(), hotline.AcceptInput{UnitID: next, Remark: "退单理由成立，改派。"})
	p.unit = next
	return err
}

func denyReturn(s *stage, p *plan) error {
	_, err := s.app.Hotline.DenyReturn(s.by(p, "lijianguo"), p.command(), "派单目录明确由你单位承办，现指定承办，请按期办理。")
	return err
}

func askSuspension(s *stage, p *plan) error {
	_, err := s.app.Hotline.AskSuspension(s.of(p), p.command(), hotline.SuspendInput{Measures: "等待上级部门批复管线迁改方案，已设围挡并每周巡查。", ReviewOn: s.clock.Now().Date() + 30,
		Told: "因管线迁改方案正在报批，暂时无法施工，我们已设置围挡，批复后立即开工。"})
	return err
}

func askTermination(s *stage, p *plan) error {
	_, err := s.app.Hotline.AskTermination(s.of(p), p.command(), hotline.TerminateInput{Ground: hotline.TerminateReasons[p.nth%len(hotline.TerminateReasons)],
		Reason: "办理中核实，该事项已有生效的处理结论，继续办理没有新的事实依据。", Told: "经核实，您反映的事项已有处理结论，我们不再重复办理；对结论不服的，请按告知书载明的途径提出。"})
	return err
}

func terminate(s *stage, p *plan) error {
	_, err := s.app.Hotline.DecideTermination(s.by(p, "chenwei"), p.command(), true, "情况属实，同意终止，请书面告知来电人。")
	return err
}

// mergeInto merges an order into an earlier one about the same matter.
func mergeInto(target *plan) func(*stage, *plan) error {
	return func(s *stage, p *plan) error {
		_, err := s.app.Hotline.Merge(s.by(p, "lijianguo"), p.command(), string(target.id), "同一处水管爆裂，合并办理，统一答复。")
		return err
	}
}

func (l *life) together() {
	l.toTriage()
	l.work(3, 29)
	l.then("dispatch with a helper", dispatchTogether)
	l.sent, l.due = l.at, l.s.cal.Due(l.limit(), l.at, "").At
	l.work(15, 300)
	l.then("sign", sign)
	l.work(15, 200)
	l.then("helper signs", helperSigns)
}

func (l *life) helped() {
	l.together()
	l.handle()
	l.then("helper submits", helperSubmits)
}

func (l *life) returnAsked() {
	l.toUnit()
	l.work(30, 330)
	l.then("ask to return", askReturn)
}

func (l *life) returned() {
	l.returnAsked()
	l.work(20, 120)
	l.then("accept the return", acceptReturn)
	l.work(15, 200)
	l.then("sign", sign)
}

func (l *life) designated() {
	l.returnAsked()
	l.work(20, 120)
	l.then("refuse the return", denyReturn)
}

func (l *life) suspensionAsked() {
	l.toHandling()
	l.work(60, 400)
	l.then("ask for suspension", askSuspension)
}

func (l *life) terminated() {
	l.toHandling()
	l.work(60, 500)
	l.then("ask for termination", askTermination)
	l.work(20, 200)
	l.then("terminate", terminate)
}
