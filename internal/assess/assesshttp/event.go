package assesshttp

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/assess"
	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/web"
)

// eventsView is the list of a month's events with the form that proposes one.
type eventsView struct {
	Form    *web.Form
	Month   clock.Date
	List    []assess.Event
	Units   []web.Option
	Decides bool
}

func monthOf(c *web.Ctx) clock.Date {
	if p, err := metric.ParseMonth(c.Form().Text("month")); err == nil {
		return p.From
	}
	return metric.Month(c.Now().Date()).From
}

func (h handlers) events(c *web.Ctx) error { return h.showEvents(c, nil, false) }

// decisions is the same list for those who decide.
func (h handlers) decisions(c *web.Ctx) error { return h.showEvents(c, nil, true) }

func (h handlers) showEvents(c *web.Ctx, f *web.Form, decides bool) error {
	v := eventsView{Form: f, Month: monthOf(c), Decides: decides}
	var err error
	if v.List, err = h.Assess.Events(c.Context(), v.Month); err != nil {
		return err
	}
	if !decides {
		if v.Units, err = h.unitOptions(c); err != nil {
			return err
		}
	}
	if f != nil {
		return c.Invalid(eventsPage(v))
	}
	return c.Render(eventsPage(v))
}

func (h handlers) unitOptions(c *web.Ctx) ([]web.Option, error) {
	tree, err := h.Org.UnitTree(c.Context())
	var out []web.Option
	for _, u := range tree {
		if u.Active(c.Now().Date()) {
			out = append(out, web.Option{Value: u.ID, Label: strings.Repeat("　", int(max(u.Level-2, 0))) + u.Name})
		}
	}
	return out, err
}

func (v eventsView) title() string {
	if v.Decides {
		return "加分扣分审批"
	}
	return "加分扣分"
}

func (v eventsView) action() string {
	if v.Decides {
		return "/assess/decisions"
	}
	return "/assess/events"
}

func (v eventsView) table() web.Table {
	t := web.Table{ID: "events", Caption: v.title(), Columns: []web.Column{{Label: "单位", Name: true}, {Label: "分值", Number: true}, {Label: "事由", Grow: true, Wrap: true}, {Label: "佐证", Minor: true, Wrap: true}, {Label: "状态"}},
		Empty: web.Empty{Title: "这个月没有加分扣分", Text: "典型案例、通报批评等指标反映不了的事，由一人提出、另一人审批。"}}
	for _, e := range v.List {
		sign := "+"
		if e.Kind == assess.Deduction {
			sign = "−"
		}
		t.Rows = append(t.Rows, web.Row{ID: e.ID, Cells: []templ.Component{web.CellText(e.Unit), web.CellText(sign + metric.Hundredths(e.Points)), web.CellText(e.Reason), evidenceCell(e.Evidence, e.Files), v.stateCell(e)}})
	}
	return t
}

func (v eventsView) stateCell(e assess.Event) templ.Component {
	if !v.Decides || e.State != assess.Waiting {
		return web.CellText(e.State.Label())
	}
	return decideEvent(e)
}

func (h handlers) propose(c *web.Ctx) error {
	f := c.Form()
	points := hundredths(f, "points", "分值")
	files := h.uploads(c, f)
	if f.OK() {
		_, err := h.Assess.ProposeEvent(c.Context(), assess.EventInput{Month: monthOf(c), UnitID: f.Text("unit_id"), Kind: assess.EventKind(f.Text("kind")), Points: points, Reason: f.Text("reason"), Evidence: f.Text("evidence"), Files: files})
		if err == nil {
			c.Flash(web.Success, "已提出，请另一人审批。")
			return c.Redirect("/assess/events?month=" + monthOf(c).String()[:7])
		}
		if !f.Take(err) {
			return err
		}
	}
	chooseAgain(f)
	return h.showEvents(c, f, false)
}

func (h handlers) decideEvent(c *web.Ctx) error {
	uphold, err := c.Form().Either("uphold", "1", "0")
	if err != nil {
		return err
	}
	e, err := h.Assess.DecideEvent(c.Context(), c.Param("id"), uphold, c.Form().Text("remark"))
	if err != nil {
		return err
	}
	c.Flash(web.Success, "已决定："+e.State.Label()+"。")
	return c.Redirect("/assess/decisions?month=" + e.Month.String()[:7])
}

// decimal prints n units of 10^-places, without trailing zeros.
func decimal(n int64, places int) string {
	sign := ""
	if n < 0 {
		sign, n = "−", -n
	}
	text := strconv.FormatInt(n, 10)
	for len(text) <= places {
		text = "0" + text
	}
	whole, frac := text[:len(text)-places], strings.TrimRight(text[len(text)-places:], "0")
	if frac != "" {
		whole += "." + frac
	}
	return sign + whole
}

// parseDecimal reads a number with at most places decimals as units of 10^-places.
func parseDecimal(text string, places int) (int64, bool) {
	text = strings.TrimSpace(strings.NewReplacer("−", "-", "％", "", "%", "").Replace(text))
	sign := int64(1)
	if rest, ok := strings.CutPrefix(text, "-"); ok {
		sign, text = -1, rest
	}
	whole, frac, _ := strings.Cut(text, ".")
	if whole == "" || len(frac) > places || len(whole) > 9 {
		return 0, false
	}
	n, err := strconv.ParseInt(whole+frac+strings.Repeat("0", places-len(frac)), 10, 64)
	return sign * n, err == nil && n >= 0
}

// hundredths reads a form's number with two decimals.
func hundredths(f *web.Form, name, label string) int64 {
	n, ok := parseDecimal(f.Text(name), 2)
	if !ok {
		f.Fail(name, "%s应为数字，最多两位小数。", label)
	}
	return n
}

func signed(n int64) string {
	if n > 0 {
		return "+" + strconv.FormatInt(n, 10)
	}
	return strconv.FormatInt(n, 10)
}
