package report

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/metric"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// Bulletin (通报) is one report with its text and the figures that the text calls.
type Bulletin struct {
	CentreID   string        `db:"centre_id" json:"-"`
	ID         string        `db:"id" json:"id"`
	Kind       Kind          `db:"kind" json:"kind"`
	Title      string        `db:"title" json:"title"`
	Subject    subjectJSON   `db:"subject" json:"subject,omitzero"`
	From       clock.Date    `db:"from_day" json:"from"`
	To         clock.Date    `db:"to_day" json:"to"` // the day after the last
	State      State         `db:"state" json:"state"`
	Text       string        `db:"text" json:"text,omitempty"`
	Content    contentJSON   `db:"content" json:"content,omitzero"`
	Edition    int           `db:"edition" json:"edition"` // number of its newest edition
	Automatic  bool          `db:"automatic" json:"automatic"`
	Replaces   string        `db:"replaces" json:"replaces,omitempty"`
	CreatedAt  clock.Instant `db:"created_at" json:"created_at"`
	CreatedBy  string        `db:"created_by" json:"created_by,omitempty"`
	EditedBy   string        `db:"edited_by" json:"edited_by,omitempty"` // who wrote the newest edition
	ReviewedAt clock.Instant `db:"reviewed_at" json:"reviewed_at,omitzero"`
	ReviewedBy string        `db:"reviewed_by" json:"reviewed_by,omitempty"`
	IssuedAt   clock.Instant `db:"issued_at" json:"issued_at,omitzero"`
	IssuedBy   string        `db:"issued_by" json:"issued_by,omitempty"`
	Seal       string        `db:"seal" json:"seal,omitempty"` // SM3 of what was issued
	Version    int64         `db:"version" json:"version"`
}

// Period is what the bulletin is about.
func (b *Bulletin) Period() metric.Period { return metric.Period{From: b.From, To: b.To} }

// Published reports whether the bulletin is shown as it is published: with small numbers covered.
func (b *Bulletin) Published() bool { return b.State == Issued }

// Problems are what keeps the text from being reviewed.
func (b *Bulletin) Problems() []Problem { return Check(b.Text, &b.Content.Content) }

// sum is the seal over everything that was issued.
func (b *Bulletin) sum() (string, error) {
	content, err := json.Marshal(b.Content.Content)
	if err != nil {
		return "", err
	}
	s := crypt.SM3([]byte(b.Kind), []byte(b.Title), []byte(b.From.String()), []byte(b.To.String()), []byte(b.Text), content, []byte(b.Replaces))
	return hex.EncodeToString(s[:]), nil
}

// Intact reports whether an issued bulletin is what was issued.
func (b *Bulletin) Intact() bool {
	s, err := b.sum()
	return err == nil && s == b.Seal
}

// Edition (版本) is one state of a bulletin's text.
type Edition struct {
	CentreID   string        `db:"centre_id" json:"-"`
	BulletinID string        `db:"bulletin_id" json:"-"`
	Edition    int           `db:"edition" json:"edition"`
	Title      string        `db:"title" json:"title"`
	Text       string        `db:"text" json:"text"`
	Note       string        `db:"note" json:"note"`
	At         clock.Instant `db:"at" json:"at"`
	ByUser     string        `db:"by_user" json:"by_user,omitempty"`
}

// ownerOf names a bulletin among frozen figures.
func ownerOf(id string) string { return "report/" + id }

var bulletinColumns = store.Columns[Bulletin]("")

func bulletinTx(tx *store.Tx, a *actor.Actor, id, lock string) (Bulletin, error) {
	b, err := store.Get[Bulletin](tx, "SELECT "+bulletinColumns+" FROM report_bulletin WHERE centre_id = $1 AND id = $2"+lock, a.CentreID, id)
	if errors.Is(err, store.ErrNotFound) {
		return b, ErrNotFound
	}
	if err == nil && b.State != Issued && !inside(a) {
		return Bulletin{}, ErrNotFound.Hide()
	}
	return b, err
}

// inside reports whether an actor sees bulletins before they are issued: the centre's own staff.
func inside(a *actor.Actor) bool { return a.Kind == actor.System || a.Scope(PermRead) >= actor.Centre }

// CreateInput asks for a new bulletin.
type CreateInput struct {
	Key     string        `json:"-"` // Idempotency-Key
	Kind    Kind          `json:"kind"`
	Period  metric.Period `json:"period"`
	Subject Subject       `json:"subject,omitzero"`
}

func (in *CreateInput) check() error {
	e := ErrInput
	if in.Kind.Label() == "" {
		e = e.Field("kind", "请选择通报的种类。")
	}
	if !in.Period.Valid() || in.Period.To-in.Period.From > 366 {
		e = e.Field("from", "期间不对：开始日期应早于结束日期，最长一年。")
	}
	in.Subject.Word, in.Subject.Name = strings.TrimSpace(in.Subject.Word), strings.TrimSpace(in.Subject.Name)
	if in.Kind == Special && in.Subject.Category == "" && in.Subject.Word == "" && in.Subject.Area == "" && in.Subject.Topic == "" {
		e = e.Field("category", "专报请至少选择事项分类、关键词、区域中的一项。")
	}
	if s := in.Subject; s.Topic != "" && (in.Kind != Special || s.Category != "" || s.Word != "" || s.Area != "") {
		e = e.Field("category", "由热点话题起草的专报就是这个话题的工单，不再选分类、关键词和区域。")
	}
	in.Subject.Kept, in.Subject.Place, in.Subject.Terms = "", "", ""
	if utf8.RuneCountInString(in.Subject.Word) > 20 || strings.ContainsAny(in.Subject.Word, "%_\\") {
		e = e.Field("word", "关键词最多 20 个字，不能含百分号、下划线和反斜杠。")
	}
	if utf8.RuneCountInString(in.Subject.Name) > maxName || strings.ContainsAny(in.Subject.Name, "{}0123456789") {
		e = e.Field("name", "专题名称最多 30 个字，不含数字。")
	}
	return e.OrNil()
}

// Create drafts a bulletin (起草): computes its figures as of now and writes the first text from them.
func (m *Module) Create(ctx context.Context, in CreateInput) (Bulletin, error) {
	if err := actor.From(ctx).Require(PermWrite); err != nil {
		return Bulletin{}, err
	}
	return m.create(ctx, in, false)
}

func (m *Module) create(ctx context.Context, in CreateInput, automatic bool) (Bulletin, error) {
	a := actor.From(ctx)
	if in.Subject.Topic != "" && in.Period == (metric.Period{}) {
		today := m.clock.Now().Date()
		in.Period = metric.Period{From: today - topicDays + 1, To: today + 1}
	}
	if err := in.check(); err != nil {
		return Bulletin{}, err
	}
	asked := in // what a repeated key must ask for again
	if in.Subject.Topic != "" {
		if err := m.fromTopic(ctx, &in); err != nil {
			return Bulletin{}, err
		}
	}
	if in.Kind == Special && in.Subject.Name == "" {
		in.Subject.Name = in.Subject.Word
		if in.Subject.Name == "" {
			in.Subject.Name = m.categoryName(ctx, in.Subject.Category)
		}
	}
	content, err := m.compose(ctx, in)
	if err != nil {
		return Bulletin{}, err
	}
	b := Bulletin{CentreID: a.CentreID, Kind: in.Kind, Title: titleOf(in.Kind, in.Period, in.Subject), Subject: subjectJSON{in.Subject}, From: in.Period.From, To: in.Period.To,
		State: Draft, Text: draft(in.Kind, &content), Content: contentJSON{content}, Edition: 1, Automatic: automatic, CreatedBy: a.UserID, EditedBy: a.UserID, Version: 1}
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		b.ID, b.CreatedAt = tx.NewID(), tx.Now()
		prior, repeated, err := once.ClaimContent(tx, in.Key, "report.create", asked, b.ID)
		if err != nil {
			return err
		}
		if repeated {
			b, err = bulletinTx(tx, a, prior, "")
			return err
		}
		if err := store.Insert(tx, "report_bulletin", b); err != nil {
			return err
		}
		if err := b.keepEdition(tx, map[bool]string{true: "按计划起草", false: "起草"}[automatic]); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "report.create", Permission: PermWrite, Kind: "bulletin", Object: b.ID, Detail: map[string]any{"kind": b.Kind, "from": b.From.String(), "to": b.To.String(), "automatic": automatic}})
	})
	if automatic && errors.Is(err, store.ErrUnique) {
		err = nil // another node was first
	}
	return b, err
}

func (m *Module) categoryName(ctx context.Context, code string) string {
	list, err := m.hotline.Categories(ctx)
	if err == nil {
		for _, c := range list {
			if c.Code == code {
				return c.Name
			}
		}
	}
	return "专题"
}

// compose computes the figures of a bulletin as of now.
func (m *Module) compose(ctx context.Context, in CreateInput) (Content, error) {
	a := actor.From(ctx)
	c := composer{ctx: ctx, hotline: m.hotline, figures: m.figures, org: m.org, kind: in.Kind, period: in.Period, subject: in.Subject, cutoff: m.clock.Now()}
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		c.floors, err = floorsTx(tx, a.CentreID)
		return err
	})
	if err != nil {
		return Content{}, err
	}
	err = c.compose()
	return c.content, err
}

func (b *Bulletin) keepEdition(tx *store.Tx, note string) error {
	return store.Insert(tx, "report_edition", Edition{CentreID: b.CentreID, BulletinID: b.ID, Edition: b.Edition, Title: b.Title, Text: b.Text, Note: note, At: tx.Now(), ByUser: b.EditedBy})
}

func (b *Bulletin) save(tx *store.Tx) error {
	b.Version++
	return store.Update(tx, "report_bulletin", *b, "centre_id", "id")
}

// change loads a bulletin in the version that the person saw and in a state, lets do change it, and saves it with its
// audit line.
func (m *Module) change(ctx context.Context, id string, version int64, perm actor.Permission, action string, from State, do func(tx *store.Tx, a *actor.Actor, b *Bulletin) error) (b Bulletin, err error) {
	a := actor.From(ctx)
	if err := a.Require(perm); err != nil {
		return b, err
	}
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		if b, err = bulletinTx(tx, a, id, tx.ForUpdate()); err != nil {
			return err
		}
		if version != 0 && version != b.Version {
			return ErrVersion.With("version", b.Version)
		}
		if b.State != from {
			return ErrState
		}
		if err := do(tx, a, &b); err != nil {
			return err
		}
		if err := b.save(tx); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "report." + action, Permission: perm, Kind: "bulletin", Object: b.ID, Detail: map[string]any{"edition": b.Edition, "state": b.State, "seal": b.Seal}})
	})
	return b, err
}

// Save keeps a new edition of a draft's title and text (修改). A text with a problem is kept too, because work must not be
// lost; it cannot be reviewed.
func (m *Module) Save(ctx context.Context, id string, version int64, title, text, note string) (Bulletin, error) {
	title, note = strings.TrimSpace(title), strings.TrimSpace(note)
	e := ErrInput
	if n := utf8.RuneCountInString(title); n == 0 || n > maxTitle {
		e = e.Field("title", "请填写标题，最多 %d 个字。", maxTitle)
	}
	if n := utf8.RuneCountInString(text); n > maxText || !utf8.ValidString(text) {
		e = e.Field("text", "正文最多 %d 个字。", maxText)
	}
	if utf8.RuneCountInString(note) > 100 {
		e = e.Field("note", "修改说明最多 100 个字。")
	}
	if err := e.OrNil(); err != nil {
		return Bulletin{}, err
	}
	type words struct {
		Title string `json:"title"`
		Text  string `json:"text"`
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return m.change(ctx, id, 0, PermWrite, "edit", Draft, func(tx *store.Tx, a *actor.Actor, b *Bulletin) error {
		if version != 0 && version != b.Version {
			return ErrVersion.With("version", b.Version).With("differs", errs.Differs(words{b.Title, b.Text}, words{title, text}))
		}
		b.Title, b.Text, b.EditedBy, b.Edition = title, text, a.UserID, b.Edition+1
		return b.keepEdition(tx, note)
	})
}

// Refresh computes the figures of a draft anew, as of now (刷新数据); its text stays.
func (m *Module) Refresh(ctx context.Context, id string, version int64) (Bulletin, error) {
	a := actor.From(ctx)
	if err := a.Require(PermWrite); err != nil {
		return Bulletin{}, err
	}
	b, err := m.Find(ctx, id)
	if err != nil {
		return b, err
	}
	content, err := m.compose(ctx, CreateInput{Kind: b.Kind, Period: b.Period(), Subject: b.Subject.Subject})
	if err != nil {
		return b, err
	}
	return m.change(ctx, id, version, PermWrite, "refresh", Draft, func(_ *store.Tx, _ *actor.Actor, b *Bulletin) error {
		b.Content = contentJSON{content}
		return nil
	})
}

// unfilled is what the draft of a special report asks its writer for.
const unfilled = "（请根据以上情况填写"

// Review approves a draft (审核): by another person than the one who wrote its newest edition, and only if every number is
// bound.
func (m *Module) Review(ctx context.Context, id string, version int64) (Bulletin, error) {
	return m.change(ctx, id, version, PermReview, "review", Draft, func(tx *store.Tx, a *actor.Actor, b *Bulletin) error {
		if b.EditedBy == a.UserID {
			return ErrSamePerson
		}
		e := ErrInput
		for _, p := range b.Problems() {
			e = e.Field("text", "第 %d 行：%s。", p.Line, p.Text)
		}
		if strings.Contains(b.Text, unfilled) {
			e = e.Field("text", "还有没有填写的部分：%s……", unfilled)
		}
		if err := e.OrNil(); err != nil {
			return err
		}
		b.State, b.ReviewedAt, b.ReviewedBy = Reviewed, tx.Now(), a.UserID
		return nil
	})
}

// Return sends a reviewed bulletin back to be changed (退回修改).
func (m *Module) Return(ctx context.Context, id string, version int64) (Bulletin, error) {
	return m.change(ctx, id, version, PermReview, "return", Reviewed, func(_ *store.Tx, _ *actor.Actor, b *Bulletin) error {
		b.State, b.ReviewedAt, b.ReviewedBy = Draft, 0, ""
		return nil
	})
}

// Issue publishes a reviewed bulletin (印发): its figures are frozen and everything is sealed. Nothing changes it afterwards.
func (m *Module) Issue(ctx context.Context, id string, version int64) (Bulletin, error) {
	return m.change(ctx, id, version, PermIssue, "issue", Reviewed, func(tx *store.Tx, a *actor.Actor, b *Bulletin) (err error) {
		b.State, b.IssuedAt, b.IssuedBy = Issued, tx.Now(), a.UserID
		if b.Seal, err = b.sum(); err != nil {
			return fmt.Errorf("seal of a bulletin: %w", err)
		}
		seen := map[string]bool{}
		var frozen []metric.Frozen
		for _, v := range b.Content.Values {
			if v.Figure == nil || seen[v.Figure.Metric] {
				continue
			}
			seen[v.Figure.Metric] = true
			frozen = append(frozen, metric.Freeze(*v.Figure, figure.MeasureRules, slices.Concat([]byte{}, v.Cohort), b.Content.Cutoff))
		}
		return metric.Save(tx, b.CentreID, ownerOf(b.ID), frozen)
	})
}

// Replace drafts a bulletin that mends an issued one (更正): same period and text, figures as of now. A repeated key is
// answered with the draft of the first time.
func (m *Module) Replace(ctx context.Context, id, key string) (Bulletin, error) {
	a := actor.From(ctx)
	if err := a.Require(PermWrite); err != nil {
		return Bulletin{}, err
	}
	old, err := m.Find(ctx, id)
	if err != nil {
		return old, err
	}
	if old.State != Issued {
		return old, ErrState
	}
	content, err := m.compose(ctx, CreateInput{Kind: old.Kind, Period: old.Period(), Subject: old.Subject.Subject})
	if err != nil {
		return old, err
	}
	b := old
	b.Title, b.Replaces, b.State, b.Content, b.Edition, b.Automatic = strings.TrimSuffix(old.Title, "（更正）")+"（更正）", old.ID, Draft, contentJSON{content}, 1, false
	b.CreatedBy, b.EditedBy, b.ReviewedAt, b.ReviewedBy, b.IssuedAt, b.IssuedBy, b.Seal, b.Version = a.UserID, a.UserID, 0, "", 0, "", "", 1
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		b.ID, b.CreatedAt = tx.NewID(), tx.Now()
		prior, repeated, err := once.ClaimContent(tx, key, "report.replace", old.ID, b.ID)
		if err != nil {
			return err
		}
		if repeated {
			b, err = bulletinTx(tx, a, prior, "")
			return err
		}
		if err := store.Insert(tx, "report_bulletin", b); err != nil {
			return err
		}
		if err := b.keepEdition(tx, "更正 "+old.Title); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "report.replace", Permission: PermWrite, Kind: "bulletin", Object: b.ID, Detail: map[string]any{"replaces": old.ID}})
	})
	return b, err
}
