package workforce

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/emmansun/gmsm/sm3"

	"yichuang/internal/clock"
)

// Points are hundredths of a point, so that halves and sums are exact.

// Item (考核项目) is one of the headings that the hundred points are spread over.
type Item struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	Weight int64  `json:"weight"` // hundredths of a point
}

// Charge (扣分标准) is what one kind of event costs or, under the item Bonus, gives.
type Charge struct {
	Code   string `json:"code"`
	Item   string `json:"item"`
	Name   string `json:"name"`
	Points int64  `json:"points"`            // each time
	PerDay int64  `json:"per_day,omitempty"` // for each working day over the limit
	Cap    int64  `json:"cap,omitempty"`     // most that one event may come to; 0 for none
	Shared bool   `json:"shared,omitempty"`  // the chief representative bears a share of it
	Veto   bool   `json:"veto,omitempty"`    // no award in this year (一票否决)
	Free   bool   `json:"free,omitempty"`    // whoever files it says how much, up to the cap
	Auto   bool   `json:"auto,omitempty"`    // proposed by the machine
}

// The items of rule set v1, and the heading of what is added.
const (
	ItemAttendance   = "attendance"
	ItemEfficiency   = "efficiency"
	ItemService      = "service"
	ItemDiscipline   = "discipline"
	ItemHousekeeping = "housekeeping"
	ItemBonus        = "bonus"
)

// The codes that machines propose.
const (
	CodeLate      = "late"       // 迟到、早退
	CodeLacking   = "lacking"    // 缺卡
	CodeAbsent    = "absent"     // 旷工半天
	CodeAway      = "away"       // 离岗
	CodeOverrun   = "overrun"    // 办件超过承诺时限
	CodeUntold    = "untold"     // 未一次性告知
	CodeComplaint = "complaint"  // 投诉属实
	CodeBadRating = "bad_rating" // 有效差评
	CodeExposure  = "exposure"   // 通报、曝光
)

// Definition is what a rule set says.
type Definition struct {
	Base       int64    `json:"base"`
	Items      []Item   `json:"items"`
	Charges    []Charge `json:"charges"`
	BonusCap   int64    `json:"bonus_cap"`
	Floor      bool     `json:"floor"` // a score is never shown below 0
	ShareNum   int64    `json:"share_num"`
	ShareDen   int64    `json:"share_den"` // the chief representative's share of what the window loses
	AwayFrom   int64    `json:"away_from"` // minutes from which late is being away
	ShownDays  int64    `json:"shown_days"`
	PassFrom   int64    `json:"pass_from"`   // 合格
	NearlyFrom int64    `json:"nearly_from"` // 基本合格
	Ladder     []Rung   `json:"ladder"`
}

// DefaultDefinition is rule set v1 of the hall reference §5, with values adapted from published local rules (§1.4). Late by
// more than 10 and less than 15 minutes costs what 10 cost: the published tables leave the gap, and doubt favours the person.
func DefaultDefinition() Definition {
	return Definition{Base: 10000, BonusCap: 500, Floor: true, ShareNum: 1, ShareDen: 2, AwayFrom: 15, ShownDays: 3, PassFrom: 8000, NearlyFrom: 6000, Ladder: DefaultLadder(),
		Items: []Item{{ItemAttendance, "考勤", 2000}, {ItemEfficiency, "办件时效与质量", 3000}, {ItemService, "服务评价", 2000}, {ItemDiscipline, "纪律规范", 2000}, {ItemHousekeeping, "学习内务", 1000}},
		Charges: []Charge{
			{Code: CodeLate, Item: ItemAttendance, Name: "迟到、早退（不足 15 分钟）", Points: 100, Auto: true}, {Code: CodeLacking, Item: ItemAttendance, Name: "缺卡", Points: 200, Auto: true},
			{Code: CodeAbsent, Item: ItemAttendance, Name: "旷工半天", Points: 500, Auto: true}, {Code: CodeAway, Item: ItemAttendance, Name: "离岗 15 分钟以上", Points: 300, Auto: true},
			{Code: CodeOverrun, Item: ItemEfficiency, Name: "办件超过承诺时限", Points: 200, PerDay: 100, Cap: 500, Shared: true, Auto: true},
			{Code: CodeUntold, Item: ItemEfficiency, Name: "未一次性告知", Points: 200, Shared: true, Auto: true},
			{Code: CodeComplaint, Item: ItemService, Name: "投诉属实", Points: 500, Shared: true, Auto: true}, {Code: CodeBadRating, Item: ItemService, Name: "有效差评", Points: 200, Shared: true, Auto: true},
			{Code: CodeExposure, Item: ItemDiscipline, Name: "被通报、媒体曝光", Points: 1500, Shared: true, Veto: true},
			{Code: "breach", Item: ItemDiscipline, Name: "违反工作纪律或行为规范", Points: 100, Cap: 500, Shared: true, Free: true},
			{Code: "housekeeping", Item: ItemHousekeeping, Name: "学习、内务不符合要求", Points: 100, Cap: 300, Free: true},
			{Code: "bonus", Item: ItemBonus, Name: "表彰、先进做法等加分", Points: 100, Cap: 300, Free: true},
		}}
}

// charge finds a charge by its code.
func (d *Definition) charge(code string) (Charge, bool) {
	i := slices.IndexFunc(d.Charges, func(c Charge) bool { return c.Code == code })
	if i < 0 {
		return Charge{}, false
	}
	return d.Charges[i], true
}

// Cost is what one event comes to: so much each time, more for each day over, and never more than the cap.
func (c Charge) Cost(times, days int64) int64 {
	n := (c.Points + c.PerDay*max(days, 0)) * max(times, 1)
	if c.Cap > 0 {
		n = min(n, c.Cap)
	}
	return n
}

// Check refuses a definition that cannot be applied.
func (d *Definition) Check() error {
	e := ErrInput
	sum := int64(0)
	known := map[string]bool{ItemBonus: true}
	for _, it := range d.Items {
		if known[it.Code] || strings.TrimSpace(it.Name) == "" || it.Weight <= 0 {
			e = e.Field("items", "考核项目“%s”的编号重复、没有名称，或分值不大于 0。", it.Name)
		}
		known[it.Code] = true
		sum += it.Weight
	}
	if sum != d.Base {
		e = e.Field("items", "各项目分值合计 %s 分，应等于基础分 %s 分。", PointsText(sum), PointsText(d.Base))
	}
	codes := map[string]bool{}
	for _, c := range d.Charges {
		if codes[c.Code] || !known[c.Item] || strings.TrimSpace(c.Name) == "" || c.Points < 0 || c.PerDay < 0 || c.Cap < 0 || c.Points > 10000 {
			e = e.Field("charge."+c.Code, "“%s”的编号重复、项目不存在，或分值不在 0 到 100 之间。", c.Name)
		}
		codes[c.Code] = true
	}
	for _, c := range []string{CodeLate, CodeLacking, CodeAbsent, CodeAway, CodeOverrun, CodeUntold, CodeComplaint, CodeBadRating} {
		if !codes[c] {
			e = e.Field("charges", "缺少自动归集需要的标准“%s”。", c)
		}
	}
	if d.ShareDen <= 0 || d.ShareNum < 0 || d.ShareNum > d.ShareDen {
		e = e.Field("share_num", "首席代表连带比例应在 0 到 1 之间。")
	}
	if d.AwayFrom < 1 || d.AwayFrom > 120 || d.ShownDays < 1 || d.ShownDays > 20 || d.BonusCap < 0 || d.PassFrom < d.NearlyFrom || len(d.Ladder) == 0 {
		e = e.Field("away_from", "离岗分钟数、公示工作日、加分上限、等次界限或审批权限不合理。")
	}
	return e.OrNil()
}

// PointsText writes hundredths of a point: 97.00, −2.50.
func PointsText(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "−", -n
	}
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}

// RuleState is where a rule set stands.
type RuleState string

// The states of a rule set.
const (
	RulesDraft   RuleState = "draft"    // 拟订
	RulesInForce RuleState = "in_force" // 已启用
)

// Label is the Chinese name.
func (s RuleState) Label() string {
	return map[RuleState]string{RulesDraft: "拟订", RulesInForce: "已启用"}[s]
}

// RuleSet (考核规则) is a version of the rules, in force from a month on until a later one is.
type RuleSet struct {
	CentreID  string        `db:"centre_id" json:"-"`
	ID        string        `db:"id" json:"id"`
	Number    int64         `db:"number" json:"number"`
	Name      string        `db:"name" json:"name"`
	Text      string        `db:"definition" json:"-"`
	Hash      string        `db:"hash" json:"hash"`
	Basis     string        `db:"basis" json:"basis"`
	Confirmed bool          `db:"confirmed" json:"confirmed"`
	State     RuleState     `db:"state" json:"state"`
	From      clock.Date    `db:"from_month" json:"from,omitzero"`
	ByUser    string        `db:"by_user" json:"-"`
	At        clock.Instant `db:"at" json:"at"`
	Version   int64         `db:"version" json:"version"`
	Def       Definition    `db:"-" json:"definition"`
}

func (r RuleSet) revision() int64 { return r.Version }

// seal writes the definition as text with its SM3.
func (r *RuleSet) seal(d Definition) error {
	b, err := json.Marshal(d)
	if err != nil {
		return err
	}
	sum := sm3.Sum(b)
	r.Def, r.Text, r.Hash = d, string(b), hex.EncodeToString(sum[:])
	return nil
}

func (r *RuleSet) read() error { return json.Unmarshal([]byte(r.Text), &r.Def) }

// builtIn is rule set v1 as the product brings it, which holds until a centre puts its own in force (未确认).
func builtIn() (RuleSet, error) {
	r := RuleSet{Number: 0, Name: "预置规则", Basis: "参照公开的窗口考核办法整理，未经本中心确认", State: RulesInForce, From: clock.NoDate}
	return r, r.seal(DefaultDefinition())
}
