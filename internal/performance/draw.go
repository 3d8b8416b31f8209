package performance

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/performance/score"
	"yichuang/internal/store"
)

// Draw (抽取) is a sample of a year's locked evaluations for a second look. Seed, size and Among, the ids in their order, give
// the same sample again.
type Draw struct {
	CentreID string        `db:"centre_id" json:"-"`
	ID       string        `db:"id" json:"id"`
	Year     int           `db:"year" json:"year"`
	Seed     int64         `db:"seed" json:"seed"`
	Size     int           `db:"size" json:"size"`
	Among    string        `db:"among" json:"among"` // ids, separated by commas
	At       clock.Instant `db:"at" json:"at"`
	By       string        `db:"by_user" json:"by"`
	ByName   string        `db:"by_name" json:"by_name"`
	// Rechecks are the drawn evaluations.
	Rechecks []Recheck `json:"rechecks,omitempty"`
}

// Recheck (抽评) is the second look at one drawn evaluation, by somebody who had no part in it.
type Recheck struct {
	CentreID    string        `db:"centre_id" json:"-"`
	DrawID      string        `db:"draw_id" json:"draw_id"`
	ProgrammeID string        `db:"programme_id" json:"programme_id"`
	Round       int64         `db:"round" json:"round"`
	Done        bool          `db:"done" json:"done"`
	Remark      string        `db:"remark" json:"remark,omitempty"`
	Content     string        `db:"content" json:"-"`
	Hash        string        `db:"hash" json:"hash,omitempty"`
	Was         int64         `db:"was" json:"was"`     // hundredths, as locked
	Score       int64         `db:"score" json:"score"` // hundredths, as found
	Grade       string        `db:"grade" json:"grade,omitempty"`
	At          clock.Instant `db:"at" json:"at,omitzero"`
	By          string        `db:"by_user" json:"by,omitempty"`
	ByName      string        `db:"by_name" json:"by_name,omitempty"`
	Name        string        `json:"name"`
}

// Diff is the difference as it is printed, with its sign.
func (r *Recheck) Diff() string {
	if !r.Done {
		return "—"
	}
	if d := r.Score - r.Was; d > 0 {
		return "+" + hundredths(d)
	}
	return hundredths(r.Score - r.Was)
}

// Refusals about samples.
var (
	ErrDraw      = errs.New(errs.NotFound, "performance.draw", "没有这次抽评，或您无权查看。")
	ErrDrawEmpty = errs.New(errs.Conflict, "performance.draw_empty", "这一年还没有锁定的评价，没有可以抽取的。")
	ErrDrawDone  = errs.New(errs.Conflict, "performance.draw_done", "这份评价已经抽评完，不能再改。")
	ErrDrawOwn   = errs.New(errs.Conflict, "performance.draw_own", "抽评应由没有参加填报和审核的人进行。")
)

var recheckColumns = store.Columns[Recheck]("")

// drawn chooses size of the ids: those whose SM3 together with the seed comes first, so that anybody can draw again.
func drawn(ids []string, size int, seed int64) []string {
	place := map[string]string{}
	for _, id := range ids {
		sum := crypt.SM3([]byte(strconv.FormatInt(seed, 10) + "/" + id))
		place[id] = string(sum[:])
	}
	list := slices.SortedFunc(slices.Values(ids), func(a, b string) int { return cmp.Compare(place[a], place[b]) })
	return list[:min(size, len(list))]
}

// DrawSample draws locked evaluations of a year for a second look (抽取抽评对象). The seed is recorded; 0 takes the time.
func (m *Module) DrawSample(ctx context.Context, year, size int, seed int64) (Draw, error) {
	a := actor.From(ctx)
	if err := a.Require(PermDraw); err != nil {
		return Draw{}, err
	}
	if size < 1 || size > 1000 || seed < 0 {
		return Draw{}, ErrInput.Field("size", "抽取的份数应在 1 至 1000 之间，种子不小于 0。")
	}
	d := Draw{CentreID: a.CentreID, Year: year, Size: size, Seed: seed, By: a.UserID, ByName: a.Name}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		list, err := programmesTx(tx, a.CentreID, year)
		if err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(p Programme) bool { return p.State != Locked })
		if len(list) == 0 {
			return ErrDrawEmpty
		}
		var ids []string
		for _, p := range list {
			ids = append(ids, p.ID)
		}
		if d.Seed == 0 {
			d.Seed = int64(tx.Now()) % 1_000_000
		}
		d.ID, d.At, d.Among = tx.NewID(), tx.Now(), strings.Join(slices.Sorted(slices.Values(ids)), ",")
		if err := insertDraw(tx, d, list); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "performance.draw", Permission: PermDraw, Kind: "draw", Object: d.ID, Detail: map[string]any{"year": year, "seed": d.Seed, "size": size, "among": len(ids)}})
	})
	return d, err
}

func insertDraw(tx *store.Tx, d Draw, list []Programme) error {
	d.Rechecks = nil
	if err := store.Insert(tx, "performance_draw", d); err != nil {
		return err
	}
	chosen := drawn(strings.Split(d.Among, ","), d.Size, d.Seed)
	for _, p := range list {
		if slices.Contains(chosen, p.ID) {
			r := Recheck{CentreID: d.CentreID, DrawID: d.ID, ProgrammeID: p.ID, Round: p.Round, Was: p.Score}
			if err := store.Insert(tx, "performance_recheck", r); err != nil {
				return err
			}
		}
	}
	return nil
}

// Draws lists the samples of a year with their evaluations, the newest first.
func (m *Module) Draws(ctx context.Context, year int) ([]Draw, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	var out []Draw
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		if out, err = store.Select[Draw](tx, "SELECT "+store.Columns[Draw]("")+" FROM performance_draw WHERE centre_id = $1 AND year = $2 ORDER BY id DESC LIMIT 50", a.CentreID, year); err != nil {
			return err
		}
		names := map[string]string{}
		list, err := programmesTx(tx, a.CentreID, year)
		for _, p := range list {
			names[p.ID] = p.Name
		}
		for i := range out {
			if err == nil {
				out[i].Rechecks, err = store.Select[Recheck](tx, "SELECT "+recheckColumns+" FROM performance_recheck WHERE centre_id = $1 AND draw_id = $2 ORDER BY programme_id", a.CentreID, out[i].ID)
			}
			for j := range out[i].Rechecks {
				out[i].Rechecks[j].Name = names[out[i].Rechecks[j].ProgrammeID]
			}
		}
		return err
	})
	return out, err
}

// RecheckInput is what the second look finds about an indicator.
type RecheckInput struct {
	Indicator string        `json:"indicator" maxLength:"40" doc:"指标"`
	Actual    score.Decimal `json:"actual,omitzero" doc:"核实的完成值"`
	Band      string        `json:"band,omitempty" maxLength:"40" doc:"核定的档次"`
}

// Recheck gives a drawn evaluation with the locked form that it starts from.
func (m *Module) Recheck(ctx context.Context, draw, programme string) (Recheck, *Evaluation, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return Recheck{}, nil, err
	}
	var r Recheck
	var e *Evaluation
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		p, err := programmeTx(tx, a.CentreID, programme, false)
		if err != nil {
			return err
		}
		if r, err = recheckTx(tx, a.CentreID, draw, programme); err != nil {
			return err
		}
		r.Name = p.Name
		if r.Done {
			e, err = unseal(r.Content, r.Hash)
			return err
		}
		e, err = lockedTx(tx, &p, r.Round)
		return err
	})
	return r, e, err
}

func recheckTx(tx *store.Tx, centre, draw, programme string) (Recheck, error) {
	r, err := store.Get[Recheck](tx, "SELECT "+recheckColumns+" FROM performance_recheck WHERE centre_id = $1 AND draw_id = $2 AND programme_id = $3", centre, draw, programme)
	if errors.Is(err, store.ErrNotFound) {
		err = ErrDraw
	}
	return r, err
}

func lockedTx(tx *store.Tx, p *Programme, round int64) (*Evaluation, error) {
	r, err := resultTx(tx, p, round)
	if err != nil {
		return nil, err
	}
	return unseal(r.Content, r.Hash)
}

// FinishRecheck keeps what the second look found (完成抽评): the locked form with other values, scored by the policy that it was
// locked with. The locked evaluation itself does not change.
func (m *Module) FinishRecheck(ctx context.Context, draw, programme, remark string, found []RecheckInput) (Recheck, error) {
	a := actor.From(ctx)
	if err := a.Require(PermDraw); err != nil {
		return Recheck{}, err
	}
	if remark = strings.TrimSpace(remark); remark == "" || utf8.RuneCountInString(remark) > 1000 {
		return Recheck{}, ErrInput.Field("remark", "请写明抽评的结论和依据，1000 个字以内。")
	}
	var r Recheck
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		p, err := programmeTx(tx, a.CentreID, programme, true)
		if err != nil {
			return err
		}
		if r, err = recheckTx(tx, a.CentreID, draw, programme); err != nil {
			return err
		}
		if r.Done {
			return ErrDrawDone
		}
		part, err := store.Select[string](tx, "SELECT by_user FROM performance_step WHERE centre_id = $1 AND programme_id = $2 AND round = $3", p.CentreID, p.ID, r.Round)
		if err != nil {
			return err
		}
		if a.UserID != "" && slices.Contains(part, a.UserID) {
			return ErrDrawOwn
		}
		e, err := lockedTx(tx, &p, r.Round)
		if err != nil {
			return err
		}
		if err := e.recheck(found, a.Name+"抽评"); err != nil {
			return err
		}
		if r.Content, r.Hash, err = e.seal(); err != nil {
			return err
		}
		r.Done, r.Remark, r.Score, r.Grade, r.At, r.By, r.ByName, r.Name = true, remark, hundredthsOf(e.Result.Total), e.Result.Grade, tx.Now(), a.UserID, a.Name, p.Name
		if err := store.Update(tx, "performance_recheck", r, "centre_id", "draw_id", "programme_id"); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "performance.recheck", Permission: PermDraw, Kind: "programme", Object: p.ID, Detail: map[string]any{"draw": draw, "was": r.Was, "score": r.Score, "hash": r.Hash}})
	})
	return r, err
}

// recheck puts other values into a locked form and scores it again.
func (e *Evaluation) recheck(found []RecheckInput, who string) error {
	policy, err := score.ReadPolicy([]byte(e.PolicyText))
	if err != nil {
		return err
	}
	for _, f := range found {
		i := slices.IndexFunc(e.Form.Indicators, func(x score.Indicator) bool { return x.ID == f.Indicator })
		if i < 0 {
			return ErrIndicator
		}
		x := &e.Form.Indicators[i]
		if x.Op == score.Quality && f.Band != "" && f.Band != x.Band {
			if _, ok := policy.Band(f.Band); !ok {
				return ErrInput.Field("band."+x.ID, "请从列出的档次中选择。")
			}
			x.Band, x.Share, x.Given, x.Source = f.Band, score.Decimal{}, "", who
		}
		if x.Op != score.Quality && !f.Actual.Blank() && f.Actual.Cmp(x.Actual) != 0 {
			x.Actual, x.Source = f.Actual, who
		}
	}
	e.Result = *score.Score(policy, &e.Form)
	return nil
}
