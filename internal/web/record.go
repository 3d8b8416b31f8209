package web

import (
	"net/http"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
)

// Light is the state of a deadline (红黄牌): always a word and a shape beside the colour.
type Light string

// The lights.
const (
	NoLight Light = ""
	Normal  Light = "normal" // 正常
	Yellow  Light = "yellow" // 黄牌
	Red     Light = "red"    // 红牌
)

// Word is the light's name.
func (l Light) Word() string {
	switch l {
	case Normal:
		return "正常"
	case Yellow:
		return "黄牌"
	case Red:
		return "红牌"
	}
	return ""
}

func rowClass(l Light) string {
	if l == NoLight {
		return ""
	}
	return "row-" + string(l)
}

// Due is a deadline as it is shown everywhere: the moment and what is left of it.
type Due struct {
	At    clock.Instant
	Left  string // "剩 1 工作日 3 小时", "超 2 小时", computed by the calendar
	Light Light
	// Provisional deadlines (暂定) were computed without the year's calendar.
	Provisional bool
}

// DayText is a day with its weekday: 2026-05-14 周四; "" when not set.
func DayText(d clock.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String() + " " + d.WeekdayName()
}

// MomentText is a moment with its weekday: 2026-05-14 周四 18:00; "" when not set.
func MomentText(i clock.Instant) string {
	if i.IsZero() {
		return ""
	}
	return DayText(i.Date()) + " " + i.Time().Format("15:04")
}

func machineTime(i clock.Instant) string {
	b, err := i.MarshalText()
	if err != nil {
		return ""
	}
	return string(b)
}

// Item is one line of a definition list.
type Item struct {
	Label string
	Value templ.Component
	Wide  bool // over the whole width, for long text
}

// ItemText is a line of plain text; an empty one shows —.
func ItemText(label, value string) Item {
	if value == "" {
		value = "—"
	}
	return Item{Label: label, Value: CellText(value)}
}

// Step is one event of a record's history.
type Step struct {
	At     clock.Instant
	Who    string
	Title  string
	Text   string
	Tone   Tone
	Detail templ.Component // below the text, such as attachments
}

// Tab is one of the views of a record, each with its own address.
type Tab struct {
	Label, Href string
	Count       int
	Current     bool
}

// Tile is one figure with its name; it leads to the records behind it.
type Tile struct {
	Label string
	Value string
	Unit  string
	Hint  string // such as numerator and denominator: "分子 1,204 / 分母 1,260"
	Href  string
	Light Light
}

// Progress is a long piece of work that goes on without the page (导入, 审计, 归档). Src is asked every second for
// Ctx.Progress; without a script the page shows how far it was when it was opened.
type Progress struct {
	Label  string
	Done   int
	Total  int // 0 while it is not known
	Text   string
	Src    string
	Cancel string // address that a post to stops it, "" where it cannot be stopped
}

// Progress answers a bar (ProgressBar): how far the work is and, once it is finished, where its result is.
func (c *Ctx) Progress(done, total int, text, finishedAt string) error {
	return c.JSON(http.StatusOK, map[string]any{"done": done, "total": total, "text": text, "href": finishedAt})
}

// Secret is personal data that is shown masked (脱敏). Reveal is the address that a deliberate, logged click posts to;
// "" leaves the button out. The handler answers with Ctx.Reveal.
type Secret struct {
	Masked string
	Reveal string
	Label  string // what it is, for screen readers: "手机号"
}

// Reveal answers the button of a Secret with the plain value, in place or, without a script, on a small page.
func (c *Ctx) Reveal(value, back string) error {
	if c.IsHTMX() {
		return c.Render(revealed(value))
	}
	return c.Render(revealedPage(value, LocalPath(back, "/")))
}
