package figure

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// FrequentQuery asks what people called about most, or from where (高频事项, 高发区域; hotline reference §5.4 M16).
type FrequentQuery struct {
	Period metric.Period `json:"period"`
	By     Dimension     `json:"by"`
	Digits int           `json:"digits,omitempty"` // of the area codes: 6 counties, 9 towns, 12 villages
	Top    int           `json:"top"`
}

// FrequentLeast is how many tickets make a matter or an area worth ranking: below it, chance decides the order.
const FrequentLeast = 5

// FrequentDigits are the lengths of area codes that can be ranked, with what such areas are.
var FrequentDigits = []struct {
	Digits int
	Label  string
}{{6, "县（市、区）"}, {9, "乡镇（街道）"}, {12, "村（社区）"}}

// FrequentRow is one matter or area with how often it occurred, against the period before and the year before.
type FrequentRow struct {
	Rank     int           `json:"rank"`
	Key      string        `json:"key"`
	Label    string        `json:"label"`
	N        int64         `json:"n"`
	Previous metric.Change `json:"previous"`    // 环比
	LastYear metric.Change `json:"year_before"` // 同比
	// PerTenThousand is tickets × 10000 over the residents of the area; its denominator is 0 where nobody has put them in.
	PerTenThousand metric.Ratio `json:"per_ten_thousand"`
	Residents      *Population  `json:"residents,omitempty"`
}

// Frequent is the ranking with what it leaves out.
type Frequent struct {
	FrequentQuery
	At      clock.Instant `json:"at"`
	Rows    []FrequentRow `json:"rows"`
	Total   int64         `json:"total"`  // tickets accepted in the period
	Few     int           `json:"few"`    // matters or areas with less than FrequentLeast
	FewN    int64         `json:"few_n"`  // their tickets
	Beyond  int           `json:"beyond"` // those behind the last rank that is shown
	BeyondN int64         `json:"beyond_n"`
	Unknown int64         `json:"unknown"` // tickets that do not say, or not so exactly
}

// Incomplete reports whether the period ends after the figures were counted (不完整).
func (f *Frequent) Incomplete() bool { return f.Period.End() > f.At }

// Slice chooses the tickets behind a row.
func (f *Frequent) Slice(key string) Slice {
	s := Slice{Period: f.Period}
	switch f.By {
	case ByTopic:
		s.Topic = key
	case ByCategory:
		s.Category, s.Exact = key, true
	case ByArea:
		s.Within = key
	case ByUnit:
		s.UnitID = key
	}
	return s
}

// maxTop bounds a ranking.
const maxTop = 200

// Frequent ranks the matters or areas of a period by the tickets accepted.
func (m *Module) Frequent(ctx context.Context, q FrequentQuery) (Frequent, error) {
	a, err := sliceReader(ctx, Slice{Period: q.Period})
	if err != nil {
		return Frequent{}, err
	}
	q.Top = min(max(q.Top, 1), maxTop)
	known := slices.ContainsFunc(FrequentDigits, func(d struct {
		Digits int
		Label  string
	}) bool {
		return d.Digits == q.Digits
	})
	if q.By != ByTopic && q.By != ByCategory && q.By != ByUnit && (q.By != ByArea || !known) {
		return Frequent{}, ErrMeasure
	}
	out := Frequent{FrequentQuery: q, Rows: []FrequentRow{}}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		out.At, out.Rows, out.Total, out.Few, out.FewN, out.Beyond, out.BeyondN, out.Unknown = tx.Now(), []FrequentRow{}, 0, 0, 0, 0, 0, 0
		var n [3]map[string]int64
		for i, p := range []metric.Period{q.Period, q.Period.Previous(), q.Period.YearBefore()} {
			if n[i], err = frequentCounts(tx, a.CentreID, q, p); err != nil {
				return err
			}
		}
		out.rank(n)
		return m.dressFrequent(tx, a.CentreID, &out)
	})
	if err == nil && q.By == ByArea {
		err = m.nameFrequentAreas(ctx, out.Rows)
	}
	return out, err
}

// frequentCounts counts the tickets accepted in a period by key; "" is what cannot be told.
func frequentCounts(tx *store.Tx, centre string, q FrequentQuery, p metric.Period) (map[string]int64, error) {
	type keyed struct {
		Key string `db:"a"`
		N   int64  `db:"n"`
	}
	w, err := Slice{Period: p}.where(tx, centre)
	if err != nil {
		return nil, err
	}
	column := "t." + q.By.column()
	list, err := store.Select[keyed](tx, "SELECT "+column+" AS a, COUNT(*) AS n FROM hotline_ticket t"+w.SQL()+" GROUP BY "+column, w.Args...)
	if err != nil {
		return nil, err
	}
	tops := map[string]string{}
	if q.By == ByTopic {
		if tops, err = topCategories(tx, centre); err != nil {
			return nil, err
		}
	}
	out := map[string]int64{}
	for _, k := range list {
		key := k.Key
		switch {
		case q.By == ByTopic && tops[key] != "":
			key = tops[key]
		case q.By == ByArea && len(key) >= q.Digits:
			key = key[:q.Digits]
		case q.By == ByArea:
			key = ""
		}
		out[key] += k.N
	}
	return out, nil
}

// rank sorts the counts of the period and sets them against those of the other two.
func (f *Frequent) rank(n [3]map[string]int64) {
	for key, count := range n[0] {
		f.Total += count
		switch {
		case key == "":
			f.Unknown = count
		case count < FrequentLeast:
			f.Few, f.FewN = f.Few+1, f.FewN+count
		default:
			f.Rows = append(f.Rows, FrequentRow{Key: key, Label: key, N: count, Previous: countChange(count, n[1][key]), LastYear: countChange(count, n[2][key])})
		}
	}
	slices.SortFunc(f.Rows, func(a, b FrequentRow) int {
		return cmp.Or(cmp.Compare(b.N, a.N), strings.Compare(a.Key, b.Key))
	})
	for i := range f.Rows {
		f.Rows[i].Rank = i + 1
		if i > 0 && f.Rows[i].N == f.Rows[i-1].N {
			f.Rows[i].Rank = f.Rows[i-1].Rank
		}
	}
	for _, r := range f.Rows[min(f.Top, len(f.Rows)):] {
		f.Beyond, f.BeyondN = f.Beyond+1, f.BeyondN+r.N
	}
	f.Rows = f.Rows[:min(f.Top, len(f.Rows))]
}

func countChange(now, then int64) metric.Change {
	return metric.Compare(metric.Figure{Form: metric.Count, Ratio: metric.Ratio{Num: now}}, metric.Figure{Form: metric.Count, Ratio: metric.Ratio{Num: then}})
}

// dressFrequent names what has a name in the database, and adds the residents of areas.
func (m *Module) dressFrequent(tx *store.Tx, centre string, f *Frequent) error {
	list := make([]SliceCount, len(f.Rows))
	for i, r := range f.Rows {
		list[i].Key = r.Key
	}
	names, err := m.sliceNames(tx, centre, f.By, list)
	if err != nil {
		return err
	}
	people := map[string]Population{}
	if f.By == ByArea {
		if people, err = residentsFor(tx, centre, f.Period.Last().Year()); err != nil {
			return err
		}
	}
	for i := range f.Rows {
		r := &f.Rows[i]
		if name := names[r.Key]; name != "" {
			r.Label = name
		}
		if p, ok := people[r.Key]; ok {
			r.Residents, r.PerTenThousand = &p, metric.Ratio{Num: r.N * 10000, Den: p.Residents}
		}
	}
	return nil
}

func (m *Module) nameFrequentAreas(ctx context.Context, rows []FrequentRow) error {
	places := make([]Share, len(rows))
	for i, r := range rows {
		places[i] = Share{Key: r.Key, Label: r.Label}
	}
	err := m.nameAreas(ctx, places)
	for i := range rows {
		rows[i].Label = places[i].Label
		if rows[i].Residents != nil {
			rows[i].Residents.AreaName = places[i].Label
		}
	}
	return err
}
