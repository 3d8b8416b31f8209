package exchangehttp

import (
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/calendar"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/errs"
	"yichuang/internal/exchange"
	"yichuang/internal/web"
)

func usagePath(seq int64) string { return "/exchange/usages/" + strconv.FormatInt(seq, 10) }

// useForm asks for a case, then for what may be used for it.
func (h handlers) useForm(c *web.Ctx) error { return h.showUse(c, nil, c.Query("case")) }

func (h handlers) showUse(c *web.Ctx, f *web.Form, no string) error {
	body := []templ.Component{web.FieldsForm(web.FormBox{ID: "case", Action: "/exchange/use", Get: true, Submit: "看可以查什么"}, web.InputText(web.Field{Name: "case", Label: "办件编号", Value: no, Hint: "例如 B20260508-0001", Max: 40, Short: true}))}
	if no != "" {
		list, err := h.Exchange.Permitted(c.Context(), no)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			body = append(body, web.EmptyState(web.Empty{Title: "这个办件没有可以查询的数据", Text: "办理单位没有为这个事项取得共享授权。需要的，从数据目录提出申请。"}))
		}
		for _, g := range list {
			body = append(body, web.PartPanel(g.EntryName, web.Definitions([]web.Item{web.ItemText("授权", g.No), web.ItemText("用途", g.Purpose), web.ItemText("到期", g.To.String())}), useBox(c, f, no, g)))
		}
	}
	page := web.StaffPage(web.Page{Title: "查询共享数据", Lead: "每次查询要有办件和授权，准许和拒绝都记入使用记录，本人可以查到。数据在省级共享平台上取，凭记录的编号。", Narrow: true}, body)
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

// useBox is the form of one use. A form that was refused keeps what was typed.
func useBox(c *web.Ctx, f *web.Form, no string, g exchange.PermittedData) templ.Component {
	if f.Text("entry_id") != g.EntryID {
		f = nil
	}
	codes := make([]string, len(g.Fields))
	for i, x := range g.Fields {
		codes[i] = x.Code
	}
	var subjects []web.Option
	for _, s := range []string{exchange.SubjectApplicant, exchange.SubjectAgent, exchange.SubjectOther} {
		subjects = append(subjects, web.Option{Value: s, Label: exchange.SubjectLabel(s)})
	}
	b := web.FormBox{Form: f, ID: "use-" + g.ID, Action: "/exchange/use", Submit: "查询", Hidden: map[string]string{"case": no, "entry_id": g.EntryID, "key": formKey(c, f) + "-" + g.ID}}
	return web.FieldsForm(b, web.InputChecks(web.Field{Form: f, Name: "fields", Label: "数据项", Values: codes, Options: fieldOptions(g.Fields)}), web.InputRadio(web.Field{Form: f, Name: "subject", Label: "查询谁的数据", Value: exchange.SubjectApplicant, Options: subjects, Short: true}),
		web.InputText(web.Field{Form: f, Name: "id_no", Label: "其他当事人的证件号码", Max: 40, Optional: true, Autocomplete: "off"}))
}

func (h handlers) use(c *web.Ctx) error {
	f := c.Form()
	u, err := h.Exchange.Use(c.Context(), exchange.UseInput{EntryID: f.Text("entry_id"), Case: f.Text("case"), Fields: f.All("fields"), Subject: f.Text("subject"), IDNo: f.Text("id_no"), Key: f.Text("key")})
	if err == nil {
		c.Flash(web.Success, "准许查询，记录编号 "+strconv.FormatInt(u.Seq, 10)+"。请在省级共享平台上凭编号查询。")
		return c.Redirect(usagePath(u.Seq))
	}
	if !f.Take(err) || errs.KindOf(err) != errs.Invalid {
		return err
	}
	return h.showUse(c, f, f.Text("case"))
}

func usageFilter(c *web.Ctx) exchange.UsageFilter {
	after, _ := strconv.ParseInt(c.Query("after"), 10, 64)
	return exchange.UsageFilter{CaseID: c.Query("case"), GrantID: c.Query("grant"), Refused: c.Query("refused") != "", After: after}
}

func outcomeBadge(u *exchange.Usage) templ.Component {
	if u.Outcome == exchange.Permitted {
		return web.StateBadge(web.Success, "准许")
	}
	return web.StateBadge(web.Danger, "拒绝："+exchange.RefusalLabel(u.Refusal))
}

func (h handlers) usages(c *web.Ctx) error {
	f := usageFilter(c)
	list, next, err := h.Exchange.Usages(c.Context(), f)
	if err != nil {
		return err
	}
	full := c.Can(exchange.PermUsageRead)
	t := web.Table{ID: "usages", Caption: "使用记录", Columns: []web.Column{{Label: "编号", Number: true}, {Label: "时间"}, {Label: "数据", Grow: true}, {Label: "使用单位"}, {Label: "提供单位", Minor: true}, {Label: "办件"}, {Label: "经办人", Minor: true}, {Label: "结果"}},
		Empty: web.Empty{Title: "这里没有使用记录", Text: "每次查询共享数据，准许的和拒绝的，都记在这里。"}}
	if next > 0 {
		t.Next = strconv.FormatInt(next, 10)
	}
	base := "/exchange/usages/outline"
	if full {
		t.Download, base = "/exchange/usages.xlsx", "/exchange/usages"
	}
	for i := range list {
		u := &list[i]
		no := web.CellNumber(u.Seq)
		row := web.Row{ID: strconv.FormatInt(u.Seq, 10)}
		if full {
			row.Href, no = usagePath(u.Seq), web.CellLink(usagePath(u.Seq), strconv.FormatInt(u.Seq, 10))
		}
		row.Cells = []templ.Component{no, web.CellTime(u.At), text(u.EntryName), text(u.Unit), text(u.Provider), text(u.CaseNo), text(u.ActorName), outcomeBadge(&u.Usage)}
		t.Rows = append(t.Rows, row)
	}
	tabs := web.Tabs("使用的结果", []web.Tab{{Label: "全部", Href: base, Current: !f.Refused}, {Label: "拒绝的", Href: base + "?refused=1", Current: f.Refused}})
	return c.Render(web.StaffPage(web.Page{Title: "使用记录", Lead: "只增加，不修改，不删除，至少保存三年。每条带前一条的校验值。"}, []templ.Component{tabs, web.DataTable(t)}))
}

func (h handlers) usage(c *web.Ctx) error {
	seq, err := strconv.ParseInt(c.Param("seq"), 10, 64)
	if err != nil {
		return exchange.ErrUsage
	}
	return h.showUsage(c, nil, seq)
}

func (h handlers) showUsage(c *web.Ctx, f *web.Form, seq int64) error {
	u, err := h.Exchange.FindUsage(c.Context(), seq)
	if err != nil {
		return err
	}
	body := []templ.Component{web.PartPanel("记录", web.Definitions(usageFacts(&u)))}
	if u.Outcome == exchange.Permitted && c.Can(exchange.PermUse) && u.ActorID == c.Actor().UserID {
		var fields []web.Option
		for i, code := range u.Fields() {
			fields = append(fields, web.Option{Value: code, Label: u.Names[i]})
		}
		body = append(body, web.PartPanel("数据有误？", web.FieldsForm(web.FormBox{Form: f, ID: "fix", Action: "/exchange/fixes", Submit: "请提供单位校核", Hidden: map[string]string{"usage": strconv.FormatInt(u.Seq, 10), "key": formKey(c, f)}},
			web.InputChecks(web.Field{Form: f, Name: "fields", Label: "有误的数据项", Options: fields, Short: true}), web.InputArea(web.Field{Form: f, Name: "text", Label: "哪里有误，依据是什么", Rows: 3, Max: 500}))))
	}
	page := web.StaffPage(web.Page{Title: "使用记录 " + strconv.FormatInt(u.Seq, 10), Crumbs: []web.Link{{Label: "使用记录", Href: "/exchange/usages"}}, Narrow: true}, body)
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func usageFacts(u *exchange.UsageRow) []web.Item {
	return []web.Item{{Label: "结果", Value: outcomeBadge(&u.Usage)}, web.ItemText("时间", web.MomentText(u.At)), web.ItemText("数据", u.EntryName), web.ItemText("数据项", strings.Join(u.Names, "、")), web.ItemText("用途", u.Purpose), web.ItemText("授权", u.GrantNo), web.ItemText("使用单位", u.Unit),
		web.ItemText("提供单位", u.Provider), web.ItemText("办件", u.CaseNo), web.ItemText("事项", u.ItemName), web.ItemText("经办人", u.ActorName), web.ItemText("数据主体", exchange.SubjectLabel(u.Subject)), web.ItemText("至少保存到", u.KeptUntil().String()), web.ItemText("校验值", hexText(u.Hash))}
}

func (h handlers) exportUsages(c *web.Ctx) error {
	f := usageFilter(c)
	f.After = 0
	heads := []string{"编号", "时间", "数据", "数据项", "用途", "授权", "使用单位", "提供单位", "办件", "事项", "经办人", "数据主体", "结果", "校验值"}
	return c.Stream("数据使用记录.xlsx", xlsx.ContentType, func(w io.Writer) error {
		return writeRows(w, "使用记录", heads, func(add func([]string) error) error {
			for {
				list, next, err := h.Exchange.Usages(c.Context(), f)
				if err != nil {
					return err
				}
				for _, u := range list {
					result := "准许"
					if u.Outcome == exchange.Refused {
						result = "拒绝：" + exchange.RefusalLabel(u.Refusal)
					}
					if err := add([]string{strconv.FormatInt(u.Seq, 10), u.At.String(), u.EntryName, strings.Join(u.Names, "、"), u.Purpose, u.GrantNo, u.Unit, u.Provider, u.CaseNo, u.ItemName, u.ActorName, exchange.SubjectLabel(u.Subject), result, hexText(u.Hash)}); err != nil {
						return err
					}
				}
				if f.After = next; next == 0 {
					return nil
				}
			}
		})
	})
}

func (h handlers) fixes(c *web.Ctx) error { return h.showFixes(c, nil) }

func (h handlers) showFixes(c *web.Ctx, f *web.Form) error {
	in := c.Query("side") == exchange.SideIn && c.Can(exchange.PermAnswer)
	list, next, err := h.Exchange.Fixes(c.Context(), exchange.FixFilter{Side: map[bool]string{true: exchange.SideIn}[in], After: c.Query("after")})
	if err != nil {
		return err
	}
	body := []templ.Component{web.FormProblems(f)}
	if c.Can(exchange.PermAnswer) {
		body = append(body, web.Tabs("校核的方向", []web.Tab{{Label: "本单位提出", Href: "/exchange/fixes", Current: !in}, {Label: "向本单位提出", Href: "/exchange/fixes?side=in", Current: in}}))
	}
	if len(list) == 0 {
		body = append(body, web.EmptyState(web.Empty{Title: "这里没有数据校核", Text: "查到的数据与实际不符时，在使用记录里请提供单位校核更正。"}))
	}
	for _, x := range list {
		body = append(body, web.PartPanel(x.No+" "+x.EntryName, fixBody(f, x)...))
	}
	if next != "" {
		q := url.Values{"after": {next}}
		if in {
			q.Set("side", exchange.SideIn)
		}
		body = append(body, link("/exchange/fixes?"+q.Encode(), "更多"))
	}
	page := web.StaffPage(web.Page{Title: "数据校核", Lead: "使用单位发现数据有误的，请提供单位在 10 个工作日内校核更正。", Narrow: true}, body)
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func fixBody(f *web.Form, x exchange.FixRow) []templ.Component {
	facts := []web.Item{web.ItemText("状态", exchange.FixLabel(x.State)), web.ItemText("提出单位", x.Requester), web.ItemText("提供单位", x.Provider), web.ItemText("办件", x.CaseNo), web.ItemText("使用记录", strconv.FormatInt(x.UsageSeq, 10)), web.ItemText("有误的数据项", strings.Join(x.Names, "、")), web.ItemText("说明", x.Text)}
	if x.State == exchange.FixOpen {
		due := calendar.FormatDue(x.Due)
		if x.Late {
			due += "，已逾期，已报政务监察股"
		}
		facts = append(facts, web.ItemText("校核期限", due))
	} else {
		facts = append(facts, web.ItemText("校核结果", x.Answer))
	}
	out := []templ.Component{web.Definitions(facts)}
	if x.MayAnswer {
		at := "/exchange/fixes/" + x.ID
		f = f.At(at)
		out = append(out, web.FieldsForm(web.FormBox{ID: "answer-" + x.ID, Action: at, Submit: "答复", Version: x.Version}, web.InputRadio(web.Field{Form: f, Name: "corrected", Label: "结果", Value: "yes", Options: []web.Option{{Value: "yes", Label: "已更正"}, {Value: "no", Label: "核对无误，不更正"}}, Short: true}),
			web.InputArea(web.Field{Form: f, Name: "text", Label: "校核情况", Rows: 2, Max: 500})))
	}
	return out
}

func (h handlers) askFix(c *web.Ctx) error {
	f := c.Form()
	seq := f.Int("usage")
	_, err := h.Exchange.AskFix(c.Context(), exchange.FixInput{Usage: seq, Fields: f.All("fields"), Text: f.Text("text"), Key: f.Text("key")})
	if err == nil {
		c.Flash(web.Success, "已请提供单位校核。")
		return c.Redirect("/exchange/fixes")
	}
	if !f.Take(err) {
		return err
	}
	return h.showUsage(c, f, seq)
}

func (h handlers) answerFix(c *web.Ctx) error {
	f := c.Form()
	corrected, err := f.Either("corrected", "yes", "no")
	if err == nil {
		_, err = h.Exchange.AnswerFix(c.Context(), c.Param("id"), f.Version(), corrected, f.Text("text"))
	}
	if err == nil {
		return c.Redirect("/exchange/fixes?side=in")
	}
	if !f.Take(err) {
		return err
	}
	return h.showFixes(c, f)
}
