package e2e

import (
	"strconv"
	"testing"

	"yichuang/internal/hall"
)

// TestAVisitToTheHall is the walk of somebody who takes a number at the kiosk, is called on the display and served: three
// screens that nobody reloads.
func TestAVisitToTheHall(t *testing.T) {
	browser(t)
	h := openHouse(t)
	v := h.arrives(t)
	v.window.clicks("办完")
	v.window.sees("手上没有号")
	rates(t, h, v.code)
}

// visit is somebody whose number was called and who stands at the window: who serves, and what the slip says.
type visit struct {
	window   *person
	no, code string
}

// arrives takes a number at the kiosk and lets the window call until it is its turn; the display shows the call.
func (h *house) arrives(t *testing.T) visit {
	t.Helper()
	address := h.devices(t)
	display := h.window(t, 1920, 1080)
	display.opens(address[hall.Display])
	display.sees("临夏市政务大厅", "社保就业")
	kiosk := h.window(t, 1080, 1700)
	kiosk.opens(address[hall.Kiosk])
	kiosk.press("社保就业，优先号", `(() => { const b = document.querySelector("[aria-label='社保就业，优先号']")?.getBoundingClientRect(); return b && [b.x + b.width / 2, b.y + b.height / 2]; })()`)
	kiosk.sees("前面等候", "查询代码")
	v := visit{window: h.staff(t, "mahua"), no: kiosk.text(".big-number"), code: kiosk.text(".slip .defs div:last-child dd")}
	v.window.opens("/hall/desk")
	click := func(words string) { // and wait for what it did
		before := v.window.text(".call-now")
		v.window.settles()
		v.window.clicks(words)
		v.window.waits(words, `document.querySelector(".call-now").textContent.trim() !== `+strconv.Quote(before))
	}
	for range 60 { // who came before is served first
		switch {
		case v.window.has("手上没有号"):
			click("叫下一位")
		case v.window.text(".call-no") == v.no:
			display.waits("the call on the display", `document.querySelector("#board").innerText.includes("`+v.no+`")`)
			click("到场，开始办理")
			return v
		case v.window.has("办完"):
			click("办完")
		case v.window.has("到场，开始办理"):
			click("到场，开始办理")
		default:
			t.Fatalf("nothing to do on: %s", v.window.screen())
		}
	}
	t.Fatalf("%s was never called", v.no)
	return v
}

// devices gives the addresses of the hall's screens.
func (h *house) devices(t *testing.T) map[hall.DeviceKind]string {
	t.Helper()
	office := h.as(t, "gaofang")
	places, err := h.app.Hall.Places(office)
	if err != nil {
		t.Fatal(err)
	}
	address := map[hall.DeviceKind]string{}
	for _, p := range places {
		if !p.Opened {
			continue
		}
		setup, err := h.app.Hall.Setup(office, p.SiteID)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range setup.Devices {
			address[d.Kind] = "/hall/c/linxia/" + string(d.Kind) + "/" + d.Code
		}
	}
	return address
}

// rates says on a telephone, by the code of the slip, how it was, and finds it again by the receipt.
func rates(t *testing.T, h *house, code string) {
	t.Helper()
	phone := h.window(t, 390, 844)
	phone.opens("/rate")
	phone.fills("评价码或回执码", code)
	phone.clicks("去评价")
	phone.at("/rate/s/")
	phone.clicks("提交评价")
	phone.sees("没有默认的评价")
	phone.clicks("基本满意")
	phone.clicks("等候太久")
	phone.clicks("提交评价")
	phone.at("/rate/r/")
	phone.sees("谢谢您的评价", "基本满意", "等候太久", "匿名评价", "回执码")
	receipt := phone.text(".receipt-code")
	phone.opens("/rate")
	phone.fills("评价码或回执码", receipt)
	phone.clicks("去评价")
	phone.sees("您的评价")
}

// has reports whether the page shows a text.
func (p *person) has(text string) bool {
	return read[bool](p, `document.querySelector("main").innerText.includes("`+text+`")`)
}

// settles waits until the page was painted: before that a browser throws clicks away. It needs scripts.
func (p *person) settles() {
	p.t.Helper()
	read[bool](p, `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`)
}
