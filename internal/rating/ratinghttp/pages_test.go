package ratinghttp_test

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"yichuang/internal/actor"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/rating"
	"yichuang/internal/rating/ratinghttp"
	"yichuang/internal/rating/ratingtest"
	"yichuang/internal/rest"
	"yichuang/internal/store"
	"yichuang/internal/web"
	"yichuang/internal/web/webtest"
)

// desk is a world with its pages.
type desk struct {
	*ratingtest.World
	site *webtest.Site
}

func newDesk(t *testing.T) desk {
	t.Helper()
	w := ratingtest.Open(t, store.SQLite)
	w.Set("2025-11-18 16:40")
	of := func(ctx context.Context) *actor.Actor { return actor.From(ctx) }
	users := map[string]*actor.Actor{"W": of(w.Window(t)), "Z": of(w.Chief(t)), "D": of(w.Approver(t, 1)), "J": of(w.As(t, org.RoleSupervisor)), "L": of(w.As(t, org.RoleLeader)), "B": of(w.As(t, org.RoleCallbacker)),
		"H": of(w.As(t, org.RoleAgent)), "F": of(w.As(t, org.RoleFinance)), "other": w.Person(t, "other", orgtest.Where{Unit: orgtest.Unit(t, w.Org, w.Centre, "市水务局", "").ID}, org.RoleChiefRep).Actor}
	d := ratinghttp.Deps{Rating: w.Rating, Org: w.Org, Units: func(context.Context) ([]web.Option, error) {
		return []web.Option{{Value: w.Unit.ID, Label: w.Unit.Name}, {Value: w.Section.ID, Label: w.Section.Name}}, nil
	}}
	visitor := func(*http.Request) *actor.Actor { return &actor.Actor{Kind: actor.Anonymous, CentreID: w.Centre} }
	return desk{w, webtest.New(t, users, func(pages *web.Kit, api *rest.Kit) {
		ratinghttp.Register(pages, d)
		ratinghttp.RegisterAPI(api, d)
	}, func(o *web.Options) { o.Clock, o.Visitor = w.Clock, visitor })}
}

func TestACitizenRatesWithoutScript(t *testing.T) {
	h := newDesk(t)
	code := h.Code(h.Answered(t))
	public := h.site.As("")
	public.Get("/rate").Want(200).Has("评价码", "各单位评价结果")
	public.Post("/rate", "code", "0000000000").Want(422).Has("没有找到可以评价的服务")
	public.Post("/rate", "code", strings.ToLower(code)).Goes("/rate/s/" + strings.ToLower(code))
	at := "/rate/s/" + code
	public.Get(at+"?via=sms").Want(200).Has("非常满意", "非常不满意", "实名评价", `value="sms"`).Lacks("checked")
	public.Post(at, "text", "等了很久").Want(422).Has("没有默认的评价", "等了很久").Lacks("checked")
	public.Post(at, "level", "4", "name", "石敏中").Want(422).Has("请填写能联系到您的电话")
	slip := public.Post(at, "level", "4", "poor", "P5", "text", "等了一上午，我叫石敏中", "name", "石敏中", "phone", "13893007788", "channel", "sms").Want(303).Header().Get("Location")
	public.Get(slip).Want(200).Has("不满意", "等候太久", "已收到您的差评", "更正评价", "姓名和电话只有", "回执码").Lacks("石敏中", "13893007788")
	public.Get(at).Want(200).Has("非常满意", "凭回执码").Lacks("等了一上午", "已收到您")
	public.Post(at, "level", "1").Want(422).Has("一次服务评价一次")
	h.site.As("W").Post(at, "level", "1").Want(403).Has("不能在这里代替群众评价")
	public.Post("/rate", "code", strings.TrimPrefix(slip, "/rate/r/")).Goes(slip)
	h.Set("2025-11-18 16:49")
	public.Post(slip, "level", "5", "text", "再想想更差").Goes(slip)
	h.Set("2025-11-18 17:00")
	public.Post(slip, "level", "1").Want(422).Has("一次服务评价一次")
	public.Get(slip).Want(200).Has("非常不满意").Lacks("改前的评价留存备查")
	public.Get("/rate/results").Want(200).Has("评价结果", "这个月没有评价")
}

func TestTheTaskOnItsPages(t *testing.T) {
	h := newDesk(t)
	s := h.Poor(t)
	at := "/rating/tasks/" + s.No
	w, z, j, b, l := h.site.As("W"), h.site.As("Z"), h.site.As("J"), h.site.As("B"), h.site.As("L")
	for _, who := range []string{"W", "Z", "D"} {
		h.site.As(who).Get("/rating/tasks").Want(200).Has(s.No)
		h.site.As(who).Get(at).Want(200).Has("待联系").Lacks("马建国", "马*", "13993001234", "139****", s.Service)
		h.site.As(who).Post(at+"/close", "text", "办结").Want(403)
		h.site.As(who).Post(at + "/rater").Want(403)
		h.site.As(who).Get("/rating").Want(403)
		h.site.As(who).Get("/rating/ratings.xlsx").Want(403)
	}
	h.site.As("other").Get(at).Want(404)
	h.site.As("F").Get(at).Want(403)
	j.Get(at).Want(200).Has("马**", "139****1234", s.Service)
	j.Post(at+"/rater").Want(200).Has("马建国", "13993001234")
	z.Get(at+"?do=contact").Want(200).Has("由回访员转接", "联系核实的情况")
	z.Post(at+"/contact", "text", "").Want(422).Has("请填写联系核实的情况")
	z.Post(at+"/contact", "text", "已经由回访员转接，反映跑了两趟").Goes(at)
	z.Post(at+"/plan", "day", "2025-11-22", "text", "培训").Want(422).Has("不是工作日")
	z.Post(at+"/plan", "day", "2025-11-24", "text", "培训").Goes(at)
	w.Get(at+"?do=appeal").Want(200).Has("误评", "恶意评价")
	w.Post(at+"/appeal", "ground", "mistaken", "text", "当场办结").Goes(at)
	l.Post(at+"/uphold", "text", "误评").Want(422).Has("先由政务监察股复核")
	j.Post(at+"/opine", "advice", "rejected", "text", "确实跑了两趟").Goes(at)
	l.Post(at+"/reject", "text", "不成立，继续整改").Goes(at)
	j.Get(at).Want(200).Has("整改中", "申诉不成立")
	z.Post(at+"/report", "text", "已培训").Goes(at)
	j.Post(at+"/pass", "text", "属实").Goes(at)
	b.Get("/rating/tasks?stage=followup").Want(200).Has(s.No)
	b.Post(at+"/call", "answer", "unreached").Goes(at)
	b.Post(at+"/call", "answer", "满意").Goes(at)
	j.Post(at+"/close", "text", "办结").Goes(at)
	j.Get("/rating/tasks?stage=ended").Want(200).Has(s.No, "已办结")
	j.Get(at).Want(200).Has("2025-11-20 周四 24:00", "2025-11-24 周一 24:00", "满意（第 2 次）")
	j.Get("/rating?month=2025-11").Want(200).Has("好评率", "0.00%", "分子 0 / 分母 1", s.No)
	j.Get("/rating/cohort?m=HP5&month=2025-11&part=num").Want(200).Has(s.No, "按期整改率")
	j.Get("/rating/exclusions").Want(200).Has("没有剔除的评价")
}

// The rater says on the page of the code whether the correction satisfies, in the place of a call.
func TestTheRaterConfirms(t *testing.T) {
	h := newDesk(t)
	c := h.Answered(t)
	slip := h.Rate(t, c, rating.VeryBad, "马建国", "13993001234")
	s := h.Newest(t)
	k := rating.Command{TaskID: s.ID}
	for _, step := range []func() (rating.Task, error){
		func() (rating.Task, error) { return h.Rating.Contact(h.Chief(t), k, "已联系") },
		func() (rating.Task, error) { return h.Rating.Fix(h.Chief(t), k, "已改") },
		func() (rating.Task, error) { return h.Rating.Pass(h.As(t, org.RoleSupervisor), k, "属实") },
	} {
		if _, err := step(); err != nil {
			t.Fatal(err)
		}
	}
	public, at := h.site.As(""), "/rate/r/"+slip
	public.Get(at).Want(200).Has("对处理结果是否满意", "责任单位已整改")
	public.Post(at + "/confirm").Want(422).Has("请选择对处理结果是否满意")
	public.Post(at+"/confirm", "answer", "基本满意").Goes(at)
	public.Get(at).Want(200).Has("您已确认").Lacks("对处理结果是否满意")
	if got := h.Task(t, s.No); got.State != rating.Done || got.Answer != rating.AnswerFair {
		t.Errorf("%s %s", got.State, got.Answer)
	}
}

// The spreadsheet holds the ratings of the filter and nobody's name.
func TestTheSpreadsheet(t *testing.T) {
	h := newDesk(t)
	s := h.Poor(t)
	answer := h.site.As("J").Get("/rating/ratings.xlsx?month=2025-11").Want(200)
	f, err := excelize.OpenReader(bytes.NewReader(answer.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows("评价")
	if err != nil || len(rows) != 2 {
		t.Fatal(rows, err)
	}
	text := strings.Join(rows[1], "|")
	if !strings.Contains(text, s.No) || strings.Contains(text, "马建国") || strings.Contains(text, s.Service) {
		t.Error(text)
	}
}

func TestCodesPhoneAndParametersOnPages(t *testing.T) {
	h := newDesk(t)
	code := h.Code(h.Answered(t))
	w, a, j := h.site.As("W"), h.site.As("H"), h.site.As("J")
	w.Get("/rating/codes").Want(200).Has(code)
	w.Post("/rating/codes", "title", "").Want(422).Has("请写明咨询的事")
	where := w.Post("/rating/codes", "title", "医保转移", "window", "12").Want(303).Header().Get("Location")
	w.Get(where).Want(200).Has("请群众评价", "医保转移", "/rate")
	j.Get("/rating/codes").Want(403)
	a.Get("/rating/phone").Want(200).Has("电话评价")
	a.Post("/rating/phone", "code", "0000000000", "level", "1").Want(422).Has("没有找到可以评价的服务")
	a.Post("/rating/phone", "code", code, "level", "1").Goes("/rating/phone")
	w.Post("/rating/phone", "code", code, "level", "1").Want(403)
	j.Get("/rating?level=1&month=2025-11").Want(200).Has("热线电话", "100.00%")
	j.Get("/rating/settings").Want(200).Has("评价期限", "未确认")
	j.Get("/rating/settings?edit=window_days").Want(200).Has(`value="15"`)
	j.Post("/rating/settings/window_days", "value", "99").Want(422).Has("应为 1 至 90")
	j.Post("/rating/settings/window_days", "value", "20", "basis", "办法第八条", "confirmed", "1").Goes("/rating/settings")
	j.Get("/rating/settings").Want(200).Has("已确认：办法第八条")
}

func TestTheAPI(t *testing.T) {
	h := newDesk(t)
	code := h.Code(h.Answered(t))
	public, j, z := h.site.As(""), h.site.As("J"), h.site.As("Z")
	public.Call("POST", "/public/service-ratings/query", `{"code":"`+code+`"}`).Want(200).Has(`"open":true`)
	public.Call("POST", "/public/service-ratings", `{"code":"`+code+`","level":9}`).Want(422)
	z.Call("POST", "/public/service-ratings", `{"code":"`+code+`","level":1}`).Want(403) // who can be rated does not rate
	public.Call("POST", "/public/service-ratings", `{"code":"`+code+`","level":4,"text":"跑了两趟","name":"石敏中","phone":"13893007788"}`).Want(200).Has("receipt")
	s := h.Newest(t)
	z.Call("GET", "/ratings/tasks/"+s.ID, "").Want(200).Has(s.No).Lacks("石敏中", "13893007788", s.Service)
	z.Call("POST", "/ratings/tasks/"+s.ID+"/contact", `{"text":"已联系"}`).Want(200).Has("CONTACTED")
	z.Call("POST", "/ratings/tasks/"+s.ID+"/close", `{"text":"x"}`).Want(403)
	j.Call("POST", "/ratings/tasks/"+s.ID+"/rater", "").Want(200).Has("石敏中")
	j.Call("GET", "/ratings/figures?from=2025-11-01&to=2025-12-01", "").Want(200).Has(`"HP1"`, `"denominator":1`)
	j.Call("GET", "/ratings/figures/cohort?metric=HP2&from=2025-11-01&to=2025-12-01", "").Want(200).Has(`"total":1`)
	j.Call("GET", "/ratings/faults?from=2025-11-01&to=2025-11-30", "").Want(200).Has("bad_rating", s.No)
	public.Call("GET", "/public/service-ratings/results?month=2025-10", "").Want(200).Has(`"units"`)
}
