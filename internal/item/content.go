package item

import (
	"slices"

	"yichuang/internal/money"
	"yichuang/internal/org"
)

// Content is what a version of an item says: the fields of the item's basic information in GB/T 39046-2020, table 4, with
// those that later lists added (到现场次数, 网办深度, 材料来源渠道). It is one value: a version that was submitted keeps it
// unchanged, sealed by its hash, and cases that pin the version find in it the limits, materials and steps of their day.
type Content struct {
	Name           string     `json:"name"`            // 事项名称
	MainName       string     `json:"main_name"`       // 主项名称
	BaseCode       string     `json:"base_code"`       // 基本编码
	Code           string     `json:"code"`            // 实施编码
	BusinessCode   string     `json:"business_code"`   // 业务办理项编码
	Profile        string     `json:"profile"`         // which rule of lengths the codes follow: see Profiles
	Kind           Kind       `json:"kind"`            // 事项类型
	Level          string     `json:"level"`           // 行使层级
	OrganCode      string     `json:"organ_code"`      // 实施主体编码 (统一社会信用代码)
	OrganNature    string     `json:"organ_nature"`    // 实施主体性质
	Bases          []Basis    `json:"bases"`           // 设定依据
	CaseKind       CaseKind   `json:"case_kind"`       // 办件类型
	Statutory      Limit      `json:"statutory"`       // 法定办结时限
	StatutoryBasis string     `json:"statutory_basis"` // 法定办结时限说明: the article
	Promise        Limit      `json:"promise"`         // 承诺办结时限
	PromiseNote    string     `json:"promise_note"`    // 承诺办结时限说明
	Correction     Limit      `json:"correction"`      // 补正期限: by when the applicant supplies what was told
	Conditions     []string   `json:"conditions"`      // 受理条件
	Quota          string     `json:"quota"`           // 数量限制
	Intermediaries string     `json:"intermediaries"`  // 中介服务
	Joint          Joint      `json:"joint"`           // 共同实施部门
	Undertaker     string     `json:"undertaker"`      // 承办机构
	Materials      []Material `json:"materials"`
	// Situations are the questions whose answers choose materials (情形).
	Situations  []Situation      `json:"situations"`
	Steps       []StepTemplate   `json:"steps"`       // 办理流程
	Suspensions []SuspensionRule `json:"suspensions"` // 特别程序 that this item knows
	Fees        []FeeItem        `json:"fees"`
	Result      Result           `json:"result"`
	Objects     []string         `json:"objects"`       // 服务对象
	Channels    []string         `json:"channels"`      // 办理形式
	Themes      []string         `json:"themes"`        // 主题
	Scope       string           `json:"scope"`         // 通办范围
	Depth       string           `json:"depth"`         // 网上办理深度
	Visits      SiteVisits       `json:"site_visits"`   // 到办事现场次数
	Bookable    bool             `json:"bookable"`      // 支持预约
	PayOnline   bool             `json:"pay_online"`    // 支持网上支付
	Express     bool             `json:"express"`       // 支持物流快递
	Kiosk       bool             `json:"kiosk"`         // 支持自助终端
	InHall      bool             `json:"in_hall"`       // 进驻大厅
	Tolerant    bool             `json:"tolerant"`      // 容缺受理
	Commitment  bool             `json:"commitment"`    // 告知承诺
	TwoCheckers bool             `json:"two_checkers"`  // 实质审查须两人以上
	Silent      bool             `json:"silent"`        // 逾期未补正视为撤回
	Minutes     int              `json:"std_minutes"`   // 标准工时, in minutes
	Place       string           `json:"place"`         // 办理地点
	Hours       string           `json:"hours"`         // 办理时间
	Consult     string           `json:"consult_phone"` // 咨询电话
	Complaint   string           `json:"complaint_phone"`
	Online      string           `json:"online_address"` // 网上办理地址
	Remedy      string           `json:"remedy"`         // 行政复议和行政诉讼
	// Renewal is left out of the text of a version that says nothing about it, so that seals from before it hold.
	Renewal Renewal `json:"renewal,omitzero"`
	// PledgeCheck (承诺核查期限) is by when a declaration is checked after the decision; left out where the rules' own holds.
	PledgeCheck Limit `json:"pledge_check,omitzero"`
	// First says which lower organ reviews first (初审); left out where none does.
	First FirstReview `json:"first_review,omitzero"`
	// Sample shows what the applicant gets; left out where there is none. Package item alone writes it.
	Sample Sample `json:"sample,omitzero"`
	// Members are the items of a package (一件事), by id; the unit of the package leads. Empty for a single item.
	Members []string `json:"members,omitempty"`
}

// Basis (设定依据) is an article that an item rests on.
type Basis struct {
	Document string `json:"document"`
	Article  string `json:"article"`
}

// Joint (联办) says whether several organs decide together, which has limits of its own (行政许可法 art. 42).
type Joint struct {
	Mode  string   `json:"mode"` // see JointModes
	Lead  string   `json:"lead"`
	Units []string `json:"units"`
}

// Active reports whether the item is decided by several organs together.
func (j Joint) Active() bool { return j.Mode != "" }

// JointModes lists the ways in which several organs work together.
func JointModes() []org.Choice {
	return []org.Choice{{Value: "", Label: "单独办理"}, {Value: "unified", Label: "统一办理"}, {Value: "joint", Label: "联合办理"}, {Value: "central", Label: "集中办理"}}
}

// Material (材料) is one thing that an applicant hands in, or that the office fetches itself.
type Material struct {
	Code      string `json:"code"` // unique in the version: M1, M2, …
	Name      string `json:"name"`
	Form      string `json:"form"`      // see Forms
	Originals int    `json:"originals"` // 原件份数
	Copies    int    `json:"copies"`    // 复印件份数
	Source    string `json:"source"`    // see Sources
	Issuer    string `json:"issuer"`    // 出具机构
	Standard  string `json:"standard"`  // 受理标准
	Optional  bool   `json:"optional"`  // 非必要: may be handed in
	Waivable  bool   `json:"waivable"`  // 可容缺: may follow after acceptance
}

// Handed reports whether the applicant must bring it: what the office verifies itself counts for nobody's trouble.
func (m Material) Handed() bool { return !m.Optional && m.Source != "shared" }

// Situation (情形) is a question whose answer decides which materials are needed.
type Situation struct {
	Code     string         `json:"code"`
	Question string         `json:"question"`
	Answers  []SituationWay `json:"answers"`
}

// SituationWay is one answer to a situation's question, with the materials that it needs.
type SituationWay struct {
	Code      string   `json:"code"`
	Label     string   `json:"label"`
	Materials []string `json:"materials"`
}

// StepTemplate (环节) is one step of the procedure, with the role that takes it.
type StepTemplate struct {
	Code  string `json:"code"`
	Name  string `json:"name"`
	Role  string `json:"role"` // see StepRoles
	Limit Limit  `json:"limit"`
	Note  string `json:"note"`
	Stage string `json:"stage,omitempty"` // see Stages; "" in versions from before steps named it
}

// StepRoles lists who takes a step.
func StepRoles() []org.Choice {
	return []org.Choice{{Value: org.RoleWindow, Label: "窗口人员"}, {Value: org.RoleChiefRep, Label: "首席代表"}, {Value: org.RoleApprover, Label: "部门审批人"}}
}

// SuspensionRule is a special procedure (特别程序) that may stop this item's clock: its kind, the article, and how long at
// most.
type SuspensionRule struct {
	Kind  string `json:"kind"` // see SuspensionKinds
	Basis string `json:"basis"`
	Max   Limit  `json:"max"`
}

// Survey is the kind of suspension that 行政许可法 art. 45 does not name: it needs a basis of its own.
const Survey = "survey"

// SuspensionKinds lists what may stop a clock: the eight of 行政许可法 art. 45, and 现场勘验 where another rule says so.
func SuspensionKinds() []org.Choice {
	return []org.Choice{{Value: "hearing", Label: "听证"}, {Value: "bidding", Label: "招标"}, {Value: "auction", Label: "拍卖"}, {Value: "inspection", Label: "检验"}, {Value: "testing", Label: "检测"},
		{Value: "quarantine", Label: "检疫"}, {Value: "appraisal", Label: "鉴定"}, {Value: "expert", Label: "专家评审"}, {Value: Survey, Label: "现场勘验"}}
}

// FeeItem (收费项目) is one charge.
type FeeItem struct {
	Name      string    `json:"name"`
	Basis     string    `json:"basis"`
	Fen       money.Fen `json:"fen"`
	Per       string    `json:"per"`       // 计费单位: 证, 次, 平方米
	Standard  string    `json:"standard"`  // the rule in words, where it is no fixed amount
	Reduction string    `json:"reduction"` // 减免依据
}

// Result (办理结果) is what the applicant gets.
type Result struct {
	Name     string `json:"name"`
	Kind     string `json:"kind"`     // see ResultKinds
	Validity string `json:"validity"` // 有效期
}

// SiteVisits (到办事现场次数) is how often one must come, with the reason where it is more than once.
type SiteVisits struct {
	N      int    `json:"n"`
	Reason string `json:"reason"`
}

// IsPackage reports whether this is a package (一件事).
func (c *Content) IsPackage() bool { return len(c.Members) > 0 }

// chosen lists the materials that some answer asks for.
func (c *Content) chosen() map[string]bool {
	out := map[string]bool{}
	for _, s := range c.Situations {
		for _, w := range s.Answers {
			for _, m := range w.Materials {
				out[m] = true
			}
		}
	}
	return out
}

// MaterialsFor lists the materials of an applicant who answered the situations: code of the situation to code of the answer.
// What no answer asks for is always needed; a question that was not answered asks for all that it might.
func (c *Content) MaterialsFor(answers map[string]string) []Material {
	asked := map[string]bool{}
	for _, s := range c.Situations {
		known := slices.ContainsFunc(s.Answers, func(w SituationWay) bool { return w.Code == answers[s.Code] })
		for _, w := range s.Answers {
			if !known || w.Code == answers[s.Code] {
				for _, m := range w.Materials {
					asked[m] = true
				}
			}
		}
	}
	chosen := c.chosen()
	var out []Material
	for _, m := range c.Materials {
		if !chosen[m.Code] || asked[m.Code] {
			out = append(out, m)
		}
	}
	return out
}

// Material finds a material by its code.
func (c *Content) Material(code string) (Material, bool) {
	i := slices.IndexFunc(c.Materials, func(m Material) bool { return m.Code == code })
	if i < 0 {
		return Material{}, false
	}
	return c.Materials[i], true
}

// Suspension finds the rule of a kind of special procedure; ok is false where this item knows none.
func (c *Content) Suspension(kind string) (SuspensionRule, bool) {
	i := slices.IndexFunc(c.Suspensions, func(s SuspensionRule) bool { return s.Kind == kind })
	if i < 0 {
		return SuspensionRule{}, false
	}
	return c.Suspensions[i], true
}
