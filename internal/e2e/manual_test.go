package e2e

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"yichuang/internal/hotline"
	"yichuang/internal/org"
)

var (
	remake   = flag.Bool("manual", false, "make the pictures of docs/manual anew")
	pictures = flag.String("pictures", "", "with -manual: only those of the desks whose name begins so")
)

// Limits that keep the manual small enough to be copied about.
const (
	manualDir   = "../../docs/manual"
	pictureSize = 150 << 10
	allPictures = 2500 << 10
)

var (
	pictureName = regexp.MustCompile(`\(img/([^)]+)\)`)
	pageLink    = regexp.MustCompile(`\]\(([^):#]+\.md)`)
)

// TestManualHasItsPictures compares the pictures that the manual shows with those that are there.
func TestManualHasItsPictures(t *testing.T) {
	pages, err := filepath.Glob(filepath.Join(manualDir, "*.md"))
	if err != nil || len(pages) < 10 {
		t.Fatalf("the manual has %d pages: %v", len(pages), err)
	}
	named := map[string]string{}
	for _, file := range pages {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range pictureName.FindAllSubmatch(text, -1) {
			named[string(m[1])] = file
		}
		for _, m := range pageLink.FindAllSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(manualDir, string(m[1]))); err != nil {
				t.Errorf("%s leads to %s: %v", file, m[1], err)
			}
		}
	}
	total := int64(0)
	files, err := os.ReadDir(filepath.Join(manualDir, "img"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil {
			t.Fatal(err)
		}
		total += info.Size()
		if info.Size() > pictureSize {
			t.Errorf("%s has %d bytes, more than %d", f.Name(), info.Size(), pictureSize)
		}
		if named[f.Name()] == "" {
			t.Errorf("no page of the manual shows %s", f.Name())
		}
		delete(named, f.Name())
	}
	for name, file := range named {
		t.Errorf("%s shows %s, which is not there: go test ./internal/e2e -run TestManualPictures -manual", file, name)
	}
	if total > allPictures {
		t.Errorf("the pictures have %d bytes, more than %d", total, allPictures)
	}
}

// shot is one picture: who sees it, the page, what is done on it first, and how much of it is shown.
type shot struct {
	name, user, path string
	height           int
	before           func(*person)
}

// TestManualPictures makes the pictures, with -manual.
func TestManualPictures(t *testing.T) {
	if !*remake {
		t.Skip("makes pictures only with -manual")
	}
	browser(t)
	h := openHouse(t)
	if err := os.MkdirAll(filepath.Join(manualDir, "img"), 0o755); err != nil {
		t.Fatal(err)
	}
	people := map[string]*person{}
	for _, s := range h.wanted(t) {
		p := people[s.user]
		if p == nil && s.user != "" {
			p = h.staff(t, s.user)
			people[s.user] = p
		} else if p == nil {
			p = h.window(t, 1440, 900)
		}
		p.do(chromedp.EmulateViewport(1440, int64(s.height)))
		p.opens(s.path)
		p.waits("page", `document.querySelector("html.js")`)
		if s.before != nil {
			s.before(p)
		}
		p.take(s.name, 1440, s.height, 0.75)
	}
	if *pictures == "" {
		h.phoneShots(t)
		h.phoneDesk(t)
	}
	if *pictures == "" || *pictures == "hall" {
		h.hallPhone(t)
	}
}

// wanted are the pictures of the desks that are to be made; what only other pictures show is not prepared.
func (h *house) wanted(t *testing.T) []shot {
	t.Helper()
	if *pictures == "performance" {
		return h.performanceShots(t)
	}
	if *pictures == "hall" {
		return h.hallShots(t)
	}
	list := slices.Concat(h.shots(t), h.officeShots(t), h.accountsShots(t), h.performanceShots(t), h.hallShots(t))
	return slices.DeleteFunc(list, func(s shot) bool { return !strings.HasPrefix(s.name, *pictures) })
}

// first gives the address of the first ticket of a state that fits.
func (h *house) first(t *testing.T, state hotline.State, fits func(*hotline.Dossier) bool) string {
	t.Helper()
	rows, _, err := h.app.Hotline.List(h.system, hotline.Filter{State: state, Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		if d := h.ticket(t, rows[i].No); fits == nil || fits(&d) {
			return "/hotline/tickets/" + d.No
		}
	}
	t.Fatalf("no ticket is %s and fits", state.Label())
	return ""
}

// shots are the pictures of the desks.
func (h *house) shots(t *testing.T) []shot {
	t.Helper()
	ofUnit := func(want hotline.LegState) func(*hotline.Dossier) bool {
		return func(d *hotline.Dossier) bool {
			return !d.Overdue && d.Unit == "临夏市住房和城乡建设局" && leg(t, *d).State == want && leg(t, *d).Extension.IsZero()
		}
	}
	handling := h.first(t, hotline.Handling, ofUnit(hotline.Signed))
	triage := h.first(t, hotline.Triage, func(d *hotline.Dossier) bool { return d.Confidential == hotline.NotConfidential })
	call := func(p *person) {
		p.fills("来电号码", "10000000003")
		p.keys("\r")
		p.fills("来电人", "马先生")
		p.fills("诉求内容", "滨河家园三号楼今天早上停水，家里有老人和孩子，请问什么时候恢复供水？")
		p.fills("事发地址", "滨河南路 滨河家园 3 号楼")
		p.keys("\t")
		p.waits("history", `document.querySelectorAll("#look li").length > 0`)
	}
	return []shot{
		{"login", "", "/login", 640, func(p *person) { p.fills("用户名", "mali") }},
		{"first-password", "", "/login", 700, h.firstPassword(t)},
		{"account", "mali", "/account", 640, nil},
		{"keys", "mali", "/hotline?state=DRAFT", 800, func(p *person) { p.keys("?"); p.waits("keys", `document.getElementById("keys").open`) }},
		{"call", "mali", "/hotline/new", 960, call},
		{"accept", "mali", h.first(t, hotline.Draft, nil), 960, nil},
		{"queue", "lijianguo", "/hotline?state=TRIAGE", 760, nil},
		{"dispatch", "lijianguo", triage, 1000, nil},
		{"unit", "zhangming", "/hotline/unit", 900, nil},
		{"reply", "zhangming", handling + "?do=propose", 1000, nil},
		{"extension", "zhangming", handling + "?do=ask-extension", 700, nil},
		{"signoff", "liuguoqiang", handling + "?do=submit", 900, nil},
		{"review", "chenwei", "/hotline/review", 900, nil},
		{"callback", "zhaoxia", "/hotline/callback", 960, nil},
		{"notices", "sunli", "/hotline/notices", 760, nil},
		{"red", "sunli", h.first(t, hotline.Handling, func(d *hotline.Dossier) bool { return d.Overdue }), 1000, func(p *person) {
			p.waits("clock", `[...document.querySelectorAll(".leg-clock details")].map((d) => d.open = true)`)
			p.waits("clock in view", `document.querySelector(".leg").scrollIntoView({ block: "center", behavior: "instant" }) ?? true`)
		}},
		{"overview", "mazhiyuan", "/overview", 1000, func(p *person) {
			p.waits("chart", `(document.querySelector("yc-chart").scrollIntoView({ block: "center", behavior: "instant" }), document.querySelector("yc-chart svg"))`)
			p.waits("top", `scrollTo({ top: 0, behavior: "instant" }) ?? true`)
		}},
		{"cohort", "mazhiyuan", "/overview", 760, func(p *person) {
			p.waits("figure", `document.querySelector("main a[href*='/overview/cohort']").click() ?? true`)
			p.at("/overview/cohort")
		}},
		{"calendar", "admin", "/calendar", 900, nil},
		{"due", "admin", "/calendar/due", 760, func(p *person) {
			p.fills("时限", "5个工作日")
			p.clicks("试算")
			p.sees("第 5 个工作日")
		}},
		{"limits", "admin", "/hotline/policies", 760, nil},
		{"users", "admin", "/org/users", 760, nil},
		{"rules", "lijianguo", "/hotline/rules", 760, nil},
		{"audit", "admin", "/audit", 760, nil},
	}
}

// firstPassword signs a new account in.
func (h *house) firstPassword(t *testing.T) func(*person) {
	t.Helper()
	_, once, err := h.app.Org.AddAccount(h.system, org.AccountInput{UserInput: org.UserInput{Username: "zhouyan", DisplayName: "周燕"}, Roles: []string{org.RoleAgent}, MustChange: true})
	if err != nil {
		t.Fatal(err)
	}
	return func(p *person) {
		p.signIn("zhouyan", once)
		p.at("/account/password")
		p.waits("page", `document.querySelector("html.js")`)
	}
}

// phoneShots are the pictures of the pages for citizens, on a phone.
func (h *house) phoneShots(t *testing.T) {
	p := h.window(t, 390, 844)
	show := func(name string, height int) {
		t.Helper()
		p.do(chromedp.EmulateViewport(390, int64(height)))
		p.waits("top", `scrollTo({ top: 0, behavior: "instant" }) ?? true`)
		p.take(name, 390, height, 1)
	}
	p.opens("/12345")
	p.sees("我要反映")
	show("public-home", 844)
	p.clicks("我要反映")
	p.at("/12345/submit")
	p.press("投诉", choice("kind", hotline.Complaint))
	p.fills("具体内容", webText)
	p.fills("手机或电话", "10000990002")
	show("public-submit", 1100)
	p.keys("\r")
	p.sees("已经收到")
	show("public-done", 844)
	s := &story{house: h, code: p.text(".receipt-code .visually-hidden")}
	s.web = s.find(t, webText)
	s.officeWork(t)
	p.opens("/12345/track")
	p.fills("查询码", s.code)
	p.fills("电话的后四位", "0002")
	p.clicks("查询")
	p.sees("您满意吗")
	show("public-progress", 1400)
}

// find gives the number of the newest draft with a text.
func (s *story) find(t *testing.T, content string) string {
	t.Helper()
	rows, _, err := s.app.Hotline.List(s.system, hotline.Filter{State: hotline.Draft, Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(rows, func(r hotline.Row) bool { return s.ticket(t, r.No).Content == content })
	if i < 0 {
		t.Fatal("the citizen's ticket is not there")
	}
	return rows[i].No
}

// withoutForeignWords hides the browser's own words in empty date and file fields: without its Chinese language pack,
// which users have and a build machine need not, they are English.
const withoutForeignWords = `(() => {
  const s = new CSSStyleSheet();
  s.replaceSync("input[type=file], input[type=file]::file-selector-button, .unfilled::-webkit-datetime-edit { color: transparent !important; transition: none !important }");
  document.adoptedStyleSheets = [s];
  document.querySelectorAll("input[type=date], input[type=datetime-local]").forEach((i) => i.classList.toggle("unfilled", !i.value));
})()`

// take writes a picture of the upper part of the page as it is scrolled, with few colours.
func (p *person) take(name string, width, height int, scale float64) {
	p.t.Helper()
	p.waits("quiet", `document.fonts.status === "loaded" && (`+withoutForeignWords+`, true)`)
	y := read[float64](p, "scrollY")
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	r, err := chromedp.Call(ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{Clip: &page.Viewport{Y: y, Width: float64(width), Height: float64(height), Scale: scale}})
	if err != nil {
		p.t.Fatalf("%s: %v", name, err)
	}
	small, err := fewColours(r.Data)
	if err == nil {
		err = os.WriteFile(filepath.Join(manualDir, "img", name+".png"), small, 0o644)
	}
	if err != nil {
		p.t.Fatalf("%s: %v", name, err)
	}
	p.t.Log(fmt.Sprintf("%-16s %3d KB", name, len(small)>>10))
	if len(small) > pictureSize {
		p.t.Errorf("%s has %d bytes", name, len(small))
	}
}

// fewColours writes a picture with its 256 most frequent colours, which is a third of the bytes and looks the same.
func fewColours(data []byte) ([]byte, error) {
	from, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	type group struct {
		first color.RGBA
		n     int
	}
	groups := map[[3]uint32]*group{}
	b := from.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			r, g, bl, _ := from.At(x, y).RGBA()
			key := [3]uint32{r >> 11, g >> 11, bl >> 11}
			if groups[key] == nil {
				groups[key] = &group{first: color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(bl >> 8), 255}}
			}
			groups[key].n++
		}
	}
	all := make([]*group, 0, len(groups))
	for _, g := range groups {
		all = append(all, g)
	}
	slices.SortFunc(all, func(a, b *group) int {
		if a.n != b.n {
			return b.n - a.n
		}
		return (int(a.first.R)-int(b.first.R))<<16 + (int(a.first.G)-int(b.first.G))<<8 + int(a.first.B) - int(b.first.B)
	})
	palette := color.Palette{color.White}
	for _, g := range all[:min(len(all), 255)] {
		palette = append(palette, g.first)
	}
	to := image.NewPaletted(image.Rect(0, 0, b.Dx(), b.Dy()), palette)
	draw.Draw(to, to.Bounds(), from, b.Min, draw.Src)
	var out bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, to)
	return out.Bytes(), err
}
