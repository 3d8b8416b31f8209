package finance

import (
	"slices"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// State is how far the final accounts of a year are.
type State string

// The states, in order. A correction (更正) begins a new revision as a draft; the published one stays as it is.
const (
	Draft     State = "draft"     // 草稿
	Review    State = "review"    // 审核
	Reviewed  State = "reviewed"  // 已审核，待批复
	Approved  State = "approved"  // 已批复，待保密审查
	Cleared   State = "cleared"   // 已通过保密审查，待公开
	Published State = "published" // 已公开
	Corrected State = "corrected" // 已更正: a later revision was published
)

// Label is the state's Chinese name.
func (s State) Label() string {
	return map[State]string{Draft: "草稿", Review: "审核中", Reviewed: "待批复", Approved: "待保密审查", Cleared: "待公开", Published: "已公开", Corrected: "已更正"}[s]
}

// Action is a step in the life of final accounts.
type Action string

// The actions.
const (
	ActSubmit  Action = "submit"  // 送审
	ActReturn  Action = "return"  // 退回修改
	ActReview  Action = "review"  // 审核通过、签章
	ActApprove Action = "approve" // 登记批复
	ActClear   Action = "clear"   // 保密审查通过
	ActRefuse  Action = "refuse"  // 保密审查不通过
	ActPublish Action = "publish" // 公开
	ActCorrect Action = "correct" // 更正
	ActReply   Action = "reply"   // 批复下级单位
)

// Label is the action's Chinese name.
func (a Action) Label() string {
	return map[Action]string{ActSubmit: "送审", ActReturn: "退回修改", ActReview: "审核通过", ActApprove: "登记批复", ActClear: "保密审查通过", ActRefuse: "保密审查不通过", ActPublish: "公开", ActCorrect: "更正", ActReply: "批复下级单位"}[a]
}

// transition is one line of the table of the life cycle.
type transition struct {
	from State
	act  Action
	to   State
}

// flow is what may happen to a revision.
func flow() []transition {
	return []transition{
		{Draft, ActSubmit, Review},
		{Review, ActReturn, Draft}, {Review, ActReview, Reviewed},
		{Reviewed, ActReturn, Draft}, {Reviewed, ActApprove, Approved},
		{Approved, ActClear, Cleared}, {Approved, ActRefuse, Draft},
		{Cleared, ActPublish, Published},
		{Published, ActCorrect, Published},
		{Approved, ActReply, Approved}, {Cleared, ActReply, Cleared}, {Published, ActReply, Published},
	}
}

// next gives the state that an action leads to.
func next(s State, a Action) (State, bool) {
	for _, t := range flow() {
		if t.from == s && t.act == a {
			return t.to, true
		}
	}
	return s, false
}

// Allowed lists the actions that the state allows.
func (s State) Allowed() []Action {
	var out []Action
	for _, t := range flow() {
		if t.from == s {
			out = append(out, t.act)
		}
	}
	return out
}

// Account (决算) is one revision of the final accounts of a year. What was submitted is frozen in Content with its Hash.
type Account struct {
	CentreID    string        `db:"centre_id" json:"-"`
	Year        int           `db:"year" json:"year"`
	Revision    int64         `db:"revision" json:"revision"`
	State       State         `db:"state" json:"state"`
	SubmittedAt clock.Instant `db:"submitted_at" json:"submitted_at,omitzero"`
	SubmittedBy string        `db:"submitted_by" json:"submitted_by,omitempty"`
	ReviewedAt  clock.Instant `db:"reviewed_at" json:"reviewed_at,omitzero"`
	ReviewedBy  string        `db:"reviewed_by" json:"reviewed_by,omitempty"`
	ApprovedOn  clock.Date    `db:"approved_on" json:"approved_on,omitzero"` // day of the finance department's reply
	ApprovalNo  string        `db:"approval_no" json:"approval_no,omitempty"`
	ApprovedBy  string        `db:"approved_by" json:"approved_by,omitempty"` // who replied
	RepliedOn   clock.Date    `db:"replied_on" json:"replied_on,omitzero"`    // day of the department's reply to its units
	ClearedAt   clock.Instant `db:"cleared_at" json:"cleared_at,omitzero"`
	ClearedBy   string        `db:"cleared_by" json:"cleared_by,omitempty"`
	Clearance   string        `db:"clearance" json:"clearance,omitempty"`
	PublishedOn clock.Date    `db:"published_on" json:"published_on,omitzero"`
	PublishedAt clock.Instant `db:"published_at" json:"published_at,omitzero"`
	PublishedBy string        `db:"published_by" json:"published_by,omitempty"`
	Reason      string        `db:"reason" json:"reason,omitempty"` // of a correction
	Content     string        `db:"content" json:"-"`
	Hash        string        `db:"hash" json:"hash,omitempty"`
	At          clock.Instant `db:"at" json:"at"`
	By          string        `db:"by_user" json:"by"`
	Version     int64         `db:"version" json:"version"`
}

var accountColumns = store.Columns[Account]("")

// Step (经过) is one thing that happened to final accounts.
type Step struct {
	CentreID string        `db:"centre_id" json:"-"`
	Year     int           `db:"year" json:"year"`
	ID       string        `db:"id" json:"id"`
	Revision int64         `db:"revision" json:"revision"`
	Action   Action        `db:"action" json:"action"`
	Remark   string        `db:"remark" json:"remark,omitempty"`
	At       clock.Instant `db:"at" json:"at"`
	By       string        `db:"by_user" json:"by"`
	ByName   string        `db:"by_name" json:"by_name"`
}

// Refusals about final accounts.
var (
	ErrNotDraft     = errs.New(errs.Conflict, "finance.not_draft", "决算已经送审或公开，账簿和说明不能再改。需要修改请先退回，已公开的请办理更正。")
	ErrWrongState   = errs.New(errs.Conflict, "finance.wrong_state", "决算现在的状态不能进行这一步。请刷新后再看。")
	ErrUnfinished   = errs.New(errs.Conflict, "finance.unfinished", "决算还没有编制完，不能送审。")
	ErrSamePerson   = errs.New(errs.Conflict, "finance.same_person", "送审人不能自己审核。请由部门负责人审核签章。")
	ErrAccountInput = errs.New(errs.Invalid, "finance.account_input", "有几处需要改正，没有保存。请按提示修改。")
	ErrHash         = errs.New(errs.Conflict, "finance.hash", "送审后账簿有变动，现在的内容与审核的内容不一致，没有进行。请退回重新送审。")
)

// Clock (期限) is one limit that runs once a reply has come.
type Clock struct {
	What  string       `json:"what"`  // what is due
	Basis string       `json:"basis"` // the article
	Due   calendar.Due `json:"-"`
	Last  clock.Date   `json:"last"` // the last day
	Done  clock.Date   `json:"done,omitzero"`
	// Left is how many days are left today, below 0 how many it is overdue; once it is done, how many were left.
	Left int `json:"left"`
}

// Late reports whether the limit was or is exceeded.
func (c Clock) Late() bool { return c.Left < 0 }

// Text says in Chinese how the limit stands.
func (c Clock) Text() string {
	switch {
	case !c.Done.IsZero() && c.Late():
		return c.Done.String() + " 办理，超期 " + itoa(-c.Left) + " 日"
	case !c.Done.IsZero():
		return c.Done.String() + " 办理，按期"
	case c.Late():
		return "已超期 " + itoa(-c.Left) + " 日"
	case c.Left == 0:
		return "今天是最后一日"
	}
	return "还有 " + itoa(c.Left) + " 日"
}

// Clocks are the limits that run once a reply has come (预算法 14 and 80, 预算法实施条例 6): twenty natural days to publish,
// fifteen to reply to the units below.
type Clocks struct {
	Publish Clock `json:"publish"`
	Reply   Clock `json:"reply"`
	// Running is whether the limits have begun; Replies whether there are units below that wait for a reply.
	Running bool `json:"running"`
	Replies bool `json:"replies"`
}

// Limits of the law, in natural days: the law says 日 where it means 工作日 only by saying so.
const (
	publishDays = 20
	replyDays   = 15
)

// clocks computes the limits; only an approved revision has them. A correction is published as soon as it is approved, its
// own reply counts.
func (a *Account) clocks(c *calendar.Calendar, today clock.Date, units int) Clocks {
	if a.ApprovedOn.IsZero() {
		return Clocks{}
	}
	limit := func(what, basis string, days int, done clock.Date) Clock {
		x := Clock{What: what, Basis: basis, Due: c.Due(calendar.NaturalDays(days), a.ApprovedOn.Start(), ""), Done: done}
		x.Last = x.Due.LastDay()
		at := today
		if !done.IsZero() {
			at = done
		}
		x.Left = int(x.Last - at)
		return x
	}
	return Clocks{Publish: limit("公开部门决算", "预算法第十四条：批复后 20 日内", publishDays, a.PublishedOn), Reply: limit("批复下级单位决算", "预算法第八十条：收到批复后 15 日内", replyDays, a.RepliedOn),
		Running: true, Replies: units > 1}
}

// requireDraft refuses to change what is under review or published.
func requireDraft(tx *store.Tx, b *Book) error {
	a, err := latestAccount(tx, b)
	if err == nil && a.State != Draft {
		err = ErrNotDraft
	}
	return err
}

// latestAccount is the newest revision of a year; every book has one.
func latestAccount(tx *store.Tx, b *Book) (Account, error) {
	return store.Get[Account](tx, "SELECT "+accountColumns+" FROM finance_account WHERE centre_id = $1 AND year = $2 ORDER BY revision DESC LIMIT 1", b.CentreID, b.Year)
}

// Obstacles says why a draft cannot be submitted: equations that do not hold, reasons and figures that are missing, months
// that are not closed, texts that nobody wrote.
func (d *Disclosure) Obstacles() []string {
	var out []string
	for _, i := range d.Statement.Issues {
		out = append(out, i.Text+"，相差 "+i.Diff.Yuan()+" 元。")
	}
	if n := d.Narrative.Missing(); n > 0 {
		out = append(out, "还有 "+itoa(n)+" 处差异没有写明原因。")
	}
	for _, g := range d.Narrative.Gaps {
		out = append(out, g+"。")
	}
	if d.Book.ClosedTo < 12 {
		out = append(out, "账簿只结账到 "+itoa(d.Book.ClosedTo)+" 月，应结到 12 月。")
	}
	if d.Duties == "" || d.Structure == "" {
		out = append(out, "部门职责或机构设置还没有填写。")
	}
	return slices.Clip(out)
}
