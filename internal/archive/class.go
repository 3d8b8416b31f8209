package archive

import (
	"context"
	"errors"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// Class (保管期限) is how long the records of one kind of matter are kept. An office sets its own and has them approved by
// the archive authority of its level (档案法实施条例 19); until then a class is marked 未确认.
type Class struct {
	CentreID   string        `db:"centre_id" json:"-"`
	Code       string        `db:"code" json:"code"`
	Name       string        `db:"name" json:"name"`
	Years      int           `db:"years" json:"years"`             // 0 is 永久
	Basis      string        `db:"basis" json:"basis"`             // rule or document it rests on
	Approval   string        `db:"approval" json:"approval"`       // number of the archive authority's approval
	ApprovedOn clock.Date    `db:"approved_on" json:"approved_on"` // its day
	Confirmed  bool          `db:"confirmed" json:"confirmed"`
	At         clock.Instant `db:"at" json:"at"`
	ByUser     string        `db:"by_user" json:"by_user,omitempty"`
	Version    int64         `db:"version" json:"version"`
	Key        string        `db:"-" json:"-"` // Idempotency-Key of a new class
}

// Term is the class's period in words.
func (c Class) Term() string {
	if c.Years == 0 {
		return "永久"
	}
	return "定期 " + itoa(c.Years) + " 年"
}

// KeepUntil is the last day on which a record that was archived at a moment must be kept: periods run from 1 January of
// the year after. NoDate is for ever.
func (c Class) KeepUntil(archived clock.Instant) clock.Date {
	if c.Years == 0 {
		return clock.NoDate
	}
	return clock.Day(archived.Date().Year()+c.Years, 12, 31)
}

// Codes of the classes that a new centre has.
const (
	ClassOrdinary = "ordinary"
	ClassSerious  = "serious"
	ClassLasting  = "lasting"

	ClassCase        = "case"         // of the hall
	ClassCaseSerious = "case_serious" // of the hall: refused, denied, heard
)

// defaultClasses follow the two terms of 国家档案局令第 8 号; which matter belongs where is our assumption until the office
// has its own table approved.
func defaultClasses() []Class {
	const basis = "机关文件材料归档范围和文书档案保管期限规定（国家档案局令第8号）第五条：定期分为30年、10年"
	return []Class{
		{Code: ClassOrdinary, Name: "一般工单", Years: 10, Basis: basis},
		{Code: ClassSerious, Name: "举报、保密、重办和特急工单", Years: 30, Basis: basis},
		{Code: ClassCase, Name: "一般办件", Years: 10, Basis: basis},
		{Code: ClassCaseSerious, Name: "不予受理、不予决定和经听证的办件", Years: 30, Basis: basis},
		{Code: ClassLasting, Name: "重大事项", Years: 0, Basis: "机关文件材料归档范围和文书档案保管期限规定（国家档案局令第8号）第五条：永久"},
	}
}

// Seed gives a new centre its classes and starts the watch over them.
func (m *Module) Seed(tx *store.Tx, centre string) error {
	for _, c := range defaultClasses() {
		if err := tx.Queue(`INSERT INTO archive_class (centre_id, code, name, years, basis, approval, approved_on, confirmed, at, by_user, version)
			VALUES ($1, $2, $3, $4, $5, '', $6, FALSE, $7, '', 1) ON CONFLICT (centre_id, code) DO NOTHING`, centre, c.Code, c.Name, c.Years, c.Basis, clock.NoDate, tx.Now()); err != nil {
			return err
		}
	}
	return Schedule(tx, centre)
}

var classColumns = store.Columns[Class]("")

func classesTx(tx *store.Tx, centre string) ([]Class, error) {
	return store.Select[Class](tx, "SELECT "+classColumns+" FROM archive_class WHERE centre_id = $1 ORDER BY years = 0, years, code", centre)
}

func classTx(tx *store.Tx, centre, code string) (Class, error) {
	c, err := store.Get[Class](tx, "SELECT "+classColumns+" FROM archive_class WHERE centre_id = $1 AND code = $2", centre, code)
	if errors.Is(err, store.ErrNotFound) {
		return c, ErrInput.Field("class", "没有这个保管期限类别，请从列表中选择。")
	}
	return c, err
}

// Classes lists the centre's retention classes, shortest first.
func (m *Module) Classes(ctx context.Context) (out []Class, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		out, err = classesTx(tx, a.CentreID)
		return err
	})
	return out, err
}

// SaveClass adds a class, or changes the one of its code in the version that the person saw (0 for a new one). Records of
// the class follow by a job.
func (m *Module) SaveClass(ctx context.Context, c Class) (Class, error) {
	a := actor.From(ctx)
	if err := a.Require(PermClass); err != nil {
		return c, err
	}
	if err := c.check(); err != nil {
		return c, err
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		now := c
		now.CentreID, now.At, now.ByUser = a.CentreID, tx.Now(), a.UserID
		detail := map[string]any{"name": now.Name, "years": now.Years, "approval": now.Approval, "confirmed": now.Confirmed}
		if c.Version == 0 {
			prior, repeated, err := once.ClaimContent(tx, c.Key, "archive.class", c, c.Code)
			if err != nil {
				return err
			}
			if repeated {
				c, err = classTx(tx, a.CentreID, prior)
				return err
			}
			now.Version = 1
			if err := store.Insert(tx, "archive_class", now); err != nil {
				return err
			}
		} else {
			was, err := classTx(tx, a.CentreID, c.Code)
			if err != nil {
				return err
			}
			if was.Version != c.Version {
				return store.ErrStale.With("version", was.Version)
			}
			detail["was_years"] = was.Years
			now.Version++
			if err := store.Update(tx, "archive_class", now, "centre_id", "code"); err != nil {
				return err
			}
			if was.Years != now.Years {
				if err := jobs.Insert(tx, a.CentreID, jobReclass, now.Code, 0, reclassArgs{Class: now.Code}); err != nil {
					return err
				}
			}
		}
		c = now
		return audit.Record(tx, audit.Entry{Action: "archive.class", Permission: PermClass, Kind: "archive_class", Object: now.Code, Detail: detail})
	})
	if errors.Is(err, store.ErrUnique) {
		err = ErrInput.Field("code", "已有这个代码的类别，请换一个代码。")
	}
	return c, err
}

func (c *Class) check() error {
	c.Code, c.Name, c.Basis, c.Approval = strings.TrimSpace(c.Code), strings.TrimSpace(c.Name), strings.TrimSpace(c.Basis), strings.TrimSpace(c.Approval)
	e := ErrInput
	if c.Code == "" || len(c.Code) > 20 || strings.Trim(c.Code, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
		e = e.Field("code", "代码用小写英文字母、数字，最多 20 个。")
	}
	if n := len([]rune(c.Name)); n == 0 || n > 40 {
		e = e.Field("name", "请填写名称，最多 40 个字。")
	}
	if len([]rune(c.Basis)) > 300 {
		e = e.Field("basis", "依据最多 300 个字，现在有 %d 个字。", len([]rune(c.Basis)))
	}
	if len([]rune(c.Approval)) > 60 {
		e = e.Field("approval", "批准文号最多 60 个字。")
	}
	if c.Years < 0 || c.Years > 100 {
		e = e.Field("years", "年数为 1 到 100；永久填 0。")
	}
	if c.Confirmed && (c.Approval == "" || c.ApprovedOn.IsZero()) {
		e = e.Field("approval", "标为已确认时，请填写档案主管部门的批准文号和日期。")
	}
	return e.OrNil()
}
