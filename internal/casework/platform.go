package casework

import (
	"context"
	"errors"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/item"
	"yichuang/internal/store"
)

// PlatformCase (平台办件) is a case as the provincial platform (省级政务服务平台) has it. It stands beside the centre's own
// cases: OriginalTime and the other moments are the platform's and are never mixed with the moments of our events, ImportedAt
// is ours (invariant I2). Case names the case of ours that is the same, where one is known.
type PlatformCase struct {
	CentreID     string        `db:"centre_id" json:"-"`
	ID           string        `db:"id" json:"id"`
	Source       string        `db:"source" json:"source"`                    // 来源: which platform
	ExternalNo   string        `db:"external_no" json:"external_no"`          // its number there
	LocalNo      string        `db:"local_no" json:"local_no,omitempty"`      // our number, where the platform knows it
	CaseID       CaseID        `db:"case_id" json:"case_id,omitempty"`        // the same case of ours
	ItemCode     string        `db:"item_code" json:"item_code,omitempty"`    // 实施编码
	ItemName     string        `db:"item_name" json:"item_name"`              // 事项名称
	UnitName     string        `db:"unit_name" json:"unit_name"`              // as the platform writes it
	UnitID       string        `db:"unit_id" json:"unit_id,omitempty"`        // the unit of that name, where there is one
	Kind         item.CaseKind `db:"kind" json:"kind,omitempty"`              // 办件类型
	Channel      string        `db:"channel" json:"channel,omitempty"`        // 申请方式
	ApplicantEnc []byte        `db:"applicant_enc" json:"-"`                  // 申请人名称, sealed
	Applicant    string        `db:"-" json:"applicant"`                      // masked
	State        State         `db:"state" json:"state"`                      // by the mapping
	StateText    string        `db:"state_text" json:"state_text"`            // as the platform words it
	OriginalTime clock.Instant `db:"original_time" json:"original_time"`      // 申请时间 there
	AcceptedAt   clock.Instant `db:"accepted_at" json:"accepted_at,omitzero"` // 受理时间 there
	DueAt        clock.Instant `db:"due_at" json:"due_at,omitzero"`           // 承诺办结时间 there
	DecidedAt    clock.Instant `db:"decided_at" json:"decided_at,omitzero"`   // 决定时间 there
	ClosedAt     clock.Instant `db:"closed_at" json:"closed_at,omitzero"`     // 办结时间 there
	ResultNo     string        `db:"result_no" json:"result_no,omitempty"`    // 证照编号
	Digest       string        `db:"digest" json:"-"`                         // of what the platform says
	ImportedAt   clock.Instant `db:"imported_at" json:"imported_at"`          // when it was first taken in here
	ChangedAt    clock.Instant `db:"changed_at" json:"changed_at"`            // when an import last changed it
	ImportID     string        `db:"import_id" json:"import_id"`              // which import that was
	Version      int64         `db:"version" json:"version"`                  // counts the changes
	SeenAt       clock.Instant `db:"seen_at" json:"seen_at,omitzero"`         // when an import last had it, changed or not
}

var platformColumns = store.Columns[PlatformCase]("")

// PlatformChange (平台办件变更) is what a later import changed.
type PlatformChange struct {
	CentreID   string        `db:"centre_id" json:"-"`
	PlatformID string        `db:"platform_id" json:"-"`
	Version    int64         `db:"version" json:"version"`
	ImportID   string        `db:"import_id" json:"import_id"`
	Was        State         `db:"was" json:"was"`
	State      State         `db:"state" json:"state"`
	At         clock.Instant `db:"at" json:"at"`
}

// PlatformFilter chooses cases of the platform; empty fields choose all.
type PlatformFilter struct {
	No     string // the whole number there
	State  State
	Linked string // "yes" or "no": whether a case of ours is known
	After  string
	Limit  int
}

// PlatformCases lists the cases of the platform that the actor may see, the newest import first.
func (m *Module) PlatformCases(ctx context.Context, f PlatformFilter) (list []PlatformCase, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermPlatform); err != nil {
		return nil, "", err
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	reach(w, a, PermPlatform, "", "")
	if f.No = strings.TrimSpace(f.No); f.No != "" {
		w.And("external_no = ?", f.No)
	}
	if f.State != "" {
		w.And("state = ?", f.State)
	}
	switch f.Linked {
	case "yes":
		w.And("case_id <> ''")
	case "no":
		w.And("case_id = ''")
	}
	if f.After != "" {
		w.And("id < ?", f.After)
	}
	n := f.Limit
	if n <= 0 || n > ListPage {
		n = ListPage
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		list, err = store.Select[PlatformCase](tx, "SELECT "+platformColumns+" FROM casework_platform"+w.SQL()+" ORDER BY id DESC LIMIT "+itoa(n+1), w.Args...)
		return err
	})
	if len(list) > n {
		list = list[:n]
		next = list[n-1].ID
	}
	for i := range list {
		if err == nil {
			err = m.maskPlatform(&list[i])
		}
	}
	return list, next, err
}

func (m *Module) maskPlatform(p *PlatformCase) error {
	if len(p.ApplicantEnc) == 0 {
		return nil
	}
	name, err := m.keys.Open(p.ApplicantEnc)
	p.Applicant = crypt.MaskName(name)
	return err
}

// PlatformSheet is a case of the platform with its course of imports and the case of ours that is the same.
type PlatformSheet struct {
	PlatformCase
	Changes []PlatformChange `json:"changes"`
	OurNo   string           `json:"our_no,omitempty"`
}

// ErrPlatform is a case of the platform that is not there.
var ErrPlatform = errs.New(errs.NotFound, "casework.platform", "没有这个平台办件，或您无权查看。请核对编号。")

// PlatformOf gives one case of the platform.
func (m *Module) PlatformOf(ctx context.Context, id string) (PlatformSheet, error) {
	a := actor.From(ctx)
	var s PlatformSheet
	if err := a.Require(PermPlatform); err != nil {
		return s, err
	}
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		w := (&store.Where{}).And("centre_id = ?", a.CentreID).And("id = ?", id)
		reach(w, a, PermPlatform, "", "")
		p, err := store.Get[PlatformCase](tx, "SELECT "+platformColumns+" FROM casework_platform"+w.SQL(), w.Args...)
		if errors.Is(err, store.ErrNotFound) {
			return ErrPlatform.Hide()
		}
		if err != nil {
			return err
		}
		s = PlatformSheet{PlatformCase: p}
		if s.Changes, err = store.Select[PlatformChange](tx, "SELECT "+store.Columns[PlatformChange]("")+" FROM casework_platform_change WHERE centre_id = $1 AND platform_id = $2 ORDER BY version", a.CentreID, id); err != nil {
			return err
		}
		if p.CaseID != "" {
			c, err := findCase(tx, a.CentreID, string(p.CaseID))
			if err != nil {
				return err
			}
			s.OurNo = c.No
		}
		return m.maskPlatform(&s.PlatformCase)
	})
	return s, err
}

// adopt lets the platform's row of the number that a case of ours just got be that case.
func (m *Module) adopt(tx *store.Tx, d *dossier) error {
	return tx.Queue("UPDATE casework_platform SET case_id = $3 WHERE centre_id = $1 AND external_no = $2 AND case_id = ''", d.CentreID, d.ExternalNo, d.ID)
}
