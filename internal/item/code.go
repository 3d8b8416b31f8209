package item

import "yichuang/internal/org"

// Kind is the 事项类型 of GB/T 39046-2020, appendix A.
type Kind string

// The kinds whose rules differ.
const (
	Permit        Kind = "01" // 行政许可
	PublicService Kind = "20" // 公共服务
)

// Kinds lists the 事项类型 with their codes.
func Kinds() []org.Choice {
	return []org.Choice{{Value: "01", Label: "行政许可"}, {Value: "02", Label: "行政处罚"}, {Value: "03", Label: "行政强制"}, {Value: "04", Label: "行政征收"}, {Value: "05", Label: "行政给付"},
		{Value: "06", Label: "行政检查"}, {Value: "07", Label: "行政确认"}, {Value: "08", Label: "行政奖励"}, {Value: "09", Label: "行政裁决"}, {Value: "10", Label: "其他行政权力"}, {Value: "20", Label: "公共服务"}}
}

// Label is the kind's Chinese name.
func (k Kind) Label() string { return org.LabelOf(Kinds(), string(k)) }

// CaseKind is the 办件类型 of GB/T 39046-2020, appendix A.
type CaseKind string

// The 办件类型.
const (
	Instant   CaseKind = "1" // 即办件: decided on the spot
	Promised  CaseKind = "2" // 承诺件: decided within a promised limit
	OtherCase CaseKind = "9" // 其他
)

// CaseKinds lists the 办件类型 with their codes.
func CaseKinds() []org.Choice {
	return []org.Choice{{Value: "1", Label: "即办件"}, {Value: "2", Label: "承诺件"}, {Value: "9", Label: "其他"}}
}

// Label is the case kind's Chinese name.
func (k CaseKind) Label() string { return org.LabelOf(CaseKinds(), string(k)) }

// Levels lists the 行使层级 with their codes.
func Levels() []org.Choice {
	return []org.Choice{{Value: "1", Label: "国家级"}, {Value: "2", Label: "省级"}, {Value: "3", Label: "市级"}, {Value: "4", Label: "县级"}, {Value: "5", Label: "乡镇（街道）级"},
		{Value: "6", Label: "村（社区）级"}, {Value: "7", Label: "分级行使"}}
}

// Channels lists the 办理形式 with their codes.
func Channels() []org.Choice {
	return []org.Choice{{Value: "1", Label: "窗口办理"}, {Value: "2", Label: "网上办理（电脑端）"}, {Value: "3", Label: "移动端办理"}, {Value: "4", Label: "快递申请"}, {Value: "9", Label: "其他"}}
}

// SpecialKinds lists the 特别程序种类 with their codes: what prolongs the review, and every other.
func SpecialKinds() []org.Choice {
	return []org.Choice{{Value: "1", Label: "延长审批"}, {Value: "2", Label: "除延长审批之外"}}
}

// The tables below are not of the standard: they are the words of guides in use, with codes of our own.

// Objects lists whom an item serves (服务对象).
func Objects() []org.Choice {
	return []org.Choice{{Value: "1", Label: "自然人"}, {Value: "2", Label: "企业法人"}, {Value: "3", Label: "事业单位法人"}, {Value: "4", Label: "社会组织法人"}, {Value: "9", Label: "其他组织"}}
}

// Themes lists the 主题 by which people look for guides.
func Themes() []org.Choice {
	return []org.Choice{{Value: "birth", Label: "生育收养"}, {Value: "household", Label: "户籍证件"}, {Value: "marriage", Label: "婚姻登记"}, {Value: "school", Label: "教育科研"}, {Value: "work", Label: "就业创业"},
		{Value: "insurance", Label: "社会保障"}, {Value: "medical", Label: "医疗卫生"}, {Value: "housing", Label: "住房房产"}, {Value: "traffic", Label: "交通出行"}, {Value: "aid", Label: "救助扶持"},
		{Value: "enterprise", Label: "开办企业"}, {Value: "license", Label: "准营许可"}, {Value: "tax", Label: "税费财务"}, {Value: "project", Label: "工程建设"}, {Value: "farm", Label: "农林牧渔"},
		{Value: "culture", Label: "文化体育"}, {Value: "other", Label: "其他"}}
}

// Scopes lists the 通办范围.
func Scopes() []org.Choice {
	return []org.Choice{{Value: "county", Label: "本县（市）"}, {Value: "prefecture", Label: "全州（市）通办"}, {Value: "province", Label: "全省通办"}, {Value: "national", Label: "跨省通办"}}
}

// Depths lists the 网上办理深度.
func Depths() []org.Choice {
	return []org.Choice{{Value: "0", Label: "不能网上办理"}, {Value: "1", Label: "网上咨询"}, {Value: "2", Label: "网上预审"}, {Value: "3", Label: "网上受理"}, {Value: "4", Label: "全程网办"}}
}

// Sources lists where a material comes from (材料来源渠道).
func Sources() []org.Choice {
	return []org.Choice{{Value: "self", Label: "申请人自备"}, {Value: "form", Label: "窗口或网上领表填写"}, {Value: "organ", Label: "政府部门核发"}, {Value: "agency", Label: "中介或法定机构出具"}, {Value: "shared", Label: "数据共享核验，免于提交"}}
}

// Forms lists in what form a material is handed in (材料形式).
func Forms() []org.Choice {
	return []org.Choice{{Value: "paper", Label: "纸质"}, {Value: "electronic", Label: "电子"}, {Value: "both", Label: "纸质或电子"}}
}

// ResultKinds lists what kind of thing a result is (办理结果类型).
func ResultKinds() []org.Choice {
	return []org.Choice{{Value: "licence", Label: "证照"}, {Value: "approval", Label: "批文"}, {Value: "opinion", Label: "鉴定或意见"}, {Value: "record", Label: "备案登记"}, {Value: "other", Label: "其他"}}
}

// has reports whether a code stands in a table.
func has(list []org.Choice, value string) bool {
	for _, c := range list {
		if c.Value == value {
			return true
		}
	}
	return false
}
