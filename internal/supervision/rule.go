package supervision

import (
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/crypt"
	"yichuang/internal/metric"
)

// Level is how grave an alert is (预警级别).
type Level string

// The levels. On clocks the upper two are called 黄牌 and 红牌, elsewhere 预警 and 报警.
const (
	Remind Level = "remind" // 提醒
	Yellow Level = "yellow" // 黄牌, 预警
	Red    Level = "red"    // 红牌, 报警
)

// Levels lists the levels, the lightest first.
var Levels = []Level{Remind, Yellow, Red}

// Label is the level's Chinese name for alerts of a type.
func (l Level) Label(t Type) string {
	if t == Timing {
		return map[Level]string{Remind: "提醒", Yellow: "黄牌", Red: "红牌"}[l]
	}
	return map[Level]string{Remind: "提醒", Yellow: "预警", Red: "报警"}[l]
}

// rank orders levels; it is what a clock's mark says.
func (l Level) rank() int64 { return int64(slices.Index(Levels, l) + 1) }

// Type is what a rule is about (预警类型, GB/T 39046 表 11).
type Type string

// The types.
const (
	Timing  Type = "时效"
	Process Type = "流程"
	Content Type = "内容"
	Fee     Type = "收费"
	Risk    Type = "风险"
	Other   Type = "其他"
)

// Types lists the types in the order of the standard.
var Types = []Type{Timing, Process, Content, Fee, Risk, Other}

// Check (判定) is the pure test behind a rule.
type Check string

// The checks. The number that a rule carries is their parameter.
const (
	CheckBefore       Check = "before"       // N working days before the end of a limit
	CheckOver         Check = "over"         // over by N working days
	CheckStep         Check = "step"         // a step over by N working days, even if the whole is in time
	CheckLaw          Check = "law"          // N working days before the law decides by silence
	CheckDeemed       Check = "deemed"       // accepted by law
	CheckNotices      Check = "notices"      // told to supply for the Nth time
	CheckLateNotice   Check = "late_notice"  // told to supply after acceptance
	CheckRefused      Check = "refused"      // not accepted
	CheckBackdated    Check = "backdated"    // a day in the past was entered
	CheckUnauthorized Check = "unauthorized" // tried without authority
	CheckNoStep       Check = "no_step"      // closed without an examination or decision
	CheckOrder        Check = "order"        // steps out of order
	CheckNoVoucher    Check = "no_voucher"   // no notice of acceptance
	CheckNoDecision   Check = "no_decision"  // no paper of the decision
	CheckNoSummary    Check = "no_summary"   // no opinion of the examination
	CheckNoMaterial   Check = "no_material"  // a material is missing at the end
	CheckFee          Check = "fee"          // paid off the charge by more than N percent
	CheckPledge       Check = "pledge"       // a declaration was false
	CheckPool         Check = "pool"         // a posted worker left and nobody of the department can take the case
	CheckByHand       Check = "by_hand"      // 人工督办
)

const (
	maxRules    = 60                  // of a rule set
	maxRuleText = 200                 // characters of a name or source
	everyLevel  = "remind yellow red" // which a rule may carry
)

var checkLabels = map[Check]string{CheckBefore: "期限届满前", CheckOver: "超过期限", CheckStep: "环节超时", CheckLaw: "法定默示期限届满前", CheckDeemed: "视为受理", CheckNotices: "多次补正", CheckLateNotice: "受理后补正",
	CheckRefused: "不予受理", CheckBackdated: "倒填日期", CheckUnauthorized: "越权办理", CheckNoStep: "无环节办结", CheckOrder: "环节顺序颠倒", CheckNoVoucher: "缺受理通知书", CheckNoDecision: "缺决定书",
	CheckNoSummary: "缺审查意见", CheckNoMaterial: "缺申请材料", CheckFee: "收费偏离标准", CheckPledge: "承诺不实", CheckPool: "无人承接", CheckByHand: "人工督办"}

var checkUnits = map[Check]string{CheckBefore: "个工作日", CheckOver: "个工作日", CheckStep: "个工作日", CheckLaw: "个工作日", CheckNotices: "次", CheckFee: "%"}

// Label is the check's Chinese name.
func (c Check) Label() string { return checkLabels[c] }

// Unit is what the number of a rule of this check counts; "" where it has none.
func (c Check) Unit() string { return checkUnits[c] }

// Rule (监察规则) is one thing that must be said, at which level, on which source. One whose source is inferred is not confirmed
// (未确认).
type Rule struct {
	Code      string `json:"code"` // 监察规则编号
	Name      string `json:"name"`
	Type      Type   `json:"type"`
	Level     Level  `json:"level"`
	Check     Check  `json:"check"`
	N         int64  `json:"n,omitempty"`
	Off       bool   `json:"off,omitempty"`
	Source    string `json:"source"`
	Confirmed bool   `json:"confirmed"`
}

// Grade (等次) is what a unit must keep to in a period to get it: at most Reds red cards and alarms, at most Rate yellow and
// red ones per 10000 closed cases, at most Unanswered alerts that were not answered in time.
type Grade struct {
	Name       string `json:"name"`
	Reds       int64  `json:"reds"`
	Rate       int64  `json:"rate"`
	Unanswered int64  `json:"unanswered"`
}

// Rules (规则集) is what a revision holds.
type Rules struct {
	Rules      []Rule  `json:"rules"`
	Grades     []Grade `json:"grades"`      // the best first; whoever keeps none gets Worst
	Worst      string  `json:"worst"`       // 不合格
	AnswerDays int64   `json:"answer_days"` // working days for the answer
	Repeats    int64   `json:"repeats"`     // how often the same reason makes a signal
	Burst      int64   `json:"burst"`       // how many decisions within BurstMinutes make one
	Minutes    int64   `json:"burst_minutes"`
	Near       int64   `json:"near"`                  // working days before the end within which a special procedure is one
	Pledge     int64   `json:"pledge_days,omitempty"` // working days to check a declaration (告知承诺) where the item says nothing; 0 in rule sets from before it
}

// Find gives the rule in use of a check, the first by level; ok is false where there is none.
func (r *Rules) Find(c Check) (Rule, bool) {
	for _, x := range r.Rules {
		if x.Check == c && !x.Off {
			return x, true
		}
	}
	return Rule{}, false
}

// at gives the rule in use of a check with a level.
func (r *Rules) at(c Check, l Level) (Rule, bool) {
	for _, x := range r.Rules {
		if x.Check == c && x.Level == l && !x.Off {
			return x, true
		}
	}
	return Rule{}, false
}

// Validate checks a rule set as a whole.
func (r *Rules) Validate() error {
	e := ErrRules
	if len(r.Rules) == 0 || len(r.Rules) > maxRules {
		e = e.Field("rules", "规则应有 1 至 %d 条。", maxRules)
	}
	codes, seen := map[string]bool{}, map[string]bool{}
	for i, x := range r.Rules {
		field := "rules." + itoa(i)
		key := string(x.Check) + "/" + string(x.Level)
		switch {
		case codes[x.Code] || x.Code == "":
			e = e.Field(field, "规则编号“%s”为空或重复。", x.Code)
		case checkLabels[x.Check] == "" || !slices.Contains(Types, x.Type) || !strings.Contains(everyLevel, string(x.Level)) || x.Level == "":
			e = e.Field(field, "规则 %s 的判定、类型或级别不对。", x.Code)
		case seen[key]:
			e = e.Field(field, "规则 %s：同一判定的同一级别只能有一条。", x.Code)
		case x.Check.Unit() != "" && (x.N < 0 || x.N > 100) || x.Check == CheckOver && x.N < 1 || x.Check == CheckNotices && x.N < 2:
			e = e.Field(field, "规则 %s 的数值超出范围。", x.Code)
		case utf8.RuneCountInString(x.Name) == 0 || utf8.RuneCountInString(x.Name) > maxRuleText || utf8.RuneCountInString(x.Source) > maxRuleText:
			e = e.Field(field, "规则 %s 的名称不能为空，名称和依据各 %d 个字以内。", x.Code, maxRuleText)
		}
		codes[x.Code], seen[key] = true, true
	}
	if y, ok := r.at(CheckOver, Yellow); ok {
		if d, ok := r.at(CheckOver, Red); ok && d.N <= y.N {
			e = e.Field("rules", "红牌的超期天数应多于黄牌。")
		}
	}
	if r.AnswerDays < 1 || r.AnswerDays > 60 || r.Repeats < 2 || r.Burst < 2 || r.Minutes < 1 || r.Near < 0 || r.Pledge < 0 || r.Pledge > 250 || len(r.Grades) == 0 || r.Worst == "" {
		e = e.Field("params", "回告期限、信号参数和等次不能为空。")
	}
	return e.OrNil()
}

func (r *Rules) text() (text, hash string, err error) {
	b, err := json.Marshal(r)
	sum := crypt.SM3(b)
	return string(b), hex.EncodeToString(sum[:]), err
}

// GradeOf is the best grade that a unit keeps to. Whoever closed nothing and got no card has none.
func (r *Rules) GradeOf(reds, unanswered int64, cards metric.Ratio) string {
	if cards.Den == 0 && cards.Num == 0 {
		return metric.None
	}
	for _, g := range r.Grades {
		if reds <= g.Reds && unanswered <= g.Unanswered && cards.Num*10000 <= g.Rate*max(cards.Den, 1) {
			return g.Name
		}
	}
	return r.Worst
}
