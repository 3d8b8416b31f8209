package casework

import (
	"encoding/json"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// process gives a row for each event, and one for the step that somebody still owes (1 待办). A step begins when the one before it ended.
func (x *exporter) process(tx *store.Tx, s *subject) ([]Facts, error) {
	var out []Facts
	begun := s.ReceivedAt
	for i := range s.events {
		e := &s.events[i]
		unit, err := x.unitName(tx, or(e.UnitID, s.UnitID))
		if err != nil {
			return nil, err
		}
		who := e.ActorName
		if e.ActorKind == string(actor.Citizen) {
			who = "申请人"
		}
		f := Facts{"办件编号": s.No, "业务动作": stepAction(e.Action), "环节名称": e.Action.Label(), "环节处理人": who, "环节处理意见": opinionOf(e), "环节开始时间": begun, "环节结束时间": e.At, "处理单位名称": unit, "环节办理状态代码": "2", "环节序号": e.Seq, "办理依据": e.Authority}
		if or(e.UnitID, s.UnitID) == s.UnitID {
			f["处理单位统一社会信用代码"] = s.terms.OrganCode
		}
		begun = e.At
		out = append(out, f)
	}
	if s.Open {
		out = append(out, Facts{"办件编号": s.No, "业务动作": "其他", "环节名称": s.State.Label(), "环节开始时间": begun, "环节结束时间": begun, "处理单位名称": s.unit, "处理单位统一社会信用代码": s.terms.OrganCode, "环节办理状态代码": "1", "环节序号": s.EventSeq + 1})
	}
	return out, nil
}

// stepAction is the standard's word of what was done in a step (业务动作): 通过, 退回 or 其他.
func stepAction(a Action) string {
	switch a {
	case ActPrereview, ActAccept, ActDeem, ActFirst, ActReview, ActSuspend, ActExtend, ActGrant:
		return "通过"
	case ActNotify, ActRefuse, ActRedirect, ActSendBack, ActDecline, ActDeny:
		return "退回"
	}
	return "其他"
}

// opinionOf is what an event says where the standard asks for it: opinions of those who decide. What applicants wrote stays here.
func opinionOf(e *Event) string {
	switch e.Action {
	case ActFirst, ActReview, ActGrant, ActDeny, ActRefuse, ActRevoke, ActTerminate, ActExplain:
		return e.Text
	}
	return ""
}

// procedures gives the special procedures of a case; the codes of their kinds (A.7) are 1 延长审批, 2 除延长审批之外的情况. Who asked for
// one, who allowed it and what came of it are in the events; its days are those of the clock.
func (x *exporter) procedures(tx *store.Tx, s *subject) ([]Facts, error) {
	if len(s.events) == 0 {
		return nil, nil
	}
	days, err := suspensionsOf(tx, s.Case)
	if err != nil {
		return nil, err
	}
	var out []Facts
	asked, n := "", 0
	for i := range s.events {
		e := &s.events[i]
		switch e.Action {
		case ActAskSuspend, ActAskExtend:
			asked = e.ActorName
		case ActResume:
			if n > 0 {
				out[last(out)]["特别程序结果"] = e.Text
			}
		case ActSuspend:
			f := Facts{"办件编号": s.No, "特别程序种类代码": "2", "特别程序办理意见": "同意", "申请人": asked, "办理单位名称": s.unit, "办理单位统一社会信用代码": s.terms.OrganCode, "办理人": e.ActorName}
			if n < len(days) {
				d := days[n]
				f["特别程序种类名称"], f["特别程序启动理由或依据"], f["特别程序开始时间"], f["特别程序结束时间"], f["预计结束日期"], f["告知日期"] = ProcedureLabel(d.Type), d.Basis, d.Start, d.End, d.Expected, d.Notice
			}
			out, n = append(out, f), n+1
		case ActExtend:
			f, err := extensionFacts(e)
			if err != nil {
				return nil, err
			}
			f["办件编号"], f["申请人"], f["办理单位名称"], f["办理单位统一社会信用代码"] = s.No, asked, s.unit, s.terms.OrganCode
			out = append(out, f)
		}
	}
	return out, nil
}

// last is the index of the newest procedure of kind 2.
func last(list []Facts) int {
	for i := len(list) - 1; i > 0; i-- {
		if list[i]["特别程序种类代码"] == "2" {
			return i
		}
	}
	return 0
}

// extensionFacts is what an extension (延长审批) says; it moves the end and stops nothing.
func extensionFacts(e *Event) (Facts, error) {
	var data struct {
		Old string `json:"old_due"`
		New string `json:"new_due"`
	}
	if err := json.Unmarshal([]byte(e.Data), &data); err != nil {
		return nil, err
	}
	due, err := clock.ParseDate(data.New)
	return Facts{"特别程序种类名称": "延长审批", "特别程序种类代码": "1", "特别程序启动理由或依据": "《中华人民共和国行政许可法》第四十二条", "特别程序开始时间": e.At, "特别程序结束时间": due, "特别程序结果": "法定办结时限由 " + data.Old + " 延至 " + data.New,
		"特别程序办理意见": "同意", "办理人": e.ActorName, "告知日期": e.At.Date()}, err
}

// suspensionsOf gives the special procedures of a case in the order in which they began. They stop the clocks of the decision
// alike, so one of those has them all.
func suspensionsOf(tx *store.Tx, c *Case) ([]calendar.Suspension, error) {
	clocks, err := store.Select[Clock](tx, clockQuery, c.CentreID, c.ID)
	if err != nil {
		return nil, err
	}
	for i := range clocks {
		k := &clocks[i]
		if k.Kind != ClockStatutory && k.Kind != ClockPromise {
			continue
		}
		if err := k.load(); err != nil {
			return nil, err
		}
		return k.day.Suspensions, nil
	}
	return nil, nil
}
