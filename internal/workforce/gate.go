package workforce

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// gateStep is how long a code stands on the screen; the one before it is taken too, so that nobody has to hurry.
const gateStep = clock.Instant(30_000)

// Gate (打卡点) is a screen of a hall that shows a code which changes every half minute. Whoever types it into his own
// page is in front of the screen. From the networks that it names no code is asked for.
type Gate struct {
	CentreID string `db:"centre_id" json:"-"`
	ID       string `db:"id" json:"id"`
	SiteID   string `db:"site_id" json:"site_id"`
	Name     string `db:"name" json:"name"`
	Code     string `db:"code" json:"code"`                   // in the address of the screen
	Networks string `db:"networks" json:"networks,omitempty"` // 10.1.0.0/16, 192.168.3.7
	Active   bool   `db:"active" json:"active"`
	Version  int64  `db:"version" json:"version"`
}

func (g Gate) revision() int64 { return g.Version }

// lets reports whether an address is in one of the gate's networks.
func (g *Gate) lets(from netip.Addr) bool {
	nets, err := parseNetworks(g.Networks)
	if err != nil || !from.IsValid() {
		return false
	}
	for _, n := range nets {
		if n.Contains(from.Unmap()) {
			return true
		}
	}
	return false
}

func parseNetworks(text string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,，、;；\n", r) }) {
		if !strings.Contains(part, "/") {
			addr, err := netip.ParseAddr(part)
			if err != nil {
				return nil, fmt.Errorf("“%s”不是网络地址", part)
			}
			out = append(out, netip.PrefixFrom(addr, addr.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil || p.Bits() < 8 {
			return nil, fmt.Errorf("“%s”不是网络地址，或范围太大", part)
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// gateCode is the six digits of a gate at a moment: a keyed digest of gate and half minute, so that nothing is stored and
// nobody without the key can tell the next.
func (m *Module) gateCode(gate string, now clock.Instant) string {
	sum := m.keys.BlindIndex(crypt.Kind("gate-code"), gate+"/"+strconv.FormatInt(int64(now/gateStep), 10))
	digest := crypt.SM3([]byte(sum))
	n := uint32(digest[0])<<24 | uint32(digest[1])<<16 | uint32(digest[2])<<8 | uint32(digest[3])
	return fmt.Sprintf("%06d", n%1_000_000)
}

// GateInput is what the office says about a place to punch.
type GateInput struct {
	SiteID   string `json:"site_id" maxLength:"40" doc:"站点"`
	Name     string `json:"name" maxLength:"30" doc:"名称，如 一楼东门"`
	Networks string `json:"networks,omitempty" maxLength:"300" doc:"不用打卡码的网络，如 10.1.0.0/16"`
	Active   bool   `json:"active" doc:"启用"`
	Renew    bool   `json:"renew,omitempty" doc:"更换打卡屏的地址"`
	// Key is the idempotency key (幂等键) of the request; "" for none.
	Key string `json:"-"`
}

// SaveGate makes a place to punch (id "") or changes one.
func (m *Module) SaveGate(ctx context.Context, id string, version int64, in GateInput) (Gate, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSetup); err != nil {
		return Gate{}, err
	}
	e := need(ErrInput, "name", "名称", &in.Name, 30)
	e = atMost(e, "networks", "网络", &in.Networks, 300)
	if _, err := parseNetworks(in.Networks); err != nil {
		e = e.Field("networks", "%s。", err)
	}
	if err := e.OrNil(); err != nil {
		return Gate{}, err
	}
	buf := make([]byte, 12)
	rand.Read(buf) //nolint:errcheck // never fails; ends the program where the system has no randomness
	var g Gate
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		g = Gate{CentreID: a.CentreID, ID: tx.NewID(), Code: hex.EncodeToString(buf)}
		if id != "" {
			if g, err = getOne[Gate](tx, "workforce_gate", a.CentreID, id, version); err != nil {
				return err
			}
			if in.Renew {
				g.Code = hex.EncodeToString(buf)
			}
		}
		if _, err := m.org.SiteTx(tx, a.CentreID, in.SiteID); err != nil {
			return ErrInput.Field("site_id", "请选择站点。")
		}
		prior, repeated, err := once.ClaimContent(tx, in.Key, "workforce.gate_save", []any{id, in}, g.ID)
		if err != nil {
			return err
		}
		if repeated {
			g, err = store.Get[Gate](tx, "SELECT "+store.Columns[Gate]("")+" FROM workforce_gate WHERE centre_id = $1 AND id = $2", a.CentreID, prior)
			return missing(err)
		}
		g.SiteID, g.Name, g.Networks, g.Active, g.Version = in.SiteID, in.Name, in.Networks, in.Active, g.Version+1
		if err := put(tx, "workforce_gate", g, id == ""); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "workforce.gate_save", Permission: PermSetup, Kind: "workforce_gate", Object: g.ID, Detail: map[string]any{"name": g.Name, "networks": g.Networks, "active": g.Active, "renewed": in.Renew}})
	})
	return g, err
}

// Gates lists the centre's places to punch.
func (m *Module) Gates(ctx context.Context) ([]Gate, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSetup); err != nil {
		return nil, err
	}
	var out []Gate
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[Gate](tx, "SELECT "+store.Columns[Gate]("")+" FROM workforce_gate WHERE centre_id = $1 ORDER BY name, id LIMIT 200", a.CentreID)
		return err
	})
	return out, err
}

// Screen is what the screen of a gate shows.
type Screen struct {
	Site string        `json:"site"`
	Name string        `json:"name"`
	Code string        `json:"code"`
	Left int64         `json:"seconds_left"`
	Now  clock.Instant `json:"now"`
}

// ErrScreen hides a screen whose address is not known.
var ErrScreen = ErrMissing.Say("没有这个打卡屏，或它已停用。请向办公室索取新的地址。")

// GateScreen gives the screen of a gate by the code in its address, whoever asks.
func (m *Module) GateScreen(ctx context.Context, code string) (Screen, error) {
	centre := actor.From(ctx).CentreID
	var s Screen
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		g, err := store.Get[Gate](tx, "SELECT "+store.Columns[Gate]("")+" FROM workforce_gate WHERE centre_id = $1 AND code = $2", centre, code)
		if errors.Is(err, store.ErrNotFound) || err == nil && (!g.Active || centre == "") {
			return ErrScreen
		}
		if err != nil {
			return err
		}
		site, err := m.org.SiteTx(tx, centre, g.SiteID)
		s = Screen{Site: site.Name, Name: g.Name, Code: m.gateCode(g.ID, tx.Now()), Left: int64((gateStep - tx.Now()%gateStep) / 1000), Now: tx.Now()}
		return err
	})
	return s, err
}
