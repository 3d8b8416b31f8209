package rating

import (
	"slices"
	"strings"
)

// Level is one of the five levels of satisfaction (满意度, GB/T 39046-2020 附录A): 1 the best, 5 the worst.
type Level int64

// The levels.
const (
	VeryGood Level = 1 // 非常满意
	Good     Level = 2 // 满意
	Fair     Level = 3 // 基本满意
	Bad      Level = 4 // 不满意
	VeryBad  Level = 5 // 非常不满意
)

// Levels lists the levels from the best to the worst.
func Levels() []Level { return []Level{VeryGood, Good, Fair, Bad, VeryBad} }

// Label is the level's Chinese name.
func (l Level) Label() string {
	return map[Level]string{VeryGood: "非常满意", Good: "满意", Fair: "基本满意", Bad: "不满意", VeryBad: "非常不满意"}[l]
}

// Poor reports whether the level is a bad rating (差评), which opens a task.
func (l Level) Poor() bool { return l == Bad || l == VeryBad }

// Channel is by which way a rating came in.
type Channel string

// The channels.
const (
	AtWindow   Channel = "window"   // 窗口评价码
	OnProgress Channel = "progress" // 办件进度查询页
	ByPhone    Channel = "phone"    // 热线电话
	AtKiosk    Channel = "kiosk"    // 自助终端
	ByMessage  Channel = "sms"      // 短信链接
)

// Channels lists the channels in the order of pages.
func Channels() []Channel { return []Channel{AtWindow, OnProgress, ByPhone, AtKiosk, ByMessage} }

// Label is the channel's Chinese name.
func (c Channel) Label() string {
	return map[Channel]string{AtWindow: "窗口评价码", OnProgress: "进度查询页", ByPhone: "热线电话", AtKiosk: "自助终端", ByMessage: "短信链接"}[c]
}

// Label (评价标签) is a short reason that can be ticked beside the level.
type Label struct {
	Code string `json:"code"`
	Name string `json:"name"`
	Poor bool   `json:"poor"` // says what was bad
}

// Labels lists the labels in the order of the form.
func Labels() []Label {
	return []Label{{"G1", "服务热情", false}, {"G2", "一次办成", false}, {"G3", "办得快", false}, {"G4", "说得清楚", false}, {"G5", "环境整洁", false},
		{"P1", "态度生硬", true}, {"P2", "没有一次说清", true}, {"P3", "要求额外材料", true}, {"P4", "跑了多趟", true}, {"P5", "等候太久", true}, {"P6", "超过承诺时限", true}, {"P7", "违规收费", true}, {"P8", "推诿不办", true}}
}

// labelNames words the stored codes: 态度生硬、等候太久.
func labelNames(codes string) []string {
	var out []string
	for _, l := range Labels() {
		if slices.Contains(strings.Fields(codes), l.Code) {
			out = append(out, l.Name)
		}
	}
	return out
}
