package hotlinehttp

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"yichuang/internal/hotline"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// legDeeds are what units ask for and hand on, and what the hotline office decides about it.
var legDeeds = []deed{
	{"ask-return", hotline.ActAskReturn, hotline.PermReturn, readReturn, ""},
	{"draft-return", hotline.ActDraftReturn, hotline.PermDraftReturn, readDraftReturn, ""},
	{"drop-return", hotline.ActDropReturn, hotline.PermDraftReturn, withText("reason", (*hotline.Module).DropReturn), ""},
	{"accept-return", hotline.ActAcceptReturn, hotline.PermDispatch, readAcceptReturn, hotline.AskedReturn},
	{"deny-return", hotline.ActDenyReturn, hotline.PermDispatch, withText("reason", (*hotline.Module).DenyReturn), hotline.AskedReturn},
	{"send-down", hotline.ActSendDown, hotline.PermSendDown, readSendDown, ""},
	{"recall-down", hotline.ActRecallDown, hotline.PermSendDown, withText("reason", (*hotline.Module).RecallDown), ""},
	{"reject-down", hotline.ActRejectDown, hotline.PermSignOff, withText("reason", (*hotline.Module).RejectDown), ""},
	{"ask-help", hotline.ActAskHelp, hotline.PermExtend, readAskHelp, ""},
	{"add-help", hotline.ActAddHelp, hotline.PermDispatch, readAddHelp, ""},
	{"deny-help", hotline.ActDenyHelp, hotline.PermDispatch, readDenyHelp, hotline.AskedHelp},
	{"ask-suspension", hotline.ActAskSuspend, hotline.PermExtend, readAskSuspension, ""},
	{"grant-suspension", hotline.ActSuspend, hotline.PermSuspend, decideSuspension(true), hotline.AskedSuspension},
	{"deny-suspension", hotline.ActDenySuspend, hotline.PermSuspend, decideSuspension(false), hotline.AskedSuspension},
	{"ask-termination", hotline.ActAskTerminate, hotline.PermExtend, readTermination, ""},
	{"terminate", hotline.ActTerminate, hotline.PermTerminate, decideTermination(true), hotline.AskedTerminate},
	{"deny-termination", hotline.ActDenyTerminate, hotline.PermTerminate, decideTermination(false), hotline.AskedTerminate},
}

func readReturn(f *web.Form, _ lookups) step {
	in := hotline.ReturnInput{Ground: f.Text("ground"), Reason: f.Text("reason"), Other: f.Text("other_unit")}
	return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
		return m.AskReturn(ctx, cmd, in)
	}
}

func readDraftReturn(f *web.Form, _ lookups) step {
	in := hotline.ReturnInput{Ground: f.Text("ground"), Reason: f.Text("reason"), Other: f.Text("other_unit")}
	return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
		return m.DraftReturn(ctx, cmd, in)
	}
}

// drafted is the return that the unit's liaison has written for the leg of the form; an empty one where there is none.
func (v *recordView) drafted() hotline.Ask {
	for _, a := range v.Asks {
		if a.State == hotline.AskDrafted && v.leg != nil && a.LegID == v.leg.ID {
			return a
		}
	}
	return hotline.Ask{}
}

func readAcceptReturn(f *web.Form, _ lookups) step {
	in := hotline.AcceptInput{UnitID: f.Text("unit_id"), Remark: f.Text("remark")}
	return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
		return m.AcceptReturn(ctx, cmd, in)
	}
}

func readSendDown(f *web.Form, _ lookups) step {
	to := hotline.Helper{UnitID: f.Text("unit_id"), Matter: f.Text("matter")}
	return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
		return m.SendDown(ctx, cmd, to)
	}
}

func readAskHelp(f *web.Form, _ lookups) step {
	h, why := hotline.Helper{UnitID: f.Text("unit_id"), Matter: f.Text("matter")}, f.Text("reason")
	return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
		return m.AskHelp(ctx, cmd, h, why)
	}
}

func readAddHelp(f *web.Form, _ lookups) step {
	in := hotline.HelpInput{AskID: f.Text("ask"), Helper: hotline.Helper{UnitID: f.Text("unit_id"), Matter: f.Text("matter")}, Remark: f.Text("remark")}
	return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
		return m.AddHelp(ctx, cmd, in)
	}
}

func readDenyHelp(f *web.Form, _ lookups) step {
	ask, why := f.Text("ask"), f.Text("reason")
	return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
		return m.DenyHelp(ctx, cmd, ask, why)
	}
}

func readSuspension(f *web.Form) hotline.SuspendInput {
	return hotline.SuspendInput{Measures: f.Text("measures"), ReviewOn: f.Date("review_at"), Told: f.Text("told")}
}

func readAskSuspension(f *web.Form, _ lookups) step {
	in := readSuspension(f)
	return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
		return m.AskSuspension(ctx, cmd, in)
	}
}

func decideSuspension(grant bool) func(*web.Form, lookups) step {
	return func(f *web.Form, _ lookups) step {
		remark := f.Text("reason")
		return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
			return m.DecideSuspension(ctx, cmd, grant, remark)
		}
	}
}

func readTermination(f *web.Form, _ lookups) step {
	in := hotline.TerminateInput{Ground: f.Text("ground"), Reason: f.Text("reason"), Told: f.Text("told")}
	return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
		return m.AskTermination(ctx, cmd, in)
	}
}

func decideTermination(grant bool) func(*web.Form, lookups) step {
	return func(f *web.Form, _ lookups) step {
		remark := f.Text("reason")
		return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
			return m.DecideTermination(ctx, cmd, grant, remark)
		}
	}
}

// helperRows is how many helping units the form of a dispatch has room for; more can be added afterwards.
const helperRows = 3

// readHelpers reads the helping units of a dispatch.
func readHelpers(f *web.Form) []hotline.Helper {
	var out []hotline.Helper
	for i := range helperRows {
		n := strconv.Itoa(i + 1)
		if unit := f.Text("helper_" + n); unit != "" {
			out = append(out, hotline.Helper{UnitID: unit, Matter: f.Text("matter_" + n)})
		}
	}
	return out
}

// waiting lists what units have asked for and nobody has decided.
func (v *recordView) waiting() []hotline.Ask {
	return slices.DeleteFunc(slices.Clone(v.Asks), func(a hotline.Ask) bool { return a.State != hotline.AskWaiting })
}

// waitingOf gives the ask of a kind that the address or the form names, else the oldest that waits; nil for none.
func (v *recordView) waitingOf(kind hotline.AskKind, id string) *hotline.Ask {
	list := v.waiting()
	i := slices.IndexFunc(list, func(a hotline.Ask) bool { return a.Kind == kind && (id == "" || a.ID == id) })
	if i < 0 {
		return nil
	}
	return &list[i]
}

// decisions are the deeds that decide on an ask, for those who may.
func (v *recordView) decisions(a *hotline.Ask) []web.Action {
	var out []web.Action
	for _, d := range deeds {
		if d.asked != a.Kind && !(d.action == hotline.ActAddHelp && a.Kind == hotline.AskedHelp) || !v.lets(d.action, a.LegID) {
			continue
		}
		label := d.action.Label()
		switch d.action {
		case hotline.ActSuspend:
			label = "同意挂账"
		case hotline.ActAddHelp:
			label = "同意加派"
		}
		out = append(out, web.Action{Label: label, Href: fmt.Sprintf("%s?do=%s&leg=%s&ask=%s#act", ticketPath(v.No), d.slug, a.LegID, a.ID)})
	}
	return out
}

// lets reports whether the reader may do an action to the ticket or to one of its legs.
func (v *recordView) lets(a hotline.Action, leg hotline.LegID) bool {
	return slices.Contains(v.Allowed, a) || slices.Contains(v.LegAllowed[leg], a)
}

// askedWord says what kind of ask it is, as a verb.
func askedWord(k hotline.AskKind) string {
	if k == hotline.AskedDispute {
		return "对评价提出异议"
	}
	return "申请" + k.Label()
}

// askText says what a unit asks for, with its reasons.
func (v *recordView) askText(a *hotline.Ask) string {
	var out []string
	add := func(say bool, format string, args ...any) {
		if say {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	help := a.Kind == hotline.AskedHelp
	add(a.Days > 0, "延长 %s", days(a.Days))
	add(a.OtherUnit != "" && help, "请 %s 协办", v.nameOf(a.OtherUnit))
	add(a.Ground != "" && help, "协办事项：%s", a.Ground)
	add(a.Ground != "" && !help, "%s", a.Ground)
	add(a.Reason != "", "%s", strings.TrimRight(a.Reason, "。"))
	add(a.OtherUnit != "" && !help, "认为应由 %s 办理", v.nameOf(a.OtherUnit))
	add(a.Kind == hotline.AskedSuspension, "%s 复查", web.DayText(a.ReviewOn))
	add(a.Told != "", "已向来电人说明：%s", strings.TrimRight(a.Told, "。"))
	return strings.Join(out, "；") + "。"
}

// nameOf names a unit, also one that has no part in the ticket.
func (v *recordView) nameOf(unit string) string {
	if name := v.UnitNames[unit]; name != "" {
		return name
	}
	return v.unitName(unit)
}

// otherUnits are the units that a ticket can be sent to, without those that work on it.
func (v *recordView) otherUnits() []web.Option {
	return slices.DeleteFunc(v.unitOptions(), func(o web.Option) bool {
		return slices.ContainsFunc(v.Legs, func(l hotline.Leg) bool {
			return l.UnitID == o.Value && l.Round == v.Round && l.State != hotline.Returned && l.State != hotline.Cancelled
		})
	})
}

// unitsBelow are the units that the leg of the form can be sent down to.
func (v *recordView) unitsBelow() []web.Option {
	var out []web.Option
	for i := range v.units {
		u := &v.units[i]
		if v.leg != nil && u.ID != v.leg.UnitID && slices.Contains(strings.Split(u.Path, "/"), v.leg.UnitID) && u.Is(org.UnitHandling) && u.Active(v.today) {
			out = append(out, web.Option{Value: u.ID, Label: u.Name})
		}
	}
	return out
}

// helped lists the legs of helping units, and of those below the leg, that have an answer for the one who replies.
func (v *recordView) helped() []*hotline.Leg {
	var out []*hotline.Leg
	for i := range v.Legs {
		l := &v.Legs[i]
		if v.leg == nil || l.Round != v.Round || l.ReplyPublic == "" || l.ID == v.leg.ID {
			continue
		}
		if l.ParentLeg == v.leg.ID || v.leg.Role == hotline.Lead && l.Role == hotline.CoLead {
			out = append(out, l)
		}
	}
	return out
}

// asked is the ask that the open form decides on; nil for none.
func (v *recordView) asked() *hotline.Ask {
	kind := v.deed.asked
	if v.deed.action == hotline.ActAddHelp {
		kind = hotline.AskedHelp
	}
	if kind == "" || kind == hotline.AskedHelp && v.askID == "" && v.deed.asked == "" {
		return nil // 加派 without an ask is the office's own choice
	}
	return v.waitingOf(kind, v.askID)
}

// askedUnit is the unit that the ask names.
func (v *recordView) askedUnit() string {
	if a := v.asked(); a != nil {
		return a.OtherUnit
	}
	return ""
}

// askedMatter is what the ask wants a helping unit to do.
func (v *recordView) askedMatter() string {
	if a := v.asked(); a != nil && a.Kind == hotline.AskedHelp {
		return a.Ground
	}
	return ""
}
