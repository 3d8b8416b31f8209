package honourhttp

import (
	"context"
	"math"
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/blob"
	"yichuang/internal/errs"
	"yichuang/internal/evidence"
	"yichuang/internal/evidence/evidencehttp"
	"yichuang/internal/honour"
	"yichuang/internal/metric"
	"yichuang/internal/money"
	"yichuang/internal/web"
)

func (h handlers) candidate(c *web.Ctx) error { return h.showCandidate(c, nil) }

func (h handlers) showCandidate(c *web.Ctx, f *web.Form) error {
	s, err := h.Honour.Round(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	var k *honour.Candidate
	for i := range s.Candidates {
		if s.Candidates[i].ID == c.Param("candidate") {
			k = &s.Candidates[i]
		}
	}
	if k == nil {
		return honour.ErrMissing.Hide()
	}
	names, err := h.Org.UserNames(c.Context(), []string{k.NominatedBy, k.VetoBy})
	if err != nil {
		return err
	}
	parts := []templ.Component{web.FormProblems(f), web.Definitions(candidateItems(&s, k, names)), evidencehttp.List(k.Files, "/honour/candidates/"+k.ID+"/files", partLabel)}
	page := web.StaffPage(web.Page{Title: k.Name, Lead: k.UnitName, Crumbs: []web.Link{{Label: "政务之星", Href: "/honour/rounds"}, {Label: s.Title, Href: roundPath(s.ID)}}, Narrow: true},
		append(parts, append(fileForms(c, f, &s, k), candidateActions(c, f, &s, k)...)...))
	if f != nil {
		return c.Invalid(page)
	}
	return c.Render(page)
}

func candidateItems(s *honour.Sheet, k *honour.Candidate, names map[string]string) []web.Item {
	out := []web.Item{{Label: "状态", Value: web.StateBadge(candidateTone(k.State), k.State.Label())}, web.ItemText("提名", names[k.NominatedBy]+"，"+web.MomentText(k.NominatedAt)), {Label: "事迹", Value: web.CellText(k.Reason), Wide: true}}
	if k.State == honour.Vetoed {
		by := names[k.VetoBy]
		if k.VetoBy == "" {
			by = "系统核对"
		}
		out = append(out, web.Item{Label: "否决", Value: web.CellText(vetoText(s, k)), Wide: true}, web.ItemText("发生日期", k.VetoDay.String()), web.ItemText("否决人", by))
	}
	for _, x := range s.Rules.Criteria {
		if n, ok := k.Scores[x.Code]; ok {
			out = append(out, web.ItemText(x.Name, metric.Hundredths(n)+" 分"))
		}
	}
	if s.State != honour.Voting {
		out = append(out, web.ItemText("得票", "职工 "+strconv.FormatInt(k.StaffVotes, 10)+"，群众 "+strconv.FormatInt(k.PublicVotes, 10)))
	}
	if k.Place > 0 {
		out = append(out, web.ItemText("总分、名次", metric.Hundredths(k.Total)+" 分，第 "+strconv.FormatInt(k.Place, 10)+" 名"))
	}
	return out
}

func partLabel(part string) string {
	return map[string]string{honour.PartVeto: "否决的佐证"}[part]
}

// fileForms are the forms for papers: of the deeds by whoever nominated, of what bars by those who score.
func fileForms(c *web.Ctx, f *web.Form, s *honour.Sheet, k *honour.Candidate) []templ.Component {
	if s.State != honour.Nominating && s.State != honour.Scoring && s.State != honour.Voting {
		return nil
	}
	var out []templ.Component
	if c.Can(honour.PermNominate) && k.NominatedBy == c.Actor().UserID {
		out = append(out, web.PartPanel("事迹材料", web.FieldsForm(web.FormBox{ID: "deeds", Action: candidatePath(k) + "/deeds", Submit: "上传", Upload: true}, evidencehttp.Field(f.At(candidatePath(k)+"/deeds"), "照片和材料", ""))))
	}
	if c.Can(honour.PermScore) {
		out = append(out, web.PartPanel("否决的佐证", web.FieldsForm(web.FormBox{ID: "proofs", Action: candidatePath(k) + "/proofs", Submit: "上传", Upload: true}, evidencehttp.Field(f.At(candidatePath(k)+"/proofs"), "通报、认定书等", "候选人和其他职工看不到"))))
	}
	return out
}

func (h handlers) addDeeds(c *web.Ctx) error { return h.addFiles(c, h.Honour.AddDeedFiles) }

func (h handlers) addProofs(c *web.Ctx) error { return h.addFiles(c, h.Honour.AddVetoFiles) }

func (h handlers) addFiles(c *web.Ctx, add func(context.Context, string, []blob.Upload) ([]evidence.File, error)) error {
	f := c.Form()
	files := evidencehttp.Save(c, f, c.Actor().CentreID, h.Blobs)
	if !f.OK() {
		return h.showCandidate(c, f)
	}
	_, err := add(c.Context(), c.Param("candidate"), files)
	return h.afterCandidate(c, err, "已上传。")
}

func (h handlers) openFile(c *web.Ctx) error {
	b, err := h.Honour.OpenFile(c.Context(), c.Param("id"), c.Param("file"))
	if err != nil {
		return err
	}
	return h.Blobs.Serve(c.Writer, c.Request, b)
}

func candidateActions(c *web.Ctx, f *web.Form, s *honour.Sheet, k *honour.Candidate) []templ.Component {
	var out []templ.Component
	at := candidatePath(k)
	if k.State == honour.Honored {
		out = append(out, web.Actions([]web.Action{{Label: "打印证书（PDF）", Href: at + "/certificate.pdf", Weight: web.Primary}}, nil))
	}
	if k.State == honour.Vetoed && c.Can(honour.PermDecide) && (s.State == honour.Nominating || s.State == honour.Scoring || s.State == honour.Voting) {
		out = append(out, web.PartPanel("撤销否决", web.FieldsForm(web.FormBox{ID: "lift", Action: at + "/lift", Submit: "撤销否决"}, web.InputText(web.Field{Form: f, Name: "lift_reason", Label: "理由", Hint: "事实已更正时使用；记录没有更正的，下一步会再次否决", Max: 500}))))
	}
	if k.State != honour.Running {
		return out
	}
	if s.State == honour.Voting && c.Can(honour.PermVote) {
		if s.Voted {
			out = append(out, web.Notice(web.Info, "您在本次评选中已经投过票。"))
		} else {
			out = append(out, web.Actions([]web.Action{{Label: "投" + k.Name + "一票", Href: at + "/vote", Post: true, Weight: web.Primary, Confirm: "确定把您的一票投给" + k.Name + "？每人一票，投后不能改。"}}, nil))
		}
	}
	if !c.Can(honour.PermScore) {
		return out
	}
	if s.State == honour.Scoring {
		version := k.Version
		if f != nil && f.Version() > 0 { // what was typed stays on what was seen then
			version = f.Version()
		}
		var fields []templ.Component
		for _, x := range s.Rules.Criteria {
			if x.Kind == honour.Scored {
				value := ""
				if n, ok := k.Scores[x.Code]; ok {
					value = metric.Hundredths(n)
				}
				fields = append(fields, web.InputText(web.Field{Form: f, Name: x.Code, Label: x.Name, Value: value, Unit: "分", Hint: "0 到 100，最多两位小数", Max: 6, Short: true}))
			}
		}
		out = append(out, web.PartPanel("评分", web.FieldsForm(web.FormBox{ID: "score", Action: at + "/score", Submit: "保存评分", Version: version}, web.FieldLine(fields...))))
	}
	if s.State == honour.Closed || s.State == honour.Void {
		return out
	}
	var bars []web.Option
	for _, d := range s.Rules.Disqualifiers {
		bars = append(bars, web.Option{Value: d.Code, Label: d.Name})
	}
	return append(out, web.PartPanel("否决", web.FieldsForm(web.FormBox{ID: "veto", Action: at + "/veto", Submit: "否决", Danger: true},
		web.FieldLine(web.InputSelect(web.Field{Form: f, Name: "code", Label: "否决项", Options: bars}), web.InputDate(web.Field{Form: f, Name: "day", Label: "发生日期"})),
		web.InputArea(web.Field{Form: f, Name: "reason", Label: "理由", Hint: "在评选页和公示中写明", Max: 500, Rows: 2}),
		web.InputText(web.Field{Form: f, Name: "record", Label: "佐证", Hint: "文号、投诉编号或通报名称", Max: 200}))))
}

func (h handlers) afterCandidate(c *web.Ctx, err error, done string) error {
	if err == nil {
		c.Flash(web.Success, done)
		return c.Redirect(roundPath(c.Param("id")) + "/candidates/" + c.Param("candidate"))
	}
	if f := c.Form(); f.Take(err) {
		return h.showCandidate(c, f)
	}
	return err
}

func (h handlers) score(c *web.Ctx) error {
	s, err := h.Honour.Round(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	f := c.Form()
	points := map[string]int64{}
	for _, x := range s.Rules.Criteria {
		if x.Kind != honour.Scored {
			continue
		}
		n, err := money.ParseYuan(f.Text(x.Code)) // two decimals, exactly
		if err != nil || n < 0 || n > math.MaxInt32 {
			err = honour.ErrInput.Field(x.Code, "“%s”的分数应为 0 到 100 分，最多两位小数。", x.Name)
			return h.afterCandidate(c, err, "")
		}
		points[x.Code] = int64(n)
	}
	_, err = h.Honour.Score(c.Context(), c.Param("id"), c.Param("candidate"), f.Version(), points)
	return h.afterCandidate(c, err, "评分已保存。")
}

func (h handlers) veto(c *web.Ctx) error {
	f := c.Form()
	in := honour.VetoInput{Code: f.Text("code"), Day: f.Date("day"), Reason: f.Text("reason"), Record: f.Text("record")}
	var err error = honour.ErrInput
	if f.OK() {
		_, err = h.Honour.Veto(c.Context(), c.Param("id"), c.Param("candidate"), in)
	}
	return h.afterCandidate(c, err, "已否决，理由会在评选页写明。")
}

func (h handlers) lift(c *web.Ctx) error {
	f := c.Form()
	_, err := h.Honour.Lift(c.Context(), c.Param("id"), c.Param("candidate"), f.Text("lift_reason"))
	if err == nil || !f.Take(err) {
		return h.afterCandidate(c, err, "已撤销否决。")
	}
	return h.showCandidate(c, f.Rename("reason", "lift_reason"))
}

func (h handlers) vote(c *web.Ctx) error {
	err := h.Honour.Vote(c.Context(), c.Param("id"), c.Param("candidate"))
	if errs.CodeOf(err) == honour.ErrVoted.Code {
		c.Flash(web.Warning, honour.ErrVoted.Public)
		return c.Redirect(roundPath(c.Param("id")) + "/candidates/" + c.Param("candidate"))
	}
	return h.afterCandidate(c, err, "投票成功，谢谢。")
}
