package assess

import (
	"cmp"
	"math/big"
	"slices"

	"yichuang/internal/hotline/figure"
	"yichuang/internal/metric"
	"yichuang/internal/org"
)

// Input is everything that the score of one unit depends on beside the scheme.
type Input struct {
	UnitID  string
	Unit    string
	Group   org.UnitGroup
	Orders  int64 // legs sent to the unit, or due from it, in the period; 0 is not assessed
	Figures map[figure.Measure]metric.Figure
	Bonus   int64 // hundredths of a point, approved
	Deduct  int64
}

// Why an item or a unit has no score of its own.
const (
	NoteNothing  = "没有可评价的记录，权重分摊到其他项目"
	NoteSmall    = "样本不足，权重分摊到其他项目"
	NoteMedian   = "样本不足，取组内中位数"
	NoteAbsent   = "没有数据来源，权重分摊到其他项目"
	NoteNoOrders = "期间内没有工单，不参加考核"
	NoteExcluded = "不参加考核："
	NoteNoItems  = "没有一项可以评价，不参加考核"
	NoteTooFew   = "各项样本都不足，不参加考核"
)

// ItemScore is what a unit has for one item. Points is the exact value as a fraction; Shown is hundredths of a point,
// rounded half up, for reading only: totals are summed from the exact values.
type ItemScore struct {
	Code   string        `json:"code"`
	Figure metric.Figure `json:"figure"`
	Judged bool          `json:"judged"`
	Points string        `json:"points"`
	Shown  int64         `json:"shown"`
	Note   string        `json:"note,omitempty"`
}

// Row (考核结果) is what a sheet says about one unit.
type Row struct {
	UnitID   string        `json:"unit_id"`
	Unit     string        `json:"unit_name"`
	Group    org.UnitGroup `json:"group"`
	Assessed bool          `json:"assessed"`
	Note     string        `json:"note,omitempty"`
	Orders   int64         `json:"orders"`
	Items    []ItemScore   `json:"items"`
	Base     int64         `json:"base"` // hundredths of a point, like Bonus, Deduct and Total
	Bonus    int64         `json:"bonus"`
	Deduct   int64         `json:"deduct"`
	Total    int64         `json:"total"`
	Band     string        `json:"band,omitempty"`
	Place    int           `json:"place,omitempty"`
}

// Score applies a definition to the units of a period. It is a pure function: the same definition and inputs give the
// same rows to the bit. All arithmetic is in exact fractions; the one rounding is that of the total to hundredths of a
// point, half up, after weights have been shared out and events added.
func Score(d *Definition, inputs []Input) []Row {
	inputs = slices.Clone(inputs)
	slices.SortFunc(inputs, func(a, b Input) int {
		return cmp.Or(cmp.Compare(slices.Index(d.Groups, a.Group), slices.Index(d.Groups, b.Group)), cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.UnitID, b.UnitID))
	})
	sheet := &scoring{def: d, points: make([][]*big.Rat, len(inputs))}
	for _, in := range inputs {
		sheet.rows = append(sheet.rows, d.begin(in))
	}
	for i := range sheet.rows {
		if sheet.rows[i].Assessed {
			sheet.judge(i, inputs[i])
		}
	}
	sheet.medians()
	for i := range sheet.rows {
		sheet.total(i)
	}
	sheet.place()
	return sheet.rows
}

// begin decides whether a unit takes part.
func (d *Definition) begin(in Input) Row {
	r := Row{UnitID: in.UnitID, Unit: in.Unit, Group: in.Group, Orders: in.Orders, Assessed: true, Bonus: in.Bonus, Deduct: in.Deduct, Items: []ItemScore{}}
	for _, x := range d.Exclusions {
		if x.UnitID == in.UnitID {
			r.Assessed, r.Note = false, NoteExcluded+x.Reason
			return r
		}
	}
	if in.Orders == 0 {
		r.Assessed, r.Note = false, NoteNoOrders
	}
	return r
}

// scoring is a sheet while it is computed; points holds each unit's exact value of each item, nil where it is not judged.
type scoring struct {
	def    *Definition
	rows   []Row
	points [][]*big.Rat
}

// judge scores the items of a unit by its own figures.
func (s *scoring) judge(i int, in Input) {
	s.points[i] = make([]*big.Rat, len(s.def.Items))
	for k := range s.def.Items {
		it := &s.def.Items[k]
		f, ok := in.Figures[it.Metric]
		if !ok {
			f = metric.Figure{Metric: string(it.Metric), Form: it.Metric.Info().Form, Absent: NoteNothing}
		}
		score := ItemScore{Code: it.Code, Figure: f}
		switch {
		case it.Shape == Each:
			s.points[i][k] = it.each(f)
		case !ok || f.Absent == "" && !f.Known():
			score.Note = NoteNothing
		case f.Absent != "":
			score.Note = NoteAbsent
		case it.sample(f) < it.MinSample && it.Small != AsIs:
			score.Note = NoteSmall
		default:
			s.points[i][k] = it.points(f)
		}
		score.Judged = s.points[i][k] != nil
		s.rows[i].Items = append(s.rows[i].Items, score)
	}
}

// sample is how many records a figure rests on.
func (it *Item) sample(f metric.Figure) int64 {
	if f.Form == metric.Count {
		return it.MinSample
	}
	return f.Den / max(f.Scale, 1)
}

// medians gives an item whose sample is small the median of the group's own scores, where the scheme says so and the
// group has any.
func (s *scoring) medians() {
	for k := range s.def.Items {
		if s.def.Items[k].Small != GroupMedian {
			continue
		}
		own := map[org.UnitGroup][]*big.Rat{}
		for i := range s.rows {
			if s.rows[i].Assessed && s.points[i][k] != nil {
				own[s.rows[i].Group] = append(own[s.rows[i].Group], s.points[i][k])
			}
		}
		for i := range s.rows {
			if r := &s.rows[i]; r.Assessed && r.Items[k].Note == NoteSmall && len(own[r.Group]) > 0 {
				s.points[i][k], r.Items[k].Judged, r.Items[k].Note = median(own[r.Group]), true, NoteMedian
			}
		}
	}
}

// median is the middle value, or the mean of the two middle ones.
func median(list []*big.Rat) *big.Rat {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b *big.Rat) int { return a.Cmp(b) })
	n := len(list)
	if n%2 == 1 {
		return list[n/2]
	}
	sum := new(big.Rat).Add(list[n/2-1], list[n/2])
	return sum.Quo(sum, big.NewRat(2, 1))
}

// total shares out the weights of what was not judged, adds events, caps, and rounds once.
func (s *scoring) total(i int) {
	r := &s.rows[i]
	if !r.Assessed {
		return
	}
	shared, apart, judged := new(big.Rat), new(big.Rat), int64(0)
	for k := range s.def.Items {
		it, p := &s.def.Items[k], s.points[i][k]
		switch {
		case p == nil:
		case it.Shape == Each:
			apart.Add(apart, p)
		default:
			shared.Add(shared, p)
			judged += it.Weight
		}
	}
	if judged == 0 && s.def.Weights() > 0 {
		r.Assessed, r.Note, r.Bonus, r.Deduct = false, NoteNoItems, 0, 0
		if slices.ContainsFunc(r.Items, func(i ItemScore) bool { return i.Note == NoteSmall }) {
			r.Note = NoteTooFew
		}
	}
	if judged > 0 {
		shared.Mul(shared, big.NewRat(s.def.Weights(), judged))
	}
	for k := range r.Items {
		if p := s.points[i][k]; p != nil {
			r.Items[k].Points, r.Items[k].Shown = p.RatString(), metric.HalfUp(new(big.Rat).Mul(p, hundred))
		}
	}
	if !r.Assessed {
		return
	}
	r.Bonus, r.Deduct = capped(r.Bonus, s.def.BonusCap), capped(r.Deduct, s.def.DeductCap)
	base := new(big.Rat).Add(shared, apart)
	sum := new(big.Rat).Add(base, big.NewRat(r.Bonus-r.Deduct, 100))
	if most := big.NewRat(s.def.Cap, 100); s.def.Cap > 0 {
		if sum.Cmp(most) > 0 {
			sum = most
		}
		if sum.Sign() < 0 {
			sum = new(big.Rat)
		}
	}
	r.Base, r.Total = metric.HalfUp(base.Mul(base, hundred)), metric.HalfUp(new(big.Rat).Mul(sum, hundred))
	for _, b := range s.def.Bands {
		if r.Total >= b.From {
			r.Band = b.Name
			break
		}
	}
}

var hundred = big.NewRat(100, 1)

func capped(n, most int64) int64 {
	if most > 0 {
		return min(n, most)
	}
	return n
}

// place gives each assessed unit its place within its group; equal totals share a place.
func (s *scoring) place() {
	if !s.def.Ranked {
		return
	}
	for i := range s.rows {
		if !s.rows[i].Assessed {
			continue
		}
		s.rows[i].Place = 1
		for k := range s.rows {
			if s.rows[k].Assessed && s.rows[k].Group == s.rows[i].Group && s.rows[k].Total > s.rows[i].Total {
				s.rows[i].Place++
			}
		}
	}
}
