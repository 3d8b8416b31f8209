package casework_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/clock"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
)

// Invariant I1 over random lives: the event of every action whose row names a power tells by which papers it was done, each of which
// covered the act on its day, or that the actor held the office, or stood at the post, that takes none. Every powered action of the
// table occurs.
func TestEveryPoweredEventTellsItsAuthority(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	w.Set("2025-09-26 09:00")
	it := w.Ready(t, online, func(c *item.Content) {
		c.Fees = []item.FeeItem{{Name: "工本费", Basis: "发改价格〔2020〕1号", Fen: 1000}}
	})
	short := w.Authorize(t, it, w.ChiefID(t), "2025-09-26", "2025-10-20", "短期-1", item.Accept, item.Examine) // the newest while it is valid, over half of the powers
	clerk := w.Person(t, "own", orgtest.Where{Unit: w.Unit.ID, Site: w.Hall.ID}, org.RoleWindow).Ctx
	p := &citations{t: t, w: w, item: it.ID, offices: map[string]bool{}, seen: map[string]bool{}, used: map[string]bool{}}
	for _, ctx := range []context.Context{w.Approver(t, 1), w.Approver(t, 2), w.Head(t)} {
		p.offices[actor.From(ctx).UserID] = true
	}
	rnd := rand.New(rand.NewPCG(1, 20))
	for n := 0; n < 25 || n < 150 && len(p.missing()) > 0; n++ {
		var c casework.Case
		switch n % 3 {
		case 0:
			c = apply(t, w, it, "M1").Cases[0]
		case 1:
			in, err := w.Casework.Receive(clerk, caseworktest.Input(it, "M1"))
			if err != nil {
				t.Fatal(err)
			}
			c = in.Cases[0]
		default:
			c = w.Receive(t, it, "M1")
		}
		p.wander(c, rnd)
		for _, e := range w.Get(t, c.ID).Events {
			p.check(&e)
		}
	}
	if missing := p.missing(); len(missing) > 0 || !p.used[short.ID] || len(p.used) < 3 || !p.seen["office"] || !p.seen["post"] {
		t.Errorf("not lived through: %v; papers %v", missing, p.used)
	}
}

// citations checks events against the papers that they cite.
type citations struct {
	t       *testing.T
	w       *caseworktest.World
	item    string
	offices map[string]bool // who decides by office
	seen    map[string]bool
	used    map[string]bool
}

// missing lists the powered actions that no life has come by yet; 初审 needs an item with a lower organ (TestFirstReview).
func (p *citations) missing() (out []string) {
	for _, a := range casework.PoweredActions() {
		if !p.seen[string(a)] && a != casework.ActFirst {
			out = append(out, a.Label())
		}
	}
	return out
}

// wander plays a random life of a case with whatever takes powers, tried by whoever, with the clock moving; what is refused leaves
// no event but an attempt.
func (p *citations) wander(c casework.Case, rnd *rand.Rand) {
	w, m, k := p.w, p.w.Casework, casework.Command{CaseID: c.ID}
	who := []context.Context{w.Window(p.t), w.Window(p.t), w.Chief(p.t), w.Approver(p.t, 1), w.Approver(p.t, 2)}
	chair := w.Person(p.t, "chair", orgtest.Where{Unit: w.Unit.ID}, org.RoleApprover).ID
	second := w.Person(p.t, "second", orgtest.Where{Unit: w.Unit.ID}, org.RoleApprover).ID
	ending := []casework.Action{casework.ActRefuse, casework.ActTerminate, casework.ActRevoke, casework.ActDeny}
	all := []func(context.Context){
		func(ctx context.Context) { _, _ = m.SpotCorrect(ctx, k, "错字", nil) },
		func(ctx context.Context) { _, _ = m.Prereview(ctx, k, "") },
		func(ctx context.Context) { _, _ = m.Attach(ctx, k, casework.Uploads{"M2": upload("x.pdf")}) },
		func(ctx context.Context) { _, _ = m.Accept(ctx, k, casework.Pledged) },
		func(ctx context.Context) { _, _ = m.Inspect(ctx, k, second, "一致") },
		func(ctx context.Context) {
			if _, err := m.ConveneHearing(ctx, k, casework.ConveneInput{Day: w.Clock.Now().Date() + 12, Place: "会议室", Chair: chair}); err == nil {
				w.Clock.Set((w.Clock.Now().Date() + 12).Start() + 36e6)
			}
		},
		func(ctx context.Context) {
			_, _ = m.SettleFee(ctx, k, casework.Payment{Receipt: "票-1", Amount: 1000})
		},
		func(ctx context.Context) {
			_, _ = m.Deliver(ctx, k, casework.DeliverInput{Way: casework.Ways[0]})
		},
		func(ctx context.Context) { _, _ = m.Grant(ctx, k, casework.DecideInput{Overdue: "人手不足"}) },
		func(ctx context.Context) { _, _ = m.Fulfil(ctx, k, []string{"M2", "M3"}) },
		func(ctx context.Context) {
			if rnd.IntN(3) == 0 {
				_, _ = m.Revoke(ctx, k, casework.RevokeInput{Ground: "procedure", Reason: "程序违法"})
			}
		},
		func(ctx context.Context) { _, _ = m.Suspend(w.Approver(p.t, 1), k) },
		func(ctx context.Context) { _, _ = m.Explain(w.Approver(p.t, 1), k, "人手不足") },
		func(ctx context.Context) {
			if rnd.IntN(10) == 0 {
				_, _ = m.Withdraw(ctx, k, "申请人要求")
			}
		},
		func(ctx context.Context) {
			if rnd.IntN(10) == 0 {
				_, _ = m.Refuse(ctx, k, casework.RefuseInput{Ground: casework.WrongOrgan, Basis: "第三十二条", Reason: "不属本机关", Transfer: "市水务局"})
			}
		},
	}
	for range 28 { // two of three steps
		all = append(all, func(ctx context.Context) {
			list := tries(m, w.Clock.Now().Date())[p.state(c.ID)]
			if len(list) == 0 {
				return
			}
			if x := list[rnd.IntN(len(list))]; !slices.Contains(ending, x.action) || rnd.IntN(4) == 0 {
				_ = x.do(ctx, k)
			}
		})
	}
	for range 150 {
		all[rnd.IntN(len(all))](who[rnd.IntN(len(who))])
		if rnd.IntN(20) == 0 {
			w.Clock.Set(w.Clock.Now() + clock.Instant(rnd.IntN(60))*3600_000)
			w.RunJobs(p.t)
		}
	}
}

// state is where a case stands now.
func (p *citations) state(id casework.CaseID) (s casework.State) {
	err := p.w.DB.Read(p.w.System(), func(tx *store.Tx) (err error) {
		s, err = store.Get[casework.State](tx, "SELECT state FROM casework_case WHERE centre_id = $1 AND id = $2", p.w.Centre, id)
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return s
}

func (p *citations) check(e *casework.Event) {
	powers := casework.PowersOf(e.Action)
	if len(powers) == 0 || e.ActorKind == string(actor.System) || e.ActorKind == string(actor.Citizen) {
		return
	}
	ids, by, err := casework.Backing(e)
	if err != nil {
		p.t.Fatal(err)
	}
	p.seen[string(e.Action)], p.seen[by] = true, true
	var numbers []string
	var list []item.Authorization
	for _, id := range ids {
		s, err := p.w.Item.AuthorizationSheet(p.w.As(p.t, org.RoleInfo), id)
		if err != nil {
			p.t.Fatal(err)
		}
		list, numbers, p.used[id] = append(list, s.Authorization), append(numbers, s.Authorization.Number), true
	}
	if e.Authority != strings.Join(numbers, "、") || len(ids) > 0 && by != "" {
		p.t.Errorf("%s shows %q and cites %v, %q", e.Action, e.Authority, numbers, by)
	}
	free := []item.Power{item.Receive, item.HandOut}
	for _, power := range powers {
		covered := slices.ContainsFunc(list, func(a item.Authorization) bool {
			return a.Gives(power, p.item) && a.Valid(e.At.Date()) && (a.Kind == item.Agreement || a.UserID == e.ActorID)
		})
		switch {
		case covered:
		case by == "office" && p.offices[e.ActorID]:
		case by == "post" && slices.Contains(free, power) && !p.offices[e.ActorID]:
		case len(ids) > 0 && power == item.Receive: // at a window, beside a paper for the rest
		default:
			p.t.Errorf("%s by %s on %s: nothing covers %s (%v, %q)", e.Action, e.ActorName, e.At.Date(), power.Label(), numbers, by)
		}
	}
}
