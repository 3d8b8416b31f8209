package honourhttp

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/document/paper"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/honour"
	"yichuang/internal/metric"
	"yichuang/internal/web"
)

func roundPath(id string) string { return "/honour/rounds/" + id }

func candidatePath(c *honour.Candidate) string {
	return roundPath(c.RoundID) + "/candidates/" + c.ID
}

func tone(s honour.State) web.Tone {
	return map[honour.State]web.Tone{honour.Voting: web.Info, honour.Publicity: web.Info, honour.Closed: web.Success, honour.Void: web.Warning}[s]
}

func candidateTone(s honour.CandidateState) web.Tone {
	return map[honour.CandidateState]web.Tone{honour.Vetoed: web.Danger, honour.Honored: web.Success}[s]
}

func (h handlers) rounds(c *web.Ctx) error { return h.showRounds(c, nil) }

func (h handlers) showRounds(c *web.Ctx, f *web.Form) error {
	list, next, err := h.Honour.Rounds(c.Context(), c.Query("after"))
	if err != nil {
		return err
	}
	t := web.Table{ID: "rounds", Caption: "评选", Next: next, Columns: []web.Column{{Label: "评选", Grow: true}, {Label: "评选期", Minor: true}, {Label: "名额", Number: true, Unit: "人"}, {Label: "阶段"}},
		Empty: web.Empty{Title: "还没有评选", Text: "办公室发起评选后，各单位在这里提名，政务监察股评分，大家投票。"}}
	for _, r := range list {
		t.Rows = append(t.Rows, web.Row{ID: r.ID, Href: roundPath(r.ID), Cells: []templ.Component{web.CellLink(roundPath(r.ID), r.Title), web.CellText(period(&r)), web.CellNumber(r.Seats), web.StateBadge(tone(r.State), r.State.Label())}})
	}
	parts := []templ.Component{web.DataTable(t)}
	if c.Can(honour.PermManage) {
		today := c.Now().Date()
		first := clock.Day(today.Year(), today.Month(), 1)
		parts = append(parts, web.PartPanel("发起评选", web.FieldsForm(web.FormBox{Form: f, ID: "open", Action: "/honour/rounds", Submit: "发起评选"},
			web.InputText(web.Field{Form: f, Name: "title", Label: "名称", Hint: "如 2026年第二季度政务之星", Max: 60}),
			web.FieldLine(web.InputDate(web.Field{Form: f, Name: "from", Label: "评选期从", Value: first.String()}), web.InputDate(web.Field{Form: f, Name: "to", Label: "到", Value: today.String()}),
				web.InputText(web.Field{Form: f, Name: "seats", Label: "名额", Type: "number", Unit: "人", Value: "5", Short: true})))))
	}
	parts = append(parts, ruleLine())
	page := web.StaffPage(web.Page{Title: "政务之星", Lead: "提名、评分、投票、公示、审定。有否决项的不能评选，并写明理由。"}, parts)
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func period(r *honour.Round) string { return r.From.String() + " 至 " + r.To.String() }

func (h handlers) open(c *web.Ctx) error {
	f := c.Form()
	in := honour.RoundInput{Title: f.Text("title"), From: f.Date("from"), To: f.Date("to"), Seats: f.Int("seats")}
	if f.OK() {
		r, err := h.Honour.OpenRound(c.Context(), in)
		if err == nil {
			c.Flash(web.Success, "评选已发起，各单位可以提名。")
			return c.Redirect(roundPath(r.ID))
		}
		if !f.Take(err) {
			return err
		}
	}
	return h.showRounds(c, f)
}

func (h handlers) round(c *web.Ctx) error { return h.showRound(c, nil) }

func (h handlers) showRound(c *web.Ctx, f *web.Form) error {
	s, err := h.Honour.Round(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	parts := []templ.Component{web.FormProblems(f), web.Definitions(roundItems(&s)), web.DataTable(candidateTable(&s))}
	act, err := h.roundActions(c, f, &s)
	if err != nil {
		return err
	}
	page := web.StaffPage(web.Page{Title: s.Title, Lead: "评选期 " + period(&s.Round) + "。", Crumbs: []web.Link{{Label: "政务之星", Href: "/honour/rounds"}}}, append(parts, act...))
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func roundItems(s *honour.Sheet) []web.Item {
	var weights []string
	for _, k := range s.Rules.Criteria {
		weights = append(weights, k.Name+" "+strconv.FormatInt(k.Weight, 10)+"%")
	}
	var bars []string
	for _, d := range s.Rules.Disqualifiers {
		bars = append(bars, d.Name)
	}
	out := []web.Item{{Label: "阶段", Value: web.StateBadge(tone(s.State), s.State.Label())}, web.ItemText("名额", strconv.FormatInt(s.Seats, 10)+" 人"),
		web.ItemText("评选办法", s.Rules.Name+"，第 "+strconv.FormatInt(s.Rules.Revision, 10)+" 版"), web.ItemText("评选项目", strings.Join(weights, "、")), web.ItemText("否决项", strings.Join(bars, "、")),
		web.ItemText("投票", ballots(s))}
	if s.PublicityUntil != 0 {
		out = append(out, web.ItemText("公示", web.MomentText(s.PublicityFrom)+" 至 "+calendar.FormatDue(s.PublicityUntil)))
	}
	if s.Remark != "" {
		out = append(out, web.ItemText("说明", s.Remark))
	}
	return out
}

// ballots says how many have voted, once nobody votes any more.
func ballots(s *honour.Sheet) string {
	cast := fmt.Sprintf("职工 %d 票，群众 %d 票", s.StaffBallots, s.PublicBallots)
	if s.State == honour.Voting {
		cast = "票数在投票结束后公布"
	}
	return fmt.Sprintf("%s（已发放投票码 %d 个）", cast, s.Codes)
}

func candidateTable(s *honour.Sheet) web.Table {
	t := web.Table{ID: "candidates", Caption: "候选人", Download: roundPath(s.ID) + "/export.xlsx", Columns: []web.Column{{Label: "候选人", Name: true}, {Label: "单位"}, {Label: "事迹", Grow: true, Wrap: true, Minor: true}, {Label: "总分", Number: true}, {Label: "名次", Number: true}, {Label: "状态", Wrap: true}},
		Empty: web.Empty{Title: "还没有候选人", Text: "首席代表、部门审批人、热线办和站点管理员可以提名本单位的人员。"}}
	for i := range s.Candidates {
		k := &s.Candidates[i]
		total, place := "—", "—"
		if k.Place > 0 {
			total, place = metric.Hundredths(k.Total), strconv.FormatInt(k.Place, 10)
		}
		t.Rows = append(t.Rows, web.Row{ID: k.ID, Href: candidatePath(k), Cells: []templ.Component{web.CellLink(candidatePath(k), k.Name), web.CellText(k.UnitName), web.CellText(k.Reason), web.CellText(total), web.CellText(place), stateCell(s, k)}})
	}
	return t
}

func stateCell(s *honour.Sheet, k *honour.Candidate) templ.Component {
	switch {
	case k.State == honour.Vetoed:
		return badges(web.Danger, "否决", vetoText(s, k))
	case k.Proposed && s.State == honour.Publicity:
		return badges(web.Info, "拟表彰", "")
	}
	return badges(candidateTone(k.State), k.State.Label(), k.No)
}

// vetoText says why somebody is barred: what the rules call it, and the reason.
func vetoText(s *honour.Sheet, k *honour.Candidate) string {
	d, _ := s.Rules.Disqualifier(k.VetoCode)
	text := d.Name + "：" + k.VetoReason
	if k.VetoRecord != "" {
		text += "（" + k.VetoRecord + "）"
	}
	return text
}

// roundActions are what the reader may do with the round now.
func (h handlers) roundActions(c *web.Ctx, f *web.Form, s *honour.Sheet) ([]templ.Component, error) {
	var out []templ.Component
	at := roundPath(s.ID)
	if s.State == honour.Nominating && c.Can(honour.PermNominate) {
		people, err := h.Honour.Colleagues(c.Context())
		if err != nil {
			return nil, err
		}
		var options []web.Option
		for _, p := range people {
			options = append(options, web.Option{Value: p.UserID, Label: p.Name, Group: p.Unit})
		}
		out = append(out, web.PartPanel("提名", web.FieldsForm(web.FormBox{ID: "nominate", Action: at + "/nominate", Submit: "提名", Draft: "nominate-" + s.ID},
			web.InputSelect(web.Field{Form: f, Name: "user_id", Label: "人员", Options: options}), web.InputArea(web.Field{Form: f, Name: "reason", Label: "事迹", Max: 1000, Rows: 3}))))
	}
	if s.State == honour.Publicity && c.Can(honour.PermDecide) {
		out = append(out, decideForm(f, s, at))
	}
	if !c.Can(honour.PermManage) {
		return out, nil
	}
	if word := map[honour.State]string{honour.Nominating: "结束提名，开始评分", honour.Scoring: "开始投票", honour.Voting: "结束投票，公示结果"}[s.State]; word != "" {
		out = append(out, web.Actions([]web.Action{{Label: word, Href: at + "/advance", Post: true, Weight: web.Primary, Version: s.Version, Confirm: "确定" + word + "？不能退回上一阶段。"}}, nil))
		out = append(out, web.PartPanel("群众投票码", web.FieldsForm(web.FormBox{ID: "codes", Action: at + "/codes", Submit: "发放"},
			web.InputText(web.Field{Form: f, Name: "count", Label: "发放", Type: "number", Unit: "个", Value: "50", Short: true, Hint: "打印后由窗口发给办完事的群众，一码一票"}))))
	}
	if s.State != honour.Closed && s.State != honour.Void {
		out = append(out, web.PartPanel("终止评选", web.FieldsForm(web.FormBox{ID: "void", Action: at + "/void", Submit: "终止评选", Danger: true, Version: s.Version},
			web.InputText(web.Field{Form: f, Name: "void_reason", Label: "理由", Max: 500}))))
	}
	return out, nil
}

func decideForm(f *web.Form, s *honour.Sheet, at string) templ.Component {
	var options []web.Option
	var chosen []string
	for _, k := range s.Candidates {
		if k.Proposed && k.State == honour.Running {
			options, chosen = append(options, web.Option{Value: k.ID, Label: k.Name + "（" + k.UnitName + "，" + metric.Hundredths(k.Total) + " 分）"}), append(chosen, k.ID)
		}
	}
	return web.PartPanel("审定", web.FieldsForm(web.FormBox{ID: "decide", Action: at + "/decide", Submit: "审定并公布", Version: s.Version},
		web.InputChecks(web.Field{Form: f, Name: "awards", Label: "表彰", Values: chosen, Options: options, Hint: "最多 " + strconv.FormatInt(s.Seats, 10) + " 人；公示期满后才能审定", Optional: true}),
		web.InputText(web.Field{Form: f, Name: "remark", Label: "说明", Max: 500, Optional: true})))
}

// after answers a change of a round: back to it, or the page again with what was wrong.
func (h handlers) after(c *web.Ctx, err error, done string) error {
	if err == nil {
		c.Flash(web.Success, done)
		return c.Redirect(roundPath(c.Param("id")))
	}
	if f := c.Form(); f.Take(err) {
		if f.At(roundPath(c.Param("id"))+"/void") != nil {
			f.Rename("reason", "void_reason")
		}
		return h.showRound(c, f)
	}
	return err
}

func (h handlers) nominate(c *web.Ctx) error {
	f := c.Form()
	k, err := h.Honour.Nominate(c.Context(), c.Param("id"), honour.NominateInput{UserID: f.Text("user_id"), Reason: f.Text("reason")})
	done := "已提名" + k.Name + "。"
	if k.State == honour.Vetoed {
		done = "已登记" + k.Name + "的提名，但有否决项：" + k.VetoReason
	}
	return h.after(c, err, done)
}

func (h handlers) advance(c *web.Ctx) error {
	r, err := h.Honour.Advance(c.Context(), c.Param("id"), c.Form().Version())
	return h.after(c, err, "已进入"+r.State.Label()+"阶段。")
}

func (h handlers) void(c *web.Ctx) error {
	_, err := h.Honour.VoidRound(c.Context(), c.Param("id"), c.Form().Version(), c.Form().Text("void_reason"))
	return h.after(c, err, "评选已终止。")
}

func (h handlers) decide(c *web.Ctx) error {
	f := c.Form()
	_, err := h.Honour.Decide(c.Context(), c.Param("id"), f.Version(), honour.DecideInput{Awards: f.All("awards"), Remark: f.Text("remark")})
	return h.after(c, err, "已审定，证书可以打印。")
}

// codes shows the new codes once, to be printed and cut into slips.
func (h handlers) codes(c *web.Ctx) error {
	list, err := h.Honour.IssueCodes(c.Context(), c.Param("id"), c.Form().Int("count"))
	if err != nil {
		return h.after(c, err, "")
	}
	s, err := h.Honour.Round(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.Render(codesPage(s.Title, list))
}

func (h handlers) export(c *web.Ctx) error {
	s, err := h.Honour.Round(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	columns := []xlsx.Column{{Label: "候选人", Width: 12}, {Label: "单位", Width: 20}, {Label: "事迹", Width: 50, Wrap: true}}
	for _, k := range s.Rules.Criteria {
		columns = append(columns, xlsx.Column{Label: k.Name + "（" + strconv.FormatInt(k.Weight, 10) + "%）", Width: 16})
	}
	columns = append(columns, xlsx.Column{Label: "总分"}, xlsx.Column{Label: "名次", Kind: xlsx.Int}, xlsx.Column{Label: "状态"}, xlsx.Column{Label: "否决理由", Width: 40, Wrap: true}, xlsx.Column{Label: "证书编号", Width: 22})
	sheet := xlsx.Sheet{Name: "候选人", Title: s.Title, Note: "评选期 " + period(&s.Round) + "，阶段：" + s.State.Label(), Columns: columns}
	return c.Stream(s.Title+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return sheet.Write(w, func(add func(...any) error) error {
			for i := range s.Candidates {
				if err := add(exportRow(&s, &s.Candidates[i])...); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func exportRow(s *honour.Sheet, k *honour.Candidate) []any {
	row := []any{k.Name, k.UnitName, k.Reason}
	for _, x := range s.Rules.Criteria {
		switch n, scored := k.Scores[x.Code]; {
		case x.Kind != honour.Scored && s.State == honour.Voting:
			row = append(row, "—")
		case x.Kind == honour.StaffVote:
			row = append(row, k.StaffVotes)
		case x.Kind == honour.PublicVote:
			row = append(row, k.PublicVotes)
		case scored:
			row = append(row, metric.Hundredths(n))
		default:
			row = append(row, "—")
		}
	}
	veto := ""
	if k.State == honour.Vetoed {
		veto = vetoText(s, k)
	}
	return append(row, metric.Hundredths(k.Total), k.Place, k.State.Label(), veto, k.No)
}

// certificate is the certificate of a star as a PDF.
func (h handlers) certificate(c *web.Ctx) error {
	x, err := h.Honour.Certificate(c.Context(), c.Param("id"), c.Param("candidate"))
	if err != nil {
		return err
	}
	return c.Stream(x.No+".pdf", "application/pdf", func(w io.Writer) error { return h.Print.Write(w, certificateOf(x)) })
}

func certificateOf(x honour.Certificate) paper.Document {
	day := fmt.Sprintf("%d年%d月%d日", x.Day.Year(), int(x.Day.Month()), x.Day.DayOfMonth())
	return paper.Document{Title: "荣誉证书 " + x.No, Author: x.Centre, Sections: []paper.Section{{Landscape: true, Blocks: []paper.Block{
		paper.Text(paper.Title, "荣 誉 证 书"), paper.Text(paper.Subtitle, x.No), paper.Text(paper.Addressee, x.Name+" 同志："),
		paper.Text(paper.Body, "您在"+x.Unit+"的工作中表现突出，经提名、评分、投票和公示，在“"+x.Title+"”评选中被评为“政务之星”。"), paper.Text(paper.Body, "特发此证，以资鼓励。"),
		paper.Text(paper.Signature, x.Centre+"（印章）"), paper.Text(paper.Signature, day)}}}}
}
