package honourhttp

import (
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/honour"
	"yichuang/internal/web"
)

var criterionKinds = []honour.CriterionKind{honour.Scored, honour.StaffVote, honour.PublicVote}

func (h handlers) rules(c *web.Ctx) error { return h.showRules(c, nil) }

func (h handlers) showRules(c *web.Ctx, f *web.Form) error {
	list, err := h.Honour.Rules(c.Context())
	if err != nil {
		return err
	}
	parts := []templ.Component{}
	for _, r := range list {
		title := "第 " + strconv.FormatInt(r.Revision, 10) + " 版：" + r.Name
		if r.Revision == list[0].Revision {
			title += "（现行）"
		}
		parts = append(parts, web.PartPanel(title, web.Definitions(ruleItems(&r))))
	}
	if c.Can(honour.PermManage) {
		parts = append(parts, web.PartPanel("修改评选办法", ruleForm(f, &list[0])))
	}
	page := web.StaffPage(web.Page{Title: "评选办法", Lead: "办法按版次保存；已发起的评选按发起时的一版进行。", Crumbs: []web.Link{{Label: "政务之星", Href: "/honour/rounds"}}, Narrow: true}, parts)
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func ruleItems(r *honour.Rules) []web.Item {
	var bars []string
	for _, d := range r.Disqualifiers {
		name := d.Name
		if checkedByMachine(d.Code) {
			name += "（系统核对）"
		}
		bars = append(bars, name)
	}
	return []web.Item{web.ItemText("依据", r.Basis), web.ItemText("公示", strconv.Itoa(r.PublicityDays)+" 个工作日"), {Label: "评选项目", Value: lines(criteriaText(r)), Wide: true}, {Label: "否决项", Value: lines(strings.Join(bars, "\n")), Wide: true}}
}

func criteriaText(r *honour.Rules) string {
	var out []string
	for _, k := range r.Criteria {
		out = append(out, strings.Join([]string{k.Name, k.Kind.Label(), strconv.FormatInt(k.Weight, 10)}, " "))
	}
	return strings.Join(out, "\n")
}

// machineBars are what the records of other modules prove, in the words of the built-in rules.
func machineBars() []honour.Disqualifier {
	var out []honour.Disqualifier
	rules := honour.DefaultRules()
	for _, code := range []string{honour.BarComplaint, honour.BarRating, honour.BarSupervision, honour.BarAbsence} {
		d, _ := rules.Disqualifier(code)
		out = append(out, d)
	}
	return out
}

func checkedByMachine(code string) bool {
	return slices.ContainsFunc(machineBars(), func(d honour.Disqualifier) bool { return d.Code == code })
}

func ruleForm(f *web.Form, r *honour.Rules) templ.Component {
	var options []web.Option
	var chosen, others []string
	for _, d := range machineBars() {
		options = append(options, web.Option{Value: d.Code, Label: d.Name})
	}
	for _, d := range r.Disqualifiers {
		if checkedByMachine(d.Code) {
			chosen = append(chosen, d.Code)
		} else {
			others = append(others, d.Name)
		}
	}
	return web.FieldsForm(web.FormBox{Form: f, ID: "rules", Action: "/honour/rules", Submit: "保存为新版", Draft: "honour-rules"},
		web.InputText(web.Field{Form: f, Name: "name", Label: "名称", Value: r.Name, Max: 60}), web.InputText(web.Field{Form: f, Name: "basis", Label: "依据", Value: r.Basis, Max: 200}),
		web.InputArea(web.Field{Form: f, Name: "criteria", Label: "评选项目", Value: criteriaText(r), Hint: "每行一项：名称 来源 权重。来源写评分、职工投票或群众投票，权重合计 100", Rows: 6}),
		web.InputChecks(web.Field{Form: f, Name: "bars", Label: "系统核对的否决项", Values: chosen, Options: options, Optional: true}),
		web.InputArea(web.Field{Form: f, Name: "disqualifiers", Label: "其他否决项", Value: strings.Join(others, "\n"), Hint: "每行一项，由政务监察股填写理由和佐证", Rows: 5, Optional: true}),
		web.InputText(web.Field{Form: f, Name: "publicity_days", Label: "公示", Value: strconv.Itoa(r.PublicityDays), Type: "number", Unit: "个工作日", Short: true}))
}

func (h handlers) saveRules(c *web.Ctx) error {
	list, err := h.Honour.Rules(c.Context())
	if err != nil {
		return err
	}
	f, now := c.Form(), &list[0]
	r := honour.Rules{Name: f.Text("name"), Basis: f.Text("basis"), PublicityDays: int(f.Int("publicity_days")), Criteria: readCriteria(f, now), Disqualifiers: readBars(f, now)}
	if f.OK() {
		_, err := h.Honour.SaveRules(c.Context(), r)
		if err == nil {
			c.FlashSaved("评选办法已保存为新版，以后发起的评选按它进行。", "honour-rules")
			return c.Redirect("/honour/rules")
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showRules(c, f)
}

// readCriteria reads the lines of the form: name, kind, weight. A name keeps its code from one version to the next.
func readCriteria(f *web.Form, now *honour.Rules) []honour.Criterion {
	var out []honour.Criterion
	for i, line := range strings.Split(f.Text("criteria"), "\n") {
		w := strings.Fields(line)
		if len(w) == 0 {
			continue
		}
		if len(w) != 3 {
			f.Fail("criteria", "“%s”应为三段：名称 来源 权重，用空格隔开。", line)
			continue
		}
		kind := slices.IndexFunc(criterionKinds, func(k honour.CriterionKind) bool { return k.Label() == w[1] })
		n, err := strconv.ParseInt(w[2], 10, 64)
		if kind < 0 || err != nil {
			f.Fail("criteria", "“%s”的来源应为评分、职工投票或群众投票，权重应为整数。", line)
			continue
		}
		k := honour.Criterion{Code: "c" + strconv.FormatInt(now.Revision+1, 10) + "_" + strconv.Itoa(i), Name: w[0], Kind: criterionKinds[kind], Weight: n}
		if j := slices.IndexFunc(now.Criteria, func(x honour.Criterion) bool { return x.Name == k.Name }); j >= 0 {
			k.Code = now.Criteria[j].Code
		}
		out = append(out, k)
	}
	return out
}

func readBars(f *web.Form, now *honour.Rules) []honour.Disqualifier {
	var out []honour.Disqualifier
	for _, d := range machineBars() {
		if slices.Contains(f.All("bars"), d.Code) {
			out = append(out, d)
		}
	}
	for i, name := range strings.Split(f.Text("disqualifiers"), "\n") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		d := honour.Disqualifier{Code: "b" + strconv.FormatInt(now.Revision+1, 10) + "_" + strconv.Itoa(i), Name: name}
		if j := slices.IndexFunc(now.Disqualifiers, func(x honour.Disqualifier) bool { return x.Name == name }); j >= 0 {
			d.Code = now.Disqualifiers[j].Code
		}
		out = append(out, d)
	}
	return out
}
