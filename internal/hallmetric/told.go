package hallmetric

import (
	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/complaint"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/supervision"
	"yichuang/internal/workforce"
)

// asTold judges a fact of another module as that module does.
func asTold(f *Fact, _ clock.Instant) Mark {
	if f.Case != nil { // an ended case beside the cards
		return Mark{Counts: true, Den: 1, Why: "终结的办件"}
	}
	t := f.Told
	if t.Out {
		return out(t.Why)
	}
	return Mark{Counts: true, Num: t.Num, Den: t.Den, Why: t.Why}
}

// sees reports whether the reader's scope has a fact.
func (r reader) sees(unit, site, owner string) bool {
	a := actor.Actor{Kind: actor.User, CentreID: r.centre, UnitIDs: r.units, SiteID: r.site, UserID: r.user, Grants: map[actor.Permission]actor.Scope{PermRead: r.scope}}
	return org.Sees(&a, PermRead, org.Row{CentreID: r.centre, UnitID: unit, SiteID: site, OwnerID: owner})
}

// told reads the facts of a basis that another module keeps, those that the reader may see.
func (e *engine) told(b Basis) ([]Fact, error) {
	var list []Fact
	add := func(id string, at clock.Instant, unit, site, owner string, t Told) {
		if e.who.sees(unit, site, owner) {
			list = append(list, Fact{ID: id, At: at, Unit: unit, Site: site, Told: &t})
		}
	}
	switch b {
	case BasisStuck, BasisComplaint:
		return list, e.matters(b, add)
	case BasisCards:
		return list, e.cards(add)
	case BasisSamples:
		rows, err := supervision.CheckedTx(e.tx, e.who.centre, e.period.Start(), e.period.End())
		for _, r := range rows {
			add(string(r.SampleID)+"-"+days(r.Pos), r.At, r.UnitID, r.SiteID, "", Told{No: r.CaseNo, Title: r.ItemName, Why: map[bool]string{true: "合格", false: "不合格"}[r.Passed], Num: one(r.Passed), Den: 1, Href: "/cases/" + r.CaseNo})
		}
		return list, err
	case BasisDuty:
		if e.m.workforce == nil {
			e.absent[b] = "没有数据来源"
			return nil, nil
		}
		parts, err := e.m.workforce.AttendedTx(e.tx, e.who.centre, e.period)
		for _, p := range parts {
			add(p.ID, p.At, p.UnitID, "", p.UserID, Told{No: p.No, Title: p.Title, Why: p.Why, Num: p.Num, Den: p.Den, Out: p.Excused})
		}
		return list, err
	}
	return nil, nil
}

func one(is bool) int64 {
	if is {
		return 1
	}
	return 0
}

type adder func(id string, at clock.Instant, unit, site, owner string, t Told)

// matters are the complaints and stuck matters, without whom they are about.
func (e *engine) matters(b Basis, add adder) error {
	if e.m.complaint == nil {
		e.absent[b] = "没有数据来源"
		return nil
	}
	x := complaint.MeasureSolved
	if b == BasisComplaint {
		x = complaint.MeasureOnTime
	}
	rows, err := e.m.complaint.CohortTx(e.tx, e.who.centre, x, e.period)
	for _, r := range rows {
		if b == BasisComplaint && !r.In && r.At > e.now {
			continue // not due yet
		}
		add(string(r.ID), r.At, r.UnitID, r.SiteID, "", Told{No: r.No, Why: r.Why, Num: one(r.In), Den: 1})
	}
	return err
}

// cards are the yellow and red cards that hold.
func (e *engine) cards(add adder) error {
	rows, err := supervision.AlertsTx(e.tx, e.who.centre, e.period.Start(), e.period.End())
	for i := range rows {
		if l := &rows[i]; l.Holds() && (l.Level == supervision.Yellow || l.Level == supervision.Red) {
			add(string(l.ID), l.At, l.UnitID, l.SiteID, l.StaffID, Told{No: l.CaseNo, Title: l.ItemName, Why: l.Level.Label(l.Type) + "：" + l.Text, Num: 1})
		}
	}
	return err
}

// others are the measures over the facts of complaints, supervision and the staff.
func others() []definition {
	m := func(code, label string, g Group, source, num, den, out, rule string, lower bool) Measure {
		return Measure{Code: code, Label: label, Group: g, Source: source, Numerator: num, Denominator: den, Excluded: out, Rule: rule, Form: metric.Rate, Lower: lower}
	}
	return []definition{
		{Measure: m("HK1", "办不成事解决率", GroupAppeal, "办不成事工单", "办成", "办结", "", "期间内办结的办不成事工单中，事情办成、回访没有不满意的；不予受理和撤回的不计。", false), basis: BasisStuck, judge: asTold, records: complaint.PermStuckRead},
		{Measure: m("HK2", "投诉按期办结率", GroupAppeal, "投诉工单", "按期反馈", "到期", "", "反馈期限落在期间内且已经到期的投诉中按期反馈的；不予受理和撤回的不计。", false), basis: BasisComplaint, judge: asTold, records: complaint.PermComplaintRead},
		{Measure: m("HS1", "红黄牌率", GroupWatch, "监察预警", "红牌、黄牌、报警、预警", "终结的办件", "", "期间内发出、没有撤销也没有被替代的红牌和黄牌（含报警、预警），与期间内终结的办件之比，即每百件的张数。", true), basis: BasisCards, platform: platformNone, judge: asTold, records: supervision.PermAlertRead},
		{Measure: m("HS2", "抽查合格率", GroupWatch, "抽查记录", "合格", "已抽查", "", "期间内抽查过的办件中，真实、实时、完整、准确都合格的；样本随机抽取并记录种子。", false), basis: BasisSamples, judge: asTold, records: supervision.PermSampleRead},
		{Measure: m("HW1", "出勤率", GroupStaff, "考勤记录", "出勤半天", "应出勤半天", "批准的请假", "期间内排班的半天中出勤的；批准的请假不计，还没有过完的不计。", false), basis: BasisDuty, judge: asTold, records: workforce.PermAttendance},
	}
}
