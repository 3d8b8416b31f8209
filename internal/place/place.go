// Package place finds the names of places (地名) and the times (时间) that a Chinese text speaks of, without a dictionary
// of the town: administrative divisions by a trie of their names, and other places by how their names end.
package place

import (
	"slices"
	"strings"
	"unicode"
)

// Kinds of name.
const (
	Division = "division" // 行政区划: of the list that the finder was made with, or written like one
	Spot     = "spot"     // 小区, 道路, 学校 and the like
)

// Name is a place that a text names.
type Name struct {
	Text string `json:"text"`
	Kind string `json:"kind"`
	From int    `json:"from"` // characters, not bytes
	To   int    `json:"to"`
}

// Finder knows the names of divisions. It does not change and may be used by many at once.
type Finder struct{ root *node }

// node of the trie of names; whole marks the end of one.
type node struct {
	next  map[rune]*node
	whole bool
}

// shortDivision is how many characters a division's name has at least without its ending, to be known without it.
const shortDivision = 2

// New makes a finder that knows the names of divisions, with their endings (临夏市) and without (临夏).
func New(divisions []string) *Finder {
	f := &Finder{root: &node{next: map[rune]*node{}}}
	for _, d := range divisions {
		f.add(d)
		for _, end := range divisionEndings {
			if bare, ok := strings.CutSuffix(d, end); ok && len([]rune(bare)) >= shortDivision {
				f.add(bare)
				break
			}
		}
	}
	return f
}

func (f *Finder) add(name string) {
	at := f.root
	for _, r := range name {
		if at.next[r] == nil {
			at.next[r] = &node{next: map[rune]*node{}}
		}
		at = at.next[r]
	}
	at.whole = name != ""
}

// longest gives the end of the longest division's name that begins at from; from where there is none.
func (f *Finder) longest(s []rune, from int) int {
	at, end := f.root, from
	for i := from; i < len(s); i++ {
		if at = at.next[s[i]]; at == nil {
			break
		}
		if at.whole {
			end = i + 1
		}
	}
	return end
}

// divisionEndings are how names of divisions end, longer ones first.
var divisionEndings = []string{"回族自治州", "藏族自治州", "自治州", "自治县", "自治区", "街道", "地区", "省", "市", "州", "县", "区", "镇", "乡"}

// spotEndings are how names of other places end, longer ones first.
var spotEndings = []string{"街道办", "街道", "幼儿园", "居委会", "村委会", "派出所", "卫生院", "服务区", "开发区", "工业园", "产业园", "火车站", "汽车站", "地铁站", "安置区", "小区", "家园", "花园", "公寓", "社区", "广场",
	"公园", "市场", "超市", "商场", "学校", "小学", "中学", "大学", "学院", "医院", "大厦", "大道", "公馆", "新村", "新城", "中心", "楼盘", "车站", "大桥", "街", "路", "巷", "村", "镇", "乡", "苑", "园", "府", "城", "湾", "庭", "桥", "站", "厂", "院"}

const (
	nameMost = 8 // characters of a name before its ending
	nameLess = 2
	noName   = "我你他她您它们咱这那本该某个各每整两几的了在是于位从到往由被把让对向跟和与及或有无没不也都就还又再很请问说称住叫做为因从至内外旁边前后上下中附近什么哪怎样去来过沿要得给会能将更已经" // characters that names rarely have
	digits   = "0123456789０１２３４５６７８９一二三四五六七八九十"
)

// notPlaces are words with a place's ending that name none.
var notPlaces = []string{"道路", "马路", "公路", "铁路", "路灯", "网路", "线路", "电路", "管路", "走路", "一路", "农村", "乡村", "街道", "医院", "法院", "检察院", "学院", "校园", "公园", "家里", "夜里", "哪里", "这里", "那里",
	"心里", "手里", "城里", "村里", "政府", "工厂", "出路", "商城", "县城", "新城", "网站", "车站", "本院", "住院", "出院", "服务中心", "有关部门", "开发商"}

// leads are words before a name that do not belong to it.
var leads = []string{"投诉", "举报", "反映", "关于", "咨询", "建议", "请求", "希望", "要求", "来自", "家住", "位于", "地址", "居住", "附近", "小区业主", "解决", "处理", "整治", "恳请", "反对", "支持", "强烈", "违规", "违法", "非法", "严重", "尊敬", "领导", "业主", "居民", "群众", "市民", "今年", "目前", "现在", "通过", "感谢", "询问", "请问", "管管", "绕行", "绕道", "增加", "修建", "新建", "规划", "其次", "如果", "拆除", "导致", "影响", "造成", "成立", "而且", "虽然", "既然", "并且", "同时", "经过", "途经", "沿着", "进出", "周围", "需要", "当时"}

// Find lists the places of a text in the order in which they stand, each name once.
func (f *Finder) Find(text string) []Name {
	s := []rune(text)
	var out []Name
	taken := 0
	for i := 0; i < len(s); {
		if end := f.longest(s, i); end > i {
			end = f.ending(s, end)
			out = keep(out, Name{string(s[i:end]), Division, i, end})
			i, taken = end, end
			continue
		}
		if end := coded(s, i); end > i {
			out = keep(out, Name{string(s[i:end]), Division, i, end})
			i, taken = end, end
			continue
		}
		if n := endingAt(s, i); n > 0 {
			if from := nameFrom(s, taken, i); from >= 0 {
				out = keep(out, Name{string(s[from : i+n]), Spot, from, i + n})
				taken = i + n
			}
			i += n
			continue
		}
		i++
	}
	return out
}

// ending lets a bare name of a division take the ending that follows it.
func (f *Finder) ending(s []rune, at int) int {
	for _, e := range divisionEndings {
		if n := len([]rune(e)); at+n <= len(s) && string(s[at:at+n]) == e {
			return at + n
		}
	}
	return at
}

// coded finds names such as A市, A3区 or K8县, by which published texts hide divisions.
func coded(s []rune, from int) int {
	if s[from] < 'A' || s[from] > 'Z' || from > 0 && unicode.IsLetter(s[from-1]) && s[from-1] < 0x80 {
		return from
	}
	at := from + 1
	for at < len(s) && s[at] >= '0' && s[at] <= '9' {
		at++
	}
	if at < len(s) && strings.ContainsRune("省市县区", s[at]) {
		return at + 1
	}
	return from
}

// endingAt gives the length of the ending that stands at i, of the longest one; 0 where there is none.
func endingAt(s []rune, i int) int {
	for _, e := range spotEndings {
		if n := len([]rune(e)); i+n <= len(s) && string(s[i:i+n]) == e {
			return n
		}
	}
	return 0
}

// nameFrom finds where the name before an ending at i begins, not before taken; -1 where there is no name.
func nameFrom(s []rune, taken, i int) int {
	from := i
	for from > taken && i-from < nameMost && named(s[from-1]) {
		from--
	}
	for again := true; again; {
		again = false
		for _, lead := range leads {
			if l := []rune(lead); i-from > len(l) {
				if at := lastIndex(s[from:i], l); at >= 0 {
					from, again = from+at+len(l), true
				}
			}
		}
	}
	for from < i && strings.ContainsRune(digits, s[from]) {
		from++
	}
	n := endingAt(s, i)
	if i-from < nameLess || slices.ContainsFunc(notPlaces, func(w string) bool { return strings.HasSuffix(string(s[from:i+n]), w) && i+n-from <= len([]rune(w))+1 }) {
		return -1
	}
	return from
}

func named(r rune) bool {
	return unicode.Is(unicode.Han, r) && !strings.ContainsRune(noName, r) || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r == '·'
}

// lastIndex finds the last place of part in s.
func lastIndex(s, part []rune) int {
	for i := len(s) - len(part); i >= 0; i-- {
		if slices.Equal(s[i:i+len(part)], part) {
			return i
		}
	}
	return -1
}

func keep(list []Name, n Name) []Name {
	if slices.ContainsFunc(list, func(m Name) bool { return m.Text == n.Text }) {
		return list
	}
	return append(list, n)
}
