package complainthttp_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/blob"
	"yichuang/internal/complaint"
	"yichuang/internal/complaint/complainthttp"
	"yichuang/internal/complaint/complainttest"
	"yichuang/internal/document/pdf"
	"yichuang/internal/hotline"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/rest"
	"yichuang/internal/store"
	"yichuang/internal/web"
	"yichuang/internal/web/webtest"
)

// hall is a world with its pages.
type hall struct {
	*complainttest.World
	site  *webtest.Site
	files string // the attachment folder
}

func newHall(t *testing.T) hall {
	t.Helper()
	w := complainttest.Open(t, store.SQLite)
	users := map[string]*actor.Actor{"W": actor.From(w.Window(t)), "Z": actor.From(w.Chief(t)), "D": actor.From(w.Approver(t, 1)), "D2": actor.From(w.Approver(t, 2)), "J": w.Supervisor(t, "").Actor, "J2": w.Supervisor(t, "2").Actor,
		"K": actor.From(w.K(t)), "L": actor.From(w.As(t, org.RoleLeader)), "F": actor.From(w.As(t, org.RoleFinance)),
		"other": w.Person(t, "other", orgtest.Where{Unit: orgtest.Unit(t, w.Org, w.Centre, "市水务局", "").ID}, org.RoleApprover).Actor}
	units := func(context.Context) ([]web.Option, error) {
		return []web.Option{{Value: w.Unit.ID, Label: w.Unit.Name}, {Value: w.Section.ID, Label: w.Section.Name}}, nil
	}
	folder := t.TempDir()
	blobs, err := blob.Open(folder, blob.Limits{}, w.Clock)
	if err != nil {
		t.Fatal(err)
	}
	d := complainthttp.Deps{Complaint: w.Complaint, Blobs: blobs, Org: w.Org, Print: pdf.NewWriter(), Units: units}
	visitor := func(*http.Request) *actor.Actor { return &actor.Actor{Kind: actor.Anonymous, CentreID: w.Centre} }
	return hall{w, webtest.New(t, users, func(pages *web.Kit, api *rest.Kit) {
		complainthttp.Register(pages, d)
		complainthttp.RegisterAPI(api, d)
	}, func(o *web.Options) { o.Clock, o.Visitor = w.Clock, visitor }), folder}
}

func TestAStuckMatterOnPages(t *testing.T) {
	h := newHall(t)
	j, z := h.site.As("J"), h.site.As("Z")
	j.Get("/stuck").Want(200).Has("这里没有办不成事", "/stuck/new")
	j.Get("/stuck/new").Want(200).Has("反映的内容", "市人社局")
	j.Post("/stuck/new", "content", "跑了三趟劳务派遣许可没有办成").Want(422).Has("请填写联系电话", "跑了三趟")
	j.Post("/stuck/new", "content", "跑了三趟劳务派遣许可没有办成", "name", "马秀英", "phone", "13893005678", "unit_id", h.Unit.ID, "channel", "窗口").Want(200).Has("F20250901-0001", "查询码")
	at := "/stuck/F20250901-0001"
	j.Get(at).Want(200).Has("跑了三趟", "马**", "do=accept").Lacks("13893005678", "马秀英")
	j.Post(at + "/reporter").Want(200).Has("13893005678")
	z.Get(at).Want(200)
	h.site.As("other").Get(at).Want(404)
	h.site.As("W").Get(at).Want(404)
	h.site.As("F").Get(at).Want(403)
	j.Post(at + "/accept").Goes(at)
	j.Get(at+"?do=classify").Want(200).Has("法定不能", "疑难")
	j.Post(at+"/classify", "class", "complex").Goes(at)
	j.Post(at+"/dispatch", "unit_id", h.Unit.ID, "note", "请核实材料清单").Goes(at)
	z.Get(at).Want(200).Has("当日联系反映人", "do=contact", "请核实材料清单").Lacks("do=visit")
	z.Post(at+"/extend", "days", "3", "reason", "等回函").Want(422).Has("还没有联系反映人")
	z.Post(at+"/contact", "reason", "已电话联系").Goes(at)
	z.Get(at+"?do=extend").Want(200).Has("个工作日", "为延期联系反映人的记录", "告诉反映人的新期限")
	z.Post(at+"/extend", "days", "3", "reason", "等回函").Want(422).Has("请填写为延期联系反映人的记录")
	z.Post(at+"/extend", "days", "3", "reason", "等回函", "contact", "电话说明，同意等待", "told", "2025-09-19").Want(422).Has("新期限是 2025-09-18")
	z.Post(at+"/extend", "days", "3", "reason", "等回函", "contact", "电话说明，同意等待", "told", "2025-09-18").Goes(at)
	z.Post(at+"/finish", "result", "已受理", "cause", "").Want(422).Has("请选择成因", "已受理")
	z.Post(at+"/finish", "result", "已受理", "cause", "material").Goes(at)
	z.Post(at+"/visit", "answer", "satisfied").Want(403)
	j.Post(at+"/visit", "answer", "unsatisfied").Want(422).Has("请填写反映人不满意的原因")
	j.Post(at+"/visit", "answer", "satisfied").Goes(at)
	j.Get("/stuck?stage=done").Want(200).Has("F20250901-0001", "按期")
	j.Get(at+"/print").Want(200).Has("办不成事工单", "马秀英", "13893005678", "材料要求超出清单")
	j.Get(at + "/file.pdf").Want(200)
	sheet := j.Get(at+"/print").Has("（印章）", "验证二维码", "F20250901-0001")
	code := regexp.MustCompile(`验证码 ([0-9A-Z]{10})，`).FindStringSubmatch(sheet.Body.String())
	got, err := h.Casework.Verify(h.Citizen(), " f20250901-0001 ", code[1])
	if text := fmt.Sprint(got); err != nil || got.Title != "办不成事工单" || strings.Contains(text, "马") || strings.Contains(text, "1389") {
		t.Errorf("verified: %v, %v", text, err) // nothing of the reporter
	}
	h.site.As("L").Get(at + "/print").Want(403)
	j.Get("/stuck/export.xlsx?stage=done").Want(200)
	j.Get("/complaint/roots").Want(200).Has("材料要求超出清单", "100.00%", "分子 1 / 分母 1")
	j.Get("/complaint/roots/export.xlsx").Want(200)
	j.Get("/stuck?cause=material&from=2025-09-01&to=2025-09-30").Want(200).Has("F20250901-0001", "根因分析中选中")
	j.Get("/complaint/roots?from=2025-09-30&to=2025-09-01").Want(422).Has("起止日期")
	h.site.As("L").Get("/complaint/roots").Want(200)
}

// page is the text of a page.
func page(a *webtest.Answer) string { return a.Body.String() }

func TestAComplaintOnPagesHidesTheComplainant(t *testing.T) {
	h := newHall(t)
	j, z, k := h.site.As("J"), h.site.As("Z"), h.site.As("K")
	k.Post("/complaints/new", "content", "昨天窗口把我的材料扔了回来，我叫马秀英", "name", "马秀英", "phone", "13893005678", "channel", "电话", "about", "2 号窗口的年轻人").Want(200).Has("T20250901-0001").Lacks(`href="/complaints/T20250901-0001"`)
	at := "/complaints/T20250901-0001"
	k.Get(at).Want(403)
	h.site.As("W").Get("/complaints").Want(403)
	j.Get(at).Want(200).Has("扔了回来", "2 号窗口的年轻人", "马**").Lacks("13893005678")
	j.Post(at + "/accept").Goes(at)
	j.Get(at + "?do=identify").Want(200).Has("被投诉人")
	j.Post(at+"/identify", "user_id", h.Clerk(t).ID).Goes(at)
	j.Post(at+"/classify", "class", "forwarded").Goes(at)
	j.Get(at + "?do=assign").Want(200).Has("两名以上")
	j.Post(at+"/assign", "people", h.Supervisor(t, "").ID).Want(422).Has("两名以上")
	j.Post(at+"/assign", "people", h.Supervisor(t, "").ID, "people", h.Supervisor(t, "2").ID).Goes(at)
	j.Post(at+"/ask", "reason", "请说明 8 月 31 日上午窗口接待情况").Goes(at)
	hidden := []string{"马秀英", "13893005678", "马**", "扔了回来", "年轻人"}
	for name, c := range map[string]*webtest.Client{"Z": z, "D": h.site.As("D"), "L": h.site.As("L")} {
		c.Get(at).Want(200).Has("请说明 8 月 31 日").Lacks(hidden...)
		c.Get("/complaints").Want(200).Has("T20250901-0001").Lacks(hidden...)
		c.Post(at + "/reporter").Want(403)
		c.Get("/complaints/export.xlsx").Want(200)
		if name != "L" {
			c.Get("/complaint/roots").Want(200).Lacks(hidden...)
		}
		a := c.Call(http.MethodGet, "/complaints/T20250901-0001", "").Want(200).Lacks(hidden...)
		if strings.Contains(page(a), "query_code") {
			t.Errorf("%s reads the query code", name)
		}
	}
	z.Post(at+"/answer", "reason", "当日上午由张某接待，态度生硬属实").Goes(at)
	j.Post(at+"/find", "finding", "upheld", "report", "调取监控属实", "cause", "attitude", "serious", "1").Goes(at)
	h.site.As("L").Get(at).Want(200).Has("调取监控属实", "do=confirm").Lacks(hidden...)
	h.site.As("L").Post(at+"/confirm", "reason", "同意").Goes(at)
	j.Get(at).Want(200).Has("建议调离窗口岗位")
	j.Post(at+"/dispose", "reason", "批评教育，调离窗口").Goes(at)
	j.Post(at+"/feedback", "reason", "查实，已批评教育").Goes(at)
	z.Post(at+"/file", "reason", "已组织培训").Goes(at)
	j.Post(at+"/visit", "answer", "satisfied").Goes(at)
	h.site.As("other").Get(at).Want(404)
}

var code = regexp.MustCompile(`receipt-code">([0-9A-Z]{10})<`)

func TestPeopleWithoutAnAccount(t *testing.T) {
	h := newHall(t)
	p := h.site.As("")
	p.Get("/matters").Want(200).Has("反映办不成事", "投诉窗口人员", "查询进度")
	p.Get("/matters/stuck").Want(200).Has("什么事办不成")
	p.Post("/matters/stuck", "content", "短").Want(422).Has("5 至 4000 个字", "请填写联系电话")
	p.Post("/matters/stuck", "content", "跑了三趟没有办成，材料说法不一", "phone", "13893005678", "case_no", "B20250101-9999").Want(422).Has("没有这个办件编号")
	got := p.Post("/matters/stuck", "content", "跑了三趟没有办成，材料说法不一", "phone", "13893005678", "name", "马秀英").Want(200).Has("F20250901-0001")
	m := code.FindStringSubmatch(page(got))
	if m == nil {
		t.Fatal("no query code on the page")
	}
	p.Get("/matters/track").Want(200)
	p.Post("/matters/track", "code", m[1], "tail", "0000").Want(422).Has("没有查到")
	p.Post("/matters/track", "code", strings.ToLower(m[1]), "tail", "5678").Want(200).Has("F20250901-0001", "已登记").Lacks("马秀英")
	h.site.As("J").Post("/stuck/F20250901-0001/refuse", "ground", "litigation", "reason", "已起诉到法院").Goes("/stuck/F20250901-0001")
	p.Post("/matters/track", "code", m[1], "tail", "5678").Want(200).Has("不予受理", "已起诉到法院", "人民法院")
	p.Post("/matters/complaint", "content", "窗口没有人值守，等了一个小时", "about", "三号窗口").Want(200).Has("T20250901-0001", "没有留电话")
	p.Post("/matters/complaint", "content", "广告广告广告", "about", "x", "website", "http://x").Want(422)
}

func TestTablesAndTheHotline(t *testing.T) {
	h := newHall(t)
	j, k := h.site.As("J"), h.site.As("K")
	j.Get("/complaint/tables").Want(200).Has("办不成事：复杂", "10 个工作日", "未确认").Lacks(">policy<")
	j.Get("/complaint/tables?limit=complex").Want(200).Has("修改时限：办不成事：复杂")
	j.Get("/complaint/tables?cause=material").Want(200).Has("修改成因：材料要求超出清单")
	j.Post("/complaint/tables/limits/complex", "days", "99", "basis", "x", "version", "0").Want(422).Has("0 至 60")
	j.Post("/complaint/tables/limits/complex", "days", "8", "basis", "本中心办法第九条", "confirmed", "1", "version", "0").Goes("/complaint/tables")
	j.Post("/complaint/tables/limits/complex", "days", "7", "basis", "x", "version", "0").Want(422).Has("刚被别人改过")
	j.Post("/complaint/tables/causes", "code", "", "name", "停车不便", "active", "1").Goes("/complaint/tables")
	j.Get("/complaint/tables").Want(200).Has("8 个工作日", "停车不便")
	h.site.As("Z").Get("/complaint/tables").Want(403)

	agent := h.As(t, org.RoleAgent)
	reg, err := h.Hotline.Register(agent, hotline.RegisterInput{Channel: "电话", Kind: hotline.Help, Title: "营业执照跑了四趟", Content: "营业执照跑了四趟还没办下来", Name: "马秀英", Phone: "13893005678"})
	if err != nil {
		t.Fatal(err)
	}
	k.Get("/stuck/new?ticket=" + reg.No).Want(200).Has("仍记在热线工单上").Lacks("联系电话")
	k.Post("/stuck/new", "ticket", reg.No, "unit_id", h.Unit.ID).Want(200).Has("F20250901-0001")
	k.Post("/stuck/new", "ticket", reg.No, "unit_id", h.Unit.ID).Want(422).Has("已经转为 F20250901-0001")
	k.Get("/stuck").Want(200).Has("营业执照跑了四趟")
	k.Get("/stuck/F20250901-0001").Want(200).Has("营业执照跑了四趟还没办下来", "马**", reg.No)
	list, err := h.Complaint.ByTicket(h.K(t), string(reg.ID))
	if err != nil || len(list) != 1 || list[0].No != "F20250901-0001" || !list[0].May {
		t.Errorf("the ticket's matter: %+v %v", list, err)
	}
	second, err := h.Hotline.Register(agent, hotline.RegisterInput{Channel: "电话", Kind: hotline.Complaint, Title: "窗口人员骂人", Content: "窗口人员骂人", Name: "马秀英", Phone: "13893005678"})
	if err != nil {
		t.Fatal(err)
	}
	k.Post("/complaints/new", "ticket", second.No, "unit_id", h.Unit.ID).Want(422).Has("来电人信息保密")
	hidden, err := h.Hotline.Register(agent, hotline.RegisterInput{Channel: "电话", Kind: hotline.Complaint, Title: "窗口人员骂人", Content: "窗口人员骂人第二次", Name: "马秀英", Phone: "13893005678", Confidential: hotline.ConfidentialCaller, AccusedUnit: h.Unit.ID})
	if err != nil {
		t.Fatal(err)
	}
	bare, err := h.Hotline.Register(agent, hotline.RegisterInput{Channel: "电话", Kind: hotline.Complaint, Title: "窗口没人", Content: "窗口没人", Name: "马秀英", Phone: "13893005678", Confidential: hotline.ConfidentialCaller})
	if err != nil {
		t.Fatal(err)
	}
	k.Post("/complaints/new", "ticket", bare.No).Want(422).Has("被反映单位")
	k.Post("/complaints/new", "ticket", hidden.No, "unit_id", h.Unit.ID).Want(200).Has("T20250901-0001")
	h.site.As("Z").Get("/complaints/T20250901-0001").Want(200).Lacks(hidden.No, "骂人", "马**")
	if list, err := h.Complaint.ByTicket(h.Chief(t), string(hidden.ID)); err != nil || len(list) != 0 {
		t.Errorf("the unit learns from the ticket that it is complained of: %+v %v", list, err)
	}
}

func TestTheAPIOfMatters(t *testing.T) {
	h := newHall(t)
	j := h.site.As("J")
	j.Call(http.MethodPost, "/stuck-matters", `{"content":"跑了三趟没有办成","phone":"13893005678","unit_id":"`+h.Unit.ID+`"}`, "Idempotency-Key", "k1").Want(201).Has("F20250901-0001", "query_code")
	j.Call(http.MethodPost, "/stuck-matters", `{"content":"跑了三趟没有办成","phone":"13893005678","unit_id":"`+h.Unit.ID+`"}`, "Idempotency-Key", "k1").Want(201).Has("F20250901-0001")
	list, _, err := h.Complaint.List(h.J(t), complaint.Filter{Kind: complaint.Stuck})
	if err != nil || len(list) != 1 {
		t.Fatal(len(list), err)
	}
	at := "/stuck-matters/" + string(list[0].ID)
	j.Call(http.MethodPost, at+"/accept", `{}`, "If-Match", `"7"`).Want(409)
	j.Call(http.MethodPost, at+"/accept", `{}`, "If-Match", `"1"`).Want(200).Has("ACCEPTED")
	j.Call(http.MethodPost, at+"/classify", `{"class":"simple"}`).Want(200).Has("CLASSIFIED")
	j.Call(http.MethodPost, at+"/finish", `{"result":"x","cause":"law"}`).Want(403)
	j.Call(http.MethodGet, at, "").Want(200).Has("跑了三趟", `"query_code"`).Lacks("13893005678")
	j.Call(http.MethodGet, "/stuck-matters/file", "").Want(200)
	j.Call(http.MethodPost, "/complaints/from-ticket", `{"ticket_no":"20250901-000099","title":"没有的工单"}`).Want(404)
	j.Call(http.MethodGet, "/complaint-roots?from=2025-09-01&to=2025-09-30", "").Want(200).Has(`"causes"`)
	j.Call(http.MethodGet, "/complaint-figures/stuck_solved?from=2025-09-01&to=2025-09-30", "").Want(200)
	j.Call(http.MethodGet, "/complaint-figures/none?from=2025-09-01&to=2025-09-30", "").Want(404)
	j.Call(http.MethodPut, "/complaint-limits/hard", `{"days":12,"basis":"本中心办法","confirmed":true}`).Want(204)
	j.Call(http.MethodGet, "/complaint-limits", "").Want(200).Has(`"days":12`)
	j.Call(http.MethodPut, "/complaint-causes/parking", `{"name":"停车","active":true}`).Want(204)
	h.site.As("").Call(http.MethodPost, "/public/matters", `{"kind":"complaint","content":"窗口没有人值守","about":"三号窗口"}`).Want(201).Has("T20250901-0001")
}
