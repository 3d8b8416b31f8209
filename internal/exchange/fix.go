package exchange

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// States of a request to put data right.
const (
	FixOpen      = "open"      // 待校核
	FixCorrected = "corrected" // 已更正
	FixKept      = "kept"      // 核对无误，不更正
)

// FixLabel is the Chinese name of such a state.
func FixLabel(state string) string {
	return map[string]string{FixOpen: "待校核", FixCorrected: "已更正", FixKept: "核对无误"}[state]
}

// fixDays is the limit of the answer in working days: the one of the answer to a request, because the regulation names
// none.
const fixDays = 10

// DataFix (数据校核) is word to a provider that data which it shared are wrong. What is wrong, and the answer, may name
// people: both are stored encrypted.
type DataFix struct {
	CentreID    string        `db:"centre_id" json:"-"`
	ID          string        `db:"id" json:"id"`
	No          string        `db:"no" json:"no"`
	UsageSeq    int64         `db:"usage_seq" json:"usage"`
	EntryID     string        `db:"entry_id" json:"entry_id"`
	EntryName   string        `db:"entry_name" json:"entry_name"`
	ProviderID  string        `db:"provider_id" json:"provider_id"`
	RequesterID string        `db:"requester_id" json:"requester_id"`
	SiteID      string        `db:"site_id" json:"-"`
	CaseNo      string        `db:"case_no" json:"case_no"`
	FieldsText  string        `db:"fields" json:"-"`
	TextEnc     []byte        `db:"text_enc" json:"-"`
	State       string        `db:"state" json:"state"`
	AnswerEnc   []byte        `db:"answer_enc" json:"-"`
	AskedBy     string        `db:"asked_by" json:"asked_by"`
	AskedAt     clock.Instant `db:"asked_at" json:"asked_at"`
	Due         clock.Instant `db:"due" json:"due"`
	AnsweredBy  string        `db:"answered_by" json:"answered_by,omitempty"`
	AnsweredAt  clock.Instant `db:"answered_at" json:"answered_at,omitzero"`
	Version     int64         `db:"version" json:"version"`
}

var fixColumns = store.Columns[DataFix]("")

// Fields are the codes of the fields that are said to be wrong.
func (f *DataFix) Fields() List { return readList(f.FieldsText) }

func (f *DataFix) provider() org.Row { return org.Row{CentreID: f.CentreID, UnitID: f.ProviderID} }

// FixInput is what is wrong with the data of a use.
type FixInput struct {
	Usage  int64    `json:"usage"`
	Fields []string `json:"fields"`
	Text   string   `json:"text"`
	Key    string   `json:"-"`
}

// AskFix tells the provider of the data of a use that they are wrong. Whoever may use data may ask.
func (m *Module) AskFix(ctx context.Context, in FixInput) (DataFix, error) {
	a := actor.From(ctx)
	if err := a.Require(PermUse); err != nil {
		return DataFix{}, err
	}
	in.Text = strings.TrimSpace(in.Text)
	e := ErrInput
	if n := utf8.RuneCountInString(in.Text); n == 0 || n > 500 {
		e = e.Field("text", "请写明哪里有误、依据是什么，最多 500 个字。")
	}
	if len(in.Fields) == 0 {
		e = e.Field("fields", "请选择有误的数据项。")
	}
	if err := e.OrNil(); err != nil {
		return DataFix{}, err
	}
	text := m.Keys.Seal(in.Text)
	var f DataFix
	err := m.DB.WithTx(ctx, func(tx *store.Tx) error {
		id := tx.NewID()
		prior, repeated, err := once.Claim(tx, in.Key, "exchange.fix|"+itoa(in.Usage)+"|"+m.Keys.BlindIndex("exchange-text", in.Text), id)
		if err != nil {
			return err
		}
		if repeated {
			f, err = loadFix(tx, a.CentreID, prior)
			return err
		}
		f, err = m.newFix(tx, a, id, in, text)
		return err
	})
	return f, err
}

func (m *Module) newFix(tx *store.Tx, a *actor.Actor, id string, in FixInput, text []byte) (DataFix, error) {
	u, err := usageTx(tx, a, in.Usage)
	if err != nil {
		return DataFix{}, err
	}
	if u.Outcome != Permitted || !holdsAll(u.Fields(), in.Fields) {
		return DataFix{}, ErrInput.Field("fields", "只能对准许查询的数据项提出校核。")
	}
	n, err := nextOf(tx, a.CentreID, "fix"+itoa(tx.Now().Date().Year()))
	if err != nil {
		return DataFix{}, err
	}
	cal, err := m.Calendar.ForCentre(tx, a.CentreID, "")
	if err != nil {
		return DataFix{}, err
	}
	f := DataFix{CentreID: a.CentreID, ID: id, No: fmt.Sprintf("数校〔%d〕%04d号", tx.Now().Date().Year(), n), UsageSeq: u.Seq, EntryID: u.EntryID, EntryName: u.EntryName, ProviderID: u.ProviderID, RequesterID: u.UnitID, SiteID: a.SiteID,
		CaseNo: u.CaseNo, FieldsText: List(in.Fields).Text(), TextEnc: text, State: FixOpen, AnswerEnc: []byte{}, AskedBy: a.UserID, AskedAt: tx.Now(), Due: cal.Due(calendar.Workdays(fixDays).AtEndOfDay(), tx.Now(), "").At, Version: 1}
	if err := store.Insert(tx, "exchange_fix", f); err != nil {
		return f, err
	}
	if err := m.watchFix(tx, &f, cal); err != nil {
		return f, err
	}
	return f, audit.Record(tx, audit.Entry{Action: "exchange.ask_fix", Permission: PermUse, Kind: "share_fix", Object: f.ID, Detail: map[string]any{"no": f.No, "usage": f.UsageSeq}})
}

func loadFix(tx *store.Tx, centre, id string) (DataFix, error) {
	f, err := store.Get[DataFix](tx, "SELECT "+fixColumns+" FROM exchange_fix WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), centre, id)
	if errors.Is(err, store.ErrNotFound) {
		return f, ErrFix
	}
	return f, err
}

// AnswerFix answers a request to put data right: they were corrected, or they are right as they are, and why.
func (m *Module) AnswerFix(ctx context.Context, id string, version int64, corrected bool, text string) (DataFix, error) {
	a := actor.From(ctx)
	if err := a.Require(PermAnswer); err != nil {
		return DataFix{}, err
	}
	text = strings.TrimSpace(text)
	if n := utf8.RuneCountInString(text); n == 0 || n > 500 {
		return DataFix{}, ErrReason.Field("text", "请写明校核结果，最多 500 个字。")
	}
	sealed := m.Keys.Seal(text)
	var f DataFix
	err := m.DB.WithTx(ctx, func(tx *store.Tx) (err error) {
		if f, err = loadFix(tx, a.CentreID, id); err != nil {
			return err
		}
		switch {
		case !org.Sees(a, PermAnswer, f.provider()):
			return ErrFix.Hide()
		case version != 0 && version != f.Version:
			return ErrVersion.With("version", f.Version)
		case f.State != FixOpen:
			return ErrState.Say("这件校核申请%s，没有再次答复。", FixLabel(f.State))
		}
		f.State = FixKept
		if corrected {
			f.State = FixCorrected
		}
		f.AnswerEnc, f.AnsweredBy, f.AnsweredAt = sealed, a.UserID, tx.Now()
		f.Version++
		if err := store.Update(tx, "exchange_fix", f, "centre_id", "id"); err != nil {
			return err
		}
		if err := m.ease(tx, f.CentreID, f.ID, ClockFix); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "exchange.answer_fix", Permission: PermAnswer, Kind: "share_fix", Object: f.ID, Detail: map[string]any{"no": f.No, "state": f.State}})
	})
	return f, err
}

// FixRow is a request to put data right as a list shows it.
type FixRow struct {
	DataFix
	Provider  string   `json:"provider_name"`
	Requester string   `json:"requester_name"`
	Text      string   `json:"text"`
	Answer    string   `json:"answer,omitempty"`
	Wrong     []string `json:"fields"`
	Names     []string `json:"field_names"`
	MayAnswer bool     `json:"may_answer"`
	Late      bool     `json:"late"` // the answer is overdue, or came late
}

// FixFilter chooses requests to put data right.
type FixFilter struct {
	Side  string
	After string // id of the last one of the page before
}

// Fixes lists requests to put data right, newest first: those that the actor's unit, site or himself made, or those that
// were made to his unit. They name people: only the two units read them.
func (m *Module) Fixes(ctx context.Context, f FixFilter) (list []FixRow, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermUse); err != nil {
		return nil, "", err
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	switch {
	case f.Side == SideIn && a.Can(PermAnswer):
		store.In(w, "provider_id", units(a))
	case a.Scope(PermUse) == actor.Unit:
		store.In(w, "requester_id", units(a))
	default:
		w.And("asked_by = ?", a.UserID)
	}
	if f.After != "" {
		w.And("id < ?", f.After)
	}
	err = m.DB.Read(ctx, func(tx *store.Tx) error {
		found, err := store.Select[DataFix](tx, "SELECT "+fixColumns+" FROM exchange_fix"+w.SQL()+" ORDER BY id DESC LIMIT "+itoa(ListPage+1), w.Args...)
		if err != nil {
			return err
		}
		if len(found) > ListPage {
			found, next = found[:ListPage], found[ListPage-1].ID
		}
		list, err = m.openFixes(tx, a, found)
		return err
	})
	return list, next, err
}

func (m *Module) openFixes(tx *store.Tx, a *actor.Actor, found []DataFix) ([]FixRow, error) {
	list, names := make([]FixRow, len(found)), fieldNames{}
	for i, x := range found {
		wrong, err := names.of(tx, a.CentreID, x.EntryID, x.Fields())
		if err != nil {
			return nil, err
		}
		text, err := m.Keys.Open(x.TextEnc)
		if err != nil {
			return nil, err
		}
		answer := ""
		if len(x.AnswerEnc) > 0 {
			if answer, err = m.Keys.Open(x.AnswerEnc); err != nil {
				return nil, err
			}
		}
		list[i] = FixRow{DataFix: x, Text: text, Answer: answer, Wrong: x.Fields(), Names: wrong, MayAnswer: x.State == FixOpen && org.Sees(a, PermAnswer, x.provider()), Late: x.Late(tx.Now())}
	}
	return list, m.nameUnits(tx, a.CentreID, 2*len(list), func(i int) (string, *string) {
		if i%2 == 0 {
			return list[i/2].ProviderID, &list[i/2].Provider
		}
		return list[i/2].RequesterID, &list[i/2].Requester
	})
}
