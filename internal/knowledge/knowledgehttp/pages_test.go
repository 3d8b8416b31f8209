package knowledgehttp_test

import (
	"bytes"
	"context"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/knowledge"
	"yichuang/internal/knowledge/knowledgehttp"
	"yichuang/internal/org"
	"yichuang/internal/rest"
	"yichuang/internal/store"
	"yichuang/internal/web"
	"yichuang/internal/web/webtest"
)

// library is the pages of the knowledge base with one person of each role; the unit's people work at w.Unit.
type library struct {
	*hotlinetest.World
	*webtest.Site
}

func newLibrary(t *testing.T) library {
	t.Helper()
	w := hotlinetest.Open(t, store.SQLite)
	users := map[string]*actor.Actor{"liaison": w.Person(t, w.Unit.ID, org.RoleLiaison).Actor, "head": w.Person(t, w.Unit.ID, org.RoleUnitHead).Actor,
		"stranger": w.Person(t, w.Other.ID, org.RoleLiaison).Actor}
	for _, r := range []string{org.RoleAgent, org.RoleKnowledge, org.RoleFinance} {
		users[r] = w.Person(t, "", r).Actor
	}
	d := knowledgehttp.Deps{Knowledge: w.Knowledge, Org: w.Org, Categories: func(context.Context) ([]web.Option, error) {
		return []web.Option{{Value: "1001", Label: "1001 医疗保险"}}, nil
	}}
	site := webtest.New(t, users, func(pages *web.Kit, api *rest.Kit) {
		knowledgehttp.Register(pages, d)
		knowledgehttp.RegisterAPI(api, d)
	}, func(o *web.Options) {
		o.Clock = w.Clock
		o.Visitor = func(*http.Request) *actor.Actor { return &actor.Actor{Kind: actor.Anonymous, CentreID: w.Centre} }
		o.Site = func(context.Context) web.Site { return web.Site{Centre: "临夏市政务服务中心", Phone: "12345"} }
	})
	return library{w, site}
}

// publish puts an entry of the hotline office in force.
func (l library) publish(t *testing.T, title, answer string, level knowledge.Level) knowledge.Entry {
	t.Helper()
	e, err := l.Knowledge.Write(l.World.As(t, org.RoleAgent), knowledge.WriteInput{Content: knowledge.Content{Title: title, Answer: answer, BasisNo: "文一", Level: level, ValidTo: clock.MustDate("2026-12-31")}})
	if err == nil {
		e, err = l.Knowledge.Send(l.World.As(t, org.RoleAgent), e.No, 0, "")
	}
	if err == nil {
		e, err = l.Knowledge.Publish(l.World.As(t, org.RoleKnowledge), e.No, 0, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func fields(unit string, change ...string) []string {
	form := map[string]string{"title": "异地就医备案", "answer": "到大厅二楼办理。", "basis_no": "医保发〔2026〕1号", "unit_id": unit, "level": "public", "valid_to": "2026-12-31"}
	for i := 0; i+1 < len(change); i += 2 {
		form[change[i]] = change[i+1]
	}
	var out []string
	for k, v := range form {
		out = append(out, k, v)
	}
	return out
}

func TestAnEntryIsWrittenReviewedAndPublishedOnThePages(t *testing.T) {
	l := newLibrary(t)
	liaison, head, office := l.Site.As("liaison"), l.Site.As("head"), l.Site.As(org.RoleKnowledge)
	liaison.Get("/knowledge").Want(200).Has("没有符合条件的知识条目", "采编一条")
	liaison.Post("/knowledge/new", fields(l.Unit.ID, "title", "", "basis_no", "")...).Want(422).Has("请填写标题", "文号、链接至少填一项", "到大厅二楼办理。")
	liaison.Post("/knowledge/new", fields(l.Unit.ID)...).Goes("/knowledge/entries/ZS00001")
	liaison.Get("/knowledge/entries/ZS00001").Want(200).Has("采编中", "送审", "到大厅二楼办理。").Lacks("复核并发布")
	l.Site.As("stranger").Get("/knowledge/entries/ZS00001").Want(404)
	l.Site.As(org.RoleFinance).Get("/knowledge").Want(403)
	liaison.Post("/knowledge/entries/ZS00001/send", "version", "1").Goes("/knowledge/entries/ZS00001")
	head.Get("/knowledge/todo").Want(200).Has("待单位审核", "异地就医备案")
	liaison.Post("/knowledge/entries/ZS00001/pass", "version", "2").Want(422).Has("不能审核自己采编的内容")
	head.Post("/knowledge/entries/ZS00001/return", "version", "2").Want(422).Has("请填写退回意见")
	head.Post("/knowledge/entries/ZS00001/pass", "version", "2").Goes("/knowledge/entries/ZS00001")
	head.Post("/knowledge/entries/ZS00001/pass", "version", "2").Want(422).Has("待热线办复核")
	office.Get("/knowledge/todo").Want(200).Has("待热线办复核")
	office.Post("/knowledge/entries/ZS00001/publish", "version", "3").Goes("/knowledge/entries/ZS00001")
	liaison.Get("/knowledge/entries/ZS00001/edit").Want(200).Has(`value="4"`, "异地就医备案")
	liaison.Post("/knowledge/entries/ZS00001/edit", append(fields(l.Unit.ID, "answer", "到大厅三楼办理。"), "version", "4")...).Goes("/knowledge/entries/ZS00001")
	head.Get("/knowledge/entries/ZS00001").Want(200).Has("与现行版本的差异", "<del>二</del>", "<ins>三</ins>")
	l.Site.As("").Get("/12345/knowledge/ZS00001").Want(200).Has("到大厅二楼办理。").Lacks("三楼")
	office.Get("/knowledge/entries/ZS00001/versions").Want(200).Has("第 2 版", "在编")
	l.Site.As("stranger").Get("/knowledge/entries/ZS00001/versions").Want(200).Lacks("三楼")
}

func TestCitizensSearchWithoutAScript(t *testing.T) {
	l := newLibrary(t)
	l.publish(t, "公租房怎样申请", "到居住地街道申请，<b>不收费</b>。", knowledge.Public)
	secret := l.publish(t, "公租房内部口径", "内部说明。", knowledge.Internal)
	citizen := l.Site.As("")
	citizen.Get("/12345/knowledge").Want(200).Has("公租房怎样申请", `action="/12345/knowledge"`, `name="q"`).Lacks("内部口径")
	citizen.Get("/12345/knowledge?q=公租房").Want(200).Has("<mark>公租房</mark>怎样申请", "&lt;b&gt;不收费").Lacks("内部口径", "<b>不收费")
	citizen.Get("/12345/knowledge?q=内部口径").Want(200).Lacks("公租房内部")
	citizen.Get("/12345/knowledge?q=怎样申请公共租赁的公租房呢").Want(200).Has("没有完全符合的", "公租房怎样申请")
	citizen.Get("/12345/knowledge?q=充电桩").Want(200).Has("没有找到", "tel:12345")
	citizen.Get("/12345/knowledge/" + secret.No).Want(404)
	page := citizen.Get("/12345/knowledge/ZS00001").Want(200).Has("主责单位", "文一", "内容有误")
	key := regexp.MustCompile(`name="key" value="([^"]+)"`).FindStringSubmatch(page.Body.String())[1]
	citizen.Post("/12345/knowledge/ZS00001/correct", "key", key).Want(422).Has("请填写哪里不对")
	citizen.Post("/12345/knowledge/ZS00001/correct", "text", "x", "homepage", "http://spam").Want(422)
	made := citizen.Post("/12345/knowledge/ZS00001/correct", "text", "街道搬家了", "key", key).Want(200).Has("谢谢指正", "2026-05-12 周二 18:00")
	code := regexp.MustCompile(`<p class="receipt-code">([A-Z2-7]{12})</p>`).FindStringSubmatch(made.Body.String())
	if code == nil {
		t.Fatalf("no code on %s", made.Body)
	}
	again := citizen.Post("/12345/knowledge/ZS00001/correct", "text", "街道搬家了", "key", key).Want(200)
	if !strings.Contains(again.Body.String(), code[1]) {
		t.Error("sent twice, it has two codes")
	}
	citizen.Post("/12345/knowledge/correction", "code", code[1]).Want(200).Has("正在核实")
	citizen.Post("/12345/knowledge/correction", "code", "AAAAAAAAAAAA").Want(422).Has("没有找到")
	office := l.Site.As(org.RoleKnowledge)
	todo := office.Get("/knowledge/todo").Want(200).Has("街道搬家了", "2026-05-12 周二 18:00")
	id := regexp.MustCompile(`action="/knowledge/corrections/([^"]+)"`).FindStringSubmatch(todo.Body.String())
	office.Post("/knowledge/corrections/"+id[1], "answer", "已改").Want(422).Has("请选择是否采纳")
	office.Post("/knowledge/corrections/"+id[1], "right", "yes", "answer", "已经更新地址。").Goes("/knowledge/todo")
	citizen.Post("/12345/knowledge/correction", "code", strings.ToLower(code[1])).Want(200).Has("采纳", "已经更新地址。")
}

func TestImportAndExportOnThePages(t *testing.T) {
	l := newLibrary(t)
	l.publish(t, "旧条目", "=cmd()", knowledge.Public)
	office := l.Site.As(org.RoleKnowledge)
	book, err := excelize.OpenReader(bytes.NewReader(office.Get("/knowledge/export.xlsx").Want(200).Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows("知识库")
	if err != nil || len(rows) != 2 || rows[0][0] != "标题" || rows[1][1] != "ZS00001" || rows[1][3] != "=cmd()" {
		t.Errorf("export: %v %v", rows, err)
	}
	office.Get("/knowledge/export.csv").Want(200).Has("\ufeff标题", "'=cmd()")
	l.Site.As(org.RoleAgent).Get("/knowledge/import").Want(403)
	office.Get("/knowledge/import").Want(200).Has("导入后直接发布")
}

func TestTheAPIHasTheSameSteps(t *testing.T) {
	l := newLibrary(t)
	agent, office := l.Site.As(org.RoleAgent), l.Site.As(org.RoleKnowledge)
	agent.Call("POST", "/knowledge/entries", `{"title":"社保卡补办","answer":"到二楼。","basis_no":"文二","level":"public"}`).Want(201).Has(`"no":"ZS00001"`)
	agent.Call("POST", "/knowledge/entries", `{"title":"","answer":""}`).Want(422)
	agent.Call("POST", "/knowledge/entries/ZS00001/send", `{}`, "If-Match", `"1"`).Want(200).Has("office_review")
	agent.Call("POST", "/knowledge/entries/ZS00001/publish", `{}`, "If-Match", `"2"`).Want(403)
	office.Call("POST", "/knowledge/entries/ZS00001/publish", `{}`, "If-Match", `"1"`).Want(409).Has("knowledge.version")
	office.Call("POST", "/knowledge/entries/ZS00001/publish", `{}`, "If-Match", `"2"`).Want(200).Has("published")
	agent.Call("GET", "/knowledge/search?q=社保卡", "").Want(200).Has("ZS00001")
	agent.Call("POST", "/knowledge/suggestions", `{"text":"我的社保卡丢了怎么补办"}`).Want(200).Has("ZS00001", "because")
	l.Site.As("").Call("GET", "/public/knowledge?q=社保卡", "").Want(200).Has("ZS00001")
	l.Site.As("").Call("GET", "/public/knowledge/ZS00001", "").Want(200).Has("到二楼")
	l.Site.As("").Call("GET", "/knowledge/entries", "").Want(401)
	office.Call("GET", "/knowledge/entries?stage=draft", "").Want(200).Has(`"items":[]`)
	office.Call("POST", "/knowledge/imports", `{"rows":[{"标题":"甲","答":"乙"}]}`).Want(200).Has("refused", "依据")
}

// hidden reads a hidden field of a page.
func hidden(t *testing.T, page, name string) string {
	t.Helper()
	m := regexp.MustCompile(`<input type="hidden" name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no hidden field %s", name)
	}
	return html.UnescapeString(m[1])
}

// Two people change one entry: the second is refused, sees field by field what the first stored, and only what he sends
// again after that replaces it. A mistake in the form does not lose the first one's work either.
func TestTwoPeopleOnOneEntry(t *testing.T) {
	l := newLibrary(t)
	e := l.publish(t, "异地就医备案", "到大厅二楼办理。", knowledge.Public)
	office, at := l.Site.As(org.RoleKnowledge), "/knowledge/entries/"+e.No+"/edit"
	edit := func(page *webtest.Answer, change ...string) *webtest.Answer {
		return office.Post(at, append(fields("", change...), "version", hidden(t, page.Body.String(), "version"), "shown", hidden(t, page.Body.String(), "shown"))...)
	}
	opened := office.Get(at).Want(200)
	edit(opened, "answer", "到大厅三楼办理。").Goes("/knowledge/entries/" + e.No)
	const both, refused = "别人保存了新的内容", 422
	second := edit(opened, "answer", "到大厅四楼办理。").Want(refused).Has(both, "到大厅<mark>三</mark>楼办理。", "到大厅<mark>四</mark>楼办理。")
	edit(opened, "title", "", "answer", "到大厅四楼办理。").Want(refused).Has(both, "到大厅<mark>三</mark>楼办理。")
	edit(opened, "title", "异地就医怎样备案", "answer", "到大厅二楼办理。").Want(refused).Has(both, "表单已换成现在保存的", ">到大厅三楼办理。</textarea>", `value="异地就医怎样备案"`)
	edit(second, "answer", "到大厅四楼办理。").Goes("/knowledge/entries/" + e.No)
	office.Get(at).Has("到大厅四楼办理。")
}
