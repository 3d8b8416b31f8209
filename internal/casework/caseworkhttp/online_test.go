package caseworkhttp_test

import (
	"testing"

	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/web/webtest"
)

const paper = "%PDF-1.7\nx"

// A citizen applies from a telephone, without an account or a script: first the situation, then the form with a file for each
// material; what is told to be missing is sent on the page of progress.
func TestACitizenAppliesOnline(t *testing.T) {
	h := newHall(t)
	it := h.Ready(t, func(c *item.Content) {
		c.Channels = []string{"1", "3"}
		c.Situations = []item.Situation{{Code: "S1", Question: "本人办理还是委托办理？", Answers: []item.SituationWay{{Code: "1", Label: "本人办理"}, {Code: "2", Label: "委托办理", Materials: []string{"M3"}}}}}
	})
	offline := h.Ready(t)
	public, w := h.site.As(""), h.site.As("W")
	public.Get("/cases").Want(200).Has("到办事指南选择事项")
	public.Get("/cases/apply?item=" + offline.ID).Want(409).Has("还没有开通网上申请")
	public.Get("/cases/apply?item="+it.ID).Want(200).Has("本人办理还是委托办理", "下一步").Lacks("证件号码")
	public.Get("/cases/apply?item="+it.ID+"&answer."+it.ID+".S1=1").Want(200).Has("证件号码", "劳务派遣经营许可申请书", "可以后补").Lacks("劳务派遣管理制度")
	form := []string{"item", it.ID, "answer." + it.ID + ".S1", "1", "name", "马建国", "id_type", "居民身份证", "id_no", "622901199003071230", "phone", "13993001234", "key", "k1"}
	one := []webtest.File{{Field: "file." + it.ID + ".M1", Name: "申请书.pdf", Content: []byte(paper)}}
	public.Upload("/cases/apply", one, form...).Want(422).Has("身份证号码不对", `value="马建国"`, "请重新选择")
	form[9] = "622901199003071239"
	public.Upload("/cases/apply", []webtest.File{{Field: "file." + it.ID + ".M1", Name: "a.exe", Content: []byte("MZ")}}, form...).Want(422).Has("a.exe")
	trapped := append([]string{"homepage", "x"}, form...)
	public.Upload("/cases/apply", one, trapped...).Want(422).Has("请勿填写")
	public.Upload("/cases/apply", one, form...).Want(200).Has("查询码", "1234", "政务收〔2025〕00001号")
	at := "/casework/cases/B20250901-0001"
	w.Get("/casework?stage=applied").Want(200).Has("B20250901-0001", "待预审")
	w.Get(at).Want(200).Has("预审通过", "申请书.pdf", "网上预审时限")
	s, err := h.Casework.Find(h.Window(t), "B20250901-0001")
	if err != nil || len(s.Files) != 1 {
		t.Fatal(s.Files, err)
	}
	w.Get(at + "/files/" + s.Files[0].ID).Want(200).Has(paper)
	h.site.As("J").Get(at + "/files/" + s.Files[0].ID).Want(403)
	h.site.As("other").Get(at + "/files/" + s.Files[0].ID).Want(404)
	w.Post(at+"/notify", "code", "M2", "what.M2", "补交租赁合同").Goes(at)
	code := s.QueryCode
	public.Post("/cases", "code", code, "tail", "1234").Want(200).Has("补交租赁合同", "补交材料", "撤回这项申请")
	public.Upload("/cases/supply", nil, "code", code, "tail", "1234", "no", s.No).Want(422).Has("请选择要补交的文件")
	public.Upload("/cases/supply", nil, "code", code, "tail", "0000", "no", s.No).Want(404)
	public.Upload("/cases/supply", []webtest.File{{Field: "file.M2", Name: "合同.pdf", Content: []byte(paper)}}, "code", code, "tail", "1234", "no", s.No).Want(200).Has("已收到补交的材料", "已接件")
	w.Get(at + "?do=attach").Want(200).Has("扫描上传的材料视为已收")
	w.Upload(at+"/attach", []webtest.File{{Field: "file.M1", Name: "签字页.pdf", Content: []byte(paper)}}, "version", "3").Goes(at)
	public.Post("/cases/withdraw", "code", code, "tail", "1234", "no", s.No, "reason", "不办了").Want(200).Has("已按您的要求撤回", "申请人撤回")
}

// Hearing, recusal and the platform's number on the sheet of a case.
func TestAHearingOnPages(t *testing.T) {
	h := newHall(t)
	c := h.Accepted(t, h.Ready(t))
	at := "/casework/cases/" + c.No
	w, z := h.site.As("W"), h.site.As("Z")
	z.Get(at + "?do=tell").Want(200).Has("告知听证权利")
	z.Post(at+"/tell", "reason", "涉及邻里重大利益").Goes(at)
	w.Post(at+"/ask_hearing", "reason", "邻居要求听证").Goes(at)
	h.Head(t)
	chair := h.Person(t, "H", orgtest.Where{}).ID
	z.Get(at+"?do=convene").Want(200).Has("主持人", "七个工作日")
	z.Post(at+"/convene", "day", "2025-09-05", "place", "三楼", "chair", chair).Want(422).Has("2025-09-10")
	z.Post(at+"/convene", "day", "2025-09-10", "place", "三楼会议室", "chair", chair).Goes(at)
	z.Get(at).Want(200).Has("听证通知书", "组织听证期限", "三楼会议室")
	w.Post(at+"/waive", "reason", "书面放弃").Goes(at)
	z.Post(at+"/recuse", "user_id", chair, "reason", "亲属").Goes(at)
	w.Post(at+"/link", "number", "GS-2025-1").Goes(at)
	w.Get(at).Want(200).Has("已放弃", "GS-2025-1", "回避")
	z.Get("/casework/handover").Want(200).Has("调离人员")
	z.Post("/casework/handover", "from", "", "reason", "调离").Want(422).Has("请选择本部门的人员")
	w.Get("/casework/handover").Want(403)
}

func TestThePlatformOnPages(t *testing.T) {
	h := newHall(t)
	c := h.Accepted(t, h.Ready(t))
	i := h.site.As("I")
	i.Get("/casework/platform").Want(200).Has("没有省平台的办件", "/casework/platform/import")
	h.site.As("W").Get("/casework/platform").Want(403)
	h.site.As("Z").Get("/casework/platform/import").Want(403)
	text := "办件编号,本地办件编号,事项名称,办件状态,申请时间\nP1," + c.No + ",劳务派遣,办理中,2025-09-01\nP2,,别的,不知道,2025-08-01\nP3,,第三件,办结,2025-08-30\n"
	i.Upload("/casework/platform/import", nil).Want(422).Has("请选择文件")
	i.Upload("/casework/platform/import", []webtest.File{{Field: "file", Name: "a.csv", Content: []byte("a,b\n1,2\n")}}).Want(422).Has("文件里没有“办件编号”、“事项名称”")
	answer := i.Upload("/casework/platform/import", []webtest.File{{Field: "file", Name: "a.csv", Content: []byte(text)}}).Want(303)
	path := answer.Header().Get("Location")
	i.Get(path).Want(200).Has("导入预览", "不知道", "确认导入")
	i.Post(path).Goes(path)
	i.Get(path).Want(200).Has("导入完成")
	i.Get(path + "/progress").Want(200).Has(path)
	i.Post(path).Want(409)
	i.Get("/casework/platform?linked=yes").Want(200).Has("P1").Lacks("P3")
	list, _, err := h.Casework.PlatformCases(h.As(t, org.RoleInfo), casework.PlatformFilter{})
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	i.Get("/casework/platform/cases/"+list[1].ID).Want(200).Has("申请时间（平台）", "首次导入", c.No)
	h.site.As("other").Get("/casework/platform/cases/" + list[0].ID).Want(404)
	i.Get("/casework/platform/reconcile?from=2025-08-01&to=2025-09-30").Want(200).Has("一致 0＋有差异 1＋平台没有 0", "一致 0＋有差异 1＋本中心没有 1", "P3")
	i.Get("/casework/platform/reconcile?from=2025-09-30&to=2025-08-01").Want(422)
	i.Get("/casework/platform/reconcile/file?from=2025-08-01&to=2025-09-30").Want(200).Has("结果,本中心办件编号", "有差异,"+c.No, "本中心没有,,P3")
	i.Get("/casework/platform/reconcile/file?from=2025-09-30&to=2025-08-01").Want(422)
	i.Get("/casework/export").Want(200).Has("办事申请", "GB/T 39046", "申请者证件号码").Lacks("电子监察", "不脱敏")
	i.Get("/casework/export/file?set=apply&from=2025-09-01&to=2025-09-30&format=csv").Want(200).Has("办件编号,实施编码", c.No, "马**").Lacks("马建国")
	i.Get("/casework/export/file?set=process&from=2025-09-01&to=2025-09-30&format=json").Want(200).Has(`{"办件编号":"` + c.No + `"`)
	i.Get("/casework/export/file?set=apply&from=2025-09-30&to=2025-09-01").Want(422)
	i.Call("GET", "/casework/exports/result?from=2025-09-01&to=2025-09-30", "").Want(200).Lacks("{") // an open case has no result
	i.Call("GET", "/casework/exports", "").Want(200).Has(`"申报来源代码"`, `"an..50"`).Lacks(`"rating"`)
	i.Call("GET", "/casework/exports/apply?from=2025-09-01&to=2025-09-30&personal=true", "").Want(403)
	i.Call("GET", "/casework/exports/rating?from=2025-09-01&to=2025-09-30", "").Want(422)
	i.Call("GET", "/casework/reconciliation/rows?from=2025-08-01&to=2025-09-30", "").Want(200).Has(`"差异项":"受理日期"`)
	i.Call("GET", "/casework/reconciliation?from=2025-08-01&to=2025-09-30", "").Want(200).Has(`"ours":1`, `"theirs":2`, `"differing":1`)
}

// A package asks for what its items share once, and gives it to each of them.
func TestAPackageOnlineAsksForEachPaperOnce(t *testing.T) {
	h := newHall(t)
	online := func(c *item.Content) { c.Channels = []string{"1", "2"} }
	one, two := h.Ready(t, online), h.Ready(t, online, func(c *item.Content) {
		c.Name, c.Materials = "人力资源服务许可", append(c.Materials, item.Material{Code: "M4", Name: "专职人员名单", Form: "paper", Source: "self", Copies: 1})
	})
	pack := h.Publish(t, func(c *item.Content) { c.Name, c.Members = "开办公司一件事", []string{one.ID, two.ID} })
	public := h.site.As("")
	public.Get("/cases/apply?item="+pack.ID).Want(200).Has("file."+one.ID+".M1", "file."+two.ID+".M4").Lacks("file." + two.ID + ".M1")
	public.Upload("/cases/apply", []webtest.File{{Field: "file." + one.ID + ".M1", Name: "申请书.pdf", Content: []byte(paper)}}, "item", pack.ID, "name", "马建国", "id_type", "居民身份证", "id_no", "622901199003071239", "phone", "13993001234", "key", "k9").
		Want(200).Has("B20250901-0001", "B20250901-0002")
	for _, no := range []string{"B20250901-0001", "B20250901-0002"} {
		s, err := h.Casework.Find(h.Window(t), no)
		if err != nil || len(s.Files) != 1 || s.Materials[0].State != casework.MaterialHad || s.Package.Name != "开办公司一件事" || len(s.Package.Steps) != 2 {
			t.Errorf("%s: %+v %+v, %v", no, s.Files, s.Package, err)
		}
	}
	h.site.As("W").Get("/casework/cases/B20250901-0002").Want(200).Has("由市人社局牵头", "B20250901-0001")
}

// A visit with two items has one line of progress above both, on the applicant's page and at the desk.
func TestTheLineOfProgressOfAVisitOnPages(t *testing.T) {
	h := newHall(t)
	in := caseworktest.Input(h.Ready(t), "M1", "M2", "M3")
	in.Items = append(in.Items, casework.IntakeItem{ItemID: h.Ready(t, func(c *item.Content) { c.Name = "人力资源服务许可" }).ID, Had: []string{"M1", "M2", "M3"}})
	got, err := h.Casework.Receive(h.Window(t), in)
	if err == nil {
		_, err = h.Casework.Accept(h.Window(t), casework.Command{CaseID: got.Cases[0].ID}, casework.NormalMode)
	}
	if err != nil {
		t.Fatal(err)
	}
	line := []string{"这次申请的总进度", "共 2 个事项，已决定 0 个，已结束 0 个。还没有决定的，最晚", "人力资源服务许可"}
	h.site.As("W").Get("/casework/cases/" + got.Cases[1].No).Want(200).Has(append(line, `href="/casework/cases/`+got.Cases[0].No+`"`)...)
	h.site.As("").Post("/cases", "code", got.QueryCode, "tail", "1234").Want(200).Has(line...)
}
