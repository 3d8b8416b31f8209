package exchangehttp_test

import (
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/document/pdf"
	"yichuang/internal/exchange"
	"yichuang/internal/exchange/exchangehttp"
	"yichuang/internal/exchange/exchangetest"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/rest"
	"yichuang/internal/store"
	"yichuang/internal/web"
	"yichuang/internal/web/webtest"
)

// desk is a world with its pages.
type desk struct {
	*exchangetest.World
	site *webtest.Site
	item item.Item
}

func newDesk(t *testing.T) desk {
	t.Helper()
	w := exchangetest.Open(t, store.SQLite)
	it := w.Ready(t)
	users := map[string]*actor.Actor{"W": actor.From(w.Window(t)), "Z": actor.From(w.Chief(t)), "D": actor.From(w.Approver(t, 1)), "P": actor.From(w.Provider(t)), "I": actor.From(w.Info(t)), "J": actor.From(w.As(t, org.RoleSupervisor)),
		"L": actor.From(w.As(t, org.RoleLeader)), "F": actor.From(w.As(t, org.RoleFinance)), "other": w.Person(t, "other", orgtest.Where{Unit: orgtest.Unit(t, w.Org, w.Centre, "市水务局", "").ID}, org.RoleApprover).Actor}
	d := exchangehttp.Deps{Exchange: w.Exchange, Item: w.Item, Org: w.Org, Print: pdf.NewWriter()}
	visitor := func(*http.Request) *actor.Actor { return &actor.Actor{Kind: actor.Anonymous, CentreID: w.Centre} }
	return desk{w, webtest.New(t, users, func(pages *web.Kit, api *rest.Kit) {
		exchangehttp.Register(pages, d)
		exchangehttp.RegisterAPI(api, d)
	}, func(o *web.Options) { o.Clock, o.Visitor = w.Clock, visitor }), it}
}

// An entry goes from its draft to the public catalogue, a request from the desk to the grant, a use from the window to the
// page of the person whom the data are about.
func TestFromTheCatalogueToTheSubject(t *testing.T) {
	d := newDesk(t)
	p, info, asker, window, public := d.site.As("P"), d.site.As("I"), d.site.As("D"), d.site.As("W"), d.site.As("")
	p.Get("/exchange/entries/new").Want(200).Has("共享属性", "数据项")
	p.Post("/exchange/entries/new", "unit_id", d.Police.ID, "code", "JMXX", "name", "居民信息", "class", "conditional", "cycle", "day", "fields", "XM 姓名 个人信息\nHKXZ 户口性质").Want(422).Has("请写明法律", `value="居民信息"`)
	made := p.Post("/exchange/entries/new", "unit_id", d.Police.ID, "code", "JMXX", "name", "居民信息", "class", "conditional", "basis", "《居民身份证法》第六条", "conditions", "办理列明的事项", "cycle", "day", "fields", "XM 姓名 个人信息\nHKXZ 户口性质")
	made.Want(http.StatusSeeOther)
	entry := made.Header().Get("Location")
	public.Get("/data").Want(200).Has("没有找到").Lacks("居民信息")
	asker.Get(entry).Want(404)
	p.Post(entry + "/steps/submit").Goes(entry)
	info.Get("/exchange/entries?stage=open").Want(200).Has("JMXX", "待审查", "全部发布")
	info.Post(entry+"/steps/return", "reason", "").Want(422).Has("请写明理由")
	info.Post(entry + "/steps/publish").Goes(entry)
	public.Get("/data").Want(200).Has("居民信息", "市公安局", "有条件共享", "谁用过我的数据")
	id := strings.TrimPrefix(entry, "/exchange/entries/")
	asker.Get("/exchange/requests/new?entry="+id).Want(200).Has("申请共享：居民信息", "个人信息", "劳务派遣经营许可")
	form := []string{"entry_id", id, "unit_id", d.Unit.ID, "purpose", "核验户籍", "basis", "办法第八条", "fields", "XM", "from", "2025-09-01", "to", "2025-12-31"}
	asker.Post("/exchange/requests/new", form...).Want(422).Has("请选择用这些数据办理的事项", `value="核验户籍"`)
	made = asker.Post("/exchange/requests/new", append(form, "items", d.item.ID)...)
	made.Want(http.StatusSeeOther)
	at := made.Header().Get("Location")
	courseOnPages(t, d, at)
	useOnPages(t, d, id, at)
	window.Get("/exchange/requests").Want(403)
}

// courseOnPages takes a request to use; who may not act has no button and is refused.
func courseOnPages(t *testing.T, d desk, at string) {
	t.Helper()
	p, info, asker := d.site.As("P"), d.site.As("I"), d.site.As("D")
	p.Get(at).Want(404)
	asker.Get(at).Want(200).Has("草稿", "steps/submit")
	asker.Post(at + "/steps/submit").Goes(at)
	info.Get("/exchange/requests").Want(200).Has("数申〔2025〕0001号", "待审查")
	d.site.As("other").Get(at).Want(404)
	p.Post(at + "/steps/agree").Want(422).Has("不能同意共享")
	info.Post(at + "/steps/pass").Goes(at)
	asker.Get(at).Want(200).Has("待答复", "2025-09-15").Lacks("steps/agree")
	p.Get("/exchange/requests?side=in").Want(200).Has("数申〔2025〕0001号")
	p.Post(at+"/steps/disagree", "reason", "").Want(422).Has("请写明理由或依据")
	p.Post(at+"/steps/agree", "fields", "XM", "to", "2025-12-31", "rate", "1").Goes(at)
	p.Post(at + "/steps/provide").Goes(at)
	asker.Get(at).Want(200).Has("使用中", "数授〔2025〕0001号", "1 次")
	asker.Get(at+"/print/request").Want(200).Has("政务数据共享申请单", "核验户籍")
	p.Get(at+"/print/answer").Want(200).Has("政务数据共享答复单", "同意共享")
	p.Get(at + "/print/answer/file.pdf").Want(200)
	verifies(t, d, asker.Get(at+"/print/request"), "数申〔2025〕0001号", "政务数据共享申请单")
	verifies(t, d, p.Get(at+"/print/answer"), "政务共答〔2025〕00001号", "政务数据共享答复单")
	verifies(t, d, asker.Get(at+"/print/answer"), "政务共答〔2025〕00001号", "政务数据共享答复单") // the same paper, whoever prints it
	asker.Get(at + "/print/receipt").Want(404)
	asker.Get("/exchange/grants").Want(200).Has("数授〔2025〕0001号")
}

// verifies reads number and code from a printed page and verifies them as anybody may.
func verifies(t *testing.T, d desk, a *webtest.Answer, no, title string) {
	t.Helper()
	a.Want(200).Has(no, "（印章）", "验证二维码", "2025年9月")
	code := regexp.MustCompile(`验证码 ([0-9A-Z]{10})，`).FindStringSubmatch(a.Body.String())
	if code == nil {
		t.Fatalf("%s has no code", no)
	}
	anybody := actor.With(t.Context(), casework.ApplicantActor(d.Centre, "", ""))
	got, err := d.Casework.Verify(anybody, strings.NewReplacer("〔", "[", "〕", "]").Replace(no), strings.ToLower(code[1]))
	if err != nil || got.Title != title || got.No != no || got.Applicant != "" {
		t.Errorf("%s: %+v, %v", no, got, err)
	}
	if _, err := d.Casework.Verify(anybody, no, "0000000000"); !errors.Is(err, casework.ErrVerify) {
		t.Errorf("%s with another code: %v", no, err)
	}
}

// useOnPages uses the data for a case, is refused, and shows both to the people concerned.
func useOnPages(t *testing.T, d desk, entry, request string) {
	t.Helper()
	w, j, public := d.site.As("W"), d.site.As("J"), d.site.As("")
	c := d.Accepted(t, d.item)
	w.Get("/exchange/use?case="+c.No).Want(200).Has("居民信息", "核验户籍")
	w.Post("/exchange/use", "case", c.No, "entry_id", entry, "subject", "applicant").Want(422).Has("请选择要查询的数据项")
	w.Post("/exchange/use", "case", c.No, "entry_id", entry, "subject", "applicant", "fields", "XM").Goes("/exchange/usages/1")
	w.Post("/exchange/use", "case", c.No, "entry_id", entry, "subject", "applicant", "fields", "XM").Want(429)
	other := d.Accepted(t, d.Ready(t))
	w.Get("/exchange/use?case=" + other.No).Want(200).Has("没有可以查询的数据")
	w.Post("/exchange/use", "case", other.No, "entry_id", entry, "subject", "applicant", "fields", "XM").Want(403).Has("不在授权的用途之内")
	w.Get("/exchange/usages/1").Want(200).Has("准许", c.No, "姓名", "请提供单位校核")
	w.Post("/exchange/fixes", "usage", "1", "fields", "XM", "text", "姓名有误").Goes("/exchange/fixes")
	d.site.As("P").Get("/exchange/fixes?side=in").Want(200).Has("姓名有误", "答复")
	j.Get("/exchange/usages?refused=1").Want(200).Has("与授权的用途不符", other.No)
	d.site.As("I").Get("/exchange/usages").Want(403)
	d.site.As("I").Get("/exchange/usages/outline").Want(200).Has("居民信息").Lacks(c.No)
	d.site.As("F").Get("/exchange/usages").Want(403)
	j.Post("/exchange/chain/verify").Want(200).Has("核验通过：共 3 条")
	j.Post("/exchange/chain/seals").Goes("/exchange/chain")
	j.Get("/exchange/chain").Want(200).Has("未备案")
	d.site.As("L").Post("/exchange/chain/verify").Want(403)
	code := d.Casework.QueryCode(casework.VisitID(c.VisitID))
	public.Get("/data/mine").Want(200).Has("查询码")
	public.Post("/data/mine", "code", code, "tail", "0000").Want(422).Has("没有查到")
	public.Post("/data/mine", "code", code, "tail", "1234").Want(200).Has("市人社局", "核验户籍", "2025-09-01").Lacks("马建国")
	public.Post("/data/mine", "code", code, "tail", "1234", "id_no", "622901199003071239").Want(200).Has("被拒绝，没有提供数据")
	d.site.As("P").Post(request+"/steps/revoke", "reason", "超出用途").Goes(request)
	w.Post("/exchange/use", "case", c.No, "entry_id", entry, "subject", "applicant", "fields", "XM").Want(403)
}

// A list of the catalogue is tried, imported, and comes out as it went in.
func TestAListOfTheCatalogue(t *testing.T) {
	d := newDesk(t)
	head := strings.Join(exchange.EntryColumns(), ",")
	good := head + "\nGA-01,户籍信息,市公安局,无条件共享,,,每日,省人口库,XM 姓名 个人信息；HKXZ 户口性质\n"
	bad := good + "GA-02,车辆信息,没有的局,有条件共享,,,每日,,CPH 车牌号\n"
	send := func(text, trial string) *webtest.Answer {
		return d.site.As("P").Upload("/exchange/entries/import", []webtest.File{{Field: "file", Name: "list.csv", Content: []byte(text)}}, "trial", trial)
	}
	send(bad, "1").Want(200).Has("新增", "没有名为“没有的局”的单位", "请写明法律")
	send(bad, "").Want(422).Has("一行也没有导入")
	send(good, "").Goes("/exchange/entries?stage=open")
	d.site.As("I").Post("/exchange/entries/publish-waiting").Goes("/exchange/entries")
	send(good, "1").Want(200).Has("没有变化")
	d.site.As("D").Get("/exchange/entries.xlsx").Want(200)
	d.site.As("D").Get("/exchange/entries?q=户籍").Want(200).Has("GA-01")
	d.site.As("D").Get("/exchange/entries?q=%25").Want(200).Lacks("GA-01")
}

// What came back is entered on a page, read by the unit and struck out.
func TestTheLedgerOfBackflowsOnPages(t *testing.T) {
	d := newDesk(t)
	info, unit := d.site.As("I"), d.site.As("P")
	unit.Get("/exchange/backflows").Want(200).Has("还没有数据回流").Lacks("登记回流")
	unit.Get("/exchange/backflows/new").Want(403)
	form := []string{"name", "婚姻登记信息", "provider", "省大数据平台", "unit_id", d.Police.ID, "day", "2025-09-01", "from", "2025-08-01", "to", "2025-07-01", "records", "12345", "purpose", "户籍核对"}
	info.Get("/exchange/backflows/new").Want(200).Has("接收单位", "记录条数")
	info.Post("/exchange/backflows/new", form...).Want(422).Has("止期不早于起期", `value="婚姻登记信息"`)
	form[11] = "2025-08-31"
	info.Post("/exchange/backflows/new", form...).Goes("/exchange/backflows")
	unit.Get("/exchange/backflows").Want(200).Has("婚姻登记信息", "12,345", "市公安局", "有效").Lacks("作废")
	unit.Get("/exchange/backflows.xlsx").Want(200)
	list, _, err := d.Exchange.Backflows(d.Info(t), "")
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	unit.Get("/exchange/backflows/"+list[0].ID).Want(200).Has("2025-08-01 至 2025-08-31", "户籍核对").Lacks("留在台账里")
	d.site.As("other").Get("/exchange/backflows/" + list[0].ID).Want(404)
	info.Get("/exchange/backflows/" + list[0].ID).Want(200).Has("留在台账里")
	at := "/exchange/backflows/" + list[0].ID + "/strike"
	info.Post(at, "reason", "").Want(422).Has("请写明作废的理由")
	unit.Post(at, "reason", "不对").Want(403)
	info.Post(at, "reason", "条数有误").Goes("/exchange/backflows")
	unit.Get("/api/v1/exchange/backflows").Want(200).Has(`"reason":"条数有误"`, `"records":12345`)
}
