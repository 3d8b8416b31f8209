package knowledge

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Level is who may read a published entry (公开级别).
type Level string

// The levels.
const (
	Public   Level = "public"   // 公开: citizens too
	Internal Level = "internal" // 内部: everybody with an account
	Office   Level = "office"   // 仅限热线: the centre's own hotline staff
)

// Levels lists the levels, the most open first.
var Levels = []Level{Public, Internal, Office}

// Label is the level's name in the office.
func (l Level) Label() string {
	return map[Level]string{Public: "公开", Internal: "内部", Office: "仅限热线"}[l]
}

// Stage is how far the version in work has come.
type Stage string

// The stages; "" means that no version is in work.
const (
	NoStage      Stage = ""
	Draft        Stage = "draft"         // 采编
	UnitReview   Stage = "unit_review"   // 单位审核
	OfficeReview Stage = "office_review" // 热线办复核
)

// Stages lists the stages in order.
var Stages = []Stage{Draft, UnitReview, OfficeReview}

// Label is the stage's name in the office.
func (s Stage) Label() string {
	return map[Stage]string{Draft: "采编中", UnitReview: "待单位审核", OfficeReview: "待热线办复核"}[s]
}

// Live says whether an entry is in force.
type Live string

// What an entry may be to its readers.
const (
	Unpublished Live = ""
	Published   Live = "published" // 已发布
	Withdrawn   Live = "withdrawn" // 已下架
)

// Label is its name in the office.
func (l Live) Label() string {
	return map[Live]string{Unpublished: "未发布", Published: "已发布", Withdrawn: "已下架"}[l]
}

// Content is what a version of an entry says.
type Content struct {
	Title     string     `db:"title" json:"title"`
	Question  string     `db:"question" json:"question"`
	Answer    string     `db:"answer" json:"answer"`
	BasisNo   string     `db:"basis_no" json:"basis_no,omitempty"`     // 依据文号
	BasisLink string     `db:"basis_link" json:"basis_link,omitempty"` // 依据链接
	Applies   string     `db:"applies" json:"applies,omitempty"`       // 适用范围
	UnitID    string     `db:"unit_id" json:"unit_id,omitempty"`       // 主责单位; "" is the hotline office itself
	ValidTo   clock.Date `db:"valid_to" json:"valid_to,omitzero"`      // 有效期至, the last day; unset is without end
	Category  string     `db:"category" json:"category,omitempty"`
	Keywords  string     `db:"keywords" json:"keywords,omitempty"` // 关键词、同义词, apart by spaces
	Level     Level      `db:"level" json:"level"`
}

// Entry (知识条目) is one question with its answer, through all its versions.
type Entry struct {
	CentreID    string        `db:"centre_id" json:"-"`
	ID          string        `db:"id" json:"id"`
	No          string        `db:"no" json:"no"`
	Live        Live          `db:"live" json:"live"`
	Stage       Stage         `db:"stage" json:"stage,omitempty"`
	LiveN       int64         `db:"live_n" json:"live_version,omitempty"`
	WorkN       int64         `db:"work_n" json:"work_version,omitempty"`
	LastN       int64         `db:"last_n" json:"-"`
	Title       string        `db:"title" json:"title"`
	UnitID      string        `db:"unit_id" json:"unit_id,omitempty"`
	Category    string        `db:"category" json:"category,omitempty"`
	Level       Level         `db:"level" json:"level"`
	ValidTo     clock.Date    `db:"valid_to" json:"valid_to,omitzero"`
	ReviewDue   clock.Date    `db:"review_due" json:"review_due,omitzero"`
	AuthorID    string        `db:"author_id" json:"-"` // of the version in work
	Reason      string        `db:"reason" json:"reason,omitempty"`
	PublishedAt clock.Instant `db:"published_at" json:"published_at,omitzero"`
	CreatedBy   string        `db:"created_by" json:"-"`
	CreatedAt   clock.Instant `db:"created_at" json:"created_at"`
	ChangedAt   clock.Instant `db:"changed_at" json:"changed_at"`
	Revision    int64         `db:"revision" json:"-"`
	Version     int64         `db:"version" json:"version"`
}

// Expired reports whether the entry's validity has ended (已过期). The last day still counts.
func (e *Entry) Expired(today clock.Date) bool {
	return e.Live == Published && !e.ValidTo.IsZero() && e.ValidTo < today
}

// Label says in a word what the entry is to its readers, on a day.
func (e *Entry) Label(today clock.Date) string {
	if e.Expired(today) {
		return "已过期"
	}
	if e.Live == Unpublished && e.Stage != NoStage {
		return e.Stage.Label()
	}
	return e.Live.Label()
}

// Version (版本) is the content of an entry at one time.
type Version struct {
	CentreID string `db:"centre_id" json:"-"`
	EntryID  string `db:"entry_id" json:"-"`
	N        int64  `db:"n" json:"n"`
	Outcome  string `db:"outcome" json:"outcome"` // "" in work; live, superseded or dropped
	Content
	Remark     string        `db:"remark" json:"remark,omitempty"` // 修改说明
	AuthorID   string        `db:"author_id" json:"-"`
	AuthorName string        `db:"author_name" json:"author,omitempty"`
	WrittenAt  clock.Instant `db:"written_at" json:"written_at"`
	LiveFrom   clock.Instant `db:"live_from" json:"live_from,omitzero"`
	LiveTo     clock.Instant `db:"live_to" json:"live_to,omitzero"`
}

// What became of a version.
const (
	inWork     = ""
	inForce    = "live"
	superseded = "superseded"
	dropped    = "dropped"
)

// Label says what became of the version.
func (v *Version) Label() string {
	return map[string]string{inWork: "在编", inForce: "现行", superseded: "已被替代", dropped: "已放弃"}[v.Outcome]
}

// Errors about entries.
var (
	ErrNotFound = errs.New(errs.NotFound, "knowledge.not_found", "没有这条知识，或您无权查看。请核对编号。")
	ErrInput    = errs.New(errs.Invalid, "knowledge.input", "有几处填写需要改正，内容已保留，请按提示修改后再提交。")
	ErrStage    = errs.New(errs.Conflict, "knowledge.wrong_stage", "条目现在的状态不能进行这一操作。请刷新后再看。")
	ErrOwnWork  = errs.New(errs.Conflict, "knowledge.own_work", "不能审核自己采编的内容，请由另一位有审核权限的人办理。")
	ErrVersion  = errs.New(errs.Conflict, "knowledge.version", "这条知识刚被别人改过，您的操作没有进行。请刷新后核对再提交。")
)

// Limits of what people may write, in characters.
const (
	maxTitle  = 100
	maxAnswer = 8000
	maxShort  = 300
)

// tidy trims the texts and brings keywords into one form.
func (c *Content) tidy() {
	for _, s := range []*string{&c.Title, &c.Question, &c.Answer, &c.BasisNo, &c.BasisLink, &c.Applies, &c.UnitID, &c.Category, &c.Keywords} {
		*s = strings.TrimSpace(*s)
	}
	words := strings.FieldsFunc(c.Keywords, func(r rune) bool { return strings.ContainsRune(" 　,，、;；\n\t", r) })
	slices.Sort(words)
	c.Keywords = strings.Join(slices.Compact(words), " ")
	if c.Question == "" {
		c.Question = c.Title
	}
	if c.Level == "" {
		c.Level = Internal
	}
	if c.ValidTo.IsZero() {
		c.ValidTo = clock.NoDate
	}
}

// validate refuses what cannot be published later: knowledge.input with the fields that are wrong.
func (c *Content) validate(today clock.Date) error {
	e := ErrInput
	text := func(field, label, s string, most int, required bool) {
		switch n := utf8.RuneCountInString(s); {
		case n == 0 && required:
			e = e.Field(field, "请填写%s。", label)
		case n > most:
			e = e.Field(field, "%s最多 %d 个字，现在有 %d 个字。", label, most, n)
		case !utf8.ValidString(s) || strings.ContainsRune(s, 0):
			e = e.Field(field, "%s含有无法识别的字符，请重新输入。", label)
		}
	}
	text("title", "标题", c.Title, maxTitle, true)
	text("question", "问", c.Question, maxAnswer, true)
	text("answer", "答", c.Answer, maxAnswer, true)
	text("basis_no", "依据文号", c.BasisNo, maxShort, false)
	text("basis_link", "依据链接", c.BasisLink, maxShort, false)
	text("applies", "适用范围", c.Applies, maxShort, false)
	text("keywords", "关键词", c.Keywords, maxShort, false)
	text("category", "事项分类", c.Category, 40, false)
	if c.BasisNo == "" && c.BasisLink == "" {
		e = e.Field("basis_no", "请写明依据：文号、链接至少填一项。")
	}
	if c.BasisLink != "" {
		if u, err := url.Parse(c.BasisLink); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			e = e.Field("basis_link", "依据链接应以 http:// 或 https:// 开头。")
		}
	}
	if !slices.Contains(Levels, c.Level) {
		e = e.Field("level", "请选择公开级别：公开、内部、仅限热线。")
	}
	if !c.ValidTo.IsZero() && c.ValidTo < today {
		e = e.Field("valid_to", "有效期至不能早于今天。")
	}
	return e.OrNil()
}

// levelsOf lists the levels of published entries that an actor may read.
func levelsOf(a *actor.Actor) []Level {
	switch {
	case a.Scope(PermRead) == actor.None:
		return nil
	case a.Scope(PermRead) < actor.Centre:
		return []Level{Public}
	case !a.Can(PermReadOffice):
		return []Level{Public, Internal}
	}
	return Levels
}

// mayRead reports whether an actor may read the published version of an entry.
func (e *Entry) mayRead(a *actor.Actor) bool {
	return e.LiveN > 0 && e.CentreID == a.CentreID && slices.Contains(levelsOf(a), e.Level) && (e.Live == Published || a.Scope(PermRead) >= actor.Centre)
}

// mayWork reports whether an actor may see what is in work on an entry: its writers and reviewers.
func (e *Entry) mayWork(a *actor.Actor) bool {
	row := org.Row{CentreID: e.CentreID, UnitID: e.UnitID}
	return org.Sees(a, PermWrite, row) || org.Sees(a, PermUnitReview, row) || org.Sees(a, PermPublish, row)
}

// show copies onto the entry what lists show of a version.
func (e *Entry) show(c *Content) {
	e.Title, e.UnitID, e.Category, e.Level, e.ValidTo = c.Title, c.UnitID, c.Category, c.Level, c.ValidTo
}

var entryColumns = store.Columns[Entry]("")
