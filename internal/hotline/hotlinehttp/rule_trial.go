package hotlinehttp

import (
	"encoding/json"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

// trialView is where tickets would have gone by the catalogue, or by it with a file's lines.
type trialView struct {
	Form  *web.Form
	Trial hotline.RuleTrial
	Lines string // the lines as JSON, "" for the catalogue as it is
}

// tryRules compares the tickets of a span, last month's by default, with the catalogue as it is.
func (s catalogue) tryRules(c *web.Ctx) error { return s.trial(c, "") }

// tryLines does so with the lines of a previewed file in the catalogue.
func (s catalogue) tryLines(c *web.Ctx) error { return s.trial(c, c.Form().Raw("lines")) }

func (s catalogue) trial(c *web.Ctx, text string) error {
	v := trialView{Form: c.Form(), Lines: text}
	var lines []hotline.RuleLine
	if text != "" {
		if err := json.Unmarshal([]byte(text), &lines); err != nil {
			return web.ErrForm.Wrap(err)
		}
	}
	from, to := lastMonth(c.Now().Date())
	if d := v.Form.Date("from"); !d.IsZero() {
		from = d
	}
	if d := v.Form.Date("to"); !d.IsZero() {
		to = d
	}
	var err error
	if v.Trial, err = s.Hotline.TryRules(c.Context(), lines, from, to); err != nil {
		if !v.Form.Take(err) {
			return err
		}
		v.Trial = hotline.RuleTrial{From: from, To: to}
		return c.Invalid(ruleTrialPage(v))
	}
	return c.Render(ruleTrialPage(v))
}

// lastMonth is the month before the one of a day.
func lastMonth(d clock.Date) (from, to clock.Date) {
	first := clock.Day(d.Year(), d.Month(), 1)
	to = first - 1
	return clock.Day(to.Year(), to.Month(), 1), to
}

func (v trialView) tiles() []web.Tile {
	t := v.Trial
	return []web.Tile{{Label: "派出的工单", Value: itoa(t.Tickets), Unit: "件"}, {Label: "与目录一致", Value: itoa(t.Agreed), Unit: "件"},
		{Label: "会派往别处", Value: itoa(t.Tickets - t.Agreed - t.Silent), Unit: "件"}, {Label: "目录没有规定", Value: itoa(t.Silent), Unit: "件"}}
}

func (v trialView) moves() web.Table {
	t := web.Table{ID: "moves", Caption: "单位之间", Columns: []web.Column{{Label: "当时的承办单位", Grow: true}, {Label: "按目录", Grow: true}, {Label: "工单", Number: true}},
		Empty: web.Empty{Title: "没有工单会派往别处", Text: "这段时间派出的工单都与目录一致，或目录没有规定。"}}
	for _, m := range v.Trial.Moves {
		t.Rows = append(t.Rows, web.Row{Cells: []templ.Component{web.CellText(m.From.Unit), web.CellText(m.To.Unit), web.CellNumber(int64(m.Count))}})
	}
	return t
}

func (v trialView) rows() web.Table {
	t := web.Table{ID: "tickets", Caption: "逐件", Columns: []web.Column{{Label: "工单号"}, {Label: "事项分类"}, {Label: "区域"}, {Label: "当时的承办单位", Grow: true}, {Label: "按目录", Grow: true}}}
	for _, r := range v.Trial.Rows {
		t.Rows = append(t.Rows, web.Row{ID: string(r.TicketID), Href: ticketPath(r.No), Cells: []templ.Component{web.CellLink(ticketPath(r.No), r.No), web.CellText(r.Category), web.CellText(r.Area),
			web.CellText(r.Unit), web.CellText(r.WouldBe)}})
	}
	return t
}
