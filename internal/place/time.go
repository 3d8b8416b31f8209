package place

import "regexp"

// when are the ways in which texts speak of a time: days, months, hours and parts of the day.
var when = regexp.MustCompile(`(?:\d{4}\s*年\s*)?\d{1,2}\s*月(?:\s*\d{1,2}\s*[日号])?(?:[至到\-—]\d{1,2}\s*[月日号](?:\d{1,2}[日号])?)?|\d{4}\s*年|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|(?:每天|每晚|每日|今天|昨天|昨晚|今晚|今早|上周|本周|近日|最近|连续)?(?:凌晨|早上|清晨|上午|中午|下午|傍晚|晚上|夜间|半夜|深夜)?\d{1,2}[点时](?:半|\d{1,2}分)?(?:[至到\-—](?:凌晨|早上|上午|中午|下午|晚上)?\d{1,2}[点时](?:半|\d{1,2}分)?)?|凌晨|清晨|夜间|半夜|深夜|每天|每晚|昨天|昨晚|今天|今晚|今早|上周[一二三四五六日]?|本周[一二三四五六日]?|上个月|近日`)

// Times lists what a text says about when, as it says it, in order, each once.
func Times(text string) []string {
	var out []string
	known := map[string]bool{}
	for _, s := range when.FindAllString(text, -1) {
		if !known[s] {
			known[s] = true
			out = append(out, s)
		}
	}
	return out
}
