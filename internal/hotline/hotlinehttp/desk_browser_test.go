package hotlinehttp_test

import (
	"context"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"yichuang/internal/hotline"
	"yichuang/internal/needtest"
	"yichuang/internal/web/assets"
)

var shots = flag.String("shots", "", "directory that receives a picture of each desk")

// browser starts Chromium; the test is skipped where there is none, or no built assets.
func browser(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	needtest.Have(t, assets.Built(), "assets are not built: npm ci in web/, then go run ./internal/web/assets/build")
	path, err := exec.LookPath("chromium")
	needtest.Have(t, err == nil, "no Chromium on this machine")
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.Flag("no-sandbox", true),
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("accept-lang", "zh-CN"), chromedp.Flag("hide-scrollbars", true), chromedp.UserDataDir(t.TempDir()))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(stop)
	ctx, end := chromedp.NewContext(ctx)
	t.Cleanup(end)
	ctx, cancel := context.WithTimeout(ctx, 8*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// serve puts the office on a port of this machine.
func (o office) serve(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(o.Pages.Handler())
	t.Cleanup(func() {
		o.Pages.EndStreams()
		server.Close()
	})
	return server.URL
}

func run(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

func eval[T any](t *testing.T, ctx context.Context, script string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	return v
}

// eventually waits until a script gives true.
func eventually(t *testing.T, ctx context.Context, what, script string) {
	t.Helper()
	for range 600 {
		if eval[bool](t, ctx, "(() => { try { return !!("+script+") } catch { return false } })()") {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s: never", what)
}

// enter signs somebody in.
func enter(t *testing.T, ctx context.Context, url, user string) {
	t.Helper()
	run(t, ctx, chromedp.Navigate(url+"/healthz"))
	if ok := eval[bool](t, ctx, `fetch("/webtest/in/`+user+`", {method: "POST"}).then(r => r.ok)`); !ok {
		t.Fatalf("%s was not signed in", user)
	}
}

func visit(t *testing.T, ctx context.Context, url string, width, height int64) {
	t.Helper()
	run(t, ctx, chromedp.EmulateViewport(width, height), chromedp.Navigate(url), chromedp.WaitReady("html.js"))
}

func picture(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	if *shots == "" {
		return
	}
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(*shots, name+".png"), png, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// complaints lists what is wrong with the page that is open: sideways scrolling, headings, English, inputs without a
// label.
const complaints = `(() => {
  const out = [];
  if (document.documentElement.scrollWidth > innerWidth) out.push("scrolls sideways: " + document.documentElement.scrollWidth + " in " + innerWidth);
  if (document.querySelectorAll("h1").length !== 1) out.push("h1: " + document.querySelectorAll("h1").length);
  for (const el of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    if (!el.labels?.length && !el.getAttribute("aria-label")) out.push("no label: " + el.outerHTML.slice(0, 100));
  }
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const el = words.currentNode.parentElement, text = words.currentNode.data.trim();
    if (!text || el.closest("script, noscript, svg, kbd, datalist, .done-code, .big-number") || !el.checkVisibility()) continue;
    const english = text.replace(/ZS\d+|XLSX|PDF|JPG|PNG|MB|Ctrl|Enter|APP|testuser|测试[a-z]+\d+|[A-Z0-9]{4}-/g, "").match(/[A-Za-z]{2,}/);
    if (english) out.push("English: " + text);
  }
  return out.join("\n");
})()`

// sight is a page to look at, by whom.
type sight struct{ user, name, path string }

func TestDesksInABrowser(t *testing.T) {
	ctx := browser(t)
	o := newOffice(t)
	url := o.serve(t)
	tickets := o.busyDay(t)
	no := func(s hotline.State) string { return "/hotline/tickets/" + tickets[s].No }
	desks := []sight{
		{agent, "new", "/hotline/new"}, {agent, "done", "/hotline/new?done=" + tickets[hotline.Draft].No}, {agent, "queue-draft", "/hotline?state=DRAFT"},
		{dispatcher, "queue-triage", "/hotline?state=TRIAGE"}, {dispatcher, "queue-all", "/hotline?state=all&kind=求助"}, {dispatcher, "queue-handling", "/hotline?state=HANDLING"},
		{dispatcher, "queue-empty", "/hotline?state=SUSPENDED&kind=举报"},
		{dispatcher, "dispatch", no(hotline.Triage)}, {agent, "accept", no(hotline.Draft)}, {liaison, "unit", "/hotline/unit"}, {liaison, "unit-done", "/hotline/unit?tab=done"},
		{liaison, "handle", no(hotline.Handling)}, {head, "submit", no(hotline.Handling) + "?do=submit"}, {reviewer, "review", "/hotline/review"},
		{reviewer, "record-review", no(hotline.Review)}, {callbacker, "callback", "/hotline/callback"}, {callbacker, "callback-open", "/hotline/callback?open=" + tickets[hotline.Callback].No},
		{callbacker, "record-callback", no(hotline.Callback)}, {reviewer, "record-closed", no(hotline.Closed)}, {agent, "search", "/hotline/search?q=暖气"},
		{agent, "print", no(hotline.Closed) + "/print"}, {agent, "receipt", no(hotline.Draft) + "/receipt"},
	}
	who := ""
	for _, d := range desks {
		if d.user != who {
			enter(t, ctx, url, d.user)
			who = d.user
		}
		for _, size := range [][2]int64{{1440, 900}, {390, 844}} {
			t.Run(fmt.Sprintf("%s %d", d.name, size[0]), func(t *testing.T) {
				visit(t, ctx, url+d.path, size[0], size[1])
				paper := d.name == "print" || d.name == "receipt"
				for _, c := range strings.Split(eval[string](t, ctx, complaints), "\n") {
					if c != "" && !(paper && strings.HasPrefix(c, "scrolls")) {
						t.Error(c)
					}
				}
				picture(t, ctx, fmt.Sprintf("%s-%d", d.name, size[0]))
			})
		}
	}
}

// busyDay fills the office with tickets in every state, some late, and gives one of each state.
func (o office) busyDay(t testing.TB) map[hotline.State]hotline.Ticket {
	t.Helper()
	matters := []struct{ title, content, category, kind string }{
		{"小区暖气不热", "城南街道瑞园小区三号楼二单元暖气不热，室温只有十三度，家里有老人和孩子，已经给物业打过三次电话没有结果，希望尽快派人来修。", "0101", hotline.Help},
		{"楼道停水两天", "东关街道建新巷八号院停水两天，没有通知，也没有送水车，请问什么时候恢复供水。", "0102", hotline.Complaint},
		{"物业不开发票", "滨河花园物业收取物业费后拒绝开发票，多次沟通无果，要求依法处理。", "0103", hotline.Complaint},
		{"工地拖欠工资", "在城北新村安置房项目务工，三个月工资一万二千元没有发放，一共涉及十一名工人。", "0201", hotline.Report},
		{"路灯整夜不亮", "红园路中段六盏路灯整夜不亮，晚上行人和车辆都很危险，建议尽快维修。", "01", hotline.Suggest},
	}
	out := map[hotline.State]hotline.Ticket{}
	n := 0
	for round, moment := range []string{"2026-05-06 09:10", "2026-05-08 10:20"} {
		o.Set(moment)
		for _, state := range []hotline.State{hotline.Dispatched, hotline.Handling, hotline.Suspended, hotline.Review, hotline.Callback, hotline.Closed, hotline.Triage, hotline.Draft} {
			for range 2 {
				m := matters[n%len(matters)]
				n++
				tk := o.Ticket(t, state, func(in *hotline.RegisterInput) {
					in.Title, in.Content, in.Category, in.Kind = m.title, m.content, m.category, m.kind
					in.Phone = fmt.Sprintf("1390930%04d", n%7)
					if n%5 == 0 {
						in.Urgency = hotline.Urgent
					}
				})
				if round == 1 {
					out[state] = tk
				}
			}
		}
	}
	o.Set("2026-05-13 15:20")
	o.RunJobs(t)
	return out
}
