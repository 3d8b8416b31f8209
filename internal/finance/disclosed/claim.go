package disclosed

// Metric is what one figure of a sentence says about its subject.
type Metric string

// The metrics.
const (
	Actual     Metric = "决算数"
	Initial    Metric = "年初预算数"
	FullYear   Metric = "全年预算数"
	Change     Metric = "比上年增减额"
	Growth     Metric = "比上年增减率"
	Share      Metric = "占比"
	Completion Metric = "完成预算比例"
	Score      Metric = "得分"
	Grade      Metric = "等级"
	Quantity   Metric = "数量"
)

// Fact is one figure in a sentence.
type Fact struct {
	Metric Metric
	Value  Number
	Unit   string // 万元, 元, %, 人, 分
	Sign   int    // -1 where the words say 减少 or 下降
	Base   string // of a Share: what it is a part of; of a Completion: 年初, 全年, 调整 or ""
	Text   string // the words and the figure
	Place  Place
}

// Claim is what one stretch of text says about one subject: its amount, budget, change, share, and the words of direction
// and reason that go with them.
type Claim struct {
	Section   *Section
	Subject   string // canonical: 收入支出总计, 财政拨款收入, 201, econ.30101, 三公.合计
	Words     string // the subject as printed
	Facts     []Fact
	Than      string // 大于, 小于, 等于: the direction word between 决算数 and 预算数
	ThanText  string
	Reason    string // what follows 主要原因 for the budget comparison
	WhyChange string // what follows 主要原因 for the comparison with the year before
	Flat      bool   // 与上年持平
	Text      string
	Place     Place
}

// Get gives the first fact of a metric.
func (c *Claim) Get(m Metric) (Fact, bool) {
	for _, f := range c.Facts {
		if f.Metric == m {
			return f, true
		}
	}
	return Fact{}, false
}
