package workforcehttp

import (
	"context"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/blob"
	"yichuang/internal/evidence"
	"yichuang/internal/evidence/evidencehttp"
	"yichuang/internal/metric"
	"yichuang/internal/web"
	"yichuang/internal/workforce"
)

func number(n int64) string { return strconv.FormatInt(n, 10) }

// points reads a number with at most two decimals as hundredths.
func points(f *web.Form, name, label string) int64 {
	whole, frac, _ := strings.Cut(f.Text(name), ".")
	if whole == "" && frac == "" {
		return 0
	}
	if len(frac) <= 2 && len(whole) <= 5 {
		if n, err := strconv.ParseInt(whole+frac+strings.Repeat("0", 2-len(frac)), 10, 64); err == nil && n >= 0 {
			return n
		}
	}
	f.Fail(name, "%s应为数字，最多两位小数。", label)
	return 0
}

func scoreTone(s workforce.ScoreState) web.Tone {
	switch s {
	case workforce.Confirmed:
		return web.Danger
	case workforce.Proposed:
		return web.Warning
	}
	return web.Info
}

func signed(e workforce.ScoreEvent) string {
	if e.Kind == workforce.Deduct {
		return workforce.PointsText(-e.Points)
	}
	return "+" + workforce.PointsText(e.Points)
}

// scoresView is the list of events of a month.
type scoresView struct {
	Form   *web.Form
	Month  string
	State  string
	List   []workforce.ScoreLine
	Next   string
	Decide bool
	Appeal bool
	UserID string
	Mine   bool
}

func stateOptions() []web.Option {
	var out []web.Option
	for _, s := range []workforce.ScoreState{workforce.Proposed, workforce.Confirmed, workforce.Declined, workforce.Void} {
		out = append(out, web.Option{Value: string(s), Label: s.Label()})
	}
	return append(out, web.Option{Value: "appeal", Label: "申诉中"})
}

// who is the person or the window that an event is about.
func who(e workforce.ScoreLine) string {
	if e.Name == "" {
		return e.Unit + "（窗口）"
	}
	return e.Name + "（" + e.Unit + "）"
}

// origin says who proposed an event.
func origin(e workforce.ScoreLine) string {
	if label, ok := map[string]string{"attendance": "考勤归集", "casework": "办件归集", "rating": "好差评归集", "complaint": "投诉归集", "supervision": "监察归集", workforce.Manual: "人工提出"}[e.Source]; ok {
		return label
	}
	return "系统归集"
}

func (h handlers) scores(c *web.Ctx) error { return h.showScores(c, nil) }

func (h handlers) showScores(c *web.Ctx, f *web.Form) error {
	month := monthOf(c)
	v := scoresView{Form: f, Month: monthText(month), State: c.Query("state"), Decide: c.Can(workforce.PermScoreDecide), Appeal: c.Can(workforce.PermScoreAppeal), UserID: c.Actor().UserID}
	filter := workforce.ScoreFilter{Month: month, State: workforce.ScoreState(v.State), After: c.Query("after"), Limit: 50}
	if v.State == "appeal" {
		filter.State, filter.Appeal = "", true
	}
	var err error
	if v.List, v.Next, err = h.Workforce.Scores(c.Context(), filter); err != nil {
		return err
	}
	if f != nil {
		return c.Invalid(scoresPage(v))
	}
	return c.Render(scoresPage(v))
}

// scoreDone answers a step of an event, back on the list of its month.
func (h handlers) scoreDone(c *web.Ctx, e workforce.ScoreEvent, err error, done string) error {
	f := c.Form()
	if err == nil {
		c.Flash(web.Success, done)
		return c.Redirect("/workforce/scores?month=" + monthText(e.Month) + "#score-" + e.ID)
	}
	if f.Take(err) {
		return h.showScores(c, f)
	}
	return err
}

func (h handlers) decideScore(c *web.Ctx) error {
	f := c.Form()
	uphold, err := f.Either("uphold", "1", "0")
	var e workforce.ScoreEvent
	if err == nil {
		e, err = h.Workforce.DecideScore(c.Context(), c.Param("id"), f.Version(), uphold, f.Text("remark"))
	}
	return h.scoreDone(c, e, err, "已决定："+e.State.Label()+"。")
}

func (h handlers) appeal(c *web.Ctx) error {
	f := c.Form()
	e, err := h.Workforce.Appeal(c.Context(), c.Param("id"), f.Version(), f.Text("text"))
	return h.scoreDone(c, e, err, "已提交申诉，由政务监察股答复。")
}

func (h handlers) answer(c *web.Ctx) error {
	f := c.Form()
	uphold, err := f.Either("uphold", "1", "0")
	var e workforce.ScoreEvent
	if err == nil {
		e, err = h.Workforce.AnswerAppeal(c.Context(), c.Param("id"), f.Version(), uphold, f.Text("answer"))
	}
	return h.scoreDone(c, e, err, "已答复："+e.Appeal.Label()+"。")
}

func (h handlers) putRight(c *web.Ctx) error {
	e, err := h.Workforce.PutRight(c.Context(), c.Param("id"), c.Form().Text("reason"))
	return h.scoreDone(c, e, err, "已提出更正，计入 "+monthText(e.Month)+"，由另一人复核。")
}

// scoreFormView is the form of a proposal, with what the actor has proposed.
type scoreFormView struct {
	Form    *web.Form
	People  []web.Option
	Units   []web.Option
	Charges []web.Option
	Mine    web.Table
}

func (h handlers) scoreForm(c *web.Ctx) error { return h.showScoreForm(c, nil) }

func (h handlers) showScoreForm(c *web.Ctx, f *web.Form) error {
	v := scoreFormView{Form: f}
	rules, err := h.Workforce.Rules(c.Context(), metric.Month(c.Now().Date()).From)
	if err != nil {
		return err
	}
	v.Charges = charges(rules.Def, c.Can(workforce.PermScoreAny))
	if c.Can(workforce.PermStaffRead) {
		if v.People, err = h.people(c); err != nil {
			return err
		}
	}
	if v.Units, err = h.Units(c.Context()); err != nil {
		return err
	}
	list, next, err := h.Workforce.Scores(c.Context(), workforce.ScoreFilter{Mine: true, After: c.Query("after"), Limit: 50})
	if err != nil {
		return err
	}
	v.Mine = mineTable(list, next)
	if f != nil {
		return c.Invalid(scoreFormPage(v))
	}
	return c.Render(scoreFormPage(v))
}

// charges lists the standards that somebody may propose.
func charges(d workforce.Definition, all bool) []web.Option {
	names := map[string]string{workforce.ItemBonus: "加分"}
	for _, it := range d.Items {
		names[it.Code] = it.Name
	}
	var out []web.Option
	for _, x := range d.Charges {
		if !all && x.Item != workforce.ItemHousekeeping {
			continue
		}
		label := x.Name + "（" + workforce.PointsText(x.Points) + " 分）"
		if x.Free {
			label = x.Name + "（最多 " + workforce.PointsText(x.Cap) + " 分）"
		}
		out = append(out, web.Option{Value: x.Code, Label: label, Group: names[x.Item]})
	}
	return out
}

func mineTable(list []workforce.ScoreLine, next string) web.Table {
	t := web.Table{ID: "mine", Caption: "我提出的", Next: next, Columns: []web.Column{{Label: "日期"}, {Label: "对象", Name: true}, {Label: "事由", Grow: true}, {Label: "分值", Number: true}, {Label: "状态"}}, Empty: web.Empty{Title: "您还没有提出过", Text: "提出后由政务监察股复核，认定后计入当月考核。"}}
	for _, e := range list {
		t.Rows = append(t.Rows, web.Row{ID: e.ID, Cells: []templ.Component{web.CellDate(e.Day), web.CellText(who(e)), web.CellText(e.Charge + "：" + e.Text), web.CellText(signed(e.ScoreEvent)), web.StateBadge(scoreTone(e.State), e.State.Label())}})
	}
	return t
}

func (h handlers) fileScore(c *web.Ctx) error {
	f := c.Form()
	files := evidencehttp.Save(c, f, c.Actor().CentreID, h.Blobs)
	in := workforce.ScoreInput{Day: f.Date("day"), UserID: f.Text("user_id"), UnitID: f.Text("unit_id"), Code: f.Text("code"), Points: points(f, "points", "分值"), Text: f.Text("text"), Evidence: f.Text("evidence")}
	if f.OK() {
		e, err := h.Workforce.FileScore(c.Context(), in)
		if err == nil && len(files) > 0 {
			_, err = h.Workforce.AddScoreFiles(c.Context(), e.ID, files)
		}
		if err == nil {
			c.Flash(web.Success, "已提出，等待复核。")
			return c.Redirect("/workforce/scores/new")
		}
		if !f.Take(err) {
			return err
		}
	}
	evidencehttp.ChooseAgain(f)
	return h.showScoreForm(c, f)
}

func (h handlers) addScoreFiles(c *web.Ctx) error { return h.addFiles(c, h.Workforce.AddScoreFiles) }

func (h handlers) addAppealFiles(c *web.Ctx) error { return h.addFiles(c, h.Workforce.AddAppealFiles) }

// addFiles puts files to an event, back on the list of the month.
func (h handlers) addFiles(c *web.Ctx, add func(context.Context, string, []blob.Upload) ([]evidence.File, error)) error {
	f := c.Form()
	files := evidencehttp.Save(c, f, c.Actor().CentreID, h.Blobs)
	if f.OK() {
		_, err := add(c.Context(), c.Param("id"), files)
		if err == nil {
			c.Flash(web.Success, "已上传。")
			if !c.Can(workforce.PermScoreRead) {
				return c.Redirect("/workforce/scores/new")
			}
			return c.Redirect("/workforce/scores?month=" + monthText(monthOf(c)))
		}
		if !f.Take(err) {
			return err
		}
	}
	if !c.Can(workforce.PermScoreRead) {
		return h.showScoreForm(c, f)
	}
	return h.showScores(c, f)
}

func (h handlers) openScoreFile(c *web.Ctx) error {
	b, err := h.Workforce.OpenScoreFile(c.Context(), c.Param("id"), c.Param("file"))
	if err != nil {
		return err
	}
	return h.Blobs.Serve(c.Writer, c.Request, b)
}

// scoreFiles are the files of an event, and the form for more by those who may add: the proposer while it waits, the other side while the
// appeal waits.
func scoreFiles(v scoresView, e workforce.ScoreLine) []templ.Component {
	at := "/workforce/scores/" + e.ID
	out := []templ.Component{evidencehttp.List(e.Files, at+"/files", func(part string) string { return map[string]string{workforce.PartAppeal: "申诉"}[part] })}
	form := func(id, action string) {
		f := v.Form.At(action)
		out = append(out, moreFiles(!f.OK(), web.FieldsForm(web.FormBox{ID: id + e.ID, Action: action + "?month=" + v.Month, Submit: "上传佐证", Upload: true}, evidencehttp.Field(f, "佐证材料", ""))))
	}
	switch {
	case e.State == workforce.Proposed && e.ByUser == v.UserID, e.State == workforce.Proposed && v.Decide && e.Source != workforce.Manual:
		form("files-", at+"/files")
	case v.Appeal && e.Appeal == workforce.AppealWaiting:
		form("appeal-", at+"/appeal/files")
	}
	return out
}
