package assess

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/emmansun/gmsm/sm3"

	"yichuang/internal/errs"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/metric"
	"yichuang/internal/org"
)

// Shape is how a figure becomes points.
type Shape string

// The shapes.
const (
	Linear Shape = "linear" // 线性: from floor (nothing) to full (all of the weight)
	Step   Shape = "step"   // 分档: the share of the best step that is reached
	Deduct Shape = "deduct" // 扣分: all of the weight, less so much for each point away from full
	Each   Shape = "each"   // 按件: so much for each record, beside the weights; may be negative
)

// ShapeLabel is the shape's Chinese name.
func ShapeLabel(s Shape) string {
	return map[Shape]string{Linear: "线性", Step: "分档", Deduct: "扣分", Each: "按件"}[s]
}

// Small says what happens to an item whose sample is too small to judge by.
type Small string

// What a small sample comes to. Where nothing at all is there to judge, the item always takes no part.
const (
	GroupMedian Small = "median" // 组内中位数: the median of the group's units with a sample that is large enough, else NotJudged
	NotJudged   Small = "na"     // 不评价: its weight goes to the other items
	AsIs        Small = "as_is"  // 照算: however small
)

// SmallLabel is the Chinese name.
func SmallLabel(s Small) string {
	return map[Small]string{GroupMedian: "取组内中位数", NotJudged: "不评价，权重分摊", AsIs: "照算"}[s]
}

// Side is which number of a figure an item of the shape Each multiplies.
type Side string

// The sides.
const (
	SideNum  Side = "num"  // 分子
	SideDen  Side = "den"  // 分母
	SideRest Side = "rest" // 分母减分子
)

// Item is one thing that a scheme measures. Weight, Rate and the parts of steps are in units of 1/10000 point, so that
// published coefficients such as 0.0025 are whole numbers. Floor, Full and At are hundredths: of a percent for a rate, of
// the unit for a mean, of one for a count.
type Item struct {
	Code      string         `json:"code"`
	Name      string         `json:"name"`
	Metric    figure.Measure `json:"metric"`
	Weight    int64          `json:"weight"`
	Shape     Shape          `json:"shape"`
	Floor     int64          `json:"floor,omitempty"`
	Full      int64          `json:"full,omitempty"`
	Steps     []StepPart     `json:"steps,omitempty"`
	Rate      int64          `json:"rate,omitempty"` // Deduct: per percentage point, or per unit; Each: per record
	Side      Side           `json:"side,omitempty"` // Each
	MinSample int64          `json:"min_sample,omitempty"`
	Small     Small          `json:"small,omitempty"`
}

// StepPart gives a share of the weight, in hundredths of a percent, to a figure that reaches At.
type StepPart struct {
	At    int64 `json:"at"`
	Share int64 `json:"share"`
}

// Band is a grade (等次) with the total, in hundredths of a point, from which it is given.
type Band struct {
	Name string `json:"name"`
	From int64  `json:"from"`
}

// Exclusion leaves a unit out, with the reason.
type Exclusion struct {
	UnitID string `json:"unit_id"`
	Reason string `json:"reason"`
}

// Definition is what a scheme says.
type Definition struct {
	Groups     []org.UnitGroup `json:"groups"` // which groups are assessed; each is compared within itself
	Items      []Item          `json:"items"`
	Bands      []Band          `json:"bands,omitempty"`      // best first
	Cap        int64           `json:"cap,omitempty"`        // most that a total may be, hundredths of a point; 0 for none. With a cap a total is not below 0
	BonusCap   int64           `json:"bonus_cap,omitempty"`  // most that bonus events may give
	DeductCap  int64           `json:"deduct_cap,omitempty"` // most that deduction events may take
	Exclusions []Exclusion     `json:"exclusions,omitempty"`
	Ranked     bool            `json:"ranked,omitempty"` // whether places are shown; 国办函〔2025〕66号 warns against ranking alone
}

// weightUnit is how many units of Weight and Rate a point has.
const weightUnit = 10000

// ErrScheme refuses a scheme that cannot be applied; its Fields say what is wrong where.
var ErrScheme = errs.New(errs.Invalid, "assess.scheme", "考核方案有几处需要改正，没有保存。请按提示修改。")

// Metrics lists the measures that the definition needs.
func (d *Definition) Metrics() []figure.Measure {
	var out []figure.Measure
	for _, it := range d.Items {
		if !slices.Contains(out, it.Metric) {
			out = append(out, it.Metric)
		}
	}
	return out
}

// Weights sums the weights of the items that share the score.
func (d *Definition) Weights() int64 {
	var sum int64
	for _, it := range d.Items {
		if it.Shape != Each {
			sum += it.Weight
		}
	}
	return sum
}

// Text is the definition as it is stored and hashed.
func (d *Definition) Text() (string, error) {
	b, err := json.Marshal(d)
	return string(b), err
}

// Hash is the SM3 of a definition's text.
func definitionHash(text string) string {
	sum := sm3.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

func parseDefinition(text string) (Definition, error) {
	var d Definition
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return d, fmt.Errorf("definition of a scheme: %w", err)
	}
	return d, nil
}

// Check refuses what cannot be applied.
func (d *Definition) Check() error {
	e := ErrScheme
	if len(d.Groups) == 0 {
		e = e.Field("groups", "请选择参加考核的单位组。")
	}
	if len(d.Items) == 0 || len(d.Items) > 40 {
		e = e.Field("items", "考核项目应有 1 至 40 项。")
	}
	seen := map[string]bool{}
	for i, it := range d.Items {
		field := fmt.Sprintf("items.%d", i)
		if seen[it.Code] || strings.TrimSpace(it.Code) == "" {
			e = e.Field(field, "第 %d 项的编号为空或与别的项目重复。", i+1)
		}
		seen[it.Code] = true
		if text := it.problem(); text != "" {
			e = e.Field(field, "第 %d 项“%s”：%s", i+1, it.Name, text)
		}
	}
	for i, b := range d.Bands {
		if strings.TrimSpace(b.Name) == "" || i > 0 && b.From >= d.Bands[i-1].From {
			e = e.Field("bands", "等次应有名称，并从高到低排列。")
		}
	}
	for _, x := range d.Exclusions {
		if x.UnitID == "" || strings.TrimSpace(x.Reason) == "" {
			e = e.Field("exclusions", "不参加考核的单位须写明单位和理由。")
		}
	}
	if d.Cap < 0 || d.BonusCap < 0 || d.DeductCap < 0 {
		e = e.Field("cap", "封顶分数不能小于 0。")
	}
	return e.OrNil()
}

// problem says what is wrong with an item, "" for nothing.
func (it *Item) problem() string {
	info := it.Metric.Info()
	switch {
	case strings.TrimSpace(it.Name) == "":
		return "请填写项目名称。"
	case info.Label == "" || !info.ByUnit:
		return "请选择可以按单位统计的指标。"
	case it.Shape != Each && it.Weight <= 0:
		return "权重应大于 0。"
	case it.MinSample < 0:
		return "最小样本量不能小于 0。"
	case it.Small != GroupMedian && it.Small != NotJudged && it.Small != AsIs:
		return "请选择样本不足时的处理。"
	}
	return it.shapeProblem(info)
}

func (it *Item) shapeProblem(info figure.MeasureInfo) string {
	switch it.Shape {
	case Linear:
		if it.Floor == it.Full {
			return "零分值和满分值不能相同。"
		}
	case Step:
		for i, s := range it.Steps {
			if s.Share < 0 || s.Share > 10000 || i > 0 && (info.Lower != (s.At > it.Steps[i-1].At) || s.At == it.Steps[i-1].At) {
				return "各档应从好到差排列，得分比例在 0 至 100% 之间。"
			}
		}
		if len(it.Steps) == 0 {
			return "请填写各档的界限和得分比例。"
		}
	case Deduct:
		if it.Rate <= 0 {
			return "请填写每差一个百分点（或一个单位）扣多少分。"
		}
	case Each:
		if it.Rate == 0 || it.Side != SideNum && it.Side != SideDen && it.Side != SideRest {
			return "请填写每件的分值和计件的一边。"
		}
		if info.Form != metric.Rate && it.Side != SideNum {
			return "这个指标只能按分子计件。"
		}
	default:
		return "请选择计分方式。"
	}
	return ""
}
