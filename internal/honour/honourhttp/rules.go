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
	return []web.Item{web.ItemText("依据", r.Basis), web.ItemText("公示", strconv.Itoa(r.PublicityDays)+" 个工作日"), {Label: "评选项目", Value: lines(criteriaText(r)), Wide: true}, {Label: "否决项", Value: lines(barsText(r)), Wide: true}}
}

func criteriaText(r *honour.Rules) string {
	var out []string
	for _, k := range r.Criteria {
		out = append(out, strings.Join([]string{k.Code, k.Name, k.Kind.Label(), strconv.FormatInt(k.Weight, 10)}, " "))
	}
	return strings.Join(out, "\n")
}

func barsText(r *honour.Rules) string {
	var out []string
	for _, d := range r.Disqualifiers {
		out = append(out, d.Code+" "+d.Name)
	}
	return strings.Join(out, "\n")
}

func ruleForm(f *web.Form, r *honour.Rules) templ.Component {
	return web.FieldsForm(web.FormBox{Form: f, ID: "rules", Action: "/honour/rules", Submit: "保存为新版", Draft: "honour-rules"},
		web.InputText(web.Field{Form: f, Name: "name", Label: "名称", Value: r.Name, Max: 60}), web.InputText(web.Field{Form: f, Name: "basis", Label: "依据", Value: r.Basis, Max: 200}),
		web.InputArea(web.Field{Form: f, Name: "criteria", Label: "评选项目", Value: criteriaText(r), Hint: "每行一项：代码 名称 来源 权重。来源写评分、职工投票或群众投票，权重合计 100", Rows: 6}),
		web.InputArea(web.Field{Form: f, Name: "disqualifiers", Label: "否决项", Value: barsText(r), Hint: "每行一项：代码 名称。complaint、rating、supervision、absence 由系统核对，其余由政务监察股填写", Rows: 8}),
		web.InputText(web.Field{Form: f, Name: "publicity_days", Label: "公示", Value: strconv.Itoa(r.PublicityDays), Type: "number", Unit: "个工作日", Short: true}))
}

func (h handlers) saveRules(c *web.Ctx) error {
	f := c.Form()
	r := honour.Rules{Name: f.Text("name"), Basis: f.Text("basis"), PublicityDays: int(f.Int("publicity_days")), Criteria: readCriteria(f), Disqualifiers: readBars(f)}
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

// readCriteria reads the lines of the form: code, name, kind, weight.
func readCriteria(f *web.Form) []honour.Criterion {
	var out []honour.Criterion
	for _, line := range strings.Split(f.Text("criteria"), "\n") {
		w := strings.Fields(line)
		if len(w) == 0 {
			continue
		}
		if len(w) != 4 {
			f.Fail("criteria", "“%s”应为四段：代码 名称 来源 权重，用空格隔开。", line)
			continue
		}
		kind := slices.IndexFunc(criterionKinds, func(k honour.CriterionKind) bool { return k.Label() == w[2] })
		n, err := strconv.ParseInt(w[3], 10, 64)
		if kind < 0 || err != nil {
			f.Fail("criteria", "“%s”的来源应为评分、职工投票或群众投票，权重应为整数。", line)
			continue
		}
		out = append(out, honour.Criterion{Code: w[0], Name: w[1], Kind: criterionKinds[kind], Weight: n})
	}
	return out
}

func readBars(f *web.Form) []honour.Disqualifier {
	var out []honour.Disqualifier
	for _, line := range strings.Split(f.Text("disqualifiers"), "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		code, name, _ := strings.Cut(line, " ")
		out = append(out, honour.Disqualifier{Code: code, Name: strings.TrimSpace(name)})
	}
	return out
}
