package figure

import (
	"context"
	"errors"
	"strings"
	"yichuang/internal/hotline"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// Population (常住人口) is how many people live in an area, as a publication gives it for a year. Figures per 10,000
// residents use the newest year that is not after their period.
type Population struct {
	CentreID  string        `db:"centre_id" json:"-"`
	Area      string        `db:"area" json:"area"` // code of the division
	Year      int           `db:"of_year" json:"year"`
	Residents int64         `db:"residents" json:"residents"`
	Source    string        `db:"source" json:"source"`
	Version   int64         `db:"version" json:"version"`
	At        clock.Instant `db:"at" json:"at,omitzero"`
	By        string        `db:"by_user" json:"by,omitempty"`
	AreaName  string        `db:"-" json:"area_name,omitempty"`
	ByName    string        `db:"-" json:"by_name,omitempty"`
}

// Refusals about residents.
var (
	ErrPopulation      = errs.New(errs.Invalid, "hotline.population", "没有保存：请按提示补全。")
	ErrPopulationGone  = errs.New(errs.NotFound, "hotline.population_gone", "没有这一条人口数，可能已被删除。请刷新后再看。")
	ErrPopulationStale = errs.New(errs.Conflict, "hotline.population_stale", "这条人口数刚被别人改过，您的修改没有保存。请刷新后再改。")
)

// firstYear and mostResidents bound what can be a publication's figure.
const (
	firstYear     = 1949
	mostResidents = 2_000_000_000
)

const populationQuery = " FROM hotline_population WHERE centre_id = $1"

// Populations lists the centre's figures of residents by area, the newest year first.
func (m *Module) Populations(ctx context.Context) ([]Population, error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermReport); err != nil {
		return nil, err
	}
	var out []Population
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		if out, err = store.Select[Population](tx, "SELECT "+store.Columns[Population]("")+populationQuery+" ORDER BY area, of_year DESC", a.CentreID); err != nil {
			return err
		}
		var who []string
		for _, p := range out {
			who = append(who, p.By)
		}
		names, err := m.org.UserNamesTx(tx, a.CentreID, who)
		for i := range out {
			out[i].ByName = names[out[i].By]
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	places := make([]Share, len(out))
	for i, p := range out {
		places[i] = Share{Key: p.Area, Label: p.Area}
	}
	err = m.nameAreas(ctx, places)
	for i := range out {
		out[i].AreaName = places[i].Label
	}
	return out, err
}

// Population gives the residents of an area in a year.
func (m *Module) Population(ctx context.Context, area string, year int) (Population, error) {
	list, err := m.Populations(ctx)
	for _, p := range list {
		if p.Area == area && p.Year == year {
			return p, nil
		}
	}
	if err != nil {
		return Population{}, err
	}
	return Population{}, ErrPopulationGone
}

// SavePopulation puts in or changes the residents of an area in a year, with the publication that says so; Version is the
// one that was seen, 0 for a new figure.
func (m *Module) SavePopulation(ctx context.Context, p Population) (Population, error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermMetric); err != nil {
		return p, err
	}
	p.Area, p.Source = strings.TrimSpace(p.Area), strings.TrimSpace(p.Source)
	if err := p.validate(m.clock.Now().Date()); err != nil {
		return p, err
	}
	if _, err := m.org.Division(ctx, p.Area); err != nil {
		if errs.KindOf(err) == errs.NotFound {
			return p, ErrPopulation.Field("area", "没有代码为“%s”的行政区划。请在“行政区划”里核对，或先导入。", p.Area)
		}
		return p, err
	}
	saved := p
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		saved = p
		saved.CentreID, saved.At, saved.By, saved.Version = a.CentreID, tx.Now(), a.UserID, p.Version+1
		before, err := savePopulation(tx, saved)
		if err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "hotline.population_change", Permission: hotline.PermMetric, Kind: "population", Object: p.Area,
			Detail: map[string]any{"year": p.Year, "residents": p.Residents, "before": before, "source": p.Source}})
	})
	return saved, err
}

// savePopulation writes a figure over the version before it, and gives what was there.
func savePopulation(tx *store.Tx, p Population) (before int64, err error) {
	old, err := store.Get[Population](tx, "SELECT "+store.Columns[Population]("")+populationQuery+" AND area = $2 AND of_year = $3"+tx.ForUpdate(), p.CentreID, p.Area, p.Year)
	if errors.Is(err, store.ErrNotFound) {
		if p.Version != 1 {
			return 0, ErrPopulationGone
		}
		return 0, store.Insert(tx, "hotline_population", p)
	}
	if err != nil {
		return 0, err
	}
	if old.Version != p.Version-1 {
		return 0, ErrPopulationStale.With("version", old.Version)
	}
	return old.Residents, store.Update(tx, "hotline_population", p, "centre_id", "area", "of_year")
}

func (p *Population) validate(today clock.Date) error {
	e := ErrPopulation
	if p.Area == "" {
		e = e.Field("area", "请填写行政区划代码。")
	}
	if p.Year < firstYear || p.Year > today.Year() {
		e = e.Field("year", "年份应为 %d 至 %d。", firstYear, today.Year())
	}
	if p.Residents <= 0 || p.Residents > mostResidents {
		e = e.Field("residents", "请填写常住人口，单位为人。")
	}
	if p.Source == "" || len([]rune(p.Source)) > maxBasis {
		e = e.Field("source", "请写明出处，例如 第七次全国人口普查公报；%d 个字以内。", maxBasis)
	}
	return e.OrNil()
}

// RemovePopulation takes a figure out that was put in by mistake; the audit log keeps it.
func (m *Module) RemovePopulation(ctx context.Context, area string, year int, version int64) error {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermMetric); err != nil {
		return err
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		old, err := store.Get[Population](tx, "SELECT "+store.Columns[Population]("")+populationQuery+" AND area = $2 AND of_year = $3"+tx.ForUpdate(), a.CentreID, area, year)
		if errors.Is(err, store.ErrNotFound) {
			return ErrPopulationGone
		}
		if err != nil {
			return err
		}
		if version != 0 && old.Version != version {
			return ErrPopulationStale.With("version", old.Version)
		}
		if _, err := tx.Exec("DELETE FROM hotline_population WHERE centre_id = $1 AND area = $2 AND of_year = $3", a.CentreID, area, year); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "hotline.population_remove", Permission: hotline.PermMetric, Kind: "population", Object: area,
			Detail: map[string]any{"year": year, "residents": old.Residents, "source": old.Source}})
	})
}

// residentsFor gives for each area the newest figure that is not after a year.
func residentsFor(tx *store.Tx, centre string, year int) (map[string]Population, error) {
	list, err := store.Select[Population](tx, "SELECT "+store.Columns[Population]("")+populationQuery+" AND of_year <= $2 ORDER BY area, of_year", centre, year)
	out := map[string]Population{}
	for _, p := range list {
		out[p.Area] = p
	}
	return out, err
}
