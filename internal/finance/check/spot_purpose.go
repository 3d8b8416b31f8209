package check

import (
	_ "embed" // the words of purposes
	"regexp"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed purposes.yaml
var purposeText []byte

// purposeWords are the words that the purpose of an item should have one of, by the item's name.
var purposeWords = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	if err := yaml.Unmarshal(purposeText, &out); err != nil {
		panic("check: purposes.yaml: " + err.Error())
	}
	return out
})

var purposeOf = regexp.MustCompile(`（款）([^（）]{2,30})（项）[^。；]{0,24}[，。；]?(?:主要)?用于：?([^。；]{4,120})`)

// Purposes finds items whose stated purpose has nothing to do with their name: 住房公积金 that was 主要用于 something else.
func (s *scope) Purposes() []*Spot {
	words := purposeWords()
	var out []*Spot
	for _, sec := range s.narrative() {
		for _, m := range purposeOf.FindAllStringSubmatch(sec.Text, -1) {
			name := strings.Trim(m[1], "“”归口管理的")
			need, ok := words[strings.TrimPrefix(m[1], "归口管理的")]
			if !ok {
				need, ok = words[name]
			}
			if !ok || hasAny(m[2], need) {
				continue
			}
			out = append(out, at(sec.Place, sec.Title()+"：“"+name+"”的用途写为“"+m[2]+"”，与科目不符", m[2], strings.Join(need, "、")))
		}
	}
	return out
}

func hasAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// jumpFrom is the change against the year before, in percent, from which a reason is looked for.
const jumpFrom = 50

// Jumps finds changes of more than half against the year before for which the text gives no reason.
func (s *scope) Jumps() []*Spot {
	var out []*Spot
	for _, c := range s.run.claims {
		if c.Growth.Empty != "" || c.Why != "" || c.Reason != "" || s.WhyBelow(c) {
			continue
		}
		if v := absolute(c.Growth); v.V > jumpFrom*one {
			out = append(out, at(c.At, c.Section+"："+c.Words+"比上年增减"+v.shown(2)+"%，没有写原因，请核对", v.shown(2)+"%", ""))
		}
	}
	return out
}

var (
	flatTurn  = regexp.MustCompile(`[^，。；]{0,30}?(?:减少|增加|下降|增长)(?:到|至|为)?(\d+(?:\.\d+)?)(?:万元|元|%)，(?:与|同)(?:20\d\d年|上年)(?:度)?(?:决算数)?(?:相比)?持平`)
	noPercent = regexp.MustCompile(`(?:占[^，。；%\d]{0,24}|增长|下降|完成(?:年初|全年|调整)?预算(?:数)?的?)(?:为|的)?(\d+\.\d{1,2})(?:[，。；、]|$)`)
)

// FlatTurns finds amounts that are said to have changed and to be as the year before in one breath.
func (s *scope) FlatTurns() []*Spot {
	var out []*Spot
	for _, sec := range s.narrative() {
		for _, m := range flatTurn.FindAllString(sec.Text, -1) {
			out = append(out, at(sec.Place, sec.Title()+"：“"+m+"”前后矛盾", m, "持平或增减，二者取一"))
		}
	}
	return out
}

// PercentMissing finds rates without the sign of percent.
func (s *scope) PercentMissing() []*Spot {
	var out []*Spot
	for _, sec := range s.narrative() {
		for _, m := range noPercent.FindAllStringSubmatch(sec.Text, -1) {
			out = append(out, at(sec.Place, sec.Title()+"：“"+strings.TrimRight(m[0], "，。；、")+"”漏写百分号或单位", m[1], m[1]+"%"))
		}
	}
	return out
}

var (
	batches    = regexp.MustCompile(`\d+(?:\.\d+)?(?:个)?批`)
	guestBatch = regexp.MustCompile(`(?:接待)?(?:外宾|外事|国（境）外)[^，。；\d]{0,8}\d+(?:\.\d+)?(?:个)?批次?`)
)

// HomeReceptions finds that only receptions of foreign guests are counted.
func (s *scope) HomeReceptions() []*Spot {
	text, sec := s.sanGongText()
	if sec == nil || !batches.MatchString(text) || batches.MatchString(guestBatch.ReplaceAllString(text, "")) {
		return nil
	}
	return []*Spot{at(sec.Place, "只写了外宾接待批次，没有写国内公务接待的批次、人次", "", "国内公务接待批次、人次")}
}
