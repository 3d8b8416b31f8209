package hotlinehttp_test

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"

	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/org"
)

var cohortLink = regexp.MustCompile(`href="(/overview/cohort\?[^"]*)"`)
var dataRow = regexp.MustCompile(`<tr[^>]*data-row`)

// TestEveryFigureLeadsToItsRecords follows every link of the overview and counts the rows against the number that the
// list itself and the page promise.
func TestEveryFigureLeadsToItsRecords(t *testing.T) {
	w := newTown(t)
	for range 3 {
		w.Ticket(t, hotline.Closed)
	}
	for range 2 {
		w.Ticket(t, hotline.Handling)
	}
	w.Ticket(t, hotline.Triage)
	w.Set("2026-05-20 09:00")
	leader := w.browse(org.RoleLeader)
	page := leader.Get("/overview").Want(200).Has("60.00%", "按时 3 / 到期 5", "100.00%", "满意 3 / 回访到 3", "办结 3 / 受理 6", "超期未办结", "市住建局", "近 30 天每日登记与办结", "这些率是怎样算的")
	want := map[string]int{"M4/den": 5, "M4/num": 3, "M4b/den": 3, "M5/num": 2, "M8/den": 3, "M3/den": 6, "M3b/den": 6}
	seen := map[string]bool{}
	for _, m := range cohortLink.FindAllStringSubmatch(page.Body.String(), -1) {
		href := html.UnescapeString(m[1])
		list := leader.Get(href).Want(200)
		rows := len(dataRow.FindAllString(list.Body.String(), -1))
		for key, n := range want {
			measure, part, _ := strings.Cut(key, "/")
			if strings.Contains(href, "m="+measure+"&") && strings.Contains(href, "part="+part) && !strings.Contains(href, "from=2026-05-20") {
				seen[key] = true
				if rows != n {
					t.Errorf("%s: %d rows, the figure is %d", href, rows, n)
				}
			}
		}
	}
	for key := range want {
		if !seen[key] {
			t.Errorf("the overview has no link for %s", key)
		}
	}
	if ct := leader.Get("/overview/export.xlsx").Want(200).Header().Get("Content-Type"); !strings.Contains(ct, "spreadsheetml") {
		t.Errorf("the download is %s", ct)
	}
	leader.Get("/overview/cohort.xlsx?m=M4&part=den&from=2026-05-01&to=2026-06-01").Want(200)
	leader.Get("/overview/cohort?m=nothing&part=den&from=2026-05-01&to=2026-06-01").Want(404)
}

func TestUnitHeadSeesOnlyHisOwnFigures(t *testing.T) {
	w := newTown(t)
	mine := w.Ticket(t, hotline.Handling)
	w.browse("head").Get("/overview").Want(200).Has("本单位统计", "市住建局").Lacks("市水务局", "本月登记按来源渠道")
	other := w.browse("head2")
	other.Get("/overview").Want(200).Lacks("市住建局")
	for _, m := range []string{"M5", "M4", "received", "M1"} {
		other.Get(fmt.Sprintf("/overview/cohort?m=%s&part=num&from=2026-01-01&to=2027-01-01&unit=%s", m, w.Unit.ID)).Want(200).Lacks(mine.No)
	}
	w.browse("liaison").Get("/overview").Want(403)
	w.browse(org.RoleAgent).Get("/overview").Want(403)
	w.browse("").Get("/overview").Want(303)
}

func TestNoticesAreSeenByEachSideForItself(t *testing.T) {
	w := newTown(t)
	late := w.Ticket(t, hotline.Handling)
	w.Set("2026-05-20 09:00")
	w.RunJobs(t)
	unit, office, stranger, leader := w.browse("head"), w.browse(org.RoleDispatcher), w.browse("head2"), w.browse(org.RoleLeader)
	text := "工单 " + late.No + " 已于"
	unit.Get("/hotline/notices").Want(200).Has(text, "红牌", "黄牌")
	office.Get("/hotline/notices").Want(200).Has(text, "单位未阅").Lacks("<span class=\"notice-kind light-yellow\">")
	stranger.Get("/hotline/notices?show=all").Want(200).Lacks(late.No)
	leader.Get("/hotline/notices?show=all").Want(200).Lacks(late.No) // nothing that cannot wait for office hours

	list, _, err := w.Desk.Notices(w.In(t, w.Unit.ID, org.RoleUnitHead), desk.NoticeFilter{Kind: hotline.NoticeRed})
	if err != nil || len(list) != 1 {
		t.Fatalf("%d red cards, %v", len(list), err)
	}
	seen := "/hotline/notices/" + list[0].ID + "/seen"
	stranger.Post(seen).Want(404)
	leader.Post(seen).Want(404)
	unit.Post(seen, "back", "/hotline/notices").Goes("/hotline/notices")
	unit.Get("/hotline/notices").Want(200).Lacks(text)
	unit.Get("/hotline/notices?show=all").Want(200).Has(text)
	office.Get("/hotline/notices").Want(200).Has(text, "单位已阅")
	w.browse(org.RoleReviewer).Post(seen, "back", "https://elsewhere.example/").Goes("/hotline/notices")
	office.Get("/hotline/notices").Want(200).Lacks(text)
	if n, err := w.Desk.UnseenNotices(w.As(t, org.RoleDispatcher)); err != nil || n != 1 { // the demand (催办通知书) that came with the red card
		t.Errorf("the office has %d unseen, %v", n, err)
	}
}

func TestCriticalNoticesReachTheLeaderOnDuty(t *testing.T) {
	w := newTown(t)
	w.Set("2026-10-04 02:10")
	o := w.Ticket(t, hotline.Dispatched, func(in *hotline.RegisterInput) { in.Urgency = hotline.Critical })
	w.Set("2026-10-04 02:26")
	w.RunJobs(t)
	w.browse(org.RoleLeader).Get("/hotline/notices").Want(200).Has(o.No, "签收超时", "即办")
	w.browse(org.RoleDispatcher).Get("/hotline/notices").Want(200).Has(o.No)
}

func TestCatalogueIsKeptAndImported(t *testing.T) {
	w := newTown(t)
	d := w.browse(org.RoleDispatcher)
	d.Post("/hotline/rules/new", "category", "", "unit_id", w.Unit.ID, "valid_from", "2026-01-01").Want(422).Has("请选择事项分类")
	d.Post("/hotline/rules/new", "category", "01", "unit_id", w.Unit.ID, "valid_from", "2026-01-01", "basis", "三定规定").Goes("/hotline/rules")
	d.Get("/hotline/rules").Want(200).Has("市住建局", "三定规定", "长期")
	rules, err := w.Hotline.RuleTable(w.As(t, org.RoleDispatcher))
	if err != nil || len(rules) != 1 {
		t.Fatalf("%d rules, %v", len(rules), err)
	}
	path := "/hotline/rules/" + rules[0].ID
	d.Post(path, "category", "01", "unit_id", w.Unit.ID, "valid_from", "2026-01-01", "basis", "改过", "version", "1").Goes("/hotline/rules")
	d.Post(path, "category", "01", "unit_id", w.Unit.ID, "valid_from", "2026-01-01", "basis", "又改", "version", "1").Want(422).Has("刚被别人改过", "又改")

	file := "事项分类代码,区域,承办单位,生效日期,失效日期,依据\n01,,市住建局,2026-01-01,,改过\n02,,市水务局,2026-06-01,,文件\n01,,市水务局,,,\n03,,没有的局,,,\n"
	preview := d.Upload("/hotline/rules/import/preview", upload("目录.csv", file)).Want(200).Has("没有叫“没有的局”的单位", "有效期重叠", "确认导入")
	if rules, _ := w.Hotline.RuleTable(w.As(t, org.RoleDispatcher)); len(rules) != 1 {
		t.Errorf("the preview wrote: %d rules", len(rules))
	}
	lines := html.UnescapeString(regexp.MustCompile(`name="lines" value="([^"]*)"`).FindStringSubmatch(preview.Body.String())[1])
	d.Post("/hotline/rules/import", "lines", lines).Goes("/hotline/rules")
	d.Get("/hotline/rules?show=all").Want(200).Has("市水务局", "文件", "共 2 条")
	d.Post(path+"/end", "version", "2").Goes("/hotline/rules")
	w.browse(org.RoleAgent).Get("/hotline/rules").Want(200).Lacks("/hotline/rules/new")
	w.browse(org.RoleAgent).Post("/hotline/rules/new", "category", "01").Want(403)
	d.Get("/hotline/rules/export.xlsx").Want(200)
}

func TestTimeLimitsAreConfirmedAndSuperseded(t *testing.T) {
	w := newTown(t)
	admin := w.browse(org.RoleAdmin)
	admin.Get("/hotline/policies").Want(200).Has("未确认", "有 11 条", "还没有改过").Lacks("已确认")
	current, _, err := w.Hotline.PolicyTable(w.As(t, org.RoleAdmin))
	if err != nil {
		t.Fatal(err)
	}
	var consult hotline.PolicyRow
	for _, p := range current {
		if p.Step == hotline.StepHandle && p.Kind == hotline.Consult {
			consult = p
		}
	}
	path := "/hotline/policies/" + consult.ID
	admin.Post(path+"/confirm", "document", "").Want(422).Has("请填写依据文件的文号和条款")
	admin.Post(path+"/confirm", "document", "临市政办发〔2026〕12号 第八条").Goes("/hotline/policies")
	admin.Get("/hotline/policies").Want(200).Has("已确认", "临市政办发〔2026〕12号 第八条", "有 10 条", "2个工作日")
	admin.Post(path, "n", "3", "unit", "wd").Want(409) // superseded by its confirmation
	admin.Post("/hotline/policies/new", "step", "handle", "kind", hotline.Consult, "n", "0", "unit", "wd").Want(422)
	admin.Post("/hotline/policies/new", "step", "handle", "kind", hotline.Consult, "n", "3", "unit", "wd", "confirmed", "1").Want(422).Has("确认时限须填写依据")
	admin.Post("/hotline/policies/new", "step", "handle", "kind", hotline.Consult, "n", "3", "unit", "wd").Goes("/hotline/policies")
	_, past, err := w.Hotline.PolicyTable(w.As(t, org.RoleAdmin))
	if err != nil || len(past) != 2 || past[0].EndedAt == 0 {
		t.Errorf("history: %+v, %v", past, err)
	}
	w.browse(org.RoleDispatcher).Get("/hotline/policies").Want(200).Lacks("确认或修改")
	w.browse(org.RoleDispatcher).Post("/hotline/policies/new", "step", "handle", "n", "1", "unit", "wd").Want(403)
}

func TestAuditLogIsFilteredAndVerified(t *testing.T) {
	w := newTown(t)
	o := w.Ticket(t, hotline.Closed)
	leader := w.browse(org.RoleLeader)
	leader.Get("/audit").Want(200).Has("登记", "派单", o.No, "市住建局").Lacks("13800000001", "张三")
	leader.Get("/audit?object=" + o.No).Want(200).Has("办结").Lacks("新建用户")
	leader.Get("/audit?action=org.").Want(200).Has("新建用户").Lacks(o.No)
	leader.Get("/audit?actor="+w.Person(t, w.Unit.ID, org.RoleLiaison).Username).Want(200).Has("签收").Lacks("派单员", ">登记<")
	leader.Get("/audit?actor=没有这个人").Want(200).Has("没有符合条件的记录")
	leader.Get("/audit?outcome=denied").Want(200).Has("没有符合条件的记录")
	leader.Get("/audit/export.xlsx").Want(200)
	leader.Post("/audit/verify").Want(200).Has("全部相符")
	leader.Get("/audit").Want(200).Has("核验审计日志")
	w.browse(org.RoleDispatcher).Get("/audit").Want(403)
	w.browse("head").Get("/audit").Want(403)
}

func TestTicketsAreImportedAfterAPreview(t *testing.T) {
	w := newTown(t)
	w.AddUnit(t, "城市管理局", "")
	lead := w.browse(org.RoleShiftLead)
	file := upload("坪山.csv", "REC_ID,CREATE_TIME,EVENT_SRC_NAME,EVENT_PROPERTY_NAME,EVENT_TYPE_NAME,MAIN_TYPE_NAME,SUB_TYPE_NAME,STREET_NAME,COMMUNITY_NAME,DISPOSE_UNIT_NAME,INTIME_ARCHIVE_NUM,OVERTIME_ARCHIVE_NUM\n"+
		"1,2018-02-08 15:34:40,@坪山,投诉,市政设施,公用部件,下水井盖,坪山街道,六联社区,城市管理局,1,0\n2,不是时间,@坪山,投诉,市政设施,公用部件,下水井盖,坪山街道,六联社区,城市管理局,1,0\n")
	lead.Upload("/hotline/import", file).Want(422).Has("请选择字段对照")
	preview := lead.Upload("/hotline/import", file, "mapping", "pingshan").Want(303).Header().Get("Location")
	lead.Get(preview).Want(200).Has("这是预览", "拒绝的行", "确认导入", "下载未收下的行")
	if rows, _, err := w.Hotline.List(w.System(), hotline.Filter{}); err != nil || len(rows) != 0 {
		t.Errorf("the preview wrote %d tickets, %v", len(rows), err)
	}
	run := lead.Post(preview+"/apply", "key", "k").Want(303).Header().Get("Location")
	lead.Get(run).Want(200).Has("收下 1 张", "拒绝 1 行")
	lead.Get(run + "/progress").Want(200).Has(`"href":"` + run + `"`)
	lead.Get(run + "/refused.xlsx").Want(200)
	if again := lead.Post(preview+"/apply", "key", "k").Want(303).Header().Get("Location"); again != run {
		t.Errorf("sent twice it is another import: %s, %s", run, again)
	}
	lead.Get(lead.Post(preview + "/apply").Want(303).Header().Get("Location")).Want(200).Has("收下 0 张，以前导入过 1 行")
	lead.Get("/hotline/import/0000000000000").Want(404)
	w.browse(org.RoleAgent).Get(run).Want(403)
	w.browse(org.RoleAgent).Get("/hotline/import").Want(403)
}

func TestAdminPagesNameTheirPermissions(t *testing.T) {
	w := newTown(t)
	for _, r := range w.site.Pages.Routes() {
		if strings.HasPrefix(r.Pattern, "/12345") != r.Public && (strings.HasPrefix(r.Pattern, "/12345") || strings.HasPrefix(r.Pattern, "/overview") || strings.HasPrefix(r.Pattern, "/audit")) {
			t.Errorf("%s %s: public is %t", r.Method, r.Pattern, r.Public)
		}
	}

}
