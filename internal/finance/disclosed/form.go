package disclosed

// Form is which of the prescribed tables a table is, whatever its place in the document.
type Form string

// The nine tables of the edition that this program knows.
const (
	T01 Form = "T01" // 收入支出决算总表
	T02 Form = "T02" // 收入决算表
	T03 Form = "T03" // 支出决算表
	T04 Form = "T04" // 财政拨款收入支出决算总表
	T05 Form = "T05" // 一般公共预算财政拨款支出决算表
	T06 Form = "T06" // 一般公共预算财政拨款基本支出决算明细表
	T07 Form = "T07" // 政府性基金预算财政拨款收入支出决算表
	T08 Form = "T08" // 国有资本经营预算财政拨款支出决算表
	T09 Form = "T09" // 财政拨款“三公”经费支出决算表
)

// Forms lists the nine in order.
func Forms() []Form { return []Form{T01, T02, T03, T04, T05, T06, T07, T08, T09} }

// Title is the form's usual title.
func (f Form) Title() string {
	switch f {
	case T01:
		return "收入支出决算总表"
	case T02:
		return "收入决算表"
	case T03:
		return "支出决算表"
	case T04:
		return "财政拨款收入支出决算总表"
	case T05:
		return "一般公共预算财政拨款支出决算表"
	case T06:
		return "一般公共预算财政拨款基本支出决算明细表"
	case T07:
		return "政府性基金预算财政拨款收入支出决算表"
	case T08:
		return "国有资本经营预算财政拨款支出决算表"
	case T09:
		return "财政拨款“三公”经费支出决算表"
	}
	return string(f)
}

// Short is the name under which rules and messages speak of the form: 01表.
func (f Form) Short() string {
	if len(f) == 3 {
		return string(f[1:]) + "表"
	}
	return string(f)
}

// columnNames are the captions of the canonical columns.
var columnNames = map[Form][]string{
	T01: {"收入金额", "支出金额"},
	T02: {"合计", "财政拨款收入", "上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入"},
	T03: {"合计", "基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出"},
	T04: {"收入金额", "合计", "一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款"},
	T05: {"小计", "基本支出", "项目支出"},
	T06: {"决算数"},
	T07: {"年初结转和结余", "本年收入", "支出小计", "基本支出", "项目支出", "年末结转和结余"},
	T08: {"合计", "基本支出", "项目支出"},
	T09: {"预算数合计", "预算数因公出国（境）费", "预算数公务用车小计", "预算数公务用车购置费", "预算数公务用车运行维护费", "预算数公务接待费",
		"决算数合计", "决算数因公出国（境）费", "决算数公务用车小计", "决算数公务用车购置费", "决算数公务用车运行维护费", "决算数公务接待费"},
}

// Column is the caption of a canonical column, from 1.
func (f Form) Column(n int) string {
	if names := columnNames[f]; n >= 1 && n <= len(names) {
		return names[n-1]
	}
	return ""
}

// Width is the number of canonical columns.
func (f Form) Width() int { return len(columnNames[f]) }
