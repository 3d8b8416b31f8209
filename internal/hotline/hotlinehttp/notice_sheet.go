package hotlinehttp

import (
	"net/url"

	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/web"
)

// noticeSheetView is one notice with what its reader may do about it.
type noticeSheetView struct {
	desk.NoticeSheet
	Form   *web.Form
	Did    string
	Answer bool // may answer for the unit
	Lift   bool // may lift
}

func noticePath(id string) string { return "/hotline/notices/" + url.PathEscape(id) }

// sheet shows one notice.
func (s alerts) sheet(c *web.Ctx) error {
	v, err := s.findNotice(c)
	if err != nil {
		return err
	}
	return c.Render(noticeSheetPage(v))
}

func (s alerts) findNotice(c *web.Ctx) (noticeSheetView, error) {
	n, err := s.Desk.Notice(c.Context(), c.Param("id"))
	a := c.Actor()
	v := noticeSheetView{NoticeSheet: n}
	v.Answer = n.AnsweredAt == 0 && n.LiftedAt == 0 && a.Can(hotline.PermAnswer) && a.HasUnit(n.UnitID)
	v.Lift = n.LiftedAt == 0 && a.Can(hotline.PermLift) && !a.HasUnit(n.UnitID) && n.AnsweredBy != a.UserID
	return v, err
}

// answer takes the unit's word on a card.
func (s alerts) answer(c *web.Ctx) error {
	return s.onNotice(c, "answer", "说明已提交，提醒仍然保留，由督办人员决定是否解除。", func(f *web.Form) error {
		return s.Desk.AnswerNotice(c.Context(), c.Param("id"), f.Text("answer"))
	})
}

// lift takes a card back.
func (s alerts) lift(c *web.Ctx) error {
	return s.onNotice(c, "lift", "提醒已解除；是否超期按时限计算，不受影响。", func(f *web.Form) error {
		return s.Desk.LiftNotice(c.Context(), c.Param("id"), f.Text("reason"))
	})
}

func (s alerts) onNotice(c *web.Ctx, did, done string, do func(f *web.Form) error) error {
	f := c.Form()
	err := do(f)
	if err == nil {
		c.Flash(web.Success, done)
		return c.Redirect(noticePath(c.Param("id")))
	}
	v, found := s.findNotice(c)
	if found != nil || !f.Take(err) {
		return err
	}
	v.Form, v.Did = f, did
	return c.RenderStatus(web.Status(errs.KindOf(err)), noticeSheetPage(v))
}

func (v noticeSheetView) formOf(did string) *web.Form {
	if v.Did == did {
		return v.Form
	}
	return nil
}

func (v noticeSheetView) items() []web.Item {
	return []web.Item{{Label: "工单", Value: web.CellLink(ticketPath(v.No), v.No)}, web.ItemText("承办单位", v.Unit), web.ItemText("种类", hotline.NoticeLabel(v.Kind)), web.ItemText("时间", web.MomentText(v.At)),
		{Label: "内容", Value: web.CellText(v.Text), Wide: true}}
}

// steps is what the unit said and what was decided.
func (v noticeSheetView) steps() []web.Step {
	var out []web.Step
	if v.LiftedAt != 0 {
		out = append(out, web.Step{At: v.LiftedAt, Who: v.Lifter, Title: "解除", Text: v.LiftReason, Tone: web.Success})
	}
	if v.AnsweredAt != 0 {
		out = append(out, web.Step{At: v.AnsweredAt, Who: v.Answerer, Title: "承办单位说明", Text: v.NoticeSheet.Answer, Tone: web.Info})
	}
	return append(out, web.Step{At: v.At, Title: "发出" + hotline.NoticeLabel(v.Kind)})
}

// printable reports whether the notice goes on paper (催办通知书).
func (v noticeSheetView) printable() bool {
	switch v.Kind {
	case hotline.NoticeDemand, hotline.NoticeRed, hotline.NoticeUrge, hotline.NoticeBulletin:
		return true
	}
	return false
}

// printNotice is the written demand to the unit (催办通知书).
func (s alerts) printNotice(c *web.Ctx) error {
	v, err := s.findNotice(c)
	if err != nil {
		return err
	}
	if !v.printable() {
		return desk.ErrNotice
	}
	centre, err := s.Org.Centre(c.Context(), c.Actor().CentreID)
	if err != nil {
		return err
	}
	return c.Render(demandPrint(v, centre.Name, c.Now()))
}
