package hotlinehttp

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/web"
)

// The tabs of the unit's desk.
const (
	tabAll    = ""
	tabSign   = "sign"    // 待签收
	tabHandle = "handle"  // 办理中
	tabHead   = "signoff" // 待签批
	tabPaused = "paused"  // 挂账
	tabDone   = "done"    // 已办
)

// tabStates are the leg states that the tabs show.
var tabStates = map[string]hotline.LegState{tabSign: hotline.PendingSign, tabHandle: hotline.Signed, tabHead: hotline.SignOff, tabPaused: hotline.LegSuspended}

// unitView is the desk of a unit (承办单位工作台).
type unitView struct {
	tab     string
	counts  map[hotline.LegState]int64
	legs    []desk.UnitLeg
	next    string
	notices []desk.NoticeRow
	now     clock.Instant
	name    string
	paged   bool // not the first page
	bulk    *web.Bulk
}

// unit shows what the actor's units owe, what is overdue first.
func (s desks) unit(c *web.Ctx) error {
	v := unitView{tab: c.Query("tab"), now: c.Now(), paged: c.Query("after") != ""}
	f := desk.UnitFilter{State: tabStates[v.tab], Done: v.tab == tabDone, After: c.Query("after")}
	var err error
	if v.legs, v.next, err = s.Desk.UnitQueue(c.Context(), f); err != nil {
		return err
	}
	if v.counts, err = s.Desk.UnitCounts(c.Context(), ""); err != nil {
		return err
	}
	if v.name, err = s.unitName(c.Context(), c.Actor().UnitID); err != nil {
		return err
	}
	if v.notices, _, err = s.Desk.Notices(c.Context(), desk.NoticeFilter{New: true, Limit: shownNotices}); err != nil {
		return err
	}
	v.bulk = v.bulkBar(c.Can)
	return c.Render(unitPage(v))
}

func (s desks) unitName(ctx context.Context, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	u, err := s.Org.Unit(ctx, id)
	return u.Name, err
}

// bulkSteps are the deeds that several legs in a state can be given at once.
var bulkSteps = []bulkStep{{hotline.PendingSign, "sign"}, {hotline.SignOff, "submit"}}

type bulkStep struct {
	state hotline.LegState
	slug  string
}

// bulkBar is what can be done to several of the legs that are shown; nil for nothing.
func (v unitView) bulkBar(may func(actor.Permission) bool) *web.Bulk {
	var slugs []string
	for _, b := range bulkSteps {
		if slices.ContainsFunc(v.legs, func(l desk.UnitLeg) bool { return l.LegState == b.state }) {
			slugs = append(slugs, b.slug)
		}
	}
	return bulkBar(may, unitAddress(v.tab, ""), "", slugs...)
}

// pickable reports whether one of the bar's actions can be done to a leg.
func (v unitView) pickable(l *desk.UnitLeg) bool {
	return v.bulk != nil && slices.ContainsFunc(bulkSteps, func(b bulkStep) bool {
		return l.LegState == b.state && slices.ContainsFunc(v.bulk.Actions, func(a web.BulkAction) bool { return strings.HasSuffix(a.Href, "/"+b.slug) })
	})
}

func (v unitView) title() string {
	if v.name == "" {
		return "本单位工单"
	}
	return v.name + "的工单"
}

func (v unitView) tabs() []web.Tab {
	open := v.counts[hotline.PendingSign] + v.counts[hotline.Signed] + v.counts[hotline.SignOff] + v.counts[hotline.LegSuspended]
	list := []struct {
		label, tab string
		n          int64
	}{{"全部待办", tabAll, open}, {"待签收", tabSign, v.counts[hotline.PendingSign]}, {"办理中", tabHandle, v.counts[hotline.Signed]},
		{"待签批", tabHead, v.counts[hotline.SignOff]}, {"挂账", tabPaused, v.counts[hotline.LegSuspended]}, {"已办", tabDone, 0}}
	var out []web.Tab
	for _, t := range list {
		out = append(out, web.Tab{Label: t.label, Href: unitAddress(t.tab, ""), Count: int(t.n), Current: t.tab == v.tab})
	}
	return out
}

func unitAddress(tab, after string) string {
	path := "/hotline/unit"
	sep := "?"
	if tab != "" {
		path += "?tab=" + tab
		sep = "&"
	}
	if after != "" {
		path += sep + "after=" + after
	}
	return path
}

// shownNotices is how many unseen notices the desk lists; the page of notices has them all.
const shownNotices = 20

// noticeSummary counts the unseen notices by kind: 红牌 1、黄牌 3.
func noticeSummary(list []desk.NoticeRow) string {
	var out []string
	for _, kind := range []string{hotline.NoticeBulletin, hotline.NoticeRed, hotline.NoticeSignLate, hotline.NoticeYellow, hotline.NoticeUrge} {
		n := 0
		for _, row := range list {
			if row.Kind == kind {
				n++
			}
		}
		if n > 0 {
			out = append(out, fmt.Sprintf("%s %d", hotline.NoticeLabel(kind), n))
		}
	}
	head := "未阅提醒："
	if len(list) >= shownNotices {
		head = fmt.Sprintf("未阅提醒（最近 %d 条）：", shownNotices)
	}
	return head + strings.Join(out, "、")
}

// legGroup is a part of the desk under a heading.
type legGroup struct {
	label string
	legs  []*desk.UnitLeg
}

// groups cuts the open legs into what is overdue, due today, and later; what is done stands together.
func (v unitView) groups() []legGroup {
	if v.tab == tabDone || v.tab == tabPaused {
		return []legGroup{{legs: pointers(v.legs)}}
	}
	groups := []legGroup{{label: "已超期"}, {label: "今天到期"}, {label: "以后到期"}, {label: "挂账"}}
	today := v.now.Date().End()
	for i := range v.legs {
		l := &v.legs[i]
		at := 2
		switch {
		case l.LegState == hotline.LegSuspended:
			at = 3
		case l.Overdue:
			at = 0
		case l.Due <= today:
			at = 1
		}
		groups[at].legs = append(groups[at].legs, l)
	}
	return groups
}

func pointers(list []desk.UnitLeg) []*desk.UnitLeg {
	out := make([]*desk.UnitLeg, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}

func (v unitView) empty() web.Empty {
	switch v.tab {
	case tabSign:
		return web.Empty{Title: "没有待签收的工单", Text: "热线办派来的工单会出现在这里，请在签收时限内签收。"}
	case tabHead:
		return web.Empty{Title: "没有待签批的答复", Text: "联络员报签的答复会出现在这里，由分管负责人签批提交。"}
	case tabDone:
		return web.Empty{Title: "还没有已办的工单", Text: "提交过答复的工单会出现在这里。"}
	case tabPaused:
		return web.Empty{Title: "没有挂账的工单"}
	}
	return web.Empty{Title: "手头没有待办的工单", Text: "热线办派来的工单会出现在这里，快到期的排在前面。"}
}

// legDue is the end that presses on a leg: of signing until it is signed, of handling afterwards.
func (v unitView) legDue(l *desk.UnitLeg) rowEnd {
	return rowEnd{web.Due{At: l.Due, Left: l.Remaining, Light: rowLight(&l.Row), Provisional: l.Provisional}, true}
}

// signLate reports whether the leg should have been signed by now.
func (v unitView) signLate(l *desk.UnitLeg) bool {
	return l.LegState == hotline.PendingSign && v.now > l.SignDue
}

// nextStep is the button of a leg: what its unit does next.
func nextStep(l *desk.UnitLeg) (label, do string) {
	switch l.LegState {
	case hotline.Signed:
		return "写答复", "propose"
	case hotline.SignOff:
		return "签批", "submit"
	}
	return "打开", ""
}

// signText says until when a leg is to be signed.
func (v unitView) signText(l *desk.UnitLeg) string {
	s := "签收时限 " + web.MomentText(l.SignDue)
	if v.signLate(l) {
		s += "，已超时"
	}
	return s
}
