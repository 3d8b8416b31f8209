package e2e

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"yichuang/internal/audit"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
)

// story is what one step of the journeys leaves to the next.
type story struct {
	*house
	call string // number of the ticket that was registered by phone
	web  string // number of the ticket that a citizen wrote
	code string // its query code
}

// TestJourneys is a day in the house: a call from its registration to its end, a request from the web to its rating, and
// a caller who is not content. Each step is done by the person whose work it is, through the pages.
func TestJourneys(t *testing.T) {
	browser(t)
	s := &story{house: openHouse(t)}
	for _, step := range []struct {
		name string
		walk func(*story, *testing.T)
	}{
		{"sign in and change the first password", (*story).signIn},
		{"register a call with the keyboard", (*story).register},
		{"dispatch by the catalogue", (*story).dispatch},
		{"sign", (*story).sign},
		{"propose and submit the reply", (*story).reply},
		{"approve the reply", (*story).approve},
		{"call back and close", (*story).callBack},
		{"submit from a phone without scripts", (*story).submit},
		{"track by code and last four digits", (*story).track},
		{"rate", (*story).rate},
		{"unsatisfied, another round", (*story).rework},
	} {
		if !t.Run(step.name, func(t *testing.T) { step.walk(s, t) }) {
			t.Fatal("the story cannot go on")
		}
		s.clock.Advance(4 * time.Minute)
	}
}

// Journey 1: a wrong password, a right one, a new account and its first password.
func (s *story) signIn(t *testing.T) {
	admin := s.somebody(t)
	admin.signIn("admin", "wrong-password")
	admin.sees("登录没有成功：用户名或密码不对")
	admin.fills("密码", password(t, "admin"))
	admin.keys("\r")
	admin.at("/")
	admin.clicksIn("nav.side-fixed", "用户")
	admin.clicks("新建用户")
	admin.fills("姓名", "周燕")
	admin.fills("用户名", "zhouyan")
	admin.chooses("单位", "12345热线办公室")
	admin.keys("\r")
	admin.sees("一次性密码", "请现在抄下来交给本人")
	first := admin.text("code.secret-value")
	admin.clicks("话务员")
	admin.clicks("保存角色")
	admin.waits("role kept", `document.querySelector("#notices").innerText.trim() !== "" && [...document.querySelectorAll("[name=roles]:checked")].length === 1`)

	p := s.somebody(t)
	p.signIn("zhouyan", first)
	p.sees("您用的是一次性密码")
	p.opens("/hotline")
	p.sees("还差一步", "您用的是一次性密码") // nothing else opens before
	p.clicks("现在去办")
	p.at("/account/password")
	p.fills("原密码", first)
	p.fills("新密码", "红园路上的三棵老槐树")
	p.fills("再输一次新密码", "红园路上的三棵老槐树")
	p.keys("\r")
	p.waits("password changed", `!location.pathname.startsWith("/account/password")`)
	p.opens("/")
	p.at("/hotline")
	p.sees("周燕", "登记来电")
	if u, err := s.app.Org.UserByName(s.system, "zhouyan"); err != nil || u.MustChange {
		t.Errorf("after the change: %+v, %v", u, err)
	}
	if _, err := s.app.Org.SignIn(s.system, "zhouyan", first); err == nil {
		t.Error("the one-time password still opens the door")
	}
}

const callText = "枹罕花苑二号楼二单元楼道灯坏了一个多月，老人晚上下楼摔了一跤，物业一直没有修，希望尽快来人。"

// Journey 2: no hand leaves the keyboard.
func (s *story) register(t *testing.T) {
	p := s.staff(t, "mali")
	p.at("/hotline")
	p.keys("n")
	p.at("/hotline/new")
	p.focused("phone")
	p.keys("10000990001\r")
	p.focused("name")
	p.writes("马先生")
	p.keys("\r")
	p.focused("channel")
	p.keys("\r")
	p.focused("kind")
	p.keys("3\r")
	p.focused("urgency")
	p.keys("\r")
	p.focused("content")
	p.writes(callText)
	p.keys("\t")
	p.focused("address")
	p.writes("红园路 枹罕花苑")
	p.keys("\r")
	p.focused("area")
	p.keys("622901006\r")
	p.focused("category")
	p.keys("0102\r")
	p.focused("title")
	p.writes("楼道灯坏了一个多月")
	p.keys("\r", chromedp.KeyModifiers(chromedp.ModifierCtrl))
	p.sees("查询码", "请告诉来电人")
	s.call = strings.TrimPrefix(p.text("h1"), "已登记 ")
	d := s.stands(t, s.call, hotline.Triage)
	if d.Kind != hotline.Complaint || d.Urgency != hotline.Ordinary || d.Category != "0102" || d.Area != "622901006" || d.Content != callText || d.Title != "楼道灯坏了一个多月" {
		t.Errorf("registered as %+v %+v", d.Ticket, d.TicketText)
	}
	if d.CallerPhone == "" || strings.Contains(d.CallerPhone, "0099000") {
		t.Errorf("the caller's number: %q", d.CallerPhone)
	}
}

// Journey 3: the catalogue names the unit and says why.
func (s *story) dispatch(t *testing.T) {
	p := s.staff(t, "lijianguo")
	p.opens("/hotline?state=TRIAGE")
	p.clicks(s.call)
	p.at("/hotline/tickets/" + s.call)
	p.sees("建议的承办单位", "临夏市住房和城乡建设局", "派单目录", callText)
	p.fills("派单要求", "请督促物业当日修复并答复来电人。")
	p.clicksIn("#act-form", "派单")
	p.sees("派单完成，现在是“待签收”")
	d := s.stands(t, s.call, hotline.Dispatched)
	l := leg(t, d)
	if d.Unit != "临夏市住房和城乡建设局" || l.State != hotline.PendingSign || l.SignDue.IsZero() || l.Due <= l.SignDue {
		t.Errorf("dispatched to %q: %+v", d.Unit, l)
	}
}

// Journey 4: one press in the unit's own list.
func (s *story) sign(t *testing.T) {
	p := s.staff(t, "zhangming")
	p.at("/hotline/unit")
	p.sees("楼道灯坏了一个多月", "待签收")
	p.press("签收", `(() => {
	  const b = [...document.querySelectorAll(".leg-item")].find((li) => li.innerText.includes("`+s.call+`")).querySelector("button");
	  b.scrollIntoView({ block: "center", behavior: "instant" });
	  const box = b.getBoundingClientRect();
	  return [box.left + box.width / 2, box.top + box.height / 2];
	})()`)
	p.sees("签收完成，现在是“办理中”")
	if l := leg(t, s.stands(t, s.call, hotline.Handling)); l.State != hotline.Signed || l.SignedAt != s.clock.Now() {
		t.Errorf("signed: %+v", l)
	}
}

const answerText = "经查，枹罕花苑二号楼二单元楼道感应灯线路老化。物业公司已于当日更换线路和灯具三套，现已正常照明，并已当面告知来电人。"

// Journey 5: the liaison writes, the head of the unit answers for it.
func (s *story) reply(t *testing.T) {
	p := s.staff(t, "zhangming")
	p.opens("/hotline/unit")
	p.clicks("楼道灯坏了一个多月")
	p.at("/hotline/tickets/" + s.call)
	p.clicks("报签")
	p.sees("公开答复", "内部说明")
	p.clicksIn("#act-form", "报分管负责人签批")
	p.sees("需要修改") // an empty reply is not a reply
	p.fills("公开答复", answerText)
	p.chooses("办理结果", "已解决")
	p.sets("与来电人联系的时间", "2026-05-14T15:30")
	p.clicksIn("#act-form", "报分管负责人签批")
	p.sees("已报分管负责人签批")
	if l := leg(t, s.stands(t, s.call, hotline.Handling)); l.State != hotline.SignOff || l.ReplyPublic != answerText {
		t.Errorf("proposed: %+v", l)
	}
	s.clock.Advance(10 * time.Minute)

	head := s.staff(t, "liuguoqiang")
	head.opens("/hotline/unit")
	head.clicks("楼道灯坏了一个多月")
	head.at("/hotline/tickets/" + s.call)
	head.clicks("提交")
	head.sees("签批并提交答复")
	head.clicksIn("#act-form", "签批并提交答复")
	head.sees("答复已提交，等待热线办审核")
	if l := leg(t, s.stands(t, s.call, hotline.Review)); l.State != hotline.Submitted || l.SubmittedAt != s.clock.Now() || l.Solved != "已解决" {
		t.Errorf("submitted: %+v", l)
	}
}

// Journey 6: one key.
func (s *story) approve(t *testing.T) {
	p := s.staff(t, "chenwei")
	p.clicksIn("nav.side-fixed", "审核答复")
	p.at("/hotline/review")
	p.opens("/hotline/review?open=" + s.call)
	p.sees(answerText, "审核通过（a）")
	p.keys("a")
	p.sees("工单 " + s.call + "：答复审核通过，现在是“待回访”")
	if l := leg(t, s.stands(t, s.call, hotline.Callback)); l.State != hotline.Accepted || l.Outcome != hotline.OnTime {
		t.Errorf("approved: %+v", l)
	}
}

// Journey 7: the number is shown on purpose, and the showing is in the record; one key closes.
func (s *story) callBack(t *testing.T) {
	p := s.staff(t, "zhaoxia")
	p.clicksIn("nav.side-fixed", "回访")
	p.at("/hotline/callback")
	p.opens("/hotline/callback?open=" + s.call)
	p.sees(answerText)
	p.seesNot("10000990001")
	p.press("号码", `(() => { const b = document.querySelector(".secret button"); b.scrollIntoView({ block: "center", behavior: "instant" }); const r = b.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2]; })()`)
	p.sees("10000990001")
	p.keys("1")
	p.sees("工单 " + s.call)
	p.waits("recorded", `document.querySelector("#notices").innerText.includes("`+s.call+`")`)
	d := s.stands(t, s.call, hotline.Closed)
	if d.CloseKind != hotline.CloseSatisfied || len(d.Callbacks) != 1 || !d.Callbacks[0].Reached || d.Callbacks[0].Result != hotline.Satisfied {
		t.Errorf("closed as %q: %+v", d.CloseKind, d.Callbacks)
	}
	log, _, err := s.app.Desk.AuditLog(s.as(t, "admin"), desk.AuditFilter{Filter: audit.Filter{Action: "hotline.reveal", Object: s.call}})
	if err != nil || len(log) != 1 || log[0].ActorName != "赵霞" {
		t.Errorf("the showing of the number in the audit log: %+v, %v", log, err)
	}
}

var codePattern = regexp.MustCompile(`^[0-9A-Z]{10}$`)

const webText = "折桥镇祁家村村口的垃圾箱三天没有清运，气味很大，苍蝇很多，请尽快安排清运，并定期来收。"

// Journey 8: a phone, no scripts, no account.
func (s *story) submit(t *testing.T) {
	p := s.citizen(t)
	p.opens("/")
	p.at("/12345")
	p.clicks("我要反映")
	p.at("/12345/submit")
	p.clicks("提交")
	p.sees("处需要修改")
	p.press("投诉", choice("kind", hotline.Complaint))
	p.fills("具体内容", webText)
	p.fills("手机或电话", "10000990002")
	p.fills("怎样称呼您", "祁女士")
	p.clicks("提交")
	p.sees("已经收到", "查询码", "后四位：0002")
	s.code = p.text(".receipt-code .visually-hidden")
	s.web = strings.TrimPrefix(read[string](p, `[...document.querySelectorAll(".receipt p")].find((e) => e.innerText.startsWith("工单号")).innerText`), "工单号 ")
	if !codePattern.MatchString(s.code) {
		t.Errorf("query code %q", s.code)
	}
	if wide := read[int](p, "document.documentElement.scrollWidth"); wide > 390 {
		t.Errorf("the page is %d px wide on a phone of 390", wide)
	}
	d := s.stands(t, s.web, hotline.Draft)
	if d.Kind != hotline.Complaint || d.Content != webText || d.Channel != "网站" || d.Anonymous {
		t.Errorf("submitted as %+v", d.Ticket)
	}
}

// officeWork brings the citizen's ticket to its call-back, as the office does without being watched.
func (s *story) officeWork(t *testing.T) {
	t.Helper()
	m, d := s.app.Hotline, s.ticket(t, s.web)
	cmd := hotline.Command{TicketID: d.ID}
	unit, err := s.app.Org.UserByName(s.system, "zhangming")
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []func() error{
		func() error { _, err := m.Accept(s.as(t, "mali"), cmd, hotline.Classify{Category: "0501"}); return err },
		func() error {
			_, err := m.Dispatch(s.as(t, "lijianguo"), cmd, hotline.DispatchInput{UnitID: unit.UnitID})
			return err
		},
		func() error { _, err := m.Sign(s.as(t, "zhangming"), cmd); return err },
		func() error {
			_, err := m.Submit(s.as(t, "liuguoqiang"), cmd, hotline.Reply{Public: "已安排车辆清运，今后每两天清运一次。", Solved: "已解决", ContactedAt: s.clock.Now()})
			return err
		},
		func() error { _, err := m.Approve(s.as(t, "chenwei"), cmd, ""); return err },
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
		s.clock.Advance(9 * time.Minute)
	}
}

// Journey 9: the wrong four digits tell nothing, the right ones everything that a citizen may know.
func (s *story) track(t *testing.T) {
	s.officeWork(t)
	p := s.citizen(t)
	p.opens("/12345")
	p.clicks("查询进度")
	p.fills("查询码", strings.ToLower(s.code))
	p.fills("电话的后四位", "9999")
	p.clicks("查询")
	p.waits("refused", `document.querySelector(".problems")`)
	p.seesNot("垃圾箱")
	p.fills("电话的后四位", "0002")
	p.clicks("查询")
	p.sees("办理进度", "已安排车辆清运", "办理过程", "临夏市住房和城乡建设局", "您满意吗")
	p.seesNot("张明") // who worked on it stays inside
	if strings.Contains(read[string](p, "location.href"), s.code) {
		t.Error("the query code is in the address")
	}
}

// Journey 10: the citizen's own word closes the ticket.
func (s *story) rate(t *testing.T) {
	p := s.citizen(t)
	p.opens("/12345/track")
	p.fills("查询码", s.code)
	p.fills("电话的后四位", "0002")
	p.clicks("查询")
	p.sees("您满意吗")
	p.press("满意", choice("result", hotline.Satisfied))
	p.press("满意", choice("attitude", hotline.Satisfied))
	p.clicks("提交评价")
	p.sees("谢谢您的评价，这件事已经办结")
	d := s.stands(t, s.web, hotline.Closed)
	if d.CloseKind != hotline.CloseSatisfied || d.ClosedAt != s.clock.Now() {
		t.Errorf("closed as %q at %s", d.CloseKind, d.ClosedAt)
	}
}

// choice gives the middle of a radio button.
func choice(name, value string) string {
	return `(() => { const r = document.querySelector('input[name="` + name + `"][value="` + value + `"]'); r.scrollIntoView({ block: "center", behavior: "instant" }); const b = r.getBoundingClientRect(); return [b.left + b.width / 2, b.top + b.height / 2]; })()`
}

// After a round that left the caller unhappy there is another, with its own clock.
func (s *story) rework(t *testing.T) {
	d := s.waiting(t)
	p := s.staff(t, "zhaoxia")
	p.opens("/hotline/callback?open=" + d.No)
	p.sees(d.Title, "回访结果")
	p.keys("3")
	p.focused("reason")
	p.writes("答复说修好了，实际没有人来过。")
	p.clicks("记录结果")
	p.waits("recorded", `document.querySelector("#notices").innerText.includes("`+d.No+`")`)
	p.opens("/hotline/callback?open=" + d.No)
	p.sees("来电人不满意：请")
	p.clicks("退回重办")
	p.at("/hotline/tickets/" + d.No)
	p.fills("重办理由", "来电人反映没有人到场，请重新办理并当面答复。")
	p.clicksIn("#act-form", "确定重办")
	p.sees("重办完成", "第 2 轮")
	after := s.stands(t, d.No, hotline.Dispatched)
	l, before := leg(t, after), leg(t, d)
	if after.Round != d.Round+1 || l.State != hotline.PendingSign || l.Due <= s.clock.Now() || l.UnitID != before.UnitID || before.ID == l.ID {
		t.Errorf("round %d: %+v", after.Round, l)
	}
	if len(after.Callbacks) != len(d.Callbacks)+1 || after.Callbacks[len(after.Callbacks)-1].Result != hotline.Unsatisfied {
		t.Errorf("call-backs: %+v", after.Callbacks)
	}
}

// waiting finds a ticket of the first round that waits for its first call-back.
func (s *story) waiting(t *testing.T) hotline.Dossier {
	t.Helper()
	rows, _, err := s.app.Hotline.List(s.system, hotline.Filter{State: hotline.Callback})
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		if d := s.ticket(t, rows[i].No); d.Round == 1 && len(d.Callbacks) == 0 {
			return d
		}
	}
	t.Fatal("nothing waits for a call-back")
	return hotline.Dossier{}
}
