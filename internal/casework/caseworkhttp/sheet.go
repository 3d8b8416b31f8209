package caseworkhttp

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// sheetView is the sheet of a case with the form of the step that was chosen.
type sheetView struct {
	casework.Sheet
	Do   casework.Action
	Form *web.Form
	Now  clock.Instant
	Key  string
	// Next is the case to go on with after a step was taken: one of the same visit that stands where this one stood, or
	// the first of the list of that stage.
	Next  casework.Case
	Again bool // the actor may receive a new case in its place
	// Rated is what the rating of the case has come to, for those who read ratings.
	Rated string
}

func (h handlers) sheet(c *web.Ctx) error {
	s, err := h.Casework.Find(c.Context(), c.Param("no"))
	if err != nil {
		return err
	}
	v := sheetView{Sheet: s, Do: casework.Action(c.Query("do")), Now: c.Now(), Key: c.RequestID(), Again: c.Can(casework.PermReceive)}
	if h.Rated != nil {
		if v.Rated, err = h.Rated(c.Context(), s.ID); err != nil {
			return err
		}
	}
	if v.Next, err = h.goOn(c, &s); err != nil {
		return err
	}
	return c.Render(sheetPage(v))
}

// stepIsFresh is how long after a step the sheet shows the case to go on with.
const stepIsFresh = 10 * time.Minute

// left is the state out of which the reader has just taken the case; "" if he has not.
func left(c *web.Ctx, s *casework.Sheet) casework.State {
	for i := len(s.Events) - 1; i >= 0; i-- {
		if e := &s.Events[i]; e.ActorID != "" && e.ActorID == c.Actor().UserID {
			if e.Was != s.State && c.Now() < e.At.Add(stepIsFresh) {
				return e.Was
			}
			break
		}
	}
	return ""
}

// goOn finds the case to go on with when a step has taken the one shown out of a state.
func (h handlers) goOn(c *web.Ctx, s *casework.Sheet) (casework.Case, error) {
	from := left(c, s)
	if from == "" {
		return casework.Case{}, nil
	}
	for _, x := range s.Siblings {
		if x.State == from {
			return x, nil
		}
	}
	for _, x := range stages {
		if x.filter.State != from {
			continue
		}
		f := x.filter
		f.Limit = 1
		list, _, err := h.Casework.Cases(c.Context(), f)
		if err != nil || len(list) == 0 {
			return casework.Case{}, err
		}
		return list[0].Case, nil
	}
	return casework.Case{}, nil
}

func (h handlers) reveal(c *web.Ctx) error {
	s, err := h.Casework.Find(c.Context(), c.Param("no"))
	if err != nil {
		return err
	}
	p, err := h.Casework.RevealApplicant(c.Context(), s.ID)
	if err != nil {
		return err
	}
	return c.Reveal(strings.Join([]string{p.Name, p.IDType, p.IDNo, p.Phone}, "　"), casePath(s.No))
}

// act runs one step of a case by its form and shows the sheet again.
func (h handlers) act(x deed) web.Handler {
	return func(c *web.Ctx) error {
		f := c.Form()
		s, err := h.Casework.Find(c.Context(), c.Param("no"))
		if err != nil {
			return err
		}
		k := casework.Command{CaseID: s.ID, Version: f.Version(), Key: f.Text("key")}
		do := x.run
		if x.upload {
			do = h.attach(&s)
		}
		done, err := do(h.Casework, c, f, k)
		if err == nil && f.OK() {
			c.Flash(web.Success, x.action.Label()+"已办理，办件现在是“"+done.State.Label()+"”。")
			return c.Redirect(casePath(s.No))
		}
		if err != nil && !f.Take(err) {
			return err
		}
		return c.Invalid(sheetPage(sheetView{Sheet: s, Do: x.action, Form: f, Now: c.Now(), Key: c.RequestID()}))
	}
}

// attach puts the files of a form to the materials of the case.
func (h handlers) attach(s *casework.Sheet) func(mod, ctx, frm, com) (casework.Case, error) {
	return func(m mod, c ctx, f frm, k com) (casework.Case, error) {
		var codes []string
		for _, x := range s.Materials {
			codes = append(codes, x.MaterialID)
		}
		files := h.uploads(c, f, "", codes)
		if !f.OK() {
			return casework.Case{}, nil
		}
		done, err := m.Attach(c.Context(), k, files)
		if err != nil && len(codes) > 0 && f.Take(err) {
			f.Rename("files", "file."+codes[0])
			return done, nil
		}
		return done, err
	}
}

// button is one next step of a case.
type button struct {
	web.Action
	On bool
}

// buttons are the next steps in the order of likelihood, without those that the program does.
func (v sheetView) buttons() (main, more []button) {
	for _, x := range deeds() {
		if !slices.Contains(v.Allowed, x.action) || !x.fits(&v.Sheet) {
			continue
		}
		b := button{web.Action{Label: x.action.Label(), Href: casePath(v.No) + "?do=" + string(x.action) + "#act"}, x.action == v.Do}
		if x.rare || x.action == casework.ActNotify && v.AcceptedAt != 0 { // a second notice has to be reasoned and raises an alert
			more = append(more, b)
		} else {
			main = append(main, b)
		}
	}
	if i := slices.IndexFunc(main, func(b button) bool { return b.Label == casework.ActNotify.Label() }); i > 0 && v.State == casework.Received && len(v.Missing()) > 0 {
		main[i].Weight = web.Primary // there is no accepting yet
	} else if len(main) > 0 {
		main[0].Weight = web.Primary
	}
	return main, more
}

// lacking says what is missing before a case is accepted.
func (v sheetView) lacking() string {
	var names []string
	for _, m := range v.Missing() {
		names = append(names, m.Name)
	}
	switch {
	case len(names) == 0:
		return ""
	case v.likely() == casework.Tolerant:
		return "还缺：" + strings.Join(names, "、") + "。都是可容缺的材料，申请人签容缺承诺书后可以受理。"
	}
	return "还缺：" + strings.Join(names, "、") + "。请先补正告知，补齐后受理。"
}

// likely is the mode of acceptance that fits the materials.
func (v sheetView) likely() casework.Mode {
	missing := v.Missing()
	if len(missing) > 0 && !slices.ContainsFunc(missing, func(m item.Material) bool { return !m.Waivable }) {
		return casework.Tolerant
	}
	return casework.NormalMode
}

// notable are the materials about which an applicant may be told to correct something: those that he brings.
func (v sheetView) notable() []casework.CaseMaterial {
	return slices.DeleteFunc(slices.Clone(v.Materials), func(m casework.CaseMaterial) bool {
		mat, ok := v.Terms().Material(m.MaterialID)
		return ok && !mat.Handed() && m.State == casework.MaterialMissing
	})
}

// wanted is what the notice says of a material where nobody writes anything else: what was not handed in is asked for.
func (v sheetView) wanted(m casework.CaseMaterial) string {
	if v.Notices == 0 && m.State == casework.MaterialMissing {
		return "没有提交，请补交。"
	}
	return ""
}

// unprinted are links to the papers that wait to be printed, for those who may print.
func (v sheetView) unprinted() []templ.Component {
	var out []templ.Component
	for _, p := range v.Vouchers {
		if v.QueryCode != "" && p.PrintedAt == 0 {
			out = append(out, web.CellLink("/casework/vouchers/"+p.ID, p.Kind.Title()), web.CellText("　"))
		}
	}
	return out
}

// siblingTable lists the other cases of the visit.
func (v sheetView) siblingTable() web.Table {
	t := web.Table{ID: "siblings", Columns: []web.Column{{Label: "办件编号"}, {Label: "事项", Grow: true}, {Label: "状态"}}}
	for _, s := range v.Siblings {
		t.Rows = append(t.Rows, web.Row{ID: s.No, Href: casePath(s.No), Cells: []templ.Component{web.CellLink(casePath(s.No), s.No), web.CellText(s.ItemName), web.StateBadge(tone(s.State), s.State.Label())}})
	}
	return t
}

// chosen is the deed whose form is open, if it is allowed now.
func (v sheetView) chosen() (deed, bool) {
	for _, x := range deeds() {
		if x.action == v.Do && slices.Contains(v.Allowed, x.action) && x.fits(&v.Sheet) {
			return x, true
		}
	}
	return deed{}, false
}

func (v sheetView) particulars() []web.Item {
	secret := web.Secret{Masked: v.Applicant.Name + "　" + v.Applicant.IDNo + "　" + v.Applicant.Phone, Label: "申请人"}
	if v.QueryCode != "" {
		secret.Reveal = casePath(v.No) + "/applicant"
	}
	out := []web.Item{web.ItemText("事项", v.ItemName), {Label: "申请人", Value: web.SecretText(secret), Wide: true}}
	if v.Agent.Name != "" {
		out = append(out, web.ItemText("代办人", v.Agent.Name+"　"+v.Agent.Phone))
	}
	out = append(out, web.ItemText("身份核验", v.Identity), web.ItemText("办理单位", v.Unit), web.ItemText("办件类型", v.Kind.Label()), web.ItemText("收件", v.VisitNo+"，"+web.MomentText(v.ReceivedAt)))
	if v.Site != "" {
		out = append(out, web.ItemText("收件地点", strings.TrimSpace(v.Site+" "+v.Window)))
	}
	if v.Ticket != nil {
		out = append(out, ticketItem(v.Ticket))
	}
	if v.AcceptedAt != 0 {
		out = append(out, web.ItemText("受理", web.MomentText(v.AcceptedAt)+"，"+v.Mode.Label()))
	}
	if v.First != "" {
		out = append(out, web.ItemText("初审", v.First))
	}
	if v.AcceptMinutes >= 0 {
		out = append(out, web.ItemText("受理时长", fmt.Sprintf("%d.%02d 工作小时", v.AcceptMinutes/60, v.AcceptMinutes%60*100/60)))
	}
	if v.DecidedAt != 0 {
		out = append(out, web.ItemText("决定", web.MomentText(v.DecidedAt)+"，"+v.Decision.Label()))
	}
	if v.ResultNo != "" {
		out = append(out, web.ItemText("证照编号", v.ResultNo))
	}
	out = append(out, v.linked()...)
	if v.Rated != "" {
		out = append(out, web.ItemText("评价", v.Rated))
	}
	if v.Ground != "" {
		out = append(out, web.ItemText("不予受理的情形", casework.GroundLabel(v.Ground)))
	}
	if v.Fee != "" {
		out = append(out, web.ItemText("费用", v.Fee.Label()))
	}
	out = append(out, web.ItemText("到场次数", strconv.FormatInt(v.Trips, 10)), web.ItemText("承诺时限", v.limit(v.Promise, v.Terms().Promise)), web.ItemText("法定时限", v.limit(v.Statutory, v.Terms().Content.Statutory)))
	if v.ExternalNo != "" {
		out = append(out, web.ItemText("省平台编号", v.ExternalNo))
	}
	if len(v.Recused) > 0 {
		out = append(out, web.ItemText("回避", strings.Join(v.Recused, "、")))
	}
	if s := v.PledgeLabel(); s != "" {
		if v.CheckDue != 0 {
			s += "，" + calendar.FormatDue(v.CheckDue)
		}
		out = append(out, web.ItemText("承诺核查", s))
	}
	if v.Overdue != "" {
		out = append(out, web.Item{Label: "超期公开说明", Value: web.CellText(v.Overdue), Wide: true})
	}
	return out
}

// limit is how a limit was kept; before acceptance, how long it will be.
func (v sheetView) limit(x casework.Verdict, l item.Limit) string {
	switch {
	case v.AcceptedAt == 0 && v.Open && l.N > 0:
		return l.Label() + "，受理后起算"
	case v.AcceptedAt == 0 && v.Open:
		return l.Label()
	}
	return x.Label()
}

func (v sheetView) clockTable() web.Table {
	t := web.Table{ID: "clocks", Caption: "时钟", Columns: []web.Column{{Label: "时限", Grow: true}, {Label: "届满"}, {Label: "预算"}, {Label: "已用", Number: true}, {Label: "剩余", Number: true}, {Label: "暂停", Number: true}, {Label: "状态"}}, Empty: web.Empty{Title: "没有时钟"}}
	for _, k := range v.Clocks {
		name := k.Kind.Label()
		if k.Step != "" {
			name = "“" + k.Step.Label() + "”" + name
		}
		state := "已停止"
		switch {
		case k.Standing:
			state = "特别程序，不计时"
		case k.Running:
			state = k.Remaining
		case k.Late:
			state = "超期后停止"
		}
		t.Rows = append(t.Rows, web.Row{ID: k.ID, Cells: []templ.Component{web.CellText(name), web.CellText(calendar.FormatDue(k.Due)), web.CellText(budget(&k)), web.CellNumber(int64(k.Used + k.Over)), web.CellNumber(int64(k.Left)), web.CellNumber(int64(k.Removed)), web.CellText(state)}})
	}
	return t
}

// budget is what a clock has in all, in its own unit: a limit in months or years also in the days in which it is counted.
func budget(k *casework.ClockView) string {
	if k.Kind == casework.ClockRenewal { // no number of days: the licence's last day
		return "到证照期满日"
	}
	day := k.Day()
	text := item.Limit{N: day.Budget, Unit: k.Unit}.Label()
	if day.Extra > 0 {
		text += "，延期 " + strconv.Itoa(day.Extra) + " 个工作日"
	}
	if n := strconv.Itoa(k.Budget); k.Counted == item.Day && (k.Unit != item.Day || day.Extra > 0) {
		text += "（共 " + n + " 日）"
	}
	return text
}

func (v sheetView) materialTable() web.Table {
	t := web.Table{ID: "materials", Caption: "材料", Columns: []web.Column{{Label: "材料", Grow: true}, {Label: "状态"}, {Label: "收到时间"}, {Label: "电子件", Wrap: true}}, Empty: web.Empty{Title: "这个事项不需要材料"}}
	for _, m := range v.Materials {
		state := casework.MaterialLabel(m.State)
		if mat, ok := v.Terms().Material(m.MaterialID); ok && !mat.Handed() && m.State == casework.MaterialMissing {
			state = "不需要申请人提交"
		}
		t.Rows = append(t.Rows, web.Row{ID: m.MaterialID, Cells: []templ.Component{web.CellText(m.Name), web.CellText(state), web.CellTime(m.At), v.files(m.MaterialID)}})
	}
	return t
}

func (v sheetView) hearingTable() web.Table {
	t := web.Table{ID: "hearings", Caption: "听证", Columns: []web.Column{{Label: "状态"}, {Label: "告知"}, {Label: "申请期限"}, {Label: "申请"}, {Label: "举行期限"}, {Label: "举行"}, {Label: "主持人"}, {Label: "笔录摘要", Grow: true, Wrap: true}}}
	due := func(at clock.Instant) templ.Component {
		if at == 0 {
			return web.CellText("")
		}
		return web.CellText(calendar.FormatDue(at))
	}
	for _, h := range v.Hearings {
		t.Rows = append(t.Rows, web.Row{ID: h.ID, Cells: []templ.Component{web.CellText(h.State.Label()), web.CellDate(h.ToldOn), due(h.AskBy), web.CellDate(h.AskedOn), due(h.HoldBy), web.CellDate(h.HeldOn), web.CellText(strings.TrimSpace(h.ChairName + " " + h.Place)), web.CellText(h.Record)}})
	}
	return t
}

// files are the files of a material; they lead to the papers themselves for those who may read them.
func (v sheetView) files(material string) templ.Component {
	var out []templ.Component
	for _, f := range v.Files {
		if f.MaterialID != material {
			continue
		}
		if v.QueryCode == "" {
			out = append(out, web.CellText(f.Name))
			continue
		}
		out = append(out, web.CellLink(casePath(v.No)+"/files/"+f.ID, f.Name))
	}
	return templ.Join(out...)
}

func (v sheetView) voucherTable() web.Table {
	t := web.Table{ID: "papers", Caption: "文书", Columns: []web.Column{{Label: "文书", Grow: true}, {Label: "编号"}, {Label: "日期"}, {Label: "打印和阅读", Wrap: true}, {Label: "文件"}}, Empty: web.Empty{Title: "还没有文书"}}
	for _, p := range v.Vouchers {
		at, printed := "/casework/vouchers/"+p.ID, "未打印"
		if p.PrintedAt != 0 {
			printed = "已打印"
		}
		if p.ReadAt != 0 {
			printed += "；申请人 " + web.MomentText(p.ReadAt) + " 凭查询码在网上阅读"
		}
		name, file := web.CellText(p.Kind.Title()), web.CellText("")
		if v.QueryCode != "" { // who may print
			name, file = web.CellLink(at, p.Kind.Title()), web.CellLink(at+"/file.pdf", "PDF")
		}
		t.Rows = append(t.Rows, web.Row{ID: p.ID, Cells: []templ.Component{name, web.CellText(p.No), web.CellDate(p.Day), web.CellText(printed), file}})
	}
	return t
}

func (v sheetView) history() []web.Step {
	var out []web.Step
	for i := len(v.Events) - 1; i >= 0; i-- {
		e := v.Events[i]
		who := e.ActorName
		if e.Authority != "" {
			who += "（依据 " + e.Authority + "）"
		}
		tone := web.Tone("")
		if e.Action == casework.ActAttempt {
			tone = web.Danger
		}
		out = append(out, web.Step{At: e.At, Who: who, Title: e.Action.Label(), Text: e.Text, Tone: tone})
	}
	return out
}

// missingOptions are the materials that a form may be about, by their state.
func (v sheetView) materials(states ...string) []web.Option {
	var out []web.Option
	for _, m := range v.Materials {
		if len(states) == 0 || slices.Contains(states, m.State) {
			out = append(out, web.Option{Value: m.MaterialID, Label: m.Name})
		}
	}
	return out
}

// checks are what the check of a declaration may come to now: it is put right once, and only after a grant.
func (v sheetView) checks() []web.Option {
	return slices.DeleteFunc(choices(casework.PledgeStates()), func(o web.Option) bool {
		return o.Value == string(casework.PledgeFixing) && (v.Pledge == casework.PledgeFixing || v.Decision != casework.Granted)
	})
}

func choices(list []org.Choice) []web.Option {
	out := make([]web.Option, len(list))
	for i, c := range list {
		out[i] = web.Option{Value: c.Value, Label: c.Label}
	}
	return out
}

func (v sheetView) open() []casework.Proposal {
	return slices.DeleteFunc(slices.Clone(v.Proposals), func(p casework.Proposal) bool { return p.State != casework.ProposalOpen })
}

// asks is whether a proposal of a kind waits.
func asks(s *casework.Sheet, kind casework.Action) bool {
	return slices.ContainsFunc(s.Proposals, func(p casework.Proposal) bool { return p.Kind == kind && p.State == casework.ProposalOpen })
}

// ticketItem is the number under which the applicant waited, with when it was called and served.
func ticketItem(t *casework.QueueTicket) web.Item {
	text := web.MomentText(t.TakenAt) + " 取号"
	for _, x := range []struct {
		at   clock.Instant
		what string
	}{{t.CalledAt, "呼叫"}, {t.StartedAt, "开始办理"}, {t.EndedAt, "办完"}} {
		if x.at != 0 {
			text += "，" + x.at.Time().Format("15:04") + " " + x.what
		}
	}
	if t.Counter != "" {
		text += "，" + t.Counter + " 号窗口"
	}
	if t.Href == "" {
		return web.ItemText("排队号", t.No+"："+text)
	}
	return web.Item{Label: "排队号", Value: templ.Join(web.CellLink(t.Href, t.No), web.CellText("："+text))}
}
