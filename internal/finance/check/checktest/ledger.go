// Package checktest makes disclosures of departments that do not exist, out of a random ledger in 分: every figure of
// them is right, in many layouts. An audit of one must find no error; an audit of one with a changed figure must.
package checktest

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"yichuang/internal/money"
)

// entry is an amount of one functional and one economic code.
type entry struct {
	fund    string // general, fund, capital, own
	fn      string
	econ    string // "" for projects
	project bool
	fen     money.Fen
}

// names are the functional codes that a ledger may use.
var names = map[string]string{
	"201": "一般公共服务支出", "20103": "政府办公厅（室）及相关机构事务", "2010301": "行政运行", "2010302": "一般行政管理事务", "2010350": "事业运行", "20132": "组织事务", "2013202": "一般行政管理事务",
	"205": "教育支出", "20502": "普通教育", "2050202": "小学教育", "2050203": "初中教育", "20508": "进修及培训", "2050803": "培训支出",
	"206": "科学技术支出", "20607": "科学技术普及", "2060702": "科普活动", "207": "文化旅游体育与传媒支出", "20701": "文化和旅游", "2070109": "群众文化", "2070199": "其他文化和旅游支出",
	"208": "社会保障和就业支出", "20805": "行政事业单位养老支出", "2080501": "行政单位离退休", "2080502": "事业单位离退休", "2080505": "机关事业单位基本养老保险缴费支出", "2080506": "机关事业单位职业年金缴费支出",
	"20808": "抚恤", "2080801": "死亡抚恤", "210": "卫生健康支出", "21011": "行政事业单位医疗", "2101101": "行政单位医疗", "2101102": "事业单位医疗", "2101103": "公务员医疗补助",
	"212": "城乡社区支出", "21201": "城乡社区管理事务", "2120104": "城管执法", "21208": "国有土地使用权出让收入安排的支出", "2120804": "农村基础设施建设支出",
	"213": "农林水支出", "21301": "农业农村", "2130104": "事业运行", "2130122": "农业生产发展", "221": "住房保障支出", "22102": "住房改革支出", "2210201": "住房公积金", "2210203": "购房补贴",
	"223": "国有资本经营预算支出", "22301": "解决历史遗留问题及改革成本支出", "2230105": "国有企业退休人员社会化管理补助支出",
}

// econNames are the rows of 06表 that are printed.
var econNames = map[string]string{
	"301": "工资福利支出", "30101": "基本工资", "30102": "津贴补贴", "30103": "奖金", "30106": "伙食补助费", "30107": "绩效工资", "30108": "机关事业单位基本养老保险缴费", "30109": "职业年金缴费", "30110": "职工基本医疗保险缴费",
	"30111": "公务员医疗补助缴费", "30112": "其他社会保障缴费", "30113": "住房公积金", "30114": "医疗费", "30199": "其他工资福利支出",
	"302": "商品和服务支出", "30201": "办公费", "30202": "印刷费", "30205": "水费", "30206": "电费", "30207": "邮电费", "30209": "物业管理费", "30211": "差旅费", "30212": "因公出国（境）费用", "30213": "维修（护）费", "30215": "会议费", "30216": "培训费",
	"30217": "公务接待费", "30226": "劳务费", "30228": "工会经费", "30229": "福利费", "30231": "公务用车运行维护费", "30239": "其他交通费用", "30299": "其他商品和服务支出",
	"303": "对个人和家庭的补助", "30302": "退休费", "30305": "生活补助", "30309": "奖励金", "30399": "其他对个人和家庭的补助",
	"310": "资本性支出", "31002": "办公设备购置", "31003": "专用设备购置", "31013": "公务用车购置", "31099": "其他资本性支出",
}

// Ledger is the books of one department.
type Ledger struct {
	Org      string
	Kind     string // 行政, 参公, 事业
	Year     int
	entries  []entry
	income   map[string]money.Fen // general, fund, capital, superior, business, operating, attached, other
	opening  map[string]money.Fen // by fund
	closing  map[string]money.Fen
	prior    map[string]money.Fen // total, appropriation, general, people, office, mech
	initial  map[string]money.Fen // by class
	sangong  [12]money.Fen        // budget and actual: 2, 4, 5, 6 of each half are free, the others sums
	buy      [3]money.Fen         // goods, works, services
	sme      [2]money.Fen
	cars     [8]int
	counts   map[string]int
	rand     *rand.Rand
	deepText bool // explain items instead of classes
}

// NewLedger makes the books of a department.
func NewLedger(seed uint64) *Ledger {
	r := rand.New(rand.NewPCG(seed, 7))
	l := &Ledger{rand: r, Year: 2022 + r.IntN(4), Kind: []string{"行政", "参公", "事业"}[r.IntN(3)], income: map[string]money.Fen{}, opening: map[string]money.Fen{}, closing: map[string]money.Fen{}, prior: map[string]money.Fen{}, initial: map[string]money.Fen{}, counts: map[string]int{}}
	l.Org = []string{"清河", "安和", "明山", "平川", "东陵", "青石"}[r.IntN(6)] + []string{"县", "市", "区"}[r.IntN(3)] + []string{"农业农村局", "文化和旅游局", "民政局", "市场监督管理局", "政务服务中心", "机关事务服务中心"}[r.IntN(6)]
	l.deepText = r.IntN(2) == 0
	l.basics()
	l.projects()
	l.others()
	l.balance()
	l.history()
	l.things()
	return l
}

// amount is a random amount of about a scale in 元, to the 分 or in whole 元.
func (l *Ledger) amount(yuan int) money.Fen {
	n := money.Fen(1+l.rand.IntN(yuan*2)) * 100
	if l.rand.IntN(2) == 0 {
		n += money.Fen(l.rand.IntN(100))
	}
	return n
}

func (l *Ledger) add(fund, fn, econ string, project bool, fen money.Fen) {
	l.entries = append(l.entries, entry{fund, fn, econ, project, fen})
}

// basics are the staff and the office.
func (l *Ledger) basics() {
	run := map[string]string{"行政": "2010301", "参公": "2010301", "事业": "2010350"}[l.Kind]
	for _, e := range []string{"30101", "30102", "30103", "30199", "30309"} {
		l.add("general", run, e, false, l.amount(400_000))
	}
	if l.Kind == "事业" {
		l.add("general", run, "30107", false, l.amount(300_000))
	}
	for _, e := range []string{"30201", "30202", "30205", "30206", "30207", "30209", "30211", "30213", "30215", "30216", "30226", "30228", "30229", "30239", "30299", "31002"} {
		if l.rand.IntN(3) > 0 {
			l.add("general", run, e, false, l.amount(60_000))
		}
	}
	l.add("general", "2080505", "30108", false, l.amount(200_000))
	if l.rand.IntN(2) == 0 {
		l.add("general", "2080506", "30109", false, l.amount(100_000))
	}
	medical := "2101101"
	if l.Kind == "事业" {
		medical = "2101102"
	}
	l.add("general", medical, "30110", false, l.amount(90_000))
	if l.rand.IntN(2) == 0 {
		l.add("general", "2101103", "30111", false, l.amount(30_000))
	}
	l.add("general", "2210201", "30113", false, l.amount(150_000))
	if l.rand.IntN(3) == 0 {
		l.add("general", "2080501", "30302", false, l.amount(80_000))
	}
}

// projects are what is spent for special tasks.
func (l *Ledger) projects() {
	list := []string{"2010302", "2013202", "2050202", "2050203", "2050803", "2060702", "2070109", "2070199", "2080801", "2120104", "2130104", "2130122", "2210203"}
	l.rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	for _, fn := range list[:1+l.rand.IntN(8)] {
		l.add("general", fn, "", true, l.amount(900_000))
	}
	if l.rand.IntN(3) == 0 {
		l.add("fund", "2120804", "", true, l.amount(2_000_000))
	}
	if l.rand.IntN(6) == 0 {
		l.add("capital", "2230105", "", true, l.amount(100_000))
	}
}

// others is money that is no appropriation.
func (l *Ledger) others() {
	if l.rand.IntN(3) == 0 {
		l.add("own", "2070199", "", true, l.amount(300_000))
	}
}

// spent adds up entries.
func (l *Ledger) spent(keep func(entry) bool) money.Fen {
	var sum money.Fen
	for _, e := range l.entries {
		if keep(e) {
			sum += e.fen
		}
	}
	return sum
}

func (l *Ledger) fund(f string) money.Fen { return l.spent(func(e entry) bool { return e.fund == f }) }

// balance gives each fund an income and balances that fit what was spent.
func (l *Ledger) balance() {
	for _, f := range []string{"general", "fund", "capital", "own"} {
		spent := l.fund(f)
		if spent == 0 {
			continue
		}
		if l.rand.IntN(3) == 0 {
			l.opening[f] = spent / money.Fen(3+l.rand.IntN(20))
		}
		if l.rand.IntN(3) == 0 {
			l.closing[f] = spent / money.Fen(5+l.rand.IntN(20))
		}
		income := spent + l.closing[f] - l.opening[f]
		if f != "own" {
			l.income[f] = income
			continue
		}
		key := []string{"business", "other", "superior"}[l.rand.IntN(3)]
		l.income[key] = income
	}
}

// history is the year before and the budget.
func (l *Ledger) history() {
	vary := func(v money.Fen) money.Fen { return v * money.Fen(70+l.rand.IntN(60)) / 100 }
	l.prior["total"] = vary(l.total())
	l.prior["appropriation"] = vary(l.appropriation())
	l.prior["general"] = vary(l.fund("general"))
	l.prior["mech"] = vary(l.office())
	l.prior["people"] = vary(l.people())
	for _, c := range l.keys(func(e entry) bool { return e.fund == "general" }, 7) {
		spent := l.spent(func(e entry) bool { return e.fund == "general" && e.fn == c })
		l.initial[c] = vary(spent)
		if l.rand.IntN(6) == 0 {
			l.initial[c] = spent
		}
		if l.rand.IntN(8) == 0 {
			l.initial[c] = 0
		}
	}
}

func (l *Ledger) all() money.Fen { return l.spent(func(entry) bool { return true }) }

func (l *Ledger) total() money.Fen {
	sum := l.all()
	for _, v := range l.closing {
		sum += v
	}
	return sum
}

func (l *Ledger) appropriation() money.Fen {
	sum := l.spent(func(e entry) bool { return e.fund != "own" })
	for f, v := range l.closing {
		if f != "own" {
			sum += v
		}
	}
	return sum
}

func isPeople(econ string) bool { return econ != "" && (econ[:3] == "301" || econ[:3] == "303") }

func (l *Ledger) people() money.Fen {
	return l.spent(func(e entry) bool { return !e.project && isPeople(e.econ) })
}

func (l *Ledger) office() money.Fen {
	return l.spent(func(e entry) bool { return !e.project && !isPeople(e.econ) })
}

// keys lists the codes of entries, cut to a length, in order.
func (l *Ledger) keys(keep func(entry) bool, digits int) []string {
	seen := map[string]bool{}
	var out []string
	for _, e := range l.entries {
		if keep(e) && !seen[e.fn[:digits]] {
			seen[e.fn[:digits]] = true
			out = append(out, e.fn[:digits])
		}
	}
	slices.Sort(out)
	return out
}

// things are cars, purchases, travel.
func (l *Ledger) things() {
	if l.rand.IntN(2) == 0 {
		run, eat := l.amount(40_000), l.amount(8_000)
		l.add("general", l.entries[0].fn, "30231", false, run)
		l.income["general"] += run
		budget := func(v money.Fen) money.Fen { return v + l.amount(10_000) }
		l.sangong[4], l.sangong[5] = budget(run), budget(eat)
		l.sangong[10], l.sangong[11] = run, eat
		if l.rand.IntN(2) == 0 {
			l.sangong[1] = l.amount(20_000)
		}
		l.cars[4], l.cars[7] = 1+l.rand.IntN(3), l.rand.IntN(4)
		l.counts["批次"], l.counts["人次"] = 1+l.rand.IntN(9), 10+l.rand.IntN(90)
		for _, h := range []int{0, 6} {
			l.sangong[h+2] = l.sangong[h+3] + l.sangong[h+4]
			l.sangong[h] = l.sangong[h+1] + l.sangong[h+2] + l.sangong[h+5]
		}
		l.prior["total"], l.prior["appropriation"], l.prior["general"] = l.prior["total"]+run, l.prior["appropriation"]+run, l.prior["general"]+run
	}
	if l.rand.IntN(4) > 0 {
		l.buy = [3]money.Fen{l.amount(200_000), 0, l.amount(300_000)}
		if l.rand.IntN(2) == 0 {
			l.buy[1] = l.amount(500_000)
		}
		all := l.buy[0] + l.buy[1] + l.buy[2]
		l.sme[0] = all * money.Fen(30+l.rand.IntN(70)) / 100
		l.sme[1] = l.sme[0] * money.Fen(30+l.rand.IntN(71)) / 100
	}
}

// String names the books in the message of a test.
func (l *Ledger) String() string { return fmt.Sprintf("%s（%s）%d", l.Org, l.Kind, l.Year) }
