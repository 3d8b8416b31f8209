package financehttp

import (
	"strconv"
	"strings"

	"yichuang/internal/finance"
	"yichuang/internal/finance/narrative"
	"yichuang/internal/finance/statement"
	"yichuang/internal/web"
)

// textView is the text of a year with the reasons that it asks for.
type textView struct {
	shown
	Form *web.Form
	// Failed is the name of the form that was refused.
	Failed string
	*finance.Disclosure
	Write bool
}

func (h handlers) text(c *web.Ctx) error { return h.showText(c, nil, "") }

func (h handlers) showText(c *web.Ctx, f *web.Form, failed string) error {
	v := textView{shown: shown{Year: yearOf(c)}, Form: f, Failed: failed}
	var err error
	if v.Disclosure, err = h.Finance.Disclosure(c.Context(), v.Year); err != nil {
		return err
	}
	account, err := h.Finance.Account(c.Context(), v.Year)
	if err != nil {
		return err
	}
	v.Write = c.Can(finance.PermDraft) && account.Current.State == finance.Draft
	if f != nil {
		return c.Invalid(textPage(v))
	}
	return c.Render(textPage(v))
}

// formOf gives the typed values to the form that was refused, and none to the others.
func (v textView) formOf(name string) *web.Form {
	if v.Failed == name {
		return v.Form
	}
	return nil
}

// asks are the reasons asked for in a section.
func (v textView) asks(section string) []narrative.Ask {
	var out []narrative.Ask
	for _, a := range v.Narrative.Asks {
		if a.Section == section {
			out = append(out, a)
		}
	}
	return out
}

func askLabel(a narrative.Ask) string {
	word := "增加"
	if a.Diff < 0 {
		word = "减少"
	}
	return a.Subject + "比" + a.Against + word + " " + strings.TrimPrefix(a.Diff.WanYuan(), "-") + " 万元的主要原因"
}

func askHint(a narrative.Ask) string {
	if a.Driver == "" {
		return "写原因，不写金额和百分比"
	}
	return "变化最大的是" + a.Driver + "。写原因，不写金额和百分比"
}

// evaluation is the second and third section of part four.
func (v textView) evaluation() []narrative.Section {
	if v.Evaluation == nil {
		return nil
	}
	var out []narrative.Section
	for _, s := range []narrative.Section{{Title: "二、绩效自评结果", Paragraphs: v.Evaluation.Self}, {Title: "三、部门重点绩效评价结果", Paragraphs: v.Evaluation.Key}} {
		if len(s.Paragraphs) > 0 {
			out = append(out, s)
		}
	}
	return out
}

func (v textView) lead() string {
	if v.Revision > 0 {
		return "第 " + strconv.FormatInt(v.Revision, 10) + " 版封存的内容。点击数字可以看到当时的来源。"
	}
	if n := v.Narrative.Missing(); n > 0 {
		return "还有 " + number(n) + " 处差异没有写明原因。文中的数字都由账簿算出，点击可以看到来源。"
	}
	return "文中的数字都由账簿算出，点击可以看到来源。"
}

func (h handlers) setReason(c *web.Ctx) error {
	f := c.Form()
	key := f.Text("key")
	err := h.Finance.SetReason(c.Context(), yearOf(c), key, f.Text("reason"))
	if err == nil {
		c.Flash(web.Success, "原因已保存。")
		return c.Redirect(path(yearOf(c), "/text#ask-"+key))
	}
	if f.Take(err) {
		return h.showText(c, f, key)
	}
	return err
}

func (h handlers) setText(c *web.Ctx) error {
	f := c.Form()
	name := f.Text("name")
	err := h.Finance.SetText(c.Context(), yearOf(c), name, f.Text(name))
	if err == nil {
		c.Flash(web.Success, "已保存。")
		return c.Redirect(path(yearOf(c), "/text"))
	}
	if f.Take(err) {
		return h.showText(c, f, name)
	}
	return err
}

// sectionTitle is the heading of a section with its number.
func sectionTitle(s narrative.Section) string {
	if i, err := strconv.Atoi(s.ID); err == nil {
		return statement.Ordinal(i) + "、" + s.Title
	}
	return "一、" + s.Title
}
