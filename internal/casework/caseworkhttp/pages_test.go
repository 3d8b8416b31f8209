package caseworkhttp_test

import (
	"context"
	"net/http"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/blob"
	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworkhttp"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/document/pdf"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/rest"
	"yichuang/internal/store"
	"yichuang/internal/web"
	"yichuang/internal/web/webtest"
)

// hall is a world with its pages.
type hall struct {
	*caseworktest.World
	site *webtest.Site
}

func actorOf(ctx context.Context) *actor.Actor { return actor.From(ctx) }

func newHall(t *testing.T) hall {
	t.Helper()
	w := caseworktest.Open(t, store.SQLite)
	users := map[string]*actor.Actor{"W": actorOf(w.Window(t)), "Z": actorOf(w.Chief(t)), "D": actorOf(w.Approver(t, 1)), "H": actorOf(w.Head(t)), "J": actorOf(w.As(t, org.RoleSupervisor)), "L": actorOf(w.As(t, org.RoleLeader)),
		"F": actorOf(w.As(t, org.RoleFinance)), "I": actorOf(w.As(t, org.RoleInfo)), "other": w.Person(t, "other", orgtest.Where{Unit: orgtest.Unit(t, w.Org, w.Centre, "市水务局", "").ID}, org.RoleApprover).Actor}
	blobs, err := blob.Open(t.TempDir(), blob.Limits{}, w.Clock)
	if err != nil {
		t.Fatal(err)
	}
	d := caseworkhttp.Deps{Casework: w.Casework, Item: w.Item, Org: w.Org, Print: pdf.NewWriter(), Blobs: blobs}
	visitor := func(r *http.Request) *actor.Actor { return &actor.Actor{Kind: actor.Anonymous, CentreID: w.Centre} }
	return hall{w, webtest.New(t, users, func(pages *web.Kit, api *rest.Kit) {
		caseworkhttp.Register(pages, d)
		caseworkhttp.RegisterAPI(api, d)
	}, func(o *web.Options) { o.Clock, o.Visitor = w.Clock, visitor })}
}

func TestFromTheWindowToTheVerifiedPaper(t *testing.T) {
	h := newHall(t)
	it := h.Ready(t)
	w, z, d := h.site.As("W"), h.site.As("Z"), h.site.As("D")
	w.Get("/casework").Want(200).Has("这里没有办件", "/casework/new")
	w.Get("/casework/new").Want(200).Has("劳务派遣经营许可", "item="+it.ID)
	w.Get("/casework/new?item="+it.ID).Want(200).Has("收到的材料", "办公场所使用证明")
	form := []string{"item", it.ID, "name", "马建国", "id_type", "居民身份证", "id_no", "622901199003071230", "phone", "13993001234", "identity", "manual", "had." + it.ID, "M1", "window", "12"}
	w.Post("/casework/new", form...).Want(422).Has("身份证号码不对", `value="马建国"`)
	form[7] = "622901199003071239"
	w.Post("/casework/new", form...).Goes("/casework/cases/B20250901-0001")
	at := "/casework/cases/B20250901-0001"
	w.Get(at).Want(200).Has("已接件", "马**", "接件回执", "告知补正期限").Lacks("622901199003071239", "13993001234")
	w.Post(at + "/applicant").Want(200).Has("622901199003071239")
	h.site.As("J").Get(at).Want(200).Has("马**").Lacks("do=accept")
	h.site.As("J").Post(at + "/applicant").Want(403)
	h.site.As("other").Get(at).Want(404)
	h.site.As("F").Get(at).Want(403)
	w.Get(at + "?do=accept").Want(200).Has("受理方式")
	w.Post(at+"/accept", "mode", "normal").Want(422).Has("材料还不齐全")
	w.Post(at+"/notify", "code", "M2", "what.M2", "补交租赁合同").Goes(at)
	w.Get(at).Want(200).Has("待补正", "一次性补正告知书")
	w.Post(at+"/supply", "materials", "M2", "materials", "M3").Goes(at)
	w.Post(at+"/accept", "mode", "normal").Goes(at)
	w.Get(at).Want(200).Has("审查中", "承诺办结时限", "受理通知书")
	z.Post(at+"/review", "opinion", "符合条件").Goes(at)
	d.Get("/casework?stage=reviewed").Want(200).Has("B20250901-0001")
	z.Post(at+"/grant", "opinion", "").Want(422).Has("不能是同一人")
	d.Get(at + "?do=grant").Want(200).Has("涉及金额")
	d.Post(at+"/grant", "opinion", "准予", "amount", "一万").Want(422).Has("不是金额", "待决定")
	d.Post(at+"/grant", "opinion", "准予", "amount", "-1").Want(422).Has("涉及金额不能是负数")
	d.Post(at+"/grant", "opinion", "准予", "amount", "12345.60").Goes(at)
	w.Post(at+"/issue", "number", "劳派-001").Goes(at)
	w.Post(at+"/deliver", "way", "窗口领取").Goes(at)
	w.Get(at).Want(200).Has("办结", "劳派-001", "按期")
	w.Post(at+"/archive", "box", "2025-01").Goes(at)
	papersOnPages(t, h, at)
}

func papersOnPages(t *testing.T, h hall, at string) {
	t.Helper()
	w, public := h.site.As("W"), h.site.As("")
	s := h.Get(t, casework.CaseID(idOf(t, h)))
	var receipt casework.Voucher
	for _, v := range s.Vouchers {
		w.Get("/casework/vouchers/"+v.ID).Want(200).Has(v.No, "马建国", "验证码", "扫码核对真伪", `aria-label="验证二维码"`)
		if v.Kind == casework.VoucherGranted {
			w.Get("/casework/vouchers/"+v.ID).Want(200).Has("涉及金额", "12345.60 元")
		}
		if v.Kind == casework.VoucherReceipt {
			receipt = v
		}
	}
	w.Get("/casework/vouchers/" + receipt.ID + "/file.pdf").Want(200)
	h.site.As("J").Get("/casework/vouchers/" + receipt.ID).Want(403)
	h.site.As("other").Get("/casework/vouchers/" + receipt.ID).Want(404)
	code := h.Casework.QueryCode(casework.VisitID(s.VisitID))
	public.Get("/cases").Want(200).Has("查询码")
	public.Post("/cases", "code", code, "tail", "9999").Want(422).Has("没有查到")
	public.Post("/cases", "code", code, "tail", "1234").Want(200).Has("劳务派遣经营许可", "已送达", "已作出准予决定").Lacks("马建国")
	public.Get("/cases/verify").Want(200).Has("文书编号")
	public.Post("/cases/verify", "no", receipt.No, "code", h.Casework.VerifyCode(receipt.ID)).Want(200).Has("本中心出具", "马**")
	public.Post("/cases/verify", "no", receipt.No, "code", "0000000000").Want(422).Has("没有查到")
}

func idOf(t *testing.T, h hall) string {
	t.Helper()
	list, _, err := h.Casework.Cases(h.Window(t), casework.Filter{Done: true})
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	return string(list[0].ID)
}

func TestProposalsOnPages(t *testing.T) {
	h := newHall(t)
	c := h.Accepted(t, h.Ready(t))
	at := "/casework/cases/" + c.No
	z, d := h.site.As("Z"), h.site.As("D")
	z.Get(at+"?do=ask_suspend").Want(200).Has("听证", "书面告知申请人的日期").Lacks("现场勘验")
	z.Post(at+"/ask_suspend", "type", "testing", "start", "2025-08-01", "expected", "2025-09-05", "notice", "2025-08-01", "reason", "检测").Want(422).Has("不能早于今天")
	z.Post(at+"/ask_suspend", "type", "testing", "start", "2025-09-01", "expected", "2025-09-05", "notice", "2025-09-01", "reason", "消防检测").Goes(at)
	d.Get("/casework/waiting").Want(200).Has(c.No, "消防检测")
	d.Post(at + "/suspend").Goes(at)
	d.Get(at).Want(200).Has("特别程序中", "特别程序告知书", "不计时")
	h.site.As("H").Get("/casework/waiting").Want(200).Has("没有待批的呈请")
}
