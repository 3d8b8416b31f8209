package e2e

import (
	"fmt"
	"strings"
	"testing"

	"yichuang/internal/clock"
)

// within gives a script that finds the middle of a link by its words in the panel of a signal.
func within(panel, words string) string {
	return fmt.Sprintf(`((panel, words) => {
	  const part = [...document.querySelectorAll("section.panel")].find((s) => s.querySelector("h2")?.innerText.includes(panel));
	  const el = [...(part?.querySelectorAll("a") ?? [])].find((a) => a.innerText.trim().startsWith(words));
	  if (!el) return null;
	  el.scrollIntoView({ block: "center", behavior: "instant" });
	  const box = el.getClientRects()[0];
	  return [box.left + box.width / 2, box.top + box.height / 2];
	})(%q, %q)`, panel, words)
}

// looksIntoSignal goes from a pattern on the page of signals to the case behind it, where the refused attempt stands, and puts what
// was found to the unit, which reads it.
func (h *house) looksIntoSignal(t *testing.T) {
	office := h.staff(t, "sunli")
	office.opens("/supervision/signals?month=2026-05")
	office.sees("不等于违规", "次试图填写过去的日期，均已拒绝。")
	office.press("the case", within("倒填日期", "B2026"))
	office.at("/casework/cases/B2026")
	office.sees("操作被拒绝")
	no := strings.TrimPrefix(read[string](office, "location.pathname"), "/casework/cases/")
	office.opens("/supervision/signals?month=2026-05")
	office.press("督办", within("倒填日期", "督办"))
	office.at("/supervision/alerts/new")
	office.waits("the case in the form", `document.querySelector("[name=case_no]").value === "`+no+`" && document.querySelector("[name=text]").value.startsWith("异常信号“倒填日期”")`)
	office.fills("督办内容", "异常信号“倒填日期”：经核实，5月有人试图补录受理当日的特别程序，请说明原因并整改。")
	office.clicks("发出")
	office.sees("经核实，5月有人试图补录", "已送达", no)
	at := read[string](office, "location.pathname")

	unit := h.staff(t, "zhoumin")
	unit.opens(at)
	unit.sees("请说明原因并整改", "签收整改")
	unit.opens("/supervision/signals")
	unit.seesNot("倒填日期")
}

// electsStar walks a selection from the nomination to the star that everybody reads: of three nominated one is barred by a red card;
// the others are scored, voted for by a colleague and by a citizen with the code of a slip, shown to the public, and the leader decides.
func (h *house) electsStar(t *testing.T) {
	office := h.staff(t, "gaofang")
	office.opens("/honour/rounds")
	office.fills("名称", "2026年6月政务之星")
	office.sets("评选期从", "2026-06-01")
	office.sets("到", "2026-06-01")
	office.fills("名额", "1")
	office.clicksIn("#open", "发起评选")
	office.sees("评选已发起")
	round := read[string](office, "location.pathname")

	unit := h.staff(t, "zhoumin")
	unit.opens(round)
	unit.chooses("人员", "马花")
	unit.fills("事迹", "窗口办件最多。")
	unit.clicksIn("#nominate", "提名")
	unit.sees("已登记马花的提名，但有否决项", "受到监察红牌或通报")
	hotline := h.staff(t, "yanghong")
	for _, name := range []string{"赵霞", "李建国"} {
		hotline.opens(round)
		hotline.chooses("人员", name)
		hotline.fills("事迹", "群众点名表扬三次。")
		hotline.clicksIn("#nominate", "提名")
		hotline.sees("已提名" + name)
	}
	h.advances(office, round, "结束提名，开始评分")
	judge := h.staff(t, "sunli")
	for name, points := range map[string]string{"赵霞": "96.50", "李建国": "91"} {
		judge.opens(round)
		judge.clicksIn("#candidates", name)
		judge.sees("评分")
		judge.fills("窗口考核", points)
		judge.fills("人员考核", points)
		judge.clicks("保存评分")
		judge.sees("评分已保存")
	}
	h.advances(office, round, "开始投票")
	office.fills("发放", "1")
	office.press("发放", box("#codes button[type=submit]"))
	office.waits("the code of the slip", slip)
	code := read[string](office, slip)

	colleague := h.staff(t, "tiandong")
	colleague.opens(round)
	colleague.clicksIn("#candidates", "赵霞")
	colleague.clicks("投赵霞一票")
	colleague.clicks("确定投赵霞一票")
	colleague.sees("您在本次评选中已经投过票")
	citizen := h.citizen(t)
	citizen.opens("/stars")
	citizen.clicksIn("form[id^=vote-]:has([value='"+strings.TrimPrefix(round, "/honour/rounds/")+"'])", "赵霞")
	citizen.press("投票码", box(`form:has([value='`+strings.TrimPrefix(round, "/honour/rounds/")+`']) [name=code]`))
	citizen.writes(code)
	citizen.clicksIn("form:has([value='"+strings.TrimPrefix(round, "/honour/rounds/")+"'])", "投票")
	citizen.sees("投票成功")

	h.advances(office, round, "结束投票，公示结果")
	office.sees("拟表彰", "职工 1 票，群众 1 票")
	citizen.opens("/stars")
	citizen.sees("2026年6月政务之星：公示", "拟表彰。群众点名表扬三次。", "否决。受到监察红牌或通报")
	h.clock.Set(clock.At(2026, 6, 12, 9, 0))
	leader := h.staff(t, "mazhiyuan")
	leader.opens(round)
	leader.clicksIn("#decide", "审定并公布")
	leader.sees("已审定，证书可以打印。", "政务之星〔2026〕")
	citizen.opens("/stars")
	citizen.waits("the star", `[...document.querySelectorAll("#stars tr")].some((r) => r.innerText.includes("赵霞") && r.innerText.includes("2026年6月政务之星"))`)
}

// slip finds the code of the one slip that was given out.
const slip = `document.querySelector("main").innerText.match(/\d{4}-[0-9A-Z]{8}/)?.[0]`

// box gives a script that finds the middle of an element.
func box(selector string) string {
	return fmt.Sprintf(`((el) => {
	  el.scrollIntoView({ block: "center", behavior: "instant" });
	  const b = el.getBoundingClientRect();
	  return [b.x + 20, b.y + b.height / 2];
	})(document.querySelector(%q))`, selector)
}

// advances takes a round to its next stage.
func (h *house) advances(p *person, round, word string) {
	p.t.Helper()
	p.opens(round)
	p.clicks(word)
	p.clicks("确定" + word)
	p.sees("已进入")
}
