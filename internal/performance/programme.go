package performance

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/performance/score"
	"yichuang/internal/store"
)

// Programme (绩效评价对象) is what is evaluated in a year: the department's whole expenditure, or one project.
type Programme struct {
	CentreID    string     `db:"centre_id" json:"-"`
	ID          string     `db:"id" json:"id"`
	Year        int        `db:"year" json:"year"`
	Kind        score.Kind `db:"kind" json:"kind"`
	Project     string     `db:"project" json:"project,omitempty"` // code in the accounts, "" for the whole department
	Name        string     `db:"name" json:"name"`
	Supervisor  string     `db:"supervisor" json:"supervisor"`   // 主管部门
	Implementer string     `db:"implementer" json:"implementer"` // 实施单位
	Goal        string     `db:"goal" json:"goal"`               // 预期目标
	Outcome     string     `db:"outcome" json:"outcome"`         // 实际完成情况
	FundReason  string     `db:"fund_reason" json:"fund_reason,omitempty"`
	// Profile is the part of the budget, in percent, that should be spent by the end of each month: twelve numbers; "" for an
	// even course.
	Profile string        `db:"profile" json:"profile,omitempty"`
	State   State         `db:"state" json:"state"`
	Round   int64         `db:"round" json:"round"`
	Policy  string        `db:"policy" json:"policy,omitempty"` // that the submitted form was scored by
	Score   int64         `db:"score" json:"score"`             // hundredths, where Scored
	Grade   string        `db:"grade" json:"grade,omitempty"`
	Scored  bool          `db:"scored" json:"scored"`
	Filled  string        `db:"filled_by" json:"filled_by,omitempty"`
	Section string        `db:"section_by" json:"section_by,omitempty"`
	Finance string        `db:"finance_by" json:"finance_by,omitempty"`
	Lead    string        `db:"locked_by" json:"locked_by,omitempty"`
	LockAt  clock.Instant `db:"locked_at" json:"locked_at,omitzero"`
	Hash    string        `db:"hash" json:"hash,omitempty"`
	At      clock.Instant `db:"at" json:"at"`
	By      string        `db:"by_user" json:"by"`
	Version int64         `db:"version" json:"version"`
}

// Refusals about programmes.
var (
	ErrProgramme   = errs.New(errs.NotFound, "performance.programme", "没有这个绩效评价对象，或您无权查看。")
	ErrTaken       = errs.New(errs.Conflict, "performance.taken", "这一年已经有这个评价对象，没有重复建立。")
	ErrInput       = errs.New(errs.Invalid, "performance.input", "有几处需要改正，没有保存。请按提示修改。")
	ErrWrongState  = errs.New(errs.Conflict, "performance.wrong_state", "现在的状态不能进行这一步。请刷新后再看。")
	ErrSamePerson  = errs.New(errs.Conflict, "performance.same_person", "填报、股室审核、财务审核和审定应由不同的人进行。请由另一位同事办理。")
	ErrUnfinished  = errs.New(errs.Conflict, "performance.unfinished", "自评还没有填完，不能提交。")
	ErrTampered    = errs.New(errs.Unavailable, "performance.tampered", "评价内容与锁定时的校验值不一致，可能被改动过，没有显示。请管理员核对数据库备份。")
	ErrNoResult    = errs.New(errs.NotFound, "performance.no_result", "这一轮还没有提交自评，没有评价结果。")
	ErrNoPrevious  = errs.New(errs.NotFound, "performance.no_previous", "上一年没有可以沿用的目标。")
	ErrNotReviewed = errs.New(errs.Forbidden, "performance.not_reviewed", "您没有这一步的权限。")
)

var programmeColumns = store.Columns[Programme]("")

// Bounds of what people write.
const (
	maxName = 100
	maxText = 2000
	minYear = 2015
	maxYear = 2099
)

// ScoreText is the score with two decimals; — where there is none.
func (p *Programme) ScoreText() string {
	if !p.Scored {
		return "—"
	}
	return hundredths(p.Score)
}

func hundredths(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	frac := strconv.FormatInt(n%100, 10)
	return sign + strconv.FormatInt(n/100, 10) + "." + strings.Repeat("0", 2-len(frac)) + frac
}

// owner names what the values of a round are frozen for.
func (p *Programme) owner() string {
	return "performance/" + p.ID + "/" + strconv.FormatInt(p.Round, 10)
}

// check refuses what cannot be a programme.
func (p *Programme) check() error {
	e := ErrInput
	trim(&p.Name, &p.Supervisor, &p.Implementer, &p.Goal, &p.Outcome, &p.FundReason, &p.Profile)
	if p.Year < minYear || p.Year > maxYear {
		e = e.Field("year", "年度应在 %d 至 %d 之间。", minYear, maxYear)
	}
	if p.Kind.Label() == "" {
		e = e.Field("kind", "请选择部门整体支出或项目支出。")
	}
	if p.Kind == score.Project && p.Project == "" {
		e = e.Field("project", "请选择账套里的项目。")
	}
	if p.Kind == score.Whole {
		p.Project = ""
	}
	for _, f := range []struct{ name, label, text string }{{"name", "名称", p.Name}, {"supervisor", "主管部门", p.Supervisor}, {"implementer", "实施单位", p.Implementer}} {
		if n := utf8.RuneCountInString(f.text); n > maxName || n == 0 && f.name == "name" {
			e = e.Field(f.name, "请填写%s，%d 个字以内。", f.label, maxName)
		}
	}
	for _, f := range []struct{ name, text string }{{"goal", p.Goal}, {"outcome", p.Outcome}, {"fund_reason", p.FundReason}} {
		if utf8.RuneCountInString(f.text) > maxText {
			e = e.Field(f.name, "%d 个字以内。", maxText)
		}
	}
	if _, err := parseProfile(p.Profile); err != nil {
		e = e.Field("profile", "请按月写 12 个累计百分比，用空格隔开，由小到大，最后一个是 100；留空按月平均。")
	}
	return e.OrNil()
}

func trim(list ...*string) {
	for _, s := range list {
		*s = strings.TrimSpace(*s)
	}
}

// parseProfile reads the twelve percentages of a course; nil for an even one.
func parseProfile(s string) ([]int64, error) {
	words := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == '，' || r == '、' })
	if len(words) == 0 {
		return nil, nil
	}
	if len(words) != 12 {
		return nil, ErrInput
	}
	out := make([]int64, 12)
	last := int64(0)
	for i, w := range words {
		n, err := strconv.ParseInt(strings.TrimSuffix(w, "%"), 10, 64)
		if err != nil || n < last || n > 100 {
			return nil, ErrInput
		}
		out[i], last = n, n
	}
	if last != 100 {
		return nil, ErrInput
	}
	return out, nil
}

// Step (经过) is one thing that happened to an evaluation.
type Step struct {
	CentreID    string        `db:"centre_id" json:"-"`
	ProgrammeID string        `db:"programme_id" json:"-"`
	ID          string        `db:"id" json:"id"`
	Round       int64         `db:"round" json:"round"`
	Action      Action        `db:"action" json:"action"`
	Remark      string        `db:"remark" json:"remark,omitempty"`
	At          clock.Instant `db:"at" json:"at"`
	By          string        `db:"by_user" json:"by"`
	ByName      string        `db:"by_name" json:"by_name"`
}
