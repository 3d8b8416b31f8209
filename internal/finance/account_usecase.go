package finance

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/store"
)

func itoa(n int) string { return strconv.Itoa(n) }

// AccountView is the final accounts of a year with their revisions, clocks and course.
type AccountView struct {
	Book      Book      `json:"book"`
	Current   Account   `json:"current"`
	Revisions []Account `json:"revisions"`
	Steps     []Step    `json:"steps"`
	Clocks    Clocks    `json:"clocks"`
	// Names are the display names of whoever signed, by user id.
	Names map[string]string `json:"names"`
}

// Account gives the final accounts of a year.
func (m *Module) Account(ctx context.Context, year int) (AccountView, error) {
	var v AccountView
	err := m.read(ctx, year, func(tx *store.Tx, b *Book) (err error) {
		v = AccountView{Book: *b, Names: map[string]string{}}
		if v.Revisions, err = store.Select[Account](tx, "SELECT "+accountColumns+" FROM finance_account WHERE centre_id = $1 AND year = $2 ORDER BY revision DESC", b.CentreID, year); err != nil {
			return err
		}
		if v.Steps, err = store.Select[Step](tx, "SELECT "+store.Columns[Step]("")+" FROM finance_step WHERE centre_id = $1 AND year = $2 ORDER BY id DESC LIMIT 200", b.CentreID, year); err != nil {
			return err
		}
		for _, s := range v.Steps {
			v.Names[s.By] = s.ByName
		}
		v.Current = v.Revisions[0]
		cal, err := m.calendar.ForCentre(tx, b.CentreID, "")
		if err != nil {
			return err
		}
		units, err := unitsTx(tx, b.CentreID)
		if err != nil {
			return err
		}
		v.Clocks = v.Current.clocks(cal, tx.Now().Date(), active(units))
		return nil
	})
	return v, err
}

// active counts the units that are still there.
func active(units []Unit) int {
	n := 0
	for _, u := range units {
		if u.Active {
			n++
		}
	}
	return n
}

// Overview (账套一览) is a book with how far its accounts are and the limits that run.
type Overview struct {
	Book    Book    `json:"book"`
	Account Account `json:"account"`
	Clocks  Clocks  `json:"clocks"`
}

// Overviews lists the books with their accounts, the newest year first.
func (m *Module) Overviews(ctx context.Context) ([]Overview, error) {
	books, err := m.Books(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Overview, len(books))
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		cal, err := m.calendar.ForCentre(tx, actor.From(ctx).CentreID, "")
		if err != nil {
			return err
		}
		units, err := unitsTx(tx, actor.From(ctx).CentreID)
		if err != nil {
			return err
		}
		for i := range books {
			out[i].Book = books[i]
			if out[i].Account, err = latestAccount(tx, &books[i]); err != nil {
				return err
			}
			out[i].Clocks = out[i].Account.clocks(cal, tx.Now().Date(), active(units))
		}
		return nil
	})
	return out, err
}

// move takes one step with the newest revision of a year: version, state, the rule itself, step and audit line.
func (m *Module) move(ctx context.Context, p actor.Permission, year int, version int64, act Action, remark string, rule func(tx *store.Tx, b *Book, a *Account) error) (Account, error) {
	var out Account
	remark = strings.TrimSpace(remark)
	if utf8.RuneCountInString(remark) > 1000 {
		return out, ErrAccountInput.Field("remark", "1000 个字以内。")
	}
	err := m.change(ctx, p, year, func(tx *store.Tx, b *Book) error {
		a, err := latestAccount(tx, b)
		if err != nil {
			return err
		}
		if version != a.Version {
			return store.ErrStale.With("version", a.Version)
		}
		to, ok := next(a.State, act)
		if !ok {
			return ErrWrongState.Say("决算%s，不能%s。请刷新后再看。", a.State.Label(), act.Label())
		}
		a.State = to
		if err := rule(tx, b, &a); err != nil {
			return err
		}
		a.Version++
		if err := store.Update(tx, "finance_account", a, "centre_id", "year", "revision"); err != nil {
			return err
		}
		out = a
		return m.stepped(tx, p, &a, act, remark)
	})
	return out, err
}

// stepped writes the step and the audit line of what happened to a revision.
func (m *Module) stepped(tx *store.Tx, p actor.Permission, a *Account, act Action, remark string) error {
	who := actor.From(tx.Context())
	err := store.Insert(tx, "finance_step", Step{CentreID: a.CentreID, Year: a.Year, ID: tx.NewID(), Revision: a.Revision, Action: act, Remark: remark, At: tx.Now(), By: who.UserID, ByName: who.Name})
	if err != nil {
		return err
	}
	digest, err := hex.DecodeString(a.Hash)
	if err != nil {
		return err
	}
	return audit.Record(tx, audit.Entry{Action: "finance.account_" + string(act), Permission: p, Kind: "account", Object: bookObject(a.Year), Digest: digest,
		Detail: map[string]any{"year": a.Year, "revision": a.Revision, "state": a.State, "hash": a.Hash}})
}

// freeze computes what is published and its hash; obstacles refuse.
func (m *Module) freeze(tx *store.Tx, b *Book) (content, hash string, err error) {
	d, err := m.disclosureTx(tx, b)
	if err != nil {
		return "", "", err
	}
	if list := d.Obstacles(); len(list) > 0 {
		return "", "", ErrUnfinished.Say("决算还没有编制完，不能送审：%s", strings.Join(list, ""))
	}
	return sealed(d)
}

// sealed is a disclosure as it is stored, with the hash of what readers see of it: no version numbers of the books.
func sealed(d *Disclosure) (content, hash string, err error) {
	d.Book.Version = 0
	d.Layout, d.Carries = d.Statement.Template.Source(), d.carries
	for i := range d.Units {
		d.Units[i].Version = 0
	}
	text, err := json.Marshal(d)
	if err != nil {
		return "", "", err
	}
	sum := crypt.SM3(text)
	return string(text), hex.EncodeToString(sum[:]), nil
}

// Submit sends a draft for review (送审): its content is frozen.
func (m *Module) Submit(ctx context.Context, year int, version int64) (Account, error) {
	return m.move(ctx, PermDraft, year, version, ActSubmit, "", func(tx *store.Tx, b *Book, a *Account) (err error) {
		a.Content, a.Hash, err = m.freeze(tx, b)
		a.SubmittedAt, a.SubmittedBy = tx.Now(), actor.From(ctx).UserID
		return err
	})
}

// Return gives a revision back for changes, with the reason.
func (m *Module) Return(ctx context.Context, year int, version int64, reason string) (Account, error) {
	if strings.TrimSpace(reason) == "" {
		return Account{}, ErrAccountInput.Field("remark", "请写明退回的理由。")
	}
	return m.move(ctx, PermReview, year, version, ActReturn, reason, func(_ *store.Tx, _ *Book, a *Account) error {
		a.reset()
		return nil
	})
}

// reset takes back everything that was signed.
func (a *Account) reset() {
	a.SubmittedAt, a.SubmittedBy, a.ReviewedAt, a.ReviewedBy, a.ClearedAt, a.ClearedBy, a.Clearance, a.Content, a.Hash = 0, "", 0, "", 0, "", "", "", ""
	a.ApprovedOn, a.ApprovalNo, a.ApprovedBy, a.RepliedOn = clock.NoDate, "", "", clock.NoDate
}

// Sign is the head's review and signature (审核、负责人签章): by another person than the one who submitted.
func (m *Module) Sign(ctx context.Context, year int, version int64, remark string) (Account, error) {
	return m.move(ctx, PermReview, year, version, ActReview, remark, func(tx *store.Tx, _ *Book, a *Account) error {
		who := actor.From(ctx)
		if who.UserID == a.SubmittedBy && who.Kind != actor.System {
			return ErrSamePerson
		}
		a.ReviewedAt, a.ReviewedBy = tx.Now(), who.UserID
		return nil
	})
}

// Approval is the reply (批复) of the finance department, or of the department above.
type Approval struct {
	On     clock.Date `json:"on"`
	Number string     `json:"number"`
	By     string     `json:"by"`
}

// Approve enters the reply; from its day on the limits run.
func (m *Module) Approve(ctx context.Context, year int, version int64, in Approval) (Account, error) {
	in.Number, in.By = strings.TrimSpace(in.Number), strings.TrimSpace(in.By)
	return m.move(ctx, PermApprove, year, version, ActApprove, in.By+" "+in.Number, func(tx *store.Tx, _ *Book, a *Account) error {
		e := ErrAccountInput
		if in.On.IsZero() || in.On > tx.Now().Date() || in.On < clock.Day(year+1, 1, 1) {
			e = e.Field("on", "批复日期应在 %d 年以后，且不晚于今天。", year)
		}
		if in.Number == "" || utf8.RuneCountInString(in.Number) > 60 {
			e = e.Field("number", "请填写批复文号，60 个字以内。")
		}
		if in.By == "" || utf8.RuneCountInString(in.By) > 60 {
			e = e.Field("by", "请填写批复的单位，60 个字以内。")
		}
		a.ApprovedOn, a.ApprovalNo, a.ApprovedBy = in.On, in.Number, in.By
		return e.OrNil()
	})
}

// ReplyToUnits enters the day on which the department replied to the units below it (批复下级单位): within fifteen days of
// the reply that it got itself (预算法 80).
func (m *Module) ReplyToUnits(ctx context.Context, year int, version int64, on clock.Date) (Account, error) {
	return m.move(ctx, PermApprove, year, version, ActReply, "", func(tx *store.Tx, b *Book, a *Account) error {
		units, err := unitsTx(tx, b.CentreID)
		switch {
		case err != nil:
			return err
		case active(units) < 2:
			return ErrAccountInput.Field("replied_on", "部门只有一个预算单位，没有要批复的下级单位。")
		case !a.RepliedOn.IsZero():
			return ErrAccountInput.Field("replied_on", "批复下级单位已经登记，没有重复登记。")
		case on.IsZero() || on < a.ApprovedOn || on > tx.Now().Date():
			return ErrAccountInput.Field("replied_on", "批复下级单位的日期应在收到批复（%s）以后，且不晚于今天。", a.ApprovedOn)
		}
		a.RepliedOn = on
		return nil
	})
}

// Clear is the review for secrecy (保密审查), with its opinion.
func (m *Module) Clear(ctx context.Context, year int, version int64, pass bool, opinion string) (Account, error) {
	if opinion = strings.TrimSpace(opinion); opinion == "" {
		return Account{}, ErrAccountInput.Field("remark", "请填写保密审查意见。")
	}
	act := ActClear
	if !pass {
		act = ActRefuse
	}
	return m.move(ctx, PermSecrecy, year, version, act, opinion, func(tx *store.Tx, _ *Book, a *Account) error {
		if !pass {
			a.reset()
			return nil
		}
		a.ClearedAt, a.ClearedBy, a.Clearance = tx.Now(), actor.From(ctx).UserID, opinion
		return nil
	})
}

// Publish publishes (公开): the content must still be what was reviewed. An earlier published revision becomes 已更正.
func (m *Module) Publish(ctx context.Context, year int, version int64) (Account, error) {
	return m.move(ctx, PermPublish, year, version, ActPublish, "", func(tx *store.Tx, b *Book, a *Account) error {
		_, hash, err := m.freeze(tx, b)
		if err != nil {
			return err
		}
		if hash != a.Hash {
			return ErrHash
		}
		a.PublishedAt, a.PublishedOn, a.PublishedBy = tx.Now(), tx.Now().Date(), actor.From(ctx).UserID
		return tx.Queue("UPDATE finance_account SET state = $1, version = version + 1 WHERE centre_id = $2 AND year = $3 AND revision < $4 AND state = $5", Corrected, a.CentreID, a.Year, a.Revision, Published)
	})
}

// Correct begins a new revision of published accounts (更正), with the reason.
func (m *Module) Correct(ctx context.Context, year int, version int64, reason string) (Account, error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return Account{}, ErrAccountInput.Field("remark", "请写明更正的原因。")
	}
	var made Account
	_, err := m.move(ctx, PermDraft, year, version, ActCorrect, reason, func(tx *store.Tx, _ *Book, a *Account) error {
		made = Account{CentreID: a.CentreID, Year: a.Year, Revision: a.Revision + 1, State: Draft, ApprovedOn: clock.NoDate, RepliedOn: clock.NoDate, PublishedOn: clock.NoDate, Reason: reason, At: tx.Now(), By: actor.From(ctx).UserID, Version: 1}
		return store.Insert(tx, "finance_account", made)
	})
	return made, err
}

// Intact reports whether a revision's stored content still has its hash.
func (a *Account) Intact() bool {
	sum := crypt.SM3([]byte(a.Content))
	return a.Hash != "" && hex.EncodeToString(sum[:]) == a.Hash
}
