package workforcehttp

import (
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/web"
	"yichuang/internal/workforce"
)

// rulesView is every version of the rules, the newest in full.
type rulesView struct {
	Form    *web.Form
	List    []workforce.RuleSet
	Shown   workforce.RuleSet
	Confirm bool
	Draft   bool
	Month   clock.Date
}

func (h handlers) rules(c *web.Ctx) error { return h.showRules(c, nil) }

func (h handlers) showRules(c *web.Ctx, f *web.Form) error {
	v := rulesView{Form: f, Confirm: c.Can(workforce.PermRulesConfirm), Draft: c.Can(workforce.PermRules), Month: metric.Month(c.Now().Date()).From}
	var err error
	if v.List, err = h.Workforce.RuleSets(c.Context()); err != nil {
		return err
	}
	if v.Shown, err = h.Workforce.Rules(c.Context(), v.Month); err != nil {
		return err
	}
	if id := c.Query("id"); id != "" {
		for _, r := range v.List {
			if r.ID == id {
				v.Shown = r
			}
		}
	}
	if f != nil {
		return c.Invalid(rulesPage(v))
	}
	return c.Render(rulesPage(v))
}

func ruleNote(r workforce.RuleSet) string {
	s := r.State.Label()
	if !r.From.IsZero() {
		s += "，" + monthText(r.From) + " 起"
	}
	if !r.Confirmed {
		s += "（未确认）"
	}
	return s
}

func (v rulesView) table() web.Table {
	t := web.Table{ID: "rules", Caption: "各版规则", Columns: []web.Column{{Label: "名称", Name: true, Grow: true}, {Label: "状态"}, {Label: "依据", Wrap: true}, {Label: ""}}}
	for _, r := range v.List {
		at := "/workforce/rules"
		if r.ID != "" {
			at += "?id=" + r.ID
		}
		t.Rows = append(t.Rows, web.Row{ID: r.ID, Href: at, Cells: []templ.Component{web.CellLink(at, r.Name), web.CellText(ruleNote(r)), web.CellText(r.Basis), confirmRule(v, r)}})
	}
	return t
}

func (v rulesView) chargeTable() web.Table {
	t := web.Table{ID: "charges", Caption: "扣分加分标准", Columns: []web.Column{{Label: "项目"}, {Label: "标准", Name: true, Grow: true}, {Label: "分值", Number: true}, {Label: "每超一天", Number: true}, {Label: "上限", Number: true}, {Label: "说明"}}}
	d := v.Shown.Def
	names := map[string]string{workforce.ItemBonus: "加分"}
	for _, it := range d.Items {
		names[it.Code] = it.Name + "（" + workforce.PointsText(it.Weight) + "）"
	}
	for _, x := range d.Charges {
		var notes []string
		for _, n := range []struct {
			is   bool
			text string
		}{{x.Auto, "自动归集"}, {x.Shared, "首席代表连带"}, {x.Veto, "本年度不评优"}, {x.Free, "由提出人定分"}} {
			if n.is {
				notes = append(notes, n.text)
			}
		}
		t.Rows = append(t.Rows, web.Row{ID: x.Code, Cells: []templ.Component{web.CellText(names[x.Item]), web.CellText(x.Name), web.CellText(workforce.PointsText(x.Points)), web.CellText(orDash(x.PerDay)), web.CellText(orDash(x.Cap)), web.CellText(strings.Join(notes, "、"))}})
	}
	return t
}

func orDash(n int64) string {
	if n == 0 {
		return "—"
	}
	return workforce.PointsText(n)
}

func (v rulesView) items() []web.Item {
	d := v.Shown.Def
	out := []web.Item{web.ItemText("依据", v.Shown.Basis), web.ItemText("状态", ruleNote(v.Shown)), web.ItemText("加分上限", workforce.PointsText(d.BonusCap)), web.ItemText("首席代表连带", number(d.ShareNum)+"/"+number(d.ShareDen)), web.ItemText("离岗起算", number(d.AwayFrom)+" 分钟"),
		web.ItemText("公示", number(d.ShownDays)+" 个工作日"), web.ItemText("等次", workforce.PointsText(d.PassFrom)+" 合格，"+workforce.PointsText(d.NearlyFrom)+" 基本合格")}
	for _, r := range d.Ladder {
		whoAsks, limit := "工作人员", "以上"
		if r.Chief {
			whoAsks = "首席代表"
		}
		if r.MaxHalves > 0 {
			limit = daysText(r.MaxHalves) + "以内"
		}
		steps := make([]string, len(r.Steps))
		for i, s := range r.Steps {
			steps[i] = workforce.StepLabel(s)
		}
		out = append(out, web.ItemText(whoAsks+"请假"+limit, strings.Join(steps, " → ")))
	}
	return out
}

func (h handlers) rulesForm(c *web.Ctx) error { return h.showRulesForm(c, nil) }

func (h handlers) showRulesForm(c *web.Ctx, f *web.Form) error {
	r, err := h.Workforce.Rules(c.Context(), metric.Month(c.Now().Date()).From)
	if err != nil {
		return err
	}
	if f != nil {
		return c.Invalid(rulesFormPage(f, r))
	}
	return c.Render(rulesFormPage(f, r))
}

// draftRules reads the form, which starts from the rules in force: items, charges and numbers can be changed.
func (h handlers) draftRules(c *web.Ctx) error {
	f := c.Form()
	r, err := h.Workforce.Rules(c.Context(), metric.Month(c.Now().Date()).From)
	if err != nil {
		return err
	}
	d := r.Def
	d.Items, d.Charges = append([]workforce.Item{}, d.Items...), append([]workforce.Charge{}, d.Charges...)
	for i := range d.Items {
		d.Items[i].Weight = points(f, "weight."+d.Items[i].Code, d.Items[i].Name)
	}
	for i := range d.Charges {
		x := &d.Charges[i]
		x.Points, x.PerDay, x.Cap = points(f, "points."+x.Code, x.Name), points(f, "per_day."+x.Code, x.Name), points(f, "cap."+x.Code, x.Name)
		x.Shared = f.Bool("shared." + x.Code)
	}
	d.BonusCap, d.AwayFrom, d.ShownDays = points(f, "bonus_cap", "加分上限"), f.Int("away_from"), f.Int("shown_days")
	d.ShareNum, d.ShareDen, d.Floor = f.Int("share_num"), f.Int("share_den"), f.Bool("floor")
	d.PassFrom, d.NearlyFrom = points(f, "pass_from", "合格"), points(f, "nearly_from", "基本合格")
	if f.OK() {
		_, err = h.Workforce.DraftRules(c.Context(), workforce.RulesInput{Name: f.Text("name"), Basis: f.Text("basis"), Definition: d})
		if err == nil {
			c.Flash(web.Success, "已拟订，由中心领导启用。")
			return c.Redirect("/workforce/rules")
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showRulesForm(c, f)
}

func (h handlers) confirmRules(c *web.Ctx) error {
	f := c.Form()
	p, err := metric.ParseMonth(f.Text("month"))
	if err != nil {
		f.Fail("month", "请填写月份，如 2026-12。")
		return h.showRules(c, f)
	}
	r, err := h.Workforce.ConfirmRules(c.Context(), c.Param("id"), f.Version(), p.From)
	if err == nil {
		c.Flash(web.Success, "已启用“"+r.Name+"”，从 "+monthText(r.From)+" 起执行。")
		return c.Redirect("/workforce/rules")
	}
	if f.Take(err) {
		return h.showRules(c, f)
	}
	return err
}
