package demo

import (
	"errors"
	"fmt"

	"yichuang/internal/casework"
	"yichuang/internal/metric"
	"yichuang/internal/supervision"
)

// supervise lets 政务监察股 work on what the runs over the clocks have given: cards are served, answered, settled and defended,
// somebody tries to enter a day in the past, a township is put right by hand, and finished cases are audited.
func (s *stage) supervise() error {
	m, j := s.app.Supervision, s.people["sunli"]
	if err := s.backdate(); err != nil {
		return err
	}
	if _, err := m.ServeAll(j); err != nil {
		return err
	}
	cards, _, err := m.Alerts(j, supervision.AlertFilter{State: supervision.Served})
	if err != nil {
		return err
	}
	for i, l := range cards {
		if err := s.handle(i, l.ID); err != nil {
			return err
		}
	}
	if site, ok := s.demo.Sites["折桥镇便民服务中心"]; ok {
		l, err := m.Raise(j, supervision.RaiseInput{SiteID: site.ID, Level: supervision.Yellow, Type: supervision.Other, Text: "巡查发现工作日上午十点窗口无人值守，办事群众等候二十分钟。"})
		if err == nil {
			_, err = m.Act(s.people["mulan"], supervision.Command{ID: l.ID, Text: "已安排双人轮值，张贴离岗告示和联系电话。"}, supervision.ActAnswer)
		}
		if err != nil {
			return err
		}
	}
	return s.audit()
}

// handle gives each card of a few another fate, the rest stay served.
func (s *stage) handle(i int, id supervision.AlertID) error {
	m, j, z := s.app.Supervision, s.people["sunli"], s.people[caseChief]
	act := func(a supervision.Action, text string) error {
		ctx := j
		if supervision.PermissionOf(a) == supervision.PermAlertAnswer {
			ctx = z
		}
		_, err := m.Act(ctx, supervision.Command{ID: id, Text: text}, a)
		return err
	}
	switch i {
	case 0:
		return act(supervision.ActDefend, "经办人把检测委托日当作程序开始日填写，并非有意倒填，恳请核实。")
	case 1:
		return errors.Join(act(supervision.ActTake, ""), act(supervision.ActAnswer, "已召开窗口例会，明确接件当日初审，超过三日未告知的由首席代表督办。"))
	case 2:
		return errors.Join(act(supervision.ActTake, ""), act(supervision.ActAnswer, "已整改。"), act(supervision.ActSettle, "整改措施已核实，予以核销。"))
	}
	return nil
}

// backdate tries to give a late case a special procedure that began before it was entered. The refusal is what is wanted.
func (s *stage) backdate() error {
	list, _, err := s.app.Casework.Cases(s.system, casework.Filter{State: casework.Accepted})
	if err != nil {
		return err
	}
	for i := range list {
		c := &list[i]
		if promise, _ := c.Verdicts(s.now); promise != casework.OpenLate {
			continue
		}
		day := c.AcceptedAt.Date()
		_, err := s.app.Casework.ProposeSuspension(s.people[caseWindow], casework.Command{CaseID: c.ID}, casework.ProcedureInput{Type: "testing", Start: day, Expected: s.now.Date(), Notice: day, Reason: "等待申请人补齐材料"})
		if casework.RefusalCode(err) != "BACKDATED" {
			return fmt.Errorf("demo: a day in the past was not refused: %w", err)
		}
		return nil
	}
	return nil
}

// audit draws a sample of what was finished in the last month and checks most of it.
func (s *stage) audit() error {
	m, j, day := s.app.Supervision, s.people["sunli"], s.now.Date()
	x, err := m.DrawSample(j, supervision.SampleInput{Title: "近一月办件抽查", From: day - 30, To: day - 1, Size: 6})
	if errors.Is(err, supervision.ErrNothing) {
		return nil
	}
	if err != nil {
		return err
	}
	for pos := int64(1); pos < x.Size; pos++ {
		in := supervision.CheckInput{True: true, Timely: true, Whole: true, Exact: true}
		if pos == 2 {
			in.Whole, in.Finding = false, "送达回证没有受送达人签名。"
		}
		if _, err := m.CheckCase(j, x.ID, pos, in); err != nil {
			return err
		}
	}
	_, err = m.Publish(j, supervision.GazetteInput{Period: metric.Month(day).Previous()})
	return err
}
