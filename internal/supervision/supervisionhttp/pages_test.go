package supervisionhttp_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/document/pdf"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/rest"
	"yichuang/internal/supervision"
	"yichuang/internal/supervision/supervisionhttp"
	"yichuang/internal/supervision/supervisiontest"
	"yichuang/internal/web"
	"yichuang/internal/web/webtest"
)

// hall is a supervised world with its pages.
type hall struct {
	*supervisiontest.World
	site *webtest.Site
}

func newHall(t *testing.T) hall {
	t.Helper()
	w := supervisiontest.Open(t, "sqlite")
	of := func(ctx context.Context) *actor.Actor { return actor.From(ctx) }
	users := map[string]*actor.Actor{"W": of(w.Window(t)), "Z": of(w.Chief(t)), "J": of(w.As(t, org.RoleSupervisor)), "L": of(w.As(t, org.RoleLeader)), "I": of(w.As(t, org.RoleInfo)), "F": of(w.As(t, org.RoleFinance)),
		"other": w.Person(t, "other", orgtest.Where{Unit: orgtest.Unit(t, w.Org, w.Centre, "市水务局", "").ID}, org.RoleApprover).Actor}
	d := supervisionhttp.Deps{Supervision: w.Supervision, Org: w.Org, Print: pdf.NewWriter()}
	return hall{w, webtest.New(t, users, func(pages *web.Kit, api *rest.Kit) {
		supervisionhttp.Register(pages, d)
		supervisionhttp.RegisterAPI(api, d)
	}, func(o *web.Options) { o.Clock = w.Clock })}
}

// verifies reads number and code from a printed page and verifies them as anybody may.
func (h hall) verifies(t *testing.T, a *webtest.Answer, title string) (code string) {
	t.Helper()
	a.Want(200).Has(title, "（印章）", "验证二维码", "责任单位")
	m := regexp.MustCompile(`(?s)<p>([^<]*〔2025〕[^<]*号)</p>.*验证码 ([0-9A-Z]{10})，`).FindStringSubmatch(a.Body.String())
	if m == nil {
		t.Fatalf("%s has no number and code", title)
	}
	got, err := h.Casework.Verify(actor.With(t.Context(), casework.ApplicantActor(h.Centre, "", "")), m[1], m[2])
	if err != nil || got.Title != title || got.No != m[1] {
		t.Errorf("%s: %+v, %v", title, got, err)
	}
	return m[2]
}

// late is a case with a red card.
func (h hall) late(t *testing.T) (casework.Case, string) {
	t.Helper()
	it := h.Ready(t)
	h.Set("2025-09-26 15:00")
	c := h.Accepted(t, it)
	h.Set("2025-10-21 00:00")
	h.RunJobs(t)
	for _, l := range h.Alerts(t, c.ID) {
		if l.Level == supervision.Red {
			return c, "/supervision/alerts/" + string(l.ID)
		}
	}
	t.Fatal("no red card")
	return c, ""
}

func TestACardFromServingToSettling(t *testing.T) {
	h := newHall(t)
	h.site.As("J").Get("/supervision/alerts").Want(200).Has("没有预警", "人工督办")
	c, at := h.late(t)
	h.Set("2025-10-21 09:00")
	j, z, l := h.site.As("J"), h.site.As("Z"), h.site.As("L")
	j.Get("/supervision/alerts").Want(200).Has("红牌", c.No, "待送达", "市人社局")
	j.Get("/supervision/alerts?stage=all").Want(200).Has("已摘牌", "黄牌")
	h.site.As("W").Get("/supervision/alerts").Want(200).Has("红牌").Lacks("人工督办", "全部送达")
	h.site.As("other").Get("/supervision/alerts").Want(200).Has("没有预警")
	h.site.As("other").Get(at).Want(404)
	h.site.As("F").Get("/supervision/alerts").Want(403)
	z.Get(at).Want(200).Has("超期 2 个工作日", "签收整改", "申辩", "T03").Lacks("核销", "提请撤牌")
	z.Get(at + "/warning/file.pdf").Want(404)
	j.Post("/supervision/alerts/serve").Goes("/supervision/alerts?stage=served")
	j.Get(at).Want(200).Has("监察预警〔2025〕00001号", "2025-10-28")
	j.Get(at + "/warning/file.pdf").Want(200).Has("%PDF")
	h.verifies(t, j.Get(at+"/warning/print"), "监察预警单")
	z.Post(at + "/take").Goes(at)
	z.Post(at+"/answer", "text", "").Want(422).Has("请填写整改情况")
	z.Post(at+"/answer", "text", "已于当日补充力量办结").Goes(at)
	z.Get(at).Want(200).Has("监察回告〔2025〕00001号", "已回告")
	z.Post(at+"/settle", "text", "好了").Want(403)
	first := h.verifies(t, j.Get(at+"/reply/print").Want(200).Has("监察回告〔2025〕00001号"), "整改回告单")
	j.Get(at+"?do=return").Want(200).Has("退回的理由", "核销")
	j.Post(at+"/return", "text", "没有写明原因").Goes(at)
	j.Get(at + "/reply/print").Want(404).Has("再次回告后才有新的回告单")
	j.Get(at).Want(200).Lacks("/reply/print")
	z.Post(at+"/defend", "text", "系统停电三天").Goes(at)
	j.Post(at+"/uphold", "text", "停电不影响纸质决定").Goes(at)
	z.Post(at+"/answer", "text", "已整改").Goes(at)
	l.Get(at).Want(200).Lacks("act-tabs")
	j.Post(at+"/settle", "text", "整改到位").Goes(at)
	j.Get(at).Want(200).Has("已核销", "系统停电三天", "整改到位")
	j.Get(at + "/reply/file.pdf").Want(200).Has("%PDF")
	if second := h.verifies(t, j.Get(at+"/reply/print").Want(200).Has("监察回告〔2025〕00002号").Lacks("1970"), "整改回告单"); second == first {
		t.Error("the second answer is verified as the first one")
	}
	j.Get("/supervision/alerts/export.xlsx?stage=all").Want(200)
	j.Get("/supervision/results?month=2025-10").Want(200).Has("市人社局", "不合格", "监察结果", "按规则分列", "T03", "严重超过办理期限", "by=rule")
	z.Get("/supervision/results?month=2025-10&quarter=1").Want(200).Has("市人社局")
	j.Get("/supervision/results/export.xlsx?month=2025-10").Want(200)
	book, err := excelize.OpenReader(j.Get("/supervision/results/export.xlsx?month=2025-10&by=rule").Want(200).Body)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows("按规则")
	if text := fmt.Sprint(rows); err != nil || !strings.Contains(text, "T03 严重超过办理期限 时效 0 0 1 0") {
		t.Errorf("by rule: %s, %v", text, err)
	}
	j.Get("/api/v1/supervision/results?month=2025-10").Want(200).Has(`"rules":[{"rule":"T03"`, `"name":"严重超过办理期限"`)
	j.Get("/supervision/results?month=十月").Want(422)
}

func TestByHandForASiteWithoutCases(t *testing.T) {
	h := newHall(t)
	town := orgtest.Site(t, h.Org, h.Centre, "折桥镇便民服务中心")
	j := h.site.As("J")
	j.Get("/supervision/alerts/new").Want(200).Has("折桥镇便民服务中心", "市水务局")
	j.Post("/supervision/alerts/new", "level", "yellow", "type", "其他", "text", "").Want(422).Has("请填写督办内容", "请选择被督办的单位")
	j.Post("/supervision/alerts/new", "case_no", "B1-1", "level", "yellow", "type", "其他", "text", "x").Want(422).Has("没有编号为")
	at := j.Post("/supervision/alerts/new", "site_id", town.ID, "level", "yellow", "type", "其他", "text", "工作日上午无人值守").Want(303).Header().Get("Location")
	j.Get(at).Want(200).Has("折桥镇便民服务中心", "监察预警〔2025〕00001号", "预警")
	sent := h.Person(t, "T", orgtest.Where{Site: town.ID}, org.RoleSiteAdmin)
	l, err := h.Supervision.Act(sent.Ctx, supervision.Command{ID: supervision.AlertID(strings.TrimPrefix(at, "/supervision/alerts/")), Text: "已安排轮值"}, supervision.ActAnswer)
	if err != nil || l.State != supervision.Answered {
		t.Fatal(l.State, err)
	}
	h.site.As("L").Post(at + "/lift").Want(422).Has("已经处理过")
}

func TestRulesOnThePages(t *testing.T) {
	h := newHall(t)
	j, i := h.site.As("J"), h.site.As("I")
	page := i.Get("/supervision/rules").Want(200).Has("缺省规则", "另起一版", "生效").Body.String()
	at := regexp.MustCompile(`/supervision/rules/[0-9a-z]{5,}`).FindString(page)
	h.site.As("Z").Get(at).Want(200).Has("超过办理期限", "未确认", "第三十二条").Lacks("另起一版")
	h.site.As("Z").Get("/supervision/rules/new").Want(403)
	form := i.Get("/supervision/rules/new").Want(200).Has("修订依据", "红牌").Body.String()
	var fields []string
	for _, m := range regexp.MustCompile(`<input[^>]*value="([^"]*)"[^>]*name="([a-z_]+(?:\.\d+)?)"`).FindAllStringSubmatch(form, -1) {
		fields = append(fields, m[2], m[1])
	}
	for _, m := range regexp.MustCompile(`(?s)<select[^>]*name="([a-z]+\.\d+)".*?<option value="([a-z]+)"[^>]*selected`).FindAllStringSubmatch(form, -1) {
		fields = append(fields, m[1], m[2])
	}
	fields = append(fields, "basis", "")
	i.Post("/supervision/rules/new", set(fields, "basis", "")...).Want(422).Has("请填写修订的依据")
	i.Post("/supervision/rules/new", set(set(fields, "basis", "试行"), "n.2", "1")...).Want(422).Has("红牌的超期天数应多于黄牌")
	draft := i.Post("/supervision/rules/new", set(set(fields, "basis", "临市政服发〔2025〕3号"), "n.2", "3")...).Want(303).Header().Get("Location")
	j.Get(draft).Want(200).Has("超过期限 3 个工作日", "生效", "修改草稿")
	j.Post(draft+"/activate", "version", "1", "valid_from", "2025-08-01").Want(422).Has("不能早于今天")
	j.Post(draft+"/activate", "version", "1", "valid_from", "2025-09-02").Goes(draft)
	j.Get(draft + "/edit").Want(409)
	j.Get("/supervision/rules").Want(200).Has("待生效", "2025-09-02 起")
	i.Get("/api/v1/supervision/rules").Want(200).Has(`"revision":2`)
}

// set changes one field of a form.
func set(fields []string, name, value string) []string {
	out := append([]string(nil), fields...)
	for i := 0; i < len(out); i += 2 {
		if out[i] == name {
			out[i+1] = value
		}
	}
	return out
}

func TestASampleOnThePages(t *testing.T) {
	h := newHall(t)
	it := h.Ready(t)
	for n := range 6 {
		h.Set([]string{"2025-09-02 09:00", "2025-09-03 09:00", "2025-09-04 09:00", "2025-09-05 09:00", "2025-09-08 09:00", "2025-09-09 09:00"}[n])
		finished(t, h, h.Accepted(t, it))
	}
	h.Set("2025-09-09 18:00")
	j := h.site.As("J")
	draw := []string{"title", "九月抽查", "from", "2025-09-01", "to", "2025-09-09", "size", "3"}
	j.Post("/supervision/samples", draw...).Want(422).Has("最晚为昨天")
	h.Set("2025-09-10 09:00")
	j = h.site.As("J")
	j.Get("/supervision/samples").Want(200).Has("还没有抽查", "抽取办件")
	h.site.As("I").Get("/supervision/samples").Want(200).Lacks("抽查名称")
	at := j.Post("/supervision/samples", draw...).Want(303).Header().Get("Location")
	j.Get(at).Want(200).Has("抽查合格率", "—", "种子", "检查")
	j.Get(at+"?check=1").Want(200).Has("真实：", "保存结论")
	j.Post(at+"/cases/1", "holds", "true", "text", "").Want(422).Has("请填写检查情况")
	j.Post(at+"/cases/1", "holds", "true", "text", "缺送达回证", "raise", "1").Goes(at)
	j.Post(at + "/close").Want(409)
	for _, pos := range []string{"2", "3"} {
		j.Post(at+"/cases/"+pos, "holds", "true", "holds", "timely", "holds", "whole", "holds", "exact").Goes(at)
	}
	j.Post(at+"/cases/2", "holds", "true").Want(422)
	j.Get(at).Want(200).Has("66.67%", "不合格：实时、完整、准确", "结束抽查")
	j.Post(at + "/redraw").Goes(at)
	j.Get(at).Want(200).Has("完全一致")
	j.Post(at + "/close").Goes(at)
	j.Get(at + "/export.xlsx").Want(200)
	j.Get("/supervision/alerts").Want(200).Has("抽查不合格：缺送达回证", "已送达")
	j.Get("/supervision/results?month=2025-09").Want(200).Has("66.67%（2/3）", "16.67%（1/6）")
	h.site.As("W").Get(at).Want(403)
	j.Get("/supervision/signals?month=2025-09").Want(200).Has("受理后几分钟就决定", "督办</a>", "/supervision/alerts/new?case=")
	j.Get("/supervision/signals?month=2025-08").Want(200).Has("没有发现异常信号")
	h.site.As("Z").Get("/supervision/signals").Want(403)
}

// finished brings an accepted case to its end on the same day.
func finished(t *testing.T, h hall, c casework.Case) casework.Case {
	t.Helper()
	m, k := h.Casework, casework.Command{CaseID: c.ID}
	steps := []func() (casework.Case, error){
		func() (casework.Case, error) { return m.Review(h.Approver(t, 2), k, "符合条件") },
		func() (casework.Case, error) {
			return m.Grant(h.Approver(t, 1), k, casework.DecideInput{Opinion: "准予"})
		},
		func() (casework.Case, error) {
			return m.Issue(h.Window(t), k, casework.IssueInput{Number: "劳派-" + c.No})
		},
		func() (casework.Case, error) {
			return m.Deliver(h.Window(t), k, casework.DeliverInput{Way: casework.Ways[0]})
		},
	}
	for _, step := range steps {
		var err error
		if c, err = step(); err != nil {
			t.Fatal(err)
		}
	}
	return c
}
