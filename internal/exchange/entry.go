package exchange

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Class is how freely data are shared (共享属性, 政务数据共享条例).
type Class string

// The classes.
const (
	Unconditional Class = "unconditional" // 无条件共享
	Conditional   Class = "conditional"   // 有条件共享
	NotShared     Class = "not_shared"    // 不予共享
)

// Classes lists the classes in the order of forms.
var Classes = []Class{Unconditional, Conditional, NotShared}

// Label is the class's Chinese name.
func (c Class) Label() string {
	return map[Class]string{Unconditional: "无条件共享", Conditional: "有条件共享", NotShared: "不予共享"}[c]
}

// Cycles lists how often data are brought up to date (更新周期).
func Cycles() []org.Choice {
	return []org.Choice{{Value: "realtime", Label: "实时"}, {Value: "day", Label: "每日"}, {Value: "week", Label: "每周"}, {Value: "month", Label: "每月"}, {Value: "quarter", Label: "每季度"}, {Value: "year", Label: "每年"}}
}

// DataField (数据项) is one column of the data of an entry.
type DataField struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	Personal bool   `json:"personal,omitempty"` // 个人信息
}

// EntryContent is what a version of an entry says.
type EntryContent struct {
	Name       string      `json:"name"`
	Class      Class       `json:"class"`
	Basis      string      `json:"basis,omitempty"`      // why sharing is limited or refused
	Conditions string      `json:"conditions,omitempty"` // on which a conditional one is shared
	Cycle      string      `json:"cycle"`
	Source     string      `json:"source,omitempty"` // system that holds the data, and where it is offered
	Fields     []DataField `json:"fields"`
}

// Field finds a field by its code.
func (c *EntryContent) Field(code string) (DataField, bool) {
	for _, f := range c.Fields {
		if f.Code == code {
			return f, true
		}
	}
	return DataField{}, false
}

// Names gives the names of some of the entry's fields.
func (c *EntryContent) Names(codes []string) []string {
	var out []string
	for _, code := range codes {
		if f, ok := c.Field(code); ok {
			out = append(out, f.Name)
		}
	}
	return out
}

// Entry (数据目录) is one set of data of one provider.
type Entry struct {
	CentreID  string `db:"centre_id" json:"-"`
	ID        string `db:"id" json:"id"`
	Code      string `db:"code" json:"code"`
	UnitID    string `db:"unit_id" json:"unit_id"` // 提供单位
	SiteID    string `db:"site_id" json:"-"`
	Name      string `db:"name" json:"name"`   // of the version in force, or of the first draft
	Class     Class  `db:"class" json:"class"` // the same
	LiveID    string `db:"live_id" json:"live_id,omitempty"`
	OpenID    string `db:"open_id" json:"open_id,omitempty"` // the version that is drafted or reviewed
	LastNo    int64  `db:"last_no" json:"last_no"`
	CreatedBy string `db:"created_by" json:"created_by"`
}

func (e *Entry) row() org.Row {
	return org.Row{CentreID: e.CentreID, UnitID: e.UnitID, SiteID: e.SiteID, OwnerID: e.CreatedBy}
}

// VersionState is where a version of an entry stands.
type VersionState string

// The states of a version.
const (
	VersionDraft      VersionState = "draft"      // 编制中
	VersionReview     VersionState = "review"     // 待审查
	VersionPublished  VersionState = "published"  // 已发布
	VersionSuperseded VersionState = "superseded" // 已被新版代替
	VersionWithdrawn  VersionState = "withdrawn"  // 已停用
)

// Label is the state's Chinese name.
func (s VersionState) Label() string {
	return map[VersionState]string{VersionDraft: "编制中", VersionReview: "待审查", VersionPublished: "已发布", VersionSuperseded: "已更新", VersionWithdrawn: "已停用"}[s]
}

// EntryVersion (目录版本) is what an entry says from its publication on.
type EntryVersion struct {
	CentreID    string        `db:"centre_id" json:"-"`
	ID          string        `db:"id" json:"id"`
	EntryID     string        `db:"entry_id" json:"entry_id"`
	UnitID      string        `db:"unit_id" json:"-"`
	SiteID      string        `db:"site_id" json:"-"`
	No          int64         `db:"no" json:"no"`
	State       VersionState  `db:"state" json:"state"`
	Body        string        `db:"body" json:"-"`
	DraftedBy   string        `db:"drafted_by" json:"drafted_by"`
	DraftedAt   clock.Instant `db:"drafted_at" json:"drafted_at"`
	SubmittedBy string        `db:"submitted_by" json:"submitted_by,omitempty"`
	SubmittedAt clock.Instant `db:"submitted_at" json:"submitted_at,omitzero"`
	DecidedBy   string        `db:"decided_by" json:"decided_by,omitempty"`
	DecidedAt   clock.Instant `db:"decided_at" json:"decided_at,omitzero"`
	Reason      string        `db:"reason" json:"reason,omitempty"`
	Revision    int64         `db:"revision" json:"revision"`
}

var (
	entryColumns   = store.Columns[Entry]("")
	versionColumns = store.Columns[EntryVersion]("")
)

// Content reads what the version says.
func (v *EntryVersion) Content() (EntryContent, error) {
	var c EntryContent
	if err := json.Unmarshal([]byte(v.Body), &c); err != nil {
		return c, fmt.Errorf("version %s of a data entry: %w", v.ID, err)
	}
	return c, nil
}

const maxFields = 200

var fieldCode = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,40}$`)

// validate checks what was typed into an entry.
func (c *EntryContent) validate() *errs.Error {
	e := ErrInput
	if n := utf8.RuneCountInString(c.Name); n == 0 || n > 100 {
		e = e.Field("name", "请填写数据名称，最多 100 个字。")
	}
	if !slices.Contains(Classes, c.Class) {
		e = e.Field("class", "请选择共享属性。")
	}
	if c.Class != Unconditional && c.Basis == "" {
		e = e.Field("basis", "有条件共享和不予共享的，请写明法律、法规或国务院决定的依据。")
	}
	if c.Class == Conditional && c.Conditions == "" {
		e = e.Field("conditions", "有条件共享的，请写明共享条件。")
	}
	if org.LabelOf(Cycles(), c.Cycle) == "" {
		e = e.Field("cycle", "请选择更新周期。")
	}
	if utf8.RuneCountInString(c.Basis) > 500 || utf8.RuneCountInString(c.Conditions) > 1000 || utf8.RuneCountInString(c.Source) > 200 {
		e = e.Field("basis", "依据最多 500 个字，条件最多 1000 个字，来源系统最多 200 个字。")
	}
	return c.validateFields(e)
}

func (c *EntryContent) validateFields(e *errs.Error) *errs.Error {
	if n := len(c.Fields); n == 0 || n > maxFields {
		e = e.Field("fields", "请列出数据项，一行一项，最多 %d 项。", maxFields)
	}
	seen := map[string]bool{}
	for _, f := range c.Fields {
		switch {
		case !fieldCode.MatchString(f.Code):
			e = e.Field("fields", "数据项代码“%s”应为 40 位以内的字母、数字和 _ . -。", f.Code)
		case f.Name == "" || utf8.RuneCountInString(f.Name) > 60:
			e = e.Field("fields", "数据项“%s”请写名称，最多 60 个字。", f.Code)
		case seen[f.Code]:
			e = e.Field("fields", "数据项“%s”写了两次。", f.Code)
		}
		seen[f.Code] = true
	}
	return e
}

// personalMark is how a list of fields says that one is personal information.
const personalMark = "个人信息"

// ParseFields reads fields as people type them: one a line, code and name, and 个人信息 where it is, apart by spaces or commas.
func ParseFields(text string) []DataField {
	var out []DataField
	for line := range strings.Lines(text) {
		parts := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t\r\n,，、|", r) })
		if len(parts) == 0 {
			continue
		}
		f := DataField{Code: parts[0]}
		if last := len(parts) - 1; last > 0 && parts[last] == personalMark {
			f.Personal, parts = true, parts[:last]
		}
		f.Name = strings.Join(parts[1:], " ")
		out = append(out, f)
	}
	return out
}

// FormatFields writes fields as ParseFields reads them.
func FormatFields(list []DataField) string {
	var b strings.Builder
	for _, f := range list {
		b.WriteString(f.Code + " " + f.Name)
		if f.Personal {
			b.WriteString(" " + personalMark)
		}
		b.WriteByte('\n')
	}
	return strings.TrimSuffix(b.String(), "\n")
}
