package calendar

import (
	"slices"
	"strings"

	"yichuang/internal/clock"
)

// Layer says who decreed a day. Later layers prevail over earlier ones.
type Layer string

// The layers, from the weakest.
const (
	Weekly     Layer = "weekly"     // no document: the days of the week
	National   Layer = "national"   // 国务院办公厅 notice of the year
	Prefecture Layer = "prefecture" // 州(市)人民政府
	County     Layer = "county"     // 县(市)人民政府
)

// Label is the layer in Chinese.
func (l Layer) Label() string {
	switch l {
	case National:
		return "全国"
	case Prefecture:
		return "州（市）"
	case County:
		return "县（市、区）"
	}
	return "按周"
}

// rank is the place of the layer among the decreed ones, -1 for others.
func (l Layer) rank() int {
	switch l {
	case National:
		return 0
	case Prefecture:
		return 1
	case County:
		return 2
	}
	return -1
}

// AreaOf cuts an administrative division code (行政区划代码) to the part that the layer has: nothing for the nation, four
// digits for a prefecture, six for a county; "" where the code is too short to have such a part.
func (l Layer) AreaOf(area string) string {
	n := 0
	switch l {
	case Prefecture:
		n = 4
	case County:
		n = 6
	}
	if len(area) < n || l == County && strings.HasSuffix(area[:n], "00") {
		return ""
	}
	return area[:n]
}

// DayKind is what a layer says about a day.
type DayKind string

// The two kinds.
const (
	Off  DayKind = "off"  // 放假
	Work DayKind = "work" // 上班, on a make-up day (调休) as on any other
)

// Label is the kind as a CSV of local days spells it: 休 or 班.
func (k DayKind) Label() string {
	if k == Off {
		return "休"
	}
	return "班"
}

// Document is what a revision rests on (依据文件).
type Document struct {
	Title  string `json:"title" db:"doc_title"`
	Number string `json:"number,omitempty" db:"doc_number"`
	URL    string `json:"url,omitempty" db:"doc_url"`
}

// String is the title with the number in brackets.
func (d Document) String() string {
	if d.Number == "" {
		return d.Title
	}
	return d.Title + "（" + d.Number + "）"
}

// LayerDay is one day that a layer lists. Basis is the row's own document where it differs from the revision's.
type LayerDay struct {
	Date  clock.Date `json:"date" db:"day"`
	Kind  DayKind    `json:"kind" db:"kind"`
	Name  string     `json:"name" db:"name"`
	Basis string     `json:"basis,omitempty" db:"basis"`
}

// LayerYear is what one layer says for one year: a national notice, or the decrees of one prefecture or county.
type LayerYear struct {
	Layer    Layer
	Area     string // "" for the nation
	Year     int
	Document Document
	Days     []LayerDay
}

// Validate refuses days of another year (the December before is allowed), days listed twice and unknown kinds.
func (y LayerYear) Validate() error {
	e := ErrLayer
	if y.Layer.rank() < 0 {
		e = e.Field("layer", "层级只能是全国、州（市）或县（市、区）。")
	} else if y.Layer != National && (y.Area == "" || y.Layer.AreaOf(y.Area) != y.Area) {
		e = e.Field("area", "行政区划代码与层级不符：州（市）为 4 位，县（市、区）为 6 位。")
	}
	if y.Year < firstYear || y.Year > lastYear {
		e = e.Field("year", "年份应在 %d 至 %d 之间。", firstYear, lastYear)
	}
	seen := map[clock.Date]bool{}
	for _, d := range y.Days {
		if !y.covers(d.Date) {
			e = e.Field("days", "%s 不属于 %d 年的安排。", d.Date, y.Year)
		} else if seen[d.Date] {
			e = e.Field("days", "%s 重复。", d.Date)
		}
		if d.Kind != Off && d.Kind != Work {
			e = e.Field("days", "%s 的类型只能是“休”或“班”。", d.Date)
		}
		seen[d.Date] = true
	}
	return e.OrNil()
}

func (y LayerYear) covers(d clock.Date) bool {
	return !d.IsZero() && (d.Year() == y.Year || d.Year() == y.Year-1 && d.Month() == 12)
}

// ValidArea reports whether s is the code of an area: a province, a prefecture or a county with 2, 4 or 6 digits, a
// township or a village with 9 or 12.
func ValidArea(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return slices.Contains([]int{2, 4, 6, 9, 12}, len(s))
}
