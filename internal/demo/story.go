package demo

import (
	_ "embed" // the texts
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"yichuang/internal/hotline"
)

//go:embed situations.txt
var situationsText string

//go:embed details.txt
var detailsText string

// situation is something that people call about. Its texts hold choices [a|b] and slots {name}.
type situation struct {
	category string
	kind     string
	months   string
	urgent   bool
	title    string
	content  string
	reply    string
	told     []int // how often each variant was told
}

func readSituations() []*situation {
	var out []*situation
	for _, line := range lines(situationsText) {
		f := strings.Split(line, "¦")
		if len(f) != 7 {
			panic("demo: situations.txt: " + line) // the file is part of the program, and a test reads it
		}
		out = append(out, &situation{category: f[0], kind: f[1], months: f[2], urgent: f[3] != "", title: f[4], content: f[5], reply: f[6], told: make([]int, 2)})
	}
	return out
}

func lines(text string) []string {
	var out []string
	for _, l := range strings.Split(text, "\n") {
		if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "#") {
			out = append(out, l)
		}
	}
	return out
}

// inSeason reports whether the situation happens in a month: "10-3" is October to March.
func (s *situation) inSeason(m time.Month) bool {
	from, to, ok := strings.Cut(s.months, "-")
	if !ok {
		return true
	}
	a, _ := strconv.Atoi(from)
	b, _ := strconv.Atoi(to)
	if a <= b {
		return a <= int(m) && int(m) <= b
	}
	return int(m) >= a || int(m) <= b
}

// choose takes the n-th choice of every bracket, so that a story holds together.
func choose(text string, n int) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "[")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		inside, after, _ := strings.Cut(rest, "]")
		options := strings.Split(inside, "|")
		b.WriteString(options[n%len(options)])
		text = after
	}
}

var (
	estates   = []string{"枹罕花苑", "河州人家", "牡丹佳苑", "红园新村", "东郊嘉园", "大夏河畔小区", "南龙新居", "民馨家园", "州府花园", "青年苑", "团结小区", "新西小区", "锦绣河州", "滨河家园", "广场花园", "兴隆苑", "康乐家园", "西苑小区"}
	roads     = []string{"红园路", "团结路", "解放南路", "民主东路", "滨河南路", "前河沿路", "统办路", "青年路", "西关路", "庆胜西路", "东郊大街", "环城东路", "新华街", "北大街", "经三路", "学院路"}
	villages  = []string{"马家庄村", "江牌村", "王坪村", "罗家湾村", "杨家台村", "后古城村", "石头洼村", "尕沙窝村", "陈家沟村", "上川村", "祁家村", "大庄村"}
	schools   = []string{"第一小学", "实验小学", "第三中学", "逸夫学校", "八坊小学", "建国小学"}
	shops     = []string{"老马家牛肉面", "河沿手抓馆", "顺兴超市", "金牛火锅店", "西域烧烤", "福源便利店", "小郭理发店", "清真糕点铺", "乡里人酒楼", "好再来快餐"}
	sites     = []string{"广场北侧工地", "滨河二期工地", "学院路综合楼工地", "东区安置房工地", "老车站改造工地"}
	hospitals = []string{"市人民医院", "市中医院", "州妇幼保健院"}
	agencies  = []string{"市市场监管局", "市交通运输局", "市城管执法局"}
)

// place is where a story plays.
type place struct {
	code  string // of the street or town
	slots map[string]string
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// somewhere makes a place: a village for what happens in the country, else a street of the city.
func somewhere(r *rand.Rand, country bool) place {
	town, street := pick(r, rural), pick(r, urban)
	p := place{code: street.code, slots: map[string]string{
		"小区": pick(r, estates), "街": pick(r, roads), "村": pick(r, villages), "镇": town.town, "校": pick(r, schools), "店": pick(r, shops), "工地": pick(r, sites),
		"医院": pick(r, hospitals), "单位": pick(r, agencies), "楼": fmt.Sprintf("%d号楼%d单元", 1+r.IntN(18), 1+r.IntN(4)), "天": strconv.Itoa(3 + r.IntN(12)),
		"天0": strconv.Itoa(20 + r.IntN(25)), "温度": strconv.Itoa(11 + r.IntN(5)), "钱": strconv.Itoa((20 + r.IntN(400)) * 100), "公交": strconv.Itoa(1 + r.IntN(12)),
	}}
	if country {
		p.code = town.code
	}
	return p
}

func (p place) fill(text string) string {
	for name, v := range p.slots {
		text = strings.ReplaceAll(text, "{"+name+"}", v)
	}
	return text
}

// story is a situation told once.
type story struct {
	from    *situation
	place   place
	title   string
	content string
	reply   string
}

var openings = []string{"", "", "来电人反映：", "市民来电称：", "群众反映：", "你好，反映个事情。", "您好，"}

// teller tells stories, each situation and detail as seldom as it can.
type teller struct {
	rnd        *rand.Rand
	situations []*situation
	details    map[string][]string
	used       map[string]int
}

func newTeller(r *rand.Rand) *teller {
	t := &teller{rnd: r, situations: readSituations(), details: map[string][]string{}, used: map[string]int{}}
	for _, line := range lines(detailsText) {
		class, text, _ := strings.Cut(line, "¦")
		t.details[class] = append(t.details[class], text)
	}
	return t
}

// tell tells a situation of a month that suits; heating is on everybody's mind in the heating season.
func (t *teller) tell(month time.Month, suits func(*situation) bool) story {
	var best *situation
	score := 1 << 30
	for _, i := range t.rnd.Perm(len(t.situations)) {
		s := t.situations[i]
		if !s.inSeason(month) || !suits(s) {
			continue
		}
		n := 10 * (s.told[0] + s.told[1])
		if s.months != "" {
			n /= 2
		}
		if n < score {
			best, score = s, n
		}
	}
	variant := 0
	if best.told[1] < best.told[0] {
		variant = 1
	}
	best.told[variant]++
	p := somewhere(t.rnd, strings.Contains(best.title+best.content, "{村}") || strings.Contains(best.title+best.content, "{镇}"))
	return story{from: best, place: p, title: p.fill(choose(best.title, variant)),
		content: pick(t.rnd, openings) + p.fill(choose(best.content, variant)+t.detail(best)), reply: p.fill(choose(best.reply, variant))}
}

// detail gives a sentence that the situation has not been told with, the least used of its class.
func (t *teller) detail(s *situation) string {
	class := s.category[:2]
	if s.kind == hotline.Consult {
		class = "问"
	}
	best, least := "", 1<<30
	for _, i := range t.rnd.Perm(len(t.details[class])) {
		d := t.details[class][i]
		n := t.used[d]
		if t.used[s.title+d] > 0 {
			n += 1000
		}
		if n < least {
			best, least = d, n
		}
	}
	t.used[best]++
	t.used[s.title+best]++
	if t.rnd.IntN(3) == 0 && s.kind != hotline.Praise {
		best += pick(t.rnd, t.details["00"])
	}
	return best
}

var (
	surnames = strings.Fields("马 王 张 李 喇 祁 穆 陈 杨 刘 赵 周 吴 孔 何 罗 妥 拜 海 沙 董 高 韩 徐")
	given    = strings.Fields("建军 秀兰 晓梅 国强 玉花 志明 海燕 文斌 丽娟 永福 小龙 桂芳 成林 雪梅 世杰 尕燕 春生 淑珍 子豪 雅静 得福 红霞 占林 慧敏 学文 翠英 一凡 秋菊 立新 美玲")
)

// fullName gives the n-th made-up name.
func fullName(n int) string { return surnames[n%len(surnames)] + given[(n/3)%len(given)] }

// phone gives the n-th made-up phone: no mobile number begins with 100.
func phone(n int) string { return fmt.Sprintf("1000000%04d", n) }

// channels with their share of a hundred.
var channels = []struct {
	name  string
	share int
}{{"电话", 62}, {"微信", 10}, {"网站", 9}, {"小程序", 8}, {"领导留言板", 3}, {"上级派发", 4}, {"来访", 2}, {"110转警", 2}}

func (t *teller) channel() string {
	n := t.rnd.IntN(100)
	for _, c := range channels {
		if n -= c.share; n < 0 {
			return c.name
		}
	}
	return channels[0].name
}

// request makes the registration of a story; n numbers its caller.
func (t *teller) request(s story, n int) hotline.RegisterInput {
	in := hotline.RegisterInput{Channel: t.channel(), Kind: s.from.kind, Category: s.from.category, Area: s.place.code, Title: s.title, Content: s.content,
		Address: s.place.slots["街"], Name: fullName(n), Phone: phone(n)}
	if s.from.urgent {
		in.Urgency = hotline.Urgent
	}
	return in
}
