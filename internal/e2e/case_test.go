package e2e

import (
	"regexp"
	"testing"

	"yichuang/internal/rating"
)

// matter is one application of a citizen, from the window to the paper.
type matter struct {
	*house
	no    string // of the case
	path  string // of its sheet
	query string // 查询码 of the receipt
	paper struct{ no, verify, rate string }
}

const (
	matterItem   = "人力资源服务许可"
	matterPhone  = "10000990021"
	matterResult = "622901-2026-0088"
)

// TestAVisitToTheCertificate is the walk of a citizen who takes a number, applies at the window, gets a decision on paper
// that anybody can verify, and says on a telephone how it was. Window, chief representative and approver do one step each.
func TestAVisitToTheCertificate(t *testing.T) {
	browser(t)
	m := &matter{house: openHouse(t)}
	v := m.arrives(t)
	m.receive(v.window)
	m.does(v.window, "受理", "审查中", nil)
	m.does(m.staff(t, "zhoumin"), "审查", "待决定", func(p *person) { p.fills("审查意见", "材料齐全，符合规定条件，建议准予。") })
	m.does(m.staff(t, "tiandong"), "准予", "制证中", func(p *person) { p.fills("意见", "同意。") })
	m.does(v.window, "制证", "待送达", func(p *person) { p.fills("证照或批文编号", matterResult) })
	m.prints(v.window)
	m.does(v.window, "送达", "办结", nil)
	m.signs(v.window)
	v.window.opens("/hall/desk")
	v.window.clicks("办完")
	v.window.sees("手上没有号")
	m.verifies(t)
	m.says(t, v)
}

// receive takes the application at the window of the number.
func (m *matter) receive(p *person) {
	p.t.Helper()
	p.opens("/casework/new")
	p.fills("事项名称、部门或主题", matterItem)
	p.clicks("查找事项")
	p.clicks(matterItem)
	p.sees("承诺 8 个工作日")
	p.fills("姓名或单位名称", "马永兰")
	p.fills("证件号码", "622901199003071239")
	p.fills("联系电话", matterPhone)
	p.clicks("人工核对证件")
	p.clicks("人力资源服务许可申请表")
	p.clicks("专职工作人员资格材料")
	p.fills("窗口编号", "人社 1 号")
	p.clicks("接件并出回执")
	p.at("/casework/cases/B")
	p.sees("已接件，接件回执")
	m.path = read[string](p, "location.pathname")
	m.no = m.path[len("/casework/cases/"):]
	p.clicksIn("#papers", "接件回执")
	p.at("/casework/vouchers/")
	p.sees("接件回执", m.no, matterItem, "已收材料")
	m.query = p.text(".big-number")
}

// does finds the case in the list and takes its next step by the form on its sheet.
func (m *matter) does(p *person, step, state string, fill func(*person)) {
	p.t.Helper()
	p.opens("/casework")
	p.clicksIn("main", m.no)
	p.at(m.path)
	p.clicksIn(".act-tabs", step)
	p.waits("the form of "+step, `document.querySelector(".act-form h2").innerText === "`+step+`"`)
	p.settles()
	if fill != nil {
		fill(p)
	}
	p.clicksIn(".act-form", step)
	p.sees(step + "已办理，办件现在是“" + state + "”")
}

var paperCodes = regexp.MustCompile(`验证码 ([0-9A-Z]{10})，.*评价码 ([0-9A-Z]{10}) `)

// prints opens the decision as it is printed, and reads what it says of itself.
func (m *matter) prints(p *person) {
	p.t.Helper()
	p.sees("证照编号", matterResult)
	p.clicksIn("#papers", "准予决定书")
	p.at("/casework/vouchers/")
	p.sees("临夏市人力资源和社会保障局", "准予决定书", "马永兰：", m.no, matterItem, "决定准予", "（印章）", "2026年5月14日")
	m.paper.no = p.text("main > h1 + p")
	if !regexp.MustCompile(`^政务准〔2026〕\d{5}号$`).MatchString(m.paper.no) {
		p.t.Errorf("the decision has the number %q", m.paper.no)
	}
	codes := paperCodes.FindStringSubmatch(p.text(".paper-foot"))
	if codes == nil {
		p.t.Fatalf("no codes on the decision\n%s", p.screen())
	}
	m.paper.verify, m.paper.rate = codes[1], codes[2]
	p.clicks("返回")
	p.at(m.path)
	p.waits("printed", `[...document.querySelectorAll("#papers tr")].some((r) => r.innerText.includes("准予决定书") && r.innerText.includes("已打印"))`)
}

// signs prints what the applicant signs on delivery.
func (m *matter) signs(p *person) {
	p.t.Helper()
	p.clicksIn("#papers", "送达回证")
	p.at("/casework/vouchers/")
	p.sees("送达回证", "准予决定书、"+matterResult, "受送达人（签名或盖章）", m.paper.rate)
}

// verifies asks on a telephone whether the decision is genuine: with a wrong code nothing is said, with the right one it is.
func (m *matter) verifies(t *testing.T) {
	p := m.citizen(t)
	p.opens("/cases")
	p.clicks("到文书验证")
	p.fills("文书编号", m.paper.no)
	p.fills("验证码", m.paper.rate) // another code of the same paper
	p.clicks("验证")
	p.waits("refused", `document.querySelector(".problems")`)
	p.seesNot(m.no)
	p.fills("验证码", m.paper.verify)
	p.clicks("验证")
	p.sees("这份文书是本中心出具的", "准予决定书", m.paper.no, matterItem, m.no, "马**")
	p.seesNot("马永兰")
}

// says rates the case from its progress, by the code that stands on the paper; the slip of the number gives no second rating.
// Whoever supervises sees on the sheet that it was rated.
func (m *matter) says(t *testing.T, v visit) {
	s := m.staff(t, "sunli")
	s.opens(m.path)
	s.sees("待评价")
	p := m.citizen(t)
	p.opens("/rate")
	p.fills("评价码或回执码", v.code)
	p.clicks("去评价")
	p.sees(rating.ErrCode.Public)
	p.opens("/cases")
	p.fills("查询码", m.query)
	p.fills("手机号后四位", matterPhone[len(matterPhone)-4:])
	p.clicks("查询")
	p.sees("办件进度", m.no, "已作出准予决定", "证照已制作", "已送达", "已办结")
	p.clicks("评价这次服务")
	p.at("/rate/s/" + m.paper.rate)
	p.sees(matterItem)
	p.clicks("非常满意")
	p.clicks("提交评价")
	p.at("/rate/r/")
	p.sees("谢谢您的评价", "非常满意", "回执码")
	s.opens(m.path)
	s.sees("已评价")
}
