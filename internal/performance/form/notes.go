package form

import (
	"fmt"
	"strings"

	"yichuang/internal/performance/score"
)

// SelfReported (自报) is the source of an actual value that nothing proves.
const SelfReported = "自报"

// notes are the lines below a form: by which policy it was scored, which actual values nothing proves, and where the others
// come from.
func notes(f *score.Form, r *score.Result) []string {
	var out []string
	if r != nil {
		out = append(out, fmt.Sprintf("评分办法：%s（%s，第%d版）。", r.Method, r.Policy, r.Version))
		if r.Grade != "" {
			out[0] = fmt.Sprintf("评价等级：%s。%s", r.Grade, out[0])
		}
	}
	var own []string
	for i := range f.Indicators {
		x := &f.Indicators[i]
		switch x.Source {
		case "":
		case SelfReported:
			own = append(own, x.Name)
		default:
			out = append(out, "“"+x.Name+"”的实际完成值来自"+x.Source+"。")
		}
	}
	if len(own) > 0 {
		out = append(out, "自报、没有附佐证材料的实际完成值："+strings.Join(own, "、")+"。")
	}
	return out
}
