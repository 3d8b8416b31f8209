package caseworkhttp_test

import (
	"testing"

	"yichuang/internal/casework"
	"yichuang/internal/item"
)

// The register on its pages: a certificate from its making to its end, a renewal, and an application that is taken up again.
func TestTheRegisterOfLicencesOnPages(t *testing.T) {
	h := newHall(t)
	it := h.Ready(t, func(c *item.Content) { c.Renewal.Term = item.Limit{N: 2, Unit: item.Month} })
	w, z, d := h.site.As("W"), h.site.As("Z"), h.site.As("D")
	w.Get("/casework/licences").Want(200).Has("这里没有证照")
	c := h.Accepted(t, it)
	k := casework.Command{CaseID: c.ID}
	if _, err := h.Casework.Review(h.Chief(t), k, "符合"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Casework.Grant(h.Approver(t, 1), k, casework.DecideInput{}); err != nil {
		t.Fatal(err)
	}
	at, licence := "/casework/cases/"+c.No, "/casework/licences/"+string(c.ID)
	w.Get(at+"?do=issue").Want(200).Has("有效期起", "2 个月")
	w.Post(at+"/issue", "number", "劳派-1", "valid_from", "2025-09-01", "valid_until", "2025-08-01").Want(422).Has("不能早于有效期起")
	if _, err := h.Casework.Issue(h.Window(t), k, casework.IssueInput{Number: "劳派-1"}); err != nil {
		t.Fatal(err)
	}
	w.Get(at).Want(200).Has("证照登记", licence, "2025-09-01 至 2025-10-31")
	w.Get("/casework/licences").Want(200).Has("劳派-1", "马**", "2025-10-01").Lacks("马建国")
	w.Get("/casework/licences?no=没有").Want(200).Has("没有这个编号的证照")
	w.Get("/casework/licences?no=劳派-1").Goes(licence)
	w.Get(licence).Want(200).Has("有效", c.No, "登记记录").Lacks("注销的情形", "马建国")
	h.site.As("other").Get(licence).Want(404)
	h.site.As("F").Get(licence).Want(403)
	w.Get("/casework/new?item="+it.ID+"&renews=劳派-1").Want(200).Has("申请延续的证照编号", `value="劳派-1"`)
	form := []string{"item", it.ID, "name", "马建国", "id_type", "居民身份证", "id_no", "622901199003071239", "phone", "13993001234", "identity", "manual", "had." + it.ID, "M1", "reason." + it.ID, "延续", "renews." + it.ID, "劳派-9"}
	w.Post("/casework/new", form...).Want(422).Has("没有查到申请人名下有效的这份证照")
	form[len(form)-1] = "劳派-1"
	w.Post("/casework/new", form...).Want(303)
	w.Get("/casework/cases/B20250901-0002").Want(200).Has("依法视为准予延续", "延续的证照", licence, "延续决定期限")
	z.Get(licence).Want(200).Has("注销的情形", "B20250901-0002")
	d.Post(licence+"/end", "action", "forfeit", "reason", "出租证件").Want(422).Has("请填写行政处罚决定书的文号")
	w.Post(licence+"/end", "action", "cancel", "ground", "dissolved", "reason", "公司注销").Want(403)
	d.Post(licence+"/end", "action", "cancel", "ground", "dissolved", "reason", "公司注销").Goes(licence)
	d.Get(licence).Want(200).Has("注销", "法人或者其他组织依法终止（行政许可法第七十条）")
	d.Get("/casework/licences?list=ended").Want(200).Has("劳派-1")
	d.Get("/api/v1/casework/licences?list=ended").Want(200).Has(`"no":"劳派-1"`, `"state":"cancelled"`)
	d.Get("/api/v1"+licence).Want(200).Has(`"ground":"dissolved"`, `"events"`).Lacks("622901199003071239")
}

// Whoever applies again is led from the sheet of the ended case to the form of a new one.
func TestApplyingAgainOnPages(t *testing.T) {
	h := newHall(t)
	it := h.Ready(t)
	w := h.site.As("W")
	c := h.Receive(t, it)
	at := "/casework/cases/" + c.No
	w.Get(at).Want(200).Lacks("另立新办件接续")
	if _, err := h.Casework.Withdraw(h.Window(t), casework.Command{CaseID: c.ID}, "撤回"); err != nil {
		t.Fatal(err)
	}
	w.Get(at).Want(200).Has("另立新办件接续", "follows="+c.No)
	h.site.As("J").Get(at).Want(200).Lacks("另立新办件接续")
	w.Get("/casework/new?item=" + it.ID + "&follows=" + c.No).Want(200).Has(`value="` + c.No + `"`)
	form := []string{"item", it.ID, "name", "马建国", "id_type", "居民身份证", "id_no", "622901199003071239", "phone", "13993001234", "identity", "manual", "had." + it.ID, "M1", "follows." + it.ID, "B20200101-0001"}
	w.Post("/casework/new", form...).Want(422).Has("没有查到申请人这个事项的原办件")
	form[len(form)-1] = c.No
	w.Post("/casework/new", form...).Goes("/casework/cases/B20250901-0002")
	w.Get("/casework/cases/B20250901-0002").Want(200).Has("原办件", at)
	w.Get(at).Want(200).Has("后续办件", "B20250901-0002").Lacks("另立新办件接续")
}
