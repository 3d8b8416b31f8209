package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/app"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/config"
	"yichuang/internal/hallmetric"
	"yichuang/internal/id"
	"yichuang/internal/item"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// What a preloaded hall is like: departments, people who apply, events of a case, and how many cases are still open.
const (
	caseUnits  = 30
	casePeople = 20_000
	caseEvents = 10
	caseOpen   = 25 // one in so many
	caseChunk  = 5_000
)

var openStates = []string{string(casework.Received), string(casework.Accepted), string(casework.Reviewed), string(casework.Deliver)}

// caseDesk is a hall with its cases as the clients meet it.
type caseDesk struct {
	*centre    `json:"-"`
	Preload    int      `json:"preload"`
	Centre     string   `json:"centre"`
	Site       string   `json:"site"`
	Units      []string `json:"units"`
	Window     string   `json:"window"`     // token of somebody at a window
	Supervisor string   `json:"supervisor"` // and of somebody who sees all
	Samples    []string `json:"samples"`    // cases to look at
	items      []pinned
	people     []string
	rnd        *rand.Rand
}

// pinned is an item of a department with the version in force.
type pinned struct{ unit, item, version, name string }

// prepareCases makes a hall with its cases at url, or takes over what dir has kept.
func prepareCases(ctx context.Context, url, dir string, preload int, progress io.Writer) (*caseDesk, error) {
	d := &caseDesk{Preload: preload, rnd: rand.New(rand.NewSource(20261101)),
		centre: &centre{run: int64(clock.System{}.Now()), transport: &http.Transport{MaxIdleConns: 64, MaxIdleConnsPerHost: 64}}}
	note := filepath.Join(dir, "cases.json")
	if b, err := os.ReadFile(note); err == nil {
		if err := json.Unmarshal(b, d); err != nil || d.Preload != preload {
			return nil, fmt.Errorf("%s holds a database with %d cases, not %d", dir, d.Preload, preload)
		}
		return d, nil
	}
	cfg := config.Config{Database: config.Secret(url), KeyFile: keyFile(dir)}
	cfg.Fill()
	a, err := app.OpenToLoad(ctx, cfg, slog.New(slog.DiscardHandler), clock.System{})
	if err != nil {
		return nil, err
	}
	defer a.Close()
	if err := d.found(ctx, a); err != nil {
		return nil, err
	}
	if err := d.load(actor.With(ctx, actor.SystemFor(d.Centre)), a, progress); err != nil {
		return nil, err
	}
	b, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	return d, os.WriteFile(note, b, 0o600)
}

// found makes the centre, its departments with one item each, and the tokens.
func (d *caseDesk) found(ctx context.Context, a *app.App) error {
	c, err := a.Org.CreateCentre(actor.With(ctx, actor.SystemFor("")), org.CentreInput{Code: "bench", Name: "基准测试政务中心", Division: "622901", Tier: org.TierCounty})
	if err != nil {
		return err
	}
	d.Centre = c.ID
	ctx = actor.With(ctx, actor.SystemFor(c.ID))
	if err := a.SeedCentre(ctx, c); err != nil {
		return err
	}
	site, err := a.Org.CreateSite(ctx, org.SiteInput{Name: "大厅", Kind: org.SiteHall})
	if err != nil {
		return err
	}
	d.Site = site.ID
	for i := range caseUnits {
		u, err := a.Org.CreateUnit(ctx, org.UnitInput{Name: fmt.Sprintf("市第%d局", i+1), Kinds: []org.UnitKind{org.UnitHandling, org.UnitStationed}, Group: org.GroupCounty})
		if err != nil {
			return err
		}
		p, err := d.publish(ctx, a, u.ID, i)
		if err != nil {
			return err
		}
		d.Units, d.items = append(d.Units, u.ID), append(d.items, p)
	}
	if d.Window, err = d.token(ctx, a, "window", org.RoleWindow, site.ID, casework.PermRead); err != nil {
		return err
	}
	d.Supervisor, err = d.token(ctx, a, "supervisor", org.RoleSupervisor, "", casework.PermRead, hallmetric.PermRead)
	return err
}

func (d *caseDesk) token(ctx context.Context, a *app.App, name, role, site string, scopes ...actor.Permission) (string, error) {
	u, _, err := a.Org.AddAccount(ctx, org.AccountInput{Roles: []string{role}, UserInput: org.UserInput{Username: name, DisplayName: "基准测试", SiteID: site}})
	if err != nil {
		return "", err
	}
	_, text, err := a.Org.CreateTokenFor(ctx, u.ID, org.TokenInput{Name: "基准测试", Scopes: scopes, ExpiresAt: clock.System{}.Now().Add(30 * 24 * time.Hour)})
	return text, err
}

// publish puts an item of a department in force.
func (d *caseDesk) publish(ctx context.Context, a *app.App, unit string, n int) (pinned, error) {
	days := func(n int) item.Limit { return item.Limit{N: n, Unit: item.Workday} }
	content := item.Content{Name: fmt.Sprintf("第%d项许可", n+1), Profile: item.ProfilePackage, Code: fmt.Sprintf("BENCH-%03d", n+1), Kind: item.Permit, Level: "4", CaseKind: item.Promised, Statutory: days(20), Promise: days(5 + n%10),
		Correction: days(10), Minutes: 20 + n, Bases: []item.Basis{{Document: "《中华人民共和国行政许可法》", Article: "第十二条"}}, Conditions: []string{"符合规定的条件"},
		Materials: []item.Material{{Code: "M1", Name: "申请书", Form: "paper", Source: "form", Originals: 1}, {Code: "M2", Name: "证明", Form: "paper", Source: "self", Copies: 1}},
		Steps:     []item.StepTemplate{{Code: "1", Name: "受理", Role: org.RoleWindow}, {Code: "2", Name: "审查", Role: org.RoleChiefRep}, {Code: "3", Name: "决定", Role: org.RoleApprover}},
		Objects:   []string{"2"}, Channels: []string{"1"}, Themes: []string{"license"}, Result: item.Result{Name: "许可证", Kind: "licence"}, Place: "大厅", Hours: "工作日 8:30-12:00，14:30-18:00", Consult: "0930-6210000",
		Complaint: "0930-12345", Remedy: casework.Remedy}
	it, v, err := a.Item.Create(ctx, item.NewItem{UnitID: unit, Content: content})
	for _, act := range []item.Action{item.Submit, item.Pass, item.Publish} {
		if err == nil {
			v, err = a.Item.Move(ctx, v.ID, v.Revision, act, item.Change{Day: clock.System{}.Now().Date()})
		}
	}
	return pinned{unit, it.ID, v.ID, content.Name}, err
}

// load lives one case through the real use cases and copies it, with every row that it left, over two years.
func (d *caseDesk) load(ctx context.Context, a *app.App, progress io.Writer) error {
	t, err := d.live(ctx, a)
	if err != nil {
		return fmt.Errorf("template: %w", err)
	}
	if err := d.makePeople(ctx, a); err != nil {
		return err
	}
	ids := id.NewSource(9)
	end := a.Clock.Now()
	begin := end.Add(-2 * 365 * 24 * time.Hour)
	step := max(1, (end-begin)/clock.Instant(max(1, d.Preload)))
	for done := 0; done < d.Preload; done += caseChunk {
		size := min(caseChunk, d.Preload-done)
		err := a.DB.WithTx(ctx, func(tx *store.Tx) error {
			var first, last string
			for i := range size {
				c, err := d.copy(tx, t, ids, begin+step*clock.Instant(done+i), done+i)
				if err != nil {
					return err
				}
				if first == "" {
					first = string(c.ID)
				}
				last = string(c.ID)
				if i == 0 {
					d.Samples = append(d.Samples, last)
				}
			}
			return t.copyParts(tx, first, last)
		})
		if err != nil {
			return err
		}
		if progress != nil && done%(caseChunk*20) == 0 {
			fmt.Fprintf(progress, "preloaded %d of %d\n", done, d.Preload)
		}
	}
	if a.DB.Engine() == store.SQLite {
		return nil
	}
	return a.DB.WithTx(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec("ANALYZE")
		return err
	})
}

// publishMonths publishes the ended months of this year that are not yet, as a centre does each month: the leader's page
// takes the year from them.
func (d *caseDesk) publishMonths(ctx context.Context, url, dir string, r *CasesResult) error {
	cfg := config.Config{Database: config.Secret(url), KeyFile: keyFile(dir)}
	cfg.Fill()
	a, err := app.Open(ctx, cfg, slog.New(slog.DiscardHandler), clock.System{})
	if err != nil {
		return err
	}
	defer a.Close()
	ctx = actor.With(ctx, actor.SystemFor(d.Centre))
	done, err := a.HallMetric.Months(ctx)
	if err != nil || len(done) > 0 {
		return err
	}
	today := a.Clock.Now().Date()
	var months []metric.Period
	for m := metric.Month(metric.Year(today).From); m.To <= today; m = metric.Month(m.To) {
		months = append(months, m)
	}
	if len(months) == 0 {
		return nil
	}
	n := 0
	r.Publish, err = spread(len(months), func() error {
		m := months[min(n, len(months)-1)]
		n++
		_, err := a.HallMetric.Publish(ctx, m, "基准测试")
		return err
	})
	return err
}

func (d *caseDesk) makePeople(ctx context.Context, a *app.App) error {
	for from := 0; from < casePeople; from += 500 {
		err := a.DB.WithTx(ctx, func(tx *store.Tx) error {
			for i := from; i < from+500; i++ {
				who := a.Party.SealApplicant(party.Applicant{Contact: party.Contact{Name: "测试" + fmt.Sprint(i), Phone: fmt.Sprintf("139%08d", i)}, IDType: party.OtherPaper, IDNo: fmt.Sprintf("P%08d", i)})
				id, err := a.Party.SaveApplicant(tx, d.Centre, who)
				if err != nil {
					return err
				}
				d.people = append(d.people, id)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
