package e2e

import (
	"testing"
	"time"

	"yichuang/internal/hall"
)

// TestAVisitToTheHall is the walk of somebody who takes a number at the kiosk, is called on the display and served: three
// screens that nobody reloads.
func TestAVisitToTheHall(t *testing.T) {
	browser(t)
	h := openHouse(t)
	office := h.as(t, "gaofang")
	places, err := h.app.Hall.Places(office)
	if err != nil {
		t.Fatal(err)
	}
	var setup hall.Setup
	for _, p := range places {
		if p.Opened {
			if setup, err = h.app.Hall.Setup(office, p.SiteID); err != nil {
				t.Fatal(err)
			}
		}
	}
	address := map[hall.DeviceKind]string{}
	for _, d := range setup.Devices {
		address[d.Kind] = "/hall/c/linxia/" + string(d.Kind) + "/" + d.Code
	}
	display := h.window(t, 1920, 1080)
	display.opens(address[hall.Display])
	display.sees("临夏市政务大厅", "社保就业")
	kiosk := h.window(t, 1080, 1700)
	kiosk.opens(address[hall.Kiosk])
	kiosk.press("社保就业，优先号", `(() => { const b = document.querySelector("[aria-label='社保就业，优先号']")?.getBoundingClientRect(); return b && [b.x + b.width / 2, b.y + b.height / 2]; })()`)
	kiosk.sees("前面等候", "查询代码")
	no, code := kiosk.text(".big-number"), kiosk.text(".slip .defs div:last-child dd")
	window := h.staff(t, "mahua")
	window.opens("/hall/desk")
	click := func(words string) { // and wait for what it did
		before := window.screen()
		window.clicks(words)
		for range 100 {
			if window.screen() != before {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
		t.Fatalf("%s did nothing", words)
	}
	for range 60 { // who came before is served first
		switch screen := window.screen(); {
		case window.has("手上没有号"):
			click("叫下一位")
		case window.text(".call-no") == no:
			display.waits("the call on the display", `document.querySelector("#board").innerText.includes("`+no+`")`)
			click("到场，开始办理")
			window.clicks("办完")
			window.sees("手上没有号")
			rates(t, h, code)
			return
		case window.has("办完"):
			click("办完")
		case window.has("到场，开始办理"):
			click("到场，开始办理")
		default:
			t.Fatalf("nothing to do on: %s", screen)
		}
	}
	t.Fatalf("%s was never called", no)
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
