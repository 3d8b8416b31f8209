package site

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// KioskState is what a kiosk says of itself.
type KioskState string

// The states of a kiosk. A kiosk that is silent says nothing: see Kiosk.Silent.
const (
	KioskOK      KioskState = "ok"      // 正常
	KioskPaper   KioskState = "paper"   // 缺纸
	KioskPrinter KioskState = "printer" // 打印机故障
	KioskReader  KioskState = "reader"  // 读卡器故障
	KioskOther   KioskState = "other"   // 其他故障
)

// Label is the state in Chinese.
func (s KioskState) Label() string {
	return map[KioskState]string{KioskOK: "正常", KioskPaper: "缺纸", KioskPrinter: "打印机故障", KioskReader: "读卡器故障", KioskOther: "其他故障"}[s]
}

// Kiosk (自助终端) is a machine at which people serve themselves. It has no account: the code in its address lets it report,
// as with the kiosks of the queue (hall.Device), which are pages in a browser and not machines with paper.
type Kiosk struct {
	CentreID string `db:"centre_id" json:"-"`
	ID       string `db:"id" json:"id"`
	SiteID   string `db:"site_id" json:"site_id"`
	KioskInput
	Code    string        `db:"code" json:"code,omitempty"`
	State   KioskState    `db:"state" json:"state"`
	Paper   int64         `db:"paper" json:"paper"` // percent left, as it reported last
	SeenAt  clock.Instant `db:"seen_at" json:"seen_at,omitzero"`
	Version int64         `db:"version" json:"version"`
}

// KioskInput is what the office says about a kiosk.
type KioskInput struct {
	Name   string     `db:"name" json:"name" maxLength:"30"`
	Place  string     `db:"place" json:"place,omitempty" maxLength:"60" doc:"摆放位置"`
	Since  clock.Date `db:"since" json:"since" doc:"启用日期，可用率从这天算起"`
	Active bool       `db:"active" json:"active" doc:"在用"`
	// Key is the idempotency key (幂等键) of the request; "" for none.
	Key string `db:"-" json:"-"`
}

func (k *Kiosk) of() (org.Row, int64) {
	return org.Row{CentreID: k.CentreID, SiteID: k.SiteID}, k.Version
}

// quiet is how long after a report the next one must come for the time between to count as reported.
const quiet = 5 * 60_000

// Silent reports whether a kiosk has not been heard of for longer than that.
func (k *Kiosk) Silent(now clock.Instant) bool { return now-k.SeenAt > quiet }

// SaveKiosk registers a kiosk of a site (id "") or changes one; version is the one that was read.
func (m *Module) SaveKiosk(ctx context.Context, site, id string, version int64, in KioskInput) (Kiosk, error) {
	a := actor.From(ctx)
	if err := a.Require(PermKiosk); err != nil {
		return Kiosk{}, err
	}
	e := ErrInput
	if !within(&in.Name, 1, 30) {
		e = e.Field("name", "请填写终端名称，30 个字以内。")
	}
	if !within(&in.Place, 0, 60) {
		e = e.Field("place", "摆放位置最多 60 个字。")
	}
	if in.Since.IsZero() {
		e = e.Field("since", "请填写启用日期。")
	}
	if err := e.OrNil(); err != nil {
		return Kiosk{}, err
	}
	code := strings.ToLower(rand.Text())
	var k Kiosk
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		k = Kiosk{CentreID: a.CentreID, ID: tx.NewID(), SiteID: site, Code: code, State: KioskOK}
		if id == "" {
			prior, repeated, err := once.ClaimContent(tx, in.Key, "site.kiosk_save|"+site, in, k.ID)
			if err != nil {
				return err
			}
			if repeated {
				k, err = load(tx, a, PermKiosk, "site_kiosk", prior, 0, (*Kiosk).of)
				return err
			}
		}
		if id != "" {
			if k, err = load(tx, a, PermKiosk, "site_kiosk", id, version, (*Kiosk).of); err != nil {
				return err
			}
		} else if _, err := m.org.SiteTx(tx, a.CentreID, site); err != nil || !org.Sees(a, PermKiosk, org.Row{CentreID: a.CentreID, SiteID: site}) {
			return ErrInput.Field("site_id", "请选择站点。")
		}
		k.KioskInput, k.Version = in, k.Version+1
		save := func() error { return store.Update(tx, "site_kiosk", k, "centre_id", "id") }
		if id == "" {
			save = func() error { return store.Insert(tx, "site_kiosk", k) }
		}
		if err := save(); err != nil {
			return err
		}
		return record(tx, "site.kiosk_save", PermKiosk, k.ID, map[string]any{"site": k.SiteID, "name": k.Name, "active": k.Active})
	})
	return k, err
}

// KioskLine (终端列表行) is a kiosk with its open faults and what it has printed since the first of the year.
type KioskLine struct {
	Kiosk
	Site    string `json:"site_name"`
	Silent  bool   `json:"silent"`
	Faults  int64  `json:"open_faults"`
	Prints  int64  `json:"prints"`
	Refused int64  `json:"refused"`
}

// Kiosks lists the kiosks that the actor may see, with their address codes only for those who manage them.
func (m *Module) Kiosks(ctx context.Context) ([]KioskLine, error) {
	a := actor.From(ctx)
	if err := a.Require(PermKioskRead); err != nil {
		return nil, err
	}
	cond, args := org.Filter(a, PermKioskRead, org.Columns{Centre: "centre_id", Site: "site_id"})
	w := (&store.Where{}).And("centre_id = ?", a.CentreID).And(cond, args...)
	var out []KioskLine
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		out = nil
		rows, err := store.Select[Kiosk](tx, "SELECT "+store.Columns[Kiosk]("")+" FROM site_kiosk"+w.SQL()+" ORDER BY site_id, name, id", w.Args...)
		if err != nil {
			return err
		}
		year := clock.Day(tx.Now().Date().Year(), 1, 1).Start()
		for _, k := range rows {
			line := KioskLine{Kiosk: k, Silent: k.Silent(tx.Now())}
			at, err := m.org.SiteTx(tx, a.CentreID, k.SiteID)
			if err != nil {
				return err
			}
			line.Site = at.Name
			if !org.Sees(a, PermKiosk, org.Row{CentreID: k.CentreID, SiteID: k.SiteID}) {
				line.Code = ""
			}
			type counts struct {
				Faults  int64 `db:"faults"`
				Prints  int64 `db:"prints"`
				Refused int64 `db:"refused"`
			}
			c, err := store.Get[counts](tx, `SELECT (SELECT COUNT(*) FROM site_kiosk_fault WHERE centre_id = $1 AND kiosk_id = $2 AND fixed_at = 0) AS faults,
				COUNT(*) FILTER (WHERE outcome = 'printed') AS prints, COUNT(*) FILTER (WHERE outcome = 'refused') AS refused FROM site_kiosk_print WHERE centre_id = $1 AND kiosk_id = $2 AND at >= $3`, a.CentreID, k.ID, year)
			if err != nil {
				return err
			}
			line.Faults, line.Prints, line.Refused = c.Faults, c.Prints, c.Refused
			out = append(out, line)
		}
		return nil
	})
	return out, err
}

// kioskOf finds a working kiosk of a centre by the code in its address, locked.
func kioskOf(tx *store.Tx, centre, code string) (Kiosk, error) {
	if centre == "" || code == "" {
		return Kiosk{}, ErrKiosk
	}
	k, err := store.Get[Kiosk](tx, "SELECT "+store.Columns[Kiosk]("")+" FROM site_kiosk WHERE centre_id = $1 AND code = $2"+tx.ForUpdate(), centre, code)
	if errors.Is(err, store.ErrNotFound) || err == nil && !k.Active {
		err = ErrKiosk
	}
	return k, err
}
