package casework

import (
	"fmt"
	"strings"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/item"
	"yichuang/internal/store"
)

// Remedy is what a refused applicant is told of his rights (行政许可法 art. 38, 行政复议法 art. 20, 行政诉讼法 art. 46).
const Remedy = "如不服本决定，可以自收到之日起六十日内依法申请行政复议，或者自收到之日起六个月内依法向人民法院提起行政诉讼。"

func dayText(d clock.Date) string {
	return fmt.Sprintf("%d年%d月%d日", d.Year(), int(d.Month()), d.DayOfMonth())
}

func lastDayText(due clock.Instant) string {
	if due == 0 {
		return "未规定"
	}
	return dayText(calendar.LastDay(due))
}

// issueReceipt writes the one receipt of a visit.
func (m *Module) issueReceipt(tx *store.Tx, v Visit, list []*dossier) (Voucher, error) {
	l := Letter{Facts: []Fact{{"收件编号", v.No}, {"收件时间", v.At.Time().Format("2006-01-02 15:04")}}, Text: []string{"今收到您提交的下列申请和材料："}}
	if v.Window != "" {
		l.Facts = append(l.Facts, Fact{"收件窗口", v.Window})
	}
	for _, d := range list {
		var had, missing []string
		for _, r := range d.materials {
			if r.State == MaterialHad {
				had = append(had, r.Name)
			}
		}
		for _, mat := range d.terms.missing(d.materials) {
			missing = append(missing, mat.Name)
		}
		line := d.ItemName + "（办件编号 " + d.No + "）：已收材料 " + orNone(had)
		if len(missing) > 0 {
			line += "；尚缺 " + strings.Join(missing, "、")
		}
		l.List = append(l.List, line+"。")
	}
	l.After = []string{"材料不齐全或者不符合法定形式的，五个工作日内一次告知需要补正的全部内容；逾期不告知的，自收到申请材料之日起即为受理。"}
	return m.write(tx, Voucher{CentreID: v.CentreID, Kind: VoucherReceipt, VisitID: v.ID, SiteID: v.SiteID}, l)
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "无"
	}
	return strings.Join(list, "、")
}

// correctionLetter tells everything that is to be supplied, once.
func correctionLetter(list []Defect, due clock.Instant, silent bool) Letter {
	l := Letter{Text: []string{"您提交的申请材料不齐全或者不符合法定形式，依据《中华人民共和国行政许可法》第三十二条，现一次性告知需要补正的全部内容："}}
	for _, d := range list {
		l.List = append(l.List, d.Name+"："+d.What)
	}
	l.After = []string{"请于" + lastDayText(due) + "前补齐。"}
	if silent {
		l.After[0] += "逾期未补正的，视为撤回申请。"
	}
	return l
}

func (d *dossier) acceptedLetter() Letter {
	c := &d.Case
	l := Letter{Facts: append([]Fact{{"受理日期", c.AcceptedAt.Date().String()}, {"受理方式", c.Mode.Label()}}, d.limitFacts()...),
		Text: []string{"您的申请已经受理。听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审所需时间不计算在上述期限内，需要时另行书面告知。"}}
	if c.Mode == DeemedMode {
		l.Text = []string{"您的申请在法定期限内没有收到补正告知，依据《中华人民共和国行政许可法》第三十二条第一款第四项，自收到申请材料之日起即为受理。"}
	}
	return l
}

// limitFacts are the ends that an applicant is told at acceptance; the limits of an organ that decides after a first review begin with
// the report.
func (d *dossier) limitFacts() []Fact {
	if k := d.running(ClockFirst); k != nil {
		from := "，自收到初审意见和材料之日起算"
		return []Fact{{"初审届满日", lastDayText(k.Due)}, {"承诺办结时限", d.terms.Promise.Label() + from}, {"法定办结时限", d.terms.statutory().Label() + from}}
	}
	return []Fact{{"承诺办结日", lastDayText(d.PromiseDue)}, {"法定办结日", lastDayText(d.StatutoryDue)}}
}

func toleranceLetter(list []item.Material, due clock.Instant) Letter {
	l := Letter{Text: []string{"本人（本单位）申请容缺受理，承诺按期补齐下列材料："}}
	for _, mat := range list {
		l.List = append(l.List, mat.Name)
	}
	l.After = []string{"补齐期限：" + lastDayText(due) + "。逾期没有补齐的，视为撤回申请。", "承诺人（签名或盖章）："}
	return l
}

func pledgeLetter(conditions []string, missing []item.Material) Letter {
	l := Letter{Text: []string{"行政机关已告知办理条件、标准、要求和不实承诺的后果。本人（本单位）承诺："}, List: append([]string(nil), conditions...)}
	for _, mat := range missing {
		l.List = append(l.List, "已具备“"+mat.Name+"”所证明的情况")
	}
	l.After = []string{"以上承诺真实。承诺不实的，愿意承担决定被撤销等法律后果。", "承诺人（签名或盖章）："}
	return l
}

func refusedLetter(ground, basis, reason, transfer string) Letter {
	l := Letter{Facts: []Fact{{"不予受理的情形", GroundLabel(ground)}, {"依据", basis}}, Text: []string{"理由：" + reason}, After: []string{Remedy}}
	if transfer != "" {
		l.Text = append(l.Text, "请向"+transfer+"申请。")
	}
	return l
}

func procedureLetter(cal *calendar.Calendar, s calendar.Suspension, promise, statutory clock.Instant) Letter {
	end, word := s.End, "结束日期"
	if s.Open() {
		end, word = s.Expected, "预计结束日期"
	}
	facts := []Fact{{"程序", ProcedureLabel(s.Type)}, {"依据", s.Basis}, {"开始日期", s.Start.String()}, {word, end.String()}, {"所需时间", fmt.Sprintf("%d 个工作日", cal.WorkdaysBetween(s.Start-1, end))}}
	if !s.Notice.IsZero() {
		facts = append(facts, Fact{"书面告知日期", s.Notice.String()})
	}
	return Letter{Facts: facts,
		Text:  []string{fmt.Sprintf("您的申请需要进行%s。依据%s，所需时间不计算在办理期限内。", ProcedureLabel(s.Type), s.Basis)},
		After: []string{fmt.Sprintf("程序开始前的承诺办结日为%s，法定办结日为%s；程序结束后按所用工作日顺延。", lastDayText(promise), lastDayText(statutory))}}
}

func extensionLetter(days int, reason, document string, statutory clock.Instant) Letter {
	if document != "" {
		return Letter{Facts: []Fact{{"延长", fmt.Sprintf("%d 个工作日", days)}, {"延长后的法定办结日", lastDayText(statutory)}, {"批准", document}},
			Text: []string{"您的申请由几个部门统一、联合或者集中办理，在法定期限内不能办结，依据《中华人民共和国行政许可法》第四十二条第二款，经本级人民政府负责人批准延长期限。", "理由：" + reason}}
	}
	return Letter{Facts: []Fact{{"延长", fmt.Sprintf("%d 个工作日", days)}, {"延长后的法定办结日", lastDayText(statutory)}},
		Text: []string{"您的申请在法定期限内不能作出决定，依据《中华人民共和国行政许可法》第四十二条，经本行政机关负责人批准延长期限。", "理由：" + reason}}
}

func decisionLetter(grant bool, in DecideInput, result string) Letter {
	var facts []Fact
	if in.Amount != nil && *in.Amount > 0 {
		facts = []Fact{{"涉及金额", in.Amount.Yuan() + " 元"}}
	}
	if grant {
		l := Letter{Facts: facts, Text: []string{"经审查，您的申请符合法定条件、标准，决定准予。"}}
		if in.Opinion != "" {
			l.Text = append(l.Text, in.Opinion)
		}
		if result != "" {
			l.After = []string{"本机关自作出决定之日起十个工作日内向您颁发、送达“" + result + "”。"}
		}
		return l
	}
	return Letter{Facts: append(facts, Fact{"依据", in.Basis}), Text: []string{"经审查，决定不予。", "理由：" + in.Opinion}, After: []string{Remedy}}
}

func deliveryLetter(c *Case, way, no string) Letter {
	l := Letter{Facts: []Fact{{"送达文书", orNone(nonEmpty(c.Decision.Label()+"决定书", c.ResultNo))}, {"送达方式", way}, {"送达时间", c.DeliveredAt.Time().Format("2006-01-02 15:04")}}}
	if no != "" {
		l.Facts = append(l.Facts, Fact{"寄递单号", no})
	}
	l.After = []string{"受送达人（签名或盖章）："}
	if way == Ways[2] {
		l.After = []string{"决定文书以电子方式送达，凭查询码和手机号后四位在“办件进度查询”中阅读、下载，阅读时间由系统记录。"}
	}
	return l
}

func hearingRightLetter(why string, by clock.Instant) Letter {
	return Letter{Facts: []Fact{{"申请听证的期限", lastDayText(by)}}, Text: []string{"您的申请事项涉及申请人与他人之间的重大利益关系或者公共利益，依据《中华人民共和国行政许可法》第四十六条、第四十七条，您享有要求听证的权利。", "理由：" + why},
		After: []string{"请在上述期限内提出听证申请；逾期不提出的，视为放弃。听证不收取费用。"}}
}

func hearingLetter(h *Hearing) Letter {
	return Letter{Facts: []Fact{{"举行日期", dayText(h.HeldOn)}, {"地点", h.Place}, {"主持人", h.ChairName}}, Text: []string{"依据《中华人民共和国行政许可法》第四十八条，现将举行听证的时间、地点通知您。"},
		After: []string{"认为主持人与本事项有直接利害关系的，有权申请回避。听证应当制作笔录，本机关根据听证笔录作出决定。"}}
}

func nonEmpty(list ...string) []string {
	var out []string
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}
