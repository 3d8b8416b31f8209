package figure_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"slices"
	"sort"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/document/table"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/metric"
	"yichuang/internal/org"
)

// divisions puts the areas of a small city into the register of divisions.
func divisions(t *testing.T, w *hotlinetest.World) {
	t.Helper()
	list := "code,name\n620000,甘肃省\n622900,临夏回族自治州\n622901,临夏市\n622901001,城南街道\n622901002,城北街道\n622901003,东关街道\n"
	if _, err := w.Org.ImportDivisions(w.System(), strings.NewReader(list)); err != nil {
		t.Fatal(err)
	}
}

func people(area string, year int, n int64) figure.Population {
	return figure.Population{Area: area, Year: year, Residents: n, Source: "第七次全国人口普查公报"}
}

func TestResidentsAreKeptByYearWithTheirSource(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		divisions(t, w)
		boss, leader := w.As(t, org.RoleSupervisor), w.As(t, org.RoleLeader)
		for name, bad := range map[string]figure.Population{
			"no source":       {Area: "622901001", Year: 2025, Residents: 10},
			"no number":       people("622901001", 2025, 0),
			"a year to come":  people("622901001", 2027, 10),
			"a year too long": people("622901001", 1900, 10),
			"no area":         people("", 2025, 10),
			"an unknown area": people("999999", 2025, 10),
		} {
			if _, err := w.Figures.SavePopulation(boss, bad); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := w.Figures.SavePopulation(leader, people("622901001", 2025, 10)); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a leader writes: %v", err)
		}
		first, err := w.Figures.SavePopulation(boss, people("622901001", 2024, 40000))
		if err != nil || first.Version != 1 {
			t.Fatal(first, err)
		}
		if _, err := w.Figures.SavePopulation(boss, people("622901001", 2024, 41000)); !errors.Is(err, figure.ErrPopulationStale) {
			t.Errorf("the same year again, as if it were new: %v", err)
		}
		first.Residents = 41000
		if first, err = w.Figures.SavePopulation(boss, first); err != nil || first.Version != 2 {
			t.Fatal(first, err)
		}
		list, err := w.Figures.Populations(leader)
		if err != nil || len(list) != 1 || list[0].Residents != 41000 || list[0].AreaName != "城南街道" || list[0].ByName == "" {
			t.Errorf("%+v, %v", list, err)
		}
		if err := w.Figures.RemovePopulation(boss, "622901001", 2024, 1); !errors.Is(err, figure.ErrPopulationStale) {
			t.Errorf("removing what has changed: %v", err)
		}
		if err := w.Figures.RemovePopulation(boss, "622901001", 2024, 2); err != nil {
			t.Error(err)
		}
		if _, err := w.Figures.Population(leader, "622901001", 2024); !errors.Is(err, figure.ErrPopulationGone) {
			t.Errorf("a removed one: %v", err)
		}
	})
}

// TestARankingEqualsItsLists makes tickets at random, counts them again by hand, and opens the list behind each number.
func TestARankingEqualsItsLists(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		divisions(t, w)
		boss, leader := w.As(t, org.RoleSupervisor), w.As(t, org.RoleLeader)
		for _, p := range []figure.Population{people("622901001", 2020, 30000), people("622901001", 2024, 42000), people("622901001", 2026, 99999), people("622901", 2024, 290000)} {
			if _, err := w.Figures.SavePopulation(boss, p); err != nil {
				t.Fatal(err)
			}
		}
		rnd := rand.New(rand.NewSource(5))
		areas, categories := []string{"622901001", "622901001", "622901001", "622901002", "622901003", "622901", ""}, []string{"0402", "0402", "0301", "04", "0101"}
		n := map[string]map[string]int64{"2025-11": {}, "2025-12": {}}
		for i := range 70 {
			month := []string{"2025-11", "2025-12"}[rnd.Intn(2)]
			area, category := areas[rnd.Intn(len(areas))], categories[rnd.Intn(len(categories))]
			w.Set(fmt.Sprintf("%s-%02d 09:00", month, rnd.Intn(28)+1))
			w.Ticket(t, hotline.Triage, func(in *hotline.RegisterInput) {
				in.Area, in.Category, in.Phone = area, category, fmt.Sprintf("138%08d", i)
			})
			town, county := "", ""
			if len(area) == 9 {
				town = area
			}
			if len(area) >= 6 {
				county = area[:6]
			}
			for _, key := range []string{"9:" + town, "6:" + county, "c:" + category, "t:" + category[:2]} {
				n[month][key]++
			}
		}
		w.Set("2026-01-05 09:00")
		month := metric.Month(clock.MustDate("2025-12-01"))
		for name, q := range map[string]figure.FrequentQuery{"9:": {By: figure.ByArea, Digits: 9}, "6:": {By: figure.ByArea, Digits: 6}, "c:": {By: figure.ByCategory}, "t:": {By: figure.ByTopic}} {
			q.Period, q.Top = month, 10
			f, err := w.Figures.Frequent(leader, q)
			if err != nil {
				t.Fatal(err)
			}
			want := []string{}
			for key, count := range n["2025-12"] {
				if strings.HasPrefix(key, name) && key != name && count >= figure.FrequentLeast {
					want = append(want, fmt.Sprintf("%06d %s", 999999-count, key[2:]))
				}
			}
			sort.Strings(want)
			got := []string{}
			for _, r := range f.Rows {
				got = append(got, fmt.Sprintf("%06d %s", 999999-r.N, r.Key))
				if r.Previous.Abs != r.N-n["2025-11"][name+r.Key] || r.LastYear.Rel.Den != 0 {
					t.Errorf("%s%s: changes %+v %+v", name, r.Key, r.Previous, r.LastYear)
				}
				behind(t, w, leader, f.Slice(r.Key), r.N)
			}
			if fmt.Sprint(got) != fmt.Sprint(want) || len(got) == 0 || f.Unknown != n["2025-12"][name] || f.Incomplete() {
				t.Errorf("%s ranked %v, want %v; unknown %d, want %d", name, got, want, f.Unknown, n["2025-12"][name])
			}
			sum := f.Unknown + f.FewN + f.BeyondN
			for _, r := range f.Rows {
				sum += r.N
			}
			if sum != f.Total {
				t.Errorf("%s: the parts make %d, the whole is %d", name, sum, f.Total)
			}
			q.Top = 1
			if f, err := w.Figures.Frequent(leader, q); err != nil || len(f.Rows) != 1 || f.Beyond != len(got)-1 {
				t.Errorf("%s: the first of them: %+v %v", name, f, err)
			}
		}
		f, err := w.Figures.Frequent(leader, figure.FrequentQuery{Period: month, By: figure.ByArea, Digits: 9, Top: 10})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range f.Rows {
			switch r.Key {
			case "622901001":
				if r.Residents == nil || r.Residents.Year != 2024 || r.PerTenThousand != (metric.Ratio{Num: r.N * 10000, Den: 42000}) || r.Label != "城南街道" {
					t.Errorf("%+v of %+v", r, r.Residents)
				}
			default:
				if r.Residents != nil || r.PerTenThousand.Quotient() != metric.None {
					t.Errorf("residents that nobody has put in: %+v", r)
				}
			}
		}
		for _, q := range []figure.FrequentQuery{{Period: month, By: figure.ByArea, Digits: 7}, {Period: month, By: "phone"}} {
			if _, err := w.Figures.Frequent(leader, q); !errors.Is(err, figure.ErrMeasure) {
				t.Errorf("%+v: %v", q, err)
			}
		}
		if _, err := w.Figures.Frequent(w.In(t, w.Unit.ID, org.RoleUnitHead), figure.FrequentQuery{Period: month, By: figure.ByTopic}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("the head of a unit: %v", err)
		}
	})
}

func behind(t *testing.T, w *hotlinetest.World, ctx context.Context, s figure.Slice, want int64) {
	t.Helper()
	rows, _, total, err := w.Figures.SliceTickets(ctx, s, "", 200)
	if err != nil || total != want || int64(len(rows)) != want {
		t.Errorf("%+v lists %d of %d, want %d; %v", s, len(rows), total, want, err)
	}
}

// A list of residents goes in whole or not at all; a second time it adds nothing.
func TestAListOfResidentsIsImportedWhole(t *testing.T) {
	read := func(text string) ([]figure.Population, error) {
		r, err := table.Open("人口.csv", strings.NewReader(text), int64(len(text)), table.Options{Expect: figure.PopulationColumns})
		if err != nil {
			t.Fatal(err)
		}
		return figure.ReadPopulations(r, clock.MustDate("2026-05-08"))
	}
	const head = "行政区划代码,年份,常住人口,出处\n"
	for name, row := range map[string]string{"年份": "622901,1800,5,公报", "请填写常住人口": "622901,2020,很多,公报", "注明出处": "622901,2020,5,", "重复": "622901,2020,5,公报\n622901,2020,6,公报"} {
		if _, err := read(head + row + "\n"); !errors.Is(err, figure.ErrPopulationList) || len(errs.As(err).Fields) != 1 || !strings.HasPrefix(errs.As(err).Fields[0].Name, "第 ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		divisions(t, w)
		ctx := w.As(t, org.RoleSupervisor)
		list, err := read(head + "622901,2020,\"355,954\",第七次全国人口普查公报\n622901001,2020,41000,第七次全国人口普查公报\n")
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range [][2]int{{2, 0}, {0, 0}} {
			if added, changed, err := w.Figures.ImportPopulations(ctx, list); err != nil || added != want[0] || changed != want[1] {
				t.Fatalf("import %d: %d added, %d changed, %v", i, added, changed, err)
			}
		}
		list[0].Residents = 360000
		if added, changed, err := w.Figures.ImportPopulations(ctx, list); err != nil || added != 0 || changed != 1 {
			t.Errorf("a new figure: %d added, %d changed, %v", added, changed, err)
		}
		bad := append(slices.Clone(list), figure.Population{Area: "999999", Year: 2020, Residents: 5, Source: "公报"})
		bad[0].Residents = 1
		if _, _, err := w.Figures.ImportPopulations(ctx, bad); !errors.Is(err, figure.ErrPopulationList) {
			t.Errorf("an area that is not there: %v", err)
		}
		if p, err := w.Figures.Population(ctx, "622901", 2020); err != nil || p.Residents != 360000 || p.Version != 2 {
			t.Errorf("stored: %+v, %v", p, err)
		}
		if _, _, err := w.Figures.ImportPopulations(w.As(t, org.RoleAgent), list); !errors.Is(err, actor.ErrForbidden) {
			t.Errorf("an agent imports: %v", err)
		}
	})
}
