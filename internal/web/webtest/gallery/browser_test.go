package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"yichuang/internal/needtest"
	"yichuang/internal/web/assets"
)

var shots = flag.String("shots", "", "directory that receives a picture of each page")

// browser starts Chromium on the gallery; the test is skipped where there is none, or no built assets.
func browser(t *testing.T) (context.Context, string) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	needtest.Have(t, assets.Built(), "assets are not built: npm ci in web/, then go run ./internal/web/assets/build")
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	needtest.Have(t, path != "", "no Chromium on this machine")
	server := httptest.NewServer(newKit(slog.New(slog.DiscardHandler)).Handler())
	t.Cleanup(server.Close)
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.Flag("no-sandbox", true),
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("accept-lang", "zh-CN"), chromedp.Flag("hide-scrollbars", true), chromedp.UserDataDir(t.TempDir()))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(stop)
	ctx, close := chromedp.NewContext(ctx)
	t.Cleanup(close)
	ctx, cancel := context.WithTimeout(ctx, 8*time.Minute)
	t.Cleanup(cancel)
	return ctx, server.URL
}

// eval runs a script and gives its value.
func eval[T any](t *testing.T, ctx context.Context, script string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	return v
}

func open(t *testing.T, ctx context.Context, url string) {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.Navigate(url), chromedp.WaitReady("html.js")); err != nil {
		t.Fatalf("%s: %v", url, err)
	}
}

// eventually waits until a script gives true.
func eventually(t *testing.T, ctx context.Context, what, script string) {
	t.Helper()
	for range 600 {
		// While a page is on its way, what the script looks for may not be there.
		if eval[bool](t, ctx, "(() => { try { return !!("+script+") } catch { return false } })()") {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Errorf("%s: never", what)
}

// complaints lists what is wrong with the page that is open: sideways scrolling, headings, English, contrast below
// WCAG AA, inputs without a label, and anything the content policy would have refused.
const complaints = `(() => {
  const out = [];
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth) out.push("scrolls sideways: " + root.scrollWidth + " in " + innerWidth);
  if (document.querySelectorAll("h1").length !== 1) out.push("h1: " + document.querySelectorAll("h1").length);
  if (document.querySelector("[style]:not(svg, svg *, yc-chart, yc-chart *)")) out.push("style attribute: " + document.querySelector("[style]:not(svg, svg *, yc-chart, yc-chart *)").outerHTML.slice(0, 200));
  if (document.querySelector("script:not([src]):not([type='application/json'])")) out.push("inline script");
  for (const el of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    if (!el.labels?.length) out.push("no label: " + el.outerHTML.slice(0, 100));
  }
  const rgb = (s) => { const m = s.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0]; return [m[0], m[1], m[2], m[3] ?? 1]; };
  const over = (a, b) => [0, 1, 2].map((i) => a[i] * a[3] + b[i] * (1 - a[3]));
  const light = (c) => { const [r, g, b] = c.map((v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = (el) => { const stack = []; for (; el; el = el.parentElement) { const c = rgb(getComputedStyle(el).backgroundColor); if (c[3] > 0) stack.push(c); if (c[3] === 1) break; } let base = [255, 255, 255]; for (const c of stack.reverse()) base = over(c, base); return base; };
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const el = words.currentNode.parentElement;
    const text = words.currentNode.data.trim();
    if (!text || el.closest("script, noscript, svg, kbd") || !el.checkVisibility()) continue;
    const english = text.replace(/XLSX|MB|ICP/g, "").match(/[A-Za-z]{2,}/);
    if (english && !/[A-Z0-9]{4}-/.test(text)) out.push("English: " + text);
    const back = ground(el), style = getComputedStyle(el), front = over(rgb(style.color), back);
    const [a, b] = [light(front), light(back)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) out.push("contrast " + ratio.toFixed(2) + ": " + text + " " + style.color + " on " + back.map(Math.round));
  }
  return out.join("\n");
})()`

func TestPagesInABrowser(t *testing.T) {
	ctx, url := browser(t)
	var blocked []string
	listen(t, ctx, &blocked)
	for _, page := range []string{"/", "/form", "/figures", "/public", "/sign-in", "/voucher", "/ticket", "/conflict", "/nowhere"} {
		for _, size := range [][2]int64{{1440, 900}, {390, 844}, {320, 640}} {
			t.Run(fmt.Sprintf("%s %d", page, size[0]), func(t *testing.T) {
				blocked = nil
				if err := chromedp.Do(ctx, chromedp.EmulateViewport(size[0], size[1])); err != nil {
					t.Fatal(err)
				}
				open(t, ctx, url+page)
				if page == "/figures" {
					eventually(t, ctx, "first chart drawn", `!!document.querySelector("yc-chart svg")`)
				}
				paper := page == "/voucher" || page == "/ticket"
				for _, c := range strings.Split(eval[string](t, ctx, complaints), "\n") {
					if c != "" && !(paper && strings.HasPrefix(c, "scrolls")) {
						t.Error(c)
					}
				}
				for _, b := range blocked {
					t.Error(b)
				}
				picture(t, ctx, fmt.Sprintf("%s-%d", strings.Trim(page, "/"), size[0]))
			})
		}
	}
}

func picture(t *testing.T, ctx context.Context, name string) {
	if *shots == "" {
		return
	}
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*shots, "page"+name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestFirstPageIsLight(t *testing.T) {
	ctx, url := browser(t)
	open(t, ctx, url+"/")
	bytes := eval[int](t, ctx, `performance.getEntriesByType("navigation").concat(performance.getEntriesByType("resource")).reduce((n, e) => n + e.transferSize, 0)`)
	t.Logf("first page: %d bytes", bytes)
	if bytes > 150_000 || bytes < 10_000 {
		t.Errorf("%d bytes", bytes)
	}
	open(t, ctx, url+"/form")
	if again := eval[int](t, ctx, `performance.getEntriesByType("navigation")[0].transferSize`); again > 40_000 {
		t.Errorf("next page: %d bytes", again)
	}
}

func TestMoreRowsAreAppended(t *testing.T) {
	ctx, url := browser(t)
	open(t, ctx, url+"/")
	for _, want := range []int{32, 48} {
		eval[bool](t, ctx, `document.querySelector("tr.more a").click() ?? true`)
		eventually(t, ctx, "more rows", fmt.Sprintf(`document.querySelectorAll("tr[data-row]").length === %d`, want))
	}
	if eval[bool](t, ctx, `!!document.querySelector("tr.more")`) {
		t.Error("the last page offers more")
	}
}

func TestKeys(t *testing.T) {
	ctx, url := browser(t)
	open(t, ctx, url+"/")
	press := func(keys string) {
		t.Helper()
		if err := chromedp.Do(ctx, chromedp.KeyEvent(keys)); err != nil {
			t.Fatal(err)
		}
	}
	press("jjk")
	if at := eval[string](t, ctx, `document.querySelector("tr.at").id`); at != "orders-2026051400012" {
		t.Errorf("at %q", at)
	}
	press("?")
	eventually(t, ctx, "help", `document.getElementById("keys").open`)
	press("\r")
	eventually(t, ctx, "help closed", `!document.getElementById("keys").open`)
	press("/")
	eventually(t, ctx, "search", `document.activeElement.name === "q"`)
	eval[bool](t, ctx, `(document.activeElement.value = "", true)`)
	press("nj")
	if q := eval[string](t, ctx, `document.querySelector("[name=q]").value`); q != "nj" {
		t.Errorf("letters typed into a field: %q", q)
	}
	press("\x1b")
	press("j\r")
	eventually(t, ctx, "row opened", `location.search.startsWith("?open=") && !!document.querySelector("html.js")`)
	press("n")
	eventually(t, ctx, "new", `location.pathname === "/form"`)
}

func TestDraftSurvivesAndIsCleared(t *testing.T) {
	ctx, url := browser(t)
	open(t, ctx, url+"/form")
	if err := chromedp.Do(ctx, chromedp.SendKeys("#f-title", "路灯不亮"), chromedp.SendKeys("#f-text", "四天了")); err != nil {
		t.Fatal(err)
	}
	eventually(t, ctx, "saved", `!!localStorage.getItem("draft:u1:gallery")`)
	open(t, ctx, url+"/form")
	eventually(t, ctx, "restored", `document.getElementById("f-title").value === "路灯不亮" && !document.querySelector("[data-draft-note]").hidden`)
	eval[bool](t, ctx, `document.querySelector("form.form").requestSubmit() ?? true`)
	eventually(t, ctx, "refused", `!!document.querySelector(".problems") && document.activeElement.classList.contains("problems")`)
	picture(t, ctx, "refused")
	eval[bool](t, ctx, `(document.querySelector("[name=units]").checked = true, document.querySelector("form.form").requestSubmit(), true)`)
	eventually(t, ctx, "saved on the server", `document.querySelector(".note-success")?.innerText.includes("已登记") ?? false`)
	eventually(t, ctx, "cleared", `!localStorage.getItem("draft:u1:gallery")`)
}

func TestRevealConfirmAndNews(t *testing.T) {
	ctx, url := browser(t)
	open(t, ctx, url+"/")
	eval[bool](t, ctx, `document.querySelector(".secret button").click() ?? true`)
	eventually(t, ctx, "revealed", `document.querySelector(".secret-open")?.innerText.includes("13812341234") ?? false`)
	eventually(t, ctx, "news", `!document.querySelector("yc-live").hidden && document.querySelector("yc-live").innerText === "3 条新工单"`)
	eval[bool](t, ctx, `document.querySelector(".confirm summary").click() ?? true`)
	eventually(t, ctx, "asked", `document.querySelector(".confirm-box").checkVisibility()`)
	picture(t, ctx, "confirm")
	eval[bool](t, ctx, `document.querySelector(".confirm-box .btn-danger").click() ?? true`)
	eventually(t, ctx, "done", `document.querySelector(".note-success")?.innerText.includes("已作废") ?? false`)
}

func TestLargeTypeWithoutAccount(t *testing.T) {
	ctx, url := browser(t)
	open(t, ctx, url+"/public")
	before := eval[float64](t, ctx, `parseFloat(getComputedStyle(document.querySelector("h1")).fontSize)`)
	eval[bool](t, ctx, `document.querySelector("[name=large]").click() ?? true`)
	eventually(t, ctx, "larger", fmt.Sprintf(`document.documentElement.classList.contains("large") && location.pathname === "/public" && parseFloat(getComputedStyle(document.querySelector("h1")).fontSize) > %v`, before))
	picture(t, ctx, "large")
}

func TestChartTipsObeyTheContentPolicy(t *testing.T) {
	ctx, url := browser(t)
	var blocked []string
	listen(t, ctx, &blocked)
	open(t, ctx, url+"/figures")
	eventually(t, ctx, "chart drawn", `!!document.querySelector("yc-chart svg")`)
	before := eval[int](t, ctx, `document.querySelectorAll("yc-chart svg text").length`)
	eval[bool](t, ctx, `(() => { const svg = document.querySelector("yc-chart svg"), box = svg.getBoundingClientRect();
		for (const type of ["mouseover", "mousemove"]) svg.dispatchEvent(new MouseEvent(type, { bubbles: true, clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 }));
		return true; })()`)
	eventually(t, ctx, "tip", fmt.Sprintf(`document.querySelectorAll("yc-chart svg text").length > %d`, before))
	picture(t, ctx, "tip")
	for _, b := range blocked {
		t.Error(b)
	}
}
