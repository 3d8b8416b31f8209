package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"yichuang/internal/needtest"
)

// patience is how long a person waits for something to appear: long enough for a machine that has much else to do, because
// only a test that fails waits for its end.
const patience = time.Minute

// browser starts Chromium, once for all tests. Its menus and date fields speak Chinese, as those of the users do.
func browser(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil && path == "" {
			path = p
		}
	}
	needtest.Have(t, path != "", "no Chromium on this machine")
	shared.Lock()
	defer shared.Unlock()
	if shared.browser != nil {
		return shared.browser
	}
	dir, err := os.MkdirTemp("", "yichuang-chromium-")
	if err != nil {
		t.Fatal(err)
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.Flag("no-sandbox", true),
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", "zh-CN"), chromedp.Flag("accept-lang", "zh-CN"),
		chromedp.Flag("enable-blink-features", "LangAttributeAwareFormControlUI"), chromedp.Flag("hide-scrollbars", true),
		chromedp.Env("LANGUAGE=zh_CN", "TZ=Asia/Shanghai"), chromedp.UserDataDir(dir))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, end := chromedp.NewContext(ctx)
	shared.shutDown = append(shared.shutDown, func() { end(); stop(); os.RemoveAll(dir) })
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	shared.browser = ctx
	return ctx
}

// person is somebody at a browser window of their own: nobody else's cookies, nobody else's drafts.
type person struct {
	t   *testing.T
	ctx context.Context
	url string
}

// somebody opens a window at a desk.
func (h *house) somebody(t *testing.T) *person {
	t.Helper()
	return h.window(t, 1440, 900)
}

// citizen opens a phone that runs no scripts.
func (h *house) citizen(t *testing.T) *person {
	t.Helper()
	p := h.window(t, 390, 844)
	if _, err := chromedp.Call(p.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	return p
}

func (h *house) window(t *testing.T, width, height int64) *person {
	t.Helper()
	ctx, end := chromedp.NewContext(browser(t), chromedp.WithNewBrowserContext())
	t.Cleanup(end)
	if err := chromedp.Do(ctx); err != nil { // the window lives as long as the context of its first step
		t.Fatal(err)
	}
	p := &person{t: t, ctx: ctx, url: h.url}
	if h.watched != nil {
		h.watched(p)
	}
	p.do(chromedp.EmulateViewport(width, height))
	return p
}

// staff opens a window and signs in at the page.
func (h *house) staff(t *testing.T, user string) *person {
	t.Helper()
	p := h.somebody(t)
	p.signIn(user, password(t, user))
	p.at("/")
	return p
}

// with is the same person in a test of the story that follows.
func (p *person) with(t *testing.T) *person { return &person{t, p.ctx, p.url} }

func (p *person) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 2*patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatalf("%v\n%s", err, p.screen())
	}
}

func look[T any](p *person, script string) (T, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
}

// read gives what a script finds on the page.
func read[T any](p *person, script string) T {
	p.t.Helper()
	v, err := look[T](p, script)
	if err != nil {
		p.t.Fatalf("%s: %v\n%s", script, err, p.screen())
	}
	return v
}

// screen is the text of the page, for the message of a failed test.
func (p *person) screen() string {
	text, err := look[string](p, `location.href + "\n" + document.body.innerText`)
	if err != nil {
		return err.Error()
	}
	return text
}

// waits until a script gives true. While a page is on its way, what the script looks for may not be there.
func (p *person) waits(what, script string) {
	p.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(40 * time.Millisecond) {
		if ok, err := look[bool](p, "(() => { try { return document.readyState === 'complete' && !!("+script+") } catch { return false } })()"); err == nil && ok {
			return
		}
	}
	p.t.Fatalf("%s: never\n%s", what, p.screen())
}

// sees waits until the page shows every text.
func (p *person) sees(texts ...string) {
	p.t.Helper()
	for _, text := range texts {
		p.waits("“"+text+"”", "document.body.innerText.includes("+strconv.Quote(text)+")")
	}
}

// seesNot waits until a page is there that does not show a text: the one that shows it may be on its way out.
func (p *person) seesNot(text string) {
	p.t.Helper()
	p.waits("no “"+text+"”", "!document.body.innerText.includes("+strconv.Quote(text)+")")
}

// opens types an address.
func (p *person) opens(path string) {
	p.t.Helper()
	p.do(chromedp.Navigate(p.url + path))
}

// at waits until the page of a path is there; "/" is wherever the day begins after signing in.
func (p *person) at(path string) {
	p.t.Helper()
	if path == "/" {
		p.waits("signed in", `!location.pathname.startsWith("/login") && location.pathname !== "/"`)
		return
	}
	p.waits("the page "+path, `(location.pathname + location.search).startsWith(`+strconv.Quote(path)+`)`)
}

// find gives the middle of what can be pressed, by its words, and brings it into view. The exact words go before
// their beginning, and the page before the navigation.
const find = `((where, words) => {
  const tidy = (el) => (el.innerText || el.value || "").replace(/\s+/g, " ").trim();
  const all = [...document.querySelectorAll(where + " :is(a, button, summary, label)")].filter((el) => el.checkVisibility() && tidy(el));
  const el = all.find((el) => el.closest("main") && tidy(el) === words) ?? all.find((el) => tidy(el) === words) ??
    all.find((el) => el.closest("main") && tidy(el).includes(words)) ?? all.find((el) => tidy(el).includes(words));
  if (!el) return null;
  el.scrollIntoView({ block: "center", behavior: "instant" });
  const box = el.getClientRects()[0];
  return [box.left + box.width / 2, box.top + box.height / 2];
})`

// clicks presses what has these words.
func (p *person) clicks(words string) {
	p.t.Helper()
	p.clicksIn("body", words)
}

// clicksIn presses what has these words within a part of the page.
func (p *person) clicksIn(where, words string) {
	p.t.Helper()
	p.press(words, fmt.Sprintf("%s(%q, %q)", find, where, words))
}

func (p *person) press(what, script string) {
	p.t.Helper()
	p.waits("something to press: "+what, script)
	at := read[[]float64](p, script)
	for range 40 { // a page that still scrolls is not clicked on
		time.Sleep(30 * time.Millisecond)
		again, err := look[[]float64](p, script)
		if err == nil && len(again) == 2 && slices.Equal(at, again) {
			break
		}
		at = again
	}
	if len(at) != 2 {
		p.t.Fatalf("%s went away\n%s", what, p.screen())
	}
	p.do(chromedp.MouseClickXY(at[0], at[1]))
}

// unfolds opens what a line hides, again where the page was renewed at that moment.
func (p *person) unfolds(words string) {
	p.t.Helper()
	open := fmt.Sprintf(`[...document.querySelectorAll("details")].some((d) => d.open && d.querySelector("summary").innerText.trim().startsWith(%q))`, words)
	for range 5 {
		p.clicks(words)
		for end := time.Now().Add(2 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
			if is, err := look[bool](p, open); err == nil && is {
				return
			}
		}
	}
	p.t.Fatalf("%s: does not open\n%s", words, p.screen())
}

// fills clicks on a field by its label and types.
func (p *person) fills(label, text string) {
	p.t.Helper()
	p.press(label, fmt.Sprintf(`((label) => {
	  const l = [...document.querySelectorAll("label")].find((l) => l.control && l.checkVisibility() && l.innerText.replace(/（选填）/, "").trim() === label);
	  if (!l) return null;
	  l.control.scrollIntoView({ block: "center", behavior: "instant" });
	  const box = l.control.getBoundingClientRect();
	  return [box.left + 20, box.top + Math.min(20, box.height / 2)];
	})(%q)`, label))
	read[bool](p, `document.activeElement.select?.() ?? true`) // what stood there is written over
	p.writes(text)
	p.waits(label+" filled", fmt.Sprintf(`document.activeElement.value.endsWith(%q)`, text))
}

// writes types into the field that has the focus, as an input method does.
func (p *person) writes(text string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if _, err := chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: text}); err != nil {
		p.t.Fatal(err)
	}
}

// chooses picks an option of a list by the beginning of its words.
func (p *person) chooses(label, option string) {
	p.t.Helper()
	p.waits("choice "+option, fmt.Sprintf(`((label, words) => {
	  const s = [...document.querySelectorAll("label")].find((l) => l.control?.options && l.innerText.replace(/（选填）/, "").trim() === label).control;
	  s.value = [...s.options].find((o) => o.text.trim().startsWith(words)).value;
	  s.dispatchEvent(new Event("change", { bubbles: true }));
	  return true;
	})(%q, %q)`, label, option))
}

// sets puts a moment or a day into a field, as the browser's own calendar does.
func (p *person) sets(label, value string) {
	p.t.Helper()
	p.waits(label, fmt.Sprintf(`((label, value) => {
	  const c = [...document.querySelectorAll("label")].find((l) => l.control && l.innerText.replace(/（选填）/, "").trim() === label).control;
	  c.value = value;
	  c.dispatchEvent(new Event("input", { bubbles: true }));
	  c.dispatchEvent(new Event("change", { bubbles: true }));
	  return c.value === value;
	})(%q, %q)`, label, value))
}

// keys presses keys; "\r" is Enter, "\t" is Tab.
func (p *person) keys(text string, opts ...chromedp.KeyOption) {
	p.t.Helper()
	p.do(chromedp.KeyEvent(text, opts...))
}

// focused waits until a field has the focus.
func (p *person) focused(field string) {
	p.t.Helper()
	p.waits("focus on "+field, `document.activeElement.name === "`+field+`"`)
}

// signIn fills in the page for signing in and presses Enter.
func (p *person) signIn(user, password string) {
	p.t.Helper()
	p.opens("/login")
	p.focused("username")
	p.keys(user + "\t")
	p.focused("password")
	p.keys(password + "\r")
}

// text gives the text of the first element that a selector finds.
func (p *person) text(selector string) string {
	p.t.Helper()
	p.waits(selector, "document.querySelector("+strconv.Quote(selector)+")")
	return strings.TrimSpace(read[string](p, "document.querySelector("+strconv.Quote(selector)+").textContent"))
}
