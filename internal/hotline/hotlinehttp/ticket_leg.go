package hotlinehttp

import (
	"fmt"
	"slices"
	"strconv"

	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

func roleLabel(role string) string {
	switch role {
	case hotline.Lead:
		return "主办"
	case hotline.Child:
		return "下级承办"
	}
	return "协办"
}

func roundText(round int) string { return fmt.Sprintf("第 %d 轮", round) }

// replyLabel names what a unit writes: only the lead unit's reply reaches the caller.
func replyLabel(l hotline.Leg) string {
	switch l.Role {
	case hotline.CoLead:
		return "协办答复"
	case hotline.Child:
		return "办理情况"
	}
	return "公开答复"
}

func replyHint(l hotline.Leg) string {
	switch l.Role {
	case hotline.CoLead:
		return "写给主办单位：查明了什么、做了什么。由主办单位汇总后统一答复来电人。"
	case hotline.Child:
		return "写给转办的上级单位：查明了什么、做了什么。"
	}
	return "告诉来电人的话：查明了什么、做了什么、依据什么。"
}

func matterLabel(l *hotline.Leg) string {
	if l.Role == hotline.Child {
		return "办理要求"
	}
	return "协办事项"
}

// contactWanted reports whether the form asks when the caller was spoken with: of the unit that answers the caller.
func (v *recordView) contactWanted(l hotline.Leg) bool {
	return v.ContactWanted() && l.Role == hotline.Lead
}

func days(n int) string { return strconv.Itoa(n) + " 个工作日" }

func outcomeTone(o string) web.Tone {
	if o == hotline.Late {
		return web.Danger
	}
	return web.Success
}

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

func clockLabel(step string) string { return hotline.StepLabel(step) + "时限" }

// clockDue shows a clock: what is left of a running one, red where it is or was late.
func clockDue(c hotline.LegClock) rowEnd {
	d := rowEnd{web.Due{At: c.Due, Left: c.Remaining, Provisional: c.Provisional}, c.Step == hotline.StepHandle}
	switch {
	case c.Late:
		d.Light = web.Red
	case c.Yellow:
		d.Light = web.Yellow
	}
	return d
}

// clockDone says when a clock stopped.
func clockDone(c hotline.LegClock) string {
	verb := "签收"
	if c.Step == hotline.StepHandle {
		verb = "提交"
	}
	return web.MomentText(c.Stopped) + " " + verb
}

// countedDay is one day on the way to a deadline.
type countedDay struct {
	day, text string
	counted   bool
}

// daysOf explains a clock day by day. A working day that was not counted lies in a suspension.
func daysOf(c hotline.LegClock) []countedDay {
	var out []countedDay
	n := 0
	for _, s := range c.Days {
		d := countedDay{day: web.DayText(s.Date), text: s.Text(), counted: s.Minutes > 0}
		if s.Count > 0 {
			if d.counted = slices.Contains(c.Counted, s.Date); d.counted {
				n++
				s.Count = n
				d.text = s.Text()
			} else {
				d.text = "不计：挂账"
			}
		}
		out = append(out, d)
	}
	return out
}

func emergencyNumbers() []web.Option {
	return []web.Option{{Value: "110", Label: "110 公安"}, {Value: "119", Label: "119 消防"}, {Value: "120", Label: "120 急救"}, {Value: "122", Label: "122 交通事故"}}
}
