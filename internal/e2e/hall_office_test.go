package e2e

import (
	"strings"
	"testing"

	"yichuang/internal/clock"
)

// TestTheOfficeOfTheHall walks the daily duties behind the windows: attendance and leave, an alert and its answer, a
// complaint and its inquiry, and the visit of a township with a telephone.
func TestTheOfficeOfTheHall(t *testing.T) {
	browser(t)
	h := openHouse(t)
	for _, duty := range []struct {
		name string
		walk func(*house, *testing.T)
	}{
		{"the alert is answered", (*house).answersAlert},
		{"a signal becomes a finding", (*house).looksIntoSignal},
		{"a complaint comes to an answer", (*house).complains},
		{"a visit with a telephone", (*house).visitsTownship},
		{"punch, leave and the sheet of the month", (*house).attends}, // it moves the clock
		{"the star of the month", (*house).electsStar},
	} {
		t.Run(duty.name, func(t *testing.T) { duty.walk(h, t) })
	}
}

// step opens a step of a record by its button, fills the form in and sends it.
func (p *person) step(action string, fill func(*person)) {
	p.t.Helper()
	p.clicksIn(".act-tabs", action)
	p.waits("the form of "+action, `document.querySelector("#deed button[type=submit]").innerText.trim() === "`+action+`"`)
	p.settles()
	if fill != nil {
		fill(p)
	}
	p.clicksIn("#deed", action)
}

// answersAlert lets the unit of a red card say what it did, and who supervises close it. Who caused it may not.
func (h *house) answersAlert(t *testing.T) {
	unit := h.staff(t, "zhoumin")
	unit.opens("/supervision/alerts?stage=served")
	unit.clicks("的承诺办结时限已于")
	unit.at("/supervision/alerts/")
	unit.sees("红牌：", "已送达", "回告期限")
	at := read[string](unit, "location.pathname")
	unit.clicks("签收整改")
	unit.sees("已办理“签收整改”，预警现在是“整改中”")
	unit.clicksIn(".act-tabs", "回告")
	unit.focused("text")
	unit.fills("整改情况", "审查人员请假没有人接替。已指定代办人，5月14日完成审查，向申请人说明了原因。")
	unit.clicksIn("#deed", "回告")
	unit.sees("已办理“回告”，预警现在是“已回告”", "整改回告单")
	unit.seesNot("核销意见")

	office := h.staff(t, "sunli")
	office.opens("/supervision/alerts?stage=answered")
	listed := `document.querySelector('a[href="` + at + `"]')` // other cards may have been answered as well
	office.waits("the card in the list", listed)
	office.opens(at)
	office.sees("已指定代办人")
	office.step("核销", func(p *person) { p.fills("核销意见", "整改到位。") })
	office.sees("已办理“核销”")
	unit.opens("/supervision/alerts")
	unit.waits("a list without the card", "!"+listed)
}

// complains walks a complaint from a citizen's telephone to the answer that he reads there. The unit learns what it is asked,
// not by whom.
func (h *house) complains(t *testing.T) {
	citizen := h.citizen(t)
	citizen.opens("/matters")
	citizen.clicks("投诉窗口人员")
	citizen.at("/matters/complaint")
	citizen.fills("投诉谁", "社保就业窗口的马花")
	citizen.fills("发生了什么", "5月13日上午去办就业登记，问了两遍都不理人，还说“自己看墙上”。")
	citizen.fills("手机或电话", "10000990033")
	citizen.fills("怎样称呼您", "何先生")
	citizen.clicks("提交")
	citizen.sees("已经收到", "查询码")
	code := citizen.text(".receipt-code")
	no := strings.TrimPrefix(citizen.text(".receipt p:nth-of-type(3)"), "编号 ")

	office := h.staff(t, "sunli")
	office.opens("/complaints")
	office.clicksIn("main", no)
	office.at("/complaints/" + no)
	office.sees("何**")
	office.step("受理", nil)
	office.sees("受理已办理")
	office.step("确认被投诉人", func(p *person) { p.chooses("被投诉人", "马花") })
	office.sees("确认被投诉人已办理")
	office.step("分类", func(p *person) { p.clicksIn("#deed", "登记转办") })
	office.sees("分类已办理")
	office.step("指定调查人", func(p *person) {
		p.clicksIn("#deed", "孙丽")
		p.clicksIn("#deed", "高芳")
	})
	office.sees("指定调查人已办理")
	office.step("请单位说明", func(p *person) {
		p.fills("请单位说明的问题", "5月13日上午社保就业窗口的接待情况。")
	})
	office.sees("请单位说明已办理")

	unit := h.staff(t, "zhoumin")
	unit.opens("/complaints/" + no)
	unit.sees("5月13日上午社保就业窗口的接待情况")
	unit.seesNot("何")
	unit.seesNot("自己看墙上")
	unit.step("单位说明", func(p *person) {
		p.fills("情况说明", "当时窗口排队较多，答复简单，已批评教育。")
	})
	unit.sees("单位说明已办理")

	office.opens("/complaints/" + no)
	office.step("认定", func(p *person) {
		p.clicksIn("#deed", "部分属实")
		p.fills("查明的事实和证据", "调取录像：答复了一次，没有指引填表。")
		p.chooses("成因", "没有一次告知")
	})
	office.sees("认定已办理")
	office.step("处置", func(p *person) { p.fills("处置意见", "责令改正，窗口公开道歉。") })
	office.sees("处置已办理")
	office.step("反馈", func(p *person) {
		p.fills("告知投诉人的内容（投诉人可以看到）", "经查部分属实，已责令改正并向您致歉。")
	})
	office.sees("反馈已办理")

	citizen.opens("/matters/track")
	citizen.fills("查询码", code)
	citizen.fills("手机号后四位", "0033")
	citizen.clicks("查询")
	citizen.sees("办理进度", "经查部分属实，已责令改正并向您致歉。")
	citizen.seesNot("调取录像")
}

// visitsTownship records a visit on a telephone, lets the township say what it put right, and looks again.
func (h *house) visitsTownship(t *testing.T) {
	inspector := h.window(t, 390, 844)
	inspector.signIn("sunli", password(t, "sunli"))
	inspector.at("/")
	inspector.opens("/site/visits")
	inspector.clicks("登记指导检查")
	inspector.at("/site/visits/new")
	inspector.chooses("站点", "折桥镇")
	inspector.fills("检查人员", "孙丽、徐静")
	inspector.press("不符合", `(() => {
	  const box = document.querySelectorAll("input[type=radio][value=unmet]")[1];
	  box.scrollIntoView({ block: "center", behavior: "instant" });
	  const b = box.getBoundingClientRect();
	  return [b.x + b.width / 2, b.y + b.height / 2];
	})()`)
	inspector.press("问题", `(() => {
	  const box = document.querySelectorAll("input[name^='note.']")[1];
	  box.scrollIntoView({ block: "center", behavior: "instant" });
	  const b = box.getBoundingClientRect();
	  return [b.x + 20, b.y + 10];
	})()`)
	inspector.writes("轮椅坡道被电动车堵住。")
	inspector.fills("佐证材料", "照片 20260514-01")
	if wide := read[float64](inspector, "document.documentElement.scrollWidth - innerWidth"); wide > 0 {
		t.Errorf("the form is %v px wider than the telephone", wide)
	}
	inspector.clicks("登记")
	inspector.sees("已登记，得分", "轮椅坡道被电动车堵住。", "待整改")
	at := read[string](inspector, "location.pathname")

	township := h.window(t, 390, 844)
	township.signIn("mulan", password(t, "mulan"))
	township.at("/hall/overview")
	township.opens("/site/visits")
	township.clicks("轮椅坡道被电动车堵住。")
	township.at(at)
	township.fills("整改情况", "已划定电动车停放区，坡道清空。")
	township.fills("佐证材料", "照片 20260514-07")
	township.clicks("整改回告")
	township.sees("已回告，等待复查。")

	inspector.opens(at)
	inspector.sees("已划定电动车停放区")
	inspector.clicks("复查")
	inspector.sees("已销号。")
}

// attends walks the days of somebody at a window: the punch with the number on the hall's screen, half a day of leave that a
// colleague and the chief representative agree to, the day as it stands in the month, and the sheet of that month.
func (h *house) attends(t *testing.T) {
	gates, err := h.app.Workforce.Gates(h.as(t, "gaofang"))
	if err != nil || len(gates) == 0 {
		t.Fatalf("%d gates, %v", len(gates), err)
	}
	screen := h.window(t, 1920, 1080)
	screen.opens("/workforce/c/linxia/gate/" + gates[0].Code)
	staff := h.window(t, 390, 844)
	staff.signIn("mahua", password(t, "mahua"))
	staff.at("/hall/desk")
	staff.opens("/workforce/me")
	staff.focused("code")
	staff.writes("000000")
	staff.keys("\r")
	staff.waits("refused", `document.querySelector("[data-focus]")`)
	staff.fills("打卡码", strings.ReplaceAll(screen.text(".gate-code"), " ", ""))
	staff.clicks("打卡")
	staff.sees("已打卡：15:20")
	staff.clicks("请假")
	staff.at("/workforce/leaves/new")
	staff.chooses("类型", "事假")
	staff.sets("开始", "2026-05-18T14:30")
	staff.sets("结束", "2026-05-18T18:00")
	staff.fills("事由", "家里老人看病。")
	staff.chooses("AB 岗", "周敏")
	staff.clicks("提交")
	staff.sees("已提交，等待 AB 岗确认。共占用 0.5 天。")

	chief := h.staff(t, "zhoumin")
	chief.opens("/workforce/me")
	chief.clicks("马花 事假 2026-05-18")
	chief.sees("家里老人看病。")
	chief.clicks("能接替")
	chief.clicks("答复")
	chief.sees("首席代表审批")
	chief.clicksIn("#decide", "同意")
	chief.clicksIn("#decide", "审批")
	chief.sees("已批准")

	h.clock.Set(clock.At(2026, 6, 1, 9, 0))
	staff = h.staff(t, "mahua")
	staff.opens("/workforce/me")
	staff.sees("事假 2026-05-18", "已批准")
	office := h.staff(t, "sunli")
	office.opens("/workforce/attendance?month=2026-05")
	office.clicks("马花")
	office.waits("the half day of leave", `[...document.querySelectorAll("main tr")].some((r) => r.innerText.includes("05-18") && r.innerText.includes("请假"))`)
	office.opens("/workforce/sheets")
	office.clicks("2026-05")
	office.clicks("重新归集")
	office.sees("已归集：新提出", "马花")
	office.clicks("开始初评")
	office.clicks("确定开始初评")
	chief = h.staff(t, "zhoumin")
	chief.opens("/workforce/sheets/2026-05")
	chief.fills("意见", "五月出勤正常，请假手续齐全。")
	chief.clicks("提交")
	chief.sees("五月出勤正常，请假手续齐全。")
}
