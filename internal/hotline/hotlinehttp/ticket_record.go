package hotlinehttp

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/knowledge"
	"yichuang/internal/web"
)

// recordView is the record of a ticket (工单) with the form of the action that was chosen.
type recordView struct {
	hotline.Dossier
	lookups
	clocks      [][2]hotline.LegClock
	refusals    []hotline.Refusal
	suggestions []hotline.Suggestion
	now         clock.Instant
	mayReveal   bool
	ofUnit      bool      // the reader works for a unit, not for the hotline office
	deed        deed      // whose form is open; its slug is "" for none
	form        *web.Form // what was typed, after a refusal
	changes     []web.Step
	leg         *hotline.Leg          // the leg that the form is about, nil before dispatch
	own         *hotline.Leg          // the reader's own leg, else the lead's
	askID       string                // of the ask that the form decides on, "" for the oldest
	candidates  []web.Option          // tickets that this one could be merged into
	entries     []knowledge.Suggested // knowledge that may answer the ticket, while an answer is written
	citations   []knowledge.Citation  // knowledge that its answers rest on
	beside      Beside                // what became of the ticket outside the hotline
	mustCite    bool                  // the centre demands that this answer rests on some
}

// ticket shows the record of a ticket.
func (s desks) ticket(c *web.Ctx) error {
	v, err := s.record(c)
	if err != nil {
		return err
	}
	v.deed = v.chosen(c.Query("do"), hotline.LegID(c.Query("leg")))
	v.focus(c.Actor(), hotline.LegID(c.Query("leg")), c.Query("ask"))
	if err := s.suggest(c, &v); err != nil {
		return err
	}
	if err := s.adviseEntries(c, &v); err != nil {
		return err
	}
	return c.Render(ticketPage(v))
}

// refused shows the record again with the form that was refused: what was typed, what is wrong, and what happened to the
// ticket since the form was opened.
func (s desks) refused(c *web.Ctx, d deed, status int) error {
	v, err := s.record(c)
	if err != nil {
		return err
	}
	v.form, v.deed = c.Form(), d
	v.focus(c.Actor(), hotline.LegID(v.form.Text("leg")), v.form.Text("ask"))
	if status == http.StatusConflict {
		v.changes = v.since(v.form.Int("seen"))
	}
	if err := s.suggest(c, &v); err != nil {
		return err
	}
	if err := s.adviseEntries(c, &v); err != nil {
		return err
	}
	return c.RenderStatus(status, ticketPage(v))
}

func (s desks) record(c *web.Ctx) (recordView, error) {
	d, err := s.Hotline.Find(c.Context(), c.Param("no"))
	if err != nil {
		return recordView{}, err
	}
	v := recordView{Dossier: d, now: c.Now(), refusals: d.Refusals(c.Actor()), mayReveal: c.Can(hotline.PermReadPersonal), ofUnit: !seesCentre(c.Actor()), own: ownLeg(c.Actor(), &d)}
	v.leg = v.own
	if v.clocks, err = s.Hotline.LegClocks(c.Context(), d.Legs); err != nil {
		return v, err
	}
	if s.Beside != nil {
		if v.beside, err = s.Beside(c.Context(), &d.Ticket); err != nil {
			return v, err
		}
	}
	v.lookups, err = s.lookups(c)
	return v, err
}

// suggest adds the units that catalogue and history name, where the form asks for one.
func (s desks) suggest(c *web.Ctx, v *recordView) error {
	if err := s.mergeCandidates(c, v); err != nil {
		return err
	}
	if v.deed.action != hotline.ActDispatch || !c.Can(hotline.PermDispatch) {
		return nil
	}
	var err error
	v.suggestions, err = s.Hotline.Suggest(c.Context(), v.Category, v.Area)
	return err
}

// ownLeg is the leg of the current round that belongs to the actor's units, else the lead's.
func ownLeg(a *actor.Actor, d *hotline.Dossier) *hotline.Leg {
	var lead *hotline.Leg
	for i := range d.Legs {
		l := &d.Legs[i]
		if l.Round != d.Round {
			continue
		}
		if a.HasUnit(l.UnitID) {
			return l
		}
		if l.Role == hotline.Lead {
			lead = l
		}
	}
	return lead
}

// likely orders the actions of each state by how often they come next; what is not listed follows as the module has it.
var likely = map[hotline.State][]hotline.Action{
	hotline.Draft:      {hotline.ActAccept, hotline.ActAnswer, hotline.ActRefuse},
	hotline.Triage:     {hotline.ActDispatch, hotline.ActAnswer, hotline.ActRefuse},
	hotline.Dispatched: {hotline.ActAcceptReturn, hotline.ActDenyReturn, hotline.ActSign, hotline.ActAskReturn, hotline.ActDraftReturn, hotline.ActDropReturn, hotline.ActUrge, hotline.ActEscalate},
	hotline.Handling: {hotline.ActSign, hotline.ActAcceptReturn, hotline.ActDenyReturn, hotline.ActGrantExt, hotline.ActDenyExt, hotline.ActSubmit, hotline.ActPropose, hotline.ActSendBack, hotline.ActAskExtension,
		hotline.ActSendDown, hotline.ActAskHelp, hotline.ActAskSuspend, hotline.ActAskReturn, hotline.ActDraftReturn, hotline.ActDropReturn, hotline.ActAskTerminate, hotline.ActUrge, hotline.ActAddHelp},
	hotline.Suspended: {hotline.ActResume, hotline.ActUrge},
	hotline.Review:    {hotline.ActGrantExt, hotline.ActDenyExt, hotline.ActApprove, hotline.ActReject},
	hotline.Callback:  {hotline.ActCallback, hotline.ActClose, hotline.ActRework, hotline.ActAdjudicate, hotline.ActDispute},
	hotline.Closed:    {hotline.ActArchive, hotline.ActReopen, hotline.ActAdjudicate, hotline.ActDispute},
}

// rare are the actions that stand at the end wherever they are allowed.
var rare = []hotline.Action{hotline.ActComment, hotline.ActAttach, hotline.ActCorrect, hotline.ActMerge, hotline.ActUnmerge, hotline.ActWithdraw, hotline.ActEscalate, hotline.ActEmergency}

// ordered gives the allowed actions in the order of likelihood.
func (v *recordView) ordered() []hotline.Action {
	first := likely[v.State]
	place := func(a hotline.Action) int {
		if i := slices.Index(first, a); i >= 0 {
			return i
		}
		if i := slices.Index(rare, a); i >= 0 {
			return 200 + i
		}
		return 100
	}
	out := slices.DeleteFunc(slices.Clone(v.Allowed), v.nothingToDecide)
	slices.SortStableFunc(out, func(a, b hotline.Action) int { return cmp.Compare(place(a), place(b)) })
	return out
}

// chosen is the deed whose form the address asks for, else the likeliest of the actions that need a form.
func (v *recordView) chosen(slug string, leg hotline.LegID) deed {
	list := v.ordered()
	if d := deedAt(slug); d.slug != "" && (slices.Contains(list, d.action) || v.lets(d.action, leg)) {
		return d
	}
	if len(list) == 0 || slices.Contains(rare, list[0]) || list[0] == hotline.ActUrge {
		return deed{}
	}
	return deedOf(list[0])
}

// nothingToDecide reports whether an action would decide on an ask that nobody has made. Ratings can only be disputed
// where there is one.
func (v *recordView) nothingToDecide(a hotline.Action) bool {
	if a == hotline.ActDispute {
		return len(v.disputable()) == 0
	}
	d := deedOf(a)
	return d.asked != "" && a != hotline.ActSuspend && v.waitingOf(d.asked, "") == nil
}

// focus turns the form to the ask that it decides on and to the leg that it is about: the one that is named, the one
// that the ask is about, else the reader's own.
func (v *recordView) focus(a *actor.Actor, leg hotline.LegID, ask string) {
	v.askID = ask
	if asked := v.asked(); asked != nil && leg == "" {
		leg = asked.LegID
	}
	for i := range v.Legs {
		if l := &v.Legs[i]; l.ID == leg && l.Round == v.Round {
			v.leg = l
			return
		}
	}
	v.leg = ownLeg(a, &v.Dossier)
}

// legButtons are the actions on a leg that are not already among those of the ticket, for the reader: decisions stand with
// what they decide.
func (v *recordView) legButtons(l *hotline.Leg) []web.Action {
	var out []web.Action
	for _, a := range v.LegAllowed[l.ID] {
		d := deedOf(a)
		if d.slug == "" || d.asked != "" || l.Role == hotline.Lead || v.own != nil && v.own.ID == l.ID {
			continue
		}
		out = append(out, web.Action{Label: a.Label(), Href: ticketPath(v.No) + "?do=" + d.slug + "&leg=" + string(l.ID) + "#act"})
	}
	return out
}

// buttons are the allowed actions; pressing one opens its form.
func (v *recordView) buttons() []web.Action {
	var out []web.Action
	for i, a := range v.ordered() {
		d := deedOf(a)
		if d.slug == "" {
			continue
		}
		b := web.Action{Label: a.Label(), Href: ticketPath(v.No) + "?do=" + d.slug + "#act"}
		if i == 0 && v.deed.slug == "" {
			b.Weight = web.Primary
		}
		out = append(out, b)
	}
	return out
}

func (v *recordView) reasons() []web.Refusal {
	var out []web.Refusal
	for _, r := range v.refusals {
		out = append(out, web.Refusal{Label: r.Action.Label(), Reason: r.Reason})
	}
	return out
}

// allowedNow reports whether the open form can still be sent: after a conflict the ticket may have moved on.
func (v *recordView) allowedNow() bool {
	if v.leg != nil && slices.Contains(v.LegAllowed[v.leg.ID], v.deed.action) {
		return true
	}
	return slices.Contains(v.Allowed, v.deed.action)
}

// since is what happened after the event with number seen.
func (v *recordView) since(seen int64) []web.Step {
	var out []web.Step
	for i := range v.Events {
		if e := &v.Events[i]; e.Seq > seen {
			out = append(out, eventStep(&v.Dossier, e, v.lookups))
		}
	}
	return out
}

// typed is what was written into a form that can no longer be sent, so that it is not lost.
func (v *recordView) typed() string {
	var out []string
	for _, name := range []string{"reply", "reply_public", "reply_internal", "reason", "remark", "measures", "matter", "finding", "told", "text", "note"} {
		if s := v.form.Text(name); s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, "\n\n")
}

// box is the form of the chosen deed.
func (v *recordView) box() web.FormBox {
	b := web.FormBox{Form: v.form, ID: "act-form", Action: ticketPath(v.No, v.deed.slug), Submit: submitLabel(v.deed.action), Version: v.Version, Upload: v.deed.files(),
		Draft: draftKey(v.No, v.deed.slug), Stored: v.stored(), Hidden: map[string]string{"key": newKey(), "seen": strconv.FormatInt(v.EventSeq, 10)}}
	if v.leg != nil {
		b.Hidden["leg"] = string(v.leg.ID)
	}
	switch v.deed.action {
	case hotline.ActRefuse, hotline.ActWithdraw, hotline.ActEmergency, hotline.ActTerminate:
		b.Danger = true
	case hotline.ActSign, hotline.ActArchive, hotline.ActAttach:
		b.Draft = ""
	}
	return b
}

// submitLabel is what the button of an action's form says.
func submitLabel(a hotline.Action) string {
	switch a {
	case hotline.ActAcceptReturn:
		return "同意退单并改派"
	case hotline.ActDenyReturn:
		return "不予退单，指定承办"
	case hotline.ActAskReturn, hotline.ActAskHelp, hotline.ActAskSuspend, hotline.ActAskTerminate, hotline.ActAskExtension:
		return "提交申请"
	case hotline.ActDraftReturn:
		return "报分管负责人确认"
	case hotline.ActDispute:
		return "提交异议"
	case hotline.ActCorrect:
		return "保存更正"
	case hotline.ActCallback:
		return "记录回访结果"
	case hotline.ActComment:
		return "保存备注"
	case hotline.ActAttach:
		return "上传"
	case hotline.ActSubmit:
		return "签批并提交答复"
	case hotline.ActPropose:
		return "报分管负责人签批"
	case hotline.ActRefuse, hotline.ActWithdraw, hotline.ActEmergency, hotline.ActReject, hotline.ActRework, hotline.ActTerminate, hotline.ActMerge, hotline.ActUnmerge, hotline.ActReopen, hotline.ActRecallDown:
		return "确定" + a.Label()
	}
	return a.Label()
}

// due is the end that the head of the record shows.
func (v *recordView) due() rowEnd {
	d := rowEnd{web.Due{At: v.Due, Left: v.Remaining, Provisional: v.Provisional}, true}
	switch {
	case v.Overdue:
		d.Light = web.Red
	case slices.ContainsFunc(v.clocks, func(c [2]hotline.LegClock) bool { return c[1].Yellow }):
		d.Light = web.Yellow
	}
	return d
}

// particulars are the facts of the request.
func (v *recordView) particulars() []web.Item {
	items := []web.Item{
		web.ItemText("诉求类型", v.Kind), web.ItemText("来源渠道", v.Channel), web.ItemText("事项分类", v.categoryName(v.Category)), web.ItemText("所属区域", v.areaName(v.Area)),
		web.ItemText("事发地址", v.Address), web.ItemText("登记时间", web.MomentText(v.CreatedAt)), web.ItemText("受理时间", web.MomentText(v.AcceptedAt)),
	}
	optional := func(label, value string) {
		if value != "" {
			items = append(items, web.ItemText(label, value))
		}
	}
	optional("事发时间", web.MomentText(v.EventAt))
	optional("上级编号", v.UpstreamRef)
	optional("上级时限", web.MomentText(v.UpstreamDue))
	if v.AccusedUnit != "" {
		optional("被反映单位", v.UnitNames[v.AccusedUnit])
	}
	optional("保密要求", confidentialLabel(v.Confidential))
	if !v.ReplyWanted {
		optional("回访", "来电人不需要回访")
	}
	optional("办结时间", web.MomentText(v.ClosedAt))
	optional("办结方式", hotline.CloseKindLabel(v.CloseKind))
	optional("归档时间", web.MomentText(v.ArchivedAt))
	items = append(items, web.Item{Label: "来电人", Value: callerCell(v)})
	return items
}

// callerSecret is the masked contact with the button that shows it.
func (v *recordView) callerSecret() web.Secret {
	s := web.Secret{Masked: strings.TrimSpace(v.CallerName + " " + v.CallerPhone), Label: "来电人姓名和电话"}
	if v.mayReveal {
		s.Reveal = ticketPath(v.No, "reveal")
	}
	return s
}

// reveal shows the caller's name and number; the module records who asked.
func (s desks) reveal(c *web.Ctx) error {
	d, err := s.Hotline.Find(c.Context(), c.Param("no"))
	if err != nil {
		return err
	}
	contact, err := s.Hotline.RevealCaller(c.Context(), d.ID)
	if err != nil {
		return err
	}
	return c.Reveal(strings.TrimSpace(contact.Name+" "+contact.Phone), ticketPath(d.No))
}

// listAddress is the list that a ticket's crumb leads back to.
func (v *recordView) listAddress() string {
	q := url.Values{"state": {string(v.State)}}
	if !v.State.Open() {
		q.Set("state", allStates)
	}
	return "/hotline?" + q.Encode()
}

// grounds are the reasons to refuse a request, by number.
func grounds() []web.Option {
	var out []web.Option
	for i, r := range hotline.RefusalReasons {
		out = append(out, web.Option{Value: strconv.Itoa(i + 1), Label: r})
	}
	return out
}

// suggested are the units that are suggested, each with its reason; the first is chosen.
func (v *recordView) suggested() []web.Option {
	var out []web.Option
	for _, s := range v.suggestions {
		hint := v.named(s.Why)
		if s.Count > 0 {
			hint += "（" + strconv.Itoa(s.Count) + " 件）"
		}
		out = append(out, web.Option{Value: s.UnitID, Label: s.Unit, Hint: hint})
	}
	return out
}

// named puts the names beside the codes of a line of the dispatch catalogue.
func (v *recordView) named(why string) string {
	codes, ok := strings.CutPrefix(why, "派单目录：")
	list := strings.Fields(codes)
	if !ok || len(list) == 0 {
		return why
	}
	list[0] = v.categoryText(list[0])
	if len(list) > 1 {
		list[1] = v.areaText(list[1])
	}
	return "派单目录：" + strings.Join(list, "，")
}

func (v *recordView) firstSuggestion() string {
	if len(v.suggestions) == 0 {
		return ""
	}
	return v.suggestions[0].UnitID
}

// suggestedHelper is the i-th unit that the dispatch catalogue names beside the lead, "" where it names none.
func (v *recordView) suggestedHelper(i int) string {
	if len(v.suggestions) == 0 || i >= len(v.suggestions[0].Helpers) {
		return ""
	}
	return v.suggestions[0].Helpers[i].UnitID
}

// draftReply is what the unit has written so far.
func (v *recordView) draftReply() hotline.Leg {
	if v.leg == nil {
		return hotline.Leg{}
	}
	return *v.leg
}

func inputMoment(i clock.Instant) string {
	if i.IsZero() {
		return ""
	}
	return i.Time().Format("2006-01-02T15:04")
}
