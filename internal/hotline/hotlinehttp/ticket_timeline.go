package hotlinehttp

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

// timeline is what happened to a ticket, the newest first: its events with the cards that the program gave in between.
// An urging is an event already, so its notice is left out.
func timeline(d *hotline.Dossier, l lookups) []web.Step {
	var out []web.Step
	for i := range d.Events {
		out = append(out, eventStep(d, &d.Events[i], l))
	}
	for _, n := range d.Notices {
		if n.Kind != hotline.NoticeUrge {
			out = append(out, noticeStep(d, n))
		}
	}
	slices.Reverse(out)
	slices.SortStableFunc(out, func(a, b web.Step) int { return int(min(1, max(-1, b.At-a.At))) })
	return out
}

func eventStep(d *hotline.Dossier, e *hotline.Event, l lookups) web.Step {
	s := web.Step{At: e.At, Title: e.Action.Label(), Who: whoOf(d, e), Text: e.Text, Tone: eventTone(e.Action)}
	if facts := eventFacts(d, e, l); facts != "" {
		s.Text = strings.TrimSpace(s.Text + "\n" + facts)
	}
	return s
}

func noticeStep(d *hotline.Dossier, n hotline.Notice) web.Step {
	return web.Step{At: n.At, Title: hotline.NoticeLabel(n.Kind), Who: d.UnitNames[n.UnitID], Text: n.Text, Tone: noticeTone(n.Kind)}
}

// noticeTone colours a notice: red from the red card on.
func noticeTone(kind string) web.Tone {
	if kind == hotline.NoticeRed || kind == hotline.NoticeBulletin {
		return web.Danger
	}
	return web.Warning
}

// whoOf names who did something, with the unit.
func whoOf(d *hotline.Dossier, e *hotline.Event) string {
	if unit := d.UnitNames[e.UnitID]; unit != "" {
		return unit + " " + e.ActorName
	}
	return e.ActorName
}

func eventTone(a hotline.Action) web.Tone {
	switch a {
	case hotline.ActClose, hotline.ActAnswer, hotline.ActApprove, hotline.ActArchive:
		return web.Success
	case hotline.ActReject, hotline.ActRework, hotline.ActUrge, hotline.ActSuspend, hotline.ActSendBack, hotline.ActDenyExt, hotline.ActAskReturn, hotline.ActDenyReturn, hotline.ActRecallDown,
		hotline.ActRejectDown, hotline.ActDenyHelp, hotline.ActDenySuspend, hotline.ActDenyTerminate, hotline.ActReopen, hotline.ActDispute:
		return web.Warning
	case hotline.ActRefuse, hotline.ActEmergency, hotline.ActEscalate, hotline.ActTerminate:
		return web.Danger
	case hotline.ActComment, hotline.ActAttach, hotline.ActReproject:
		return ""
	}
	return web.Info
}

// facts are an event's data as the office says them.
type facts struct {
	Unit      string        `json:"unit"`
	Due       clock.Instant `json:"due"`
	SignDue   clock.Instant `json:"sign_due"`
	Dispatch  clock.Instant `json:"dispatch_due"`
	NewDue    clock.Instant `json:"new_due"`
	OldDue    clock.Instant `json:"old_due"`
	Days      int           `json:"days"`
	Late      bool          `json:"late"`
	Attempt   int           `json:"attempt"`
	Attitude  string        `json:"attitude"`
	Solved    string        `json:"solved"`
	Outcome   string        `json:"outcome"`
	CloseKind string        `json:"close_kind"`
	Category  string        `json:"category"`
	Channel   string        `json:"channel"`
	Kind      string        `json:"kind"`
	ReviewAt  clock.Date    `json:"review_at"`
	Files     int           `json:"files"`
	Rule      string        `json:"rule"`
	Sure      float64       `json:"probability"`

	From    string               `json:"from"`
	Into    string               `json:"into"`
	Matter  string               `json:"matter"`
	Told    string               `json:"told"`
	Ground  string               `json:"ground"`
	Finding string               `json:"finding"`
	Result  string               `json:"result"`
	Helpers []hotline.Helper     `json:"helpers"`
	Changes map[string][2]string `json:"changes"`
}

// eventFacts words what an event changed: to which unit, until when, with which result.
func eventFacts(d *hotline.Dossier, e *hotline.Event, l lookups) string {
	f := facts{ReviewAt: clock.NoDate}
	if e.Data == "" || json.Unmarshal([]byte(e.Data), &f) != nil {
		return ""
	}
	var out []string
	add := func(say bool, format string, args ...any) {
		if say {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	switch e.Action {
	case hotline.ActRegister:
		add(f.Channel != "", "%s，%s", f.Channel, f.Kind)
	case hotline.ActAccept:
		add(f.Category != "", "分类：%s", l.categoryName(f.Category))
		add(f.Dispatch != 0, "应于 %s 前派单", calendar.FormatDue(f.Dispatch))
	case hotline.ActDispatch, hotline.ActRework, hotline.ActReopen:
		add(f.Rule != "" && f.Sure == 0, "按派单目录的条目自动派出")
		add(f.Rule != "" && f.Sure > 0, "按派单目录的条目自动派出，建议模型对事项分类的把握 %.0f%%", f.Sure*100)
		add(f.Unit != "", "承办单位：%s", unitIn(d, l, f.Unit))
		add(f.SignDue != 0, "%s 前签收", calendar.FormatDue(f.SignDue))
		add(f.Due != 0, "%s 前答复", calendar.FormatDue(f.Due))
		for _, h := range f.Helpers {
			add(true, "协办：%s %s", unitIn(d, l, h.UnitID), h.Matter)
		}
	case hotline.ActCallback, hotline.ActRate:
		add(f.Attempt > 0 && e.Action == hotline.ActCallback, "第 %d 次回访", f.Attempt)
		add(f.Attitude != "", "对态度%s", f.Attitude)
		add(f.Solved != "", "来电人说%s", f.Solved)
	case hotline.ActAskExtension:
		add(f.Days > 0, "申请延长 %d 个工作日，原时限 %s", f.Days, calendar.FormatDue(f.Due))
	case hotline.ActGrantExt, hotline.ActResume, hotline.ActReproject:
		add(f.NewDue != 0, "时限由 %s 改为 %s", calendar.FormatDue(f.OldDue), calendar.FormatDue(f.NewDue))
	case hotline.ActSuspend, hotline.ActAskSuspend:
		add(!f.ReviewAt.IsZero(), "%s 复查", web.DayText(f.ReviewAt))
		add(f.Told != "" && f.Told != e.Text, "告知来电人：%s", f.Told)
	case hotline.ActSign, hotline.ActSubmit:
		add(f.Solved != "", "办理结果：%s", f.Solved)
		add(f.Late, "超过时限")
	case hotline.ActApprove:
		add(f.Outcome != "", "办理%s", outcomeLabel(f.Outcome))
	case hotline.ActClose:
		add(f.CloseKind != "", "%s", hotline.CloseKindLabel(f.CloseKind))
	case hotline.ActEscalate:
		add(f.SignDue != 0, "签收时限改为 %s", calendar.FormatDue(f.SignDue))
	default:
		out = append(out, legFacts(d, e, l, &f)...)
	}
	add(f.Files > 0, "附件 %d 个", f.Files)
	return strings.Join(out, "；")
}

// legFacts words what an event changed about legs, ties, ratings and the classification.
func legFacts(d *hotline.Dossier, e *hotline.Event, l lookups, f *facts) []string {
	var out []string
	add := func(say bool, format string, args ...any) {
		if say {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	switch e.Action {
	case hotline.ActAcceptReturn:
		add(f.From != "", "退单单位：%s", unitIn(d, l, f.From))
		add(f.Unit != "", "改派：%s", unitIn(d, l, f.Unit))
		add(f.Due != 0, "%s 前答复", calendar.FormatDue(f.Due))
	case hotline.ActDenyReturn:
		add(true, "指定承办，不能再次退单")
	case hotline.ActAskHelp, hotline.ActAddHelp, hotline.ActSendDown, hotline.ActDenyHelp:
		add(f.Unit != "", "%s", unitIn(d, l, f.Unit))
		add(f.Matter != "" && f.Matter != e.Text, "事项：%s", f.Matter)
		add(f.Due != 0, "%s 前答复", calendar.FormatDue(f.Due))
	case hotline.ActTerminate:
		add(f.Ground != "", "%s", f.Ground)
		add(f.Told != "", "告知来电人：%s", f.Told)
	case hotline.ActMerge, hotline.ActUnmerge:
		add(f.From != "" && f.From != d.No, "%s 并入本单", f.From)
		add(f.Into != "" && f.Into != d.No, "目标工单 %s", f.Into)
	case hotline.ActDispute:
		add(f.Result != "", "所指评价：%s", f.Result)
	case hotline.ActAdjudicate:
		add(f.Finding != "", "裁定：%s", hotline.FindingLabel(f.Finding))
	case hotline.ActCorrect:
		out = append(out, corrected(l, f.Changes)...)
	}
	return out
}

// corrected words a correction, field by field, from what to what.
func corrected(l lookups, changes map[string][2]string) []string {
	var out []string
	for _, field := range correctedFields {
		if c, ok := changes[field.name]; ok {
			out = append(out, fmt.Sprintf("%s由“%s”改为“%s”", field.label, l.correctedText(field.name, c[0]), l.correctedText(field.name, c[1])))
		}
	}
	return out
}

func (l lookups) correctedText(field, value string) string {
	switch field {
	case "category":
		return l.categoryName(value)
	case "area":
		return l.areaName(value)
	case "accused_unit":
		return orNone(l.unitName(value), "无")
	case "confidential":
		return orNone(confidentialLabel(value), "不保密")
	}
	return orNone(value, "空")
}

// unitIn names a unit that an event speaks of.
func unitIn(d *hotline.Dossier, l lookups, id string) string {
	if name := d.UnitNames[id]; name != "" {
		return name
	}
	if name := l.unitName(id); name != id {
		return name
	}
	return "其他单位"
}
