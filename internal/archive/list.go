package archive

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// ListState is what has become of a destruction list.
type ListState string

// The states of a destruction list.
const (
	ListProposed ListState = "proposed" // 待批准
	ListApproved ListState = "approved" // 已批准, being carried out
	ListRejected ListState = "rejected" // 未批准
	ListDone     ListState = "done"     // 已执行
)

// Label is the state's Chinese name.
func (s ListState) Label() string {
	return map[ListState]string{ListProposed: "待批准", ListApproved: "已批准，正在执行", ListRejected: "未批准", ListDone: "已执行"}[s]
}

// List (销毁清册) is a set of records whose destruction one person proposes and another decides.
type List struct {
	CentreID   string        `db:"centre_id" json:"-"`
	ID         string        `db:"id" json:"id"`
	No         string        `db:"no" json:"no"`
	State      ListState     `db:"state" json:"state"`
	Reason     string        `db:"reason" json:"reason"`
	Records    int           `db:"records" json:"records"`
	Destroyed  int           `db:"destroyed" json:"destroyed"`
	Spared     int           `db:"spared" json:"spared"` // taken off while it was carried out, because of a hold
	ProposedAt clock.Instant `db:"proposed_at" json:"proposed_at"`
	ProposedBy string        `db:"proposed_by" json:"proposed_by"`
	DecidedAt  clock.Instant `db:"decided_at" json:"decided_at,omitzero"`
	DecidedBy  string        `db:"decided_by" json:"decided_by,omitempty"`
	Remark     string        `db:"remark" json:"remark,omitempty"`
	EndedAt    clock.Instant `db:"ended_at" json:"ended_at,omitzero"`
	Version    int64         `db:"version" json:"version"`
}

// MaxListRecords is how many records one list may have, so that it can be read before it is signed.
const MaxListRecords = 500

var listColumns = store.Columns[List]("")

func listTx(tx *store.Tx, centre, id, lock string) (List, error) {
	l, err := store.Get[List](tx, "SELECT "+listColumns+" FROM archive_list WHERE centre_id = $1 AND id = $2"+lock, centre, id)
	if errors.Is(err, store.ErrNotFound) {
		return l, ErrNotFound.Say("没有这本销毁清册，或您无权查看。")
	}
	return l, err
}

func (l *List) save(tx *store.Tx) error {
	l.Version++
	return store.Update(tx, "archive_list", *l, "centre_id", "id")
}

// ProposeInput is which records are to be destroyed, and why.
type ProposeInput struct {
	Key     string   `json:"-"` // Idempotency-Key
	Records []string `json:"records"`
	Reason  string   `json:"reason"`
}

// Propose puts records that are due on a new destruction list (提出销毁): those named, or where none are, all that are due
// and not held, as many as a list may have.
func (m *Module) Propose(ctx context.Context, in ProposeInput) (List, error) {
	a := actor.From(ctx)
	if err := a.Require(PermPropose); err != nil {
		return List{}, err
	}
	if in.Reason = strings.TrimSpace(in.Reason); in.Reason == "" || len([]rune(in.Reason)) > 500 {
		return List{}, ErrInput.Field("reason", "请写明鉴定意见，最多 500 字。")
	}
	if len(in.Records) > MaxListRecords {
		return List{}, ErrInput.Field("records", "一本清册最多 %d 份，请分几本。", MaxListRecords)
	}
	var l List
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		id := tx.NewID()
		prior, repeated, err := once.ClaimContent(tx, in.Key, "archive.propose", in, id)
		if err != nil {
			return err
		}
		if repeated {
			l, err = listTx(tx, a.CentreID, prior, "")
			return err
		}
		list, err := dueRecords(tx, a.CentreID, in.Records)
		if err != nil {
			return err
		}
		l = List{CentreID: a.CentreID, ID: id, State: ListProposed, Reason: in.Reason, Records: len(list), ProposedAt: tx.Now(), ProposedBy: a.UserID, Version: 1}
		if l.No, err = nextNo(tx, a.CentreID); err != nil {
			return err
		}
		if err := store.Insert(tx, "archive_list", l); err != nil {
			return err
		}
		for i := range list {
			list[i].State, list[i].ListID = Proposed, l.ID
			if err := list[i].save(tx); err != nil {
				return err
			}
		}
		return audit.Record(tx, audit.Entry{Action: "archive.propose", Permission: PermPropose, Kind: "archive_list", Object: l.ID, Detail: map[string]any{"no": l.No, "records": l.Records}})
	})
	return l, err
}

// dueRecords loads the records that a list may take; one that may not be destroyed refuses the whole list.
func dueRecords(tx *store.Tx, centre string, ids []string) ([]Record, error) {
	w := (&store.Where{}).And("centre_id = ?", centre)
	if len(ids) > 0 {
		store.In(w, "id", ids)
	} else {
		w.And("state = 'due'").And("holds = 0")
	}
	list, err := store.Select[Record](tx, "SELECT "+recordColumns+" FROM archive_record"+w.SQL()+" ORDER BY id LIMIT "+itoa(MaxListRecords)+tx.ForUpdate(), w.Args...)
	if err != nil {
		return nil, err
	}
	if len(list) < len(ids) {
		return nil, ErrNotFound
	}
	if len(list) == 0 {
		return nil, ErrState.Say("没有到期而未封存的档案，不用提出销毁。")
	}
	for _, r := range list {
		switch {
		case r.Holds > 0:
			return nil, ErrHeld.Say("档案 %s 正在封存保全，不能列入。请先解除封存，或去掉这一份。", r.No)
		case r.State != Due:
			return nil, ErrState.Say("档案 %s 处于“%s”，不能列入。只有到期的可以列入销毁清册。", r.No, r.State.Label())
		}
	}
	return list, nil
}

// nextNo numbers a centre's lists within a year. Two people at the same moment get the same number, and one of them the
// answer to try again.
func nextNo(tx *store.Tx, centre string) (string, error) {
	year := itoa(tx.Now().Date().Year())
	last, err := store.Select[string](tx, "SELECT no FROM archive_list WHERE centre_id = $1 AND no >= $2 AND no < $3 ORDER BY no DESC LIMIT 1", centre, "XH-"+year+"-", "XH-"+year+".")
	n := 0
	if len(last) == 1 {
		if _, err := fmt.Sscanf(last[0], "XH-"+year+"-%d", &n); err != nil {
			return "", fmt.Errorf("number of a destruction list: %w", err)
		}
	}
	return fmt.Sprintf("XH-%s-%03d", year, n+1), err
}

// Decide approves or rejects a destruction list (审批销毁). Whoever proposed it may not; an approval is carried out by a
// job.
func (m *Module) Decide(ctx context.Context, id string, version int64, approve bool, remark string) (List, error) {
	a := actor.From(ctx)
	if err := a.Require(PermApprove); err != nil {
		return List{}, err
	}
	remark = strings.TrimSpace(remark)
	if !approve && remark == "" || len([]rune(remark)) > 200 {
		return List{}, ErrInput.Field("remark", "不批准时请写明理由，最多 200 字。")
	}
	var l List
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if l, err = listTx(tx, a.CentreID, id, tx.ForUpdate()); err != nil {
			return err
		}
		switch {
		case l.State != ListProposed:
			return ErrState
		case version != 0 && version != l.Version:
			return store.ErrStale.With("version", l.Version)
		case l.ProposedBy == a.UserID:
			return ErrSamePerson
		}
		l.DecidedAt, l.DecidedBy, l.Remark, l.State = tx.Now(), a.UserID, remark, ListRejected
		if approve {
			l.State = ListApproved
			if err := jobs.Insert(tx, a.CentreID, jobDestroy, l.ID, 0, destroyArgs{List: l.ID}); err != nil {
				return err
			}
		} else if err := tx.Queue("UPDATE archive_record SET state = 'due', list_id = '', version = version + 1 WHERE centre_id = $1 AND list_id = $2", a.CentreID, l.ID); err != nil {
			return err
		}
		if err := l.save(tx); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "archive.decide", Permission: PermApprove, Kind: "archive_list", Object: l.ID, Detail: map[string]any{"no": l.No, "approved": approve, "records": l.Records}})
	})
	return l, err
}

// Lists gives a page of the destruction lists, newest first, and the cursor of the next page.
func (m *Module) Lists(ctx context.Context, after string) (out []List, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, "", err
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	if after != "" {
		w.And("id < ?", after)
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		out, err = store.Select[List](tx, "SELECT "+listColumns+" FROM archive_list"+w.SQL()+" ORDER BY id DESC LIMIT "+itoa(pageSize+1), w.Args...)
		return err
	})
	if len(out) > pageSize {
		out = out[:pageSize]
		next = out[pageSize-1].ID
	}
	return out, next, err
}

// Inventory is a destruction list with its records, as it is printed and signed.
type Inventory struct {
	List
	Items   []Record          `json:"items"`
	Classes map[string]Class  `json:"-"`
	Names   map[string]string `json:"names"` // of the people on it
}

// Inventory gives a destruction list with its records.
func (m *Module) Inventory(ctx context.Context, id string) (inv Inventory, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return inv, err
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		if inv.List, err = listTx(tx, a.CentreID, id, ""); err != nil {
			return err
		}
		if inv.Items, err = store.Select[Record](tx, "SELECT "+recordColumns+" FROM archive_record WHERE centre_id = $1 AND list_id = $2 ORDER BY id", a.CentreID, id); err != nil {
			return err
		}
		classes, err := classesTx(tx, a.CentreID)
		if err != nil {
			return err
		}
		inv.Classes = map[string]Class{}
		for _, c := range classes {
			inv.Classes[c.Code] = c
		}
		inv.Names, err = m.org.UserNamesTx(tx, a.CentreID, []string{inv.ProposedBy, inv.DecidedBy})
		return err
	})
	return inv, err
}

// DueCount counts what waits for a decision of the reader: lists to approve, and records that are due.
func (m *Module) DueCount(ctx context.Context) (n int, err error) {
	a := actor.From(ctx)
	if !a.Can(PermRead) {
		return 0, nil
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		query := ""
		switch {
		case a.Can(PermApprove):
			query = "SELECT COUNT(*) FROM (SELECT 1 FROM archive_list WHERE centre_id = $1 AND state = 'proposed' LIMIT 100) x"
		case a.Can(PermPropose):
			query = "SELECT COUNT(*) FROM (SELECT 1 FROM archive_record WHERE centre_id = $1 AND state = 'due' LIMIT 100) x"
		default:
			return nil
		}
		count, err := store.Get[int64](tx, query, a.CentreID)
		n = int(count)
		return err
	})
	return n, err
}
