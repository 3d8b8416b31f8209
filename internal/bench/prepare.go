package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/app"
	"yichuang/internal/clock"
	"yichuang/internal/config"
	"yichuang/internal/hotline"
	"yichuang/internal/org"
)

// centre is the demonstration centre as the clients meet it.
type centre struct {
	base      string
	run       int64 // tells the idempotency keys of this run from those of an earlier one on a kept database
	tokens    map[string]string
	unit      string
	units     []string
	transport *http.Transport
}

func (c *centre) now() clock.Instant { return clock.System{}.Now().Add(-time.Minute) }

// saved is what a kept folder remembers of its preparation.
type saved struct {
	Preload int               `json:"preload"`
	Tokens  map[string]string `json:"tokens"`
	Unit    string            `json:"unit"`
	Units   []string          `json:"units"`
}

// holders name the demonstration's user for each part in a life.
var holders = map[string]string{"agent": org.RoleAgent, "dispatcher": org.RoleDispatcher, "head": org.RoleUnitHead, "reviewer": org.RoleReviewer, "callbacker": org.RoleCallbacker, "lead": org.RoleShiftLead}

// prepare makes the demonstration centre with tokens and preloaded tickets at url, or takes over what dir has kept.
func prepare(ctx context.Context, url, dir string, preload int, progress io.Writer) (*centre, error) {
	c := &centre{run: int64(clock.System{}.Now()), tokens: map[string]string{}, transport: &http.Transport{MaxIdleConns: 256, MaxIdleConnsPerHost: 256}}
	note := filepath.Join(dir, "prepared.json")
	if b, err := os.ReadFile(note); err == nil {
		var s saved
		if err := json.Unmarshal(b, &s); err != nil || s.Preload != preload {
			return nil, fmt.Errorf("%s holds a database with %d tickets, not %d", dir, s.Preload, preload)
		}
		c.tokens, c.unit, c.units = s.Tokens, s.Unit, s.Units
		return c, nil
	}
	cfg := config.Config{Database: config.Secret(url), KeyFile: keyFile(dir)}
	cfg.Fill()
	a, err := app.Open(ctx, cfg, slog.New(slog.DiscardHandler), clock.System{})
	if err != nil {
		return nil, err
	}
	defer a.Close()
	d, err := a.Org.SeedDemo(actor.With(ctx, &actor.Actor{Kind: actor.System, Name: "系统"}))
	if err != nil {
		return nil, err
	}
	ctx = actor.With(ctx, actor.SystemFor(d.Centre.ID))
	if err := a.SeedCentre(ctx, d.Centre); err != nil {
		return nil, err
	}
	if err := c.issueTokens(ctx, a, &d); err != nil {
		return nil, err
	}
	for _, u := range d.Units {
		c.units = append(c.units, u.ID)
	}
	if err := c.preload(ctx, a, preload, progress); err != nil {
		return nil, err
	}
	b, err := json.Marshal(saved{preload, c.tokens, c.unit, c.units})
	if err != nil {
		return nil, err
	}
	return c, os.WriteFile(note, b, 0o600)
}

func (c *centre) issueTokens(ctx context.Context, a *app.App, d *org.Demo) error {
	for part, role := range holders {
		for _, acc := range d.Accounts {
			if !acc.User.HasRole(role) || c.tokens[part] != "" {
				continue
			}
			var scopes []actor.Permission
			for _, g := range hotline.Grants() {
				if g.Role == role {
					scopes = append(scopes, g.Permission)
				}
			}
			_, text, err := a.Org.CreateTokenFor(ctx, acc.User.ID, org.TokenInput{Name: "基准测试", Scopes: scopes, ExpiresAt: clock.System{}.Now().Add(30 * 24 * time.Hour)})
			if err != nil {
				return fmt.Errorf("token for %s: %w", role, err)
			}
			c.tokens[part] = text
			if part == "head" {
				c.unit = acc.User.UnitID
			}
		}
		if c.tokens[part] == "" {
			return fmt.Errorf("the demonstration has no %s", role)
		}
	}
	return nil
}
