package e2e

import (
	"slices"
	"strings"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/hotline"
	"yichuang/internal/org"
)

// chain is the life of one order that two units work on.
type chain struct {
	*house
	no string
}

const (
	chainLead   = "临夏市住房和城乡建设局"
	chainHelper = "临夏市城市管理综合执法局"
)

// TestTwoUnitsOnOneOrder walks an order of a lead and a helping unit (主办、协办) through the pages: a return that is
// refused and designates the unit, an extension, a second round and a rating that is disputed and adjudicated.
func TestTwoUnitsOnOneOrder(t *testing.T) {
	browser(t)
	c := &chain{house: openHouse(t)}
	c.prepare(t)
	for _, step := range []struct {
		name string
		walk func(*chain, *testing.T)
	}{
		{"dispatch with a helping unit", (*chain).dispatch},
		{"ask to return", (*chain).askReturn},
		{"refuse the return and designate", (*chain).denyReturn},
		{"no second return", (*chain).designated},
		{"the helping unit answers the lead", (*chain).help},
		{"extend", (*chain).extend},
		{"one reply for all", (*chain).reply},
		{"a second round", (*chain).rework},
		{"dispute the rating", (*chain).dispute},
		{"adjudicate and close", (*chain).adjudicate},
	} {
		if !t.Run(step.name, func(t *testing.T) { step.walk(c, t) }) {
			t.Fatal("the order cannot go on")
		}
		c.clock.Advance(6 * time.Minute)
	}
}

func (c *chain) prepare(t *testing.T) {
	t.Helper()
	u, err := c.app.Org.UserByName(c.system, "hejun") // a small office: the liaison answers for his replies himself
	if err == nil {
		_, err = c.app.Org.SetRoles(c.as(t, "admin"), u.ID, u.Version, []string{org.RoleLiaison, org.RoleUnitHead})
	}
	if err != nil {
		t.Fatal(err)
	}
	reg, err := c.app.Hotline.Register(c.as(t, "mali"), hotline.RegisterInput{Channel: "电话", Kind: hotline.Complaint, Title: "小区门前占道施工", Name: "马女士", Phone: "10000990003",
		Content: "枹罕花苑东门口挖开路面修管道，建筑垃圾堆在人行道上十几天没有人清，老人孩子出行很不方便。", Category: "0102"})
	if err == nil {
		_, err = c.app.Hotline.Accept(c.as(t, "mali"), hotline.Command{TicketID: reg.ID}, hotline.Classify{Category: "0102"})
	}
	if err != nil {
		t.Fatal(err)
	}
	c.no = reg.No
}

// open shows the record with the form of an action, as the button of it does.
func (c *chain) open(t *testing.T, user, action string) *person {
	t.Helper()
	p := c.staff(t, user)
	p.opens("/hotline/tickets/" + c.no)
	p.sees(c.no)
	if action != "" {
		p.clicksIn(".act-tabs", action)
		p.waits("the form of "+action, `document.querySelector(".act-form h2").innerText === "`+action+`"`)
	}
	return p
}

// legs gives the lead's leg and the helper's of the current round.
func (c *chain) legs(t *testing.T) (lead, helper hotline.Leg) {
	t.Helper()
	d := c.ticket(t, c.no)
	for _, l := range d.Legs {
		if l.Round != d.Round {
			continue
		}
		if l.Role == hotline.Lead {
			lead = l
		} else {
			helper = l
		}
	}
	return lead, helper
}

func (c *chain) dispatch(t *testing.T) {
	p := c.open(t, "lijianguo", "派单")
	p.sees("建议的承办单位", chainLead)
	p.unfolds("需要其他单位协办")
	p.chooses("协办单位 1", chainHelper)
	p.fills("协办事项 1", "清理人行道上的建筑垃圾")
	p.clicksIn("#act-form", "派单")
	p.sees("派单完成，现在是“待签收”", "协办", "清理人行道上的建筑垃圾")
	lead, helper := c.legs(t)
	if lead.State != hotline.PendingSign || helper.State != hotline.PendingSign || helper.Role != hotline.CoLead || helper.Due > lead.Due {
		t.Errorf("dispatched as %+v and %+v", lead, helper)
	}
}

func (c *chain) askReturn(t *testing.T) {
	p := c.open(t, "liuguoqiang", "申请退单")
	p.chooses("退单理由", "不属于本单位职责")
	p.chooses("应由哪个单位办理", "临夏市自来水公司")
	p.fills("退单说明", "挖路的是自来水公司的管网改造，不是我局的工程。")
	p.clicksIn("#act-form", "提交申请")
	p.sees("申请退单已提交，等待热线办审核", "待审批的申请", "认为应由 临夏市自来水公司 办理")
	if lead, _ := c.legs(t); lead.State != hotline.ReturnAsked {
		t.Errorf("the leg is %s", lead.State)
	}
}

func (c *chain) denyReturn(t *testing.T) {
	p := c.staff(t, "lijianguo")
	p.clicksIn("nav.side-fixed", "申请与审批")
	p.at("/hotline/asks")
	p.clicksIn(".tabs", "退单")
	p.clicks(c.no)
	p.at("/hotline/tickets/" + c.no)
	p.sees("同意退单并改派", "挖路的是自来水公司")
	p.clicksIn(".asks", "不予退单")
	p.waits("the form", `document.querySelector(".act-form h2").innerText === "不予退单"`)
	p.fills("不予退单的理由", "占道和恢复路面由住建局牵头监管，请负责协调自来水公司。")
	p.clicksIn("#act-form", "不予退单，指定承办")
	p.sees("不予退单完成", "指定承办", "不能再次退单")
	if lead, _ := c.legs(t); lead.State != hotline.Signed || !lead.Designated {
		t.Errorf("after the refusal the leg is %+v", lead)
	}
}

func (c *chain) designated(t *testing.T) {
	p := c.open(t, "liuguoqiang", "")
	p.waits("no way to return again", `![...document.querySelectorAll(".act-tabs a")].some((a) => a.innerText === "申请退单")`)
	p.clicks("为什么没有其他操作")
	p.sees("您单位是指定的承办单位，不能再次退单")
	_, err := c.app.Hotline.AskReturn(c.as(t, "liuguoqiang"), hotline.Command{TicketID: c.ticket(t, c.no).ID}, hotline.ReturnInput{Ground: hotline.ReturnReasons[0], Reason: "还是不归我们管"})
	if err == nil {
		t.Error("a designated unit returned the order again")
	}
}

func (c *chain) help(t *testing.T) {
	p := c.staff(t, "hejun")
	p.opens("/hotline/unit")
	p.sees("小区门前占道施工", "协办")
	p.opens("/hotline/tickets/" + c.no)
	p.clicksIn("#act-form", "签收")
	p.sees("签收完成")
	p.clicksIn(".act-tabs", "提交")
	p.sees("协办答复", "由主办单位汇总后统一答复来电人")
	p.fills("协办答复", "当晚出动两台车清运建筑垃圾六方，人行道已恢复通行。")
	p.chooses("办理结果", "已解决")
	p.clicksIn("#act-form", "签批并提交答复")
	p.sees("答复已提交")
	if _, helper := c.legs(t); helper.State != hotline.Submitted {
		t.Errorf("the helping unit's leg is %s", helper.State)
	}
	c.stands(t, c.no, hotline.Handling) // the lead has not answered
}

func (c *chain) extend(t *testing.T) {
	before, _ := c.legs(t)
	p := c.open(t, "zhangming", "申请延期")
	p.sets("延长", "3")
	p.fills("延期理由", "恢复路面要等管道试压合格。")
	p.clicksIn("#act-form", "提交申请")
	p.sees("延期申请已提交", "延长 3 个工作日")

	s := c.staff(t, "sunli")
	s.clicksIn("nav.side-fixed", "申请与审批")
	s.clicksIn(".tabs", "延期")
	s.clicks(c.no)
	s.at("/hotline/tickets/" + c.no)
	s.clicksIn("#act-form", "批准延期")
	s.sees("批准延期完成", "时限由")
	after, _ := c.legs(t)
	if after.Due <= before.Due || after.ExtCount != 1 {
		t.Errorf("the due went from %s to %s", before.Due, after.Due)
	}
	p.opens("/hotline/tickets/" + c.no)
	p.waits("no second extension", `![...document.querySelectorAll(".act-tabs a")].some((a) => a.innerText === "申请延期")`)
}

func (c *chain) reply(t *testing.T) {
	p := c.open(t, "liuguoqiang", "提交")
	p.sees("协办单位和下级单位的答复", "清运建筑垃圾六方")
	p.fills("公开答复", "自来水公司管道试压合格，路面已回填；建筑垃圾由城管部门当晚清运完毕，人行道恢复通行。")
	p.chooses("办理结果", "已解决")
	p.sets("与来电人联系的时间", "2026-05-14T15:40")
	p.clicksIn("#act-form", "签批并提交答复")
	p.sees("答复已提交，等待热线办审核")
	c.stands(t, c.no, hotline.Review)
	r := c.staff(t, "chenwei")
	r.opens("/hotline/review?open=" + c.no)
	r.sees("自来水公司管道试压合格")
	r.keys("a")
	r.sees("工单 " + c.no + "：答复审核通过")
	for _, l := range c.ticket(t, c.no).Legs {
		if l.State != hotline.Accepted || l.Outcome != hotline.OnTime {
			t.Errorf("%s of %s: %s, %s", l.Role, l.UnitID, l.State, l.Outcome)
		}
	}
}

// callsUnhappy records that the caller is not content.
func (c *chain) callsUnhappy(t *testing.T, why string) *person {
	t.Helper()
	p := c.staff(t, "zhaoxia")
	p.opens("/hotline/callback?open=" + c.no)
	p.sees("回访结果")
	p.keys("3")
	p.focused("reason")
	p.writes(why)
	p.clicksIn("details.sheet-more[open]", "记录")
	p.waits("recorded", `document.querySelector("#notices").innerText.includes("`+c.no+`")`)
	return p
}

func (c *chain) rework(t *testing.T) {
	p := c.callsUnhappy(t, "路面回填后又下沉，雨天积水。")
	p.opens("/hotline/tickets/" + c.no + "?do=rework")
	p.fills("重办理由", "路面下沉，请重新夯实恢复。")
	p.clicksIn("#act-form", "确定重办")
	p.sees("重办完成", "第 2 轮")
	d := c.stands(t, c.no, hotline.Dispatched)
	if d.Round != 2 {
		t.Errorf("round %d", d.Round)
	}
	c.clock.Advance(20 * time.Minute)
	u := c.open(t, "zhangming", "")
	u.clicksIn("#act-form", "签收")
	u.sees("签收完成")
	h := c.open(t, "liuguoqiang", "提交")
	h.fills("公开答复", "已重新夯实并铺设沥青，雨后复查没有积水。")
	h.chooses("办理结果", "已解决")
	h.sets("与来电人联系的时间", "2026-05-14T16:00")
	h.clicksIn("#act-form", "签批并提交答复")
	h.sees("答复已提交")
	r := c.staff(t, "chenwei")
	r.opens("/hotline/review?open=" + c.no)
	r.keys("a")
	r.sees("工单 " + c.no + "：答复审核通过")
	c.stands(t, c.no, hotline.Callback)
}

func (c *chain) dispute(t *testing.T) {
	c.callsUnhappy(t, "要求把整条街重新铺一遍。")
	p := c.open(t, "zhangming", "评价异议")
	p.sees("对哪次评价有异议", "要求把整条街重新铺一遍。")
	p.fills("异议理由", "诉求路段已经修复，整条街翻修不在本次诉求范围内。")
	p.clicksIn("#act-form", "提交异议")
	p.sees("评价异议已提交", "所指评价")
}

func (c *chain) adjudicate(t *testing.T) {
	p := c.staff(t, "chenwei")
	p.clicksIn("nav.side-fixed", "申请与审批")
	p.clicksIn(".tabs", "评价异议")
	p.clicks(c.no)
	p.sees("整条街翻修不在本次诉求范围内", "裁定")
	p.press("裁定", choice("finding", hotline.FindingUnreasonable))
	p.fills("裁定理由", "诉求路段经复查已修复，扩大范围的要求不合理。")
	p.clicksIn("#act-form", "评价裁定")
	p.sees("评价裁定完成", "裁定：诉求不合理或已依法处理")

	z := c.staff(t, "zhaoxia")
	z.opens("/hotline/tickets/" + c.no + "?do=close")
	z.fills("认定意见", "经裁定，诉求路段已修复，扩大范围的要求不合理。")
	z.clicksIn("#act-form", "办结")
	z.sees("办结完成")
	d := c.stands(t, c.no, hotline.Closed)
	last := d.Callbacks[len(d.Callbacks)-1]
	if d.CloseKind != hotline.CloseAdjudicated || last.Adjudication != hotline.FindingUnreasonable {
		t.Errorf("closed as %q, adjudicated %q", d.CloseKind, last.Adjudication)
	}
	for _, want := range []hotline.Action{hotline.ActAskReturn, hotline.ActDenyReturn, hotline.ActAskExtension, hotline.ActGrantExt, hotline.ActRework, hotline.ActDispute, hotline.ActAdjudicate, hotline.ActClose} {
		if !slices.ContainsFunc(d.Events, func(e hotline.Event) bool { return e.Action == want }) {
			t.Errorf("the record has no %s", want)
		}
	}
	c.citizenSees(t, d)
}

// citizenSees makes sure that the caller reads one reply, that of the lead unit.
func (c *chain) citizenSees(t *testing.T, d hotline.Dossier) {
	t.Helper()
	found, err := c.app.Hotline.Track(actor.With(c.system, &actor.Actor{Kind: actor.Anonymous, CentreID: d.CentreID}), c.app.Hotline.QueryCode(d.ID), "0003")
	if err != nil {
		t.Fatal(err)
	}
	replies := strings.Join(found.Replies, "\n")
	if !strings.Contains(replies, "铺设沥青") || strings.Contains(replies, "清运建筑垃圾六方") || found.Unit != chainLead {
		t.Errorf("the caller reads %q of %s", replies, found.Unit)
	}
}
