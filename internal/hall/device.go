package hall

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// DeviceKind is what a device is for.
type DeviceKind string

// The kinds of device.
const (
	Kiosk   DeviceKind = "kiosk"   // 取号机
	Display DeviceKind = "display" // 显示屏
)

// Label is the kind in Chinese.
func (k DeviceKind) Label() string {
	return map[DeviceKind]string{Kiosk: "取号机", Display: "显示屏"}[k]
}

// Device (终端) is a kiosk or a display of a site. It has no account: the code in its address opens its page, and nothing
// but that page.
type Device struct {
	CentreID string        `db:"centre_id" json:"-"`
	ID       string        `db:"id" json:"id"`
	SiteID   string        `db:"site_id" json:"site_id"`
	Kind     DeviceKind    `db:"kind" json:"kind"`
	Name     string        `db:"name" json:"name"`
	Code     string        `db:"code" json:"code"`
	Active   bool          `db:"active" json:"active"`
	SeenAt   clock.Instant `db:"seen_at" json:"seen_at,omitzero"`
	Version  int64         `db:"version" json:"version"`
}

// DeviceInput is what the office says about a device.
type DeviceInput struct {
	Kind   DeviceKind `json:"kind" enum:"kiosk,display" doc:"取号机或显示屏"`
	Name   string     `json:"name" maxLength:"30" doc:"名称，如 一楼东门取号机"`
	Active bool       `json:"active" doc:"启用"`
	// Renew makes a new code, so that the old address no longer opens the page.
	Renew bool `json:"renew,omitempty" doc:"更换地址"`
}

func devicesOf(tx *store.Tx, centre, site string) ([]Device, error) {
	return store.Select[Device](tx, "SELECT "+store.Columns[Device]("")+" FROM hall_device WHERE centre_id = $1 AND site_id = $2 ORDER BY name", centre, site)
}

// SaveDevice makes a device of a site (id "") or changes one; version is the one that was read.
func (m *Module) SaveDevice(ctx context.Context, site, id string, version int64, in DeviceInput) (Device, error) {
	a := actor.From(ctx)
	if err := a.Require(PermConfigure); err != nil {
		return Device{}, err
	}
	e := checkText(ErrInput, "name", "终端名称", &in.Name, 30, false)
	if in.Kind.Label() == "" {
		e = e.Field("kind", "请选择终端类型。")
	}
	if err := e.OrNil(); err != nil {
		return Device{}, err
	}
	var d Device
	code := randomCode(16)
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		if err := m.mayConfigure(tx, a, site); err != nil {
			return err
		}
		d = Device{CentreID: a.CentreID, ID: tx.NewID(), SiteID: site, Code: code}
		if id != "" {
			was, err := store.Get[Device](tx, "SELECT "+store.Columns[Device]("")+" FROM hall_device WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), a.CentreID, id)
			if err = missing(err); err == nil && was.SiteID != site {
				err = ErrMissing.Hide()
			}
			if err == nil && was.Version != version {
				err = store.ErrStale.With("version", was.Version)
			}
			if err != nil {
				return err
			}
			d = was
			if in.Renew {
				d.Code = code
			}
		}
		d.Kind, d.Name, d.Active, d.Version = in.Kind, in.Name, in.Active, d.Version+1
		if err := save(tx, "hall_device", d, id == ""); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "hall.device_save", Permission: PermConfigure, Kind: "hall_device", Object: d.ID, Detail: map[string]any{"name": d.Name, "kind": d.Kind, "active": d.Active, "renewed": in.Renew}})
	})
	return d, taken(err, ErrTaken)
}

// device finds a working device of a centre by the code in its address.
func device(tx *store.Tx, centre, code string, kind DeviceKind) (Device, error) {
	if centre == "" || code == "" {
		return Device{}, ErrDevice
	}
	d, err := store.Get[Device](tx, "SELECT "+store.Columns[Device]("")+" FROM hall_device WHERE centre_id = $1 AND code = $2", centre, code)
	if errors.Is(err, store.ErrNotFound) || err == nil && (!d.Active || d.Kind != kind) {
		err = ErrDevice
	}
	return d, err
}

// kiosk finds the working kiosk that somebody stands before.
func (m *Module) kiosk(ctx context.Context, code string) (d Device, err error) {
	err = m.db.Peek(ctx, func(tx *store.Tx) (err error) {
		d, err = device(tx, actor.From(ctx).CentreID, code, Kiosk)
		return err
	})
	return d, err
}

// codeLetters are those that cannot be taken for each other.
const codeLetters = "23456789abcdefghjkmnpqrstuvwxyz"

// randomCode makes a code of n letters that nobody can guess.
func randomCode(n int) string {
	var b strings.Builder
	buf := make([]byte, 1)
	for b.Len() < n {
		rand.Read(buf) //nolint:errcheck // never fails; ends the program where the system has no randomness
		if int(buf[0]) < len(codeLetters)*8 {
			b.WriteByte(codeLetters[int(buf[0])%len(codeLetters)])
		}
	}
	return b.String()
}
