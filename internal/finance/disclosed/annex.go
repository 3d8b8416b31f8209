package disclosed

// AnnexKind is which form of the performance evaluation (绩效自评) an annex is.
type AnnexKind string

// The kinds of annexes that have tables.
const (
	WholeTable   AnnexKind = "部门整体支出绩效自评表"
	ProjectTable AnnexKind = "项目支出绩效自评表"
)

// Annex is a table of performance: the money of a project or of the whole organisation, and its indicators.
type Annex struct {
	Kind        AnnexKind
	Label       string // 附件4-1
	Project     string
	Supervisor  string // 主管部门
	Implementer string // 实施单位, 部门名称
	Year        int
	Funds       []FundRow
	Indicators  []Indicator
	Weight      Cell // of the total row
	Score       Cell
	Grade       string
	Reason      string // 未完成原因 of the money
	Place       Place
}

// FundRow is one row of the money of an annex.
type FundRow struct {
	Name    string // 年度资金总额, 基本支出, 人员经费, …
	Initial Cell   // 年初预算数
	Full    Cell   // 全年预算数
	Actual  Cell   // 全年执行数
	Weight  Cell
	Rate    Cell // 执行率
	Score   Cell
	Reason  string
	Place   Place
}

// Op is how an indicator's target is meant.
type Op string

// The operators.
const (
	AtLeast Op = "ge"
	AtMost  Op = "le"
	Exactly Op = "eq"
	Quality Op = "qual"
)

// Indicator is one row of the indicators.
type Indicator struct {
	Class      string // 一级指标, "" where it could not be told
	Group      string // 二级指标
	Name       string // 三级指标
	Op         Op
	Target     Cell
	TargetText string
	Actual     Cell
	ActualText string
	Unit       string
	Weight     Cell
	Completion Cell
	Score      Cell
	Place      Place
}

// Fund finds a row of the money by its plain name.
func (a *Annex) Fund(name string) *FundRow {
	for i := range a.Funds {
		if a.Funds[i].Name == name {
			return &a.Funds[i]
		}
	}
	return nil
}
