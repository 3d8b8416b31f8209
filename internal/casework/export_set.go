package casework

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
)

// ExportSet is one data set of GB/T 39046-2020 (政务服务平台基础数据规范). A table of the standard that holds facts of two kinds
// is two sets here, so that a row is always one fact.
type ExportSet string

// The sets.
const (
	SetItem        ExportSet = "item"        // 事项: 表 4, 1–55
	SetItemPaper   ExportSet = "item_paper"  // 事项的材料: 表 4, 56–64
	SetApply       ExportSet = "apply"       // 申请登记: 表 5, 1–19
	SetMaterial    ExportSet = "material"    // 申请材料: 表 5, 20–26
	SetAccept      ExportSet = "accept"      // 受理: 表 6
	SetProcess     ExportSet = "process"     // 办理过程: 表 7, 1–10
	SetProcedure   ExportSet = "procedure"   // 特别程序: 表 7, 11–21
	SetResult      ExportSet = "result"      // 办结: 表 8
	SetRating      ExportSet = "rating"      // 评价: 表 9
	SetConsult     ExportSet = "consult"     // 咨询: 表 10, 1–12
	SetComplaint   ExportSet = "complaint"   // 投诉: 表 10, 13–30
	SetSupervision ExportSet = "supervision" // 电子监察: 表 11
	SetPayment     ExportSet = "payment"     // 支付: 表 14
	SetDelivery    ExportSet = "delivery"    // 物流: 表 15
	SetCatalogue   ExportSet = "catalogue"   // 数据目录: 表 16
)

// DataSet (数据集) is a set with its fields in the order of the standard. Fields of our own stand after them, which its clause 4 allows.
type DataSet struct {
	Set    ExportSet     `json:"set"`
	Label  string        `json:"label"`
	Table  string        `json:"table"` // of the standard
	By     string        `json:"by"`    // which day of a row the period is about
	Fields []ExportField `json:"fields"`
}

// ExportField (数据项) is a field: its name in the standard and its format in the standard's notation.
type ExportField struct {
	Name   string `json:"name"`
	Format string `json:"format"` // an..50, n1, ul, YYYYMMDDThhmmss
	Own    bool   `json:"own"`    // 扩展: not of the standard
}

// The three formats of a moment that the standard uses. Table 8 writes YYYYMMDDhh:mm:ss, which no other place of the standard has;
// it is taken for YYYYMMDDhhmmss, as table 2 defines the type.
const (
	formatMoment = "YYYYMMDDThhmmss"
	formatStamp  = "YYYYMMDDhhmmss"
	formatDay    = "YYYYMMDD"
)

// exportSets is the standard as data; a field after + is our own.
var exportSets = []struct {
	set              ExportSet
	label, table, by string
	fields           string
}{
	{SetItem, "事项管理", "表4", "不分日期", "事项名称 an..200|基本编码 an..10|实施编码 an..24|事项类型 an..30|事项类型代码 n2|设定依据 a..1000|行使层级 an..200|行使层级代码 n1|权限划分 a..1000|行使内容 ul|实施主体 an..100|实施主体代码 an..18|实施主体性质 an..100|实施主体性质代码 n1|法定办结时限 an..20|法定办结时限单位 an..20|法定办结时限说明 ul|承诺办结时限 an..20|承诺办结时限单位 an..20|承诺办结时限说明 ul|受理条件 ul|办理流程 ul|共同实施部门 an..100|共同实施部门代码 an..18|承办机构 an..100|承办机构代码 an..18|中介服务 an..2000|数量限制 an..200|结果名称 an..100|结果样本 ul|是否收费 n1|收费依据 ul|通办范围代码 n1|服务对象 an..200|服务对象代码 an..10|服务主题 an..200|法人服务主题代码 an..10|自然人服务主题代码 an..10|办理形式 an..20|办理形式代码 an..10|特别程序 ul|行政管辖 an..20|行政管辖代码 an..10|是否支持预约办理 n1|是否支持网上支付 n1|是否支持物流快递 n1|是否网办 n1|网办地址 an..50|运行系统层级 an..20|办理地点 an..100|办理时间 an..150|咨询方式 an..20|咨询电话 an..18|监督电话 an..18|常见问题 an..1000|+办件类型代码 n1|+通办范围 an..20"},
	{SetItemPaper, "事项材料", "表4", "不分日期", "材料名称 an..200|出具机构 an..100|出具时间要求 an..150|材料办理说明 an..500|材料办理地点 an..400|材料使用说明 an..500|原件份数 n..2|复印件份数 n..2|是否必备材料 n1|+实施编码 an..24|+事项名称 an..200"},
	{SetApply, "办事申请", "表5", "收件日期", "办件编号 an..50|实施编码 an..24|事项名称 an..200|办件类型 an..20|办件类型代码 n1|申请者名称 an..100|申请者证件类型代码 n3|申请者证件号码 an..18|联系人/代理人姓名 a..30|联系人/代理人证件类型代码 n3|联系人/代理人证件号码 an..18|联系人手机号码 an..18|邮政编码 n6|通讯地址 an..100|法定代表人 a..30|申报来源代码 n1|申请时间 YYYYMMDDThhmmss|投资项目编号 an..24|行政区划 n..9|+事项类型代码 n2|+收件部门名称 an..100|+办件状态 an..20|+对应平台编号 an..60"},
	{SetMaterial, "申请材料", "表5", "收件日期", "办件编号 an..50|材料名称 an..200|是否收取 n1|收取方式 an..20|收取数量 n..2|收取时间 YYYYMMDDThhmmss|附件实体 ul"},
	{SetAccept, "事项受理", "表6", "收件日期", "办件编号 an..50|基本编码 an..10|实施编码 an..24|事项名称 an..200|受理单位名称 an..100|受理单位统一社会信用代码 an..18|受理人员 an..30|受理时间 YYYYMMDDThhmmss|受理文书编号 an..30|承诺办结时间 an..20|办件类型 an..20|办件类型代码 n1|行政区划 n..9|+受理结果代码 n1|+受理方式 an..20|+不予受理原因 an..100|+补正告知次数 n..2|+法定办结时间 an..20"},
	{SetProcess, "办理过程", "表7", "收件日期", "办件编号 an..50|业务动作 an..20|环节名称 an..100|环节处理人 a..30|环节处理意见 an..1000|环节开始时间 YYYYMMDDThhmmss|环节结束时间 YYYYMMDDThhmmss|处理单位名称 an..100|处理单位统一社会信用代码 an..18|环节办理状态代码 n1|+环节序号 n..4|+办理依据 an..100"},
	{SetProcedure, "特别程序", "表7", "收件日期", "办件编号 an..50|特别程序种类名称 an..100|特别程序种类代码 n1|特别程序开始时间 YYYYMMDDThhmmss|特别程序启动理由或依据 ul|申请人 a..30|特别程序结束时间 YYYYMMDDThhmmss|特别程序结果 ul|特别程序办理意见 ul|办理单位名称 an..100|办理单位统一社会信用代码 an..18|办理人 a..30|+预计结束日期 YYYYMMDD|+告知日期 YYYYMMDD"},
	{SetResult, "事项办结", "表8", "收件日期", "办件编号 an..50|办理人姓名 a..30|办结时间 YYYYMMDDhhmmss|结果证照名称 an..200|结果证照编号 an..50|办件结果描述 an..1000|证照有效期限 an..30|发证/盖章单位 an..100|行政区划 n..9|是否快递寄送结果 n1|是否收费 n1|+办件结果代码 n1|+决定时间 YYYYMMDDhhmmss|+承诺按期 n1|+法定按期 n1|+超期公开说明 an..1000|+到现场次数 n..2"},
	{SetRating, "服务评价", "表9", "评价日期", "办件编号 an..50|评价渠道 an..50|评价人 a..30|评价时间 YYYYMMDDThhmmss|评价次数 n..2|满意度 an..20|满意度代码 n1|文字评价 ul|行政区划 n..9|+评价标签 an..200|+是否有效 n1|+剔除原因 an..20"},
	{SetConsult, "办事咨询", "表10", "咨询日期", "咨询编码 an..50|咨询人 a..30|咨询标题 an..200|咨询内容 ul|咨询时间 YYYYMMDDThhmmss|处理时间 YYYYMMDDThhmmss|处理人 a..30|处理意见 ul|延期时限 an..20|延期原因 ul|超期天数 n..3|行政区划 n..9"},
	{SetComplaint, "办事投诉", "表10", "投诉日期", "投诉标题 an..200|投诉人 a..30|被投诉单位 an..100|被投诉人 a..30|投诉内容 an..1000|投诉来源 an..50|投诉时间 YYYYMMDDThhmmss|承办单位代码 an..18|承办单位名称 an..100|承办人 a..30|承办时间 YYYYMMDDThhmmss|反馈信息 an..500|反馈时间 YYYYMMDDThhmmss|承诺时限 an..20|延期时限 an..20|延期原因 ul|超期天数 n..3|行政区划 n..9|+投诉编号 an..50|+办件编号 an..50|+认定结果 an..20"},
	{SetSupervision, "电子监察", "表11", "发出日期", "办件编号 an..50|督办内容 an..1000|机构名称 an..100|事项类型代码 n2|督办发出时间 YYYYMMDDhhmmss|监察编号 an..20|监察规则编号 an..20|监察预警类型代码 n1|状态产生时间 YYYYMMDDhhmmss|监察结果描述 an..1000|责任部门 an..100|+监察预警级别 an..20|+监察状态 an..20"},
	{SetPayment, "支付信息", "表14", "收件日期", "办件编号 an..50|缴款单号 an..50|收费单位 an..100|收费人员 a..30|收费金额 n..16,2|收费时间 YYYYMMDDhhmmss|缴款人 a..30|+减免依据 an..200"},
	{SetDelivery, "物流信息", "表15", "收件日期", "办件编号 an..50|物流单号 an..50|寄送单位 an..100|寄送日期 YYYYMMDD|寄送人 a..30|接收单位 an..100|接收人 a..30|接收日期 YYYYMMDD|评估指标 an..20|评估项目 an..200|评估时间 YYYYMMDD|评估等级 an..20|评估结果 an..100"},
	{SetCatalogue, "数据目录", "表16", "不分日期", "事项名称 an..50|事项办结结果名称 an..100|是否电子证照 n1|应用场景 an..100|政务服务数据提供方 an..100|政务服务数据摘要 an..50|提供渠道 an..50|所属领域 an..50|更新周期 an..20|+目录代码 an..50|+共享属性 an..20"},
}

// DataSets lists the sets in the order of the standard's tables.
func DataSets() []DataSet {
	out := make([]DataSet, len(exportSets))
	for i, x := range exportSets {
		out[i] = DataSet{Set: x.set, Label: x.label, Table: x.table, By: x.by}
		for _, f := range strings.Split(x.fields, "|") {
			name, format, _ := strings.Cut(f, " ")
			plain, own := strings.CutPrefix(name, "+")
			out[i].Fields = append(out[i].Fields, ExportField{plain, format, own})
		}
	}
	return out
}

// DataSetOf finds a set.
func DataSetOf(s ExportSet) (DataSet, bool) {
	list := DataSets()
	i := slices.IndexFunc(list, func(d DataSet) bool { return d.Set == s })
	if i < 0 {
		return DataSet{}, false
	}
	return list[i], true
}

// ExportColumns lists the names of a set's fields; nil for no set.
func ExportColumns(s ExportSet) []string {
	d, _ := DataSetOf(s)
	var out []string
	for _, f := range d.Fields {
		out = append(out, f.Name)
	}
	return out
}

// Facts are what is known for a row, by field: text, a moment, a day, a number or yes and no. A field that is not named stays empty.
type Facts map[string]any

// Cells writes facts in the order and the formats of the set. A fact that the set has no field for is an error of ours.
func (d *DataSet) Cells(facts Facts) ([]string, error) {
	out := make([]string, len(d.Fields))
	used := 0
	for i, f := range d.Fields {
		if v, ok := facts[f.Name]; ok {
			out[i] = f.write(v)
			used++
		}
	}
	if used != len(facts) {
		return nil, errs.New(errs.Internal, "casework.export_field", "标准数据集没有要写的数据项。").With("set", string(d.Set))
	}
	return out, nil
}

// write gives a value in the field's format. Running text beyond the greatest length is cut, since the other side would refuse it;
// a code or a number never is.
func (f *ExportField) write(v any) string {
	switch v := v.(type) {
	case clock.Instant:
		if v == 0 {
			return ""
		}
		return v.Time().Format(map[string]string{formatMoment: "20060102T150405", formatStamp: "20060102150405", formatDay: "20060102"}[f.Format])
	case clock.Date:
		switch {
		case v <= 0:
			return ""
		case f.Format == formatMoment:
			return v.Start().Time().Format("20060102T150405")
		}
		return v.Start().Time().Format("20060102")
	case bool:
		if v {
			return "1"
		}
		return "0"
	case string:
		if most := f.Most(); most >= cutFrom && utf8.RuneCountInString(v) > most {
			return string([]rune(v)[:most-1]) + "…"
		}
		return v
	}
	return fmt.Sprint(v)
}

// cutFrom is the length from which a field holds running text.
const cutFrom = 100

// Most is the greatest number of characters of the field; 0 where it has no bound or is a moment.
func (f *ExportField) Most() int {
	digits := strings.TrimLeft(f.Format, "an.")
	digits, _, _ = strings.Cut(digits, ",")
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}
