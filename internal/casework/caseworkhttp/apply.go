package caseworkhttp

import (
	"crypto/rand"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/blob"
	"yichuang/internal/casework"
	"yichuang/internal/item"
	"yichuang/internal/party"
	"yichuang/internal/web"
)

// trapField is a field that people do not see and programs fill in (honeypot).
const trapField = "homepage"

// applyView is the form of an application online, for one item or for the members of a package.
type applyView struct {
	place
	Form    *web.Form
	Guide   item.Guide   // what was chosen on the guide's page
	Items   []item.Guide // itself, or the members
	Answers map[string]map[string]string
	Key     string
}

// asked reports whether every question of the items is answered, so that the list of materials is the right one.
func (v applyView) asked() bool {
	for _, g := range v.Items {
		for _, s := range g.Content.Situations {
			if v.Answers[g.Item.ID][s.Code] == "" {
				return false
			}
		}
	}
	return true
}

func (v applyView) materials(g *item.Guide) []item.Material {
	return g.Content.MaterialsFor(v.Answers[g.Item.ID])
}

// plainName is a material's name without spaces: what several items call alike is one paper (see package item, merge).
func plainName(s string) string { return strings.Join(strings.Fields(s), "") }

// asks lists the codes of the materials that the form asks for at an item: not those that an item before it asks for already.
func (v applyView) asks(g *item.Guide) []string {
	seen := map[string]bool{}
	var out []string
	for i := range v.Items {
		x := &v.Items[i]
		for _, m := range v.materials(x) {
			name := plainName(m.Name)
			if x.Item.ID == g.Item.ID && !seen[name] {
				out = append(out, m.Code)
			}
			seen[name] = true
		}
		if x.Item.ID == g.Item.ID {
			break
		}
	}
	return out
}

// applying reads what is applied for, and the answers given so far.
func (s citizens) applying(c *web.Ctx, p place, id string, get func(name string) string) (applyView, error) {
	v := applyView{place: p, Key: rand.Text(), Answers: map[string]map[string]string{}}
	var err error
	if v.Guide, err = s.Item.Guide(c.Context(), id); err != nil {
		return v, err
	}
	ids := []string{id}
	if v.Guide.Content.IsPackage() {
		ids = v.Guide.Content.Members
	}
	for _, x := range ids {
		g, err := s.Item.Guide(c.Context(), x)
		if err != nil {
			return v, err
		}
		if !g.InForce || !casework.OnlineChannels(g.Content.Channels) {
			return v, casework.ErrOffline.Say("“%s”还没有开通网上申请。请到大厅窗口办理。", g.Content.Name)
		}
		v.Items = append(v.Items, g)
		v.Answers[x] = map[string]string{}
		for _, q := range g.Content.Situations {
			v.Answers[x][q.Code] = get("answer." + x + "." + q.Code)
		}
	}
	return v, nil
}

func (s citizens) applyForm(c *web.Ctx, p place) error {
	v, err := s.applying(c, p, c.Query("item"), c.Query)
	if err != nil {
		return err
	}
	return c.Render(v.page())
}

// apply takes the application. The answer is the page with the query code itself, so that the code is in no address; the form's
// key makes sending it twice the same application.
func (s citizens) apply(c *web.Ctx, p place) error {
	f := c.Form()
	v, err := s.applying(c, p, f.Text("item"), f.Text)
	if err != nil {
		return err
	}
	v.Form = f
	if f.Text("key") != "" {
		v.Key = f.Text("key")
	}
	if f.Text(trapField) != "" {
		f.Say("没有提交：看不见的“请勿填写”一栏被填上了内容。如果不是您填的，请关闭浏览器的自动填写后再提交，或到大厅窗口办理。")
	}
	in := casework.IntakeInput{Applicant: person(f, ""), Agent: person(f, "agent_"), Channel: deviceChannel(c), Messages: f.Bool("messages"), Key: v.Key}
	f.Take(in.Applicant.Validate())
	if v.Guide.Content.IsPackage() {
		in.Package = v.Guide.Item.ID
	}
	shared := map[string][]blob.Upload{} // by name: what several items of a package need is sent once
	for i := range v.Items {
		g := &v.Items[i]
		files := s.uploads(c, f, g.Item.ID, v.asks(g))
		for _, m := range v.materials(g) {
			if name := plainName(m.Name); len(files[m.Code]) > 0 {
				shared[name] = files[m.Code]
			} else if len(shared[name]) > 0 {
				files[m.Code] = shared[name]
			}
		}
		in.Items = append(in.Items, casework.IntakeItem{ItemID: g.Item.ID, Answers: v.Answers[g.Item.ID], Reason: f.Text("reason"), Follows: casework.CaseID(f.Text("follows")), Renews: f.Text("renews"), Files: files})
	}
	if f.OK() {
		got, err := s.Casework.Apply(c.Context(), in)
		if err == nil {
			return c.Render(appliedPage(p, got, in.Applicant.Phone))
		}
		if !f.Take(err) {
			return err
		}
	}
	return c.Invalid(v.page())
}

// deviceChannel tells a phone from a computer by what the browser says of itself.
func deviceChannel(c *web.Ctx) string {
	h := c.Request.Header
	if h.Get("Sec-CH-UA-Mobile") == "?1" || strings.Contains(h.Get("User-Agent"), "Mobile") {
		return casework.ChannelMobile
	}
	return casework.ChannelOnline
}

func (v applyView) crumbs() []web.Link {
	return []web.Link{{Label: "办事指南", Href: v.Guides}, {Label: v.Guide.Content.Name, Href: v.Guides + "/items/" + url.PathEscape(v.Guide.Item.ID)}}
}

func (v applyView) page() templ.Component {
	page := web.Page{Title: "网上申请：" + v.Guide.Content.Name, Lead: "不用注册。提交后得到查询码，一个工作日内预审。", Crumbs: v.crumbs()}
	if !v.asked() && v.Form == nil {
		return web.PublicPage(page, []templ.Component{web.FieldsForm(web.FormBox{ID: "situation", Action: v.path("/apply"), Get: true, Submit: "下一步", Hidden: map[string]string{"item": v.Guide.Item.ID}}, v.questions()...)})
	}
	hidden := map[string]string{"item": v.Guide.Item.ID, "key": v.Key}
	for id, answers := range v.Answers {
		for code, answer := range answers {
			hidden["answer."+id+"."+code] = answer
		}
	}
	box := web.FormBox{Form: v.Form, ID: "apply", Action: v.path("/apply"), Upload: true, Submit: "提交申请", Hidden: hidden}
	return web.PublicPage(page, []templ.Component{web.FieldsForm(box, append(v.people(), v.files()...)...)})
}

// questions are the situations of the items, to be answered first: they choose the materials.
func (v applyView) questions() []templ.Component {
	var out []templ.Component
	for _, g := range v.Items {
		for _, s := range g.Content.Situations {
			out = append(out, web.InputRadio(web.Field{Name: "answer." + g.Item.ID + "." + s.Code, Label: s.Question, Value: v.Answers[g.Item.ID][s.Code], Options: answerOptions(s)}))
		}
	}
	return out
}

func (v applyView) people() []templ.Component {
	f := v.Form
	return []templ.Component{
		web.InputText(web.Field{Form: f, Name: "name", Label: "申请人姓名或单位名称", Max: 100, Autocomplete: "name"}),
		web.InputSelect(web.Field{Form: f, Name: "id_type", Label: "证件类型", Value: party.ResidentCard, Options: idTypes()}),
		web.InputText(web.Field{Form: f, Name: "id_no", Label: "证件号码", Max: 40, Autocomplete: "off"}),
		web.InputText(web.Field{Form: f, Name: "phone", Label: "手机号", Hint: "用于告知办理情况，查询时要用它的后四位", Max: 20, Type: "tel", Autocomplete: "tel", Short: true}),
		more("由他人代办的，点开填写代办人", f != nil && f.Text("agent_name") != "",
			web.InputText(web.Field{Form: f, Name: "agent_name", Label: "代办人姓名", Max: 100, Autocomplete: "off", Optional: true}),
			web.InputSelect(web.Field{Form: f, Name: "agent_id_type", Label: "代办人证件类型", Value: party.ResidentCard, Options: idTypes(), Optional: true}),
			web.InputText(web.Field{Form: f, Name: "agent_id_no", Label: "代办人证件号码", Max: 40, Autocomplete: "off", Optional: true}),
			web.InputText(web.Field{Form: f, Name: "agent_phone", Label: "代办人手机号", Max: 20, Type: "tel", Autocomplete: "off", Optional: true, Short: true})),
		web.InputCheck(web.Field{Form: f, Name: "messages", Label: "同意用短信接收评价邀请和证照期满提醒", Hint: "评价邀请由他人代办的发给代办人；不同意不影响办理", Optional: true}),
		web.Notice(web.Info, "填写的信息只用于办理这项申请，证件号码和电话加密保存。"),
	}
}

// files are the materials to be sent. What may follow later, and what is missing, does not stop an application: the office tells
// all gaps at once.
func (v applyView) files() []templ.Component {
	out := []templ.Component{web.Notice(web.Info, "材料请逐项上传，原件要拍清楚。"+fileHint())}
	for i := range v.Items {
		g := &v.Items[i]
		asks := v.asks(g)
		for _, m := range v.materials(g) {
			if m.Source == "shared" || !slices.Contains(asks, m.Code) {
				continue
			}
			label, hint := m.Name, m.Standard
			if len(v.Items) > 1 {
				hint = strings.TrimSpace(g.Content.Name + " " + hint)
			}
			if m.Waivable {
				hint = strings.TrimSpace("可以后补。" + hint)
			}
			out = append(out, web.InputFile(web.Field{Form: v.Form, Name: fileField(g.Item.ID, m.Code), Label: label, Hint: hint, Optional: m.Optional || m.Waivable, Multiple: true, Accept: accepted()}))
		}
	}
	f := v.Form
	if len(v.Items) == 1 {
		out = append(out, more("再次申请或延续证照的，点开填写", f != nil && f.Text("follows")+f.Text("renews") != "",
			web.InputText(web.Field{Form: f, Name: "follows", Label: "原办件编号", Hint: "原来的申请已经结束，再次申请的", Max: 40, Autocomplete: "off", Optional: true}),
			web.InputText(web.Field{Form: f, Name: "renews", Label: "申请延续的证照编号", Hint: "应在有效期届满三十日前申请，事项另有规定的除外", Max: 100, Autocomplete: "off", Optional: true})))
	}
	return append(out, web.InputText(web.Field{Form: v.Form, Name: "reason", Label: "同一事项正在办理、确需再次申请的，请写明理由", Max: 200, Optional: true}), trap())
}

// appliedPage tells the query code.
func appliedPage(p place, got casework.Intake, phone string) templ.Component {
	items := []web.Item{web.ItemText("查询码", got.QueryCode), web.ItemText("接件回执", got.ReceiptNo), web.ItemText("收件时间", web.MomentText(got.Visit.At))}
	for _, c := range got.Cases {
		items = append(items, web.ItemText(c.ItemName, "办件编号 "+c.No))
	}
	tail := phone
	if len(tail) > 4 {
		tail = tail[len(tail)-4:]
	}
	return web.PublicPage(web.Page{Title: "申请已经收到", Lead: "请记下或截屏保存查询码。"}, []templ.Component{
		web.Notice(web.Success, "查询码 "+got.QueryCode+"。查询时还要输入手机号后四位："+tail+"。"), web.Definitions(items),
		web.Notice(web.Info, "一个工作日内预审。材料有缺的，在五个工作日内一次告知全部需要补正的内容，可以在进度页上补交；逾期不告知的，自今天起即为受理。"),
		web.Doors([]web.Link{{Label: "查询进度", Href: p.Base}, {Label: "返回办事指南", Href: p.Guides}})})
}

// progressView is the progress of a visit with what its applicant may do: supply, withdraw.
type progressView struct {
	place
	casework.Progress
	Code, Tail string
	Form       *web.Form
	Said       string // what was just done
}

// wanted is the form by which an applicant supplies files; nil where nothing is wanted.
func (v progressView) wanted(x casework.ProgressCase) []templ.Component {
	var out []templ.Component
	for _, w := range x.Wanted {
		out = append(out, web.InputFile(web.Field{Form: v.Form, Name: fileField("", w.Code), Label: w.Name, Optional: true, Multiple: true, Accept: accepted()}))
	}
	return out
}

func (v progressView) hidden(x casework.ProgressCase) map[string]string {
	return map[string]string{"code": v.Code, "tail": v.Tail, "no": x.No}
}

// supplyOwn takes what an applicant supplies on the page of progress.
func (s citizens) supplyOwn(c *web.Ctx, p place) error {
	f := c.Form()
	own := casework.Own{Code: f.Text("code"), Tail: f.Text("tail"), No: f.Text("no")}
	found, err := s.Casework.Track(c.Context(), own.Code, own.Tail) // whoever does not know the code writes nothing to the disk
	if err != nil {
		return err
	}
	var codes []string
	for _, x := range found.Cases {
		for _, w := range x.Wanted {
			if x.No == own.No {
				codes = append(codes, w.Code)
			}
		}
	}
	said := "已收到补交的材料。"
	files := s.uploads(c, f, "", codes)
	if f.OK() {
		made, err := s.Casework.SupplyOwn(c.Context(), own, files)
		if err != nil && !f.Take(err) {
			return err
		}
		if err == nil && made.State == casework.Correcting {
			said = "已收到部分材料，其余的请在期限内补交。"
		}
	}
	return s.progressed(c, p, own, f, said)
}

func (s citizens) withdrawOwn(c *web.Ctx, p place) error {
	f := c.Form()
	own := casework.Own{Code: f.Text("code"), Tail: f.Text("tail"), No: f.Text("no")}
	if _, err := s.Casework.WithdrawOwn(c.Context(), own, f.Text("reason")); err != nil && !f.Take(err) {
		return err
	}
	return s.progressed(c, p, own, f, "已按您的要求撤回。")
}

// progressed shows the progress again, with what was done or what was wrong.
func (s citizens) progressed(c *web.Ctx, p place, own casework.Own, f *web.Form, said string) error {
	found, err := s.Casework.Track(c.Context(), own.Code, own.Tail)
	if err != nil {
		return err
	}
	v := progressView{place: p, Progress: found, Code: own.Code, Tail: own.Tail}
	if !f.OK() {
		v.Form = f
		return c.Invalid(progressPage(v))
	}
	v.Said = said
	return c.Render(progressPage(v))
}
