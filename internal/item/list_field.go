package item

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"yichuang/internal/org"
)

// field is a column of a list of items: its name in GB/T 39046-2020, what other lists call it, and how it is read and written.
type field struct {
	name  string
	alias []string
	get   func(c *Content) string
	set   func(c *Content, s string) error
}

// Columns of a list that are no content: the unit that the item belongs to.
const unitColumn = "实施主体"

var unitAliases = []string{"department", "实施主体名称", "部门", "dept_name"}

// fieldName is the head of a column that no list of ours has.
func (f *field) called(head string) bool {
	if head == f.name {
		return true
	}
	for _, a := range f.alias {
		if head == a {
			return true
		}
	}
	return false
}

// textField reads and writes a plain text.
func textField(name string, at func(c *Content) *string, alias ...string) field {
	return field{name: name, alias: alias, get: func(c *Content) string { return *at(c) }, set: func(c *Content, s string) error {
		*at(c) = s
		return nil
	}}
}

// codeField reads a code or its name, and writes the code.
func codeField(name string, list []org.Choice, at func(c *Content) *string, alias ...string) field {
	return field{name: name, alias: alias, get: func(c *Content) string { return *at(c) }, set: func(c *Content, s string) error {
		v, ok := decode(list, s)
		if !ok {
			return fmt.Errorf("%s “%s” 不在代码表中", name, s)
		}
		*at(c) = v
		return nil
	}}
}

// decode finds a code by itself, without leading zeros, or by its name.
func decode(list []org.Choice, s string) (string, bool) {
	for _, x := range list {
		if x.Value == s || x.Label == s || strings.TrimLeft(x.Value, "0") == strings.TrimLeft(s, "0") && s != "" && s[0] >= '0' && s[0] <= '9' {
			return x.Value, true
		}
	}
	return "", false
}

// codesField reads and writes several codes, joined by commas.
func codesField(name string, list []org.Choice, at func(c *Content) *[]string) field {
	return field{name: name, get: func(c *Content) string { return strings.Join(*at(c), ",") }, set: func(c *Content, s string) error {
		var out []string
		for _, x := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == '，' || r == '、' || r == '；' || r == ';' }) {
			v, ok := decode(list, strings.TrimSpace(x))
			if !ok {
				return fmt.Errorf("%s “%s” 不在代码表中", name, x)
			}
			out = append(out, v)
		}
		*at(c) = out
		return nil
	}}
}

// flagField reads and writes yes and no, as 1 and 0.
func flagField(name string, at func(c *Content) *bool) field {
	return field{name: name, get: func(c *Content) string {
		if *at(c) {
			return "1"
		}
		return "0"
	}, set: func(c *Content, s string) error {
		switch s {
		case "1", "是", "true":
			*at(c) = true
		case "0", "否", "false":
			*at(c) = false
		default:
			return fmt.Errorf("%s应填 1（是）或 0（否），不能是 “%s”", name, s)
		}
		return nil
	}}
}

// numberField reads and writes a whole number.
func numberField(name string, at func(c *Content) *int) field {
	return field{name: name, get: func(c *Content) string { return strconv.Itoa(*at(c)) }, set: func(c *Content, s string) error {
		n, err := strconv.Atoi(s)
		if err != nil {
			return fmt.Errorf("%s应是整数，不能是 “%s”", name, s)
		}
		*at(c) = n
		return nil
	}}
}

// limitFields are the number and the unit of a limit.
func limitFields(name string, at func(c *Content) *Limit) []field {
	units := []org.Choice{{Value: string(Workday), Label: "工作日"}, {Value: string(Day), Label: "自然日"}, {Value: string(Month), Label: "月"}, {Value: string(Year), Label: "年"}}
	n := numberField(name, func(c *Content) *int { return &at(c).N })
	number := field{name: n.name, get: func(c *Content) string {
		if at(c).IsZero() {
			return ""
		}
		return n.get(c)
	}, set: func(c *Content, s string) error {
		if at(c).Unit == "" {
			at(c).Unit = Workday // lists that leave the unit out count working days
		}
		return n.set(c, s)
	}}
	unit := field{name: name + "单位", get: func(c *Content) string {
		if at(c).IsZero() {
			return ""
		}
		return org.LabelOf(units, string(at(c).Unit))
	}, set: func(c *Content, s string) error {
		v, ok := decode(units, s)
		if !ok {
			return fmt.Errorf("%s单位 “%s” 应是工作日、自然日、月或年", name, s)
		}
		at(c).Unit = LimitUnit(v)
		return nil
	}}
	return []field{number, unit}
}

// partField reads and writes a list of parts as JSON, since a cell holds one value.
func partField[T any](name string, at func(c *Content) *[]T) field {
	return field{name: name, get: func(c *Content) string {
		if len(*at(c)) == 0 {
			return ""
		}
		b, _ := json.Marshal(*at(c)) // plain values always marshal
		return string(b)
	}, set: func(c *Content, s string) error {
		var out []T
		if err := json.Unmarshal([]byte(s), &out); err != nil {
			return fmt.Errorf("%s应是导出文件中的格式（JSON 列表）", name)
		}
		*at(c) = out
		return nil
	}}
}

// fields lists the columns of a list of items: those of GB/T 39046-2020 table 4 first.
func listFields() []field {
	out := []field{
		textField("事项名称", func(c *Content) *string { return &c.Name }, "name"),
		textField("主项名称", func(c *Content) *string { return &c.MainName }, "main_item"),
		textField("基本编码", func(c *Content) *string { return &c.BaseCode }, "catalog_code"),
		textField("实施编码", func(c *Content) *string { return &c.Code }, "item_code", "task_code"),
		textField("业务办理项编码", func(c *Content) *string { return &c.BusinessCode }, "task_handle_item"),
		codeField("编码规则", Profiles(), func(c *Content) *string { return &c.Profile }),
		codeField("事项类型", Kinds(), func(c *Content) *string { return (*string)(&c.Kind) }, "task_type"),
		codeField("行使层级", Levels(), func(c *Content) *string { return &c.Level }, "use_level"),
		textField("实施主体编码", func(c *Content) *string { return &c.OrganCode }, "org_uscc"),
		textField("实施主体性质", func(c *Content) *string { return &c.OrganNature }),
		partField("设定依据", func(c *Content) *[]Basis { return &c.Bases }),
		codeField("办件类型", CaseKinds(), func(c *Content) *string { return (*string)(&c.CaseKind) }),
	}
	out = append(out, limitFields("法定办结时限", func(c *Content) *Limit { return &c.Statutory })...)
	out = append(out, textField("法定办结时限说明", func(c *Content) *string { return &c.StatutoryBasis }))
	out = append(out, limitFields("承诺办结时限", func(c *Content) *Limit { return &c.Promise })...)
	out = append(out, textField("承诺办结时限说明", func(c *Content) *string { return &c.PromiseNote }))
	out = append(out, limitFields("补正期限", func(c *Content) *Limit { return &c.Correction })...)
	out = append(out, limitFields("有效期限", func(c *Content) *Limit { return &c.Renewal.Term })...)
	out = append(out, limitFields("承诺核查期限", func(c *Content) *Limit { return &c.PledgeCheck })...)
	// A list names the organ that reviews first; while a row is read or written the name stands where content has the id (see plan, Export).
	out = append(out, textField("初审单位", func(c *Content) *string { return &c.First.UnitID }))
	out = append(out, limitFields("初审期限", func(c *Content) *Limit { return &c.First.Limit })...)
	out = append(out, textField("初审依据", func(c *Content) *string { return &c.First.Basis }))
	return append(out,
		partField("受理条件", func(c *Content) *[]string { return &c.Conditions }),
		partField("办理流程", func(c *Content) *[]StepTemplate { return &c.Steps }),
		textField("承办机构", func(c *Content) *string { return &c.Undertaker }),
		codeField("联办方式", JointModes(), func(c *Content) *string { return &c.Joint.Mode }),
		textField("牵头部门", func(c *Content) *string { return &c.Joint.Lead }),
		partField("共同实施部门", func(c *Content) *[]string { return &c.Joint.Units }),
		textField("中介服务", func(c *Content) *string { return &c.Intermediaries }),
		textField("数量限制", func(c *Content) *string { return &c.Quota }),
		textField("结果名称", func(c *Content) *string { return &c.Result.Name }),
		codeField("结果类型", ResultKinds(), func(c *Content) *string { return &c.Result.Kind }),
		textField("结果有效期", func(c *Content) *string { return &c.Result.Validity }),
		numberField("提前申请延续天数", func(c *Content) *int { return &c.Renewal.Lead }),
		codeField("逾期未决定延续", Silences(), func(c *Content) *string { return &c.Renewal.Silence }),
		textField("延续的依据", func(c *Content) *string { return &c.Renewal.Basis }),
		partField("收费项目", func(c *Content) *[]FeeItem { return &c.Fees }),
		codeField("通办范围", Scopes(), func(c *Content) *string { return &c.Scope }),
		codesField("服务对象", Objects(), func(c *Content) *[]string { return &c.Objects }),
		codesField("办理形式", Channels(), func(c *Content) *[]string { return &c.Channels }),
		codesField("主题", Themes(), func(c *Content) *[]string { return &c.Themes }),
		partField("特别程序", func(c *Content) *[]SuspensionRule { return &c.Suspensions }),
		flagField("支持预约", func(c *Content) *bool { return &c.Bookable }),
		flagField("支持网上支付", func(c *Content) *bool { return &c.PayOnline }),
		flagField("支持物流快递", func(c *Content) *bool { return &c.Express }),
		flagField("支持自助终端", func(c *Content) *bool { return &c.Kiosk }),
		codeField("网上办理深度", Depths(), func(c *Content) *string { return &c.Depth }),
		textField("网上办理地址", func(c *Content) *string { return &c.Online }),
		numberField("到办事现场次数", func(c *Content) *int { return &c.Visits.N }),
		textField("多次到现场原因", func(c *Content) *string { return &c.Visits.Reason }),
		flagField("是否进驻大厅", func(c *Content) *bool { return &c.InHall }),
		flagField("容缺受理", func(c *Content) *bool { return &c.Tolerant }),
		flagField("告知承诺", func(c *Content) *bool { return &c.Commitment }),
		flagField("两人以上核查", func(c *Content) *bool { return &c.TwoCheckers }),
		flagField("逾期未补正视为撤回", func(c *Content) *bool { return &c.Silent }),
		numberField("标准工时", func(c *Content) *int { return &c.Minutes }),
		textField("办理地点", func(c *Content) *string { return &c.Place }),
		textField("办理时间", func(c *Content) *string { return &c.Hours }),
		textField("咨询电话", func(c *Content) *string { return &c.Consult }),
		textField("监督投诉电话", func(c *Content) *string { return &c.Complaint }),
		textField("复议和诉讼", func(c *Content) *string { return &c.Remedy }),
		partField("材料", func(c *Content) *[]Material { return &c.Materials }),
		partField("情形", func(c *Content) *[]Situation { return &c.Situations }),
	)
}

// ListColumns lists the heads of an exported list, the unit first.
func ListColumns() []string {
	out := []string{unitColumn}
	for _, f := range listFields() {
		out = append(out, f.name)
	}
	return out
}
