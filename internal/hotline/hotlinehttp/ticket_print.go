package hotlinehttp

import (
	"strings"

	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

// printTicket is the work order as it goes through the offices on paper (工单流转单). The caller stays masked.
func (s desks) printTicket(c *web.Ctx) error {
	v, err := s.record(c)
	if err != nil {
		return err
	}
	centre, err := s.Org.Centre(c.Context(), c.Actor().CentreID)
	if err != nil {
		return err
	}
	return c.Render(printPage(v, centre.Name))
}

// printReceipt is the slip for the caller (回执): number, query code and how to follow.
func (s desks) printReceipt(c *web.Ctx) error {
	d, err := s.Hotline.Find(c.Context(), c.Param("no"))
	if err != nil {
		return err
	}
	centre, err := s.Org.Centre(c.Context(), c.Actor().CentreID)
	if err != nil {
		return err
	}
	return c.Render(receiptPage(d, s.Hotline.QueryCode(d.ID), centre.Name))
}

// chronicle is the history in the order of time, as paper has it.
func (v *recordView) chronicle() []web.Step {
	list := timeline(&v.Dossier, v.lookups)
	out := make([]web.Step, 0, len(list))
	for i := len(list) - 1; i >= 0; i-- {
		out = append(out, list[i])
	}
	return out
}

// callerText is the caller as paper shows it.
func (v *recordView) callerText() string {
	switch {
	case v.CallerName != "" || v.CallerPhone != "":
		return strings.TrimSpace(v.CallerName + " " + v.CallerPhone)
	case v.Anonymous:
		return "匿名"
	case v.CallerID == "":
		return "—"
	}
	return "保密"
}

// legLine is one unit's share in the work, as paper has it.
func (v *recordView) legLine(l *hotline.Leg) string {
	s := v.UnitNames[l.UnitID] + "，" + web.MomentText(l.DispatchedAt) + " 派单，签收时限 " + web.MomentText(l.SignDue)
	if !l.SignedAt.IsZero() {
		s += "，" + web.MomentText(l.SignedAt) + " 签收"
	}
	return s + "；" + l.State.Label()
}

func dueText(d rowEnd) string {
	s := web.MomentText(d.At)
	if s != "" && d.Provisional {
		s += "（暂定）"
	}
	return orDash(s)
}

// paperReply is the reply of the lead unit in the last round that has one.
func (v *recordView) paperReply() *hotline.Leg {
	for i := range v.Legs {
		if l := &v.Legs[i]; l.Role == hotline.Lead && l.ReplyPublic != "" {
			return l
		}
	}
	return nil
}
